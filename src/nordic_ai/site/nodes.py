"""The docutils nodes that the report adds: a link with a card, and a part of a page written by a template."""

from typing import Any

from docutils import nodes

from nordic_ai.evidence.languages import ENGLISH, gettext, speaking


class RecordLink(nodes.inline):
    """Words that lead to a record or a term and show a card; in formats other than HTML only the words.

    `records` or `term` is what the card is about, `data` what scripts read of the link. `views.WriteParts` adds the
    address as `refuri` and the id of the card as `card`.
    """


class Part(nodes.raw):
    """A part of a page that its `template` writes as `html` once all pages have been read.

    `view`, if there is one, computes what the template needs besides the page and the `arguments`.
    Raw, so that other formats leave it out. `searched` is the HTML that the search finds.
    """


def visit_part(translator: Any, node: Part) -> None:
    """Write the HTML of a part."""
    translator.body.append(node["html"])
    raise nodes.SkipNode


def visit_record_link(translator: Any, node: RecordLink) -> None:
    """Open the link; docutils escapes the attributes."""
    attributes = {"href": node["refuri"], "aria-describedby": node["card"], **node["data"]}
    if len(records := node.get("records", ())) > 1:  # a number computed from several, of which `href` names the last
        attributes["data-records"] = " ".join(records)
    translator.body.append(translator.starttag(node, "a", "", **attributes))


def depart_record_link(translator: Any, node: RecordLink) -> None:
    """Close the link."""
    translator.body.append("</a>")


def visit_formula(translator: Any, node: nodes.Element) -> None:
    """Write a formula without the script from another host that would show it; no build publishes the page."""
    translator.body.append(translator.starttag(node, "math", "</math>", alttext=node.astext()))
    raise nodes.SkipNode


def visit_folded_code(translator: Any, node: nodes.Element) -> None:
    """Open the fold of a cell's code; MyST-NB's own puts paragraphs where HTML allows only text."""
    translator.body.append(translator.starttag(node, "details", **{"class": "admonition hide"}))
    with speaking(translator.builder.env.metadata[translator.builder.current_docname].get("language", ENGLISH)):
        translator.body.append(f"<summary>{gettext('The code behind it')}</summary>\n")
