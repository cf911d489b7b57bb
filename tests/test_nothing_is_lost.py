"""Nothing that an author wrote is overwritten, nothing that a command found is swallowed, and every cell is looked at."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from building import CELL, add_pages, change, chapter_with, checked_book, command, small_book, start, told_of

on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are looked up in /proc")

TYPED = "Typed by an author who thought that this was the chapter."
SOURCE = "data/sources/dansk-erhverv-2024.yml"


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = checked_book(tmp_path_factory.mktemp("recorded") / "project")
    assert (result := command(project, "record")).returncode == 0, result.stderr
    assert command(project, "check").stdout.endswith("all is well\n")
    return project


def with_a_paragraph(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    notebook.cells.append(nbformat.v4.new_markdown_cell(TYPED))
    return notebook


def with_a_sentence(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    notebook.cells[0].source += f"\n\n{TYPED}"
    return notebook


def with_a_comment(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    next(cell for cell in notebook.cells if cell.cell_type == "code").source += f"  # {TYPED}"
    return notebook


def draft_of_the_author(_: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Make a notebook that no command of ours has written."""
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(TYPED)])


EDITS = [with_a_paragraph, with_a_sentence, with_a_comment, draft_of_the_author]


def files_with(project: Path, words: str) -> list[str]:
    """List the files, beside what is built, that hold these words."""
    files = (file for file in project.rglob("*") if file.is_file() and "_build" not in file.parts)
    return [file.relative_to(project).as_posix() for file in files if words.encode() in file.read_bytes()]


@pytest.mark.parametrize("edit", EDITS)
def test_what_is_typed_into_a_recording_is_told_and_never_lost(
    recorded: Path, tmp_path: Path, edit: Callable[[nbformat.NotebookNode], nbformat.NotebookNode]
) -> None:
    project = shutil.copytree(recorded, tmp_path / "project")
    file = project / "chapters" / "short.ipynb"
    nbformat.write(edit(nbformat.read(file, as_version=4)), file)
    checked = command(project, "check")
    assert checked.returncode == 1
    # The recording is named, and the Markdown into which the edit can be carried.
    assert "short.md" in (told := told_of(checked.stderr, "short.ipynb")), checked.stderr
    assert not told.rstrip().endswith("; run `make record`")
    result = command(project, "record")
    assert "short.ipynb" in result.stdout + result.stderr
    kept = files_with(project, TYPED)
    assert kept and any(name in result.stdout + result.stderr for name in kept)


def test_a_build_tells_what_it_leaves_out_of_an_edited_recording(recorded: Path, tmp_path: Path) -> None:
    project = shutil.copytree(recorded, tmp_path / "project")
    file = project / "chapters" / "short.ipynb"
    nbformat.write(with_a_paragraph(nbformat.read(file, as_version=4)), file)
    result = command(project, "build_book")
    assert "short.ipynb" in result.stdout + result.stderr
    assert files_with(project, TYPED) == ["chapters/short.ipynb"]


