"""The directive that writes the evidence explorer: all observations in one table that can be filtered and sorted."""

from __future__ import annotations

import csv
import html
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from docutils import nodes
from sphinx.application import Sphinx

from nordic_ai.comparability import list_measures
from nordic_ai.evidence import short_name
from nordic_ai.fields import Theme, Unit
from nordic_ai.formats import format_interval, format_value
from nordic_ai.observations import Observation
from nordic_ai.site.downloads import package_files
from nordic_ai.site.elements import EvidenceDirective
from nordic_ai.site.markup import HtmlBlock, in_language

# What stands in the place of a theme or a year where there is none.
_NONE = "none"
_KINDS = {"answer": "Answer to a survey", "method": "How a survey was made", "figure": "Other number"}
_HEADS = (
    "What the number says",
    "What was asked",
    "Value",
    "95% interval",
    "Year",
    "Country",
    "Theme",
    "Publication",
    "Kind",
)
# What only some pages load, by what tells in their HTML that they need it.
_FILES = {' data-filter="': ["filter.js"], '<table class="sortable': ["vendor/sortable.min.js", "explorer.css"]}


def add_files(app: Sphinx, page: str, template: str, context: Mapping[str, Any], doctree: nodes.document) -> None:
    """Have a page load the scripts and styles of what stands on it."""
    for mark, files in _FILES.items():
        if mark in context.get("body", ""):
            for file in files:
                if file.endswith(".css"):
                    app.add_css_file(file)
                else:
                    app.add_js_file(file, loading_method="defer")


class EvidenceExplorer(EvidenceDirective):
    """Write the filter and the table, sorted by theme and country."""

    def run(self) -> list[nodes.Node]:
        """Write both."""
        themes = [*get_args(Theme), None]
        rows = sorted(
            self.observations.values(), key=lambda o: (themes.index(o.theme), self._country(o), self._publication(o))
        )
        filter_ = f"{_FILTER_BEGINS}{''.join(self._selects(rows))}{_FILTER_ENDS}"
        return [HtmlBlock(html=filter_), HtmlBlock(html=self._table(rows), words=map(self._words, rows))]

    def _country(self, observation: Observation) -> str:
        return self.evidence.countries[observation.country].name

    def _publication(self, observation: Observation) -> str:
        return short_name(self.evidence.sources[observation.source_id])

    def _choices(self, observation: Observation) -> dict[str, dict[str, str]]:
        """Say by which values a row is found: for each choice of the filter its values and their names."""
        return {
            "theme": {observation.theme or _NONE: (observation.theme or "no theme").capitalize()},
            "country": {observation.country: self._country(observation)},
            "source": {observation.source_id: self._publication(observation)},
            "year": {year: year for year in _years(observation)} or {_NONE: "Not told"},
            "kind": {observation.kind: _KINDS[observation.kind]},
        }

    def _selects(self, rows: list[Observation]) -> Iterator[str]:
        labels = {"source": "Publication"}
        for name in ("theme", "country", "source", "year", "kind"):
            counts: Counter[tuple[str, str]] = Counter()
            for row in rows:
                counts.update(self._choices(row)[name].items())
            ordered = sorted(counts) if name == "year" else list(counts)
            options = "".join(
                f'<option value="{html.escape(value)}">{html.escape(shown)} ({counts[value, shown]})</option>'
                for value, shown in ordered
            )
            yield (
                f'<span><label for="filter-{name}">{labels.get(name, name.capitalize())}</label> '
                f'<select id="filter-{name}" data-filter="{name}"><option value="">All</option>'
                f"{options}</select></span>"
            )

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
        choices = self._choices(row)
        data = "".join(f' data-{name}="{html.escape(" ".join(values))}"' for name, values in choices.items())
        address = self.env.app.builder.get_relative_uri
        register, sources = (address(self.env.docname, page) for page in ("register", "sources"))
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
            ("", ", ".join(choices["year"].values())),
            ("", html.escape(self._country(row))),
            ("", ", ".join(choices["theme"].values()) + about),
            ("", f'<a href="{sources}#{row.source_id}">{html.escape(self._publication(row))}</a>'),
            ("", _KINDS[row.kind]),
        )
        # White space between the cells keeps their words apart in the excerpts of the site's search.
        told = "\n".join(f"<td{attributes}>{cell}</td>" for attributes, cell in cells)
        return f'<tr{data} data-csv="{html.escape(line)}"><th scope="row">{label}</th>\n{told}</tr>'

    def _asked(self, row: Observation) -> str:
        """Give the question that a number answers or, of a number about a survey, the survey."""
        if row.question_id is not None:
            return list_measures(self.evidence)[row.question_id].wording
        surveys = {f"{row.source_id}/{s.id}": s.title for s in self.evidence.sources[row.source_id].surveys}
        return f"Nothing; the survey is {surveys[row.survey_id]}" if row.survey_id else "Nothing; no survey"

    def _words(self, row: Observation) -> str:
        return f"{row.label} {row.original_label or ''} {self._asked(row)} {self._country(row)}"


_FILTER_BEGINS = (
    '<div class="explorer-filter" role="group" aria-label="Filter the observations" hidden>'
    '<span><label for="filter-q">Search</label> <input type="search" id="filter-q" data-filter="q"></span>'
)
_FILTER_ENDS = (
    '<p role="status" data-what="observations"></p><button type="button" data-show-all hidden>Show all</button>'
    '<button type="button" data-download="observations-chosen.csv">Download these rows (CSV)</button></div>'
)


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
