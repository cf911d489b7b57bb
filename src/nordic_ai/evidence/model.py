"""Define what the record of a publication may hold, as pydantic models; `surveys.py` has those of surveys.

Field names follow DDI (studies, questions, response) and SDMX (observations) where those have a term.
Rules are part of the validation, those of `rules.py` included, so a record that exists obeys them.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Literal

from pydantic import Field, model_validator

from nordic_ai.evidence import rules, values
from nordic_ai.evidence.errors import KeyPath, Violations
from nordic_ai.evidence.printed import Dated, Fact, Located, Placed, Printed, Quantity
from nordic_ai.evidence.surveys import AnswersFor, Question, Scale, Subgroup, Survey, means_within
from nordic_ai.evidence.values import Address, Checksum, EvidencePath, Id, Period, Record, Subject, Text, Theme, Unit


class Place(Record):
    """A part of the publication that readers can find: a section, a table, a page."""

    line: int = Field(ge=1)
    """Its first line in the text that was read; it ends where the next place begins."""
    title: Text
    """What to look for, in our own words where the heading is a sentence."""


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
    subject: Subject | None = None
    """What it is about, if that is not what the publication is about."""
    country: str | None = None
    """The country that it is about, if that is not the publication's."""
    label: Text
    """What it counts or measures, in English."""
    original: Text | None = None
    """The same in the publication's words."""
    unit: Unit
    scale: Scale | None = None
    """The ends of the scale, for a mean."""
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
        is_mean = self.unit == values.MEAN
        yield from means_within(self.scale, {("values", i): v for i, v in enumerate(self.values) if is_mean})
        if self.price_level is not None and not values.currency_of(self.unit):
            yield ("price_level",), f"a price level goes with money, not with {self.unit}"


class ListItem(Placed):
    """One entry of an enumeration."""

    id: Id
    label: Text
    as_printed: Text
    """A few words of the entry as printed, by which to find it."""


class Enumeration(Record):
    """A list in the publication: barriers, possible gains, recommendations."""

    id: Id
    theme: Theme | None = None
    subject: Subject | None = None
    """What it is about, if that is not what the publication is about."""
    country: str | None = None
    """The country that it is about, if that is not the publication's."""
    title: Text
    ordered: bool
    """Whether the publication numbers or ranks the entries."""
    items: list[ListItem] = Field(min_length=1)
    note: Text | None = None


class Statement(Placed):
    """A finding without a number, in our own English words."""

    id: Id
    theme: Theme | None = None
    subject: Subject | None = None
    """What it is about, if that is not what the publication is about."""
    country: str | None = None
    """The country that it is about, if that is not the publication's."""
    text: Text
    as_printed: Text | None = None
    """A few words of the publication, by which to find the place."""


class Chart(Placed):
    """A chart or table of the publication, and how much of it is left in the text."""

    id: Id
    title: Text
    original_number: Text | None = None
    """Its number in the publication, if it has one (`Tabell 3`)."""
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


