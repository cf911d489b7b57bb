"""Find numbers in Danish, Norwegian and Swedish text, in digits and in words, and say what they are worth."""

from __future__ import annotations

import re
from dataclasses import dataclass

# A share in words is worth whole per cents, an ordinal also itself ("hver tredje": one in three).
# "Most" and "the majority" claim more than half, so their value is the bound 50.
# Articles (en, et, ett) are left out: they are numbers only by accident.
_WORDS: dict[str, dict[str, tuple[float, ...]]] = {
    "da": {
        **{"halv": (0.5,), "halve": (0.5,), "halvt": (0.5,), "halvdelen": (50,), "hel": (1,), "dobbelt": (2,)},
        **{"to": (2,), "tre": (3,), "fire": (4,), "fem": (5,), "seks": (6,), "syv": (7,), "otte": (8,), "ni": (9,)},
        **{"ti": (10,), "elleve": (11,), "tolv": (12,), "hundrede": (100,), "tusind": (1000,), "tusinder": (1000,)},
        **{"tredje": (3, 33), "fjerde": (4, 25), "femte": (5, 20), "tiende": (10,)},
        **{"tredjedel": (33,), "fjerdedel": (25,), "femtedel": (20,)},
        **{"fleste": (50,), "flertal": (50,), "størstedelen": (50,)},
    },
    "nb": {
        **{"halv": (0.5,), "halvparten": (50,), "dobbelt": (2,)},
        **{"to": (2,), "tre": (3,), "fire": (4,), "fem": (5,), "seks": (6,), "sju": (7,), "syv": (7,), "åtte": (8,)},
        **{"ni": (9,), "ti": (10,), "elleve": (11,), "tolv": (12,), "hundre": (100,), "tusen": (1000,)},
        **{"tredje": (3, 33), "fjerde": (4, 25), "femte": (5, 20), "tiende": (10,)},
        **{"tredjedel": (33,), "fjerdedel": (25,), "femtedel": (20,)},
        **{"fleste": (50,), "flertall": (50,), "flertallet": (50,)},
    },
    "sv": {
        **{"halv": (0.5,), "halvt": (0.5,), "halvår": (0.5,), "hälften": (50,), "dubbelt": (2,)},
        **{"två": (2,), "tre": (3,), "fyra": (4,), "fem": (5,), "sex": (6,), "sju": (7,), "åtta": (8,), "nio": (9,)},
        **{"tio": (10,), "elva": (11,), "tolv": (12,), "hundra": (100,), "tusen": (1000,), "tusentals": (1000,)},
        **{"tredje": (3, 33), "fjärde": (4, 25), "femte": (5, 20), "tionde": (10,)},
        **{"tredjedel": (33,), "fjärdedel": (25,), "femtedel": (20,)},
        **{"flesta": (50,), "majoritet": (50,), "majoriteten": (50,)},
    },
}

_NUMBER = re.compile(
    r"(?P<sign>(?<![\w\d.,])[-−+])?(?<![\d.,])"
    r"(?P<digits>(?:\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)|\d+)(?:[.,]\d+)*)"
    r"|(?P<word>[^\W\d_]+)"
)


@dataclass(frozen=True)
class Numeral:
    """A number as it stands in a text: where, how, and the values that it may be read as."""

    start: int
    end: int
    text: str
    values: tuple[float, ...]


def find_numerals(text: str, language: str) -> list[Numeral]:
    """List the numbers in a text in reading order.

    Parameters
    ----------
    text
        Running text in a Nordic language; comma is the decimal mark, a point groups thousands.
    language
        Two-letter code of the text's language; it decides which words are numbers
        (a language without a list of words has its digits read only).

    Examples
    --------
    >>> [n.values for n in find_numerals("0,275 mio. kr. i 2026, godt hver femte", "da")]
    [(0.275,), (2026.0,), (5, 20)]
    """
    words = _WORDS.get(language, {})
    found = []
    for match in _NUMBER.finditer(text):
        if match["digits"]:
            value = _digits_value(match["digits"])
            values = (-value,) if match["sign"] in ("-", "−") else (value,)
        else:
            values = words.get(match["word"].lower(), ())
        if values:
            found.append(Numeral(match.start(), match.end(), match[0], values))
    return found


def _digits_value(digits: str) -> float:
    """Read digits with Nordic marks: `1.000` and `1 000` are a thousand, `0,5` a half.

    A single point that does not group three digits is read as a decimal point.
    """
    digits = re.sub(r"\s", "", digits)
    if "," in digits:
        whole, _, decimals = digits.rpartition(",")
        return float(re.sub(r"\D", "", whole) + "." + decimals)
    if re.fullmatch(r"[1-9]\d{0,2}(\.\d{3})+", digits):
        return float(digits.replace(".", ""))
    if digits.count(".") <= 1:
        return float(digits)
    return float(digits.split(".")[0])
