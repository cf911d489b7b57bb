"""Draw rows of evidence as Altair charts that fit a phone and a wide screen without overlapping text.

Every builder takes rows and gives a `Drawing`: the rows and a function from a width in pixels to a chart.
Text stands at computed places, in lines broken to the room that there is, so nothing is left to chance.
Colours are CSS variables with fallbacks, so that one picture serves light and dark pages.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import altair as alt
import pandas as pd

from nordic_ai.formats import format_interval, format_value, plain_number
from nordic_ai.observations import Observation
from nordic_ai.tables import to_observations

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

TEXT_SIZE = 13
LINE_HEIGHT = 17
# Helvetica, Arial and the free fonts that stand in for them set text equally wide, so broken lines fit everywhere.
FONT = "Helvetica, Arial, sans-serif"
_CHARACTER, _BOLD_CHARACTER = 6.6, 7.2  # generous average width of a character at TEXT_SIZE, in pixels
_PHONE = 420  # below this width labels stand above their marks


@dataclass(frozen=True)
class Drawing:
    """Rows of evidence and how to draw them at a width."""

    rows: pd.DataFrame
    draw: Callable[[int], alt.LayerChart]


def _wrap(text: str, pixels: float, bold: bool = False) -> str:
    characters = int(pixels / (_BOLD_CHARACTER if bold else _CHARACTER))
    return "\n".join(textwrap.wrap(text, max(8, characters), break_long_words=False))


def _lines(text: str) -> int:
    return text.count("\n") + 1


def _described(observation: Observation, label: str) -> str:
    """Say in words what one mark shows; the tooltip and the screen reader use it."""
    text = f"{label}: {format_value(observation)}"
    if observation.ci_low is not None and observation.ci_high is not None:
        text += f", 95% interval {format_interval(observation.ci_low, observation.ci_high)}"
    elif observation.missing:
        text += f" ({observation.missing.rstrip('.')})"
    return text


def _pixels(length: float) -> alt.Scale:
    """Scale that takes places in pixels as they are."""
    return alt.Scale(domain=[0, length], range=[0, length], nice=False, zero=False)


def _y(height: float, field: str = "y") -> alt.Y:
    return alt.Y(f"{field}:Q", axis=None, scale=_pixels(height))


def _text(data: pd.DataFrame, height: float, x: float, field: str, align: str = "left", **mark: object) -> alt.Chart:
    """Write a column of text at a fixed place, one entry a row."""
    style = {"align": align, "baseline": "middle", "fontSize": TEXT_SIZE, "lineBreak": "\n", "color": INK}
    style |= {"lineHeight": LINE_HEIGHT, "aria": False, **mark}
    return alt.Chart(data).mark_text(**style).encode(x=alt.value(x), y=_y(height), text=f"{field}:N")


def _finish(
    layers: Sequence[alt.Chart | alt.LayerChart], width: int, height: float, bottom: int = 0, own_x: bool = False
) -> alt.LayerChart:
    """Put layers on a canvas of exactly this size; `own_x` keeps each layer's horizontal scale apart."""
    chart = alt.layer(*layers)
    if own_x:
        chart = chart.resolve_scale(x="independent")
    return (
        chart.properties(
            width=width,
            height=height,
            padding={"left": 0, "right": 0, "top": 0, "bottom": bottom},
            autosize=alt.AutoSizeParams(type="none"),
        )
        .configure(background="transparent", font=FONT)
        .configure_view(stroke=None)
        .configure_axis(
            domain=False,
            ticks=False,
            gridColor=GRID,
            gridOpacity=1,
            labelColor=QUIET,
            labelFontSize=12,
            labelPadding=6,
            title=None,
        )
    )


def _percents(left: float, right: float) -> alt.Scale:
    """Scale from 0 to 100 per cent between two places."""
    return alt.Scale(domain=[0, 100], range=[left, right], nice=False)


