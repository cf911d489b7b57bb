"""The Sphinx domain of the report: what all pages are made from, and what each of them uses."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.domains import Domain
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

from nordic_ai.analysis.report import Report
from nordic_ai.evidence.citation import CitationFile
from nordic_ai.evidence.vocabularies import Term
from nordic_ai.export.data_package import DataFile
from nordic_ai.figures.figure import FigureData
from nordic_ai.site.nodes import RecordLink

PAGES: Mapping[str, str] = {
    **{name: f"evidence/{name}" for name in ("sources", "explorer", "register", "comparability", "audit", "data")},
    **{name: f"about/{name}" for name in ("methods", "glossary", "cite", "contribute", "corrections")},
}
"""Where the pages lie that the library links to; these addresses are permanent."""

DIVIDED: Mapping[str, str] = {PAGES["register"]: "records-of", PAGES["audit"]: "audit-of"}
"""The pages that have a part for each publication, a page of its own, with the directive that writes it.

What has an id that begins with a publication's stands on its page, and keeps that address.
"""


@dataclass(frozen=True)
class Inputs:
    """What all pages are made from, besides their own texts."""

    report: Report
    glossary: Mapping[str, Term]
    citation: CitationFile
    package: Mapping[str, DataFile]
    """The files of the Data Package by name, and the JSON Schema of the records, and the questionnaire."""


class ReportDomain(Domain):
    """What pages take from the report, and what the report notes of pages."""

    name = "report"
    label = "Report"
    data_version = 2
    initial_data = {"inputs": None, "uses": {}, "figures": {}, "pictures": {}}

    def __init__(self, env: BuildEnvironment) -> None:
        super().__init__(env)
        self.uses: dict[str, list[str]] = self.data["uses"]
        """Ids of the records that the text of each page uses."""
        self.figures: dict[str, dict[str, FigureData]] = self.data["figures"]
        """The figures of each page by id."""
        self.pictures: dict[str, str] = self.data["pictures"]
        """PNGs by path in the site, each with a digest of what it was drawn from."""

    @property
    def inputs(self) -> Inputs | None:
        """What pages are made from; None before the first build has loaded it."""
        return self.data["inputs"]

    def note_uses(self, record_ids: Iterable[str]) -> None:
        """Note that the page being read uses records."""
        self.uses.setdefault(self.env.docname, []).extend(record_ids)

    def note_figure(self, figure: FigureData) -> None:
        """Note that the page being read shows a figure, and refuse another one with its id."""
        for docname, known in self.figures.items():
            if figure.id in known:
                raise ExtensionError(
                    f"{self.env.doc2path(self.env.docname)}: the figure id `{figure.id}` is already used in {docname}; "
                    "ids are part of the figure's address, choose another"
                )
        self.figures.setdefault(self.env.docname, {})[figure.id] = figure

    def records_on(self, docname: str) -> list[str]:
        """List the records that a page uses in its text and in its figures."""
        drawn = (row.observation_id for figure in self.figures.get(docname, {}).values() for row in figure.rows)
        return [*self.uses.get(docname, []), *drawn]

    def clear_doc(self, docname: str) -> None:
        """Forget what a page used before it is read again."""
        for noted in (self.uses, self.figures):
            noted.pop(docname, None)

    def resolve_xref(self, *arguments: Any) -> nodes.Element:
        """Return the link that a role has described; its address and card follow when the page is written."""
        *_, node, shown = arguments
        return RecordLink("", "", *shown.children, **node["link"])

    def resolve_any_xref(self, *_: Any) -> list[tuple[str, nodes.Element]]:
        """Give nothing where MyST asks every domain for a name: records are named by their own roles only."""
        return []


def report_domain(env: BuildEnvironment) -> ReportDomain:
    """Give the domain of the report."""
    return env.get_domain(ReportDomain.name)


def forget_pages(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Forget all pages to be read together, because a figure may have moved from one to a page read before it."""
    for docname in docnames:
        report_domain(env).clear_doc(docname)
