"""Check spelling: British English, with the words of this project and of its publications."""

import re
from collections.abc import Iterable, Iterator
from functools import reduce
from pathlib import Path

from hunspell import Hunspell

from nordic_ai.authoring.pages import STAND_IN
from nordic_ai.evidence.errors import EvidenceError, Problem
from nordic_ai.evidence.loading import Evidence
from nordic_ai.evidence.strict_yaml import Document

WORDS_FILE = "data/words.txt"

ADDRESS = r"\b(?:https?://|www\.)[^\s<>]*[^\s<>.,;:!?)]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
"""The pattern of an address of a page or of mail."""

_NO_WORDS = re.compile(rf"{ADDRESS}|[\w-]+\.[a-z]{{2,5}}\b")
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
# The fields of data/ that contain our own English words.
_ENGLISH_FIELDS = {
    *("english", "label", "text", "title", "note", "missing", "reason", "who", "scope"),
    *("definition", "why", "municipalities_reference", "question"),
}


def english_texts(document: Document) -> Iterator[tuple[int, str]]:
    """Yield our own texts in a file of data/, each with its line."""
    for path, line in document.lines.items():
        text = reduce(lambda part, key: part[key], path, document.data)
        if isinstance(text, str) and path[-1] in _ENGLISH_FIELDS:
            yield line, text


def in_order(words: str) -> str:
    """Put the list of words in order: its comments, then each word once, sorted without regard to capitals."""
    lines = dict.fromkeys(line.strip() for line in words.splitlines() if line.strip())
    return "".join(f"{line}\n" for line in sorted(lines, key=lambda line: "" if line[0] == "#" else line.casefold()))


class SpellChecker:
    """Finds words that neither the dictionary nor the project knows."""

    def __init__(self, root: Path, evidence: Evidence) -> None:
        self._dictionary = Hunspell("en_GB", hunspell_data_dir=str(Path(__file__).with_name("spelling")))
        file = root / WORDS_FILE
        try:
            listed = file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeError) as error:
            raise EvidenceError([Problem(file, f"cannot be read: {getattr(error, 'strerror', 'not UTF-8')}")]) from None
        self.in_order = listed == in_order(listed)
        known = [line for line in listed.splitlines() if not line.startswith("#")]
        for source in evidence.sources.values():
            known += [source.title.original, source.publisher, source.prepared_by or "", source.commissioned_by or ""]
        self._known = {word for text in known for word in _WORD.findall(text)}

    def check(self, lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        """Yield each line that holds an unknown word, and what to do about it."""
        for line, text in lines:
            for word in _WORD.findall(_NO_WORDS.sub(STAND_IN, text.replace("’", "'"))):
                if not self.knows(word):
                    near = ", ".join(f"“{known}”" for known in self._dictionary.suggest(word)[:3])
                    hint = f"is it {near}? If it is right, add" if near else "correct it, or add"
                    yield line, f"the word “{word}” is unknown; {hint} it to {WORDS_FILE}"

    def knows(self, word: str) -> bool:
        """Tell whether a word, or each part of a compound, is known."""
        own = word.removesuffix("'s")
        if own.isupper() or {own, own.lower()} & self._known or self._dictionary.spell(word):
            return True
        return "-" in word and all(self.knows(part) for part in word.split("-"))
