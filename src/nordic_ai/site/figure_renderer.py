"""Show figures on pages: static pictures for phones and wide screens, and everything that belongs to them as text."""

import json

from docutils import nodes
from myst_nb.core.render import MimeData, MimeRenderPlugin, NbElementRenderer

from nordic_ai.evidence.citation import CitationFile, Work, apa, bibtex, cite_part
from nordic_ai.figures.figure import MIME_TYPE, FigureData
from nordic_ai.site.domain import report_domain
from nordic_ai.site.views import Context, Page, part


class FigureRenderer(MimeRenderPlugin):
    """Hand our figures to the site, and leave every other output to MyST-NB."""

    mime_priority_overrides = [("*", MIME_TYPE, 1)]

    @staticmethod
    def handle_mime(renderer: NbElementRenderer, data: MimeData, inline: bool) -> None | list[nodes.Element]:
        """Note a figure of our MIME type, and give the part that shows it."""
        if inline or data.mime_type != MIME_TYPE:
            return None
        shown = FigureData.model_validate_json(json.dumps(data.content))
        report_domain(renderer.renderer.sphinx_env).note_figure(shown)
        return [part("figure.html", figure, figure_id=shown.id)]


def figure_anchor(figure: FigureData) -> str:
    """Name a figure's permanent place in its page."""
    return f"figure-{figure.id}"


def cite_figure(figure: FigureData, address: str, report: CitationFile) -> tuple[Work, list[tuple[str, str | None]]]:
    """Cite a figure of the report, whose page has the address given, and the publications whose numbers it draws.

    Returns the figure as a work, and the citation in pieces of text, each with its language if that is foreign.
    """
    place = f"{address}#{figure_anchor(figure)}"
    work = cite_part(report, f"nordic-ai-{figure.id}", figure.title, f"Figure {figure.id}", place)
    references = []
    for source in figure.sources:
        references += [("; ", None), (source.reference, source.language)]
    return work, [(f"{apa(work)} Numbers: ", None), *references[1:], (". Figure and table: CC BY 4.0.", None)]


def figure(page: Page, figure_id: str) -> Context:
    """Show a figure with its data, its files and how to cite it."""
    shown = page.domain.figures[page.name][figure_id]
    work, citation = cite_figure(shown, page.builder.get_target_uri(page.name), page.domain.inputs.citation)
    return {"figure": shown, "anchor": figure_anchor(shown), "citation": citation, "bibtex": bibtex(work)}
