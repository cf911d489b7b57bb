"""The docutils nodes that the report adds: a link with a card, and a part of a page written by a template."""

from typing import Any

from docutils import nodes


class RecordLink(nodes.Inline, nodes.TextElement):
    """Words that lead to a record or a term and show a card.

    `records` or `term` is what the card is about, `data` what scripts read of the link. `views.WriteParts` adds the
    address as `refuri` and the id of the card as `card`.
    """


class Part(nodes.General, nodes.Element):
    """A part of a page that a view and its template write once all pages have been read.

    `view` is a function marked by `views.view`, `arguments` what it takes besides the page. Where the search is to
    find the part's words, a raw node takes its place; else `html` is what was written.
    """


def visit_part(translator: Any, node: Part) -> None:
    """Write the HTML of a part."""
    translator.body.append(node["html"])
    raise nodes.SkipNode


def visit_record_link(translator: Any, node: RecordLink) -> None:
    """Open the link; docutils escapes the attributes."""
    attributes = {"href": node["refuri"], "aria-describedby": node["card"], **node["data"]}
    translator.body.append(translator.starttag(node, "a", "", **attributes))


def depart_record_link(translator: Any, node: RecordLink) -> None:
    """Close the link."""
    translator.body.append("</a>")


def visit_folded_code(translator: Any, node: nodes.Element) -> None:
    """Open the fold of a cell's code; MyST-NB's own puts paragraphs where HTML allows only text."""
    translator.body.append(translator.starttag(node, "details", **{"class": "admonition hide"}))
    translator.body.append("<summary>Code of this cell</summary>\n")


def depart_folded_code(translator: Any, node: nodes.Element) -> None:
    """Close the fold of a cell's code."""
    translator.body.append("</details>\n")


def pass_node(translator: Any, node: nodes.Node) -> None:
    """Let a builder of another format write the words inside."""


def skip_node(translator: Any, node: nodes.Node) -> None:
    """Leave out what only web pages show."""
    raise nodes.SkipNode
