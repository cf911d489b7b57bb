"""Renew requirements.txt: the exact versions of everything that pyproject.toml asks for, on any Python it allows."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

HEADER = """-e .
# Every version that the project is built and tested with, for Python 3.11 and later.
# Made by `make lock` from pyproject.toml; do not edit.
"""


def main() -> int:
    """Resolve the versions and write the file, or leave the old one where that fails."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    root = Path(__file__).resolve().parent.parent
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "uv"], check=True)
    resolve = [sys.executable, "-m", "uv", "pip", "compile", "--universal", "--python-version", "3.11", "--upgrade"]
    quiet = ["--all-extras", "--no-emit-index-url", "--no-emit-find-links", "--no-header", "--quiet"]
    result = subprocess.run([*resolve, *quiet, "pyproject.toml"], cwd=root, capture_output=True, text=True)
    if result.returncode:
        print(
            f"lock: the versions cannot be resolved; requirements.txt stays as it was\n{result.stderr}", file=sys.stderr
        )
        return 1
    (root / "requirements.txt").write_text(HEADER + result.stdout, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
