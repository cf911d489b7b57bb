"""Turn the records into observations: one row for each number, with everything that qualifies it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from nordic_ai.analysis.statistics import Interval, hard_bounds, implied_counts, round_outwards, share_interval
from nordic_ai.evidence.errors import KeyPath
from nordic_ai.evidence.languages import gettext_noop
from nordic_ai.evidence.loading import Evidence
from nordic_ai.evidence.model import Figure, FigureValue, Question, Source, Survey
from nordic_ai.evidence.numerals import printed_decimals
from nordic_ai.evidence.printed import Quantity, Restatement
from nordic_ai.evidence.values import MAIN_SUBJECT, currency_of, line_range, period_bounds
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
    """Whom the survey is about; for a figure, whom or what it is about."""
    base_n: int | None = None
    """Number of answers that the share is a share of."""
    label: str
    """What the number counts or measures, in English."""
    value: float | None = None
    """Our reading, in `unit`; shares in per cent (0-100)."""
    unit: str
    """Unit of the value."""
    precision: str | None = None
    """`exact`: as printed; `about`: in words or approximate; `bound`: a limit; `range`: from `value` to `value_to`."""
    origin: str | None = None
    """`stated` by the publication, or `computed` by this report."""
    as_printed: str | None = None
    """The characters that stand in the publication, in its language."""
    locator: str | None = None
    """Place in the publication, and line in its text where that was read."""
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
    """What it is about; numbers about different subjects never share a scale."""
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
    value_to: float | None = None
    """Upper end, where a range is printed; `value` is its lower end."""
    not_seen: bool | None = None
    """Whether `missing` speaks of what was read, and not of what the publication prints."""
    reading: str
    """How much of the publication was read: `whole`, or `in part`."""
    reading_part: str | None = None
    """Which part that is, where not the whole was read."""
    reading_via: str
    """What was read: the `original`, a `copy` of it, or a `press item` that tells of it."""
    base_who: str | None = None
    """Who is counted in the share, for answers."""
    base_is_part: bool | None = None
    """Whether these are a part of those who answered the survey, for answers."""
    group_id: str | None = None
    """Group of its question whose answer this is."""
    group: str | None = None
    """What that group is."""
    answers_for: str | None = None
    """What one answer stands for."""
    municipal: str | None = None
    """Whether those who are counted are municipalities or work for one: `only`, `among others`, `none`, `not told`."""
    scale_low: float | None = None
    """Lower end of the scale, for a mean."""
    scale_high: float | None = None
    """Upper end of the scale, for a mean."""
    period_note: str | None = None
    """What a reader must know about the time for which the number holds."""

    @property
    def belongs_to(self) -> str:
        """Id of the question, figure or survey that it is a number of."""
        return "/".join(self.observation_id.split("/")[:2])

    @property
    def share(self) -> float:
        """The share that a single head count gives; else the rounded one, as printed."""
        return self.value if self.implied_count is None else 100 * self.implied_count / self.base_n


NOT_A_SHARE_OF_ANSWERS = gettext_noop("it is not told as a share of answers")
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
        for observation in _observe(source, evidence.countries)
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
        observation.value == 0 and currency_of(observation.unit) is not None,
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
    if source.text is None:
        return "no text of it is kept"
    if at is None:
        return None
    begun = [place.title for place in source.places if place.line <= line_range(at)[0]] or [source.places[0].title]
    if source.text.kind == "notes":  # which readers cannot see
        return begun[-1]
    return f"{begun[-1]}, line{'s' if '-' in at else ''} {at.replace('-', '–')} of the text"


def uncorrected_interval(observation: Observation) -> Interval:
    """Compute the interval of an observation that has one as if only a part of the frame had been asked."""
    return share_interval(observation.share, observation.base_n, None, decimals=9)


def _observe(source: Source, countries: Mapping[str, Country]) -> Iterator[Observation]:
    for path, name, quantity in source.parts():
        if not isinstance(quantity, Quantity) or not getattr(quantity, "tells_total", True):
            continue
        record = getattr(source, path[0])[path[1]]
        if isinstance(record, Survey):
            columns = _of_survey(source, record) | _of_survey_number(record, name)
        elif isinstance(record, Question):
            survey = source.survey(record.survey)
            columns = _of_survey(source, survey) | _of_question(source, record, path)
        else:
            columns = _of_figure(record, quantity)
        columns |= {"subject": source.subject_of(record), "country": source.country_of(record)}
        for mention in _mentions(source, name, quantity, columns):
            if mention["kind"] == "answer":
                mention |= _statistics(mention, source, survey, frame_size(survey, countries[columns["country"]]))
            elif columns["unit"] == "percent":
                mention["no_interval_because"] = NOT_A_SHARE_OF_ANSWERS
            yield Observation(**mention)


def _of_survey(source: Source, survey: Survey) -> Columns:
    columns = {"survey_id": f"{source.id}/{survey.id}", "population": survey.population.text}
    columns |= {"answers_for": survey.answers_for, "municipal": survey.municipal}
    return columns | {"period_note": survey.field_period.note} | _period(survey.field_period.period)


def _period(period: str | None) -> Columns:
    return dict(zip(("period_start", "period_end"), period_bounds(period), strict=True)) if period else {}


def _of_survey_number(survey: Survey, name: str) -> Columns:
    *groups, number = name.split("/")[1:]
    label, unit = _SURVEY_NUMBERS[number]
    columns = {"kind": "method", "label": label, "unit": unit}
    for group in (group for group in survey.groups if group.id in groups):
        columns |= {"label": f"{label}: {group.label}", "population": group.label, "original_label": group.original}
    return columns


def _of_question(source: Source, question: Question, path: KeyPath) -> Columns:
    """Give what qualifies a number of a question: the base of all or of a group, or an answer of either."""
    columns = {"question_id": f"{source.id}/{question.id}", "theme": question.theme, "indicator_id": question.indicator}
    columns |= {"base_who": question.base.who, "answers_for": source.answers_for(question), "note": question.note}
    answer = question.answers[path[3]] if path[2] == "answers" else None
    group = question.groups[path[3]] if path[2] == "groups" else None
    if answer and path[4:]:
        group = next(group for group in question.groups if group.id == answer.by_group[path[5]].id)
    if group:
        columns |= {"group_id": f"{source.id}/{question.id}/{group.id}", "group": group.label}
        columns["base_who"] = f"{question.base.who} ({group.label})"
        columns |= {"municipal": group.municipal} if group.municipal else {}
    if answer is None:
        return columns | {"kind": "method", "label": f"Number of answers: {columns['base_who']}", "unit": "count"}
    printed, otherwise = source.bases(question, group)
    n = _exact_count(printed or otherwise) if printed or otherwise else None
    columns |= {"kind": "answer", "original_label": answer.original, "choice": question.choice}
    columns["base_is_part"] = group is not None or not source.counts_all(question)
    columns |= {"base_n": n, "base_assumed": None if n is None else printed is None}
    columns |= answer.model_dump(include={"label", "unit", "left_out", "net"}) | _ends(question)
    return columns | ({"label": f"{answer.label}: {group.label}"} if group else {})


def _exact_count(quantity: Quantity) -> int | None:
    return int(quantity.value) if quantity.value is not None and quantity.precision == "exact" else None


def _of_figure(figure: Figure, value: FigureValue) -> Columns:
    label = f"{figure.label}: {value.label}" if value.label else figure.label
    columns = {"kind": "figure", "indicator_id": figure.indicator, "label": label, "original_label": figure.original}
    columns["population"] = figure.scope
    columns |= figure.model_dump(include={"theme", "unit", "price_level", "cited_from", "note"})
    return columns | _ends(figure) | _period(value.period)


def _ends(record: Question | Figure) -> Columns:
    return {"scale_low": record.scale.low, "scale_high": record.scale.high} if record.scale else {}


def _mentions(source: Source, name: str, quantity: Quantity, columns: Columns) -> Iterator[Columns]:
    """Complete the columns of a number once for each place where the publication prints it."""
    first_id = f"{source.id}/{name}"
    for printed in quantity.mentions.values():
        known = printed.value is not None
        mention = columns | printed.model_dump(include={"value", "as_printed", "direction"}) | {"value_to": printed.to}
        mention |= {
            "observation_id": first_id,
            "source_id": source.id,
            "reading": source.reading.extent,
            "reading_part": source.reading.part,
            "reading_via": source.reading.via,
            "precision": printed.precision if known else None,
            "origin": "stated" if known else None,
            "locator": locate(source, printed.at),
            "note": " ".join(filter(None, (printed.note, columns.get("note")))) or None,
        }
        if isinstance(printed, Restatement):
            mention |= {"observation_id": f"{first_id}/{printed.id}", "restates": first_id}
            mention |= {"unit": printed.unit or columns["unit"], "label": printed.label or columns["label"]}
        else:
            mention |= {"missing": quantity.why_unknown, "not_seen": None if known else quantity.not_seen is not None}
        yield mention


def _statistics(answer: Columns, source: Source, survey: Survey, frame: int | None) -> Columns:
    """Compute head counts, interval and bounds of an answer's share, or give the reason why it has no interval."""
    value, n = answer["value"], answer["base_n"]
    if reason := _why_no_interval(answer, survey):
        return {"no_interval_because": reason}
    invited = _exact_count(survey.invited)
    if answer.get("group_id") or n != _exact_count(survey.respondents):
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
    weighted = gettext_noop(
        "the answers are weighted and the effect of the weights on the uncertainty is not published"
    )
    reasons = {
        gettext_noop("what was read gives no number"): answer.get("not_seen"),
        gettext_noop("the publication gives no number"): answer["value"] is None,
        gettext_noop("the number is not a share"): answer["unit"] != "percent",
        gettext_noop("the publication gives the share only as a range"): answer["precision"] == "range",
        gettext_noop("the publication gives the share only in words or approximately"): answer["precision"] != "exact",
        gettext_noop("the number of answers is unknown"): answer["base_n"] is None,
        weighted: survey.weighted,
    }
    return next((reason for reason, holds in reasons.items() if holds), None)
