"""Check the built pages: whole, linked, valid, readable by all, and free of what only a mistake puts there."""

from __future__ import annotations

import argparse
import json
import re
import sys
import urllib.parse
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import yaml
from bs4 import BeautifulSoup, Tag
from bs4.builder import HTML5TreeBuilder
from bs4.element import NavigableString, PreformattedString
from html5lib import HTMLParser
from html5lib.constants import E as HTML_ERRORS

from nordic_ai.evidence.errors import EvidenceError
from nordic_ai.evidence.glossary import read_glossary
from nordic_ai.evidence.loading import Evidence, read_evidence

# What Python leaves in a text where a number or a sentence should be.
_LEFT_BY_PYTHON = re.compile(
    r"Traceback \(most recent call last\)|\bnp\.\w+\(|<NA>|\b(?:nan|NaN|NaT)\b|\bNone ?%|= ?None\b"
    r"|<[\w.]+ object at 0x|\{\{|\{(?:ev|evidence|comparability|audit)[\w-]*\}"
)
_EMPTY_NUMBERS = {"", "%", "nan", "none", "n/a", "–", "-"}
_ADDRESSES = {"href", "src", "poster", "data", "action", "formaction", "xlink:href"}
_REFERENCES = ("aria-describedby", "aria-labelledby", "aria-controls", "aria-owns", "for", "headers", "list", "form")
# Links that the browser follows by itself; a link that a reader follows may lead anywhere.
_FETCHED_LINKS = {
    "stylesheet",
    "icon",
    "preload",
    "modulepreload",
    "prefetch",
    "preconnect",
    "dns-prefetch",
    "manifest",
}
_FETCHING_TAGS = {"script", "img", "iframe", "source", "video", "audio", "track", "embed", "object", "use", "image"}
_STYLE_ADDRESS = re.compile(r"""@import\s+["']([^"']+)|url\(\s*["']?([^"')]+)""")
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
# Content models that parsers mend silently: what may hold text only, and what certain parents must hold.
_TEXT_ONLY = frozenset(
    {
        "p",
        "span",
        "em",
        "strong",
        "code",
        "summary",
        "button",
        "label",
        "pre",
        "small",
        "sub",
        "sup",
        "abbr",
        "cite",
        "q",
    }
    | _HEADINGS
)
_BLOCKS = frozenset(
    {"p", "div", "ul", "ol", "dl", "table", "section", "article", "aside", "nav", "header", "footer", "main", "figure"}
    | {"details", "blockquote", "pre", "form", "hr"}
    | _HEADINGS
)
_CHILDREN = {
    "ul": {"li", "script", "template"},
    "ol": {"li", "script", "template"},
    "dl": {"dt", "dd", "div", "script", "template"},
    "table": {"caption", "colgroup", "thead", "tbody", "tfoot", "script", "template"},
    "tr": {"td", "th", "script", "template"},
}
_INTERACTIVE = {"a", "button", "select", "textarea", "summary", "iframe"}
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)


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
        self.errors = [(place[0], HTML_ERRORS[code] % details) for place, code, details in builder.errors]

    @cached_property
    def elements(self) -> list[Tag]:
        """All elements in order."""
        return self.soup.find_all(True)

    @cached_property
    def anchors(self) -> set[str]:
        """The ids that a link to the page may name."""
        return {tag["id"] for tag in self.elements if tag.get("id")}

    @cached_property
    def words(self) -> list[tuple[Tag, str]]:
        """The texts that readers meet, each with its element."""
        return [
            (text.parent, text.strip())
            for text in self.soup.find_all(string=True)
            if text.strip() and not isinstance(text, PreformattedString) and _is_shown(text)
        ]

    def finding(self, tag: Tag | None, message: str) -> Finding:
        """Say what is wrong at an element; without one, at the first line."""
        return Finding(self.name, (tag.sourceline if tag is not None else None) or 1, message)


def _is_shown(text: NavigableString) -> bool:
    return text.parent.name not in ("script", "style", "template", "pre", "code")


