"""Define what a publication's record may hold: the evidence model, as pydantic models.

Field names follow DDI (studies, questions, response) and SDMX (observations) where those have a term.
A record that exists is a record that holds: the rules of `rules.py` are part of its validation.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from nordic_ai.evidence import rules
from nordic_ai.evidence.errors import KeyPath
from nordic_ai.evidence.fields import (
    AnswersFor,
    CountryCode,
    EvidencePath,
    Id,
    IndicatorId,
    Language,
    Lines,
    Located,
    Period,
    Precision,
    Problems,
    Record,
    Subject,
    Text,
    Theme,
    Unit,
    line_range,
)


class Fact(Located):
    """A fact in words, or the reason why the publication does not tell it."""

    text: Text | None = None
    """The fact, in our own English words."""
    as_printed: Text | None = None
    """A few words of the publication that show the place."""
    missing: Text | None = None
    """Why the fact is unknown."""

    def _objections(self) -> Problems:
        if (self.text is None) == (self.missing is None):
            yield (), "give either `text` or, where the publication does not tell, `missing` with the reason"
        elif self.text is not None and self.at is None:
            yield ("at",), "the field `at` is missing; give the line where the publication says so"


class Dated(Located):
    """When something happened, as exactly as the publication tells, or why that is unknown."""

    period: Period | None = None
    """`2024`, `2024-Q4`, `2024-02` or `2024-02-28`."""
    as_printed: Text | None = None
    missing: Text | None = None
    """Why the date is unknown."""
    note: Text | None = None

    def _objections(self) -> Problems:
        if (self.period is None) == (self.missing is None):
            yield (), "give either `period` or, where the publication does not tell, `missing` with the reason"


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

    def _objections(self) -> Problems:
        return rules.of_quantity(self)

    def mentions(self) -> Iterator[tuple[KeyPath, str, Printed]]:
        """Yield every place where it is printed: path below it, what the id adds for it, and the mention."""
        yield (), "", self
        for index, mention in enumerate(self.also):
            yield ("also", index), f"/{mention.id}", mention


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
    """Whom the survey is about."""
    respondent_role: Fact
    """Who answered: chief executives, councillors, a contact person."""
    answers_for: AnswersFor
    """What one answer stands for."""
    whole_frame_asked: bool | None
    """Whether every unit of the frame was invited; null where the publication does not say."""
    whole_frame_read: bool = False
    """Whether that is our reading and not stated; intervals and numbers of answers then say so."""
    frame_reference: Literal["municipalities"] | None = None
    """Which total in countries.yml is the frame size, where the publication prints none."""
    frame: Quantity
    """How many there are of those whom the survey is about."""
    invited: Quantity
    """How many were asked."""
    respondents: Quantity
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
    """Whether the printed shares are weighted; then no head counts can be had from them. Null where unknown."""
    groups: list[Group] = []

    def _objections(self) -> Problems:
        return rules.of_survey(self)

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
    """The survey above in which it was asked."""
    theme: Theme
    indicator: IndicatorId
    """What it measures, as data/indicators.yml has it; add it there first where it is new."""
    english: Text
    """The question paraphrased in English."""
    wording: Literal["printed", "inferred"]
    """Whether the publication prints the question, or we infer it from how the answers are told."""
    choice: Literal["single", "multiple", "scale", "battery"]
    """`scale` is one choice on an ordered scale; a `battery` reports one share for each of several items."""
    base: Base
    """Who is counted in its shares."""
    answers_for: AnswersFor | None = None
    """What one answer to this question stands for, where that is not what the survey's other answers stand for."""
    repeats: Id | None = None
    """The question of an earlier wave that this one repeats."""
    answers: list[Answer] = Field(min_length=1)
    note: Text | None = None

    def _objections(self) -> Problems:
        return rules.of_question(self)


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
    """What it measures, as data/indicators.yml has it, where it can be compared with others."""
    label: Text
    """What it counts or measures, in English."""
    original: Text | None = None
    """The same in the publication's words."""
    unit: Unit
    scope: Text | None = None
    """Whom or what the number is about: a municipality, a sector, a country. Empty where that is not told."""
    price_level: int | None = Field(default=None, ge=1900, le=2100)
    """Year of the prices, for money."""
    cited_from: Text | None = None
    """Whom the publication itself cites for it."""
    values: list[FigureValue] = Field(min_length=1)
    note: Text | None = None

    def _objections(self) -> Problems:
        return rules.of_figure(self)


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


