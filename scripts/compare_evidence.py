"""Say in Markdown which published numbers differ between two revisions: added, removed, changed."""

from __future__ import annotations

import argparse
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

# What readers see of a number; the rest of a record qualifies it.
SHOWN = (
    *("value", "unit", "precision", "direction", "as_printed", "missing", "base_n", "implied_count"),
    *("ci_low", "ci_high", "bound_low", "bound_high"),
)
_MOST = 300
Numbers = Mapping[str, Mapping[str, object]]


class RevisionError(Exception):
    """A revision's numbers cannot be listed; the message says why."""


# Python 3.11.4 and later can refuse what an archive should not hold; this one is made of our own revision.
_SAFELY = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}


def main() -> int:
    """Print the differences and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base", nargs="?", default="HEAD", help="revision to compare with (HEAD)")
    parser.add_argument("head", nargs="?", help="revision to compare; the files as they are here if left out")
    parser.add_argument("--list", action="store_true", help="list this revision's numbers as JSON and compare nothing")
    options = parser.parse_args()
    if options.list:
        json.dump(list_numbers(), sys.stdout)
        return 0
    root = Path(__file__).resolve().parent.parent
    try:
        before = numbers_of(root, options.base)
        after = numbers_of(root, options.head) if options.head else run_listing(root, "the files here")
    except RevisionError as error:
        print(f"compare_evidence: {error}", file=sys.stderr)
        return 1
    print("\n".join(report(before, after)))
    return 0


def list_numbers() -> Numbers:
    """Give what readers see of every number of the evidence, by id."""
    from nordic_ai.analysis.report import load_report
    from nordic_ai.evidence.errors import EvidenceError

    try:
        observations = load_report().observations
    except EvidenceError as error:
        sys.exit(str(error))
    return {name: {key: getattr(found, key, None) for key in SHOWN} for name, found in observations.items()}


def numbers_of(root: Path, revision: str) -> Numbers:
    """List the numbers of a revision with its own library: a change of the statistics changes numbers too."""
    command = ["git", "archive", "--format=tar", revision, "data", "src", "scripts", "_toc.yml"]
    try:
        archive = subprocess.run(command, cwd=root, capture_output=True, check=True).stdout
    except OSError:
        raise RevisionError("git is needed to look at another revision; install it") from None
    except subprocess.CalledProcessError as error:
        raise RevisionError(f"git cannot give `{revision}`: {error.stderr.decode().strip()}") from None
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            files.extractall(folder, **_SAFELY)
        return run_listing(Path(folder), f"`{revision}`")


def run_listing(folder: Path, name: str) -> Numbers:
    """List the numbers of the project in a folder, by its own copy of this command."""
    script = folder / "scripts" / Path(__file__).name
    if not script.is_file():
        raise RevisionError(f"{name} is older than this command, so its numbers cannot be listed")
    settings = os.environ | {"PYTHONPATH": str(folder / "src")}
    command = [sys.executable, str(script), "--list"]
    result = subprocess.run(command, cwd=folder, env=settings, capture_output=True, text=True, check=False)
    if result.returncode:
        raise RevisionError(f"the evidence of {name} cannot be read:\n{result.stderr.strip()}")
    return json.loads(result.stdout)


def report(before: Numbers, after: Numbers) -> Iterable[str]:
    """Write the differences as Markdown, a line each.

    Parameters
    ----------
    before, after
        The numbers of the two revisions by id, as `list_numbers` gives them.
    """
    added, removed = [name for name in after if name not in before], [name for name in before if name not in after]
    changed = [name for name in after if name in before and after[name] != before[name]]
    same = len(after) - len(added) - len(changed)
    yield "## Published numbers\n"
    yield f"{len(added)} added, {len(removed)} removed, {len(changed)} changed, {same} as before."
    for title, names, numbers in (("Added", added, after), ("Removed", removed, before)):
        rows = (
            (name, _words(numbers[name], [key for key in SHOWN if numbers[name][key] is not None])) for name in names
        )
        yield from _table(title, ("Record", "Number"), rows)
    rows = []
    for name in changed:
        keys = [key for key in SHOWN if before[name].get(key) != after[name].get(key)]
        rows.append((name, _words(before[name], keys), _words(after[name], keys)))
    yield from _table("Changed", ("Record", "Before", "After"), rows)


def _words(number: Mapping[str, object], keys: Iterable[str]) -> str:
    shown = (f"{key} {_value(number.get(key))}" for key in keys)
    return "; ".join(shown).replace("|", "\\|").replace("<", "&lt;")


def _value(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    return "empty" if value is None else " ".join(str(value).split())


def _table(title: str, heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterable[str]:
    rows = list(rows)
    if not rows:
        return
    yield f"\n### {title}\n"
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for name, *cells in rows[:_MOST]:
        yield f"| `{name}` | {' | '.join(cells)} |"
    if len(rows) > _MOST:
        yield f"\n… and {len(rows) - _MOST} more."


if __name__ == "__main__":
    sys.exit(main())
