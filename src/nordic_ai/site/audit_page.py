"""The directive that writes the audit page: findings counted and listed, readers' notes, what could be found."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import get_args

from docutils import nodes
from docutils.parsers.rst import directives

from nordic_ai.analysis.audit import CHECKS, VERDICTS, Finding, Power, powers
from nordic_ai.analysis.wording import format_period, format_share, format_value, quoted
from nordic_ai.evidence.model import Note, Source
from nordic_ai.site.comparability_page import Fold
from nordic_ai.site.elements import (
    EvidenceDirective,
    Facts,
    FinishedBlock,
    beginning,
    described,
    foreign,
    item,
    line,
    section,
)
from nordic_ai.site.markup import HtmlBlock, choices_html, data_table, table_html

# What stands in the place of a verdict with notes.
_NOTED = "noticed by a reader"
_OF_QUESTIONS = ("head-count", "adding-up")
_NOTE_KINDS = get_args(Note.model_fields["kind"].annotation)
# Numbers that differ are told in full and first; the rest is folded away, publication by publication.
_IN_FULL = ("contradicted", "within rounding")


class AuditItem(FinishedBlock):
    """A finding or a reader's note, with the `publication` and the `verdict` that the page can be filtered by."""


# It stays hidden where no script can make it work.
_FILTER_BEGINS = '<div class="audit-filter" role="group" aria-label="Filter the findings" hidden>'
_FILTER_ENDS = (
    '<p role="status" data-what="findings and notes"></p>'
    '<button type="button" data-show-all hidden>Show all</button></div>'
)


def _count(number: int, query: str, what: str) -> str:
    if not number:
        return "0"
    # Without a script the link leads to the findings all the same.
    unseen = f'<span class="unseen"> {html.escape(what)}</span>'
    return f'<a href="?{html.escape(query)}#findings">{number}{unseen}</a>'


