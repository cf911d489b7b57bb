"""The parts that all charts share: colours, scales, dots with their intervals, and text broken into lines.

Scales place numbers. Vega-Lite cannot break text into lines or make a row as high as its text, so text and rows are
placed here in pixels: a row of data keeps its height on the sheet as `y`, which the marks read.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import altair as alt

from nordic_ai.figures.figure_data import FONT

Row = dict[str, Any]
"""A row of a chart's data."""

# CSS variables with fallbacks, so that one picture serves light and dark pages.
INK = "var(--fig-ink, #1c2733)"
QUIET = "var(--fig-quiet, #55616d)"
GRID = "var(--fig-grid, #d5dbe1)"
PAPER = "var(--fig-paper, #ffffff)"
MARK = "var(--fig-mark, #0b6275)"
SECOND = "var(--fig-second, #a34a12)"
# Text on the strong and on the weak colours below, which are the same on light and dark pages.
ON_STRONG, ON_WEAK = "#ffffff", "#1c2733"
# From most to least; neighbours differ in lightness, so that the order survives without colour.
RAMP = tuple(
    f"var(--fig-ramp-{index}, {colour})"
    for index, colour in enumerate(["#0b4554", "#14788c", "#6fb0bd", "#b9d8de", "#e4f0f2"], start=1)
)

LINE_HEIGHT = 17
_TEXT_SIZE = 13
_PHONE = 420  # on sheets narrower than this, in pixels, labels stand above their marks
_CHARACTER, _BOLD_CHARACTER = 0.51, 0.555  # generous average width of a character, as a part of the text's size

# The description of a mark, for the mouse and for screen readers.
# Encodings are objects here as everywhere: Altair searches its whole schema for each that is given as a string.
SAYS = {"description": alt.Description("says:N"), "tooltip": alt.Tooltip("says:N")}
FILL = alt.Fill("fill:N", scale=None)
STROKE = alt.Stroke("stroke:N", scale=None)


def datum(field: str) -> alt.ExprRef:
    """Let a property of a mark take its value from a field of the data, without a scale."""
    return alt.ExprRef(f"datum.{field}")


@dataclass(frozen=True)
class Linear:
    """A scale from numbers to pixels, for marks and for the text that belongs to them."""

    domain: tuple[float, float]
    range: tuple[float, float]

    def __call__(self, value: float) -> float:
        """Give the place of a value, in pixels."""
        (first, last), (start, end) = self.domain, self.range
        return start + (value - first) * (end - start) / (last - first)

    def x(self, field: str) -> alt.X:
        """Place marks across the chart by a field."""
        return alt.X(f"{field}:Q", axis=None, scale=self.scale)

    def y(self, field: str) -> alt.Y:
        """Place marks down the chart by a field."""
        return alt.Y(f"{field}:Q", axis=None, scale=self.scale)

    @property
    def scale(self) -> alt.Scale:
        """The same for Vega."""
        return alt.Scale(domain=list(self.domain), range=list(self.range), nice=False, zero=False)


def percents(start: float, end: float) -> Linear:
    """Give a scale from 0 to 100 per cent between two places in pixels."""
    return Linear((0, 100), (start, end))


def chart_of(rows: Iterable[Mapping[str, Any]]) -> alt.Chart:
    """Begin a chart of rows of data."""
    return alt.Chart(alt.Data(values=list(rows)))


def interval_lines(rows: Sequence[Row]) -> alt.Chart:
    """Draw intervals as thick lines; the caller encodes their ends. Vega leaves out rows without an interval."""
    return chart_of(rows).mark_rule(
        y=datum("y"), strokeWidth=5, strokeCap="round", color=MARK, opacity=0.45, aria=False
    )


def points(rows: Sequence[Row], size: int, described: bool = True) -> alt.Chart:
    """Draw values as dots, hollow where there is no interval; the caller encodes their place."""
    filled = alt.when("isValid(datum.low)").then(alt.value(MARK)).otherwise(alt.value(PAPER))
    look = {"size": size, "filled": True, "stroke": MARK, "strokeWidth": 2, "opacity": 1, "aria": described}
    return chart_of(rows).mark_point(y=datum("y"), **look).encode(fill=filled, **(SAYS if described else {}))


