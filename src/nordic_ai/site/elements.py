"""Make the docutils nodes that generated pages are built from, and give their directives the evidence."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from typing import Any

from docutils import nodes
from docutils.utils.smartquotes import smartyPants
from sphinx.util.docutils import SphinxDirective

from nordic_ai.analysis.audit import CHECKS, Finding
from nordic_ai.analysis.observations import Observation
from nordic_ai.analysis.report import Report
from nordic_ai.evidence.loading import Evidence
from nordic_ai.site.domain import report_domain

PAGES = {
    **{name: f"evidence/{name}" for name in ("register", "sources", "explorer", "comparability", "audit", "data")},
    **{name: f"about/{name}" for name in ("methods", "glossary", "cite", "contribute", "corrections")},
}
"""Where the pages lie that others link to."""

Facts = Iterable[tuple[str, nodes.Node | str | None]]
"""Terms with what is known of each."""


class FinishedBlock(nodes.General, nodes.Element):
    """Content that needs none of docutils' transforms, which would walk through a thousand records some twenty times.

    The nodes wait in `content`, below a node of its own so that each has a parent; the site's search reads their words.
    """

    def __init__(self, rawsource: str = "", *content: nodes.Node, **attributes: Any) -> None:
        held = nodes.container("", *content)
        for text in list(held.findall(nodes.Text)):
            # Our words have curly quotation marks as on other pages; what is printed stays as it is.
            if ("'" in text or '"' in text) and "foreign" not in text.parent.get("classes", ()):
                text.parent.replace(text, nodes.Text(smartyPants(text, "q")))
        super().__init__(rawsource, nodes.Text(" ".join(held.findall(nodes.Text))), content=held, **attributes)


def visit_finished_block(translator: Any, node: FinishedBlock) -> None:
    """Write a block as a box, with what a page can be filtered by."""
    data = "".join(f' data-{name}="{html.escape(node[name])}"' for name in ("publication", "verdict") if name in node)
    kind = "record-box audit-item" if data else "record-box"
    translator.body.append(f'<div class="{kind}" id="{html.escape(node["ids"][0])}"{data}>')
    for child in node["content"].children:
        child.walkabout(translator)
    translator.body.append("</div>")
    raise nodes.SkipNode


def line(*parts: nodes.Node | str) -> nodes.paragraph:
    """Make a paragraph of text and of nodes that stand in text."""
    return nodes.paragraph("", "", *(nodes.Text(part) if isinstance(part, str) else part for part in parts))


def item(*content: nodes.Node | str) -> nodes.list_item:
    """Make an entry of a list; text becomes a paragraph."""
    return nodes.list_item("", *(line(part) if isinstance(part, str) else part for part in content))


def described(facts: Facts) -> nodes.definition_list:
    """Make a list of terms with what is known of each; those with nothing are left out."""
    items = nodes.definition_list(classes=["record"])
    for term, content in facts:
        if content is None or content == "":
            continue
        body = nodes.definition("", line(content) if isinstance(content, str) else content)
        items += nodes.definition_list_item("", nodes.term("", term), body)
    return items


def foreign(text: str, language: str) -> nodes.inline:
    """Make words of another language, marked for screen readers."""
    # docutils turns a class language-xx into the attribute lang.
    return nodes.inline("", text, classes=["foreign", f"language-{language}"])


def section(title: str, name: str, *content: nodes.Node) -> nodes.section:
    """Make a section with a title and a permanent anchor."""
    return nodes.section("", nodes.title("", title), *content, ids=[name], names=[name])


def beginning(text: str) -> str:
    """Give the first sentence of a text, without its full stop."""
    return text.split(". ")[0].rstrip(".")


class EvidenceDirective(SphinxDirective):
    """What directives that write from the evidence share: the evidence base, what is computed from it, and links."""

    @property
    def report(self) -> Report:
        """All that follows from the evidence."""
        return report_domain(self.env).report

    @property
    def evidence(self) -> Evidence:
        """The evidence base."""
        return self.report.evidence

    @property
    def observations(self) -> Mapping[str, Observation]:
        """All observations by id."""
        return self.report.observations

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings of the audit."""
        return self.report.findings

    @property
    def contradicted(self) -> list[Finding]:
        """The findings by which printed numbers do not fit together."""
        return [finding for finding in self.findings if finding.verdict == "contradicted"]

    def finding_links(self, findings: Iterable[Finding]) -> nodes.bullet_list:
        """List findings by the first sentence of what they say, each as a link to its place on the audit's page."""
        items = nodes.bullet_list()
        for finding in findings:
            name = f"{self.evidence.sources[finding.source_id].short_name}: {CHECKS[finding.check]}"
            items += item(line(self.link(name, finding.id, "audit"), f" {beginning(finding.sentence)}."))
        return items

    def address(self, page: str) -> str:
        """Give the address of a page of the report from this one."""
        return self.env.app.builder.get_relative_uri(self.env.docname, PAGES.get(page, page))

    def link(
        self, shown: nodes.Node | str, anchor: str, page: str | None = None, **attributes: object
    ) -> nodes.reference:
        """Make a link to an anchor on this page, or on another page of the report."""
        address = self.address(page) if page else ""
        shown = nodes.Text(shown) if isinstance(shown, str) else shown
        return nodes.reference("", "", shown, refuri=f"{address}#{anchor}", internal=True, **attributes)
