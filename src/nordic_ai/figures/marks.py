"""The parts that all charts share: scales, dots with their intervals, and text broken into lines.

Vega-Lite cannot break text into lines or make a row as high as its text, so text and rows are placed here in pixels: a
row of data keeps its height on the sheet as `y`, which the marks read.
"""

import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

import altair as alt

from nordic_ai.analysis.wording import percent
from nordic_ai.figures import style
from nordic_ai.figures.style import LINE_HEIGHT

Row = dict[str, Any]
"""A row of a chart's data."""

_TEXT_SIZE = 13
_LOOK = {"align": "left", "weight": "normal", "size": _TEXT_SIZE, "color": style.INK}
_PHONE = 420  # on sheets narrower than this, in pixels, labels stand above their marks
_CHARACTER, _BOLD_CHARACTER = 0.51, 0.555  # generous average width of a character, as a part of the text's size


def linear(start: float, end: float, low: float = 0, high: float = 100) -> alt.Scale:
    """Make a scale from numbers to places in pixels."""
    return alt.Scale(domain=[low, high], range=[start, end], nice=False, zero=False)


def pixels(scale: alt.Scale, value: float) -> float:
    """Give the place of a value on a linear scale, for the text that belongs to marks."""
    (low, high), (start, end) = scale["domain"], scale["range"]
    return start + (value - low) * (end - start) / (high - low)


def chart(rows: Iterable[Row]) -> alt.Chart:
    """Begin a chart of rows of data."""
    return alt.Chart(alt.Data(values=list(rows)))


def datum(field: str) -> alt.ExprRef:
    """Let a property of a mark, such as a place in pixels or a colour, take its value from a field of the data."""
    return alt.ExprRef(f"datum.{field}")


def rules(rows: Iterable[Row], color: str = style.GRID) -> alt.Chart:
    """Draw thin lines from `x` and `y` to `x2` and `y2`, in pixels."""
    across, down = (alt.X("x:Q", scale=None), alt.X2("x2:Q")), (alt.Y("y:Q", scale=None), alt.Y2("y2:Q"))
    return chart(rows).mark_rule(color=color, aria=False).encode(*across, *down)


def estimates(rows: Sequence[Row], scale: alt.Scale, described: bool = True) -> list[alt.Chart]:
    """Draw values as dots on thick lines, their intervals; a dot is hollow where there is no interval.

    A limit is a triangle that points to where the truth lies. The dots are described for screen readers, unless another
    mark tells the same.
    """
    line = {"strokeWidth": 5, "strokeCap": "round", "color": style.MARK, "opacity": 0.45, "aria": False}
    fill = alt.ExprRef(f"isValid(datum.low) ? '{style.MARK}' : '{style.PAPER}'")
    limit = "datum.direction == 'above' ? 'triangle-right' : 'triangle-left'"
    shape = alt.ExprRef(f"datum.direction ? ({limit}) : 'circle'")
    dot = {"size": 70, "filled": True, "fill": fill, "stroke": style.MARK, "strokeWidth": 2, "opacity": 1}
    dot |= {"shape": shape} | ({"description": datum("description")} if described else {"aria": False})
    return [
        chart(rows).mark_rule(y=datum("y"), **line).encode(alt.X("low:Q", scale=scale), alt.X2("high:Q")),
        chart(rows).mark_point(y=datum("y"), **dot).encode(alt.X("value:Q", scale=scale)),
    ]


