"""Show a figure on the site: static pictures for phone and wide screens, and everything that belongs to it as text."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from docutils import nodes
from myst_nb.core.render import MimeData, MimeRenderPlugin, NbElementRenderer
from sphinx.errors import ExtensionError

from nordic_ai.figures import MIME_TYPE, svg
from nordic_ai.formats import format_interval, format_period, format_value
from nordic_ai.observations import COLUMNS, Observation


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
        payload = data.content
        figures = getattr(env, "nordic_figures", None)
        if figures is None:
            figures = env.nordic_figures = {}
        for docname, known in figures.items():
            if payload["id"] in known:
                raise ExtensionError(
                    f"{env.doc2path(env.docname)}: the figure id `{payload['id']}` is already used in {docname}; "
                    "ids are part of the figure's address, choose another"
                )
        figures.setdefault(env.docname, {})[payload["id"]] = payload
        return [FigureNode("", payload=payload, ids=[f"figure-{payload['id']}"])]


def rows_of(payload: Mapping[str, Any]) -> list[Observation]:
    """Read a figure's rows back as observations."""
    rows = []
    for row in payload["rows"]:
        values = {name: row.get(name) for name in COLUMNS}
        for name in ("period_start", "period_end"):
            values[name] = date.fromisoformat(values[name][:10]) if values[name] else None
        rows.append(Observation(**values))
    return rows


def figure_html(payload: Mapping[str, Any], register: str, sources: str, publishers: Mapping[str, str]) -> str:
    """Write a figure as HTML.

    Parameters
    ----------
    payload
        What `Figure.payload` gives.
    register, sources
        Addresses of the evidence register and the page of sources, relative to the page.
    publishers
        What each source is called, by id.
    """
    name, rows = f"figure-{payload['id']}", rows_of(payload)
    pictures = "".join(
        f'<div class="figure-{size}">{_inline_svg(payload[size], payload["description"])}</div>'
        for size in ("wide", "narrow")
    )
    return (
        f'<figure class="evidence-figure" id="{name}">'
        f'<figcaption><p class="figure-title">{html.escape(payload["title"])}'
        f'<a class="headerlink" href="#{name}" aria-label="Permanent link to this figure">#</a></p></figcaption>'
        f"{pictures}"
        f'<p class="figure-base">{html.escape(base_line(rows))}</p>'
        f'<p class="figure-sources">Source: {_source_links(rows, sources, publishers)}</p>'
        f"<details><summary>Data table</summary>{_data_table(rows, register, payload['title'])}</details>"
        "</figure>"
    )


def _inline_svg(spec: Mapping[str, Any], description: str) -> str:
    drawn = svg(spec)
    opened = f'<svg role="img" aria-label="{html.escape(description, quote=True)}"'
    return re.sub(r"^<svg", opened, drawn, count=1)


def base_line(rows: Iterable[Observation]) -> str:
    """Say who answered, when and how many, once for each survey among the rows."""
    parts: dict[str, None] = {}
    for row in rows:
        if row.kind == "answer":
            n = f"n = {row.base_n:,}" if row.base_n is not None else "n not published"
            when = format_period(row.period_start, row.period_end)
            parts[f"{(row.population or 'Population not told').rstrip('.')}, {when or 'time not told'} ({n})"] = None
        elif row.price_level:
            parts[f"{row.unit}, {row.price_level} prices"] = None
    return "Base: " + "; ".join(parts) + "." if parts else "Base: counts of records; no survey."


def _source_links(rows: Iterable[Observation], sources: str, publishers: Mapping[str, str]) -> str:
    ids = dict.fromkeys(row.source_id for row in rows)
    return "; ".join(f'<a href="{sources}#{name}">{html.escape(publishers[name])}</a>' for name in ids)


def _data_table(rows: Iterable[Observation], register: str, title: str) -> str:
    head = "".join(f'<th scope="col">{name}</th>' for name in ("What", "Value", "95% interval", "n", "As printed"))
    body = ""
    for row in rows:
        interval = "none" if row.ci_low is None or row.ci_high is None else format_interval(row.ci_low, row.ci_high)
        cells = (
            format_value(row),
            interval,
            "" if row.base_n is None else f"{row.base_n:,}",
            row.as_printed or "",
        )
        body += (
            f'<tr><th scope="row"><a href="{register}#{row.observation_id}">{html.escape(row.label)}</a></th>'
            + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells)
            + "</tr>"
        )
    name = html.escape(f"Data of the figure: {title}", quote=True)
    return (
        f'<div class="table-scroll" tabindex="0" role="region" aria-label="{name}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
