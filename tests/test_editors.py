"""A chapter can be opened and saved in JupyterLab or VS Code without a change, and the preview says what is wrong."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import urllib.request
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest
from building import ROOT, build, change, checked_book, command, kill, settings_for, start, wait_until

LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
    "version": "3.11.7",
}


def as_a_browser_writes(value: Any) -> Any:
    """Give what JSON becomes in an editor made of JavaScript, which knows no difference between 8.0 and 8."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {name: as_a_browser_writes(below) for name, below in value.items()}
    return [as_a_browser_writes(below) for below in value] if isinstance(value, list) else value


def save_in_an_editor(file: Path, cells: dict[str, Any]) -> None:
    """Open a recording and save it, with what the editor notes of the language and of each cell."""
    notebook = as_a_browser_writes(json.loads(file.read_text(encoding="utf-8")))
    notebook["metadata"]["language_info"] = LANGUAGE
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["metadata"] |= cells
    file.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def save_in_vs_code(project: Path) -> None:
    """VS Code writes the notebook alone."""
    save_in_an_editor(project / "chapters" / "short.ipynb", {"vscode": {"languageId": "python"}})


def save_in_jupyterlab(project: Path) -> None:
    """JupyterLab with jupytext writes both, under the settings that jupytext finds in the project."""
    times = {"iopub.execute_input": "2026-11-28T10:00:00.000000Z", "shell.execute_reply": "2026-11-28T10:00:01.000000Z"}
    save_in_an_editor(project / "chapters" / "short.ipynb", {"execution": times})
    pair = [sys.executable, "-m", "jupytext", "--sync", "chapters/short.ipynb"]
    subprocess.run(pair, cwd=project, env=settings_for(project), capture_output=True, check=True)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = checked_book(tmp_path_factory.mktemp("recorded") / "project")
    assert (result := command(project, "record")).returncode == 0, result.stderr
    return project


@pytest.mark.parametrize("save", [save_in_jupyterlab, save_in_vs_code])
def test_saving_in_an_editor_is_no_change(recorded: Path, tmp_path: Path, save: Any) -> None:
    project = shutil.copytree(recorded, tmp_path / "project")
    chapter, recording = (project / "chapters" / f"short.{ending}" for ending in ("md", "ipynb"))
    written, kept = chapter.read_bytes(), recording.read_bytes()
    save(project)
    assert recording.read_bytes() != kept, "the editor wrote nothing; mend this test"
    assert chapter.read_bytes() == written
    assert (result := command(project, "check")).returncode == 0, result.stderr
    # Nothing has to run again for it, and a recording made anew is what it was.
    assert build(project).returncode == 0
    assert command(project, "record").returncode == 0
    assert recording.read_bytes() == kept


def test_a_number_that_was_changed_in_an_editor_is_still_told(recorded: Path, tmp_path: Path) -> None:
    project = shutil.copytree(recorded, tmp_path / "project")
    save_in_vs_code(project)
    change(project / "chapters" / "short.ipynb", '"value": 79', '"value": 78')
    assert "short" in command(project, "check").stderr


def test_the_way_with_an_editor_is_documented_and_its_settings_come_with_the_project() -> None:
    written = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert all(word in written for word in ("JupyterLab", "VS Code", "jupytext"))
    for file in (ROOT / ".vscode").glob("*.json"):
        json.loads(re.sub(r"^\s*//.*$", "", file.read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert (ROOT / ".vscode" / "settings.json").is_file() and (ROOT / ".vscode" / "extensions.json").is_file()


def shown(address: str) -> str:
    """Give a page as it is served; nothing while the site is being replaced."""
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return answer.read().decode()
    except (OSError, HTTPException):
        return ""


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("chapters/short.md", "{ev}`dansk-erhverv-2024/use/uses`", "{ev}`no/such-number`", "no/such-number"),
        ("data/sources/dansk-erhverv-2024.yml", "publisher:", "publsher:", "publsher"),
        ("chapters/short.md", "from nordic_ai import charts", "1 / 0\nfrom nordic_ai import charts", "ZeroDivisionError"),
    ],
    ids=["page", "record", "cell"],
)  # fmt: skip
def test_the_preview_shows_in_the_browser_what_is_wrong(
    recorded: Path, tmp_path: Path, name: str, old: str, new: str, told: str
) -> None:
    """Over the last good site, until it is mended."""
    project = shutil.copytree(recorded, tmp_path / "project")
    server = start(project, "scripts/serve.py", "--port", "0")
    try:
        found = next(found for line in server.stdout if (found := re.search(r"Serving on (http://\S+);", line)))
        address = f"{found[1]}/chapters/short.html"
        wait_until(lambda: "79%" in shown(address), 30)
        change(project / name, old, new)
        next(line for line in server.stdout if "the last good site stays" in line)
        wait_until(lambda: told in shown(address), 10)
        assert "79%" in shown(address)
        change(project / name, new, old)
        wait_until(lambda: "79%" in shown(address) and told not in shown(address), 60)
    finally:
        kill(server)
