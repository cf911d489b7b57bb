"""Put text and marks at computed places on a canvas: the parts that all charts are drawn with.

Text stands in lines broken to the room that there is, so nothing overlaps or is cut off.
Colours are CSS variables with fallbacks, so that one picture serves light and dark pages.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import altair as alt
import pandas as pd

from nordic_ai.figures.format import FONT

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
_CHARACTER, _BOLD_CHARACTER = 6.6, 7.2  # generous average width of a character at TEXT_SIZE, in pixels
PHONE = 420  # below this width labels stand above their marks

# How every mark tells what it shows, to the mouse and to screen readers.
# Channels are objects here as everywhere: Altair goes through its whole schema for each that is given as a string.
SAYS = {"description": alt.Description("says:N"), "tooltip": alt.Tooltip("says:N")}


def wrap(text: str, pixels: float, bold: bool = False) -> str:
    """Break text into lines that fit a width in pixels."""
    characters = int(pixels / (_BOLD_CHARACTER if bold else _CHARACTER))
    return "\n".join(textwrap.wrap(text, max(8, characters), break_long_words=False))


def height_of(text: str) -> int:
    """Give the height of broken text, in pixels."""
    return (text.count("\n") + 1) * LINE_HEIGHT


def pixels(length: float) -> alt.Scale:
    """Give a scale that takes places in pixels as they are."""
    return alt.Scale(domain=[0, length], range=[0, length], nice=False, zero=False)


def percents(left: float, right: float) -> alt.Scale:
    """Give a scale from 0 to 100 per cent between two places."""
    return alt.Scale(domain=[0, 100], range=[left, right], nice=False)


def down(height: float, field: str = "y") -> alt.Y:
    """Place marks down the canvas by a field in pixels."""
    return alt.Y(f"{field}:Q", axis=None, scale=pixels(height))


def across(field: str, scale: alt.Scale) -> alt.X:
    """Place marks across the canvas by a field on a scale, without an axis."""
    return alt.X(f"{field}:Q", axis=None, scale=scale)


def text_column(
    data: pd.DataFrame, height: float, x: float | alt.X, field: str, align: str = "left", **style: object
) -> alt.Chart:
    """Write one entry a row: at a fixed place across the canvas, or where an encoding puts it."""
    style = {"align": align, "baseline": "middle", "fontSize": TEXT_SIZE, "color": INK} | style
    mark = alt.Chart(data).mark_text(lineBreak="\n", lineHeight=LINE_HEIGHT, aria=False, **style)
    return mark.encode(x=x if isinstance(x, alt.X) else alt.value(x), y=down(height), text=alt.Text(f"{field}:N"))


def interval_lines(data: pd.DataFrame, x: alt.X, height: float, upright: bool = False) -> alt.Chart:
    """Draw intervals from `low` to `high`, across or upright, for the rows that have one."""
    mark = alt.Chart(data[data["low"].notna()]).mark_rule(
        strokeWidth=5, strokeCap="round", color=MARK, opacity=0.45, aria=False
    )
    if upright:
        return mark.encode(x=x, y=down(height, "low"), y2=alt.Y2("high:Q"))
    return mark.encode(x=x, x2=alt.X2("high:Q"), y=down(height))


def points(data: pd.DataFrame, x: alt.X, height: float, size: int) -> list[alt.Chart]:
    """Draw values as dots: full where there is an interval, hollow where there is none."""
    known = data[data["value"].notna()]
    has_interval = known["low"].notna()
    return [
        alt.Chart(part)
        .mark_point(size=size, filled=True, fill=fill, stroke=MARK, strokeWidth=2, opacity=1)
        .encode(x=x, y=down(height), **SAYS)
        for part, fill in ((known[has_interval], MARK), (known[~has_interval], PAPER))
        if not part.empty  # an empty layer would be a mark without words
    ]


def spread(places: Sequence[float], sizes: Sequence[float]) -> list[float]:
    """Move the middles of things of given sizes apart until none overlap, as little as it takes, keeping their order.

    >>> spread([10, 12, 50], [10, 10, 10])
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


def canvas(
    layers: Sequence[alt.Chart | alt.LayerChart], width: int, height: float, bottom: int = 0, own_x: bool = False
) -> alt.LayerChart:
    """Put layers on a canvas of exactly this size; `own_x` keeps each layer's horizontal scale apart."""
    axis = {"domain": False, "ticks": False, "gridColor": GRID, "gridOpacity": 1, "title": None}
    labels = {"labelColor": QUIET, "labelFontSize": 12, "labelPadding": 6}
    # All at once: each of Altair's methods that sets one thing copies the whole chart.
    return alt.layer(
        *layers,
        width=width,
        height=height,
        padding={"left": 0, "right": 0, "top": 0, "bottom": bottom},
        autosize=alt.AutoSizeParams(type="none"),
        config=alt.Config(
            background="transparent", font=FONT, view=alt.ViewConfig(stroke=None), axis=alt.AxisConfig(**axis, **labels)
        ),
        resolve=alt.Resolve(scale=alt.ScaleResolveMap(x="independent")) if own_x else alt.Undefined,
    )
