"""Say how two questions or figures differ, and how closely they may be compared in spite of it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from nordic_ai.analysis.measures import Measure, first_asked, recorded_facts
from nordic_ai.evidence.strict_yaml import read_yaml
from nordic_ai.evidence.values import Grade

if TYPE_CHECKING:  # the report is made with this module
    from nordic_ai.analysis.report import Report

_RULES = read_yaml(Path(__file__).with_suffix(".yml")).data

GRADES: tuple[Grade, ...] = get_args(Grade)
"""From the most to the least generous."""

MEANING: Mapping[Grade, str] = {grade: rule["means"] for grade, rule in _RULES["grades"].items()}

MAY_DIFFER: Mapping[str, Grade] = {
    aspect: grade for grade, rule in _RULES["grades"].items() for aspect in rule["may differ in"]
}
"""For each aspect, the most generous grade of two that differ in it."""

IN_A_REPEAT: Sequence[str] = _RULES["in a repeat"]
"""Aspects in which a question may differ from the one that it repeats, and still be of the same concept."""

LEVELS: Sequence[str] = _RULES["levels"]
"""How closely rows of a figure may be compared, the closest first."""


@dataclass(frozen=True)
class Difference:
    """An aspect in which two questions or figures differ, or may differ because a publication does not say."""

    aspect: str
    sides: tuple[str | None, str | None]
    """What is recorded for either, in the order of their ids; None where the publication does not say."""
    bears: Grade
    """The most generous grade that the two may have in spite of it."""
    sentence: str

    @property
    def told(self) -> bool:
        """Whether both publications say what it is, so that the two are known to differ."""
        return None not in self.sides


def differences(a: str, b: str, report: Report) -> list[Difference]:
    """List from the records in what two questions or figures differ, or may differ, in the order of `MAY_DIFFER`.

    The order of the ids does not matter. Facts in words are the same where they are recorded in the same words. Aspects
    that only one of the two has (a figure has no respondents) are left out; then `kind of number` differs.

    Raises
    ------
    KeyError
        If an id is of no question or figure.
    """
    for name in (a, b):
        if name not in report.measures:
            raise KeyError(unknown_measure(name, report.measures))
    one, other = (report.measures[name] for name in sorted((a, b)))
    facts, other_facts = recorded_facts(one), recorded_facts(other)
    repeats = first_asked(one) is first_asked(other)
    found = []
    for aspect in (aspect for aspect in MAY_DIFFER if aspect in facts and aspect in other_facts):
        pair = facts[aspect], other_facts[aspect]
        if None in pair or pair[0].key != pair[1].key:
            words = tuple(fact.words if fact else None for fact in pair)
            ours, theirs = (f"“{side}”" if side else "not known" for side in words)
            sentence = f"{aspect.capitalize()}: {ours} in {one.name}, {theirs} in {other.name}."
            bears = "same concept" if repeats and aspect in IN_A_REPEAT else MAY_DIFFER[aspect]
            found.append(Difference(aspect, words, bears, sentence))
    return found


def most_generous(found: Sequence[Difference]) -> Grade:
    """Give the most generous grade of two that differ in all of this."""
    return max((difference.bears for difference in found), key=GRADES.index, default=GRADES[0])


def not_told(measure: Measure) -> list[str]:
    """List the aspects of which the publication says nothing."""
    facts = recorded_facts(measure)
    return [aspect for aspect in MAY_DIFFER if aspect in facts and facts[aspect] is None]


def unknown_measure(name: str, measures: Mapping[str, Measure]) -> str:
    """Say in a message that an id is of no question or figure, with the ids that are closest to it."""
    close = difflib.get_close_matches(name, measures, n=3)
    return f"there is no question or figure `{name}`" + (f"; nearest: {', '.join(close)}" if close else "")
