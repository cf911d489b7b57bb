"""Draw pictures as SVG: charts, a figure with title and source for those who take it away, and a page's preview."""

import math
import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from nordic_ai.evidence.languages import gettext, ngettext, speaking
from nordic_ai.figures.figure import FigureData
from nordic_ai.figures.style import FONT, LINE_HEIGHT, WIDTHS

PREVIEW_SIZE = (1200, 630)
"""Width and height of a page's preview in pixels: what readers of Open Graph show without cropping."""

_SIZE = re.compile(r'^<svg\b([^>]*?) width="([\d.]+)" height="([\d.]+)"')
_FALLBACK = re.compile(r"var\(--[\w-]+, (#[0-9a-f]{6})\)")
_TEMPLATES = Environment(
    loader=PackageLoader("nordic_ai", "figures/templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
_TEMPLATES.add_extension("jinja2.ext.i18n")
_TEMPLATES.install_gettext_callables(gettext, ngettext)
_TEMPLATES.filters["place"] = lambda pixels: f"{round(pixels, 3):.10g}"


@dataclass(frozen=True)
class Look:
    """A sheet for a figure: its size and those of title and foot in pixels, and how many characters fit a line."""

    width: int
    margin: int
    title: float
    title_characters: int
    foot: float
    foot_characters: int
    height: float = math.inf
    """At most; a picture that would be higher is drawn smaller."""
    picture: str = "wide"
    """The name of the picture that it shows, if the figure has it; else the wide one."""


COLUMN = Look(WIDTHS["wide"] + 40, 20, 16, 76, 11.5, 104)
SLIDE = Look(1280, 40, 28, 72, 14, 165, height=720, picture="slide")
"""Never higher than a slide, and with letters that can be read on one."""


def draw_chart(chart: Mapping[str, Any]) -> str:
    """Draw a chart of ours, in Vega-Lite, as SVG.

    Its texts, the last of its layers, are written here: their places are known, and the engine would open its font file
    anew for each letter of them.
    """
    from vl_convert import vegalite_to_svg  # imported here because the site and most kernels do not draw

    *marks, texts = chart["layer"]
    drawn = vegalite_to_svg(dict(chart) | {"layer": marks}).removesuffix("</svg>")
    about = {"texts": texts["data"]["values"], "font": FONT, "line_height": LINE_HEIGHT}
    return f"{drawn}{_TEMPLATES.get_template('texts.svg').render(about)}</svg>"


def poster(figure: FigureData, look: Look = COLUMN) -> str:
    """Draw a figure with its title and source as one SVG that needs no page around it."""
    picture = _FALLBACK.sub(r"\1", figure.pictures.get(look.picture, figure.pictures["wide"]))
    _, width, height = _SIZE.match(picture).groups()
    height = float(height) * (look.width - 2 * look.margin) / float(width)
    about = {"picture": _SIZE.sub(r"\1", picture, count=1), "picture_height": height}
    with speaking(figure.language):
        return _TEMPLATES.get_template("poster.svg").render(figure=figure, look=look, font=FONT, **about)


def preview(title: str, report: str) -> str:
    """Draw the preview of a page as SVG: its title, the report's name unless that is the title, a dot with interval."""
    size, characters = (64, 30) if len(title) <= 80 else (50, 39)
    lines = textwrap.wrap(title, characters, max_lines=5, placeholder=" …")
    words = {"lines": lines, "report": "" if report == title else report}
    return _TEMPLATES.get_template("preview.svg").render(**words, text_size=size, size=PREVIEW_SIZE, font=FONT)
