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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "docs" / "benchmark.md"

# The highest ratio to plain settings that we accept at 8 chapters; a changed datum is measured against a clean build,
# because the plain book does not notice it.
TARGETS = {"clean": 0.35, "nothing changed": 0.1, "one sentence edited": 0.45, "one datum changed": 0.35}

SHORT_REPEATS = 5

PLAIN_FIGURES = """

Figure._repr_mimebundle_ = lambda self, **_: self.drawing.draw(WIDTHS["wide"])._repr_mimebundle_()
"""

FLOOR = """
import ast, json, os, sys
from pathlib import Path
from nordic_ai.notebooks.execution import chapter_files, read_chapter
from nordic_ai.figures.figure import Figure
from nordic_ai.figures.pictures import svg
draws, target = sys.argv[1] == "draw", Path(sys.argv[2])
target.mkdir()
root = Path.cwd()
os.chdir("chapters")
for file in chapter_files(root):
    names = {}
    for cell in read_chapter(file).cells:
        if cell.cell_type != "code":
            continue
        tree = ast.parse(cell.source)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, file.name, "exec"), names)
        shown = eval(compile(ast.Expression(last.value), file.name, "eval"), names) if last else None
        if isinstance(shown, Figure):
            data = shown.data()
            (target / f"{shown.id}.json").write_text(json.dumps(data.to_json()))
            if draws:
                for size, specification in data.specifications.items():
                    (target / f"{shown.id}-{size}.svg").write_text(svg(specification))
"""


def main() -> int:
    """Measure, print and write the table, and return 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chapters", type=int, nargs="+", default=[8, 40, 160], help="sizes of the book")
    parser.add_argument(
        "--repeat", type=int, default=3, help="times that the smallest book is measured; the median counts"
    )
    parser.add_argument("--no-table", action="store_true", help=f"print only; leave {TABLE.name} as it is")
    options = parser.parse_args()
    results = {}
    for size in sorted(options.chapters):
        repeats = options.repeat if size == min(options.chapters) else 1
        results[size] = measure(size, repeats)
        print(f"measured {size} chapters", file=sys.stderr)
        text = report(results)
        if not options.no_table:  # after each size, because the largest takes long
            TABLE.write_text(text, encoding="utf-8")
    print(text)
    missed = missed_targets(results)
    print("\n".join(missed) or "every target is met", file=sys.stderr)
    return 1 if missed else 0


def measure(size: int, repeats: int) -> dict[str, float]:
    """Give the seconds of each case for a book of so many chapters: the median of the repeats."""
    with tempfile.TemporaryDirectory() as folder:
        ours, plain = (scaled_copy(Path(folder) / name, size) for name in ("ours", "plain"))
        make_plain(plain)
        run(ours, [sys.executable, "scripts/record.py"])
        rounds = [one_round(ours, plain) for _ in range(repeats)]
    return {case: statistics.median(seconds[case] for seconds in rounds) for case in rounds[0]}


def one_round(ours: Path, plain: Path) -> dict[str, float]:
    """Take each time once, the two books in turn so that a busy machine slows both."""
    book = [sys.executable, "scripts/build_book.py"]
    plain_book = [str(Path(sys.executable).with_name("jupyter-book")), "build", "."]
    chapter, datum = "chapters/strategy.md", "data/sources/dansk-erhverv-2024.yml"
    times: dict[str, float] = {}
    for project in (ours, plain):
        shutil.rmtree(project / "_build", ignore_errors=True)
    times["floor"] = run(ours, [sys.executable, "-c", FLOOR, "compute", str(ours / "floor")])
    shutil.rmtree(ours / "floor")
    times["floor with drawing"] = run(ours, [sys.executable, "-c", FLOOR, "draw", str(ours / "floor")])
    shutil.rmtree(ours / "floor")
    times["plain clean"] = run(plain, plain_book)
    times["clean"] = run(ours, book)
    # A short case is taken several times, because a busy moment of the machine would be a large part of it.
    commands = {"plain ": (plain, plain_book), "": (ours, book)}
    short: dict[str, list[float]] = {}
    for _ in range(SHORT_REPEATS):
        for kind, (project, command) in commands.items():
            short.setdefault(f"{kind}nothing changed", []).append(run(project, command))
    for _ in range(SHORT_REPEATS):
        for kind, (project, command) in commands.items():
            sentence = f"A sentence of {time.time_ns()}."
            with edited(project / chapter, lambda text, added=sentence: f"{text}\n{added}\n"):
                short.setdefault(f"{kind}one sentence edited", []).append(run(project, command))
            shown = (project / "_build" / "html" / "chapters" / "strategy.html").read_text(encoding="utf-8")
            check(sentence in shown, "the edited sentence is on the page")
    times |= {case: statistics.median(seconds) for case, seconds in short.items()}
    run(ours, book)
    with edited(
        ours / datum, lambda text: text.replace("value: 79\n", "value: 78\n").replace('"79 pct."', '"78 pct."')
    ):
        times["one datum changed"] = run(ours, book)
        shown = (ours / "_build" / "html" / "chapters" / "strategy.html").read_text(encoding="utf-8")
        check("78%" in shown and "79%" not in shown, "the changed datum is on the page")
    shutil.rmtree(ours / "_build")
    recordings = {file: file.read_bytes() for file in (ours / "chapters").glob("*.ipynb")}
    for file in recordings:
        file.unlink()
    times["clean, no recordings"] = run(ours, book)
    for file, content in recordings.items():
        file.write_bytes(content)
    return times


@contextmanager
def edited(file: Path, change: Callable[[str], str]) -> Iterator[None]:
    """Change a file for a while."""
    before = file.read_text(encoding="utf-8")
    check(change(before) != before, f"{file.name} is changed by the measurement")
    file.write_text(change(before), encoding="utf-8")
    try:
        yield
    finally:
        file.write_text(before, encoding="utf-8")


def check(holds: bool, promise: str) -> None:
    """End the run where what was measured is not what was meant."""
    if not holds:
        sys.exit(f"bench: it does not hold that {promise}; the times would mean nothing")


def run(project: Path, command: list[str]) -> float:
    """Run a command in a project and give the seconds it took; end the run if it fails."""
    settings = os.environ | {"PYTHONPATH": str(project / "src")}
    settings.pop("PYTHONDONTWRITEBYTECODE", None)  # modules stay compiled between runs, as they do for an author
    start = time.monotonic()
    result = subprocess.run(command, cwd=project, env=settings, capture_output=True, text=True)
    seconds = time.monotonic() - start
    check(result.returncode == 0, f"{command[1][:40]} succeeds: {result.stderr[-2000:]}")
    return seconds


def scaled_copy(target: Path, size: int) -> Path:
    """Copy the project, with so many chapters: the book's own in turn, each copy with figures of its own."""
    apart = shutil.ignore_patterns(".*", "_build", "__pycache__", "*.egg-info", "tests", "*.ipynb")
    shutil.copytree(ROOT, target, ignore=apart)
    toc = target / "_toc.yml"
    text = toc.read_text(encoding="utf-8")
    originals = re.findall(r"file: chapters/(\S+)", text)
    names = []
    for number in range(size):
        original, copy = originals[number % len(originals)], number // len(originals)
        name = f"{original}-{copy}" if copy else original
        chapter = (target / "chapters" / f"{original}.md").read_text(encoding="utf-8")
        if copy:
            chapter = re.sub(r'(?m)^(    id="[\w-]+)"', rf'\1-{copy}"', chapter)
            # The cache takes chapters with the same code for one.
            chapter = re.sub(r"(?m)^(from nordic_ai import .*)$", rf"\1  # copy {copy}", chapter)
            (target / "chapters" / f"{name}.md").write_text(chapter, encoding="utf-8")
        names.append(name)
    for original in originals[size:]:
        (target / "chapters" / f"{original}.md").unlink()
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


