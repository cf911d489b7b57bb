"""Write the evidence explorer: all observations in one table that can be filtered and sorted."""

from collections import Counter
from collections.abc import Iterable
from typing import get_args

from nordic_ai.analysis.observations import Observation
from nordic_ai.analysis.report import Report
from nordic_ai.evidence.values import UNITS, Theme
from nordic_ai.export.tables import csv_lines, tables
from nordic_ai.site.views import Context, Page

_NONE = "nothing"
"""What stands in the place of a theme, a year or respondents where there are none."""
_MUNICIPAL = {
    "among-others": "Municipalities among others",
    "none": "No municipalities",
    "not-told": "Not told whether municipalities",
    _NONE: "No survey",
}


def explorer(page: Page) -> Context:
    """List all observations by theme and country, with the values by which the filter finds them."""
    report, countries = page.report, page.evidence.countries
    table = tables()["observations"]
    head, *lines = csv_lines(table.columns, table.rows(report))
    rows = [(o, _values(o), line) for o, line in zip(report.observations.values(), lines, strict=True)]
    themes = [*get_args(Theme), None]
    units = [*UNITS, *sorted({o.unit for o in report.observations.values()} - {*UNITS})]
    rows.sort(key=lambda row: (themes.index(row[0].theme), countries[row[0].country].name, row[0].source_id))
    numbers = [o for o in report.observations.values() if o.value is not None]
    in_words = [
        (source, len(source.statements) + sum(len(one.items) for one in source.lists))
        for source in page.evidence.sources.values()
    ]
    return {
        "in_words": [(source, count) for source, count in in_words if count],
        "filters": _filters(report),
        "counts": Counter((name, value) for _, found, _ in rows for name in found for value in found[name]),
        "head": head,
        "rows": rows,
        # Values only within their unit, since no order runs across units.
        "rank_by_value": _ranks((units.index(o.unit), o.value, o.observation_id) for o in numbers),
        "rank_by_interval": _ranks((o.ci_low, o.ci_high, o.observation_id) for o in numbers if o.ci_low is not None),
    }


def _filters(report: Report) -> dict[str, tuple[str, dict[str, str]]]:
    """Say by what the table can be filtered: for each filter its label, and its values with their names.

    What no observation has is a choice as well, so that a link to it leads to nothing instead of to everything.
    """
    years = sorted({year for observation in report.observations.values() for year in _values(observation)["year"]})
    countries, sources = report.evidence.countries, report.evidence.sources
    return {
        "theme": ("Theme", {theme: theme.capitalize() for theme in get_args(Theme)} | {_NONE: "No theme"}),
        "country": ("Country", {code: country.name for code, country in countries.items()}),
        "source": ("Publication", {name: source.short_name for name, source in sources.items()}),
        "year": ("Year", {year: year for year in years if year != _NONE} | {_NONE: "Not told"}),
        "municipal": ("Who answered", {"only": "Municipalities", **_MUNICIPAL}),
        "reading": ("Publication read", {"whole": "Whole", "in-part": "In part"}),
        "kind": ("Kind", {"answer": "Answer", "method": "About a survey", "figure": "Other number"}),
    }


def _values(observation: Observation) -> dict[str, list[str]]:
    """Give the values by which the filter finds an observation; a period of several years is found by each."""
    years = [_NONE]
    if observation.period_start is not None:
        years = [str(year) for year in range(observation.period_start.year, observation.period_end.year + 1)]
    return {
        "theme": [observation.theme or _NONE],
        "country": [observation.country],
        "source": [observation.source_id],
        "year": years,
        "municipal": [(observation.municipal or _NONE).replace(" ", "-")],
        "reading": [observation.reading.replace(" ", "-")],
        "kind": [observation.kind],
    }


def _ranks(keys: Iterable[tuple[float | str, ...]]) -> dict[str, int]:
    """Rank observations by keys that end in their ids."""
    return {name: rank for rank, (*_, name) in enumerate(sorted(keys))}
