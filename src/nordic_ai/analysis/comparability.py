"""Say how questions and figures differ, and how closely they may be compared: what the records tell, what is decided.

Decisions stand in data/indicators.yml; the rules that they are held to, in comparability.yml.
"""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, get_args

from nordic_ai.analysis.observations import Observation
from nordic_ai.analysis.wording import format_period
from nordic_ai.evidence.errors import EvidenceError, Violations
from nordic_ai.evidence.loading import Evidence
from nordic_ai.evidence.model import Figure, Question, Source, Survey
from nordic_ai.evidence.strict_yaml import read_yaml
from nordic_ai.evidence.values import MEAN, Grade, currency_of, period_bounds
from nordic_ai.evidence.vocabularies import Comparison

if TYPE_CHECKING:  # the report is made with this module
    from nordic_ai.analysis.report import Report

_RULES = read_yaml(Path(__file__).with_suffix(".yml")).data

GRADES: tuple[Grade, ...] = get_args(Grade)
"""From the most to the least generous."""

LEVELS: Mapping[str, Mapping[str, str]] = _RULES["levels"]
"""How closely rows of a figure may be compared, the closest first: for each level its `badge` and what it `means`."""

MAY_DIFFER: Mapping[str, Grade] = {aspect: grade for grade in GRADES for aspect in LEVELS[grade]["may differ in"]}
"""For each aspect, the most generous grade of two that differ in it."""

UNKNOWN: Mapping[str, str] = _RULES["unknown"]
"""What readers read of an aspect that is unknown, where the aspect's own name does not say it."""

IN_A_REPEAT: Sequence[str] = _RULES["in a repeat"]
"""Aspects in which a question may differ from the one that it repeats, and still be of the same concept."""


@dataclass(frozen=True)
class Measure:
    """A question or a figure, with its publication and, for a question, its survey."""

    id: str
    source: Source
    record: Question | Figure
    country: str
    survey: Survey | None = None
    first_asked: str = ""
    """Id of the question of the earliest wave that a question repeats; otherwise of the question or figure itself."""
    first_wording: str = ""
    """How that is worded, in our words."""

    @property
    def where(self) -> str:
        """Say for readers where it is from: the country, the years, the publication."""
        years = dict.fromkeys(str(day.year) for day in self.period if day)
        when = f" {'–'.join(years)}" if years else ""
        return f"{self.country}{when}, {self.source.short_name}"

    @property
    def name(self) -> str:
        """Name for readers: what is asked or counted, and where."""
        return f"“{self.wording}” ({self.where})"

    @property
    def period(self) -> tuple[date | None, date | None]:
        """First and last day on which a question was asked, or that a figure is for; None where that is unknown."""
        dated = [self.survey.field_period] if self.survey else self.record.values
        bounds = [period_bounds(one.period) for one in dated if one.period]
        return min((start for start, _ in bounds), default=None), max((end for _, end in bounds), default=None)

    @property
    def wording(self) -> str:
        """What is asked or counted, in our words."""
        return self.record.title if isinstance(self.record, Question) else self.record.label

    @property
    def who_is_counted(self) -> str:
        """Whether a question's shares are shares of all respondents, or else of which part of them."""
        return "all respondents" if self.source.counts_all(self.record) else self.record.base.who.casefold()


class RecordedFact(NamedTuple):
    """What a record says of one aspect: the words for readers, and a key that is equal where two say the same."""

    words: str
    key: object


def list_measures(evidence: Evidence) -> dict[str, Measure]:
    """List all questions and figures by id, in the order of the files."""
    measures = []
    for source in evidence.sources.values():
        for record in (*source.questions, *source.figures):
            survey = source.survey(record.survey) if isinstance(record, Question) else None
            country = evidence.countries[source.country_of(record)].name
            measures.append(Measure(f"{source.id}/{record.id}", source, record, country, survey))
    by_id = {measure.id: measure for measure in measures}
    first = {name: _first_asked(name, by_id) for name in by_id}
    return {
        name: replace(measure, first_asked=first[name], first_wording=_asked(by_id[first[name]].record))
        for name, measure in by_id.items()
    }


def _asked(record: Question | Figure) -> str:
    """Say what is asked or counted; whether a question's wording is printed is another matter."""
    return record.english if isinstance(record, Question) else record.label


