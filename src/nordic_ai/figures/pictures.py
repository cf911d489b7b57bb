"""Draw pictures: a figure's chart, the same with title and source for those who take it away, a page's preview."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from functools import cache
from typing import Any

import vl_convert
from jinja2 import Environment, PackageLoader, StrictUndefined

from nordic_ai.figures.figure_data import WIDTHS, FigureData
from nordic_ai.figures.style import FONT

PREVIEW_SIZE = (1200, 630)
"""Width and height of a page's preview in pixels: what readers of Open Graph show without cropping."""

_FALLBACK = re.compile(r"var\(--[\w-]+, (#[0-9a-f]{6})\)")


def svg(specification: Mapping[str, Any]) -> str:
    """Draw a Vega-Lite specification as SVG."""
    return vl_convert.vegalite_to_svg(dict(specification))


def png(picture: str, scale: float = 1) -> bytes:
    """Turn an SVG into a PNG."""
    return vl_convert.svg_to_png(picture, scale=scale)


def poster(figure: FigureData) -> str:
    """Draw a figure with its title and source as one SVG that needs no page around it."""
    sources = "; ".join(source.name for source in figure.sources)
    below = (figure.base, figure.uncertainty, f"Source: {sources}. AI in Nordic local government, CC BY 4.0.")
    head, feet = textwrap.wrap(figure.title, 76), [line for text in below for line in textwrap.wrap(text, 104)]
    top = 30 + 20 * len(head)
    bottom = top + figure.specifications["wide"]["height"]
    picture = _FALLBACK.sub(r"\1", figure.pictures["wide"]).removeprefix("<svg")
    return _render(
        "poster.svg",
        figure=figure,
        head=head,
        feet=feet,
        top=top,
        foot=bottom + 24,
        picture=picture,
        width=WIDTHS["wide"] + 40,
        height=round(bottom + 34 + 15 * len(feet)),
    )


def preview(title: str, report: str) -> str:
    """Draw the preview of a page as SVG: its title, the report's name unless that is the title, a dot with interval."""
    size, characters = (64, 30) if len(title) <= 80 else (50, 39)
    lines = textwrap.wrap(title, characters, max_lines=5, placeholder=" …")
    width, height = PREVIEW_SIZE
    report = "" if report == title else report
    return _render("preview.svg", lines=lines, size=size, report=report, width=width, height=height)


def _render(template: str, **context: Any) -> str:
    return _templates().get_template(template).render(font=FONT, **context)


@cache
def _templates() -> Environment:
    loader = PackageLoader("nordic_ai", "figures/templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
