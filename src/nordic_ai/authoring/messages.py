"""Gather what pages in other languages say, keep the catalogues of their languages, and say what these lack.

The messages are the texts of the library that pass through `gettext`, and those of the records and terms that such
pages show, by their English.
"""

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from itertools import chain
from pathlib import Path
from string import Formatter
from typing import Any, BinaryIO

from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po
from sphinx.util.nodes import explicit_title_re

from nordic_ai.analysis import municipality
from nordic_ai.analysis.comparability import LEVELS
from nordic_ai.analysis.observations import Observation
from nordic_ai.analysis.report import Report
from nordic_ai.analysis.wording import words_of_the_library
from nordic_ai.authoring.pages import Page, read_page
from nordic_ai.evidence.contents import pages_of_the_book
from nordic_ai.evidence.errors import EvidenceError, Problem
from nordic_ai.evidence.languages import ENGLISH, FOLDER, languages
from nordic_ai.evidence.model import Source
from nordic_ai.evidence.vocabularies import Term, find_term, read_glossary
from nordic_ai.site.roles import VARIANTS

_LIBRARY = Path(__file__).parent.parent
_KEYWORDS = {"gettext": None, "gettext_noop": None, "ngettext": (1, 2), "_": None}
_INSIDE = "Inside a sentence: without a capital, unless it begins with a name."
_PLACEHOLDER = re.compile(r"%\((\w+)\)s")

Text = str | tuple[str, str]
"""In English: a text, or its forms for one and for many."""


def _in_python(file: BinaryIO, keywords: Iterable[str], *_: Any, **__: Any) -> Iterator[tuple[Any, ...]]:
    """Find messages by Python's own parser: Babel's does not look into f-strings, nor at names of characters."""
    for node in ast.walk(ast.parse(file.read())):
        if isinstance(node, ast.Call) and (name := getattr(node.func, "id", "")) in keywords:
            texts = tuple(one.value for one in node.args if isinstance(getattr(one, "value", None), str))
            if texts:
                yield node.lineno, name, texts if len(texts) > 1 else texts[0], []


_METHODS = [("**.py", _in_python), ("**/templates/**.html", "jinja2"), ("**/templates/**.svg", "jinja2")]


@dataclass(frozen=True)
class Messages:
    """What catalogues hold: messages, each with what a translator must know of it."""

    needed: Mapping[Text, str]
    """Those that pages in other languages may show."""
    possible: Mapping[Text, str]
    """Those, and the texts of all other records and terms: a translation of one is kept until the text changes."""


def gather(root: Path, report: Report) -> Messages:
    """Gather the messages of the library, and those of the records and terms."""
    library = dict.fromkeys(_in_the_library(), "") | dict(_of_the_vocabularies())
    glossary = read_glossary(root)
    shown = library | dict(_of_the_pages(root, report, glossary))
    known = (text for one in report.observations.values() for text in texts_of(one, report))
    known = chain(known, *map(_texts_of_source, report.evidence.sources.values()))
    terms = {term.definition: _about(term) for term in glossary.values()}
    # What a translator is told does not depend on which pages there are.
    return Messages(shown, shown | dict(known) | terms | library)


def _in_the_library() -> Iterator[str | tuple[str, str]]:
    extracted = extract_from_dir(_LIBRARY, _METHODS, {"**.html": {"silent": "false"}}, _KEYWORDS)
    for _, _, message, _, _ in extracted:
        yield message


def _of_the_vocabularies() -> Iterator[tuple[str, str]]:
    yield from ((text, "") for text in words_of_the_library())
    yield from ((level["badge"], "How closely numbers may be compared.") for level in LEVELS.values())


def _of_the_pages(root: Path, report: Report, glossary: Mapping[str, Term]) -> Iterator[tuple[str, str]]:
    """Give the texts of the records and terms that pages in other languages name."""
    yield from _of_the_municipality(report)
    for page in translated_pages(root):
        for term in _terms_on(page, glossary):
            yield glossary[term].definition, _about(glossary[term])
        for observation in observations_on(page, report):
            yield from texts_of(observation, report)
        for name in _named_by(page, {"ev-source"}):
            yield from _texts_of_source(report.evidence.sources[explicit_title_re.sub(r"\2", name).partition("/")[0]])


def _of_the_municipality(report: Report) -> Iterator[tuple[str, str]]:
    """Give what readers are asked, and the texts of the published answers that stand beside it."""
    yield from ((text, "Of the page on the reader's own municipality.") for text in municipality.texts(report))
    for measure in chain.from_iterable(municipality.published(report).values()):
        for _, row in municipality.answers(measure, report):
            yield from texts_of(row, report)
            if row.period_note:
                yield row.period_note.rstrip("."), "About the time of a survey; stands in brackets."


def _about(term: Term) -> str:
    return f"What “{term.term}” is."


def translated_pages(root: Path) -> Iterator[Page]:
    """Give the pages of the book that are in another language than English."""
    for name in pages_of_the_book(root):
        page = read_page(root / f"{name}.md")
        if page.front.get("language", ENGLISH) != ENGLISH:
            yield page


def _terms_on(page: Page, glossary: Mapping[str, Term]) -> Iterator[str]:
    for words in _named_by(page, {"term"}):
        if name := find_term(explicit_title_re.sub(r"\2", words), glossary):
            yield name


