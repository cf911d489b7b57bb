"""The record is true to the publications, and its tables can be read by any tool."""

from __future__ import annotations

import csv
import datetime
import json
import re
import shutil
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from types import ModuleType

import frictionless
import openpyxl
import pandas as pd
import pytest
from building import ROOT

from nordic_ai.analysis.report import Report
from nordic_ai.authoring.scaffold import SCHEMA_FILE, schema_text
from nordic_ai.authoring.verification import copied_runs, find_text, own_words, verify
from nordic_ai.evidence.citation import apa, cite_data, read_citation
from nordic_ai.evidence.loading import Evidence
from nordic_ai.evidence.model import Source
from nordic_ai.evidence.strict_yaml import read_yaml
from nordic_ai.export.data_package import WORKBOOK, data_files
from nordic_ai.export.tables import csv_bytes, csv_lines, table, tables
from nordic_ai.export.workbook import workbook_bytes

CITATION = read_citation(ROOT)
CONTRACT = [
    *("observation_id", "source_id", "survey_id", "question_id", "kind", "theme", "indicator_id", "country"),
    *("period_start", "period_end", "population", "base_n", "label", "value", "unit", "precision", "origin"),
    *("as_printed", "locator", "implied_count", "ci_low", "ci_high", "ci_method", "note"),
]


