"""Flatten the evidence into tidy tables; data_dictionary.yml says what every column holds and where it comes from."""

import csv
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field

from nordic_ai.analysis.comparability import differences, most_generous
from nordic_ai.analysis.observations import locate
from nordic_ai.analysis.report import Report, load_report
from nordic_ai.evidence import model, values
from nordic_ai.evidence.strict_yaml import read_yaml
from nordic_ai.evidence.values import period_bounds

if typing.TYPE_CHECKING:
    import pandas as pd

Row = Mapping[str, Any]
"""The values of a table's row by column; before, what columns read: a record's fields, and what follows from them."""

_PANDAS_TYPES = {"string": "string", "integer": "Int64", "number": "Float64", "boolean": "boolean", "date": "object"}


def _choices(named: str | list[str]) -> tuple[str, ...]:
    """Look up a choice of the evidence model by its name, as in `Theme` or `Source.kind`."""
    if isinstance(named, list):
        return tuple(named)
    owner, _, field = named.partition(".")
    choice = getattr(model if field else values, owner)
    return typing.get_args(choice.model_fields[field].annotation if field else choice)


class Column(BaseModel, frozen=True, extra="forbid"):
    """A column: its Table Schema type, what it holds, and what its values may be."""

    type: Literal["string", "integer", "number", "boolean", "date"]
    description: str
    required: bool = False
    one_of: Annotated[tuple[str, ...], BeforeValidator(_choices)] = ()
    pattern: Annotated[str | None, BeforeValidator(partial(getattr, values))] = None
    """The regular expression that its values match, by its name in the evidence model."""
    refers_to: str | None = None
    """`table.column` whose values it takes."""
    path: str | None = Field(None, alias="from")
    """Where a record has the value, as in `title.original`; under the column's name when left out."""
    form: Literal["id", "place"] | None = Field(None, alias="as")
    """What to make of the value: a full id of an id within a publication, words for a place of its lines."""
    decimals: int = 10
    """At most; more than any reader needs, few enough that every machine writes the same file."""

    def read(self, name: str, record: Row) -> Any:
        """Read the value of a column of this name from a record; None where a part of the path is missing."""
        first, *rest = (self.path or name).split(".")
        value = record[first]
        for part in rest:
            value = None if value is None else getattr(value, part)
        if self.form == "place":
            return locate(record["source"], value)
        if self.form == "id":
            value = [f"{record['source_id']}/{one}" for one in ([value] if isinstance(value, str) else value or [])]
        value = " ".join(value) if isinstance(value, list | tuple) else value
        return None if value == "" else value

    def write(self, value: Any) -> str:
        """Write a value for CSV: unknowns empty, numbers as short as they are exact."""
        if value is None:
            return ""
        if self.type == "boolean":
            return "true" if value else "false"
        if self.type in ("integer", "number"):
            return f"{value:z.{self.decimals}f}".rstrip("0").rstrip(".")
        return str(value)


class Table(BaseModel, frozen=True, extra="forbid"):
    """A table: what one row is, its columns (the first is the key), and the records that its rows are made from."""

    description: str
    columns: Mapping[str, Column]
    records: Callable[[Report], Iterator[Row]]

    def rows(self, report: Report) -> list[Row]:
        """Give the rows, each a value for every column."""
        columns = self.columns.items()
        return [{name: column.read(name, record) for name, column in columns} for record in self.records(report)]


def csv_lines(columns: Mapping[str, Column], rows: Iterable[Row]) -> list[str]:
    """Write rows as lines of CSV without line ends, after a line with the names of the columns."""
    written = ([column.write(row[name]) for name, column in columns.items()] for row in rows)
    writer = csv.writer(SimpleNamespace(write=str), lineterminator="")  # `writerow` returns what `write` returns
    return [writer.writerow(cells) for cells in (list(columns), *written)]


def csv_bytes(columns: Mapping[str, Column], rows: Iterable[Row]) -> bytes:
    """Write rows as a CSV file in UTF-8, with the mark by which Excel knows it, so that letters stay what they are."""
    return "".join(f"{line}\n" for line in csv_lines(columns, rows)).encode("utf-8-sig")