class Site:
    """A built site, and what it was made from."""

    def __init__(self, folder: Path, contents: Iterable[str], evidence: Evidence | None = None) -> None:
        self.folder = folder.resolve()
        self.contents = list(contents)
        self.evidence = evidence
        # What the glossary has may be a word of several languages.
        self.glossary: dict[str, set[str]] = {}
        for term in read_glossary(evidence.root).values() if evidence else ():
            for language, word in term.words.items():
                self.glossary.setdefault(word, set()).add(language)
        files = sorted(file for file in self.folder.rglob("*.html") if "_static" not in file.parts)
        self.pages = {self._name(file): Page(self._name(file), file.read_text(encoding="utf-8")) for file in files}

    def _name(self, file: Path) -> str:
        return file.relative_to(self.folder).as_posix()

    @cached_property
    def address(self) -> str | None:
        """The site's own address, where its pages name one: what a canonical link has before the page's name."""
        for name, page in self.pages.items():
            for link in page.soup.select('link[rel~="canonical"][href]'):
                if link["href"].endswith(name):
                    return link["href"].removesuffix(name)
        return None

    def target(self, page: str, link: str) -> tuple[Path, str] | None:
        """Give the file and the anchor that a link leads to; None for what is not of this site."""
        if self.address and link.startswith(self.address):
            page, link = "index.html", link.removeprefix(self.address) or "index.html"
        if _SCHEME.match(link):
            return None
        path, _, anchor = link.partition("#")
        path = urllib.parse.unquote(path.partition("?")[0])
        if path.startswith("/"):
            file = self.folder / path.lstrip("/")
        else:
            file = (self.folder / page).parent / path if path else self.folder / page
        file = file / "index.html" if file.is_dir() else file
        return file.resolve(), anchor

    def fault(self, page: str, link: str) -> str | None:
        """Say why a link leads nowhere; None for one that is good or not of this site."""
        found = self.target(page, link)
        if found is None:
            return None
        file, anchor = found
        if not file.is_relative_to(self.folder) or not file.is_file():
            return f"`{link}` leads to no file of the site; correct the link or add the file"
        known = self.pages.get(self._name(file))
        if anchor and known and not {anchor, urllib.parse.unquote(anchor)} & known.anchors:
            return f"`{link}` leads to no place on {known.name}; correct the anchor"
        return None


def pages_are_whole(site: Site) -> Iterator[Finding]:
    """Every page of the table of contents is there, and holds nothing that a failed computation leaves."""
    for name in site.contents:
        if f"{name}.html" not in site.pages:
            yield Finding("_toc.yml", 1, f"the page `{name}` was not built; see the build's log")
    for page in site.pages.values():
        for tag, text in page.words:
            found = _LEFT_BY_PYTHON.search(text)
            if found:
                yield page.finding(tag, f"`{found[0]}` stands in the text; mend what computes it")


def numbers_are_there(site: Site) -> Iterator[Finding]:
    """Every number in prose and every linked one says something."""
    for page in site.pages.values():
        for link in page.soup.select("a[data-role]"):
            text = link.get_text().strip()
            if text.lower() in _EMPTY_NUMBERS:
                yield page.finding(link, f"the number of `{link.get('href')}` is empty; look at its record")
        for cell in page.soup.select("td, th, dd"):
            if cell.get_text().strip().lower() in ("nan", "none", "%", "null"):
                yield page.finding(cell, f"a cell holds `{cell.get_text().strip()}`; an unknown stays empty")


def ids_are_unique(site: Site) -> Iterator[Finding]:
    """No id stands twice on a page, and ids that elements name are there."""
    for page in site.pages.values():
        seen: dict[str, int] = {}
        for tag in page.elements:
            name = tag.get("id")
            if name in seen:
                yield page.finding(tag, f"the id `{name}` stands on line {seen[name]} already; choose another")
            elif name is not None:
                seen[name] = tag.sourceline or 1
        for tag in page.elements:
            for attribute in _REFERENCES:
                if attribute == "form" and tag.name not in ("input", "button", "select", "textarea", "output"):
                    continue
                value = tag.get(attribute, ())
                for name in value.split() if isinstance(value, str) else value:
                    if name not in seen:
                        yield page.finding(tag, f"`{attribute}` names `{name}`, which is no id of this page")


