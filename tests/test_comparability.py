"""Nothing is compared without a decision, and no decision is more generous than what the records tell."""

from __future__ import annotations

import dataclasses
import html
import itertools
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from nordic_ai import charts, figure, table
from nordic_ai import observations as rows_of
from nordic_ai.analysis import comparability
from nordic_ai.analysis.comparability import (
    GRADES,
    IN_A_REPEAT,
    LEVELS,
    MAY_DIFFER,
    differences,
    most_generous,
    not_told,
)
from nordic_ai.analysis.report import Report
from nordic_ai.evidence.errors import EvidenceError
from nordic_ai.evidence.loading import Evidence, read_evidence
from nordic_ai.evidence.model import Dated, Fact, Figure, Quantity, Source
from nordic_ai.evidence.vocabularies import Comparison

DK, SE = "dansk-erhverv-2024", "governo-2025"
WAVES = (f"{SE}/strategy-2018", f"{SE}/strategy-2024")


def problems_after(project: Path, old: str, new: str) -> list[str]:
    """Replace text once in the indicators and list what stands against it, if anything."""
    file = project / "data" / "indicators.yml"
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in indicators.yml any more; mend this test"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    try:
        _ = Report(read_evidence(project)).decisions
    except EvidenceError as error:
        return [str(problem) for problem in error.problems]
    return []


def test_every_pair_under_an_indicator_is_decided_within_what_its_differences_allow(report: Report) -> None:
    decided = report.decisions
    measures = report.measures.values()
    pairs = {
        frozenset((one.id, other.id))
        for one, other in itertools.combinations(measures, 2)
        if one.record.indicator is not None and one.record.indicator == other.record.indicator
    }
    assert len(pairs) >= 10
    assert set(decided) >= pairs
    assert all(decided[pair].grade in ("related", "not comparable") for pair in set(decided) - pairs)
    for pair, decision in decided.items():
        best = most_generous(differences(*pair, report))
        assert GRADES.index(decision.grade) >= GRADES.index(best), decision
    assert {decision.grade for decision in decided.values()} >= {"related", "not comparable"}


@pytest.mark.parametrize(
    ("to", "grade", "new", "best", "against", "not_against"),
    [
        (f"[{SE}/strategy-2018]\n      grade: ", "same concept", "same question", "same concept", "Number of answers: not known in Sweden 2018, Governo 2025, “224” in Sweden 2024, Governo 2025.", "Period: "),
        (f"[{SE}/strategy-2024]\n      grade: ", "related", "same concept", "related", "What one answer stands for: “the municipality” in Denmark 2024, Dansk Erhverv 2024, “the organisation” in", "Country: "),
        (f"[{SE}/ai-sweden-begun]\n      grade: ", "related", "same question", "related", "Kind of number: “a figure of the publication” in", "Country: "),
        ("[ks-2024/initiatives-by-field]\n      grade: ", "not comparable", "related", "not comparable", "Unit: “per cent” in", "Origin: "),
    ],
)  # fmt: skip
def test_a_decision_that_is_too_generous_is_refused_with_what_stands_against_it(
    project: Path, to: str, grade: str, new: str, best: str, against: str, not_against: str
) -> None:
    # The pair of the two waves comes after that of the two countries.
    file = project / "data" / "indicators.yml"
    line = next(
        number
        for number, (before, after) in enumerate(
            itertools.pairwise(file.read_text(encoding="utf-8").splitlines()), start=2
        )
        if before.endswith(to.split("\n")[0]) and after.endswith(f"grade: {grade}")
    )
    (problem,) = problems_after(project, f"{to}{grade}\n", f"{to}{new}\n")
    assert problem.startswith(f"data/indicators.yml:{line}: ")
    assert f"cannot be graded `{new}`, at most `{best}`" in problem
    assert against in problem and not_against not in problem


