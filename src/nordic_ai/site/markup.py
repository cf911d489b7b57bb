"""Write the pieces of HTML that docutils cannot: tables that scroll by themselves and can be reached by keyboard."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from typing import Any

from docutils import nodes


class DataTable(nodes.General, nodes.Element):
    """A table of plain words: `caption`, `heads` and `rows`, whose first cells are headings of their rows."""

    def __init__(self, rawsource: str, *, caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        # The site's search reads texts below a node; the visitor writes the table and skips them.
        texts = (nodes.Text(f"{cell} ") for row in (heads, *rows) for cell in row)
        super().__init__(rawsource, *texts, caption=caption, heads=heads, rows=rows)

    def copy(self) -> DataTable:
        """Copy without the texts below, as docutils expects, which come from the attributes."""
        return DataTable(self.rawsource, caption=self["caption"], heads=self["heads"], rows=self["rows"])

    def deepcopy(self) -> DataTable:
        """Copy with the texts below, which come from the attributes."""
        return self.copy()


class HtmlBlock(nodes.General, nodes.Element):
    """A part of a page that is written as HTML; `words` are what the site's search finds of it."""

    def __init__(self, rawsource: str = "", *children: nodes.Node, html: str, words: Iterable[str] = ()) -> None:
        super().__init__(rawsource, *children, *(nodes.Text(f"{word} ") for word in words), html=html)


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


def visit_data_table(translator: Any, node: DataTable) -> None:
    """Write a `DataTable`."""
    rows = [[html.escape(cell.replace("'", "’")) for cell in row] for row in node["rows"]]
    translator.body.append(table_html(node["caption"], node["heads"], rows))
    raise nodes.SkipNode


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
