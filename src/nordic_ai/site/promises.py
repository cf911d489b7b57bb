"""What the site promises of every page, looked for in all that a build has written before anything is published.

A page loads nothing from other hosts and holds no script or style of its own, as the policy in the README has it; an id
stands once; and every browser reads the same nesting from its tags. What else HTML forbids, `make site-check` finds.
Tags are found by a pattern, because a parser takes three times as long.
"""

import re
from html import unescape
from typing import NamedTuple
from urllib.parse import unquote

_REST = r"""(?:[^>"']++|"[^"]*+"|'[^']*+')*+"""
_TAG = re.compile(
    rf"<!--.*?-->|<(script|style|textarea|title)\b({_REST})>.*?</\1\s*>|<(/?)([a-z][^\s/>]*+)({_REST})>|<(?=/?[a-z])",
    re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"""([^\s"'>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
# An id, a style, a script, a redirection, or an address that is not the site's; few attributes may hold one.
_OF_INTEREST = re.compile(r"(?:^|[\s\"'])(?:id|style|on\w+|http-equiv)\s*=|:|//", re.IGNORECASE)

ADDRESSES = {"href", "src", "srcset", "poster", "data", "action", "formaction", "xlink:href"}
_LOADED_LINKS = {"stylesheet", "icon", "preload", "modulepreload", "prefetch", "preconnect", "dns-prefetch", "manifest"}
_BARRED = {
    "style": "put its rules into a style sheet",
    "math": "a formula needs a script or a font from elsewhere; write it in words",
    "base": "it changes where links lead",
    **dict.fromkeys(("iframe", "object", "embed", "frame"), "link to what it shows"),
}
_EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_BLOCKS = "p div ul ol dl table section article aside nav header footer main figure details form hr pre blockquote"
_CELLS, _ROWS = {"td", "th"}, {"thead", "tbody", "tfoot"}
# Elements that end without a tag where one of these begins.
_ENDED_BY = {"p": {*_BLOCKS.split(), "h1", "h2", "h3", "h4", "h5", "h6"}, "li": {"li"}, "tr": _ROWS | {"tr"}}
_ENDED_BY |= dict.fromkeys(("dt", "dd"), {"dt", "dd"}) | dict.fromkeys(_CELLS, _CELLS | _ROWS | {"tr"})
_ENDED_BY |= dict.fromkeys(_ROWS, _ROWS)
# Elements in which only these may stand.
_WITHIN = {"table": _ROWS | {"caption", "colgroup", "tr"}, "tr": _CELLS} | dict.fromkeys(_ROWS, {"tr"})
_WITHIN |= dict.fromkeys(("ul", "ol"), {"li"})


class Fault(NamedTuple):
    """What is wrong on a line of a page, and words there that may stand as well in what its author wrote."""

    line: int
    message: str
    words: str


def faults_of(text: str, own: str = "") -> list[Fault]:
    """List what breaks a promise on a page; addresses that begin with the site's `own` are not on another host."""
    page = _Page(text, own)
    page.read()
    return page.faults


def elsewhere(address: str, own: str) -> str | None:
    """Say that something is loaded from another host than the site, which may have an address of its `own`."""
    if not re.match("[a-z][a-z0-9+.-]*:|//", address, re.IGNORECASE) or own and unquote(address).startswith(own):
        return None
    return f"`{address}` is fetched from another host; keep a copy in the project"


class _Page:
    """A page that is read tag by tag."""

    def __init__(self, text: str, own: str) -> None:
        self.faults: list[Fault] = []
        self._text, self._own = text, unquote(own)
        self._open: list[tuple[str, re.Match[str]]] = []
        self._ids: dict[str, re.Match[str]] = {}

    def read(self) -> None:
        """Read the page to its end."""
        for found in _TAG.finditer(self._text):
            whole, inside, end, tag, rest = found.groups()
            if end:
                self._end(tag.lower(), found)
            elif tag:
                self._begin(tag.lower(), found, rest)
            elif whole:
                self._look_at(whole.lower(), found, inside)
            elif found[0] == "<":
                self._tell(found, "no valid HTML: a tag does not end; look for a quotation mark that is missing")
        self._end("", None)

    def _tell(self, found: re.Match[str], message: str, words: str = "") -> None:
        self.faults.append(Fault(self._line(found), message, words or found[0]))

    def _line(self, found: re.Match[str]) -> int:
        return self._text.count("\n", 0, found.start()) + 1

    def _begin(self, tag: str, found: re.Match[str], rest: str) -> None:
        while self._open and tag in _ENDED_BY.get(self._open[-1][0], ()):
            self._open.pop()
        within = self._open[-1][0] if self._open else ""
        if within in _WITHIN and tag not in _WITHIN[within]:
            self._tell(found, f"no valid HTML: <{tag}> stands in <{within}>, where it may not")
        if tag in _BARRED or rest and _OF_INTEREST.search(rest):
            self._look_at(tag, found, rest)
        # In a drawing a stroke ends an element; elsewhere it means nothing.
        if tag not in _EMPTY and not (rest.endswith("/") and any(name == "svg" for name, _ in self._open)):
            self._open.append((tag, found))

    def _end(self, tag: str, found: re.Match[str] | None) -> None:
        """End an element with what was begun in it, some of which may end without a tag; no `tag` ends the page."""
        if found and all(name != tag for name, _ in self._open):
            self._tell(found, f"no valid HTML: </{tag}> ends nothing; what may not stand in <{tag}> has ended it")
            return
        while self._open and (last := self._open.pop())[0] != tag:
            if last[0] not in _ENDED_BY:
                self._tell(last[1], f"no valid HTML: <{last[0]}> is not ended")

    def _look_at(self, tag: str, found: re.Match[str], rest: str) -> None:
        """Find elements that may not stand in a page, and what attributes may not hold."""
        named = [(name.lower(), unescape("".join(values)).strip()) for name, *values in _ATTRIBUTE.findall(rest)]
        known = dict(named)
        if tag in _BARRED:
            self._tell(found, f"<{tag}> may not stand in a page: {_BARRED[tag]}", known.get("alttext", ""))
        if tag == "script" and not known.get("src") and known.get("type") != "application/ld+json":
            self._tell(found, "a script stands in the page; put it into a file and load that")
        if tag == "meta" and known.get("http-equiv", "").lower() == "refresh":
            self._tell(found, "<meta> with `refresh` leads readers away; link to the place")
        loaded = tag not in ("a", "area")
        if tag == "link":
            loaded = not _LOADED_LINKS.isdisjoint(known.get("rel", "").split())
        for name, value in named:
            if name == "id" and (first := self._ids.setdefault(value, found)) is not found:
                self._tell(found, f"the id `{value}` stands on line {self._line(first)} already; choose another")
            elif name == "style":
                self._tell(found, "`style` stands in the page; give a class, and put the rules into a style sheet")
            elif name.startswith("on") or name in ADDRESSES and value.lower().startswith("javascript:"):
                self._tell(found, f"`{name}` holds a script (JavaScript); put it into a file and load that")
            elif name in ADDRESSES and loaded and not (tag in ("img", "image") and value.startswith("data:")):
                for address in value.split(",") if name == "srcset" else [value]:
                    if message := elsewhere(address.strip(), self._own):
                        self._tell(found, message, address.strip())
