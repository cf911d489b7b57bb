"""Write the evidence register: every record with its permanent address, what is known of it, and what uses it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from docutils import nodes

from nordic_ai.analysis.audit import CHECKS
from nordic_ai.analysis.observations import locate
from nordic_ai.analysis.report import Report
from nordic_ai.evidence.model import Chart, Enumeration, Figure, ListItem, Question, Source, Statement, Survey
from nordic_ai.site.figure_renderer import figure_anchor
from nordic_ai.site.pages.corrections import corrections_of
from nordic_ai.site.views import Context, EvidenceDirective, Page, part, section, view

_TITLES = {Question: "english", Figure: "label", ListItem: "label", Statement: "text"} | dict.fromkeys(
    (Survey, Enumeration, Chart), "title"
)
"""The field that names a record without a number, by kind of record."""


def register(directive: EvidenceDirective) -> list[nodes.Node]:
    """Write a section for each publication, the newest first, and one for retired ids."""
    evidence = directive.evidence
    sources = sorted(evidence.sources.values(), key=lambda source: source.published.period or "", reverse=True)
    sections = [_publication(source, directive.report) for source in sources]
    if evidence.retired:
        sections.append(section("Retired ids", "register/retired", part(records, ids=list(evidence.retired))))
    return sections


def _publication(source: Source, report: Report) -> nodes.section:
    """Write a section for each question, figure, survey and list, and for charts and statements."""
    titles, groups = titles_of(source), defaultdict(list)
    own = [o for o in report.observations.values() if o.source_id == source.id]
    for o in sorted(own, key=lambda o: o.kind == "method"):  # what it finds comes before how it was made
        groups[o.belongs_to].append(o.observation_id)
    parts = [(titles[name], name, ids, None) for name, ids in groups.items()]
    for one in source.lists:
        name = f"{source.id}/{one.id}"
        parts.append((one.title, name, [f"{name}/{item.id}" for item in one.items], one.note))
    for title, kind in (("Charts and tables of the publication", "charts"), ("Statements", "statements")):
        ids = [f"{source.id}/{record.id}" for record in getattr(source, kind)]
        parts.append((title, f"{source.id}/{kind}", ids, None))
    sections = [
        section(title, name, part(records, ids=ids, source_id=source.id, note=note))
        for title, name, ids, note in parts
        if ids
    ]
    return section(f"{source.publisher}: {source.title.english}", f"register/{source.id}", *sections)


def titles_of(*sources: Source) -> dict[str, str]:
    """Name every record without a number of some publications, by its id."""
    records = ((f"{source.id}/{path}", record) for source in sources for path, record in source.records.items())
    return {name: getattr(record, _TITLES[type(record)]) for name, record in records if type(record) in _TITLES}


@view("register.html")
def records(page: Page, ids: Sequence[str], source_id: str = "", note: str | None = None) -> Context:
    """Describe records of one publication, or ids that are used no more, and add a note."""
    corrections = {name: corrections_of(name, page.report) for name in ids}
    shown = {"ids": ids, "source": page.evidence.sources.get(source_id), "corrections": corrections, "note": note}
    return shown | {"locate": locate} | page.once(_about_records)


def _about_records(page: Page) -> Mapping[str, Mapping[str, Any]]:
    """Give what is said about each record, by its id: its title, the notes on it, and checks and uses as links."""
    observations = page.report.observations
    notes, checks, uses = defaultdict(list), defaultdict(list), defaultdict(dict)
    for source in page.evidence.sources.values():
        for note in source.notes:
            for path in dict.fromkeys(note.about):
                notes[f"{source.id}/{path}"].append(f"{note.kind.capitalize()}: {note.text}")
    for finding in page.report.findings:
        link = page.address("audit", finding.id), f"{finding.verdict.capitalize()}: {CHECKS[finding.check]}"
        of_answers = observations[finding.about[0]].kind != "method"
        for name in finding.about:
            # Shares are not listed at the number of answers that they are shares of.
            if not (of_answers and observations[name].kind == "method"):
                checks[name].append(link)
    for docname, ids in page.domain.uses.items():
        for name in ids:
            uses[name][page.address(docname)] = page.builder.env.titles[docname].astext()
    for docname, figures in page.domain.figures.items():
        for figure in figures.values():
            for row in figure.rows:
                uses[row.observation_id][page.address(docname, figure_anchor(figure))] = f"Figure: {figure.title}"
    return {"titles": titles_of(*page.evidence.sources.values()), "notes": notes, "checks": checks, "uses": uses}
