"""Define what a publication's record may hold: the evidence model, as pydantic models.

Field names follow DDI (studies, questions, response) and SDMX (observations) where those have a term.
Rules that span several fields are checked here too, so that a record that exists is a record that holds.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from nordic_ai.errors import KeyPath
from nordic_ai.numerals import find_numerals

Theme = Literal["strategy", "competence", "barriers", "collaboration", "gains"]
Subject = Literal["artificial intelligence", "digitalisation"]
Precision = Literal["exact", "about", "bound"]
Language = Literal["da", "nb", "nn", "sv", "fi", "is", "en"]
Unit = Literal[
    "percent",
    "percentage points",
    "count",
    "thousand DKK",
    "million DKK",
    "billion SEK",
    "full-time equivalents",
    "weight",
    "years",
]
MONEY_UNITS = frozenset({"thousand DKK", "million DKK", "billion SEK"})

# Half a percentage point a category is what whole per cents can lose or gain in rounding.
_ROUNDING = 0.5


def refuse(*problems: tuple[KeyPath, str]) -> None:
    """Raise one validation error that carries any number of problems, each with its path below the model.

    Parameters
    ----------
    *problems
        Pairs of a path relative to the model being validated and a sentence; none means that all is well.
    """
    if problems:
        raise PydanticCustomError("rule", "{first}", {"first": problems[0][1], "problems": problems})


def _known(kind: str, plural: str) -> AfterValidator:
    """Check a word against a vocabulary kept in data/, handed in as validation context."""

    def check(value: str, info: ValidationInfo) -> str:
        vocabulary = (info.context or {}).get(plural)
        if vocabulary is not None and value not in vocabulary:
            raise PydanticCustomError(
                "vocabulary",
                "unknown {kind} `{value}`; data/{plural}.yml knows {known}",
                {"kind": kind, "value": value, "plural": plural, "known": ", ".join(sorted(vocabulary))},
            )
        return value

    return AfterValidator(check)


def period_bounds(text: str) -> tuple[date, date]:
    """Read a period: its first and last day.

    Parameters
    ----------
    text
        `2026`, `2024-Q4`, `2024-02` or `2025-02-28`.

    Raises
    ------
    ValueError
        If the text is none of these, or no such day exists.

    Examples
    --------
    >>> period_bounds("2024-Q4")
    (datetime.date(2024, 10, 1), datetime.date(2024, 12, 31))
    """
    match = re.fullmatch(r"(\d{4})(?:-(?:Q([1-4])|(\d\d)(?:-(\d\d))?))?", text)
    if not match:
        raise ValueError(f"`{text}` is no period; write a year, 2024-Q4, 2024-02 or 2024-02-28")
    year, quarter, month, day = (int(group) if group else None for group in match.groups())
    try:
        if day:
            return date(year, month, day), date(year, month, day)
        first, months = (3 * quarter - 2, 3) if quarter else (month, 1) if month else (1, 12)
        after = first + months
        last = (date(year + 1, 1, 1) if after > 12 else date(year, after, 1)) - timedelta(days=1)
        return date(year, first, 1), last
    except ValueError:
        raise ValueError(f"`{text}` is no date; there is no such day or month") from None


def line_range(text: str | int) -> tuple[int, int]:
    """Read a place in the text that was read: first and last line, from `166` or `"23-25"`."""
    match = re.fullmatch(r"([1-9]\d*)(?:-([1-9]\d*))?", str(text))
    if not match or int(match[2] or match[1]) < int(match[1]):
        raise ValueError(f'`{text}` is no line or range of lines; write 166 or "23-25"')
    return int(match[1]), int(match[2] or match[1])


def _checked_with(reader: Any) -> AfterValidator:
    """Keep the text as it was written, but refuse it where `reader` cannot read it."""

    def check(value: str) -> str:
        try:
            reader(value)
        except ValueError as error:
            raise PydanticCustomError("form", "{message}", {"message": str(error)}) from None
        return value

    return AfterValidator(check)


Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
EvidencePath = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(/[a-z0-9-]+)*$")]
Period = Annotated[str, _checked_with(period_bounds)]
Lines = Annotated[
    str,
    BeforeValidator(lambda at: str(at) if type(at) is int else at),
    _checked_with(line_range),
    WithJsonSchema({"type": ["integer", "string"], "description": 'A line, or first-last line: 166 or "23-25".'}),
]
CountryCode = Annotated[str, _known("country", "countries")]
IndicatorId = Annotated[str, _known("indicator", "indicators")]


class Record(BaseModel):
    """What all parts of the record share: no unknown fields, no silent conversions, no later changes."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True)


