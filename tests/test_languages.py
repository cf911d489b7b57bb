"""Words of another language say which on every page, so that screen readers read them aloud in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from bs4.element import PreformattedString

from nordic_ai.evidence.loading import Evidence
from nordic_ai.evidence.vocabularies import read_glossary

LanguagesOf = Mapping[str, set[str]]


@pytest.fixture(scope="module")
def original(evidence: Evidence) -> LanguagesOf:
    """Give the words that pages show as the publications print them, with their languages."""
    found: dict[str, set[str]] = {}
    english: set[str] = set()
    for source in evidence.sources.values():
        for key, words in texts_of(source.model_dump()):
            if key in ("original", "as_printed") and re.search(r"[^\W\d_]{3}", words):
                found.setdefault(words, set()).add(source.language)
            elif key in ("english", "label", "publisher"):
                english.add(words)
    return {words: languages for words, languages in found.items() if words not in english}


@pytest.fixture(scope="module")
def terms(root: Path) -> LanguagesOf:
    """Give the words of the glossary; one word may be of several languages."""
    found: dict[str, set[str]] = {}
    for term in read_glossary(root).values():
        for language, word in term.words.items():
            found.setdefault(word, set()).add(language)
    return found


def texts_of(record: object, key: str = "") -> Iterator[tuple[str, str]]:
    """Yield the texts of nested data, each with its key."""
    if isinstance(record, dict):
        for name, value in record.items():
            yield from texts_of(value, name)
    elif isinstance(record, list | tuple):
        for value in record:
            yield from texts_of(value, key)
    elif isinstance(record, str):
        yield key, record


def shown(page: str) -> Iterator[tuple[Tag, str]]:
    """Yield the texts that readers meet, each with its element."""
    for text in BeautifulSoup(page, "html.parser").find_all(string=True):
        if text.strip() and not isinstance(text, PreformattedString) and text.parent.name not in ("pre", "code"):
            yield text.parent, text.strip()


def wrongly_marked(texts: Iterable[tuple[Tag, str]], original: LanguagesOf, terms: LanguagesOf) -> Iterator[str]:
    """Say which original words among those shown are marked with another language than their own."""
    for tag, text in texts:
        languages = original.get(text.strip("“”\"'«»„ "))
        marked = next((one["lang"] for one in (tag, *tag.parents) if one.get("lang")), "")
        # What an English publication prints is in the language of the page.
        page_language = {"en-GB"} if "en" in (languages or ()) else set()
        if languages is not None and marked not in languages | terms.get(text, set()) | page_language:
            yield f"line {tag.sourceline}: `{text}` is marked as `{marked}`, not as {' or '.join(sorted(languages))}"


def test_original_words_are_marked_on_every_page(site: Path, original: LanguagesOf, terms: LanguagesOf) -> None:
    assert len(original) > 100
    seen = 0
    for file in site.rglob("*.html"):
        page = file.read_text("utf-8")
        if not re.search(r'<html [^>]*lang="en', page):  # whose words may be those of a publication by chance
            continue
        texts = list(shown(page))
        assert list(wrongly_marked(texts, original, terms)) == [], file.name
        seen += sum(text in original for _, text in texts)
    assert seen > 100


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("<p>„Kommunedirektør“</p>", "line 1: `„Kommunedirektør“` is marked as `en-GB`, not as nb"),
        ('<p lang="sv">Kommunedirektør</p>', "line 1: `Kommunedirektør` is marked as `sv`, not as nb"),
        ('<p lang="nb"><em>Kommunedirektør</em></p>', None),
        ("<p>Municipal director</p>", None),
        ("<pre>Kommunedirektør</pre>", None),
    ],
)
def test_words_without_their_language_are_found(words: str, found: str | None) -> None:
    page = f'<html lang="en-GB"><body>{words}</body></html>'
    assert list(wrongly_marked(shown(page), {"Kommunedirektør": {"nb"}}, {})) == ([found] if found else [])
