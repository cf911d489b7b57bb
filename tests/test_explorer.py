"""Every observation can be found, filtered and taken away, the published data are described as they are, and no text runs."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from building import ROOT, build, small_book

from nordic_ai.analysis.report import Report
from nordic_ai.analysis.wording import format_interval, format_value, why_no_interval
from nordic_ai.evidence.errors import EvidenceError
from nordic_ai.evidence.loading import Evidence, read_evidence
from nordic_ai.evidence.values import Theme
from nordic_ai.export.tables import tables
from nordic_ai.fingerprint import site_fingerprints

STATIC = ROOT / "src" / "nordic_ai" / "site" / "static"
FORMULA = re.compile(r"[=@\t\r]|[+-](?![\d\s.,]*%?$)")
HOSTILE = """</td></script><script>alert(1)</script><img src=x onerror=alert(1)>&amp;"' onload='x'"""


def page(site: Path, name: str) -> BeautifulSoup:
    return BeautifulSoup((site / f"{name}.html").read_text("utf-8"), "html.parser")


def rows_of(explorer: BeautifulSoup) -> list[Tag]:
    return explorer.select("table.sortable tbody tr")


def cells(row: Tag) -> list[str]:
    return [cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])]


class TestExplorer:
    """What a reader without scripts gets, and what the script works with."""

    def test_every_observation_is_a_row_with_its_value_and_its_record(self, site: Path, evidence: Evidence) -> None:
        observations = Report(evidence).observations
        seen = []
        for row in rows_of(page(site, "evidence/explorer")):
            address, _, name = row.th.a["href"].partition("#")
            assert address == f"register/{name.split('/')[0]}.html"
            assert f'id="{name}"' in (site / "evidence" / address).read_text("utf-8")
            observation, shown = observations[name], cells(row)
            assert observation.label in shown[0]
            assert shown[1] == format_value(observation)
            assert shown[2] == (format_interval(observation) or f"none: {why_no_interval(observation)}")
            assert shown[5] == evidence.countries[observation.country].name
            assert ("mentioned again" in shown[0]) == (observation.restates is not None)
            seen.append(name)
        assert sorted(seen) == sorted(observations)

    def test_rows_are_sorted_by_theme_and_country_before_any_script(self, site: Path) -> None:
        themes = [*(theme.capitalize() for theme in Theme.__args__), "No theme"]
        order = [
            (themes.index(shown[6].split(" (")[0]), shown[5])
            for shown in map(cells, rows_of(page(site, "evidence/explorer")))
        ]
        assert order == sorted(order)

    def test_every_choice_of_the_filter_counts_its_rows(self, site: Path, evidence: Evidence) -> None:
        explorer = page(site, "evidence/explorer")
        selects = explorer.select("select[data-filter]")
        assert [select["data-filter"] for select in selects] == [
            "theme",
            "country",
            "source",
            "year",
            "municipal",
            "reading",
            "kind",
        ]
        for select in selects:
            found = [value for row in rows_of(explorer) for value in row[f"data-{select['data-filter']}"].split()]
            options = {option["value"]: option.get_text() for option in select.select("option") if option["value"]}
            assert set(found) <= set(options)
            assert all(text.endswith(f"({found.count(value)})") for value, text in options.items())
        assert {option["value"] for option in explorer.select("#filter-country option")} == {"", *evidence.countries}

    def test_the_rows_to_take_away_are_those_of_the_published_file(self, site: Path) -> None:
        explorer = page(site, "evidence/explorer")
        lines = [explorer.select_one("table.sortable")["data-csv"], *(row["data-csv"] for row in rows_of(explorer))]
        assert sorted(lines) == sorted((site / "data" / "observations.csv").read_text("utf-8-sig").splitlines())

    def test_only_the_pages_that_need_a_script_load_it(self, site: Path) -> None:
        audits = {f"evidence/audit/{file.stem}" for file in (site / "evidence" / "audit").iterdir()}
        users: dict[str, set[str]] = {"filter.js": set(), "vendor/sortable.min.js": set(), "explorer.css": set()}
        for file in site.rglob("*.html"):
            text = file.read_text("utf-8")
            for name, pages in users.items():
                pages |= {file.relative_to(site).with_suffix("").as_posix()} if f"_static/{name}" in text else set()
        assert users == {
            "filter.js": {"evidence/explorer", *audits},
            "vendor/sortable.min.js": {"evidence/explorer"},
            "explorer.css": {"evidence/explorer"},
        }

    def test_what_others_wrote_comes_with_its_licence(self, site: Path) -> None:
        for file in (STATIC / "vendor").glob("*.js"):
            licence = file.with_name(f"{file.name.split('.')[0]}.LICENSE.txt")
            assert file.name in licence.read_text("utf-8").splitlines()[0]
            assert (site / "_static" / "vendor" / licence.name).exists()


