"""Renew the lock files: the exact versions of everything that pyproject.toml asks for, on any Python it allows."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tomllib
from pathlib import Path

HEADER = """-e .
# Every version that the project is built and tested with, for Python 3.11 and later.
# Made by `make lock` from pyproject.toml; do not edit.
"""
WAY_OUT_HEADER = """# The versions, of a current Sphinx above all, with which the book is built without Jupyter Book.
# Made by `make lock` from pyproject.toml; do not edit.
"""
# What Jupyter Book brings along and the book needs without it.
WAY_OUT_NEEDS = ["sphinx>=8", "sphinx-external-toc>=1.1"]


def main() -> int:
    """Resolve the versions and write the files, or leave the old ones where that fails."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    root = Path(__file__).resolve().parent.parent
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "uv"], check=True)
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    without = [name for name in project["dependencies"] if not name.startswith("jupyter-book")] + WAY_OUT_NEEDS
    try:
        texts = {
            root / "requirements.txt": HEADER + resolve(root, ["--all-extras", "pyproject.toml"]),
            root / "tests" / "way_out.txt": WAY_OUT_HEADER + resolve(root, ["-"], "\n".join(without)),
        }
    except subprocess.CalledProcessError as error:
        print(
            f"lock: the versions cannot be resolved; the lock files stay as they were\n{error.stderr}", file=sys.stderr
        )
        return 1
    for file, text in texts.items():
        file.write_text(text, encoding="utf-8")
    return 0


def resolve(root: Path, arguments: list[str], wanted: str = "") -> str:
    """Give the exact versions for what is wanted, as the lines of a requirements file."""
    command = [sys.executable, "-m", "uv", "pip", "compile", "--universal", "--python-version", "3.11", "--upgrade"]
    quiet = ["--no-emit-index-url", "--no-emit-find-links", "--no-header", "--quiet"]
    result = subprocess.run(
        [*command, *quiet, *arguments], cwd=root, input=wanted, capture_output=True, text=True, check=True
    )
    return result.stdout


if __name__ == "__main__":
    sys.exit(main())
