"""Compose the documents for print from the pages of the built site: the whole report, and a brief from each summary.

Pages made for a screen hold what paper has no use for and lead to places that it does not have, so what is printed is
an HTML document of its own.
"""

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from jinja2 import Environment, PackageLoader

from nordic_ai.analysis.report import Report
from nordic_ai.evidence.citation import CitationFile
from nordic_ai.figures.style import FONT
from nordic_ai.site.domain import PAGES
from nordic_ai.site.views import templates

STYLE = Path(__file__).parent / "templates" / "print" / "edition.css"
SUMMARIES = "summaries/"
"""The folder of the pages that briefs are made from."""

_PICTURES = "figure.evidence-figure .figure-wide > svg, .country-chart svg"
_FOR_SCREENS = (
    ".not-printed, .on-paper, .headerlink, .unseen, .toctree-wrapper, .figure-downloads, .figure-use, .cite, "
    "[hidden], button, details.hide, nav, .figure-narrow, figure.evidence-figure details"
)
_VARIABLE = re.compile(r"var\(--[\w-]+, (#[0-9a-f]{6})\)")
_FONT = "Arimo"  # as wide as the font for which the pictures are drawn
_REFERENCES = ("aria-labelledby", "aria-describedby", "headers")


@dataclass
class Edition:
    """A document for print, with the numbers of the records that it uses in the order in which it names them."""

    site: Path
    report: Report
    names: Sequence[str]
    """Its pages, such as `chapters/strategy`."""
    figures: int | None = None
    """How many figures it shows, at its end; if none is given, all, where they are, with the numbers of records."""
    records: dict[str, int] = field(default_factory=dict)

    def pages(self) -> list[dict[str, Any]]:
        """Give each page for a template: its `anchor`, `title`, `language` and `html`."""
        pages = [self._page(name) for name in self.names]
        articles = [article for _, article in pages]
        ids = {tag["id"] for article in articles for tag in article.select("[id]")}
        for article in articles:
            for link in article.select('a[href^="#"]'):  # places that only screens have lead to the page
                if (anchor := link["href"][1:]) not in ids and not anchor.startswith("record-"):
                    link["href"] = "#" + anchor.partition("--")[0]
        return [
            {
                "anchor": _anchor(name),
                "title": article.h1.get_text().strip(),
                "language": language,
                "html": _VARIABLE.sub(r"\1", article.decode_contents()).replace(f'"{FONT}"', f'"{_FONT}"'),
            }
            for name, (language, article) in zip(self.names, pages, strict=True)
        ]

    def _page(self, name: str) -> tuple[str, Tag]:
        soup = _read(self.site, name)
        article = soup.article
        self._own_address = _address_of_site(soup, name)
        for figure in article.select("figure.evidence-figure"):
            self._name_records(soup, figure)
        for tag in article.select(_FOR_SCREENS):
            tag.decompose()
        if self.figures is not None:
            for number, figure in enumerate(article.select("figure")):
                figure.extract()
                if number < self.figures:
                    article.append(figure)
        for fold in article.select("details"):
            fold.name, fold.summary.name = "div", "p"
            fold.p["class"] = "rubric"
        for section in reversed(article.select("section")):
            if not section.select(":scope > :not(h2, h3, h4)"):  # nothing but its heading is left
                section.decompose()
        for picture in article.select("svg"):
            _describe(soup, picture)
        for link in article.select("a[href]"):
            self._lead(soup, link, name)
        for tag in article.find_all(True):
            if "id" in tag.attrs:
                tag["id"] = _anchor(name, tag["id"])
            for attribute in _REFERENCES:
                tag.attrs.pop(attribute, None)
        return soup.html.get("lang", ""), article

    def _name_records(self, soup: BeautifulSoup, figure: Tag) -> None:
        """Put links to the records of a figure below it; its table stands on the site alone."""
        links = figure.select("details th a[href]")
        if links and self.figures is None:
            line = soup.new_tag("p", attrs={"class": "figure-line"})
            line.append("Records: ")
            for link in links:
                line.append(soup.new_tag("a", attrs={"class": "record-number", "href": link["href"]}))
            figure.append(line)

    def _lead(self, soup: BeautifulSoup, link: Tag, page: str) -> None:
        """Lead a link to where its place is in print, else on the site, else nowhere."""
        parts = urlsplit(link["href"])
        if parts.scheme or parts.netloc:
            return
        path = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(parts.path)))
        target = path.removesuffix(".html") if parts.path else page
        anchor = unquote(parts.fragment)
        records = link.get("data-records", anchor).split()
        if target.startswith(f"{PAGES['register']}/") and all(map(self._is_record, records)) and self.figures is None:
            self._number(soup, link, records)
        elif target in self.names:
            link["href"] = f"#{_anchor(target, anchor)}"
        elif self._own_address:
            link["href"] = urljoin(self._own_address, quote(path)) + (f"#{quote(anchor)}" if anchor else "")
        else:
            link.name = "span"
            del link["href"]

    def _number(self, soup: BeautifulSoup, link: Tag, records: Sequence[str]) -> None:
        """Lead a link to its records in the appendix, whose numbers stand behind it."""
        numbers = [self.records.setdefault(record, len(self.records) + 1) for record in records]
        link["href"] = f"#record-{numbers[0]}"
        alone = "record-number" in link.get("class", ())
        raised = soup.new_tag("sup")
        raised.append(", ".join(map(str, numbers)))
        link.append(str(numbers[0]) if alone else raised)
        if alone:
            link.insert_after(" ")

    def _is_record(self, name: str) -> bool:
        """Say whether a name is that of a record; questions and figures only have parts that are."""
        evidence = self.report.evidence
        return name in self.report.observations or name in evidence.records and name not in self.report.measures


