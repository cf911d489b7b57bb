"""What the site promises of every page is looked for by every build before it publishes, and told where it was written."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from bs4 import BeautifulSoup
from building import add_pages, build, checked_book, command, files_of, line_of

from nordic_ai.site.promises import faults_of

# What a page holds, the words on the line that is named (none if the page's own line is), and a word of what is said.
BAD_PAGES = {
    "formula in a sentence": ("A formula {math}`x^2` stands in this sentence.\n", "A formula", "formula"),
    "formula by itself": ("A formula stands below this sentence.\n\n```{math}\nx^3\n```\n", "x^3", "formula"),
    "script from another host": ('<script src="https://cdn.example.com/a.js"></script>\n', "<script", "another host"),
    "script": ("<script>alert(1)</script>\n", "<script", "script"),
    "event handler": ('<p onclick="alert(1)">Press</p>\n', "<p ", "onclick"),
    "link that runs a script": ('<a href="javascript:alert(1)">Press</a>\n', "<a ", "JavaScript"),
    "style of its own": ('<p style="color: red">Red</p>\n', "<p ", "style"),
    "style sheet": ("<style>\np { color: red }\n</style>\n", "<style>", "style sheet"),
    "picture from another host": ("![A dot](https://cdn.example.com/a.png)\n", "![A dot]", "cdn.example.com"),
    "frame": ('<iframe title="A film" src="https://www.example.com/video"></iframe>\n', "<iframe", "iframe"),
    "redirection": ('<meta http-equiv="refresh" content="0; url=https://www.example.com/">\n', "<meta", "refresh"),
    "form": ('<form action="https://www.example.com/"></form>\n', "<form", "example.com"),
    "id that stands twice": ('<p id="same">One</p>\n\n<p id=\'same\'>Two</p>\n', "Two", "same"),
    "table that is broken": ("<table><tr><td>1</td>\n<p>2</p></tr></table>\n", None, "<p> stands in <tr>"),
    "table that never ends": ("<table class='open'><tr><td>1</td></tr>\n", "<table", "not ended"),
}  # fmt: skip


def written(number: int) -> str:
    """Name a page so that its name says nothing of its fault."""
    return f"about/case-{number:02}"


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = checked_book(tmp_path_factory.mktemp("pages") / "project")
    pages = enumerate(text for text, _, _ in BAD_PAGES.values())
    add_pages(project, {written(n): f"# Page {n}\n\nPage {n} is for a test.\n\n{text}" for n, text in pages})
    return project


@pytest.mark.parametrize("run", [lambda project: command(project, "build_book"), lambda project: build(project, "-q")])
def test_every_build_refuses_pages_that_break_what_the_site_promises(
    faulty: Path, tmp_path: Path, run: Callable[[Path], CompletedProcess[str]]
) -> None:
    """Strict or not, all of them at once, each in the file that its author wrote wherever the words are found there."""
    project = shutil.copytree(faulty, tmp_path / "project")
    result = run(project)
    told = result.stdout + result.stderr
    assert result.returncode == 1 and not (project / "_build" / "html" / "index.html").exists()
    for number, (_, words, message) in enumerate(BAD_PAGES.values()):
        found = re.findall(rf"{written(number)}\.(md|html):(\d+): (.*)", told)
        assert any(message in said for *_, said in found), (message, found)
        if words:
            assert ("md", str(line_of(project, f"{written(number)}.md", words))) in [place[:2] for place in found]
    assert "mathjax" not in told, "a formula is told once, and on no other page"


def test_texts_tables_and_plain_html_pass_every_check(tmp_path: Path) -> None:
    project = checked_book(tmp_path / "project")
    tables = (
        "# Tables\n\nThis page is for a test of tables with captions.\n\n"
        "```{table} A caption\n:name: named\n| a | b |\n|---|---|\n| c | d |\n```\n\nSee [](#named).\n\n"
        "```{list-table} Another caption\n:header-rows: 1\n* - a\n  - b\n* - c\n  - d\n```\n\n"
        "```{csv-table} A third caption\n:header: a, b\n\nc, d\n```\n\n"
        '<ul class="plain"><li>One<li>Two <a rel="noopener icon" href="https://example.org/a:b">there</a></ul>\n\n'
        "<table><tr><th>a<td>b<tr><th>c<td>d</table>\n"
    )
    add_pages(project, {"about/tables": tables})
    assert (result := command(project, "build_book")).returncode == 0, result.stderr
    page = BeautifulSoup((project / "_build" / "html" / "about" / "tables.html").read_text("utf-8"), "html5lib")
    assert len(page.select("table > caption")) == 3 and page.select_one("table#named")
    assert (result := command(project, "check_site")).returncode == 0, result.stderr


def test_a_page_that_breaks_a_promise_later_leaves_the_site_as_it_is(book: Path) -> None:
    """A page that was written again is looked at again, and what was there before is not told of it."""
    before = files_of(book / "_build" / "html")
    file = book / "about" / "cite.md"
    file.write_text(file.read_text(encoding="utf-8") + '\n<p onclick="x()">Press</p>\n', encoding="utf-8")
    for _ in range(2):
        result = command(book, "build_book")
        assert result.returncode == 1
        (told, failed) = result.stderr.splitlines()
        assert re.match(r"about/cite\.md:\d+: `onclick` holds a script", told) and "the last good site stays" in failed
    assert files_of(book / "_build" / "html") == before


PASSES = [
    '<p title="a > b" data-on="x">a<br>b<br/>c</p><!-- <p onclick="x()"> -->',
    "<ul><li>a<li>b</ul><dl><dt>a<dd>b<dt>c</dl><table><thead><tr><th>a<tbody><tr><td>b</table>",
    "<p>One<p>Two<h2>Three</h2>",
    "<svg role='img'><path d='M0 0'/><g><use xlink:href='#a'/></g></svg>",
    '<textarea><p></textarea><script type="application/ld+json">{"a": "</p>"}</script>',
    '<img src="data:image/png;base64,AA=="><img srcset="a.png 1x, b.png 2x"><link rel="canonical" href="https://x.y/">',
    '<img src="https://example.org/på%20dansk/a.png">',
    '<a href="mailto:a@b.example">a</a><a href="//example.com/" rel="icon">b</a>',
]
FAILS = {
    "<IMG SRC=//example.com/a.png>": "fetched from another host",
    '<img srcset="a.png 1x, https://example.com/b.png 2x">': "`https://example.com/b.png 2x` is fetched",
    '<script src="data:text/javascript,x"></script>': "fetched from another host",
    '<a href=" JavaScript:x()">a</a>': "`href` holds a script",
    "<svg><style>p {}</style></svg>": "<style> may not stand",
    "<p id=a>a</p>\n<b id='a'>b</b>": "the id `a` stands on line 1 already",
    '<p title="a>b</p>': "a tag does not end",
    "<p>a<div>b</div></p>": "</p> ends nothing",
    "<section><b>a</section>": "<b> is not ended",
    "<ul><p>a</p></ul>": "<p> stands in <ul>",
}


def test_right_html_passes_and_each_kind_of_fault_is_found() -> None:
    assert {
        text: faults for text in PASSES if (faults := faults_of(text, "https://example.org/p%C3%A5%20dansk/"))
    } == {}
    for text, message in FAILS.items():
        found = faults_of(text)
        assert [fault.message for fault in found if message in fault.message], (text, found)
        assert all(fault.line in (1, 2) for fault in found)
