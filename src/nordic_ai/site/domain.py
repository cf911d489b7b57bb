"""The Sphinx domain of the report: which page uses which record, which figures it shows, and where references lead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.builders import Builder
from sphinx.domains import Domain
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

from nordic_ai.analysis.report import Report
from nordic_ai.evidence.citation import CitationFile
from nordic_ai.evidence.glossary import Term
from nordic_ai.figures.figure_data import FigureData
from nordic_ai.site.nodes import RecordLink

PAGES: Mapping[str, str] = {
    **{name: f"evidence/{name}" for name in ("sources", "explorer", "register", "comparability", "audit", "data")},
    **{name: f"about/{name}" for name in ("methods", "glossary", "cite", "contribute", "corrections")},
}
"""Where the pages lie that the library links to; these addresses are permanent."""


class ReportDomain(Domain):
    """What pages take from the report, and what the report notes of pages."""

    name = "report"
    label = "Report"
    data_version = 1
    initial_data = {"uses": {}, "figures": {}, "report": None}

    report: Report
    glossary: Mapping[str, Term]
    citation: CitationFile

    @property
    def uses(self) -> dict[str, list[str]]:
        """Ids of the records that the text of each page uses."""
        return self.data["uses"]

    @property
    def figures(self) -> dict[str, dict[str, FigureData]]:
        """The figures of each page by id."""
        return self.data["figures"]

    def note_uses(self, record_ids: Iterable[str]) -> None:
        """Note that the page being read uses records."""
        self.uses.setdefault(self.env.docname, []).extend(record_ids)

    def note_figure(self, figure: FigureData) -> None:
        """Note that the page being read shows a figure.

        Raises
        ------
        ExtensionError
            If another figure has its id, which is part of its address.
        """
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

    def merge_domaindata(self, docnames: Iterable[str], otherdata: dict[str, Any]) -> None:
        """Take over what another process noted of pages."""
        for part in ("uses", "figures"):
            self.data[part] |= {name: noted for name, noted in otherdata[part].items() if name in docnames}

    def resolve_xref(
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        typ: str,
        target: str,
        node: pending_xref,
        contnode: nodes.Element,
    ) -> nodes.Element:
        """Link a number to its record, or a term to the glossary."""
        page, anchor = ("glossary", f"term-{target}") if typ == "term" else ("register", target)
        address = f"{builder.get_relative_uri(fromdocname, PAGES[page])}#{anchor}"
        described = {name: node[name] for name in ("role", "records", "term", "in_words") if name in node}
        return RecordLink("", "", *contnode.children, refuri=address, **described)

    def resolve_any_xref(self, *_: Any) -> list[tuple[str, nodes.Element]]:
        """Give nothing: records are named by their own roles only."""
        return []


def record_reference(shown: str, record_ids: Sequence[str], role: str, *, in_words: bool = True) -> pending_xref:
    """Make a reference from words to the last of some records, with a card about all of them.

    Parameters
    ----------
    shown
        The words.
    record_ids
        Ids of the records that the words come from.
    role
        What wrote the words; the site marks its links by it.
    in_words
        Whether the words are no number, and are marked by a dotted line.
    """
    attributes = {"records": list(record_ids), "role": role, "in_words": in_words}
    return _reference(shown, "record", record_ids[-1], attributes)


def term_reference(shown: str, term: str) -> pending_xref:
    """Make a reference from words to a term of the glossary, with its definition as a card."""
    return _reference(shown, "term", term, {"term": term})


def _reference(shown: str, kind: str, target: str, attributes: Mapping[str, Any]) -> pending_xref:
    inner = nodes.inline("", shown)
    return pending_xref("", inner, refdomain=ReportDomain.name, reftype=kind, reftarget=target, **attributes)


def report_domain(env: BuildEnvironment) -> ReportDomain:
    """Give the domain of the report."""
    return env.get_domain(ReportDomain.name)
