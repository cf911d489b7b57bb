"""Write parts of pages: a view gives plain data, and its template turns them into HTML."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from docutils import nodes
from docutils.utils.smartquotes import smartyPants
from jinja2 import Environment, PackageLoader, StrictUndefined
from sphinx.builders import Builder
from sphinx.transforms.post_transforms import SphinxPostTransform

from nordic_ai.analysis import wording
from nordic_ai.analysis.report import Report
from nordic_ai.evidence.loading import Evidence
from nordic_ai.site.cards import card_lines
from nordic_ai.site.domain import PAGES, ReportDomain, report_domain
from nordic_ai.site.nodes import Cards, Part, RecordLink

Context = Mapping[str, Any]
View = Callable[..., Context]


def view(template: str) -> Callable[[View], View]:
    """Mark a function that takes a `Page` and gives the context of a template."""

    def mark(function: View) -> View:
        function.template = template
        return function

    return mark


def part(function: View, **arguments: Any) -> Part:
    """Make the node in whose place a view's template is written.

    Parameters
    ----------
    function
        A view: a function of a module, so that the node can be kept between builds.
    **arguments
        What the view takes besides the page; plain values.
    """
    return Part("", view=function, arguments=arguments)


@dataclass
class Page:
    """The page that is being written, as views and templates see it."""

    name: str
    builder: Builder
    domain: ReportDomain
    cards: dict[tuple[str, ...], str] = field(default_factory=dict)
    """Names of the cards that the page shows, by the records that they are about."""
    terms: dict[str, str] = field(default_factory=dict)
    """The same by term."""

    @property
    def report(self) -> Report:
        """All that follows from the evidence."""
        return self.domain.report

    @property
    def evidence(self) -> Evidence:
        """The evidence itself."""
        return self.report.evidence

    def address(self, page: str, anchor: str = "") -> str:
        """Give the relative address of a page, a key of `PAGES` or a document's name, or of a place on it."""
        name = PAGES.get(page, page)
        address = "" if name == self.name and anchor else self.builder.get_relative_uri(self.name, name)
        return f"{address}#{anchor}" if anchor else address

    def file(self, path: str) -> str:
        """Give the relative address of a file of the site."""
        return "../" * self.name.count("/") + path

    def exists(self, page: str) -> bool:
        """Say whether the book has a page."""
        return PAGES.get(page, page) in self.builder.env.found_docs

    def card(self, *record_ids: str) -> str:
        """Give the name of the card about records, which the end of the page will hold."""
        return self.cards.setdefault(record_ids, f"card-{len(self.cards) + 1}")

    def term_card(self, term: str) -> str:
        """Give the name of the card with a term's definition."""
        return self.terms.setdefault(term, f"card-term-{term}")


@view("cards.html")
def cards(page: Page) -> Context:
    """Write the cards of a page, hidden until a link that names one is hovered over, focused or tapped."""
    lines = {name: card_lines(records, page.report) for records, name in page.cards.items()}
    for term, name in page.terms.items():
        known = page.domain.glossary[term]
        lines[name] = [f"{known.term}: {known.definition}"]
    return {"cards": lines}


class WriteParts(SphinxPostTransform):
    """Write the parts of a page, and give its links their cards, in the order of the page."""

    default_priority = 800  # after references have been resolved
    formats = ("html",)

    def run(self, **_: Any) -> None:
        """Replace each part by its HTML."""
        page = Page(self.env.docname, self.app.builder, report_domain(self.env))
        for node in list(self.document.findall(lambda node: isinstance(node, RecordLink | Part))):
            if isinstance(node, RecordLink):
                node["card"] = page.term_card(node["term"]) if "term" in node else page.card(*node["records"])
            else:
                node.replace_self(nodes.raw("", render(page, node["view"], node["arguments"]), format="html"))
        if page.cards or page.terms:
            self.document += Cards("", html=render(page, cards, {}))


def render(page: Page, function: View, arguments: Mapping[str, Any]) -> str:
    """Write what a view gives with its template."""
    template = templates().get_template(function.template)
    return template.render({"page": page, **function(page, **arguments)})


@cache
def templates() -> Environment:
    """Set up the templates of parts, which know how numbers read and escape everything else."""
    environment = Environment(
        autoescape=True,
        loader=PackageLoader("nordic_ai.site", "templates/parts"),
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {
        "curly": lambda text: smartyPants(text, "q"),
        "base": wording.format_base,
        "interval": wording.format_interval,
        "period": wording.format_period,
        "value": wording.format_value,
    }
    return environment
