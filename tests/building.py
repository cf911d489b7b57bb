"""Build the book from a copy of the project, so that a test never touches the author's own site."""

from __future__ import annotations

import functools
import http.server
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import yaml

from nordic_ai.analysis.observations import Observation
from nordic_ai.analysis.report import Report
from nordic_ai.authoring.scaffold import SCHEMA_FILE, schema_text
from nordic_ai.evidence.loading import Evidence, read_evidence

ROOT = Path(__file__).resolve().parent.parent
SMALL = Path(__file__).with_name("small")
INVENTED = SMALL.with_name("invented")
CELL = "```{code-cell} ipython3\n%s\n```\n"
FIGURE = CELL % (
    "from nordic_ai import charts, figure, observations\n"
    'figure(charts.dots(observations("dansk-erhverv-2024/use/uses")), id="use", title="Use", description="One dot.")'
)
SHORT = "# Short\n\nUse is {ev}`dansk-erhverv-2024/use/uses`.\n\n" + FIGURE
DATUM = ('value: 79\n        as_printed: "79 pct."', 'value: 78\n        as_printed: "78 pct."')


def pages_of(project: Path) -> list[str]:
    """List the pages of a book in the order of its contents."""
    return re.findall(r"(?:root|file): (\S+)", (project / "_toc.yml").read_text(encoding="utf-8"))


def report_with(evidence: Evidence, changed: Iterable[Observation]) -> Report:
    """Make a report in which these observations stand in place of those of the evidence."""
    report = Report(evidence)
    changes = {observation.observation_id: observation for observation in changed}
    assert set(changes) <= set(report.observations)
    report.__dict__["observations"] = {**report.observations, **changes}  # where a cached property keeps its value
    return report


def copy_of_the_project(target: Path, without: Iterable[str] = ()) -> Path:
    """Copy what is under version control or about to be, and the compiled modules; `without` names what lies on top."""
    anywhere = shutil.ignore_patterns(".git", ".venv", "_build", ".*_cache", ".hypothesis", "*.egg-info")

    def left_out(folder: str, names: list[str]) -> set[str]:
        return anywhere(folder, names) | (set(without) if Path(folder) == ROOT else set())

    shutil.copytree(ROOT, target, ignore=left_out)
    return target


def build(project: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the one command that must build the book by itself; strictly, unless other options are given."""
    strict = ["-W", "-n", "--keep-going"]
    command = [Path(sys.executable).with_name("jupyter-book"), "build", ".", *(options or strict)]
    return subprocess.run(command, cwd=project, env=settings_for(project), capture_output=True, text=True, check=False)


def small_evidence(target: Path) -> Path:
    """Make a folder data/ of a few records that no addition to the report's own changes."""
    shutil.rmtree(target / "data", ignore_errors=True)
    shutil.copytree(SMALL / "data", target / "data")
    for name in ("glossary.yml", "words.txt"):
        shutil.copy(ROOT / "data" / name, target / "data")
    (target / SCHEMA_FILE).write_text(schema_of_small(), encoding="utf-8")
    return target


@functools.cache
def schema_of_small() -> str:
    return schema_text(read_evidence(SMALL))


def small_book(target: Path, body: str) -> Path:
    """Make a project with the pages of `small`, one publication and one chapter, `short`, with the given body."""
    pages = ("about", "chapters", "countries", "evidence", "municipality", "summaries", "index.md", "index.ipynb")
    project = copy_of_the_project(target, (*pages, "data"))
    head = (project / "scripts" / "templates" / "chapter.md").read_text(encoding="utf-8").split("---\n")[1]
    shutil.copytree(SMALL, project, dirs_exist_ok=True)
    small_evidence(project)
    keep_one_publication(project)
    (project / "chapters").mkdir()
    head = "".join(
        line for line in head.splitlines(keepends=True) if not line.startswith(("description:", "evidence_read:"))
    )
    (project / "chapters" / "short.md").write_text(f"---\n{head}---\n\n{body}", encoding="utf-8")
    return project


def checked_book(target: Path) -> Path:
    """Make a small book in which no check finds anything once its chapter has been recorded."""
    text = "Of the chief executives who answered, {ev}`dansk-erhverv-2024/use/uses` said that they use it."
    return small_book(target, f"# Short\n\n{text}\n\n{FIGURE}")


def add_pages(project: Path, pages: Mapping[str, str]) -> None:
    """Write pages, by name as in the table of contents, and list them there; pages with cells become notebooks."""
    head = (project / "chapters" / "short.md").read_text(encoding="utf-8").split("---\n")[1]
    for name, body in pages.items():
        file = project / f"{name}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"---\n{head}---\n\n{body}" if "{code-cell}" in body else body, encoding="utf-8")
    short = "      - file: chapters/short\n"
    listed = "".join(f"      - file: {name}\n" for name in pages)
    change(project / "_toc.yml", short, short + listed)


def chapter_with(code: str, name: str = "Cells", tags: str = "") -> str:
    """Give the text of a chapter with one cell."""
    options = f":tags: [{tags}]\n" if tags else ""
    return f"# {name}\n\nThis chapter is for a test of {name.lower()}.\n\n" + CELL % f"{options}{code}"


@contextmanager
def served(folder: Path, site: Path | None = None, policy: str | None = None) -> Iterator[str]:
    """Serve a folder on this machine, with the page of a site in it for addresses that lead nowhere.

    Each answer carries the content security `policy`, if there is one.
    """

    class Handler(http.server.SimpleHTTPRequestHandler):
        def end_headers(self) -> None:
            if policy is not None:
                self.send_header("Content-Security-Policy", policy)
            super().end_headers()

        def send_error(self, code: int, *_: object) -> None:
            content = ((site or folder) / "404.html").read_bytes()
            self.send_response(code)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
    server.handle_error = lambda *_: None  # a browser that leaves a page drops what it asked for
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def line_of(project: Path, name: str, words: str) -> int:
    """Give the number of the first line of a file that holds these words."""
    lines = (project / name).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if words in line)


