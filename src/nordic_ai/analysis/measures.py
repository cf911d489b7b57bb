"""Collect what the records say about a question or a figure that matters for comparing it with others."""

import re
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from nordic_ai.analysis.wording import format_period
from nordic_ai.evidence.loading import Evidence
from nordic_ai.evidence.model import Figure, Question, Source, Survey
from nordic_ai.evidence.values import MONEY_UNITS, period_bounds

_CHOICES = {
    "single": "one answer",
    "multiple": "several answers",
    "scale": "one answer on a scale",
    "battery": "a share for each of several items",
}
_ASKED = {True: "all", False: "a part", None: None}
_WEIGHTING = {True: "weighted", False: "not weighted", None: None}


@dataclass(frozen=True)
class Measure:
    """A question or a figure, with its publication and, for a question, its survey."""

    id: str
    source: Source
    record: Question | Figure
    country: str
    survey: Survey | None = None

    @property
    def name(self) -> str:
        """Name for readers: the country, the years, and in brackets the publisher and a word for what it is."""
        years = dict.fromkeys(str(day.year) for day in _bounds(self) if day)
        when = f" {'–'.join(years)}" if years else ""
        part = re.sub(r"-\d{4}$", "", self.record.id).replace("-", " ")
        return f"{self.country}{when} ({self.source.publisher}, {part})"

    @property
    def wording(self) -> str:
        """What is asked or counted, in our words."""
        return self.record.english if isinstance(self.record, Question) else self.record.label


class RecordedFact(NamedTuple):
    """What a record says of one aspect: the words for readers, and a key that is equal where two say the same."""

    words: str
    key: object


def list_measures(evidence: Evidence) -> dict[str, Measure]:
    """List all questions and figures by id, in the order of the files."""
    measures: dict[str, Measure] = {}
    for source in evidence.sources.values():
        country = evidence.countries[source.country].name
        for record in (*source.questions, *source.figures):
            survey = source.survey(record.survey) if isinstance(record, Question) else None
            name = f"{source.id}/{record.id}"
            measures[name] = Measure(name, source, record, country, survey)
    return measures


def period_of(measure: Measure) -> str:
    """Say when the question was asked, or which time a figure is for; empty where that is unknown."""
    return format_period(*_bounds(measure))


def _bounds(measure: Measure) -> tuple[date | None, date | None]:
    dated = [measure.survey.field_period] if measure.survey is not None else measure.record.values
    bounds = [period_bounds(one.period) for one in dated if one.period]
    return min((start for start, _ in bounds), default=None), max((end for _, end in bounds), default=None)


def recorded_facts(measure: Measure) -> dict[str, RecordedFact | None]:
    """Give the recorded fact for each aspect that applies; None where the publication does not say."""
    period = period_of(measure) or None
    facts = {"subject": _fact(measure.source.subject), "country": _fact(measure.country), "period": _fact(period)}
    return facts | (_facts_of_figure(measure) if measure.survey is None else _facts_of_question(measure))


def _facts_of_figure(measure: Measure) -> dict[str, RecordedFact | None]:
    figure = measure.record
    facts = {
        "kind of number": _fact("a figure of the publication"),
        "what is asked or counted": _fact(figure.label),
        "origin": _fact(figure.cited_from or f"{measure.source.publisher} itself"),
        "unit": _fact(_unit(figure.unit)),
        "population": _fact(figure.scope),
    }
    if figure.unit in MONEY_UNITS:
        # Thousands and millions of one currency count the same.
        facts["unit"] = RecordedFact(figure.unit, figure.unit.split(" ")[-1])
        facts["price level"] = _fact(f"{figure.price_level} prices" if figure.price_level else None)
    return facts


def _facts_of_question(measure: Measure) -> dict[str, RecordedFact | None]:
    question, survey, stands_for = measure.record, measure.survey, measure.source.answers_for(measure.record)
    answers, everybody = question.answers, question.base.n or survey.respondents
    asked = "all, as we read it" if survey.whole_frame_read else _ASKED[survey.whole_frame_asked]
    exact = everybody.value is not None and everybody.precision == "exact"
    return {
        "kind of number": _fact("answers to a survey"),
        "what is asked or counted": RecordedFact(question.english, first_asked(measure).english.casefold()),
        "wording of the question": _fact("printed" if question.wording == "printed" else None),
        "answers offered": RecordedFact("; ".join(a.label for a in answers), tuple(a.id for a in answers)),
        "shares of all answers": _fact(None if any(answer.missing for answer in answers) else "given"),
        "unit": _fact(" and ".join(sorted({_unit(answer.unit) for answer in answers}))),
        "population": _fact(survey.population.text),
        "respondents": _fact(survey.respondent_role.text),
        # That the number is known matters, not how many answers there are.
        "number of answers": RecordedFact(f"{everybody.value:,.0f}", "known") if exact else None,
        "whether all were asked": RecordedFact(asked, survey.whole_frame_asked) if asked else None,
        "weighting": _fact(_WEIGHTING[survey.weighted]),
        "mode of collection": _fact(survey.mode.text),
        "what one answer stands for": _fact(None if stands_for == "not told" else stands_for),
        "how many answers could be chosen": _fact(_CHOICES[question.choice]),
        "who is counted": RecordedFact(question.base.who, who_is_counted(measure)),
    }


def who_is_counted(question: Measure) -> str:
    """Say whether a question's shares are shares of all respondents, or else of which part of them."""
    base = question.record.base
    whole = base.n is None or (base.n.value is not None and base.n.value == question.survey.respondents.value)
    return "all respondents" if whole else base.who.casefold()


def first_asked(measure: Measure) -> Question | Figure:
    """Give the question of the earliest wave that a question repeats; otherwise the question or figure itself."""
    record, seen = measure.record, set()
    while isinstance(record, Question) and record.repeats is not None and record.id not in seen:
        seen.add(record.id)
        record = measure.source.question(record.repeats)
    return record


def _unit(unit: str) -> str:
    return "per cent" if unit == "percent" else unit


def _fact(text: str | None) -> RecordedFact | None:
    """Make a fact of recorded words, which are the same where only capitals or the full stop differ."""
    return None if text is None else RecordedFact(text.rstrip("."), text.rstrip(".").casefold())
