"""Write the audit page: findings counted and listed, readers' notes, and what the checks could have found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import get_args

from docutils import nodes

from nordic_ai.analysis.audit import CHECKS, VERDICTS, Finding, Power, powers
from nordic_ai.analysis.report import Report
from nordic_ai.analysis.wording import format_period, format_share
from nordic_ai.evidence.base import short_name
from nordic_ai.evidence.model import Note, Source
from nordic_ai.site.directives import EvidenceDirective, section
from nordic_ai.site.views import Context, Page, View, first_sentence, part, view

_NOTED = "noticed by a reader"
"""What notes have in the place of a verdict."""
_OF_QUESTIONS = ("head-count", "adding-up")
_NOTE_KINDS = get_args(Note.model_fields["kind"].annotation)
# Numbers that differ come first and are shown in full; the rest is folded away, publication by publication.
_IN_FULL = ("contradicted", "within rounding")


class Audit(EvidenceDirective):
    """Write the part of the audit page that the argument names."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Write the part; the findings under a heading for each verdict."""
        name = self.argument(
            (*_PARTS, "findings"), f"the audit has no part `{{}}`; choose findings or {', '.join(_PARTS)}"
        )
        if name in _PARTS:
            return [part(_PARTS[name])]
        return [section(v.capitalize(), f"audit/{v.replace(' ', '-')}", part(findings, verdict=v)) for v in VERDICTS]


def contradicted(report: Report) -> list[Finding]:
    """List the findings by which printed numbers do not fit together."""
    return [finding for finding in report.findings if finding.verdict == "contradicted"]


@view("audit/contradictions.html")
def contradictions(page: Page) -> Context:
    """Say in how many places a publication's own numbers do not fit together."""
    return {"many": len(contradicted(page.report))}


@view("facts.html")
def verdicts(page: Page) -> Context:
    """Explain the verdicts."""
    return {"entries": [(verdict.capitalize(), meaning) for verdict, meaning in VERDICTS.items()]}


@view("audit/summary.html")
def summary(page: Page) -> Context:
    """Count findings and notes by publication and verdict."""
    return {"kinds": (*VERDICTS, _NOTED), "sources": page.evidence.sources, "counts": _count(page)}


@view("audit/filter.html")
def choices(page: Page) -> Context:
    """Say by what the findings and notes can be filtered, and how many there are of each."""
    kinds, counts = (*VERDICTS, _NOTED), _count(page)
    publications = {
        source.id: f"{short_name(source)} ({sum(counts[source.id, kind] for kind in kinds)})"
        for source in page.evidence.sources.values()
    }
    verdicts = {kind.replace(" ", "-"): f"{kind.capitalize()} ({counts[None, kind]})" for kind in kinds}
    return {"filters": {"publication": ("Publication", publications), "verdict": ("Kind", verdicts)}}


def _count(page: Page) -> Counter[tuple[str | None, str]]:
    """Count findings and notes by publication and verdict; under None, those of all publications."""
    counts = Counter((finding.source_id, finding.verdict) for finding in page.report.findings)
    counts += Counter({(source.id, _NOTED): len(source.notes) for source in page.evidence.sources.values()})
    for (_, kind), count in list(counts.items()):
        counts[None, kind] += count
    return counts


@view("table.html")
def power(page: Page) -> Context:
    """Say of each survey what the checks could have found."""
    rows = [
        [
            one.title,
            "not known" if one.n is None else f"{one.n:,}",
            _chance(one, one.impossible, one.impossible),
            _chance(one, *(one.misprint or (None, None))),
            f"{one.complete} of {one.questions}",
            "no rate, or number asked, to check" if one.same_rate is None else str(one.same_rate),
        ]
        for one in powers(page.report)
    ]
    heads = [
        "Survey",
        "Respondents",
        "Chance that the head-count check notices a wrong share",
        "Chance that it notices a misprint by 1 to 5 percentage points",
        "Questions with all answers told in the text",
        "Numbers of respondents that give the printed response rate",
    ]
    return {"caption": "What the checks of each survey could find", "heads": heads, "rows": rows, "sentence": None}


