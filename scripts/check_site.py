"""Check the built pages: whole, linked, valid, and free of what only a mistake puts there.

The tests in the browser check accessibility on top of this.
"""

from __future__ import annotations

import json
import re
import sys
import urllib.parse
from argparse import Namespace
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from bs4 import BeautifulSoup, Tag
from bs4.builder import HTML5TreeBuilder
from bs4.element import PreformattedString
from command_line import argument, command, require_site
from html5lib import HTMLParser
from html5lib.constants import E as HTML_ERRORS

from nordic_ai.authoring.pages import pages_of_the_book
from nordic_ai.evidence.loading import find_root

# What Python leaves in a text where a number or a sentence should be.
LEFT_BY_PYTHON = re.compile(
    r"Traceback \(most recent call last\)|\bnp\.\w+\(|<NA>|\b(?:nan|NaN|NaT)\b|\bNone ?%|= ?None\b"
    r"|<[\w.]+ object at 0x|\{\{|\{(?:ev|evidence|comparability|audit)[\w-]*\}"
)
NOT_A_NUMBER = {"", "%", "nan", "none", "null", "n/a", "–", "-"}
NO_TEXT = ("script", "style", "template", "pre", "code")
ADDRESSES = {"href", "src", "poster", "data", "action", "formaction", "xlink:href"}
JSON_ADDRESSES = {"url", "contentUrl", "thumbnailUrl", "image", "@id", "mainEntityOfPage"}
IDS = {"aria-describedby", "aria-labelledby", "aria-controls", "aria-owns", "for", "headers", "list", "form"}
FETCHED_LINKS = {"stylesheet", "icon", "preload", "modulepreload", "prefetch", "preconnect", "dns-prefetch", "manifest"}
STYLE_ADDRESS = re.compile(r"""@import\s+["']([^"']+)|url\(\s*["']?([^"')]+)""")
ABSOLUTE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
ON_ANOTHER_HOST = re.compile(r"(https?:)?//", re.IGNORECASE)
# What the parser accepts and the HTML standard does not, or no reader could use.
HEADINGS = "h1, h2, h3, h4, h5, h6"
BLOCKS = "p, div, ul, ol, dl, table, section, article, aside, nav, header, footer, main, figure, details, form, hr"
BLOCKS += ", blockquote, pre"
TEXT_ONLY = f"span, em, strong, code, button, label, pre, small, sub, sup, abbr, cite, q, {HEADINGS}"
HIDDEN = '[hidden], [aria-hidden="true"]'
# A drawing with the role `img`, or in something to press, is left to the tests in the browser: they see its name.
FORBIDDEN = {
    f":is({TEXT_ONLY}) :is({BLOCKS}, {HEADINGS})": "a block cannot stand where only text may",
    f"summary :is({BLOCKS})": "a block cannot stand in <summary>, which takes text or a heading",
    ":is(a, button) :is(a, button, select, textarea, iframe)": "one of two things to activate stands in the other",
    "svg[hidden]": "`hidden` is not allowed on <svg>; use a class",
    f'svg:not([role="img"], {HIDDEN}, :is({HIDDEN}, a, button, label, summary, svg) *)': (
        'a drawing needs `role="img"` and `aria-label`, or `aria-hidden` where it is decoration'
    ),
    ":is(video, audio):not([aria-label], [aria-labelledby], [title])": "a recording needs a title or `aria-label`",
}


class Finding(NamedTuple):
    """One thing that is wrong with the site: where, what, and what to do."""

    page: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}: {self.message}"


class _Builder(HTML5TreeBuilder):
    """Keep what the parser objects to, which Beautiful Soup drops."""

    def feed(self, markup: str) -> None:
        parser = HTMLParser(tree=self.create_treebuilder)
        self.underlying_builder.parser = parser
        parser.parse(markup)
        self.errors = parser.errors