@given(data=st.data())
def test_a_grade_is_refused_if_and_only_if_it_is_too_generous(data: st.DataObject, few: Evidence) -> None:
    name = data.draw(st.sampled_from([key for key, value in few.indicators.items() if value.comparisons]))
    indicator = few.indicators[name]
    index = data.draw(st.integers(0, len(indicator.comparisons) - 1))
    grade = data.draw(st.sampled_from(GRADES))
    changed = list(indicator.comparisons)
    changed[index] = changed[index].model_copy(update={"grade": grade})
    indicators = {**few.indicators, name: indicator.model_copy(update={"comparisons": changed})}
    mutated = Report(dataclasses.replace(few, indicators=indicators))
    best = {most_generous(differences(*pair, mutated)) for pair in changed[index].pairs}
    if all(GRADES.index(grade) >= GRADES.index(one) for one in best):
        assert {mutated.decisions[frozenset(pair)].grade for pair in changed[index].pairs} == {grade}
    else:
        with pytest.raises(EvidenceError, match=f"cannot be graded `{grade}`"):
            _ = mutated.decisions


def test_the_check_refuses_a_pair_without_a_decision(project: Path, root: Path) -> None:
    file = project / "data" / "indicators.yml"
    text = file.read_text(encoding="utf-8")
    start = text.index("  comparisons:", text.index("support-needed:"))
    file.write_text(text[:start] + text[text.index("cooperation-public:") :], encoding="utf-8")
    line = text[: text.index("support-needed:")].count("\n") + 1
    command = [sys.executable, str(root / "scripts" / "check.py")]
    result = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    said = f"data/indicators.yml:{line}: support-needed: nothing says whether `{SE}/state-support-2024` and "
    assert said in result.stderr
    assert "(at most `related`)" in result.stderr


def test_a_new_question_under_a_known_indicator_asks_for_a_decision(project: Path) -> None:
    file = project / "data" / "sources" / f"{DK}.yml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("indicator: ai-use", "indicator: ai-strategy", 1), encoding="utf-8")
    with pytest.raises(EvidenceError) as caught:
        _ = Report(read_evidence(project)).decisions
    assert len(caught.value.problems) == 3
    assert all(f"`{DK}/use`" in str(problem) for problem in caught.value.problems)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (f"compare: {DK}/strategy\n", f"compare: {DK}/stratgy\n", f"there is no question or figure `{DK}/stratgy`; nearest: {DK}/strategy"),
        (f"to: [{SE}/ai-sweden-begun]", f"to: [{SE}/ai-sweden-begun/share]", f"there is no question or figure `{SE}/ai-sweden-begun/share`"),
        (f"to: [{SE}/ai-sweden-begun]", f"to: [{SE}/ai-sweden-begun, {DK}/stratgy]", f"there is no question or figure `{DK}/stratgy`"),
        (f"compare: {DK}/strategy\n", f"compare: {DK}/use\n", f"`{DK}/use` has the indicator `ai-use`, and only what has the indicator `ai-strategy`"),
        (f"to: [{SE}/ai-sweden-begun]", f"to: [{SE}/ai-sweden-begun, dansk-erhverv-2017/gains-harvested]", "cannot be graded `related`, at most `not comparable`"),
        (f"to: [{SE}/ai-sweden-begun]", f"to: [{SE}/ai-sweden-begun, {SE}/ai-commission-measures]", "has no indicator, and only what has one can be compared"),
        (f"to: [{SE}/ai-sweden-begun]", f"to: [{SE}/ai-sweden-begun, {SE}/projects-2024]", "cannot be compared with itself"),
        (f"to: [{SE}/strategy-2024]", f"to: [{SE}/strategy-2024, {SE}/strategy-2018]", f"`{DK}/strategy` and `{SE}/strategy-2018` are decided twice"),
        ("grade: related", "grade: similar", "unknown grade `similar`; write 'same question', 'same concept', 'related' or 'not comparable'"),
        ("      grade: related\n", "", "the field `grade` is missing"),
        ("      reason: >-\n        Both ask", "      because: >-\n        Both ask", "unknown field `because`"),
        (f"to: [{SE}/strategy-2024]", "to: []", "`to` is empty"),
        (f"compare: {DK}/strategy\n", "compare: []\n", "`compare` is empty"),
        (f"      to: [{SE}/strategy-2024]\n", "", f"`{DK}/strategy` is compared with nothing; add the others under `to`"),
        (f"compare: {DK}/strategy\n", f"compare: [{DK}/strategy, {DK}/use]\n", f"compare[1]: `{DK}/use` has the indicator `ai-use`, and only what has the indicator `ai-strategy`"),
        (f"compare: {DK}/strategy\n      to: [{SE}/strategy-2024]\n", f"compare: [{DK}/strategy, {SE}/strategy-2024, {SE}/strategy-2018]\n", f"`{DK}/strategy` and `{SE}/strategy-2018` are decided twice"),
    ],
)  # fmt: skip
def test_a_decision_that_makes_no_sense_is_told_with_file_and_line(
    project: Path, old: str, new: str, message: str
) -> None:
    problems = problems_after(project, old, new)
    matching = [problem for problem in problems if message in problem]
    assert matching, problems
    assert re.match(r"data/indicators\.yml:\d+: [a-z-]+\.comparisons\[\d\]", matching[0]), matching[0]