def _chance(power: Power, low: float | None, high: float | None) -> str:
    """Write the chance that the check of head counts notices something, or why there is no such check."""
    if low is None or high is None:
        return f"no check: {power.why_none}" if power.why_none else "not computed"
    return "0%: cannot notice" if high == 0 else format_share(low, high)


@view("audit/findings.html")
def findings(page: Page, verdict: str) -> Context:
    """List the findings with a verdict by publication."""
    in_full = verdict in _IN_FULL
    groups = []
    for source in page.evidence.sources.values():
        own = [one for one in page.report.findings if (one.source_id, one.verdict) == (source.id, verdict)]
        described = [
            {
                "finding": finding,
                "subject": _subject(finding, source, page.report),
                "observations": [page.report.observations[name] for name in finding.about],
                "notes": [note for note in _sorted_notes(source) if in_full and _is_about(note, finding)],
            }
            for finding in own
        ]
        groups.append((source, described))
    return {"groups": groups, "in_full": in_full}


@view("audit/notes.html")
def notes(page: Page) -> Context:
    """List what readers noticed by publication."""
    groups = []
    for source in page.evidence.sources.values():
        labels = _labels(source, page.report)
        own = [one for one in page.report.findings if one.source_id == source.id and one.verdict in _IN_FULL]
        described = [
            {
                "note": note,
                "records": [(f"{source.id}/{path}", labels[path]) for path in note.about],
                "findings": [
                    (finding.id, f"{CHECKS[finding.check]} {_subject(finding, source, page.report)}")
                    for finding in own
                    if _is_about(note, finding)
                ],
            }
            for note in _sorted_notes(source)
        ]
        groups.append((source, described))
    return {"groups": groups}


_PARTS: Mapping[str, View] = {
    "verdicts": verdicts,
    "summary": summary,
    "power": power,
    "filter": choices,
    "notes": notes,
}


def _sorted_notes(source: Source) -> list[Note]:
    return sorted(source.notes, key=lambda note: _NOTE_KINDS.index(note.kind))


def _is_about(note: Note, finding: Finding) -> bool:
    """Say whether a note is about what a finding is about: its first record, and for a whole question another one."""
    shared = {f"{finding.source_id}/{path}" for path in note.about} & set(finding.about)
    return finding.about[0] in shared and (finding.check not in _OF_QUESTIONS or len(shared) > 1)


def _subject(finding: Finding, source: Source, report: Report) -> str:
    """Name what a finding is about, in the words of its records."""
    titles = {survey.id: survey.title for survey in source.surveys}
    if (title := titles.get(finding.id.rpartition("/")[2])) and finding.check in _OF_QUESTIONS:
        return title
    first = report.observations[finding.about[0]]
    if first.question_id is not None and first.kind == "answer":
        question = report.measures[first.question_id].wording
        return question if finding.check in _OF_QUESTIONS else f"“{first.label}”: {question}"
    if finding.check == "sum" and first.period_start is not None:
        return f"{first.label}, {format_period(first.period_start, first.period_end)}"
    return first.label


def _labels(source: Source, report: Report) -> dict[str, str]:
    """Name every record of a source by its path; a number with its line, so that no two links read the same."""
    labels = {survey.id: survey.title for survey in source.surveys}
    labels |= {question.id: question.english for question in source.questions}
    labels |= {figure.id: figure.label for figure in source.figures}
    labels |= {statement.id: first_sentence(statement.text) for statement in source.statements}
    labels |= {chart.id: chart.title for chart in source.charts}
    for enumeration in source.lists:
        labels[enumeration.id] = enumeration.title
        labels |= {f"{enumeration.id}/{item.id}": item.label for item in enumeration.items}
    for name, observation in report.observations.items():
        if observation.source_id == source.id:
            line = (observation.locator or "").rpartition(", ")[2].removesuffix(" of the text")
            labels[name.partition("/")[2]] = f"{observation.label}, {line}" if line else observation.label
    return labels
