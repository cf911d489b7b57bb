"""Whatever an author rightly adds leaves the check and every test of the real record content."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from building import INVENTED, ROOT, change, command, copy_of_the_project, fill_in

from nordic_ai.analysis.report import Report
from nordic_ai.evidence.citation import read_citation
from nordic_ai.evidence.errors import EvidenceError
from nordic_ai.evidence.languages import FOLDER
from nordic_ai.evidence.loading import read_evidence

CORRECTION = """
- record: governo-2025/strategy-2024/has
  field: value
  from: 83
  to: 38
  why: Two digits had changed places.
  when: {day}
  expect: 38
"""
# Not run on the copy: the browser and paper, which take minutes, and builds that are set against another clean build.
LEFT_OUT = [
    f"--ignore=tests/test_{name}.py"
    for name in ("additions", "audit_of_the_publications", "browser", "builds", "every_page", "print", "way_out")
]


def add_publications(project: Path) -> None:
    """Add invented publications, with a decision on each pair that the check then asks for."""
    for file in INVENTED.glob("*.yml"):
        shutil.copy(file, project / "data" / "sources")
    with pytest.raises(EvidenceError) as told:
        _ = Report(read_evidence(project)).decisions
    file = project / "data" / "indicators.yml"
    indicators = yaml.safe_load(file.read_text("utf-8"))
    for name, one, other in re.findall(r": ([\w-]+): nothing says whether `(\S+)` and `(\S+)`", str(told.value)):
        decision = {"compare": one, "to": [other], "grade": "not comparable", "reason": "One of the two is invented."}
        indicators[name].setdefault("comparisons", []).append(decision)
    file.write_text(f"{yaml.safe_dump(indicators, sort_keys=False, allow_unicode=True)}...\n", encoding="utf-8")


def rename_an_answer(project: Path) -> None:
    file = project / "data" / "sources" / "dansk-erhverv-2024.yml"
    label = re.search(r"- id: uses\n +label: (.*)\n", file.read_text("utf-8"))[1]
    change(file, f"label: {label}\n", "label: Works with AI now\n")
    for catalogue in (project / FOLDER).glob("*.po"):
        change(catalogue, f'msgid "{label}"', 'msgid "Works with AI now"')
    assert command(project, "messages").returncode == 0


def add_a_correction(project: Path) -> None:
    file = project / "data" / "corrections.yml"
    before = file.read_text("utf-8").removesuffix("...\n").removesuffix("[]\n")
    entry = CORRECTION.format(day=read_citation(project).released or "2026-11-23")
    file.write_text(f"{before}{entry}...\n", encoding="utf-8")


@pytest.fixture(scope="module")
def added(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a copy of the project with a publication of each kind, a correction, a chapter and a renamed label."""
    project = copy_of_the_project(tmp_path_factory.mktemp("added") / "project")
    add_publications(project)
    rename_an_answer(project)
    add_a_correction(project)
    assert command(project, "new_chapter", "leadership").returncode == 0
    fill_in(project / "chapters" / "leadership.md")
    result = command(project, "record")
    assert result.returncode == 0, result.stdout + result.stderr
    checked = command(project, "check")
    pages = re.findall(r"make confirm PAGE=([\w/-]+)`", checked.stderr)
    assert "chapters/leadership" in pages and len(pages) > 1
    assert all("make confirm" in line for line in checked.stderr.splitlines()), checked.stderr
    assert command(project, "check", "--confirm", *pages).returncode == 0
    return project


def test_the_check_finds_nothing(added: Path) -> None:
    result = command(added, "check")
    assert result.returncode == 0, result.stderr


def test_what_is_promised_of_the_record_holds(added: Path) -> None:
    run = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-m", "record", f"--basetemp={added.parent}/tests"]
    settings = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    settings["PYTHONPATH"] = str(added / "src")
    settings.setdefault("NORDIC_AI_TEXTS", str(ROOT.parent / "shared" / "sources"))
    result = subprocess.run(
        [*run, *LEFT_OUT, "tests"], cwd=added, env=settings, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout[-6000:] + result.stderr
    assert int(re.search(r"(\d+) passed", result.stdout)[1]) > 200
