"""Decide what may be compared: list how two questions or figures differ, and hold recorded decisions to that."""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from nordic_ai.analysis.observations import Observation
from nordic_ai.analysis.wording import format_period
from nordic_ai.evidence.errors import EvidenceError, KeyPath
from nordic_ai.evidence.loading import Evidence
from nordic_ai.evidence.model import Figure, Question, Source, Survey
from nordic_ai.evidence.strict_yaml import read_yaml
from nordic_ai.evidence.values import MONEY_UNITS, Grade, period_bounds

if TYPE_CHECKING:  # the report is made of what stands here
    from nordic_ai.analysis.report import Report

GRADES: tuple[Grade, ...] = get_args(Grade)

MEANING: Mapping[Grade, str] = {
    "same question": "The same question was put in the same way; a difference is one of time, or chance.",
    "same concept": "The same thing was asked or counted of the same kind of units, with differences that are listed; "
    "compare with care.",
    "related": "The two touch the same matter and count different things; read them together, do not rank them.",
    "not comparable": "A difference between the two numbers would mean nothing; they never share a scale.",
}

# The one table of the rules: for each aspect in which two may differ, the most generous grade that bears it.
# A fact that is not told cannot be called the same, so it counts as differing.
MAY_DIFFER: Mapping[str, Grade] = {
    "period": "same question",
    "wording of the question": "same concept",
    "shares of all answers": "same concept",
    "country": "same concept",
    "respondents": "same concept",
    "number of answers": "same concept",
    "whether all were asked": "same concept",
    "weighting": "same concept",
    "mode of collection": "same concept",
    "origin": "same concept",
    "kind of number": "related",
    "what is asked or counted": "related",
    "answers offered": "related",
    "population": "related",
    "what one answer stands for": "related",
    "how many answers could be chosen": "related",
    "who is counted": "related",
    "price level": "related",
    "subject": "not comparable",
    "unit": "not comparable",
}

# What a question may word differently from the one of an earlier wave that it repeats, and be of the same concept.
IN_A_REPEAT = ("what is asked or counted", "answers offered", "population")

_CHOICES = {
    "single": "one answer",
    "multiple": "several answers",
    "scale": "one answer on a scale",
    "battery": "a share for each of several items",
}

Level = Literal[
    "one question",
    "one figure",
    "one survey",
    "same question",
    "same concept",
    "same respondents",
    "one publication",
    "related",
    "not comparable",
]
_LEVELS: tuple[Level, ...] = get_args(Level)


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
        """Name it for readers: the country, the years, and in brackets the publisher and a word for what it is."""
        bounds = _period_bounds(self)
        years = dict.fromkeys(str(day.year) for day in bounds) if bounds else {}
        when = f" {'–'.join(years)}" if years else ""
        part = re.sub(r"-\d{4}$", "", self.record.id).replace("-", " ")
        return f"{self.country}{when} ({self.source.publisher}, {part})"

    @property
    def wording(self) -> str:
        """Say in our words what is asked or counted."""
        return self.record.english if isinstance(self.record, Question) else self.record.label


class Told(NamedTuple):
    """What a record tells of an aspect: the words for readers, and what decides whether two are the same."""

    words: str
    key: object


@dataclass(frozen=True)
class Difference:
    """An aspect in which two questions or figures differ, or cannot be called the same."""

    aspect: str
    sides: tuple[str | None, str | None]
    """What is recorded for either, in the order of their ids; None where the publication does not tell."""
    bears: Grade
    """The most generous grade that the two may have in spite of it."""
    sentence: str

    @property
    def told(self) -> bool:
        """Whether both sides are told, so that the difference is a known one."""
        return None not in self.sides


@dataclass(frozen=True)
class Decision:
    """The grade of one pair, with its reason, as data/indicators.yml records it."""

    indicator_id: str
    first: str
    second: str
    grade: Grade
    reason: str


