"""Report what is wrong with an author's files in sentences, all problems at once."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

KeyPath = tuple[str | int, ...]
"""Where a value is inside a file: names of fields and positions in lists."""

Violations = Iterable[tuple[KeyPath, str]]
"""Broken rules: for each, the path below the record or file being checked, and a sentence."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where it is and what to do about it."""

    file: Path
    message: str
    line: int | None = None
    path: KeyPath = ()

    def __str__(self) -> str:
        file, here = self.file.absolute(), Path.cwd()
        place = str(file.relative_to(here) if file.is_relative_to(here) else self.file)
        if self.line is not None:
            place += f":{self.line}"
        # As in `questions[0].answers[2].value`.
        path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.path).removeprefix(".")
        return ": ".join(part for part in (place, path, self.message) if part)


class EvidenceError(Exception):
    """All problems found in one run; the message lists them, one per line."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = sorted(problems, key=lambda problem: (str(problem.file), problem.line or 0))
        super().__init__(self.problems)  # what pickle hands back to this method in another process

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


@contextmanager
def collect(problems: list[Problem]) -> Iterator[None]:
    """Add the problems of an `EvidenceError` to a list, so that the caller can go on and report all of them."""
    try:
        yield
    except EvidenceError as error:
        problems += error.problems
