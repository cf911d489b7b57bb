"""Recompute what the publications print, and say in sentences what fits, what does not and what cannot be known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from nordic_ai.analysis.audit import answers, claims, relations, surveys
from nordic_ai.analysis.audit.findings import CHECKS, VERDICTS, Finding, Publication, Verdict, read_publications
from nordic_ai.analysis.audit.power import Power, impossible_share, powers

if TYPE_CHECKING:  # the report is made of what stands here
    from nordic_ai.analysis.report import Report

__all__ = ["CHECKS", "VERDICTS", "Finding", "Power", "Verdict", "audit", "impossible_share", "powers"]

_CHECKS: tuple[Callable[[Publication], Iterator[Finding]], ...] = (
    answers.head_counts,
    answers.adding_up,
    surveys.response_rates,
    surveys.group_sums,
    surveys.margins_of_error,
    surveys.largest_weights,
    claims.repeated,
    claims.majorities,
    relations.sums,
    relations.amounts_per_unit,
    relations.other_words,
    relations.largest,
    relations.shares,
)


def audit(report: Report) -> list[Finding]:
    """Run every check on every publication.

    Parameters
    ----------
    report
        It is read only: a finding never changes a value.

    Returns
    -------
    list of Finding
        In the order of the files and then of the checks; those where all is well and those where
        nothing can be checked included.
    """
    return [finding for publication in read_publications(report) for check in _CHECKS for finding in check(publication)]