@pytest.mark.parametrize(
    ("fields", "ids"),
    [
        ("compare: a/b\nto: [c/d, e/f]", "ab-cd ab-ef"),
        ("compare: [a/b, c/d]\nto: [e/f, g/h]", "ab-ef ab-gh cd-ef cd-gh"),
        ("compare: [a/b, c/d, e/f]", "ab-cd ab-ef cd-ef"),
    ],
)
def test_a_decision_holds_for_every_pair_of_its_lists(fields: str, ids: str) -> None:
    decision = Comparison(**yaml.safe_load(fields), grade="related", reason="So.")
    assert " ".join(f"{one}-{other}" for one, other in decision.pairs).replace("/", "") == ids


def test_a_decision_may_keep_two_indicators_apart_and_never_call_them_one(project: Path) -> None:
    more = f"to: [{SE}/ai-sweden-begun, {DK}/use]"
    assert problems_after(project, f"to: [{SE}/ai-sweden-begun]", more) == []
    assert frozenset((f"{SE}/projects-2024", f"{DK}/use")) in Report(read_evidence(project)).decisions
    problems = problems_after(project, f"{more}\n      grade: related", f"{more}\n      grade: same concept")
    assert any("have two indicators, so they are `related` at most" in problem for problem in problems)


def test_a_stricter_decision_is_welcome(project: Path) -> None:
    assert problems_after(project, "grade: same concept", "grade: not comparable") == []


def test_differences_do_not_depend_on_the_order(report: Report) -> None:
    for one, other in itertools.combinations(report.measures, 2):
        assert differences(one, other, report) == differences(other, one, report)


def test_other_subjects_are_never_comparable(report: Report) -> None:
    subjects = {name: one.source.subject_of(one.record) for name, one in report.measures.items()}
    digital = [name for name, subject in subjects.items() if subject == "digitalisation"]
    about_ai = [name for name, subject in subjects.items() if subject == "artificial intelligence"]
    assert digital and about_ai
    for one, other in itertools.product(digital, about_ai):
        assert most_generous(differences(one, other, report)) == "not comparable"
        decision = report.decisions.get(frozenset((one, other)))
        assert decision is None or decision.grade == "not comparable"