def pages_for_print(names: Sequence[str]) -> list[str]:
    """List those of the book's pages that the printed report has: themes, countries, methods and sources."""
    chosen = [name for name in names if name.startswith(("chapters/", "countries/"))]
    return ["index", *chosen, *(PAGES[name] for name in ("methods", "sources") if PAGES[name] in names)]


def pictures_of(site: Path, names: Sequence[str]) -> int:
    """Count the pictures that pages of the built site have, each once."""
    return sum(len(_read(site, name).select(_PICTURES)) for name in names)


def compose_report(site: Path, names: Sequence[str], report: Report, citation: CitationFile) -> str:
    """Compose the whole report as an HTML document, from the pages for print."""
    edition = Edition(site, report, names)
    front, *pages = edition.pages()
    context = {"front": front, "pages": pages, "records": edition.records, "report": report, "citation": citation}
    context |= {"address": address_of_site(site), "sources": _anchor(PAGES["sources"])}
    return _templates().get_template("report.html").render(context)


def compose_brief(site: Path, name: str, report: Report, citation: CitationFile, figures: int) -> str:
    """Compose a brief as an HTML document, from the page of a summary with the first of its figures."""
    page = Edition(site, report, [name], figures).pages()[0]
    address = address_of_site(site)
    return _templates().get_template("brief.html").render(page=page, name=name, citation=citation, address=address)


def address_of_site(site: Path) -> str:
    """Give the address that a built site has in its pages; empty if it has none."""
    return _address_of_site(_read(site, "index"), "index")


def _address_of_site(soup: BeautifulSoup, name: str) -> str:
    link = soup.select_one('link[rel="canonical"]')
    return link["href"].removesuffix(f"{quote(name)}.html") if link else ""


def _read(site: Path, name: str) -> BeautifulSoup:
    return BeautifulSoup((site / f"{name}.html").read_text(encoding="utf-8"), "html5lib")


def _anchor(page: str, place: str = "") -> str:
    """Name a page, or a place on it, in a document that holds several pages."""
    return f"{page.replace('/', '-')}--{place}" if place else page.replace("/", "-")


def _describe(soup: BeautifulSoup, picture: Tag) -> None:
    """Put what a picture shows where tags of a PDF take it from; a line of a chart shows the number beside it."""
    beside = picture.find_next_sibling(class_="result")
    title = soup.new_tag("title")
    title.string = picture.get("aria-label") or (beside.get_text().strip() if beside else "")
    picture.insert(0, title)


@cache
def _templates() -> Environment:
    """Give the templates of documents, which write numbers and escape the rest as those of pages do."""
    return templates().overlay(loader=PackageLoader("nordic_ai.site", "templates/print"))
