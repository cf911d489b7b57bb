"""Write the pieces of HTML that docutils cannot: tables that scroll by themselves and can be reached by keyboard."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from typing import Any

from docutils import nodes


def table_html(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table.

    Parameters
    ----------
    caption
        What the table holds; read aloud, not shown.
    heads
        Headings of the columns, plain text.
    rows
        Cells as HTML; the first of each row is its heading.
    """
    name = html.escape(caption, quote=True)
    head = "".join(f'<th scope="col">{html.escape(text)}</th>' for text in heads)
    body = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'
        for first, *cells in rows
    )
    return (
        f'<div class="table-scroll" tabindex="0" role="region" aria-label="{name}"><table>'
        f'<caption class="unseen">{name}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def in_language(text: str, language: str) -> str:
    """Write words of another language, marked for screen readers."""
    return f'<span lang="{language}">{html.escape(text)}</span>'


def visit_folded_code(translator: Any, node: nodes.Element) -> None:
    """Begin the fold of a cell's code; MyST-NB's own puts paragraphs where HTML allows only text."""
    classes = " ".join(node["classes"])
    translator.body.append(f'<details class="admonition hide {classes}"><summary>Code of this cell</summary>\n')


def depart_folded_code(translator: Any, node: nodes.Element) -> None:
    """End the fold of a cell's code."""
    translator.body.append("</details>\n")
