"""Recompute what the publications print, and say in sentences what fits, what does not and what cannot be known."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from nordic_ai.analysis.audit import answers, bases, claims, relations, surveys
from nordic_ai.analysis.audit.answers import Power
from nordic_ai.analysis.audit.findings import CHECKS, VERDICTS, Finding, Result, Verdict, finding
from nordic_ai.analysis.audit.printed import Publication, read_publications
from nordic_ai.analysis.observations import Observation
from nordic_ai.evidence.loading import Evidence
from nordic_ai.evidence.model import Survey

__all__ = ["CHECKS", "VERDICTS", "Finding", "Power", "Verdict", "audit", "powers"]

_OF_A_SURVEY: Mapping[str, Callable[[Publication, Survey], Iterator[Result]]] = {
    "head-count": answers.head_counts,
    "base": bases.inferred_bases,
    "adding-up": answers.adding_up,
    "response-rate": surveys.response_rates,
    "group-sum": surveys.group_sums,
    "margin-of-error": surveys.margins_of_error,
    "largest-weight": surveys.largest_weights,
}

_OF_A_PUBLICATION: Mapping[str, Callable[[Publication], Iterator[Result]]] = {
    "repeated": claims.repeated,
    "majority": claims.majorities,
    "sum": partial(relations.judge_rows, "sum", relations.judge_total),
    "difference": partial(relations.judge_rows, "difference", relations.judge_difference),
    "running-total": relations.running_totals,
    "per-unit": relations.amounts_per_unit,
    "other-words": partial(relations.judge_rows, "other words", relations.judge_other_words),
    "largest": claims.largest,
    "share": partial(relations.judge_rows, "share", relations.judge_share),
}


def audit(evidence: Evidence, observations: Mapping[str, Observation]) -> Iterator[Finding]:
    """Run every check on every publication, and give all findings, in the order of the files and then of the checks."""
    for publication in read_publications(evidence, observations):
        own = publication.source.surveys
        results = [(check, run(publication, survey)) for check, run in _OF_A_SURVEY.items() for survey in own]
        results += [(check, run(publication)) for check, run in _OF_A_PUBLICATION.items()]
        for check, found in results:
            yield from (finding(publication.source.id, check, result) for result in found)


def powers(evidence: Evidence, observations: Mapping[str, Observation]) -> Iterator[Power]:
    """Compute what the checks of each survey's answers could find, in the order of the files."""
    for publication in read_publications(evidence, observations):
        yield from (answers.power_of(publication, survey) for survey in publication.source.surveys)
