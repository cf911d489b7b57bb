"""Define what the record of a survey may hold: how it was made, its questions, and the answers of all or of groups."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, Literal

from pydantic import Field, model_validator

from nordic_ai.evidence.errors import KeyPath, Violations
from nordic_ai.evidence.printed import Count, Dated, Fact, HeadCount, Located, Quantity
from nordic_ai.evidence.values import MEAN, EvidencePath, Id, Lines, Record, Subject, Text, Theme
from nordic_ai.evidence.vocabularies import Country

AnswersFor = Literal["the respondent", "the workplace", "the municipality", "the organisation", "not told"]
Municipal = Literal["only", "among others", "none", "not told"]
"""Whether those who are counted are municipalities, or work for one."""

METHOD_FIELDS = (
    "population", "respondent_role", "whole_frame_asked", "frame", "invited", "respondents", "response_rate",
    "margin_of_error", "field_period", "mode", "weighting",
)  # fmt: skip
"""What may be left out where a survey says once why it was not seen."""

# Rounding to whole per cents can add or remove half a percentage point for each category.
_ROUNDING = 0.5


def _of_response(response: "Survey | Group", *names: str) -> Violations:
    """Require that none of the named sizes exceeds the next, and that the response rate is a share."""
    sizes = [(name, value) for name in names if (value := getattr(response, name).value) is not None]
    for (smaller, fewer), (larger, more) in pairwise(sizes):
        if fewer > more:
            message = f"{smaller} ({fewer:g}) cannot exceed {larger} ({more:g}); check both in the publication"
            yield (smaller, "value"), message
    yield from response.response_rate.shares_out_of_range("percent", "response_rate")


class Group(Record):
    """Survey response for one group of those asked, as printed."""

    id: Id
    label: Text
    original: Text | None = None
    at: Lines | None = None
    invited: HeadCount
    respondents: Count
    response_rate: Quantity

    def _violations(self) -> Violations:
        return _of_response(self, "respondents", "invited")


class Survey(Record):
    """One wave of one survey: who was asked, how many answered, when and how."""

    id: Id
    title: Text
    country: str | None = None
    """The country in which it was made, if that is not the publication's."""
    population: Fact
    """Whom the survey is about."""
    respondent_role: Fact
    """Who answered: chief executives, councillors, a contact person."""
    answers_for: AnswersFor
    """What one answer stands for: a respondent's own doings, the respondent's workplace, the whole organisation."""
    municipal: Municipal = "not told"
    """Whether those who answered are municipalities, or work for one."""
    not_seen: Text | None = None
    """Why what is left out below is unknown, said once, if only a part of the publication was read."""
    whole_frame_asked: bool | None
    """Whether every unit of the frame was invited; null where the publication does not say."""
    whole_frame_read: bool = False
    """Whether that is our reading and not stated; intervals and numbers of answers then mention it."""
    frame_reference: Literal["municipalities"] | None = None
    """Which total in countries.yml is the frame size, if the publication prints none."""
    frame: HeadCount
    """How many units the survey is about."""
    invited: HeadCount
    """How many were asked."""
    respondents: HeadCount
    """How many answered."""
    response_rate: Quantity
    """In per cent, as printed; it is not computed here."""
    margin_of_error: Quantity
    """In percentage points, as printed."""
    largest_weight: Quantity | None = None
    field_period: Dated
    """When the answers were collected."""
    mode: Fact
    """How the answers were collected: on the web, by telephone."""
    weighting: Fact
    """Whether and how answers were weighted."""
    weighted: bool | None = None
    """Whether the printed shares are weighted; then no head counts follow from them. Null where unknown."""
    groups: list[Group] = []
    """Those who answered by kind, where the publication prints how many of each were asked or answered."""

    @model_validator(mode="before")
    @classmethod
    def _say_once_what_was_not_seen(cls, data: Any) -> Any:
        if isinstance(data, dict) and "not_seen" in data:
            reason = data["not_seen"] if isinstance(data["not_seen"], str) and data["not_seen"] else "?"
            return dict.fromkeys(METHOD_FIELDS, {"not_seen": reason}) | {"whole_frame_asked": None} | data
        return data

    def _violations(self) -> Violations:
        yield from _of_response(self, "respondents", "invited", "frame")
        if "not_seen" in self.model_fields_set and self.not_seen is None:
            yield ("not_seen",), "`not_seen` is empty; fill it in or leave the field out"
        if self.whole_frame_read and not self.whole_frame_asked:
            yield ("whole_frame_read",), "goes with `whole_frame_asked: true`, and only with it; change one"
        if self.frame_reference and self.frame.value is not None:
            yield ("frame_reference",), "is only for a frame that the publication does not print; remove it"

    def known_frame(self, country: Country) -> float | None:
        """Give the size of the frame: as printed, else the country's total if the survey refers to it."""
        if self.frame.value is not None:
            return self.frame.value
        return country.municipalities if self.frame_reference else None


class Scale(Record):
    """The ends of a scale of numbers from which answers were chosen."""

    low: float
    high: float
    low_means: Text | None = None
    """What its lower end stands for, as in "not at all"."""
    high_means: Text | None = None

    def _violations(self) -> Violations:
        if self.low >= self.high:
            yield ("high",), f"a scale from {self.low:g} to {self.high:g} has its ends swapped"


def means_within(scale: Scale | None, means: Mapping[KeyPath, Quantity]) -> Violations:
    """Require the ends of the scale for means, and that each, given with its path, lies between them."""
    if means and scale is None:
        yield ("scale",), "is missing; a mean needs the ends of its scale, as in {low: 1, high: 5}"
    for path, mean in means.items() if scale else ():
        if mean.value is not None and not scale.low <= mean.value <= scale.high:
            message = f"a mean on a scale from {scale.low:g} to {scale.high:g} lies between them, not at {mean.value:g}"
            yield (*path, "value"), message


