"""Turn the records into observations: one row for each number, with everything that qualifies it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from nordic_ai.analysis.statistics import Interval, hard_bounds, implied_counts, share_interval
from nordic_ai.evidence.loading import Evidence
from nordic_ai.evidence.model import Figure, Question, Source, Survey
from nordic_ai.evidence.numerals import find_numerals
from nordic_ai.evidence.printed import Quantity, Restatement, quantities_in
from nordic_ai.evidence.values import period_bounds
from nordic_ai.evidence.vocabularies import Country, known_frame


@dataclass(frozen=True, kw_only=True)
class Observation:
    """One number that a publication prints, or the place where one is missing.

    The fields, in this order, are the columns of observations.csv. None means unknown, or that it does not apply.
    """

    observation_id: str
    """Permanent id: publication, then part, then item."""
    source_id: str
    """Publication."""
    survey_id: str | None = None
    """Survey wave, for numbers from or about a survey."""
    question_id: str | None = None
    """Question, for answers."""
    kind: str
    """`answer`: the share or number of respondents who chose it; `method`: a number about a survey; else `figure`."""
    theme: str | None = None
    """Theme of the report."""
    indicator_id: str | None = None
    """What it measures, across publications."""
    country: str
    """ISO 3166-1 code."""
    period_start: date | None = None
    """First day of the field period, or of the time that the number is for."""
    period_end: date | None = None
    """Last day of it."""
    population: str | None = None
    """Whom the survey is about."""
    base_n: int | None = None
    """Number of answers that the share is a share of."""
    label: str
    """What the number counts or measures, in English."""
    value: float | None = None
    """Our reading, in `unit`; shares in per cent (0-100)."""
    unit: str
    """Unit of the value."""
    precision: str | None = None
    """`exact`: as printed; `about`: in words or approximate; `bound`: more or less than the value."""
    origin: str | None = None
    """`stated` by the publication, or `computed` by this report."""
    as_printed: str | None = None
    """The characters that stand in the publication, in its language."""
    locator: str | None = None
    """Place in the publication, and line in the text that was read."""
    implied_count: int | None = None
    """The only head count that the rounded share can come from."""
    ci_low: float | None = None
    """Lower end of the 95 % interval, in per cent."""
    ci_high: float | None = None
    """Upper end of the 95 % interval, in per cent."""
    ci_method: str | None = None
    """How the interval was computed."""
    note: str | None = None
    """What a reader must know about this number."""
    restates: str | None = None
    """Id of the observation that this one mentions again."""
    direction: str | None = None
    """Side of a bound on which the truth lies, `above` or `below`."""
    missing: str | None = None
    """Why there is no number."""
    no_interval_because: str | None = None
    """Why a share has no interval; `wording.why_no_interval` gives the reason for any number."""
    subject: str
    """What its publication is about; numbers about different subjects never share a scale."""
    price_level: int | None = None
    """Year of the prices, for money."""
    cited_from: str | None = None
    """Whom the publication itself cites for the number."""
    frame_size: int | None = None
    """Units in the frame, where that is known and all of it was asked; the interval is corrected for it."""
    original_label: str | None = None
    """The label in the publication's language."""
    left_out: bool | None = None
    """Whether the publication leaves the category out of its chart, for answers."""
    net: bool | None = None
    """Whether it sums up other categories of its question, for answers."""
    choice: str | None = None
    """How its question could be answered, for answers: `single`, `multiple`, `scale` or `battery`."""
    implied_count_low: int | None = None
    """The lowest head count that the rounded share can come from."""
    implied_count_high: int | None = None
    """The highest head count that the rounded share can come from."""
    bound_low: float | None = None
    """The share of all `bound_n` if nobody who did not answer belongs to it, in per cent."""
    bound_high: float | None = None
    """The share of all `bound_n` if everybody who did not answer belongs to it, in per cent."""
    bound_n: int | None = None
    """Number of units that the bounds are about."""
    bound_of: str | None = None
    """Whom `bound_n` counts: the `frame`, where it is known and all of it was asked; else those `invited`."""
    frame_read: bool | None = None
    """Whether it is our reading, and not stated, that all of the frame was asked."""
    base_assumed: bool | None = None
    """Whether the question has no printed number of answers, so that all respondents are taken to have answered."""

    @property
    def belongs_to(self) -> str:
        """Id of the question, figure or survey that it is a number of."""
        return "/".join(self.observation_id.split("/")[:2])


