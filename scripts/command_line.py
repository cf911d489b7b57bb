"""What all commands share: arguments, and errors told as sentences instead of tracebacks."""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

from nordic_ai.evidence.errors import EvidenceError

ROOT = Path(__file__).resolve().parent.parent
"""The folder of the project to which the commands belong."""

Argument = tuple[tuple[str, ...], dict[str, Any]]
Main = Callable[..., int | None]


class CommandError(Exception):
    """The command cannot do what it was asked to; the message says why, and what to do."""


def argument(*names: str, **settings: Any) -> Argument:
    """Describe an argument as `argparse.ArgumentParser.add_argument` takes it."""
    return names, settings


def command(*arguments: Argument, unchanged: str = "") -> Callable[[Main], Callable[..., int]]:
    """Make the last function of a script its command, and run it if Python was started with this script.

    The function takes the arguments by their names; `--help` shows the script's docstring. The command takes a list of
    words, `sys.argv` if there is none, and returns the exit code: what the function returned, 0 for None, and 1 after
    an error, which it has told in a sentence on standard error. That sentence ends in what the error, or an
    interruption, has left `unchanged`, as in "the last good site stays".
    """

    def decorate(main: Main) -> Callable[..., int]:
        parser = argparse.ArgumentParser(description=main.__globals__["__doc__"])
        for names, settings in arguments:
            parser.add_argument(*names, **settings)

        def run(given: Sequence[str] | None = None) -> int:
            options = vars(parser.parse_args(given))
            try:
                return main(**options) or 0
            except EvidenceError as error:
                print(error, file=sys.stderr)
                told = ""  # each line of it names the file
            except KeyboardInterrupt:
                told = "interrupted"
            except FileExistsError as error:
                told = f"{os.path.relpath(error.filename)} exists and is left as it is; choose another name"
            except subprocess.CalledProcessError as error:
                told = f"`{error.cmd[0]}` failed: {(error.stderr or f'exit code {error.returncode}').strip()}"
            except (CommandError, OSError) as error:
                told = f"{error.filename}: {error.strerror}" if getattr(error, "filename", None) else str(error)
            if told or unchanged:
                print(f"{Path(parser.prog).stem}: {'; '.join(filter(None, (told, unchanged)))}", file=sys.stderr)
            return 1

        if main.__module__ == "__main__":
            raise SystemExit(run())
        return run

    return decorate


def print_problems(problems: Collection[object], otherwise: str) -> int:
    """Print each problem on standard error and how many there are, or what to say otherwise; return the exit code."""
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{len(problems)} problem{'s' * (len(problems) > 1)}" if problems else otherwise)
    return 1 if problems else 0


def require_known(what: str, names: Iterable[str], known: Collection[str]) -> None:
    """Raise `CommandError` unless each name is a known one, as in "unknown country `XX`; there are DK, FI"."""
    for name in names:
        if name not in known:
            raise CommandError(f"unknown {what} `{name}`; there are {', '.join(known)}")


def require_site(site: Path) -> None:
    """Raise `CommandError` unless a folder holds a built site."""
    if not (site / "index.html").is_file():
        raise CommandError(f"there is no site in {site}; run `make book` first")
