"""Say what the library says in the reader's language, from one catalogue of messages a language.

Texts stand in the code in English and pass through `gettext`; `speaking("da")` has them said in Danish inside a
`with` statement, and numbers and dates written the Danish way. Nothing else in the project knows which languages
there are: a language is its catalogue in `data/messages`.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from fractions import Fraction
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.core import get_global
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from nordic_ai.evidence.errors import EvidenceError, Problem
from nordic_ai.evidence.loading import find_root

ENGLISH = "en"
FOLDER = Path("data", "messages")
# The language that is spoken, and its texts.
_spoken: ContextVar[tuple[str, NullTranslations]] = ContextVar("spoken", default=(ENGLISH, NullTranslations()))


def languages(root: Path) -> tuple[str, ...]:
    """List the languages that there are catalogues for, by their codes of BCP 47."""
    return tuple(sorted(file.stem for file in (root / FOLDER).glob("*.po")))


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say all texts of the library in a language, until the `with` statement ends."""
    texts = NullTranslations() if language == ENGLISH else _catalogue(find_root(), language)
    before = _spoken.set((language, texts))
    try:
        yield
    finally:
        _spoken.reset(before)


def current() -> str:
    """Give the code of the language that is spoken."""
    return _spoken.get()[0]


def locale(language: str | None = None) -> Locale:
    """Give the locale of a language where most of its readers live, of the one that is spoken if none is named.

    >>> str(locale("nb")), str(locale())
    ('nb_NO', 'en_GB')
    """
    return _locale(language or current())


@cache
def _locale(language: str) -> Locale:
    likely = Locale.parse(get_global("likely_subtags").get(language, language))
    return Locale(language, "GB" if language == ENGLISH else likely.territory)


def gettext_noop(message: str) -> str:
    """Mark a text for the catalogues where it stands; where it is used, it passes through `gettext`."""
    return message


def gettext(message: str) -> str:
    """Give a text of the library in the language that is spoken; raises `EvidenceError` if its catalogue lacks it."""
    return _spoken.get()[1].gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """Give the text that goes with a count, in the language that is spoken."""
    return _spoken.get()[1].ngettext(one, many, count)


def written(number: Fraction | float, decimals: int | None = None) -> str:
    """Write a number as the language that is spoken writes it, with all its decimals if none are given."""
    # Babel writes numbers too, but a hundred times slower, and by the hundred thousand the audit writes them.
    text = f"{float(number):,.{10 if decimals is None else decimals}f}"
    text = text.rstrip("0").rstrip(".") if decimals is None else text
    return text.translate(_marks(current()))


@cache
def _marks(language: str) -> Mapping[int, str]:
    """Give the marks that a language sets between thousands and before decimals, by those of Python."""
    symbols = locale(language).number_symbols["latn"]
    return str.maketrans({",": symbols["group"], ".": symbols["decimal"]})


class _Lacking(NullTranslations):
    """Refuse what a catalogue does not have."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file

    def gettext(self, message: str) -> str:
        raise EvidenceError([Problem(self._file, f"the message “{message}” is missing; translate it there")])

    def ngettext(self, one: str, many: str, count: int) -> str:
        return self.gettext(one)


@cache
def _catalogue(root: Path, language: str) -> NullTranslations:
    file = root / FOLDER / f"{language}.po"
    compiled = BytesIO()
    with file.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language, abort_invalid=True))
    compiled.seek(0)
    translations = GNUTranslations(compiled)
    translations.add_fallback(_Lacking(file))
    return translations
