"""The directive that writes the evidence explorer: all observations in one table that can be filtered and sorted."""

from __future__ import annotations

import csv
import html
import io
from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from typing import get_args

from docutils import nodes

from nordic_ai.analysis.measures import Measure
from nordic_ai.analysis.observations import Observation
from nordic_ai.analysis.wording import format_interval, format_value
from nordic_ai.evidence.values import Theme, Unit
from nordic_ai.site.downloads import package_files
from nordic_ai.site.elements import EvidenceDirective
from nordic_ai.site.markup import HtmlBlock, choices_html, in_language

# What stands in the place of a theme or a year where there is none.
_NONE = "none"
_KINDS = {"answer": "Answer", "method": "About a survey", "figure": "Other number"}
_HEADS = (
    "Answer or what is counted",
    "Question or survey",
    "Value",
    "95% interval",
    "Year",
    "Country",
    "Theme",
    "Publication",
    "Kind",
)


class EvidenceExplorer(EvidenceDirective):
    """Write the filter and the table, sorted by theme and country."""

    def run(self) -> list[nodes.Node]:
        """Write both."""
        themes = [*get_args(Theme), None]
        rows = sorted(self.observations.values(), key=lambda o: (themes.index(o.theme), self._country(o), o.source_id))
        return [HtmlBlock(self._filter(rows)), HtmlBlock(self._table(rows), map(self._words, rows))]

    @cached_property
    def _choices(self) -> dict[str, tuple[str, dict[str, str]]]:
        """Say by what the table can be filtered: for each choice its label, and its values with their names.

        What no observation has is a choice as well, so that a link to it leads to nothing instead of to everything.
        """
        years = sorted({year for observation in self.observations.values() for year in _years(observation)})
        return {
            "theme": ("Theme", {theme: theme.capitalize() for theme in get_args(Theme)} | {_NONE: "No theme"}),
            "country": ("Country", {code: country.name for code, country in self.evidence.countries.items()}),
            "source": ("Publication", {s.id: s.short_name for s in self.evidence.sources.values()}),
            "year": ("Year", {year: year for year in years} | {_NONE: "Not told"}),
            "kind": ("Kind", _KINDS),
        }

    def _filter(self, rows: list[Observation]) -> str:
        choices = {}
        for name, (label, values) in self._choices.items():
            counts = Counter(value for row in rows for value in _values(row)[name])
            choices[name] = label, {value: f"{shown} ({counts[value]})" for value, shown in values.items()}
        return f"{_FILTER_BEGINS}{choices_html(choices)}{_FILTER_ENDS}"

    @cached_property
    def _measures(self) -> dict[str, Measure]:
        return self.report.measures

    def _country(self, observation: Observation) -> str:
        return self.evidence.countries[observation.country].name

    def _table(self, rows: list[Observation]) -> str:
        head, lines = _csv_lines(package_files(self.env.app)["observations.csv"])
        ranks = _ranks(rows)
        heads = "".join(f'<th scope="col">{text}</th>' for text in _HEADS)
        body = "\n".join(self._row(row, lines[row.observation_id], ranks) for row in rows)
        return (
            '<div class="table-scroll explorer" tabindex="0" role="region" aria-label="All observations">'
            f'<table class="sortable asc n-last" data-csv="{html.escape(head)}">'
            f'<caption class="unseen">All observations</caption>\n<thead><tr>{heads}</tr></thead>\n'
            f"<tbody>\n{body}\n</tbody></table></div>"
        )

    def _row(self, row: Observation, line: str, ranks: Mapping[str, Mapping[str, int]]) -> str:
        values = _values(row)
        data = "".join(f' data-{name}="{html.escape(" ".join(found))}"' for name, found in values.items())
        shown = {name: ", ".join(self._choices[name][1][value] for value in found) for name, found in values.items()}
        register, sources = map(self.address, ("register", "sources"))
        source = self.evidence.sources[row.source_id]
        label = f'<a href="{register}#{row.observation_id}">{html.escape(row.label)}</a>'
        label += " (mentioned again)" if row.restates else ""
        label += f"<br>{in_language(row.original_label, source.language)}" if row.original_label else ""
        interval = html.escape(f"none: {row.no_interval_because or 'not a share of answers'}")
        if known := format_interval(row):
            interval = f'<span class="number">{known}</span>'
        value, low = (f' data-sort="{ranks[name].get(row.observation_id, "")}"' for name in ("value", "interval"))
        about = "" if row.subject == "artificial intelligence" else f"<br>(about {html.escape(row.subject)})"
        cells = (
            ("", html.escape(self._asked(row))),
            (value, html.escape(format_value(row))),
            (low, interval),
            ("", shown["year"]),
            ("", html.escape(shown["country"])),
            ("", shown["theme"] + about),
            ("", f'<a href="{sources}#{row.source_id}">{html.escape(shown["source"])}</a>'),
            ("", shown["kind"]),
        )
        told = "".join(f"<td{attributes}>{cell}</td>" for attributes, cell in cells)
        return f'<tr{data} data-csv="{html.escape(line)}"><th scope="row">{label}</th>{told}</tr>'

    def _asked(self, row: Observation) -> str:
        """Give the question that a number answers or, of a number about a survey, the survey."""
        if row.question_id is not None:
            return self._measures[row.question_id].wording
        surveys = {f"{row.source_id}/{s.id}": s.title for s in self.evidence.sources[row.source_id].surveys}
        return surveys[row.survey_id] if row.survey_id else "No survey"

    def _words(self, row: Observation) -> str:
        return f"{row.label} {row.original_label or ''} {self._asked(row)} {self._country(row)}"


_FILTER_BEGINS = (
    '<div class="explorer-filter" role="group" aria-label="Filter the observations" hidden>'
    '<span><label for="filter-q">Search the table</label> <input type="search" id="filter-q" data-filter="q"></span>'
)
_FILTER_ENDS = (
    '<div><p role="status" data-what="observations"></p><button type="button" data-show-all hidden>Show all</button>'
    '<button type="button" data-download="observations-chosen.csv">Download these rows (CSV)</button></div></div>'
)


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
    """List the years of an observation's period; none where the publication does not tell it."""
    if observation.period_start is None or observation.period_end is None:
        return []
    return [str(year) for year in range(observation.period_start.year, observation.period_end.year + 1)]


def _ranks(rows: list[Observation]) -> dict[str, dict[str, int]]:
    """Rank the rows by value and by interval; values only within their unit, since no order runs across units."""
    units = get_args(Unit)
    by_value = sorted((units.index(o.unit), o.value, o.observation_id) for o in rows if o.value is not None)
    by_interval = sorted((o.ci_low, o.ci_high, o.observation_id) for o in rows if o.ci_low is not None)
    return {
        name: {observation_id: rank for rank, (*_, observation_id) in enumerate(ordered)}
        for name, ordered in (("value", by_value), ("interval", by_interval))
    }


def _csv_lines(content: bytes) -> tuple[str, dict[str, str]]:
    """Split a CSV file into its head and its lines, by the key in the first column, as they stand in the file."""
    head, *records = csv.reader(io.StringIO(content.decode("utf-8")))
    return _csv_line(head), {record[0]: _csv_line(record) for record in records}


def _csv_line(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    return line.getvalue()