def _first_asked(name: str, measures: Mapping[str, Measure]) -> str:
    """Follow what a question repeats back to the earliest wave, in whichever publication that is."""
    seen = [name]
    while earlier := getattr(measures[seen[-1]].record, "repeats", None):
        earlier = measures[seen[-1]].source.full_id(earlier)
        if earlier in seen:
            break
        seen.append(earlier)
    return seen[-1]


def recorded_facts(measure: Measure) -> dict[str, RecordedFact | None]:
    """Give the recorded fact for each aspect that applies; None where the publication does not say."""
    period = format_period(*measure.period) or None
    said = {"subject": measure.source.subject_of(measure.record), "country": measure.country, "period": period}
    reading = measure.source.reading
    # What was not read of one may be what the other does not say, so a part is like no other reading.
    key = "whole" if reading.extent == "whole" else measure.id
    said["how much was read"] = RecordedFact(f"in part: {reading.part}" if reading.part else "the whole", key)
    said |= _said_of_figure(measure) if measure.survey is None else _said_of_question(measure)
    # Recorded words are the same where only capitals or the full stop differ.
    return {
        aspect: RecordedFact(one.rstrip("."), one.rstrip(".").casefold()) if isinstance(one, str) else one
        for aspect, one in said.items()
    }


def _said_of_figure(measure: Measure) -> dict[str, str | RecordedFact | None]:
    figure = measure.record
    said = {
        "kind of number": "a figure of the publication",
        "what is asked or counted": figure.label,
        "origin": figure.cited_from or f"{measure.source.publisher} itself",
        "unit": _unit(figure, figure.unit),
        "population": figure.scope,
    }
    if currency := currency_of(figure.unit):
        # Thousands and millions of one currency count the same.
        said["unit"] = RecordedFact(figure.unit, currency)
        said["price level"] = f"{figure.price_level} prices" if figure.price_level else None
    return said


def _said_of_question(measure: Measure) -> dict[str, str | RecordedFact | None]:
    question, survey, stands_for = measure.record, measure.survey, measure.source.answers_for(measure.record)
    answers, everybody = question.answers, question.base.n or survey.respondents
    untold = any(row.value is None for answer in answers for row in (*answer.shares(), *answer.by_group))
    asked = {True: "all", False: "a part"}.get(survey.whole_frame_asked)
    asked = "all, as we read it" if survey.whole_frame_read else asked
    exact = everybody.value is not None and everybody.precision == "exact"
    return {
        "kind of number": "answers to a survey",
        "what is asked or counted": RecordedFact(question.english, measure.first_wording.casefold()),
        "wording of the question": "printed" if question.wording == "printed" else None,
        "answers offered": RecordedFact("; ".join(a.label for a in answers), tuple(a.id for a in answers)),
        "shares of all answers": None if untold else "given",
        "unit": " and ".join(sorted({_unit(question, answer.unit) for answer in answers})),
        "population": survey.population.text,
        "respondents": survey.respondent_role.text,
        # That the number is known matters, not how many answers there are.
        "number of answers": RecordedFact(f"{everybody.value:,.0f}", "known") if exact else None,
        "whether all were asked": RecordedFact(asked, survey.whole_frame_asked) if asked else None,
        "weighting": {True: "weighted", False: "not weighted"}.get(survey.weighted),
        "mode of collection": survey.mode.text,
        "what one answer stands for": None if stands_for == "not told" else stands_for,
        "how many answers could be chosen": _RULES["choices"][question.choice],
        "who is counted": RecordedFact(question.base.who, measure.who_is_counted),
    }


