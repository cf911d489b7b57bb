"""The second process of a build gives what the first would have computed, and never outlives it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import pytest
from sphinx.errors import ExtensionError

from nordic_ai.analysis.report import Report
from nordic_ai.analysis.statistics import share_interval
from nordic_ai.evidence.loading import Evidence
from nordic_ai.notebooks.fingerprint import output_fingerprints, page_fingerprint
from nordic_ai.site.workshop import Workshop, complete_report, read

BUSY = """
import os, sys, time
from pathlib import Path
from nordic_ai.site.workshop import Workshop
workshop = Workshop(Path(sys.argv[1]), "")
print(workshop.result(workshop.begin(os.getpid)), flush=True)
workshop.begin(time.sleep, 600)
time.sleep(600)
"""


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    opened = Workshop(tmp_path / "made", "code")
    yield opened
    opened.close(complete=False)


def test_what_is_laid_out_elsewhere_equals_what_is_computed_here(
    workshop: Workshop, root: Path, evidence: Evidence
) -> None:
    fingerprint = page_fingerprint(root, output_fingerprints(root))
    made = workshop.result(workshop.begin(complete_report, str(root), fingerprint))
    assert {name for name, part in vars(Report).items() if isinstance(part, cached_property)} <= set(vars(made))
    here = Report(evidence)
    assert made.observations == here.observations
    assert made.findings == here.findings
    assert (made.measures, made.decisions, made.changes) == (here.measures, here.decisions, here.changes)
    plain = made.uncorrected_intervals["dansk-erhverv-2024/strategy/has"]
    assert plain == here.uncorrected_intervals["dansk-erhverv-2024/strategy/has"] == share_interval(16, 58)


def test_nothing_is_made_of_data_that_changed_since_the_build_began(workshop: Workshop, root: Path) -> None:
    name = workshop.begin(read, str(root), "fingerprint of what stood there before")
    with pytest.raises(ExtensionError, match="changed while the build began; build again"):
        workshop.result(name)


def test_a_job_that_fails_says_so_where_its_result_is_wanted(workshop: Workshop) -> None:
    name = workshop.begin(int, "no number")
    with pytest.raises(ValueError, match="no number"):
        workshop.result(name)


def test_what_was_made_is_made_again_only_from_something_else_or_by_other_code(
    workshop: Workshop, tmp_path: Path
) -> None:
    first = workshop.result(workshop.begin(which_process, "one"))
    workshop.close(complete=True)
    again, other_code = (Workshop(tmp_path / "made", code) for code in ("code", "other code"))
    assert again.result(again.begin(which_process, "one")) == first
    assert again.result(again.begin(which_process, "two")) != first
    assert other_code.result(other_code.begin(which_process, "one")) != first
    other_code.close(complete=True)
    again.close(complete=False)
    assert len(list((tmp_path / "made").iterdir())) == 1, "what the last complete build did not need is dropped"


def which_process(_: str) -> float:
    return time.perf_counter_ns()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are looked up in /proc")
def test_the_worker_ends_when_its_build_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", BUSY, tmp_path], stdout=subprocess.PIPE, text=True) as build:
        worker = int(build.stdout.readline())
        assert worker != build.pid
        build.kill()
    end = time.monotonic() + 20
    while _lives(worker):
        assert time.monotonic() < end, "the worker goes on without its build"
        time.sleep(0.05)


def _lives(process: int) -> bool:
    try:
        os.kill(process, signal.SIG_DFL)
        # A process that has ended stays in the list until its new parent looks.
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