def links_lead_somewhere(site: Site) -> Iterator[Finding]:
    """Every link inside the site has its target: pages, anchors, downloads, pictures, metadata."""
    for page in site.pages.values():
        for tag, link in _links(page):
            fault = site.fault(page.name, link)
            if fault:
                yield page.finding(tag, fault)
    for file in sorted(site.folder.rglob("*.css")):
        for line, link in _style_addresses(file.read_text(encoding="utf-8")):
            name = file.relative_to(site.folder).as_posix()
            if not link.startswith("#") and site.fault(name, link):
                yield Finding(name, line, f"`{link}` leads to no file of the site; correct the address")


def _links(page: Page) -> Iterator[tuple[Tag, str]]:
    for tag in page.elements:
        for attribute in _ADDRESSES & tag.attrs.keys():
            # `action` and `data` are addresses on these elements only.
            if attribute != "data" or tag.name == "object":
                yield tag, tag[attribute].strip()
        for candidate in tag.get("srcset", "").split(","):
            if candidate.strip():
                yield tag, candidate.split()[0]
        if tag.name == "meta" and re.search(r"(image|url)$", tag.get("property", tag.get("name", ""))):
            yield tag, tag.get("content", "")
        if tag.name == "script" and tag.get("type") == "application/ld+json":
            for link in _json_links(_json(tag)):
                yield tag, link


def _json(tag: Tag) -> object:
    try:
        return json.loads(tag.string or "")
    except ValueError:
        return None


def _json_links(data: object, key: str = "") -> Iterator[str]:
    if isinstance(data, dict):
        for name, value in data.items():
            yield from _json_links(value, name)
    elif isinstance(data, list):
        for value in data:
            yield from _json_links(value, key)
    elif isinstance(data, str) and key in ("url", "contentUrl", "thumbnailUrl", "image", "@id", "mainEntityOfPage"):
        yield data


def nothing_is_fetched_from_elsewhere(site: Site) -> Iterator[Finding]:
    """No page, style sheet or picture asks another host for anything."""
    own = site.address or "\0"
    for page in site.pages.values():
        for tag in page.elements:
            fetched = tag.name in _FETCHING_TAGS or (
                tag.name == "link" and _FETCHED_LINKS & {word.lower() for word in tag.get_attribute_list("rel") if word}
            )
            addresses = [tag[name] for name in _ADDRESSES & tag.attrs.keys()] if fetched else []
            addresses += [part.split()[0] for part in tag.get("srcset", "").split(",") if part.strip()]
            addresses += [tag.get("action", ""), tag.get("formaction", "")]
            addresses += [link for _, link in _style_addresses(tag.get("style", ""))]
            if tag.name == "style":
                addresses += [link for _, link in _style_addresses(tag.get_text())]
            for link in addresses:
                if re.match(r"(https?:)?//", link, re.IGNORECASE) and not link.startswith(own):
                    yield page.finding(tag, f"`{link}` is fetched from another host; keep a copy in the project")
    for file in sorted([*site.folder.rglob("*.css"), *site.folder.rglob("*.svg")]):
        for line, link in _style_addresses(file.read_text(encoding="utf-8")):
            if re.match(r"(https?:)?//", link, re.IGNORECASE):
                name = file.relative_to(site.folder).as_posix()
                yield Finding(name, line, f"`{link}` is fetched from another host; keep a copy in the project")


def _style_addresses(text: str) -> Iterator[tuple[int, str]]:
    for found in _STYLE_ADDRESS.finditer(text):
        link = (found[1] or found[2]).strip()
        if not link.startswith("data:"):
            yield text[: found.start()].count("\n") + 1, link


def html_is_valid(site: Site) -> Iterator[Finding]:
    """Pages hold what the HTML standard allows: nothing that the parser mends, and no wrong nesting besides."""
    for page in site.pages.values():
        for line, message in page.errors:
            yield Finding(page.name, line, f"no valid HTML: {message}")
        for tag in page.elements:
            if tag.find_parent("svg") is not None:
                continue
            parent, name = tag.parent.name, tag.name
            if name == "svg":
                if "hidden" in tag.attrs:
                    yield page.finding(tag, "no valid HTML: `hidden` is not allowed on <svg>; use a class")
                continue
            allowed = _CHILDREN.get(parent)
            if allowed and name not in allowed:
                yield page.finding(tag, f"no valid HTML: <{name}> cannot stand right in <{parent}>")
            if name in _BLOCKS:
                inside = next((above.name for above in tag.parents if above.name in _TEXT_ONLY), None)
                if inside and not (inside == "summary" and name in _HEADINGS):
                    yield page.finding(tag, f"<{name}> cannot stand in <{inside}>, which takes text only")
            if name in _INTERACTIVE and name != "summary":
                inside = next((above.name for above in tag.parents if above.name in ("a", "button")), None)
                if inside:
                    yield page.finding(tag, f"<{name}> cannot stand in <{inside}>; both can be activated")
            if tag.name == "script" and tag.get("type") == "application/ld+json" and _json(tag) is None:
                yield page.finding(tag, "the metadata is no JSON; mend what writes it")


