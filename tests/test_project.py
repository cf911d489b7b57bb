"""The project says of itself what is true: its README, its commands, its lock."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from nordic_ai import charts
from nordic_ai.analysis.report import Report
from nordic_ai.analysis.wording import format_value
from nordic_ai.evidence.loading import Evidence
from nordic_ai.site.roles import VARIANTS

SCRIPTS = sorted((Path(__file__).resolve().parent.parent / "scripts").glob("*.py"))


def test_findings_in_the_readme_are_those_of_the_data(root: Path, evidence: Evidence) -> None:
    observations = Report(evidence).observations
    text = (root / "README.md").read_text(encoding="utf-8")
    findings = re.findall(r"\*\*([^*]+)\*\*[^`]*\(`([^`]+)`\)", text)
    assert len(findings) == text.count("**") // 2 >= 5
    for shown, name in findings:
        assert shown == format_value(observations[name])


def test_every_make_target_is_listed_with_a_purpose(root: Path) -> None:
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    targets = set(re.search(r"\.PHONY: (.*)", makefile)[1].split())
    shown = subprocess.run(["make", "help"], cwd=root, capture_output=True, text=True, check=True).stdout
    assert set(re.findall(r"^make ([\w-]+) +\S", shown, re.MULTILINE)) == targets


def test_every_module_has_its_place_in_the_readme(root: Path) -> None:
    text = (root / "README.md").read_text(encoding="utf-8")
    for file in (root / "src" / "nordic_ai").glob("[a-z]*.py"):
        assert f"`{file.stem}`" in text, file.name


def test_every_role_directive_and_builder_is_explained(root: Path) -> None:
    text = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    extension = (root / "src" / "nordic_ai" / "site" / "__init__.py").read_text(encoding="utf-8")
    names = [f"{{{name}}}" for name in [*VARIANTS, "term", *re.findall(r'add_role\("([\w-]+)"', extension)]]
    names += [f"`{{{name}}}`" for name in re.findall(r'add_directive\("([\w-]+)"', extension)]
    names += [
        f"charts.{name}("
        for name, item in vars(charts).items()
        if getattr(item, "__module__", "") == charts.__name__ and name[0].islower() and name[0] != "_"
    ]
    assert len(names) >= 15
    assert [name for name in names if name not in text] == []


def test_every_command_and_every_target_is_documented(root: Path) -> None:
    text = "".join((root / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md"))
    targets = re.search(r"\.PHONY: (.*)", (root / "Makefile").read_text(encoding="utf-8"))[1].split()
    assert [target for target in targets if f"`make {target}" not in text] == []
    assert [file.name for file in SCRIPTS if f"`{file.name}`" not in text] == []


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.stem)
def test_a_command_explains_itself(file: Path) -> None:
    result = subprocess.run([sys.executable, str(file), "--help"], capture_output=True, text=True, check=False)
    assert result.returncode == 0
    assert len(result.stdout.split("\n\n")[1]) > 20


def test_the_lock_pins_everything_that_is_asked_for(root: Path) -> None:
    lines = (root / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "-e ."
    pinned = {re.split(r"[=\[ ]", line)[0].lower() for line in lines if re.match(r"^[\w.-]+(\[[\w,]+\])?==", line)}
    assert all("==" in line for line in lines[1:] if line.strip() and not line.lstrip().startswith("#"))
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *(name for extra in project["optional-dependencies"].values() for name in extra),
    ]
    assert {re.split(r"[=<>\[ ]", name)[0].lower() for name in wanted} <= pinned


def test_the_way_out_is_locked_too(root: Path) -> None:
    lines = (root / "tests" / "way_out.txt").read_text(encoding="utf-8").splitlines()
    pinned = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    assert all("==" in line for line in pinned)
    assert not any(line.startswith("jupyter-book") for line in pinned)


def test_the_fast_check_passes(root: Path) -> None:
    result = subprocess.run([sys.executable, "scripts/check.py"], cwd=root, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_a_missing_browser_is_a_sentence_not_a_skip(root: Path) -> None:
    command = [sys.executable, "scripts/find_browser.py"]
    settings = os.environ | {"NORDIC_AI_BROWSER": "/no/such/browser"}
    result = subprocess.run(command, cwd=root, env=settings, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "NORDIC_AI_BROWSER names /no/such/browser" in result.stderr