@pytest.fixture(scope="session")
def package(report: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("package")
    for file in data_files(report, CITATION):
        (folder / file.name).write_bytes(file.content)
    return folder


@pytest.fixture(scope="session")
def observations(package: Path) -> pd.DataFrame:
    return pd.read_csv(package / "observations.csv", index_col="observation_id")


def test_the_data_package_is_valid(package: Path) -> None:
    report = frictionless.validate(str(package / "datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "message"])
    assert {task.name for task in report.tasks} == set(tables())


def test_validation_can_fail(package: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(package, tmp_path / "broken")
    file = folder / "observations.csv"
    file.write_text(file.read_text(encoding="utf-8").replace(",percent,exact,", ",parsec,exact,", 1), encoding="utf-8")
    descriptor = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    for resource in descriptor["resources"]:
        resource.pop("hash"), resource.pop("bytes")
    (folder / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    assert not frictionless.validate(str(folder / "datapackage.json")).valid


def test_observations_begin_with_the_promised_columns(observations: pd.DataFrame) -> None:
    assert [observations.index.name, *observations.columns][: len(CONTRACT)] == CONTRACT


def test_two_exports_are_the_same_bytes(report: Report, package: Path) -> None:
    assert {file.name: file.read_bytes() for file in package.iterdir()} == {
        f.name: f.content for f in data_files(report, CITATION)
    }


def test_published_files_say_what_they_hold(report: Report, package: Path) -> None:
    resources = json.loads((package / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    workbook, described, *files = data_files(report, CITATION)
    assert (workbook.name, workbook.rows) == (WORKBOOK, None)
    assert (described.name, described.rows, described.columns) == ("datapackage.json", None, None)
    for resource, file in zip(resources, files, strict=True):
        data = pd.read_csv(package / file.name)
        assert data.shape == (file.rows, file.columns)
        assert (resource["path"], resource["description"]) == (file.name, file.description)
        assert (resource["bytes"], resource["hash"]) == (len(file.content), f"sha256:{file.sha256}")


def test_lines_of_observations_are_those_of_the_file(report: Report, package: Path) -> None:
    lines = csv_lines(tables()["observations"].columns, map(vars, report.observations.values()))
    assert "".join(f"{line}\n" for line in lines) == (package / "observations.csv").read_text(encoding="utf-8-sig")


def test_the_recipe_on_the_page_keeps_labels_that_look_like_nothing(
    report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (recipe,) = re.findall(r"```python\n(.*?)```", (ROOT / "evidence" / "data.md").read_text("utf-8"), re.DOTALL)
    columns, labels = tables()["observations"].columns, ["None", "N/A", "NA", "Høje-Taastrup"]
    rows = [vars(row) | {"label": label} for label, row in zip(labels, report.observations.values(), strict=False)]
    (tmp_path / "observations.csv").write_bytes(csv_bytes(columns, rows))
    monkeypatch.chdir(tmp_path)
    exec(recipe, found := {})
    read = found["observations"]
    assert list(read.columns) == list(columns) and list(read["label"]) == labels
    assert read["value"].dtype.kind in "if" and read["period_start"].dt.year.notna().any()
    assert list(read["note"].isna()) == [row["note"] is None for row in rows]


@pytest.fixture(scope="session")
def workbook(package: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(package / WORKBOOK)


def test_the_workbook_says_what_it_is_and_holds_every_table(workbook: openpyxl.Workbook) -> None:
    assert workbook.sheetnames == ["about", *tables(), "columns"]
    about = {row[0].value: row[1].value for row in workbook["about"].iter_rows() if row[0].value}
    assert about["Version"] == CITATION.edition and about["Cite as"] == apa(cite_data(CITATION))
    assert workbook["about"]["A" + str(len(about) + 1)].hyperlink.location == "columns!A1"


@pytest.mark.parametrize("name", tables())
def test_a_sheet_holds_what_the_file_does(workbook: openpyxl.Workbook, package: Path, name: str) -> None:
    """Numbers as numbers and days as days, which a spreadsheet shows as its country does; text as text."""
    head, *rows = workbook[name].iter_rows(values_only=True)
    columns = tables()[name].columns
    assert list(head) == list(columns)
    with (package / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.DictReader(file))
    kinds = {"number": int | float, "integer": int, "boolean": bool, "date": datetime.datetime, "string": str}
    assert len(rows) == len(written)
    for row, line in zip(rows, written, strict=True):
        for value, (key, column) in zip(row, columns.items(), strict=True):
            assert isinstance(value, kinds[column.type] | None), (name, key)
            value = value.date() if isinstance(value, datetime.datetime) else value
            assert column.write(value) == line[key], (name, key)


def test_text_in_a_workbook_is_no_number_address_or_formula(report: Report) -> None:
    texts = ["007", "https://example.org", "=1+1", "N/A", "Høje-Taastrup, Þór, Ähtäri"]
    rows = {name: [] for name in tables()}
    first = dict.fromkeys(tables()["corrections"].columns)
    rows["corrections"] = [first | {next(iter(first)): text} for text in texts]
    sheet = openpyxl.load_workbook(BytesIO(workbook_bytes(rows, {"Title": "T"})))["corrections"]
    assert [(cell.value, cell.data_type) for cell in sheet["A"][1:]] == [(text, "s") for text in texts]


@pytest.mark.parametrize(
    ("name", "value", "unit", "precision", "printed"),
    [
        ("dansk-erhverv-2024/use/uses", 79, "percent", "exact", "79 pct."),
        ("dansk-erhverv-2024/strategy/do-not-know", 0, "percent", "exact", "0 pct."),
        ("dansk-erhverv-2017/gains-harvested/considerable-potential", 33, "percent", "about", None),
        ("dansk-erhverv-2017/survey-2017/largest-weight", 0.67, "weight", "exact", None),
        ("dansk-erhverv-2017/survey-2017/respondents/opening", 300, "count", "bound", "mere end 300"),
        ("governo-2025/survey-2024/response-rate", 44, "percent", "exact", "44 %"),
        ("governo-2025/survey-2024/respondents/about-us", 230, "count", "exact", "230 aktörer"),
        ("governo-2025/projects-2024/started-or-planning/summary", 80, "percent", "bound", "nästan 80 %"),
        ("governo-2025/digg-saving/amount", 140, "billion SEK", "exact", None),
        ("governo-2025/survey-2024/municipalities/response-rate", 37, "percent", "exact", "37 % svarsfrekvens"),
        ("hoeje-taastrup-2025/net-change/2027", -550, "thousand DKK", "exact", "-550"),
        ("hoeje-taastrup-2025/full-time-equivalents/2026", -0.5, "full-time equivalents", "exact", "-0,5"),
        ("hoeje-taastrup-2025/efficiency/2026/prose", 0.275, "million DKK", "exact", "0,275 mio. Kr."),
        ("ks-2024/mapped-examples/total", 100, "count", "exact", None),
        ("ks-2024/initiatives-by-field/construction-planning-technical", 33, "percent", "about", None),
    ],
)
def test_facts_of_the_publications(
    observations: pd.DataFrame, name: str, value: float, unit: str, precision: str, printed: str | None
) -> None:
    row = observations.loc[name]
    assert (row["value"], row["unit"], row["precision"], row["origin"]) == (value, unit, precision, "stated")
    assert printed is None or row["as_printed"] == printed


def test_what_is_missing_is_empty_and_says_why(observations: pd.DataFrame) -> None:
    missing = observations[observations["value"].isna()]
    assert len(missing) > 20
    assert missing["missing"].notna().all()
    assert missing["origin"].isna().all()
    assert observations[observations["value"].notna()]["missing"].isna().all()


def test_digitalisation_and_ai_share_no_indicator(observations: pd.DataFrame) -> None:
    subjects = observations.dropna(subset="indicator_id").groupby("indicator_id")["subject"].nunique()
    assert (subjects == 1).all()
    assert set(observations[observations["source_id"] == "dansk-erhverv-2017"]["subject"]) == {"digitalisation"}


def test_tables_and_their_descriptions_agree() -> None:
    for name, definition in tables().items():
        data = table(name)
        assert list(data.columns) == list(definition.columns)
        assert not data.empty or name == "corrections"  # which is empty as long as nothing was wrong
        key = next(iter(definition.columns))
        assert data[key].is_unique
    with pytest.raises(KeyError, match="no table `nothing`"):
        table("nothing")


def test_the_schema_is_current(root: Path, evidence: Evidence) -> None:
    assert (root / SCHEMA_FILE).read_text(encoding="utf-8") == schema_text(evidence)


def test_no_contact_details_are_kept(root: Path) -> None:
    for file in [*root.glob("data/**/*.yml"), *root.glob("*.md"), *root.glob("chapters/*.md")]:
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"[\w.]+@\w+\.\w+", text), file
        assert not re.search(r"(?i)\btlf|\btelefon|\b(?!20\d\d )\d{4} \d{4}\b", text), file


class TestTruthToTheTexts:
    """These need the publications' texts, which are no part of the project."""

    def test_every_number_is_found_and_none_is_left_over(
        self,
        texts: list[Path],
        script: Callable[[str], ModuleType],
        capsys: pytest.CaptureFixture[str],
        evidence: Evidence,
    ) -> None:
        at_hand = [source.id for source in evidence.sources.values() if find_text(source, *texts)]
        assert len(at_hand) >= 5
        assert script("verify_sources").main([*(f"--texts={folder}" for folder in texts), *at_hand]) == 0, (
            capsys.readouterr().err
        )

    @pytest.mark.parametrize(
        ("old", "new", "complaint"),
        [
            ('as_printed: "38 %"\n        at: 151', 'as_printed: "38 %"\n        at: 152', "is not on line 152"),
            ('as_printed: "82 %"', 'as_printed: "82,0 %"', "is not on line"),
            ("id: insight-one\n            value: 90\n            as_printed: \"90 %\"\n            at: 268", "id: insight-one\n            value: 90\n            as_printed: \"90 %\"\n            at: 195", "already belongs to another record"),
            ('  - {at: 264, text: "sex", reason: "the number of insights, all of which are listed"}\n', "", "no record accounts for “sex” on line 264"),
            ('wording: printed\n    choice: single\n    base:\n      who: All respondents\n    repeats: strategy-2018\n    at: 155', 'wording: printed\n    choice: single\n    base:\n      who: All respondents\n    repeats: strategy-2018\n    at: 99999', "line 99999 is beyond the end"),
            ('{at: 33, text: "1", ', '{at: 34, text: "1", ', "matches no number that is left"),
        ],
    )  # fmt: skip
    def test_the_proof_can_fail(
        self, texts: list[Path], root: Path, tmp_path: Path, evidence: Evidence, old: str, new: str, complaint: str
    ) -> None:
        from nordic_ai.evidence.loading import read_source

        file = Path(shutil.copy(root / "data" / "sources" / "governo-2025.yml", tmp_path))
        content = file.read_text(encoding="utf-8")
        assert old in content
        file.write_text(content.replace(old, new, 1), encoding="utf-8")
        source = read_source(file, evidence)
        problems = verify(source, find_text(source, *texts))
        assert any(complaint in problem for problem in problems), problems

    def test_no_sentence_is_copied(self, texts: list[Path], root: Path, evidence: Evidence) -> None:
        ours = {
            file: file.read_text(encoding="utf-8")
            for file in root.rglob("*.md")
            if not {".venv", "_build"} & set(file.parts)
        }
        for kind in ("yml", "po"):
            ours |= {file: file.read_text(encoding="utf-8") for file in root.glob(f"data/**/*.{kind}")}
        for source in evidence.sources.values():
            text = find_text(source, *texts) or ""
            for file, content in ours.items():
                assert copied_runs(own_words(source, content), text) == [], file


def test_a_missing_text_is_an_error_not_a_pass(
    tmp_path: Path, script: Callable[[str], ModuleType], capsys: pytest.CaptureFixture[str]
) -> None:
    assert script("verify_sources").main(["--texts", str(tmp_path)]) == 1
    assert "has the checksum that the record gives" in capsys.readouterr().err
    assert script("verify_sources").main(["--texts", str(tmp_path / "none")]) == 1


def test_one_printed_share_may_be_that_of_several_groups_but_of_one_answer() -> None:
    record = read_yaml(Path(__file__).with_name("invented") / "exempel-2025.yml").data
    del record["notes"]
    question, printed = record["questions"][0], {"value": 12.0, "as_printed": "12 procent", "at": 5}
    question["groups"] = [{"id": "towns", "label": "Towns"}, {"id": "villages", "label": "Villages"}]
    several = {"by_group": [{"id": group["id"]} | printed for group in question["groups"]]}
    question["answers"] = [{"id": "all", "label": "All of them"} | several]
    text = "\n" * 4 + "I städer och byar 12 procent.\n" + "\n" * 4

    def told_twice() -> list[str]:
        return [one for one in verify(Source.model_validate(record), text) if "already belongs" in one]

    assert told_twice() == []
    question["answers"].append({"id": "some", "label": "Some of them"} | several)
    assert [one.partition(":")[0] for one in told_twice()] == [
        "exempel-2025/harvested/some/towns",
        "exempel-2025/harvested/some/villages",
    ]
