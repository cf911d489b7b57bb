"""A number in a sentence reads as its unit and precision ask, and a role refuses what makes no sense."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from nordic_ai.analysis.observations import Observation
from nordic_ai.analysis.report import Report
from nordic_ai.analysis.wording import format_head_count, format_value
from nordic_ai.evidence.errors import EvidenceError
from nordic_ai.evidence.loading import Evidence, read_evidence
from nordic_ai.site.cards import card_lines
from nordic_ai.site.roles import Refused, name_unread, write_number

DK, SE = "dansk-erhverv-2024", "governo-2025"


@pytest.mark.parametrize(
    ("variant", "text", "reads"),
    [
        ("ev", f"{DK}/strategy/has", "16%"),
        ("ev-of", f"{DK}/strategy/has", "16% of the 58 chief executives who answered"),
        (
            "ev-of",
            f"{SE}/strategy-2024/has",
            "38% of the 224 respondents (state agencies, regions and municipalities in Sweden)",
        ),
        ("ev-ci", f"{DK}/strategy/has", "10–22%"),
        ("ev-ci-uncorrected", f"{DK}/strategy/has", "8–27%"),
        ("ev-n", f"{DK}/strategy/has", "58"),
        ("ev-count", f"{DK}/strategy/has", "9 of 58"),
        ("ev-change", f"{SE}/strategy-2018/has {SE}/strategy-2024/has", "+33 percentage points"),
        ("ev-sum", f"{DK}/management-competence/some {DK}/management-competence/small", "97%"),
        ("ev-sum", f"{SE}/cooperation-public-2024/high {SE}/cooperation-public-2024/fairly-high", "29–31%"),
        ("ev-sum", f"{SE}/cooperation-private-2024/neither {SE}/cooperation-private-2024/very-low", "63–65%"),
        ("ev-bounds", f"{DK}/strategy/has", "between 9% and 50%"),
        ("ev-bounds", f"{SE}/strategy-2024/has", "between 14% and 76%"),
        ("ev", "ks-2024/initiatives-by-field/construction-planning-technical", "about a third"),
        ("ev", f"{DK}/strategy/planned/majority-heading", "more than half"),
        ("ev", "dansk-erhverv-2017/survey-2017/respondents/opening", "more than 300"),
        ("ev", "dansk-erhverv-2017/survey-2017/largest-weight", "0.67"),
        ("ev", f"{SE}/projects-2024/started-or-planning/summary", "nearly 80%"),
        ("ev", f"{SE}/digg-saving/amount", "SEK 140 billion"),
        ("ev", "hoeje-taastrup-2025/net-change/2027", "DKK −550 thousand (2025 prices)"),
        ("ev", "hoeje-taastrup-2025/efficiency/2026/prose", "DKK 0.275 million (2025 prices)"),
        ("ev", "hoeje-taastrup-2025/full-time-equivalents/2026", "−0.5 full-time equivalents"),
    ],
)
def test_a_number_reads_as_it_should(report: Report, variant: str, text: str, reads: str) -> None:
    assert write_number(variant, text, report)[0].replace("\N{NO-BREAK SPACE}", " ") == reads


@pytest.mark.parametrize(
    ("variant", "text", "complaint"),
    [
        ("ev", f"{DK}/strategy/hass", "no record has the id"),
        ("ev", f"{DK}/strategy/has {DK}/strategy/planned", "takes 1 id"),
        ("ev", f"{DK}/use/others", "has no number"),
        ("ev-of", f"{DK}/use/others", "has no number"),
        ("ev-of", "ks-2024/mapped-examples/total", "is no share of those who answered; use `ev`"),
        ("ev-ci", f"{SE}/strategy-2018/has", "the number of answers is unknown"),
        ("ev-ci", "ks-2024/mapped-examples/total", "it is not told as a share of answers"),
        ("ev-ci-uncorrected", f"{SE}/strategy-2018/has", "the number of answers is unknown"),
        ("ev-ci-uncorrected", f"{SE}/strategy-2024/has", "has no corrected interval; use `ev-ci`"),
        ("ev-n", f"{SE}/strategy-2018/has", "no known number of answers"),
        ("ev-count", f"{SE}/strategy-2024/has", "does not come from exactly one head count"),
        ("ev-change", f"{DK}/strategy/has", "takes 2 ids"),
        ("ev-change", f"{DK}/strategy/has {DK}/use/uses", "measure different things"),
        ("ev-change", "hoeje-taastrup-2025/net-change/2026 hoeje-taastrup-2025/net-change/2027", "is not an exact share of answers"),
        ("ev-change", f"{DK}/strategy/has {DK}/strategy/planned", "measure different things"),
        ("ev-change", f"{SE}/benefits-2018/efficiency {SE}/benefits-2024/work-environment", "measure different things"),
        ("ev-change", f"{SE}/survey-2024/regions/response-rate {SE}/survey-2024/state-agencies/response-rate", "is not an exact share of answers"),
        ("ev-change", f"{DK}/strategy/has {SE}/strategy-2024/has", "come from different publications"),
        ("ev-change", f"{SE}/state-support-2024/training {SE}/support-2024/training", "is not an exact share of answers"),
        ("ev-change-ci", f"{SE}/strategy-2018/has {SE}/strategy-2024/has", "the change has no interval: for the earlier share, the number of answers is unknown"),
        ("ev-change-note", f"{DK}/strategy/has {DK}/use/uses", "measure different things"),
        ("ev-bounds", f"{SE}/strategy-2018/has", "has no bounds: the number of answers is unknown"),
        ("ev-bounds", f"{SE}/digg-saving-share/share", "has no bounds: it is not told as a share of answers"),
        ("ev-bounds", "ks-2024/mapped-examples/total", "has no bounds: it is not told as a share of answers"),
        ("ev-change", f"{SE}/strategy-2024/has {SE}/strategy-2018/has", "of the earlier wave"),
        ("ev-change", f"{DK}/strategy/has {DK}/strategy/has", "both are of one"),
        ("ev-sum", f"{SE}/state-support-2024/law-ethics {SE}/state-support-2024/training", "several answers"),
        ("ev-sum", f"{DK}/strategy/has", "takes two or more ids"),
        ("ev-sum", f"{DK}/strategy/has {DK}/strategy/has", "named twice"),
        ("ev-sum", f"{DK}/strategy/has {DK}/use/uses", "only answers to one question"),
        ("ev-sum", f"{DK}/use/uses {DK}/use/others", "rounded shares are not added up: the publication gives no number"),
        ("ev-sum", f"{DK}/use/uses {DK}/use/wants-to/in-words", "mentions a number again"),
        ("ev-sum", f"{SE}/projects-2024/started-or-planning {SE}/projects-2024/no-plans", "sums up other answers already"),
    ],
)  # fmt: skip
def test_a_role_refuses_what_makes_no_sense(report: Report, variant: str, text: str, complaint: str) -> None:
    with pytest.raises(Refused, match=complaint):
        write_number(variant, text, report)


@pytest.mark.parametrize(
    ("printed", "value", "precision", "direction", "reads"),
    [
        ("yli 70 prosenttia", 70, "bound", "above", "over 70%"),
        ("runsaat 40 prosenttia", 40, "bound", "above", "a good 40%"),
        ("reilu kolmannes", 33, "bound", "above", "a good third"),
        ("knappt 22,5", 22.5, "bound", "below", "just under 22.5%"),
        ("mindst 60 pct.", 60, "bound", "above", "at least 60%"),
        ("mere end 60 pct.", 60, "bound", "above", "more than 60%"),
        ("joka kymmenes", 10, "about", None, "about one in ten"),
        ("noin 40 prosenttia", 40, "about", None, "about 40%"),
        ("rundt 50 prosent", 50, "about", None, "about 50%"),
        ("neljällä prosentilla", 4, "exact", None, "4%"),
    ],
)
def test_a_share_reads_as_it_is_printed(
    observations: dict[str, Observation], printed: str, value: float, precision: str, direction: str | None, reads: str
) -> None:
    like = {"as_printed": printed, "value": value, "precision": precision, "direction": direction}
    assert format_value(replace(observations[f"{DK}/strategy/has"], **like)) == reads


def test_the_card_of_a_number_says_how_sure_it_is(report: Report) -> None:
    shown = {name: "\n".join(card_lines([name], report)) for name in report.observations}
    assert "95% interval 10–22%, n = 58" in shown[f"{DK}/strategy/has"]
    whatever = "Whatever those who did not answer would have said: between"
    assert "n = 58 of 98, read as all asked" in shown[f"{DK}/strategy/has"]
    assert f"{whatever} 9% and 50% of all 98 there are, asked or not\n" in shown[f"{DK}/strategy/has"]
    assert "there are, asked or not, if all 58 answered this question" in shown[f"{DK}/use/uses"]
    assert (
        f"{whatever} 14% and 76% of all 574 invited, if each answered once at most and all 224 answered this question"
        in shown[f"{SE}/strategy-2024/has"]
    )
    assert "No interval: the number of answers is unknown" in shown[f"{SE}/strategy-2018/has"]
    assert "No interval: it is not told as a share of answers" in shown[f"{SE}/survey-2024/response-rate"]
    assert whatever not in shown[f"{SE}/strategy-2018/has"]


def test_head_counts_are_told_as_far_as_rounding_allows(observations: dict[str, Observation]) -> None:
    assert format_head_count(observations[f"{DK}/strategy/has"]) == "9"
    assert (
        format_head_count(observations[f"{SE}/strategy-2024/has"]) == "84 to 86, which all round to the printed share"
    )
    assert format_head_count(observations[f"{SE}/strategy-2018/has"]) is None


def test_a_retired_id_says_what_to_use_instead(project: Path) -> None:
    file = project / "data" / "retired.yml"
    file.write_text(f"{DK}/strategy/owns:\n  why: Named twice.\n  instead: {DK}/strategy/has\n...\n", encoding="utf-8")
    report = Report(read_evidence(project))
    with pytest.raises(Refused, match=f"is retired \\(Named twice\\); use `{DK}/strategy/has`"):
        write_number("ev", f"{DK}/strategy/owns", report)


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        (f"{DK}/strategy/has:\n  why: Never.\n", "is in use, so it cannot be retired"),
        (f"{DK}/old:\n  why: Gone.\n  instead: {DK}/new\n", "which does not exist"),
        (f"{DK}/old:\n  because: Gone.\n", "unknown field `because`"),
    ],
)
def test_a_wrong_retirement_is_refused(project: Path, entry: str, complaint: str) -> None:
    (project / "data" / "retired.yml").write_text(f"{entry}...\n", encoding="utf-8")
    with pytest.raises(EvidenceError, match=complaint):
        read_evidence(project)


def test_a_sentence_names_the_countries_that_lack_a_publication_and_goes_with_the_last(few: Evidence) -> None:
    sentence = "No publication from … has been read."
    assert name_unread(sentence, few) == "No publication from Finland or Iceland has been read."
    read = {code: few.countries[code] for code in ("DK", "NO", "SE")}
    iceland = replace(few, countries=read | {"IS": few.countries["IS"]})
    assert name_unread(sentence, iceland) == "No publication from Iceland has been read."
    assert name_unread(sentence, replace(few, countries=read)) == ""
