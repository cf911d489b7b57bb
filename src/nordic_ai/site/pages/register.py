"""Write the evidence register: every record with its permanent address, what is known of it, and what uses it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from docutils import nodes

from nordic_ai.analysis.audit import CHECKS
from nordic_ai.analysis.observations import locate
from nordic_ai.evidence.model import Chart, Enumeration, Figure, ListItem, Question, Source, Statement, Survey
from nordic_ai.evidence.values import Record
from nordic_ai.site.figure_renderer import figure_anchor
from nordic_ai.site.pages.corrections import corrections_of
from nordic_ai.site.views import Context, EvidenceDirective, Page, part, section, view

_TITLES = {Question: "english", Figure: "label", ListItem: "label", Statement: "text"} | dict.fromkeys(
    (Survey, Enumeration, Chart), "title"
)
"""The field that names a record without a number, by kind of record."""


class EvidenceRegister(EvidenceDirective):
    """Write every record with a permanent anchor, for numbers in the text to link to."""

    def run(self) -> list[nodes.Node]:
        """Write a section for each source, the newest first, and one for retired ids."""
        sources = self.evidence.sources.values()
        parts = [self._source(s) for s in sorted(sources, key=lambda s: s.published.period or "", reverse=True)]
        if self.evidence.retired:
            parts.append(section("Retired ids", "register/retired", part(retired)))
        return parts

    def _source(self, source: Source) -> nodes.section:
        """Write a section for each question, figure, survey and list, and for charts and statements."""
        titles, groups = titles_of(source), defaultdict(list)
        own = [o for o in self.report.observations.values() if o.source_id == source.id]
        for o in sorted(own, key=lambda o: o.kind == "method"):  # what it finds comes before how it was made
            groups[o.belongs_to].append(o.observation_id)
        shown = [(titles[name], name, part(observations, source_id=source.id, ids=ids)) for name, ids in groups.items()]
        for one in source.lists:
            ids = [f"{source.id}/{one.id}/{item.id}" for item in one.items]
            content = part(in_words, source_id=source.id, ids=ids, note=one.note)
            shown.append((one.title, f"{source.id}/{one.id}", content))
        for title, kind in (("Charts and tables of the publication", "charts"), ("Statements", "statements")):
            if ids := [f"{source.id}/{record.id}" for record in getattr(source, kind)]:
                shown.append((title, f"{source.id}/{kind}", part(in_words, source_id=source.id, ids=ids)))
        sections = [section(*parts) for parts in shown]
        return section(f"{source.publisher}: {source.title.english}", f"register/{source.id}", *sections)


def titles_of(source: Source) -> dict[str, str]:
    """Name every record without a number of a publication, by its id."""
    return {name: _title(record) for name, record in _records_without_number(source).items()}


def _title(record: Record) -> str:
    return getattr(record, _TITLES[type(record)])


def _records_without_number(source: Source) -> dict[str, Record]:
    return {f"{source.id}/{path}": record for _, path, record in source.parts() if type(record) in _TITLES}


def _about_records(page: Page) -> Mapping[str, Mapping[str, Any]]:
    """Give what there is about each record, by its id: itself in words, the notes on it, checks and uses as links."""
    observations = page.report.observations
    words, notes, checks, uses = {}, defaultdict(list), defaultdict(list), defaultdict(dict)
    for source in page.evidence.sources.values():
        words |= _records_without_number(source)
        for note in source.notes:
            for path in dict.fromkeys(note.about):
                notes[f"{source.id}/{path}"].append(f"{note.kind.capitalize()}: {note.text}")
    for finding in page.report.findings:
        link = page.address("audit", finding.id), f"{finding.verdict.capitalize()}: {CHECKS[finding.check]}"
        of_answers = observations[finding.about[0]].kind != "method"
        for name in dict.fromkeys(finding.about):
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
    return {"words": words, "notes": notes, "checks": checks, "uses": uses}


def _record(page: Page, name: str, **facts: Any) -> Context:
    """Give what is known of a record of any kind, and `facts` about this one."""
    about = {kind: known.get(name, {}) for kind, known in page.once(_about_records).items()}
    return {"id": name, "corrections": corrections_of(name, page.report)} | about | facts


@view("register.html")
def observations(page: Page, source_id: str, ids: Sequence[str]) -> Context:
    """Describe numbers."""
    records = [_record(page, name, number=page.report.observations[name]) for name in ids]
    return {"records": records, "source": page.evidence.sources[source_id], "note": None}


@view("register.html")
def in_words(page: Page, source_id: str, ids: Sequence[str], note: str | None = None) -> Context:
    """Describe records without a number: entries of a list, charts or statements."""
    source, words = page.evidence.sources[source_id], page.once(_about_records)["words"]
    records = [_record(page, name, title=_title(words[name]), locator=locate(source, words[name].at)) for name in ids]
    return {"records": records, "source": source, "note": note}


@view("register.html")
def retired(page: Page) -> Context:
    """Say of ids that are used no more why, and what has taken their place."""
    records = [_record(page, name, retired=record) for name, record in page.evidence.retired.items()]
    return {"records": records, "source": None, "note": None}
