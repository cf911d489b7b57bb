"""Lay the evidence out as tidy pandas tables, with every column described once."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import pandas as pd

from nordic_ai.evidence import Evidence, load_evidence
from nordic_ai.model import Note, Precision, Question, Source, Statement, Subject, Survey, Theme, Unit
from nordic_ai.observations import Observation, list_observations, locate


@dataclass(frozen=True)
class Column:
    """A column: its Table Schema type, what it holds, and what its values may be."""

    type: typing.Literal["string", "integer", "number", "boolean", "date"]
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
    rows: Callable[[Evidence], Iterable[Mapping[str, object]]]

    def frame(self, evidence: Evidence) -> pd.DataFrame:
        """Build the table from the evidence."""
        return self.typed(self.rows(evidence))

    def typed(self, rows: Iterable[Mapping[str, object]]) -> pd.DataFrame:
        """Lay rows out with pandas types that keep an unknown empty."""
        kinds = {"string": "string", "integer": "Int64", "number": "Float64", "boolean": "boolean", "date": "object"}
        data = pd.DataFrame(list(rows), columns=list(self.columns))
        return data.astype({name: kinds[column.type] for name, column in self.columns.items()})


def _options(literal: object) -> tuple[str, ...]:
    return typing.get_args(literal)


_KEY = {"required": True}
_SOURCE_ID = Column("string", "Publication.", required=True, refers_to="sources.source_id")
_THEME = Column("string", "Theme of the report; empty where it belongs to none.", one_of=_options(Theme))
_LOCATOR = Column("string", "Place in the publication, and line in the text that was read.")

_OBSERVATIONS = {
    "observation_id": Column("string", "Permanent id: publication, then part, then item.", **_KEY),
    "source_id": _SOURCE_ID,
    "survey_id": Column("string", "Survey wave, for numbers from or about a survey.", refers_to="surveys.survey_id"),
    "question_id": Column("string", "Question, for answers.", refers_to="questions.question_id"),
    "kind": Column(
        "string",
        "`answer`: share or number choosing an answer; `method`: a number about how a survey was made; "
        "`figure`: any other number.",
        required=True,
        one_of=("answer", "method", "figure"),
    ),
    "theme": _THEME,
    "indicator_id": Column("string", "What it measures, across publications.", refers_to="indicators.indicator_id"),
    "country": Column("string", "ISO 3166-1 code.", required=True, refers_to="countries.country"),
    "period_start": Column("date", "First day of the field period, or of the year that the number is for."),
    "period_end": Column("date", "Last day of it."),
    "population": Column("string", "Whom the survey is about."),
    "base_n": Column("integer", "Number of answers that the share is a share of."),
    "label": Column("string", "What the number counts or measures, in English.", required=True),
    "value": Column("number", "Our reading, in `unit`; shares in per cent (0-100); empty if there is no number."),
    "unit": Column("string", "Unit of the value.", required=True, one_of=_options(Unit)),
    "precision": Column(
        "string",
        "`exact`: as printed; `about`: in words or hedged; `bound`: more or less than the value, see `direction`.",
        one_of=_options(Precision),
    ),
    "origin": Column(
        "string", "`stated` by the publication or `computed` by this report.", one_of=("stated", "computed")
    ),
    "as_printed": Column("string", "The characters that stand in the publication, in its language."),
    "locator": _LOCATOR,
    "implied_count": Column("integer", "The only head count that the rounded share can come from."),
    "ci_low": Column("number", "Lower end of the interval, in per cent."),
    "ci_high": Column("number", "Upper end of the interval, in per cent."),
    "ci_method": Column("string", "How the interval was computed."),
    "note": Column("string", "What a reader must know about this number."),
    "restates": Column(
        "string",
        "The observation that this one mentions again; leave such rows out to count each quantity once.",
        refers_to="observations.observation_id",
    ),
    "direction": Column("string", "Side of a bound on which the truth lies.", one_of=("above", "below")),
    "missing": Column("string", "Why there is no number."),
    "no_interval_because": Column("string", "Why an answer has no interval."),
    "subject": Column(
        "string", "Numbers about different subjects never share a scale.", required=True, one_of=_options(Subject)
    ),
    "price_level": Column("integer", "Year of the prices, for money."),
    "cited_from": Column("string", "Whom the publication itself cites for the number."),
    "original_label": Column("string", "The label in the publication's language."),
    "left_out": Column("boolean", "Whether the publication leaves the category out of its chart, for answers."),
    "net": Column("boolean", "Whether it sums up other categories of its question, for answers."),
}

# Facts in words about a survey; each has a column for the fact, for its place, and for why it is unknown.
_FACTS = {
    "population": "Whom it is about.",
    "respondent_role": "Who answered.",
    "mode": "How the answers were collected.",
    "weighting": "How the answers were weighted.",
}


def _source_rows(evidence: Evidence) -> Iterable[Mapping[str, object]]:
    for source in evidence.sources.values():
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


def _survey_rows(evidence: Evidence) -> Iterable[Mapping[str, object]]:
    for source, survey in _parts(evidence, "surveys"):
        reference = evidence.countries[source.country].municipalities if survey.frame_reference else None
        yield {
            "survey_id": f"{source.id}/{survey.id}",
            "source_id": source.id,
            "title": survey.title,
            "answers_for": survey.answers_for,
            "field_period": survey.field_period.period,
            "frame": survey.frame.value if survey.frame.value is not None else reference,
            "frame_stated": None
            if survey.frame.value is None and reference is None
            else survey.frame.value is not None,
            "whole_frame_asked": survey.whole_frame_asked,
            "invited": survey.invited.value,
            "respondents": survey.respondents.value,
            "response_rate": survey.response_rate.value,
            "margin_of_error": survey.margin_of_error.value,
            "largest_weight": survey.largest_weight.value if survey.largest_weight else None,
            "weighted": survey.weighted,
            "field_period_locator": locate(source, survey.field_period.at),
            "field_period_unknown": survey.field_period.missing,
            "field_period_note": survey.field_period.note,
        } | {
            column: value
            for name in _FACTS
            for fact in [getattr(survey, name)]
            for column, value in (
                (name, fact.text),
                (f"{name}_locator", locate(source, fact.at)),
                (f"{name}_unknown", fact.missing),
            )
        }


def _question_rows(evidence: Evidence) -> Iterable[Mapping[str, object]]:
    for source, question in _parts(evidence, "questions"):
        yield {
            "question_id": f"{source.id}/{question.id}",
            "source_id": source.id,
            "survey_id": f"{source.id}/{question.survey}",
            "theme": question.theme,
            "indicator_id": question.indicator,
            "question": question.english,
            "wording": question.wording,
            "choice": question.choice,
            "base": question.base.who,
            "base_n_stated": question.base.n is not None and question.base.n.value is not None,
            "repeats": f"{source.id}/{question.repeats}" if question.repeats else None,
            "locator": locate(source, question.at),
            "note": question.note,
        }


def _list_rows(evidence: Evidence) -> Iterable[Mapping[str, object]]:
    for source, enumeration in _parts(evidence, "lists"):
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


def _statement_rows(evidence: Evidence) -> Iterable[Mapping[str, object]]:
    for source, statement in _parts(evidence, "statements"):
        yield {
            "statement_id": f"{source.id}/{statement.id}",
            "source_id": source.id,
            "theme": statement.theme,
            "text": statement.text,
            "as_printed": statement.as_printed,
            "locator": locate(source, statement.at),
        }


def _chart_rows(evidence: Evidence) -> Iterable[Mapping[str, object]]:
    for source, chart in _parts(evidence, "charts"):
        yield {
            "chart_id": f"{source.id}/{chart.id}",
            "source_id": source.id,
            "title": chart.title,
            "original_number": chart.original_number,
            "shows": " ".join(f"{source.id}/{name}" for name in chart.shows) or None,
            "missing": chart.missing,
            "locator": locate(source, chart.at),
        }


def _note_rows(evidence: Evidence) -> Iterable[Mapping[str, object]]:
    for source, note in _parts(evidence, "notes"):
        yield {
            "note_id": f"{source.id}/{note.id}",
            "source_id": source.id,
            "kind": note.kind,
            "text": note.text,
            "about": " ".join(f"{source.id}/{path}" for path in note.about) or None,
        }


def _parts(evidence: Evidence, name: str) -> Iterable[tuple[Source, typing.Any]]:
    return ((source, part) for source in evidence.sources.values() for part in getattr(source, name))


def _choices(model: type, field: str) -> tuple[str, ...]:
    return _options(model.model_fields[field].annotation)


TABLES: dict[str, Table] = {
    "observations": Table(
        "Every number of every publication, one row an observation; the places where one is missing as well.",
        _OBSERVATIONS,
        lambda evidence: map(dataclasses.asdict, list_observations(evidence).values()),
    ),
    "sources": Table(
        "The publications.",
        {
            "source_id": Column("string", "Permanent id.", **_KEY),
            "title": Column("string", "Title in the original language.", required=True),
            "title_english": Column("string", "Title in English, translated by us.", required=True),
            "publisher": Column("string", "Who published it.", required=True),
            "prepared_by": Column("string", "Who did the work, where not the publisher."),
            "commissioned_by": Column("string", "Who ordered the work, where stated."),
            "kind": Column("string", "Kind of publication.", required=True, one_of=_choices(Source, "kind")),
            "subject": Column("string", "What it is about.", required=True, one_of=_options(Subject)),
            "language": Column("string", "BCP 47 code.", required=True),
            "country": Column("string", "ISO 3166-1 code.", required=True, refers_to="countries.country"),
            "published": Column("string", "When, as exactly as the publication tells: year, month or day."),
            "published_note": Column("string", "How the date is known, where it is not printed."),
            "reuse": Column("string", "What the publication says about reuse."),
            "text_sha256": Column("string", "SHA-256 of the text that was read.", required=True),
        },
        _source_rows,
    ),
    "surveys": Table(
        "Survey waves and how they were made.",
        {
            "survey_id": Column("string", "Permanent id.", **_KEY),
            "source_id": _SOURCE_ID,
            "title": Column("string", "What the wave is.", required=True),
            "answers_for": Column(
                "string", "What one answer stands for.", required=True, one_of=_choices(Survey, "answers_for")
            ),
            "field_period": Column("string", "When it was asked: year, quarter or month; empty if not told."),
            "frame": Column("integer", "Number of units in the frame."),
            "frame_stated": Column("boolean", "Whether the publication states it; else it is the country's total."),
            "whole_frame_asked": Column("boolean", "Whether every unit was invited; empty if not told."),
            "invited": Column("integer", "Number of units invited."),
            "respondents": Column("integer", "Number of respondents."),
            "response_rate": Column("number", "Response rate as printed, in per cent."),
            "margin_of_error": Column("number", "Margin of error as printed, in percentage points."),
            "largest_weight": Column("number", "The largest weight, as printed."),
            "weighted": Column("boolean", "Whether the printed shares are weighted; empty if not told."),
            "field_period_locator": _LOCATOR,
            "field_period_unknown": Column("string", "Why the field period is unknown."),
            "field_period_note": Column("string", "What a reader must know about the field period."),
        }
        | {
            column: described
            for name, meaning in _FACTS.items()
            for column, described in (
                (name, Column("string", meaning)),
                (f"{name}_locator", _LOCATOR),
                (f"{name}_unknown", Column("string", "Why that is unknown.")),
            )
        },
        _survey_rows,
    ),
    "questions": Table(
        "The questions, paraphrased in English.",
        {
            "question_id": Column("string", "Permanent id.", **_KEY),
            "source_id": _SOURCE_ID,
            "survey_id": Column("string", "Survey wave.", required=True, refers_to="surveys.survey_id"),
            "theme": _THEME,
            "indicator_id": Column("string", "What it measures.", required=True, refers_to="indicators.indicator_id"),
            "question": Column("string", "The question in our words.", required=True),
            "wording": Column(
                "string",
                "Whether the publication prints it, or we infer it.",
                required=True,
                one_of=_choices(Question, "wording"),
            ),
            "choice": Column("string", "How it could be answered.", required=True, one_of=_choices(Question, "choice")),
            "base": Column("string", "Who is counted.", required=True),
            "base_n_stated": Column(
                "boolean", "Whether the publication prints the number of answers with the question.", required=True
            ),
            "repeats": Column("string", "The question of an earlier wave.", refers_to="questions.question_id"),
            "locator": _LOCATOR,
            "note": Column("string", "What a reader must know."),
        },
        _question_rows,
    ),
    "lists": Table(
        "What publications enumerate, one row an entry.",
        {
            "item_id": Column("string", "Permanent id.", **_KEY),
            "source_id": _SOURCE_ID,
            "list_id": Column("string", "Permanent id of the list.", required=True),
            "list_title": Column("string", "What is listed.", required=True),
            "theme": _THEME,
            "ordered": Column("boolean", "Whether the publication numbers or ranks the entries.", required=True),
            "position": Column("integer", "Place in the list, from 1.", required=True),
            "label": Column("string", "The entry in our words.", required=True),
            "as_printed": Column("string", "A few words of it as printed.", required=True),
            "locator": _LOCATOR,
            "note": Column("string", "What a reader must know about the list."),
        },
        _list_rows,
    ),
    "statements": Table(
        "Findings without a number, in our words.",
        {
            "statement_id": Column("string", "Permanent id.", **_KEY),
            "source_id": _SOURCE_ID,
            "theme": _THEME,
            "text": Column("string", Statement.model_fields["text"].description or "The finding.", required=True),
            "as_printed": Column("string", "A few words as printed, to find the place by."),
            "locator": _LOCATOR,
        },
        _statement_rows,
    ),
    "charts": Table(
        "Charts and tables of the publications, and what of them is lost.",
        {
            "chart_id": Column("string", "Permanent id.", **_KEY),
            "source_id": _SOURCE_ID,
            "title": Column("string", "What it shows, in our words.", required=True),
            "original_number": Column("string", "Its number in the publication."),
            "shows": Column("string", "Ids of the questions, figures or surveys that it shows, separated by spaces."),
            "missing": Column("string", "What of it did not survive."),
            "locator": _LOCATOR,
        },
        _chart_rows,
    ),
    "notes": Table(
        "What a careful reader noticed: contradictions, shifted definitions, gaps.",
        {
            "note_id": Column("string", "Permanent id.", **_KEY),
            "source_id": _SOURCE_ID,
            "kind": Column("string", "Kind of note.", required=True, one_of=_choices(Note, "kind")),
            "text": Column("string", "The note.", required=True),
            "about": Column("string", "Ids of the records that it is about, separated by spaces."),
        },
        _note_rows,
    ),
    "indicators": Table(
        "What the publications measure.",
        {
            "indicator_id": Column("string", "Permanent id.", **_KEY),
            "theme": Column("string", "Theme of the report.", required=True, one_of=_options(Theme)),
            "subject": Column("string", "What it is about.", required=True, one_of=_options(Subject)),
            "label": Column("string", "Short name.", required=True),
            "definition": Column("string", "What is measured.", required=True),
        },
        lambda evidence: ({"indicator_id": name, **item.model_dump()} for name, item in evidence.indicators.items()),
    ),
    "countries": Table(
        "The countries of the report, those without a publication included.",
        {
            "country": Column("string", "ISO 3166-1 code.", **_KEY),
            "name": Column("string", "English name.", required=True),
            "municipalities": Column("integer", "Number of municipalities, where a survey's frame needs it."),
            "municipalities_reference": Column("string", "Where that number comes from and when it holds."),
        },
        lambda evidence: ({"country": name, **item.model_dump()} for name, item in evidence.countries.items()),
    ),
}


@cache
def _table(name: str) -> pd.DataFrame:
    return TABLES[name].frame(load_evidence())


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
    return _table(name).copy()


def to_observations(rows: pd.DataFrame) -> list[Observation]:
    """Read rows of the table of observations back as observations, unknowns as None."""
    return [
        Observation(**{name: None if pd.isna(value) else value for name, value in row.items()})
        for row in rows[list(_OBSERVATIONS)].to_dict(orient="records")
    ]
