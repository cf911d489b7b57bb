"""Show a figure on the site: static pictures for phone and wide screens, and everything that belongs to it as text."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping

from docutils import nodes
from myst_nb.core.render import MimeData, MimeRenderPlugin, NbElementRenderer

from nordic_ai.analysis.wording import format_interval, format_period, format_value
from nordic_ai.figures.figure_data import MIME_TYPE, WIDTHS, FigureData
from nordic_ai.site.domain import report_domain
from nordic_ai.site.markup import in_language, table_html


class FigureNode(nodes.General, nodes.Element):
    """A figure's place in a page; `figure` is what the notebook gave of it."""


class FigureRenderer(MimeRenderPlugin):
    """Hand our figures to the site, and leave every other output to MyST-NB."""

    mime_priority_overrides = [("*", MIME_TYPE, 1)]

    @staticmethod
    def handle_mime(renderer: NbElementRenderer, data: MimeData, inline: bool) -> None | list[nodes.Element]:
        """Give a node for our own MIME type."""
        if inline or data.mime_type != MIME_TYPE:
            return None
        env = renderer.renderer.sphinx_env
        figure = FigureData.from_json(json.loads(json.dumps(data.content)))
        report_domain(env).note_figure(figure)
        return [FigureNode("", figure=figure, ids=[figure_anchor(figure)])]


def figure_anchor(figure: FigureData) -> str:
    """Name a figure's permanent place in its page."""
    return f"figure-{figure.id}"


def figure_sources(figure: FigureData) -> str:
    """Write what a figure's citation has to add: whose numbers it draws, and its licence."""
    return f"Numbers: {'; '.join(source.reference for source in figure.sources)}. Figure and table: CC BY 4.0."


def figure_html(figure: FigureData, addresses: Mapping[str, str], citation: str, entry: str) -> str:
    """Write a figure as HTML.

    Parameters
    ----------
    figure
        With its pictures.
    addresses
        Of the pages and folders `register`, `sources`, `comparability`, `methods`, `figures` and of the `runtime` of
        the interactive version, relative to the page.
    citation, entry
        How to cite the figure: as a reference, and as an entry for BibTeX.
    """
    anchor, title = figure_anchor(figure), html.escape(figure.title)
    opened = f'<svg role="img" aria-label="{html.escape(figure.description, quote=True)}"'
    inline = "".join(
        f'<div class="figure-{size}">{figure.pictures[size].replace("<svg", opened, 1)}</div>' for size in WIDTHS
    )
    files, runtime = f"{addresses['figures']}/{figure.id}", addresses["runtime"]
    sources = "; ".join(
        f'<a href="{addresses["sources"]}#{source.id}">{html.escape(source.name)}</a>' for source in figure.sources
    )
    downloads = " ".join(
        f'<a href="{files}.{ending}" download>{words}</a>'
        for ending, words in (
            ("csv", "Data (CSV)"),
            ("csv-metadata.json", "Metadata (JSON)"),
            ("svg", "Picture (SVG)"),
            ("png", "Picture (PNG)"),
        )
    )
    cited = html.escape(citation)
    for source in figure.sources:
        cited = cited.replace(html.escape(source.reference), in_language(source.reference, source.language))
    has_intervals = any(row.ci_low is not None for row in figure.rows)
    explained = f' <a href="{addresses["methods"]}#what-an-interval-means">What an interval means</a>.'
    meaning = explained if has_intervals else ""
    return f"""<figure class="evidence-figure" id="{anchor}" aria-labelledby="{anchor}-title">
<figcaption><p class="figure-title" id="{anchor}-title">{title}</p></figcaption>
{inline}<div class="figure-stage"></div>
<p class="figure-line">{html.escape(figure.base)} {html.escape(figure.uncertainty)}{meaning}</p>
<p class="figure-line">Source: {sources}. {_badge(figure, addresses["comparability"])}</p>
<details><summary>Data table<span class="unseen"> of the figure: {title}</span></summary>
<p>{html.escape(figure.description)}</p>
{_data_table(figure, addresses["register"])}</details>
<details><summary>Use this figure<span class="unseen">: {title}</span></summary>
<p class="figure-downloads">{downloads} <a href="#{anchor}">Permanent link</a></p>
<p id="{anchor}-citation">{cited}</p>
<button type="button" hidden data-copy="{anchor}-citation">Copy the citation</button>
<pre id="{anchor}-bibtex">{html.escape(entry)}</pre>
<button type="button" hidden data-copy="{anchor}-bibtex">Copy the BibTeX entry</button>
<button type="button" hidden data-interactive="{files}.js" data-runtime="{runtime}">Interactive version</button>
</details>
</figure>
"""


def _badge(figure: FigureData, page: str) -> str:
    """Say how far the rows may be compared, with a link to the reasons."""
    indicators = {row.indicator_id for row in figure.rows}
    anchor = f"#indicator-{name}" if len(indicators) == 1 and (name := indicators.pop()) else "#what-the-marks-mean"
    words = f'{html.escape(figure.comparability)}<span class="unseen">: why, and what else may be compared</span>'
    return f'<a class="figure-badge" href="{page}{anchor}">{words}</a>'


def _data_table(figure: FigureData, register: str) -> str:
    rows, questions = figure.rows, figure.questions
    languages = {source.id: source.language for source in figure.sources}
    asked = len(questions) > 1
    heads = ["What", *(["Question"] if asked else []), "When", "Value", "95% interval", "n", "As printed"]
    body = []
    for row in rows:
        cells = [f'<a href="{register}#{row.observation_id}">{html.escape(row.label)}</a>']
        cells += [html.escape(questions.get(row.question_id, ""))] if asked else []
        interval = f"none: {row.no_interval_because or 'not a share of answers'}"
        if known := format_interval(row):
            interval = f'<span class="number">{known}</span>'
        n = f"{row.base_n:,}" if row.base_n is not None else "not given" if row.kind == "answer" else "no survey"
        printed = in_language(row.as_printed, languages[row.source_id]) if row.as_printed else ""
        value = f'<span class="number">{html.escape(format_value(row))}</span>'
        body.append([*cells, format_period(row.period_start, row.period_end), value, interval, n, printed])
    return table_html(f"Data of the figure: {figure.title}", heads, body)
