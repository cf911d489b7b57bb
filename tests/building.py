"""Build the book from a copy of the project, so that a test never touches the author's own site."""

from __future__ import annotations

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
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
