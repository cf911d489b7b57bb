"""Write what only the front page shows: the map of the evidence, and how to date, cite and take away the report."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import get_args

from docutils import nodes

from nordic_ai.evidence import Country
from nordic_ai.fields import Theme
from nordic_ai.formats import listed
from nordic_ai.site.elements import EvidenceDirective, described, line
from nordic_ai.site.markup import table_html
from nordic_ai.site.metadata import LICENCE

_ABOUT = "artificial intelligence"
_COUNTED = (
    "A number is a share or amount about artificial intelligence, counted once however often it is printed; "
    "a description is a list or a finding in words."
)


class FrontPageDirective(EvidenceDirective):
    """What the directives of the front page share: addresses of pages that the book may or may not have."""

    def address(self, page: str, ending: str = "", otherwise: str = "register") -> str:
        """Give a page's address with what follows it, or that of another page where the book lacks the first."""
        builder, here = self.env.app.builder, self.env.docname
        if page in self.env.found_docs:
            return builder.get_relative_uri(here, page) + ending
        return builder.get_relative_uri(here, otherwise)


def coverage_words(figures: int, descriptions: int, read: bool) -> list[str]:
    """Say what a country has on a theme; one that nobody has reported on differs from one that leaves out a theme.

    >>> coverage_words(1, 2, read=True), coverage_words(0, 0, read=True), coverage_words(0, 0, read=False)
    (['1 number', '2 descriptions'], ['nothing yet'], ['no source yet'])
    """
    words = [f"{figures} number{'s' * (figures != 1)}"] if figures else []
    words += [f"{descriptions} description{'s' * (descriptions != 1)}"] if descriptions else []
    return words or ["nothing yet" if read else "no source yet"]


class EvidenceMap(FrontPageDirective):
    """Show which country has figures or descriptions on which theme, and where there is nothing yet."""

    def run(self) -> list[nodes.Node]:
        """Write the table, countries down and themes across, with links to the evidence, and sum it up in words."""
        themes = get_args(Theme)
        counts = {
            country.name: [self._found(code, theme) for theme in themes]
            for code, country in self.evidence.countries.items()
        }
        unread = [
            country.name
            for code, country in self.evidence.countries.items()
            if not any(source.country == code for source in self.evidence.sources.values())
        ]
        rows = [
            [self._country(country), *(self._cell(code, theme, country.name not in unread) for theme in themes)]
            for code, country in self.evidence.countries.items()
        ]
        heads = ["Country", *(theme.capitalize() for theme in themes)]
        table = table_html("What there is on each theme from each country", heads, rows)
        sentences = [f"No publication from {listed(unread, 'or')} has been read yet."] if unread else []
        for name, cells in counts.items():
            without = [theme for theme, (figures, _) in zip(themes, cells, strict=True) if not figures]
            if without and name not in unread:
                sentences.append(f"From {name} there is no number on {listed(without, 'or')}.")
        shown = nodes.container("", nodes.raw("", table, format="html"), classes=["evidence-map"])
        return [shown, line(" ".join([_COUNTED, *sentences]))]

    def _found(self, country: str, theme: Theme) -> tuple[int, list[str]]:
        """Count the numbers, and name the descriptions."""
        figures = sum(
            o.country == country and o.theme == theme and o.value is not None and o.restates is None
            for o in self.observations.values()
            if o.subject == _ABOUT
        )
        descriptions = [
            f"{source.id}/{part.id}"
            for source in self.evidence.sources.values()
            if source.country == country and source.subject == _ABOUT
            for part in (*source.lists, *source.statements)
            if part.theme == theme
        ]
        return figures, descriptions

    def _country(self, country: Country) -> str:
        page = f"countries/{country.name.lower()}"
        if page not in self.env.found_docs:
            return html.escape(country.name)
        return _link(self.address(page), country.name)

    def _cell(self, country: str, theme: Theme, read: bool) -> str:
        """Link numbers to all of them in the explorer, or to the theme's chapter, and descriptions to the first."""
        figures, descriptions = self._found(country, theme)
        words = coverage_words(figures, len(descriptions), read)
        if not (figures or descriptions):
            return f'<span class="nothing">{words[0]}</span>'
        parts = []
        if figures:
            chapter = f"chapters/{theme}"
            otherwise = chapter if chapter in self.env.found_docs else "register"
            parts.append(_link(self.address("explorer", f"?theme={theme}&country={country}", otherwise), words[0]))
        if descriptions:
            parts.append(_link(self.address("register", f"#{descriptions[0]}"), words[-1], "described"))
        return " ".join(parts)


def _link(address: str, text: str, kind: str = "counted") -> str:
    return f'<a class="{kind}" href="{html.escape(address, quote=True)}">{html.escape(text)}</a>'


class ReportFacts(FrontPageDirective):
    """Say of which version and date the report is, what it rests on, how to cite it and what can be taken away."""

    def run(self) -> list[nodes.Node]:
        """Write the facts; version, date and authors stand in CITATION.cff alone."""
        report, config = self.env.config.nordic_report, self.env.config
        sources = self.evidence.sources.values()
        countries = list(dict.fromkeys(self.evidence.countries[source.country].name for source in sources))
        numbers = sum(o.value is not None and o.restates is None for o in self.observations.values())
        authors = listed([one["name"] for one in report["authors"] if "name" in one])
        cited = f"{authors} ({config.copyright}). {report['title']} (version {report['version']})."
        more = [" ", self._link_to("cite", "More ways to cite")] if "cite" in self.env.found_docs else []
        files = {"observations.csv": "All numbers (CSV)", "datapackage.json": "Data Package (JSON)"}
        data = self._join([nodes.reference("", name, refuri=f"data/{file}") for file, name in files.items()])
        facts = [
            ("Version", report["version"]),
            ("Date", report["date-released"] or "Not yet released"),
            ("Rests on", f"{len(sources)} publications from {listed(countries)}, with {numbers:,} recorded numbers"),
            ("Cite as", line(cited, *more)),
            ("Take away", line(*data)),
            ("Licence", line("Text, tables and figures: ", nodes.reference("", "CC BY 4.0", refuri=LICENCE))),
        ]
        return [described(facts)]

    def _link_to(self, page: str, text: str) -> nodes.reference:
        return nodes.reference("", text, refuri=self.address(page), internal=True)

    def _join(self, links: Sequence[nodes.Node]) -> list[nodes.Node | str]:
        return [part for link in links for part in (link, ", ")][:-1]
