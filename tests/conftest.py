"""What several tests need: the project, its evidence, and a copy that may be broken."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from subprocess import CompletedProcess
from types import ModuleType

import browsing
import compared_figures
import pytest
from building import ROOT, SHORT, SMALL, build, command, copy_of_the_project, small_book, small_evidence
from filelock import FileLock
from hypothesis import HealthCheck, settings

from nordic_ai.analysis.observations import Observation
from nordic_ai.analysis.report import Report
from nordic_ai.evidence.loading import Evidence, read_evidence

# The same examples for everybody, and none refused for being slow: a busy machine is no fault of the project.
settings.register_profile("alike", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("alike")


# Begun first, so that at the end no process waits for one of them; the longest stand first.
LONGEST = ("additions", "every_page", "browser", "builds", "interrupted_builds", "way_out", "print", "nothing_is_lost")
OF_THE_RECORD = {"evidence", "report", "site"}
OF_THE_MACHINE = {"book", "built", "few", "hosted", "project", "published"}


def pytest_configure(config: pytest.Config) -> None:
    """Have the plugins serve the recordings too, which lie outside this folder."""
    config.pluginmanager.register(compared_figures)
    config.pluginmanager.register(browsing)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first, and mark the tests of the real record and its site, which run on a copy as well."""
    rank = {f"test_{name}": place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.path.stem, len(rank)))
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        if names & OF_THE_RECORD and not names & OF_THE_MACHINE:
            item.add_marker("record")


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def evidence() -> Evidence:
    return read_evidence(ROOT)


@pytest.fixture(scope="session")
def few() -> Evidence:
    """Give the few records that tests of the machine work on."""
    return read_evidence(SMALL)


@pytest.fixture(scope="session")
def report(evidence: Evidence) -> Report:
    return Report(evidence)


@pytest.fixture(scope="session")
def observations(report: Report) -> Mapping[str, Observation]:
    return report.observations


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a small folder data/ that a test may break, and stand in it."""
    small_evidence(tmp_path)
    shutil.copy(SMALL / "_toc.yml", tmp_path)
    for name in ("CITATION.cff", "CHANGELOG.md"):
        shutil.copy(ROOT / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def script() -> Callable[[str], ModuleType]:
    """Give a loader of the commands in scripts/, so that tests call what users call."""

    def load(name: str) -> ModuleType:
        spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


@pytest.fixture(scope="session")
def texts() -> list[Path]:
    """Give the folders with the publications' texts, and with notes on them, which are no part of the project."""
    usual = os.pathsep.join(str(ROOT.parent / "shared" / name) for name in ("sources", "readings"))
    named = os.environ.get("NORDIC_AI_TEXTS", usual)
    folders = [folder for name in named.split(os.pathsep) if (folder := Path(name)).is_dir()]
    if not folders:
        pytest.skip(f"the publications' texts are not at hand in {named}; NORDIC_AI_TEXTS names other folders")
    return folders


def built_once(
    factory: pytest.TempPathFactory, make: Callable[[Path], Path], run: Callable[[Path], CompletedProcess[str]]
) -> Path:
    """Make and build a project once for all processes that run tests, which must not change it."""
    base = factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        base = base.parent
    folder = base / f"built-by-{make.__name__}-{run.__name__}"
    with FileLock(f"{folder}.lock"):
        if not (folder / "complete").exists():
            shutil.rmtree(folder, ignore_errors=True)
            result = run(make(folder / "project"))
            assert result.returncode == 0, result.stdout[-4000:] + result.stderr[-4000:]
            (folder / "told").write_text(result.stdout + result.stderr, encoding="utf-8")
            (folder / "complete").touch()
    return folder / "project"


def short_book(target: Path) -> Path:
    return small_book(target, SHORT)


def build_book(project: Path) -> CompletedProcess[str]:
    return command(project, "build_book")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the book from a copy, from nothing and with every warning an error."""
    return built_once(tmp_path_factory, copy_of_the_project, build) / "_build" / "html"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a small book and build it as `make book` does."""
    return built_once(tmp_path_factory, short_book, build_book)


@pytest.fixture
def book(built: Path, tmp_path: Path) -> Path:
    """Give a copy of the built small book that a test may break."""
    return shutil.copytree(built, tmp_path / "project")