class Located(Record):
    """Something that stands at a place in the text that was read."""

    at: Lines | None = None
    """Line, or first-last line, in the text whose checksum the source gives."""


class Fact(Located):
    """A fact in words, or the reason why the publication does not tell it."""

    text: Text | None = None
    """The fact, in our own English words."""
    as_printed: Text | None = None
    """A few words of the publication that show the place."""
    missing: Text | None = None
    """Why the fact is unknown."""

    @model_validator(mode="after")
    def _stated_or_missing(self) -> Self:
        if (self.text is None) == (self.missing is None):
            refuse(((), "give either `text` or, where the publication does not tell, `missing` with the reason"))
        if self.text is not None and self.at is None:
            refuse((("at",), "the field `at` is missing; give the line where the publication says so"))
        return self


class Dated(Located):
    """When something happened, as exactly as the publication tells, or why that is unknown."""

    period: Period | None = None
    """`2024`, `2024-Q4`, `2024-02` or `2024-02-28`."""
    as_printed: Text | None = None
    missing: Text | None = None
    """Why the date is unknown."""
    note: Text | None = None

    @model_validator(mode="after")
    def _dated_or_missing(self) -> Self:
        if (self.period is None) == (self.missing is None):
            refuse(((), "give either `period` or, where the publication does not tell, `missing` with the reason"))
        return self


class Printed(Located):
    """A number at one place of a publication: our reading, and the characters that stand there."""

    value: float | None = None
    """Our reading. A share is in per cent (0-100). Empty where the number is missing."""
    as_printed: Text | None = None
    """Exactly what stands in the publication, unit included where it stands beside the number."""
    precision: Precision = "exact"
    """`exact` as printed; `about` ("around a third"); `bound` ("more than 300")."""
    direction: Literal["above", "below"] | None = None
    """With `bound`: on which side of the value the truth lies."""
    note: Text | None = None
    """What a reader must know about this number."""


class Restatement(Printed):
    """A further place where the publication prints the same quantity, the same or not."""

    id: Id
    value: float
    as_printed: Text
    at: Lines
    unit: Unit | None = None
    """Where it differs from the first mention's unit."""
    label: Text | None = None
    """Where it is told as something else, as a saving instead of a change in expenditure."""


class Quantity(Printed):
    """A number with all its mentions, or the reason why there is none."""

    missing: Text | None = None
    """Why there is no number: category left out, chart lost, cell empty, not stated."""
    also: list[Restatement] = []
    """The other places where the publication prints this quantity."""

    @model_validator(mode="after")
    def _number_or_missing(self) -> Self:
        problems: list[tuple[KeyPath, str]] = []
        if (self.value is None) == (self.missing is None):
            problems.append(((), "give either `value` or, where there is no number, `missing` with the reason"))
        if self.value is not None:
            for name in ("as_printed", "at"):
                if getattr(self, name) is None:
                    problems.append(
                        ((name,), f"the field `{name}` is missing; a value needs what is printed and where")
                    )
        problems.extend(_repeated_ids((("also", i), m.id) for i, m in enumerate(self.also)))
        for path, mention in [((), self), *((("also", i), m) for i, m in enumerate(self.also))]:
            if (mention.precision == "bound") != (mention.direction is not None):
                problems.append(
                    ((*path, "direction"), "`direction` (above or below) goes with precision `bound`, and only with it")
                )
        refuse(*problems)
        return self


