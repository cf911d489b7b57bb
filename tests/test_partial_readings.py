"""What was read in part, told by group, as a range or of several countries is recorded as such, and told with each number."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType

import pytest
from building import INVENTED, change

from nordic_ai.analysis.audit import audit
from nordic_ai.analysis.changes import compare
from nordic_ai.analysis.comparability import differences, least_comparable, most_generous
from nordic_ai.analysis.observations import Observation, list_observations
from nordic_ai.analysis.report import Report
from nordic_ai.analysis.wording import format_value
from nordic_ai.authoring.scaffold import schema_text, short_scaffold
from nordic_ai.authoring.verification import copied_runs, own_words, verify
from nordic_ai.evidence.errors import EvidenceError
from nordic_ai.evidence.loading import Evidence, read_evidence, read_source
from nordic_ai.evidence.model import Source
from nordic_ai.export.tables import tables

ITEM = INVENTED / "nordic-2026.yml"
SURVEY = "data/sources/dansk-erhverv-2024.yml"
NOTES = """\
# Invented sheet of 2026
address: https://example.org/2026
It is used to a large degree by "fem" bodies: "12 %"
of "40" bodies
"""


def item(few: Evidence, folder: Path, *changes: tuple[str, str]) -> Source:
    """Read the invented item after changes."""
    file = folder / ITEM.name
    file.write_bytes(ITEM.read_bytes())
    for old, new in changes:
        change(file, old, new)
    return read_source(file, few)


def with_item(few: Evidence, source: Source) -> Evidence:
    return Evidence(few.root, {**few.sources, source.id: source}, few.indicators, few.countries, few.choices, {})


@pytest.fixture(scope="module")
def evidence_with_item(few: Evidence, tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    return with_item(few, item(few, tmp_path_factory.mktemp("item")))


@pytest.fixture(scope="module")
def rows(evidence_with_item: Evidence) -> Mapping[str, Observation]:
    own = list_observations(evidence_with_item)
    return {name.partition("/")[2]: row for name, row in own.items() if name.startswith("nordic-2026/")}


def test_a_number_says_of_whom_and_how_much_was_read(rows: Mapping[str, Observation]) -> None:
    uses = rows["use/uses/municipalities"]
    assert (uses.label, uses.group, uses.group_id) == ("Uses AI: Municipalities", "Municipalities", "nordic-2026/use/municipalities")  # fmt: skip
    assert (uses.reading, uses.base_n, uses.base_who) == ("in part", 90, "Bodies that answered (Municipalities)")
    assert (uses.answers_for, uses.municipal, uses.country) == ("the organisation", "only", "SE")
    assert (uses.subject, uses.locator) == ("artificial intelligence", "no text of it is kept")
    assert uses.ci_low < 60 < uses.ci_high and uses.implied_count == 54
    assert uses.bound_n is None  # how many of those asked are municipalities is unknown
    agencies = rows["use/uses/agencies"]
    assert (agencies.municipal, agencies.base_n, agencies.base_assumed) == ("none", None, None)
    assert (rows["help/average"].municipal, rows["help/average"].answers_for) == ("none", "the workplace")


def test_there_is_no_row_for_a_total_that_is_not_spoken_of(rows: Mapping[str, Observation], few: Evidence) -> None:
    assert "use/uses" not in rows
    assert rows["use/does-not"].missing == "The chart was not seen."


def test_not_seen_speaks_of_us_and_missing_of_the_publication(rows: Mapping[str, Observation], few: Evidence) -> None:
    reason = "The method stands further down."
    assert {rows[f"bodies-2026/{name}"].missing for name in ("frame", "invited", "response-rate")} == {reason}
    assert rows["bodies-2026/frame"].not_seen is True and rows["bodies-2026/respondents"].not_seen is None
    told = list_observations(few).values()
    assert {row.not_seen for row in told if row.missing} == {False}


def test_a_range_keeps_both_ends_and_gives_no_interval(rows: Mapping[str, Observation]) -> None:
    share, cost = rows["use/uses/agencies"], rows["cost/2026"]
    assert (share.value, share.value_to, format_value(share)) == (77, 79, "77–79%")
    assert share.ci_low is None and share.implied_count_low is None
    assert share.no_interval_because == "the publication gives the share only as a range"
    assert format_value(cost) == "EUR\u00a01.5–2\u00a0million"


def test_a_mean_says_on_which_scale(rows: Mapping[str, Observation]) -> None:
    assert format_value(rows["help/average"]) == "3.4 on a scale from 1 to 5"


def test_groups_of_one_question_share_a_scale(rows: Mapping[str, Observation], evidence_with_item: Evidence) -> None:
    answers = [rows["use/uses/municipalities"], rows["use/uses/agencies"]]
    assert least_comparable(answers, Report(evidence_with_item))[0] == "one question"


def test_a_part_that_was_read_is_never_the_same_question(few: Evidence, tmp_path: Path) -> None:
    source = item(few, tmp_path)
    twin = source.model_copy(update={"id": "twin-2026"})
    report = Report(Evidence(few.root, {source.id: source, twin.id: twin}, {}, few.countries, few.choices, {}))
    found = differences("nordic-2026/use", "twin-2026/use", report)
    (read,) = [one for one in found if one.aspect == "how much was read"]
    assert read.bears == "same concept" and "in part: the beginning of the page" in read.sentence
    assert most_generous(found) != "same question"


def test_groups_are_audited_like_totals(evidence_with_item: Evidence) -> None:
    found = {one.id: one for one in audit(evidence_with_item, list_observations(evidence_with_item))}
    heads = found["nordic-2026/head-count/use/municipalities"]
    assert heads.verdict == "consistent" and "60% is 54" in heads.sentence
    assert found["nordic-2026/adding-up/use/municipalities"].verdict == "consistent"


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        pytest.param("to: 79", "to: 76", "by_group[1].to", "ends swapped", id="swapped ends"),
        pytest.param("value: 77, to: 79, precision: range", "value: 77", "by_group[1].precision", "is a range; write `precision: range`, `value: 77` and `to: 79`", id="range as exact"),
        pytest.param("value: 77, to: 79, precision: range", "value: 79, precision: about", "by_group[1].precision", "is a range", id="range as about"),
        pytest.param("to: 79, precision: range", "precision: range", "by_group[1].to", "goes with precision `range`", id="range without end"),
        pytest.param("to: 79", "to: 78", "as_printed", "does not contain the", id="other end than printed"),
        pytest.param("precision: range, as_printed: 77–79%", "precision: bound, as_printed: 77%", "direction", "goes with precision `bound`", id="bound without direction"),
        pytest.param(", part: the beginning of the page", "", "reading.part", "goes with extent `in part`", id="part without saying which"),
        pytest.param("in part, part", "whole, part", "reading.part", "goes with extent `in part`", id="part of the whole"),
        pytest.param("reading: {extent: in part, part: the beginning of the page, via: copy, on: 2026-04}\n", "reuse: {missing: No word.}\n", "reading", "say how much of it was read", id="no reading"),
        pytest.param("on: 2026-04", 'on: "2099"', "reading.on", "lies in the future", id="read in the future"),
        pytest.param("http://www.example.org/", "ftp://example.org/", "addresses[1].url", "not an address that readers can open", id="address that is none"),
        pytest.param("http://www.example.org/", "javascript:alert(1)", "addresses[1].url", "not an address", id="address that runs"),
        pytest.param(", label: the survey", "", "addresses[1].label", "must be given", id="addresses that look alike"),
        pytest.param("{id: agencies, value", "{id: agency, value", "by_group[1].id", "no group `agency` (it has agencies, municipalities)", id="unknown group"),
        pytest.param("{value: 90, as", "{value: 201, as", "groups[0].n", "cannot exceed respondents (200)", id="group above respondents"),
        pytest.param("{id: municipalities, value: 40, as_printed: 40%}", "{id: municipalities, value: 44, as_printed: 44%}", "answers", "104 per cent together in the group `municipalities`", id="group above 100"),
        pytest.param("        not_seen: The chart was not seen.\n        by_group:\n          - {id: municipalities, value: 40, as_printed: 40%}\n", "", "answers[1]", "or `not_seen`", id="answer without anything"),
        pytest.param("not_seen: The chart", "missing: Lost.\n        not_seen: The chart", "answers[1]", "give either `value`", id="two reasons"),
        pytest.param("    scale: {low: 1, high: 5, low_means: not at all}\n", "", "scale", "needs the ends of its scale", id="mean without scale"),
        pytest.param("high: 5", "high: 3", "answers[0].value", "lies between them, not at 3.4", id="mean outside its scale"),
        pytest.param("million EUR", "million XYZ", "figures[0].unit", "has the currency XYZ", id="unknown currency"),
        pytest.param("million EUR", "bananas", "figures[0].unit", "is not a unit; write percent", id="unknown unit"),
        pytest.param("    country: FI\n", "", "figures[0].country", "is missing", id="figure of no country"),
        pytest.param("country: FI", "country: XX", "figures[0].country", "no country `XX`", id="unknown country"),
        pytest.param("kind: press release", "kind: postcard", "kind", "add it to data/vocabularies.yml", id="unknown kind"),
        pytest.param("answers_for: the workplace", "answers_for: nobody", "answers_for", "unknown answers_for `nobody`", id="unknown unit of answering"),
        pytest.param("{value: 200, as_printed: \"200\"}", "{value: 200, as_printed: \"200\", at: 3}", "respondents.at", "the record names no `text`", id="line of no text"),
        pytest.param("    not_seen: The method stands further down.\n\n  - id: staff", "\n  - id: staff", "frame", "`frame` is missing", id="method left out without a word"),
        pytest.param("    wording: printed\n", "    repeats: ks-2024/nothing\n    wording: printed\n", "repeats", "no question `ks-2024/nothing` in data/sources/", id="repeats what is not there"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_with_line_and_path(project: Path, old: str, new: str, path: str, message: str) -> None:
    file = project / "data" / "sources" / ITEM.name
    file.write_bytes(ITEM.read_bytes())
    change(file, old, new)
    with pytest.raises(EvidenceError) as caught:
        read_evidence(project)
    told = [str(problem) for problem in caught.value.problems]
    assert any(path in one and message in one and one.startswith("data/sources/nordic-2026.yml:") for one in told), told


def test_two_publications_of_one_name_are_refused(project: Path) -> None:
    file = project / "data" / "sources" / ITEM.name
    file.write_bytes(ITEM.read_bytes())
    change(file, "publisher: Nordic Nobody", "publisher: Dansk Erhverv")
    change(file, "period: 2026-03", "period: 2024-03")
    change(file, "on: 2026-04", "on: 2024-04")
    with pytest.raises(EvidenceError, match="by one name, “Dansk Erhverv 2024”; give each a `short_title`"):
        read_evidence(project)
    change(file, "publisher: Dansk", "short_title: Dansk Erhverv 2024, staff\npublisher: Dansk")
    assert read_evidence(project).sources["nordic-2026"].short_name == "Dansk Erhverv 2024, staff"


def test_waves_in_two_publications_are_compared_if_a_decision_calls_them_the_same(few: Evidence) -> None:
    first = few.sources["dansk-erhverv-2024"]
    survey = first.surveys[0].model_copy(update={"field_period": first.surveys[0].field_period.model_copy(update={"period": "2026-02"})})  # fmt: skip
    questions = [question.model_copy(update={"repeats": f"{first.id}/{question.id}"}) for question in first.questions]
    again = first.model_copy(update={"id": "again-2026", "surveys": [survey], "questions": questions})
    report = Report(
        Evidence(few.root, {first.id: first, again.id: again}, few.indicators, few.countries, few.choices, {})
    )
    pair = [report.observations[f"{name}/strategy/has"] for name in ("dansk-erhverv-2024", "again-2026")]
    with pytest.raises(ValueError, match="no decision calls theirs the same question"):
        compare(*pair)
    measures = report.measures
    assert measures["again-2026/strategy"].first_asked == "dansk-erhverv-2024/strategy"
    decision = few.indicators["ai-strategy"].comparisons[0].model_copy(update={"grade": "same question"})
    decided = {frozenset(one.belongs_to for one in pair): decision}
    assert compare(*pair, decided).value == 0


def test_a_base_is_inferred_only_where_one_number_gives_all_shares(few: Evidence, tmp_path: Path) -> None:
    counts = {"a": 76, "b": 31, "c": 55, "d": 13}
    answers = "\n".join(
        f'      - {{id: {name}, label: Item {name}, value: {100 * count / 83:.1f}, as_printed: "{100 * count / 83:.1f}"}}'
        for name, count in counts.items()
    )
    one = (
        "      - {id: average, label: On average, unit: mean of a scale, value: 3.4, as_printed: \"3.4\"}", answers
    )  # fmt: skip
    asked = ("    municipal: none\n", '    municipal: none\n    invited: {value: 150, as_printed: "150"}\n')
    for changes, wanted in (([one, asked], "only 83 gives all"), ([one], "the smallest of them 83")):
        evidence = with_item(few, item(few, tmp_path, ("choice: scale", "choice: battery"), *changes))
        observations = list_observations(evidence)
        (found,) = [one for one in audit(evidence, observations) if one.id == "nordic-2026/base/help"]
        assert wanted in found.sentence and "put down at random" in found.sentence
        assert observations["nordic-2026/help/a"].base_n is None and observations["nordic-2026/help/a"].ci_low is None
    assert "our conclusion" not in found.sentence


def test_a_group_in_which_nobody_answered_is_allowed(project: Path) -> None:
    groups = "    groups:\n      - {id: none, label: Nobody, at: 9, invited: {missing: No.}, response_rate: {missing: No.}, respondents: {value: 0, as_printed: \"0\", at: 9}}\n"  # fmt: skip
    change(project / SURVEY, "    whole_frame_asked: true\n", f"    whole_frame_asked: true\n{groups}")
    report = Report(read_evidence(project))
    assert report.observations["dansk-erhverv-2024/survey-2024/none/respondents"].value == 0
    assert report.findings and report.powers


class TestNotes:
    """Notes made while reading stand in for a text that is not at hand."""

    @pytest.fixture
    def source(self, few: Evidence, tmp_path: Path) -> Source:
        digest = hashlib.sha256(NOTES.encode()).hexdigest()
        text = f"text: {{file: sheet.txt, sha256: {digest}, kind: notes}}\nplaces: [{{line: 1, title: Beginning of the page}}]\n"  # fmt: skip
        file = tmp_path / "sheet-2026.yml"
        file.write_text(
            "id: sheet-2026\ntitle: {original: Invented, english: Invented}\npublisher: Nobody\nkind: web page\n"
            "subject: digitalisation\nlanguage: da\ncountry: DK\npublished: {not_seen: Cut off.}\n"
            "reading: {extent: in part, part: the beginning}\naddresses: [{url: https://example.org/2026}]\n"
            f"{text}figures:\n  - id: use\n    label: Use\n    unit: percent\n    values:\n"
            '      - {id: now, value: 12, as_printed: "12 %", at: 3}\n'
            "  - id: bodies\n    label: Bodies\n    unit: count\n    values:\n"
            "      - {id: five, value: 5, as_printed: fem, at: 3}\n"
            'not_evidence:\n  - {at: "1-2", reason: year}\n...\n',
            encoding="utf-8",
        )
        return read_source(file, few)

    def test_english_words_are_no_numbers_but_quoted_ones_are(self, source: Source) -> None:
        assert list(verify(source, NOTES)) == ["sheet-2026: no record accounts for “40” on line 4 (… e by \"fem\" bodies: \"12 %\" of \"40\" bodies …)"]  # fmt: skip

    def test_readers_are_told_the_place_and_no_line(self, source: Source, few: Evidence) -> None:
        row = list_observations(with_item(few, source))["sheet-2026/use/now"]
        assert row.locator == "Beginning of the page"
        assert source.reuse.not_seen == "What was read is the beginning."

    def test_titles_and_addresses_are_cited_and_not_copied(self, source: Source) -> None:
        address = "https://example.org/2026"
        assert copied_runs(own_words(source, f"{address} {address}"), f"{address} {address}") == []


def test_a_record_without_a_text_is_told_not_failed(
    project: Path, script: Callable[[str], ModuleType], capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "data" / "sources" / ITEM.name).write_bytes(ITEM.read_bytes())
    assert script("verify_sources").main(["--texts", str(project), "nordic-2026"]) == 0
    assert "no text of it is kept" in capsys.readouterr().out


def test_the_scaffold_of_a_short_item_is_short_and_only_incomplete(project: Path) -> None:
    text = short_scaffold("new-2026", "press release", "NO", "nb")
    assert len(text.splitlines()) < 50
    file = project / "data" / "sources" / "new-2026.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(EvidenceError) as caught:
        read_evidence(project)
    told = [str(problem) for problem in caught.value.problems]
    assert all(re.search("is empty; |give either `|`part` .which part", one) for one in told), told


def test_the_schema_asks_for_method_or_for_the_reason_why_it_was_not_seen(few: Evidence) -> None:
    survey = json.loads(schema_text(few))["$defs"]["Survey"]
    said, told = survey["anyOf"]
    assert said == {"required": ["not_seen"]} and {"population", "respondents", "mode"} <= set(told["required"])
    assert survey["required"] == ["id", "title", "answers_for"]


def test_every_table_takes_what_was_read_in_part(evidence_with_item: Evidence) -> None:
    report = Report(evidence_with_item)
    rows = {
        name: table.rows(report) for name, table in tables().items() if name not in ("comparability", "corrections")
    }
    (source,) = [row for row in rows["sources"] if row["source_id"] == "nordic-2026"]
    assert (source["reading"], source["part_read"], source["read_via"]) == (
        "in part",
        "the beginning of the page",
        "copy",
    )
    assert (source["countries"], source["country"], source["text_sha256"]) == ("SE IS FI DK", None, None)
    assert source["interest"] == "Sells invented things."