def pages_are_told_apart(site: Site) -> Iterator[Finding]:
    """Every page has a title and language of its own and, if it may be searched for, a description of its own."""
    titles: dict[str, str] = {}
    descriptions: dict[str, str] = {}
    for page in site.pages.values():
        if not page.soup.html.get("lang"):
            yield page.finding(page.soup.html, "the page does not say its language; set `lang` on <html>")
        title = page.soup.title.get_text().strip() if page.soup.title else ""
        if not title:
            yield page.finding(page.soup.title, "the page has no title")
        elif title in titles:
            yield page.finding(page.soup.title, f"the title is that of {titles[title]} too; give it one of its own")
        titles[title] = page.name
        tags = page.soup.select('meta[name="description"]')
        words = (tags[0].get("content", "") if tags else "").strip()
        if not words and not page.soup.select_one('meta[name="robots"][content*="noindex"]'):
            yield page.finding(tags[0] if tags else None, "the page has no description; give it one")
        elif words in descriptions:
            yield page.finding(tags[0], f"the description is that of {descriptions[words]} too; give it one of its own")
        elif words:
            descriptions[words] = page.name


def pictures_have_words(site: Site) -> Iterator[Finding]:
    """Who does not see a picture is told what it shows, or that it is decoration."""
    for page in site.pages.values():
        for tag in page.elements:
            hidden = any("hidden" in one.attrs or one.get("aria-hidden") == "true" for one in (tag, *tag.parents))
            if tag.name in ("img", "area") or (tag.name == "input" and tag.get("type") == "image"):
                if "alt" not in tag.attrs:
                    yield page.finding(tag, 'the picture has no `alt`; say what it shows, or leave it empty (alt="")')
                elif not tag["alt"].strip() and _is_whole_link(tag):
                    yield page.finding(tag, "the picture is all that its link holds, so its `alt` must name the target")
            elif tag.name == "svg" and tag.find_parent("svg") is None and not hidden:
                if _has_name(tag) or _named_otherwise(tag):
                    continue
                yield page.finding(
                    tag, "the drawing has no words; give it `aria-label`, or hide decoration by `aria-hidden`"
                )
            elif tag.name in ("iframe", "object", "video", "audio") and not hidden and not _has_name(tag):
                yield page.finding(tag, f"the <{tag.name}> has no words; give it a title or `aria-label`")


def _is_whole_link(tag: Tag) -> bool:
    link = tag.find_parent(["a", "button"])
    return link is not None and not link.get_text().strip() and not link.get("aria-label")


def _has_name(tag: Tag) -> bool:
    title = tag.find("title", recursive=False)
    named = (tag.get(name, "").strip() for name in ("aria-label", "aria-labelledby", "title"))
    return any(named) or bool(title and title.get_text().strip())


def _named_otherwise(tag: Tag) -> bool:
    """Tell whether a drawing only shows a symbol that has a title, or stands beside words in something to press."""
    symbol = tag.find("use")
    if symbol is not None:
        target = (symbol.get("href") or symbol.get("xlink:href") or "").removeprefix("#")
        found = tag.find_parent("html").find(id=target)
        if found is not None and found.find("title") is not None:
            return True
    press = tag.find_parent(["a", "button", "label", "summary"])
    return press is not None and bool(press.get_text().strip() or press.get("aria-label"))


def foreign_words_are_marked(site: Site) -> Iterator[Finding]:
    """Words of another language say which, so that they are read aloud in it."""
    if site.evidence is None:
        return
    wanted = original_words(site.evidence)
    for page in site.pages.values():
        for tag, text in page.words:
            languages = wanted.get(text.strip("“”\"'«»„ "))
            if languages is None:
                continue
            marked = next((one["lang"] for one in (tag, *tag.parents) if one.get("lang")), "")
            if marked not in languages | site.glossary.get(text, set()):
                say = " or ".join(sorted(languages))
                yield page.finding(tag, f"`{text[:60]}` is marked as `{marked}`; mark it as {say} with `lang`")


