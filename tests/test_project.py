"""The project says of itself what is true: its README, its commands, its lock."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from unittest.mock import MagicMock

import pytest
from building import ROOT

from nordic_ai import charts
from nordic_ai.analysis.report import Report
from nordic_ai.analysis.wording import format_value
from nordic_ai.evidence.loading import Evidence
from nordic_ai.site import setup

SCRIPTS = sorted((ROOT / "scripts").glob("*.py"))
COMMANDS = [file for file in SCRIPTS if "\n@command(" in file.read_text(encoding="utf-8")]


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


def modules() -> dict[str, Path]:
    """List the library's modules by name."""
    library = ROOT / "src" / "nordic_ai"
    files = {file.relative_to(library.parent).with_suffix(""): file for file in library.rglob("*.py")}
    return {".".join(name.parts).removesuffix(".__init__"): file for name, file in files.items()}


def imports_of(module: str, file: Path, known: set[str]) -> Iterator[str]:
    """Yield the modules of the library that a module imports, wherever in it; what only types need is left out."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    of_types = {
        node
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
        for node in ast.walk(block)
    }
    for node in ast.walk(tree):
        if node in of_types:
            continue
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports by a relative name"
            yield from (
                name if (name := f"{node.module}.{alias.name}") in known else node.module for alias in node.names
            )
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


@pytest.fixture
def imports() -> dict[str, set[str]]:
    """By module of the library, the others that it imports."""
    known = modules()
    return {module: {*imports_of(module, file, set(known))} & known.keys() - {module} for module, file in known.items()}


def rooms_in(text: str) -> list[str]:
    """Read the rooms of the library in the order of the table that explains them."""
    return re.findall(r"^\| `(\w+)/` \|", text, re.MULTILINE)


def test_a_room_imports_only_from_those_before_it(root: Path, imports: dict[str, set[str]]) -> None:
    rooms = rooms_in((root / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    assert sorted(rooms) == sorted(folder.parent.name for folder in (root / "src" / "nordic_ai").glob("*/__init__.py"))

    def place(module: str) -> int:
        """Give a module's place in the order: modules beside the rooms come before all of them."""
        room = module.split(".")[1]
        return rooms.index(room) if room in rooms else -1

    del imports["nordic_ai"]  # it gives chapters their four names, each on first use
    pairs = [(module, other) for module, others in imports.items() for other in others - {"nordic_ai"}]
    assert [f"{module} imports {other}" for module, other in pairs if place(other) > place(module)] == []


def test_no_modules_import_each_other(imports: dict[str, set[str]]) -> None:
    graph = TopologicalSorter({module: others - {"nordic_ai"} for module, others in imports.items()})
    graph.prepare()  # raises `CycleError` with the circle


def test_no_module_is_longer_than_400_lines() -> None:
    files = [*modules().values(), *SCRIPTS]
    assert [file.name for file in files if len(file.read_text(encoding="utf-8").splitlines()) > 400] == []


def test_every_role_directive_and_builder_is_explained(root: Path) -> None:
    text = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    app = MagicMock()
    setup(app)
    roles = [call.args[0] for call in app.add_role.call_args_list]
    directives = [call.args[0] for call in app.add_directive.call_args_list]
    assert len(roles) >= 10 and len(directives) >= 20
    names = [*(f"{{{name}}}" for name in ["term", *roles]), *(f"`{{{name}}}`" for name in directives)]
    names += [
        f"charts.{name}("
        for name, item in vars(charts).items()
        if getattr(item, "__module__", "") == charts.__name__ and name[0].islower() and name[0] != "_"
    ]
    assert [name for name in names if name not in text] == []


def test_every_command_and_every_target_is_documented(root: Path) -> None:
    text = "".join((root / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md"))
    targets = re.search(r"\.PHONY: (.*)", (root / "Makefile").read_text(encoding="utf-8"))[1].split()
    assert [target for target in targets if f"`make {target}" not in text] == []
    assert [file.name for file in SCRIPTS if f"`{file.name}`" not in text] == []


@pytest.mark.parametrize("file", COMMANDS, ids=lambda file: file.stem)
def test_a_command_explains_itself(file: Path) -> None:
    result = subprocess.run([sys.executable, str(file), "--help"], capture_output=True, text=True, check=False)
    assert result.returncode == 0
    assert len(result.stdout.split("\n\n")[1]) > 20


def test_the_fast_check_passes(root: Path) -> None:
    result = subprocess.run([sys.executable, "scripts/check.py"], cwd=root, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_a_missing_browser_is_a_sentence_not_a_skip(root: Path) -> None:
    command = [sys.executable, "scripts/find_browser.py"]
    settings = os.environ | {"NORDIC_AI_BROWSER": "/no/such/browser"}
    result = subprocess.run(command, cwd=root, env=settings, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "NORDIC_AI_BROWSER names /no/such/browser" in result.stderr
