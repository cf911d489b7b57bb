"""Verify a record against the text of its publication: all it prints is there, and no number there is left out."""

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from nordic_ai.evidence.model import Source
from nordic_ai.evidence.numerals import find_numerals
from nordic_ai.evidence.printed import Printed
from nordic_ai.evidence.values import line_range

# So many of a publication's words in a row, in one of our files, are a copied sentence and not a label.
COPIED_WORDS = 8

Span = tuple[int, int]
"""Where a piece of text begins and ends, in characters."""


class SourceText:
    """A publication's text with its lines, and the pieces that records have claimed."""

    def __init__(self, text: str) -> None:
        self.text = text
        # Where each line begins.
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self.claimed: list[Span] = []

    def span_of(self, at: str | None) -> Span:
        """Give the span of a line or range of lines, empty beyond the end of the text; of the whole text for None."""
        first, last = line_range(at) if at else (1, len(self.starts))
        begins = [*self.starts, len(self.text)]
        return begins[min(first, len(begins)) - 1], begins[min(last, len(begins) - 1)]

    def find(self, printed: str, at: str | None) -> list[Span]:
        """Find printed words at a place: whole words and numbers, whatever the white space between them."""
        words = r"[\s*]+".join(re.escape(word) for word in printed.split())
        before = r"(?<!\w)" if printed[0].isalnum() else ""
        pattern = re.compile(rf"(?<!\d[.,]){before}{words}(?!\w)(?![.,]\d)")
        return [match.span() for match in pattern.finditer(self.text, *self.span_of(at))]

    def claim(self, spans: Iterable[Span]) -> bool:
        """Claim the first of several pieces that overlaps no claimed one, and tell whether there was one."""
        for start, end in spans:
            if not any(start < taken_end and taken_start < end for taken_start, taken_end in self.claimed):
                self.claimed.append((start, end))
                return True
        return False


@dataclass(frozen=True)
class PrintedPart:
    """Something that a record says is printed at a place."""

    path: str
    as_printed: str
    at: str
    is_number: bool


def printed_parts(source: Source) -> list[PrintedPart]:
    """List everything that a source's record says is printed, with the place.

    Numbers come first, so that words around a number never claim it before the record that it belongs to.
    """
    parts = []
    for _, name, record in source.parts():
        path, at = f"{source.id}/{name}", getattr(record, "at", None)
        as_printed, original = getattr(record, "as_printed", None), getattr(record, "original", None)
        original_at = getattr(record, "original_at", None) or at
        if as_printed and at:
            is_number = isinstance(record, Printed) and record.value is not None
            parts.append(PrintedPart(path, as_printed, at, is_number))
        if original and original_at:
            parts.append(PrintedPart(f"{path}/original", original, original_at, False))
    return sorted(parts, key=lambda part: not part.is_number)


def verify(source: Source, text: str) -> list[str]:
    """Compare a record with the whole text that it was read from; give a sentence for each thing that is wrong.

    There is none if the record is true to the text and complete: everything printed is where the record says, once
    for each record; every number in the text (in digits or in words) belongs to a record or is listed as no evidence;
    and every entry of that list is needed.
    """
    page = SourceText(text)
    return [*_places_exist(source, page), *_all_is_printed(source, page), *_numbers_are_recorded(source, page)]


def _places_exist(source: Source, page: SourceText) -> Iterator[str]:
    last = len(page.starts)
    places = {getattr(record, name, None) for _, _, record in source.parts() for name in ("at", "original_at")}
    for at in sorted(filter(None, places)):
        if line_range(at)[1] > last:
            yield f"{source.id}: line {at} is beyond the end of the text, which has {last} lines"
    if source.places[-1].line > last:
        yield f"{source.id}: the place “{source.places[-1].title}” begins after the end of the text"


def _all_is_printed(source: Source, page: SourceText) -> Iterator[str]:
    for part in printed_parts(source):
        found = page.find(part.as_printed, part.at)
        if not found:
            yield f"{part.path}: “{part.as_printed}” is not on line {part.at} of the text"
        elif not page.claim(found) and part.is_number:
            advice = "each number in the text belongs to one record"
            yield f"{part.path}: “{part.as_printed}” on line {part.at} already belongs to another record; {advice}"


def _numbers_are_recorded(source: Source, page: SourceText) -> Iterator[str]:
    entries = source.not_evidence
    ignored = [page.find(entry.text, entry.at) if entry.text else [page.span_of(entry.at)] for entry in entries]
    used = set()
    for numeral, _ in find_numerals(page.text, source.language):
        span = numeral.span()
        if _within(span, page.claimed):
            continue
        listed = [index for index, spans in enumerate(ignored) if _within(span, spans)]
        used.update(listed[:1])
        if not listed:
            line = bisect_right(page.starts, span[0])
            context = " ".join(page.text[max(0, span[0] - 30) : span[1] + 30].split())
            yield f"{source.id}: no record accounts for “{numeral[0]}” on line {line} (… {context} …)"
    for index, entry in enumerate(entries):
        if index not in used:
            place = f" on line {entry.at}" if entry.at else ""
            what = f"“{entry.text or 'all numbers'}”{place}"
            yield f"{source.id}: not_evidence {what} matches no number that is left; remove it"


def _within(span: Span, spans: Iterable[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in spans)


def copied_runs(written: str, text: str) -> list[str]:
    """List the runs of `COPIED_WORDS` words of a publication's text that one of our files repeats."""

    def runs(content: str) -> list[str]:
        words = re.findall(r"\w+", content.lower())
        return [" ".join(words[i : i + COPIED_WORDS]) for i in range(len(words) - COPIED_WORDS + 1)]

    known = set(runs(text))
    return [run for run in runs(written) if run in known]


def find_text(source: Source, folder: Path) -> str | None:
    """Find the text that a source was read from, by its checksum, whatever the name of its file."""
    for file in sorted(path for path in folder.glob("*.txt") if path.is_file()):
        raw = file.read_bytes()
        if hashlib.sha256(raw).hexdigest() == source.text.sha256:
            return raw.decode("utf-8")
    return None