@dataclass(frozen=True)
class Standing:
    """How the rows of a figure stand to each other: the level of the least generous pair, and why."""

    level: Level
    pair: tuple[str, ...] = ()
    reason: str = ""


def list_measures(evidence: Evidence) -> dict[str, Measure]:
    """List all questions and figures by id, in the order of the files."""
    measures: dict[str, Measure] = {}
    for source in evidence.sources.values():
        for record in (*source.questions, *source.figures):
            survey = source.survey(record.survey) if isinstance(record, Question) else None
            name, country = f"{source.id}/{record.id}", evidence.countries[source.country].name
            measures[name] = Measure(name, source, record, country, survey)
    return measures


def describe(measure: Measure) -> dict[str, Told | None]:
    """Say what the record tells of each aspect that applies to it; None where the publication does not tell."""
    source, record, survey = measure.source, measure.record, measure.survey
    facts = {
        "subject": _words(source.subject),
        "country": _words(measure.country),
        "period": _words(period_of(measure) or None),
    }
    if isinstance(record, Figure):
        facts |= {
            "kind of number": _words("a figure of the publication"),
            "what is asked or counted": _words(record.label),
            "origin": _words(record.cited_from or f"{source.publisher} itself"),
            # Thousands and millions of one currency count the same.
            "unit": Told(
                _unit(record.unit), record.unit.split(" ")[-1] if record.unit in MONEY_UNITS else _unit(record.unit)
            ),
            "population": _words(record.scope),
        }
        if record.unit in MONEY_UNITS:
            facts["price level"] = _words(f"{record.price_level} prices" if record.price_level else None)
        return facts
    answered = record.base.n or survey.respondents
    n_known = answered.value is not None and answered.precision == "exact"
    weighted, all_asked = survey.weighted, survey.whole_frame_asked
    reading = ", as we read it" if survey.whole_frame_read else ""
    stands_for = source.answers_for(record)
    return facts | {
        "kind of number": _words("answers to a survey"),
        "what is asked or counted": Told(record.english, _first_asked(record, source).english.casefold()),
        "wording of the question": _words("printed" if record.wording == "printed" else None),
        "answers offered": Told("; ".join(a.label for a in record.answers), tuple(a.id for a in record.answers)),
        "shares of all answers": None if any(a.missing for a in record.answers) else _words("given"),
        "unit": _words(" and ".join(sorted({_unit(a.unit) for a in record.answers}))),
        "population": _words(survey.population.text),
        "respondents": _words(survey.respondent_role.text),
        "number of answers": Told(f"{answered.value:,.0f}", "told") if n_known else None,
        "whether all were asked": None
        if all_asked is None
        else Told(f"all{reading}" if all_asked else "a part", all_asked),
        "weighting": None if weighted is None else _words("weighted" if weighted else "not weighted"),
        "mode of collection": _words(survey.mode.text),
        "what one answer stands for": _words(None if stands_for == "not told" else stands_for),
        "how many answers could be chosen": _words(_CHOICES[record.choice]),
        "who is counted": Told(record.base.who, _counted(record, survey)),
    }


def _unit(unit: str) -> str:
    return "per cent" if unit == "percent" else unit


def _words(text: str | None) -> Told | None:
    return None if text is None else Told(text.rstrip("."), text.rstrip(".").casefold())


def _counted(question: Question, survey: Survey) -> str:
    """Give all respondents, or the words for the part of them that a question's shares are shares of."""
    n = question.base.n
    whole = n is None or (n.value is not None and n.value == survey.respondents.value)
    return "all respondents" if whole else question.base.who.casefold()


def _first_asked(question: Question, source: Source) -> Question:
    """Give the question of the earliest wave that this one repeats: our wording of waves may differ in tense alone."""
    seen = {question.id}
    while question.repeats is not None and question.repeats not in seen:
        question = source.question(question.repeats)
        seen.add(question.id)
    return question


def period_of(measure: Measure) -> str:
    """Say when the question was asked, or which time a figure is for; empty where that is not told."""
    bounds = _period_bounds(measure)
    return format_period(*bounds) if bounds else ""


