"""Verify a record against the text of its publication: all it prints is there, and no number there is left out."""

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from typing import NamedTuple

from nordic_ai.evidence.model import Source
from nordic_ai.evidence.numerals import find_numerals
from nordic_ai.evidence.printed import Printed
from nordic_ai.evidence.surveys import GroupAnswer
from nordic_ai.evidence.values import line_range

# So many of a publication's words in a row, in one of our files, are a copied sentence and not a label.
COPIED_WORDS = 8


class SourceText:
    """A publication's text with its lines, from which what records account for is struck out piece by piece."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.left = text
        """The text with underscores in place of what was struck out."""
        # Where each line begins.
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def span_of(self, at: str | None) -> tuple[int, int]:
        """Give the span of a line or range of lines, empty beyond the end of the text; of the whole text for None."""
        first, last = line_range(at) if at else (1, len(self.starts))
        begins = [*self.starts, len(self.text)]
        return begins[min(first, len(begins)) - 1], begins[min(last, len(begins) - 1)]

    def find(self, printed: str, at: str | None) -> list[tuple[int, int]]:
        """Find printed words at a place: whole words and numbers, whatever the white space between them."""
        words = r"[\s*]+".join(re.escape(word) for word in printed.split())
        before = r"(?<!\w)" if printed[0].isalnum() else ""
        pattern = re.compile(rf"(?<!\d[.,]){before}{words}(?!\w)(?![.,]\d)")
        return [match.span() for match in pattern.finditer(self.text, *self.span_of(at))]

    def strike_out(self, start: int, end: int) -> str:
        """Strike out a piece, and give what was left of it."""
        piece = self.left[start:end]
        self.left = f"{self.left[:start]}{'_' * len(piece)}{self.left[end:]}"
        return piece


class PrintedPart(NamedTuple):
    """Something that a record says is printed at a place."""

    path: str
    as_printed: str
    at: str
    is_number: bool
    shared: str | None = None
    """What has this number in common with others: one printed share may be that of several groups ("in both a third"),
    and one printed base that of several questions."""


def printed_parts(source: Source) -> list[PrintedPart]:
    """List everything that a source's record says is printed, with the place; numbers come first."""
    parts = []
    for _, name, record in source.parts():
        path, at = f"{source.id}/{name}", getattr(record, "at", None)
        is_number = isinstance(record, Printed) and record.value is not None
        shared = path.rpartition("/")[0] if isinstance(record, GroupAnswer) else None
        shared = "base" if name.endswith("/base") else shared
        parts.append(PrintedPart(path, getattr(record, "as_printed", None), at, is_number, shared))
        original_at = getattr(record, "original_at", None) or at
        parts.append(PrintedPart(f"{path}/original", getattr(record, "original", None), original_at, False))
    # So that words around a number never claim it before the record that it belongs to.
    return sorted((part for part in parts if part.as_printed and part.at), key=lambda part: not part.is_number)


def verify(source: Source, text: str) -> Iterator[str]:
    """Compare a record with the whole text that it was read from; yield a sentence for each thing that is wrong.

    There is none if the record is true to the text and complete: everything printed is where the record says, once
    for each record; every number in the text (in digits or in words) belongs to a record or is listed as no evidence;
    and every entry of that list is needed. In notes made while reading, which are in English, only what
    stands in quotation marks can hold the publication's number words.
    """
    page = SourceText(text)
    if source.text.kind == "notes":
        page.left = re.sub(r'"[^"\n]*"|[^\W\d_]+', lambda m: m[0] if m[0][0] == '"' else "_" * len(m[0]), text)
    last = len(page.starts)
    places = {getattr(record, name, None) for _, _, record in source.parts() for name in ("at", "original_at")}
    for at in sorted(filter(None, places)):
        if line_range(at)[1] > last:
            yield f"{source.id}: line {at} is beyond the end of the text, which has {last} lines"
    if source.places[-1].line > last:
        yield f"{source.id}: the place “{source.places[-1].title}” begins after the end of the text"
    claimed: set[tuple[str | None, ...]] = set()
    for part in printed_parts(source):
        found = page.find(part.as_printed, part.at)
        free = [span for span in found if page.left[slice(*span)] == page.text[slice(*span)]]
        if free:
            page.strike_out(*free[0])
            claimed.add((part.shared, part.as_printed, part.at))
        elif not found:
            yield f"{part.path}: “{part.as_printed}” is not on line {part.at} of the text"
        elif part.is_number and not (part.shared and (part.shared, part.as_printed, part.at) in claimed):
            advice = "each number in the text belongs to one record"
            yield f"{part.path}: “{part.as_printed}” on line {part.at} already belongs to another record; {advice}"
    for entry in source.not_evidence:
        spans = page.find(entry.text, entry.at) if entry.text else [page.span_of(entry.at)]
        if not any(find_numerals("\n".join(page.strike_out(*span) for span in spans), source.language)):
            what = f"“{entry.text or 'all numbers'}”" + (f" on line {entry.at}" if entry.at else "")
            yield f"{source.id}: not_evidence {what} matches no number that is left; remove it"
    for numeral, _ in find_numerals(page.left, source.language):
        line = bisect_right(page.starts, numeral.start())
        context = " ".join(text[max(0, numeral.start() - 30) : numeral.end() + 30].split())
        yield f"{source.id}: no record accounts for “{numeral[0]}” on line {line} (… {context} …)"


def copied_runs(written: str, text: str) -> list[str]:
    """List the runs of `COPIED_WORDS` words of a publication's text that one of our files repeats."""
    ours, theirs = (re.findall(r"\w+", content.lower()) for content in (written, text))
    known = set(_runs(theirs))
    return [" ".join(run) for run in _runs(ours) if run in known]


def _runs(words: list[str]) -> Iterator[tuple[str, ...]]:
    return zip(*(words[start:] for start in range(COPIED_WORDS)), strict=False)


def own_words(source: Source, written: str) -> str:
    """Give what one of our files says without what is cited and not copied: titles, addresses, printed questions."""
    cited = [source.title.original, source.title.english, *(address.url for address in source.addresses)]
    cited += [question.original for question in source.questions if question.original]
    return reduce(lambda text, words: text.replace(words, ""), cited, written)


def find_text(source: Source, *folders: Path) -> str | None:
    """Find the text that a source was read from, by its checksum, if it was read from one that is at hand."""
    if source.text is None:
        return None
    for file in sorted(file for folder in folders for file in folder.glob("*.txt")):
        if file.is_file() and hashlib.sha256(raw := file.read_bytes()).hexdigest() == source.text.sha256:
            return raw.decode("utf-8")
    return None
