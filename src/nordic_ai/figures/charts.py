"""Draw rows of evidence as Altair charts, each for a phone and for a wide screen.

Every builder takes rows and gives a `Drawing`: the rows and a function from a width in pixels to a chart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import altair as alt
import pandas as pd

from nordic_ai.analysis.changes import compare
from nordic_ai.analysis.observations import Observation
from nordic_ai.analysis.wording import (
    format_change,
    format_change_interval,
    format_interval,
    format_value,
    plain_number,
)
from nordic_ai.figures.captions import bases
from nordic_ai.figures.layout import (
    GRID,
    INK,
    LINE_HEIGHT,
    MARK,
    ON_STRONG,
    ON_WEAK,
    PAPER,
    PHONE,
    QUIET,
    RAMP,
    SAYS,
    SECOND,
    across,
    canvas,
    down,
    height_of,
    interval_lines,
    percents,
    pixels,
    points,
    spread,
    text_column,
    wrap,
)

_FILL, _STROKE = alt.Fill("fill:N", scale=None), alt.Stroke("stroke:N", scale=None)
_ON = alt.Color("on:N", scale=None)


@dataclass(frozen=True)
class Drawing:
    """Rows of evidence and how to draw them at a width."""

    rows: Sequence[Observation]
    draw: Callable[[int], alt.LayerChart]
    remark: str = ""
    """What the caption must say beside what it says of the rows one by one."""
    scales: Sequence[Sequence[Observation]] | None = None
    """The rows that stand on a common scale, so that a reader compares them; all of them when left out."""


def _described(observation: Observation, label: str) -> str:
    """Say in words what one mark shows; the tooltip and the screen reader use it."""
    text = f"{label}: {format_value(observation)}"
    if interval := format_interval(observation):
        text += f", 95% interval {interval}"
    elif observation.missing:
        text += f" ({observation.missing.rstrip('.')})"
    return text


def _result(observation: Observation) -> str:
    """Write a share with its interval, or say that there is none."""
    number = format_value(observation)
    if observation.value is None:
        return number
    interval = format_interval(observation)
    return f"{number} ({interval})" if interval else f"{number}, no interval"


def _require_percent(rows: Sequence[Observation]) -> None:
    other = sorted({row.unit for row in rows} - {"percent"})
    if other:
        raise ValueError(f"only shares in per cent can be drawn on this scale, not {', '.join(other)}")


def _names(labels: Sequence[str] | None, default: Sequence[str], what: str) -> list[str]:
    names = list(labels) if labels is not None else list(default)
    if len(names) != len(default):
        raise ValueError(f"{len(names)} labels for {len(default)} {what}")
    return names


def dots(rows: Sequence[Observation], labels: Sequence[str] | None = None) -> Drawing:
    """Draw shares as dots on one scale from 0 to 100 per cent, with their intervals.

    Parameters
    ----------
    rows
        Observations in per cent. A hollow dot has no interval; a missing number is said in words.
    labels
        What each row is called; the observations' labels when left out.
    """
    _require_percent(rows)
    names = _names(labels, [row.label for row in rows], "rows")

    def draw(width: int) -> alt.LayerChart:
        phone = width < PHONE
        result_room = 92 if phone else 110
        left, right = 10 if phone else round(width * 0.42), width - result_room - 24
        data, top = [], 4.0
        for observation, name in zip(rows, names, strict=True):
            label, result = wrap(name, width if phone else left - 24), wrap(_result(observation), result_room)
            # On a phone the label stands above its marks, else beside them.
            above = height_of(label) if phone else 0
            height = above + max(height_of(result), 0 if phone else height_of(label))
            middle = top + (above + height) / 2
            data.append(
                {
                    "name": label,
                    "name_y": (top if phone else middle - height_of(label) / 2) + LINE_HEIGHT / 2,
                    "result": result,
                    "result_y": middle - height_of(result) / 2 + LINE_HEIGHT / 2,
                    "y": middle,
                    "value": observation.value,
                    "low": observation.ci_low,
                    "high": observation.ci_high,
                    "says": _described(observation, name),
                }
            )
            top += height + 14
        frame, scale = pd.DataFrame(data), percents(left, right)
        # On a phone grid lines would run through the labels, so each row has a rail of its own.
        axis = alt.Axis(values=[0, 25, 50, 75, 100], labelExpr="datum.value + '%'", labelFlush=False, grid=not phone)
        rails = alt.Chart(frame.assign(zero=0, hundred=100)).mark_rule(color=GRID, aria=False, opacity=int(phone))
        layers = [
            rails.encode(x=alt.X("zero:Q", scale=scale, axis=axis), x2=alt.X2("hundred:Q"), y=down(top)),
            text_column(frame.assign(y=frame["name_y"]), top, 0, "name"),
            text_column(frame.assign(y=frame["result_y"]), top, width - result_room, "result"),
            interval_lines(frame, alt.X("low:Q", scale=scale, axis=axis), top),
            *points(frame, alt.X("value:Q", scale=scale, axis=axis), top, 90),
        ]
        return canvas(layers, width, top, bottom=26)

    return Drawing(rows, draw)


_FRAME_GAP, _FRAME_PADDING = 16, 12


def panels(parts: Sequence[tuple[str, Sequence[Observation], Sequence[str]]]) -> Drawing:
    """Draw shares of several surveys side by side, each survey in a frame with a scale of its own.

    Parameters
    ----------
    parts
        For each frame its heading, its observations in per cent, and what each of these is called.
    """
    for _, rows, labels in parts:
        _require_percent(rows)
        _names(labels, [row.label for row in rows], "rows")
    every = [row for _, rows, _ in parts for row in rows]

    def draw(width: int) -> alt.LayerChart:
        columns = 1 if width < PHONE else 2
        texts, marks, frames, top = [], [], [], 1.0
        for first in range(0, len(parts), columns):
            side_by_side, bottom = parts[first : first + columns], top
            frame_width = (width - _FRAME_GAP * (len(side_by_side) - 1)) / len(side_by_side)
            for column, part in enumerate(side_by_side):
                left = column * (frame_width + _FRAME_GAP)
                frames.append({"x": left + 1, "x2": left + frame_width - 1, "y": top})
                end = _panel(part, left + _FRAME_PADDING, top + _FRAME_PADDING, frame_width, texts, marks)
                bottom = max(bottom, end)
            for frame in frames[first:]:
                frame["y2"] = bottom
            top = bottom + _FRAME_GAP
        x, y = pixels(width), down(top)
        text, mark = pd.DataFrame(texts), pd.DataFrame(marks)
        edge = alt.Chart(pd.DataFrame(frames)).mark_rect(filled=False, stroke=GRID, cornerRadius=4, aria=False)
        rail = alt.Chart(mark).mark_rule(color=GRID, aria=False)
        layers = [
            edge.encode(x=across("x", x), x2="x2:Q", y=y, y2="y2:Q"),
            rail.encode(x=across("zero", x), x2=alt.X2("hundred:Q"), y=y),
            *(
                text_column(text[text["kind"] == kind], top, across("x", x), "text", **style)
                for kind, style in (
                    ("head", {"fontWeight": "bold", "fontSize": 15}),
                    ("base", {"color": QUIET, "fontSize": 12}),
                    ("label", {}),
                    ("result", {"fontWeight": "bold"}),
                    ("end", {"color": QUIET, "fontSize": 11}),
                )
            ),
            interval_lines(mark, across("low", x), top),
            *points(mark, across("value", x), top, 90),
        ]
        return canvas(layers, width, top - _FRAME_GAP + 1)

    remark = "Each frame has a question, respondents and a scale of its own; the frames are not compared."
    return Drawing(every, draw, remark, scales=[rows for _, rows, _ in parts])


def _panel(
    part: tuple[str, Sequence[Observation], Sequence[str]],
    left: float,
    top: float,
    frame_width: float,
    texts: list[dict[str, object]],
    marks: list[dict[str, object]],
) -> float:
    """Lay out one frame's texts and marks, and give where it ends, in pixels from above."""
    head, observations, labels = part
    inner, result_room = frame_width - 2 * _FRAME_PADDING, 92

    def write(kind: str, text: str, x: float, y: float) -> None:
        texts.append({"kind": kind, "text": text, "x": x, "y": y + LINE_HEIGHT / 2})

    head_lines = wrap(head, inner, bold=True)
    write("head", head_lines, left, top)
    top += height_of(head_lines) + 6
    base = wrap("; ".join(bases(observations)), inner)
    write("base", base, left, top)
    top += height_of(base) + 12
    zero, hundred = left + 8, left + inner - result_room - 20
    for observation, name in zip(observations, labels, strict=True):
        label, result = wrap(name, inner), wrap(_result(observation), result_room)
        write("label", label, left, top)
        top += height_of(label) + 3
        write("result", result, left + inner - result_room, top)
        places = {
            end: None if share is None else zero + share * (hundred - zero) / 100
            for end, share in (("value", observation.value), ("low", observation.ci_low), ("high", observation.ci_high))
        }
        marks.append(
            places
            | {"zero": zero, "hundred": hundred, "y": top + 8, "says": _described(observation, f"{head}, {name}")}
        )
        top += height_of(result) + 10
    for share, place in ((0, zero), (100, hundred)):
        write("end", f"{share}%", place - (14 if share else 8), top - 6)
    return top + LINE_HEIGHT + 2


