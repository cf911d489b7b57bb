"""Check the built pages: whole, linked, valid, and free of what only a mistake puts there."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from bs4.builder import HTML5TreeBuilder
from bs4.element import PreformattedString
from command_line import argument, command, print_problems, require_site
from html5lib import HTMLParser
from html5lib.constants import E as HTML_ERRORS

from nordic_ai.evidence.contents import pages_of_the_book
from nordic_ai.evidence.errors import Problem
from nordic_ai.evidence.loading import find_root
from nordic_ai.site.promises import ADDRESSES, elsewhere, faults_of
from nordic_ai.site.search_index import FILE as SEARCH_INDEX
from nordic_ai.site.search_index import read_index

# What Python leaves in a text where a number or a sentence should be.
LEFT_BY_PYTHON = re.compile(
    r"Traceback \(most recent call last\)|\bnp\.\w+\(|<NA>|\b(?:nan|NaN|NaT)\b|\bNone ?%|= ?None\b"
    r"|<[\w.]+ object at 0x|\{\{|\{(?:ev|evidence|comparability|audit)[\w-]*\}"
)
UNKNOWN = {"nan", "none", "null", "%"}
NOT_A_NUMBER = UNKNOWN | {"", "n/a", "–", "-"}
NO_TEXT = ("script", "style", "template", "pre", "code")
METADATA_ADDRESSES = {"url", "contentUrl", "thumbnailUrl", "image", "@id", "mainEntityOfPage"}
IDS = {"aria-describedby", "aria-labelledby", "aria-controls", "aria-owns", "for", "headers", "list", "form"}
STYLE_ADDRESS = re.compile(r"""(?:@import\s+["']|url\(\s*["']?)(?!data:|#)([^"')]+)""")
# What the parser accepts and the HTML standard does not, or no reader could use.
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
BLOCKS = {"p", "div", "ul", "ol", "dl", "table", "section", "article", "aside", "nav", "header", "footer", "main"}
BLOCKS |= {"figure", "details", "form", "hr", "blockquote", "pre"}
TEXT_ONLY = {"span", "em", "strong", "code", "button", "label", "pre", "small", "sub", "sup", "abbr", "cite", "q"}
# What may not stand anywhere inside what.
NOT_INSIDE = [
    (BLOCKS | HEADINGS, TEXT_ONLY | HEADINGS, "a block cannot stand where only text may"),
    (BLOCKS, {"summary"}, "a block cannot stand in <summary>, which takes text or a heading"),
    (
        {"a", "button", "select", "textarea", "iframe"},
        {"a", "button"},
        "one of two things to activate stands in the other",
    ),
]
HIDDEN = '[hidden], [aria-hidden="true"]'
# A drawing with the role `img`, or in something to press, is left to the tests in the browser: they see its name.
FORBIDDEN = {
    "svg[hidden]": "`hidden` is not allowed on <svg>; use a class",
    f'svg:not([role="img"], {HIDDEN}, :is({HIDDEN}, a, button, label, summary, svg) *)': (
        'a drawing needs `role="img"` and `aria-label`, or `aria-hidden` where it is decoration'
    ),
    ":is(video, audio):not([aria-label], [aria-labelledby], [title])": "a recording needs a title or `aria-label`",
}
"""Selectors for drawings and recordings."""


class _Builder(HTML5TreeBuilder):
    """Builds the tree of a page as the one of Beautiful Soup does, and keeps what the parser objects to."""

    def feed(self, markup: str) -> None:
        """Parse a page."""
        parser = HTMLParser(tree=self.create_treebuilder)
        self.underlying_builder.parser = parser
        parser.parse(markup)
        self.objections = parser.errors


class Page:
    """A built page, parsed as a browser parses it, with the line of every element and what the parser objects to."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.text = name, text
        builder = _Builder()
        self.soup = BeautifulSoup(text, builder=builder)
        # Of tags with one id, the first.
        self.ids = {tag["id"]: tag for tag in reversed(self.soup.find_all(id=True))}
        self.errors = [(place[0], HTML_ERRORS[code] % details) for place, code, details in builder.objections]

    def problem(self, tag: Tag, message: str) -> Problem:
        """Describe what is wrong at an element."""
        return Problem(Path(self.name), message, tag.sourceline or 1)

    def addresses(self) -> Iterator[tuple[Tag, str]]:
        """Yield the addresses that elements name."""
        for tag in self.soup.find_all(True):
            for attribute in ADDRESSES & tag.attrs.keys():
                candidates = tag[attribute].split(",") if attribute == "srcset" else [tag[attribute]]
                yield from ((tag, re.sub(r"\s+[\d.]+[wx]$", "", address.strip())) for address in candidates)
            if tag.name == "meta" and re.search(r"(image|url)$", tag.get("property", tag.get("name", ""))):
                yield tag, tag.get("content", "")


