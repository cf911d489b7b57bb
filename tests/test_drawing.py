"""The drawing process gives what this one would have computed, only when it is needed, and never outlives a build."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sphinx.errors import ExtensionError

from nordic_ai.analysis.report import Report
from nordic_ai.analysis.statistics import share_interval
from nordic_ai.evidence.loading import Evidence
from nordic_ai.site.background import Downloads, Loader, load_inputs, other_process
from nordic_ai.site.domain import Inputs

BUSY = """
import os, time
from nordic_ai.site.background import other_process
process = other_process()
print(process.submit(os.getpid).result(), flush=True)
process.submit(time.sleep, 600)
time.sleep(600)
"""


class ThisProcess:
    """Does at once what another process would do, and lists what was asked of it."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        self.asked.append(function.__name__)
        future: Future[Any] = Future()
        try:
            future.set_result(function(*arguments))
        except Exception as error:
            future.set_exception(error)
        return future

    def shutdown(self, cancel_futures: bool) -> None:
        pass


@pytest.fixture(scope="module")
def inputs(root: Path) -> Inputs:
    return load_inputs(root)


def build_of(root: Path, site: Path, inputs: Inputs | None, titles: dict[str, str]) -> SimpleNamespace:
    """Stand in for a Sphinx application that has read pages with these titles."""
    domain = SimpleNamespace(inputs=inputs, data={"inputs": inputs}, figures={}, pictures={})
    named = {name: SimpleNamespace(astext=lambda title=title: title) for name, title in titles.items()}
    env = SimpleNamespace(get_domain=lambda name: domain, titles=named, found_docs=set(titles))
    config = SimpleNamespace(html_title="A report")
    return SimpleNamespace(srcdir=root, outdir=site, env=env, config=config, builder=SimpleNamespace(format="html"))


def test_what_another_process_computes_equals_what_is_computed_here(root: Path, evidence: Evidence) -> None:
    process = other_process()
    made = process.submit(load_inputs, root).result().report
    process.shutdown()
    assert {name for name, part in vars(Report).items() if isinstance(part, cached_property)} <= set(vars(made))
    here = Report(evidence)
    assert made.observations == here.observations
    assert made.findings == here.findings
    assert (made.measures, made.decisions, made.changes) == (here.measures, here.decisions, here.changes)
    plain = made.uncorrected_intervals["dansk-erhverv-2024/strategy/has"]
    assert plain == here.uncorrected_intervals["dansk-erhverv-2024/strategy/has"] == share_interval(16, 58)


def test_a_build_that_goes_on_from_another_loads_nothing(root: Path, tmp_path: Path) -> None:
    app, process = build_of(root, tmp_path, None, {}), ThisProcess()
    for _ in range(2):
        loader, domain = Loader(process), app.env.get_domain("report")
        loader.begin(app)
        loader.finish(app, app.env, [])
        domain.inputs = pickle.loads(pickle.dumps(domain.data["inputs"]))  # as Sphinx keeps it from build to build
    assert process.asked == ["load_inputs"]


def test_all_that_is_wrong_is_told_together(project: Path) -> None:
    for name in ("data/sources/ks-2024.yml", "data/glossary.yml", "CITATION.cff"):
        (project / name).write_text("- nothing\n...\n", encoding="utf-8")
    app = build_of(project, project, None, {})
    loader = Loader(ThisProcess())
    loader.begin(app)
    with pytest.raises(ExtensionError, match="^the evidence does not hold:\n") as told:
        loader.finish(app, app.env, [])
    for name in ("data/sources/ks-2024.yml:", "data/glossary.yml:", "CITATION.cff:"):
        assert name in str(told.value)


def test_a_file_is_made_only_when_it_is_missing_or_made_from_something_else(
    root: Path, tmp_path: Path, inputs: Inputs
) -> None:
    app = build_of(root, tmp_path, inputs, {"index": "Front", "about/methods": "Methods"})

    def build() -> int:
        process = ThisProcess()
        downloads = Downloads(process)
        for page in app.env.titles:
            app.env.docname = page
            downloads.begin(app, None)
        downloads.finish(app, None)
        return len(process.asked)

    assert build() == 2
    assert {file.name for file in (tmp_path / "pictures").iterdir()} == {"index.png", "about-methods.png"}
    assert (tmp_path / "data" / "observations.csv").read_bytes() == inputs.package["observations.csv"].content
    assert build() == 0
    (tmp_path / "pictures" / "index.png").unlink()
    assert build() == 1
    app.env.titles["index"].astext = lambda: "Another title"
    assert build() == 1
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "gone.svg").touch()
    assert build() == 0
    assert not (tmp_path / "figures" / "gone.svg").exists()


def test_a_job_that_fails_says_so_where_its_result_is_wanted() -> None:
    process = other_process()
    job = process.submit(int, "no number")
    with pytest.raises(ValueError, match="no number"):
        job.result()
    process.shutdown()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are looked up in /proc")
def test_the_drawing_process_ends_when_its_build_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", BUSY], stdout=subprocess.PIPE, text=True) as build:
        other = int(build.stdout.readline())
        assert other != build.pid
        build.kill()
    end = time.monotonic() + 20
    while _lives(other):
        assert time.monotonic() < end, "the process goes on without its build"
        time.sleep(0.05)


def _lives(process: int) -> bool:
    try:
        os.kill(process, signal.SIG_DFL)
        # A process that has ended stays in the list until its new parent looks.
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