def divided_bars(rows: Sequence[Observation], labels: Sequence[str] | None = None) -> Drawing:
    """Draw each question's answers as one bar of 100 per cent, with a key that names every part and its interval.

    Parameters
    ----------
    rows
        Answers to one or more questions, in the order of their scale. What the printed shares leave over is drawn
        as an open part.
    labels
        What each question's bar is called, in the order of the questions in `rows`.
    """
    _require_percent(rows)
    several = [row for row in rows if row.choice not in ("single", "scale")]
    if several:
        raise ValueError(f"`{several[0].observation_id}` is no part of a whole; use dots for several choices")
    if any(row.net for row in rows):
        raise ValueError("an answer that sums up others would count twice in the bar; leave it out")
    questions = list(dict.fromkeys(row.question_id for row in rows))
    if any(sum(row.question_id == question for row in rows) > len(RAMP) for question in questions):
        raise ValueError(f"a bar holds {len(RAMP)} answers that can be told apart; use dots for more")
    names = _names(labels, questions, "questions")

    def draw(width: int) -> alt.LayerChart:
        phone = width < PHONE
        # Beside each entry of the key, or under it on a phone, a strip from 0 to 100 per cent holds its interval.
        strip_left = 24 if phone else round(width * 0.6)
        heads, bars, keys, ends, top = [], [], [], [], 2.0
        for question, name in zip(questions, names, strict=True):
            head = wrap(name, width, bold=True)
            heads.append({"name": head, "y": top + LINE_HEIGHT / 2})
            top += height_of(head) + 6
            parts = _parts([row for row in rows if row.question_id == question])
            bars.extend(part | {"y": top, "y_end": top + 34, "middle": top + 17} for part in parts)
            top += 34 + (12 if phone else 24)
            ends.extend({"y": top - 8, "share": share, "text": f"{share}%"} for share in (0, 100))
            for part in parts:
                text = wrap(f"{part['result']} {part['answer']}", width - 26 if phone else strip_left - 48)
                strip = top + height_of(text) + 5 if phone else top + LINE_HEIGHT / 2
                keys.append(part | {"text": text, "y": top + LINE_HEIGHT / 2, "strip": strip})
                top += height_of(text) + (18 if phone and part["low"] is not None else 6)
            top += 16
        bar_data, key_data = pd.DataFrame(bars), pd.DataFrame(keys)
        scale, strip_scale = percents(1, width - 1), percents(strip_left, width - 18)
        wide_enough = (bar_data["end"] - bar_data["start"]) * width / 100 > bar_data["number"].str.len() * 9 + 8
        inside = bar_data[wide_enough].assign(y=bar_data["middle"])
        strips = key_data[key_data["low"].notna()].assign(y=key_data["strip"], zero=0, hundred=100)
        bar = alt.Chart(bar_data).mark_rect(strokeWidth=1.5)
        swatch = alt.Chart(key_data).mark_point(shape="square", size=150, filled=True, strokeWidth=1.5, aria=False)
        rail = alt.Chart(strips).mark_rule(color=GRID, aria=False)
        dot = alt.Chart(strips).mark_point(size=50, filled=True, color=MARK, opacity=1, aria=False)
        layers = [
            text_column(pd.DataFrame(heads), top, 0, "name", fontWeight="bold"),
            bar.encode(
                x=across("start", scale),
                x2=alt.X2("end:Q"),
                y=down(top),
                y2=alt.Y2("y_end:Q"),
                fill=_FILL,
                stroke=_STROKE,
                **SAYS,
            ),
            text_column(inside, top, across("centre", scale), "number", "center", fontWeight="bold").encode(color=_ON),
            swatch.encode(x=alt.value(9), y=down(top), fill=_FILL, stroke=_STROKE, opacity=alt.value(1)),
            text_column(key_data, top, 24, "text"),
            # The strips have a scale of their own, so they form a layer of their own.
            alt.layer(
                rail.encode(x=across("zero", strip_scale), x2=alt.X2("hundred:Q"), y=down(top)),
                interval_lines(strips, across("low", strip_scale), top),
                dot.encode(x=across("value", strip_scale), y=down(top)),
            ),
        ]
        if not phone:
            at = across("share", strip_scale)
            layers.append(text_column(pd.DataFrame(ends), top, at, "text", "center", fontSize=11, color=QUIET))
        return canvas(layers, width, top, own_x=True)

    return Drawing(rows, draw)