class Relation(Record):
    """How the publication itself says that some of its numbers belong together; the audit computes whether they do."""

    id: Id
    kind: Literal["sum", "per unit", "other words", "largest", "share"]
    """`sum`: `record` is the total of the numbers in `of`. `per unit`: `record` is an amount that corresponds to the
    units in `of`, such as a saving to posts. `other words`: `record` and `of` are told as one thing, in words that
    differ. `largest`: `record` is called the largest answer to its question. `share`: `record` is the share that comes
    first in `of`, of the whole that may come second."""
    record: EvidencePath
    """Id of what the claim is about, without the source's own id in front. For `sum` and `per unit` it and those in
    `of` may be figures, whose values are then taken one by one (year by year)."""
    of: list[EvidencePath] = []
    """Ids of what it is compared with."""
    text: Text
    """What the publication claims, or how its words differ, in our own English words."""
    at: Lines


class NotEvidence(Located):
    """A number in the text that is no evidence, and why."""

    text: Text | None = None
    """The characters; without `at`, wherever they stand. Left out: every number on the line (a phone number)."""
    reason: Text

    def _objections(self) -> Problems:
        if self.text is None and self.at is None:
            yield (), "give `text`, `at`, or both"


class Title(Record):
    """A publication's title in its own language and in English."""

    original: Text
    english: Text


class TextRead(Record):
    """The text that was read, so that another reader can check that it is the same."""

    file: Text
    """Name of the plain text that was read, which line numbers are counted in; it is not kept here."""
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    """What `sha256sum FILE` prints for it."""
    note: Text | None = None
    """What the text lacks, such as charts."""


class Source(Record):
    """One publication with everything that it says."""

    id: Id
    """Permanent id, the name of this file. Every other id in it is permanent too, once it has been published."""
    title: Title
    publisher: Text
    """Who published it; with the year, this names it in the report."""
    prepared_by: Text | None = None
    """Who did the work, where it is not the publisher."""
    commissioned_by: Text | None = None
    """Who ordered the work, where that is told."""
    kind: Literal["survey article", "survey report", "analysis note", "budget proposal", "web page", "report"]
    subject: Subject
    """What it is about; nothing with another subject can share a scale with it."""
    language: Language
    """The language that the publication is written in."""
    country: CountryCode
    """As data/countries.yml has it."""
    published: Dated
    """When it was published."""
    reuse: Fact
    """What the publication says about reuse."""
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
    """What it finds in words, without a number."""
    charts: list[Chart] = []
    """Its charts and tables, those that were lost included."""
    notes: list[Note] = []
    """What a careful reader notices: contradictions, shifted definitions, gaps."""
    relations: list[Relation] = []
    """What it says of its own numbers, such as that they add up, for the audit to compute."""
    not_evidence: list[NotEvidence] = []
    """Numbers in the text that are no evidence: years in names, numbers of pages."""

    def _objections(self) -> Problems:
        return rules.of_source(self)

    def quantities(self) -> Iterator[tuple[KeyPath, str, Quantity]]:
        """Yield every number with its path in the file, its id without the source's own in front, and itself."""
        for index, survey in enumerate(self.surveys):
            for path, name, quantity in survey.quantities():
                yield ("surveys", index, *path), f"{survey.id}/{name}", quantity
        for index, question in enumerate(self.questions):
            if question.base.n is not None:
                yield ("questions", index, "base", "n"), f"{question.id}/base", question.base.n
            for place, answer in enumerate(question.answers):
                yield ("questions", index, "answers", place), f"{question.id}/{answer.id}", answer
        for index, figure in enumerate(self.figures):
            for place, value in enumerate(figure.values):
                yield ("figures", index, "values", place), f"{figure.id}/{value.id}", value

    def evidence_paths(self) -> Iterator[tuple[KeyPath, str]]:
        """Yield the path in the file and the id, without the source's own in front, of all that can be referred to."""
        for part in ("surveys", "questions", "figures", "lists", "statements", "charts"):
            for index, record in enumerate(getattr(self, part)):
                yield (part, index), record.id
        for path, name, quantity in self.quantities():
            for below, ending, _ in quantity.mentions():
                yield (*path, *below), name + ending
        for index, enumeration in enumerate(self.lists):
            for place, item in enumerate(enumeration.items):
                yield ("lists", index, "items", place), f"{enumeration.id}/{item.id}"

    def survey(self, name: str) -> Survey:
        """Give the survey with this id."""
        return next(survey for survey in self.surveys if survey.id == name)

    def question(self, name: str) -> Question:
        """Give the question with this id."""
        return next(question for question in self.questions if question.id == name)

    def ids(self) -> set[str]:
        """Give the ids of all that can be referred to, without the source's own in front."""
        return {name for _, name in self.evidence_paths()}

    def place_title(self, at: str) -> str:
        """Name the place that a line (or the first of several) lies in."""
        first, _ = line_range(at)
        title = self.places[0].title
        for place in self.places:
            if place.line <= first:
                title = place.title
        return title
