"""Every page shows the table of contents as it stands now, and both commands make the built site whole again."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from bs4 import BeautifulSoup
from building import add_pages, build, change, checked_book, command, files_of

LINK = "      - url: https://example.org/{}\n        title: {}\n"
# What is changed in the table of contents, and whether a page's navigation shows it. The order of pages is not among
# them: a build that notices it would write every page, and hide what it does not notice.
CHANGES: dict[str, tuple[str, str, Callable[[str, list[str]], bool]]] = {
    "caption": ("caption: Countries", "caption: Nations", lambda text, _: "Nations" in text and "Countries" not in text),
    "title of a page": ("title: How to cite", "title: Citing us", lambda text, _: "Citing us" in text),
    "title taken away": ("        title: Put right\n", "", lambda text, _: "Corrections" in text),
    "title given": (
        "      - file: about/glossary\n", "      - file: about/glossary\n        title: Terms\n",
        lambda text, _: "Terms" in text and "Glossary" not in text,
    ),
    "address of a link": ("example.org/old", "example.org/new", lambda _, links: "https://example.org/new" in links),
    "title of a link": ("title: A site", "title: Another place", lambda text, _: "Another place" in text),
    "link taken away": (LINK.format("gone", "Gone site"), "", lambda text, _: "Gone site" not in text),
}  # fmt: skip


def pages_of(project: Path) -> dict[str, BeautifulSoup]:
    site = project / "_build" / "html"
    files = [file for file in site.rglob("*.html") if "_static" not in file.parts]
    return {str(file.relative_to(site)): BeautifulSoup(file.read_text("utf-8"), "html5lib") for file in files}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a small book by the plain command, with titles and links in its table of contents.

    It has an address, without which the page for wrong addresses would have no navigation.
    """
    project = checked_book(tmp_path_factory.mktemp("plain") / "project")
    for page, title in (("cite", "How to cite"), ("corrections", "Put right")):
        change(project / "_toc.yml", f"about/{page}\n", f"about/{page}\n        title: {title}\n")
    links = LINK.format("old", "A site") + LINK.format("same", "Same place") + LINK.format("gone", "Gone site")
    change(project / "_toc.yml", "      - file: about/accessibility\n", f"      - file: about/accessibility\n{links}")
    change(project / "_config.yml", "html:\n", "html:\n  baseurl: https://example.org/report/\n")
    assert (result := build(project)).returncode == 0, result.stderr
    return project


@pytest.fixture(scope="module")
def navigation(plain: Path) -> dict[str, tuple[str, list[str]]]:
    """Change the table of contents and build again; give by page the words and the links of its navigation."""
    for old, new, _ in CHANGES.values():
        change(plain / "_toc.yml", old, new)
    assert (result := build(plain)).returncode == 0, result.stderr
    trees = {name: page.select_one(".sidebar-tree") for name, page in pages_of(plain).items()}
    return {name: (tree.get_text(), [a["href"] for a in tree.find_all("a")]) for name, tree in trees.items()}


@pytest.mark.parametrize("kind", CHANGES)
def test_a_change_of_the_table_of_contents_is_on_every_page(
    navigation: dict[str, tuple[str, list[str]]], kind: str
) -> None:
    assert len(navigation) >= 20
    shows = CHANGES[kind][2]
    assert [name for name, shown in navigation.items() if not shows(*shown)] == []


TOUCHED = {
    "page": "about/cite.html",
    "page for wrong addresses": "404.html",
    "page of the search": "search.html",
    "style sheet": "_static/report.css",
    "search index": "search-index.js",
    "data": "data/observations.csv",
}
# No page is among them: Sphinx misses a page and puts back others with it, and what it does not miss would be hidden.
REMOVED = {"objects": "objects.inv", "script": "_static/report.js", "figure": "figures/use.svg"}
STRAY = {
    "page": "about/stray.html",
    "page at the top": "stray.html",
    "script": "_static/stray.js",
    "table": "data/stray.csv",
    "text": "stray.txt",
}


@pytest.fixture(scope="module")
def mended(plain: Path) -> tuple[dict[str, bytes], dict[str, bytes], CompletedProcess[str]]:
    """Damage the site that the plain command built, and build again: what was there, what is there, what was said."""
    site = plain / "_build" / "html"
    assert (result := build(plain)).returncode == 0, result.stderr
    before = files_of(site)
    for name in TOUCHED.values():
        (site / name).write_text("touched", encoding="utf-8")
    for name in REMOVED.values():
        (site / name).unlink()
    for name in STRAY.values():
        (site / name).write_text("stray", encoding="utf-8")
    result = build(plain)
    return before, files_of(site), result


@pytest.mark.parametrize("name", [*TOUCHED.values(), *REMOVED.values()])
def test_the_plain_command_puts_back_what_was_changed_or_removed_in_the_site(
    mended: tuple[dict[str, bytes], dict[str, bytes], CompletedProcess[str]], name: str
) -> None:
    before, after, _ = mended
    assert after.get(name) == before[name]


def test_the_plain_command_leaves_nothing_in_the_site_that_is_not_of_it(
    mended: tuple[dict[str, bytes], dict[str, bytes], CompletedProcess[str]],
) -> None:
    before, after, result = mended
    assert sorted(set(after) - set(before)) == []
    assert result.returncode == 0, result.stderr


def test_make_book_puts_back_a_page_that_was_edited_with_the_same_size_and_time(book: Path) -> None:
    page = book / "_build" / "html" / "index.html"
    before, facts = page.read_bytes(), page.stat()
    edited = before.replace(b"Front", b"Facet")
    assert edited != before and len(edited) == len(before)
    page.write_bytes(edited)
    os.utime(page, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert command(book, "build_book").returncode == 0
    assert page.read_bytes() == before
    folders = page.parent, book / "_build" / ".work"
    published, work = ({file.stat().st_ino for file in folder.rglob("*") if file.is_file()} for folder in folders)
    assert published and not published & work, "what a build goes on from must be no link to what readers may touch"


def test_a_change_of_an_included_file_is_seen_wherever_the_file_lies(tmp_path: Path) -> None:
    """By `make book` and by the plain command."""
    project = checked_book(tmp_path / "project")
    parts = [project / ".parts" / "one.md", project / "about" / ".two.md", project / "tests" / "three.md"]
    included = "".join(f"```{{include}} {os.path.relpath(part, project / 'about')}\n```\n\n" for part in parts)
    for part in parts:
        part.parent.mkdir(exist_ok=True)
        part.write_text(f"The part {part.stem.strip('.')} says first.\n", encoding="utf-8")
    add_pages(project, {"about/whole": f"# Whole\n\nThis page includes what lies elsewhere.\n\n{included}"})
    assert command(project, "build_book").returncode == 0
    for before, now in ("first", "second"), ("second", "third"):
        for part in parts:
            facts = part.stat()
            change(part, before, now)
            os.utime(part, ns=(facts.st_atime_ns, facts.st_mtime_ns))
        assert (command(project, "build_book") if now == "second" else build(project)).returncode == 0
        text = (project / "_build" / "html" / "about" / "whole.html").read_text(encoding="utf-8")
        assert re.findall(r"The part (\w+) says (\w+)\.", text) == [(part.stem.strip("."), now) for part in parts]
    assert "Nothing has changed" in command(project, "build_book").stdout