class Site:
    """A built site, and the pages that its table of contents names."""

    def __init__(self, folder: Path, contents: Iterable[str]) -> None:
        self.folder = folder
        self.contents = [f"{name}.html" for name in contents]
        files = sorted(file for file in folder.rglob("*.html") if "_static" not in file.parts)
        self.pages = {name: Page(name, self.read(name)) for name in map(self.name, files)}
        # What a canonical link has, decoded, before the page's name; links are joined to something where there is none.
        own = (
            unquote(link["href"]).removesuffix(name)
            for name, page in self.pages.items()
            for link in page.soup.find_all("link", rel="canonical")
            if unquote(link["href"]).endswith(name)
        )
        self.address = next(own, "https://site.invalid/")

    def name(self, file: Path) -> str:
        """Give a file's name as links write it."""
        return file.relative_to(self.folder).as_posix()

    def read(self, name: str) -> str:
        """Read a file of the site."""
        return (self.folder / name).read_text(encoding="utf-8")

    def fault(self, page: str, address: str) -> str | None:
        """Say what is wrong with an address on a page or in a file, if it is one of this site."""
        parts = urlsplit(address)
        if (parts.scheme or parts.netloc) and not unquote(address).startswith(self.address):
            return None
        path = re.split("[?#]", urljoin(self.address + quote(page), address))[0]
        file = self.folder / unquote(path).removeprefix(self.address)
        if file.is_dir():
            file /= "index.html"
        if not file.is_file():
            return f"`{address}` leads to no file of the site; correct the address or add the file"
        known = self.pages.get(self.name(file))
        if parts.fragment and known and not {parts.fragment, unquote(parts.fragment)} & known.ids.keys():
            return f"`{address}` leads to no place on {known.name}; correct the anchor"
        return None


def check_addresses(site: Site, page: Page) -> Iterator[Problem]:
    """Find links inside the site that lead nowhere."""
    for tag, address in page.addresses():
        if fault := site.fault(page.name, address):
            yield page.problem(tag, fault)


def check_metadata(site: Site, page: Page) -> Iterator[Problem]:
    """Find addresses that lead nowhere in what the page tells search engines."""
    for tag in page.soup.find_all("script", type="application/ld+json"):
        pairs: list[tuple[str, object]] = []
        try:
            json.loads(tag.string or "", object_pairs_hook=pairs.extend)
        except ValueError:
            yield page.problem(tag, "the metadata is no JSON; mend what writes it")
        for key, value in pairs:
            if key in METADATA_ADDRESSES and isinstance(value, str) and (fault := site.fault(page.name, value)):
                yield page.problem(tag, fault)


def check_texts(_: Site, page: Page) -> Iterator[Problem]:
    """Find what a failed computation leaves in texts, and numbers that say nothing."""
    for text in page.soup.find_all(string=LEFT_BY_PYTHON):
        if not isinstance(text, PreformattedString) and text.parent.name not in NO_TEXT:
            found = LEFT_BY_PYTHON.search(text)
            yield page.problem(text.parent, f"`{found[0]}` stands in the text; mend what computes it")
    for link in page.soup.find_all("a", attrs={"data-role": True}):
        if link.get_text().strip().lower() in NOT_A_NUMBER:
            yield page.problem(link, f"the number of `{link.get('href')}` is empty; look at its record")
    for cell in page.soup.find_all(["td", "th", "dd"]):
        if (text := cell.get_text().strip()).lower() in UNKNOWN:
            yield page.problem(cell, f"a cell holds `{text}`; an unknown stays empty")


