"""What was corrected after publication is told, and a correction that no longer holds is noticed."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from nordic_ai.analysis.report import Report
from nordic_ai.evidence.errors import EvidenceError
from nordic_ai.evidence.loading import read_evidence
from nordic_ai.export.tables import csv_lines, tables
from nordic_ai.site.corrections import corrections_of

RECORD = "dansk-erhverv-2024/use/uses"
ENTRY = {
    "record": RECORD,
    "field": "value",
    "from": "97",
    "to": "79",
    "why": "Two digits had changed places.",
    "when": "2026-11-23",
    "expect": "79",
}


def write_corrections(project: Path, *entries: dict[str, str]) -> None:
    lines = []
    for entry in entries:
        lines.append("-")
        lines += [f"  {name}: {value}" for name, value in entry.items()]
    (project / "data" / "corrections.yml").write_text("\n".join([*lines, "...\n"]), encoding="utf-8")


def test_a_correction_is_told_at_its_record_and_given_away(project: Path) -> None:
    write_corrections(
        project, ENTRY, ENTRY | {"field": "label", "from": "Used AI", "to": "Uses AI today", "expect": "Uses AI today"}
    )
    report = Report(read_evidence(project))
    assert corrections_of(RECORD, report) == [
        "23 November 2026: corrected from 97% to 79%. Two digits had changed places.",
        "23 November 2026, label: corrected from “Used AI” to “Uses AI today”. Two digits had changed places.",
    ]
    assert corrections_of("dansk-erhverv-2024/use/wants-to", report) == []
    table = tables()["corrections"]
    rows = csv.DictReader(csv_lines(table.columns, table.rows(report)))
    assert [(row["record_id"], row["old"]) for row in rows] == [(RECORD, "97"), (RECORD, "Used AI")]


def test_the_newest_correction_comes_first(project: Path) -> None:
    write_corrections(project, ENTRY, ENTRY | {"when": "2026-11-25"}, ENTRY | {"when": "2026-11-24"})
    assert [one.when for one in read_evidence(project).corrections] == ["2026-11-25", "2026-11-24", "2026-11-23"]


@pytest.mark.parametrize(
    ("changed", "line", "message"),
    [
        ({"expect": "78"}, 8, "[0].expect: `value` of `dansk-erhverv-2024/use/uses` should be `78` and is `79`"),
        ({"record": "dansk-erhverv-2024/use/used"}, 2, "[0].record: no record has the id"),
        ({"record": "nobody/use/used"}, 2, "[0].record: no record has the id"),
        ({"field": "vale"}, 3, "[0].field: `dansk-erhverv-2024/use/uses` has no field `vale`; it has at, value"),
        ({"field": "value.low"}, 3, "[0].field: `dansk-erhverv-2024/use/uses` has no field `value.low`"),
        ({"to": "97"}, 5, "[0].to: is the same as `from`"),
        ({"when": "2026-11"}, 7, "[0].when: `2026-11` is not a day"),
        ({"because": "typo"}, 9, "[0].because: unknown field `because`; the fields here are expect, field, from"),
        ({"from": "[97]"}, 4, "[0].from: write a number, text, true, false or null"),
        ({"why": ""}, 6, "[0].why: `why` is empty"),
    ],
)  # fmt: skip
def test_a_correction_that_does_not_hold_is_told_with_its_line(
    project: Path, changed: dict[str, str], line: int, message: str
) -> None:
    write_corrections(project, ENTRY | changed)
    with pytest.raises(EvidenceError) as caught:
        read_evidence(project)
    assert [str(problem) for problem in caught.value.problems][0].startswith(f"data/corrections.yml:{line}: {message}")


def test_one_field_is_corrected_once_a_day(project: Path) -> None:
    write_corrections(project, ENTRY, ENTRY)
    with pytest.raises(EvidenceError, match="already corrected on that day"):
        read_evidence(project)


def test_nothing_is_expected_of_a_record_that_was_retired(project: Path) -> None:
    (project / "data" / "retired.yml").write_text("ks-2024/old:\n  why: Told twice.\n...\n", encoding="utf-8")
    write_corrections(project, ENTRY | {"record": "ks-2024/old", "expect": "null"})
    assert read_evidence(project).corrections[0].expect is None
    write_corrections(project, ENTRY | {"record": "ks-2024/old"})
    with pytest.raises(EvidenceError, match="should be `79` and is empty"):
        read_evidence(project)


def test_a_field_inside_a_field_can_be_corrected(project: Path) -> None:
    survey = {"record": "ks-2024/survey-2024", "field": "frame.value", "from": "10", "to": "null", "expect": "null"}
    write_corrections(project, ENTRY | survey)
    evidence = read_evidence(project)
    (told,) = corrections_of("ks-2024/survey-2024", Report(evidence))
    assert told.startswith("23 November 2026, frame, value: corrected from 10 to nothing.")
