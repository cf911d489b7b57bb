"""Measure how long builds take, as ratios to the same book with plain settings, side by side in one run.

The plain book executes every notebook on every build, one after the other, and shows charts with Altair's default
renderer. The floor is what no build can do without: one Python process that imports the library once, runs all
cells and writes what they give, with and without drawing the charts.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from importlib.metadata import version
from pathlib import Path

from command_line import CommandError, argument, command
from jinja2 import Template

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "docs" / "benchmark.md"
TEMPLATE = Path(__file__).parent / "templates" / "benchmark.md"

# The highest ratio to plain settings that we accept at 8 chapters.
TARGETS = {"clean": 0.35, "nothing changed": 0.1, "one sentence edited": 0.45, "one datum changed": 0.35}
CASES = [*TARGETS, "clean, no recordings"]
SHORT_REPEATS = 5
# How much slower than the floor with drawing a clean build may be.
FLOOR_FACTOR = 2

OUR_BUILD = [sys.executable, "scripts/build_book.py"]
PLAIN_BUILD = [str(Path(sys.executable).with_name("jupyter-book")), "build", "."]

PLAIN_FIGURES = """

def figure(drawing, **_):
    return drawing.draw(WIDTHS["wide"])
"""

FLOOR = """
import ast, json, os, sys
from pathlib import Path
from nordic_ai.notebooks.execution import chapter_files, read_chapter
sys.displayhook = lambda shown: print(json.dumps(shown._repr_mimebundle_()))
root = Path.cwd()
os.chdir("chapters")
for file in chapter_files(root):
    names = {}
    for cell in read_chapter(file).cells:
        if cell.cell_type == "code":
            exec(compile(ast.Interactive(ast.parse(cell.source).body), file.name, "single"), names)
"""


@command(
    argument("--chapters", type=int, nargs="+", default=[8, 40, 160], help="sizes of the book"),
    argument("--repeat", type=int, default=3, help="times that the smallest book is measured; the median counts"),
    argument("--no-table", action="store_true", help=f"print only; leave {TABLE.name} as it is"),
)
def main(options: argparse.Namespace) -> int:
    """Measure, print and write the table, and return 1 if a target is missed."""
    results = {}
    for size in sorted(options.chapters):
        results[size] = measure(size, options.repeat if size == min(options.chapters) else 1)
        print(f"measured {size} chapters", file=sys.stderr)
        text = report(results)
        if not options.no_table:  # after each size, because the largest takes long
            TABLE.write_text(text, encoding="utf-8")
    print(text)
    missed = missed_targets(results)
    print("\n".join(missed) or "every target is met", file=sys.stderr)
    return 1 if missed else 0


def measure(size: int, repeats: int) -> dict[str, float]:
    """Return the seconds of each case for a book of so many chapters: the median of the repeats."""
    with tempfile.TemporaryDirectory() as folder:
        ours, plain = (scaled_copy(Path(folder) / name, size) for name in ("ours", "plain"))
        make_plain(plain)
        rounds = [one_round(ours, plain) for _ in range(repeats)]
    return {case: statistics.median(seconds[case] for seconds in rounds) for case in rounds[0]}


def one_round(ours: Path, plain: Path) -> dict[str, float]:
    """Take each time once, the two books in turn so that a busy machine slows both."""
    books = {"plain ": (plain, PLAIN_BUILD), "": (ours, OUR_BUILD)}
    run(ours, [sys.executable, "scripts/record.py"])
    floor = [sys.executable, "-c", FLOOR]
    times = {"floor": run(ours, floor, NORDIC_AI_WITHOUT_PICTURES="1"), "floor with drawing": run(ours, floor)}
    for kind, (project, build) in books.items():
        shutil.rmtree(project / "_build", ignore_errors=True)
        times[f"{kind}clean"] = run(project, build)
    # A short case is taken several times, because a busy moment of the machine would be a large part of it.
    short = defaultdict(list)
    for _ in range(SHORT_REPEATS):
        for kind, (project, build) in books.items():
            short[f"{kind}nothing changed"].append(run(project, build))
    for _ in range(SHORT_REPEATS):
        for kind, (project, build) in books.items():
            sentence = f"A sentence of {time.time_ns()}."
            with replaced(project / "chapters" / "strategy.md", r"\Z", f"\n{sentence}\n"):
                short[f"{kind}one sentence edited"].append(run(project, build))
            check(sentence in strategy_page(project), "the edited sentence is on the page")
    times |= {case: statistics.median(seconds) for case, seconds in short.items()}
    run(ours, OUR_BUILD)
    datum = ours / "data" / "sources" / "dansk-erhverv-2024.yml"
    with replaced(datum, r'value: 79(\n +as_printed: )"79 pct."', r'value: 78\1"78 pct."'):
        times["one datum changed"] = run(ours, OUR_BUILD)
        check("78%" in (shown := strategy_page(ours)) and "79%" not in shown, "the changed datum is on the page")
    shutil.rmtree(ours / "_build")
    for recording in (ours / "chapters").glob("*.ipynb"):
        recording.unlink()
    times["clean, no recordings"] = run(ours, OUR_BUILD)
    return times


def strategy_page(project: Path) -> str:
    """Read the page whose chapter and data are changed."""
    return (project / "_build" / "html" / "chapters" / "strategy.html").read_text(encoding="utf-8")


@contextmanager
def replaced(file: Path, pattern: str, new: str) -> Iterator[None]:
    """Replace a text in a file for a while."""
    before = file.read_text(encoding="utf-8")
    after, times = re.subn(pattern, new, before)
    check(times > 0, f"{file.name} is changed by the measurement")
    file.write_text(after, encoding="utf-8")
    try:
        yield
    finally:
        file.write_text(before, encoding="utf-8")


def check(holds: bool, promise: str) -> None:
    """End the run if what was measured is not what was meant."""
    if not holds:
        raise CommandError(f"it does not hold that {promise}; the times would mean nothing")


def run(project: Path, arguments: Sequence[str], **variables: str) -> float:
    """Run a command in a project and return the seconds it took; end the run if it fails."""
    settings = os.environ | {"PYTHONPATH": str(project / "src")} | variables
    settings.pop("PYTHONDONTWRITEBYTECODE", None)  # modules stay compiled between runs, as they do for an author
    start = time.monotonic()
    result = subprocess.run(arguments, cwd=project, env=settings, capture_output=True, text=True)
    seconds = time.monotonic() - start
    check(result.returncode == 0, f"{arguments[1][:40]} succeeds: {result.stderr[-2000:]}")
    return seconds


def scaled_copy(target: Path, size: int) -> Path:
    """Copy the project, with so many chapters: the book's own in turn, each copy with figures of its own."""
    left_out = shutil.ignore_patterns(".*", "_build", "__pycache__", "*.egg-info", "tests", "*.ipynb")
    shutil.copytree(ROOT, target, ignore=left_out)
    toc, chapters = target / "_toc.yml", target / "chapters"
    text = toc.read_text(encoding="utf-8")
    originals = re.findall(r"file: chapters/(\S+)", text)
    names = originals[:size]
    for number in range(len(originals), size):
        original, copy = originals[number % len(originals)], number // len(originals)
        chapter = (chapters / f"{original}.md").read_text(encoding="utf-8")
        chapter = re.sub(r'(?m)^(    id="[\w-]+)"', rf'\1-{copy}"', chapter)
        # The cache takes chapters with the same code for one.
        chapter = re.sub(r"(?m)^(from nordic_ai import .*)$", rf"\1  # copy {copy}", chapter)
        names.append(f"{original}-{copy}")
        (chapters / f"{names[-1]}.md").write_text(chapter, encoding="utf-8")
    for original in originals[size:]:
        (chapters / f"{original}.md").unlink()
    listed = "".join(f"      - file: chapters/{name}\n" for name in names)
    toc.write_text(re.sub(r"(      - file: chapters/\S+\n)+", listed, text), encoding="utf-8")
    return target


