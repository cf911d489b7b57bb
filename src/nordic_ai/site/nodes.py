"""The docutils nodes that the report adds: a link with a card, a part written by a template, and the cards."""

from __future__ import annotations

from typing import Any

from docutils import nodes


class RecordLink(nodes.Inline, nodes.TextElement):
    """Words that lead to a record or a term and show a card.

    `refuri` is the address, `records` or `term` what the card is about, `card` its id, `role` what wrote the words.
    """


class Part(nodes.General, nodes.Element):
    """A part of a page that a view and its template write once all pages have been read.

    `view` is a function of `nordic_ai.site` marked by `views.view`, `arguments` what it takes besides the page.
    """


class Cards(nodes.General, nodes.Element):
    """The cards at the end of a page, as `html`; a raw node would be indexed by the search, twice with the text."""


def visit_cards(translator: Any, node: Cards) -> None:
    """Write the cards."""
    translator.body.append(node["html"])
    raise nodes.SkipNode


def visit_record_link(translator: Any, node: RecordLink) -> None:
    """Open the link; docutils escapes the attributes."""
    is_number = not node.get("in_words", True)
    attributes = {"href": node["refuri"], "class": "ev" if is_number else "ev ev-words"}
    if "role" in node:
        attributes["data-role"] = node["role"]
    if "card" in node:
        attributes["aria-describedby"] = node["card"]
    if "term" in node:
        attributes["data-more"] = "Open the glossary"
    translator.body.append(translator.starttag(node, "a", "", **attributes))


def depart_record_link(translator: Any, node: RecordLink) -> None:
    """Close the link."""
    translator.body.append("</a>")


def pass_node(translator: Any, node: nodes.Node) -> None:
    """Let a builder of another format write the words inside."""


def skip_node(translator: Any, node: nodes.Node) -> None:
    """Leave out what only web pages show."""
    raise nodes.SkipNode