class Place(Record):
    """A part of the publication that readers can find: a section, a table, a page."""

    line: int = Field(ge=1)
    """Its first line in the text that was read; it ends where the next place begins."""
    title: Text
    """What to look for, in our own words where the heading is a sentence."""


class Group(Record):
    """Survey response for one group of those asked, as printed."""

    id: Id
    label: Text
    original: Text | None = None
    at: Lines | None = None
    invited: Quantity
    respondents: Quantity
    response_rate: Quantity


class Survey(Record):
    """One wave of one survey: who was asked, how many answered, when and how."""

    id: Id
    title: Text
    population: Fact
    respondent_role: Fact
    answers_for: Literal["the respondent", "the municipality", "the organisation", "not told"]
    """What one answer stands for."""
    whole_frame_asked: bool | None
    """Whether every unit of the frame was invited; null where the publication does not say."""
    frame_reference: Literal["municipalities"] | None = None
    """Which total in countries.yml is the frame size, where the publication prints none."""
    frame: Quantity
    invited: Quantity
    respondents: Quantity
    response_rate: Quantity
    margin_of_error: Quantity
    largest_weight: Quantity | None = None
    field_period: Dated
    mode: Fact
    weighting: Fact
    weighted: bool | None = None
    """Whether the printed shares are weighted; then no head counts can be had from them. Null where unknown."""
    groups: list[Group] = []

    @model_validator(mode="after")
    def _counts_nest(self) -> Self:
        problems = list(_counts_problems(self, ()))
        for index, group in enumerate(self.groups):
            problems.extend(_counts_problems(group, ("groups", index)))
        problems.extend(_repeated_ids((("groups", i), g.id) for i, g in enumerate(self.groups)))
        if self.frame_reference and self.frame.value is not None:
            problems.append(
                (("frame_reference",), "is only for a frame that the publication does not print; remove it")
            )
        refuse(*problems)
        return self

    def quantities(self) -> Iterator[tuple[KeyPath, str, Quantity]]:
        """Yield every number about the survey with its path, its name in the id, and itself."""
        for name in ("frame", "invited", "respondents", "response_rate", "margin_of_error", "largest_weight"):
            quantity = getattr(self, name)
            if quantity is not None:
                yield (name,), name.replace("_", "-"), quantity
        for index, group in enumerate(self.groups):
            for name in ("invited", "respondents", "response_rate"):
                yield ("groups", index, name), f"{group.id}/{name.replace('_', '-')}", getattr(group, name)


class Answer(Quantity):
    """One answer category with the share (or number) that chose it."""

    id: Id
    label: Text
    original: Text | None = None
    """The label in the original language: words, not sentences."""
    original_at: Lines | None = None
    """Where the label stands, if not beside the number."""
    unit: Literal["percent", "count"] = "percent"
    net: bool = False
    """Whether it sums up other categories, so that it does not add to them."""
    left_out: bool = False
    """Whether the publication leaves the category out of its chart."""


class Base(Record):
    """Who is counted in a question's shares."""

    who: Text
    n: Quantity | None = None
    """Number of answers to this question as printed with it. Leave it out where every respondent of the survey
    counts and the publication prints no number of its own; give `missing` where it is a part of unknown size."""