def dots(rows: pd.DataFrame, labels: Sequence[str] | None = None) -> Drawing:
    """Draw shares as dots on one scale from 0 to 100 per cent, with their intervals.

    Parameters
    ----------
    rows
        Observations in per cent. A hollow dot has no interval; a missing number is said in words.
    labels
        What each row is called; the observations' labels when left out.
    """
    _require_percent(rows)
    names = list(labels) if labels is not None else rows["label"].tolist()
    if len(names) != len(rows):
        raise ValueError(f"{len(names)} labels for {len(rows)} rows")

    def draw(width: int) -> alt.LayerChart:
        phone = width < _PHONE
        result_room = 92 if phone else 110
        left = 10 if phone else round(width * 0.42)
        right = width - result_room - 24
        room = width if phone else left - 24
        data, top = [], 4.0
        for observation, name in zip(to_observations(rows), names, strict=True):
            label = _wrap(name, room)
            result = _wrap(_result(observation), result_room)
            label_height, result_height = _lines(label) * LINE_HEIGHT, _lines(result) * LINE_HEIGHT
            # On a phone the label stands above its marks, else beside them.
            height = label_height + result_height if phone else max(label_height, result_height)
            middle = top + label_height + result_height / 2 if phone else top + height / 2
            label_top = top if phone else middle - label_height / 2
            data.append(
                {
                    "name": label,
                    "name_y": label_top + LINE_HEIGHT / 2,
                    "result": result,
                    "result_y": middle - result_height / 2 + LINE_HEIGHT / 2,
                    "y": middle,
                    "value": observation.value,
                    "low": observation.ci_low,
                    "high": observation.ci_high,
                    "says": _described(observation, name),
                }
            )
            top += height + 14
        height = top
        frame = pd.DataFrame(data)
        has_interval = frame["low"].notna()
        scale = _percents(left, right)
        axis = alt.Axis(values=[0, 25, 50, 75, 100], labelExpr="datum.value + '%'", labelFlush=False)
        x = alt.X("value:Q", scale=scale, axis=axis)
        layers = [
            _text(frame.assign(y=frame["name_y"]), height, 0, "name"),
            _text(frame.assign(y=frame["result_y"]), height, width - result_room, "result"),
            alt.Chart(frame[has_interval])
            .mark_rule(strokeWidth=5, strokeCap="round", color=MARK, opacity=0.45, aria=False)
            .encode(x=alt.X("low:Q", scale=scale, axis=axis), x2="high:Q", y=_y(height)),
        ]
        layers.extend(_points(frame, x, height, 90))
        return _finish(layers, width, height, bottom=26)

    return Drawing(rows, draw)


def _points(frame: pd.DataFrame, x: alt.X, height: float, size: int) -> list[alt.Chart]:
    """Draw the values as dots: full where there is an interval, hollow where there is none."""
    known = frame[frame["value"].notna()]
    has_interval = known["low"].notna()
    return [
        alt.Chart(part)
        .mark_point(size=size, filled=True, fill=fill, stroke=MARK, strokeWidth=2, opacity=1)
        .encode(x=x, y=_y(height), description="says:N", tooltip="says:N")
        for part, fill in ((known[has_interval], MARK), (known[~has_interval], PAPER))
        if not part.empty  # an empty layer would be a mark without words
    ]


def _result(observation: Observation) -> str:
    """Write a share with its interval, or say that there is none."""
    number = format_value(observation)
    if observation.value is None:
        return number
    if observation.ci_low is None or observation.ci_high is None:
        return f"{number}, no interval"
    return f"{number} ({format_interval(observation.ci_low, observation.ci_high)})"


