"""Check data, notebooks and code in seconds, before anything is built."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from nordic_ai.analysis.report import Report
from nordic_ai.authoring.schema import SCHEMA_FILE, read_schema, source_schema
from nordic_ai.authoring.text_checks import prose_problems
from nordic_ai.evidence.citation import read_citation
from nordic_ai.evidence.errors import EvidenceError
from nordic_ai.evidence.glossary import read_glossary
from nordic_ai.evidence.loading import find_root, read_evidence
from nordic_ai.fingerprint import output_fingerprints
from nordic_ai.notebooks.execution import chapter_files
from nordic_ai.notebooks.recordings import recording_problems


def main() -> int:
    """Run every check, print what is wrong, and return the exit code."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    root = find_root()
    problems: list[str] = []
    try:
        report = Report(read_evidence(root))
        print(
            f"data: {len(report.evidence.sources)} publications, {len(report.observations)} observations, "
            f"{len(report.decisions)} decisions on what may be compared"
        )
        if read_schema(root) != source_schema(root):
            problems.append(f"{SCHEMA_FILE} does not match the model; run `make schema`")
        problems += map(str, prose_problems(root, report))
        print("texts: numbers, ids, links, headings, sentences and spelling")
        problems += check_notebooks(root)
    except EvidenceError as error:  # what follows from broken data would only hide what is wrong with them
        problems.extend(str(problem) for problem in error.problems)
    for read in (read_glossary, read_citation):
        try:
            read(root)
        except EvidenceError as error:
            problems.extend(str(problem) for problem in error.problems)
    for command in (["check"], ["format", "--check"]):
        result = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--quiet", "."], cwd=root, capture_output=True, text=True
        )
        if result.returncode:
            problems.append(result.stdout.strip() or result.stderr.strip())
    print("code: ruff")
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{len(problems)} problems" if problems else "all is well")
    return 1 if problems else 0


def check_notebooks(root: Path) -> list[str]:
    """Check the chapters' recordings."""
    chapters = chapter_files(root)
    problems = [] if chapters else ["chapters: holds no chapter; each is one .md file"]
    fingerprints = output_fingerprints(root)
    for file in chapters:
        problems.extend(recording_problems(file, fingerprints))
    print(f"notebooks: {len(chapters)} chapters and their recordings")
    return problems


if __name__ == "__main__":
    sys.exit(main())
