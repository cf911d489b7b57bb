"""Build the site from scratch, and replace the last one only if the new one is complete."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from nordic_ai.evidence import find_root


def main() -> int:
    """Build beside the published folder, swap on success, and return the exit code."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    root = find_root()
    aside = root / "_build" / "next"
    shutil.rmtree(aside, ignore_errors=True)
    # Everything is built anew: after a failed build, a second one with -W would pass without reading the page again.
    strict = ["-W", "-n", "--keep-going"]
    jupyter_book = Path(sys.executable).with_name("jupyter-book")
    command = [jupyter_book, "build", str(root), *strict, "--path-output", str(aside)]
    if subprocess.run(command, cwd=root).returncode:
        print("build_book: the build failed (see above); the last good site stays as it was", file=sys.stderr)
        return 1
    published = root / "_build" / "html"
    replace(aside / "_build" / "html", published)
    shutil.rmtree(aside, ignore_errors=True)
    print(f"\nThe site is in {published}; open {published / 'index.html'} in a browser.")
    return 0


def replace(new: Path, published: Path) -> None:
    """Put a finished site in the place of the last one."""
    old = published.with_name("html.old")
    shutil.rmtree(old, ignore_errors=True)
    if published.exists():
        published.rename(old)
    new.rename(published)
    shutil.rmtree(old, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
