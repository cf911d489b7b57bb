"""The chapters are recorded as they stand, and the book builds clean, complete and true to the data."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import frictionless
import nbformat
import pytest
from bs4 import BeautifulSoup
from building import (
    CELL,
    ROOT,
    SHORT,
    build,
    change_the_datum,
    command,
    copy_of_the_project,
    settings_for,
    small_book,
    small_evidence,
)

from nordic_ai.analysis.report import Report
from nordic_ai.analysis.wording import format_value
from nordic_ai.evidence.errors import EvidenceError
from nordic_ai.evidence.loading import Evidence
from nordic_ai.figures.figure import MIME_TYPE
from nordic_ai.fingerprint import output_fingerprints
from nordic_ai.notebooks.execution import chapter_files, execute, read_chapter
from nordic_ai.notebooks.recordings import recording_problems

CHAPTERS = chapter_files(ROOT)
FINGERPRINTS = output_fingerprints(ROOT)
THEMES = {"strategy", "competence", "barriers", "collaboration", "gains"}


@pytest.mark.parametrize("file", CHAPTERS, ids=lambda file: file.stem)
def test_a_chapters_recording_is_up_to_date(file: Path) -> None:
    assert recording_problems(file, FINGERPRINTS) == []


@pytest.mark.record
@pytest.mark.parametrize("file", CHAPTERS, ids=lambda file: file.stem)
def test_a_chapter_draws_from_the_library(file: Path) -> None:
    notebook = nbformat.read(file.with_suffix(".ipynb"), as_version=4)
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert any(MIME_TYPE in output.get("data", {}) for output in outputs)
    text = file.read_text(encoding="utf-8")
    assert not re.search(r"read_csv|sys\.path|os\.path|pathlib|open\(", text)
    imports = re.findall(r"^.*\bimport\b.*\bnordic_ai\b.*$|^.*\bnordic_ai\b.*\bimport\b.*$", text, re.MULTILINE)
    assert imports and all(re.fullmatch(r"from nordic_ai import [a-z, ]+", line) for line in imports)


def test_a_cell_that_would_not_run_is_told_and_files_of_editors_are_passed_over(tmp_path: Path) -> None:
    folder = tmp_path / "chapters"
    folder.mkdir()
    contents = "format: jb-book\nroot: chapters/a\n"
    (tmp_path / "_toc.yml").write_text(contents, encoding="utf-8")
    header = (ROOT / "chapters" / "gains.md").read_text(encoding="utf-8").split("---\n")[1]
    (folder / "a.md").write_text(f"---\n{header}---\n\n# A\n\n{CELL % '1'}\n{CELL % ''}", encoding="utf-8")
    (folder / ".#a.md").symlink_to("somebody@somewhere.1")
    (file,) = chapter_files(tmp_path)
    with pytest.raises(EvidenceError, match=r"a.md:\d+: code cell 2 would not run, because it is empty"):
        read_chapter(file)


@pytest.mark.record
def test_the_five_themes_have_chapters() -> None:
    assert {file.stem for file in CHAPTERS} >= THEMES


def prose_of(text: str) -> str:
    """Give what a reader reads of a chapter: no header, no cells or directives; a role is one word."""
    body = text.split("---\n", 2)[2]
    body = re.sub(r"^```.*?^```$", "", body, flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"\]\([^)]*\)", "]", re.sub(r"\{[a-z-]+\}`[^`]*`", "number", body))


@pytest.mark.record
@pytest.mark.parametrize("theme", sorted(THEMES))
def test_a_theme_chapter_has_its_parts_in_order(theme: str) -> None:
    text = (ROOT / "chapters" / f"{theme}.md").read_text(encoding="utf-8")
    _, *split = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    heads = split[::2]
    parts = dict(zip(heads, split[1::2], strict=True))
    asked = [head for head in heads if head.endswith("?")]
    assert len(re.findall(r"^# \S", prose_of(text), re.MULTILINE)) == 1
    assert 2 <= len(asked) <= 4
    assert heads == [
        *("In short", "What follows for a municipality", "Where the five countries stand", *asked),
        *("What these publications do not tell", "Read with care", "What is compared"),
        *("Question wording", "Evidence used in this chapter"),
    ]
    for head, fewest, most in (("In short", 3, 5), ("What follows for a municipality", 2, 4), ("Read with care", 3, 4)):
        assert fewest <= len(re.findall(r"^- ", parts[head], re.MULTILINE)) <= most, head
    figures = {head: len(re.findall(r"^    id=", part, re.MULTILINE)) for head, part in parts.items()}
    assert figures["Where the five countries stand"] == 1 and max(figures.values()) == 1
    assert sum(figures.values()) == sum(figures[head] for head in ("Where the five countries stand", *asked)) <= 5
    for head, directive in (
        ("Read with care", f"read-with-care}} {theme}"),
        ("What is compared", f"chapter-comparison}} {theme}"),
        ("Question wording", f"question-wording}} {theme}"),
        ("Evidence used in this chapter", "chapter-evidence}"),
    ):
        assert f"```{{{directive}\n" in parts[head], head


@pytest.mark.record
@pytest.mark.parametrize("theme", sorted(THEMES))
def test_a_theme_chapter_is_neither_short_nor_long(theme: str) -> None:
    words = re.findall(r"\w[\w'’-]*", prose_of((ROOT / "chapters" / f"{theme}.md").read_text(encoding="utf-8")))
    assert 700 <= len(words) <= 1200


def told_of_recording(file: Path) -> str:
    return "\n".join(map(str, recording_problems(file, FINGERPRINTS)))


def test_a_recording_without_outputs_is_refused(tmp_path: Path) -> None:
    file = Path(shutil.copy(CHAPTERS[-1], tmp_path))
    assert told_of_recording(file) == f"{file}: has no recording; run `make record`"
    nbformat.write(read_chapter(file), file.with_suffix(".ipynb"))
    assert "cells that did not run" in told_of_recording(file)


def test_a_broken_pair_is_told_in_a_sentence(tmp_path: Path) -> None:
    file = Path(shutil.copy(ROOT / "chapters" / "gains.md", tmp_path))
    file.with_suffix(".ipynb").write_text("{", encoding="utf-8")
    assert "is no readable recording" in told_of_recording(file)
    text = file.read_text(encoding="utf-8")
    file.write_bytes(b"\xff\xfe" + text.encode("utf-16"))
    assert "cannot be read as a notebook" in told_of_recording(file)
    file.write_text(text.replace("[hide-input]", "[hide-input"), encoding="utf-8")
    assert "cannot be read as a notebook" in told_of_recording(file)
    file.write_text(text.split("---\n", 2)[2], encoding="utf-8")
    assert "the jupytext header is missing" in told_of_recording(file)
    file.write_text(text.replace("name: python3", "name: no-such"), encoding="utf-8")
    (problem,) = execute({file: read_chapter(file)}, 60, lambda *_: None)
    assert str(problem) == f"{file}:1: the header names a kernel that does not exist: no-such"


def test_kernels_are_forked_from_a_process_with_their_imports_and_without_threads() -> None:
    """Else they would start as slowly as others, or could hang."""
    code = (
        "import sys, threading, nordic_ai.notebooks.kernel_imports; from nordic_ai.analysis import report; "
        "print(threading.active_count(), report._load.cache_info().currsize, *sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    threads, reports, *modules = result.stdout.split()
    assert (threads, reports) == ("1", "1")
    assert {"ipykernel.kernelapp", "ipykernel.debugger", "nordic_ai.figures.charts"} <= set(modules)


def test_what_fails_before_the_extension_is_loaded_is_told_out_of_the_log(script: Callable[[str], ModuleType]) -> None:
    log = (
        "reading sources\n\x1b[91m/x/index.md:8: ERROR: {ev}`gone`: no record has the id `gone`\x1b[39m\n"
        'Traceback (most recent call last):\n  File "x.py", line 1, in run\n    raise ValueError\n'
        "ValueError: the figure `a` has no title\n\n"
    )
    assert script("build_book").telling_lines(log) == [
        "/x/index.md:8: ERROR: {ev}`gone`: no record has the id `gone`",
        "ValueError: the figure `a` has no title",
    ]


class TestSite:
    """What a reader gets."""

    def test_a_chapter_says_how_many_of_its_publications_were_read_whole(self, site: Path, evidence: Evidence) -> None:
        for theme in THEMES:
            text = (site / "chapters" / f"{theme}.html").read_text(encoding="utf-8")
            listed = re.findall(r'<summary>[^<]*: \d+ records?<.*?evidence/sources\.html#([\w-]+)"', text, re.DOTALL)
            whole = sum(evidence.sources[name].reading.extent == "whole" for name in listed)
            assert 0 < whole < len(listed) == len(set(listed))
            told = (
                f"This page rests on {len(listed)} publications, {whole} read whole and {len(listed) - whole} in part."
            )
            assert told in text

    def test_numbers_on_the_pages_are_those_of_the_data(self, site: Path, evidence: Evidence) -> None:
        observations = Report(evidence).observations
        seen = 0
        for page in [*site.glob("chapters/*.html"), site / "index.html", site / "about/methods.html"]:
            for link in BeautifulSoup(page.read_text("utf-8"), "html.parser").select('a.ev[data-role="ev"]'):
                name = link["href"].partition("#")[2]
                assert link.get_text() == format_value(observations[name]), (page.name, name)
                seen += 1
        assert seen >= 20

    def test_the_data_package_is_published_whole(self, site: Path) -> None:
        report = frictionless.validate(str(site / "data" / "datapackage.json"))
        assert report.valid, report.flatten(["rowNumber", "fieldName", "message"])

    def test_a_chapter_lists_all_the_evidence_that_it_uses(self, site: Path) -> None:
        for theme in THEMES:
            text = (site / "chapters" / f"{theme}.html").read_text("utf-8")
            before, _, listed = text.partition('id="evidence-used-in-this-chapter"')
            article = before.partition('<article role="main"')[2]
            links = BeautifulSoup(article, "html.parser").select('a.ev[data-role^="ev"][href^="../evidence/register/"]')
            used = {link["href"].partition("#")[2] for link in links}
            drawn = re.findall(r'<figure class="evidence-figure".*?</figure>', article, re.DOTALL)
            used |= {name for one in drawn for name in re.findall(r'href="\.\./evidence/register/[^"#]+#([^"]+)"', one)}
            assert len(used) >= 20
            assert used - set(re.findall(r'href="\.\./evidence/register/[^"#]+#([^"]+)"', listed)) == set()

    def test_original_words_of_answers_carry_their_language(self, site: Path) -> None:
        text = (site / "chapters" / "competence.html").read_text("utf-8")
        assert re.search(r' \(<em><span class="[^"]*" lang="da">høj grad</span></em>\)', text)
        assert re.search(r' \(<em><span class="[^"]*" lang="sv">ganska hög</span></em>\)', text)


def test_numbers_without_evidence_fail_the_build(tmp_path: Path) -> None:
    """An unknown id, term, country or citation, a senseless variant and a retired id are told with file and line."""
    project = copy_of_the_project(tmp_path / "project")
    (project / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters:\n- file: register\n", encoding="utf-8")
    small_evidence(project)
    (project / "data" / "retired.yml").write_text("ks-2024/old:\n  why: Told twice.\n...\n", encoding="utf-8")
    page = "# Page\n\n{ev}`ks-2024/new`\n\n{ev-ci}`governo-2025/strategy-2018/has`\n\n{ev}`ks-2024/old`\n"
    page += "\n{term}`no such word`\n\n```{country} XX\n```\n\n```{citation} ks-2024/none\n```\n"
    (project / "index.md").write_text(page, encoding="utf-8")
    (project / "index.ipynb").unlink()
    (project / "register.md").write_text("# Register\n", encoding="utf-8")
    result = build(project)
    assert result.returncode == 1
    told = result.stderr + result.stdout
    assert re.search(r"index\.md:3: .*no record has the id `ks-2024/new`", told)
    assert re.search(r"index\.md:5: .*has no interval: the number of answers is unknown", told)
    assert re.search(r"index\.md:7: .*the id `ks-2024/old` is retired \(Told twice\)", told)
    assert re.search(r"index\.md:9: .*the glossary has no term `no such word`", told)
    assert re.search(r"index\.md:11: .*no country has the code `XX`", told)
    assert re.search(r"index\.md:14: .*`ks-2024/none` is neither report, data or figure nor the id of", told)


def test_broken_evidence_ends_the_build_with_its_sentence(tmp_path: Path) -> None:
    project = copy_of_the_project(tmp_path / "project")
    file = project / "data" / "sources" / "ks-2024.yml"
    file.write_text(file.read_text(encoding="utf-8").replace('country: "NO"', "country: NO"), encoding="utf-8")
    result = build(project)
    assert result.returncode == 1
    assert "ks-2024.yml:" in result.stderr + result.stdout


def test_a_changed_datum_turns_the_comparison_red(tmp_path: Path) -> None:
    project = small_book(tmp_path / "project", SHORT)
    assert command(project, "record").returncode == 0
    change_the_datum(project)
    run = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "tests/conftest.py", "chapters/short.ipynb"]
    result = subprocess.run(run, cwd=project, env=settings_for(project), capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "rows[0].value: 79.0 → 78.0" in result.stdout