def make_plain(project: Path) -> None:
    """Give a copy of the project the settings that a book has by default."""
    with (project / "src" / "nordic_ai" / "figures" / "figure.py").open("a", encoding="utf-8") as figures:
        figures.write(PLAIN_FIGURES)
    config = project / "_config.yml"
    text = config.read_text(encoding="utf-8")
    check("execute_notebooks: cache" in text, "the plain book differs in its execution")
    config.write_text(text.replace("execute_notebooks: cache", "execute_notebooks: force"), encoding="utf-8")


def plain_seconds(case: str, seconds: Mapping[str, float]) -> float:
    """Return the time that a case of ours is measured against; the plain book does not notice a changed datum."""
    return seconds.get(f"plain {case}", seconds["plain clean"])


def missed_targets(results: Mapping[int, Mapping[str, float]]) -> list[str]:
    """Say which targets are missed, a sentence each."""
    least = min(results)
    missed = []
    for case, target in TARGETS.items():
        ratio = results[least][case] / plain_seconds(case, results[least])
        if ratio > target:
            missed.append(f"at {least} chapters, {case} takes {ratio:.2f} of plain settings; the target is {target}")
    for size, seconds in results.items():
        factor = seconds["clean"] / seconds["floor with drawing"]
        if factor > FLOOR_FACTOR:
            told = f"clean takes {factor:.2f} times the floor with drawing; the target is {FLOOR_FACTOR}"
            missed.append(f"at {size} chapters, {told}")
        for case in TARGETS:
            if seconds[case] / size > results[least][case] / least:
                missed.append(f"at {size} chapters, {case} takes more time a chapter than at {least}")
    return missed


def report(results: Mapping[int, Mapping[str, float]]) -> str:
    """Write the results, from the smallest book to the largest, as a page of Markdown."""
    template = Template(TEMPLATE.read_text(encoding="utf-8"), trim_blocks=True, keep_trailing_newline=True)
    return template.render(
        results=results,
        cases=CASES,
        targets=TARGETS,
        plain_seconds=plain_seconds,
        short_repeats=SHORT_REPEATS,
        machine=machine(),
        date=date.today().isoformat(),
    )


def machine() -> str:
    """Name the machine and the versions that matter."""
    try:
        model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))[1]
    except (OSError, TypeError):
        model = platform.processor() or platform.machine()
    named = ", ".join(f"{name} {version(name)}" for name in ("jupyter-book", "sphinx", "altair"))
    return f"{model}, {os.cpu_count()} processors, {platform.system()}, Python {platform.python_version()}, {named}"


if __name__ == "__main__":
    sys.exit(main())
