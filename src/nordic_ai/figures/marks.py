"""The parts that all charts share: scales, dots with their intervals, and text broken into lines.

Vega-Lite cannot break text into lines or make a row as high as its text, so text and rows are placed here in pixels: a
row of data keeps its height on the sheet as `y`, which the marks read.
"""

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, pairwise
from typing import Any

import altair as alt
from scipy.optimize import isotonic_regression

from nordic_ai.figures import style

Row = dict[str, Any]
"""A row of a chart's data."""

LINE_HEIGHT = 17
_TEXT_SIZE = 13
_PHONE = 420  # on sheets narrower than this, in pixels, labels stand above their marks
_CHARACTER, _BOLD_CHARACTER = 0.51, 0.555  # generous average width of a character, as a part of the text's size

# Gives a mark its description, for screen readers and as a tooltip.
# Encodings are objects here as everywhere: Altair searches its whole schema for each that is given as a string.
DESCRIBED = {"description": alt.Description("description:N"), "tooltip": alt.Tooltip("description:N")}


@dataclass(frozen=True)
class Linear:
    """A scale from numbers to places in pixels, for marks and for the text that belongs to them."""

    start: float
    end: float
    """The places of the lowest and of the highest number."""
    low: float = 0
    high: float = 100

    def __call__(self, value: float) -> float:
        """Give the place of a value."""
        return self.start + (value - self.low) * (self.end - self.start) / (self.high - self.low)

    def encode(self, channel: type[alt.X | alt.Y], field: str) -> alt.X | alt.Y:
        """Place marks by a field: across the chart with `alt.X`, down the chart with `alt.Y`."""
        scale = alt.Scale(domain=[self.low, self.high], range=[self.start, self.end], nice=False, zero=False)
        return channel(f"{field}:Q", axis=None, scale=scale)


def chart(rows: Iterable[Row]) -> alt.Chart:
    """Begin a chart of rows of data."""
    return alt.Chart(alt.Data(values=list(rows)))


def datum(field: str) -> alt.ExprRef:
    """Let a property of a mark take its value, in pixels, from a field of the data."""
    return alt.ExprRef(f"datum.{field}")


def intervals(rows: Iterable[Row]) -> alt.Chart:
    """Draw intervals as thick lines, to be encoded from `low` to `high`; Vega leaves out rows without one."""
    look = {"strokeWidth": 5, "strokeCap": "round", "color": style.MARK, "opacity": 0.45}
    return chart(rows).mark_rule(y=datum("y"), aria=False, **look)


def points(rows: Iterable[Row], described: bool = True) -> alt.Chart:
    """Draw values as dots, hollow where there is no interval; described unless another mark tells the same."""
    fill = alt.when("isValid(datum.low)").then(alt.value(style.MARK)).otherwise(alt.value(style.PAPER))
    look = {"size": 70, "filled": True, "stroke": style.MARK, "strokeWidth": 2, "opacity": 1}
    dots = chart(rows).mark_point(y=datum("y"), aria=described, **look)
    return dots.encode(fill=fill, **(DESCRIBED if described else {}))


class Sheet:
    """A chart that is filled from top to bottom with text and with rows of marks."""

    def __init__(self, width: int, margin: float = 0) -> None:
        self.width, self.phone = width, width < _PHONE
        self.left, self.right = margin, width - margin
        self.bottom = 0.0
        """How far down the sheet is filled, in pixels."""
        self._texts: list[Row] = []

    def reserve(self, height: float, gap: float = 0) -> float:
        """Reserve a band of the sheet and a gap below it, and give the middle of the band."""
        middle = self.bottom + height / 2
        self.bottom += height + gap
        return middle

    def write(self, text: str | Sequence[str], x: float, y: float, **look: Any) -> None:
        """Write a text or its lines around the height `y`; `align`, `weight`, `size` and `color` change its look."""
        self._texts.append({"text": [text] if isinstance(text, str) else text, "x": x, "y": y} | look)

    def write_apart(self, texts: Sequence[list[str]], x: float, places: Sequence[float], **look: Any) -> list[float]:
        """Write the lines of texts near to given heights, none over another, and give where they stand."""
        sizes = [LINE_HEIGHT * len(lines) + 3 for lines in texts]
        moved = spread(places, sizes)
        for lines, y, size in zip(texts, moved, sizes, strict=True):
            self.write(lines, x, y, **look)
            self.bottom = max(self.bottom, y + size / 2)
        return moved

    def heading(self, text: str, gap: float, **look: Any) -> None:
        """Write a text over the whole width of the sheet, with a gap below it."""
        lines = wrap(text, self.right - self.left, **look)
        self.write(lines, self.left, self.reserve(LINE_HEIGHT * len(lines), gap), **look)

    def draw(self, *layers: alt.Chart) -> alt.LayerChart:
        """Give a chart of exactly the sheet's size: these layers and, on top, the texts."""
        look = {
            "align": alt.ExprRef("datum.align || 'left'"),
            "fontWeight": alt.ExprRef("datum.weight || 'normal'"),
            "fontSize": alt.ExprRef(f"datum.size || {_TEXT_SIZE}"),
            "color": alt.ExprRef(f"datum.color || '{style.INK}'"),
            "lineHeight": LINE_HEIGHT,
            "baseline": "middle",
            "dy": alt.ExprRef(f"{-LINE_HEIGHT / 2} * (length(datum.text) - 1)"),  # the middle is that of the first line
        }
        texts = chart(self._texts).mark_text(x=datum("x"), y=datum("y"), aria=False, **look)
        # All at once: each of Altair's methods that sets one thing copies the whole chart.
        return alt.layer(
            *layers,
            texts.encode(text=alt.Text("text:N")),
            width=self.width,
            height=self.bottom,
            padding=0,
            autosize=alt.AutoSizeParams(type="none"),
            config=alt.Config(background="transparent", font=style.FONT, view=alt.ViewConfig(stroke=None)),
            resolve=alt.Resolve(scale=alt.ScaleResolveMap(x="independent", y="independent")),
        )


