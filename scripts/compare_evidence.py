"""Say in Markdown which published numbers differ between two revisions: added, removed, changed."""

import csv
import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from command_line import ROOT, CommandError, argument, command

# What readers see of a number; the rest of a record qualifies it.
SHOWN = (
    *("value", "unit", "precision", "direction", "as_printed", "missing", "base_n", "implied_count"),
    *("ci_low", "ci_high", "bound_low", "bound_high"),
)
# Run with the library of each revision: a change of the statistics changes numbers too.
LISTING = """
import sys
sys.tracebacklimit = 0  # an error is told by its message alone
from nordic_ai import table
table("observations").to_csv(sys.stdout, index=False, float_format="%.10g")
"""
Number = Mapping[str, str]


def numbers_at(revision: str) -> dict[str, Number]:
    """List the numbers of a revision."""
    with tempfile.TemporaryDirectory() as folder:
        archive = f"{folder}/revision.zip"
        git = ["git", "archive", f"--output={archive}", revision, "data", "src"]
        try:
            subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=True)
        except FileNotFoundError:
            raise CommandError("git is needed to look at another revision; install it") from None
        except subprocess.CalledProcessError as error:
            raise CommandError(f"git cannot give `{revision}`: {error.stderr.strip()}") from None
        shutil.unpack_archive(archive, folder)
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
    rows: dict[str, list[list[str]]] = {"added": [], "removed": [], "changed": [], "as before": []}
    for name in {**before, **after}:
        old, new = before.get(name, {}), after.get(name, {})
        fields = [field for field in SHOWN if old.get(field, "") != new.get(field, "")]
        kind = "added" if not old else "removed" if not new else "changed" if fields else "as before"
        rows[kind].append([f"`{name}`", *(_words(number, fields) for number in (old, new) if number)])
    yield "## Published numbers\n"
    yield f"{', '.join(f'{len(found)} {kind}' for kind, found in rows.items())}."
    for kind, found in rows.items():
        if found and kind != "as before":
            heads = ("Record", "Before", "After") if kind == "changed" else ("Record", "Number")
            yield f"\n### {kind.title()}\n"
            yield from (f"| {' | '.join(row)} |" for row in (heads, ["---"] * len(heads), *found))


def _words(number: Number, fields: Iterable[str]) -> str:
    shown = "; ".join(f"{field} {number.get(field) or 'empty'}" for field in fields)
    return " ".join(shown.split()).replace("|", "\\|").replace("<", "&lt;")


@command(
    argument("base", nargs="?", default="HEAD", help="revision to compare with (HEAD)"),
    argument("head", nargs="?", help="revision to compare; the files as they are here if left out"),
)
def main(base: str, head: str | None) -> None:
    """Print the differences."""
    before = numbers_at(base)
    after = numbers_at(head) if head else numbers_in(ROOT, "the files here")
    print("\n".join(differences(before, after)))
