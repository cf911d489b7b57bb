"""Write the pieces of HTML that docutils cannot: tables that scroll by themselves and can be reached by keyboard."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from docutils import nodes


class HtmlBlock(nodes.General, nodes.Element):
    """A part of a page that is written as HTML; `words` are what the site's search finds of it."""

    def __init__(self, html: str, words: Iterable[str] = ()) -> None:
        super().__init__("", *(nodes.Text(f"{word} ") for word in words), html=html)


def visit_html_block(translator: Any, node: HtmlBlock) -> None:
    """Write an `HtmlBlock`."""
    translator.body.append(node["html"])
    raise nodes.SkipNode


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


def data_table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> HtmlBlock:
    """Make a table of plain words, whose first cells are headings of their rows."""
    cells = ([html.escape(cell.replace("'", "’")) for cell in row] for row in rows)
    return HtmlBlock(table_html(caption, heads, cells), (cell for row in (heads, *rows) for cell in row))


def choices_html(choices: Mapping[str, tuple[str, Mapping[str, str]]]) -> str:
    """Write the choices by which a page can be filtered, from the label of each and its values with their names."""
    fields = []
    for name, (label, values) in choices.items():
        options = "".join(
            f'<option value="{html.escape(value)}">{html.escape(text)}</option>' for value, text in values.items()
        )
        fields.append(
            f'<span><label for="filter-{name}">{label}</label> <select id="filter-{name}" data-filter="{name}">'
            f'<option value="">All</option>{options}</select></span>'
        )
    return "".join(fields)


def in_language(text: str, language: str) -> str:
    """Write words of another language, marked for screen readers."""
    return f'<span lang="{language}">{html.escape(text)}</span>'
