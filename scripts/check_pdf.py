"""Check the editions for print: tagged, named, whole, with links that lead somewhere and nothing outside the page."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
from command_line import ROOT, CommandError, command, print_problems
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from nordic_ai.fingerprint import PRINTED, printed_editions

FONTS = re.compile(r"[A-Z]{6}\+(Arimo|Report-Serif)\b")
"""Names of subsets of the project's fonts; any other would come from the machine."""


def check_edition(file: Path, pages: int, pictures: int) -> Iterator[str]:
    """Say what is wrong with a PDF that should have so many pages and pictures."""
    reader = PdfReader(file)
    if len(reader.pages) != pages:
        yield f"has {len(reader.pages)} pages instead of {pages}"
    yield from _check_document(reader)
    yield from _check_links(reader)
    yield from _check_fonts(reader)
    figures = [tag for tag in _tags(reader) if tag.get("/S") == "/Figure"]
    if len({id(figure) for figure in figures}) != pictures:
        yield f"has {len(figures)} pictures instead of {pictures}; its pages on the site have these"
    if lacking := [figure for figure in figures if not figure.get("/Alt")]:
        yield f"has {len(lacking)} pictures without a description"
    yield from _check_edges(file)


def _check_document(reader: PdfReader) -> Iterator[str]:
    root, about = reader.root_object, reader.metadata or {}
    if "/StructTreeRoot" not in root or not root.get("/MarkInfo", {}).get("/Marked"):
        yield "is not tagged"
    if not root.get("/Lang"):
        yield "does not tell its language"
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
        yield "does not show its title"
    yield from (f"has no {name[1:].lower()}" for name in ("/Title", "/Author") if not about.get(name))
    if "/Metadata" not in root or b"pdfuaid:part" not in root["/Metadata"].get_data():
        yield "does not say that it follows PDF/UA"
    if not reader.outline:
        yield "has no bookmarks"


def _check_links(reader: PdfReader) -> Iterator[str]:
    places = set(reader.named_destinations)
    for number, page in enumerate(reader.pages, 1):
        for link in (one.get_object() for one in page.get("/Annots", ())):
            target = link.get("/Dest") or link.get("/A", {}).get("/D")
            if target is not None and not isinstance(target, list) and str(target) not in places:
                yield f"page {number}: a link leads to `{target}`, which is no place in it"
            if target is None and not str(link.get("/A", {}).get("/URI", "")).startswith(("http", "mailto:")):
                yield f"page {number}: a link leads nowhere"


def _check_fonts(reader: PdfReader) -> Iterator[str]:
    fonts: dict[str, DictionaryObject] = {}
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            fonts[font.get_object()["/BaseFont"]] = font.get_object()
    for name, font in sorted(fonts.items()):
        described = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        if not {"/FontFile", "/FontFile2", "/FontFile3"} & described.keys():
            yield f"the font {name[1:]} is not embedded"
        if not FONTS.search(name):
            yield f"the font {name[1:]} is not the project's; one of its signs is missing from the fonts"


def _tags(reader: PdfReader) -> Iterator[DictionaryObject]:
    left: list[Any] = [reader.root_object.get("/StructTreeRoot", {}).get("/K", [])]
    while left:
        one = left.pop()
        one = one.get_object() if hasattr(one, "get_object") else one
        if isinstance(one, list):
            left.extend(one)
        elif isinstance(one, dict) and "/S" in one:
            yield one
            left.append(one.get("/K", []))


def _check_edges(file: Path) -> Iterator[str]:
    """Find text that runs over the edge of a page, or out of its margins into those of the binding."""
    with pypdfium2.PdfDocument(file) as document:
        for number, page in enumerate(document, 1):
            width, height = page.get_size()
            text = page.get_textpage()
            for index in range(text.count_rects()):
                left, bottom, right, top = text.get_rect(index)
                if left < 0 or bottom < 0 or right > width or top > height:
                    yield f"page {number}: “{text.get_text_bounded(left, bottom, right, top)}” runs over its edge"


@command()
def main() -> int:
    """Check the editions in `_build/pdf` and print what is wrong."""
    editions = printed_editions(ROOT)
    if not editions:
        raise CommandError("there are no editions of what the site is made from; run `make pdf` first")
    problems = []
    for edition in editions:
        file = ROOT / PRINTED / edition["file"]
        found = check_edition(file, edition["pages"], edition["pictures"])
        problems += [f"{file.relative_to(ROOT)}: {problem}" for problem in found]
    return print_problems(problems, f"{len(editions)} edition{'s' * (len(editions) > 1)}: all is well")
