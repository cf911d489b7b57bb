"""Define what the record of a publication may hold, as pydantic models.

Field names follow DDI (studies, questions, response) and SDMX (observations) where those have a term.
Rules are part of the validation, those of `rules.py` included, so a record that exists obeys them.
"""

from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from typing import Literal

from pydantic import Field

from nordic_ai.evidence import rules, values
from nordic_ai.evidence.errors import KeyPath, Violations
from nordic_ai.evidence.printed import Dated, Fact, HeadCount, Located, Printed, Quantity
from nordic_ai.evidence.values import Checksum, EvidencePath, Id, Lines, Period, Record, Subject, Text, Theme, Unit
from nordic_ai.evidence.vocabularies import Country

AnswersFor = Literal["the respondent", "the municipality", "the organisation", "not told"]

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
    invited: HeadCount
    respondents: HeadCount
    response_rate: Quantity

    def _violations(self) -> Violations:
        return _of_response(self, "respondents", "invited")


class Survey(Record):
    """One wave of one survey: who was asked, how many answered, when and how."""

    id: Id
    title: Text
    population: Fact
    """Whom the survey is about."""
    respondent_role: Fact
    """Who answered: chief executives, councillors, a contact person."""
    answers_for: AnswersFor
    """What one answer stands for."""
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

    def _violations(self) -> Violations:
        yield from _of_response(self, "respondents", "invited", "frame")
        if self.whole_frame_read and not self.whole_frame_asked:
            yield ("whole_frame_read",), "goes with `whole_frame_asked: true`, and only with it; change one"
        if self.frame_reference and self.frame.value is not None:
            yield ("frame_reference",), "is only for a frame that the publication does not print; remove it"

    def known_frame(self, country: Country) -> float | None:
        """Give the size of the frame: as printed, else the country's total if the survey refers to it."""
        if self.frame.value is not None:
            return self.frame.value
        return country.municipalities if self.frame_reference else None


class Answer(Quantity):
    """One answer category with the share (or number) that chose it."""

    id: Id
    label: Text
    original: Text | None = None
    """The label in the original language: words, not sentences."""
    original_at: Lines | None = None
    """Where the label is printed, if not next to the number."""
    unit: Literal["percent", "count"] = "percent"
    net: bool = False
    """Whether it sums up other categories, so that it does not add to them."""
    left_out: bool = False
    """Whether the publication leaves the category out of its chart."""

    def _violations(self) -> Violations:
        yield from super()._violations()
        yield from self.shares_out_of_range(self.unit)
        if self.unit == "count" and self.value is not None and (self.value < 0 or self.value % 1):
            yield ("value",), f"a number of answers is a whole number, not {self.value:g}"


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
    indicator: str
    """What it measures: an indicator in data/indicators.yml; add it there first if it is new."""
    english: Text
    """The question paraphrased in English."""
    wording: Literal["printed", "inferred"]
    """Whether the publication prints the question, or we infer it from how the answers are described."""
    choice: Literal["single", "multiple", "scale", "battery"]
    """`scale` is one choice on an ordered scale; a `battery` reports one share for each of several items."""
    base: Base
    """Who is counted in its shares."""
    answers_for: AnswersFor | None = None
    """What one answer to this question stands for, if that differs from the rest of the survey."""
    repeats: Id | None = None
    """The question of an earlier wave that this one repeats."""
    answers: list[Answer] = Field(min_length=1)
    note: Text | None = None

    def _violations(self) -> Violations:
        shares = [a.value for a in self.answers if a.value is not None and not a.net and a.unit == "percent"]
        if self.choice in ("single", "scale") and sum(shares) > 100 + _ROUNDING * len(shares):
            total = f"answers to a {self.choice}-choice question come to {sum(shares):g} per cent together"
            yield ("answers",), f"{total}; correct a value, or mark a category that sums up others with `net: true`"
        if self.repeats == self.id:
            yield ("repeats",), "a question cannot repeat itself; name the question of the earlier wave"

    @property
    def title(self) -> str:
        """The question in English, marked where it is not the publication's own."""
        return self.english if self.wording == "printed" else f"{self.english} (question inferred, not printed)"


class FigureValue(Quantity):
    """One number of a figure: a year of a budget line, or the only one there is."""

    id: Id
    label: Text | None = None
    period: Period | None = None


class Figure(Record):
    """A number, or a series of them, that is no survey answer."""

    id: Id
    theme: Theme | None = None
    indicator: str | None = None
    """What it measures, if it can be compared with others: an indicator in data/indicators.yml."""
    label: Text
    """What it counts or measures, in English."""
    original: Text | None = None
    """The same in the publication's words."""
    unit: Unit
    scope: Text | None = None
    """Whom or what the number is about: a municipality, a sector, a country. Empty if that is not stated."""
    price_level: int | None = Field(default=None, ge=1900, le=2100)
    """Year of the prices, for money."""
    cited_from: Text | None = None
    """Whom the publication itself cites for it."""
    values: list[FigureValue] = Field(min_length=1)
    note: Text | None = None

    def _violations(self) -> Violations:
        for index, value in enumerate(self.values):
            yield from value.shares_out_of_range(self.unit, "values", index)
        if self.price_level is not None and self.unit not in values.MONEY_UNITS:
            yield ("price_level",), f"a price level goes with money, not with {self.unit}"


class ListItem(Located):
    """One entry of an enumeration."""

    id: Id
    label: Text
    as_printed: Text
    """A few words of the entry as printed, by which to find it."""
    at: Lines


class Enumeration(Record):
    """A list in the publication: barriers, possible gains, recommendations."""

    id: Id
    theme: Theme | None = None
    title: Text
    ordered: bool
    """Whether the publication numbers or ranks the entries."""
    items: list[ListItem] = Field(min_length=1)
    note: Text | None = None


