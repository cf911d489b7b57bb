"""Draw observations as Altair charts, each for a phone and for a wide screen."""

from collections import Counter
from collections.abc import Sequence
from itertools import accumulate, cycle, pairwise
from typing import Any

import altair as alt

from nordic_ai.analysis.observations import Observation
from nordic_ai.analysis.report import load_report
from nordic_ai.analysis.wording import (
    format_label,
    format_part,
    format_period,
    format_value,
    limited,
    percent,
    plain_number,
)
from nordic_ai.evidence.languages import gettext
from nordic_ai.figures import style
from nordic_ai.figures.captions import bases, changes_line, describe, limits_line, write_result
from nordic_ai.figures.comparison import comparison as comparison
from nordic_ai.figures.drawing import Drawing, in_any_language
from nordic_ai.figures.figure import LeftOver
from nordic_ai.figures.marks import Row, Sheet, chart, datum, linear, pixels, rules


@in_any_language
def dots(rows: Sequence[Observation], labels: Sequence[str] | None = None) -> Drawing:
    """Draw shares as dots on one scale from 0 to 100 per cent, with their intervals; a hollow dot has none.

    A limit is a triangle. Where no labels are given, as in all builders, the observations' own are taken; then the
    groups of one question stand together under each of its answers.
    """
    shares = _shares(rows, labels)

    def draw(width: int) -> alt.LayerChart:
        sheet = Sheet(width)
        sheet.add(shares)
        return sheet.draw()

    return Drawing([rows], draw, limits_line(rows), _called(rows, labels))


@in_any_language
def panels(parts: Sequence[tuple[str, Sequence[Observation], Sequence[str] | None]]) -> Drawing:
    """Draw shares of several surveys, each in a frame of its own: its heading, its shares, and labels or None."""
    panes = [(head, _shares(rows, *labels, heading=head), "; ".join(bases(rows))) for head, rows, *labels in parts]
    _apart([heading for heading, *_ in panes], "heading")

    def draw(width: int) -> alt.LayerChart:
        sheet, frames = Sheet(width, margin=12), []
        for heading, shares, base in panes:
            top = sheet.bottom + (14 if frames else 1)
            sheet.bottom = top + 12
            sheet.heading(heading, gap=4, weight="bold", size=15)
            sheet.heading(base, gap=10, size=12, color=style.QUIET)
            sheet.add(shares)
            sheet.reserve(7)
            frames.append({"y": top, "y2": sheet.bottom - 1})
        look = {"filled": False, "stroke": style.GRID, "cornerRadius": 4, "aria": False}
        return sheet.draw(chart(frames).mark_rect(x=1, x2=width - 1, y=datum("y"), y2=datum("y2"), **look))

    remark = limits_line([row for _, rows, *_ in parts for row in rows])
    own = gettext("Each frame has a question, respondents and a scale of its own; the frames are not compared.")
    remark += f" {own}"
    subjects = {heading: row.subject for heading, rows, *_ in parts for row in rows}
    if len(set(subjects.values())) > 1:
        told = gettext("“{heading}” is about {subject}")
        said = (told.format(heading=heading, subject=gettext(subject)) for heading, subject in subjects.items())
        remark += f" {'; '.join(said)}."
    names = {name: label for _, rows, *labels in parts for name, label in _called(rows, *labels).items()}
    return Drawing([rows for _, rows, *_ in parts], draw, remark, names)


