"""Prove that a record is true to its publication's text: all it prints is there, and no number there is forgotten."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from nordic_ai.evidence.model import Enumeration, NotEvidence, Source
from nordic_ai.evidence.numerals import find_numerals
from nordic_ai.evidence.values import line_range

# A run of this many of a publication's words in a row, in a record, is a copied sentence and not a label.
COPIED_WORDS = 8


@dataclass
class SourceText:
    """A publication's text with its lines, and the parts that records have accounted for."""

    text: str
    starts: list[int] = field(init=False)
    claimed: list[tuple[int, int]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.starts = [0, *(match.end() for match in re.finditer("\n", self.text))]

    def line_of(self, offset: int) -> int:
        """Give the number of the line (from 1) that a character stands on."""
        return sum(start <= offset for start in self.starts)

    def span_of(self, at: str) -> tuple[int, int]:
        """Give the characters of a line or range of lines; empty beyond the end of the text."""
        first, last = line_range(at)
        if first > len(self.starts):
            return len(self.text), len(self.text)
        end = self.starts[last] if last < len(self.starts) else len(self.text)
        return self.starts[first - 1], end

    def occurrences(self, printed: str, start: int, end: int) -> list[tuple[int, int]]:
        """Find printed words between two characters: whole words and numbers, whatever the white space."""
        words = r"[\s*]+".join(re.escape(word) for word in printed.split())
        before = r"(?<!\w)" if printed[0].isalnum() else ""
        pattern = re.compile(rf"{before}{words}(?!\w)(?![.,]\d)")
        return [
            (match.start(), match.end())
            for match in pattern.finditer(self.text, start, end)
            if not re.search(r"\d[.,]$", self.text[max(0, match.start() - 2) : match.start()])
        ]

    def claim(self, printed: str, at: str) -> bool | None:
        """Account for printed words at a place.

        Returns
        -------
        bool or None
            True if they stand there and nothing else claims them, False if they do not stand there,
            None if they stand there but another record has claimed them already.
        """
        found = self.occurrences(printed, *self.span_of(at))
        if not found:
            return False
        for start, end in found:
            if not any(start < taken_end and taken_start < end for taken_start, taken_end in self.claimed):
                self.claimed.append((start, end))
                return True
        return None


@dataclass(frozen=True)
class PrintedPart:
    """Something that a record says is printed at a place."""

    path: str
    as_printed: str
    at: str
    is_number: bool


def printed_parts(source: Source) -> list[PrintedPart]:
    """List everything that a source's record says is printed, with the place, numbers first.

    Numbers come first, so that words around a number never take it from the record that it belongs to.
    """
    return sorted(_walk(source, source.id), key=lambda part: not part.is_number)


def _walk(item: Any, path: str) -> Iterator[PrintedPart]:
    if isinstance(item, list):
        for index, child in enumerate(item):
            yield from _walk(child, f"{path}/{getattr(child, 'id', index)}")
    elif isinstance(item, BaseModel) and not isinstance(item, NotEvidence):
        at = getattr(item, "at", None)
        as_printed = getattr(item, "as_printed", None)
        if as_printed and at:
            yield PrintedPart(path, as_printed, at, getattr(item, "value", None) is not None)
        original = getattr(item, "original", None)
        place = getattr(item, "original_at", None) or at
        if original and place and not isinstance(item, Enumeration):
            yield PrintedPart(f"{path}/original", original, place, False)
        for name in type(item).model_fields:
            if name == "title":
                continue
            child = getattr(item, name)
            if isinstance(child, list | BaseModel):
                yield from _walk(child, path if isinstance(child, list) else f"{path}/{name}")


def _places(item: Any) -> Iterator[str]:
    """List every place that a record names."""
    if isinstance(item, list):
        for child in item:
            yield from _places(child)
    elif isinstance(item, BaseModel):
        for name in type(item).model_fields:
            child = getattr(item, name)
            if name in ("at", "original_at") and child:
                yield child
            else:
                yield from _places(child)


def verify(source: Source, text: str) -> list[str]:
    """Compare a record with the text it was read from.

    Parameters
    ----------
    source
        The validated record.
    text
        The whole text, as read from the file whose checksum the record gives.

    Returns
    -------
    list of str
        One sentence for each thing that is wrong; empty if the record is true to the text and complete:
        everything printed stands where it is said to stand, once for each record; every number in the text
        (in digits or in words) belongs to a record or is listed as no evidence; every entry of that list is needed.
    """
    page = SourceText(text)
    problems = [
        f"{source.id}: line {at} is beyond the end of the text, which has {len(page.starts)} lines"
        for at in sorted(set(_places(source)))
        if line_range(at)[1] > len(page.starts)
    ]
    for part in printed_parts(source):
        found = page.claim(part.as_printed, part.at)
        if found is False:
            problems.append(f"{part.path}: “{part.as_printed}” does not stand on line {part.at} of the text")
        elif found is None and part.is_number:
            problems.append(
                f"{part.path}: “{part.as_printed}” on line {part.at} is already another record's; "
                "each number in the text belongs to one record"
            )
    numerals = [n for n in find_numerals(text, source.language) if not _within(n.start, n.end, page.claimed)]
    ignored = [(entry, *_ignored_span(page, entry)) for entry in source.not_evidence]
    used = set()
    for numeral in numerals:
        for index, (entry, start, end) in enumerate(ignored):
            if start <= numeral.start < end and (
                entry.text is None or _within(numeral.start, numeral.end, page.occurrences(entry.text, start, end))
            ):
                used.add(index)
                break
        else:
            line = page.line_of(numeral.start)
            around = " ".join(text[max(0, numeral.start - 30) : numeral.end + 30].split())
            problems.append(f"{source.id}: no record accounts for “{numeral.text}” on line {line} (… {around} …)")
    for index, (entry, _, _) in enumerate(ignored):
        if index not in used:
            problems.append(
                f"{source.id}: not_evidence “{entry.text or 'all numbers'}”"
                f"{f' on line {entry.at}' if entry.at else ''} matches no number that is left; remove it"
            )
    if source.places[-1].line > len(page.starts):
        problems.append(f"{source.id}: the place “{source.places[-1].title}” begins after the end of the text")
    return problems


def _ignored_span(page: SourceText, entry: NotEvidence) -> tuple[int, int]:
    return page.span_of(entry.at) if entry.at else (0, len(page.text))


def _within(start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    return any(span_start <= start and end <= span_end for span_start, span_end in spans)


def copied_runs(written: str, text: str) -> list[str]:
    """Find runs of a publication's words that stand in a row in our own files.

    Parameters
    ----------
    written
        The content of one of our files.
    text
        The publication's text.

    Returns
    -------
    list of str
        The runs of at least `COPIED_WORDS` words; empty if none.
    """
    known = set(_runs(text))
    return [run for run in _runs(written) if run in known]


def _runs(text: str) -> list[str]:
    words = re.findall(r"\w+", text.lower())
    return [" ".join(words[i : i + COPIED_WORDS]) for i in range(len(words) - COPIED_WORDS + 1)]


def find_text(source: Source, folder: Path) -> str | None:
    """Find the text that a source was read from, by its checksum, whatever its file is called."""
    for file in sorted(path for path in folder.glob("*.txt") if path.is_file()):
        raw = file.read_bytes()
        if hashlib.sha256(raw).hexdigest() == source.text.sha256:
            return raw.decode("utf-8")
    return None
