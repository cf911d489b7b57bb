"""Measure how long builds take, as ratios to the same book with plain settings, side by side in one run.

The plain book executes every notebook on every build, one after the other, and shows charts with Altair's default
renderer. The floor is what no build can do without: one Python process that imports the library once, runs all cells
and writes what they give; with drawing, it draws each figure as the site shows and offers it, as SVG and as PNG.
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

from nordic_ai.figures.figure import WITHOUT_PICTURES

TABLE = ROOT / "docs" / "benchmark.md"
TEMPLATE = Path(__file__).parent / "templates" / "benchmark.md"

TARGETS = {
    "floor": None,
    "floor with drawing": None,
    "clean": 0.35,
    "nothing changed": 0.1,
    "one sentence edited": 0.45,
    "one datum changed": 0.35,
    "clean, no recordings": None,
}
"""By case, the highest ratio to plain settings that we accept for the smallest book."""
SHORT_REPEATS = 5

BUILDS = {
    "plain": [str(Path(sys.executable).with_name("jupyter-book")), "build", "."],
    "ours": [sys.executable, "scripts/build_book.py"],
}
FLOOR = """
import ast, json, os, sys
from pathlib import Path
from resvg_py import svg_to_bytes
from nordic_ai.figures.figure import MIME_TYPE, WITHOUT_PICTURES, FigureData
from nordic_ai.figures.pictures import PNG_WIDTH, SLIDE, poster
from nordic_ai.notebooks.execution import chapter_files, read_chapter
def show(shown):
    given = shown._repr_mimebundle_()
    print(json.dumps(given))
    if not os.environ.get(WITHOUT_PICTURES):
        figure = FigureData.model_validate_json(json.dumps(given[MIME_TYPE]))
        print(len(svg_to_bytes(svg_string=poster(figure, SLIDE), width=PNG_WIDTH)))
sys.displayhook = show
root = Path.cwd()
os.chdir("chapters")
for file in chapter_files(root):
    names = {}
    for cell in read_chapter(file).cells:
        if cell.cell_type == "code":
            exec(compile(ast.Interactive(ast.parse(cell.source).body), file.name, "single"), names)
"""
PLAIN_FIGURES = """

def figure(drawing, **_):
    return drawing.draw(style.WIDTHS["wide"])
"""
PLAIN_PROMISES = """

def faults_of(*_):
    return []
"""
"""Altair's default renderer writes scripts and styles into pages, which the report refuses."""
PAGE = Path("_build/html/chapters/strategy.html")
"""The page whose chapter and data are changed."""


def measure(size: int, repeat: int) -> dict[str, tuple[float, float]]:
    """Return, for a book of so many chapters, the seconds of each case and those of the plain book; medians.

    The two books are built in turn so that a busy machine slows both. A short case is taken several times, because a
    busy moment would be a large part of it. A changed datum is set against a clean build of the plain book, which does
    not notice it.
    """
    taken = defaultdict(list)
    for _ in range(repeat):
        with tempfile.TemporaryDirectory() as folder:
            for book, case, seconds in measure_once(size, Path(folder)):
                taken[book, case].append(seconds)
    medians = {key: statistics.median(seconds) for key, seconds in taken.items()}
    return {case: (medians["ours", case], medians.get(("plain", case), medians["plain", "clean"])) for case in TARGETS}


def measure_once(size: int, folder: Path) -> Iterator[tuple[str, str, float]]:
    """Build both books in a folder; yield the book, the case and the seconds of each build."""
    projects = {book: scaled_copy(folder / book, size) for book in BUILDS}
    ours, plain = projects["ours"], projects["plain"]
    replace(plain / "src" / "nordic_ai" / "figures" / "figure.py", r"\Z", PLAIN_FIGURES)
    replace(plain / "src" / "nordic_ai" / "site" / "promises.py", r"\Z", PLAIN_PROMISES)
    replace(plain / "_config.yml", "execute_notebooks: cache", "execute_notebooks: force")
    run(ours, [sys.executable, "scripts/record.py"])
    for floor, settings in {"floor": {WITHOUT_PICTURES: "1"}, "floor with drawing": {}}.items():
        yield "ours", floor, run(ours, [sys.executable, "-c", FLOOR], **settings)
    shutil.rmtree(ours / "_build", ignore_errors=True)
    for book, build in BUILDS.items():
        yield book, "clean", run(projects[book], build)
    for number in range(SHORT_REPEATS):
        for book, build in BUILDS.items():
            yield book, "nothing changed", run(projects[book], build)
        for book, build in BUILDS.items():
            replace(projects[book] / "chapters" / "strategy.md", r"\Z", f"\nA new sentence, the {number}th.\n")
            yield book, "one sentence edited", run(projects[book], build)
            shown = (projects[book] / PAGE).read_text(encoding="utf-8")
            check(f"sentence, the {number}th" in shown, "the edited sentence is on the page")
    datum = ours / "data" / "sources" / "dansk-erhverv-2024.yml"
    replace(datum, r'value: 79(\n +as_printed: )"79 pct."', r'value: 78\1"78 pct."')
    yield "ours", "one datum changed", run(ours, BUILDS["ours"])
    shown = (ours / PAGE).read_text(encoding="utf-8")
    check("45 of 58" in shown and "46 of 58" not in shown, "the changed datum is on the page")
    shutil.rmtree(ours / "_build")
    for recording in (ours / "chapters").glob("*.ipynb"):
        recording.unlink()
    yield "ours", "clean, no recordings", run(ours, BUILDS["ours"])


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


def run(project: Path, arguments: Sequence[str], **settings: str) -> float:
    """Run a command in a project and return the seconds it took; end the run if it fails."""
    settings = os.environ | settings | {"PYTHONPATH": str(project / "src")}
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


def report(results: Mapping[int, Mapping[str, tuple[float, float]]]) -> str:
    """Write the results, from the smallest book to the largest, as a page of Markdown."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("jupyter-book", "sphinx", "altair"))
    machine = f"{os.cpu_count()} processors, {platform.machine()}, {platform.system()}"
    template = Template(TEMPLATE.read_text(encoding="utf-8"), trim_blocks=True, keep_trailing_newline=True)
    return template.render(
        results=results,
        targets=TARGETS,
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
    results = {}
    for size in sorted(chapters):
        results[size] = measure(size, 1 if results else repeat)
        print(f"measured {size} chapters", file=sys.stderr)
        text = report(results)
        if not no_table:  # after each size, because the largest takes long
            TABLE.write_text(text, encoding="utf-8")
    print(text)
    missed = False
    for case, (ours, plain) in results[min(results)].items():
        if TARGETS[case] and ours / plain > TARGETS[case]:
            missed = True
            print(f"{case} takes {ours / plain:.2f} of plain settings; the target is {TARGETS[case]}", file=sys.stderr)
    return 1 if missed else 0