@in_any_language
def divided_bars(rows: Sequence[Observation], labels: Sequence[str] | None = None) -> Drawing:
    """Draw each question's answers as one bar of 100 per cent, above a list of its parts with their intervals.

    `rows` are in the order of their scale, and `labels` name the questions. What the printed shares leave over is drawn
    as an open part.
    """
    for row in _observed(rows):
        if row.precision == "bound":
            raise ValueError(f"`{row.observation_id}` is a limit, which no part of a bar can show; use dots")
        if row.choice not in ("single", "scale"):
            raise ValueError(f"`{row.observation_id}` is no part of a whole; use dots for several choices")
        if row.net:
            raise ValueError("an answer that sums up others would count twice in the bar; leave it out")
    questions = Counter(row.question_id for row in rows)
    _apart(names := _names(labels, list(questions), "questions"), "label")
    bars = [_parts([row for row in rows if row.question_id == question]) for question in questions]

    def draw(width: int) -> alt.LayerChart:
        sheet, scale, drawn = Sheet(width, indent=24), linear(1, width - 1), []
        for name, parts in zip(names, bars, strict=True):
            sheet.reserve(16 if drawn else 0)
            sheet.heading(name, gap=6, weight="bold")
            y = sheet.reserve(34, gap=12)
            for part in parts:
                # Only where there is room; the list below has all numbers.
                if pixels(scale, part["end"]) - pixels(scale, part["start"]) > 9 * len(part["number"]) + 8:
                    centre = pixels(scale, (part["start"] + part["end"]) / 2)
                    sheet.write(part["number"], centre, y, align="center", weight="bold", color=part["on"])
                drawn.append(part | {"y": y})
            sheet.add(parts)
        look = {"fill": datum("fill"), "stroke": datum("stroke"), "strokeWidth": 1.5}
        bar = chart(drawn).mark_rect(y=datum("y"), height=34, description=datum("description"), **look)
        square = {"shape": "square", "size": 150, "filled": True, "opacity": 1, "aria": False}
        swatch = chart(sheet.shares).mark_point(x=9, y=datum("first_line"), **square, **look)
        return sheet.draw(bar.encode(alt.X("start:Q", scale=scale), alt.X2("end:Q")), swatch, described=False)

    left_over = [
        LeftOver(question_id=question, label=part["label"], number=part["number"])
        for question, parts in zip(questions, bars, strict=True)
        for part in parts
        if part["value"] is None
    ]
    repeats = gettext("Colours begin anew after {n} answers; the list below a bar has the order of its parts.")
    repeats = repeats.format(n=len(style.RAMP))
    many = max(questions.values(), default=0) > len(style.RAMP)
    return Drawing([rows], draw, repeats if many else "", left_over=left_over)


@in_any_language
def changes(
    then: Sequence[Observation], now: Sequence[Observation], labels: Sequence[str], waves: tuple[str, str]
) -> Drawing:
    """Draw shares of two waves on one scale from 0 to 100 per cent, the later below the earlier, joined by a line.

    Row by row, `then` and `now` are pairs that `nordic_ai.analysis.changes.compare` can compare, and `labels` are what
    they are called; `waves` names the two waves, as in `("2018", "2024")`.
    """
    _apart(waves, "wave")
    before, after = _shares(then, labels, waves[0]), _shares(now, labels, waves[1])
    if any(share["value"] is None for share in (*before, *after)):
        raise ValueError("a line needs a number at both ends; leave out the pairs where one is missing")
    shares = []
    for pair in zip(before, after, strict=True):
        for wave, share in zip(waves, pair, strict=True):
            # The caption says why there is no interval.
            result = f"{wave}: {share['result'] if share['low'] is not None else share['number']}"
            shares.append(share | {"pair": share["label"], "result": result})
        shares[-2]["joined"], shares[-1]["label"] = True, ""

    def draw(width: int) -> alt.LayerChart:
        sheet = Sheet(width, result=132)
        sheet.add(shares)
        return sheet.draw(sheet.connect("pair"))

    names = _called([*then, *now], [*labels, *labels])
    return Drawing([[*then, *now]], draw, f"{limits_line([*then, *now])} {changes_line(then, now, labels)}", names)