def ratios(seconds: dict[str, float]) -> dict[str, float]:
    """Give the ratio of each of our cases to the same case with plain settings."""
    against = {
        case: seconds.get(f"plain {case}", seconds["plain clean"]) for case in [*TARGETS, "clean, no recordings"]
    }
    return {case: seconds[case] / plain for case, plain in against.items()}


def missed_targets(results: dict[int, dict[str, float]]) -> list[str]:
    """Say which targets are missed, a sentence each."""
    least = min(results)
    missed = [
        f"at {least} chapters, {case} takes {ratio:.2f} of plain settings; the target is {TARGETS[case]}"
        for case, ratio in ratios(results[least]).items()
        if ratio > TARGETS.get(case, float("inf"))
    ]
    for size, seconds in results.items():
        if seconds["clean"] > 2 * seconds["floor with drawing"]:
            factor = seconds["clean"] / seconds["floor with drawing"]
            missed.append(f"at {size} chapters, clean takes {factor:.2f} times the floor with drawing; the target is 2")
        for case in TARGETS:
            if seconds[case] / size > results[least][case] / least:
                missed.append(f"at {size} chapters, {case} takes more time a chapter than at {least}")
    return missed


def report(results: dict[int, dict[str, float]]) -> str:
    """Write the results as a page of Markdown."""
    lines = [
        "# How long builds take",
        "",
        "Written by `make bench`; ratios are of times measured side by side in one run.",
        f"Machine: {machine()}.",
        f"Date: {date.today().isoformat()}.",
        "",
        "Plain settings execute every notebook on every build and show charts with Altair's default renderer.",
        "A changed datum is set against a clean build with plain settings, which do not notice it.",
        "The floor is one Python process that imports the library once, runs all cells and writes what they give.",
        f"The short cases, nothing changed and one sentence edited, are medians of {SHORT_REPEATS} runs, in turn.",
    ]
    for size, seconds in results.items():
        lines += ["", f"## {size} chapters", ""]
        lines += ["| build | seconds | plain settings, seconds | ratio | target |", "|---|---:|---:|---:|---:|"]
        for case, ratio in ratios(seconds).items():
            target = f"{TARGETS[case]}" if case in TARGETS and size == min(results) else ""
            plain = seconds[case] / ratio
            lines.append(f"| {case} | {seconds[case]:.1f} | {plain:.1f} | {ratio:.2f} | {target} |")
        lines += ["", "| against the floor | seconds | ratio to plain clean | clean build is |", "|---|---:|---:|---:|"]
        for case in ("floor", "floor with drawing"):
            share = seconds[case] / seconds["plain clean"]
            factor = f"{seconds['clean'] / seconds[case]:.2f} times"
            lines.append(f"| {case} | {seconds[case]:.1f} | {share:.2f} | {factor} |")
    return "\n".join(lines) + "\n"


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
