"""Say what is wrong with an author's file in sentences, several problems at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

KeyPath = tuple[str | int, ...]


def format_path(path: KeyPath) -> str:
    """Write a path inside a file the way an author reads it.

    >>> format_path(("questions", 0, "answers", 2, "value"))
    'questions[0].answers[2].value'
    """
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where it stands and what to do about it."""

    file: Path
    message: str
    line: int | None = None
    path: KeyPath = ()

    def __str__(self) -> str:
        where = self._shown_file() if self.line is None else f"{self._shown_file()}:{self.line}"
        inside = f"{format_path(self.path)}: " if self.path else ""
        return f"{where}: {inside}{self.message}"

    def _shown_file(self) -> str:
        try:
            return str(self.file.absolute().relative_to(Path.cwd()))
        except ValueError:
            return str(self.file)


class EvidenceError(Exception):
    """All problems found in one run; the message lists them, one a line."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = sorted(problems, key=lambda problem: (str(problem.file), problem.line or 0))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[EvidenceError], tuple[list[Problem]]]:
        """Let the error pass from one process to another."""
        return type(self), (self.problems,)