def test_the_waves_of_one_survey_differ_in_what_the_record_says(report: Report) -> None:
    found = {difference.aspect: difference for difference in differences(*WAVES, report)}
    assert [aspect for aspect, one in found.items() if one.told] == ["period", "respondents", "population"]
    assert [aspect for aspect, one in found.items() if not one.told] == [
        *("wording of the question", "shares of all answers", "number of answers", "whether all were asked"),
        *("weighting", "mode of collection"),
    ]
    assert found["number of answers"].sides == (None, "224")
    assert found["period"].sentence == (
        "Period: “2018” in Sweden 2018, Governo 2025, “October–December 2024” in Sweden 2024, Governo 2025."
    )


# One survey with every fact told, and a second one like it: whatever is then changed is the only difference.


def complete(source: Source, name: str) -> Source:
    told = {"mode": Fact(text="By letter", at="1"), "weighting": Fact(text="None", at="1"), "weighted": False}
    survey = source.surveys[0].model_copy(update=told)
    questions = [
        question.model_copy(update={"answers": [answer for answer in question.answers if answer.value is not None]})
        for question in source.questions
    ]
    return source.model_copy(update={"id": name, "surveys": [survey], "questions": questions})


def pair_after(few: Evidence, part: str, change: dict[str, object]) -> list[str]:
    """List the aspects in which two questions differ after one part of the second is changed."""
    one, other = (complete(few.sources[DK], name) for name in ("one", "other"))
    if part == "source":
        other = other.model_copy(update=change)
    elif part == "survey":
        other = other.model_copy(update={"surveys": [other.surveys[0].model_copy(update=change)]})
    else:
        index = next(i for i, question in enumerate(other.questions) if question.id == "strategy")
        questions = list(other.questions)
        questions[index] = questions[index].model_copy(update=change)
        other = other.model_copy(update={"questions": questions})
    twins = Report(dataclasses.replace(few, sources={"one": one, "other": other}))
    return [difference.aspect for difference in differences("one/strategy", "other/strategy", twins)]


UNKNOWN = Fact(missing="Not told.")


def test_two_publications_of_one_publisher_are_told_apart_even_where_their_years_are_unknown(few: Evidence) -> None:
    source = complete(few.sources[DK], "one")
    undated = source.surveys[0].model_copy(update={"field_period": Dated(missing="Not told.")})
    sources = {
        name: source.model_copy(update={"id": name, "surveys": [undated], "short_title": f"The {name}"})
        for name in ("one", "other")
    }
    measures = Report(dataclasses.replace(few, sources=sources)).measures
    assert [measures[f"{name}/use"].where for name in sources] == ["Denmark, The one", "Denmark, The other"]


@pytest.mark.parametrize(
    ("part", "change", "aspect"),
    [
        ("question", {}, None),
        ("source", {"subject": "digitalisation"}, "subject"),
        ("source", {"country": "SE"}, "country"),
        ("survey", {"population": Fact(text="Mayors", at="1")}, "population"),
        ("survey", {"population": UNKNOWN}, "population"),
        ("survey", {"respondent_role": Fact(text="Mayor", at="1")}, "respondents"),
        ("survey", {"respondent_role": UNKNOWN}, "respondents"),
        ("survey", {"answers_for": "the respondent"}, "what one answer stands for"),
        ("survey", {"answers_for": "not told"}, "what one answer stands for"),
        ("survey", {"whole_frame_asked": False}, "whether all were asked"),
        ("survey", {"whole_frame_asked": None}, "whether all were asked"),
        ("survey", {"weighted": True}, "weighting"),
        ("survey", {"weighted": None}, "weighting"),
        ("survey", {"mode": Fact(text="By telephone", at="1")}, "mode of collection"),
        ("survey", {"mode": UNKNOWN}, "mode of collection"),
        ("question", {"answers_for": "the respondent"}, "what one answer stands for"),
        ("question", {"answers_for": "the municipality"}, None),
        ("question", {"english": "Is there a plan?"}, "what is asked or counted"),
        ("question", {"wording": "inferred"}, "wording of the question"),
        ("question", {"choice": "multiple"}, "how many answers could be chosen"),
    ],
)  # fmt: skip
def test_one_changed_or_untold_fact_is_the_one_difference(
    few: Evidence, part: str, change: dict[str, object], aspect: str | None
) -> None:
    assert pair_after(few, part, change) == ([aspect] if aspect else [])