class Page:
    """A built page, parsed as a browser parses it, with the line of every element and what the parser objects to."""

    def __init__(self, name: str, text: str) -> None:
        builder = _Builder()
        self.name = name
        self.soup = BeautifulSoup(text, builder=builder)
        self.elements: list[Tag] = self.soup.find_all(True)
        self.ids = {tag["id"] for tag in self.elements if tag.get("id")}
        self.errors = [(place[0], HTML_ERRORS[code] % details) for place, code, details in builder.errors]

    def links(self) -> Iterator[tuple[Tag, str, bool]]:
        """Yield the addresses that the page names, and whether a browser fetches them without being asked."""
        for tag in self.elements:
            fetches = tag.name not in ("a", "area")
            if tag.name == "link":
                fetches = not FETCHED_LINKS.isdisjoint(word.lower() for word in tag.get("rel", ()))
            for attribute in ADDRESSES & tag.attrs.keys():
                if attribute != "data" or tag.name == "object":  # `data` is an address on this element only
                    yield tag, tag[attribute].strip(), fetches
            for candidate in filter(str.strip, tag.get("srcset", "").split(",")):
                yield tag, candidate.split()[0], True
            style = tag.get("style", "") + (tag.get_text() if tag.name == "style" else "")
            for _, address in style_addresses(style):
                yield tag, address, True
            if tag.name == "meta" and re.search(r"(image|url)$", tag.get("property", tag.get("name", ""))):
                yield tag, tag.get("content", ""), False
        for tag, metadata in self.metadata():
            for address in _values(metadata, JSON_ADDRESSES):
                yield tag, address, False

    def metadata(self) -> Iterator[tuple[Tag, object]]:
        """Yield what the page tells search engines, None where it is no JSON."""
        for tag in self.soup.select('script[type="application/ld+json"]'):
            try:
                yield tag, json.loads(tag.string or "")
            except ValueError:
                yield tag, None

    def finding(self, tag: Tag | None, message: str) -> Finding:
        """Say what is wrong at an element; without one, at the first line."""
        return Finding(self.name, (tag.sourceline if tag is not None else None) or 1, message)


class Site:
    """A built site, and the pages that its table of contents names."""

    def __init__(self, folder: Path, contents: Iterable[str]) -> None:
        self.folder = folder.resolve()
        self.contents = [f"{name}.html" for name in contents]
        files = sorted(file for file in self.folder.rglob("*.html") if "_static" not in file.parts)
        self.pages = {name: Page(name, self.read(name)) for name in map(self.name, files)}

    def name(self, file: Path) -> str:
        """Give a file's name as links write it."""
        return file.relative_to(self.folder).as_posix()

    def read(self, name: str) -> str:
        """Read a file of the site."""
        return (self.folder / name).read_text(encoding="utf-8")

    @cached_property
    def address(self) -> str | None:
        """The site's own address, where its pages name one: what a canonical link has before the page's name."""
        for name, page in self.pages.items():
            for link in page.soup.select('link[rel~="canonical"][href]'):
                if link["href"].endswith(name):
                    return link["href"].removesuffix(name)
        return None

    def target(self, page: str, address: str) -> tuple[Path, str] | None:
        """Give the file and the anchor that an address on a page leads to; None for what is not of this site."""
        if self.address and address.startswith(self.address):
            page, address = "index.html", address.removeprefix(self.address) or "index.html"
        if ABSOLUTE.match(address):
            return None
        path, _, anchor = address.partition("#")
        path = urllib.parse.unquote(path.partition("?")[0])
        start = self.folder if path.startswith("/") else (self.folder / page).parent
        file = start / path.lstrip("/") if path else self.folder / page
        return (file / "index.html" if file.is_dir() else file).resolve(), anchor

    def fault(self, page: str, address: str, fetched: bool) -> str | None:
        """Say what is wrong with an address on a page or in a file."""
        found = self.target(page, address)
        if found is None:
            elsewhere = fetched and ON_ANOTHER_HOST.match(address)
            return f"`{address}` is fetched from another host; keep a copy in the project" if elsewhere else None
        file, anchor = found
        if not file.is_relative_to(self.folder) or not file.is_file():
            return f"`{address}` leads to no file of the site; correct the address or add the file"
        known = self.pages.get(self.name(file))
        if anchor and known and not {anchor, urllib.parse.unquote(anchor)} & known.ids:
            return f"`{address}` leads to no place on {known.name}; correct the anchor"
        return None


def style_addresses(text: str) -> Iterator[tuple[int, str]]:
    """Yield the addresses in a style sheet or picture, each with its line."""
    for found in STYLE_ADDRESS.finditer(text):
        address = (found[1] or found[2]).strip()
        if not address.startswith(("data:", "#")):
            yield text[: found.start()].count("\n") + 1, address


def _values(record: object, keys: set[str], key: str = "") -> Iterator[str]:
    """Yield the texts under certain keys of nested data."""
    if isinstance(record, dict):
        for name, value in record.items():
            yield from _values(value, keys, name)
    elif isinstance(record, list | tuple):
        for value in record:
            yield from _values(value, keys, key)
    elif isinstance(record, str) and key in keys:
        yield record


