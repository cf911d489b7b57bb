"""Read the printed numbers of a publication for the checks: their exact values, and what rounding may hide."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from nordic_ai.analysis.observations import Observation
from nordic_ai.analysis.statistics import implied_counts
from nordic_ai.analysis.wording import format_as_read, percent
from nordic_ai.evidence.loading import Evidence
from nordic_ai.evidence.model import Question, Relation, Source, Survey
from nordic_ai.evidence.numerals import find_numerals, printed_decimals
from nordic_ai.evidence.surveys import Group, Subgroup
from nordic_ai.evidence.values import currency_of
from nordic_ai.evidence.vocabularies import Country

ABOUT = Fraction(5, 2)
"""How far "about" or "nearly" is taken to reach: half the way from one usual fraction to the next (a fifth, a quarter).
In percentage points for a share, in per cent of the value for any other number."""

TENTHS = 5
"""How far a share told as so many of ten reaches: half a tenth, in percentage points."""

ONE_CHOICE = ("single", "scale")
"""Kinds of questions to which each respondent could give one answer."""

_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9}


@dataclass(frozen=True)
class Span:
    """The values that a number can stand for: one, or those between two ends."""

    low: Fraction | float
    high: Fraction | float

    def __contains__(self, value: Fraction | int) -> bool:
        return self.low <= value <= self.high

    def __truediv__(self, other: Span) -> Span:
        ends = [a / b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Span(min(ends), max(ends))

    def __sub__(self, other: Span) -> Span:
        return Span(self.low - other.high, self.high - other.low)

    def meets(self, other: Span) -> bool:
        """Say whether one value can lie in both.

        An end is in neither: a publication that prints 5 in one place and 6 in another has not rounded 5.5 both ways.
        """
        low, high = max(self.low, other.low), min(self.high, other.high)
        if low != high:
            return low < high
        return all(span.low == span.high or span.low < low < span.high for span in (self, other))


class PrintedNumber:
    """An observation with what arithmetic needs to know about it; a missing number has the value None and a unit.

    `value` is the decimal fraction that it is recorded as, `exact` the same where it is neither approximate nor a
    bound or a range, and `ends` are those of the range, both `value` where it is none. `amount` is the value in
    what is `counted`, and `scale` what one of the `unit` is worth in it: 1,000 DKK. `step` is one unit of the last
    of its `decimals`, and `span` all that it can stand for, both as amounts. `counts` are the head counts that it
    can come from, or None where it says nothing about head counts. As text it is the number that the checks compute
    with, as `format_as_read` writes it.
    """

    def __init__(self, observation: Observation, language: str, weighted: bool | None) -> None:
        self.observation, self.weighted, self.unit = observation, weighted, observation.unit
        self.path = observation.observation_id.partition("/")[2]
        self.scale = _SCALES.get(self.unit.partition(" ")[0], 1)
        self.counted = currency_of(self.unit) or self.unit
        self.value = self.exact = self.counts = None
        if observation.value is None:
            return
        self.value = Fraction(str(observation.value))
        self.exact = self.value if observation.precision == "exact" else None
        self.amount = self.value * self.scale
        upper_end = observation.value if observation.value_to is None else observation.value_to
        self.ends = self.value, Fraction(str(upper_end))
        # A half in words has one decimal.
        in_value = len(str(observation.value).partition(".")[2].rstrip("0"))
        self.decimals = max(printed_decimals(observation.as_printed or "", observation.value, language), in_value)
        self.step = Fraction(self.scale, 10**self.decimals)
        slack = 0 if self.unit == "count" else self.step / 2
        if observation.precision == "about":
            slack = ABOUT if self.unit == "percent" else abs(self.amount) * ABOUT / 100
            # So many of ten is read as that number, or as ten times as many per cent.
            readings = find_numerals(observation.as_printed or "", language)
            if any(values == [self.value / 10, self.value] for _, values in readings):
                slack = TENTHS
        self.span = Span(self.amount - slack, self.amount + slack)
        if observation.precision == "range":
            self.span = Span(self.amount - slack, self.ends[1] * self.scale + slack)
        if observation.precision == "bound":
            above = observation.direction == "above"
            self.span = Span(self.amount, math.inf) if above else Span(-math.inf, self.amount)
        if self.exact is not None and self.unit == "count":
            self.counts = [int(self.value)]
        elif self.exact is not None and self.unit == "percent" and observation.base_n is not None and not weighted:
            self.counts = implied_counts(observation.value, observation.base_n, self.decimals)

    def __str__(self) -> str:
        return format_as_read(self.observation, None if self.exact is None else self.decimals)

    @property
    def counts_if_cut(self) -> list[int]:
        """The head counts whose share is this one once further decimals are cut off instead of rounded."""
        n = self.observation.base_n
        low, high = self.value * n / 100, (self.value + self.step) * n / 100
        return list(range(math.ceil(low), min(n, math.ceil(high) - 1) + 1))

    def wholes(self, part: int) -> tuple[int, int]:
        """Give the fewest and the most of which so many can be this share; 0 as the most where there is no limit."""
        most = math.floor(100 * part / self.span.low) if self.span.low > 0 else 0
        return math.ceil(100 * part / self.span.high), most

    def is_cut_from(self, value: Fraction) -> bool:
        """Say whether this number is left of a value, in its own unit, when further decimals are cut off."""
        return 0 <= abs(value) - abs(self.value) < Fraction(1, 10**self.decimals) and value * self.value >= 0

    def is_cut_of(self, other: PrintedNumber) -> bool:
        """Say whether this is another number, printed with more decimals, with those cut off; the sign may differ."""
        finer = abs(other.amount) / self.scale * (-1 if self.value < 0 else 1)
        return self.unit != "count" and other.step < self.step and self.is_cut_from(finer)


Row = Sequence[PrintedNumber]
"""Numbers that belong together, such as a total and its lines."""


def total_span(numbers: Iterable[PrintedNumber]) -> Span:
    """Add up what several numbers can stand for."""
    spans = [number.span for number in numbers]
    return Span(sum(span.low for span in spans), sum(span.high for span in spans))


def share_of(part: PrintedNumber, whole: PrintedNumber) -> Fraction | None:
    """Compute which share one number is of another, in per cent; None where one of them is not printed exactly."""
    return None if None in (part.exact, whole.exact) else 100 * part.exact / whole.exact


@dataclass(frozen=True)
class Publication:
    """One publication with its numbers by path."""

    source: Source
    countries: Mapping[str, Country]
    numbers: Mapping[str, PrintedNumber]

    def country(self, survey: Survey) -> Country:
        """Give the country of a survey."""
        return self.countries[self.source.country_of(survey)]

    def of(self, *paths: str) -> list[PrintedNumber]:
        """Give the numbers with these paths."""
        return [self.numbers[path] for path in paths]

    def first_mention(self, number: PrintedNumber) -> PrintedNumber:
        """Give the number that this one mentions again; itself where it is the first mention."""
        restates = number.observation.restates
        return self.numbers[restates.partition("/")[2]] if restates else number

    def questions_of(self, survey: Survey) -> list[Question]:
        """List the questions of a survey."""
        return [question for question in self.source.questions if question.survey == survey.id]

    def answers(self, question: Question, group: Subgroup | None = None) -> list[PrintedNumber]:
        """List the answers of all or of a group, the missing ones included, without their restatements."""
        below = f"/{group.id}" if group else ""
        paths = (f"{question.id}/{answer.id}{below}" for answer in question.answers)
        return self.of(*(path for path in paths if path in self.numbers))

    def tables(self, question: Question) -> Iterator[tuple[str, Subgroup | None, list[PrintedNumber]]]:
        """Yield the answers of all together, if they are told, and of each group, with the id that findings have."""
        for group in (None, *question.groups):
            if answers := self.answers(question, group):
                yield f"{question.id}/{group.id}" if group else question.id, group, answers

    def base(self, question: Question, group: Subgroup | None = None) -> list[PrintedNumber]:
        """Give the number that shares are shares of, if anything is told of it."""
        paths = [f"{question.id}/base", f"{question.survey}/respondents"]
        if group:
            paths = [f"{question.id}/{group.id}", f"{question.survey}/{group.id}/respondents"]
        return [self.numbers[path] for path in paths if path in self.numbers][:1]

    def response(self, path: str) -> list[PrintedNumber]:
        """Give the response rate of a survey or group, how many answered and how many were asked."""
        return self.of(f"{path}/response-rate", f"{path}/respondents", f"{path}/invited")

    def relations(self, kind: str) -> Iterator[tuple[Relation, dict[str, list[PrintedNumber]]]]:
        """Yield the relations of a kind that the publication claims, each with its rows of numbers by the row's id.

        In a row, the number that the claim is about comes first. Figures have a row for each of their values.
        """
        figures = {figure.id: figure for figure in self.source.figures}
        for relation in (relation for relation in self.source.relations if relation.kind == kind):
            records = [relation.record, *relation.of]
            rows = {relation.id: records}
            if figure := figures.get(relation.record):
                rows = {f"{relation.id}/{v.id}": [f"{record}/{v.id}" for record in records] for v in figure.values}
            yield relation, {row: self.of(*of) for row, of in rows.items() if self.numbers.keys() >= set(of)}

    def evidence_against_cutting(self, survey: Survey) -> str:
        """Name a percentage of a survey whose decimals were not cut off; empty where all may have been."""
        for path, part in parts_of(survey).items():
            rate, *counts = self.response(path)
            share = share_of(*counts)
            if None not in (rate.exact, share) and share in rate.span and not rate.is_cut_from(share):
                name = f" of {part.label.lower()}" if isinstance(part, Group) else ""
                return f"the rate{name}, {percent(share)}, is printed as {percent(rate.value, rate.decimals)}"
        rows = (answers for question in self.questions_of(survey) for _, _, answers in self.tables(question))
        for answer in (answer for answers in rows for answer in answers):
            if answer.unit == "percent" and answer.counts is not None and not answer.counts_if_cut:
                return f"no head count leaves {answer} in that way"
        return ""


def base_is_printed(question: Question, group: Subgroup | None = None) -> bool:
    """Say whether the publication prints a number of answers with the question, or for one of its groups."""
    n = group.n if group else question.base.n
    return n is not None and n.value is not None


def parts_of(survey: Survey) -> dict[str, Survey | Group]:
    """List a survey and its groups by the paths that their numbers begin with."""
    return {survey.id: survey} | {f"{survey.id}/{group.id}": group for group in survey.groups}


def read_publications(evidence: Evidence, observations: Mapping[str, Observation]) -> Iterator[Publication]:
    """Prepare every publication for the checks."""
    for source in evidence.sources.values():
        weighted = {f"{source.id}/{survey.id}": survey.weighted for survey in source.surveys}
        own = [observation for observation in observations.values() if observation.source_id == source.id]
        numbers = [PrintedNumber(one, source.language, weighted.get(one.survey_id)) for one in own]
        yield Publication(source, evidence.countries, {number.path: number for number in numbers})
