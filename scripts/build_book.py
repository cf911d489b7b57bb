"""Build the site from scratch, and replace the last one only if the new one is complete."""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path

from nordic_ai.comparability import decisions
from nordic_ai.errors import EvidenceError
from nordic_ai.evidence import find_root, load_evidence

# What an author must know of a failed build; the whole of it is in the log.
_TELLING = re.compile(r"\b(WARNING|ERROR|CRITICAL): |^(\w+\.)*\w*(Error|Exception|Kernel\w*): |: the figure id ")


def main() -> int:
    """Build beside the published folder, swap on success, and return the exit code."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    root = find_root()
    try:
        decisions(load_evidence(root))
    except EvidenceError as error:
        print(error, file=sys.stderr)
        return 1
    aside, log = root / "_build" / "next", root / "_build" / "build.log"
    shutil.rmtree(aside, ignore_errors=True)
    log.parent.mkdir(exist_ok=True)
    print("building, which takes about half a minute …", flush=True)
    # Everything is built anew: after a failed build, a second one with -W would pass without reading the page again.
    strict = ["-W", "-n", "--keep-going"]
    jupyter_book = Path(sys.executable).with_name("jupyter-book")
    command = [jupyter_book, "build", str(root), *strict, "--path-output", str(aside)]
    try:
        with log.open("w", encoding="utf-8") as output:
            failed = subprocess.run(command, cwd=root, stdout=output, stderr=subprocess.STDOUT).returncode
        if failed:
            print("\n".join(telling_lines(log.read_text(encoding="utf-8"))), file=sys.stderr)
            print(f"build_book: the build failed; the last good site stays; the whole log is in {log}", file=sys.stderr)
            return 1
        published = root / "_build" / "html"
        replace(aside / "_build" / "html", published)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    print(f"The site is in {published}; open {published / 'index.html'} in a browser.")
    return 0


def telling_lines(log: str) -> list[str]:
    """Pick from a build's log the lines that say what is wrong, each once."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", log)
    lines = (line.strip() for line in plain.splitlines() if "[IPKernelApp]" not in line)
    return list(dict.fromkeys(line for line in lines if _TELLING.search(line)))


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