class Sheet:
    """A chart's texts, written from top to bottom, and its marks around them."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.phone = width < _PHONE
        self.bottom = 0.0
        """How far down the sheet is filled, in pixels."""
        self._texts: list[Row] = []

    def take(self, height: float, gap: float = 0) -> float:
        """Reserve a band of the sheet and a gap below it, and give the middle of the band."""
        middle = self.bottom + height / 2
        self.bottom += height + gap
        return middle

    def write(self, text: str | Sequence[str], x: float, y: float, **style: Any) -> None:
        """Write text at a place, its lines around the height `y`; `align`, `weight`, `size` and `color` style it."""
        self._texts.append({"text": [text] if isinstance(text, str) else list(text), "x": x, "y": y} | style)

    def row(self, *cells: tuple[str, float, float], gap: float = 0, **style: Any) -> float:
        """Write texts next to each other, broken into lines, and give the height of their middle.

        Parameters
        ----------
        *cells
            Texts, each with its left edge and the room that it has, in pixels.
        gap
            Room below the row.
        **style
            Of the texts, as `write` takes it.
        """
        broken = [(wrap(text, room, **style), x) for text, x, room in cells]
        middle = self.take(max(len(lines) for lines, _ in broken) * LINE_HEIGHT, gap)
        for lines, x in broken:
            self.write(lines, x, middle, **style)
        return middle

    def chart(self, *layers: alt.Chart) -> alt.LayerChart:
        """Give the sheet as a chart of exactly its size: these layers and, on top, the texts."""
        text = chart_of(self._texts).mark_text(
            x=datum("x"),
            y=datum("y"),
            dy=alt.ExprRef(f"{-LINE_HEIGHT / 2} * (length(datum.text) - 1)"),  # Vega centres the first line only
            baseline="middle",
            lineHeight=LINE_HEIGHT,
            align=alt.ExprRef("datum.align || 'left'"),
            fontWeight=alt.ExprRef("datum.weight || 'normal'"),
            fontSize=alt.ExprRef(f"datum.size || {_TEXT_SIZE}"),
            color=alt.ExprRef(f"datum.color || '{INK}'"),
            aria=False,
        )
        # All at once: each of Altair's methods that sets one thing copies the whole chart.
        return alt.layer(
            *layers,
            text.encode(text=alt.Text("text:N")),
            width=self.width,
            height=self.bottom,
            padding=0,
            autosize=alt.AutoSizeParams(type="none"),
            config=alt.Config(background="transparent", font=FONT, view=alt.ViewConfig(stroke=None)),
            resolve=alt.Resolve(scale=alt.ScaleResolveMap(x="independent", y="independent")),
        )


class ShareTable:
    """Shares under one another on a sheet: label, place on a scale from 0 to 100 per cent, and number in words."""

    def __init__(self, sheet: Sheet, margin: float = 0, indent: float = 0) -> None:
        """Divide the sheet, without a margin on both sides, into columns; labels are indented."""
        self.sheet, self.left, self.right = sheet, margin, sheet.width - margin
        self.rows: list[Row] = []
        self._label, self._ticks = margin + indent, []
        self._result_room = 92 if sheet.phone else 110
        start = self._label + 10 if sheet.phone else round(margin + 0.42 * (self.right - margin))
        self.scale = percents(start, self.right - self._result_room - 24)

    def head(self, text: str, gap: float, **style: Any) -> None:
        """Write a line over all columns."""
        self.sheet.row((text, self.left, self.right - self.left), gap=gap, **style)

    def add(self, shares: Iterable[Row]) -> None:
        """Write shares, given as rows with `label`, `result`, `value`, `low` and `high`, and the scale below them."""
        sheet, start, phone = self.sheet, self.scale.range[0], self.sheet.phone
        top = sheet.bottom
        for share in shares:
            result = (share["result"], self.right - self._result_room, self._result_room)
            if phone:
                sheet.row((share["label"], self._label, self.right - self._label))
                y = sheet.row(result, gap=10)
            else:
                y = sheet.row((share["label"], self._label, start - self._label - 24), result, gap=12)
            self.rows.append(share | {"y": y})
        end = sheet.bottom - 6
        y = sheet.take(LINE_HEIGHT)
        for percent in (0, 50, 100) if phone else (0, 25, 50, 75, 100):
            self._ticks.append({"percent": percent, "y": top, "y2": end})
            sheet.write(f"{percent}%", self.scale(percent), y, align="center", size=11, color=QUIET)

    def layers(self, dot_size: int = 90, described: bool = True) -> list[alt.Chart]:
        """Draw scale, intervals and dots; a dot is described unless another mark tells the same."""
        known = [row for row in self.rows if row["value"] is not None]
        if self.sheet.phone:  # lines down the sheet would run through the labels
            grid = chart_of(known).mark_rule(color=GRID, y=datum("y"), aria=False)
            grid = grid.encode(x=alt.XDatum(0, axis=None, scale=self.scale.scale), x2=alt.X2Datum(100))
        else:
            grid = chart_of(self._ticks).mark_rule(color=GRID, y=datum("y"), y2=datum("y2"), aria=False)
            grid = grid.encode(x=self.scale.x("percent"))
        lines = interval_lines(known).encode(x=self.scale.x("low"), x2=alt.X2("high:Q"))
        # A layer without marks would be a group without words for screen readers.
        return [grid, lines, points(known, dot_size, described).encode(x=self.scale.x("value"))] if known else []


def wrap(text: str, pixels: float, size: float = _TEXT_SIZE, weight: str = "normal", **_: Any) -> list[str]:
    """Break text of a size and weight into lines that fit a width in pixels."""
    characters = int(pixels / (size * (_BOLD_CHARACTER if weight == "bold" else _CHARACTER)))
    return textwrap.wrap(text, max(8, characters), break_long_words=False)


def spread(places: Sequence[float], sizes: Sequence[float]) -> list[float]:
    """Move the middles of things of given sizes apart until none overlap, as little as it takes, keeping their order.

    >>> spread([10, 12, 50], [10, 10, 10])
    [6.0, 16.0, 50.0]
    """
    order = sorted(range(len(places)), key=lambda index: places[index])
    moved = [float(place) for place in places]
    for _ in range(1000):
        apart = True
        for above, below in pairwise(order):
            overlap = (sizes[above] + sizes[below]) / 2 - (moved[below] - moved[above])
            if overlap > 1e-6:
                moved[above] -= overlap / 2
                moved[below] += overlap / 2
                apart = False
        if apart:
            break
    return moved