def table(name: str) -> "pd.DataFrame":
    """Give one of the report's tables, as in `table("observations")`, with types that keep an unknown empty."""
    import pandas as pd  # a build writes all tables in less time than this takes

    if name not in tables():
        raise KeyError(f"no table `{name}`; there are {', '.join(tables())}")
    types = {key: _PANDAS_TYPES[column.type] for key, column in tables()[name].columns.items()}
    return pd.DataFrame(tables()[name].rows(load_report()), columns=list(types)).astype(types)


def _parts(report: Report, name: str) -> Iterator[Row]:
    """Give the records of one kind of all publications."""
    for source in report.evidence.sources.values():
        for part in getattr(source, name):
            yield vars(part) | {"record": part, "source": source, "source_id": source.id}


def _sources(report: Report) -> Iterator[Row]:
    for source in report.evidence.sources.values():
        yield vars(source) | {
            "published_note": source.published.note or source.published.why_unknown,
            "reuse": source.reuse.text or source.reuse.why_unknown,
            "interest": source.interest and (source.interest.text or source.interest.why_unknown),
            "countries": source.countries,
            "addresses": [address.url for address in source.addresses],
        }


def _surveys(report: Report) -> Iterator[Row]:
    for row in _parts(report, "surveys"):
        frame = row["record"].known_frame(report.evidence.countries[row["source"].country_of(row["record"])])
        yield row | {"frame": frame, "frame_stated": None if frame is None else row["frame"].value is not None}


def _questions(report: Report) -> Iterator[Row]:
    for row in _parts(report, "questions"):
        stated = row["base"].n is not None and row["base"].n.value is not None
        source, question = row["source"], row["record"]
        repeats = question.repeats and source.full_id(question.repeats)
        told = {"repeats": repeats, "answers_for": source.answers_for(question), "subject": source.subject_of(question)}
        yield row | told | {"base_n_stated": stated}


def _list_items(report: Report) -> Iterator[Row]:
    for row in _parts(report, "lists"):
        for position, item in enumerate(row["items"], start=1):
            place = {"list": row["record"], "item_id": f"{row['id']}/{item.id}", "position": position}
            yield row | vars(item) | place


def _comparability(report: Report) -> Iterator[Row]:
    for pair, decision in report.decisions.items():
        (first, second), found = sorted(pair), differences(*pair, report)
        yield vars(decision) | {
            "comparison_id": f"{first}+{second}",
            "first_id": first,
            "second_id": second,
            "indicator_id": report.measures[first].record.indicator,
            "most_generous_grade": most_generous(found),
            "differs_in": "; ".join(d.aspect for d in found if d.told),
            "not_told": "; ".join(d.aspect for d in found if not d.told),
            "differences": " ".join(d.sentence for d in found),
        }


def _corrections(report: Report) -> Iterator[Row]:
    for one in report.evidence.corrections:
        day, _ = period_bounds(one.when)
        yield vars(one) | {"correction_id": f"{one.record}/{one.field}/{one.when}", "date": day}


def _keyed(records: Mapping[str, object], key: str) -> Iterator[Row]:
    """Give records that do not hold their own id."""
    return (vars(record) | {key: name} for name, record in records.items())


# What is not here is a list of the same name in every publication.
_RECORDS: Mapping[str, Callable[[Report], Iterator[Row]]] = {
    "observations": lambda report: map(vars, report.observations.values()),
    "sources": _sources,
    "surveys": _surveys,
    "questions": _questions,
    "lists": _list_items,
    "indicators": lambda report: _keyed(report.evidence.indicators, "indicator_id"),
    "comparability": _comparability,
    "audit": lambda report: map(vars, report.findings),
    "corrections": _corrections,
    "countries": lambda report: _keyed(report.evidence.countries, "country"),
}


@cache
def tables() -> Mapping[str, Table]:
    """Read the data dictionary: the tables that are published, by name."""
    entries = read_yaml(Path(__file__).with_name("data_dictionary.yml")).data
    records = {name: _RECORDS.get(name, partial(_parts, name=name)) for name in entries}
    return {name: Table(**entry, records=records[name]) for name, entry in entries.items()}