def divided_bars(rows: pd.DataFrame, labels: Sequence[str] | None = None) -> Drawing:
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
    questions = list(dict.fromkeys(rows["question_id"]))
    names = list(labels) if labels is not None else questions
    if len(names) != len(questions):
        raise ValueError(f"{len(names)} labels for {len(questions)} questions")

    def draw(width: int) -> alt.LayerChart:
        phone = width < _PHONE
        # Beside each entry of the key, or under it on a phone, a strip from 0 to 100 per cent holds its interval.
        strip_left = 24 if phone else round(width * 0.6)
        room = width - 26 if phone else strip_left - 48
        heads, bars, keys, top = [], [], [], 2.0
        for question, name in zip(questions, names, strict=True):
            head = _wrap(name, width, bold=True)
            heads.append({"name": head, "y": top + LINE_HEIGHT / 2})
            top += _lines(head) * LINE_HEIGHT + 6
            parts = _parts(to_observations(rows[rows["question_id"] == question]))
            bars.extend(part | {"y": top, "y_end": top + 34, "middle": top + 17} for part in parts)
            top += 34 + 12
            for part in parts:
                text = _wrap(f"{part['result']} {part['answer']}", room)
                height = _lines(text) * LINE_HEIGHT
                strip = top + height + 5 if phone else top + LINE_HEIGHT / 2
                keys.append(part | {"text": text, "y": top + LINE_HEIGHT / 2, "strip": strip})
                top += height + (18 if phone and part["low"] is not None else 6)
            top += 16
        height = top
        bar_data, key_data = pd.DataFrame(bars), pd.DataFrame(keys)
        scale, strip_scale = _percents(1, width - 1), _percents(strip_left, width - 8)
        look = {"fill": alt.Fill("fill:N", scale=None), "stroke": alt.Stroke("stroke:N", scale=None)}
        dashes = alt.Scale(domain=["no", "yes"], range=[[1, 0], [3, 3]])
        wide_enough = (bar_data["end"] - bar_data["start"]) * width / 100 > bar_data["number"].str.len() * 9 + 8
        inside = bar_data[wide_enough].assign(y=bar_data["middle"])
        strips = key_data[key_data["low"].notna()].assign(y=key_data["strip"], zero=0, hundred=100)
        strip_lines = [("zero", "hundred", GRID, 1), ("low", "high", MARK, 5)]
        bars_layer = (
            alt.Chart(bar_data)
            .mark_rect(strokeWidth=1.5)
            .encode(
                x=alt.X("start:Q", axis=None, scale=scale),
                x2="end:Q",
                y=_y(height),
                y2="y_end:Q",
                description="says:N",
                tooltip="says:N",
                **look,
            )
        )
        numbers = (
            alt.Chart(inside)
            .mark_text(fontSize=TEXT_SIZE, fontWeight="bold", aria=False, baseline="middle")
            .encode(
                x=alt.X("centre:Q", axis=None, scale=scale),
                y=_y(height),
                text="number:N",
                color=alt.Color("on:N", scale=None),
            )
        )
        swatches = (
            alt.Chart(key_data)
            .mark_point(shape="square", size=150, filled=True, strokeWidth=1.5, aria=False, opacity=1)
            .encode(
                x=alt.value(9), y=_y(height), strokeDash=alt.StrokeDash("dash:N", scale=dashes, legend=None), **look
            )
        )
        strip_layers = [
            alt.Chart(strips)
            .mark_rule(
                color=colour, strokeWidth=thick, strokeCap="round", opacity=1 if thick == 1 else 0.45, aria=False
            )
            .encode(x=alt.X(f"{start}:Q", axis=None, scale=strip_scale), x2=f"{end}:Q", y=_y(height))
            for start, end, colour, thick in strip_lines
        ]
        strip_dots = (
            alt.Chart(strips)
            .mark_point(size=50, filled=True, color=MARK, opacity=1, aria=False)
            .encode(x=alt.X("value:Q", axis=None, scale=strip_scale), y=_y(height))
        )
        layers = [
            _text(pd.DataFrame(heads), height, 0, "name", fontWeight="bold"),
            bars_layer,
            numbers,
            swatches,
            _text(key_data, height, 24, "text"),
            # The strips have a scale of their own, so they form a layer of their own.
            alt.layer(*strip_layers, strip_dots),
        ]
        return _finish(layers, width, height, own_x=True)

    return Drawing(rows, draw)


