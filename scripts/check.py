"""Check data, notebooks and code in seconds, before anything is built."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from command_line import command, print_problems

from nordic_ai.analysis.report import Report
from nordic_ai.authoring.scaffold import SCHEMA_FILE, schema_text
from nordic_ai.authoring.text_checks import prose_problems
from nordic_ai.evidence.citation import read_citation
from nordic_ai.evidence.errors import collect
from nordic_ai.evidence.loading import find_root, read_evidence
from nordic_ai.evidence.vocabularies import read_glossary
from nordic_ai.fingerprint import output_fingerprints
from nordic_ai.notebooks.execution import chapter_files
from nordic_ai.notebooks.recordings import recording_problems


def check_report(root: Path, report: Report) -> Iterator[object]:
    """Check the numbers, the pages and the recordings."""
    print(
        f"data: {len(report.evidence.sources)} publications, {len(report.observations)} observations, "
        f"{len(report.decisions)} decisions on what may be compared"
    )
    schema = root / SCHEMA_FILE
    if not schema.exists() or schema.read_bytes() != schema_text(report.evidence).encode("utf-8"):
        yield f"{SCHEMA_FILE} does not match the model; run `make schema`"
    yield from prose_problems(root, report)
    print("texts: numbers, ids, links, headings, sentences and spelling")
    chapters = chapter_files(root)
    if not chapters:
        yield "chapters: holds no chapter; each is one .md file"
    fingerprints = output_fingerprints(root)
    for file in chapters:
        yield from recording_problems(file, fingerprints)
    print(f"notebooks: {len(chapters)} chapters and their recordings")


@command()
def main() -> int:
    """Run every check and print what is wrong."""
    root = find_root()
    problems: list[object] = []
    with collect(problems):  # broken evidence would only hide what is wrong with the pages
        problems += check_report(root, Report(read_evidence(root)))
    for read in (read_glossary, read_citation):  # which the evidence does without
        with collect(problems):
            read(root)
    for step in (["check"], ["format", "--check"]):
        ruff = [sys.executable, "-m", "ruff", *step, "--quiet", "."]
        result = subprocess.run(ruff, cwd=root, capture_output=True, text=True, check=False)
        if result.returncode:
            problems.append(result.stdout.strip() or result.stderr.strip())
    print("code: ruff")
    return print_problems(problems, "all is well")