@pytest.fixture(scope="module")
def prose(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a book without cells, so that a build of it starts no kernels and fails as soon as it can."""
    project = small_book(tmp_path_factory.mktemp("prose") / "project", "# Short\n")
    change(project / "_toc.yml", "  - caption: Themes\n    chapters:\n      - file: chapters/short\n", "")
    (project / "chapters" / "short.md").unlink()
    return project


@contextmanager
def broken(file: Path, damage: Callable[[Path], object]) -> Iterator[None]:
    """Damage, add or remove a file for a while."""
    before = file.read_bytes() if file.is_file() else None
    damage(file)
    try:
        yield
    finally:
        if before is not None:
            file.write_bytes(before)
        elif file.is_dir() and not file.is_symlink():
            file.rmdir()
        else:
            file.unlink()


def replacing(old: str, new: str) -> Callable[[Path], object]:
    return lambda file: file.write_bytes(file.read_bytes().replace(old.encode(), new.encode()))


RETIRED = "dansk-erhverv-2024/use/uses:\n  why: Told twice.\n...\n"
AGAIN = "frame:\n  term: frame\n  group: statistics\n  definition: Again.\n...\n"
BOTH, BUILD, CHECK = ["build_book", "check"], ["build_book"], ["check"]
FAULTS = [
    # What the check says of broken evidence, other tests say.
    (BUILD, "data/indicators.yml", Path.unlink, "No such file|missing", "no indicators"),
    (BUILD, "data/glossary.yml", Path.unlink, "No such file|missing", "no glossary"),
    (BUILD, "data/glossary.yml", replacing("...\n", AGAIN), "frame", "a term twice"),
    (BUILD, "data/sources/new.yaml", Path.touch, r"\.yml", "wrong ending"),
    (BUILD, "data/sources/new.yml", Path.mkdir, "directory|folder", "folder"),
    (BUILD, "data/sources/new.yml", lambda file: file.symlink_to("gone.yml"), "No such file|missing", "dead link"),
    (BUILD, SOURCE, replacing("publisher", "pub\0lisher"), "character", "NUL"),
    (BUILD, SOURCE, lambda file: file.write_bytes(b"#" * 50_000_000), "50.0 MB", "50 MB"),
    (BUILD, "data/retired.yml", lambda file: file.write_text(RETIRED), "uses", "retired id in use"),
    (BUILD, "CITATION.cff", replacing("title:", "titel:"), "titel", "misspelt citation"),
    (BUILD, "CITATION.cff", Path.unlink, "No such file|missing", "no citation"),
    (CHECK, "data/words.txt", Path.unlink, "No such file|missing", "no words"),
    (BOTH, "_config.yml", lambda file: file.write_text("title: ["), "YAML", "broken settings"),
    (BOTH, "_toc.yml", replacing("about/cite\n", "about/gone\n"), "about/gone", "listed page that is gone"),
    (BOTH, "CHANGELOG.md", Path.unlink, "No such file|missing|not found", "included page that is gone"),
]


@pytest.mark.parametrize(
    ("script", "name", "damage", "told"),
    [
        pytest.param(script, name, damage, told, id=f"{fault}, {script}")
        for scripts, name, damage, told, fault in FAULTS
        for script in scripts
    ],
)
def test_every_problem_reaches_the_terminal(
    prose: Path, script: str, name: str, damage: Callable[[Path], object], told: str
) -> None:
    with broken(prose / name, damage):
        result = command(prose, script)
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    # The file's name and what is wrong with it stand on one line.
    file = name.rpartition("/")[2]
    assert re.search(told, told_of(result.stderr, file).replace(file, "")), result.stderr


@on_linux
@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "terminated"])
@pytest.mark.parametrize("after", [0, 0.7], ids=["at once", "later"])
def test_a_part_of_a_build_that_is_ended_from_outside_is_told_in_a_sentence(
    prose: Path, tmp_path: Path, sign: signal.Signals, after: float
) -> None:
    """The build itself lives on; what it began for itself is gone."""
    project = shutil.copytree(prose, tmp_path / "project")
    process = start(project, "scripts/build_book.py")
    while not (parts := [part for below in children(process.pid) for part in children(below)]):
        assert process.poll() is None, "the build began no second process; mend this test"
        time.sleep(0.005)
    time.sleep(after)
    for part in parts:
        os.kill(part, sign)
    told, _ = process.communicate(timeout=90)
    assert not re.search(r"0x[0-9a-f]{6}|<\w+ |<locals>|Handler|Traceback", told), told
    if process.returncode:  # a build may as well do again what was lost
        assert re.search(r"(killed|ended|terminated|stopped)", told) and "again" in told


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


@pytest.fixture(scope="module")
def spread(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a book with cells on pages of all folders, one of them without the header of a notebook."""
    project = checked_book(tmp_path_factory.mktemp("spread") / "project")
    pages = {"chapters/regions/west": "West", "countries/norden": "North", "about/more": "More"}
    add_pages(project, {name: chapter_with("print('shown')", title) for name, title in pages.items()})
    return project


def test_cells_are_recorded_and_compared_wherever_they_stand_or_refused(spread: Path) -> None:
    checked = command(spread, "check").stderr
    assert all(told_of(checked, f"{name}.md") for name in ("west", "norden", "more")), checked
    recorded = command(spread, "record")
    built = command(spread, "build_book")
    for name in ("chapters/regions/west", "countries/norden", "about/more"):
        if built.returncode:
            assert told_of(built.stderr, f"{name.rpartition('/')[2]}.md") and recorded.returncode == 1
        else:
            recording = (spread / f"{name}.ipynb").read_text(encoding="utf-8")
            assert "shown" in recording
    if built.returncode == 0:
        change(spread / "countries" / "norden.md", "shown", "changed")
        assert told_of(command(spread, "check").stderr, "norden.md")


def test_a_cell_that_fails_is_told_alike_wherever_it_stands(spread: Path, tmp_path: Path) -> None:
    project = shutil.copytree(spread, tmp_path / "project")
    file = project / "countries" / "norden.md"
    file.write_text(file.read_text(encoding="utf-8").replace("print(", "1 / 0, print("), encoding="utf-8")
    told = told_of(command(project, "build_book").stderr, "norden.md")
    assert re.search(r"norden\.md:\d+: .*(ZeroDivisionError|cell)", told)


def test_cells_on_a_page_without_the_header_of_a_notebook_are_told_by_the_check_too(prose: Path) -> None:
    """Nothing would run them, and every build refuses the page."""
    file = prose / "about" / "cite.md"
    text = file.read_text(encoding="utf-8") + "\n" + CELL % "1 + 1"
    with broken(file, lambda file: file.write_text(text, encoding="utf-8")):
        assert command(prose, "build_book").returncode == 1
        assert re.search(r"cite\.md:\d+: .*header", command(prose, "check").stderr)


LONG = 100_000


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("label: Uses AI today", f"label: {'x' * LONG}", id="word"),
        pytest.param("label: Uses AI today", f"label: {'Use ' * (LONG // 4)}", id="label"),
        pytest.param('as_printed: "79 pct."', f'as_printed: "79 pct. {"ord " * (LONG // 4)}"', id="words of a source"),
        pytest.param("note: One in five", f"note: {'Words. ' * (LONG // 7)}", id="note"),
    ],
)
def test_a_text_longer_than_a_record_can_hold_is_refused_at_once(prose: Path, old: str, new: str) -> None:
    begun = time.monotonic()
    with broken(prose / SOURCE, replacing(old, new)):
        result = command(prose, "check")
    assert result.returncode == 1
    assert re.search(r"dansk-erhverv-2024\.yml:\d+: .*characters", result.stderr), result.stderr[:1000]
    assert len(result.stderr) < LONG // 10, "a sentence does not repeat the text"
    assert time.monotonic() - begun < 60