def _parts(answers: Sequence[Observation]) -> list[dict[str, object]]:
    """Divide a bar of 100 per cent among a question's answers; what no printed share covers stays open."""
    known = [answer for answer in answers if answer.value is not None]
    rest = 100 - sum(answer.value for answer in known)
    parts = [_answer_part(answer, position) for position, answer in enumerate(known)]
    if rest > 0:
        # In the place of the first answer that is not told, else at the end.
        parts.insert([*(answer.value for answer in answers), None].index(None), _open_part(rest, answers))
    start = 0.0
    for part in parts:
        size = part["value"]
        part |= {"start": start, "end": min(100.0, start + size), "centre": start + size / 2}
        start += size
    return parts


def _answer_part(answer: Observation, position: int) -> dict[str, object]:
    return {
        "answer": answer.label,
        "number": format_value(answer),
        "result": _result(answer),
        "value": answer.value,
        "low": answer.ci_low,
        "high": answer.ci_high,
        "fill": RAMP[position],
        "stroke": PAPER if answer.value else GRID,
        "on": ON_STRONG if position < 2 else ON_WEAK,
        "says": _described(answer, answer.label),
    }


def _open_part(rest: float, answers: Sequence[Observation]) -> dict[str, object]:
    """Describe what the printed shares leave over: answers not told, nobody (rounding), or what the counts say."""
    counts = [answer.implied_count for answer in answers if answer.value is not None]
    untold = [answer.label[0].lower() + answer.label[1:] for answer in answers if answer.value is None]
    if None not in counts:
        left = answers[0].base_n - sum(counts)
        name = f"{left} of {answers[0].base_n} in answers that are not told" if left else "Rounding"
    elif untold:
        name = f"Not told, includes: {'; '.join(untold)}"
    else:
        name = "In no printed answer, or rounding"
    number = f"about {plain_number(rest)}%"  # rounded shares add up only roughly
    look = {"fill": PAPER, "stroke": QUIET, "on": INK, "value": rest, "low": None, "high": None}
    return {"answer": name, "number": number, "result": f"{number}:", "says": f"{name}: {number}"} | look


