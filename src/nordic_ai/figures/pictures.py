"""Draw pictures as SVG: a figure with title and source for those who take it away, and a page's preview."""

import re
import textwrap

from jinja2 import Environment, PackageLoader, StrictUndefined

from nordic_ai.figures.figure import FigureData
from nordic_ai.figures.style import FONT, WIDTHS

PREVIEW_SIZE = (1200, 630)
"""Width and height of a page's preview in pixels: what readers of Open Graph show without cropping."""

_HEIGHT = re.compile(r'^<svg [^>]*height="([\d.]+)"')
_FALLBACK = re.compile(r"var\(--[\w-]+, (#[0-9a-f]{6})\)")
_TEMPLATES = Environment(
    loader=PackageLoader("nordic_ai", "figures/templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


def poster(figure: FigureData) -> str:
    """Draw a figure with its title and source as one SVG that needs no page around it."""
    picture, template = figure.pictures["wide"], _TEMPLATES.get_template("poster.svg")
    inner, height = _FALLBACK.sub(r"\1", picture).removeprefix("<svg"), float(_HEIGHT.search(picture)[1])
    return template.render(figure=figure, picture=inner, picture_height=height, width=WIDTHS["wide"] + 40, font=FONT)


def preview(title: str, report: str) -> str:
    """Draw the preview of a page as SVG: its title, the report's name unless that is the title, a dot with interval."""
    size, characters = (64, 30) if len(title) <= 80 else (50, 39)
    lines = textwrap.wrap(title, characters, max_lines=5, placeholder=" …")
    words = {"lines": lines, "report": "" if report == title else report}
    return _TEMPLATES.get_template("preview.svg").render(**words, text_size=size, size=PREVIEW_SIZE, font=FONT)
