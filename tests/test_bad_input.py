"""Bad evidence gets a sentence with file, line and path; several problems come together; nothing is written."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nordic_ai.analysis.report import Report, load_report
from nordic_ai.evidence.errors import EvidenceError
from nordic_ai.evidence.loading import Evidence, read_evidence, read_source

SMALL = "dansk-erhverv-2024"
# The examples of one test share its temporary folder: each writes its file anew. The other is off for all tests.
SHARED_FOLDER = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


def problems_after(project: Path, old: str, new: str, name: str = SMALL) -> list[str]:
    """Replace text once in a source and list what the loader says."""
    file = project / "data" / "sources" / f"{name}.yml"
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {name}.yml any more; mend this test"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(EvidenceError) as caught:
        read_evidence(project)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        pytest.param("    wording: printed", "    wrding: printed", "questions[1].wrding", "did you mean `wording`", id="unknown field"),
        pytest.param("publisher: Dansk Erhverv\n", "", "publisher", "`publisher` is missing; add it", id="missing field"),
        pytest.param("value: 79", 'value: "79"', "questions[0].answers[0].value", "must be a number, not text `79`", id="wrong type"),
        pytest.param("value: 79", "value: -79", "questions[0].answers[0].value", "between 0 and 100", id="share below 0"),
        pytest.param("value: 79", "value: 179", "questions[0].answers[0].value", "between 0 and 100", id="share above 100"),
        pytest.param('value: 59\n        as_printed: "59 pct."', 'value: 69\n        as_printed: "69 pct."', "questions[1].answers", "107 per cent together", id="answers over 100 together"),
        pytest.param("theme: strategy", "theme: startegy", "questions[0].theme", "unknown theme `startegy`; write 'strategy'", id="unknown theme"),
        pytest.param("indicator: ai-use", "indicator: ai-usage", "questions[0].indicator", "no indicator `ai-usage` in data/indicators.yml", id="unknown indicator"),
        pytest.param("country: DK", "country: XX", "country", "no country `XX` in data/countries.yml", id="unknown country"),
        pytest.param("precision: about", "precision: roughly", "questions[0].answers[1].also[0].precision", "unknown precision `roughly`", id="unknown precision"),
        pytest.param("id: wants-to", "id: uses", "questions[0].answers[1].id", "`use/uses` is already taken", id="duplicate id"),
        pytest.param("publisher: Dansk", "publisher: A\npublisher: Dansk", "publisher", "is given twice (first on line 8)", id="duplicate key"),
        pytest.param("  period: 2024-02\n", "  period: 2024-13\n", "published.period", "no such day or month", id="month that is none"),
        pytest.param("  period: 2024-02\n", "  period: 2023-02-29\n", "published.period", "no such day or month", id="day that is none"),
        pytest.param("  period: 2024-02\n", "  period: February\n", "published.period", "is not a period", id="no date at all"),
        pytest.param("language: da", "language: no", "language", "`no` without quotes is read as true or false", id="no read as false"),
        pytest.param("language: da", 'language: "no"', "language", "unknown language `no`", id="language code that is none"),
        pytest.param("  english: The country", "\tenglish: The country", None, "not with tabs", id="tabs"),
        pytest.param("survey: survey-2024", "survey: survey-2025", "questions[0].survey", "no survey `survey-2025` in this file", id="survey that does not exist"),
        pytest.param("shows: [strategy]", "shows: [stratgy]", "charts[0].shows[0]", "nearest: strategy", id="question that does not exist"),
        pytest.param("about: [use/uses,", "about: [use/used,", "notes[2].about[0]", "no record `use/used`", id="note about nothing"),
        pytest.param('value: 58\n      as_printed: "58 komm', 'value: 580\n      as_printed: "580 komm', "surveys[0].respondents.value", "cannot exceed the 98 municipalities", id="respondents above the country's total"),
        pytest.param("value: 79\n", "value: 69\n", "questions[0].answers[0].as_printed", "does not contain the value 69 (it reads as 79)", id="as printed without its value"),
        pytest.param("        at: 11\n      - id: wants-to", "      - id: wants-to", "questions[0].answers[0].at", "`at` is missing", id="value without a place"),
        pytest.param("at: 11", "at: eleven", "questions[0].at", "is not a line or range of lines", id="place that is none"),
        pytest.param("      missing: The article read here does not print one.\n", "", "surveys[0].response_rate", "is empty", id="neither value nor reason"),
        pytest.param("subject: artificial intelligence", "subject: digitalisation", "questions[0].indicator", "must not end up on one scale", id="other subject than the indicator"),
        pytest.param("id: dansk-erhverv-2024", "id: dansk-erhverv-2023", "id", "must be the file's name", id="id unlike the file"),
        pytest.param("value: 79", "value: 0x4F", "questions[0].answers[0].value", "is read as a number; put it in quotes if it is text", id="odd spelling of a number"),
        pytest.param("value: 79", "value: .nan", "questions[0].answers[0].value", "is read as a number", id="not a number"),
        pytest.param("precision: bound\n            direction: above", "precision: bound", "questions[1].answers[1].also[0].direction", "goes with precision `bound`", id="bound without direction"),
        pytest.param("places:", "places: 5\nplace:", "places", "must be a list, not the number `5`", id="number instead of list"),
        pytest.param('value: 58\n      as_printed: "58 komm', 'value: 0\n      as_printed: "0 komm', "surveys[0].respondents.value", "whole number of at least 1, not 0", id="nobody answered"),
        pytest.param('value: 58\n        as_printed: "n = 58"', 'value: 60\n        as_printed: "n = 60"', "questions[1].base.n.value", "the base (60) cannot exceed respondents (58)", id="base above respondents"),
        pytest.param('value: 58\n        as_printed: "n = 58"', 'value: 5.8\n        as_printed: "n = 5,8"', "questions[1].base.n.value", "whole number of at least 1, not 5.8", id="base that is no number of people"),
        pytest.param("label: Do not know", 'label: "Do\\0not know"', "questions[1].answers[3].label", "control character", id="control character"),
        pytest.param("id: chatgpt-attention", "id: statements", "statements[0].id", "is already taken", id="name that the register needs"),
        pytest.param("id: largest-part", "id: majority-heading", "questions[1].answers[1].also[2].id", "is already taken", id="two mentions of one id"),
        pytest.param("    wording: inferred", "    repeats: use\n    wording: inferred", "questions[0].repeats", "cannot repeat itself", id="question that repeats itself"),
        pytest.param("  period: 2024-02\n", '  period: "0000"\n', "published.period", "no such day or month", id="year that is none"),
        pytest.param("language: da", "language: xx", "language", "unknown language `xx`; write `da`, `nb`", id="unknown language"),
        pytest.param("  sha256: ", "  sha256: abc", "text.sha256", "is not a SHA-256 checksum", id="checksum that is none"),
        pytest.param("title:\n", "title: Words\ntitel:\n", "title", "must be", id="text instead of mapping"),
    ],
)  # fmt: skip
def test_a_broken_file_is_told_with_line_and_path(
    project: Path, old: str, new: str, path: str | None, message: str
) -> None:
    problems = problems_after(project, old, new)
    matching = [problem for problem in problems if message in problem]
    assert matching, problems
    assert re.match(rf"data/sources/{SMALL}\.yml:\d+: ", matching[0]), matching[0]
    if path is not None:
        assert f": {path}: " in matching[0], matching[0]


def test_the_line_is_the_line_of_the_mistake(project: Path) -> None:
    text = (project / "data" / "sources" / f"{SMALL}.yml").read_text(encoding="utf-8")
    line = text[: text.index("value: 79")].count("\n") + 1
    (problem,) = problems_after(project, "value: 79", "value: seventy-nine")
    assert problem.startswith(f"data/sources/{SMALL}.yml:{line}: questions[0].answers[0].value: ")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('value: 102, as_printed: "102 respondenter"', 'value: 264, as_printed: "264 respondenter"', "respondents (264) cannot exceed invited (263)"),
        ("      value: 574\n      as_printed: \"574 organisationer\"", "      value: 223\n      as_printed: \"223 organisationer\"", "respondents (224) cannot exceed invited (223)"),
    ],
)  # fmt: skip
def test_more_respondents_than_invited_is_refused(project: Path, old: str, new: str, message: str) -> None:
    assert any(message in problem for problem in problems_after(project, old, new, "governo-2025"))


def test_more_invited_than_the_frame_is_refused(project: Path) -> None:
    text = (project / "data" / "sources" / "governo-2025.yml").read_text(encoding="utf-8")
    start = text.index("    frame:\n      missing:")
    old = text[start : text.index("\n", start + 12)]
    new = '    frame:\n      value: 500\n      as_printed: "500"\n      at: 61'
    assert any(
        "invited (574) cannot exceed frame (500)" in p for p in problems_after(project, old, new, "governo-2025")
    )


def test_a_base_above_the_frame_is_refused(project: Path) -> None:
    file = project / "data" / "sources" / f"{SMALL}.yml"
    text = file.read_text(encoding="utf-8")
    start = text.index("    respondents:\n")
    end = text.index("    response_rate:", start)
    text = f"{text[:start]}    respondents:\n      missing: Not told.\n{text[end:]}"
    file.write_text(
        text.replace('value: 58\n        as_printed: "n = 58"', 'value: 158\n        as_printed: "n = 158"'),
        encoding="utf-8",
    )
    with pytest.raises(EvidenceError, match=r"base\.n\.value: the base \(158\) cannot exceed the frame \(98\)"):
        read_evidence(project)


def test_several_problems_are_told_together(project: Path) -> None:
    file = project / "data" / "sources" / f"{SMALL}.yml"
    text = file.read_text(encoding="utf-8")
    file.write_text(
        text.replace("value: 79", "value: 179").replace("theme: competence", "theme: skill"), encoding="utf-8"
    )
    problems = problems_after(project, 'country: "NO"', "country: NO", "ks-2024")
    assert len(problems) >= 2
    assert {problem.split(":")[0] for problem in problems} == {f"data/sources/{SMALL}.yml", "data/sources/ks-2024.yml"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"# only a comment\n", "is empty"),
        (b"\xef\xbb\xbfid: x\n...\n", "byte-order mark"),
        ("id: h\u00f8je\n...\n".encode("latin-1"), "is not UTF-8 (byte 0xf8)"),
        (b"- a\n- b\n...\n", "must be"),
        (b"just words\n...\n", "must be"),
        (b"id: x\n", "closing line `...` is missing"),
        (b"a: " + b"[" * 5000, "not readable as YAML"),
        (b"a: " + b"[" * 90 + b"]" * 90 + b"\n...\n", "nested too deeply"),
        (b"a: !!python/object:os.system x\n...\n", "is not used here"),
        (b"a: \x00\n...\n", "not readable as YAML"),
        (b"? [1, 2]\n: 3\n...\n", "must be a plain word"),
        (b"a: b: c\n...\n", "not readable as YAML"),
    ],
    ids=["empty", "comment", "bom", "latin-1", "list", "words", "cut", "open", "deep", "tag", "nul", "key", "colon"],
)
def test_a_file_that_is_no_record_is_told(project: Path, content: bytes, message: str) -> None:
    file = project / "data" / "sources" / "broken.yml"
    file.write_bytes(content)
    with pytest.raises(EvidenceError) as caught:
        read_evidence(project)
    assert any("broken.yml" in str(p) and message in str(p) for p in caught.value.problems), str(caught.value)


def test_a_file_that_would_not_be_read_is_told(project: Path) -> None:
    folder = project / "data" / "sources"
    (folder / f"{SMALL}.yml").rename(folder / f"{SMALL}.yaml")
    (folder / "loop.yml").symlink_to("loop.yml")
    with pytest.raises(EvidenceError) as caught:
        read_evidence(project)
    assert f"data/sources/{SMALL}.yaml: would not be read" in str(caught.value)
    assert "data/sources/loop.yml: cannot be read" in str(caught.value)


def test_missing_folders_are_told(project: Path) -> None:
    for file in (project / "data" / "sources").iterdir():
        file.unlink()
    (project / "data" / "sources").rmdir()
    with pytest.raises(EvidenceError, match="contains no publication"):
        load_report()
    (project / "data" / "countries.yml").write_text(
        "DK: 5\nSE:\n  name: S\n  municipalities: 290\n...\n", encoding="utf-8"
    )
    with pytest.raises(EvidenceError, match="go together"):
        read_evidence(project)


def test_a_bound_is_no_base(project: Path) -> None:
    file = project / "data" / "sources" / f"{SMALL}.yml"
    text = file.read_text(encoding="utf-8")
    exact = '      value: 58\n      as_printed: "58 kommunaldirektører"\n'
    assert exact in text
    file.write_text(text.replace(exact, f"{exact}      precision: bound\n      direction: above\n"), encoding="utf-8")
    uses = Report(read_evidence(project)).observations["dansk-erhverv-2024/use/uses"]
    assert uses.base_n is None and uses.ci_low is None and uses.implied_count is None


def test_a_file_cut_anywhere_is_refused(project: Path, few: Evidence) -> None:
    file = project / "data" / "sources" / f"{SMALL}.yml"
    content = file.read_bytes()
    for end in range(0, len(content) - 4, 97):
        file.write_bytes(content[:end])
        with pytest.raises(EvidenceError):
            read_source(file, few)


def test_the_command_exits_1_and_writes_nothing(project: Path, root: Path) -> None:
    before = sorted(path for path in project.rglob("*") if path.is_file())
    file = project / "data" / "sources" / f"{SMALL}.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("value: 79", "value: 179"), encoding="utf-8")
    (project / "chapters").mkdir()
    result = subprocess.run(
        [sys.executable, str(root / "scripts" / "check.py")], cwd=project, capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert "data/sources/dansk-erhverv-2024.yml:" in result.stderr
    left = {path for path in project.rglob("*") if path.is_file() and ".ruff_cache" not in path.parts}
    assert sorted(left) == before


@settings(max_examples=300, suppress_health_check=SHARED_FOLDER)
@given(data=st.data())
def test_no_mutation_ends_in_a_traceback(data: st.DataObject, tmp_path: Path, few: Evidence) -> None:
    """Change a valid file anywhere: it either still loads or is refused with a file, a line and a sentence."""
    content = bytearray((few.root / "data" / "sources" / f"{SMALL}.yml").read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(content)))
        end = data.draw(st.integers(start, min(len(content), start + 60)))
        pieces = st.sampled_from(
            [
                b"",
                b"\n",
                b"  ",
                b"\t",
                b": ",
                b"- ",
                b"no",
                b"null",
                b"[]",
                b"{}",
                b"-1",
                b"1e9",
                b"9" * 400,
                b"*a",
                b"&a ",
            ]
        )
        content[start:end] = data.draw(st.one_of(pieces, st.binary(max_size=8), st.text(max_size=8).map(str.encode)))
    file = tmp_path / f"{SMALL}.yml"
    file.write_bytes(bytes(content))
    try:
        read_source(file, few)
    except EvidenceError as error:
        assert error.problems
        assert all(problem.message and problem.file == file for problem in error.problems)


@settings(max_examples=200, suppress_health_check=SHARED_FOLDER)
@given(data=st.data())
def test_no_swapped_value_ends_in_a_traceback(data: st.DataObject, tmp_path: Path, few: Evidence) -> None:
    """Replace what stands behind any field name by a value of any kind."""
    lines = (few.root / "data" / "sources" / f"{SMALL}.yml").read_text(encoding="utf-8").splitlines()
    fields = [index for index, line in enumerate(lines) if re.match(r"\s*(- )?[a-z_]+:", line)]
    index = data.draw(st.sampled_from(fields))
    value = data.draw(
        st.sampled_from(["", "true", "5", "-5", "2.5", "text", "[]", "{}", "[1]", "{a: 1}", "null", "2024-01-01", '""'])
    )
    lines[index] = lines[index].split(":", 1)[0] + ": " + value
    file = tmp_path / f"{SMALL}.yml"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    try:
        read_source(file, few)
    except EvidenceError as error:
        assert all(problem.line for problem in error.problems)