class Question(Located):
    """A question of a survey with its answers."""

    id: Id
    survey: Id
    theme: Theme
    indicator: IndicatorId
    english: Text
    """The question paraphrased in English."""
    wording: Literal["printed", "inferred"]
    """Whether the publication prints the question, or we infer it from how the answers are told."""
    choice: Literal["single", "multiple", "scale", "battery"]
    """`scale` is one choice on an ordered scale; a `battery` reports one share for each of several items."""
    base: Base
    repeats: Id | None = None
    """The question of an earlier wave that this one repeats."""
    answers: list[Answer] = Field(min_length=1)
    note: Text | None = None

    @model_validator(mode="after")
    def _shares_add_up(self) -> Self:
        problems: list[tuple[KeyPath, str]] = []
        problems.extend(_repeated_ids((("answers", i), a.id) for i, a in enumerate(self.answers)))
        for index, answer in enumerate(self.answers):
            for path, number in _mentions(answer, ("answers", index)):
                unit = getattr(number, "unit", None) or answer.unit
                if unit == "percent" and number.value is not None and not 0 <= number.value <= 100:
                    problems.append(
                        ((*path, "value"), f"a share lies between 0 and 100 per cent, not {number.value:g}")
                    )
        if self.choice in ("single", "scale"):
            counted = [a for a in self.answers if a.value is not None and not a.net and a.unit == "percent"]
            total = sum(a.value for a in counted)
            if total > 100 + _ROUNDING * len(counted):
                problems.append(
                    (
                        ("answers",),
                        f"answers to a {self.choice}-choice question come to {total:g} per cent together; "
                        "correct a value, or mark a category that sums up others with `net: true`",
                    )
                )
        if self.base.n is not None and self.base.n.value is not None and self.base.n.value < 1:
            problems.append((("base", "n", "value"), "the base must be at least 1"))
        refuse(*problems)
        return self


class FigureValue(Quantity):
    """One number of a figure: a year of a budget line, or the only one there is."""

    id: Id
    label: Text | None = None
    period: Period | None = None


class Figure(Record):
    """A number, or a row of them, that is no survey answer."""

    id: Id
    theme: Theme | None = None
    indicator: IndicatorId | None = None
    label: Text
    original: Text | None = None
    unit: Unit
    price_level: int | None = Field(default=None, ge=1900, le=2100)
    """Year of the prices, for money."""
    cited_from: Text | None = None
    """Whom the publication itself cites for it."""
    values: list[FigureValue] = Field(min_length=1)
    note: Text | None = None

    @model_validator(mode="after")
    def _values_fit_the_unit(self) -> Self:
        problems: list[tuple[KeyPath, str]] = []
        problems.extend(_repeated_ids((("values", i), v.id) for i, v in enumerate(self.values)))
        for index, value in enumerate(self.values):
            for path, number in _mentions(value, ("values", index)):
                unit = getattr(number, "unit", None) or self.unit
                if unit == "percent" and number.value is not None and not 0 <= number.value <= 100:
                    problems.append(
                        ((*path, "value"), f"a share lies between 0 and 100 per cent, not {number.value:g}")
                    )
        if self.price_level is not None and self.unit not in MONEY_UNITS:
            problems.append((("price_level",), f"a price level goes with money, not with {self.unit}"))
        refuse(*problems)
        return self


class ListItem(Located):
    """One entry of an enumeration."""

    id: Id
    label: Text
    as_printed: Text
    """A few words of the entry as printed, to find it by."""
    at: Lines


class Enumeration(Record):
    """Things that the publication enumerates: barriers, possible gains, recommendations."""

    id: Id
    theme: Theme | None = None
    title: Text
    ordered: bool
    """Whether the publication numbers or ranks the entries."""
    items: list[ListItem] = Field(min_length=1)
    note: Text | None = None

    @model_validator(mode="after")
    def _items_differ(self) -> Self:
        refuse(*_repeated_ids((("items", i), item.id) for i, item in enumerate(self.items)))
        return self


class Statement(Located):
    """A finding without a number, in our own English words."""

    id: Id
    theme: Theme | None = None
    text: Text
    as_printed: Text | None = None
    """A few words of the publication, to find the place by."""
    at: Lines


