"""The directive that writes the audit page: verdicts counted, what could be found, all findings, readers' notes."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, get_args

from docutils import nodes
from docutils.parsers.rst import directives

from nordic_ai.audit import CHECKS, VERDICTS, Finding, powers
from nordic_ai.evidence import short_name
from nordic_ai.formats import format_period, format_share
from nordic_ai.model import Note, Source
from nordic_ai.site.generated import EvidenceDirective, described, foreign, section, words
from nordic_ai.site.markup import DataTable

# What stands in the place of a verdict with notes.
_NOTED = "noticed by a reader"
_OF_QUESTIONS = ("head-count", "adding-up")
_NOTE_KINDS = get_args(Note.model_fields["kind"].annotation)


class AuditItem(nodes.General, nodes.Element):
    """A finding or a reader's note, with the `publication` and the `verdict` that the page can be filtered by."""


class AuditFilter(nodes.General, nodes.Element):
    """The choices by which the page is filtered; `publications` and `verdicts` map values to names."""


def visit_audit_item(translator: Any, node: AuditItem) -> None:
    """Begin a finding."""
    data = "".join(f' data-{name}="{html.escape(node[name])}"' for name in ("publication", "verdict"))
    translator.body.append(f'<div class="record-box audit-item" id="{html.escape(node["ids"][0])}"{data}>')


def depart_audit_item(translator: Any, node: AuditItem) -> None:
    """End a finding."""
    translator.body.append("</div>")


