"""Measure how long builds take, as ratios to the same book with plain settings, side by side in one run.

The plain book executes every notebook on every build, one after the other, and shows charts with Altair's default
renderer. The floor is what no build can do without: one Python process that imports the library once, runs all
cells and writes what they give, with and without drawing the charts.
"""

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
from datetime import date
from importlib.metadata import version
from pathlib import Path

from command_line import ROOT, CommandError, argument, command
from jinja2 import Template

TABLE = ROOT / "docs" / "benchmark.md"
TEMPLATE = Path(__file__).parent / "templates" / "benchmark.md"

# The highest ratio to plain settings that we accept for the smallest book.
TARGETS = {"clean": 0.35, "nothing changed": 0.1, "one sentence edited": 0.45, "one datum changed": 0.35}
SHORT_REPEATS = 5
# How much slower than the floor with drawing a clean build may be.
FLOOR_FACTOR = 2

OUR_BUILD = [sys.executable, "scripts/build_book.py"]
PLAIN_BUILD = [str(Path(sys.executable).with_name("jupyter-book")), "build", "."]

PLAIN_FIGURES = """

def figure(drawing, **_):
    return drawing.draw(WIDTHS["wide"])
"""

FLOOR_CODE = """
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
FLOOR = [sys.executable, "-c", FLOOR_CODE]

Seconds = Mapping[str, float]
"""The seconds of each case, those of the plain book under `plain` and the case."""


def measure(size: int) -> dict[str, float]:
    """Return the seconds of each case for a book of so many chapters.

    The two books are built in turn so that a busy machine slows both. A short case is taken several times, because a
    busy moment would be a large part of it; the median counts.
    """
    with tempfile.TemporaryDirectory() as folder:
        ours, plain = (scaled_copy(Path(folder, name), size) for name in ("ours", "plain"))
        replace(plain / "src" / "nordic_ai" / "figures" / "figure.py", r"\Z", PLAIN_FIGURES)
        replace(plain / "_config.yml", "execute_notebooks: cache", "execute_notebooks: force")
        run(ours, [sys.executable, "scripts/record.py"])
        taken = defaultdict(list)
        taken["floor"].append(run(ours, FLOOR, NORDIC_AI_WITHOUT_PICTURES="1"))
        taken["floor with drawing"].append(run(ours, FLOOR))
        books = {"plain ": (plain, PLAIN_BUILD), "": (ours, OUR_BUILD)}
        for kind, (project, build) in books.items():
            shutil.rmtree(project / "_build", ignore_errors=True)
            taken[f"{kind}clean"].append(run(project, build))
        for _ in range(SHORT_REPEATS):
            for kind, (project, build) in books.items():
                taken[f"{kind}nothing changed"].append(run(project, build))
        for number in range(SHORT_REPEATS):
            for kind, (project, build) in books.items():
                replace(project / "chapters" / "strategy.md", r"\Z", f"\nA new sentence, the {number}th.\n")
                taken[f"{kind}one sentence edited"].append(run(project, build))
                check(f"sentence, the {number}th" in strategy_page(project), "the edited sentence is on the page")
        datum = ours / "data" / "sources" / "dansk-erhverv-2024.yml"
        replace(datum, r'value: 79(\n +as_printed: )"79 pct."', r'value: 78\1"78 pct."')
        taken["one datum changed"].append(run(ours, OUR_BUILD))
        check("78%" in (shown := strategy_page(ours)) and "79%" not in shown, "the changed datum is on the page")
        shutil.rmtree(ours / "_build")
        for recording in (ours / "chapters").glob("*.ipynb"):
            recording.unlink()
        taken["clean, no recordings"].append(run(ours, OUR_BUILD))
    return {case: statistics.median(seconds) for case, seconds in taken.items()}


def scaled_copy(target: Path, size: int) -> Path:
    """Copy the project, with so many chapters: after its own, copies of them with figures of their own."""
    left_out = shutil.ignore_patterns(".*", "_build", "__pycache__", "*.egg-info", "tests", "*.ipynb")
    shutil.copytree(ROOT, target, ignore=left_out)
    names = re.findall(r"file: (chapters/\S+)", (target / "_toc.yml").read_text(encoding="utf-8"))
    originals = len(names)
    for number in range(size - originals):
        copy, place = divmod(number, originals)
        names.append(f"{names[place]}-{copy}")
        file = target / f"{names[-1]}.md"
        shutil.copy(target / f"{names[place]}.md", file)
        replace(file, r'(?m)^(    id="[\w-]+)"', rf'\1-{copy}"')
        # The cache takes chapters with the same code for one.
        replace(file, r"(?m)^(from nordic_ai import .*)$", rf"\1  # copy {copy}")
    listed = "".join(f"      - file: {name}\n" for name in names)
    replace(target / "_toc.yml", r"(      - file: chapters/\S+\n)+", listed)
    return target


def replace(file: Path, pattern: str, new: str) -> None:
    """Replace a text in a file."""
    text, times = re.subn(pattern, new, file.read_text(encoding="utf-8"))
    check(times > 0, f"{file.name} is changed by the measurement")
    file.write_text(text, encoding="utf-8")


def strategy_page(project: Path) -> str:
    """Read the page whose chapter and data are changed."""
    return (project / "_build" / "html" / "chapters" / "strategy.html").read_text(encoding="utf-8")


def run(project: Path, arguments: Sequence[str], **variables: str) -> float:
    """Run a command in a project and return the seconds it took; end the run if it fails."""
    settings = os.environ | {"PYTHONPATH": str(project / "src")} | variables
    settings.pop("PYTHONDONTWRITEBYTECODE", None)  # modules stay compiled between runs, as they do for an author
    start = time.monotonic()
    result = subprocess.run(arguments, cwd=project, env=settings, capture_output=True, text=True)
    seconds = time.monotonic() - start
    check(result.returncode == 0, f"{arguments[1][:40]} succeeds: {result.stderr[-2000:]}")
    return seconds


def check(holds: bool, promise: str) -> None:
    """End the run if what was measured is not what was meant."""
    if not holds:
        raise CommandError(f"it does not hold that {promise}; the times would mean nothing")


def plain_seconds(case: str, seconds: Seconds) -> float:
    """Return the time that a case of ours is measured against; the plain book does not notice a changed datum."""
    return seconds.get(f"plain {case}", seconds["plain clean"])


def missed_targets(results: Mapping[int, Seconds]) -> Iterator[str]:
    """Say which targets are missed, a sentence each; the sizes of the book go from the smallest to the largest."""
    least = min(results)
    for size, seconds in results.items():
        for case, target in TARGETS.items():
            ratio = seconds[case] / plain_seconds(case, seconds)
            if size == least and ratio > target:
                yield f"at {size} chapters, {case} takes {ratio:.2f} of plain settings; the target is {target}"
            if seconds[case] / size > results[least][case] / least:
                yield f"at {size} chapters, {case} takes more time a chapter than at {least}"
        factor = seconds["clean"] / seconds["floor with drawing"]
        if factor > FLOOR_FACTOR:
            told = f"clean takes {factor:.2f} times the floor with drawing; the target is {FLOOR_FACTOR}"
            yield f"at {size} chapters, {told}"


def report(results: Mapping[int, Seconds]) -> str:
    """Write the results, from the smallest book to the largest, as a page of Markdown."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("jupyter-book", "sphinx", "altair"))
    machine = f"{os.cpu_count()} processors, {platform.machine()}, {platform.system()}"
    template = Template(TEMPLATE.read_text(encoding="utf-8"), trim_blocks=True, keep_trailing_newline=True)
    return template.render(
        results=results,
        cases=[*TARGETS, "clean, no recordings"],
        targets=TARGETS,
        plain_seconds=plain_seconds,
        short_repeats=SHORT_REPEATS,
        machine=f"{machine}, Python {platform.python_version()}, {packages}",
        date=date.today(),
    )


@command(
    argument("--chapters", type=int, nargs="+", default=[8, 40, 160], help="sizes of the book, its own or larger"),
    argument("--repeat", type=int, default=3, help="times that the smallest book is measured; the median counts"),
    argument("--no-table", action="store_true", help=f"print only; leave {TABLE.name} as it is"),
)
def main(chapters: list[int], repeat: int, no_table: bool) -> int:
    """Measure, print and write the table, and return 1 if a target is missed."""
    results: dict[int, dict[str, float]] = {}
    for size in sorted(chapters):
        rounds = [measure(size) for _ in range(1 if results else repeat)]
        results[size] = {case: statistics.median(seconds[case] for seconds in rounds) for case in rounds[0]}
        print(f"measured {size} chapters", file=sys.stderr)
        text = report(results)
        if not no_table:  # after each size, because the largest takes long
            TABLE.write_text(text, encoding="utf-8")
    print(text)
    missed = list(missed_targets(results))
    print("\n".join(missed) or "every target is met", file=sys.stderr)
    return 1 if missed else 0
