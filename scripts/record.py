"""Run the chapters and write the notebook with its outputs beside each."""

import sys
from pathlib import Path

from command_line import CommandError, argument, command, print_problems, require_known
from tqdm import tqdm

from nordic_ai.evidence.contents import read_settings
from nordic_ai.evidence.errors import Problem, collect
from nordic_ai.evidence.loading import find_root, read_evidence
from nordic_ai.figures.drawn_chart import draw_charts
from nordic_ai.fingerprint import output_fingerprints
from nordic_ai.notebooks.execution import chapter_files, in_background, read_chapters
from nordic_ai.notebooks.recordings import carry_edits, record, recording_problems


@command(
    argument("--check", action="store_true", help="run nothing; say which recordings are out of date and why"),
    argument("--all", dest="every", action="store_true", help="run all chapters, also those that are up to date"),
    argument("--take-edits", action="store_true", help="first carry what was written into recordings to the chapters"),
    argument("names", nargs="*", help="chapters by name, as in `strategy`; those out of date when left out"),
    unchanged="what was not named as recorded stays as it was",
)
def main(check: bool, every: bool, take_edits: bool, names: list[str]) -> int:
    """Record the chapters that are out of date, or those named."""
    root = find_root()
    files = chapter_files(root)
    require_known("chapter", names, dict.fromkeys(file.stem for file in files))
    chosen = [file for file in files if not names or file.stem in names]
    fingerprints = output_fingerprints(root)
    if check:
        problems = [problem for file in chosen for problem in recording_problems(file, fingerprints)]
        return print_problems(problems, f"recordings up to date: {len(chosen)}")
    try:
        settings = read_settings(root).data
        timeout = (settings.get("execute") or {}).get("timeout", 30)  # in seconds; as Jupyter Book reads it
    except AttributeError:
        raise CommandError("_config.yml: `execute` must hold settings, each with its name") from None
    read_evidence(root)  # so that a mistake in it is told once, not by each chapter
    if not (names or every):
        chosen = [file for file in chosen if recording_problems(file, fingerprints)]
        print(f"{len(files) - len(chosen)} of {len(files)} recordings are up to date already")
    problems: list[Problem] = []
    for file in chosen if take_edits else ():
        with collect(problems):
            carry_edits(file)
    chapters, unread = read_chapters(chosen)
    problems += unread
    with tqdm(total=len(chapters), unit="chapter", disable=None) as bar:

        def recorded(file: Path, seconds: float) -> None:
            bar.write(f"{file.stem}: recorded in {seconds:.1f} s", file=sys.stdout)
            bar.update()

        # In the background, because the main thread must be free to be interrupted.
        running = in_background(lambda: record(chapters, root, timeout=timeout, draw=draw_charts, recorded=recorded))
        problems += running.result()
    for problem in problems:
        print(f"{problem}; the old recording stays", file=sys.stderr)
    return 1 if problems else 0
