"""Builds and recordings say what pages, data and library say now, whatever was built before."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from building import (
    CELL,
    DATUM,
    SHORT,
    build,
    change,
    change_the_datum,
    command,
    copy_of_the_project,
    files_of,
    page,
    small_book,
)

from nordic_ai.fingerprint import output_fingerprints


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a small book and record it once."""
    project = small_book(tmp_path_factory.mktemp("recorded") / "project", SHORT)
    result = command(project, "record")
    assert result.returncode == 0, result.stderr
    assert re.search(r"short: recorded in \d+\.\d s", result.stdout)
    return project


def test_two_clean_builds_in_two_folders_are_the_same_bytes(site: Path, tmp_path: Path) -> None:
    """One takes its outputs from the recordings, the other runs every chapter."""
    project = copy_of_the_project(tmp_path / "another place, på dansk")
    for recording in [*project.glob("*.ipynb"), *project.glob("[!_]*/*.ipynb")]:
        recording.unlink()
    result = command(project, "build_book")
    assert result.returncode == 0, result.stdout + result.stderr
    assert (project / "_build" / "build.log").read_text(encoding="utf-8").count("ran ") >= 5
    first, second = files_of(site), files_of(project / "_build" / "html")
    assert sorted(first) == sorted(second)
    assert [name for name in first if first[name] != second[name]] == []


def test_recordings_spare_the_build_from_running_chapters(site: Path) -> None:
    assert "ran " not in (site.parents[2] / "told").read_text(encoding="utf-8")


def test_a_build_with_nothing_changed_says_so_and_a_touched_site_is_built_again(book: Path) -> None:
    assert "Nothing has changed" in command(book, "build_book").stdout
    (book / "_build" / "html" / "chapters" / "short.html").write_text("touched", encoding="utf-8")
    assert command(book, "build_book").returncode == 0
    assert "79%" in page(book)


def test_builds_after_changes_equal_a_clean_build(book: Path) -> None:
    """A sentence, a title, a datum, a helper of the library, a figure and a page less: each is seen at once."""
    chapter, methods = book / "chapters" / "short.md", book / "about" / "methods.md"
    change(chapter, "Use is", "See [](#mine) and ![a mark](mark.svg) Zebracrossing. Today, use is")
    shutil.copy(book / "_build" / "html" / "figures" / "use.svg", book / "chapters" / "mark.svg")
    included = book / "parts" / "one.md"
    included.parent.mkdir()
    included.write_text("The part says one.\n", encoding="utf-8")
    more = "\n(mine)=\n## A heading of mine\n\n```{include} ../parts/one.md\n```\n"
    methods.write_text(methods.read_text(encoding="utf-8") + more, encoding="utf-8")
    assert command(book, "build_book").returncode == 0
    assert "Today, use is" in page(book) and "A heading of mine" in page(book)

    change(methods, "A heading of mine", "Another heading")
    assert command(book, "build_book").returncode == 0
    assert "ran " not in (book / "_build" / "build.log").read_text(encoding="utf-8")
    assert "Another heading" in page(book)

    change(chapter, "# Short", "# Brief")
    change_the_datum(book)
    change(book / "src" / "nordic_ai" / "figures" / "figure.py", 'gettext("Base: ', 'gettext("Who answered: ')
    included.write_text("The part says two.\n", encoding="utf-8")
    os.utime(included, (1, 1))
    assert command(book, "build_book").returncode == 0
    assert "The part says two." in (book / "_build" / "html" / "about/methods.html").read_text(encoding="utf-8")
    assert "78%" in page(book) and "79%" not in page(book)
    assert "Uses AI today: 78%" in page(book), "the figure was drawn anew"
    assert "Brief" in (book / "_build" / "html" / "index.html").read_text(encoding="utf-8")
    assert "Who answered: " in page(book)
    # What is only taken away, renamed or put back with an old time is seen as well, without beginning anew.
    change(chapter, " and ![a mark](mark.svg) Zebracrossing. Today, use is", ". It is")
    change(chapter, "# Brief", "# Concise")
    change(chapter, 'id="use"', 'id="ai-use"')
    os.utime(chapter, (1, 1))
    assert command(book, "build_book").returncode == 0
    assert "0 added, 1 changed, 0 removed" in (book / "_build" / "build.log").read_text(encoding="utf-8")
    incremental = files_of(book / "_build" / "html")
    assert "figures/ai-use.svg" in incremental and "figures/use.svg" not in incremental

    shutil.rmtree(book / "_build")
    assert command(book, "build_book").returncode == 0
    clean = files_of(book / "_build" / "html")
    assert sorted(clean) == sorted(incremental)
    assert [name for name in clean if clean[name] != incremental[name]] == []


def test_a_changed_datum_draws_only_the_pictures_that_it_is_in(book: Path) -> None:
    def drawn() -> dict[str, int]:
        return {file.name: file.stat().st_mtime_ns for file in (book / "_build/.work/html/drawn").iterdir()}

    pages = len(list((book / "_build" / "html" / "pictures").iterdir()))
    figure = CELL % (
        "from nordic_ai import charts, figure, observations\n"
        'strategy = observations("dansk-erhverv-2024/strategy")\n'
        'figure(charts.dots(strategy), id="strategy", title="Strategy", description="Some dots.")'
    )
    chapter = book / "chapters" / "short.md"
    chapter.write_text(f"{chapter.read_text(encoding='utf-8')}\n{figure}", encoding="utf-8")
    before = drawn()
    assert command(book, "build_book").returncode == 0
    both = drawn()
    assert before.items() < both.items() and len(both) == pages + 2
    change_the_datum(book)
    assert command(book, "build_book").returncode == 0
    after = drawn()
    assert len(after) == pages + 2 and len(both.items() & after.items()) == pages + 1
    assert "78%" in page(book)


