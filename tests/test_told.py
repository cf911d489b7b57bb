"""Everything that a build found reaches the terminal, in sentences, and so does what ended it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from building import change, command, small_book, start, told_of

on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are looked up in /proc")

SOURCE = "data/sources/dansk-erhverv-2024.yml"


@pytest.fixture(scope="module")
def prose(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a book without cells, so that a build of it starts no kernels and fails as soon as it can."""
    project = small_book(tmp_path_factory.mktemp("prose") / "project", "# Short\n")
    change(project / "_toc.yml", "  - caption: Themes\n    chapters:\n      - file: chapters/short\n", "")
    (project / "chapters" / "short.md").unlink()
    return project


def replacing(old: str, new: str) -> Callable[[Path], object]:
    return lambda file: file.write_bytes(file.read_bytes().replace(old.encode(), new.encode()))


def appending(text: str) -> Callable[[Path], object]:
    return lambda file: file.write_text(file.read_text(encoding="utf-8").replace("...\n", "") + text, encoding="utf-8")


RETIRED = "dansk-erhverv-2024/use/uses:\n  why: Told twice.\n...\n"
AGAIN = "frame:\n  term: frame\n  group: statistics\n  definition: Again.\n...\n"
# What is done to which files, and what is said of each; faults that hide each other stand apart.
FAULTS: list[list[tuple[str, Callable[[Path], object], str]]] = [
    [
        ("data/indicators.yml", Path.unlink, "No such file"),
        ("data/glossary.yml", appending(AGAIN), "frame"),
        ("CITATION.cff", replacing("title:", "titel:"), "titel"),
    ],
    [
        ("data/sources/new.yaml", Path.touch, r"\.yml"),
        ("data/sources/folder.yml", Path.mkdir, "directory"),
        ("data/sources/link.yml", lambda file: file.symlink_to("gone.yml"), "No such file"),
        ("data/sources/huge.yml", lambda file: file.write_bytes(b"#" * 50_000_000), "50.0 MB"),
        (SOURCE, replacing("publisher", "pub\0lisher"), "character"),
        ("data/glossary.yml", Path.unlink, "No such file"),
    ],
    [
        ("data/retired.yml", lambda file: file.write_text(RETIRED), "uses"),
        ("CITATION.cff", Path.unlink, "No such file"),
    ],
    [
        ("about/cite.md", appending("\n```{include} gone.md\n```\n"), "gone.md"),
        ("about/glossary.md", appending("\n{ev}`no/such`, {nosuch}`role`, [](gone.md)\n"), "no/such"),
    ],
    [("_config.yml", lambda file: file.write_text("title: ["), "YAML")],
]


@pytest.mark.parametrize("faults", FAULTS, ids=["vocabularies", "publications", "ids", "pages", "settings"])
def test_every_problem_reaches_the_terminal(
    prose: Path, tmp_path: Path, faults: list[tuple[str, Callable[[Path], object], str]]
) -> None:
    """The name of a file and what is wrong with it stand on one line, whatever else is wrong."""
    project = shutil.copytree(prose, tmp_path / "project")
    for name, damage, _ in faults:
        damage(project / name)
    result = command(project, "build_book")
    assert result.returncode == 1 and "Traceback" not in result.stderr
    for name, _, told in faults:
        file = name.rpartition("/")[2]
        assert re.search(told, told_of(result.stderr, file).replace(file, "")), (name, result.stderr)
    assert len(result.stderr.splitlines()) <= 2 * len(faults) + 4, "and little else"


def test_an_error_that_nobody_expected_is_told_without_the_names_of_the_library(prose: Path, tmp_path: Path) -> None:
    """Of whichever part of the extension: a handler, a directive, or one that writes pages in another process."""
    parts = {
        "metadata.py": "    if doctree is None:\n",
        "background.py": "        if self._loading is not None:\n",
        "views.py": "def _write(node: Part, page: Page) -> None:\n",
    }
    for name, line in parts.items():
        project = shutil.copytree(prose, tmp_path / name)
        indent = line[: -len(line.lstrip())]
        raising = (
            f"{indent}raise KeyError(object())\n{line}"
            if line.startswith(" ")
            else f"{line}    raise KeyError(object())\n"
        )
        change(project / "src" / "nordic_ai" / "site" / name, line, raising)
        result = command(project, "build_book")
        assert result.returncode == 1
        told, failed = result.stderr.splitlines()
        assert re.fullmatch("the build met what it does not expect: KeyError: <object object>", told), name
        assert "build.log" in failed


@on_linux
@pytest.mark.parametrize(
    ("sign", "after", "whole"),
    [(signal.SIGKILL, 0, False), (signal.SIGTERM, 0.2, False), (signal.SIGKILL, 0.7, True)],
    ids=["a part, killed at once", "a part, terminated later", "all, killed"],
)
def test_a_build_that_is_ended_from_outside_is_told_in_a_sentence(
    prose: Path, tmp_path: Path, sign: signal.Signals, after: float, whole: bool
) -> None:
    """The command lives on; the build that it began, or what that began for itself, is gone."""
    project = shutil.copytree(prose, tmp_path / "project")
    process = start(project, "scripts/build_book.py")
    while not (parts := [part for below in children(process.pid) for part in children(below)]):
        assert process.poll() is None, "the build began no second process; mend this test"
        time.sleep(0.005)
    time.sleep(after)
    for part in children(process.pid) if whole else parts:
        os.kill(part, sign)
    told, _ = process.communicate(timeout=90)
    assert process.returncode == 1
    assert not re.search(r"0x[0-9a-f]{6}|<\w+ |<locals>|Handler|Traceback", told), told
    assert "ended from outside (killed, or out of memory); build again" in told


def children(pid: int) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = entry.read_text().rpartition(")")[2].split()[1]
        except OSError:  # ended meanwhile
            continue
        if int(parent) == pid:
            found.append(int(entry.parent.name))
    return found
