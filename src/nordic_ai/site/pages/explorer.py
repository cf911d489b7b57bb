"""Write the evidence explorer: all observations in one table that can be filtered and sorted."""

from collections import Counter
from collections.abc import Iterable
from typing import get_args

from nordic_ai.analysis.observations import Observation
from nordic_ai.analysis.report import Report
from nordic_ai.evidence.values import Theme, Unit
from nordic_ai.export.tables import csv_lines, tables
from nordic_ai.site.views import Context, Page, view

_NONE = "none"
"""What stands in the place of a theme or a year where there is none."""


@view("explorer.html", files=["explorer.css", "filter.js", "vendor/sortable.min.js"])
def explorer(page: Page) -> Context:
    """List all observations by theme and country, with the values by which the filter finds them."""
    report, names = page.report, _names(page.report)
    values = {name: _values(observation) for name, observation in report.observations.items()}
    counts = {name: Counter(value for found in values.values() for value in found[name]) for name in names}
    table = tables()["observations"]
    head, *lines = csv_lines(table.columns, table.rows(report))
    rows = [
        {
            "observation": observation,
            "source": page.evidence.sources[observation.source_id],
            "asked": _asked(observation, report),
            "values": values[name],
            "shown": {kind: ", ".join(names[kind][1][v] for v in found) for kind, found in values[name].items()},
            "line": line,
        }
        for (name, observation), line in zip(report.observations.items(), lines, strict=True)
    ]
    units, themes = get_args(Unit), [*get_args(Theme), None]
    rows.sort(key=lambda row: (themes.index(row["observation"].theme), row["shown"]["country"], row["source"].id))
    numbers = [o for o in report.observations.values() if o.value is not None]
    return {
        "filters": names,
        "counts": counts,
        "head": head,
        "rows": rows,
        # Values only within their unit, since no order runs across units.
        "rank_by_value": _ranks((units.index(o.unit), o.value, o.observation_id) for o in numbers),
        "rank_by_interval": _ranks((o.ci_low, o.ci_high, o.observation_id) for o in numbers if o.ci_low is not None),
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
        "source": ("Publication", {name: source.short_name for name, source in sources.items()}),
        "year": ("Year", {year: year for year in years} | {_NONE: "Not told"}),
        "kind": ("Kind", {"answer": "Answer", "method": "About a survey", "figure": "Other number"}),
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


def _ranks(keys: Iterable[tuple[float | str, ...]]) -> dict[str, int]:
    """Rank observations by keys that end in their ids."""
    return {name: rank for rank, (*_, name) in enumerate(sorted(keys))}