class Chart(Located):
    """A chart or table of the publication, and what of it is left in the text."""

    id: Id
    title: Text
    original_number: Text | None = None
    """Its number in the publication, where it has one (`Tabell 3`)."""
    at: Lines
    shows: list[Id] = []
    """The questions, figures or surveys that it shows."""
    missing: Text | None = None
    """What of it did not survive."""


class Note(Record):
    """What a careful reader noticed."""

    id: Id
    kind: Literal["contradiction", "shifted definition", "rounding", "ambiguity", "gap", "context"]
    text: Text
    about: list[EvidencePath] = []
    """Ids of what it is about, without the source's own id in front."""


class NotEvidence(Located):
    """A number in the text that is no evidence, and why."""

    text: Text | None = None
    """The characters; without `at`, wherever they stand. Left out: every number on the line (a phone number)."""
    reason: Text

    @model_validator(mode="after")
    def _says_where(self) -> Self:
        if self.text is None and self.at is None:
            refuse(((), "give `text`, `at`, or both"))
        return self


class Title(Record):
    """A publication's title in its own language and in English."""

    original: Text
    english: Text


class TextRead(Record):
    """The text that was read, so that another reader can check that it is the same."""

    file: Text
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    note: Text | None = None


class Source(Record):
    """One publication with everything that it says."""

    id: Id
    title: Title
    publisher: Text
    prepared_by: Text | None = None
    """Who did the work, where it is not the publisher."""
    commissioned_by: Text | None = None
    kind: Literal["survey article", "survey report", "analysis note", "budget proposal", "web page", "report"]
    subject: Subject
    """What it is about; nothing with another subject can share a scale with it."""
    language: Language
    country: CountryCode
    published: Dated
    reuse: Fact
    """What the publication says about reuse."""
    text: TextRead
    places: list[Place] = Field(min_length=1)
    surveys: list[Survey] = []
    questions: list[Question] = []
    figures: list[Figure] = []
    lists: list[Enumeration] = []
    statements: list[Statement] = []
    charts: list[Chart] = []
    notes: list[Note] = []
    not_evidence: list[NotEvidence] = []

    @model_validator(mode="after")
    def _parts_fit_together(self) -> Self:
        problems: list[tuple[KeyPath, str]] = []
        parts = [
            ((name, index), part.id)
            for name in ("surveys", "questions", "figures", "lists", "statements", "charts", "notes")
            for index, part in enumerate(getattr(self, name))
        ]
        problems.extend(_repeated_ids(parts))
        problems.extend(self._broken_references())
        lines = [place.line for place in self.places]
        for index in range(1, len(lines)):
            if lines[index] <= lines[index - 1]:
                problems.append((("places", index, "line"), "places must stand in the order of their lines"))
        problems.extend(self._values_not_printed())
        refuse(*problems)
        return self

    def _broken_references(self) -> Iterator[tuple[KeyPath, str]]:
        surveys = {survey.id for survey in self.surveys}
        questions = {question.id for question in self.questions}
        shown = questions | {figure.id for figure in self.figures} | surveys
        for index, question in enumerate(self.questions):
            if question.survey not in surveys:
                yield ("questions", index, "survey"), _no_such("survey", question.survey, surveys)
            if question.repeats is not None and question.repeats not in questions:
                yield ("questions", index, "repeats"), _no_such("question", question.repeats, questions)
        for index, chart in enumerate(self.charts):
            for place, name in enumerate(chart.shows):
                if name not in shown:
                    yield (("charts", index, "shows", place), _no_such("survey, question or figure", name, shown))
        paths = set(self.evidence_paths())
        for index, note in enumerate(self.notes):
            for place, path in enumerate(note.about):
                if path not in paths:
                    yield ("notes", index, "about", place), _no_such("record", path, paths)

    def _values_not_printed(self) -> Iterator[tuple[KeyPath, str]]:
        for path, quantity in self._all_quantities():
            for mention_path, mention in _mentions(quantity, path):
                if mention.value is None or mention.as_printed is None:
                    continue
                read = [value for n in find_numerals(mention.as_printed, self.language) for value in n.values]
                if mention.value not in read:
                    yield (
                        (*mention_path, "as_printed"),
                        f"“{mention.as_printed}” does not contain the value {mention.value:g} "
                        f"({'it reads as ' + ', '.join(f'{v:g}' for v in read) if read else 'it holds no number'}); "
                        "correct one of the two",
                    )

    def _all_quantities(self) -> Iterator[tuple[KeyPath, Quantity]]:
        for index, survey in enumerate(self.surveys):
            for path, _, quantity in survey.quantities():
                yield ("surveys", index, *path), quantity
        for index, question in enumerate(self.questions):
            if question.base.n is not None:
                yield ("questions", index, "base", "n"), question.base.n
            for place, answer in enumerate(question.answers):
                yield ("questions", index, "answers", place), answer
        for index, figure in enumerate(self.figures):
            for place, value in enumerate(figure.values):
                yield ("figures", index, "values", place), value

    def evidence_paths(self) -> Iterator[str]:
        """Yield the id, without the source's own in front, of everything that can be referred to."""
        for survey in self.surveys:
            yield survey.id
            for _, name, quantity in survey.quantities():
                yield from _paths_of(f"{survey.id}/{name}", quantity)
        for question in self.questions:
            yield question.id
            if question.base.n is not None:
                yield from _paths_of(f"{question.id}/base", question.base.n)
            for answer in question.answers:
                yield from _paths_of(f"{question.id}/{answer.id}", answer)
        for figure in self.figures:
            yield figure.id
            for value in figure.values:
                yield from _paths_of(f"{figure.id}/{value.id}", value)
        for enumeration in self.lists:
            yield enumeration.id
            for item in enumeration.items:
                yield f"{enumeration.id}/{item.id}"
        for name in ("statements", "charts"):
            for part in getattr(self, name):
                yield part.id

    def place_title(self, at: str) -> str:
        """Name the place that a line (or the first of several) lies in."""
        first, _ = line_range(at)
        title = self.places[0].title
        for place in self.places:
            if place.line <= first:
                title = place.title
        return title


