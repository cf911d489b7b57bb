"""Load the terms that the report and its publications use, with their words in the Nordic languages."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, get_args

from nordic_ai.evidence.errors import EvidenceError, Problem
from nordic_ai.evidence.fields import Problems, Record, Text
from nordic_ai.evidence.strict_yaml import read_yaml
from nordic_ai.evidence.validation import validate

TermGroup = Literal["artificial intelligence", "local government", "statistics", "grades and verdicts"]
TermLanguage = Literal["da", "nb", "sv", "fi", "is"]


class Term(Record):
    """A term with its definition, and its word in each language or the reason why there is none."""

    term: Text
    """In English, as it stands in the text: in lower case, unless it is a name."""
    group: TermGroup
    definition: Text
    """One or two sentences."""
    also: list[Text] = []
    """Other forms, such as the plural, by which the role `term` finds it."""
    words: Mapping[TermLanguage, Text] = {}
    missing: Text | None = None
    """Why the languages without a word have none."""

    def _objections(self) -> Problems:
        without = self.languages_without
        if without and self.missing is None:
            names = ", ".join(f"`{language}`" for language in without)
            yield ("words",), f"no word is given for {names}; add it, or say under `missing` why there is none"
        if self.missing is not None and not without:
            yield ("missing",), "every language has a word, so nothing is missing; take this field away"

    @property
    def languages_without(self) -> list[TermLanguage]:
        """The languages in which no word is given."""
        return [language for language in get_args(TermLanguage) if language not in self.words]


def load_glossary(root: Path) -> dict[str, Term]:
    """Read and validate data/glossary.yml.

    Parameters
    ----------
    root
        The project's root.

    Returns
    -------
    dict
        The terms by id, in the order of the file.

    Raises
    ------
    EvidenceError
        With all problems of the file, each with line and path.
    """
    document = read_yaml(root / "data" / "glossary.yml")
    if not isinstance(document.data, dict):
        raise EvidenceError([document.problem((), "must map ids to terms")])
    terms: dict[str, Term] = {}
    taken: dict[str, str] = {}
    problems: list[Problem] = []
    for name, value in document.data.items():
        try:
            term = validate(document, value, Term, (name,), {})
        except EvidenceError as error:
            problems.extend(error.problems)
            continue
        terms[name] = term
        for form in (term.term, *term.also):
            other = taken.setdefault(form.casefold(), name)
            if other != name:
                problems.append(document.problem((name,), f"`{form}` names the term `{other}` already"))
    if problems:
        raise EvidenceError(problems)
    return terms


def find_term(words: str, terms: Mapping[str, Term]) -> str | None:
    """Give the id of the term that words in a text name, by its id, its English term or another form of it.

    Parameters
    ----------
    words
        As they stand in the text; capitals do not matter.
    terms
        What `load_glossary` gives.
    """
    wanted = words.casefold()
    for name, term in terms.items():
        if wanted in (name, term.term.casefold(), *(form.casefold() for form in term.also)):
            return name
    return None
