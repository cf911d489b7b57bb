"""Write parts of pages: a directive puts a part on a page, and later its template writes it from the evidence."""

from collections.abc import Callable, Collection, Mapping
from functools import cache, lru_cache, wraps
from inspect import isfunction
from typing import Any, get_args

from babel import Locale
from docutils import nodes
from docutils.utils.smartquotes import smartyPants
from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.filters import do_mark_safe
from sphinx.builders import Builder
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from nordic_ai.analysis import wording
from nordic_ai.analysis.audit import CHECKS
from nordic_ai.analysis.comparability import LEVELS, differences
from nordic_ai.analysis.observations import locate
from nordic_ai.analysis.report import Report
from nordic_ai.evidence import languages
from nordic_ai.evidence.citation import apa, bibtex, cite_data, cite_report
from nordic_ai.evidence.loading import Evidence
from nordic_ai.evidence.values import Theme, period_bounds
from nordic_ai.export.data_package import LICENCE, WORKBOOK
from nordic_ai.export.tables import tables
from nordic_ai.site.cards import about_publisher, addresses, card_lines, term_lines, title_of
from nordic_ai.site.corrections import corrections_of, describe_correction
from nordic_ai.site.domain import DIVIDED, PAGES, ReportDomain, report_domain
from nordic_ai.site.nodes import Part, RecordLink

Context = Mapping[str, Any]
View = Callable[..., Context]
"""Computes of a `Page`, and the part's arguments, what a template cannot read from these itself."""
Known = Callable[[Report], Collection[str]]


def part(template: str, view: View | None = None, **arguments: Any) -> Part:
    """Make the node in whose place a template is written, with the page, the arguments and what its view computes.

    The node is kept between builds, so the arguments are plain values, and the view is a function of a module.
    A template sets `files` to the scripts and style sheets in `static` that its page is to load, and `searched` to what
    the site's search is to find of it where that is not all; whatever has an id there is found by itself.
    """
    return Part("", template=template, view=view, arguments=arguments)


def once(view: View) -> View:
    """Make a view that needs the page alone compute once for all parts of the page."""
    kept = lru_cache(maxsize=1)(view)
    return wraps(view)(lambda page, **arguments: kept(page))


class EvidenceDirective(SphinxDirective):
    """A directive that writes from the evidence."""

    @property
    def report(self) -> Report:
        """All that follows from the evidence."""
        return report_domain(self.env).inputs.report

    @property
    def evidence(self) -> Evidence:
        """The evidence itself."""
        return self.report.evidence


def writes(
    nodes_of: Callable[..., list[nodes.Node]], content: bool = False, **argument: tuple[Known, str]
) -> type[EvidenceDirective]:
    """Make a directive of a function that takes the directive and gives its nodes.

    A directive with an argument passes it on by the name given here. With the name stand a function that tells which
    arguments the report knows, and the error about any other, in which `{}` stands for it and a second `{}` for all
    known. The directive takes lines of content only if `content` says so.
    """

    class Written(EvidenceDirective):
        required_arguments = len(argument)
        has_content = content

        def run(self) -> list[nodes.Node]:
            given = dict(zip(argument, self.arguments, strict=True))
            for name, (known, unknown) in argument.items():
                if given[name] not in (names := known(self.report)):
                    raise self.error(unknown.format(given[name], ", ".join(names)))
            return nodes_of(self, **given)

    return Written


def shows(template: str, view: View | None = None, **argument: tuple[Known, str]) -> type[EvidenceDirective]:
    """Make a directive that shows one part of a page, which gets its argument."""
    return writes(lambda directive, **given: [part(template, view, **given)], **argument)


def section(title: str, name: str, *content: nodes.Node) -> nodes.section:
    """Make a section with a title and a permanent anchor."""
    return nodes.section("", nodes.title("", title), *content, ids=[name], names=[name])


def language_of(env: BuildEnvironment, name: str) -> str:
    """Give the code of the language that a page is written in, from its front matter."""
    return env.metadata.get(name, {}).get("language", languages.ENGLISH)


