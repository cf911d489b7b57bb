"""Lay the evidence out as tidy pandas tables; data_dictionary.yml says what every column holds."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from nordic_ai.analysis.comparability import differences, most_generous
from nordic_ai.analysis.observations import locate
from nordic_ai.analysis.report import Report, load_report
from nordic_ai.evidence import model, values
from nordic_ai.evidence.model import Fact, Source, Survey
from nordic_ai.evidence.strict_yaml import read_yaml
from nordic_ai.evidence.values import period_bounds
from nordic_ai.evidence.vocabularies import known_frame

Row = Mapping[str, object]
_PANDAS_TYPES = {"string": "string", "integer": "Int64", "number": "Float64", "boolean": "boolean", "date": "object"}


@dataclass(frozen=True)
class Column:
    """A column: its Table Schema type, what it holds, and what its values may be."""

    type: str
    description: str
    required: bool = False
    one_of: tuple[str, ...] = ()
    refers_to: str | None = None
    """`table.column` whose values it takes."""


@dataclass(frozen=True)
class Table:
    """A table: what one row is, its columns (the first is the key), and how its rows are made."""

    description: str
    columns: Mapping[str, Column]
    rows: Callable[[Report], Iterable[Row]]

    def frame(self, report: Report) -> pd.DataFrame:
        """Lay the table out."""
        return self.typed(self.rows(report))

    def typed(self, rows: Iterable[Row]) -> pd.DataFrame:
        """Lay rows out with pandas types that keep an unknown empty."""
        data = pd.DataFrame(list(rows), columns=list(self.columns))
        return data.astype({name: _PANDAS_TYPES[column.type] for name, column in self.columns.items()})


def _source_rows(report: Report) -> Iterable[Row]:
    for source in report.evidence.sources.values():
        yield {
            "source_id": source.id,
            "title": source.title.original,
            "title_english": source.title.english,
            "publisher": source.publisher,
            "prepared_by": source.prepared_by,
            "commissioned_by": source.commissioned_by,
            "kind": source.kind,
            "subject": source.subject,
            "language": source.language,
            "country": source.country,
            "published": source.published.period,
            "published_note": source.published.note or source.published.missing,
            "reuse": source.reuse.text or source.reuse.missing,
            "text_sha256": source.text.sha256,
        }


def _survey_rows(report: Report) -> Iterable[Row]:
    for source, survey in _parts(report, "surveys"):
        frame = known_frame(survey, report.evidence.countries[source.country])
        yield {
            "survey_id": f"{source.id}/{survey.id}",
            "source_id": source.id,
            "title": survey.title,
            "answers_for": survey.answers_for,
            "field_period": survey.field_period.period,
            "frame": frame,
            "frame_stated": None if frame is None else survey.frame.value is not None,
            "whole_frame_asked": survey.whole_frame_asked,
            "whole_frame_read": survey.whole_frame_read,
            "invited": survey.invited.value,
            "respondents": survey.respondents.value,
            "response_rate": survey.response_rate.value,
            "margin_of_error": survey.margin_of_error.value,
            "largest_weight": survey.largest_weight.value if survey.largest_weight else None,
            "weighted": survey.weighted,
            "field_period_locator": locate(source, survey.field_period.at),
            "field_period_unknown": survey.field_period.missing,
            "field_period_note": survey.field_period.note,
        } | _facts(source, survey)


def _facts(source: Source, survey: Survey) -> Row:
    """Give what is told in words about a survey: each fact, its place, and why it is unknown."""
    columns: dict[str, object] = {}
    for name in ("population", "respondent_role", "mode", "weighting"):
        fact: Fact = getattr(survey, name)
        columns |= {name: fact.text, f"{name}_locator": locate(source, fact.at), f"{name}_unknown": fact.missing}
    return columns


def _question_rows(report: Report) -> Iterable[Row]:
    for source, question in _parts(report, "questions"):
        yield {
            "question_id": f"{source.id}/{question.id}",
            "source_id": source.id,
            "survey_id": f"{source.id}/{question.survey}",
            "theme": question.theme,
            "indicator_id": question.indicator,
            "question": question.english,
            "wording": question.wording,
            "choice": question.choice,
            "answers_for": source.answers_for(question),
            "base": question.base.who,
            "base_n_stated": question.base.n is not None and question.base.n.value is not None,
            "repeats": f"{source.id}/{question.repeats}" if question.repeats else None,
            "locator": locate(source, question.at),
            "note": question.note,
        }


def _list_rows(report: Report) -> Iterable[Row]:
    for source, enumeration in _parts(report, "lists"):
        for position, item in enumerate(enumeration.items, start=1):
            yield {
                "item_id": f"{source.id}/{enumeration.id}/{item.id}",
                "source_id": source.id,
                "list_id": f"{source.id}/{enumeration.id}",
                "list_title": enumeration.title,
                "theme": enumeration.theme,
                "ordered": enumeration.ordered,
                "position": position,
                "label": item.label,
                "as_printed": item.as_printed,
                "locator": locate(source, item.at),
                "note": enumeration.note,
            }


def _statement_rows(report: Report) -> Iterable[Row]:
    for source, statement in _parts(report, "statements"):
        yield {
            "statement_id": f"{source.id}/{statement.id}",
            "source_id": source.id,
            "theme": statement.theme,
            "text": statement.text,
            "as_printed": statement.as_printed,
            "locator": locate(source, statement.at),
        }


def _chart_rows(report: Report) -> Iterable[Row]:
    for source, chart in _parts(report, "charts"):
        yield {
            "chart_id": f"{source.id}/{chart.id}",
            "source_id": source.id,
            "title": chart.title,
            "original_number": chart.original_number,
            "shows": " ".join(f"{source.id}/{name}" for name in chart.shows) or None,
            "missing": chart.missing,
            "locator": locate(source, chart.at),
        }


def _note_rows(report: Report) -> Iterable[Row]:
    for source, note in _parts(report, "notes"):
        yield {
            "note_id": f"{source.id}/{note.id}",
            "source_id": source.id,
            "kind": note.kind,
            "text": note.text,
            "about": " ".join(f"{source.id}/{path}" for path in note.about) or None,
        }


def _comparability_rows(report: Report) -> Iterable[Row]:
    for decision in report.decisions.values():
        found = differences(decision.first, decision.second, report)
        yield {
            "comparison_id": f"{decision.first}+{decision.second}",
            "indicator_id": decision.indicator_id,
            "first_id": decision.first,
            "second_id": decision.second,
            "grade": decision.grade,
            "most_generous_grade": most_generous(found),
            "reason": decision.reason,
            "differs_in": "; ".join(d.aspect for d in found if d.told) or None,
            "not_told": "; ".join(d.aspect for d in found if not d.told) or None,
            "differences": " ".join(d.sentence for d in found) or None,
        }


def _audit_rows(report: Report) -> Iterable[Row]:
    for finding in report.findings:
        yield {
            "finding_id": finding.id,
            "source_id": finding.source_id,
            "check": finding.check,
            "verdict": finding.verdict,
            "sentence": finding.sentence,
            "printed": finding.printed,
            "computed": finding.computed or None,
            "about": " ".join(finding.about),
        }


def _correction_rows(report: Report) -> Iterable[Row]:
    for one in report.evidence.corrections:
        told = {"old": one.old, "new": one.new}
        yield {
            "correction_id": f"{one.record}/{one.field}/{one.when}",
            "record_id": one.record,
            "field": one.field,
            "date": period_bounds(one.when)[0],
            "why": one.why,
        } | {name: None if value is None else str(value) for name, value in told.items()}


def _parts(report: Report, name: str) -> Iterable[tuple[Source, typing.Any]]:
    return ((source, part) for source in report.evidence.sources.values() for part in getattr(source, name))


_ROWS: Mapping[str, Callable[[Report], Iterable[Row]]] = {
    "observations": lambda report: map(dataclasses.asdict, report.observations.values()),
    "sources": _source_rows,
    "surveys": _survey_rows,
    "questions": _question_rows,
    "lists": _list_rows,
    "statements": _statement_rows,
    "charts": _chart_rows,
    "notes": _note_rows,
    "indicators": lambda report: (
        {"indicator_id": name, **indicator.model_dump(exclude={"comparisons"})}
        for name, indicator in report.evidence.indicators.items()
    ),
    "comparability": _comparability_rows,
    "audit": _audit_rows,
    "corrections": _correction_rows,
    "countries": lambda report: ({"country": k, **v.model_dump()} for k, v in report.evidence.countries.items()),
}


def _column(one_of: str | list[str] = (), **described: typing.Any) -> Column:
    """Make a column from its entry; a choice named there is looked up in the evidence model."""
    if isinstance(one_of, str):
        owner, _, field = one_of.partition(".")
        named = getattr(model if field else values, owner)
        one_of = typing.get_args(named.model_fields[field].annotation if field else named)
    return Column(one_of=tuple(one_of), **described)


def _read_tables() -> dict[str, Table]:
    entries = read_yaml(Path(__file__).with_name("data_dictionary.yml")).data
    return {
        name: Table(
            entry["description"], {key: _column(**column) for key, column in entry["columns"].items()}, _ROWS[name]
        )
        for name, entry in entries.items()
    }


TABLES: Mapping[str, Table] = _read_tables()


def table(name: str) -> pd.DataFrame:
    """Give one of the report's tables.

    Parameters
    ----------
    name
        A key of `TABLES`, for example `"observations"` or `"sources"`.

    Raises
    ------
    KeyError
        If there is no such table; the message lists those that there are.
    """
    if name not in TABLES:
        raise KeyError(f"no table `{name}`; there are {', '.join(TABLES)}")
    return TABLES[name].frame(load_report())
