"""Say what a finding of the audit is, and read the printed numbers that findings are about."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from nordic_ai.analysis.observations import Observation, printed_decimals
from nordic_ai.analysis.statistics import implied_counts
from nordic_ai.analysis.wording import format_value, percent, plain_number, quoted
from nordic_ai.evidence.model import Group, Quantity, Question, Relation, Source, Survey
from nordic_ai.evidence.vocabularies import Country

if TYPE_CHECKING:  # the report is made of what stands here
    from nordic_ai.analysis.report import Report

Verdict = Literal["contradicted", "within rounding", "cannot be checked", "consistent"]

# How far "about", "nearly" or "one in five" is taken to reach: half the way from one usual fraction to the next
# (a fifth, a quarter), in percentage points for a share and in per cent of the value for any other number.
ABOUT = Fraction(5, 2)

VERDICTS: Mapping[Verdict, str] = {
    "contradicted": "The printed numbers do not fit together as they are told, and rounding does not explain it: a "
    "number is wrong, or something is left out. Which, is not ours to say.",
    "within rounding": "The numbers differ, and rounding can explain it. Numbers that were rounded one by one need not "
    "fit together. Decimals may have been cut off, where nothing else in the survey speaks against that. A limit may "
    f"have been rounded down. Words such as “about” are taken to reach {plain_number(float(ABOUT))} percentage points "
    "to either side, or as many per cent where the number is no share.",
    "cannot be checked": "Something that the check needs is not in the text that was read, or the check could find no "
    "error here; the sentence says what. Where something can still be concluded, it is told.",
    "consistent": "What we compute, rounded as the publication rounds, is what it prints, or its words fit the printed "
    "numbers.",
}

CHECKS: Mapping[str, str] = {
    "head-count": "Can each share come from a head count?",
    "adding-up": "Do the answers add up?",
    "response-rate": "Is the response rate what the numbers give?",
    "group-sum": "Do the groups add up to the total?",
    "margin-of-error": "Is the margin of error the right one?",
    "largest-weight": "Is the printed largest weight possible?",
    "repeated": "Is a number the same wherever it is printed?",
    "majority": "Is the “majority” more than half?",
    "sum": "Do the lines add up to the total?",
    "running-total": "Do the totals still fit when the years are added up?",
    "per-unit": "Is the amount for each unit the same throughout?",
    "other-words": "Does one number stand for two different things?",
    "largest": "Is the share called the largest really the largest?",
    "share": "Does a share fit its amount?",
}

# What a response rate is computed from, in this order: the rate, those who answered, those who were asked.
RESPONSE = ("response_rate", "respondents", "invited")
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9}


@dataclass(frozen=True)
class Finding:
    """What a check found about printed numbers. It never changes a value."""

    id: str
    """`<publication>/<check>/<record>`; permanent, and its anchor on the audit page."""
    source_id: str
    check: str
    """A key of `CHECKS`."""
    about: tuple[str, ...]
    """Full ids of the observations that were compared."""
    printed: str
    """What is printed and where."""
    computed: str
    """What we compute, briefly; empty where nothing can be."""
    verdict: Verdict
    sentence: str


@dataclass(frozen=True)
class Judgement:
    """A verdict with what it rests on."""

    verdict: Verdict
    computed: str
    sentence: str


def unchecked(sentence: str, computed: str = "") -> Judgement:
    """Judge that a check is not possible, for the reason given."""
    return Judgement("cannot be checked", computed, sentence)


@dataclass(frozen=True)
class Span:
    """The values that a printed number can stand for: one, or those between two ends."""

    low: Fraction | float
    high: Fraction | float

    def meets(self, other: Span) -> bool:
        """Say whether one value can lie in both.

        An end is in neither: a publication that prints 5 in one place and 6 in another has not rounded 5.5 both ways.
        """
        low, high = max(self.low, other.low), min(self.high, other.high)
        if low != high:
            return low < high
        if self.low == self.high and other.low == other.high:
            return True
        point, between = (self, other) if self.low == self.high else (other, self)
        return point.low == point.high and between.low < point.low < between.high


def exact(value: float) -> Fraction:
    """Give a recorded number as the decimal fraction that it was written as.

    >>> exact(0.275)
    Fraction(11, 40)
    """
    return Fraction(str(value))


def unit_scale(unit: str) -> tuple[int, str]:
    """Split a unit into a factor and what is counted.

    >>> unit_scale("thousand DKK"), unit_scale("percent")
    ((1000, 'DKK'), (1, 'percent'))
    """
    scale, _, counted = unit.partition(" ")
    return (_SCALES[scale], counted) if scale in _SCALES else (1, unit)


def rounds_to(value: Fraction, printed: Fraction, decimals: int) -> bool:
    """Say whether a value rounds to a printed one, a half either way."""
    return abs(value - printed) <= Fraction(1, 2 * 10**decimals)


def cut_to(value: Fraction, printed: Fraction, decimals: int) -> bool:
    """Say whether cutting a value's further decimals off leaves the printed one."""
    return 0 <= abs(value) - abs(printed) < Fraction(1, 10**decimals) and value * printed >= 0


def cut_counts(share: float, n: int, decimals: int) -> list[int]:
    """List the head counts of n whose share is the printed one once further decimals are cut off.

    >>> cut_counts(18, 58, 0)
    [11]
    """
    step = Fraction(n, 100 * 10**decimals)
    units = exact(share) * 10**decimals
    return list(range(math.ceil(units * step), min(n, math.ceil((units + 1) * step) - 1) + 1))


def known_value(quantity: Quantity) -> float | None:
    """Give a quantity's number where it is printed exactly."""
    return quantity.value if quantity.precision == "exact" else None


