"""Read the decisions on what may be compared, check them against the records, and apply them to rows of a figure."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nordic_ai.analysis.comparability import GRADES, LEVELS, Measure, differences, most_generous, unknown_measure
from nordic_ai.analysis.observations import Observation
from nordic_ai.evidence.errors import EvidenceError, Violations
from nordic_ai.evidence.strict_yaml import read_yaml
from nordic_ai.evidence.values import Grade
from nordic_ai.evidence.vocabularies import Comparison

if TYPE_CHECKING:  # the report is made with this module
    from nordic_ai.analysis.report import Report

Pair = frozenset[str]
"""Ids of two questions or figures."""


@dataclass(frozen=True)
class Decision:
    """The grade of one pair, with its reason, as data/indicators.yml records it."""

    indicator_id: str
    first: str
    second: str
    grade: Grade
    reason: str


@dataclass(frozen=True)
class Comparability:
    """How closely the rows of a figure may be compared: as closely as its least comparable pair."""

    level: str
    """One of `LEVELS`."""
    pair: tuple[str, ...] = ()
    """Ids of the two questions or figures that decide it; empty where all rows belong to one."""
    reason: str = ""


def decide(report: Report) -> dict[Pair, Decision]:
    """Give the decision on each pair of questions or figures under one indicator.

    Raises `EvidenceError`, with file and line for each decision on something unknown, made twice, missing, or more
    generous than the differences of the pair allow.
    """
    decided: dict[Pair, Decision] = {}
    problems = []
    for name, indicator in report.evidence.indicators.items():
        for index, comparison in enumerate(indicator.comparisons):
            found = _decide(name, comparison, decided, report)
            problems += [((name, "comparisons", index, *path), message) for path, message in found]
        under = [id_ for id_, measure in report.measures.items() if measure.record.indicator == name]
        for pair in map(frozenset, itertools.combinations(under, 2)):
            if pair not in decided:
                grade = most_generous(differences(*pair, report))
                how = f"add them under `comparisons` with a grade (at most `{grade}`) and a reason"
                problems.append(((name,), f"nothing says whether {_both(pair)} may be compared; {how}"))
    if problems:
        document = read_yaml(report.evidence.root / "data" / "indicators.yml")
        raise EvidenceError(document.problem(path, message) for path, message in problems)
    return decided


def _decide(indicator: str, comparison: Comparison, decided: dict[Pair, Decision], report: Report) -> Violations:
    """Add the decisions of one comparison to those made before; yield what is wrong with them."""
    named = [(("compare",), comparison.compare), *((("to", index), other) for index, other in enumerate(comparison.to))]
    wrong = [(path, message) for path, id_ in named if (message := _misplaced(id_, indicator, report))]
    yield from wrong
    if wrong:
        return
    for path, other in named[1:]:
        pair = frozenset((comparison.compare, other))
        if len(pair) == 1:
            yield path, f"`{other}` cannot be compared with itself; name another"
        elif pair in decided:
            yield path, f"{_both(pair)} are decided twice; keep one decision"
        else:
            grade = comparison.grade
            decided[pair] = Decision(indicator, *sorted(pair), grade, comparison.reason)
            found = differences(*pair, report)
            if against := [d.sentence for d in found if GRADES.index(d.bears) > GRADES.index(grade)]:
                why = f"at most `{most_generous(found)}`, because of these differences: {' '.join(against)}"
                yield ("grade",), f"{_both(pair)} cannot be graded `{grade}`, {why}"


def _both(pair: Pair) -> str:
    return " and ".join(f"`{name}`" for name in sorted(pair))


def _misplaced(name: str, indicator: str, report: Report) -> str | None:
    if name not in report.measures:
        return unknown_measure(name, report.measures)
    own = report.measures[name].record.indicator
    if own == indicator:
        return None
    has = f"has the indicator `{own}`" if own else "has no indicator"
    return f"`{name}` {has}, and only what has the indicator `{indicator}` can be compared here"


def least_comparable(rows: Sequence[Observation], report: Report) -> Comparability:
    """Say how closely the rows of a figure may be compared.

    Answers to different questions may share a scale where the same respondents gave them; so may a publication's own
    figures in one unit. Everything else needs a decision.
    """
    ids = list(dict.fromkeys(row.belongs_to for row in rows))
    if len(ids) == 1:
        kind = "question" if rows[0].question_id else "survey" if rows[0].survey_id else "figure"
        return Comparability(f"one {kind}")
    pairs = [_compare(pair, report) for pair in itertools.combinations(ids, 2)]
    return max(pairs, key=lambda pair: LEVELS.index(pair.level))


def _compare(pair: tuple[str, str], report: Report) -> Comparability:
    if decision := report.decisions.get(frozenset(pair)):
        return Comparability(decision.grade, pair, decision.reason)
    groups = {_without_decision(report.measures[name]) if name in report.measures else (name,) for name in pair}
    if len(groups) == 1:
        return Comparability(groups.pop()[0], pair)
    return Comparability("not comparable", pair, "They do not have the same indicator, so no decision allows it.")


def _without_decision(measure: Measure) -> tuple[str | None, ...]:
    """Give the level of what may be compared without a decision, and what such questions or figures have in common."""
    if measure.survey is None:
        return "one publication", measure.source.id, measure.record.unit, measure.record.cited_from
    return "same respondents", measure.source.id, measure.survey.id, measure.who_is_counted