class GroupAnswer(Quantity):
    """The share (or number) of one group that chose an answer."""

    id: Id
    """A group of the question."""


class Answer(Quantity):
    """One answer category with the share (or number) that chose it, of all or of each group."""

    id: Id
    label: Text
    original: Text | None = None
    """The label in the original language: words, not sentences."""
    original_at: Lines | None = None
    """Where the label is printed, if not next to the number."""
    corresponds_to: str | None = None
    """The choice of the question's topic that says the same of the reader's own municipality."""
    unit: Literal["percent", "count", "mean of a scale"] = "percent"
    net: bool = False
    """Whether it sums up other categories, so that it does not add to them."""
    left_out: bool = False
    """Whether the publication leaves the category out of its chart."""
    by_group: list[GroupAnswer] = []
    """What each group of the question answered; with it, `value` (of all together) may be left out."""

    @property
    def tells_total(self) -> bool:
        """Whether it gives a number of all together, or a reason why there is none."""
        return self.value is not None or self.why_unknown is not None

    def shares(self, group: str | None = None) -> Iterator[Quantity]:
        """Yield the number of all together, or that of a group, if it is told."""
        if group is None and self.tells_total:
            yield self
        yield from (one for one in self.by_group if one.id == group)

    def _violations(self) -> Violations:
        if self.tells_total or not self.by_group:
            yield from super()._violations()
        rows = [((), self), *((("by_group", index), one) for index, one in enumerate(self.by_group))]
        for path, one in rows:
            yield from one.shares_out_of_range(self.unit, *path)
            if self.unit == "count" and one.value is not None and (one.value < 0 or one.value % 1):
                yield (*path, "value"), f"a number of answers is a whole number, not {one.value:g}"


class Subgroup(Record):
    """A group of those who answered a question, whose answers are printed by themselves."""

    id: Id
    label: Text
    original: Text | None = None
    municipal: Municipal | None = None
    """Whether its members are municipalities, or work for one, if that differs from the rest of the survey."""
    n: HeadCount | None = None
    """Number of its answers. If it is left out, the group of the survey with this id tells it, or it is unknown."""


class Base(Record):
    """Who is counted in a question's shares."""

    who: Text
    n: HeadCount | None = None
    """Number of answers to this question as printed with it. Leave it out if every respondent of the survey
    counts and the publication prints no separate number; give `missing` if it is a part of unknown size."""


class Question(Located):
    """A question of a survey with its answers."""

    id: Id
    survey: Id
    """The survey above in which it was asked."""
    theme: Theme
    indicator: str | None = None
    """What it measures, if it can be compared with others: an indicator in data/indicators.yml."""
    topic: str | None = None
    """A topic of data/municipality.yml, if readers can set their own municipality beside its answers."""
    subject: Subject | None = None
    """What it is about, if that is not what the publication is about."""
    english: Text
    """The question in English, in our words."""
    original: Text | None = None
    """The question as printed, on the line of `at`; a question is short enough to be quoted whole."""
    wording: Literal["printed", "inferred"]
    """Whether the publication prints the question, or we infer it from how the answers are described."""
    choice: Literal["single", "multiple", "scale", "battery"]
    """`scale` is one choice on an ordered scale; a `battery` reports one share for each of several items."""
    base: Base
    """Who is counted in its shares."""
    scale: Scale | None = None
    """The ends of its scale, if answers are told as a mean."""
    groups: list[Subgroup] = []
    """Groups whose answers are printed by themselves, under `by_group` of each answer."""
    answers_for: AnswersFor | None = None
    """What one answer to this question stands for, if that differs from the rest of the survey."""
    repeats: EvidencePath | None = None
    """The question of an earlier wave that this one repeats: its id, in another publication's file after that one's."""
    answers: list[Answer] = Field(min_length=1)
    note: Text | None = None

    def _violations(self) -> Violations:
        if self.original and self.wording != "printed":
            yield ("original",), "goes with `wording: printed`; leave it out where the question is inferred"
        groups = {group.id for group in self.groups}
        for index, answer in enumerate(self.answers):
            for place, one in enumerate(answer.by_group):
                if one.id not in groups:
                    known = f"it has {', '.join(sorted(groups))}" if groups else "it has none"
                    message = f"the question has no group `{one.id}` ({known}); correct it, or add it under `groups`"
                    yield ("answers", index, "by_group", place, "id"), message
        for group in (None, *(group.id for group in self.groups)) if self.choice in ("single", "scale") else ():
            told = [one for a in self.answers if not a.net and a.unit == "percent" for one in a.shares(group)]
            shares = [one.value for one in told if one.value is not None]
            if sum(shares) > 100 + _ROUNDING * len(shares):
                total = f"answers to a {self.choice}-choice question come to {sum(shares):g} per cent together"
                of_whom = f" in the group `{group}`" if group else ""
                advice = "correct a value, or mark a category that sums up others with `net: true`"
                yield ("answers",), f"{total}{of_whom}; {advice}"
        means = {("answers", i): answer for i, answer in enumerate(self.answers) if answer.unit == MEAN}
        of_groups = {(*path, "by_group", i): one for path, a in means.items() for i, one in enumerate(a.by_group)}
        yield from means_within(self.scale, means | of_groups)
        if self.repeats == self.id:
            yield ("repeats",), "a question cannot repeat itself; name the question of the earlier wave"

    @property
    def title(self) -> str:
        """The question in English, marked where it is not the publication's own."""
        return self.english if self.wording == "printed" else f"{self.english} (question inferred, not printed)"