def told_of(output: str, name: str) -> str:
    """Give the lines of an output that name a file, whatever is said of it."""
    return "\n".join(line for line in output.splitlines() if name in line)


def fill_in(chapter: Path) -> None:
    """Write what the template leaves to the author of a chapter."""
    text = re.sub(r"^%.*\n", "", chapter.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for begun, written in (
        ("description: Say here in one sentence.*", "description: What a few chief executives said of the use of AI."),
        ("# A finding of the chapter .*", "# Most chief executives who answered say that their municipality uses AI"),
        ("## Which question does this section answer.*", "## How many use AI?"),
        ("- What else a reader must know.*", "- The answers are those of people who lead."),
    ):
        text, found = re.subn(begun, written, text)
        assert found == 1, f"the template says no more: {begun}"
    chapter.write_text(re.sub(r"\n{3,}", "\n\n", text), encoding="utf-8")


def keep_one_publication(project: Path) -> None:
    """Leave of the evidence what a test of builds needs, which makes every build faster."""
    for file in (project / "data" / "sources").iterdir():
        if file.stem != "dansk-erhverv-2024":
            file.unlink()
    indicators = project / "data" / "indicators.yml"
    known = yaml.safe_load(indicators.read_text(encoding="utf-8"))
    for indicator in known.values():
        indicator.pop("comparisons", None)
    indicators.write_text(f"{yaml.safe_dump(known, sort_keys=False)}...\n", encoding="utf-8")


def settings_for(project: Path) -> dict[str, str]:
    """Give an environment in which the copy's own library is used, dates are fixed, and modules stay compiled."""
    settings = os.environ | {"PYTHONPATH": str(project / "src"), "SOURCE_DATE_EPOCH": "1780000000"}
    settings.pop("PYTHONDONTWRITEBYTECODE", None)
    return settings


def command(project: Path, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one of the copy's own commands."""
    return subprocess.run(
        [sys.executable, f"scripts/{script}.py", *arguments],
        cwd=project,
        env=settings_for(project),
        capture_output=True,
        text=True,
        check=False,
    )


def files_of(folder: Path) -> dict[str, bytes]:
    """Read every file of a folder, by its path there."""
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


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
        # A shell that runs the tests in the background has them ignore interruptions, and all that they start.
        preexec_fn=functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )


def kill(process: subprocess.Popen[str]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


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
