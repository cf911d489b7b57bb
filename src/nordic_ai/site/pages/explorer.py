"""Write the evidence explorer: all observations in one table that can be filtered and sorted."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping
from typing import get_args

from nordic_ai.analysis.observations import Observation
from nordic_ai.analysis.report import Report
from nordic_ai.evidence.base import short_name
from nordic_ai.evidence.fields import Theme, Unit
from nordic_ai.site.downloads import package_files
from nordic_ai.site.views import Context, Page, view

# What stands in the place of a theme or a year where there is none.
_NONE = "none"
_KINDS = {"answer": "Answer", "method": "About a survey", "figure": "Other number"}


@view("explorer.html")
def explorer(page: Page) -> Context:
    """List all observations by theme and country, with the values by which the filter finds them."""
    report, countries = page.report, page.evidence.countries
    themes = [*get_args(Theme), None]
    observations = sorted(
        report.observations.values(), key=lambda o: (themes.index(o.theme), countries[o.country].name, o.source_id)
    )
    values = {o.observation_id: _values(o) for o in observations}
    names = _names(report)
    counts = {name: Counter(v for found in values.values() for v in found[name]) for name in names}
    head, lines = _csv_lines(package_files(page.builder.app)["observations.csv"])
    by_value, by_interval = _ranks(observations)
    return {
        "filters": {
            name: (label, {value: f"{shown} ({counts[name][value]})" for value, shown in named.items()})
            for name, (label, named) in names.items()
        },
        "head": head,
        "rows": [
            {
                "observation": o,
                "source": page.evidence.sources[o.source_id],
                "asked": _asked(o, report),
                "values": values[o.observation_id],
                "shown": {
                    name: ", ".join(names[name][1][value] for value in found)
                    for name, found in values[o.observation_id].items()
                },
                "rank_by_value": by_value.get(o.observation_id, ""),
                "rank_by_interval": by_interval.get(o.observation_id, ""),
                "line": lines[o.observation_id],
            }
            for o in observations
        ],
    }


def _names(report: Report) -> dict[str, tuple[str, dict[str, str]]]:
    """Say by what the table can be filtered: for each filter its label, and its values with their names.

    What no observation has is a choice as well, so that a link to it leads to nothing instead of to everything.
    """
    years = sorted({year for observation in report.observations.values() for year in _years(observation)})
    countries, sources = report.evidence.countries, report.evidence.sources
    return {
        "theme": ("Theme", {theme: theme.capitalize() for theme in get_args(Theme)} | {_NONE: "No theme"}),
        "country": ("Country", {code: country.name for code, country in countries.items()}),
        "source": ("Publication", {name: short_name(source) for name, source in sources.items()}),
        "year": ("Year", {year: year for year in years} | {_NONE: "Not told"}),
        "kind": ("Kind", _KINDS),
    }


def _values(observation: Observation) -> dict[str, list[str]]:
    """Give the values by which the filter finds an observation; a period of several years is found by each."""
    return {
        "theme": [observation.theme or _NONE],
        "country": [observation.country],
        "source": [observation.source_id],
        "year": _years(observation) or [_NONE],
        "kind": [observation.kind],
    }


def _years(observation: Observation) -> list[str]:
    """List the years of an observation's period; none where the publication does not give it."""
    if observation.period_start is None or observation.period_end is None:
        return []
    return [str(year) for year in range(observation.period_start.year, observation.period_end.year + 1)]


def _asked(observation: Observation, report: Report) -> str:
    """Give the question that a number answers or, of a number about a survey, the survey."""
    if observation.question_id is not None:
        return report.measures[observation.question_id].wording
    if observation.survey_id is None:
        return "No survey"
    return report.evidence.sources[observation.source_id].survey(observation.survey_id.partition("/")[2]).title


def _ranks(observations: list[Observation]) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Rank observations by value and by interval; values only within their unit, since no order runs across units."""
    units = get_args(Unit)
    by_value = sorted((units.index(o.unit), o.value, o.observation_id) for o in observations if o.value is not None)
    by_interval = sorted((o.ci_low, o.ci_high, o.observation_id) for o in observations if o.ci_low is not None)
    by_value_rank, by_interval_rank = (
        {name: rank for rank, (*_, name) in enumerate(ordered)} for ordered in (by_value, by_interval)
    )
    return by_value_rank, by_interval_rank


def _csv_lines(content: bytes) -> tuple[str, dict[str, str]]:
    """Split a CSV file into its head and its lines, by the key in the first column, as they stand in the file."""
    head, *records = csv.reader(io.StringIO(content.decode("utf-8")))
    return _csv_line(head), {record[0]: _csv_line(record) for record in records}


def _csv_line(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    return line.getvalue()
