"""A chapter can be opened and saved in JupyterLab or VS Code without a change, and the preview says what is wrong."""

from __future__ import annotations

import html
import json
import re
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path

import jupytext
import pytest
from building import ROOT, change, change_the_datum, checked_book, kill, start, wait_until


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


def test_the_preview_follows_changes_and_shows_mistakes(tmp_path: Path) -> None:
    """Over the last good site, or where there is none yet; the page reloads when they are mended."""
    project = checked_book(tmp_path / "project")
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
