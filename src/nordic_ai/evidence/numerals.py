"""Find numbers in text, in digits and in the words of `numerals.yml`; say their values and whether they are exact."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nordic_ai.evidence.strict_yaml import read_yaml

# By language: numbers and shares in words, and the words around a number that is not exact.
_WORDS: dict[str, dict[str, Any]] = read_yaml(Path(__file__).with_suffix(".yml")).data
_NUMBER = re.compile(
    r"(?P<sign>(?<![\w\d.,])[-−+])?(?<![\d.,])"
    r"(?P<digits>(?:\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)|\d+)(?:[.,]\d+)*)"
    r"|(?P<word>[^\W\d_]+)"
)


def find_numerals(text: str, language: str) -> Iterator[tuple[re.Match[str], list[float]]]:
    """Yield the numbers in running text, each with the values that it may be read as.

    A comma is the decimal mark, and a point groups thousands; where a comma may group thousands too, that value is the
    second. The code of the `language` decides which words are numbers. If numerals.yml has none, only digits count.

    >>> [values for _, values in find_numerals("0,275 mio. kr. i 2026, godt hver femte af 2,000", "da")]
    [[0.275], [2026.0], [5, 20], [2.0, 2000.0]]
    """
    words = _WORDS.get(language, {}).get("numbers", {})
    for match in _NUMBER.finditer(text):
        values = words.get(match["word"].lower()) if match["word"] else _digits_values(match["digits"])
        if values:
            yield match, [-value for value in values] if match["sign"] in ("-", "−") else values


def _digits_values(digits: str) -> list[float]:
    """Read digits with Nordic marks; a single point that does not group three digits is a decimal point."""
    digits = re.sub(r"\s", "", digits)
    if "," in digits:
        whole, _, decimals = digits.rpartition(",")
        grouped = [float(digits.replace(",", ""))] if re.fullmatch(r"[1-9]\d{0,2}(,\d{3})+", digits) else []
        return [float(re.sub(r"\D", "", whole) + "." + decimals), *grouped]
    if re.fullmatch(r"[1-9]\d{0,2}(\.\d{3})+", digits):
        return [float(digits.replace(".", ""))]
    return [float(digits if digits.count(".") <= 1 else digits.split(".")[0])]


def why_not_exact(text: str, value: float, language: str) -> str | None:
    """Give the words by which a text says that a value in it is about right, or a limit; None if it is exact."""
    words = _WORDS.get(language, {})
    before, after = ("|".join(map(re.escape, words.get(place, ["_"]))) for place in ("before", "after"))
    found = []
    for match, values in find_numerals(text, language):
        if value in values:
            share = match if match[0].lower() in words.get("shares", ()) and value == values[-1] else None
            less = re.search(rf"((?<!\w)({before})[\s.]*|[~≈<>≤≥]\s*)$", text[: match.start()], re.IGNORECASE)
            more = re.match(rf"\W*([^\W\d]+\W+)?({after})\b", text[match.end() :], re.IGNORECASE)
            found.append(share or less or more)
    return found[0][0].strip() if found and all(found) else None
