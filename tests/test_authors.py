"""Authors get by with CONTRIBUTING alone: its recipes work, and what they add shows up where it belongs."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import frictionless
import pytest
import yaml
from building import INVENTED, ROOT, build, change, fill_in, settings_for, small_book
from markdown_it import MarkdownIt

from nordic_ai.analysis.report import Report
from nordic_ai.authoring.scaffold import source_scaffold
from nordic_ai.evidence.errors import EvidenceError
from nordic_ai.evidence.loading import read_evidence
from nordic_ai.evidence.model import Source

KINDS = read_evidence(ROOT).choices.publication_kinds
SURVEY, REPORT = "esimerkki-2026", "daemi-2026"
SHORT = "# Short\n\n```{chapter-comparison} strategy\n```\n\n## Other\n\n```{chapter-comparison} competence\n```\n"
ENDING = ["make record", "make check"]
CONFIRM = "make confirm PAGE=chapters/leadership"
DECISION = """\
  comparisons:
    - compare: dansk-erhverv-2024/use
      to: [esimerkki-2026/use]
      grade: not comparable
      reason: One of the two is invented.
"""


def recipes() -> dict[str, list[tuple[str, str]]]:
    """Read the recipes of CONTRIBUTING.md: by title, the language and text of each block."""
    found: dict[str, list[tuple[str, str]]] = {}
    tokens = MarkdownIt().parse((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    inside, title = False, ""
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        if token.type == "heading_open":
            inside = following.content == "Three recipes" if token.tag == "h2" else inside
            title = following.content if token.tag == "h3" else ""
        elif token.type == "fence" and inside and title:
            found.setdefault(title, []).append((token.info, token.content))
    return found


def commands(title: str) -> list[str]:
    return [line for language, text in recipes()[title] if language == "sh" for line in text.splitlines()]


def run(project: Path, line: str) -> subprocess.CompletedProcess[str]:
    """Run a command as an author would, with the environment that is there."""
    assert line.startswith("make ")
    line += f" STAMP= BIN={Path(sys.executable).parent}"
    return subprocess.run(
        ["bash", "-c", line], cwd=project, env=settings_for(project), capture_output=True, text=True, check=False
    )


def problems(project: Path) -> list[str]:
    with pytest.raises(EvidenceError) as caught:
        read_evidence(project)
    return [str(problem) for problem in caught.value.problems]


def test_the_three_recipes_end_in_the_same_command() -> None:
    assert set(recipes()) == {"Add a publication", "Add a chapter", "Correct a number"}
    for title in recipes():
        assert commands(title)[-2:] == ENDING


@pytest.fixture(scope="module")
def contributed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Follow the three recipes in a copy of the project, and build its site; commands that repeat run once, last."""
    project = small_book(tmp_path_factory.mktemp("contributed") / "project", SHORT)
    (project / "index.md").write_text(
        "# Front\n\nA page for a test.\n\n{unread}`Nothing from … is here.`\n", encoding="utf-8"
    )
    wrong, right = (f'value: {share}\n        as_printed: "{share} pct."' for share in (78, 79))
    record = project / "data" / "sources" / "dansk-erhverv-2024.yml"
    change(record, right, wrong)
    for line in [*commands("Add a publication"), *commands("Add a chapter"), *commands("Correct a number")]:
        if line not in ENDING and line != CONFIRM:
            result = run(project, line)
            assert result.returncode == 0, result.stderr
    fill_in(project / "chapters" / "leadership.md")
    for name in (SURVEY, REPORT):
        shutil.copy(INVENTED / f"{name}.yml", project / "data" / "sources")
    change(project / "data" / "indicators.yml", "say they use AI today.\n", f"say they use AI today.\n{DECISION}")
    change(record, wrong, right)
    (entry,) = [text for language, text in recipes()["Correct a number"] if language == "yaml"]
    change(project / "data" / "corrections.yml", "\n[]\n", f"\n{entry}")
    for line in [CONFIRM, *ENDING]:
        result = run(project, line)
        assert result.returncode == 0, result.stdout + result.stderr
    result = build(project)
    assert result.returncode == 0, result.stdout[-4000:] + result.stderr[-4000:]
    return project


def shown(project: Path, page: str) -> str:
    """Give what a page shows, without its navigation."""
    text = (project / "_build" / "html" / f"{page}.html").read_text(encoding="utf-8")
    return re.search(r"<article.*?</article>", text, re.DOTALL)[0]


