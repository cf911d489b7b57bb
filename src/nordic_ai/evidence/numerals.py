"""Read printed numbers in digits and in the words of `numerals.yml`: their values, ranges, and why one is not exact."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, NamedTuple

from babel import UnknownLocaleError
from babel.numbers import get_decimal_symbol

from nordic_ai.evidence.strict_yaml import read_yaml

_WORDS: dict[str, Any] = read_yaml(Path(__file__).with_suffix(".yml")).data
# Every dash and space that typesetters use; hyphens and dashes are minus signs too.
_DASH = "\\-\u2010-\u2015\u2212\ufe58\ufe63\uff0d"
_GAP = "\\s\u200b\u2060\ufeff"
_NUMBER = (
    rf"(?P<sign>(?<![\w.,%)])[{_DASH}+])?(?<!\d)(?<!(?<![^\W\d])[.,])"
    r"(?P<digits>(?:\d{1,3}(?:[ \u00a0\u2007-\u200a\u202f'’]\d{3})+(?!\d)|\d+)(?:[.,]\d+)*)"
)
_PERCENT = r"(?:%|pct\b\.?|pros\.|per cent|percent\w*|pr[oó][cs]en\w*)"
_CURRENCY = r"(?:(?:(?:kr|dkk|nok|sek|isk|eur)\b\.?|[€£$])\s*)?"
# In a proportion, a second number above this is what was counted, and not a way to say a share.
_LARGEST_PROPORTION = 100
# So many characters before and after a number can hold the words that are about it.
_NEAR = 80

Direction = Literal["above", "below"]


class Doubt(NamedTuple):
    """Why a printed value is not exact: the words that say so, and on which side of the value the truth then lies."""

    words: str
    direction: Direction | None


class Range(NamedTuple):
    """A printed range, such as “77–79 %”, and its two ends."""

    words: str
    low: float
    high: float


class _Numeral(NamedTuple):
    """A number in a text: what it may be read as, exactly or not."""

    match: re.Match[str]
    start: int
    """Where all its words begin, and end: those of "two thirds" begin before the match, which is "thirds"."""
    end: int
    exact: list[float]
    rough: list[float]
    one: bool = False
    """Whether it is a word that is 1 only in a proportion."""

    @property
    def values(self) -> list[float]:
        sign = self.match["sign"]
        values = list(dict.fromkeys(self.exact + self.rough))
        return [-value for value in values] if sign and sign != "+" else values


class _Language:
    """The words of one language by their use, and the patterns made of them."""

    def __init__(self, code: str) -> None:
        words = _WORDS.get(code, {})
        self.words: Mapping[str, Any] = _WORDS[words] if isinstance(words, str) else words
        self.counts, self.parts, self.ordinals, self.rough = map(
            self._numbers, ("counts", "parts", "ordinals", "rough")
        )
        self.one, self.majority = set(self._forms("one")), set(self._forms("majority"))
        phrases = {word for group in self._dictionaries for word in group if " " in word}
        phrase = rf"(?<!\w){_any_of(phrases)}(?!\w)"
        self.number = re.compile(rf"{_NUMBER}|(?P<word>{phrase}|[^\W\d_]+)", re.IGNORECASE)
        self.read = cache(self._read)
        try:
            self.decimal_mark = get_decimal_symbol(code)
        except (UnknownLocaleError, ValueError):
            self.decimal_mark = ","

    @property
    def _dictionaries(self) -> tuple[Iterable[str], ...]:
        return self.counts, self.parts, self.ordinals, self.rough, self.majority

    def _forms(self, *path: str) -> Iterator[str]:
        """Yield the words at a path of the data, each with the endings of the language if it takes them."""
        found: Any = self.words
        for key in path:
            found = found.get(key, {})
        for word in [found] if isinstance(found, str) else found:
            stem = word.removesuffix("-")
            yield from (stem + ending for ending in ("", *(self.words["endings"] if stem != word else ())))

    def _numbers(self, use: str) -> dict[str, float]:
        return {word: float(key) for key in self.words.get(use, ()) for word in self._forms(use, key)}

    def count(self, word: str) -> float | None:
        """Read a number word, or a compound of some, such as “femogtyve” or “kaksikymmentäviisi”."""
        if word in self.counts or word in self.one:
            return self.counts.get(word, 1)
        for cut in range(2, len(word) - 1):
            teen = word[cut:] == self.words.get("teen")
            if teen or word[cut:] in self.counts or word[cut:] in self.one:
                head = self.count(word[:cut].removesuffix("og"))
                tail = 10 if teen else self.counts.get(word[cut:], 1)
                joined = head and _compound(head, tail, is_sum=teen or word[:cut].endswith("og"))
                if joined:
                    return joined
        return None

    def _read(self, word: str) -> tuple[list[float], list[float]] | None:
        """Give the values that a word may be read as, exactly and roughly; None if it is no number."""
        if len(word) == 1 and unicodedata.category(word) == "No":
            number = unicodedata.numeric(word)
            return ([number], [_share(number, 1)]) if number < 1 else None
        if word in self.majority:
            return [], [50]
        count = self.ordinals[word] if word in self.ordinals and " " not in word else self.count(word)
        roughly = [self.rough[word]] if word in self.rough else []
        roughly += [_share(1, one[word]) for one in (self.parts, self.ordinals) if word in one]
        # Where both are one number, as in "every tenth", it is taken for the share.
        exactly = [] if count is None or count in roughly else [count]
        return (exactly, roughly) if exactly or roughly else None

    def equal_parts(self, word: str) -> float | None:
        """Give how many equal parts make the whole, for words such as “thirds”."""
        return self.parts.get(word, self.ordinals.get(word))

    @cached_property
    def range_between(self) -> re.Pattern[str]:
        """What stands between the ends of a range that needs no other word."""
        through = rf"[{_DASH}]|[{_GAP}]{_any_of(self._forms('to'))}[{_GAP}]"
        return re.compile(rf"[{_GAP}]*{_PERCENT}?[{_GAP}]*(?:{through})[{_GAP}]*", re.IGNORECASE)

    def are_between(self, text: str, one: _Numeral, other: _Numeral) -> bool:
        """Tell whether two numbers are the ends in “between 17 and 28”."""
        joined = rf"[{_GAP}]*{_PERCENT}?[{_GAP}]*{_any_of(self._forms('and'))}[{_GAP}]+"
        if not re.fullmatch(joined, text[one.end : other.start], re.IGNORECASE):
            return False
        before = re.compile(rf"\b{_any_of(self._forms('between'))}\s+$", re.IGNORECASE)
        after = re.compile(rf"\s*(?:[^\W\d]+\s+)?{_any_of(self._forms('between_after'))}\b", re.IGNORECASE)
        near = text[max(0, one.start - _NEAR) : one.start]
        return bool(before.search(near) or after.match(text[other.end : other.end + _NEAR]))

    @cached_property
    def proportion(self) -> re.Pattern[str]:
        """What stands between the numbers of a proportion: "ud af", "/", or the words of what is counted."""
        counted = rf"(?:[{_GAP}]+(?!{_PERCENT})[^\W\d_]+)?"
        of = rf"[{_GAP}]+{_any_of(self._forms('of'))}[{_GAP}]+" if self.words.get("of") else f"[{_GAP}]+"
        return re.compile(rf"{counted}{of}|/", re.IGNORECASE)

    def is_second_of(self, text: str, numeral: _Numeral) -> bool:
        """Tell whether a number ends as the second of a proportion does, where the language says it by the ending."""
        endings = self.words.get("of_ending")
        return not endings or bool(re.match(rf"\w*(\d:|[^\W\d]){_any_of(endings)}\b", text[numeral.match.start() :]))

    @cached_property
    def hedge_before(self) -> re.Pattern[str]:
        """What stands before a number that is not exact, up to the number."""
        words = "|".join(f"(?P<{kind}>{_any_of(self._forms('before', kind))})" for kind in _KINDS)
        articles = rf"(?:{_any_of(self._forms('articles'))}\s+)?"
        return re.compile(rf"((?<!\w)(?:{words})[\s.)]*{articles}|[~≈<>≤≥]\s*){_CURRENCY}$", re.IGNORECASE)

    @cached_property
    def hedge_after(self) -> re.Pattern[str]:
        """What stands after a number that is not exact, from the number on."""
        words = "|".join(f"(?P<{kind}>{_any_of(self._forms('after', kind))})" for kind in _KINDS)
        plus, unit = rf"\s*{_PERCENT}?\s*\+(?!\d)", r"\W*?(?:\s*[^\W\d]+\W+){0,2}?"
        return re.compile(rf"{plus}|{unit}(?<![^\W\d])(?:{words})\b", re.IGNORECASE)


_KINDS = ("about", "above", "below")
_language = cache(_Language)


def _any_of(words: Iterable[str]) -> str:
    """Make a pattern of words, the longest first; of none, it matches nothing."""
    longest_first = sorted(set(words), key=len, reverse=True)
    return f"(?:{'|'.join(re.escape(word).replace(chr(92) + ' ', chr(92) + 's+') for word in longest_first) or '(?!)'})"


def _compound(head: float, tail: float, *, is_sum: bool) -> float | None:
    """Join the two numbers of a compound: 20 and 5, 5 and 20 ("femogtyve"), 2 and 100, 100 and 25."""
    if is_sum and 1 <= head < 10 and (10 <= tail < 100):
        return head + tail
    if (20 <= head < 100 and head % 10 == 0 and 1 <= tail < 10) or (head >= 100 and head % 100 == 0 and tail < 100):
        return head + tail
    if tail == 1000 or (tail == 100 and head < 10) or (tail == 10 and 1 < head < 10):
        return head * tail
    return None


def _share(part: float, whole: float) -> float:
    """Give a share in words in whole per cents, or with one decimal where that is exact ("every eighth")."""
    share = 100 * part / whole
    return share if share * 10 % 1 == 0 else round(share)


def find_numerals(text: str, language: str) -> Iterator[tuple[re.Match[str], list[float]]]:
    """Yield the numbers in running text, each with the values that it may be read as.

    The code of the `language` decides which words are numbers and which mark is that of decimals; the other one groups
    thousands. Where the decimal mark may group thousands too, that value is the second. The first number of a
    proportion ("three in ten") may be the count or the share. If numerals.yml has no such language, only digits count.

    >>> [values for _, values in find_numerals("0,275 mio. kr. i 2026, godt hver femte af 2,000", "da")]
    [[0.275], [2026.0], [5.0, 20.0], [2.0, 2000.0]]
    """
    for numeral in _numerals(text, language):
        yield numeral.match, numeral.values


def find_ranges(text: str, language: str) -> Iterator[Range]:
    """Yield the ranges in a text, with each pair of ends that they may be read as.

    >>> list(find_ranges("mellem 17 og 28 pct.", "da"))
    [Range(words='17 og 28', low=17.0, high=28.0)]
    """
    for _, found in _ranges(text, language):
        yield found


def why_not_exact(text: str, value: float, language: str) -> Doubt | None:
    """Say why a value in a text is about right, a limit, a share in words or an end of a range; None if it is exact.

    >>> why_not_exact("over 70 prosent", 70, "nb")
    Doubt(words='over', direction='above')
    """
    words, ranges = _language(language), list(_ranges(text, language))
    found = []
    for numeral in _numerals(text, language):
        if value in numeral.values:
            hedge = words.hedge_before.search(text[max(0, numeral.start - _NEAR) : numeral.start])
            hedge = hedge or words.hedge_after.match(text[numeral.end : numeral.end + _NEAR])
            ends = [one for starts, one in ranges if numeral.start in starts and value in (one.low, one.high)]
            if ends:
                found.append(Doubt(ends[0].words, "above" if value == ends[0].low else "below"))
            elif hedge:
                found.append(Doubt(hedge[0].strip(), _direction(hedge)))
            else:
                found.append(_doubt_of_words(text[numeral.start : numeral.end], value, numeral, words))
    return found[0] if found and all(found) else None


def printed_decimals(text: str, value: float, language: str) -> int:
    """Count the decimals with which a value is printed.

    >>> printed_decimals("37,0 pct.", 37.0, "da"), printed_decimals("2.000 kr.", 2000.0, "da")
    (1, 0)
    """
    for match, values in find_numerals(text, language):
        if value in values:
            read, decimals = _as_decimals(match["digits"] or "")
            return decimals if read == abs(value) else 0
    return 0


def _direction(hedge: re.Match[str]) -> Direction | None:
    said, kinds = hedge[0].strip(), hedge.groupdict()
    if kinds["above"] or said[0] in ">≥" or said[-1] == "+":
        return "above"
    return "below" if kinds["below"] or said[0] in "<≤" else None


def _doubt_of_words(said: str, value: float, numeral: _Numeral, words: _Language) -> Doubt | None:
    """Doubt a share in words, which is about right, or more than half if it is a majority."""
    if abs(value) not in numeral.rough or abs(value) in numeral.exact:
        return None
    return Doubt(said, "above" if said.lower() in words.majority else None)


def _ranges(text: str, language: str) -> Iterator[tuple[tuple[int, int], Range]]:
    """Yield the ranges in a text, each with the places at which its ends begin."""
    words = _language(language)
    dates = [run.span() for run in re.finditer(rf"(?:\d+[{_DASH}]){{2,}}\d+", text)]
    for one, other in pairwise(_numerals(text, language)):
        if any(start <= one.start < end for start, end in dates):
            continue
        highs, between = other.values, text[one.end : other.start]
        if other.match["sign"] and not one.match["sign"] and not words.range_between.fullmatch(between):
            # In "77 –79" the dash was taken for a minus sign.
            highs, between = [abs(value) for value in highs], text[one.end : other.match.start("digits")]
        if words.range_between.fullmatch(between) or words.are_between(text, one, other):
            said = text[one.start : other.end]
            pairs = ((low, high) for low in one.values for high in highs if low < high)
            yield from (((one.start, other.start), Range(said, low, high)) for low, high in pairs)


def _numerals(text: str, language: str) -> list[_Numeral]:
    """Find the numbers of a text, those of several words put together, and proportions given their share."""
    words, found = _language(language), []
    for match in words.number.finditer(text):
        word = " ".join(match["word"].lower().split()) if match["word"] else ""
        values = words.read(word) if word else (_digits_values(match["digits"], words.decimal_mark), [])
        if values:
            new = _Numeral(match, *match.span(), *values, word in words.one)
            joined = found and _joined(words, found[-1], new, text[found[-1].end : match.start()])
            if joined:
                found.pop()
            found.append(joined or new)
    for index, (one, other) in enumerate(pairwise(found)):
        between = text[one.end : other.start]
        if one.exact and other.exact and words.proportion.fullmatch(between) and words.is_second_of(text, other):
            part, whole = one.exact[0], other.exact[0]
            if 0 < part <= whole and 1 < whole <= _LARGEST_PROPORTION:
                found[index] = one._replace(end=other.end, rough=[*one.rough, _share(part, whole)], one=False)
    return [numeral for numeral in found if not numeral.one]


def _joined(words: _Language, one: _Numeral, other: _Numeral, between: str) -> _Numeral | None:
    """Put together the words of one number: two thirds, twenty-five, tuttugu og fimm, three hundred, 6 tusind."""
    if not one.exact or one.match["sign"] or other.match["digits"]:
        return None
    parts, first = words.equal_parts(other.match["word"].lower()), one.exact[0]
    together = re.fullmatch(rf"[{_GAP}]+|[{_DASH}]", between)
    if one.match["digits"]:
        if together and other.exact == [1000] and first < 1000:
            return one._replace(end=other.end, exact=[first, first * 1000])
        has_half = not between and other.exact and other.exact[0] < 1
        return one._replace(end=other.end, exact=[first + other.exact[0]]) if has_half else None
    if together and parts and 1 < first < parts:
        return other._replace(start=one.start, exact=[], rough=[_share(first, parts)])
    ten_and_unit = 20 <= first < 100 and re.fullmatch(r"\s+og\s+", between)
    # No compound of two words multiplies by ten: "fem-ti" is five to ten.
    if other.exact and other.exact[0] != 10 and (together or ten_and_unit):
        value = _compound(first, other.exact[0], is_sum=False)
        return other._replace(start=one.start, exact=[value], rough=[], one=False) if value else None
    return None


def _as_decimals(digits: str) -> tuple[float | None, int]:
    """Read the last mark as one of decimals, and count these; None if there is no mark."""
    whole, _, decimals = digits.replace(",", ".").rpartition(".")
    return (float(re.sub(r"\D", "", whole) + "." + decimals), len(decimals)) if whole else (None, 0)


def _digits_values(digits: str, decimal_mark: str) -> list[float]:
    """Read digits; a mark that can only be one of decimals is one, whatever the language."""
    digits = re.sub(r"[\s'’]", "", digits)
    marks, (as_decimals, _), as_groups = (
        re.findall("[.,]", digits),
        _as_decimals(digits),
        float(re.sub(r"\D", "", digits)),
    )
    if as_decimals is None:
        return [as_groups]
    grouped = len(set(marks)) == 1 and re.fullmatch(r"[1-9]\d{0,2}([.,]\d{3})+", digits)
    if grouped:
        return [as_decimals, as_groups] if marks[0] == decimal_mark else [as_groups]
    # Several marks of one kind that group nothing, as in 14.08.2017, make no number of what they join.
    return [as_decimals if len(marks) == 1 or len(set(marks)) > 1 else float(digits.split(marks[0])[0])]
