"""A chapter can be opened and saved in JupyterLab or VS Code without a change, and the preview says what is wrong."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from typing import Any

import jupytext
import pytest
from building import (
    FIGURE,
    ROOT,
    build,
    change,
    change_the_datum,
    command,
    kill,
    settings_for,
    small_book,
    start,
    wait_until,
)

LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
    "version": "3.11.7",
}
CHAPTER = f"# Short\n\nOf those who answered, {{ev}}`dansk-erhverv-2024/use/uses` said that they use it.\n\n{FIGURE}"


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a book with a chapter that has been recorded, and with tags and a description as chapters may have."""
    project = small_book(tmp_path_factory.mktemp("recorded") / "project", CHAPTER)
    chapter = project / "chapters" / "short.md"
    change(chapter, "---\njupytext:", "---\ndescription: What a few of those who lead said.\njupytext:")
    change(chapter, "{code-cell} ipython3\n", "{code-cell} ipython3\n:tags: [hide-input]\n\n")
    assert (result := command(project, "record")).returncode == 0, result.stderr
    return project


def as_a_browser_writes(value: Any) -> Any:
    """Give what JSON becomes in an editor made of JavaScript, which knows no difference between 8.0 and 8."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {name: as_a_browser_writes(below) for name, below in value.items()}
    return [as_a_browser_writes(below) for below in value] if isinstance(value, list) else value


def save_in_an_editor(file: Path, cells: dict[str, Any], kernel: str = "Python 3 (ipykernel)") -> None:
    """Open a recording and save it, with what the editor notes of kernel and language and of each cell."""
    notebook = as_a_browser_writes(json.loads(file.read_text(encoding="utf-8")))
    notebook["metadata"]["kernelspec"]["display_name"] = kernel
    notebook["metadata"]["language_info"] = LANGUAGE
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["metadata"] |= cells
    file.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def save_in_vs_code(project: Path) -> None:
    """VS Code writes the notebook alone, and gives the kernel the name of the environment."""
    save_in_an_editor(project / "chapters" / "short.ipynb", {"vscode": {"languageId": "python"}}, ".venv (3.11.7)")


def save_in_jupyterlab(project: Path) -> None:
    """JupyterLab with jupytext writes both, under the settings that jupytext finds in the project."""
    times = {"iopub.execute_input": "2026-11-28T10:00:00.000000Z", "shell.execute_reply": "2026-11-28T10:00:01.000000Z"}
    view = {"editable": True, "slideshow": {"slide_type": ""}, "jupyter": {"outputs_hidden": True}}
    recording = project / "chapters" / "short.ipynb"
    save_in_an_editor(recording, {"execution": times, "vscode": {"languageId": "python"}, **view})
    pair = [sys.executable, "-m", "jupytext", "--sync", "chapters/short.ipynb"]
    os.utime(recording, (later := (project / "chapters" / "short.md").stat().st_mtime + 10, later))
    subprocess.run(pair, cwd=project, env=settings_for(project), capture_output=True, check=True)


@pytest.mark.parametrize("save", [save_in_jupyterlab, save_in_vs_code])
def test_saving_in_an_editor_is_no_change(recorded: Path, tmp_path: Path, save: Callable[[Path], None]) -> None:
    project = shutil.copytree(recorded, tmp_path / "project")
    chapter, recording = (project / "chapters" / f"short.{ending}" for ending in ("md", "ipynb"))
    written, kept = chapter.read_bytes(), recording.read_bytes()
    save(project)
    assert recording.read_bytes() != kept, "the editor wrote nothing; mend this test"
    assert chapter.read_bytes() == written
    assert (result := command(project, "record", "--check")).returncode == 0, result.stderr
    if save is save_in_jupyterlab:  # which changes more
        assert build(project).returncode == 0  # with nothing that runs again
        assert command(project, "record").returncode == 0
        assert recording.read_bytes() == kept


def test_a_number_that_was_changed_in_an_editor_is_still_told(recorded: Path, tmp_path: Path) -> None:
    project = shutil.copytree(recorded, tmp_path / "project")
    save_in_vs_code(project)
    change(project / "chapters" / "short.ipynb", '"value": 79', '"value": 78')
    assert "short" in command(project, "record", "--check").stderr


@pytest.mark.record
def test_chapters_are_written_as_jupytext_writes_them() -> None:
    """So that the first save of a chapter changes no line of it; the template begins new ones like that."""
    settings = jupytext.config.load_jupytext_configuration_file(str(ROOT / "pyproject.toml"))
    headed = [file for file in ROOT.glob("**/*.md") if "format_name: myst" in file.read_text("utf-8")[:400]]
    for file in (file for file in headed if not {"_build", ".venv", "tests"} & set(file.relative_to(ROOT).parts)):
        text = file.read_text(encoding="utf-8")
        notebook = jupytext.reads(text, fmt="md:myst")
        assert jupytext.writes(notebook, fmt="md:myst", config=settings) == text, file.name


def test_the_way_with_an_editor_is_documented_and_its_settings_come_with_the_project() -> None:
    written = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert all(word in written for word in ("JupyterLab", "VS Code", "jupytext", "MyST"))
    settings, extensions = (
        json.loads(re.sub(r"^\s*//.*$", "", (ROOT / ".vscode" / f"{name}.json").read_text("utf-8"), flags=re.MULTILINE))
        for name in ("settings", "extensions")
    )
    ((schema, files),) = settings["yaml.schemas"].items()
    assert (ROOT / schema).is_file() and list(ROOT.glob(files))
    for name in ("yaml", "myst", "python", "ruff"):
        assert any(name in extension for extension in extensions["recommendations"])


def shown(address: str) -> str:
    """Give a page as it is served; nothing while the site is being replaced."""
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            assert answer.headers["Cache-Control"] == "no-store"  # else a browser would not ask for what is wrong now
            return html.unescape(answer.read().decode())
    except urllib.error.HTTPError as error:
        return html.unescape(error.read().decode())
    except (OSError, HTTPException):
        return ""


@contextmanager
def preview(project: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start the preview of a book; give the process, and the address of the chapter."""
    server = start(project, "scripts/serve.py", "--port", "0")
    try:
        found = next(found for line in server.stdout if (found := re.search(r"Serving on (http://\S+);", line)))
        yield server, f"{found[1]}/chapters/short.html"
    finally:
        kill(server)