def rows(project: Path, table: str) -> list[dict[str, str]]:
    with (project / "_build" / "html" / "data" / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


class TestContributions:
    """What follows from the files that the recipes wrote, with no other file touched."""

    # Pages that are to tell of the new publications, those of them that the book has.
    SURVEY_ON = ("evidence/sources", "evidence/register", f"evidence/register/{SURVEY}", "evidence/audit", f"evidence/audit/{SURVEY}", "evidence/comparability", "chapters/short", "chapters/leadership",
                 "countries/finland", "evidence/explorer")  # fmt: skip
    REPORT_ON = (
        "evidence/sources",
        "evidence/register",
        f"evidence/register/{REPORT}",
        "evidence/audit",
        f"evidence/audit/{REPORT}",
        "countries/iceland",
        "evidence/explorer",
    )

    @pytest.mark.parametrize(("name", "expected"), [("Esimerkkiliitto", SURVEY_ON), ("Dæmastofnun", REPORT_ON)])
    def test_a_publication_is_told_of_where_it_belongs_and_only_there(
        self, contributed: Path, name: str, expected: tuple[str, ...]
    ) -> None:
        site = contributed / "_build" / "html"
        pages = {file.relative_to(site).with_suffix("").as_posix() for file in site.rglob("*.html")}
        ours = {page for page in pages if "<article" in (site / f"{page}.html").read_text(encoding="utf-8")}
        assert {page for page in ours if name in shown(contributed, page)} == pages & set(expected)

    def test_every_record_has_its_address(self, contributed: Path) -> None:
        evidence = read_evidence(contributed)
        names = [name for name in Report(evidence).observations if name.startswith((SURVEY, REPORT))]
        assert len(names) == 8
        for name in [*names, f"{REPORT}/barriers/language", f"{REPORT}/cooperation"]:
            assert f'id="{name}"' in shown(contributed, f"evidence/register/{name.split('/')[0]}")

    def test_an_answer_has_its_interval(self, contributed: Path) -> None:
        (uses,) = [row for row in rows(contributed, "observations") if row["observation_id"] == f"{SURVEY}/use/uses"]
        assert uses["country"] == "FI" and uses["base_n"] == "146" and uses["frame_size"] == "292"
        assert 36 < float(uses["ci_low"]) < 43 < float(uses["ci_high"]) < 50

    def test_themes_keep_apart_in_the_tables_of_chapters(self, contributed: Path) -> None:
        strategy, competence = shown(contributed, "chapters/short").split("Other<", 1)
        assert "Does your invented municipality use AI today?" in strategy
        assert "invented" not in competence

    def test_the_coverage_counts_the_new_countries(self, contributed: Path) -> None:
        text = " ".join(re.sub(r"<[^>]+>", " ", shown(contributed, "evidence/comparability")).split())
        assert "Finland 1 publication, read whole 2 numbers nothing yet nothing yet nothing yet nothing yet" in text
        assert "Iceland 1 publication, read whole nothing yet nothing yet 1 description 1 description 1 number" in text
        assert "No publication from Norway or Sweden has been read yet." in text
        assert "Nothing from Norway or Sweden is here." in shown(contributed, "index")

    def test_the_audit_computes_the_new_survey_again(self, contributed: Path) -> None:
        assert "146 of 292 is 50.0%" in shown(contributed, f"evidence/audit/{SURVEY}")
        found = {row["finding_id"]: row["verdict"] for row in rows(contributed, "audit")}
        assert found[f"{SURVEY}/response-rate/survey-2026"] == "consistent"

    def test_the_data_package_holds_them_and_is_valid(self, contributed: Path) -> None:
        assert {SURVEY, REPORT} <= {row["source_id"] for row in rows(contributed, "sources")}
        assert f"{REPORT}/examples/total" in {row["observation_id"] for row in rows(contributed, "observations")}
        package = contributed / "_build" / "html" / "data" / "datapackage.json"
        assert frictionless.validate(str(package)).valid

    def test_the_template_becomes_a_chapter_of_the_book(self, contributed: Path) -> None:
        text = shown(contributed, "chapters/leadership")
        assert text.count("<svg") >= 2 and "79%" in text
        assert "for you and not for readers" not in text
        contents = (contributed / "_toc.yml").read_text(encoding="utf-8")
        assert [line for line in contents.splitlines() if "chapters/" in line] == [
            "      - file: chapters/short",
            "      - file: chapters/leadership",
        ]

    def test_a_correction_is_told_on_its_page_and_at_its_record(self, contributed: Path) -> None:
        told = "23 November 2026: corrected from 78% to 79%."
        assert told in shown(contributed, "about/corrections")
        record = (
            shown(contributed, "evidence/register/dansk-erhverv-2024")
            .split('id="dansk-erhverv-2024/use/uses"')[1]
            .split("Permanent link")[0]
        )
        assert told in record
        assert [row["old"] for row in rows(contributed, "corrections")] == ["78"]


def test_a_report_that_was_never_wrong_says_so(built: Path) -> None:
    text = (built / "_build/html/about/corrections.html").read_text(encoding="utf-8")
    assert "No number of this report has been corrected since its first publication." in text


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_file_lacks_nothing_but_what_only_the_author_knows(project: Path, kind: str) -> None:
    file = project / "data" / "sources" / "new-2026.yml"
    file.write_text(source_scaffold("new-2026", kind, KINDS[kind], "NO", "nb"), encoding="utf-8")
    told = problems(project)
    assert len(told) > 10
    for problem in told:
        assert re.match(r"data/sources/new-2026\.yml:\d+: [\w.\[\]]+: ", problem), problem
        assert "is empty; fill it in" in problem or "is empty; write '" in problem or "give either `" in problem, (
            problem
        )


def fields_in(text: str) -> set[str]:
    return set(re.findall(r"^ *(?:# |- )?(\w+):", text, re.MULTILINE))


def test_a_new_file_names_every_field_of_the_model() -> None:
    """Together, since a budget proposal asks no questions; a field added to the model is there by itself."""
    written = set().union(*(fields_in(source_scaffold("new-2026", kind, KINDS[kind])) for kind in KINDS))
    assert set(Source.model_fields) <= fields_in(source_scaffold("new-2026", "report", KINDS["report"]))
    for name, definition in Source.model_json_schema()["$defs"].items():
        # Told by the names of their fields.
        unexplained = {"Group", "Restatement", "Note", "Relation", "NotEvidence"}
        unexplained |= {"GroupAnswer", "Reading", "Scale", "Subgroup", "WebAddress"}
        assert name in unexplained or set(definition["properties"]) <= written, name


def filled(data: object) -> Iterator[tuple[str, ...]]:
    """List the fields of a file that hold something."""
    if isinstance(data, dict):
        for name, value in data.items():
            yield from ((name, *below) for below in filled(value))
    elif isinstance(data, list):
        for value in data:
            yield from filled(value)
    elif data is not None:
        yield ()


def test_only_what_was_given_is_filled_in() -> None:
    data = yaml.safe_load(source_scaffold("new-2026", "web page", KINDS["web page"], "NO", "nb"))
    assert set(filled(data)) == {("id",), ("kind",), ("country",), ("language",)}
    assert data["country"] == "NO"


@pytest.mark.parametrize(
    ("script_name", "arguments", "told"),
    [
        ("new_source", ["ks-2024"], "data/sources/ks-2024.yml exists and is left as it is"),
        ("new_source", ["KS 2026"], "`KS 2026` is no id"),
        ("new_source", [""], "`` is no id"),
        ("new_source", ["../x"], "`../x` is no id"),
        (
            "new_source",
            ["ks-2026", "--kind", "survey"],
            "unknown kind `survey`; there are survey article, survey report",
        ),
        ("new_source", ["ks-2026", "--country", "XX"], "unknown country `XX`; there are DK"),
        ("new_source", ["ks-2026", "--language", "no"], "unknown language `no`; there are da"),
        ("new_chapter", ["strategy"], "chapters/strategy.md exists and is left as it is"),
        ("new_chapter", ["Ledelse og AI"], "`Ledelse og AI` is no name"),
    ],
)
def test_nothing_is_begun_under_a_name_that_cannot_be(
    project: Path, script: Callable[[str], ModuleType], capsys: pytest.CaptureFixture[str],
    script_name: str, arguments: list[str], told: str,
) -> None:  # fmt: skip
    (project / "chapters").mkdir()
    (project / "chapters" / "strategy.md").write_text("An author's text.\n", encoding="utf-8")
    before = {file: file.read_bytes() for file in project.rglob("*") if file.is_file()}
    assert script(script_name).main(arguments) == 1
    assert told in capsys.readouterr().err
    assert {file: file.read_bytes() for file in project.rglob("*") if file.is_file()} == before


def test_a_chapter_keeps_the_comments_of_the_table_of_contents(script: Callable[[str], ModuleType]) -> None:
    with_chapter = script("new_chapter").with_chapter
    contents = "root: index  # front\nchapters:\n  - file: chapters/one  # first\n  # more\n  - file: methods\n"
    added = contents.replace("# first\n", "# first\n  - file: chapters/two\n")
    assert with_chapter(contents, "two") == added
    assert with_chapter(added, "two") == added
    assert with_chapter("root: index\n", "two") is None


def test_a_chapter_is_put_after_all_of_the_last_one(script: Callable[[str], ModuleType]) -> None:
    with_chapter = script("new_chapter").with_chapter
    quoted, titled = '  - file: "chapters/one"\n', "  - file: chapters/one\n    title: First\n"
    for last in (quoted, titled, "  - title: First\n    file: chapters/one\n", "  - file: chapters/one"):
        contents = f"root: index\nchapters:\n  # - file: chapters/none\n{last}"
        assert with_chapter(contents, "two") == contents.rstrip("\n") + "\n  - file: chapters/two\n"
    assert with_chapter("root: index\nchapters: [{file: chapters/one}]\n", "two") is None