def test_answers_base_period_and_numbers_of_answers_count(few: Evidence) -> None:
    question = next(q for q in complete(few.sources[DK], "one").questions if q.id == "strategy")
    unknown = Quantity(missing="Not told.")
    survey = few.sources[DK].surveys[0]
    assert pair_after(few, "question", {"answers": question.answers[:2]}) == ["answers offered"]
    untold = question.answers[0].model_copy(update={"value": None, "missing": "Lost."})
    assert pair_after(few, "question", {"answers": [untold, *question.answers[1:]]}) == ["shares of all answers"]
    counted = [answer.model_copy(update={"unit": "count"}) for answer in question.answers]
    assert pair_after(few, "question", {"answers": counted}) == ["unit"]
    # All respondents are all respondents, however they are called; a part is told by its words.
    assert pair_after(few, "question", {"base": question.base.model_copy(update={"who": "Everybody"})}) == []
    assert pair_after(few, "question", {"base": question.base.model_copy(update={"n": unknown})}) == [
        *("number of answers", "who is counted")
    ]
    later = survey.field_period.model_copy(update={"period": "2026"})
    assert pair_after(few, "survey", {"field_period": later}) == ["period"]


def test_figures_differ_in_unit_prices_and_origin(few: Evidence) -> None:
    source = few.sources["hoeje-taastrup-2025"]
    investment = next(one for one in source.figures if one.id == "investment")

    def after(**change: object) -> list[str]:
        other: Figure = investment.model_copy(update={"id": "other", **change})
        twins = {source.id: source.model_copy(update={"figures": [investment, other]})}
        found = differences(
            f"{source.id}/investment", f"{source.id}/other", Report(dataclasses.replace(few, sources=twins))
        )
        return [difference.aspect for difference in found]

    assert after() == []
    assert after(unit="million DKK") == []
    assert after(unit="billion SEK") == ["unit"]
    assert after(scope="Denmark") == after(scope=None) == ["population"]
    assert after(price_level=2024) == ["price level"]
    assert after(price_level=None) == ["price level"]
    assert after(cited_from="Somebody") == ["origin"]
    assert after(values=investment.values[:1]) == ["period"]


def test_what_a_repeated_question_words_differently_may_still_be_of_the_same_concept(few: Evidence) -> None:
    assert most_generous(differences(*WAVES, Report(few))) == "same concept"
    source = few.sources[SE]
    questions = [q.model_copy(update={"repeats": None}) if q.id == "strategy-2024" else q for q in source.questions]
    unlinked = {**few.sources, SE: source.model_copy(update={"questions": questions})}
    found = differences(*WAVES, Report(dataclasses.replace(few, sources=unlinked)))
    assert {one.aspect for one in found if one.bears == "related"} == {"what is asked or counted", "population"}
    assert set(IN_A_REPEAT) <= {aspect for aspect, grade in MAY_DIFFER.items() if grade == "related"}


def test_amounts_of_two_sizes_may_be_compared_and_share_no_scale() -> None:
    rows = rows_of("hoeje-taastrup-2025/investment")
    with pytest.raises(ValueError, match="amounts in different units cannot share a scale"):
        charts.amounts([*rows, *(dataclasses.replace(row, unit="million DKK") for row in rows)])


def test_the_rules_name_every_aspect_once_and_every_grade_refuses_something() -> None:
    assert set(MAY_DIFFER.values()) == set(GRADES) <= set(LEVELS)
    assert most_generous([]) == "same question"


