"""Builds and recordings are true to the data whatever happened before: changes, failures, kills, a full disk."""

from __future__ import annotations

import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from building import build, command, copy_of_the_project, files_of, settings_for, small_book
from filelock import FileLock

on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are looked up in /proc")

CELL = "```{code-cell} ipython3\n%s\n```\n"
FIGURE = CELL % (
    "from nordic_ai import charts, evidence, figure\n"
    'figure(charts.dots(evidence("dansk-erhverv-2024/use/uses")), id="use", title="Use", description="One dot.")'
)
SHORT = "# Short\n\nUse is {ev}`dansk-erhverv-2024/use/uses`.\n\n" + FIGURE
DATUM = ('value: 79\n        as_printed: "79 pct."', 'value: 78\n        as_printed: "78 pct."')


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def change_the_datum(project: Path) -> None:
    change(project / "data" / "sources" / "dansk-erhverv-2024.yml", *DATUM)


def page(project: Path) -> str:
    return (project / "_build" / "html" / "chapters" / "short.html").read_text(encoding="utf-8")


def wait_until(condition: Callable[[], bool], seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "what was waited for did not come"
        time.sleep(0.02)


def start(project: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start a command in a process group of its own, so that all of it can be killed."""
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=project,
        env=settings_for(project),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def kill(process: subprocess.Popen[str]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a small book and build it once as `make book` does."""
    project = small_book(tmp_path_factory.mktemp("built") / "project", SHORT)
    result = command(project, "build_book")
    assert result.returncode == 0, result.stdout + result.stderr
    return project


@pytest.fixture
def book(built: Path, tmp_path: Path) -> Path:
    """Give a copy of the built book that a test may break."""
    return shutil.copytree(built, tmp_path / "project")


def test_two_clean_builds_in_two_folders_are_the_same_bytes(site: Path, tmp_path: Path) -> None:
    """One takes its outputs from the recordings, the other runs every chapter."""
    project = copy_of_the_project(tmp_path / "another place, på dansk")
    for recording in (project / "chapters").glob("*.ipynb"):
        recording.unlink()
    result = command(project, "build_book")
    assert result.returncode == 0, result.stdout + result.stderr
    assert (project / "_build" / "build.log").read_text(encoding="utf-8").count("ran ") >= 5
    first, second = files_of(site), files_of(project / "_build" / "html")
    assert sorted(first) == sorted(second)
    assert [name for name in first if first[name] != second[name]] == []


def test_recordings_spare_the_build_from_running_chapters(tmp_path: Path) -> None:
    project = small_book(tmp_path / "project", SHORT)
    assert command(project, "record").returncode == 0
    assert command(project, "build_book").returncode == 0
    assert "ran " not in (project / "_build" / "build.log").read_text(encoding="utf-8")
    assert "79%" in page(project)


def test_a_build_with_nothing_changed_says_so_and_a_touched_site_is_built_again(book: Path) -> None:
    assert "Nothing has changed" in command(book, "build_book").stdout
    (book / "_build" / "html" / "chapters" / "short.html").write_text("touched", encoding="utf-8")
    assert command(book, "build_book").returncode == 0
    assert "79%" in page(book)


def test_builds_after_changes_equal_a_clean_build(book: Path) -> None:
    """A sentence, a title, a datum, a helper of the library, a figure and a page less: each is seen at once."""
    chapter = book / "chapters" / "short.md"
    change(chapter, "Use is", "Today, use is")
    assert command(book, "build_book").returncode == 0
    assert "ran " not in (book / "_build" / "build.log").read_text(encoding="utf-8")
    assert "Today, use is" in page(book)

    change(chapter, "# Short", "# Brief")
    change_the_datum(book)
    assert command(book, "build_book").returncode == 0
    assert "78%" in page(book) and "79%" not in page(book)
    assert "Uses AI today: 78%" in page(book), "the figure was drawn anew"
    assert "Brief" in (book / "_build" / "html" / "index.html").read_text(encoding="utf-8")

    change(book / "src" / "nordic_ai" / "captions.py", 'return f"Base: ', 'return f"Who answered: ')
    change(chapter, 'id="use"', 'id="ai-use"')
    assert command(book, "build_book").returncode == 0
    assert "Who answered: " in page(book)
    change(chapter, "Use is" if "Use is" in chapter.read_text(encoding="utf-8") else "use is", "it is")
    assert command(book, "build_book").returncode == 0
    incremental = files_of(book / "_build" / "html")
    assert "figures/ai-use.svg" in incremental and "figures/use.svg" not in incremental

    shutil.rmtree(book / "_build")
    assert command(book, "build_book").returncode == 0
    clean = files_of(book / "_build" / "html")
    assert sorted(clean) == sorted(incremental)
    assert [name for name in clean if clean[name] != incremental[name]] == []


def test_the_plain_command_publishes_what_the_data_and_the_library_say_now(tmp_path: Path) -> None:
    project = small_book(tmp_path / "project", SHORT)
    assert build(project).returncode == 0
    change_the_datum(project)
    assert build(project).returncode == 0
    assert "78%" in page(project) and "79%" not in page(project)
    assert "Uses AI today: 78%" in page(project)
    assert "78%" in (project / "_build" / "html" / "register.html").read_text(encoding="utf-8")
    change(project / "src" / "nordic_ai" / "captions.py", 'return f"Base: ', 'return f"Who answered: ')
    assert build(project).returncode == 0
    assert "Who answered: " in page(project)

    # A page put back with an old time, a page taken out of the book.
    chapter = project / "chapters" / "short.md"
    change(chapter, "Use is", "Use remains")
    os.utime(chapter, (1, 1))
    assert build(project).returncode == 0
    assert "Use remains" in page(project)
    change(project / "_toc.yml", "  - caption: Themes\n    chapters:\n      - file: chapters/short\n", "")
    assert build(project).returncode == 0
    assert not (project / "_build" / "html" / "chapters" / "short.html").exists()


def test_a_warning_fails_the_second_build_too(tmp_path: Path) -> None:
    project = small_book(tmp_path / "project", "# Short\n\n[](no-such-page.md)\n")
    for _ in range(2):
        result = build(project)
        assert result.returncode == 1
        assert "no-such-page" in result.stderr + result.stdout


@on_linux
@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("while True: pass", "A cell timed out while it was being executed, after 3 seconds."),
        ("import os; os._exit(3)", "Kernel died"),
    ],
    ids=["raises", "endless", "dies"],
)
def test_a_chapter_that_fails_is_named_and_the_site_stays(book: Path, code: str, reason: str) -> None:
    before = files_of(book / "_build" / "html")
    chapter = book / "chapters" / "short.md"
    change(book / "_config.yml", "timeout: 120", "timeout: 3")
    with chapter.open("a", encoding="utf-8") as file:
        file.write("\n" + CELL % code)
    line = chapter.read_text(encoding="utf-8").splitlines().index(code) + 1
    result = command(book, "build_book")
    assert result.returncode == 1
    assert f"short.md:{line}: code cell 2 failed: {reason}" in result.stderr.splitlines()
    assert files_of(book / "_build" / "html") == before
    result = command(book, "record")
    assert result.returncode == 1
    assert f"short.md:{line}: code cell 2 failed: {reason}; the old recording stays" in result.stderr.splitlines()
    wait_until(lambda: not processes_in(book / "chapters"), 10)


