"""Find numbers in text, in digits and in the words of `numerals.yml`, and give their values."""

import re
from collections.abc import Iterator
from pathlib import Path

from nordic_ai.evidence.strict_yaml import read_yaml

# By language, the words that are numbers, each with the values that it may be read as.
_WORDS: dict[str, dict[str, list[float]]] = read_yaml(Path(__file__).with_suffix(".yml")).data
_NUMBER = re.compile(
    r"(?P<sign>(?<![\w\d.,])[-−+])?(?<![\d.,])"
    r"(?P<digits>(?:\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)|\d+)(?:[.,]\d+)*)"
    r"|(?P<word>[^\W\d_]+)"
)


def find_numerals(text: str, language: str) -> Iterator[tuple[re.Match[str], list[float]]]:
    """Yield the numbers in running text, each with the values that it may be read as.

    A comma is the decimal mark, and a point groups thousands. The code of the `language` decides which words are
    numbers. If numerals.yml does not have it, only digits count.

    >>> [values for _, values in find_numerals("0,275 mio. kr. i 2026, godt hver femte", "da")]
    [[0.275], [2026.0], [5, 20]]
    """
    words = _WORDS.get(language, {})
    for match in _NUMBER.finditer(text):
        values = words.get(match["word"].lower()) if match["word"] else [_digits_value(match["digits"])]
        if values:
            yield match, [-value for value in values] if match["sign"] in ("-", "−") else values


def _digits_value(digits: str) -> float:
    """Read digits with Nordic marks; a single point that does not group three digits is a decimal point."""
    digits = re.sub(r"\s", "", digits)
    if "," in digits:
        whole, _, decimals = digits.rpartition(",")
        return float(re.sub(r"\D", "", whole) + "." + decimals)
    if re.fullmatch(r"[1-9]\d{0,2}(\.\d{3})+", digits):
        return float(digits.replace(".", ""))
    return float(digits if digits.count(".") <= 1 else digits.split(".")[0])