def _paths_of(path: str, quantity: Quantity) -> Iterator[str]:
    yield path
    for mention in quantity.also:
        yield f"{path}/{mention.id}"


def _mentions(quantity: Quantity, path: KeyPath) -> Iterator[tuple[KeyPath, Printed]]:
    yield path, quantity
    for index, mention in enumerate(quantity.also):
        yield (*path, "also", index), mention


def _no_such(kind: str, name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, sorted(known), n=3) or sorted(known)[:8]
    return f"there is no {kind} `{name}` in this file; " + (
        f"nearest: {', '.join(close)}" if close else "the file has none"
    )


def _repeated_ids(ids: Iterable[tuple[KeyPath, str]]) -> Iterator[tuple[KeyPath, str]]:
    seen: set[str] = set()
    for path, name in ids:
        if name in seen:
            yield (*path, "id"), f"the id `{name}` is already taken in this file; ids never repeat"
        seen.add(name)


def _counts_problems(response: Survey | Group, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    """Check that no more answered than were invited, and no more were invited than there are."""
    sizes = [
        (name, getattr(response, name).value) for name in ("respondents", "invited", "frame") if hasattr(response, name)
    ]
    known = [(name, value) for name, value in sizes if value is not None]
    for name, value in known:
        if value < 0 or value != int(value):
            yield (*path, name, "value"), f"a number of {name} is a whole number, not {value:g}"
    for (small_name, small), (large_name, large) in zip(known, known[1:], strict=False):
        if small > large:
            yield (
                (*path, small_name, "value"),
                f"{small_name} ({small:g}) cannot exceed {large_name} ({large:g}); check both in the publication",
            )
