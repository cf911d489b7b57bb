"""Write the audit: findings counted, what the checks could have found, findings and notes by publication."""

from collections import Counter, defaultdict
from typing import get_args

from docutils import nodes

from nordic_ai.analysis.audit import CHECKS, VERDICTS, Finding
from nordic_ai.analysis.report import Report
from nordic_ai.analysis.wording import format_period
from nordic_ai.evidence.model import Note
from nordic_ai.site.cards import title_of
from nordic_ai.site.views import Context, EvidenceDirective, Page, first_sentence, once, part, section

PARTS = ("summary", "differing", "verdicts", "power")
"""Templates of these names."""
_NOTED = "noticed by a reader"
"""What notes have in the place of a verdict."""
_NOTE_KINDS = get_args(Note.model_fields["kind"].annotation)
_OF_QUESTIONS = ("head-count", "base", "adding-up")
# Numbers that differ are shown in full, with readers' notes on them; the rest is folded away.
_IN_FULL = ("contradicted", "within rounding")


def audit(directive: EvidenceDirective, name: str) -> list[nodes.Node]:
    """Write a part of the page about all publications."""
    return [part(f"audit/{name}.html", findings)]


def audit_of(directive: EvidenceDirective, source_id: str) -> list[nodes.Node]:
    """Write the page of a publication: its findings under a heading for each verdict, then readers' notes."""
    source = directive.evidence.sources[source_id]
    kinds = {verdict: verdict.capitalize() for verdict in VERDICTS}
    there = {finding.verdict for finding in directive.report.findings if finding.source_id == source_id}
    if source.notes:
        kinds[_NOTED] = "What a careful reader noticed"
        there.add(_NOTED)
    sections = [
        section(title, slug(kind), part("audit/entries.html", findings, source_id=source_id, kind=kind))
        for kind, title in kinds.items()
        if kind in there
    ]
    opening = part("audit/opening.html", findings, source_id=source_id)
    return [section(f"{source.short_name}: audit", source_id, opening, *sections)]


@once
def findings(page: Page) -> Context:
    """Give findings and notes by publication and verdict, counted as well, and say what each is about.

    Counts under None are of all publications or of all verdicts. A finding and a note on the same link to each other.
    """
    report, sources = page.report, page.evidence.sources.values()
    groups, links = defaultdict(list), defaultdict(list)
    subjects = {finding.id: _subject(finding, report) for finding in report.findings}
    for finding in report.findings:
        groups[finding.source_id, finding.verdict].append(finding)
    for source in sources:
        groups[source.id, _NOTED] = sorted(source.notes, key=lambda note: _NOTE_KINDS.index(note.kind))
        for note in groups[source.id, _NOTED]:
            note_id = f"{source.id}/notes/{note.id}"
            for finding in (one for verdict in _IN_FULL for one in groups[source.id, verdict]):
                if _is_about(note, finding):
                    links[finding.id].append((f"#{note_id}", f"{note.kind.capitalize()}: {first_sentence(note.text)}"))
                    links[note_id].append((f"#{finding.id}", f"{CHECKS[finding.check]} {subjects[finding.id]}"))
    counts = Counter()
    for (source_id, kind), group in groups.items():
        counts.update({key: len(group) for key in ((source_id, kind), (source_id, None), (None, kind))})
    return {
        "slug": slug,
        "meanings": [(verdict.capitalize(), meaning) for verdict, meaning in VERDICTS.items()],
        "kinds": (*VERDICTS, _NOTED),
        "in_full": _IN_FULL,
        "groups": groups,
        "counts": counts,
        "subjects": subjects,
        "links": links,
    }


def slug(kind: str) -> str:
    """Name a verdict, or the notes, in addresses.

    >>> slug("cannot be checked")
    'cannot-be-checked'
    """
    return kind.replace(" ", "-")


def _is_about(note: Note, finding: Finding) -> bool:
    """Say whether a note is about what a finding is about: its first record, and for a whole question another one."""
    shared = {f"{finding.source_id}/{path}" for path in note.about} & set(finding.about)
    return finding.about[0] in shared and (finding.check not in _OF_QUESTIONS or len(shared) > 1)


def _subject(finding: Finding, report: Report) -> str:
    """Name what a finding is about, in the words of its records."""
    first, records = report.observations[finding.about[0]], report.evidence.records
    if finding.check in _OF_QUESTIONS:
        name, *group = finding.id.split("/")[2:]
        title = title_of(records[f"{finding.source_id}/{name}"])
        return f"{title}: {first.group}" if group else title
    if first.kind == "answer":
        return f"“{first.label}”: {title_of(records[first.belongs_to])}"
    if finding.check == "sum" and first.period_start is not None:
        return f"{first.label}, {format_period(first.period_start, first.period_end)}"
    return first.label