class Sheet:
    """A chart that is filled from top to bottom with text and with rows of marks.

    Labels of shares are set in by `indent` from the margin, and their results have the width `result`, if it is given.
    """

    def __init__(self, width: int, margin: float = 0, indent: float = 0, result: float | None = None) -> None:
        self.width, self.phone = width, width < _PHONE
        self.left, self.right = margin, width - margin
        self.bottom = 0.0
        """How far down the sheet is filled, in pixels."""
        self.shares: list[Row] = []
        self._grid: list[Row] = []
        self._texts: list[Row] = []
        self._label = self.left + indent
        self._result = self.right - (result or (92 if self.phone else 120))
        start = self._label + 10 if self.phone else round(self.left + 0.46 * (self.right - self.left))
        self._percent = linear(start, self._result - 24)

    def reserve(self, height: float, gap: float = 0) -> float:
        """Reserve a band of the sheet and a gap below it, and give the middle of the band."""
        middle = self.bottom + height / 2
        self.bottom += height + gap
        return middle

    def write(self, text: str | Sequence[str], x: float, y: float, **look: Any) -> None:
        """Write a text or its lines around the height `y`; `align`, `weight`, `size` and `color` change its look."""
        lines = [text] if isinstance(text, str) else text
        first = y - LINE_HEIGHT / 2 * (len(lines) - 1)
        if lines:
            self._texts.append({"text": lines, "x": x, "y": first} | _LOOK | look)

    def heading(self, text: str, gap: float, **look: Any) -> None:
        """Write a text over the whole width of the sheet, with a gap below it."""
        lines = wrap(text, self.right - self.left, **look)
        self.write(lines, self.left, self.reserve(LINE_HEIGHT * len(lines), gap), **look)

    def add(self, shares: Iterable[Row]) -> None:
        """Write shares, each with `label`, `result`, `value`, `low` and `high`, and below them their scale.

        One that is `joined` stands close to the next, which may have an empty label. What stands `above` shares is
        written once for those that follow each other.
        """
        top, (left, right), above = self.bottom, self._percent["range"], ""
        room = (self.right if self.phone else left - 20) - self._label
        for share in shares:
            if share.get("above", "") not in ("", above):
                self.reserve(6 if above else 0)
                self.heading(above := share["above"], gap=6, weight="bold")
            label, result = wrap(share["label"], room), wrap(share["result"], self.right - self._result)
            joined = share.get("joined", False)
            if self.phone:
                first_line = self.bottom + LINE_HEIGHT / 2
                self.write(label, self._label, self.reserve(LINE_HEIGHT * len(label)))
                y = self.reserve(LINE_HEIGHT * len(result), gap=0 if joined else 10)
                if share["value"] is not None:  # lines down the sheet would run through the labels
                    self._grid.append({"x": left, "x2": right, "y": y, "y2": y})
            else:
                y = first_line = self.reserve(LINE_HEIGHT * max(len(label), len(result)), gap=0 if joined else 12)
                self.write(label, self._label, y)
            self.write(result, self._result, y)
            self.shares.append(share | {"y": y, "first_line": first_line})
        end, y = self.bottom - 6, self.reserve(LINE_HEIGHT)
        for share in (0, 50, 100) if self.phone else (0, 25, 50, 75, 100):
            x = pixels(self._percent, share)
            self.write(percent(share, 0), x, y, align="center", size=11, color=style.QUIET)
            if not self.phone:
                self._grid.append({"x": x, "x2": x, "y": top, "y2": end})

    def connect(self, key: str) -> alt.Chart:
        """Join the shares that have been added by lines, those with the same `key` by one."""
        line = chart(self.shares).mark_line(color=style.MARK, strokeWidth=1.5, opacity=0.6, aria=False)
        across, down = alt.X("value:Q", scale=self._percent), alt.Y("y:Q", scale=None)
        return line.encode(across, down, alt.Detail(f"{key}:N"))

    def draw(self, *layers: alt.Chart, described: bool = True) -> alt.LayerChart:
        """Give a chart of exactly the sheet's size: these layers, then the shares on their scale, then the texts."""
        look = {"fontWeight": datum("weight"), "fontSize": datum("size")}
        look |= {name: datum(name) for name in ("x", "y", "align", "color")}
        texts = chart(self._texts).mark_text(lineHeight=LINE_HEIGHT, baseline="middle", aria=False, **look)
        # A layer without marks would be a group without words for screen readers.
        if any(row["value"] is not None for row in self.shares):
            shares = estimates(self.shares, self._percent, described)
            layers = (*layers, rules(self._grid), *shares)
        # All at once: each of Altair's methods that sets one thing copies the whole chart.
        return alt.layer(
            *layers,
            texts.encode(text=alt.Text("text:N")),
            width=self.width,
            height=self.bottom,
            padding=0,
            autosize=alt.AutoSizeParams(type="none"),
            config=alt.Config(
                background="transparent",
                font=style.FONT,
                axis=alt.AxisConfig(disable=True),
                view=alt.ViewConfig(stroke=None),
            ),
            resolve=alt.Resolve(scale=alt.ScaleResolveMap(x="independent", y="independent")),
        )


def wrap(text: str, pixels: float, size: float = _TEXT_SIZE, weight: str = "normal", **_: Any) -> list[str]:
    """Break text of a size and weight into lines that fit a width in pixels."""
    character = size * (_BOLD_CHARACTER if weight == "bold" else _CHARACTER)
    return textwrap.wrap(text, max(8, int(pixels / character)), break_long_words=False)
