"""What the report's directives share: the evidence, a check of the argument, and the sections that they write."""

from collections.abc import Container

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from nordic_ai.analysis.report import Report
from nordic_ai.evidence.loading import Evidence
from nordic_ai.site.domain import report_domain
from nordic_ai.site.views import View, part


class EvidenceDirective(SphinxDirective):
    """A directive that writes from the evidence."""

    @property
    def report(self) -> Report:
        """All that follows from the evidence."""
        return report_domain(self.env).inputs.report

    @property
    def evidence(self) -> Evidence:
        """The evidence itself."""
        return self.report.evidence

    def argument(self, known: Container[str], unknown: str) -> str:
        """Give the directive's argument, or report the error `unknown`, in which `{}` stands for it."""
        name = self.arguments[0]
        if name not in known:
            raise self.error(unknown.format(name))
        return name


def shows(shown: View | str) -> type[SphinxDirective]:
    """Make a directive without an argument that shows one part of a page: a view, or only a template."""

    class ShowsPart(SphinxDirective):
        def run(self) -> list[nodes.Node]:
            return [part(shown)]

    return ShowsPart


def section(title: str, name: str, *content: nodes.Node) -> nodes.section:
    """Make a section with a title and a permanent anchor."""
    return nodes.section("", nodes.title("", title), *content, ids=[name], names=[name])
