"""Write the audit page: findings counted and listed, readers' notes, and what the checks could have found."""

from collections import Counter
from collections.abc import Mapping
from typing import get_args

from docutils import nodes

from nordic_ai.analysis.audit import CHECKS, VERDICTS, Finding, Power
from nordic_ai.analysis.report import Report
from nordic_ai.analysis.wording import format_period, format_share
from nordic_ai.evidence.model import Note, Source
from nordic_ai.site.pages.register import titles_of
from nordic_ai.site.views import Context, EvidenceDirective, Page, View, first_sentence, part, section, view

_NOTED = "noticed by a reader"
"""What notes have in the place of a verdict."""
_NOTE_KINDS = get_args(Note.model_fields["kind"].annotation)
_OF_QUESTIONS = ("head-count", "adding-up")
# Numbers that differ come first and are shown in full; the rest is folded away, publication by publication.
_IN_FULL = ("contradicted", "within rounding")


class Audit(EvidenceDirective):
    """Write the part of the audit page that the argument names."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Write the part; the findings under a heading for each verdict."""
        known = (*_PARTS, "findings")
        name = self.argument(known, f"the audit has no part `{{}}`; choose one of {', '.join(known)}")
        if name in _PARTS:
            return [part(_PARTS[name])]
        return [section(v.capitalize(), f"audit/{v.replace(' ', '-')}", part(findings, verdict=v)) for v in VERDICTS]


@view("facts.html")
def verdicts(page: Page) -> Context:
    """Explain the verdicts."""
    return {"entries": [(verdict.capitalize(), meaning) for verdict, meaning in VERDICTS.items()]}


@view("audit/summary.html")
def summary(page: Page) -> Context:
    """Count findings and notes by publication and verdict; under None, those of all publications or verdicts."""
    counts = Counter((finding.source_id, finding.verdict) for finding in page.report.findings)
    counts += Counter({(source.id, _NOTED): len(source.notes) for source in page.evidence.sources.values()})
    for (source_id, kind), count in list(counts.items()):
        counts[source_id, None] += count
        counts[None, kind] += count
    return {"kinds": (*VERDICTS, _NOTED), "counts": counts}


@view("audit/filter.html", files=["filter.js"])
def choices(page: Page) -> Context:
    """Say by what the findings and notes can be filtered, and how many there are of each."""
    return summary(page)


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
        for one in page.report.powers
    ]
    heads = [
        "Survey",
        "Respondents",
        "Chance that the head-count check notices a wrong share",
        "Chance that it notices a misprint by 1 to 5 percentage points",
        "Questions with all answers told in the text",
        "Numbers of respondents that give the printed response rate",
    ]
    return {"caption": "What the checks of each survey could find", "heads": heads, "rows": rows}


def _chance(power: Power, low: float | None, high: float | None) -> str:
    """Write the chance that the check of head counts notices something, or why there is no such check."""
    if low is None or high is None:
        return f"no check: {power.why_none}" if power.why_none else "not computed"
    return "0%: cannot notice" if high == 0 else format_share(low, high)


@view("audit/entries.html")
def findings(page: Page, verdict: str) -> Context:
    """List the findings with a verdict by publication."""
    groups = [
        (source, [_finding(f, page) for f in page.report.findings if (f.source_id, f.verdict) == (source.id, verdict)])
        for source in page.evidence.sources.values()
    ]
    return {"groups": groups, "what": "finding", "folded": verdict not in _IN_FULL}


def _finding(finding: Finding, page: Page) -> Context:
    source, in_full = page.evidence.sources[finding.source_id], finding.verdict in _IN_FULL
    about = [note for note in _sorted_notes(source) if in_full and _is_about(note, finding)]
    noticed = [(f"#{source.id}/notes/{n.id}", f"{n.kind.capitalize()}: {first_sentence(n.text)}") for n in about]
    return {
        "id": finding.id,
        "verdict": finding.verdict,
        "title": CHECKS[finding.check],
        "subject": (f"{source.short_name}: " if in_full else "") + _subject(finding, page.report),
        "text": finding.sentence,
        "printed": [page.report.observations[name] for name in finding.about],
        "facts": [("A reader noticed", noticed)],
    }


@view("audit/entries.html")
def notes(page: Page) -> Context:
    """List what readers noticed by publication."""
    groups = [
        (source, [_note(note, source, titles, page) for note in _sorted_notes(source)])
        for source in page.evidence.sources.values()
        for titles in [titles_of(source) | _titles_of_numbers(source, page.report)]
    ]
    return {"groups": groups, "what": "note", "folded": True}


def _note(note: Note, source: Source, titles: Mapping[str, str], page: Page) -> Context:
    records = [f"{source.id}/{path}" for path in note.about]
    own = [one for one in page.report.findings if one.source_id == source.id and one.verdict in _IN_FULL]
    findings = [one for one in own if _is_about(note, one)]
    return {
        "id": f"{source.id}/notes/{note.id}",
        "verdict": _NOTED,
        "title": note.kind.capitalize(),
        "subject": "",
        "text": note.text,
        "printed": [],
        "facts": [
            ("About", [(page.address("register", name), first_sentence(titles[name])) for name in records]),
            ("Computed on this", [(f"#{f.id}", f"{CHECKS[f.check]} {_subject(f, page.report)}") for f in findings]),
        ],
    }


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


def _subject(finding: Finding, report: Report) -> str:
    """Name what a finding is about, in the words of its records."""
    titles = {survey.id: survey.title for survey in report.evidence.sources[finding.source_id].surveys}
    if (title := titles.get(finding.id.rpartition("/")[2])) and finding.check in _OF_QUESTIONS:
        return title
    first = report.observations[finding.about[0]]
    if first.question_id is not None and first.kind == "answer":
        question = report.measures[first.question_id].wording
        return question if finding.check in _OF_QUESTIONS else f"“{first.label}”: {question}"
    if finding.check == "sum" and first.period_start is not None:
        return f"{first.label}, {format_period(first.period_start, first.period_end)}"
    return first.label


def _titles_of_numbers(source: Source, report: Report) -> dict[str, str]:
    """Name the numbers of a source with their lines, so that no two links read the same."""
    titles = {}
    for name, observation in report.observations.items():
        if observation.source_id == source.id:
            line = (observation.locator or "").rpartition(", ")[2].removesuffix(" of the text")
            titles[name] = f"{observation.label}, {line}" if line else observation.label
    return titles