class Audit(EvidenceDirective):
    """Write one part of the audit page, named by the argument."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Write the part."""
        parts: Mapping[str, Callable[[], list[nodes.Node]]] = {
            "verdicts": self._verdicts,
            "summary": self._summary,
            "power": self._power,
            "filter": self._filter,
            "findings": self._findings,
            "notes": self._notes,
        }
        return parts[directives.choice(self.arguments[0], tuple(parts))]()

    @cached_property
    def _counts(self) -> Counter[tuple[str, str]]:
        """Numbers of findings and notes by publication and verdict."""
        counts = Counter((finding.source_id, finding.verdict) for finding in self.findings)
        return counts + Counter({(source.id, _NOTED): len(source.notes) for source in self.evidence.sources.values()})

    def _verdicts(self) -> list[nodes.Node]:
        return [described((verdict.capitalize(), meaning) for verdict, meaning in VERDICTS.items())]

    def _summary(self) -> list[nodes.Node]:
        kinds = (*VERDICTS, _NOTED)
        rows = []
        for source in self.evidence.sources.values():
            name = source.short_name
            cells = [
                _count(
                    self._counts[source.id, kind], f"publication={source.id}&verdict={_slug(kind)}", f"{kind}, {name}"
                )
                for kind in kinds
            ]
            rows.append([html.escape(name), *cells])
        totals = [_count(self._total(kind), f"verdict={_slug(kind)}", f"{kind}, all publications") for kind in kinds]
        rows.append(["All publications", *totals])
        heads = ["Publication", *(kind.capitalize() for kind in kinds)]
        return [HtmlBlock(table_html("Findings by publication and verdict", heads, rows))]

    def _total(self, kind: str) -> int:
        return sum(self._counts[source_id, kind] for source_id in self.evidence.sources)

    def _power(self) -> list[nodes.Node]:
        rows = [
            [
                power.title,
                "not known" if power.n is None else f"{power.n:,}",
                _chance(power, power.impossible, power.impossible),
                _chance(power, *(power.misprint or (None, None))),
                f"{power.complete} of {power.questions}",
                "no rate, or number asked, to check" if power.same_rate is None else str(power.same_rate),
            ]
            for power in powers(self.report)
        ]
        heads = [
            "Survey",
            "Respondents",
            "Chance that the head-count check notices a wrong share",
            "Chance that it notices a misprint by 1 to 5 percentage points",
            "Questions with all answers told in the text",
            "Numbers of respondents that give the printed response rate",
        ]
        return [data_table("What the checks of each survey could find", heads, rows)]

    def _filter(self) -> list[nodes.Node]:
        publications = {
            source.id: f"{source.short_name} ({sum(self._counts[source.id, kind] for kind in (*VERDICTS, _NOTED))})"
            for source in self.evidence.sources.values()
        }
        kinds = {_slug(kind): f"{kind.capitalize()} ({self._total(kind)})" for kind in (*VERDICTS, _NOTED)}
        choices = choices_html({"publication": ("Publication", publications), "verdict": ("Kind", kinds)})
        return [HtmlBlock(f"{_FILTER_BEGINS}{choices}{_FILTER_ENDS}")]

    def _findings(self) -> list[nodes.Node]:
        parts = []
        for verdict in VERDICTS:
            part = section(verdict.capitalize(), f"audit/{_slug(verdict)}")
            for source in self.evidence.sources.values():
                own = [f for f in self.findings if (f.source_id, f.verdict) == (source.id, verdict)]
                entries = [self._finding(source, finding) for finding in own]
                if verdict in _IN_FULL:
                    part += entries
                elif entries:
                    part += Fold("", *entries, summary=_numbered(source, len(entries), "finding"))
            parts.append(part)
        return parts

    def _finding(self, source: Source, finding: Finding) -> AuditItem:
        in_full = finding.verdict in _IN_FULL
        publication = f"{source.short_name}: " if in_full else ""
        title = (nodes.strong("", CHECKS[finding.check]), f" {publication}{self._subject(source, finding)}")
        notes = [
            (f"{note.kind.capitalize()}: {beginning(note.text)}", _note_id(source, note))
            for note in (_sorted_notes(source) if in_full else ())
            if _tells_of(note, finding)
        ]
        facts = [("Printed", self._printed(source, finding.about)), ("A reader noticed", self._links(notes))]
        return self._entry(source, finding.id, finding.verdict, 4, title, finding.sentence, facts)

    def _entry(
        self,
        source: Source,
        name: str,
        verdict: str,
        level: int,
        title: Iterable[nodes.Node | str],
        text: str,
        facts: Facts,
    ) -> AuditItem:
        """Write a finding or a note under a heading, which stands in no list of contents, with its permanent link."""
        badge = nodes.inline("", verdict.capitalize(), classes=["verdict", f"verdict-{_slug(verdict)}"])
        permanent = self.link("¶", name, classes=["headerlink"], reftitle="Permanent link")
        heading = nodes.rubric("", "", *line(badge, " ", *title, " ", permanent).children, **{"heading-level": level})
        content = (heading, line(text), described(facts))
        return AuditItem("", *content, ids=[name], publication=source.id, verdict=_slug(verdict))

    def _subject(self, source: Source, finding: Finding) -> str:
        """Name what a finding is about, in the words of its records."""
        titles = {survey.id: survey.title for survey in source.surveys}
        if (title := titles.get(finding.id.rpartition("/")[2])) and finding.check in _OF_QUESTIONS:
            return title
        first = self.observations[finding.about[0]]
        if first.question_id is not None and first.kind == "answer":
            question = self.report.measures[first.question_id].wording
            return question if finding.check in _OF_QUESTIONS else f"“{first.label}”: {question}"
        if finding.check == "sum" and first.period_start is not None:
            return f"{first.label}, {format_period(first.period_start, first.period_end)}"
        return first.label

    def _printed(self, source: Source, about: Iterable[str]) -> nodes.bullet_list:
        """List what is printed and where, each linked to its record."""
        items = nodes.bullet_list()
        for name in about:
            observation = self.observations[name]
            shown = f"{observation.label}, {observation.locator}" if observation.locator else observation.label
            told = line(self.link(shown, name, "register"), ": ")
            if observation.as_printed:
                told += foreign(quoted(observation.as_printed), source.language)
            if observation.value is None:
                told += nodes.Text(" (no number)" if observation.as_printed else "no number")
            elif observation.precision != "exact":
                told += nodes.Text(f" (read as {format_value(observation)})")
            items += item(told)
        return items

    def _notes(self) -> list[nodes.Node]:
        return [
            Fold(
                "",
                *(self._note(source, note) for note in _sorted_notes(source)),
                summary=_numbered(source, len(source.notes), "note"),
            )
            for source in self.evidence.sources.values()
            if source.notes
        ]

    def _note(self, source: Source, note: Note) -> AuditItem:
        labels = _labels(source)
        records = [(self._name(f"{source.id}/{path}") or labels[path], f"{source.id}/{path}") for path in note.about]
        findings = [
            (f"{CHECKS[finding.check]} {self._subject(source, finding)}", finding.id)
            for finding in self.findings
            if finding.source_id == source.id and finding.verdict in _IN_FULL and _tells_of(note, finding)
        ]
        facts = [("About", self._links(records, "register")), ("Computed on this", self._links(findings))]
        title = (nodes.strong("", note.kind.capitalize()),)
        return self._entry(source, _note_id(source, note), _NOTED, 3, title, note.text, facts)

    def _links(
        self, targets: Sequence[tuple[str, str]], page: str | None = None
    ) -> nodes.paragraph | nodes.bullet_list | None:
        """List links, each given by its words and its anchor; one of them stands by itself."""
        lines = [line(self.link(text, anchor, page)) for text, anchor in targets]
        if len(lines) > 1:
            return nodes.bullet_list("", *map(item, lines))
        return lines[0] if lines else None

    def _name(self, name: str) -> str | None:
        """Name an observation and its line, so that links to several of one label do not read the same."""
        observation = self.observations.get(name)
        if observation is None:
            return None
        place = (observation.locator or "").rpartition(", ")[2].removesuffix(" of the text")
        return f"{observation.label}, {place}" if place else observation.label


