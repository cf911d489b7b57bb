"""Define the kinds of values in evidence records: vocabularies, ids, periods, places in a text."""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from hashlib import sha256
from typing import Annotated, Any, Literal, Self

import pydantic

from nordic_ai.evidence.errors import KeyPath, Violations

Theme = Literal["strategy", "competence", "barriers", "collaboration", "gains"]
Subject = Literal["artificial intelligence", "digitalisation"]
MAIN_SUBJECT: Subject = "artificial intelligence"
"""What the report is about; numbers about another subject are told apart from those about this."""
Grade = Literal["same question", "same concept", "related", "not comparable"]
MEAN = "mean of a scale"
"""The unit of an average of answers on a scale of numbers."""
UNITS = ("percent", "percentage points", "count", MEAN, "full-time equivalents", "weight", "years")
"""Units that are no money; an amount of money is in a currency of data/countries.yml, as in `million SEK`."""
UNIT_PATTERN = rf"({'|'.join(UNITS)}|((thousand|million|billion) )?[A-Z]{{3}})"

_ID = "[a-z0-9]+(-[a-z0-9]+)*"


def is_id(text: str) -> bool:
    """Tell whether a text can be an id: lower-case words joined by hyphens."""
    return re.fullmatch(_ID, text) is not None


def currency_of(unit: str) -> str | None:
    """Give the currency of a unit of money; None for other units.

    >>> currency_of("million SEK"), currency_of("percentage points")
    ('SEK', None)
    """
    return None if unit in UNITS else unit.split(" ")[-1]


def period_bounds(text: str) -> tuple[date, date]:
    """Give the first and last day of a period, or of the span from one to another; else a `ValueError`.

    A period is a year, quarter, ISO week, month or day. A season is none: no two publishers agree on its days.

    >>> period_bounds("2024-Q4")
    (datetime.date(2024, 10, 1), datetime.date(2024, 12, 31))
    >>> period_bounds("2023-W22/2023-W23")
    (datetime.date(2023, 5, 29), datetime.date(2023, 6, 11))
    """
    first, *later = map(_one_period, text.split("/", 1))
    if later and later[0][0] <= first[1]:
        raise ValueError(f"`{text}` is no span; the second period must begin after the first has ended")
    return first[0], (later or [first])[0][1]


def _one_period(text: str) -> tuple[date, date]:
    match = re.fullmatch(r"([0-9]{4})(?:-(?:Q([1-4])|W([0-9]{2})|([0-9]{2})(?:-([0-9]{2}))?))?", text)
    if not match:
        if re.search("spring|summer|autumn|fall|winter", text, re.IGNORECASE):
            season = f"`{text}` is a season, which begins and ends on no certain day"
            raise ValueError(f"{season}; write the year or the months, as in 2023-08/2023-12, and say so in a `note`")
        raise ValueError(
            f"`{text}` is not a period; write a year, 2024-Q4, 2024-W22, 2024-02, 2024-02-28, or two as a span: "
            "2024-02/2024-03"
        )
    year, quarter, week, month, day = match.groups()
    first, last = (3 * int(quarter) - 2, 3 * int(quarter)) if quarter else (int(month or 1), int(month or 12))
    try:
        if week:
            return date.fromisocalendar(int(year), int(week), 1), date.fromisocalendar(int(year), int(week), 7)
        last_day = day or monthrange(int(year), last)[1]
        return date(int(year), first, int(day or 1)), date(int(year), last, int(last_day))
    except ValueError:
        none = "no such week in that year" if week else "no such day or month"
        raise ValueError(f"`{text}` is not a date; there is {none}") from None


def last_day() -> date:
    """Give the last day on which something can have happened: today, or tomorrow where that has begun already."""
    return date.today() + timedelta(days=1)


def line_range(text: str | int) -> tuple[int, int]:
    """Give the first and last line of a place in the text that was read: `166` or `"23-25"`."""
    match = re.fullmatch(r"([1-9][0-9]{0,8})(?:-([1-9][0-9]{0,8}))?", str(text))
    if not match or int(match[2] or match[1]) < int(match[1]):
        raise ValueError(f'`{text}` is not a line or range of lines; write 166 or "23-25"')
    return int(match[1]), int(match[2] or match[1])


def _one_day(text: str) -> None:
    first, last = period_bounds(text)
    if first != last:
        raise ValueError(f"`{text}` is not a day; write it as in 2024-02-28")


