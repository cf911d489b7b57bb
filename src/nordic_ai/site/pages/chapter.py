"""Write what chapters show of the evidence: the entries of a list, what to read with care, the records used."""

from collections import defaultdict

from docutils import nodes

from nordic_ai.site.domain import report_domain
from nordic_ai.site.pages.comparability import not_known
from nordic_ai.site.views import Context, EvidenceDirective, Page, part

# Notes of these kinds are dealt with elsewhere, or bear on no comparison.
_NOTES_LEFT_OUT = ("rounding", "context")


def evidence_list(directive: EvidenceDirective, name: str) -> list[nodes.Node]:
    """Show a list of a publication, each entry linked to its record."""
    entries = directive.evidence.records[name].items
    report_domain(directive.env).note_uses(f"{name}/{entry.id}" for entry in entries)
    return [part("chapter/evidence_list.html", name=name)]


def read_with_care(page: Page, theme: str) -> Context:
    """Say which comparisons on a theme are limited and why, and what the publications do not tell."""
    report = page.report
    indicators = {name: one for name, one in page.evidence.indicators.items() if one.theme == theme}
    under = {name: [m for m in report.measures.values() if m.record.indicator == name] for name in indicators}
    measures = [measure for group in under.values() for measure in group]
    # The ids of the questions and figures, and of the surveys that asked them.
    ids = {measure.id for measure in measures}
    ids |= {f"{measure.source.id}/{measure.survey.id}" for measure in measures if measure.survey}
    alone = [one.label for name, one in indicators.items() if len(under[name]) == 1 and not one.comparisons]
    notes = [
        (f"{source.short_name}, {note.kind}", note.text)
        for source in {measure.source.id: measure.source for measure in measures}.values()
        for note in source.notes
        if note.kind not in _NOTES_LEFT_OUT and any(_whole(f"{source.id}/{path}") in ids for path in note.about)
    ]
    return {
        "indicators": indicators,
        "limits": [("Nothing to compare with yet", f"{'; '.join(alone)}." if alone else ""), *not_known(measures)],
        "contradictions": [one for one in report.contradictions if any(_whole(name) in ids for name in one.about)],
        "notes": notes,
    }


def _whole(name: str) -> str:
    """Name the question, figure, survey or list that a record is, or is a part of."""
    return "/".join(name.split("/")[:2])


def evidence_used(page: Page) -> Context:
    """List the records that the page uses by publication, each with the question, figure or list that it is part of."""
    used, publications = set(page.domain.records_on(page.name)), defaultdict(lambda: defaultdict(list))
    for name in page.evidence.records:
        if name in used:
            publications[name.split("/")[0]][_whole(name)].append(name)
    return {"publications": publications}