@in_any_language
def amounts(
    rows: Sequence[Observation],
    labels: Sequence[str] | None = None,
    sides: tuple[str, str] = ("below zero", "above zero"),
) -> Drawing:
    """Draw figures over time as bars from a common zero, those below zero to its left.

    `rows` are figures in one unit, each with a period. Those with the same label make a line; `labels` name the lines,
    and `sides` say what is left and right of zero, as in `("less spending", "more spending")`. The bar of a limit is
    hollow.
    """
    units = {row.unit for row in _observed(rows)}
    if len(units) > 1:
        raise ValueError(f"amounts in different units cannot share a scale: {', '.join(sorted(units))}")
    if any(row.period_start is None for row in rows):
        raise ValueError("an amount over time needs a period; leave out those without one")
    lines = list(dict.fromkeys(row.label for row in rows))
    _apart(names := _names(labels, lines, "lines"), "label")
    periods = [format_period(row.period_start, row.period_end) for row in rows]
    _apart([f"{row.label}, {period}" for row, period in zip(rows, periods, strict=True)], "period of a line")
    numbers = [gettext("no number") if row.value is None else limited(plain_number(row.value), row) for row in rows]
    room = max((6 * len(number) + 6 for number in numbers), default=0)
    values = [row.value for row in rows if row.value is not None]
    low, high = min(0, *values), max(0, *values)

    def draw(width: int) -> alt.LayerChart:
        sheet, bars, zeros = Sheet(width), [], []
        # Room for the period, for a number left of the bars where some are below zero, and for one right of them.
        written = max(46, *(7 * len(period) + 18 for period in periods))
        scale = linear(written + (max(52, room) if low < 0 else 4), width - max(68, room), low, high)
        zero = pixels(scale, 0)
        unit = gettext("Numbers.")
        if rows[0].unit != "count":
            unit = gettext("In {unit}.").format(unit=gettext(rows[0].unit))
        if low < 0:
            named = gettext("Left of the line: {left}. Right of it: {right}.").format(left=sides[0], right=sides[1])
            unit += f" {named}"
        sheet.heading(unit, gap=12, color=style.QUIET)
        for line, name in zip(lines, names, strict=True):
            sheet.heading(name, gap=4, weight="bold")
            top = sheet.bottom
            told = zip(rows, numbers, periods, strict=True)
            for row, number, period in (one for one in told if one[0].label == line):
                y = sheet.reserve(23)
                color, align, gap = (style.SECOND, "right", -5) if (row.value or 0) < 0 else (style.MARK, "left", 5)
                bar = {"value": row.value, "zero": 0, "y": y, "description": describe(row, f"{name}, {period}")}
                bars.append(bar | {"stroke": color, "fill": style.PAPER if row.precision == "bound" else color})
                sheet.write(period, 0, y, size=12, color=style.QUIET)
                sheet.write(number, pixels(scale, row.value or 0) + gap, y, align=align, size=12)
            zeros.append({"x": zero, "x2": zero, "y": top, "y2": sheet.bottom})
            sheet.reserve(12)
        look = {name: datum(name) for name in ("fill", "stroke", "description")}
        bar = chart(bars).mark_rect(y=datum("y"), height=16, **look)
        bar = bar.encode(alt.X("value:Q", scale=scale), alt.X2("zero:Q"))
        return sheet.draw(bar, rules(zeros, style.QUIET))

    limits = any(row.precision == "bound" for row in rows)
    return Drawing([rows], draw, gettext("A hollow bar is a limit: the amount lies beyond its end.") if limits else "")


def _names(labels: Sequence[str] | None, named: Sequence[Any], what: str) -> Sequence[Any]:
    """Give the labels of the rows, questions or lines that are named, or these themselves where there are none."""
    names = named if labels is None else labels
    if len(names) != len(named):
        raise ValueError(f"{len(names)} labels for {len(named)} {what}")
    return names


def _called(rows: Sequence[Observation], labels: Sequence[str] | None = None) -> dict[str, str]:
    """Say by the ids of rows what their labels call them, if they have labels."""
    return {row.observation_id: label for row, label in zip(rows, labels or (), strict=labels is not None)}