def _parts(answers: Sequence[Observation]) -> list[dict[str, object]]:
    """Divide a bar of 100 per cent among a question's printed answers, and call the rest not told."""
    parts, start = [], 0.0
    for index, answer in enumerate(a for a in answers if a.value is not None):
        colour = min(index, len(RAMP) - 1)
        end = min(100.0, start + answer.value)
        parts.append(
            {
                "answer": answer.label,
                "number": format_value(answer),
                "result": _result(answer),
                "value": answer.value,
                "low": answer.ci_low,
                "high": answer.ci_high,
                "start": start,
                "end": end,
                "centre": (start + end) / 2,
                "fill": RAMP[colour],
                "stroke": PAPER if end > start else GRID,
                "dash": "no",
                "on": ON_STRONG if colour < 2 else ON_WEAK,
                "says": _described(answer, answer.label),
            }
        )
        start = end
    rest = 100 - start
    if rest > 0:
        untold = "; ".join(answer.label for answer in answers if answer.value is None)
        name = untold or "In no printed answer, or rounding"
        # Rounded shares add up only roughly.
        number = f"about {plain_number(rest)}%"
        parts.append(
            {
                "answer": name,
                "number": number,
                "result": number,
                "value": rest,
                "low": None,
                "high": None,
                "start": start,
                "end": 100.0,
                "centre": (start + 100) / 2,
                "fill": PAPER,
                "stroke": QUIET,
                "dash": "yes",
                "on": INK,
                "says": f"{number} {name}",
            }
        )
    return parts


def slopes(then: pd.DataFrame, now: pd.DataFrame, labels: Sequence[str], waves: tuple[str, str]) -> Drawing:
    """Draw shares of two waves as lines from then to now, on a scale from 0 to 100 per cent.

    Parameters
    ----------
    then, now
        Observations in per cent, in the same order.
    labels
        What each line is called.
    waves
        What the two waves are called, for example `("2018", "2024")`.
    """
    rows = pd.concat([then, now], ignore_index=True)
    _require_percent(rows)
    if not len(then) == len(now) == len(labels):
        raise ValueError(f"{len(then)} rows then, {len(now)} now and {len(labels)} labels must be as many")

    def draw(width: int) -> alt.LayerChart:
        label_room = 128 if width < _PHONE else 250
        left, right, top, plot = 44, width - label_room - 16, 34, 300

        def y_of(share: float) -> float:
            return top + plot * (1 - share / 100)

        points = []
        for wave, x, data in ((waves[0], left, then), (waves[1], right, now)):
            for observation, name in zip(to_observations(data), labels, strict=True):
                has_interval = observation.ci_low is not None
                points.append(
                    {
                        "line": name,
                        "value": observation.value,
                        "x": x,
                        "y": y_of(observation.value),
                        "low": y_of(observation.ci_low) if has_interval else None,
                        "high": y_of(observation.ci_high) if has_interval else None,
                        "number": format_value(observation),
                        "says": f"{wave}, {_described(observation, name)}",
                    }
                )
        frame = pd.DataFrame(points)
        before, after = frame[frame["x"] == left], frame[frame["x"] == right]
        ends = [_wrap(f"{number} {name}", label_room) for number, name in zip(after["number"], labels, strict=True)]
        sizes = [_lines(end) * LINE_HEIGHT for end in ends]
        middles = _spread(after["y"].tolist(), [size + 4 for size in sizes])
        tops = [middle - (size - LINE_HEIGHT) / 2 for middle, size in zip(middles, sizes, strict=True)]
        height = max(top + plot + 8, max(m + s / 2 for m, s in zip(middles, sizes, strict=True)) + 4)
        x = alt.X("x:Q", axis=None, scale=_pixels(width))
        grid = pd.DataFrame({"y": [y_of(share) for share in (0, 50, 100)], "x": left, "end": right})
        scale_labels = pd.DataFrame({"y": grid["y"] + [-9, 9, 9], "text": ["0%", "50%", "100%"]})
        heads = pd.DataFrame({"x": [left, right], "y": 10.0, "wave": list(waves)})
        starts = _spread(before["y"].tolist(), [LINE_HEIGHT] * len(before))
        has_interval = frame["low"].notna()
        layers = [
            alt.Chart(grid).mark_rule(color=GRID, aria=False).encode(x=x, x2="end:Q", y=_y(height)),
            _text(scale_labels, height, (left + right) / 2, "text", "center", fontSize=11, color=QUIET),
            alt.Chart(heads)
            .mark_text(fontSize=TEXT_SIZE, fontWeight="bold", color=INK, aria=False)
            .encode(x=x, y=_y(height), text="wave:N"),
            alt.Chart(frame)
            .mark_line(color=MARK, strokeWidth=2, aria=False)
            .encode(x=x, y=_y(height), detail="line:N"),
            alt.Chart(frame[has_interval])
            .mark_rule(color=MARK, strokeWidth=5, strokeCap="round", opacity=0.35, aria=False)
            .encode(x=x, y=_y(height, "low"), y2="high:Q"),
            _text(before.assign(y=starts), height, left - 10, "number", "right"),
            _text(pd.DataFrame({"y": tops, "end": ends}), height, right + 16, "end"),
        ]
        layers.extend(_points(frame, x, height, 70))
        return _finish(layers, width, height)

    return Drawing(rows, draw)