COLUMNS = tuple(field.name for field in fields(Observation))

NOT_A_SHARE_OF_ANSWERS = "it is not a share of answers"
"""Why a number that counts no answers to a question has no interval."""

Columns = dict[str, Any]
"""Values of an observation that is being made, by column."""

_SURVEY_NUMBERS = {
    "frame": ("Units in the frame", "count"),
    "invited": ("Invited to answer", "count"),
    "respondents": ("Respondents", "count"),
    "response-rate": ("Response rate", "percent"),
    "margin-of-error": ("Margin of error, plus or minus", "percentage points"),
    "largest-weight": ("Largest weight", "weight"),
}


def list_observations(evidence: Evidence) -> dict[str, Observation]:
    """List all observations by id, in the order of the files."""
    return {
        columns["observation_id"]: Observation(**columns)
        for source in evidence.sources.values()
        for columns in _observe(source, evidence.countries[source.country])
    }


def frame_size(survey: Survey, country: Country) -> int | None:
    """Give the size of the frame, if it is known and all of it was asked; otherwise None."""
    frame = known_frame(survey, country)
    if frame is None or not survey.whole_frame_asked or survey.frame.precision != "exact":
        return None
    return int(frame)


def locate(source: Source, at: str | None) -> str | None:
    """Say where something stands: the place for readers of the publication, the line for those of the same text."""
    if at is None:
        return None
    return f"{source.place_title(at)}, line{'s' if '-' in at else ''} {at.replace('-', '–')} of the text"


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


def uncorrected_interval(observation: Observation) -> Interval:
    """Compute the interval of an observation that has one as if only a part of the frame had been asked."""
    value, n, count = observation.value, observation.base_n, observation.implied_count
    # A single head count stands in for the rounded share, as in the corrected interval.
    return share_interval(value if count is None else 100 * count / n, n, None, decimals=9)


def _observe(source: Source, country: Country) -> Iterator[Columns]:
    for survey in source.surveys:
        yield from _observe_survey(source, survey)
    for question in source.questions:
        survey = source.survey(question.survey)
        yield from _observe_question(source, survey, question, frame_size(survey, country))
    for figure in source.figures:
        yield from _observe_figure(source, figure)


def _of_source(source: Source, period: str | None) -> Columns:
    start, end = period_bounds(period) if period else (None, None)
    return {
        "source_id": source.id,
        "country": source.country,
        "subject": source.subject,
        "period_start": start,
        "period_end": end,
    }


def _of_survey(source: Source, survey: Survey) -> Columns:
    shared = _of_source(source, survey.field_period.period)
    return shared | {"survey_id": f"{source.id}/{survey.id}", "population": survey.population.text}


def _observe_survey(source: Source, survey: Survey) -> Iterator[Columns]:
    groups = {group.id: group for group in survey.groups}
    for _, path, quantity in quantities_in(survey):
        group_id, _, name = path.rpartition("/")
        label, unit = _SURVEY_NUMBERS[name]
        columns = _of_survey(source, survey) | {
            "observation_id": f"{source.id}/{survey.id}/{path}",
            "kind": "method",
            "label": label,
            "unit": unit,
            "no_interval_because": NOT_A_SHARE_OF_ANSWERS if unit == "percent" else None,
        }
        if group_id:
            group = groups[group_id]
            columns |= {"label": f"{label}: {group.label}", "population": group.label, "original_label": group.original}
        yield from _mentions(source, quantity, columns)


def _observe_question(source: Source, survey: Survey, question: Question, frame: int | None) -> Iterator[Columns]:
    shared = _of_survey(source, survey) | {
        "question_id": f"{source.id}/{question.id}",
        "theme": question.theme,
        "indicator_id": question.indicator,
    }
    base = question.base.n
    if base is not None:
        counted = {
            "observation_id": f"{source.id}/{question.id}/base",
            "kind": "method",
            "label": f"Number of answers: {question.base.who}",
            "unit": "count",
        }
        yield from _mentions(source, base, shared | counted)
    n = _exact_count(base if base is not None else survey.respondents)
    if n is None or n != _exact_count(survey.respondents):
        # Where only a part of the respondents counts, how large that part is in the frame is unknown.
        frame = invited = None
    else:
        invited = _exact_count(survey.invited)
    for answer in question.answers:
        columns = shared | {
            "observation_id": f"{source.id}/{question.id}/{answer.id}",
            "kind": "answer",
            "label": answer.label,
            "unit": answer.unit,
            "original_label": answer.original,
            "left_out": answer.left_out,
            "net": answer.net,
            "choice": question.choice,
            "base_n": n,
            "base_assumed": None if n is None else base is None,
        }
        for mention in _mentions(source, answer, columns):
            yield mention | _statistics(mention, survey, frame, invited, source.language)