def visit_audit_filter(translator: Any, node: AuditFilter) -> None:
    """Write the filter; it stays hidden where no script can make it work."""
    selects = []
    for name in ("publications", "verdicts"):
        options = "".join(
            f'<option value="{html.escape(value)}">{html.escape(text)}</option>' for value, text in node[name].items()
        )
        one = name.removesuffix("s")
        choice = f'<select id="filter-{one}" data-filter="{one}"><option value="">All</option>{options}</select>'
        selects.append(f'<span><label for="filter-{one}">{one.capitalize()}</label> {choice}</span>')
    translator.body.append(
        f'<div class="audit-filter" role="group" aria-label="Filter the findings" hidden>{"".join(selects)}'
        '<p role="status"></p></div>'
    )
    raise nodes.SkipNode


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

    def _verdicts(self) -> list[nodes.Node]:
        return [described((verdict.capitalize(), meaning) for verdict, meaning in VERDICTS.items())]

    def _summary(self) -> list[nodes.Node]:
        found = Counter((finding.source_id, finding.verdict) for finding in self.findings)
        rows = []
        for source in self.evidence.sources.values():
            counts = [*(found[source.id, verdict] for verdict in VERDICTS), len(source.notes)]
            rows.append([short_name(source), *map(str, counts)])
        totals = [sum(int(row[column]) for row in rows) for column in range(1, len(rows[0]))]
        rows.append(["All publications", *map(str, totals)])
        heads = ["Publication", *(verdict.capitalize() for verdict in VERDICTS), _NOTED.capitalize()]
        return [DataTable("", caption="Findings by publication and verdict", heads=heads, rows=rows)]

    def _power(self) -> list[nodes.Node]:
        rows = [
            [
                power.title,
                "not known" if power.n is None else f"{power.n:,}",
                power.why_none if power.impossible is None else format_share(power.impossible),
                f"{power.complete} of {power.questions}",
            ]
            for power in powers(self.evidence)
        ]
        heads = ["Survey", "Respondents", "Impossible percentages", "Questions with all answers printed"]
        return [DataTable("", caption="What the checks of each survey could find", heads=heads, rows=rows)]

    def _filter(self) -> list[nodes.Node]:
        publications = {source.id: short_name(source) for source in self.evidence.sources.values()}
        verdicts = {_slug(verdict): verdict.capitalize() for verdict in (*VERDICTS, _NOTED)}
        return [AuditFilter("", publications=publications, verdicts=verdicts)]

    def _findings(self) -> list[nodes.Node]:
        order = list(VERDICTS)
        parts = []
        for source in self.evidence.sources.values():
            part = section(short_name(source), f"audit/{source.id}")
            own = (finding for finding in self.findings if finding.source_id == source.id)
            for finding in sorted(own, key=lambda finding: order.index(finding.verdict)):
                part += self._finding(source, finding)
            parts.append(part)
        return parts

    def _finding(self, source: Source, finding: Finding) -> AuditItem:
        item = AuditItem("", ids=[finding.id], publication=source.id, verdict=_slug(finding.verdict))
        item += _headline(finding.verdict, CHECKS[finding.check], self._subject(source, finding))
        item += words(finding.sentence)
        notes = [note for note in _sorted_notes(source) if _tells_of(note, finding)]
        links = [(f"{note.kind.capitalize()}: {_beginning(note.text)}", f"#{_note_id(source, note)}") for note in notes]
        item += described(
            [
                ("Printed", self._printed(source, finding.about)),
                ("Computed", finding.computed),
                ("A reader noticed", _links(links) if links else None),
                ("Permanent link", _links([(finding.id, f"#{finding.id}")])),
            ]
        )
        return item

    def _subject(self, source: Source, finding: Finding) -> str:
        """Name what a finding is about, in the words of its records."""
        first = self.observations[finding.about[0]]
        if first.question_id is not None and first.kind == "answer":
            question = next(q.english for q in source.questions if f"{source.id}/{q.id}" == first.question_id)
            return question if finding.check in _OF_QUESTIONS else f"“{first.label}”: {question}"
        if finding.check == "sum" and first.period_start is not None:
            return f"{first.label}, {format_period(first.period_start, first.period_end)}"
        return first.label

    def _printed(self, source: Source, about: Iterable[str]) -> nodes.bullet_list:
        """List what is printed and where, each linked to its record."""
        address = self.env.app.builder.get_relative_uri(self.env.docname, "register")
        items = nodes.bullet_list()
        for name in about:
            observation = self.observations[name]
            link = nodes.reference("", observation.label, refuri=f"{address}#{name}", internal=True)
            line = nodes.paragraph("", "", link, nodes.Text(": "))
            if observation.as_printed:
                line += foreign(f"“{observation.as_printed}”", source.language).children
            if observation.value is None:
                line += nodes.Text(" (no number)" if observation.as_printed else "no number")
            if observation.locator:
                line += nodes.Text(f", {observation.locator}")
            items += nodes.list_item("", line)
        return items

    def _notes(self) -> list[nodes.Node]:
        parts = []
        for source in self.evidence.sources.values():
            part = section(short_name(source), f"audit/{source.id}/notes")
            for note in _sorted_notes(source):
                part += self._note(source, note)
            if source.notes:
                parts.append(part)
        return parts

    def _note(self, source: Source, note: Note) -> AuditItem:
        name = _note_id(source, note)
        item = AuditItem("", ids=[name], publication=source.id, verdict=_slug(_NOTED))
        item += _headline(_NOTED, note.kind.capitalize(), "")
        item += words(note.text)
        address = self.env.app.builder.get_relative_uri(self.env.docname, "register")
        records = [(path, f"{address}#{source.id}/{path}") for path in note.about]
        findings = [f for f in self.findings if f.source_id == source.id and _tells_of(note, f)]
        links = [(f"{CHECKS[f.check]} {self._subject(source, f)}", f"#{f.id}") for f in findings]
        item += described(
            [
                ("About", _links(records) if records else None),
                ("Computed on this", _links(links) if links else None),
                ("Permanent link", _links([(name, f"#{name}")])),
            ]
        )
        return item


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


def _beginning(text: str) -> str:
    """Give the first sentence of a note."""
    return text.split(". ")[0].rstrip(".")


def _headline(verdict: str, title: str, subject: str) -> nodes.paragraph:
    badge = nodes.inline("", verdict.capitalize(), classes=["verdict", f"verdict-{_slug(verdict)}"])
    line = nodes.paragraph("", "", badge, nodes.Text(" "), nodes.strong("", title))
    if subject:
        line += nodes.Text(f" {subject}")
    return line


def _links(targets: Iterable[tuple[str, str]]) -> nodes.paragraph | nodes.bullet_list:
    """List links; one of them stands by itself."""
    lines = [
        nodes.paragraph("", "", nodes.reference("", text, refuri=address, internal=True)) for text, address in targets
    ]
    return lines[0] if len(lines) == 1 else nodes.bullet_list("", *(nodes.list_item("", line) for line in lines))