def _numbered(source: Source, number: int, what: str) -> str:
    return f"{source.short_name}: {number} {what}{'s' * (number != 1)}"


def _labels(source: Source) -> dict[str, str]:
    """Give the words of every record of a source that is no number, by its path."""
    labels = {survey.id: survey.title for survey in source.surveys}
    labels |= {question.id: question.english for question in source.questions}
    labels |= {figure.id: figure.label for figure in source.figures}
    labels |= {statement.id: beginning(statement.text) for statement in source.statements}
    labels |= {chart.id: chart.title for chart in source.charts}
    for enumeration in source.lists:
        labels[enumeration.id] = enumeration.title
        labels |= {f"{enumeration.id}/{entry.id}": entry.label for entry in enumeration.items}
    return labels


def _chance(power: Power, low: float | None, high: float | None) -> str:
    """Write the chance that the check of head counts notices something, or why there is no such check."""
    if low is None or high is None:
        return f"no check: {power.why_none}" if power.why_none else "not computed"
    return "0%: cannot notice" if high == 0 else format_share(low, high)


def _slug(verdict: str) -> str:
    return verdict.replace(" ", "-")


def _sorted_notes(source: Source) -> list[Note]:
    return sorted(source.notes, key=lambda note: _NOTE_KINDS.index(note.kind))


def _note_id(source: Source, note: Note) -> str:
    return f"{source.id}/notes/{note.id}"


def _tells_of(note: Note, finding: Finding) -> bool:
    """Say whether a note is about what a finding is about: its first record, and for a whole question another one."""
    shared = {f"{finding.source_id}/{path}" for path in note.about} & set(finding.about)
    return finding.about[0] in shared and (finding.check not in _OF_QUESTIONS or len(shared) > 1)