def _named_by(page: Page, roles: Collection[str]) -> Iterator[str]:
    """Give what stands in these roles on a page."""
    for _, part in page.parts():
        if part.type == "myst_role" and part.meta["name"] in roles:
            yield part.content


def observations_on(page: Page, report: Report) -> Iterator[Observation]:
    """Give the observations that roles and figures of a page name."""
    named = [name for names in _named_by(page, VARIANTS) for name in names.split()]
    named += [name for _, name in page.texts_in_cells("observations")]
    for name in dict.fromkeys(named):
        for one in report.observations.values():
            if name in (one.observation_id, one.belongs_to):
                yield one


def texts_of(one: Observation, report: Report) -> Iterator[tuple[str, str]]:
    """Give the texts of the evidence that stand with a number on a page in another language, each with advice."""
    yield one.label.removesuffix(f": {one.group}"), "What a number counts; begins a line."
    for text in (one.base_who, *_populations(one.population)):
        if text:
            yield text, f"Who was asked or is counted. {_INSIDE}"
    if one.group:
        yield one.group, "A group of those who answered; begins a line."
    if one.question_id:
        yield report.measures[one.question_id].record.english, "A question, in our words."
    if one.cited_from:
        yield one.cited_from, f"Whom the publication cites. {_INSIDE}"
    if one.value is None and one.missing:
        yield one.missing, "Why there is no number."
    if one.no_interval_because:
        yield one.no_interval_because, "Why there is no interval."
    yield one.subject, f"What a number is about. {_INSIDE}"
    if one.unit not in ("percent", "count", "weight"):
        yield one.unit, "A unit, after a number."
    yield from _texts_of_source(report.evidence.sources[one.source_id])


def _texts_of_source(source: Source) -> Iterator[tuple[str, str]]:
    if source.reading.part:
        yield source.reading.part, f"Which part was read. {_INSIDE}"
    for about in source.short_name.split(", ")[1:]:
        yield about, "After the name of a publication and a comma."


def _populations(text: str | None) -> set[str]:
    """Give the forms in which a population is said: whole, and its first sentence."""
    return {part.rstrip(".") for part in (text, text.split(". ")[0])} if text else set()


def update(root: Path, language: str, messages: Messages) -> str:
    """Give a catalogue anew, in order: what is needed, with the translations that it has, and others it may keep."""
    known = _read(root / FOLDER / f"{language}.po")
    catalogue = Catalog(locale=language, fuzzy=False)
    for message, about in messages.possible.items():
        have = known.get(_key(message))
        if message in messages.needed or (have and _translated(have)):
            string, comments = (have.string, have.user_comments) if have else ("", ())
            added = catalogue.add(message, string, auto_comments=[about] if about else (), user_comments=comments)
            added.flags = {"fuzzy"} & have.flags if have else set()  # Babel takes “95% interval” for a format of Python
    written = BytesIO()
    write_po(written, catalogue, width=0, sort_output=True, omit_header=True)
    head = known.header_comment or f"# What the library says, in {catalogue.locale.english_name}."
    return (
        f'{head}\nmsgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Language: {language}\\n"\n'
        f'"Plural-Forms: {catalogue.plural_forms}\\n"\n\n{written.getvalue().decode("utf-8").strip()}\n'
    )


def catalogue_problems(root: Path, messages: Messages) -> list[Problem]:
    """Say which messages catalogues lack, have in vain, or have with other placeholders than the English."""
    problems = []
    possible = {_key(message) for message in messages.possible}
    for language in languages(root):
        file = root / FOLDER / f"{language}.po"
        known = _read(file)
        for key in map(_key, messages.needed):
            if key not in known:
                problems.append(Problem(file, f"the message “{key}” is missing; run `make messages` and translate it"))
        for message in [*known, *known.obsolete.values()]:
            key = _key(message.id)
            if key and (wrong := _what_is_wrong(message, key in possible and key not in known.obsolete)):
                problems.append(Problem(file, f"the message “{key}” {wrong}", message.lineno))
    return problems


def _key(message: Text) -> str:
    return message if isinstance(message, str) else message[0]


def _translated(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, tuple) else bool(message.string)


def _what_is_wrong(message: Message, possible: bool) -> str | None:
    if not possible:
        return "is shown nowhere any more; run `make messages`"
    if not _translated(message):
        return "has no translation; add it"
    if message.fuzzy:
        return "is marked as fuzzy; look at it and remove the mark"
    if other := _other_placeholders(message):
        return f"has not the same words in braces as the English: {other}"
    return None


def _other_placeholders(message: Message) -> str:
    english = message.id if isinstance(message.id, str) else message.id[1]
    wanted = _placeholders(english)
    for text in (message.string,) if isinstance(message.string, str) else message.string:
        if found := _placeholders(text) ^ wanted:
            return ", ".join(sorted(found))
    return ""


def _placeholders(text: str) -> set[str]:
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name} | set(_PLACEHOLDER.findall(text))
    except ValueError:
        return {"a brace without the other"}


def _read(file: Path) -> Catalog:
    try:
        with file.open("rb") as source:
            return read_po(source, locale=file.stem, abort_invalid=True)
    except Exception as error:  # of Babel, which has several kinds for what is no catalogue
        raise EvidenceError([Problem(file, f"cannot be read as a catalogue: {error}")]) from None