def _exact_count(quantity: Quantity) -> int | None:
    return int(quantity.value) if quantity.value is not None and quantity.precision == "exact" else None


def _observe_figure(source: Source, figure: Figure) -> Iterator[Columns]:
    for value in figure.values:
        columns = _of_source(source, value.period) | {
            "observation_id": f"{source.id}/{figure.id}/{value.id}",
            "kind": "figure",
            "theme": figure.theme,
            "indicator_id": figure.indicator,
            "label": f"{figure.label}: {value.label}" if value.label else figure.label,
            "unit": figure.unit,
            "no_interval_because": NOT_A_SHARE_OF_ANSWERS if figure.unit == "percent" else None,
            "price_level": figure.price_level,
            "cited_from": figure.cited_from,
            "original_label": figure.original,
        }
        for mention in _mentions(source, value, columns):
            notes = [note for note in (mention["note"], figure.note) if note]
            yield mention | {"note": " ".join(notes) or None}


def _mentions(source: Source, quantity: Quantity, columns: Columns) -> Iterator[Columns]:
    """Complete the columns of a number once for each place where the publication prints it."""
    first_id = columns["observation_id"]
    for printed in quantity.mentions.values():
        known = printed.value is not None
        mention = columns | {
            "value": printed.value,
            "precision": printed.precision if known else None,
            "origin": "stated" if known else None,
            "as_printed": printed.as_printed,
            "direction": printed.direction,
            "locator": locate(source, printed.at),
            "note": printed.note,
        }
        if isinstance(printed, Restatement):
            unit, label = printed.unit or columns["unit"], printed.label or columns["label"]
            mention |= {
                "observation_id": f"{first_id}/{printed.id}",
                "restates": first_id,
                "unit": unit,
                "label": label,
            }
        else:
            mention["missing"] = quantity.missing
        yield mention


def _statistics(answer: Columns, survey: Survey, frame: int | None, invited: int | None, language: str) -> Columns:
    """Compute head counts, interval and bounds of an answer's share, or give the reason why it has no interval."""
    value, n = answer["value"], answer["base_n"]
    if reason := _why_no_interval(answer, survey):
        return {"no_interval_because": reason}
    decimals = printed_decimals(answer["as_printed"] or "", value, language)
    counts = implied_counts(value, n, decimals)
    if not counts:
        reason = f"no whole number out of {n:,} answers gives this share, so the two do not fit together"
        return {"no_interval_because": reason}
    interval = share_interval(value, n, frame, decimals)
    read = None if frame is None else survey.whole_frame_read
    method = interval.method + (", read as all asked" if read else "")
    columns = {
        "frame_size": frame,
        "frame_read": read,
        "implied_count": counts[0] if len(counts) == 1 else None,
        "implied_count_low": counts[0],
        "implied_count_high": counts[-1],
        "ci_low": interval.low,
        "ci_high": interval.high,
        "ci_method": method if survey.weighted is False else f"{method}, weighting not told",
    }
    bound_n, bound_of = (frame, "frame") if frame is not None else (invited, "invited")
    if bound_n is None:
        return columns
    low, high = hard_bounds(counts[0], counts[-1], n, bound_n)
    return columns | {"bound_low": low, "bound_high": high, "bound_n": bound_n, "bound_of": bound_of}


def _why_no_interval(answer: Columns, survey: Survey) -> str | None:
    if answer["value"] is None:
        return "the publication gives no number"
    if answer["unit"] != "percent":
        return "the number is not a share"
    if answer["precision"] != "exact":
        return "the publication gives the share only in words or approximately"
    if answer["base_n"] is None:
        return "the number of answers is unknown"
    if survey.weighted:
        return "the answers are weighted and the effect of the weights on the uncertainty is not published"
    return None
