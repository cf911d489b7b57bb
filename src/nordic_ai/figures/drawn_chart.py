"""Draw charts as SVG: the marks by Vega-Lite, the texts by a template."""

from collections.abc import Mapping, Sequence
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from nordic_ai.evidence.languages import gettext, ngettext
from nordic_ai.figures.style import FONT, LINE_HEIGHT

TEMPLATES = Environment(
    loader=PackageLoader("nordic_ai", "figures/templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
TEMPLATES.add_extension("jinja2.ext.i18n")
TEMPLATES.install_gettext_callables(gettext, ngettext)
TEMPLATES.filters["place"] = lambda pixels: f"{round(pixels, 3):.10g}"


def draw_chart(chart: Mapping[str, Any]) -> str:
    """Draw a chart of ours, in Vega-Lite, as SVG.

    Its texts, the last of its layers, are written here: their places are known, and the engine would open its font file
    anew for each letter of them.
    """
    from vl_convert import vegalite_to_svg  # imported here because the site and most kernels do not draw

    *marks, texts = chart["layer"]
    if not marks:  # where nothing has a number
        return vegalite_to_svg(chart)
    drawn = vegalite_to_svg(dict(chart) | {"layer": marks}).removesuffix("</svg>")
    about = {"texts": texts["data"]["values"], "font": FONT, "line_height": LINE_HEIGHT}
    return f"{drawn}{TEMPLATES.get_template('texts.svg').render(about)}</svg>"


def draw_charts(charts: Sequence[Mapping[str, Any]]) -> list[str]:
    """Draw several charts, for which the engine has to start only once."""
    return [draw_chart(chart) for chart in charts]
