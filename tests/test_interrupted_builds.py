"""No build or recording that fails, is killed or finds no room leaves anything wrong behind or takes anything away."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from building import (
    CELL,
    FIGURE,
    ROOT,
    build,
    change,
    change_the_datum,
    command,
    files_of,
    kill,
    page,
    processes_in,
    settings_for,
    small_book,
    start,
    wait_until,
)
from filelock import FileLock

on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are looked up in /proc")


@on_linux
def test_chapters_that_fail_are_named_and_the_site_stays(book: Path) -> None:
    before = files_of(book / "_build" / "html")
    change(book / "_config.yml", "timeout: 120", "timeout: 3")
    chapter = (book / "chapters" / "short.md").read_text(encoding="utf-8")
    reasons = []
    for name, code, reason in (
        ("raises", "1 / 0", "ZeroDivisionError: division by zero"),
        ("endless", "while True: pass", "A cell timed out while it was being executed, after 3 seconds."),
        ("dies", "import os; os._exit(3)", "Kernel died"),
    ):
        # The first cell is one that ends in time on a busy machine too.
        text = chapter.replace(FIGURE, CELL % "1" + "\n" + CELL % code)
        (book / "chapters" / f"{name}.md").write_text(text, encoding="utf-8")
        line = text.splitlines().index(code) + 1
        reasons.append(f"chapters/{name}.md:{line}: code cell 2 failed: {reason}")
        change(
            book / "_toc.yml",
            "      - file: chapters/short\n",
            f"      - file: chapters/short\n      - file: chapters/{name}\n",
        )
    result = command(book, "build_book")
    assert result.returncode == 1
    assert set(reasons) <= set(result.stderr.splitlines())
    assert files_of(book / "_build" / "html") == before
    result = command(book, "record", "raises", "endless", "dies")
    assert result.returncode == 1
    assert {f"{reason}; the old recording stays" for reason in reasons} <= set(result.stderr.splitlines())
    wait_until(lambda: not processes_in(book / "chapters"), 10)


@on_linux
def test_a_killed_build_leaves_no_old_number_behind(book: Path) -> None:
    """Killed after Sphinx has saved what it read and before it has written the pages."""
    saved = book / "_build" / ".work" / "html" / "doctrees" / "environment.pickle"
    change_the_datum(book)
    jupyter_book = str(Path(sys.executable).with_name("jupyter-book"))
    process = start(book, jupyter_book, "build", ".", "-W", "-n", "--keep-going")
    wait_until(lambda: not saved.exists())
    wait_until(saved.exists)
    kill(process)
    assert "79%" in page(book)
    assert build(book).returncode == 0
    assert "78%" in page(book) and "79%" not in page(book)
    wait_until(lambda: not processes_in(book / "chapters"), 10)


def test_a_killed_make_book_leaves_the_site_and_the_next_is_clean(book: Path) -> None:
    before = files_of(book / "_build" / "html")
    change_the_datum(book)
    process = start(book, "scripts/build_book.py")
    wait_until(lambda: not (book / "_build" / ".work" / "html" / "last-build.json").exists())
    kill(process)
    assert files_of(book / "_build" / "html") == before
    assert command(book, "build_book").returncode == 0
    assert "78%" in page(book) and "79%" not in page(book)


def test_nothing_of_a_failed_build_is_published_later(book: Path) -> None:
    """Nor is the last site lost where a build was killed between taking it away and putting a new one there."""
    chapter, left = book / "chapters" / "short.md", book / "src" / "nordic_ai" / "site" / "static" / "left.css"
    left.write_text("p {}", encoding="utf-8")
    change(chapter, "Use is", "[](nowhere.md) Use is")
    (book / "_build" / "html").rename(book / "_build" / ".html.old")
    assert command(book, "build_book").returncode == 1
    assert "79%" in page(book)
    left.unlink()
    change(chapter, "[](nowhere.md) Use is", "Now use is")
    for file in (book / "_build" / ".work").rglob("*"):
        if file.is_file():
            file.write_bytes(b"")  # as a full disk or a fault of it leaves them
    (book / "_build" / ".work" / "html" / "last-build.json").write_text("[]", encoding="utf-8")
    assert command(book, "build_book").returncode == 0
    assert "Now use is" in page(book) and not (book / "_build" / "html" / "_static" / "left.css").exists()


@on_linux
@pytest.mark.parametrize(
    ("script", "interrupt"),
    [
        ("build_book", lambda process: os.killpg(process, signal.SIGINT)),
        ("build_book", lambda process: os.kill(process, signal.SIGTERM)),
        ("record", lambda process: os.killpg(process, signal.SIGINT)),
    ],
    ids=["build", "build ended", "record"],
)
def test_who_interrupts_a_command_is_told_in_a_sentence(
    tmp_path: Path, script: str, interrupt: Callable[[int], None]
) -> None:
    project = small_book(tmp_path / "project", "# Short\n\n" + CELL % "import time; time.sleep(60)")
    process = start(project, f"scripts/{script}.py")
    wait_until(lambda: bool(processes_in(project / "chapters")))
    interrupt(process.pid)
    told, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert f"{script}: interrupted; " in told and "Traceback" not in told
    wait_until(lambda: not processes_in(project / "chapters"), 10)


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
    change(book / "chapters" / "short.md", "from nordic_ai import", "import time; time.sleep(1)\nfrom nordic_ai import")
    process = start(book, f"scripts/{script}.py")
    wait_until(lambda: bool(processes_in(book / "chapters")))
    change_the_datum(book)
    told, _ = process.communicate(timeout=90)
    assert process.returncode == 1 and "data, code or lock file changed while" in told
    if script == "record":
        assert not (book / "chapters" / "short.ipynb").exists()
    else:
        assert command(book, script).returncode == 0
        assert "78%" in page(book) and "Uses AI today: 78%" in page(book)


@on_linux
def test_nothing_is_published_of_files_that_changed_meanwhile(book: Path) -> None:
    before = files_of(book / "_build" / "html")
    change(book / "chapters" / "short.md", "from nordic_ai import", "import time; time.sleep(1)\nfrom nordic_ai import")
    process = start(book, "scripts/build_book.py")
    wait_until(lambda: bool(processes_in(book / "chapters")))
    change(book / "CITATION.cff", "version: ", "version: 9.")
    told, _ = process.communicate(timeout=90)
    assert process.returncode == 1 and "data, code or settings changed while the site was built; build again" in told
    assert files_of(book / "_build" / "html") == before


def test_a_second_build_waits_for_the_first(book: Path) -> None:
    change_the_datum(book)
    with FileLock(book / "_build" / ".lock"):
        waiting = start(book, "scripts/build_book.py")
        assert waiting.stdout.readline().startswith("building, ")
        assert waiting.stdout.readline().startswith("another build of this book is running; waiting for it to end")
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
    if largest == 100_000:  # the folder that it builds in is half written
        assert command(book, script).returncode == 0
        assert "78%" in page(book)


BEGINS_AT_THE_END = """
import asyncio, atexit, multiprocessing.util, os, sys, threading, time
ending = threading.Event()
atexit.register(lambda: (ending.set(), time.sleep(3)))  # between the module's end and that of multiprocessing
from nordic_ai.notebooks.warm_kernels import WarmKernelProvisioner, use_warm_kernels

def begin():
    ending.wait()
    asyncio.run(WarmKernelProvisioner().launch_kernel(["-f", "none.json"], cwd=sys.argv[1], env=dict(os.environ)))
    print("a kernel has started", flush=True)

use_warm_kernels()
threading.Thread(target=begin, daemon=True).start()
"""


@on_linux
def test_no_kernel_starts_when_its_process_has_begun_to_end(tmp_path: Path) -> None:
    """It would be waited for and not be ended: so a build hung whose evidence turned out to be broken meanwhile."""
    process = start(ROOT, "-c", BEGINS_AT_THE_END, str(tmp_path))
    told, _ = process.communicate(timeout=60)
    assert process.returncode == 0 and told == ""
