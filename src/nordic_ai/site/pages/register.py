"""Write the evidence register: every record with its permanent address, what is known of it, and what uses it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from docutils import nodes

from nordic_ai.analysis.audit import CHECKS
from nordic_ai.analysis.observations import locate
from nordic_ai.evidence.model import Source
from nordic_ai.site.directives import EvidenceDirective, section
from nordic_ai.site.figure_renderer import figure_anchor
from nordic_ai.site.pages.corrections import corrections_of
from nordic_ai.site.views import Context, Page, part, view


class InWords(NamedTuple):
    """A record without a number: an entry of a list, a chart or a statement."""

    path: str
    title: str
    printed: str | None
    at: str
    lost: str | None = None


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
        sections = [
            section(titles[name], name, part(observations, source_id=source.id, ids=ids))
            for name, ids in groups.items()
        ]
        for name, (title, _) in groups_in_words(source).items():
            sections.append(section(title, name, part(in_words, source_id=source.id, name=name)))
        return section(f"{source.publisher}: {source.title.english}", f"register/{source.id}", *sections)


def groups_in_words(source: Source) -> dict[str, tuple[str, list[InWords]]]:
    """Give the records without a number: by the id of their section its title and the records."""
    groups = {
        one.id: (
            one.title,
            [InWords(f"{one.id}/{item.id}", item.label, item.as_printed, item.at) for item in one.items],
        )
        for one in source.lists
    }
    charts = [InWords(c.id, c.title, c.original_number, c.at, c.missing) for c in source.charts]
    groups["charts"] = "Charts and tables of the publication", charts
    groups["statements"] = "Statements", [InWords(s.id, s.text, s.as_printed, s.at) for s in source.statements]
    return {f"{source.id}/{name}": (title, records) for name, (title, records) in groups.items() if records}


def titles_of(source: Source) -> dict[str, str]:
    """Name every record of a publication that is no number, by its id."""
    titles = {f"{source.id}/{survey.id}": survey.title for survey in source.surveys}
    titles |= {f"{source.id}/{question.id}": question.english for question in source.questions}
    titles |= {f"{source.id}/{figure.id}": figure.label for figure in source.figures}
    for name, (title, records) in groups_in_words(source).items():
        titles |= {name: title} | {f"{source.id}/{record.path}": record.title for record in records}
    return titles


class _Known(NamedTuple):
    """What there is about each record, by its id."""

    notes: Mapping[str, list[str]]
    checks: Mapping[str, list[tuple[str, str]]]
    """The findings of the audit: address and name."""
    uses: Mapping[str, dict[str, str]]
    """The pages and figures that use it: names by address."""


def _known(page: Page) -> _Known:
    observations = page.report.observations
    notes, checks, uses = defaultdict(list), defaultdict(list), defaultdict(dict)
    for source in page.evidence.sources.values():
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
    return _Known(notes, checks, uses)


@view("register.html")
def observations(page: Page, source_id: str, ids: Sequence[str]) -> Context:
    """Describe numbers."""
    records = []
    for name in ids:
        number = page.report.observations[name]
        title = number.label + (" (mentioned again)" if number.restates else "")
        records.append(_record(page, name, title) | {"number": number})
    return {"records": records, "source": page.evidence.sources[source_id], "notes": []}


@view("register.html")
def in_words(page: Page, source_id: str, name: str) -> Context:
    """Describe the records of a group without numbers."""
    source = page.evidence.sources[source_id]
    described = []
    for one in groups_in_words(source)[name][1]:
        record = _record(page, f"{source_id}/{one.path}", one.title)
        about = {"printed": one.printed, "locator": locate(source, one.at), "more": [("What is lost", one.lost)]}
        described.append(record | about)
    notes = [one.note for one in source.lists if name == f"{source_id}/{one.id}"]
    return {"records": described, "source": source, "notes": notes}


@view("register.html")
def retired(page: Page) -> Context:
    """Say of ids that are used no more why, and what has taken their place."""
    described = []
    for name, one in page.evidence.retired.items():
        about = {"printed": None, "locator": None, "more": [("Why", one.why), ("Instead", one.instead)]}
        described.append(_record(page, name, "Retired") | about)
    return {"records": described, "source": None, "notes": []}


def _record(page: Page, name: str, title: str) -> Context:
    """Give what is known of a record of any kind."""
    known: _Known = page.once(_known)
    return {
        "id": name,
        "title": title,
        "number": None,
        "notes": known.notes.get(name),
        "checks": known.checks.get(name),
        "uses": sorted(known.uses.get(name, {}).items()),
        "corrections": corrections_of(name, page.report),
    }