@pytest.mark.parametrize(
    ("ids", "badge"),
    [
        ([f"{DK}/strategy"], "One question of one survey"),
        (["hoeje-taastrup-2025/investment/2025"], None),
        ([f"{SE}/survey-2024/regions/response-rate", f"{SE}/survey-2024/state-agencies/response-rate"], "One survey"),
        ([f"{WAVES[0]}/has", f"{WAVES[1]}/has"], "Related, not to be ranked"),
        ([f"{DK}/strategy/has", f"{SE}/strategy-2024/has"], "Related, not to be ranked"),
        ([f"{DK}/strategy/has", f"{DK}/use/uses"], "Different questions, same respondents"),
        ([f"{SE}/support-2024/law-ethics-integrity", f"{SE}/state-support-2024", f"{SE}/strategy-2024/has"], "Related, not to be ranked"),
        ([f"{SE}/cooperation-public-2024/high", f"{SE}/cooperation-overall-2024"], "Related, not to be ranked"),
    ],
)  # fmt: skip
def test_a_figure_carries_the_least_generous_grade_of_its_pairs(ids: list[str], badge: str | None) -> None:
    rows = rows_of(*ids)
    drawing = charts.dots(rows) if badge else charts.amounts(rows)
    shown = figure(drawing, id="a", title="T", description="D")
    assert shown.comparability == (badge or "One figure of one publication")


def test_a_budget_may_stand_on_one_scale() -> None:
    drawing = charts.amounts(rows_of("hoeje-taastrup-2025/investment", "hoeje-taastrup-2025/net-change"))
    shown = figure(drawing, id="a", title="T", description="D")
    assert shown.comparability == "Different figures, one publication"


