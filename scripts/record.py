"""Execute the chapters and write the notebook with its outputs beside each."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import yaml
from nbformat import NotebookNode
from tqdm import tqdm

from nordic_ai.evidence.errors import EvidenceError, Problem
from nordic_ai.evidence.loading import find_root, read_evidence
from nordic_ai.notebooks.execution import ChapterError, beside, chapter_files, execute, read_chapter
from nordic_ai.notebooks.fingerprint import output_fingerprints
from nordic_ai.notebooks.recordings import recording_problems, write_recording


def main() -> int:
    """Record all chapters, or those named, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="run nothing; say which recordings are out of date and why"
    )
    parser.add_argument("names", nargs="*", help="chapters by name, as in `strategy`; all when left out")
    options = parser.parse_args()
    root = find_root()
    files = {file.stem: file for file in chapter_files(root)}
    unknown = sorted(set(options.names) - set(files))
    if unknown:
        print(f"record: no chapter {', '.join(unknown)}; there are {', '.join(files)}", file=sys.stderr)
        return 1
    chosen = [files[name] for name in options.names or files]
    return check(root, chosen) if options.check else record(root, chosen)


def check(root: Path, files: list[Path]) -> int:
    """Say which recordings are out of date, and why."""
    fingerprints = output_fingerprints(root)
    problems = [problem for file in files for problem in recording_problems(file, fingerprints)]
    print("\n".join(problems) or f"{len(files)} recordings are up to date")
    return 1 if problems else 0


def record(root: Path, files: list[Path]) -> int:
    """Run the chapters, several at a time, and write the recording of each that ran."""
    try:
        timeout = cell_timeout(root)
        read_evidence(root)
    except EvidenceError as error:
        print(f"{error}\nrecord: nothing was recorded", file=sys.stderr)
        return 1
    fingerprints = output_fingerprints(root)
    chapters: dict[Path, NotebookNode] = {}
    errors: list[ChapterError] = []
    for file in files:
        try:
            chapters[file] = read_chapter(file)
        except ChapterError as error:
            errors.append(error)
    with tqdm(total=len(chapters), unit="chapter", disable=None) as bar:

        def finished(file: Path, seconds: float) -> None:
            if output_fingerprints(root) != fingerprints:
                raise ChapterError(f"{file.name}: data, code or lock file changed while it ran; record it again")
            write_recording(file, chapters[file], fingerprints)
            bar.write(f"{file.stem}: recorded in {seconds:.1f} s", file=sys.stdout)
            bar.update()

        try:
            errors += beside(lambda: execute(chapters, timeout, finished)).result()
        except KeyboardInterrupt:
            sys.stdout.flush()
            print("record: interrupted; what was not told as recorded stays as it was", file=sys.stderr, flush=True)
            os._exit(1)  # else it would wait for its kernels, which end with it
    for error in errors:
        print(f"{error}; the old recording stays", file=sys.stderr)
    return 1 if errors else 0


def cell_timeout(root: Path) -> int:
    """Give the seconds that one cell may take: the same when recording as when building.

    Raises
    ------
    EvidenceError
        If the settings cannot be read.
    """
    file = root / "_config.yml"
    try:
        settings = yaml.safe_load(file.read_text(encoding="utf-8"))
        return settings.get("execute", {}).get("timeout", 30)  # what Jupyter Book takes where none is given
    except (ValueError, AttributeError, yaml.YAMLError) as error:
        raise EvidenceError([Problem(file, f"cannot be read: {' '.join(str(error).split())}")]) from None


if __name__ == "__main__":
    sys.exit(main())
