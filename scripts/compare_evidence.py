"""Say in Markdown which published numbers differ between two revisions: added, removed, changed."""

import csv
import io
import os
import subprocess
import sys
import tempfile
import zipfile
from argparse import Namespace
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from command_line import ROOT, CommandError, argument, command

# What readers see of a number; the rest of a record qualifies it.
SHOWN = (
    *("value", "unit", "precision", "direction", "as_printed", "missing", "base_n", "implied_count"),
    *("ci_low", "ci_high", "bound_low", "bound_high"),
)
MOST_ROWS = 300
# Run with the library of each revision: a change of the statistics changes numbers too.
LISTING = """
import sys
sys.tracebacklimit = 0  # an error is told by its message alone
from nordic_ai.export.tables import csv_bytes, tables
from nordic_ai.analysis.report import load_report
table = tables()["observations"]
sys.stdout.buffer.write(csv_bytes(table.columns, table.rows(load_report())))
"""
Number = Mapping[str, str]


@command(
    argument("base", nargs="?", default="HEAD", help="revision to compare with (HEAD)"),
    argument("head", nargs="?", help="revision to compare; the files as they are here if left out"),
)
def main(options: Namespace) -> None:
    """Print the differences."""
    before = numbers_at(options.base)
    after = numbers_at(options.head) if options.head else numbers_in(ROOT, "the files here")
    print("\n".join(differences(before, after)))


def numbers_at(revision: str) -> dict[str, Number]:
    """List the numbers of a revision."""
    git = ["git", "archive", "--format=zip", revision, "data", "src"]
    try:
        archive = subprocess.run(git, cwd=ROOT, capture_output=True, check=True).stdout
    except FileNotFoundError:
        raise CommandError("git is needed to look at another revision; install it") from None
    except subprocess.CalledProcessError as error:
        raise CommandError(f"git cannot give `{revision}`: {error.stderr.decode().strip()}") from None
    with tempfile.TemporaryDirectory() as folder:
        zipfile.ZipFile(io.BytesIO(archive)).extractall(folder)
        return numbers_in(Path(folder), f"`{revision}`")


def numbers_in(project: Path, name: str) -> dict[str, Number]:
    """List the numbers of the project in a folder, as its own library publishes them."""
    settings = os.environ | {"PYTHONPATH": str(project / "src")}
    listing = [sys.executable, "-c", LISTING]
    result = subprocess.run(listing, cwd=project, env=settings, capture_output=True, encoding="utf-8", check=False)
    if result.returncode:
        raise CommandError(f"the numbers of {name} cannot be listed:\n{result.stderr.strip()}")
    return {row["observation_id"]: row for row in csv.DictReader(io.StringIO(result.stdout, newline=""))}


def differences(before: Mapping[str, Number], after: Mapping[str, Number]) -> Iterator[str]:
    """Write the differences as lines of Markdown."""
    added = [(name, _words(number)) for name, number in after.items() if name not in before]
    removed = [(name, _words(number)) for name, number in before.items() if name not in after]
    changed = []
    for name in (name for name in after if name in before):
        keys = [key for key in SHOWN if before[name].get(key) != after[name].get(key)]
        if keys:
            changed.append((name, _words(before[name], keys), _words(after[name], keys)))
    same = len(after) - len(added) - len(changed)
    yield "## Published numbers\n"
    yield f"{len(added)} added, {len(removed)} removed, {len(changed)} changed, {same} as before."
    yield from _table("Added", ("Record", "Number"), added)
    yield from _table("Removed", ("Record", "Number"), removed)
    yield from _table("Changed", ("Record", "Before", "After"), changed)


def _words(number: Number, keys: Collection[str] = ()) -> str:
    """Name some fields of a number; without names, those that it has."""
    shown = "; ".join(f"{key} {number.get(key) or 'empty'}" for key in keys or filter(number.get, SHOWN))
    return " ".join(shown.split()).replace("|", "\\|").replace("<", "&lt;")


def _table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    if rows:
        yield f"\n### {title}\n"
        yield f"| {' | '.join(heads)} |"
        yield f"|{'---|' * len(heads)}"
    for name, *cells in rows[:MOST_ROWS]:
        yield f"| `{name}` | {' | '.join(cells)} |"
    if len(rows) > MOST_ROWS:
        yield f"\n… and {len(rows) - MOST_ROWS} more."


if __name__ == "__main__":
    sys.exit(main())