def _period_bounds(measure: Measure) -> tuple[date, date] | None:
    if measure.survey is not None:
        periods = [measure.survey.field_period.period]
    else:
        periods = [value.period for value in measure.record.values]
    bounds = [period_bounds(period) for period in periods if period]
    return (min(start for start, _ in bounds), max(end for _, end in bounds)) if bounds else None


def not_told(measure: Measure) -> list[str]:
    """List the aspects that the publication does not tell."""
    facts = describe(measure)
    return [aspect for aspect in MAY_DIFFER if aspect in facts and facts[aspect] is None]


def differences(a: str, b: str, report: Report) -> list[Difference]:
    """List from the records in what two questions or figures differ, or cannot be called the same.

    Parameters
    ----------
    a, b
        Ids of questions or figures; their order does not matter.
    report
        The report that they belong to.

    Returns
    -------
    list of Difference
        In the order of `MAY_DIFFER`. Facts in words are the same where they are recorded in the same words. Aspects
        that only one of the two has (a figure has no respondents) are left out; then `kind of number` differs.

    Raises
    ------
    KeyError
        If an id is of no question or figure.
    """
    for name in (a, b):
        if name not in report.measures:
            raise KeyError(_unknown(name, report.measures))
    one, other = (report.measures[name] for name in sorted((a, b)))
    return list(_differences(one, other))


def _differences(one: Measure, other: Measure) -> Iterator[Difference]:
    ours, theirs = describe(one), describe(other)
    for aspect in MAY_DIFFER:
        if aspect not in ours or aspect not in theirs:
            continue
        mine, yours = ours[aspect], theirs[aspect]
        if mine is not None and yours is not None and mine.key == yours.key:
            continue
        sides = (mine.words if mine else None, yours.words if yours else None)
        said = [f"“{words}”" if words else "not known" for words in sides]
        sentence = f"{aspect.capitalize()}: {said[0]} in {one.name}, {said[1]} in {other.name}."
        bears = "same concept" if aspect in IN_A_REPEAT and _one_repeats_the_other(one, other) else MAY_DIFFER[aspect]
        yield Difference(aspect, sides, bears, sentence)


def _one_repeats_the_other(one: Measure, other: Measure) -> bool:
    if one.source.id != other.source.id or not (
        isinstance(one.record, Question) and isinstance(other.record, Question)
    ):
        return False
    return _first_asked(one.record, one.source) is _first_asked(other.record, other.source)


def most_generous(found: Sequence[Difference]) -> Grade:
    """Give the most generous grade that bears all these differences."""
    return max((difference.bears for difference in found), key=GRADES.index, default=GRADES[0])


def decide(evidence: Evidence, measures: Mapping[str, Measure]) -> dict[frozenset[str], Decision]:
    """Give the decision on each pair of questions or figures that stand under one indicator.

    Parameters
    ----------
    evidence
        The evidence base.
    measures
        What `list_measures` gives for it.

    Returns
    -------
    dict
        By pair of ids.

    Raises
    ------
    EvidenceError
        With file and line for each decision on something unknown, made twice, missing, or more generous than the
        differences of the pair allow.
    """
    decided: dict[frozenset[str], Decision] = {}
    problems: list[tuple[KeyPath, str]] = []
    for name, indicator in evidence.indicators.items():
        under = [measure for measure in measures.values() if measure.record.indicator == name]
        for index, comparison in enumerate(indicator.comparisons):
            path = (name, "comparisons", index)
            ids = [(("compare",), comparison.compare), *((("to", i), to) for i, to in enumerate(comparison.to))]
            wrong = [((*path, *below), text) for below, id_ in ids if (text := _misplaced(id_, name, measures))]
            problems.extend(wrong)
            for place, other in enumerate(comparison.to if not wrong else ()):
                pair = frozenset((comparison.compare, other))
                at = (*path, "to", place)
                if len(pair) == 1:
                    problems.append((at, f"`{other}` cannot be compared with itself; name another"))
                elif pair in decided:
                    problems.append((at, f"{_pair(pair)} are decided twice; keep one decision"))
                else:
                    decided[pair] = Decision(name, *sorted(pair), comparison.grade, comparison.reason)
                    if refusal := _too_generous(decided[pair], measures):
                        problems.append(((*path, "grade"), refusal))
        for one, other in itertools.combinations(under, 2):
            pair = frozenset((one.id, other.id))
            if pair not in decided:
                grade = most_generous(list(_differences(*sorted((one, other), key=lambda m: m.id))))
                problems.append(
                    (
                        (name,),
                        f"nothing says whether {_pair(pair)} may be compared; add them under `comparisons` "
                        f"with a grade (at most `{grade}`) and a reason",
                    )
                )
    if problems:
        document = read_yaml(evidence.root / "data" / "indicators.yml")
        raise EvidenceError(document.problem(path, message) for path, message in problems)
    return decided


