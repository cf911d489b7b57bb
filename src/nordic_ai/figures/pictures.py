"""Draw pictures as SVG: a figure with title and source for those who take it away, and a page's preview."""

import math
import re
import textwrap
from dataclasses import dataclass

from nordic_ai.evidence.languages import speaking
from nordic_ai.figures.drawn_chart import TEMPLATES
from nordic_ai.figures.figure import FigureData
from nordic_ai.figures.style import FONT, WIDTHS

PREVIEW_SIZE = (1200, 630)
"""Width and height of a page's preview in pixels: what readers of Open Graph show without cropping."""

PNG_WIDTH = 1600
"""Of a figure as PNG in pixels: for a slide, or for print over the text of a page of A4 with 250 pixels an inch."""

_SIZE = re.compile(r'^<svg\b([^>]*?) width="([\d.]+)" height="([\d.]+)"')
_FALLBACK = re.compile(r"var\(--[\w-]+, (#[0-9a-f]{6})\)")


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


def poster(figure: FigureData, look: Look = COLUMN) -> str:
    """Draw a figure with its title and source as one SVG that needs no page around it."""
    picture = _FALLBACK.sub(r"\1", figure.pictures.get(look.picture, figure.pictures["wide"]))
    _, width, height = _SIZE.match(picture).groups()
    height = float(height) * (look.width - 2 * look.margin) / float(width)
    about = {"picture": _SIZE.sub(r"\1", picture, count=1), "picture_height": height}
    with speaking(figure.language):
        return TEMPLATES.get_template("poster.svg").render(figure=figure, look=look, font=FONT, **about)


def preview(title: str, report: str) -> str:
    """Draw the preview of a page as SVG: its title, the report's name unless that is the title, a dot with interval."""
    size, characters = (64, 30) if len(title) <= 80 else (50, 39)
    lines = textwrap.wrap(title, characters, max_lines=5, placeholder=" …")
    words = {"lines": lines, "report": "" if report == title else report}
    return TEMPLATES.get_template("preview.svg").render(**words, text_size=size, size=PREVIEW_SIZE, font=FONT)
