"""Faults of files and machines end in a sentence and take nothing away; docs/faults.md names the test of each."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from building import ROOT, SHORT, files_of, settings_for, small_book

from nordic_ai.analysis.report import Report
from nordic_ai.evidence.errors import EvidenceError
from nordic_ai.evidence.loading import read_evidence
from nordic_ai.evidence.strict_yaml import read_yaml

SMALL = Path("data") / "sources" / "dansk-erhverv-2024.yml"


def refused(file: Path) -> str:
    """Give what is said of a file, which must not take long."""
    start = time.monotonic()
    with pytest.raises(EvidenceError) as caught:
        read_yaml(file)
    assert time.monotonic() - start < 5
    return str(caught.value)


def test_every_fault_has_its_test() -> None:
    text = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/\w+\.py)::(?:(\w+)::)?(\w+)`", text)
    rows = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| fault |")]
    assert len(rows) >= 25 and all("`tests/" in row for row in rows)
    for file, within, test in named:
        code = (ROOT / file).read_text(encoding="utf-8")
        assert re.search(rf"^\s*def {test}\(", code, re.MULTILINE), test
        assert not within or f"class {within}:" in code


@pytest.mark.parametrize(
    "content",
    [
        b'a: "' + b"x" * 50_000_000 + b'"\n...\n',
        b"questions:\n"
        + b"- {id: a, label: a question among twenty thousand, with all that is known of it}\n" * 20_000,
    ],
    ids=["50 MB", "20,000 questions"],
)
def test_a_huge_file_is_refused_at_once(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "huge.yml"
    file.write_bytes(content)
    told = refused(file)
    assert f"huge.yml: is {len(content) / 1_000_000:.1f} MB, more than a record of a publication can be" in told


def test_every_record_is_far_below_the_limit_of_size(root: Path) -> None:
    assert max(file.stat().st_size for file in (root / "data").rglob("*.yml")) < 500_000


@pytest.mark.parametrize(
    "content",
    [b"a: " + b"[" * 900_000, b"".join(b" " * depth + b"a:\n" for depth in range(1_000))],
    ids=["brackets", "indents"],
)
def test_endless_nesting_is_told_at_once(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "deep.yml"
    file.write_bytes(content)
    assert "values are nested too deeply" in refused(file)


def test_aliases_that_multiply_are_refused_at_once(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)), "..."]
    file = tmp_path / "bomb.yml"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert "anchors and aliases (& and *) are not used here" in refused(file)


def test_an_evidence_file_in_utf_16_is_told(project: Path) -> None:
    text = (project / SMALL).read_text(encoding="utf-8")
    (project / SMALL).write_text(text, encoding="utf-16")
    assert f"{SMALL}:1: is not UTF-8 (byte 0xff); save it as UTF-8" in refused(project / SMALL)


def test_line_ends_of_windows_change_nothing(project: Path) -> None:
    before = Report(read_evidence(project)).observations
    for file in (project / "data").rglob("*.yml"):
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert Report(read_evidence(project)).observations == before


def test_a_record_that_is_no_file_is_told(project: Path) -> None:
    folder = project / "data" / "sources"
    (folder / "folder.yml").mkdir()
    (folder / "nowhere.yml").symlink_to("gone.yml")
    with pytest.raises(EvidenceError) as caught:
        read_evidence(project)
    assert "data/sources/folder.yml: cannot be read: Is a directory" in str(caught.value)
    assert "data/sources/nowhere.yml: cannot be read: No such file or directory" in str(caught.value)


def read_only(folder: Path) -> list[str]:
    """Give the beginning of a command for which a folder cannot be written to; the rights do not bind root."""
    if os.geteuid() != 0:
        for file in [folder, *folder.rglob("*")]:
            file.chmod(file.stat().st_mode & ~0o222)
        return []
    mount = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && cd "$0" && exec "$@"'
    begin = ["unshare", "--mount", "sh", "-c", mount, str(folder)]
    if not shutil.which("unshare") or subprocess.run([*begin, "true"], capture_output=True, check=False).returncode:
        pytest.skip("as root, and without the right to mount, no folder can be made read-only here")
    return begin


def test_a_read_only_checkout_is_told(tmp_path: Path) -> None:
    project = small_book(tmp_path / "project", SHORT)
    before = files_of(project)
    begin = read_only(project)
    try:
        for script, told in (
            ("build_book", "the last good site stays"),
            ("record", "short.ipynb: cannot be written: "),
            ("write_schema", "data/source.schema.json: "),
        ):
            command = [*begin, sys.executable, "-B", f"scripts/{script}.py"]
            result = subprocess.run(
                command, cwd=project, env=settings_for(project), capture_output=True, text=True, check=False
            )
            assert result.returncode == 1, script
            assert told in result.stderr and "Traceback" not in result.stderr, result.stderr
        reading = [*begin, sys.executable, "-B", "scripts/audit.py"]
        assert subprocess.run(reading, cwd=project, env=settings_for(project), capture_output=True).returncode == 0
    finally:
        subprocess.run(["chmod", "-R", "u+w", project], check=True)
    assert files_of(project) == before


def test_the_locale_changes_nothing(root: Path) -> None:
    command = [sys.executable, "scripts/audit.py", "dansk-erhverv-2024"]
    shown = [
        subprocess.run(command, cwd=root, env=os.environ | {"COLUMNS": "100"} | locale, capture_output=True, check=True)
        for locale in ({"LC_ALL": "C.UTF-8"}, {"LC_ALL": "C", "LANG": "C"})
    ]
    assert "“" in shown[0].stdout.decode() and shown[0].stdout == shown[1].stdout


def test_only_comparing_needs_git_and_it_says_so(root: Path, tmp_path: Path) -> None:
    settings = os.environ | {"PATH": str(tmp_path)}
    auditing = [sys.executable, "scripts/audit.py", "ks-2024"]
    assert subprocess.run(auditing, cwd=root, env=settings, capture_output=True, check=False).returncode == 0
    command = [sys.executable, "scripts/compare_evidence.py"]
    result = subprocess.run(command, cwd=root, env=settings, capture_output=True, text=True, check=False)
    assert result.returncode == 1 and "Traceback" not in result.stderr
    assert "git is needed to look at another revision; install it" in result.stderr


def test_an_older_python_is_told_before_anything_is_made(root: Path, tmp_path: Path) -> None:
    """A Python that takes itself for an older one stands for it."""
    for name in ("Makefile", "requirements.txt", "pyproject.toml"):
        shutil.copy(root / name, tmp_path)
    older = tmp_path / "python3.10"
    code = "import sys; sys.version_info = (3, 10, 12); sys.version = '3.10.12 of old'; exec(sys.argv[2])"
    older.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{code}" "$@"\n', encoding="utf-8")
    older.chmod(0o755)
    command = ["make", "book", f"PYTHON={older}"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert "Python 3.11 or later is needed, this is 3.10.12; set PYTHON=" in result.stderr
    assert not (tmp_path / ".venv").exists()
