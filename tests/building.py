"""Build the book from a copy of the project, so that a test never touches the author's own site."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def copy_of_the_project(target: Path) -> Path:
    """Copy what is under version control or about to be."""
    ignored = shutil.ignore_patterns(".git", ".venv", "_build", "__pycache__", ".*_cache", ".hypothesis", "*.egg-info")
    shutil.copytree(ROOT, target, ignore=ignored)
    return target


def build(project: Path) -> subprocess.CompletedProcess[str]:
    """Run the one command that must build the book by itself."""
    command = [Path(sys.executable).with_name("jupyter-book"), "build", ".", "-W", "-n", "--keep-going"]
    return subprocess.run(command, cwd=project, env=settings_for(project), capture_output=True, text=True, check=False)


def small_book(target: Path, body: str) -> Path:
    """Make a copy of the project whose themes are one chapter, `short`, with the given body."""
    project = copy_of_the_project(target)
    head = (project / "chapters" / "strategy.md").read_text(encoding="utf-8").split("---\n")[1]
    shutil.rmtree(project / "chapters")
    (project / "chapters").mkdir()
    (project / "chapters" / "short.md").write_text(f"---\n{head}---\n\n{body}", encoding="utf-8")
    (project / "index.md").write_text("# Front\n", encoding="utf-8")
    for page in project.glob("*.md"):  # the other pages stay, without their links to chapters
        text = re.sub(r"\[[^\]]*\]\(chapters/\w+\.md\)", "a chapter", page.read_text(encoding="utf-8"))
        page.write_text(text, encoding="utf-8")
    toc = project / "_toc.yml"
    pages = re.sub(r"( +- file: chapters/\w+\n)+", "      - file: chapters/short\n", toc.read_text(encoding="utf-8"))
    toc.write_text(pages, encoding="utf-8")
    return project


def settings_for(project: Path) -> dict[str, str]:
    """Give an environment in which the copy's own library is used, and dates are fixed."""
    return os.environ | {"PYTHONPATH": str(project / "src"), "SOURCE_DATE_EPOCH": "1780000000"}


def command(project: Path, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one of the copy's own commands."""
    return subprocess.run(
        [sys.executable, f"scripts/{script}.py", *arguments],
        cwd=project,
        env=settings_for(project),
        capture_output=True,
        text=True,
        check=False,
    )


def files_of(folder: Path) -> dict[str, bytes]:
    """Read every file of a folder, by its path there."""
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