def processes_in(folder: Path) -> list[int]:
    """List the processes that work in a folder: kernels of its chapters."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if entry.resolve() == folder.resolve():
                found.append(int(entry.parent.name))
        except OSError:  # ended meanwhile, or somebody else's
            continue
    return found


@on_linux
def test_a_killed_build_leaves_no_old_number_behind(book: Path) -> None:
    """Killed after Sphinx has saved what it read and before it has written the pages."""
    assert build(book).returncode == 0
    saved = book / "_build" / ".doctrees" / "environment.pickle"
    time_of_saving = saved.stat().st_mtime_ns
    change_the_datum(book)
    jupyter_book = str(Path(sys.executable).with_name("jupyter-book"))
    process = start(book, jupyter_book, "build", ".", "-W", "-n", "--keep-going")
    wait_until(lambda: saved.stat().st_mtime_ns != time_of_saving)
    kill(process)
    assert build(book).returncode == 0
    assert "78%" in page(book) and "79%" not in page(book)
    wait_until(lambda: not processes_in(book / "chapters"), 10)


def test_a_killed_make_book_leaves_the_site_and_the_next_is_clean(book: Path) -> None:
    before = files_of(book / "_build" / "html")
    change_the_datum(book)
    process = start(book, "scripts/build_book.py")
    wait_until((book / "_build" / "work" / "_build" / ".doctrees" / "unfinished").exists)
    kill(process)
    assert files_of(book / "_build" / "html") == before
    assert command(book, "build_book").returncode == 0
    assert "78%" in page(book) and "79%" not in page(book)


@on_linux
def test_a_killed_recording_loses_nothing(tmp_path: Path) -> None:
    project = small_book(tmp_path / "project", "# Short\n\n" + CELL % "1 + 1")
    assert command(project, "record").returncode == 0
    recording = project / "chapters" / "short.ipynb"
    before = recording.read_bytes()
    change(project / "chapters" / "short.md", "1 + 1", "import time; time.sleep(60)")
    process = start(project, "scripts/record.py")
    wait_until(lambda: bool(processes_in(project / "chapters")))
    kill(process)
    assert recording.read_bytes() == before
    wait_until(lambda: not processes_in(project / "chapters"), 10)
    change(project / "chapters" / "short.md", "import time; time.sleep(60)", "2 + 2")
    assert command(project, "record").returncode == 0
    assert '"4"' in recording.read_text(encoding="utf-8")


@on_linux
@pytest.mark.parametrize("script", ["build_book", "record"])
def test_a_datum_that_changes_while_chapters_run_is_not_taken_for_the_old_one(book: Path, script: str) -> None:
    change(book / "chapters" / "short.md", "from nordic_ai import", "import time; time.sleep(5)\nfrom nordic_ai import")
    process = start(book, f"scripts/{script}.py")
    wait_until(lambda: bool(processes_in(book / "chapters")))
    change_the_datum(book)
    told, _ = process.communicate(timeout=90)
    assert process.returncode == 1 and "data, library or lock file changed while" in told
    assert command(book, "build_book").returncode == 0
    assert "78%" in page(book) and "Uses AI today: 78%" in page(book)


def test_a_second_build_waits_for_the_first(book: Path) -> None:
    change_the_datum(book)
    with FileLock(book / "_build" / ".lock"):
        waiting = start(book, "scripts/build_book.py")
        assert waiting.stdout.readline() == "another build of this book is running; waiting for it to end …\n"
        plain = start(book, str(Path(sys.executable).with_name("jupyter-book")), "build", ".", "-W", "-n")
        for line in plain.stdout:
            if "another build of this book is running" in line:
                break
        else:
            pytest.fail("the plain command did not wait")
        assert waiting.poll() is None and plain.poll() is None
        assert "79%" in page(book)
    assert waiting.wait(90) == 0
    plain.stdout.read()
    assert plain.wait(90) == 0
    assert "78%" in page(book)


@pytest.mark.parametrize(("script", "largest"), [("build_book", 100_000), ("build_book", 2_000), ("record", 2_000)])
def test_a_full_disk_is_told_and_nothing_is_lost(book: Path, script: str, largest: int) -> None:
    """A limit on the size of files stands for the disk: the same writes fail, with the same class of error."""
    before, chapters = files_of(book / "_build" / "html"), files_of(book / "chapters")
    change_the_datum(book)
    result = subprocess.run(
        [sys.executable, f"scripts/{script}.py"],
        cwd=book,
        env=settings_for(book),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest)),
    )
    assert result.returncode == 1
    assert "File too large" in result.stderr and "stays" in result.stderr
    assert "Traceback" not in result.stderr
    assert files_of(book / "_build" / "html") == before and files_of(book / "chapters") == chapters
    assert command(book, "build_book").returncode == 0
    assert "78%" in page(book)


def test_the_preview_follows_changes_and_survives_mistakes(book: Path) -> None:
    server = start(book, "scripts/serve.py", "--port", "0")
    try:
        for line in server.stdout:
            found = re.search(r"Serving on (http://\S+);", line)
            if found:
                break
        else:
            pytest.fail("the preview did not start")
        address = f"{found[1]}/chapters/short.html"

        def shown() -> str:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return answer.read().decode()

        wait_until(lambda: answers(address), 10)
        assert "websocket-reload" in shown()
        chapter = book / "chapters" / "short.md"
        change(chapter, "Use is", "{ev}`no/such` Use is")
        for line in server.stdout:
            if "the last good site stays" in line:
                break
        assert server.poll() is None and "79%" in shown()
        change(chapter, "{ev}`no/such` Use is", "Now use is")
        wait_until(lambda: "Now use is" in shown())
        change_the_datum(book)
        wait_until(lambda: "78%" in shown())
    finally:
        kill(server)


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5):
            return True
    except OSError:
        return False


class TestRecordings:
    """What `make record` writes, and what `--check` says without running anything."""

    @pytest.fixture(scope="class")
    @staticmethod
    def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
        project = small_book(tmp_path_factory.mktemp("recorded") / "project", SHORT)
        result = command(project, "record")
        assert result.returncode == 0, result.stderr
        assert re.search(r"short: recorded in \d+\.\d s", result.stdout)
        return project

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
            ("src/nordic_ai/captions.py", "Base: ", "Who: ", "the library changed since it was recorded"),
            ("requirements.txt", "altair==", "altair ==", "requirements.txt changed since it was recorded"),
            ("chapters/short.ipynb", "79.0", "78.0", "its outputs are not those that were recorded"),
        ],
        ids=["source", "data", "library", "lock", "hand"],
    )
    def test_the_check_says_why(self, recorded: Path, name: str, old: str, new: str, reason: str) -> None:
        file = recorded / name
        text = file.read_text(encoding="utf-8")
        assert command(recorded, "record", "--check").stdout == "1 recordings are up to date\n"
        change(file, old, new)
        try:
            result = command(recorded, "record", "--check")
            assert result.returncode == 1
            assert f"short.md: {reason}; run `make record`" in result.stdout.splitlines()
        finally:
            file.write_text(text, encoding="utf-8")

    @pytest.mark.parametrize(
        ("code", "trace"),
        [
            ("import os; os.getcwd()", "a path of the machine"),
            ("import datetime; str(datetime.datetime.now())", "a time of day"),
            ("object()", "an address in memory"),
        ],
        ids=["path", "time", "address"],
    )
    def test_traces_of_the_machine_are_refused(self, tmp_path: Path, code: str, trace: str) -> None:
        project = small_book(tmp_path / "project", "# Short\n\n" + CELL % code)
        assert command(project, "record").returncode == 0
        result = command(project, "record", "--check")
        assert result.returncode == 1
        assert f"short.md: an output holds {trace}" in result.stdout
