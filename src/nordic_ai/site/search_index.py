"""Write the index of the site's search: what stands in each section of each page, and in each place that a part has.

It is a script that holds data, so that the search works in a folder as on a server and the policy of the pages stays as
strict as it is. Sphinx's own index was weighed: it knows pages and no places on them, and its script fetches each page
that it found to show a line of it, which no browser allows in a folder. Pagefind finds places and letters without
accents, but it needs a policy that lets pages run WebAssembly, and finds nothing in a folder either.
"""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from html import unescape
from pathlib import Path
from typing import Any

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx

from nordic_ai.evidence.languages import ENGLISH
from nordic_ai.site.nodes import Part
from nordic_ai.site.views import language_of

FILE = "search-index.js"
_BEFORE, _AFTER = "searchIndex = ", ";\n"

# What begins a place in the HTML of a part, what ends the words that name it, what repeats the name of another place,
# and what is not for reading.
_PLACE = re.compile(r'<(?:div|dt|figure)\b[^>]*? id="([^"]+)"[^>]*>')
_REPEATED = re.compile(r'<a class="reference.*?</a>', re.DOTALL)
_NAMED = re.compile(r"</(?:p|dt)>")
_UNREAD = re.compile(r'<a class="headerlink.*?</a>|<select.*?</select>|<[^>]+>', re.DOTALL)

Place = tuple[str, str, str]
"""An anchor, empty for the page itself, with its heading and its text."""


class SearchIndex:
    """The places of the pages that a build writes, and those of the others from the last index."""

    def __init__(self) -> None:
        self._written: dict[str, list[Place]] = {}

    def begin(self, app: Sphinx) -> None:
        """Have Sphinx make no index of its own."""
        app.builder.search = False

    def note(self, app: Sphinx, doctree: nodes.document, page: str) -> None:
        """Note the places of a page, which has been resolved to be written."""
        self._written[page] = places_of(doctree)

    def search_page(self, app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
        """Give the page that shows what was found."""
        yield "search", {"title": "Search", "index": FILE}, "search.html"

    def write(self, app: Sphinx, exception: Exception | None) -> None:
        """Write the index, a page a line, in the order of the book, with its language if that is not English."""
        if exception is not None or app.builder.format != "html":
            return
        file, pages = Path(app.outdir, FILE), {}
        with suppress(FileNotFoundError):
            pages = read_index(file.read_text(encoding="utf-8"))
        pages |= self._written
        found = app.env.found_docs
        order = [name for name in app.env.collect_relations() if name in found]
        names = order + sorted(found.difference(order))
        lines = ",\n".join(json.dumps(_entry(app, name, pages[name]), ensure_ascii=False) for name in names)
        file.write_text(f"{_BEFORE}[\n{lines}\n]{_AFTER}", encoding="utf-8")


def _entry(app: Sphinx, name: str, places: list[Place]) -> list[Any]:
    language = language_of(app.env, name)
    return [name, places] if language == ENGLISH else [name, places, language]


def read_index(text: str) -> dict[str, list[Place]]:
    """Read an index: the places of each page; raises ValueError."""
    return {name: places for name, places, *_ in json.loads(text.removeprefix(_BEFORE).removesuffix(_AFTER))}


def places_of(doctree: nodes.document) -> list[Place]:
    """List the places of a page, each with the text that stands in none further in."""
    found: list[tuple[str, str, list[str]]] = [("", "", [])]
    _collect(doctree, found, found[0][2])
    return [(anchor, heading, " ".join(" ".join(texts).split())) for anchor, heading, texts in found if heading]


def _collect(node: nodes.Element, found: list[tuple[str, str, list[str]]], texts: list[str]) -> None:
    for child in node.children:
        if isinstance(child, nodes.section):
            anchor = child["ids"][0] if len(found) > 1 or isinstance(node, nodes.section) else ""
            found.append((anchor, child.next_node(nodes.title).astext(), []))
            _collect(child, found, found[-1][2])
        elif isinstance(child, Part):
            before, *places = _PLACE.split(child.get("searched", ""))
            texts.append(_words(before))
            for anchor, content in zip(places[::2], places[1::2], strict=True):
                heading, *content = _NAMED.split(_REPEATED.sub("", content), maxsplit=1)
                found.append((unescape(anchor), _words(heading), [_words(*content)]))
        elif isinstance(child, nodes.TextElement) and not isinstance(child, nodes.title | nodes.raw | nodes.comment):
            texts.append(child.astext())
        elif isinstance(child, nodes.Element) and not isinstance(child, HideCodeCellNode):
            _collect(child, found, texts)


def _words(html: str = "") -> str:
    return " ".join(unescape(_UNREAD.sub(" ", html)).split())