@pytest.mark.parametrize(
    ("ids", "complaint"),
    [
        ([f"{DK}/strategy/has", f"{WAVES[0]}/has"], "are not comparable: Besides counting other organisations"),
        ([f"{DK}/strategy/has", f"{WAVES[1]}/has", f"{WAVES[0]}/has"], f"`{DK}/strategy` and `{WAVES[0]}` on one scale"),
        ([f"{SE}/projects-2024/started-or-planning", f"{SE}/ai-sweden-begun"], "are not comparable: The report's own share"),
        ([f"{DK}/use/uses", f"{SE}/projects-2024/started-or-planning"], "are not comparable: The two shares look alike"),
        ([f"{DK}/use/uses", f"{SE}/strategy-2024/has"], "do not have the same indicator"),
        ([f"{SE}/strategy-2018/has", f"{SE}/projects-2024/started-or-planning"], "do not have the same indicator"),
        ([f"{SE}/digg-saving-share", f"{SE}/ai-sweden-begun"], "do not have the same indicator"),
        ([f"{SE}/strategy-2024/has", f"{SE}/digg-saving-share"], "do not have the same indicator"),
        ([f"{SE}/survey-2024/response-rate", f"{SE}/strategy-2024/has"], "do not have the same indicator"),
        ([f"{DK}/strategy/has", "dansk-erhverv-2017/gains-harvested"], "artificial intelligence and digitalisation on one scale"),
    ],
)  # fmt: skip
def test_a_figure_that_puts_on_one_scale_what_is_not_comparable_is_refused(ids: list[str], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        figure(charts.dots(rows_of(*ids)), id="a", title="T", description="D")


def test_a_frame_of_a_figure_holds_only_what_may_share_a_scale() -> None:
    one, other = f"{DK}/strategy/has", f"{WAVES[0]}/has"
    apart = charts.panels([(name, rows_of(name), ["Share"]) for name in (one, other)])
    shown = figure(apart, id="a", title="T", description="D")
    assert shown.comparability == "Side by side, not compared"
    with pytest.raises(ValueError, match="are not comparable: Besides counting other organisations"):
        together = charts.panels([("Both", rows_of(one, other), ["Denmark", "Sweden"])])
        figure(together, id="a", title="T", description="D")


def test_the_export_holds_every_pair_with_its_differences(report: Report) -> None:
    rows = table("comparability").set_index("comparison_id")
    decided = report.decisions
    assert len(rows) == len(decided)
    for pair, decision in decided.items():
        row = rows.loc["+".join(sorted(pair))]
        assert (row["grade"], row["reason"]) == (decision.grade, decision.reason)
        named = {*row.dropna().get("differs_in", "").split("; "), *row.dropna().get("not_told", "").split("; ")} - {""}
        assert named == {one.aspect for one in differences(*pair, report)}


def shown(page: Path) -> str:
    """Read a page with plain quotes, as the records have them."""
    text = html.unescape(page.read_text("utf-8"))
    return text.replace("’", "'").replace("“", '"').replace("”", '"')


@pytest.fixture(scope="module")
def page(site: Path) -> str:
    return shown(site / "evidence/comparability.html")


class TestSite:
    """What a reader gets."""

    def test_every_indicator_has_its_place_and_every_decision_its_reason(self, page: str, report: Report) -> None:
        for name, indicator in report.evidence.indicators.items():
            assert f'id="indicator-{name}"' in page
            for comparison in indicator.comparisons:
                assert comparison.reason in page
                assert f"<strong>{LEVELS[comparison.grade]['badge']}: </strong>" in page
        measured = Counter(measure.record.indicator for measure in report.measures.values())
        indicators = report.evidence.indicators.items()
        alone = [name for name, one in indicators if measured[name] == 1 and not one.comparisons]
        assert page.count("There is nothing to compare it with yet.") == len(alone)
        assert page.count('<details class="fold">') == len(report.decisions)

    def test_countries_without_a_source_stay_in(self, page: str, evidence: Evidence) -> None:
        read = {country for source in evidence.sources.values() for country in source.countries}
        for code, country in evidence.countries.items():
            row = re.search(rf'<th scope="row"><a [^>]*>{country.name}</a>(.*?)</tr>', page, re.DOTALL)[1]
            assert row.count("no source yet") == (0 if code in read else 5)

    def test_the_methods_page_shows_the_rules_as_they_are(self, site: Path) -> None:
        text = (site / "about/methods.html").read_text("utf-8")
        for grade in GRADES:
            row = re.search(rf'<th scope="row">{LEVELS[grade]["badge"]}</th>(.*?)</tr>', text, re.DOTALL)[1]
            for aspect, best in MAY_DIFFER.items():
                told = re.sub(r"<[^>]+>", " ", row).replace(LEVELS[grade]["means"], "")
                assert (aspect in told) == (best == grade), aspect

    @pytest.mark.parametrize("theme", ["strategy", "competence", "barriers", "collaboration", "gains"])
    def test_every_chapter_says_what_is_limited_and_what_is_not_told(
        self, site: Path, report: Report, theme: str
    ) -> None:
        text = shown(site / "chapters" / f"{theme}.html")
        box = text[text.index('<div class="read-with-care') :]
        for name, indicator in report.evidence.indicators.items():
            if indicator.theme == theme:
                assert indicator.label in box
                assert (f'href="../evidence/comparability.html#indicator-{name}"' in box) == bool(indicator.comparisons)
        measures = [m for m in report.measures.values() if m.record.theme == theme and m.record.indicator]
        untold = {aspect for measure in measures for aspect in not_told(measure)}
        assert untold and all(comparability.UNKNOWN.get(aspect, aspect) in box for aspect in untold)

    def test_the_mark_of_a_figure_leads_to_the_reasons(self, site: Path) -> None:
        marks = {"indicator-[a-z-]+": "Related, not to be", "what-the-marks-mean": "Side by side, not compared"}
        text = "".join(page.read_text("utf-8") for page in (site / "chapters").glob("*.html"))
        for place, mark in marks.items():
            there = rf'href="\.\./evidence/comparability\.html#{place}"'
            assert re.search(rf'class="figure-badge" {there}>{mark}', text), mark