def original_words(evidence: Evidence) -> dict[str, set[str]]:
    """Give the words that stand on pages as the publications print them, with their languages."""
    found: dict[str, set[str]] = {}
    english: set[str] = set()
    for source in evidence.sources.values():
        for key, words in _words_of(source.model_dump()):
            if key in ("original", "as_printed") and re.search("[^\\W\\d_]{3}", words):
                found.setdefault(words, set()).add(source.language)
            elif key in ("english", "label", "publisher"):
                english.add(words)
    return {words: languages for words, languages in found.items() if words not in english}


def _words_of(record: object, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(record, dict):
        for name, value in record.items():
            yield from _words_of(value, name)
    elif isinstance(record, list | tuple):
        for value in record:
            yield from _words_of(value, key)
    elif isinstance(record, str):
        yield key, record


def lists_of_pages_are_true(site: Site) -> Iterator[Finding]:
    """Search and sitemap know every page, and no page that is not there."""
    index = site.folder / "searchindex.js"
    wanted = {f"{name}.html" for name in site.contents}
    if index.is_file():
        text = index.read_text(encoding="utf-8")
        known = {f"{name}.html" for name in json.loads(text[text.index("(") + 1 : text.rindex(")")])["docnames"]}
        yield from _differences("searchindex.js", known, wanted, site)
    else:
        yield Finding("searchindex.js", 1, "the search index is missing; see the build's log")
    sitemap = site.folder / "sitemap.xml"
    if sitemap.is_file():
        known = set()
        for address in re.findall(r"<loc>\s*([^<]+?)\s*</loc>", sitemap.read_text(encoding="utf-8")):
            found = site.target("index.html", address)
            if found is None:
                yield Finding("sitemap.xml", 1, f"`{address}` is no address of this site ({site.address})")
            else:
                known.add(found[0].relative_to(site.folder).as_posix())
        yield from _differences("sitemap.xml", known, wanted, site)


def _differences(name: str, known: set[str], wanted: set[str], site: Site) -> Iterator[Finding]:
    for page in sorted(known):
        if not (site.folder / page).is_file():
            yield Finding(name, 1, f"`{page}` is listed but was not built; build from nothing")
    for page in sorted(wanted - known):
        yield Finding(name, 1, f"`{page}` is not listed; mend what writes the list")


RULES: tuple[Callable[[Site], Iterator[Finding]], ...] = (
    pages_are_whole,
    numbers_are_there,
    ids_are_unique,
    links_lead_somewhere,
    nothing_is_fetched_from_elsewhere,
    html_is_valid,
    pages_are_told_apart,
    pictures_have_words,
    foreign_words_are_marked,
    lists_of_pages_are_true,
)


def check_site(site: Site) -> list[Finding]:
    """List all that is wrong with a site, each thing once."""
    return sorted({finding for rule in RULES for finding in rule(site)})


def pages_of(toc: object) -> Iterator[str]:
    """Yield the pages that a table of contents names."""
    if isinstance(toc, dict):
        for key, value in toc.items():
            if key in ("root", "file"):
                yield str(value).removesuffix(".md")
            else:
                yield from pages_of(value)
    elif isinstance(toc, list):
        for entry in toc:
            yield from pages_of(entry)


def main() -> int:
    """Check the site of the project and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", type=Path, default=Path("_build/html"), help="folder of the site (_build/html)")
    options = parser.parse_args()
    if not options.site.is_dir():
        print(f"check_site: {options.site} is no folder; run `make book` first", file=sys.stderr)
        return 1
    try:
        toc = yaml.safe_load(Path("_toc.yml").read_text(encoding="utf-8"))
        site = Site(options.site, pages_of(toc), read_evidence(Path.cwd()))
    except (OSError, EvidenceError) as error:
        print(f"check_site: {error}", file=sys.stderr)
        return 1
    findings = check_site(site)
    for finding in findings:
        print(finding, file=sys.stderr)
    print(f"{len(findings)} problems" if findings else f"{len(site.pages)} pages: all is well")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
