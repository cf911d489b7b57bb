"""The drawing process gives what this one would have computed, only when it is needed, and never outlives a build."""

from __future__ import annotations

import os
import pickle
import shutil
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
from nordic_ai.site.background import Background, load_inputs, other_processes
from nordic_ai.site.domain import Inputs

BUSY = """
import os, time
from nordic_ai.site.background import other_processes
process = other_processes()
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
    config = SimpleNamespace(html_title="A report", html_baseurl="", html_context={})
    return SimpleNamespace(srcdir=root, outdir=site, env=env, config=config, builder=SimpleNamespace(format="html"))


def test_what_another_process_computes_equals_what_is_computed_here(root: Path, evidence: Evidence) -> None:
    process = other_processes()
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
        background, domain = Background(process), app.env.get_domain("report")
        background.begin_loading(app)
        background.finish_loading(app, app.env, [])
        domain.inputs = pickle.loads(pickle.dumps(domain.data["inputs"]))  # as Sphinx keeps it from build to build
    assert process.asked == ["load_inputs"]


def test_all_that_is_wrong_is_told_together(project: Path) -> None:
    for name in ("data/sources/ks-2024.yml", "data/glossary.yml", "CITATION.cff"):
        (project / name).write_text("- nothing\n...\n", encoding="utf-8")
    app = build_of(project, project, None, {})
    background = Background(ThisProcess())
    background.begin_loading(app)
    with pytest.raises(ExtensionError, match="^the evidence does not hold:\n") as told:
        background.finish_loading(app, app.env, [])
    for name in ("data/sources/ks-2024.yml:", "data/glossary.yml:", "CITATION.cff:"):
        assert name in str(told.value)


def test_a_picture_is_drawn_only_when_it_is_missing_damaged_or_another(
    root: Path, tmp_path: Path, inputs: Inputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By builds that begin anew; and no more is kept than the last one shows."""
    monkeypatch.setattr("nordic_ai.site.background.load_inputs", lambda *_: inputs)
    monkeypatch.setattr("nordic_ai.site.background.svg_to_png", lambda picture, ppi: drawn.append(picture) or b"A PNG")
    titles, drawn, kept = {"index": "Front", "about/methods": "Methods"}, [], tmp_path / "drawn"

    def pictures_drawn() -> int:
        drawn.clear()
        site = tmp_path / "site"
        shutil.rmtree(site, ignore_errors=True)
        process = ThisProcess()
        app, background = build_of(root, site, None, titles), Background(process)
        background.begin_loading(app)
        background.finish_loading(app, app.env, [])
        for page in titles:
            app.env.docname = page
            background.begin_drawing(app, None)
        (site / "figures").mkdir(parents=True)
        (site / "figures" / "gone.svg").touch()
        background.finish(app, None)
        assert {file.name for file in (site / "pictures").iterdir()} == {"index.png", "about-methods.png"}
        assert {file.read_bytes() for file in (site / "pictures").iterdir()} == {b"A PNG"}
        assert (site / "data" / "observations.csv").read_bytes() == inputs.package["observations.csv"].content
        assert not list((site / "figures").iterdir())
        # Where two processes would write one file, one of them fails.
        assert process.asked.count("draw") == len(list(kept.iterdir())) == len(set(titles.values()))
        return len(drawn)

    assert pictures_drawn() == 2
    assert pictures_drawn() == 0
    one, other = kept.iterdir()
    one.unlink()
    other.write_bytes(other.read_bytes()[:-1])
    assert pictures_drawn() == 2
    other.write_bytes(b"")
    assert pictures_drawn() == 1
    titles["index"] = "Another title"
    assert pictures_drawn() == 1
    titles["index"] = titles["about/methods"]
    assert pictures_drawn() == 0


def test_a_job_that_fails_says_so_where_its_result_is_wanted() -> None:
    process = other_processes()
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
