"""Flatten the records into observations: one row for each number, with everything that qualifies it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date

from nordic_ai.analysis.statistics import Interval, hard_bounds, implied_counts, share_interval
from nordic_ai.evidence.loading import Evidence
from nordic_ai.evidence.model import Figure, Question, Source, Survey
from nordic_ai.evidence.numerals import find_numerals
from nordic_ai.evidence.printed import Printed, Quantity, quantities_in
from nordic_ai.evidence.values import period_bounds
from nordic_ai.evidence.vocabularies import Country, known_frame


@dataclass(frozen=True)
class Observation:
    """One number that a publication prints, or the place where one is missing."""

    observation_id: str
    source_id: str
    survey_id: str | None
    question_id: str | None
    kind: str
    theme: str | None
    indicator_id: str | None
    country: str
    period_start: date | None
    period_end: date | None
    population: str | None
    base_n: int | None
    label: str
    value: float | None
    unit: str
    precision: str | None
    origin: str | None
    as_printed: str | None
    locator: str | None
    implied_count: int | None
    ci_low: float | None
    ci_high: float | None
    ci_method: str | None
    note: str | None
    restates: str | None
    direction: str | None
    missing: str | None
    no_interval_because: str | None
    subject: str
    price_level: int | None
    cited_from: str | None
    frame_size: int | None
    original_label: str | None
    left_out: bool | None
    net: bool | None
    choice: str | None
    implied_count_low: int | None
    implied_count_high: int | None
    bound_low: float | None
    bound_high: float | None
    bound_n: int | None
    bound_of: str | None
    frame_read: bool | None
    base_assumed: bool | None

    @property
    def belongs_to(self) -> str:
        """Id of the question, figure or survey that it is a number of."""
        return "/".join(self.observation_id.split("/")[:2])


COLUMNS = tuple(field.name for field in fields(Observation))


def list_observations(evidence: Evidence) -> dict[str, Observation]:
    """List all observations by id, in the order of the files.

    Parameters
    ----------
    evidence
        The validated evidence base.
    """
    return {
        observation.observation_id: observation
        for source in evidence.sources.values()
        for observation in _observe(source, evidence.countries[source.country])
    }


def uncorrected_interval(observation: Observation) -> Interval:
    """Give the interval of an observation that has one as it would be if not all of the frame had been asked."""
    value, n, count = observation.value, observation.base_n, observation.implied_count
    # A single head count stands in for the rounded share, as in the corrected interval.
    return share_interval(value if count is None else 100 * count / n, n, None, decimals=9)


def frame_size(survey: Survey, country: Country) -> int | None:
    """Give the size of the frame, if it is known and all of it was asked; otherwise None."""
    frame = known_frame(survey, country)
    if frame is None or not survey.whole_frame_asked or survey.frame.precision != "exact":
        return None
    return int(frame)


def locate(source: Source, at: str | None) -> str | None:
    """Say where in a publication something stands.

    The place is for readers of the publication, the line for those who hold the same text.
    """
    if at is None:
        return None
    return f"{source.place_title(at)}, line{'s' if '-' in at else ''} {at.replace('-', '–')} of the text"


def _observe(source: Source, country: Country) -> Iterator[Observation]:
    for survey in source.surveys:
        yield from _observe_survey(source, survey)
    for question in source.questions:
        survey = source.survey(question.survey)
        yield from _observe_question(source, survey, question, frame_size(survey, country))
    for figure in source.figures:
        yield from _observe_figure(source, figure)


def _begin(source: Source, period: str | None) -> Observation:
    """Begin an observation with what all observations of a source and a period share."""
    start, end = period_bounds(period) if period else (None, None)
    values = {"source_id": source.id, "country": source.country, "subject": source.subject}
    return Observation(**dict.fromkeys(COLUMNS) | values | {"period_start": start, "period_end": end})


def _of_survey(source: Source, survey: Survey) -> Observation:
    begun = _begin(source, survey.field_period.period)
    return replace(begun, survey_id=f"{source.id}/{survey.id}", population=survey.population.text)


_SURVEY_NUMBERS = {
    "frame": ("Units in the frame", "count"),
    "invited": ("Invited to answer", "count"),
    "respondents": ("Respondents", "count"),
    "response-rate": ("Response rate", "percent"),
    "margin-of-error": ("Margin of error, plus or minus", "percentage points"),
    "largest-weight": ("Largest weight", "weight"),
}


def _observe_survey(source: Source, survey: Survey) -> Iterator[Observation]:
    groups = {group.id: group for group in survey.groups}
    for _, name, quantity in quantities_in(survey):
        group, _, field = name.rpartition("/")
        label, unit = _SURVEY_NUMBERS[field]
        begun = replace(
            _of_survey(source, survey),
            observation_id=f"{source.id}/{survey.id}/{name}",
            kind="method",
            label=label,
            unit=unit,
            no_interval_because=_not_answers(unit),
        )
        if group:
            part = groups[group]
            begun = replace(begun, label=f"{label}: {part.label}", population=part.label, original_label=part.original)
        yield from _observe_quantity(source, quantity, begun)


def _observe_question(source: Source, survey: Survey, question: Question, frame: int | None) -> Iterator[Observation]:
    begun = replace(
        _of_survey(source, survey),
        question_id=f"{source.id}/{question.id}",
        theme=question.theme,
        indicator_id=question.indicator,
    )
    base = question.base.n
    if base is not None:
        counted = replace(
            begun,
            observation_id=f"{source.id}/{question.id}/base",
            kind="method",
            label=f"Number of answers: {question.base.who}",
            unit="count",
        )
        yield from _observe_quantity(source, base, counted)
    n = _exact_count(base if base is not None else survey.respondents)
    # Where only a part of the respondents counts, how large that part is in the frame is unknown.
    whole = n is not None and n == _exact_count(survey.respondents)
    asked = (frame, _exact_count(survey.invited)) if whole else (None, None)
    for answer in question.answers:
        row = replace(
            begun,
            observation_id=f"{source.id}/{question.id}/{answer.id}",
            kind="answer",
            label=answer.label,
            unit=answer.unit,
            original_label=answer.original,
            left_out=answer.left_out,
            net=answer.net,
            choice=question.choice,
            base_n=n,
            base_assumed=None if n is None else base is None,
        )
        for observation in _observe_quantity(source, answer, row):
            yield _with_statistics(observation, *asked, survey, source.language)


def _exact_count(quantity: Quantity) -> int | None:
    return int(quantity.value) if quantity.value is not None and quantity.precision == "exact" else None


def _not_answers(unit: str) -> str | None:
    """Say of a share that is no answer why it has no interval; other units raise no such question."""
    return "it is not a share of answers" if unit == "percent" else None


def _observe_figure(source: Source, figure: Figure) -> Iterator[Observation]:
    for value in figure.values:
        begun = replace(
            _begin(source, value.period),
            observation_id=f"{source.id}/{figure.id}/{value.id}",
            kind="figure",
            theme=figure.theme,
            indicator_id=figure.indicator,
            label=f"{figure.label}: {value.label}" if value.label else figure.label,
            unit=figure.unit,
            no_interval_because=_not_answers(figure.unit),
            price_level=figure.price_level,
            cited_from=figure.cited_from,
            original_label=figure.original,
        )
        for observation in _observe_quantity(source, value, begun):
            notes = [note for note in (observation.note, figure.note) if note]
            yield replace(observation, note=" ".join(notes) or None)


def _observe_quantity(source: Source, quantity: Quantity, begun: Observation) -> Iterator[Observation]:
    """Complete an observation with its printed number, and add one for each restatement."""
    yield replace(begun, missing=quantity.missing, **_printed_columns(source, quantity))
    for mention in quantity.also:
        yield replace(
            begun,
            observation_id=f"{begun.observation_id}/{mention.id}",
            restates=begun.observation_id,
            **_printed_columns(source, mention),
            unit=mention.unit or begun.unit,
            label=mention.label or begun.label,
        )


def _printed_columns(source: Source, printed: Printed) -> Mapping[str, object]:
    known = printed.value is not None
    return {
        "value": printed.value,
        "precision": printed.precision if known else None,
        "origin": "stated" if known else None,
        "as_printed": printed.as_printed,
        "direction": printed.direction,
        "locator": locate(source, printed.at),
        "note": printed.note,
    }


def _with_statistics(
    observation: Observation, frame: int | None, invited: int | None, survey: Survey, language: str
) -> Observation:
    """Add head counts, interval and bounds where they may stand, else the reason why there is no interval."""
    n, value = observation.base_n, observation.value
    reason, counts, decimals = None, [], 0
    if value is None:
        reason = "the publication gives no number"
    elif observation.unit != "percent":
        reason = "the number is not a share"
    elif observation.precision != "exact":
        reason = "the publication gives the share only in words or approximately"
    elif n is None:
        reason = "the number of answers is unknown"
    elif survey.weighted:
        reason = "the answers are weighted and the effect of the weights on the uncertainty is not published"
    else:
        decimals = printed_decimals(observation.as_printed or "", value, language)
        counts = implied_counts(value, n, decimals)
        if not counts:
            reason = f"no whole number out of {n:,} answers gives this share, so the two do not fit together"
    if reason:
        return replace(observation, no_interval_because=reason)
    interval = share_interval(value, n, frame, decimals)
    read = None if frame is None else survey.whole_frame_read
    method = interval.method + (", read as all asked" if read else "")
    bound_n, bound_of = (frame, "frame") if frame is not None else (invited, "invited")
    if bound_n is not None:
        low, high = hard_bounds(counts[0], counts[-1], n, bound_n)
        observation = replace(observation, bound_low=low, bound_high=high, bound_n=bound_n, bound_of=bound_of)
    return replace(
        observation,
        frame_size=frame,
        frame_read=read,
        implied_count=counts[0] if len(counts) == 1 else None,
        implied_count_low=counts[0],
        implied_count_high=counts[-1],
        ci_low=interval.low,
        ci_high=interval.high,
        ci_method=method if survey.weighted is False else f"{method}, weighting not told",
    )


def printed_decimals(as_printed: str, value: float, language: str) -> int:
    """Count the decimals with which a value is printed.

    >>> printed_decimals("37,0 pct.", 37.0, "da")
    1
    """
    for numeral in find_numerals(as_printed, language):
        if value in numeral.values:
            # A point is a decimal mark only where the number is no whole one; else it groups thousands.
            decimals = re.search(r",(\d+)$" if value % 1 == 0 else r"[.,](\d+)$", numeral.text)
            return len(decimals[1]) if decimals else 0
    return 0