class Relation(Placed):
    """A claim of the publication about how its own numbers relate, which the audit checks."""

    id: Id
    kind: Literal["sum", "difference", "per unit", "other words", "largest", "share"]
    """`sum`: `record` is the total of the numbers in `of`. `difference`: `record` is the first number in `of` minus the
    second, such as a change between two waves. `per unit`: `record` is an amount that corresponds to the
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


class Reading(Record):
    """How much of the publication was read, and from what."""

    extent: Literal["whole", "in part"]
    part: Text | None = None
    """With `in part`: which part, as in "the beginning of the page"."""
    via: Literal["original", "copy", "press item"] = "original"
    """What was read: the publication itself, a copy of it, or a press item that tells of it."""
    on: Period | None = None
    """When it was read, if that is known."""

    def _violations(self) -> Violations:
        if (self.extent == "in part") != (self.part is not None):
            yield ("part",), "`part` (which part was read) goes with extent `in part`, and only with it"
        if self.on and values.period_bounds(self.on)[0] > values.last_day():
            yield ("on",), f"nobody can have read it in {self.on}, which lies in the future; correct it"


class WebAddress(Record):
    """Where the publication, or a part of it, stood when it was read."""

    url: Address
    label: Text | None = None
    """What stands there, if the publication has several addresses."""


class TextRead(Record):
    """The text that was read, so that another reader can check that it is the same."""

    file: Text
    """Name of the plain text that was read, in which lines are counted; it is not kept here."""
    sha256: Checksum
    """What `sha256sum FILE` prints for it."""
    kind: Literal["publication", "notes"] = "publication"
    """Whether it is the publication's own text, or `notes` made while reading it, whose lines readers cannot see."""
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
    short_title: Text | None = None
    """What names it in the report instead of publisher and year, where that is long or another's too."""
    kind: Text
    """One of the kinds in data/vocabularies.yml."""
    subject: Subject
    """What it is about; nothing with another subject can share a scale with it."""
    language: Text
    """The language that the publication is written in, one of those in data/vocabularies.yml."""
    country: str | None = None
    """Code of a country in data/countries.yml. Leave it out if it is about several; then its parts name theirs."""
    published: Dated
    """When it was published."""
    interest: Fact | None = None
    """What the publisher stands for or sells, which readers must know; `at` only where the publication says it."""
    reading: Reading = Reading(extent="whole")
    """How much of it was read. May be left out only where `text` is the publication's own, which was read whole."""
    addresses: list[WebAddress] = []
    """Where it stands on the web."""
    reuse: Fact
    """What the publication says about reuse; after a reading in part it may be left out."""
    text: TextRead | None = None
    """The text that was read. Leave it out, with every `at` and `places`, if no text of it is at hand."""
    places: list[Place] = []
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

    @model_validator(mode="before")
    @classmethod
    def _reuse_was_not_seen(cls, data: Any) -> Any:
        """After a reading in part, take what is not said about reuse as not seen."""
        reading = data.get("reading") if isinstance(data, dict) else None
        if isinstance(reading, dict) and reading.get("extent") == "in part":
            return {"reuse": {"not_seen": f"What was read is {reading.get('part') or 'a part'}."}} | data
        return data

    @property
    def short_name(self) -> str:
        """Publisher and year, as in "KS 2024"; the publisher alone if it is undated; or a short title of its own."""
        if self.short_title:
            return self.short_title
        return f"{self.publisher} {self.published.period[:4]}" if self.published.period else self.publisher

    def survey(self, name: str) -> Survey:
        """Give the survey with this id."""
        return next(survey for survey in self.surveys if survey.id == name)

    def question(self, name: str) -> Question:
        """Give the question with this id."""
        return next(question for question in self.questions if question.id == name)

    def full_id(self, path: str) -> str:
        """Give the full id of a question that is named by it, or by its id in this publication."""
        return path if "/" in path else f"{self.id}/{path}"

    def answers_for(self, question: Question) -> AnswersFor:
        """Say what one answer to a question stands for: as the question itself states, else its survey."""
        return question.answers_for or self.survey(question.survey).answers_for

    def bases(self, question: Question, group: Subgroup | None = None) -> tuple[Quantity | None, Quantity | None]:
        """Give the number of answers printed with a question, or for one of its groups, and what counts otherwise.

        Either may be None. Without a number of its own, all respondents of the survey, or of its group of the same id,
        are taken to have answered.
        """
        survey = self.survey(question.survey)
        if group is None:
            return question.base.n, survey.respondents
        return group.n, next((one.respondents for one in survey.groups if one.id == group.id), None)

    def counts_all(self, question: Question) -> bool:
        """Whether all respondents of the survey are counted in a question's shares, and not a part of them."""
        n = question.base.n
        return n is None or (n.value is not None and n.value == self.survey(question.survey).respondents.value)

    def subject_of(self, part: Record) -> Subject:
        """Say what a question, figure, list or statement is about: as it states itself, else as the publication."""
        return getattr(part, "subject", None) or self.subject

    def country_of(self, part: Record) -> str:
        """Give the code of the country that a part is about; a question is about that of its survey."""
        if isinstance(part, Question):
            part = self.survey(part.survey)
        return getattr(part, "country", None) or self.country

    @property
    def countries(self) -> list[str]:
        """The codes of all countries that it is about."""
        parts = (*self.surveys, *self.figures, *self.lists, *self.statements)
        named = [self.country, *(part.country for part in parts)]
        return list(dict.fromkeys(code for code in named if code is not None))

    def referable(self) -> Iterator[tuple[KeyPath, str, Record]]:
        """Yield those parts that can be referred to."""
        return (part for part in self.parts() if isinstance(part[2], _REFERABLE))

    @cached_property
    def records(self) -> dict[str, Record]:
        """Everything that can be referred to, by its id without the source's own in front."""
        return {name: record for _, name, record in self.referable() if getattr(record, "tells_total", True)}


_REFERABLE = (Survey, Question, Figure, Enumeration, ListItem, Statement, Chart, Printed)
