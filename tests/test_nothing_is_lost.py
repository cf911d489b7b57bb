"""Nothing that an author wrote is overwritten, an editor's save is no change, and cells count wherever they stand."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from building import CELL, add_pages, change, chapter_with, checked_book, command, line_of, settings_for, told_of

from nordic_ai.evidence.errors import EvidenceError
from nordic_ai.notebooks.execution import read_chapter
from nordic_ai.notebooks.recordings import carry_edits, edit_in_recording

TYPED = "Typed by an author who thought that this was the chapter."


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a recorded book with one more chapter of the same name in another folder, and build it."""
    project = checked_book(tmp_path_factory.mktemp("recorded") / "project")
    add_pages(project, {"countries/more/short": chapter_with("print('shown')", "North")})
    assert (result := command(project, "record")).returncode == 0, result.stderr
    assert (result := command(project, "check")).returncode == 0, result.stderr
    return project


def with_a_paragraph(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    notebook.cells.append(nbformat.v4.new_markdown_cell(TYPED))
    return notebook


def with_a_sentence(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    notebook.cells[0].source += f"\n\n{TYPED}\n"
    return notebook


def with_a_comment(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    next(cell for cell in notebook.cells if cell.cell_type == "code").source += f"  # {TYPED}"
    return notebook


def with_a_tag(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    next(cell for cell in notebook.cells if cell.cell_type == "code").metadata["tags"] = ["hide-input", TYPED]
    return notebook


def draft_of_the_author(_: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Make a notebook that no command of ours has written."""
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(TYPED)])


@pytest.fixture
def chapter(recorded: Path, tmp_path: Path) -> Path:
    """Give a copy of a chapter and of its recording."""
    shutil.copy(recorded / "chapters" / "short.ipynb", tmp_path)
    return Path(shutil.copy(recorded / "chapters" / "short.md", tmp_path))


@pytest.mark.parametrize("edit", [with_a_paragraph, with_a_sentence, with_a_comment, with_a_tag, draft_of_the_author])
def test_what_is_typed_into_a_recording_is_told_and_carried_over(chapter: Path, edit: Callable) -> None:
    assert edit_in_recording(chapter, read_chapter(chapter)) is None
    file, before = chapter.with_suffix(".ipynb"), chapter.read_text(encoding="utf-8")
    nbformat.write(edit(nbformat.read(file, as_version=4)), file)
    told = str(edit_in_recording(chapter, read_chapter(chapter)))
    assert "short.ipynb: holds text or code" in told and "short.md" in told and "--take-edits" in told
    if edit is draft_of_the_author:
        with pytest.raises(EvidenceError, match="by hand"):
            carry_edits(chapter)
        assert chapter.read_text(encoding="utf-8") == before
        return
    carry_edits(chapter)
    text = chapter.read_text(encoding="utf-8")
    assert TYPED in text and text.startswith(before.split("\n---\n")[0])
    assert edit_in_recording(chapter, read_chapter(chapter)) is None
    assert [row for row in before.splitlines() if row not in text] == []


def test_what_would_be_lost_by_carrying_it_over_stays(chapter: Path) -> None:
    """The chapter was changed as well, or the recording holds what Markdown cannot."""
    file, text = chapter.with_suffix(".ipynb"), chapter.read_text(encoding="utf-8")
    recording = nbformat.read(file, as_version=4)
    recording.cells[0].attachments = {"a.png": {"image/png": "AAAA"}}
    nbformat.write(recording, file)
    carry_edits(chapter)
    assert edit_in_recording(chapter, read_chapter(chapter)) is not None
    nbformat.write(with_a_paragraph(recording), file)
    change(chapter, "Of the chief", "Now, of the chief")
    with pytest.raises(
        EvidenceError, match=r"short.ipynb: holds text or code .* was not made from what short.md holds now"
    ):
        carry_edits(chapter)
    file.write_text("<<<<<<< HEAD", encoding="utf-8")
    with pytest.raises(EvidenceError, match="short.ipynb: is no readable recording; delete it"):
        carry_edits(chapter)
    assert chapter.read_text(encoding="utf-8") == text.replace("Of the chief", "Now, of the chief")


def test_no_command_overwrites_or_passes_over_what_was_typed(recorded: Path, tmp_path: Path) -> None:
    project = shutil.copytree(recorded, tmp_path / "project")
    file = project / "chapters" / "short.ipynb"
    assert command(project, "build_book").returncode == 0
    nbformat.write(with_a_paragraph(nbformat.read(file, as_version=4)), file)
    typed = file.read_bytes()
    for script in ("build_book", "check", "record"):
        result = command(project, script)
        assert result.returncode == 1
        assert "short.md" in told_of(result.stderr, "chapters/short.ipynb: holds text or code"), script
        assert file.read_bytes() == typed
    result = command(project, "record", "--take-edits")
    assert result.returncode == 0, result.stderr
    assert TYPED in (project / "chapters" / "short.md").read_text(encoding="utf-8")
    assert command(project, "check").returncode == 0


LANGUAGE = {"codemirror_mode": {"name": "ipython", "version": 3}, "name": "python", "version": "3.11.7"}


def as_a_browser_writes(value: Any) -> Any:
    """Give what JSON becomes in an editor made of JavaScript, which knows no difference between 8.0 and 8."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {name: as_a_browser_writes(below) for name, below in value.items()}
    return [as_a_browser_writes(below) for below in value] if isinstance(value, list) else value


def save_in_an_editor(file: Path) -> None:
    """Open a recording and save it, with what editors note of the kernel and of each cell."""
    notebook = as_a_browser_writes(json.loads(file.read_text(encoding="utf-8")))
    notebook["metadata"]["language_info"] = LANGUAGE
    time = {"iopub.execute_input": "2026-11-28T10:00:00.000000Z"}
    view = {"editable": True, "slideshow": {"slide_type": ""}, "jupyter": {"outputs_hidden": True}}
    for cell in notebook["cells"]:
        cell["metadata"] |= {"vscode": {"languageId": "python"}, "execution": time, **view}
    file.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def test_saving_in_an_editor_is_no_change(recorded: Path, tmp_path: Path) -> None:
    """JupyterLab with jupytext writes both files, under the settings that jupytext finds in the project."""
    project = shutil.copytree(recorded, tmp_path / "project")
    for folder in ("chapters", "countries/more"):
        chapter, recording = (project / folder / f"short.{ending}" for ending in ("md", "ipynb"))
        written, kept = chapter.read_bytes(), recording.read_bytes()
        save_in_an_editor(recording)
        pair = [sys.executable, "-m", "jupytext", "--sync", recording]
        subprocess.run(pair, cwd=project, env=settings_for(project), capture_output=True, check=True)
        assert recording.read_bytes() != kept, "the editor wrote nothing; mend this test"
        assert chapter.read_text() == written.decode()
    assert (result := command(project, "check")).returncode == 0, result.stderr
    # Nothing has to run again for it, and a recording made anew is what it was.
    assert "2 of 2 recordings are up to date" in command(project, "record").stdout
    assert command(project, "record", "--all").returncode == 0
    assert recording.read_bytes() == kept
    change(recording, '"shown\\n"', '"shows\\n"')
    assert "its outputs are not those that were recorded" in command(project, "check").stderr


def test_code_changed_in_both_files_without_being_run_is_out_of_date(recorded: Path, tmp_path: Path) -> None:
    """So an editor leaves it that saves both: the outputs are those of other code."""
    project = shutil.copytree(recorded, tmp_path / "project")
    for ending in ("md", "ipynb"):
        change(project / "countries" / "more" / f"short.{ending}", "print('shown')", "print('changed')")
    assert "its outputs are not those" in told_of(command(project, "check").stderr, "countries/more/short.md")
    assert command(project, "build_book").returncode == 0
    shown = (project / "_build" / "html" / "countries" / "more" / "short.html").read_text(encoding="utf-8")
    assert re.search(r"<span></span>changed$", shown, re.MULTILINE)


def test_cells_count_wherever_they_stand(recorded: Path, tmp_path: Path) -> None:
    project = shutil.copytree(recorded, tmp_path / "project")
    pages = {"chapters/a/x": "shown by a", "chapters/b/x": "shown by b"}
    add_pages(project, {name: chapter_with(f"print('{words}')", "Ten") for name, words in pages.items()})
    with (project / "about" / "methods.md").open("a", encoding="utf-8") as page:  # which only shows how one is written
        page.write("\n````\n" + CELL % "1" + "````\n")
    checked = command(project, "check").stderr
    assert all(f"{name}.md: has no recording; run `make record`" in checked for name in pages)
    assert (result := command(project, "build_book")).returncode == 0, result.stderr
    assert "2 of 4 recordings are up to date" in command(project, "record").stdout
    for name, words in pages.items():
        assert words in (project / "_build" / "html" / f"{name}.html").read_text(encoding="utf-8")
        assert words in (project / f"{name}.ipynb").read_text(encoding="utf-8")
        assert words in (project / "_build" / ".work" / "html" / "recordings" / f"{name}.ipynb").read_text(
            encoding="utf-8"
        )
    change(project / "chapters" / "b" / "x.md", "print(", "1 / 0, print(")
    line = line_of(project, "chapters/b/x.md", "1 / 0")
    told = f"chapters/b/x.md:{line}: code cell 1 failed: ZeroDivisionError: division by zero"
    assert told in command(project, "build_book").stderr.splitlines()
    # Nothing would run cells without the header, and every build refuses the page.
    cite = project / "about" / "cite.md"
    cite.write_text(cite.read_text(encoding="utf-8") + "\n" + CELL % "1 + 1", encoding="utf-8")
    for script in ("check", "build_book"):
        assert re.search(r"about/cite\.md:1: .*header", command(project, script).stderr)
