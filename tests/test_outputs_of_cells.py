"""What cells give and what pages hold reaches readers only as the site promises; else the build says what and where."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from building import (
    add_pages,
    build,
    chapter_with,
    checked_book,
    command,
    kill,
    line_of,
    processes_in,
    served,
    settings_for,
    start,
    wait_until,
)
from playwright.sync_api import sync_playwright

on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are looked up in /proc")

SHOW = "from IPython.display import HTML, IFrame, Image, Javascript, Markdown, Math, SVG\n"
DRAWING = """SVG('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" aria-label="A dot"%s>%s</svg>')"""

# What a cell gives, and a word of what is said of it. A chapter's name must not hold the word.
BAD_OUTPUTS = {
    "script": ("HTML('<p>Hello</p><script>alert(1)</script>')", "script"),
    "script from another host": ("HTML('<script src=\"https://cdn.example.com/a.js\"></script>')", "script"),
    "event handler": ("HTML('<p onclick=\"alert(1)\">Press</p>')", "onclick"),
    "link that runs a script": ("HTML('<a href=\"javascript:alert(1)\">Press</a>')", "javascript"),
    "script of the notebook": ("Javascript('alert(1)')", "script"),
    "drawing with a script": (DRAWING % ("", "<script>alert(1)</script>"), "script"),
    "drawing with a handler": (DRAWING % (' onload="alert(1)"', ""), "onload"),
    "frame": ("IFrame('https://www.example.com/video', 300, 200)", "iframe|example.com"),
    "picture from another host": ("Image(url='https://cdn.example.com/a.png')", "cdn.example.com"),
    "picture in Markdown": ("Markdown('![A dot](https://cdn.example.com/a.png)')", "cdn.example.com"),
    "script in Markdown": ("Markdown('Hello\\n\\n<script>alert(1)</script>')", "script"),
    "style of its own": ("HTML('<p style=\"color: red\">Hello</p>')", "style"),
    "style sheet": ("HTML('<style>p { background: url(https://cdn.example.com/a.png) }</style>')", "style|example.com"),
    "form": ("HTML('<form action=\"https://www.example.com/\"></form>')", "form|example.com"),
    "redirection": ("HTML('<meta http-equiv=\"refresh\" content=\"0; url=https://www.example.com/\">')", "meta|refresh"),
    "chart that loads its engine": ("import altair as alt\nimport pandas as pd\n"
                                    "alt.Chart(pd.DataFrame({'a': [1]})).mark_point().encode(x='a')", "script|figure"),
    "formula": ("Math('x^2')", "formula|math|latex"),
    "id that stands twice": ("HTML('<p id=\"same\">One</p><p id=\"same\">Two</p>')", "same"),
    "table that never ends": ("HTML('<table><tr><td>1</td><div>')", "table|<div>|HTML"),
}  # fmt: skip
BAD_PAGES = {
    "formula in a sentence": ("A formula {math}`x^2` stands in this sentence.\n", "formula|math"),
    "formula by itself": ("A formula stands below this sentence.\n\n```{math}\nx^2\n```\n", "formula|math"),
    "script from another host": ('<script src="https://cdn.example.com/a.js"></script>\n', "script"),
    "script": ("<script>alert(1)</script>\n", "script"),
    "event handler": ('<p onclick="alert(1)">Press</p>\n', "onclick"),
    "style of its own": ('<p style="color: red">Red</p>\n', "style"),
    "picture from another host": ("![A dot](https://cdn.example.com/a.png)\n", "cdn.example.com"),
    "frame": ('<iframe title="A film" src="https://www.example.com/video"></iframe>\n', "iframe|example.com"),
    "id that stands twice": ('<p id="same">One</p>\n\n<p id="same">Two</p>\n', "same"),
    "table that is broken": ("<table><tr><td>1</td><p>2</p></tr></table>\n", "table|<p>|HTML"),
}
FAILED_CELLS = {
    "error that is allowed": ("1 / 0", "raises-exception", "ZeroDivisionError|raises-exception"),
    "error that is allowed and hidden": ("1 / 0", "raises-exception, remove-output", "ZeroDivisionError|raises-except"),
    "error that is printed": ("import traceback\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n"
                              "    print(traceback.format_exc())", "", "[Tt]raceback|ZeroDivisionError"),
    "exit": ("print('before')\nexit()", "", r"exit"),
    "quit": ("quit()\nprint('after')", "", r"quit|exit"),
}  # fmt: skip
HUGE = 20_000_000
HUGE_OUTPUTS = {
    "on one line": f"print('x' * {HUGE})",
    "on many lines": f"for number in range({HUGE // 100}):\n    print('x' * 99)",
    "of HTML": SHOW + f"HTML('<p>' + 'x' * {HUGE} + '</p>')",
}
LEFT_RUNNING = {
    "a session of its own": "import subprocess\nsubprocess.Popen(['sleep', '600'], start_new_session=True)\nNone",
    "a fork": "import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(600)\n    os._exit(0)",
}
TABLE = 'from nordic_ai import table\n\ntable("observations").head(4)'


def case(number: int) -> str:
    """Name a chapter or page so that its name says nothing of its fault."""
    return f"case-{number:02}"


def numbered(faults: dict[str, object]) -> list[pytest.param]:
    return [pytest.param(case(number), id=fault) for number, fault in enumerate(faults)]


@pytest.fixture(scope="module")
def told_of_outputs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int, str]:
    project = checked_book(tmp_path_factory.mktemp("outputs") / "project")
    chapters = {case(n): chapter_with(SHOW + code) for n, (code, _) in enumerate(BAD_OUTPUTS.values())}
    add_pages(project, {f"chapters/{name}": text for name, text in chapters.items()})
    result = command(project, "build_book")
    return project, result.returncode, result.stderr


@pytest.mark.parametrize("name", numbered(BAD_OUTPUTS))
def test_an_output_that_breaks_what_pages_promise_is_refused(told_of_outputs: tuple[Path, int, str], name: str) -> None:
    project, code, told = told_of_outputs
    assert code == 1 and not (project / "_build" / "html").exists()
    line = line_of(project, f"chapters/{name}.md", "from IPython")
    found = re.search(rf"{name}\.md:(\d+): (.*)", told)
    assert found, told
    assert line - 1 <= int(found[1]) <= line + 4
    assert re.search(list(BAD_OUTPUTS.values())[int(name[-2:])][1], found[2], re.IGNORECASE)


@pytest.fixture(scope="module", params=["make book", "the plain command"])
def told_of_pages(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, str]:
    project = checked_book(tmp_path_factory.mktemp("pages") / "project")
    pages = enumerate(text for text, _ in BAD_PAGES.values())
    add_pages(project, {f"about/{case(n)}": f"# Page {n}\n\nPage {n} is for a test.\n\n{text}" for n, text in pages})
    result = command(project, "build_book") if request.param == "make book" else build(project)
    return result.returncode, result.stdout + result.stderr


@pytest.mark.parametrize("name", numbered(BAD_PAGES))
def test_every_build_refuses_a_page_that_breaks_what_the_site_promises(
    told_of_pages: tuple[int, str], name: str
) -> None:
    code, told = told_of_pages
    assert code == 1
    # A path or an address of ours may stand before the name; what is wrong stands after the line.
    found = re.findall(rf"{name}\.(?:md|html):\d+: (.*)", told)
    assert found, told[-4000:]
    assert re.search(list(BAD_PAGES.values())[int(name[-2:])][1], "\n".join(found), re.IGNORECASE)


def test_text_and_tables_with_captions_pass_every_check(tmp_path: Path) -> None:
    project = checked_book(tmp_path / "project")
    tables = (
        "# Tables\n\nThis page is for a test of tables with captions.\n\n"
        "```{table} A caption\n| a | b |\n|---|---|\n| c | d |\n```\n\n"
        "```{list-table} Another caption\n:header-rows: 1\n* - a\n  - b\n* - c\n  - d\n```\n\n"
        "```{csv-table} A third caption\n:header: a, b\n\nc, d\n```\n"
    )
    add_pages(project, {"about/tables": tables, "chapters/texts": chapter_with("print('Hello, reader')", "Texts")})
    assert (result := command(project, "build_book")).returncode == 0, result.stderr
    site = project / "_build" / "html"
    assert "Hello, reader" in (site / "chapters" / "texts.html").read_text(encoding="utf-8")
    page = BeautifulSoup((site / "about" / "tables.html").read_text(encoding="utf-8"), "html5lib")
    assert len(page.select("table > caption")) == 3
    assert (result := command(project, "check_site")).returncode == 0, result.stderr


@pytest.fixture(scope="module")
def told_of_failures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, str]]:
    project = checked_book(tmp_path_factory.mktemp("failures") / "project")
    cells = enumerate(FAILED_CELLS.values())
    add_pages(project, {f"chapters/{case(n)}": chapter_with(code, tags=tags) for n, (code, tags, _) in cells})
    results = {script: command(project, script) for script in ("build_book", "record")}
    return {script: (result.returncode, result.stderr) for script, result in results.items()}


@pytest.mark.parametrize("script", ["build_book", "record"])
@pytest.mark.parametrize("name", numbered(FAILED_CELLS))
def test_a_cell_that_fails_or_ends_its_kernel_is_never_taken_as_run(
    told_of_failures: dict[str, tuple[int, str]], script: str, name: str
) -> None:
    code, told = told_of_failures[script]
    assert code == 1
    found = re.findall(rf"{name}\.md:\d+: (.*)", told)
    assert found, told
    assert re.search(list(FAILED_CELLS.values())[int(name[-2:])][2], "\n".join(found))


def test_a_huge_output_is_refused_with_its_size_and_soon(tmp_path: Path) -> None:
    project = checked_book(tmp_path / "project")
    add_pages(project, {f"chapters/{case(n)}": chapter_with(code) for n, code in enumerate(HUGE_OUTPUTS.values())})
    process = start(project, "scripts/build_book.py")
    try:
        told, _ = process.communicate(timeout=90)
    except subprocess.TimeoutExpired:
        kill(process)
        pytest.fail("the build was still busy with the output after 90 seconds")
    assert process.returncode == 1
    for number, kind in enumerate(HUGE_OUTPUTS):
        assert re.search(rf"{case(number)}\.md:\d+: .*\d.* ?(MB|million|characters)", told), (kind, told)


@on_linux
@pytest.mark.parametrize("script", ["build_book", "record"])
def test_nothing_that_a_cell_began_outlives_the_command(tmp_path: Path, script: str) -> None:
    """What it prints goes into a file: a pipe would be held open by what is left running."""
    project = checked_book(tmp_path / "project")
    add_pages(project, {f"chapters/{case(n)}": chapter_with(code) for n, code in enumerate(LEFT_RUNNING.values())})
    with (tmp_path / "told").open("w") as told:
        process = subprocess.Popen(
            [sys.executable, f"scripts/{script}.py"],
            cwd=project, env=settings_for(project), stdout=told, stderr=told, start_new_session=True,
        )  # fmt: skip
    try:
        process.wait(60)
        wait_until(lambda: not processes_in(project / "chapters"), 10)
    except subprocess.TimeoutExpired:
        pytest.fail("the command waits for what a cell left running")
    finally:
        for left in [*processes_in(project / "chapters"), *([process.pid] if process.poll() is None else [])]:
            os.kill(left, signal.SIGKILL)
        process.wait()


@pytest.fixture(scope="module")
def table_shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """Build a chapter that shows a table of the evidence as it is: wide, with cells that hold nothing."""
    project = checked_book(tmp_path_factory.mktemp("table") / "project")
    add_pages(project, {"chapters/rows": chapter_with(TABLE, "Rows")})
    return project, command(project, "build_book")


def table_on(shown: tuple[Path, subprocess.CompletedProcess[str]]) -> Tag | None:
    """Give the table as it stands on the page, or None where the build refuses it in a sentence."""
    project, result = shown
    if result.returncode:
        assert re.search(r"rows\.md:\d+: .*(table|DataFrame)", result.stderr), result.stderr
        return None
    page = BeautifulSoup((project / "_build" / "html" / "chapters" / "rows.html").read_text("utf-8"), "html5lib")
    return page.select_one("article table")


def test_a_table_of_a_cell_is_shown_like_the_site_s_own_or_refused(
    table_shown: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    table = table_on(table_shown)
    if table is None:
        return
    styled = [tag for tag in [table, *table.find_all(True)] if {"style", "border"} & tag.attrs.keys()]
    assert styled == [] and table.find_parent("div").find("style") is None
    assert table.find("caption") is not None and table.find("caption").get_text().strip()
    assert not {"<NA>", "nan", "None", "NaT"} & {cell.get_text().strip() for cell in table.select("td, th")}
    assert command(table_shown[0], "check_site").stderr == ""


def test_a_table_of_a_cell_does_not_scroll_the_page_of_a_phone(
    table_shown: tuple[Path, subprocess.CompletedProcess[str]], script: Callable
) -> None:
    if table_on(table_shown) is None:
        return
    with served(table_shown[0] / "_build" / "html") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=script("find_browser").find(), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 360, "height": 740})
        page.goto(f"{address}/chapters/rows.html")
        # The theme has the content scroll and not the page, so whatever holds the text is looked at.
        widest = page.evaluate(
            """() => { const widths = [];
                for (let e = document.querySelector("article"); e; e = e.parentElement) widths.push(e.scrollWidth);
                return Math.max(...widths); }"""
        )
        browser.close()
    assert widest <= 360
