"""Draw where countries stand: a row for each number, by who answered, without a scale that rows would share.

A disc beside each number shows it as a part of a whole. Discs cannot be laid along one line, so they show how large a
share is without asking the eye which of two is longer.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations, pairwise
from math import cos, pi, radians, sin

import altair as alt

from nordic_ai.analysis.observations import Observation
from nordic_ai.analysis.report import load_report
from nordic_ai.analysis.wording import format_label, listed
from nordic_ai.evidence.languages import gettext
from nordic_ai.figures import style
from nordic_ai.figures.drawing import Drawing, in_any_language
from nordic_ai.figures.marks import Row, Sheet, chart, datum, rules, wrap
from nordic_ai.figures.rows import GROUPS, KEY, Entry, arrange, group_of, level_of
from nordic_ai.figures.style import LINE_HEIGHT

_RADIUS = 16
_GUTTER = 32
_LIGHT = style.GRID  # between paper and mark on light pages and on dark ones
_COLUMN = 400  # the least width of one column of several, in pixels
_SLIDE = {"widths": (880, 1040, 1240), "room": (1200, 460)}  # to choose from; what a slide leaves a picture


@in_any_language
def comparison(
    rows: Sequence[Observation], labels: Sequence[str] | None = None, without: Mapping[str, str] | None = None
) -> Drawing:
    """Draw numbers of several countries side by side, by who answered, then by country and year, never by size.

    Nothing shares a scale; a line at the left joins rows that may be compared, and says how closely. `without` gives
    the reason, by code, for each country that has no row although numbers of it have been read on the theme.
    """
    if not all(isinstance(row, Observation) for row in rows):
        raise ValueError("a chart takes what `observations(…)` gives for ids, not the ids")
    if not rows:
        raise ValueError("a comparison needs rows; give it observations")
    names = [format_label(row, load_report().evidence) for row in rows] if labels is None else labels
    if len(names) != len(rows):
        raise ValueError(f"{len(names)} labels for {len(rows)} rows")
    blocks, empty = arrange(rows, names, without or {}, load_report())

    def draw(width: int) -> alt.LayerChart:
        return _Picture(width, blocks, empty).draw()

    def slide_width() -> int:
        widths, (across, down) = _SLIDE["widths"], _SLIDE["room"]
        return max(widths, key=lambda width: min(across / width, down / _Picture(width, blocks, empty).fill()))

    called = {} if labels is None else {row.observation_id: label for row, label in zip(rows, names, strict=True)}
    scales = [[entry.row for entry in block] for block in blocks]
    base = gettext("told in each row")
    return Drawing(scales, draw, _remark(rows, empty), called, base=base, slide_width=slide_width)


def _remark(rows: Sequence[Observation], empty: Mapping[str, str]) -> str:
    said = gettext(
        "Rows stand by who answered, country and year, never by size; only rows that a line joins may be compared."
    )
    subjects = {row.subject for row in rows}
    if len(subjects) > 1:
        apart = gettext("It has numbers about {subjects}, which are not compared.")
        said += f" {apart.format(subjects=listed(map(gettext, sorted(subjects))))}"
    return f"{said} {gettext('No number: {countries}.').format(countries=listed(empty))}" if empty else said


class _Picture:
    """The picture at a width: its columns of groups, then the countries without a number and the key."""

    def __init__(self, width: int, blocks: Sequence[Sequence[Entry]], empty: Mapping[str, str]) -> None:
        self._sheet, self._blocks, self._empty = Sheet(width), blocks, empty
        self._discs: list[Row] = []
        self._arcs: list[Row] = []
        self._arrows: list[Row] = []
        self._joins: list[Row] = []
        self._lines: list[Row] = []

    def draw(self) -> alt.LayerChart:
        """Draw all that the sheet is filled with."""
        self.fill()
        return self._sheet.draw(*self._layers())

    def fill(self) -> float:
        """Fill columns of about the same height, and write the key below; give the height in pixels."""
        sheet, count = self._sheet, max(1, self._sheet.width // _COLUMN)
        width = (sheet.width - _GUTTER * (count - 1)) / count
        bottoms = []
        for index, (start, end) in enumerate(pairwise(self._cuts(count, width))):
            left = index * (width + _GUTTER)
            sheet.left, sheet.right, sheet.bottom = left, left + width, 0
            for place in range(start, end):
                self._block(place, place == start)
            if end == len(self._blocks):
                self._countries_without()
            bottoms.append(sheet.bottom)
        sheet.left, sheet.right, sheet.bottom = 0, sheet.width, max(bottoms, default=0) + 4
        marks = [entry.mark for block in self._blocks for entry in block]
        kinds = {"share", *(mark["kind"] for mark in marks)}
        kinds |= {"interval" for mark in marks if mark["interval"]}
        sheet.heading(" ".join(gettext(words) for kind, words in KEY.items() if kind in kinds), gap=2)
        return sheet.bottom

    def _cuts(self, count: int, width: float) -> tuple[int, ...]:
        """Say before which blocks columns begin, so that the highest is as low as possible; begins with 0."""
        trial = _Picture(self._sheet.width, self._blocks, self._empty)
        sheet, heights = trial._sheet, []
        sheet.right = width
        for place in range(len(self._blocks)):
            begun = sheet.bottom
            trial._block(place, False)
            heights.append(sheet.bottom - begun)
        begun = sheet.bottom
        trial._countries_without()
        heights[-1] += sheet.bottom - begun
        among = range(1, len(self._blocks))
        ways = [(0, *cut, len(self._blocks)) for cut in combinations(among, min(count - 1, len(among)))]
        return min(
            ways, key=lambda cuts: max(self._repeated(start) + sum(heights[start:end]) for start, end in pairwise(cuts))
        )

    def _repeated(self, place: int) -> int:
        """Give about the height of the heading that a column repeats if it begins with a block inside a group."""
        return 0 if self._begins(place) else 60

    def _begins(self, place: int) -> bool:
        """Say whether the block at a place is the first of its group."""
        return place == 0 or len({group_of(block[0].row) for block in self._blocks[place - 1 : place + 1]}) == 2

    def _layers(self) -> list[alt.Chart]:
        where = {name: datum(name) for name in ("x", "y")}
        arc = where | {name: datum(name) for name in ("theta", "theta2", "innerRadius", "outerRadius", "fill")}
        edge = {"stroke": style.INK, "strokeDash": datum("dash"), "description": datum("description")}
        disc = {"outerRadius": datum("radius"), "theta": 0, "theta2": 2 * pi, "strokeWidth": 1.3}
        arrow = {"shape": "triangle", "size": 80, "filled": True, "opacity": 1, "fill": style.SECOND, "aria": False}
        joins = rules(self._joins, style.MARK)
        joins.mark.strokeWidth = 4
        layers = [(rules(self._lines), self._lines), (joins, self._joins)]
        layers.append((chart(self._arcs).mark_arc(aria=False, **arc), self._arcs))
        layers.append((chart(self._discs).mark_arc(fill=datum("fill"), **where, **disc, **edge), self._discs))
        layers.append((chart(self._arrows).mark_point(angle=datum("angle"), **where, **arrow), self._arrows))
        return [layer for layer, data in layers if data]

    def _block(self, place: int, first: bool) -> None:
        """Add the block at a place among all, with the heading of its group where that or the column begins."""
        sheet, block = self._sheet, self._blocks[place]
        group = group_of(block[0].row)
        begins = self._begins(place)
        if begins or first:
            words = gettext(GROUPS[group])
            self._heading(words if begins else gettext("{group}, continued").format(group=words), not first)
        else:
            self._line(sheet.reserve(1, gap=9), style.GRID)
        top = sheet.bottom
        for index, entry in enumerate(block):
            self._entry(entry, block[index - 1] if index else None)
        if len(block) > 1:
            x, level = sheet.left + 2, level_of([entry.row for entry in block], load_report())
            self._joins.append({"x": x, "x2": x, "y": top, "y2": sheet.bottom - 6})
            joined = gettext("Joined by the line: {level}.").format(level=level[0].lower() + level[1:])
            self._write(joined, x + 10, sheet.right, gap=8)

    def _heading(self, words: str, apart: bool) -> None:
        sheet = self._sheet
        sheet.reserve(10 if apart else 0)
        sheet.heading(words, gap=2, weight="bold", size=15)
        self._line(sheet.reserve(2, gap=8), style.QUIET)

    def _line(self, y: float, color: str) -> None:
        self._lines.append({"x": self._sheet.left, "x2": self._sheet.right, "y": y, "y2": y})

    def _write(self, words: str, left: float, right: float, gap: float = 0, **look: object) -> None:
        """Write words into a part of the width, below all that stands on the sheet."""
        lines = wrap(words, right - left, **look)
        self._sheet.write(lines, left, self._sheet.reserve(LINE_HEIGHT * len(lines), gap), **look)

    def _entry(self, entry: Entry, above: Entry | None) -> None:
        sheet, top = self._sheet, self._sheet.bottom
        left = sheet.left + 12
        wide = sheet.right - sheet.left > 600
        told = left + (160 if wide else 131)
        self._disc(entry, left + _RADIUS + 4, top + _RADIUS + 4)
        number = entry.mark["number"]
        self._write(
            number,
            left + 45,
            told - 4,
            weight="bold",
            size=18 if len(number) < 8 and entry.row.value is not None else 15,
        )
        if entry.mark["interval"]:
            self._write(entry.mark["interval"], left + 45, told)
        end, sheet.bottom = max(sheet.bottom, top + 2 * _RADIUS + 8), top
        if wide:
            self._write(entry.country, told, told + 100, weight="bold")
            self._write(entry.year, told, told + 100)
            end, sheet.bottom, told = max(end, sheet.bottom), top, told + 100
        else:
            self._write(f"{entry.country}, {entry.year}", told, sheet.right, weight="bold")
        self._write(entry.label, told, sheet.right, weight="bold" if wide else "normal")
        same = above and (above.country, above.year, above.base) == (entry.country, entry.year, entry.base)
        self._write(gettext("As in the row above.") if same else entry.base, told, sheet.right, color=style.QUIET)
        sheet.bottom = max(end, sheet.bottom) + 9

    def _disc(self, entry: Entry, x: float, y: float) -> None:
        mark, place = entry.mark, {"x": x, "y": y}
        kind, value, end = mark["kind"], mark["value"], mark["to"]
        share = kind not in ("number", "not seen", "not printed")
        dash = [3, 2.5] if kind in ("about", "not seen") else [1, 0]
        look = {"fill": "transparent", "radius": _RADIUS} if kind != "number" else {"fill": style.INK, "radius": 3}
        self._discs.append(place | look | {"dash": dash, "description": mark["description"]})
        if kind in ("not seen", "not printed"):
            self._sheet.write("?" if kind == "not seen" else "–", x, y, align="center", weight="bold", size=15)
        if share:
            below = mark["direction"] == "below"
            self._arc(place, 0, value, 0, _RADIUS, _LIGHT if below else style.MARK)
            self._arc(place, value, end, 0, _RADIUS, _LIGHT)
            if mark["low"] is not None:
                self._arc(place, mark["low"], mark["high"], _RADIUS + 2, _RADIUS + 4.5, style.MARK)
        if kind == "bound" and share:
            turn = 3.6 * value + (-14 if mark["direction"] == "below" else 14)
            at = {"x": x + (_RADIUS + 5) * sin(radians(turn)), "y": y - (_RADIUS + 5) * cos(radians(turn))}
            self._arrows.append(at | {"angle": turn + (-90 if mark["direction"] == "below" else 90)})

    def _arc(self, place: Row, start: float, end: float, inner: float, outer: float, fill: str) -> None:
        ends = {"theta": 2 * pi * start / 100, "theta2": 2 * pi * end / 100}
        self._arcs.append(place | ends | {"innerRadius": inner, "outerRadius": outer, "fill": fill})

    def _countries_without(self) -> None:
        if self._empty:
            self._heading(gettext("No number"), apart=True)
        for country, reason in self._empty.items():
            left = self._sheet.left + 12
            self._write(country, left, self._sheet.right, weight="bold")
            self._write(reason, left, self._sheet.right, gap=8)
