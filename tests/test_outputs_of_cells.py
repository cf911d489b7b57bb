"""What cells give reaches readers only as the site promises; else each command says what is wrong and where."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from building import (
    ROOT,
    add_pages,
    chapter_with,
    checked_book,
    kill,
    line_of,
    processes_in,
    settings_for,
    start,
    wait_until,
)

from nordic_ai.evidence.errors import EvidenceError
from nordic_ai.notebooks.execution import read_chapter

on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are looked up in /proc")

SHOW = "from IPython.display import HTML, IFrame, Image, Javascript, Markdown, Math, SVG\n"

# What a cell gives, and how it is named.
BAD_OUTPUTS = {
    "HTML": (SHOW + "HTML('<p onclick=\"alert(1)\">Press</p><script>alert(1)</script>')", "HTML;"),
    "script": (SHOW + "Javascript('alert(1)')", "JAVASCRIPT;"),
    "drawing": (SHOW + "SVG('<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>')", "SVG;"),
    "frame": (SHOW + "IFrame('https://www.example.com/video', 300, 200)", "HTML;"),
    "picture from another host": (SHOW + "Image(url='https://cdn.example.com/a.png')", "HTML;"),
    "picture": (SHOW + "Image(b'\\x89PNG\\r\\n\\x1a\\n' + bytes(16))", "PNG;"),
    "Markdown": (SHOW + "Markdown('![A dot](https://cdn.example.com/a.png)')", "MARKDOWN;"),
    "formula": (SHOW + "Math('x^2')", "LATEX;"),
    "table": ("from nordic_ai import table\ntable('observations').head(4)", r"HTML \(a table of pandas\)"),
    "chart that loads its engine": ("import altair as alt\nimport pandas as pd\n"
                                    "alt.Chart(pd.DataFrame({'a': [1]})).mark_point().encode(x='a')", "(VND.VEGA|HTML)"),
    "output that is changed later": (SHOW + "from IPython.display import display\n"
                                     "display('text', display_id='a').update(HTML('<form></form>'))", "HTML;"),
    "data of their own": ("from IPython.display import display\ndisplay({'text/x-own': '1'}, raw=True)", "X-OWN;"),
    "warning": ("import warnings\nwarnings.warn('Take care')", "standard error: “.*Take care"),
    "colours": ("print('\\x1b[31mred\\x1b[0m')", "a control character"),
    "path": ("import os; os.getcwd()", "a path of the machine"),
    "time": ("import datetime; str(datetime.datetime.now())", "a time of day"),
    "address": ("object()", "an address in memory"),
    "error that is printed": ("import traceback\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n"
                              "    print(traceback.format_exc())", "a traceback"),
    "error that is shown": ("try:\n    1 / 0\nexcept ZeroDivisionError:\n    get_ipython().showtraceback()",
                            "failed: ZeroDivisionError: division by zero"),
}  # fmt: skip
BAD_CELLS = {
    "exit": ("print('before')\nexit()", r"ends its kernel with exit\(\)"),
    "quit": ("quit()\nprint('after')", r"ends its kernel with exit\(\) or quit\(\)"),
    "one huge line": ("print('x' * 20_000_000)", "shows more than 1 MB"),
    "many lines without an end": ("while True:\n    print('x' * 99)", "shows more than 1 MB"),
    "huge and then changed": ("from IPython.display import display\nshown = display('', display_id='a')\n"
                              "shown.update('x' * 2_000_000)", "shows more than 1 MB"),
}  # fmt: skip
TAGGED = {
    "error that is allowed": ("1 / 0", "raises-exception", "tagged `raises-exception`"),
    "error that is hidden": ("1 / 0", "raises-exception, remove-output", "tagged `raises-exception`"),
    "cell that is passed over": ("1 + 1", "skip-execution", "tagged `skip-execution`"),
}


def case(number: int) -> str:
    """Name a chapter so that its name says nothing of its fault."""
    return f"case-{number:02}"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """Build and record a book whose chapters each have a fault that shows when they run."""
    project = checked_book(tmp_path_factory.mktemp("outputs") / "project")
    faults = enumerate((BAD_OUTPUTS | BAD_CELLS).values())
    add_pages(project, {f"chapters/{case(n)}": chapter_with(code) for n, (code, _) in faults})
    results = {}
    for script in ("build_book", "record"):
        process = start(project, f"scripts/{script}.py")
        try:
            results[script], _ = process.communicate(timeout=90)
        except subprocess.TimeoutExpired:
            kill(process)
            pytest.fail(f"{script} was still busy after 90 seconds")
        assert process.returncode == 1
    assert not (project / "_build" / "html" / "index.html").exists()
    assert [file.stem for file in (project / "chapters").glob("*.ipynb")] == ["short"]
    return project, results


@pytest.mark.parametrize("script", ["build_book", "record"])
@pytest.mark.parametrize("fault", list(BAD_OUTPUTS | BAD_CELLS))
def test_what_a_cell_may_not_show_or_do_is_told(told: tuple[Path, dict[str, str]], script: str, fault: str) -> None:
    project, results = told
    number = list(BAD_OUTPUTS | BAD_CELLS).index(fault)
    code, words = (BAD_OUTPUTS | BAD_CELLS)[fault]
    line = line_of(project, f"chapters/{case(number)}.md", code.splitlines()[0])
    said = "" if "ends" in words else ".*"
    assert re.search(rf"chapters/{case(number)}\.md:{line}: code cell 1 {said}{words}", results[script])


@pytest.mark.parametrize("fault", list(TAGGED))
def test_tags_by_which_a_failure_would_pass_are_refused(tmp_path: Path, fault: str) -> None:
    code, tags, words = TAGGED[fault]
    head = (ROOT / "chapters" / "gains.md").read_text(encoding="utf-8").split("---\n")[1]
    file = tmp_path / "short.md"
    file.write_text(f"---\n{head}---\n\n{chapter_with(code, tags=tags)}", encoding="utf-8")
    with pytest.raises(EvidenceError, match=rf"short\.md:\d+: code cell 1 is {words}"):
        read_chapter(file)


LEFT_RUNNING = [
    "import subprocess\nsubprocess.Popen(['sleep', '600'], start_new_session=True, env={})\nNone",
    "import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(600)\n    os._exit(0)",
    # A daemon: its parent has ended, and then its kernel dies by itself.
    "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork():\n        os._exit(0)\n    time.sleep(600)\n"
    "os.wait()\nos._exit(1)",
]


@on_linux
@pytest.mark.parametrize("script", ["build_book", "record", "killed"])
def test_nothing_that_a_cell_began_outlives_the_command(tmp_path: Path, script: str) -> None:
    """What it prints goes into a file: a pipe would be held open by what is left running."""
    project = checked_book(tmp_path / "project")
    wait = "\nimport time; time.sleep(60)" if script == "killed" else ""
    add_pages(project, {f"chapters/{case(n)}": chapter_with(code + wait) for n, code in enumerate(LEFT_RUNNING)})
    with (tmp_path / "told").open("w") as output:
        process = subprocess.Popen(
            [sys.executable, f"scripts/{'record' if wait else script}.py"],
            cwd=project, env=settings_for(project), stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
    try:
        if wait:
            wait_until(lambda: len(processes_in(project / "chapters")) >= 4, 30)
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(60)
        wait_until(lambda: not processes_in(project / "chapters"), 10)
    except subprocess.TimeoutExpired:
        pytest.fail("the command waits for what a cell left running")
    finally:
        for left in [*processes_in(project / "chapters"), *([process.pid] if process.poll() is None else [])]:
            os.kill(left, signal.SIGKILL)
        process.wait()
