"""What the project depends on is declared, used, explained, and under a licence that lets anyone use the report."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest

# A licence is told as an expression, as a classifier or in words.
ALLOWED = re.compile(
    r"\b(MIT|0?BSD|Apache|ISCL?|MPL|Mozilla Public License|PSF|Python Software Foundation|Zlib|CC0|Public Domain"
    r"|Artistic)\b"
)
# What may be used under other terms as well, or holds parts under others that we do not pass on.
OTHER_TERMS = re.compile(r"GPL|General Public|Proprietary|Commercial|SSPL|BUSL|non.?commercial", re.IGNORECASE)
ACCEPTED = {
    "docutils": "public domain but for an Emacs tool that is not used",
    "pyphen": "under the Mozilla Public License as well",
    "text-unidecode": "under the Artistic License as well",
}
WITHOUT_WORD = {
    "axe-playwright-python": "carries the text of the MIT licence and does not name it",
    "resvg-py": "carries the text of the MIT licence and does not name it",
    "pyxform": "carries the text of the BSD 2-Clause licence and does not name it",
}


def locked(root: Path) -> list[tuple[str, bool]]:
    """List the packages of the lock, and whether each is for every system."""
    lines = (root / "requirements.txt").read_text(encoding="utf-8").splitlines()
    found = [re.match(r"([\w.-]+)(?:\[[\w,]+\])?==[^;]+(;?)", line) for line in lines]
    return [(match[1], not match[2]) for match in found if match]


def wanted(root: Path) -> set[str]:
    """List the packages that the project asks for, with all extras."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *(name for extra in project["optional-dependencies"].values() for name in extra)]
    return {re.split(r"[=<>\[ ]", name)[0] for name in asked}


def licence(name: str) -> str:
    """Say under which terms an installed package is, in the most exact way that it tells."""
    told = metadata(name)
    classifiers = [c for c in told.get_all("Classifier") or [] if c.startswith("License ::")]
    return told.get("License-Expression") or " / ".join(classifiers) or told.get("License") or ""


def objection(name: str, terms: str) -> str | None:
    """Say what stands against a package's terms."""
    if name not in WITHOUT_WORD and not ALLOWED.search(terms):
        return f"{name} is under “{terms}”, which is not on the list; look it up and decide"
    if OTHER_TERMS.search(terms) and name not in ACCEPTED:
        return f"{name} is under “{terms}” in part; look it up and decide"
    return None


def test_every_licence_is_one_that_we_accept(root: Path) -> None:
    packages = locked(root)
    assert len(packages) > 100
    objections = []
    for name, everywhere in packages:
        try:
            objections.append(objection(name, licence(name)))
        except PackageNotFoundError:
            assert not everywhere, f"{name} is in the lock and not installed; run `make check` to renew the environment"
    assert list(filter(None, objections)) == []
    for name in WITHOUT_WORD:
        assert licence(name) == ""


@pytest.mark.parametrize("terms", ["GPL-3.0-only", "", "Proprietary", "MIT AND GPL-2.0", "SSPL-1.0"])
def test_other_licences_are_noticed(terms: str) -> None:
    assert objection("new-package", terms) is not None


def test_what_is_imported_is_declared_and_what_is_declared_is_used(root: Path, tmp_path: Path) -> None:
    def check(project: Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "deptry", "--no-ansi", "."]
        return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)

    result = check(root)
    assert result.returncode == 0, result.stderr
    for name in ("src", "scripts", "tests"):
        shutil.copytree(root / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    settings = (root / "pyproject.toml").read_text(encoding="utf-8")
    assert '"filelock' in settings
    (tmp_path / "pyproject.toml").write_text(settings.replace('"filelock', '"tabulate', 1), encoding="utf-8")
    told = check(tmp_path).stderr
    assert "'filelock' imported but" in told and "'tabulate' defined as a dependency but not used" in told


def test_every_dependency_is_explained(root: Path) -> None:
    table = (root / "docs" / "dependencies.md").read_text(encoding="utf-8").split("|---|---|---|\n")[1].split("\n\n")[0]
    explained = {name for line in table.splitlines() for name in re.findall(r"`([\w.-]+)`", line.split("|")[1])}
    assert explained == wanted(root)


@pytest.mark.parametrize("name", ["requirements.txt", "tests/way_out.txt"])
def test_a_lock_has_one_version_and_the_hashes_of_every_package(root: Path, name: str) -> None:
    text = (root / name).read_text(encoding="utf-8").replace("\\\n", "")
    packages = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert len(packages) > 90
    one = re.compile(r"[\w.-]+(\[[\w,]+\])?==[\w.!+]+( ; [^\\]+?)?(\s+--hash=sha256:[0-9a-f]{64})+\s*")
    assert [line for line in packages if not one.fullmatch(line)] == []
    assert "://" not in text  # from whichever registry the machine uses


def test_the_locks_have_what_they_are_for(root: Path) -> None:
    pinned = {name for name, _ in locked(root)}
    # The last builds the project itself, without a build environment whose packages nobody locks.
    assert {*wanted(root), "setuptools"} <= pinned
    assert not re.search(r"^jupyter-book\b", (root / "tests" / "way_out.txt").read_text("utf-8"), re.MULTILINE)


def test_binder_installs_the_lock_and_then_the_project(root: Path) -> None:
    """As `make` does; pip refuses a folder among requirements with hashes."""
    binder = root / ".binder"
    assert (binder / "requirements.txt").read_text(encoding="utf-8") == "-r ../requirements.txt\n"
    lowest = re.search(r'requires-python = ">=(\S+)"', (root / "pyproject.toml").read_text(encoding="utf-8"))[1]
    assert (binder / "runtime.txt").read_text(encoding="utf-8") == f"python-{lowest}\n"
    assert os.access(binder / "postBuild", os.X_OK)
    install = "--no-deps --no-build-isolation --editable ."
    for file in (binder / "postBuild", root / "Makefile"):
        assert re.search(rf"python -m pip install .*{install}$", file.read_text(encoding="utf-8"), re.MULTILINE)
