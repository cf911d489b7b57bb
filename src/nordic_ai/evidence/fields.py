"""Define the kinds of values that evidence records are made of: words of vocabularies, ids, periods, places."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from functools import cache
from itertools import zip_longest
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from nordic_ai.evidence.errors import KeyPath

Theme = Literal["strategy", "competence", "barriers", "collaboration", "gains"]
Subject = Literal["artificial intelligence", "digitalisation"]
Precision = Literal["exact", "about", "bound"]
Grade = Literal["same question", "same concept", "related", "not comparable"]
AnswersFor = Literal["the respondent", "the municipality", "the organisation", "not told"]
Language = Literal["da", "nb", "nn", "sv", "fi", "is"]
LANGUAGE_NAMES: Mapping[Language, str] = {
    "da": "Danish",
    "nb": "Norwegian",
    "nn": "Norwegian",
    "sv": "Swedish",
    "fi": "Finnish",
    "is": "Icelandic",
}
Unit = Literal[
    "percent",
    "percentage points",
    "count",
    "thousand DKK",
    "million DKK",
    "billion SEK",
    "full-time equivalents",
    "weight",
    "years",
]
MONEY_UNITS = frozenset({"thousand DKK", "million DKK", "billion SEK"})

Problems = Iterable[tuple[KeyPath, str]]
"""What is wrong: paths below the record or file that is being read, each with a sentence."""


def _known(kind: str, plural: str) -> AfterValidator:
    """Check a word against a vocabulary kept in data/, handed in as validation context."""

    def check(value: str, info: ValidationInfo) -> str:
        vocabulary = (info.context or {}).get(plural)
        if vocabulary is not None and value not in vocabulary:
            raise PydanticCustomError(
                "vocabulary",
                "unknown {kind} `{value}`; add it to data/{plural}.yml first, or choose one that is there: {known}",
                {"kind": kind, "value": value, "plural": plural, "known": ", ".join(sorted(vocabulary))},
            )
        return value

    return AfterValidator(check)


def period_bounds(text: str) -> tuple[date, date]:
    """Read a period: its first and last day.

    Parameters
    ----------
    text
        `2026`, `2024-Q4`, `2024-02` or `2025-02-28`.

    Raises
    ------
    ValueError
        If the text is none of these, or no such day exists.

    Examples
    --------
    >>> period_bounds("2024-Q4")
    (datetime.date(2024, 10, 1), datetime.date(2024, 12, 31))
    """
    match = re.fullmatch(r"([0-9]{4})(?:-(?:Q([1-4])|([0-9]{2})(?:-([0-9]{2}))?))?", text)
    if not match:
        raise ValueError(f"`{text}` is no period; write a year, 2024-Q4, 2024-02 or 2024-02-28")
    year, quarter, month, day = (int(group) if group else None for group in match.groups())
    try:
        if day:
            return date(year, month, day), date(year, month, day)
        first, months = (3 * quarter - 2, 3) if quarter else (month, 1) if month else (1, 12)
        after = first + months
        last = (date(year + 1, 1, 1) if after > 12 else date(year, after, 1)) - timedelta(days=1)
        return date(year, first, 1), last
    except (ValueError, OverflowError):
        raise ValueError(f"`{text}` is no date; there is no such day or month") from None


def _one_day(text: str) -> None:
    first, last = period_bounds(text)
    if first != last:
        raise ValueError(f"`{text}` is no day; write it as in 2024-02-28")


def line_range(text: str | int) -> tuple[int, int]:
    """Read a place in the text that was read: first and last line, from `166` or `"23-25"`."""
    match = re.fullmatch(r"([1-9][0-9]{0,8})(?:-([1-9][0-9]{0,8}))?", str(text))
    if not match or int(match[2] or match[1]) < int(match[1]):
        raise ValueError(f'`{text}` is no line or range of lines; write 166 or "23-25"')
    return int(match[1]), int(match[2] or match[1])


def _checked_with(reader: Callable[[str], object]) -> AfterValidator:
    """Keep the text as it was written, but refuse it where `reader` cannot read it."""

    def check(value: str) -> str:
        try:
            reader(value)
        except ValueError as error:
            raise PydanticCustomError("form", "{message}", {"message": str(error)}) from None
        return value

    return AfterValidator(check)


def _no_formula(text: str) -> None:
    """Refuse a text that a spreadsheet program would run where a reader opens the published tables in one.

    The tables are for machines too, so a cell is never changed: a mark put before it would be taken for a part of it.
    A signed number is no danger; any other text can begin with a word.
    """
    if text[0] in "=+-@＝＋－＠" and not re.fullmatch(r"[+-]?[\d\s.,]*%?", text):
        raise ValueError(
            f"`{text[:60]}` begins with `{text[0]}`, which spreadsheet programs read as a formula; "
            "begin with a word, of what is printed the one before"
        )


Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True), _checked_with(_no_formula)]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
EvidencePath = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(/[a-z0-9-]+)*$")]
Period = Annotated[str, _checked_with(period_bounds)]
Day = Annotated[str, _checked_with(_one_day)]
Lines = Annotated[
    str,
    BeforeValidator(lambda at: str(at) if type(at) is int else at),
    _checked_with(line_range),
    WithJsonSchema({"type": ["integer", "string"], "description": 'A line, or first-last line: 166 or "23-25".'}),
]
CountryCode = Annotated[str, _known("country", "countries")]
IndicatorId = Annotated[str, _known("indicator", "indicators")]


class Record(BaseModel):
    """What all parts of the record share: no unknown fields, no silent conversions, no changes, no broken rules."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    def _objections(self) -> Problems:
        """Yield what is wrong between the fields; a kind of record that has such rules says them here."""
        return ()

    @model_validator(mode="after")
    def _holds(self) -> Self:
        problems = list(self._objections())
        if problems:
            raise PydanticCustomError("rule", "{first}", {"first": problems[0][1], "problems": problems})
        return self


@cache
def explanations(record: type[BaseModel]) -> dict[str, str]:
    """Give the docstrings below the fields of a kind of record, by field; those without are left out.

    Python does not keep them, so they are read from the source; pydantic would do so at every start.
    """
    found: dict[str, str] = {}
    for kind in (kind for kind in reversed(record.__mro__) if issubclass(kind, Record)):
        body = ast.parse(inspect.getsource(kind)).body[0].body
        for field, below in zip_longest(body, body[1:]):
            if isinstance(field, ast.AnnAssign):
                found.pop(field.target.id, None)  # what is said of a field is not said of one that takes its place
                if isinstance(below, ast.Expr):
                    found[field.target.id] = inspect.cleandoc(below.value.value)
    return found


class Located(Record):
    """Something that stands at a place in the text that was read."""

    at: Lines | None = None
    """Line, or first-last line, in the text whose checksum the source gives."""