def _spread(places: Sequence[float], sizes: Sequence[float]) -> list[float]:
    """Move the middles of things of given sizes apart until none overlap, as little as it takes, keeping their order.

    >>> _spread([10, 12, 50], [10, 10, 10])
    [6.0, 16.0, 50.0]
    """
    order = sorted(range(len(places)), key=lambda index: places[index])
    moved = {index: float(places[index]) for index in order}
    for _ in range(1000):
        clear = True
        for first, second in zip(order, order[1:], strict=False):
            overlap = (sizes[first] + sizes[second]) / 2 - (moved[second] - moved[first])
            if overlap > 1e-6:
                moved[first] -= overlap / 2
                moved[second] += overlap / 2
                clear = False
        if clear:
            break
    return [moved[index] for index in range(len(places))]


def presence(rows: pd.DataFrame, across: Sequence[str], down: Sequence[str], cells: pd.DataFrame) -> Drawing:
    """Draw what there is for each pair as a matrix of marks with words.

    Parameters
    ----------
    rows
        The observations that the matrix counts.
    across, down
        Names of columns and rows.
    cells
        One row a pair, with `across`, `down`, `figures` and `descriptions` (numbers of records).
    """

    def draw(width: int) -> alt.LayerChart:
        phone = width < _PHONE
        left = 92 if phone else 130
        step = (width - left) / len(across)
        row_height, top = 40, 34
        height = top + row_height * len(down) + 4
        data = []
        for _, cell in cells.iterrows():
            state = "figures" if cell["figures"] else "words" if cell["descriptions"] else "nothing"
            column, line = list(across).index(cell["across"]), list(down).index(cell["down"])
            words = {
                "figures": f"{cell['figures']} figures, {cell['descriptions']} descriptions",
                "words": f"no figures, {cell['descriptions']} descriptions",
                "nothing": "nothing yet",
            }[state]
            data.append(
                {
                    "x": left + step * (column + 0.5),
                    "y": top + row_height * (line + 0.5),
                    "number": str(cell["figures"] or cell["descriptions"] or "–"),
                    "fill": {"figures": MARK, "words": PAPER, "nothing": PAPER}[state],
                    "stroke": {"figures": MARK, "words": MARK, "nothing": PAPER}[state],
                    "on": {"figures": PAPER, "words": INK, "nothing": QUIET}[state],
                    "says": f"{cell['across']}, {cell['down']}: {words}",
                }
            )
        frame = pd.DataFrame(data)
        x = alt.X("x:Q", axis=None, scale=_pixels(width))
        heads = pd.DataFrame(
            {"x": [left + step * (i + 0.5) for i in range(len(across))], "name": list(across), "y": 14.0}
        )
        sides = pd.DataFrame({"y": [top + row_height * (i + 0.5) for i in range(len(down))], "name": list(down)})
        layers = [
            alt.Chart(heads)
            .mark_text(fontSize=12 if phone else TEXT_SIZE, fontWeight="bold", color=INK, aria=False, baseline="middle")
            .encode(x=x, y=_y(height), text="name:N"),
            _text(sides, height, 0, "name"),
            alt.Chart(frame)
            .mark_circle(size=900, strokeWidth=2, opacity=1)
            .encode(
                x=x,
                y=_y(height),
                fill=alt.Fill("fill:N", scale=None),
                stroke=alt.Stroke("stroke:N", scale=None),
                description="says:N",
                tooltip="says:N",
            ),
            alt.Chart(frame)
            .mark_text(fontSize=TEXT_SIZE, fontWeight="bold", aria=False, baseline="middle")
            .encode(x=x, y=_y(height), text="number:N", color=alt.Color("on:N", scale=None)),
        ]
        return _finish(layers, width, height)

    return Drawing(rows, draw)