class Statement(Located):
    """A finding without a number, in our own English words."""

    id: Id
    theme: Theme | None = None
    text: Text
    as_printed: Text | None = None
    """A few words of the publication, by which to find the place."""
    at: Lines


class Chart(Located):
    """A chart or table of the publication, and how much of it is left in the text."""

    id: Id
    title: Text
    original_number: Text | None = None
    """Its number in the publication, if it has one (`Tabell 3`)."""
    at: Lines
    shows: list[Id] = []
    """The questions, figures or surveys that it shows."""
    missing: Text | None = None
    """What of it is lost in the text."""


class Note(Record):
    """What a careful reader noticed."""

    id: Id
    kind: Literal["contradiction", "shifted definition", "rounding", "ambiguity", "gap", "context"]
    text: Text
    about: list[EvidencePath] = []
    """Ids of what it is about, without the source's own id in front."""


class Relation(Record):
    """A claim of the publication about how its own numbers relate, which the audit checks."""

    id: Id
    kind: Literal["sum", "per unit", "other words", "largest", "share"]
    """`sum`: `record` is the total of the numbers in `of`. `per unit`: `record` is an amount that corresponds to the
    units in `of`, such as a saving to posts. `other words`: `record` and `of` are presented as the same thing, in
    different words. `largest`: `record` is called the largest answer to its question. `share`: `record` is a share,
    given as the first in `of`, of a whole, which may be the second."""
    record: EvidencePath
    """Id of what the claim is about, without the source's own id in front. For `sum` and `per unit`, this and `of`
    may be figures, whose values are then taken one by one (year by year)."""
    of: list[EvidencePath] = []
    """Ids of what it is compared with."""
    text: Text
    """What the publication claims, or how its words differ, in our own English words."""
    at: Lines


class NotEvidence(Located):
    """A number in the text that is no evidence, and why."""

    text: Text | None = None
    """The characters; without `at`, everywhere in the text. Left out: every number on the line (a phone number)."""
    reason: Text

    def _violations(self) -> Violations:
        if self.text is None and self.at is None:
            yield (), "give `text`, `at`, or both"


class Title(Record):
    """A publication's title in its own language and in English."""

    original: Text
    english: Text


class TextRead(Record):
    """The text that was read, so that another reader can check that it is the same."""

    file: Text
    """Name of the plain text that was read, in which lines are counted; it is not kept here."""
    sha256: Checksum
    """What `sha256sum FILE` prints for it."""
    note: Text | None = None
    """What the text lacks, such as charts."""


class Source(Record):
    """One publication with everything that it says."""

    id: Id
    """Permanent id, the name of this file. Every other id in it is permanent too, once published."""
    title: Title
    publisher: Text
    """Who published it; with the year, this names it in the report."""
    prepared_by: Text | None = None
    """Who did the work, if not the publisher."""
    commissioned_by: Text | None = None
    """Who commissioned the work, if that is stated."""
    kind: Literal["survey article", "survey report", "analysis note", "budget proposal", "web page", "report"]
    subject: Subject
    """What it is about; nothing with another subject can share a scale with it."""
    language: Literal["da", "nb", "nn", "sv", "fi", "is"]
    """The language that the publication is written in."""
    country: str
    """Code of a country in data/countries.yml."""
    published: Dated
    """When it was published."""
    reuse: Fact
    """What the publication says about reuse."""
    interest: Fact | None = None
    """What the publisher stands for or sells, which readers of its numbers should know; `at` only where it says so."""
    text: TextRead
    """The text that was read."""
    places: list[Place] = Field(min_length=1)
    """Its sections, tables or pages in the order of their lines."""
    surveys: list[Survey] = []
    """The surveys that it reports; each wave is one."""
    questions: list[Question] = []
    """What was asked, and the share that gave each answer."""
    figures: list[Figure] = []
    """Numbers that are no survey answers: budget lines, estimates, numbers of examples."""
    lists: list[Enumeration] = []
    """What it enumerates: barriers, possible gains, recommendations."""
    statements: list[Statement] = []
    """Its findings in words, without a number."""
    charts: list[Chart] = []
    """Its charts and tables, those that were lost included."""
    notes: list[Note] = []
    """What a careful reader notices: contradictions, shifted definitions, gaps."""
    relations: list[Relation] = []
    """What it says about its own numbers, such as that they add up; the audit checks it."""
    not_evidence: list[NotEvidence] = []
    """Numbers in the text that are no evidence: years in names, numbers of pages."""

    _violations = rules.of_source

    @property
    def short_name(self) -> str:
        """Publisher and year, as in "KS 2024"; the publisher alone if the publication is undated."""
        return f"{self.publisher} {self.published.period[:4]}" if self.published.period else self.publisher

    def survey(self, name: str) -> Survey:
        """Give the survey with this id."""
        return next(survey for survey in self.surveys if survey.id == name)

    def question(self, name: str) -> Question:
        """Give the question with this id."""
        return next(question for question in self.questions if question.id == name)

    def answers_for(self, question: Question) -> AnswersFor:
        """Say what one answer to a question stands for: as the question itself states, else its survey."""
        return question.answers_for or self.survey(question.survey).answers_for

    def referable(self) -> Iterator[tuple[KeyPath, str, Record]]:
        """Yield those parts that can be referred to."""
        return (part for part in self.parts() if isinstance(part[2], _REFERABLE))

    @cached_property
    def records(self) -> dict[str, Record]:
        """Everything that can be referred to, by its id without the source's own in front."""
        return {name: record for _, name, record in self.referable()}


_REFERABLE = (Survey, Question, Figure, Enumeration, ListItem, Statement, Chart, Printed)