def check_html(site: Site, page: Page) -> Iterator[Problem]:
    """Find what breaks a promise of the site, and what else the HTML standard does not allow."""
    for fault in faults_of(page.text, site.address):
        yield Problem(Path(page.name), fault.message, fault.line)
    for line, message in page.errors:
        yield Problem(Path(page.name), f"no valid HTML: {message}", line)
    for tag in page.soup.find_all(True):
        found = [
            message
            for inner, outer, message in NOT_INSIDE
            if tag.name in inner and any(parent.name in outer for parent in tag.parents)
        ]
        if tag.name in ("svg", "video", "audio"):
            found += (message for selector, message in FORBIDDEN.items() if tag.css.match(selector))
        for message in found:
            yield page.problem(tag, f"<{tag.name}> stands where it may not: {message}")


def check_ids(_: Site, page: Page) -> Iterator[Problem]:
    """Find names of ids that are not there."""
    for tag in page.soup.find_all(True):
        for attribute in IDS & tag.attrs.keys():
            for name in " ".join(tag.get_attribute_list(attribute)).split():
                if name not in page.ids:
                    yield page.problem(tag, f"`{attribute}` names `{name}`, which is no id of this page")


def check_files(site: Site) -> Iterator[Problem]:
    """Find addresses in style sheets and pictures that lead nowhere or to another host."""
    for file in [*site.folder.rglob("*.css"), *site.folder.rglob("*.svg")]:
        name = site.name(file)
        text = site.read(name)
        for found in STYLE_ADDRESS.finditer(text):
            address = found[1].strip()
            if fault := elsewhere(address, site.address) or site.fault(name, address):
                yield Problem(Path(name), fault, text[: found.start()].count("\n") + 1)


def check_contents(site: Site) -> Iterator[Problem]:
    """Find pages that were not built, and pages that search or site map lack or should not have."""
    listed = {"_toc.yml": set(site.contents)}
    if (site.folder / SEARCH_INDEX).is_file():
        index = read_index(site.read(SEARCH_INDEX))
        listed[SEARCH_INDEX] = {f"{name}.html" for name in index}
        for name, places in index.items():
            for anchor, *_ in places if f"{name}.html" in site.pages else ():
                if fault := site.fault(SEARCH_INDEX, f"{name}.html#{quote(anchor)}"):
                    yield Problem(Path(SEARCH_INDEX), fault, 1)
    else:
        yield Problem(Path(SEARCH_INDEX), "the search index is missing; see the build's log", 1)
    if (site.folder / "sitemap.xml").is_file():
        addresses = re.findall(r"<loc>\s*([^<]+?)\s*</loc>", site.read("sitemap.xml"))
        listed["sitemap.xml"] = {unquote(address).removeprefix(site.address) for address in addresses}
    for name, pages in listed.items():
        for page in pages - site.pages.keys():
            yield Problem(Path(name), f"`{page}` is listed but is no page of this site; see the build's log", 1)
        for page in set(site.contents) - pages:
            yield Problem(Path(name), f"`{page}` is not listed; mend what writes the list", 1)


def check_site(site: Site) -> list[Problem]:
    """List all that is wrong with a site, each thing once."""
    found = {problem for check in (check_files, check_contents) for problem in check(site)}
    for page in site.pages.values():
        for check in (check_addresses, check_metadata, check_texts, check_html, check_ids):
            found.update(check(site, page))
    return sorted(found, key=lambda problem: (str(problem.file), problem.line, problem.message))


@command(argument("--site", type=Path, default=Path("_build/html"), help="folder of the site (_build/html)"))
def main(site: Path) -> int:
    """Check the site of the project and print what is wrong."""
    require_site(site)
    built = Site(site, pages_of_the_book(find_root()))
    return print_problems(check_site(built), f"{len(built.pages)} pages: all is well")