def check_texts(page: Page) -> Iterator[Finding]:
    """Find what a failed computation leaves in texts, and numbers that say nothing."""
    for text in page.soup.find_all(string=LEFT_BY_PYTHON):
        if not isinstance(text, PreformattedString) and text.parent.name not in NO_TEXT:
            found = LEFT_BY_PYTHON.search(text)
            yield page.finding(text.parent, f"`{found[0]}` stands in the text; mend what computes it")
    for link in page.soup.select("a[data-role]"):
        if link.get_text().strip().lower() in NOT_A_NUMBER:
            yield page.finding(link, f"the number of `{link.get('href')}` is empty; look at its record")
    for cell in page.soup.select("td, th, dd"):
        if (text := cell.get_text().strip()).lower() in ("nan", "none", "null", "%"):
            yield page.finding(cell, f"a cell holds `{text}`; an unknown stays empty")


def check_html(page: Page) -> Iterator[Finding]:
    """Find what the HTML standard does not allow."""
    for line, message in page.errors:
        yield Finding(page.name, line, f"no valid HTML: {message}")
    for selector, message in FORBIDDEN.items():
        for tag in page.soup.select(selector):
            yield page.finding(tag, f"<{tag.name}> stands where it may not: {message}")
    for tag, metadata in page.metadata():
        if metadata is None:
            yield page.finding(tag, "the metadata is no JSON; mend what writes it")


def check_ids(page: Page) -> Iterator[Finding]:
    """Find ids that stand twice, and names of ids that are not there."""
    seen: dict[str, int | None] = {}
    for tag in page.soup.select("[id]"):
        if tag["id"] in seen:
            yield page.finding(tag, f"the id `{tag['id']}` stands on line {seen[tag['id']]} already; choose another")
        seen.setdefault(tag["id"], tag.sourceline)
    for tag in page.elements:
        for attribute in IDS & tag.attrs.keys():
            for name in " ".join(tag.get_attribute_list(attribute)).split():
                if name not in seen:
                    yield page.finding(tag, f"`{attribute}` names `{name}`, which is no id of this page")


def check_links(site: Site) -> Iterator[Finding]:
    """Find links inside the site that lead nowhere, and what is fetched from another host."""
    for page in site.pages.values():
        for tag, address, fetched in page.links():
            if fault := site.fault(page.name, address, fetched):
                yield page.finding(tag, fault)
    for file in sorted([*site.folder.rglob("*.css"), *site.folder.rglob("*.svg")]):
        name = site.name(file)
        for line, address in style_addresses(site.read(name)):
            if fault := site.fault(name, address, True):
                yield Finding(name, line, fault)


def check_contents(site: Site) -> Iterator[Finding]:
    """Find pages that were not built, and pages that search or site map lack or should not have."""
    for page in site.contents:
        if page not in site.pages:
            yield Finding("_toc.yml", 1, f"the page `{page}` was not built; see the build's log")
    listed: dict[str, set[str]] = {}
    if (site.folder / "searchindex.js").is_file():
        index = site.read("searchindex.js")
        names = json.loads(index[index.index("(") + 1 : index.rindex(")")])["docnames"]
        listed["searchindex.js"] = {f"{name}.html" for name in names}
    else:
        yield Finding("searchindex.js", 1, "the search index is missing; see the build's log")
    if (site.folder / "sitemap.xml").is_file():
        listed["sitemap.xml"] = set()
        for address in re.findall(r"<loc>\s*([^<]+?)\s*</loc>", site.read("sitemap.xml")):
            if found := site.target("index.html", address):
                listed["sitemap.xml"].add(site.name(found[0]))
            else:
                yield Finding("sitemap.xml", 1, f"`{address}` is no address of this site ({site.address})")
    for name, pages in listed.items():
        for page in sorted(pages):
            if not (site.folder / page).is_file():
                yield Finding(name, 1, f"`{page}` is listed but was not built; build from nothing")
        for page in sorted(set(site.contents) - pages):
            yield Finding(name, 1, f"`{page}` is not listed; mend what writes the list")


def check_site(site: Site) -> list[Finding]:
    """List all that is wrong with a site, each thing once."""
    found = {*check_links(site), *check_contents(site)}
    for page in site.pages.values():
        found |= {*check_texts(page), *check_html(page), *check_ids(page)}
    return sorted(found)


@command(argument("--site", type=Path, default=Path("_build/html"), help="folder of the site (_build/html)"))
def main(options: Namespace) -> int:
    """Check the site of the project and print what is wrong."""
    require_site(options.site)
    site = Site(options.site, pages_of_the_book(find_root()))
    findings = check_site(site)
    for finding in findings:
        print(finding, file=sys.stderr)
    print(f"{len(findings)} problems" if findings else f"{len(site.pages)} pages: all is well")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
