"""Check data, notebooks and code in seconds, before anything is built."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from command_line import argument, command, print_problems
from new_chapter import TEMPLATE

from nordic_ai.analysis.report import Report, load_report
from nordic_ai.authoring.confirmations import note_as_read
from nordic_ai.authoring.messages import catalogue_problems, gather
from nordic_ai.authoring.scaffold import SCHEMA_FILE, left_of_the_template, schema_text
from nordic_ai.authoring.text_checks import prose_problems
from nordic_ai.evidence.citation import read_citation
from nordic_ai.evidence.contents import read_settings
from nordic_ai.evidence.errors import collect
from nordic_ai.evidence.languages import languages
from nordic_ai.evidence.loading import find_root
from nordic_ai.evidence.vocabularies import read_glossary
from nordic_ai.fingerprint import output_fingerprints
from nordic_ai.notebooks.execution import chapter_files
from nordic_ai.notebooks.recordings import recording_problems


def check_report(root: Path, report: Report) -> Iterator[object]:
    """Check the numbers, the pages and the recordings."""
    print(
        f"data: publications ({len(report.evidence.sources)}), observations ({len(report.observations)}), "
        f"decisions on what may be compared ({len(report.decisions)})"
    )
    schema = root / SCHEMA_FILE
    if not schema.exists() or schema.read_bytes() != schema_text(report.evidence).encode("utf-8"):
        yield f"{SCHEMA_FILE} does not match the model; run `make schema`"
    yield from prose_problems(root, report)
    print("texts: numbers, ids, links, headings, sentences and spelling")
    if others := languages(root):
        yield from catalogue_problems(root, gather(root, report))
    print(f"messages: catalogues of other languages ({len(others)})")
    chapters = chapter_files(root)
    if not chapters:
        yield "chapters: holds no chapter; each is one .md file"
    fingerprints = output_fingerprints(root)
    for file in chapters:
        yield from left_of_the_template(TEMPLATE, file)
        yield from recording_problems(file, fingerprints)
    print(f"notebooks: chapters and their recordings ({len(chapters)})")


@command(argument("--confirm", nargs="+", default=[], metavar="PAGE", help="only note that it was read again"))
def main(confirm: list[str]) -> int:
    """Run every check and print what is wrong, or note which pages have been read again."""
    root = find_root()
    for name in confirm:
        note_as_read((root / name).with_suffix(".md"), load_report())
        print(f"{name}: noted as read with all records")
    if confirm:
        return 0
    problems: list[object] = []
    with collect(problems):  # broken evidence would only hide what is wrong with the pages
        problems += check_report(root, load_report())
    for read in (read_glossary, read_citation, read_settings):  # which the evidence does without
        with collect(problems):
            read(root)
    for step in (["check"], ["format", "--check"]):
        ruff = [sys.executable, "-m", "ruff", *step, "--quiet", "."]
        result = subprocess.run(ruff, cwd=root, capture_output=True, text=True, check=False)
        if result.returncode:
            problems.append(result.stdout.strip() or result.stderr.strip())
    print("code: ruff")
    return print_problems(problems, "all is well")
