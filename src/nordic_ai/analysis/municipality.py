"""Say of published answers what readers need to set their own municipality beside them, in the language spoken."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import get_args

from nordic_ai.analysis import wording
from nordic_ai.analysis.comparability import GRADES, LEVELS, Measure
from nordic_ai.analysis.observations import Observation
from nordic_ai.analysis.report import Report
from nordic_ai.evidence.languages import gettext
from nordic_ai.evidence.loading import Evidence
from nordic_ai.evidence.surveys import Answer, Municipal


def published(report: Report) -> Mapping[str, list[Measure]]:
    """List by topic the questions of publications that readers can set their own municipality beside.

    Those that municipalities answered come first.
    """
    found: dict[str, list[Measure]] = {name: [] for name in report.evidence.topics}
    asked = [measure for measure in report.measures.values() if measure.survey]
    for measure in sorted(asked, key=lambda measure: get_args(Municipal).index(measure.survey.municipal)):
        if topic := measure.record.topic:
            found[topic].append(measure)
    return found


def answers(measure: Measure, report: Report) -> list[tuple[Answer, Observation]]:
    """List the answers to a question that are told, or that correspond to a choice."""
    rows = [(answer, report.observations.get(f"{measure.id}/{answer.id}")) for answer in measure.record.answers]
    return [(answer, row) for answer, row in rows if row and (row.value is not None or answer.corresponds_to)]


def grades(measures: list[Measure], report: Report) -> Mapping[str, list[tuple[Measure, Measure]]]:
    """Group the pairs of questions by the grade of their comparability, in words; the closest first."""
    found = defaultdict(list)
    for one, other in combinations(measures, 2):
        decision = report.decisions.get(frozenset((one.id, other.id)))
        found[decision.grade if decision else GRADES[-1]].append((one, other))
    return {gettext(LEVELS[grade]["badge"]): found[grade] for grade in GRADES if grade in found}


def where(measure: Measure, evidence: Evidence) -> str:
    """Say where a question is from, as `Measure.where` does: the country, the years, the publication."""
    years = "–".join(dict.fromkeys(str(day.year) for day in measure.period if day))
    country = wording.country_name(measure.source.country_of(measure.record), evidence)
    return f"{f'{country} {years}'.strip()}, {wording.publication_name(measure.source.short_name)}"


def asked(measure: Measure) -> str:
    """Say when a question was asked."""
    if period := wording.format_period(*measure.period):
        return period
    return gettext("time not told") if measure.source.reading.extent == "whole" else gettext("time not seen by us")


def who(observation: Observation) -> str:
    """Say who is counted in an answer, in English; of all respondents, whom the survey is about."""
    base = observation.base_who
    return population(observation) if base.startswith("All ") else base


def population(observation: Observation) -> str:
    """Give whom a survey is about, in English and without what further sentences say."""
    return (observation.population or "Respondents").split(". ")[0].rstrip(".")


def head_count(observation: Observation) -> str | None:
    """Write the head counts that a share can come from, of all who answered, as in "9 of 58"."""
    low, high, n = observation.implied_count_low, observation.implied_count_high, observation.base_n
    if low is None:
        return None
    return gettext("{count} of {n}").format(count=wording.number_range([low, high]), n=wording.plain_number(n))


def interval(observation: Observation) -> str:
    """Write a number's 95% interval, or why it has none."""
    if known := wording.format_interval(observation):
        return gettext("95% interval {interval}").format(interval=known)
    return gettext("no interval: {reason}").format(reason=wording.why_no_interval(observation))


def bounds(observation: Observation) -> str | None:
    """Say between which shares the truth lies, where that is known."""
    if known := wording.format_bounds_in_full(observation):
        return gettext("whatever those who did not answer would have said: {bounds}").format(bounds=known)
    return None


def sentence(observation: Observation, measure: Measure, evidence: Evidence) -> str:
    """Say among how many of whom stands whoever answers the same, as in "Like 9 of the 58 chief executives …"."""
    # In brackets and after colons, what is inserted needs no case in any of the languages.
    country = wording.country_name(observation.country, evidence)
    named = {"who": wording.inside(who(observation)), "country": country, "when": asked(measure)}
    named["share"] = wording.format_value(observation)
    if observation.base_n is not None:
        named["n"] = wording.plain_number(observation.base_n)
    low, high = observation.implied_count_low, observation.implied_count_high
    if observation.value is None:
        text = gettext("How many answered like this is not known: {who} ({country}, {when}).")
    elif low is not None:
        named["count"] = wording.number_range([low, high])
        text = gettext("Like {count} of the {n} {who} ({country}, {when}).")
    elif observation.base_n is not None:
        text = gettext("Like {share} of the {n} {who} ({country}, {when}).")
    else:
        text = gettext("Like {share} of those counted: {who} ({country}, {when}).")
    return text.format(**named)


def texts(report: Report) -> Iterator[str]:
    """Yield, in English, the topics' texts, which the page and the questionnaire show in every language."""
    for topic in report.evidence.topics.values():
        yield from (topic.question, *topic.choices.values(), *filter(None, [topic.missing]))