def slopes(
    then: Sequence[Observation], now: Sequence[Observation], labels: Sequence[str], waves: tuple[str, str]
) -> Drawing:
    """Draw shares of two waves as lines from then to now, on a scale from 0 to 100 per cent.

    Parameters
    ----------
    then, now
        Observations in per cent, in the same order: pairs that `nordic_ai.analysis.changes.compare` can compare.
    labels
        What each line is called.
    waves
        What the two waves are called, for example `("2018", "2024")`.
    """
    rows = [*then, *now]
    _require_percent(rows)
    if not len(then) == len(now) == len(labels):
        raise ValueError(f"{len(then)} rows then, {len(now)} now and {len(labels)} labels must be as many")
    if any(row.value is None for row in rows):
        raise ValueError("a line needs a number at both ends; leave out the pairs where one is missing")
    remark = _remark_on_changes(then, now, labels)

    def draw(width: int) -> alt.LayerChart:
        label_room = 132 if width < PHONE else 270
        left, right, top, plot = 44, width - label_room - 16, 34, 300

        def y_of(share: float | None) -> float | None:
            return None if share is None else top + plot * (1 - share / 100)

        frame = pd.DataFrame(
            {
                "line": name,
                "value": observation.value,
                "x": x,
                "y": y_of(observation.value),
                "low": y_of(observation.ci_low),
                "high": y_of(observation.ci_high),
                "number": format_value(observation),
                "says": f"{wave}, {_described(observation, name)}",
            }
            for wave, x, data in ((waves[0], left, then), (waves[1], right, now))
            for observation, name in zip(data, labels, strict=True)
        )
        before, after = frame[: len(then)], frame[len(then) :].copy()
        # Each line ends a step before the last, so that intervals do not cover each other.
        after["x"] -= [8.0 * step for step in range(len(after))]
        frame = pd.concat([before, after])
        ends = [
            wrap(f"{_result(observation)} {name}", label_room) for observation, name in zip(now, labels, strict=True)
        ]
        sizes = [height_of(end) for end in ends]
        middles = spread(after["y"].tolist(), [size + 4 for size in sizes])
        tops = [middle - (size - LINE_HEIGHT) / 2 for middle, size in zip(middles, sizes, strict=True)]
        starts = spread(before["y"].tolist(), [LINE_HEIGHT] * len(before))
        height = max(top + plot, *(m + s / 2 for m, s in zip(middles, sizes, strict=True))) + 8
        x = across("x", pixels(width))
        grid = pd.DataFrame({"y": [y_of(share) for share in (0, 50, 100)], "x": left, "end": right})
        scale = pd.DataFrame({"y": grid["y"] + [-9, 9, 9], "text": ["0%", "50%", "100%"]})
        heads = pd.DataFrame({"x": [left, right], "y": 10.0, "wave": list(waves)})
        line = alt.Chart(frame).mark_line(color=MARK, strokeWidth=2, aria=False)
        leaders = after.assign(end=right + 13.0, y_end=middles)[["x", "y", "end", "y_end"]]
        leader = alt.Chart(leaders).mark_rule(color=GRID, aria=False)
        layers = [
            alt.Chart(grid).mark_rule(color=GRID, aria=False).encode(x=x, x2=alt.X2("end:Q"), y=down(height)),
            text_column(scale, height, (left + right) / 2, "text", "center", fontSize=11, color=QUIET),
            text_column(heads, height, x, "wave", "center", fontWeight="bold"),
            leader.encode(x=x, x2=alt.X2("end:Q"), y=down(height), y2=alt.Y2("y_end:Q")),
            line.encode(x=x, y=down(height), detail=alt.Detail("line:N")),
            interval_lines(frame, x, height, upright=True),
            text_column(before.assign(y=starts), height, left - 10, "number", "right"),
            text_column(pd.DataFrame({"y": tops, "end": ends}), height, right + 16, "end"),
            *points(before, x, height, 70),
            *points(after, x, height, 70),
        ]
        return canvas(layers, width, height)

    return Drawing(rows, draw, remark)