def _pair(pair: frozenset[str]) -> str:
    return " and ".join(f"`{name}`" for name in sorted(pair))


def _unknown(name: str, measures: Mapping[str, Measure]) -> str:
    close = difflib.get_close_matches(name, measures, n=3)
    return f"there is no question or figure `{name}`" + (f"; nearest: {', '.join(close)}" if close else "")


def _misplaced(name: str, indicator: str, measures: Mapping[str, Measure]) -> str | None:
    if name not in measures:
        return _unknown(name, measures)
    own = measures[name].record.indicator
    if own == indicator:
        return None
    where = f"under `{own}`" if own else "under no indicator"
    return f"`{name}` stands {where}, and only what stands under `{indicator}` can be compared here"


def _too_generous(decision: Decision, measures: Mapping[str, Measure]) -> str | None:
    found = list(_differences(measures[decision.first], measures[decision.second]))
    best = most_generous(found)
    if GRADES.index(decision.grade) >= GRADES.index(best):
        return None
    against = [d.sentence for d in found if GRADES.index(d.bears) > GRADES.index(decision.grade)]
    return (
        f"{_pair(frozenset((decision.first, decision.second)))} cannot be graded `{decision.grade}`, at most `{best}`. "
        f"Against it stands: {' '.join(against)}"
    )


def standing(rows: Sequence[Observation], report: Report) -> Standing:
    """Say how the rows of a figure stand to each other.

    Parameters
    ----------
    rows
        The observations that a figure draws.
    report
        The report that they belong to.

    Returns
    -------
    Standing
        Of the least generous pair of questions or figures among the rows. Answers to different questions may share
        a scale where the same respondents gave them; so may a publication's own figures in one unit.
    """
    ids = list(dict.fromkeys(row.belongs_to for row in rows))
    if len(ids) == 1:
        return Standing("one question" if rows[0].question_id else "one survey" if rows[0].survey_id else "one figure")
    pairs = [_standing(pair, report.measures, report.decisions) for pair in itertools.combinations(ids, 2)]
    return max(pairs, key=lambda one: _LEVELS.index(one.level))


def _standing(
    pair: tuple[str, str], measures: Mapping[str, Measure], decided: Mapping[frozenset[str], Decision]
) -> Standing:
    decision = decided.get(frozenset(pair))
    if decision is not None:
        return Standing(decision.grade, pair, decision.reason)
    undecided = Standing("not comparable", pair, "They do not stand under one indicator, so no decision lets them.")
    one, other = (measures.get(name) for name in pair)
    if one is None or other is None or one.source.id != other.source.id:
        return undecided
    if one.survey is not None and one.survey is other.survey:
        same = _counted(one.record, one.survey) == _counted(other.record, other.survey)
        return Standing("same respondents", pair) if same else undecided
    if isinstance(one.record, Figure) and isinstance(other.record, Figure):
        same = (one.record.unit, one.record.cited_from) == (other.record.unit, other.record.cited_from)
        return Standing("one publication", pair) if same else undecided
    return undecided
