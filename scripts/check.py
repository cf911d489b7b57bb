"""Check data, notebooks and code in seconds, before anything is built."""

from __future__ import annotations

import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from pathlib import Path

from command_line import command

from nordic_ai.analysis.report import Report
from nordic_ai.authoring.schema import SCHEMA_FILE, schema_text
from nordic_ai.authoring.text_checks import prose_problems
from nordic_ai.evidence.citation import read_citation
from nordic_ai.evidence.errors import EvidenceError
from nordic_ai.evidence.loading import find_root, read_evidence
from nordic_ai.evidence.vocabularies import read_glossary
from nordic_ai.fingerprint import output_fingerprints
from nordic_ai.notebooks.execution import chapter_files
from nordic_ai.notebooks.recordings import recording_problems


@command()
def main(_: Namespace) -> int:
    """Run every check and print what is wrong."""
    root = find_root()
    problems = [problem for check in (check_report, check_files, check_code) for problem in check(root)]
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{len(problems)} problems" if problems else "all is well")
    return 1 if problems else 0


def check_report(root: Path) -> Iterator[str]:
    """Check the evidence, the pages and the recordings; broken evidence would only hide what is wrong with the rest."""
    try:
        report = Report(read_evidence(root))
        print(
            f"data: {len(report.evidence.sources)} publications, {len(report.observations)} observations, "
            f"{len(report.decisions)} decisions on what may be compared"
        )
    except EvidenceError as error:
        yield from map(str, error.problems)
        return
    schema = root / SCHEMA_FILE
    if not schema.exists() or schema.read_bytes() != schema_text(root).encode("utf-8"):
        yield f"{SCHEMA_FILE} does not match the model; run `make schema`"
    yield from map(str, prose_problems(root, report))
    print("texts: numbers, ids, links, headings, sentences and spelling")
    chapters = chapter_files(root)
    if not chapters:
        yield "chapters: holds no chapter; each is one .md file"
    fingerprints = output_fingerprints(root)
    for file in chapters:
        yield from recording_problems(file, fingerprints)
    print(f"notebooks: {len(chapters)} chapters and their recordings")


def check_files(root: Path) -> Iterator[str]:
    """Check the files that the evidence does without."""
    readers: tuple[Callable[[Path], object], ...] = (read_glossary, read_citation)
    for read in readers:
        try:
            read(root)
        except EvidenceError as error:
            yield from map(str, error.problems)


def check_code(root: Path) -> Iterator[str]:
    """Check the code with ruff."""
    for step in (["check"], ["format", "--check"]):
        ruff = [sys.executable, "-m", "ruff", *step, "--quiet", "."]
        result = subprocess.run(ruff, cwd=root, capture_output=True, text=True, check=False)
        if result.returncode:
            yield result.stdout.strip() or result.stderr.strip()
    print("code: ruff")


if __name__ == "__main__":
    sys.exit(main())
