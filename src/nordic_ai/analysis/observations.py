"""Turn the records into observations: one row for each number, with everything that qualifies it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from nordic_ai.analysis.statistics import Interval, hard_bounds, implied_counts, round_outwards, share_interval
from nordic_ai.evidence.loading import Evidence
from nordic_ai.evidence.model import Answer, Figure, FigureValue, Question, Source, Survey
from nordic_ai.evidence.numerals import find_numerals
from nordic_ai.evidence.printed import Quantity, Restatement
from nordic_ai.evidence.values import MAIN_SUBJECT, MONEY_UNITS, line_range, period_bounds
from nordic_ai.evidence.vocabularies import Country


@dataclass(frozen=True, kw_only=True)
class Observation:
    """One number that a publication prints, or the place where one is missing.

    The fields, in this order, are the columns of observations.csv; `export/data_dictionary.yml` describes them for
    readers. None means unknown, or that it does not apply.
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
    """Units in the frame, where that is known and all of it was asked; the interval is then the exact one for it."""
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
    """The share of all `bound_n` if nobody who did not answer belongs to it, in per cent, rounded down."""
    bound_high: float | None = None
    """The share of all `bound_n` if everybody who did not answer belongs to it, in per cent, rounded up."""
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

    @property
    def share(self) -> float:
        """The share that a single head count gives; else the rounded one, as printed."""
        return self.value if self.implied_count is None else 100 * self.implied_count / self.base_n


NOT_A_SHARE_OF_ANSWERS = "it is not told as a share of answers"
"""Why a number that counts no answers to a question has no interval."""

Columns = dict[str, Any]

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
        observation.observation_id: observation
        for source in evidence.sources.values()
        for observation in _observe(source, evidence.countries[source.country])
    }


COUNTED = ("gaps", "mentions", "about surveys", "other subjects", "empty lines", "results")
"""What observations are counted as in totals of the report; each as the first of these that it is."""


def counted_as(observation: Observation) -> str:
    """Say as which of `COUNTED` an observation is counted.

    `gaps`: a number is missing; `mentions`: a number is printed again; `about surveys`: it says how a survey was made;
    `other subjects`: it is not about artificial intelligence; `empty lines`: the 0 of a budget in which nothing stands;
    `results`: every other, which is a number about artificial intelligence.
    """
    holds = (
        observation.value is None,
        observation.restates is not None,
        observation.kind == "method",
        observation.subject != MAIN_SUBJECT,
        observation.unit in MONEY_UNITS and observation.value == 0,
        True,
    )
    return COUNTED[holds.index(True)]


def frame_size(survey: Survey, country: Country) -> int | None:
    """Give the size of the frame, if it is known and all of it was asked; otherwise None."""
    frame = survey.known_frame(country)
    if frame is None or not survey.whole_frame_asked or survey.frame.precision != "exact":
        return None
    return int(frame)


def locate(source: Source, at: str | None) -> str | None:
    """Say where something stands: the place for readers of the publication, the line for those of the same text."""
    if at is None:
        return None
    begun = [place.title for place in source.places if place.line <= line_range(at)[0]] or [source.places[0].title]
    return f"{begun[-1]}, line{'s' if '-' in at else ''} {at.replace('-', '–')} of the text"


def printed_decimals(as_printed: str, value: float, language: str) -> int:
    """Count the decimals with which a value is printed.

    >>> printed_decimals("37,0 pct.", 37.0, "da")
    1
    """
    for match, values in find_numerals(as_printed, language):
        if value in values:
            # A point is a decimal mark only where the number is no whole one; else it groups thousands, as may a comma.
            decimals = re.search(r",(\d+)$" if value % 1 == 0 else r"[.,](\d+)$", match[0])
            return len(decimals[1]) if decimals and value == values[0] else 0
    return 0


def uncorrected_interval(observation: Observation) -> Interval:
    """Compute the interval of an observation that has one as if only a part of the frame had been asked."""
    return share_interval(observation.share, observation.base_n, None, decimals=9)


def _observe(source: Source, country: Country) -> Iterator[Observation]:
    for path, name, quantity in source.parts():
        if not isinstance(quantity, Quantity):
            continue
        record = getattr(source, path[0])[path[1]]
        if isinstance(record, Survey):
            columns = _of_survey(source, record) | _of_survey_number(record, name)
        elif isinstance(record, Question):
            survey = source.survey(record.survey)
            columns = _of_survey(source, survey) | _of_question(source, record, quantity)
        else:
            columns = _of_figure(record, quantity)
        for mention in _mentions(source, name, quantity, columns):
            if isinstance(quantity, Answer):
                mention |= _statistics(mention, source, survey, frame_size(survey, country))
            elif columns["unit"] == "percent":
                mention["no_interval_because"] = NOT_A_SHARE_OF_ANSWERS
            yield Observation(**mention)