def _unit(record: Question | Figure, unit: str) -> str:
    if unit == MEAN:
        return f"{MEAN} from {record.scale.low:g} to {record.scale.high:g}"
    return _RULES["units"].get(unit, unit)


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
    """
    one, other = (report.measures[name] for name in sorted((a, b)))
    facts, other_facts = recorded_facts(one), recorded_facts(other)
    repeats = one.first_asked == other.first_asked
    found = []
    for aspect in (aspect for aspect in MAY_DIFFER if aspect in facts and aspect in other_facts):
        pair = facts[aspect], other_facts[aspect]
        if None in pair or pair[0].key != pair[1].key:
            words = tuple(fact.words if fact else None for fact in pair)
            ours, theirs = (f"“{side}”" if side else "not known" for side in words)
            sentence = f"{aspect.capitalize()}: {ours} in {one.where}, {theirs} in {other.where}."
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


def decide(report: Report) -> dict[frozenset[str], Comparison]:
    """Give the recorded decision on each pair of questions or figures under one indicator.

    Raises `EvidenceError`, with file and line for each decision on something unknown, made twice, missing, or more
    generous than the differences of the pair allow.
    """
    decided: dict[frozenset[str], Comparison] = {}
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


def _decide(name: str, comparison: Comparison, decided: dict[frozenset[str], Comparison], report: Report) -> Violations:
    """Add the pairs of one decision to those decided before; yield what is wrong with them."""
    # The first stand under the indicator, the others under any: what readers may mistake for them may be another thing.
    wrong = [
        ((field, index), message)
        for field, ids, indicator in (("compare", comparison.compare, name), ("to", comparison.to or [], None))
        for index, id_ in enumerate(ids)
        if (message := _misplaced(id_, indicator, report))
    ]
    yield from wrong
    for path, one, other in () if wrong else comparison.placed_pairs:
        pair = frozenset((one, other))
        if len(pair) == 1:
            yield path, f"`{other}` cannot be compared with itself; name another"
        elif pair in decided:
            yield path, f"{_both(pair)} are decided twice; keep one decision"
        else:
            grade, found = comparison.grade, differences(*pair, report)
            decided[pair] = comparison
            other_thing = report.measures[other].record.indicator != name
            if other_thing and GRADES.index(grade) < GRADES.index("related"):
                yield ("grade",), f"{_both(pair)} have two indicators, so they are `related` at most"
            if against := [d.sentence for d in found if GRADES.index(d.bears) > GRADES.index(grade)]:
                why = f"at most `{most_generous(found)}`, because of these differences: {' '.join(against)}"
                yield ("grade",), f"{_both(pair)} cannot be graded `{grade}`, {why}"


def _both(pair: frozenset[str]) -> str:
    return " and ".join(f"`{name}`" for name in sorted(pair))


def _misplaced(name: str, indicator: str | None, report: Report) -> str | None:
    """Say why no decision can be about this: there is none, or it is not under the indicator (None: under any)."""
    if name not in report.measures:
        close = difflib.get_close_matches(name, report.measures, n=3)
        return f"there is no question or figure `{name}`" + (f"; nearest: {', '.join(close)}" if close else "")
    own = report.measures[name].record.indicator
    if own is not None and own == (indicator or own):
        return None
    has = f"has the indicator `{own}`" if own else "has no indicator"
    wanted = f"the indicator `{indicator}`" if indicator else "one"
    return f"`{name}` {has}, and only what has {wanted} can be compared here"


def least_comparable(rows: Sequence[Observation], report: Report) -> tuple[str, Sequence[str]]:
    """Say how closely the rows of a figure may be compared, one of `LEVELS`, and the ids of the least comparable two.

    Answers to different questions may share a scale where the same respondents gave them; so may a publication's own
    figures in one unit. Everything else needs a decision.
    """
    ids = list(dict.fromkeys(row.belongs_to for row in rows))
    if len(ids) == 1:
        kind = "question" if rows[0].question_id else "survey" if rows[0].survey_id else "figure"
        return f"one {kind}", ids
    order = list(LEVELS)
    levels = [(_level(pair, report), pair) for pair in itertools.combinations(ids, 2)]
    return max(levels, key=lambda found: order.index(found[0]))


def _level(pair: tuple[str, str], report: Report) -> str:
    if decision := report.decisions.get(frozenset(pair)):
        return decision.grade
    groups = {_without_decision(report.measures[name]) if name in report.measures else (name,) for name in pair}
    return groups.pop()[0] if len(groups) == 1 else "not comparable"


def _without_decision(measure: Measure) -> tuple[str | None, ...]:
    """Give the level of what may be compared without a decision, and what such questions or figures have in common."""
    if measure.survey is None:
        return "one publication", measure.source.id, measure.record.unit, measure.record.cited_from
    return "same respondents", measure.source.id, measure.survey.id, measure.who_is_counted
