"""Say in Markdown which published numbers differ between two revisions: added, removed, changed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from argparse import Namespace
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from command_line import CommandError, argument, command

from nordic_ai.analysis.report import load_report

# What readers see of a number; the rest of a record qualifies it.
SHOWN = (
    *("value", "unit", "precision", "direction", "as_printed", "missing", "base_n", "implied_count"),
    *("ci_low", "ci_high", "bound_low", "bound_high"),
)
MOST_ROWS = 300
Number = Mapping[str, object]


@command(
    argument("base", nargs="?", default="HEAD", help="revision to compare with (HEAD)"),
    argument("head", nargs="?", help="revision to compare; the files as they are here if left out"),
    argument("--list", action="store_true", help="list this revision's numbers as JSON and compare nothing"),
)
def main(options: Namespace) -> None:
    """Print the differences."""
    if options.list:
        observations = load_report().observations
        json.dump({name: {key: getattr(o, key) for key in SHOWN} for name, o in observations.items()}, sys.stdout)
        return
    root = Path(__file__).resolve().parent.parent
    before = numbers_at(root, options.base)
    after = numbers_at(root, options.head) if options.head else numbers_in(root, "the files here")
    print("\n".join(differences(before, after)))


def numbers_at(root: Path, revision: str) -> dict[str, Number]:
    """List the numbers of a revision with its own library: a change of the statistics changes numbers too."""
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder, "revision.zip")
        parts = ("data", "src", "scripts", "_toc.yml")
        git = ["git", "archive", "--format=zip", f"--output={archive}", revision, *parts]
        try:
            subprocess.run(git, cwd=root, capture_output=True, text=True, check=True)
        except FileNotFoundError:
            raise CommandError("git is needed to look at another revision; install it") from None
        except subprocess.CalledProcessError as error:
            raise CommandError(f"git cannot give `{revision}`: {error.stderr.strip()}") from None
        with zipfile.ZipFile(archive) as files:
            files.extractall(folder)
        return numbers_in(Path(folder), f"`{revision}`")


def numbers_in(project: Path, name: str) -> dict[str, Number]:
    """List the numbers of the project in a folder, by its own copy of this command."""
    script = project / "scripts" / Path(__file__).name
    if not script.is_file():
        raise CommandError(f"{name} is older than this command, so its numbers cannot be listed")
    settings = os.environ | {"PYTHONPATH": str(project / "src")}
    listing = [sys.executable, str(script), "--list"]
    result = subprocess.run(listing, cwd=project, env=settings, capture_output=True, text=True, check=False)
    if result.returncode:
        raise CommandError(f"the evidence of {name} cannot be read:\n{result.stderr.strip()}")
    return json.loads(result.stdout)


def differences(before: Mapping[str, Number], after: Mapping[str, Number]) -> Iterator[str]:
    """Write the differences as lines of Markdown."""
    added = [(name, _words(number, _known(number))) for name, number in after.items() if name not in before]
    removed = [(name, _words(number, _known(number))) for name, number in before.items() if name not in after]
    changed = []
    for name in after:
        keys = [key for key in SHOWN if name in before and before[name].get(key) != after[name].get(key)]
        if keys:
            changed.append((name, _words(before[name], keys), _words(after[name], keys)))
    same = len(after) - len(added) - len(changed)
    yield "## Published numbers\n"
    yield f"{len(added)} added, {len(removed)} removed, {len(changed)} changed, {same} as before."
    yield from _table("Added", ("Record", "Number"), added)
    yield from _table("Removed", ("Record", "Number"), removed)
    yield from _table("Changed", ("Record", "Before", "After"), changed)


def _known(number: Number) -> list[str]:
    return [key for key in SHOWN if number.get(key) is not None]


def _words(number: Number, keys: Iterable[str]) -> str:
    shown = "; ".join(f"{key} {_text(number.get(key))}" for key in keys)
    return shown.replace("|", "\\|").replace("<", "&lt;")


def _text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    return "empty" if value is None else " ".join(str(value).split())


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