def _of_survey(source: Source, survey: Survey) -> Columns:
    columns = {"survey_id": f"{source.id}/{survey.id}", "population": survey.population.text}
    return columns | _period(survey.field_period.period)


def _period(period: str | None) -> Columns:
    return dict(zip(("period_start", "period_end"), period_bounds(period), strict=True)) if period else {}


def _of_survey_number(survey: Survey, name: str) -> Columns:
    *groups, number = name.split("/")[1:]
    label, unit = _SURVEY_NUMBERS[number]
    columns = {"kind": "method", "label": label, "unit": unit}
    for group in (group for group in survey.groups if group.id in groups):
        columns |= {"label": f"{label}: {group.label}", "population": group.label, "original_label": group.original}
    return columns


def _of_question(source: Source, question: Question, quantity: Quantity) -> Columns:
    columns = {"question_id": f"{source.id}/{question.id}", "theme": question.theme, "indicator_id": question.indicator}
    if not isinstance(quantity, Answer):
        return columns | {"kind": "method", "label": f"Number of answers: {question.base.who}", "unit": "count"}
    own_base, survey = question.base.n, source.survey(question.survey)
    n = _exact_count(own_base or survey.respondents)
    columns |= {"kind": "answer", "original_label": quantity.original, "choice": question.choice}
    columns |= {"base_n": n, "base_assumed": None if n is None else own_base is None}
    return columns | quantity.model_dump(include={"label", "unit", "left_out", "net"})


def _exact_count(quantity: Quantity) -> int | None:
    return int(quantity.value) if quantity.value is not None and quantity.precision == "exact" else None


def _of_figure(figure: Figure, value: FigureValue) -> Columns:
    label = f"{figure.label}: {value.label}" if value.label else figure.label
    columns = {"kind": "figure", "indicator_id": figure.indicator, "label": label, "original_label": figure.original}
    columns |= figure.model_dump(include={"theme", "unit", "price_level", "cited_from", "note"})
    return columns | _period(value.period)


def _mentions(source: Source, name: str, quantity: Quantity, columns: Columns) -> Iterator[Columns]:
    """Complete the columns of a number once for each place where the publication prints it."""
    first_id = f"{source.id}/{name}"
    for printed in quantity.mentions.values():
        known = printed.value is not None
        mention = columns | printed.model_dump(include={"value", "as_printed", "direction"})
        mention |= {
            "observation_id": first_id,
            "source_id": source.id,
            "country": source.country,
            "subject": source.subject,
            "precision": printed.precision if known else None,
            "origin": "stated" if known else None,
            "locator": locate(source, printed.at),
            "note": " ".join(filter(None, (printed.note, columns.get("note")))) or None,
        }
        if isinstance(printed, Restatement):
            mention |= {"observation_id": f"{first_id}/{printed.id}", "restates": first_id}
            mention |= {"unit": printed.unit or columns["unit"], "label": printed.label or columns["label"]}
        else:
            mention["missing"] = quantity.missing
        yield mention


def _statistics(answer: Columns, source: Source, survey: Survey, frame: int | None) -> Columns:
    """Compute head counts, interval and bounds of an answer's share, or give the reason why it has no interval."""
    value, n = answer["value"], answer["base_n"]
    if reason := _why_no_interval(answer, survey):
        return {"no_interval_because": reason}
    invited = _exact_count(survey.invited)
    if n != _exact_count(survey.respondents):
        # Where only a part of the respondents counts, how large that part is in the frame is unknown.
        frame = invited = None
    decimals = printed_decimals(answer["as_printed"] or "", value, source.language)
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
    if bound_n is not None:
        low, high = round_outwards(*hard_bounds(counts[0], counts[-1], n, bound_n), 4)
        columns |= {"bound_low": low, "bound_high": high, "bound_n": bound_n, "bound_of": bound_of}
    return columns


def _why_no_interval(answer: Columns, survey: Survey) -> str | None:
    weighted = "the answers are weighted and the effect of the weights on the uncertainty is not published"
    reasons = {
        "the publication gives no number": answer["value"] is None,
        "the number is not a share": answer["unit"] != "percent",
        "the publication gives the share only in words or approximately": answer["precision"] != "exact",
        "the number of answers is unknown": answer["base_n"] is None,
        weighted: survey.weighted,
    }
    return next((reason for reason, holds in reasons.items() if holds), None)