def parts_of(survey: Survey) -> list[tuple[str, Survey | Group]]:
    """List a survey and its groups with the paths that their numbers begin with."""
    return [(survey.id, survey), *((f"{survey.id}/{group.id}", group) for group in survey.groups)]


@dataclass(frozen=True)
class Publication:
    """One publication with what the checks need to know about its numbers."""

    source: Source
    country: Country
    observations: Mapping[str, Observation]
    """Its observations by their path, without the publication's own id."""

    def finding(self, check: str, record: str, about: Iterable[str], judgement: Judgement) -> Finding:
        """Complete a judgement with its id and with what is printed."""
        paths = tuple(dict.fromkeys(about))
        return Finding(
            id=f"{self.source.id}/{check}/{record}",
            source_id=self.source.id,
            check=check,
            about=tuple(f"{self.source.id}/{path}" for path in paths),
            printed="; ".join(self._printed(self.observations[path]) for path in paths),
            computed=judgement.computed,
            verdict=judgement.verdict,
            sentence=judgement.sentence,
        )

    @staticmethod
    def _printed(observation: Observation) -> str:
        if observation.value is None:
            return f"{observation.label}: no number"
        return f"{observation.label}: {quoted(observation.as_printed)} ({observation.locator})"

    def questions_of(self, survey: Survey) -> list[Question]:
        """List the questions of a survey."""
        return [question for question in self.source.questions if question.survey == survey.id]

    def relations(self, kind: str) -> list[Relation]:
        """List the relations of a kind that the publication claims."""
        return [relation for relation in self.source.relations if relation.kind == kind]

    def chart_is_lost(self, question: Question) -> bool:
        """Say whether a chart that shows a question did not survive in the text that was read."""
        return any(chart.missing is not None and question.id in chart.shows for chart in self.source.charts)

    def answers(self, question: Question) -> dict[str, Observation]:
        """Give a question's answers by path, the missing ones included, without their restatements."""
        paths = (f"{question.id}/{answer.id}" for answer in question.answers)
        return {path: self.observations[path] for path in paths}

    def base(self, question: Question) -> str:
        """Give the path of the number that a question's shares are shares of."""
        path = f"{question.id}/base"
        return path if path in self.observations else f"{question.survey}/respondents"

    def base_is_printed(self, question: Question) -> bool:
        """Say whether the publication prints a number of answers with the question."""
        return question.base.n is not None and question.base.n.value is not None

    def decimals(self, observation: Observation) -> int:
        """Count the decimals that a number is given with; a half in words has one."""
        written = str(observation.value).partition(".")[2].rstrip("0")
        printed = printed_decimals(observation.as_printed or "", observation.value, self.source.language)
        return max(printed, len(written))

    def span(self, observation: Observation) -> Span:
        """Give the values, in the base unit, that an observation's printed number can stand for."""
        scale, _ = unit_scale(observation.unit)
        value = exact(observation.value) * scale
        if observation.precision == "bound":
            return Span(value, math.inf) if observation.direction == "above" else Span(-math.inf, value)
        if observation.precision == "about":
            slack = ABOUT if observation.unit == "percent" else abs(value) * ABOUT / 100
        elif observation.unit == "count":
            slack = Fraction(0)
        else:
            slack = Fraction(scale, 2 * 10 ** self.decimals(observation))
        return Span(value - slack, value + slack)

    def counts(self, observation: Observation) -> list[int] | None:
        """List the head counts that an answer can come from; None where head counts cannot be had from it."""
        if observation.value is None or observation.precision != "exact":
            return None
        if observation.unit == "count":
            return [int(observation.value)]
        if observation.unit != "percent" or observation.base_n is None or self.survey_of(observation).weighted:
            return None
        return implied_counts(observation.value, observation.base_n, self.decimals(observation))

    def survey_of(self, observation: Observation) -> Survey:
        """Give the survey that an answer belongs to."""
        return self.source.survey(observation.survey_id.partition("/")[2])

    def decimals_may_be_cut(self, survey_id: str) -> bool:
        """Say whether every percentage of a survey could have been cut off instead of rounded."""
        return not self.not_cut(survey_id)

    def not_cut(self, survey_id: str) -> str:
        """Tell a percentage of a survey whose decimals were not cut off; nothing where all may have been."""
        survey = self.source.survey(survey_id)
        for path, part in parts_of(survey):
            rate, answered, asked = (known_value(getattr(part, name)) for name in RESPONSE)
            if rate is not None and answered is not None and asked is not None:
                decimals = self.decimals(self.observations[f"{path}/response-rate"])
                value = Fraction(100 * int(answered), int(asked))
                if rounds_to(value, exact(rate), decimals) and not cut_to(value, exact(rate), decimals):
                    name = f" of {part.label.lower()}" if isinstance(part, Group) else ""
                    return f"the rate{name}, {percent(value)}, is printed as {percent(rate, decimals)}"
        for question in self.questions_of(survey):
            for o in self.answers(question).values():
                counted = o.unit == "percent" and self.counts(o) is not None
                if counted and not cut_counts(o.value, o.base_n, self.decimals(o)):
                    return f"no head count leaves {self.told(o)} in that way"
        return ""

    def told(self, observation: Observation) -> str:
        """Write a number as readers see it elsewhere."""
        return format_value(observation, self.decimals(observation) if observation.precision == "exact" else None)


def read_publications(report: Report) -> list[Publication]:
    """Prepare every publication for the checks."""
    return [
        Publication(
            source,
            report.evidence.countries[source.country],
            {name.partition("/")[2]: o for name, o in report.observations.items() if o.source_id == source.id},
        )
        for source in report.evidence.sources.values()
    ]
