"""Show a figure on the site: static pictures for phone and wide screens, and everything that belongs to it as text."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from docutils import nodes
from myst_nb.core.render import MimeData, MimeRenderPlugin, NbElementRenderer
from sphinx.errors import ExtensionError

from nordic_ai.analysis.observations import Observation
from nordic_ai.analysis.wording import format_interval, format_period, format_value
from nordic_ai.figures.format import MIME_TYPE, WIDTHS
from nordic_ai.site.markup import in_language, table_html


class FigureNode(nodes.General, nodes.Element):
    """A figure's place in a page; `payload` is the figure as the notebook gave it."""


class FigureRenderer(MimeRenderPlugin):
    """Hand our figures to the site, and leave every other output to MyST-NB."""

    mime_priority_overrides = [("*", MIME_TYPE, 1)]

    @staticmethod
    def handle_mime(renderer: NbElementRenderer, data: MimeData, inline: bool) -> None | list[nodes.Element]:
        """Give a node for our own MIME type."""
        if inline or data.mime_type != MIME_TYPE:
            return None
        env = renderer.renderer.sphinx_env
        # Plain values, because the kind that notebooks are read into takes several times as long to keep and to load.
        payload = json.loads(json.dumps(data.content))
        if not hasattr(env, "nordic_figures"):
            env.nordic_figures = {}
        for docname, known in env.nordic_figures.items():
            if payload["id"] in known:
                raise ExtensionError(
                    f"{env.doc2path(env.docname)}: the figure id `{payload['id']}` is already used in {docname}; "
                    "ids are part of the figure's address, choose another"
                )
        env.nordic_figures.setdefault(env.docname, {})[payload["id"]] = payload
        return [FigureNode("", payload=payload, ids=[figure_anchor(payload)])]


def figure_anchor(payload: Mapping[str, Any]) -> str:
    """Name a figure's permanent place in its page."""
    return f"figure-{payload['id']}"


def figure_sources(payload: Mapping[str, Any]) -> str:
    """Write what a figure's citation has to add: whose numbers it draws, and its licence."""
    return f"Numbers: {'; '.join(payload['references'])}. Figure and table: CC BY 4.0."


def rows_of(payload: Mapping[str, Any]) -> list[Observation]:
    """Read a figure's rows back as observations."""
    rows = []
    for row in payload["rows"]:
        dates = {n: date.fromisoformat(row[n]) if row[n] else None for n in ("period_start", "period_end")}
        rows.append(Observation(**(row | dates)))
    return rows


def figure_html(payload: Mapping[str, Any], addresses: Mapping[str, str], citation: str, entry: str) -> str:
    """Write a figure as HTML.

    Parameters
    ----------
    payload
        What `Figure.payload` gives, and the figure's SVG, `wide` and `narrow`, under `pictures`.
    addresses
        Of the pages and folders `register`, `sources`, `comparability`, `methods`, `figures` and of the `runtime` of
        the interactive version, relative to the page.
    citation, entry
        How to cite the figure: as a reference, and as an entry for BibTeX.
    """
    anchor, title = figure_anchor(payload), html.escape(payload["title"])
    opened = f'<svg role="img" aria-label="{html.escape(payload["description"], quote=True)}"'
    inline = "".join(
        f'<div class="figure-{size}">{payload["pictures"][size].replace("<svg", opened, 1)}</div>' for size in WIDTHS
    )
    files, runtime = f"{addresses['figures']}/{payload['id']}", addresses["runtime"]
    sources = "; ".join(
        f'<a href="{addresses["sources"]}#{name}">{html.escape(shown)}</a>'
        for name, shown in payload["sources"].items()
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
    for shown, language in zip(payload["references"], payload["languages"].values(), strict=True):
        cited = cited.replace(html.escape(shown), in_language(shown, language))
    has_intervals = any(row["ci_low"] is not None for row in payload["rows"])
    explained = f' <a href="{addresses["methods"]}#what-an-interval-means">What an interval means</a>.'
    meaning = explained if has_intervals else ""
    return f"""<figure class="evidence-figure" id="{anchor}" aria-labelledby="{anchor}-title">
<figcaption><p class="figure-title" id="{anchor}-title">{title}</p></figcaption>
{inline}<div class="figure-stage"></div>
<p class="figure-line">{html.escape(payload["base"])} {html.escape(payload["uncertainty"])}{meaning}</p>
<p class="figure-line">Source: {sources}. {_badge(payload, addresses["comparability"])}</p>
<details><summary>Data table<span class="unseen"> of the figure: {title}</span></summary>
<p>{html.escape(payload["description"])}</p>
{_data_table(payload, addresses["register"])}</details>
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


def _badge(payload: Mapping[str, Any], page: str) -> str:
    """Say how far the rows may be compared, with a link to the reasons."""
    indicators = {row["indicator_id"] for row in payload["rows"]}
    anchor = f"#indicator-{name}" if len(indicators) == 1 and (name := indicators.pop()) else "#what-the-marks-mean"
    words = f'{html.escape(payload["comparability"])}<span class="unseen">: why, and what else may be compared</span>'
    return f'<a class="figure-badge" href="{page}{anchor}">{words}</a>'


def _data_table(payload: Mapping[str, Any], register: str) -> str:
    rows, questions = rows_of(payload), payload["questions"]
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
        printed = in_language(row.as_printed, payload["languages"][row.source_id]) if row.as_printed else ""
        value = f'<span class="number">{html.escape(format_value(row))}</span>'
        body.append([*cells, format_period(row.period_start, row.period_end), value, interval, n, printed])
    return table_html(f"Data of the figure: {payload['title']}", heads, body)
