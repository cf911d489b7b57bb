"""Write what only the front page shows: the map of the evidence, and how to date, cite and take away the report."""

from __future__ import annotations

import html
from typing import get_args

from docutils import nodes

from nordic_ai.analysis.wording import listed
from nordic_ai.evidence.citation import apa, cite_report
from nordic_ai.evidence.values import Theme
from nordic_ai.site.domain import report_domain
from nordic_ai.site.elements import EvidenceDirective, described, line
from nordic_ai.site.markup import table_html
from nordic_ai.site.metadata import LICENCE

_ABOUT = "artificial intelligence"
_COUNTED = (
    "A number is a share or amount about artificial intelligence, counted once however often it is printed; "
    "a description is a list or a finding in words."
)


def coverage_words(figures: int, descriptions: int, read: bool) -> list[str]:
    """Say what a country has on a theme; one that nobody has reported on differs from one that leaves out a theme.

    >>> coverage_words(1, 2, read=True), coverage_words(0, 0, read=True), coverage_words(0, 0, read=False)
    (['1 number', '2 descriptions'], ['nothing yet'], ['no source yet'])
    """
    words = [f"{figures} number{'s' * (figures != 1)}"] if figures else []
    words += [f"{descriptions} description{'s' * (descriptions != 1)}"] if descriptions else []
    return words or ["nothing yet" if read else "no source yet"]


class EvidenceMap(EvidenceDirective):
    """Show which country has figures or descriptions on which theme, and where there is nothing yet."""

    def run(self) -> list[nodes.Node]:
        """Write the table, countries down and themes across, with links to the evidence, and sum it up in words."""
        themes, rows, without = get_args(Theme), [], []
        unread = self.evidence.countries_unread
        for code, country in self.evidence.countries.items():
            read = country.name not in unread
            figures = {theme: self._count_figures(code, theme) for theme in themes}
            rows.append(
                [self._country(country.name), *(self._cell(code, theme, figures[theme], read) for theme in themes)]
            )
            lacking = [theme for theme in themes if not figures[theme]]
            if read and lacking:
                without.append(f"From {country.name} there is no number on {listed(lacking, 'or')}.")
        heads = ["Country", *(theme.capitalize() for theme in themes)]
        table = table_html("What there is on each theme from each country", heads, rows)
        if unread:
            without.insert(0, f"No publication from {listed(unread, 'or')} has been read yet.")
        shown = nodes.container("", nodes.raw("", table, format="html"), classes=["evidence-map"])
        return [shown, line(" ".join([_COUNTED, *without]))]

    def _count_figures(self, country: str, theme: Theme) -> int:
        return sum(
            o.country == country and o.theme == theme and o.value is not None and o.restates is None
            for o in self.observations.values()
            if o.subject == _ABOUT
        )

    def _descriptions(self, country: str, theme: Theme) -> list[str]:
        return [
            f"{source.id}/{part.id}"
            for source in self.evidence.sources.values()
            if source.country == country and source.subject == _ABOUT
            for part in (*source.lists, *source.statements)
            if part.theme == theme
        ]

    def _country(self, name: str) -> str:
        page = f"countries/{name.lower()}"
        return _link(self.address(page), name) if page in self.env.found_docs else html.escape(name)

    def _cell(self, country: str, theme: Theme, figures: int, read: bool) -> str:
        """Link numbers to all of them in the explorer, else to the theme's chapter, and descriptions to the first."""
        descriptions = self._descriptions(country, theme)
        words = coverage_words(figures, len(descriptions), read)
        if not (figures or descriptions):
            return f'<span class="nothing">{words[0]}</span>'
        links = []
        if figures:
            explorer = "evidence/explorer" in self.env.found_docs
            place = f"{self.address('explorer')}?theme={theme}&country={country}" if explorer else None
            links.append(_link(place or self.address(f"chapters/{theme}"), words[0], "counted"))
        if descriptions:
            links.append(_link(f"{self.address('register')}#{descriptions[0]}", words[-1], "described"))
        return " ".join(links)


def _link(address: str, text: str, kind: str = "country") -> str:
    return f'<a class="{kind}" href="{html.escape(address, quote=True)}">{html.escape(text)}</a>'


class ReportFacts(EvidenceDirective):
    """Say of which version and date the report is, what it rests on, how to cite it and what can be taken away."""

    def run(self) -> list[nodes.Node]:
        """Write the facts; version, date and authors stand in CITATION.cff alone."""
        report, sources = report_domain(self.env).citation, self.evidence.sources.values()
        countries = list(dict.fromkeys(self.evidence.countries[source.country].name for source in sources))
        numbers = sum(o.value is not None and o.restates is None for o in self.observations.values())
        cited = line(apa(cite_report(report)))
        if "about/cite" in self.env.found_docs:
            more = nodes.reference("", "More ways to cite", refuri=self.address("cite"), internal=True)
            cited += [nodes.Text(" "), more]
        table, package = (
            nodes.reference("", name, refuri=f"data/{file}")
            for file, name in (("observations.csv", "All numbers (CSV)"), ("datapackage.json", "Data Package (JSON)"))
        )
        facts = [
            ("Version", report.version),
            ("Date", report.released),
            ("Rests on", f"{len(sources)} publications from {listed(countries)}, with {numbers:,} recorded numbers"),
            ("Cite as", cited),
            ("Take away", line(table, ", ", package)),
            ("Licence", line("Text, tables and figures: ", nodes.reference("", "CC BY 4.0", refuri=LICENCE))),
        ]
        return [described(facts)]