def _remark_on_changes(then: Sequence[Observation], now: Sequence[Observation], labels: Sequence[str]) -> str:
    """Give the intervals of the changes that have one, and why the others have none."""
    changes = [compare(*pair) for pair in zip(then, now, strict=True)]
    tested = [
        f"{label}: {format_change(change.value)}, {format_change_interval(change.ci_low, change.ci_high)}"
        for change, label in zip(changes, labels, strict=True)
        if change.ci_low is not None
    ]
    reasons = dict.fromkeys(change.cannot_be_tested_because for change in changes if change.cannot_be_tested_because)
    sentences = [f"Changes with their 95% intervals: {'; '.join(tested)}."] if tested else []
    which = "any other change" if tested else "a change"
    sentences += [f"No interval of {which}: {'; '.join(reasons)}."] if reasons else []
    return " ".join(sentences)


def amounts(rows: Sequence[Observation], labels: Sequence[str] | None = None) -> Drawing:
    """Draw budget lines over the years as bars from a common zero, outlays and savings on either side.

    Parameters
    ----------
    rows
        Figures in one unit, each with a period; lines are told apart by their labels, in order.
    labels
        What each line is called, in the order of the lines in `rows`.
    """
    units = {row.unit for row in rows}
    if len(units) > 1:
        raise ValueError(f"amounts in different units cannot share a scale: {', '.join(sorted(units))}")
    if any(row.period_start is None for row in rows):
        raise ValueError("an amount over time needs a period; leave out those without one")
    lines = list(dict.fromkeys(row.label for row in rows))
    names = dict(zip(lines, _names(labels, lines, "lines"), strict=True))

    def draw(width: int) -> alt.LayerChart:
        unit = wrap(f"In {rows[0].unit}. Left of the line: less spending. Right of it: more.", width)
        heads, bars, zeros, top = [], [], [], height_of(unit) + 12.0
        for line in lines:
            head = wrap(names[line], width, bold=True)
            heads.append({"name": head, "y": top + LINE_HEIGHT / 2})
            top += height_of(head) + 4
            zeros.append({"zero": 0, "y": top, "end": top + 23 * sum(row.label == line for row in rows)})
            for observation in (row for row in rows if row.label == line):
                value, year = observation.value, observation.period_start.year
                negative = value is not None and value < 0
                bars.append(
                    {
                        "y": top + 3,
                        "y_end": top + 19,
                        "middle": top + 11,
                        "year": str(year),
                        "value": value,
                        "zero": 0,
                        "negative": negative,
                        "number": "no number" if value is None else plain_number(value),
                        "at": value or 0,
                        "fill": SECOND if negative else MARK,
                        "says": _described(observation, f"{names[line]}, {year}"),
                    }
                )
                top += 23
            top += 12
        frame = pd.DataFrame(bars)
        known, middle = frame[frame["value"].notna()], frame.assign(y=frame["middle"])
        low, high = min(0, *known["value"]), max(0, *known["value"])
        # Room for the year, for a number left of the bars where there are savings, and for one right of them.
        scale = alt.Scale(domain=[low, high], range=[46 + (52 if low < 0 else 4), width - 68], nice=False)
        rule = alt.Chart(pd.DataFrame(zeros)).mark_rule(color=QUIET, aria=False)
        at, style = across("at", scale), {"fontSize": 12}
        layers = [
            text_column(pd.DataFrame({"y": [LINE_HEIGHT / 2], "unit": [unit]}), top, 0, "unit", color=QUIET),
            text_column(pd.DataFrame(heads), top, 0, "name", fontWeight="bold"),
            text_column(middle, top, 0, "year", color=QUIET, **style),
            alt.Chart(known)
            .mark_rect()
            .encode(
                x=across("value", scale), x2=alt.X2("zero:Q"), y=down(top), y2=alt.Y2("y_end:Q"), fill=_FILL, **SAYS
            ),
            rule.encode(x=across("zero", scale), y=down(top), y2=alt.Y2("end:Q")),
            text_column(middle[~middle["negative"]], top, at, "number", dx=5, **style),
            text_column(middle[middle["negative"]], top, at, "number", "right", dx=-5, **style),
        ]
        return canvas(layers, width, top)

    return Drawing(rows, draw)