class ShareSheet(Sheet):
    """A sheet with shares under one another: each with its label, its place from 0 to 100% and its number in words."""

    def __init__(self, width: int, margin: float = 0, indent: float = 0, described: bool = True) -> None:
        super().__init__(width, margin)
        self.shares: list[Row] = []
        self._ticks: list[Row] = []
        self._described = described  # not where another mark tells the same
        self._label = self.left + indent
        self._result = self.right - (92 if self.phone else 110)
        start = self._label + 10 if self.phone else round(self.left + 0.46 * (self.right - self.left))
        self._percent = Linear(start, self._result - 24)

    def add(self, shares: Iterable[Row]) -> None:
        """Write shares, each with `label`, `result`, `value`, `low` and `high`, and below them their scale."""
        top, room = self.bottom, (self.right if self.phone else self._percent.start - 20) - self._label
        for share in shares:
            label, result = wrap(share["label"], room), wrap(share["result"], self.right - self._result)
            if self.phone:
                first_line = self.bottom + LINE_HEIGHT / 2
                self.write(label, self._label, self.reserve(LINE_HEIGHT * len(label)))
                y = self.reserve(LINE_HEIGHT * len(result), gap=10)
            else:
                y = first_line = self.reserve(LINE_HEIGHT * max(len(label), len(result)), gap=12)
                self.write(label, self._label, y)
            self.write(result, self._result, y)
            self.shares.append(share | {"y": y, "first_line": first_line, "zero": 0, "hundred": 100})
        end, y = self.bottom - 6, self.reserve(LINE_HEIGHT)
        for percent in (0, 50, 100) if self.phone else (0, 25, 50, 75, 100):
            self._ticks.append({"percent": percent, "y": top, "y2": end})
            self.write(f"{percent}%", self._percent(percent), y, align="center", size=11, color=style.QUIET)

    def draw(self, *layers: alt.Chart) -> alt.LayerChart:
        """Give the chart with the shares' scale, intervals and dots above these layers."""
        x = partial(self._percent.encode, alt.X)
        known = [row for row in self.shares if row["value"] is not None]
        if not known:  # a layer without marks would be a group without words for screen readers
            return super().draw(*layers)
        look = {"color": style.GRID, "y": datum("y"), "aria": False}
        if self.phone:  # lines down the sheet would run through the labels
            grid = chart(known).mark_rule(**look).encode(x=x("zero"), x2=alt.X2("hundred:Q"))
        else:
            grid = chart(self._ticks).mark_rule(y2=datum("y2"), **look).encode(x=x("percent"))
        lines = intervals(known).encode(x=x("low"), x2=alt.X2("high:Q"))
        return super().draw(*layers, grid, lines, points(known, self._described).encode(x=x("value")))


def wrap(text: str, pixels: float, size: float = _TEXT_SIZE, weight: str = "normal", **_: Any) -> list[str]:
    """Break text of a size and weight into lines that fit a width in pixels."""
    character = size * (_BOLD_CHARACTER if weight == "bold" else _CHARACTER)
    return textwrap.wrap(text, max(8, int(pixels / character)), break_long_words=False)


def spread(places: Sequence[float], sizes: Sequence[float]) -> list[float]:
    """Move the middles of things of given sizes apart, as little as it takes, until none overlap; keep their order.

    >>> spread([10, 12, 50], [10, 10, 10])
    [6.0, 16.0, 50.0]
    """
    order = sorted(range(len(places)), key=lambda index: places[index])
    distances = ((sizes[above] + sizes[below]) / 2 for above, below in pairwise(order))
    packed = list(accumulate(distances, initial=0.0))  # where they would stand without a gap between them
    # What must not decrease in their order is how far each stands below that.
    shifts = isotonic_regression([places[index] - start for index, start in zip(order, packed, strict=True)]).x
    moved = {index: float(start + shift) for index, start, shift in zip(order, packed, shifts, strict=True)}
    return [moved[index] for index in range(len(places))]