class Page:
    """The page that is being written, as views and templates see it."""

    def __init__(self, name: str, builder: Builder, domain: ReportDomain) -> None:
        self.name, self.builder, self.domain = name, builder, domain
        self.language = language_of(builder.env, name)
        """The code of the language that the page is written in, from its front matter."""
        self.translated = self.language != languages.ENGLISH
        self.report, self.evidence = domain.inputs.report, domain.inputs.report.evidence
        # Names of the cards that the page shows, by the records or the term that they are about.
        self.cards: dict[tuple[str, ...], str] = {}
        self.terms: dict[str, str] = {}

    def document(self, page: str, anchor: str = "") -> str:
        """Name the document with a page, a key of `PAGES` or a document's name, or with a place on it."""
        name, source = PAGES.get(page, page), anchor.partition("/")[0]
        return f"{name}/{source}" if name in DIVIDED and source in self.evidence.sources else name

    def address(self, page: str, anchor: str = "") -> str:
        """Give the relative address of a page, or of a place on it."""
        name = self.document(page, anchor)
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


class WriteParts(SphinxPostTransform):
    """Write the parts of a page, and give its links their cards, in the order of the page."""

    default_priority = 800  # after references have been resolved
    formats = ("html",)

    def run(self, **_: Any) -> None:
        """Write each part and then the cards that the page has come to need."""
        page = Page(self.env.docname, self.app.builder, report_domain(self.env))
        with languages.speaking(page.language):
            self._write_parts(page)

    def _write_parts(self, page: Page) -> None:
        for node in list(self.document.findall(lambda node: isinstance(node, RecordLink | Part))):
            if isinstance(node, Part):
                _write(node, page)
            elif "term" in node:
                node["refuri"] = page.address("glossary", f"term-{node['term']}")
                node["card"] = page.terms.setdefault(node["term"], f"card-term-{node['term']}")
            else:
                node["refuri"] = page.address("register", node["records"][-1])
                node["card"] = page.card(*node["records"])
        if page.cards or page.terms:
            cards = part("cards.html")
            _write(cards, page)
            self.document += cards


def _write(node: Part, page: Page) -> None:
    view, arguments = node["view"], node["arguments"]
    context = {"page": page, **arguments, **(view(page, **arguments) if view else {})}
    written = templates().get_template(node["template"]).make_module(context)
    node["html"], node["format"] = str(written), "html"
    node["files"] = getattr(written, "files", ())
    node["searched"] = str(getattr(written, "searched", written))


@cache
def templates() -> Environment:
    """Set up the templates of parts, which know how numbers read and escape everything else."""
    environment = Environment(
        autoescape=True,
        keep_trailing_newline=True,
        loader=PackageLoader("nordic_ai.site", "templates/parts"),
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    environment.add_extension("jinja2.ext.i18n")
    # Not Jinja's newer style, in which each per cent sign of a message would have to be doubled.
    said = (
        lambda message: do_mark_safe(languages.gettext(message)),
        lambda *forms: do_mark_safe(languages.ngettext(*forms)),
    )
    environment.install_gettext_callables(*said, newstyle=False)
    # All of `wording`, so that `format_value` is the filter `value`.
    functions = {name: known for name, known in vars(wording).items() if isfunction(known)}
    environment.filters |= {name.removeprefix("format_"): function for name, function in functions.items()}
    named = (about_publisher, addresses, apa, bibtex, card_lines, cite_data, cite_report, corrections_of, curly)
    named += (describe_correction, differences, first_sentence, locate, term_lines, title_of, when)
    environment.filters |= {function.__name__: function for function in named}
    environment.filters |= {
        "badge": lambda level: LEVELS[level]["badge"],
        "bounds": wording.format_bounds_in_full,
        "check": CHECKS.get,
        "gettext": languages.gettext,  # of what stands in the data; Sphinx takes what is in `_(…)` for texts alone
        "each": lambda items, macro, *arguments: [macro(*arguments, item) for item in items],
        "upper_first": lambda words: words[:1].upper() + words[1:],
        "language": lambda code: Locale(code).english_name.split()[0],
        "time": lambda measure: wording.format_period(*measure.period),
    }
    macros = vars(environment.get_template("macros.html").module)
    environment.globals |= {name: macro for name, macro in macros.items() if callable(macro)}
    environment.globals |= {
        "licence": LICENCE,
        "workbook_name": WORKBOOK,
        "tables": tables(),
        "themes": get_args(Theme),
    }
    return environment


def when(period: str | None) -> str:
    """Write a recorded period; empty where there is none."""
    return wording.format_period(*period_bounds(period)) if period else ""


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