def _no_formula(text: str) -> None:
    """Refuse a text that a spreadsheet program would run as a formula when a reader opens the published tables."""
    # Other programs would take anything put in front for a part of the text. A signed number is safe.
    if text[0] in "=+-@＝＋－＠" and not re.fullmatch(r"[+-]?[\d\s.,]*%?", text):
        begins = f"`{text[:60]}` begins with `{text[0]}`, which spreadsheet programs read as a formula"
        raise ValueError(f"{begins}; begin with a word, or with the printed word before it")


def _of_a_file(checksum: str) -> None:
    """Refuse a checksum that nobody computed: a few characters, a pattern, or that of no text at all."""
    if len(set(checksum)) < 8 or checksum in (checksum * 2)[1:-1] or checksum == sha256().hexdigest():
        raise ValueError(
            f"`{checksum}` is the checksum of an empty file or of none; `sha256sum FILE` prints the right one"
        )


def _readable_by(reader: Callable[[str], object]) -> pydantic.AfterValidator:
    """Keep the text as it was written, but refuse it if `reader` raises a `ValueError`."""

    def check(value: str) -> str:
        reader(value)
        return value

    return pydantic.AfterValidator(check)


def _shaped(pattern: str, wanted: str) -> Any:
    """Make the type of texts that match a pattern, which the JSON Schema names; errors say what is `wanted`."""

    def check(text: str) -> None:
        if not re.fullmatch(pattern, text):
            raise ValueError(f"`{text}` is not {wanted}")

    return Annotated[str, _readable_by(check), pydantic.WithJsonSchema({"type": "string", "pattern": f"^{pattern}$"})]


Text = Annotated[str, pydantic.StringConstraints(min_length=1, strip_whitespace=True), _readable_by(_no_formula)]
Id = _shaped(_ID, "an id; write lower-case words joined by hyphens")
EvidencePath = _shaped("[a-z0-9-]+(/[a-z0-9-]+)*", "the id of a record; write it as in `ks-2024/use/has`")
_Digest = _shaped("[0-9a-f]{64}", "a SHA-256 checksum; `sha256sum FILE` prints its 64 characters")
Checksum = Annotated[_Digest, _readable_by(_of_a_file)]
Url = _shaped(r"https://\S+[^\s/]", "an address; write one as in https://example.org/path, without a / at its end")
_ADDRESS = r"https?://[\w-]+(\.[\w-]+)+(:\d+)?([/?#][^\s<>\"]*)?"
Address = _shaped(_ADDRESS, "an address that readers can open; write one as in https://example.org/path")
Unit = _shaped(UNIT_PATTERN, f"a unit; write {', '.join(UNITS)}, or money as in `million SEK`")
Currency = _shaped("[A-Z]{3}", "a currency; write its three letters, as in SEK")
Email = _shaped(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>.]+", "an e-mail address; write one as in name@example.org")
Period = Annotated[str, _readable_by(period_bounds)]
Day = Annotated[str, _readable_by(_one_day)]
Lines = Annotated[
    str,
    pydantic.BeforeValidator(lambda at: str(at) if type(at) is int else at),
    _readable_by(line_range),
    pydantic.WithJsonSchema(
        {"type": ["integer", "string"], "description": 'A line, or first-last line: 166 or "23-25".'}
    ),
]


class BrokenRules(ValueError):
    """The rules between fields that a record breaks, as its only argument."""


class Record(pydantic.BaseModel):
    """The base of all records: no unknown fields, no silent conversions, no changes, no broken rules."""

    # Built at its first use, and without what stands below its fields, which only authors are shown: in every process,
    # that would take a fifth of all imports.
    model_config = pydantic.ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)

    def _violations(self) -> Violations:
        """Yield the broken rules between fields; a kind of record that has such rules overrides this."""
        return ()

    @pydantic.model_validator(mode="after")
    def _obey_rules(self) -> Self:
        if violations := list(self._violations()):
            raise BrokenRules(violations)
        return self

    def parts(self) -> Iterator[tuple[KeyPath, str, "Record"]]:
        """Yield every record inside this one: its path and its id, both below this record, and itself."""
        # The id of a record is made of the ids of those that contain it, and of field names where they have none;
        # the number `n` of a base goes by the id of its base.
        for field, value in self:
            for index, part in enumerate(value) if isinstance(value, list) else [(None, value)]:
                if isinstance(part, Record):
                    path = (field,) if index is None else (field, index)
                    name = "" if field == "n" else getattr(part, "id", field.replace("_", "-"))
                    yield path, name, part
                    for below, rest, inner in part.parts():
                        yield (*path, *below), f"{name}/{rest}".strip("/"), inner