class TestDataPage:
    """The page on the data says of the files what is true of them."""

    def test_every_file_is_listed_as_it_is_published(self, site: Path) -> None:
        listed = {}
        for row in page(site, "evidence/data").select("table")[0].select("tbody tr"):
            listed[row.th.a["href"]] = ([cell.get_text() for cell in row.find_all("td")[1:]], row.code.get_text(), row)
        assert set(listed) == {f"../data/{file.name}" for file in (site / "data").iterdir()}
        for name, ((rows, columns, size), _, row) in listed.items():
            content = (site / "evidence" / name).read_bytes()
            assert int(size.replace(",", "")) == len(content)
            assert row.select_one(".checksum").get_text() == hashlib.sha256(content).hexdigest()
            if name.endswith(".csv"):
                records = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
                assert (int(rows), int(columns)) == (len(records) - 1, len(records[0]))

    def test_every_column_is_explained(self, site: Path) -> None:
        data = page(site, "evidence/data")
        for name, table in tables().items():
            told = {
                row.th.get_text(): row.find_all("td")[1].get_text() for row in data.select(f"#table-{name} tbody tr")
            }
            assert list(told) == list(table.columns)
            for column, entry in table.columns.items():
                assert entry.description.replace("`", "").replace("'", "’") in told[column]
                assert all(value in told[column] for value in entry.one_of)

    def test_the_line_for_pandas_reads_the_published_file(self, site: Path, evidence: Evidence) -> None:
        line = re.search(
            r"```python\n(.*?)```", (ROOT / "evidence" / "data.md").read_text(encoding="utf-8"), re.DOTALL
        )[1]
        check = "print(len(observations), observations['value'].dtype, observations['period_end'].dtype.kind)"
        command = [sys.executable, "-W", "error", "-c", f"{line}\n{check}"]
        result = subprocess.run(command, cwd=site / "data", capture_output=True, text=True, check=False)
        assert result.stdout.split() == [str(len(Report(evidence).observations)), "float64", "M"], result.stderr

    def test_the_version_is_that_of_the_citation(self, site: Path) -> None:
        version = re.search(r"^version: (\S+)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)[1]
        assert json.loads((site / "data" / "datapackage.json").read_text("utf-8"))["version"] == version
        assert f"Version {version}" in page(site, "evidence/data").get_text()

    def test_a_new_version_makes_pages_anew(self, project: Path) -> None:
        (project / "CITATION.cff").write_text("version: 1.0.0\n", encoding="utf-8")
        before = site_fingerprints(project, nitpicky=True)
        (project / "CITATION.cff").write_text("version: 1.0.1\n", encoding="utf-8")
        assert site_fingerprints(project, nitpicky=True) != before


@pytest.mark.parametrize(
    "text", ["=1+1", "@SUM(A1)", "+45 70 13 00 00x", "-2+3+cmd|' /C calc'!A0", "+/- 5 pct.", "  =A1", "＝1"]
)
def test_a_text_that_spreadsheets_would_run_is_refused(project: Path, text: str) -> None:
    file = project / "data" / "sources" / "dansk-erhverv-2024.yml"
    told = file.read_text(encoding="utf-8").replace(
        "label: Has a strategy for the use of AI", f"label: {json.dumps(text)}"
    )
    file.write_text(told, encoding="utf-8")
    line = told[: told.index(f"label: {json.dumps(text)}")].count("\n") + 1
    with pytest.raises(EvidenceError) as caught:
        read_evidence(project)
    (problem,) = caught.value.problems
    assert str(problem).startswith(f"data/sources/dansk-erhverv-2024.yml:{line}: questions[1].answers[0].label: ")
    assert f"begins with `{text.strip()[0]}`, which spreadsheet programs read as a formula; begin with a word" in str(
        problem
    )


@pytest.mark.parametrize("text", ["-275", "-0,5", "+4 %", "-1 000", "-", "a = b", "−5", "5 - 3"])
def test_signed_numbers_and_all_else_stay_as_printed(project: Path, text: str) -> None:
    file = project / "data" / "sources" / "dansk-erhverv-2024.yml"
    told = file.read_text(encoding="utf-8").replace(
        "label: Has a strategy for the use of AI", f"label: {json.dumps(text)}"
    )
    file.write_text(told, encoding="utf-8")
    assert Report(read_evidence(project)).observations["dansk-erhverv-2024/strategy/has"].label == text


def test_no_cell_of_a_published_table_begins_a_formula(site: Path) -> None:
    files = [*site.glob("data/*.csv"), *site.glob("figures/*.csv")]
    assert len(files) > 12
    for file in files:
        for record in csv.reader(io.StringIO(file.read_bytes().decode("utf-8-sig"))):
            assert [cell for cell in record if FORMULA.match(cell)] == [], file.name


def test_hostile_text_stays_text_wherever_it_is_published(tmp_path: Path) -> None:
    figure = (
        'figure(\n    charts.dots(observations("dansk-erhverv-2024/strategy")), id="a", title="T", description="D"\n)'
    )
    body = f"""# Short

{{ev}}`dansk-erhverv-2024/strategy/has` {{ev-source}}`dansk-erhverv-2024/strategy/has`

```{{read-with-care}} strategy
```

```{{code-cell}} ipython3
from nordic_ai import charts, figure, observations

{figure}
```
"""
    project = small_book(tmp_path / "project", body)
    file = project / "data" / "sources" / "dansk-erhverv-2024.yml"
    text = file.read_text(encoding="utf-8")
    quoted = json.dumps(HOSTILE)
    for old in (
        "label: Has a strategy for the use of AI",
        "english: Does your municipality have a strategy for the use of AI?",
        "publisher: Dansk Erhverv",
    ):
        assert f"{old}\n" in text, f"{old!r} is not in the file any more; mend this test"
        text = text.replace(f"{old}\n", f"{old.split(':')[0]}: {quoted}\n", 1)
    file.write_text(text, encoding="utf-8")
    result = build(project)
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]
    site = project / "_build" / "html"
    for written in site.rglob("*.html"):
        soup = BeautifulSoup(written.read_text("utf-8"), "html.parser")
        # A block of JSON is no script that a browser runs.
        scripts = soup.find_all(lambda e: e.name == "script" and e.get("type") != "application/ld+json")
        assert [element for element in scripts if "alert" in element.get_text()] == [], written.name
        assert [e for e in soup.find_all(True) if any(name.startswith("on") for name in e.attrs)] == [], written.name
        assert soup.find("img", src="x") is None, written.name
    for name in (
        *(f"evidence/{name}" for name in ("register/dansk-erhverv-2024", "explorer", "sources", "comparability")),
        "chapters/short",
    ):
        # Up to the quotation marks, which pages set as readers expect them.
        assert HOSTILE.partition('"')[0] in page(site, name).get_text(), name
    for written in site.glob("figures/*.svg"):
        tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(written.read_text("utf-8")).iter()}
        assert not tags & {"script", "img", "foreignObject"}
    for written in (*site.glob("data/*.json"), *site.glob("figures/*.json")):
        json.loads(written.read_text("utf-8"))
    for written in (site / "data" / "observations.csv", site / "figures" / "a.csv"):
        labels = {
            row["observation_id"]: row["label"] for row in csv.DictReader(io.StringIO(written.read_text("utf-8-sig")))
        }
        assert labels["dansk-erhverv-2024/strategy/has"] == HOSTILE
