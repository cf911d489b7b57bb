"""Write the evidence register: every record with its permanent address, what is known of it, and what uses it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from docutils import nodes

from nordic_ai.analysis.audit import Finding
from nordic_ai.analysis.observations import locate
from nordic_ai.evidence.model import Note, Source
from nordic_ai.site.directives import EvidenceDirective, section
from nordic_ai.site.figure_renderer import figure_anchor
from nordic_ai.site.pages.corrections import corrections_of
from nordic_ai.site.views import Context, Page, part, view


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
        titles = {f"{source.id}/{survey.id}": survey.title for survey in source.surveys}
        titles |= {name: measure.wording for name, measure in self.report.measures.items()}
        own = [o for o in self.report.observations.values() if o.source_id == source.id]
        groups = defaultdict(list)
        for o in sorted(own, key=lambda o: o.kind == "method"):  # what it finds comes before how it was made
            groups[o.belongs_to].append(o.observation_id)
        sections = [
            section(titles[name], name, part(observations, source_id=source.id, ids=ids))
            for name, ids in groups.items()
        ]
        sections += [
            section(one.title, f"{source.id}/{one.id}", part(list_items, source_id=source.id, list_id=one.id))
            for one in source.lists
        ]
        if source.charts:
            shown = part(charts, source_id=source.id)
            sections.append(section("Charts and tables of the publication", f"{source.id}/charts", shown))
        if source.statements:
            shown = part(statements, source_id=source.id)
            sections.append(section("Statements", f"{source.id}/statements", shown))
        return section(f"{source.publisher}: {source.title.english}", f"register/{source.id}", *sections)


class _Known(NamedTuple):
    """What notes, findings and pages there are about each record, by its id."""

    notes: Mapping[str, list[Note]]
    findings: Mapping[str, list[Finding]]
    uses: Mapping[str, dict[str, str]]
    """The pages and figures that use it: titles by address."""


def _known(page: Page) -> _Known:
    observations = page.report.observations
    notes, findings, uses = defaultdict(list), defaultdict(list), defaultdict(dict)
    for source in page.evidence.sources.values():
        for note in source.notes:
            for path in dict.fromkeys(note.about):
                notes[f"{source.id}/{path}"].append(note)
    for finding in page.report.findings:
        of_answers = observations[finding.about[0]].kind != "method"
        for name in dict.fromkeys(finding.about):
            # Shares are not listed at the number of answers that they are shares of.
            if not (of_answers and observations[name].kind == "method"):
                findings[name].append(finding)
    for docname, ids in page.domain.uses.items():
        for name in ids:
            uses[name][page.address(docname)] = page.builder.env.titles[docname].astext()
    for docname, figures in page.domain.figures.items():
        for figure in figures.values():
            for row in figure.rows:
                uses[row.observation_id][page.address(docname, figure_anchor(figure))] = f"Figure: {figure.title}"
    return _Known(notes, findings, uses)


def _record(page: Page, name: str, **facts: Any) -> Context:
    """Give what is known of a record of any kind, and `facts` about this one."""
    uses = sorted(page.once(_known).uses.get(name, {}).items())
    return {"id": name, "uses": uses, "corrections": corrections_of(name, page.report), **facts}


@view("register/observations.html")
def observations(page: Page, source_id: str, ids: Iterable[str]) -> Context:
    """Describe numbers."""
    known = page.once(_known)
    records = [
        _record(
            page,
            name,
            observation=page.report.observations[name],
            notes=known.notes.get(name, ()),
            findings=known.findings.get(name, ()),
        )
        for name in ids
    ]
    return {"records": records, "source": page.evidence.sources[source_id]}


@view("register/in_words.html")
def list_items(page: Page, source_id: str, list_id: str) -> Context:
    """Describe the entries of a list."""
    source = page.evidence.sources[source_id]
    (found,) = (one for one in source.lists if one.id == list_id)
    entries = ((f"{list_id}/{item.id}", item.label, item.as_printed, item.at, None) for item in found.items)
    return _in_words(page, source, entries, found.note)


@view("register/in_words.html")
def charts(page: Page, source_id: str) -> Context:
    """Describe the charts and tables of a publication."""
    source = page.evidence.sources[source_id]
    return _in_words(page, source, ((c.id, c.title, c.original_number, c.at, c.missing) for c in source.charts))


@view("register/in_words.html")
def statements(page: Page, source_id: str) -> Context:
    """Describe what a publication says without a number."""
    source = page.evidence.sources[source_id]
    return _in_words(page, source, ((s.id, s.text, s.as_printed, s.at, None) for s in source.statements))


def _in_words(
    page: Page, source: Source, records: Iterable[tuple[str | None, ...]], note: str | None = None
) -> Context:
    """Describe records by their path, title, printed words and place, and by what is lost of a chart."""
    described = [
        _record(page, f"{source.id}/{path}", title=title, printed=printed, locator=locate(source, at), lost=lost)
        for path, title, printed, at, lost in records
    ]
    return {"records": described, "source": source, "note": note}


@view("register/retired.html")
def retired(page: Page) -> Context:
    """Say of ids that are used no more why, and what has taken their place."""
    return {"records": [_record(page, name, entry=entry) for name, entry in page.evidence.retired.items()]}