OF_A_RECORD = ("publisher:", "publsher:")
OF_A_CELL = ("from nordic_ai import charts", "1 / 0\nfrom nordic_ai import charts")


def test_the_preview_follows_changes_and_shows_mistakes(recorded: Path, tmp_path: Path) -> None:
    """Over the last good site, or where there is none yet; the page reloads when they are mended."""
    project = shutil.copytree(recorded, tmp_path / "project")
    record, chapter = project / "data" / "sources" / "dansk-erhverv-2024.yml", project / "chapters" / "short.md"
    change(record, *OF_A_RECORD)
    with preview(project) as (server, address):
        wait_until(lambda: "publsher" in shown(address), 10)
        assert "79%" not in shown(address) and "websocket-reload" in shown(address)
        change(record, *reversed(OF_A_RECORD))
        wait_until(lambda: "79%" in shown(address) and "publsher" not in shown(address))
        assert "websocket-reload" in shown(address) and 'role="alert"' not in shown(address)
        change(chapter, *OF_A_CELL)
        wait_until(lambda: 'role="alert"' in shown(address))
        assert all(words in shown(address) for words in ("ZeroDivisionError", "the last good site stays", "79%"))
        assert server.poll() is None
        change_the_datum(project)
        change(chapter, *reversed(OF_A_CELL))
        wait_until(lambda: "78%" in shown(address) and 'role="alert"' not in shown(address))