def amounts(rows: pd.DataFrame, labels: Sequence[str] | None = None) -> Drawing:
    """Draw budget lines over the years as bars from a common zero, outlays and savings on either side.

    Parameters
    ----------
    rows
        Figures in one unit, each with a period; lines are told apart by their labels, in order.
    labels
        What each line is called, in the order of the lines in `rows`.
    """
    units = set(rows["unit"])
    if len(units) != 1:
        raise ValueError(f"amounts in different units cannot share a scale: {', '.join(sorted(units))}")
    lines = list(dict.fromkeys(rows["label"]))
    names = dict(zip(lines, labels or lines, strict=True))

    def draw(width: int) -> alt.LayerChart:
        heads, bars, top = [], [], 2.0
        year_room, number_room = 46, 52
        for line in lines:
            head = _wrap(names[line], width, bold=True)
            heads.append({"name": head, "y": top + LINE_HEIGHT / 2})
            top += _lines(head) * LINE_HEIGHT + 4
            for observation in to_observations(rows[rows["label"] == line]):
                value, year = observation.value, observation.period_start.year
                bars.append(
                    {
                        "y": top + 3,
                        "y_end": top + 19,
                        "middle": top + 11,
                        "year": str(year),
                        "value": value,
                        "zero": 0,
                        "negative": value is not None and value < 0,
                        "number": "no number" if value is None else plain_number(value),
                        "at": value or 0,
                        "fill": SECOND if value is not None and value < 0 else MARK,
                        "says": _described(observation, f"{names[line]}, {year}"),
                    }
                )
                top += 23
            top += 12
        height = top
        frame = pd.DataFrame(bars)
        known = frame["value"].dropna()
        low, high = min(0, known.min()), max(0, known.max())
        left = year_room + (number_room if low < 0 else 4)
        scale = alt.Scale(domain=[low, high], range=[left, width - number_room - 16], nice=False)
        x = alt.X("value:Q", axis=None, scale=scale)
        middle = frame.assign(y=frame["middle"])
        numbers = {"fontSize": 12, "baseline": "middle", "color": INK, "aria": False}
        positive, negative = middle[~middle["negative"]], middle[middle["negative"]]
        layers = [
            _text(pd.DataFrame(heads), height, 0, "name", fontWeight="bold"),
            _text(middle, height, 0, "year", fontSize=12, color=QUIET),
            alt.Chart(frame[frame["value"].notna()])
            .mark_rect()
            .encode(
                x=x,
                x2="zero:Q",
                y=_y(height),
                y2="y_end:Q",
                fill=alt.Fill("fill:N", scale=None),
                description="says:N",
                tooltip="says:N",
            ),
            alt.Chart(pd.DataFrame({"zero": [0], "y": [0], "end": [height - 12]}))
            .mark_rule(color=QUIET, aria=False)
            .encode(x=alt.X("zero:Q", axis=None, scale=scale), y=_y(height), y2="end:Q"),
            alt.Chart(positive)
            .mark_text(align="left", dx=5, **numbers)
            .encode(x=alt.X("at:Q", axis=None, scale=scale), y=_y(height), text="number:N"),
            alt.Chart(negative)
            .mark_text(align="right", dx=-5, **numbers)
            .encode(x=alt.X("at:Q", axis=None, scale=scale), y=_y(height), text="number:N"),
        ]
        return _finish(layers, width, height)

    return Drawing(rows, draw)


def _require_percent(rows: pd.DataFrame) -> None:
    other = sorted(set(rows["unit"]) - {"percent"})
    if other:
        raise ValueError(f"only shares in per cent can be drawn on this scale, not {', '.join(other)}")