def test_the_plain_command_publishes_what_the_data_and_the_library_say_now(tmp_path: Path) -> None:
    project = small_book(tmp_path / "project", SHORT)  # in its place from the start: Sphinx reads a moved one anew
    assert build(project).returncode == 0
    change_the_datum(project)
    change(project / "src" / "nordic_ai" / "figures" / "figure.py", 'gettext("Base: ', 'gettext("Who answered: ')
    assert build(project).returncode == 0
    assert "78%" in page(project) and "79%" not in page(project)
    assert "Uses AI today: 78%" in page(project) and "Who answered: " in page(project)
    register = project / "_build" / "html" / "evidence" / "register" / "dansk-erhverv-2024.html"
    assert "78%" in register.read_text(encoding="utf-8")

    # The other command published another number in between.
    change(project / "data" / "sources" / "dansk-erhverv-2024.yml", *reversed(DATUM))
    assert command(project, "build_book").returncode == 0
    assert "79%" in page(project)
    # With it comes a page that was put back with an old time; at last the page is taken out of the book.
    change_the_datum(project)
    chapter = project / "chapters" / "short.md"
    change(chapter, "Use is", "Use remains")
    os.utime(chapter, (1, 1))
    assert build(project).returncode == 0
    assert "78%" in page(project) and "79%" not in page(project)
    assert "Use remains" in page(project)
    change(project / "_toc.yml", "  - caption: Themes\n    chapters:\n      - file: chapters/short\n", "")
    assert build(project).returncode == 0
    assert not (project / "_build" / "html" / "chapters" / "short.html").exists()


def test_a_warning_fails_the_second_build_too(book: Path) -> None:
    """Even after a build for which warnings were no errors, and which published its site."""
    change(book / "chapters" / "short.md", "Use is", "[](no-such-page.md) Use is")
    for options, exit_code in (["-n"], 0), (["-n", "-W", "--keep-going"], 1):
        result = build(book, *options)
        assert result.returncode == exit_code
        assert "no-such-page" in result.stderr + result.stdout
    assert "no-such-page" in page(book)


class TestRecordings:
    """What `make record` writes, and what `--check` says without running anything."""

    def test_two_recordings_are_the_same_bytes(self, recorded: Path) -> None:
        before = (recorded / "chapters" / "short.ipynb").read_bytes()
        assert command(recorded, "record", "short").returncode == 0
        assert (recorded / "chapters" / "short.ipynb").read_bytes() == before
        assert b"timestamp" not in before and b'execution"' not in before

    @pytest.mark.parametrize(
        ("name", "old", "new", "reason"),
        [
            ("chapters/short.md", "Use is", "Use was", "the recording holds other cells"),
            ("data/sources/dansk-erhverv-2024.yml", *DATUM, "data/ changed since it was recorded"),
            ("src/nordic_ai/figures/figure.py", "Base: ", "Who: ", "the library changed since it was recorded"),
            ("requirements.txt", "altair==", "altair ==", "requirements.txt changed since it was recorded"),
            ("chapters/short.ipynb", "79.0", "78.0", "its outputs are not those that were recorded"),
        ],
        ids=["source", "data", "library", "lock", "hand"],
    )
    def test_the_check_says_why(self, recorded: Path, name: str, old: str, new: str, reason: str) -> None:
        file = recorded / name
        text = file.read_text(encoding="utf-8")
        assert command(recorded, "record", "--check").stdout == "recordings up to date: 1\n"
        change(file, old, new)
        try:
            result = command(recorded, "record", "--check")
            assert result.returncode == 1
            assert f"chapters/short.md: {reason}; run `make record`" in result.stderr.splitlines()
        finally:
            file.write_text(text, encoding="utf-8")

    def test_what_cells_may_read_counts_and_nothing_else(self, tmp_path: Path) -> None:
        """A chapter's helper or table changes its outputs; prose, recordings and what tools leave do not."""
        for name in ("data/sources/a.yml", "data/words.txt", "chapters/a.md", "chapters/a.ipynb", "requirements.txt"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text("before", encoding="utf-8")
        before = output_fingerprints(tmp_path)

        def changed_by(name: str) -> list[str]:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text("after", encoding="utf-8")
            now = output_fingerprints(tmp_path)
            (tmp_path / name).unlink()
            return [part for part in now if now[part] != before[part]]

        assert changed_by("data/more.csv") == changed_by("data/sources/b.yml") == ["data"]
        for name in ("chapters/helper.py", "chapters/tables/a.csv", "countries/a.csv", "a.py", "a.csv"):
            assert changed_by(name) == ["neighbours"]
        with TemporaryDirectory() as elsewhere:
            link = tmp_path / "data" / "linked"
            link.symlink_to(elsewhere, target_is_directory=True)
            assert changed_by("data/linked/a.yml") == ["data"]
        for name in ("chapters/b.md", "chapters/.b.ipynb.part", "chapters/__pycache__/helper.pyc", "index.md"):
            assert changed_by(name) == []
        for name in ("data/words.txt", "chapters/a.md", "chapters/a.ipynb"):
            assert changed_by(name) == []
