"""The docutils nodes that the report adds: a link with a card, and a part of a page written by a template."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref


class RecordLink(nodes.Inline, nodes.TextElement):
    """Words that lead to a record or a term and show a card.

    `records` or `term` is what the card is about; `role` is what wrote the words, and the site marks its links by it;
    `in_words` says that they are no number, and marks them by a dotted line. `views.WriteParts` adds the address as
    `refuri` and the id of the card as `card`.
    """


class Part(nodes.General, nodes.Element):
    """A part of a page that a view and its template write once all pages have been read.

    `view` is a function marked by `views.view`, `arguments` what it takes besides the page. Where the search is to
    find the part's words, a raw node takes its place; else `html` is what was written.
    """


def record_reference(shown: str, record_ids: Sequence[str], role: str, *, in_words: bool = True) -> pending_xref:
    """Refer from words to the last of the records that they come from, with a card about all of them."""
    described = {"records": tuple(record_ids), "role": role, "in_words": in_words}
    return pending_xref("", nodes.inline("", shown), refdomain="report", reftype="record", reftarget="", **described)


def term_reference(shown: str, term: str) -> pending_xref:
    """Refer from words to a term of the glossary, with its definition as a card."""
    inner = nodes.inline("", shown)
    return pending_xref("", inner, refdomain="report", reftype="term", reftarget=term, term=term, in_words=True)


def visit_part(translator: Any, node: Part) -> None:
    """Write the HTML of a part."""
    translator.body.append(node["html"])
    raise nodes.SkipNode


def visit_record_link(translator: Any, node: RecordLink) -> None:
    """Open the link; docutils escapes the attributes."""
    more = {"data-more": "Open the glossary"} if "term" in node else {"data-role": node["role"]}
    attributes = {"href": node["refuri"], "class": "ev ev-words" if node["in_words"] else "ev"} | more
    attributes["aria-describedby"] = node["card"]
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