def _apart(names: Sequence[Any], what: str) -> None:
    """Refuse names that are empty or that readers could not tell apart."""
    looks = [" ".join(str(name).casefold().split()) for name in names]
    for name, look in zip(names, looks, strict=True):
        if not look or looks.count(look) > 1:
            raise ValueError(f"the {what} “{name}” is empty or given twice; give names that readers can tell apart")


def _observed(rows: Sequence[Observation]) -> Sequence[Observation]:
    """Refuse anything else than observations, such as their ids."""
    if not all(isinstance(row, Observation) for row in rows):
        raise ValueError("a chart takes what `observations(…)` gives for ids, not the ids")
    for row in rows:
        if row.precision == "range":
            raise ValueError(f"`{row.observation_id}` is a range, and no chart has a mark for one; tell it in the text")
    return rows


def _shares(rows: Sequence[Observation], labels: Sequence[str] | None = None, heading: str = "") -> list[Row]:
    """Give the data of shares, each with its label or, where none are given, the observation's own."""
    if other := sorted({row.unit for row in _observed(rows)} - {"percent"}):
        raise ValueError(f"only shares in per cent can be drawn on this scale, not {', '.join(other)}")
    names = _names(labels, [format_label(row, load_report().evidence) for row in rows], "rows")
    _apart([name for row, name in zip(rows, names, strict=True) if row.value is not None], "label")
    by_group = labels is None and len({row.question_id for row in rows}) == 1 and all(row.group for row in rows)
    return [
        {
            "label": gettext(row.group) if by_group else label,
            "above": label.removesuffix(f": {gettext(row.group)}") if by_group else "",
            "number": format_value(row),
            "result": write_result(row),
            "description": describe(row, f"{heading}, {label}" if heading else label),
            "value": row.value,
            "low": row.ci_low,
            "high": row.ci_high,
            "direction": row.direction,
        }
        for row, label in zip(rows, names, strict=True)
    ]


def _parts(answers: Sequence[Observation]) -> list[Row]:
    """Divide a bar of 100 per cent among a question's answers; what no printed share covers stays open."""
    known = [share for share in _shares(answers) if share["value"] is not None]
    rest = 100 - sum(share["value"] for share in known)
    parts = []
    for share, (fill, on) in zip(known, cycle(style.RAMP), strict=False):
        stroke = style.PAPER if share["value"] else style.GRID
        parts.append(share | {"size": share["value"], "fill": fill, "on": on, "stroke": stroke})
    if rest > 0:
        # In the place of the first answer that is not told, else at the end.
        parts.insert([*(answer.value for answer in answers), None].index(None), _open_part(rest, answers))
    places = pairwise(accumulate((part["size"] for part in parts), initial=0.0))
    return [part | {"start": start, "end": min(100.0, end)} for part, (start, end) in zip(parts, places, strict=True)]


def _open_part(rest: float, answers: Sequence[Observation]) -> Row:
    """Describe what the printed shares leave over: answers not told, nobody (rounding), or what the counts say."""
    counts = [answer.implied_count for answer in answers if answer.value is not None]
    labels = [format_label(answer, load_report().evidence) for answer in answers if answer.value is None]
    untold = [label[0].lower() + label[1:] for label in labels]
    if None not in counts:
        left = answers[0].base_n - sum(counts)
        some = gettext("{part} in answers that are not told")
        name = some.format(part=format_part(left, answers[0].base_n)) if left else gettext("Rounding")
    elif untold:
        name = gettext("Not told, includes: {answers}").format(answers="; ".join(untold))
    else:
        name = gettext("In no printed answer, or rounding")
    number = gettext("about {number}").format(number=percent(rest, None))  # rounded shares add up only roughly
    words = {"label": name, "result": number, "description": f"{name}: {number}", "number": number}
    look = {"fill": style.PAPER, "stroke": style.QUIET, "on": style.INK}
    return words | look | {"size": rest, "value": None, "low": None, "high": None}
