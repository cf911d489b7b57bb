"""The check and the build read a file alike: both take it, or both say in a sentence what is wrong with it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from building import add_pages, change, checked_book, command

MARK = b"\xef\xbb\xbf"
INCLUDES = "# Whole\n\nThis page includes a part.\n\n```{include} ../.parts/one.md\n```\n"


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a book in which no check finds anything, with a page that includes a file."""
    project = checked_book(tmp_path_factory.mktemp("recorded") / "project")
    add_pages(project, {"about/whole": INCLUDES})
    part = project / ".parts" / "one.md"
    part.parent.mkdir()
    part.write_text("What is included is read as well.\n", encoding="utf-8")
    assert (result := command(project, "record")).returncode == 0, result.stderr
    return project


@pytest.fixture
def project(recorded: Path, tmp_path: Path) -> Path:
    return shutil.copytree(recorded, tmp_path / "project")


def told_by_both(project: Path) -> list[list[str]]:
    """Run both commands, which must end alike, and give the problems that each tells."""
    results = [command(project, script) for script in ("check", "build_book")]
    assert len({result.returncode for result in results}) == 1, [result.stderr for result in results]
    lines = [result.stderr.splitlines() for result in results]
    return [[line for line in told if not line.startswith("build_book: ")] for told in lines]


def test_both_take_marks_of_editors_line_ends_of_windows_and_names_with_an_ending(project: Path) -> None:
    for name in ("chapters/short.md", "about/methods.md", ".parts/one.md"):
        file = project / name
        file.write_bytes(MARK + file.read_bytes())
    contents = project / "_toc.yml"
    change(contents, "chapters/short\n", "chapters/short.md\n")
    change(contents, "root: index\n", "root: index.md\n")
    contents.write_bytes(contents.read_bytes().replace(b"\n", b"\r\n"))
    assert told_by_both(project) == [[], []]


def test_both_refuse_an_entry_of_the_contents_with_its_line(project: Path) -> None:
    contents = project / "_toc.yml"
    change(contents, "file: chapters/short\n", "file: ./chapters/short\n")
    change(contents, "      - file: about/glossary\n", "      - file: about/glossary\n" * 2)
    change(contents, "about/cite\n", "about/gone\n")
    lines = contents.read_text(encoding="utf-8").splitlines()
    first = lines.index("      - file: about/glossary") + 1
    wanted = [
        f"_toc.yml:{lines.index('      - file: ./chapters/short') + 1}: names the page `./chapters/short`; "
        "write `chapters/short`",
        f"_toc.yml:{first + 1}: names the page `about/glossary` again (first on line {first}); keep one",
        f"_toc.yml:{lines.index('      - file: about/gone') + 1}: names about/gone.md, which does not exist; correct it",
    ]
    assert told_by_both(project) == [wanted, wanted]


def test_both_refuse_settings_that_cannot_be_read(project: Path) -> None:
    settings = project / "_config.yml"
    settings.write_bytes(MARK + settings.read_bytes())
    problem = "_config.yml: starts with a byte-order mark; save it as UTF-8 without BOM"
    assert told_by_both(project) == [[problem], [problem]]


def test_both_name_an_included_file_that_is_gone(project: Path) -> None:
    (project / ".parts" / "one.md").unlink()
    for told in told_by_both(project):
        assert any(line.partition("about/whole.md:")[2].startswith("5: ") and "one.md" in line for line in told), told


def test_what_is_included_and_the_settings_are_checked_as_well(project: Path) -> None:
    (project / ".parts" / "one.md").write_text("What is included holds 36% and a wrod.\n", encoding="utf-8")
    (project / "_config.yml").write_text("title: [", encoding="utf-8")
    told = command(project, "check").stderr.splitlines()
    assert [line.partition(";")[0] for line in told] == [
        ".parts/one.md:1: the word “wrod” is unknown",
        ".parts/one.md:1: the number 36 is typed",
        "_config.yml:2: is not readable as YAML: did not find expected node content",
    ]
