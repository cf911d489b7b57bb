"""Write parts of pages: a view gives plain data, and its template turns them into HTML."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from inspect import isfunction
from typing import Any

from babel import Locale
from docutils import nodes
from docutils.utils.smartquotes import smartyPants
from jinja2 import Environment, PackageLoader, StrictUndefined
from sphinx.builders import Builder
from sphinx.transforms.post_transforms import SphinxPostTransform

from nordic_ai.analysis import wording
from nordic_ai.analysis.audit import CHECKS
from nordic_ai.analysis.comparability import period_of
from nordic_ai.analysis.report import Report
from nordic_ai.evidence.loading import Evidence
from nordic_ai.evidence.values import period_bounds
from nordic_ai.site.cards import card_lines
from nordic_ai.site.domain import PAGES, ReportDomain, report_domain
from nordic_ai.site.nodes import Part, RecordLink

Context = Mapping[str, Any]
View = Callable[..., Context]


def view(template: str, *, files: Iterable[str] = (), searched: bool = True) -> Callable[[View], View]:
    """Mark a function that takes a `Page` and gives the context of a template.

    Between words that belong to different things a template has white space, because the search takes its text without
    the tags. `files` are scripts and style sheets in `static` that pages with this part load; `searched` says whether
    the site's search finds its words.
    """

    def mark(function: View) -> View:
        function.template, function.files, function.searched = template, tuple(files), searched
        return function

    return mark


def part(shown: View | str, **arguments: Any) -> Part:
    """Make the node in whose place a view, or only a template, is written; the arguments are plain values.

    A view is a function of a module, so that the node can be kept between builds.
    """
    return Part("", view=shown, arguments=arguments)


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
    _computed: dict[Callable[..., Any], Any] = field(default_factory=dict)

    @property
    def report(self) -> Report:
        """All that follows from the evidence."""
        return self.domain.inputs.report

    @property
    def evidence(self) -> Evidence:
        """The evidence itself."""
        return self.report.evidence

    def once(self, function: Callable[..., Any]) -> Any:
        """Give what a function makes of the page, computed once for all parts that need it."""
        if function not in self._computed:
            self._computed[function] = function(self)
        return self._computed[function]

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


# Not searched: the words of a card stand in the register too, where the search is to lead.
@view("cards.html", searched=False)
def cards(page: Page) -> Context:
    """Write the cards of a page, hidden until a link that names one is hovered over, focused or tapped."""
    lines = {name: card_lines(records, page.report) for records, name in page.cards.items()}
    for term, name in page.terms.items():
        known = page.domain.inputs.glossary[term]
        lines[name] = [f"{known.term}: {known.definition}"]
    return {"cards": lines}


class WriteParts(SphinxPostTransform):
    """Write the parts of a page, and give its links their cards, in the order of the page."""

    default_priority = 800  # after references have been resolved
    formats = ("html",)

    def run(self, **_: Any) -> None:
        """Write each part and then the cards that the page has come to need."""
        page = Page(self.env.docname, self.app.builder, report_domain(self.env))
        for node in list(self.document.findall(lambda node: isinstance(node, RecordLink | Part))):
            if isinstance(node, Part):
                _write(node, page)
            elif "term" in node:
                node["refuri"] = page.address("glossary", f"term-{node['term']}")
                node["card"] = page.term_card(node["term"])
            else:
                node["refuri"] = page.address("register", node["records"][-1])
                node["card"] = page.card(*node["records"])
        if page.cards or page.terms:
            self.document += part(cards)
            _write(self.document[-1], page)


def _write(node: Part, page: Page) -> None:
    shown = node["view"]
    if isinstance(shown, str):
        shown = view(shown)(lambda page, **arguments: arguments)
    template = templates().get_template(shown.template)
    html = template.render({"page": page, **shown(page, **node["arguments"])})
    # Text keeps its apostrophes, because the search would take their code for the word "39".
    node["html"], node["files"] = html.replace("&#39;", "'"), shown.files
    if shown.searched:
        node["format"] = "html"
        node += nodes.Text(node["html"])


@cache
def templates() -> Environment:
    """Set up the templates of parts, which know how numbers read and escape everything else."""
    environment = Environment(
        autoescape=True,
        keep_trailing_newline=True,  # between parts, for the search
        loader=PackageLoader("nordic_ai.site", "templates/parts"),
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    # All of `wording`, so that `format_value` is the filter `value`.
    functions = {name: known for name, known in vars(wording).items() if isfunction(known)}
    environment.filters |= {name.removeprefix("format_"): function for name, function in functions.items()}
    environment.filters |= {
        "bounds": wording.format_bounds_in_full,
        "check": CHECKS.get,
        "curly": curly,
        "each": lambda items, macro, *arguments: [macro(*arguments, item) for item in items],
        "first_sentence": first_sentence,
        "language": lambda code: Locale(code).english_name.split()[0],
        "time": period_of,
        "when": lambda period: wording.format_period(*period_bounds(period)) if period else "",
    }
    macros = vars(environment.get_template("macros.html").module)
    environment.globals |= {name: macro for name, macro in macros.items() if callable(macro)}
    return environment


def first_sentence(text: str) -> str:
    """Give the first sentence of a text, without its full stop."""
    return text.split(". ")[0].rstrip(".")


def curly(text: str) -> str:
    """Set quotation marks and apostrophes as readers expect them; what a macro has written stays as it is.

    >>> curly("a publication's words"), curly('so-called "words"')
    ('a publication’s words', 'so-called “words”')
    """
    if hasattr(text, "__html__") or ("'" not in text and '"' not in text):
        return text
    return smartyPants(text, "q")
