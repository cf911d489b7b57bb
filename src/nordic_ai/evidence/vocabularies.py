"""Define what the small files in data/ hold: indicators with decisions on comparability, countries, terms, topics."""

import itertools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field

from nordic_ai.evidence.errors import KeyPath, Violations
from nordic_ai.evidence.validation import read_as
from nordic_ai.evidence.values import Currency, EvidencePath, Grade, Id, Record, Subject, Text, Theme

TermGroup = Literal["artificial intelligence", "local government", "statistics", "grades and verdicts"]
TermLanguage = Literal["da", "nb", "sv", "fi", "is"]


def _listed(value: Any) -> Any:
    """Take one id for a list of it."""
    return [value] if isinstance(value, str) else value


class Comparison(Record):
    """A decision: how closely questions or figures match others, or one another."""

    compare: Annotated[list[EvidencePath], BeforeValidator(_listed), Field(min_length=1)]
    """Id of a question or figure, starting with its source's id, or a list of them: each under the indicator."""
    to: list[EvidencePath] | None = Field(default=None, min_length=1)
    """The others; the decision holds for each pair of one of the first and one of them. Without others, it holds for
    each pair among the first."""
    grade: Grade
    reason: Text
    """For readers: why this grade and no better one."""

    def _violations(self) -> Violations:
        if self.to is None and len(self.compare) == 1:
            yield ("compare",), f"`{self.compare[0]}` is compared with nothing; add the others under `to`"

    @property
    def placed_pairs(self) -> Iterator[tuple[KeyPath, str, str]]:
        """Each pair, with the field in which its second id stands."""
        if self.to is None:
            for (_, one), (index, other) in itertools.combinations(enumerate(self.compare), 2):
                yield ("compare", index), one, other
        else:
            for one, (index, other) in itertools.product(self.compare, enumerate(self.to)):
                yield ("to", index), one, other

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The pairs for which it holds."""
        return [(one, other) for _, one, other in self.placed_pairs]


class Indicator(Record):
    """A concept that questions and figures of several publications may measure."""

    theme: Theme
    subject: Subject
    label: Text
    definition: Text
    comparisons: list[Comparison] = []
    """What may be compared with what; `nordic_ai.analysis.comparability` checks it against the records."""


class Country(Record):
    """A Nordic country, and what the report knows about it."""

    name: Text
    currency: Currency | None = None
    """Code of its currency, in which publications may give amounts."""
    municipalities: int | None = Field(default=None, ge=1)
    """Number of municipalities, used as a survey's frame where the publication prints none."""
    municipalities_reference: Text | None = None
    """Where that number comes from, and for which years it holds."""

    def _violations(self) -> Violations:
        if (self.municipalities is None) != (self.municipalities_reference is None):
            yield (), "`municipalities` and `municipalities_reference` go together; give both or neither"


class Choices(Record):
    """What a publication's file may name beside indicators and countries."""

    languages: list[Text] = Field(min_length=1)
    """Codes of BCP 47."""
    publication_kinds: Mapping[Text, list[Text]]
    """Kinds of publications, each with the parts that the file of such a publication usually has."""

    def _violations(self) -> Violations:
        for index, language in enumerate(self.languages):
            if not re.fullmatch("[a-z]{2,3}", language):
                yield (("languages", index), f"`{language}` is no code; write two or three letters, as in sv")


class Topic(Record):
    """What readers are asked of their own municipality, to be set beside what publications tell of others."""

    question: Text
    """In English, as are the other texts; `data/messages` has them in other languages."""
    several: bool = False
    """Whether several choices may be taken."""
    choices: Mapping[Id, Text] = Field(min_length=2)
    """What can be answered, in this order."""
    missing: Text | None = None
    """For readers: that no publication has a question on this."""


class Term(Record):
    """A term with its definition, and its word in each language or the reason why there is none."""

    term: Text
    """In English, as it is written inside a sentence: in lower case unless it is a name."""
    group: TermGroup
    definition: Text
    """One or two sentences."""
    also: list[Text] = []
    """Other forms, such as the plural, by which the role `term` finds it."""
    words: Mapping[TermLanguage, Text] = {}
    missing: Text | None = None
    """Why the languages without a word have none."""

    def _violations(self) -> Violations:
        without = self.languages_without
        if without and self.missing is None:
            names = ", ".join(f"`{language}`" for language in without)
            yield ("words",), f"no word is given for {names}; add it, or say under `missing` why there is none"
        if self.missing is not None and not without:
            yield ("missing",), "every language has a word, so nothing is missing; remove this field"

    @property
    def languages_without(self) -> list[TermLanguage]:
        """The languages in which no word is given."""
        return [language for language in get_args(TermLanguage) if language not in self.words]

    @property
    def forms(self) -> list[str]:
        """The English words for it, without capitals."""
        return [form.casefold() for form in (self.term, *self.also)]


def read_glossary(root: Path) -> dict[str, Term]:
    """Read data/glossary.yml: the terms by id, in the order of the file, no two of which share a form."""
    named: dict[str, str] = {}

    def rules(terms: Mapping[str, Term]) -> Violations:
        for name, term in terms.items():
            for form in term.forms:
                if (other := named.setdefault(form, name)) != name:
                    yield (name,), f"`{form}` names the term `{other}` already"

    return read_as(root / "data" / "glossary.yml", dict[str, Term], rules)


def find_term(words: str, terms: Mapping[str, Term]) -> str | None:
    """Give the id of the term that words in a text name: by its id, its English term or another form of it."""
    wanted = words.casefold()
    return next((name for name, term in terms.items() if wanted in (name, *term.forms)), None)
