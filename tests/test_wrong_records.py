"""What cannot be right is refused in a record and a chapter, and a chart says of a number what the record says of it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from building import change, command, small_book

from nordic_ai import charts, figure, observations
from nordic_ai.authoring.spell_check import SpellChecker
from nordic_ai.evidence.errors import EvidenceError
from nordic_ai.evidence.loading import Evidence, read_evidence
from nordic_ai.figures.figure import FigureData

SOURCE = "data/sources/dansk-erhverv-2024.yml"
CORRECTIONS = "data/corrections.yml"
PUBLISHED = "  period: 2024-02\n  as_printed: februar 2024\n  at: 29"
ASKED = "    field_period:\n      period: 2024-02\n      as_printed: februar 2024"
CHECKSUM = "ee5f371be9f15c7d81f445018f1d4739d9d0600edec3109dbc4a3858fd10daf2"
SHARE = 'value: 19\n        as_printed: "19 pct."'
IN_A_WEEK = str(date.today() + timedelta(days=7))

Change = tuple[str, str, str]


def told(project: Path, *changes: Change) -> list[str]:
    """Change files of a project, and list what is then wrong with its evidence."""
    for name, old, new in changes:
        change(project / name, old, new)
    try:
        read_evidence(project)
    except EvidenceError as error:
        return [str(problem) for problem in error.problems]
    return []


def published(period: str) -> Change:
    return SOURCE, PUBLISHED, f"  period: {period}\n  as_printed: then\n  at: 29"


def undated() -> Change:
    return SOURCE, PUBLISHED, "  missing: The article carries no date."


def asked(period: str) -> Change:
    return SOURCE, ASKED, f"    field_period:\n      period: {period}\n      as_printed: then"


def share(value: float, printed: str, more: str = "") -> Change:
    return SOURCE, SHARE, f"value: {value}\n        as_printed: {printed}{more}"


def checksum(text: str) -> Change:
    return SOURCE, CHECKSUM, text


def corrected(when: str) -> Change:
    entry = (
        "- record: dansk-erhverv-2024/use/uses\n  field: value\n  from: 97\n  to: 79\n  why: Digits changed places.\n"
    )
    return CORRECTIONS, "\n[]\n", f"\n{entry}  when: {when}\n  expect: 79\n"


NOTE = "\n        note: The table gives three decimals."
BOUND = "\n        precision: bound\n        direction: above"


@pytest.mark.parametrize(
    ("wrong", "path", "message"),
    [
        pytest.param([published("2099-02")], "published.period", "2099-02 lies in the future", id="published in the future"),
        pytest.param([published(IN_A_WEEK)], "published.period", f"{IN_A_WEEK} lies in the future", id="published in a week"),
        pytest.param([asked("2024-05")], "surveys[0].field_period.period", "asked in 2024-05, after the publication", id="asked after publication"),
        pytest.param([asked('"2025"')], "surveys[0].field_period.period", "asked in 2025, after the publication", id="asked in a later year"),
        pytest.param([undated(), asked("2099-05")], "surveys[0].field_period.period", "asked in 2099-05, after the publication", id="asked in the future"),
        pytest.param([(SOURCE, "    wording: inferred\n", "    original: Brug?\n    wording: inferred\n")], "questions[0].original", "goes with `wording: printed`", id="question printed and inferred"),
        pytest.param([checksum(f'"{"0" * 64}"')], "text.sha256", "of an empty file or of none", id="checksum of zeros"),
        pytest.param([checksum("f" * 64)], "text.sha256", "of an empty file or of none", id="checksum of one letter"),
        pytest.param([checksum("0123456789abcdef" * 4)], "text.sha256", "of an empty file or of none", id="checksum of a pattern"),
        pytest.param([checksum(sha256().hexdigest())], "text.sha256", "of an empty file or of none", id="checksum of nothing"),
        pytest.param([checksum("1234567890" * 6 + "1234")], "text.sha256", "put it in quotes", id="digits"),
        pytest.param([checksum("0x" + "1" * 62)], "text.sha256", "put it in quotes", id="hexadecimal"),
        pytest.param([checksum("1_234" + "5" * 59)], "text.sha256", "put it in quotes", id="underscore"),
        pytest.param([(SOURCE, "publisher: Dansk Erhverv", "publisher: 2024")], "publisher", "must be text, not the number `2024`; put it in quotes", id="name that is a number"),
        pytest.param([share(2, '"2,000"')], "questions[0].answers[1].as_printed", "may be 2000", id="thousands read as decimals"),
        pytest.param([share(3, '"3,000 svar"')], "questions[0].answers[1].as_printed", "may be 3000", id="thousands with a word"),
        pytest.param([share(20, "Hver femte")], "questions[0].answers[1].precision", "says “femte”; write `precision: about` or `bound`", id="fraction in words"),
        pytest.param([share(20, "En femtedel")], "questions[0].answers[1].precision", "says “femtedel”", id="part in words"),
        pytest.param([share(19, "cirka 19 pct.")], "questions[0].answers[1].precision", "says “cirka”", id="about"),
        pytest.param([share(19, "mere end 19 pct.")], "questions[0].answers[1].precision", "says “mere end”", id="more than"),
        pytest.param([corrected("1999-11-30")], "[0].when", "1999-11-30 is in the future, or before this report", id="corrected before there was a report"),
        pytest.param([corrected("2024-01-30")], "[0].when", "2024-01-30 is in the future, or before this report", id="corrected before the publication"),
        pytest.param([corrected("2099-11-30")], "[0].when", "2099-11-30 is in the future", id="corrected in the future"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_line_and_path(
    project: Path, wrong: list[Change], path: str, message: str
) -> None:
    found = told(project, *wrong)
    name = wrong[0][0]
    assert any(
        re.match(rf"{re.escape(name)}:\d+: {re.escape(path)}: .*{re.escape(message)}", line) for line in found
    ), found


@pytest.mark.parametrize(
    "right",
    [
        pytest.param([published("2026-02"), asked("2026-01")], id="asked before"),
        pytest.param([asked('"2024"')], id="asked in the year of publication"),
        pytest.param([undated(), corrected("2026-02-01")], id="no date"),
        pytest.param([share(2, '"2,0 pct."')], id="one decimal"),
        pytest.param([share(2, '"2,00"')], id="two decimals"),
        pytest.param([share(0.275, '"0,275"')], id="three decimals below one"),
        pytest.param([share(1.234, '"1,234 mio. kr."')], id="three decimals"),
        pytest.param([share(2, '"2,000"', NOTE)], id="three zeros with a note"),
        pytest.param([share(19, '"19 pct. af de 58"')], id="share of a number"),
        pytest.param([share(19, "cirka 19 pct.", "\n        precision: about")], id="about"),
        pytest.param([share(19, "mere end 19 pct.", BOUND)], id="limit"),
        pytest.param([corrected(str(date.today()))], id="corrected today"),
    ],
)
def test_what_can_be_stays_allowed(project: Path, right: list[Change]) -> None:
    assert told(project, *right) == []


LONG = 100_000


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("label: Uses AI today", f"label: {'x' * LONG}", id="word"),
        pytest.param("label: Uses AI today", f"label: {'Use ' * (LONG // 4)}", id="label"),
        pytest.param('as_printed: "79 pct."', f'as_printed: "79 pct. {"ord " * (LONG // 4)}"', id="words of a source"),
        pytest.param("note: One in five", f"note: {'Words. ' * (LONG // 7)}", id="note"),
        pytest.param("theme: strategy", f"theme: {'x' * LONG}", id="choice"),
        pytest.param("id: wants-to", f"id: {'x' * LONG}", id="name"),
        pytest.param("value: 79", f"value: {'7' * LONG}", id="number"),
    ],
)
def test_a_text_longer_than_a_record_can_hold_is_refused_at_once(project: Path, old: str, new: str) -> None:
    begun = time.monotonic()
    found = told(project, (SOURCE, old, new))
    assert re.match(r"data/sources/dansk-erhverv-2024\.yml:\d+: .*has [\d,]+ characters", found[0])
    assert len("".join(found)) < 2_000, "a sentence does not repeat the text"
    assert time.monotonic() - begun < 30


def test_a_name_longer_than_a_field_can_have_is_refused(project: Path) -> None:
    (line,) = told(project, (SOURCE, "publisher: Dansk Erhverv\n", f"publisher: Dansk Erhverv\n{'x' * 500}: 5\n"))
    assert line.endswith(":9: a field name must be a plain word")


def test_the_longest_text_is_still_checked_and_drawn_quickly(project: Path, few: Evidence) -> None:
    label = "Use of it " * 199
    assert told(project, (SOURCE, "label: Uses AI today", f"label: {label}")) == []
    begun = time.monotonic()
    assert list(SpellChecker(project, few).check([(1, "x" * 1_990)]))
    assert "Use of it" in shown(charts.dots(observations("dansk-erhverv-2024/use")))[1]
    assert time.monotonic() - begun < 60


def test_an_untouched_template_is_no_chapter(tmp_path: Path) -> None:
    project = small_book(tmp_path / "project", "# Short\n")
    assert command(project, "new_chapter", "leadership").returncode == 0
    found = command(project, "check").stderr
    text = (project / "chapters" / "leadership.md").read_text("utf-8")
    for words in (
        "Say here in one sentence",
        "Everything behind a %",
        "to be written",
        "Which question",
        "in your own",
    ):
        line = text.partition(words)[0].count("\n") + 1
        assert re.search(rf"leadership\.md:{line}: “.*” stands there as in the template", found), (words, found)
    assert not re.search(r"short\.md:.* template", found)


USE = ("dansk-erhverv-2024/use/uses", "dansk-erhverv-2024/use/wants-to")
WAVES = ("governo-2025/strategy-2018/has", "governo-2025/strategy-2024/has")


def shown(drawing: charts.Drawing) -> tuple[FigureData, str]:
    """Give a figure, and its picture as a reader sees it."""
    data = figure(drawing, id="shown", title="A finding", description="A picture.")
    return data, data._repr_mimebundle_()["image/svg+xml"]


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        pytest.param(lambda: charts.dots(observations(*USE), ["Uses AI", "Uses AI"]), "label “Uses AI” is empty or given twice", id="dots"),
        pytest.param(lambda: charts.dots(observations(*USE), ["Uses AI", "uses  AI "]), "label “Uses AI” is empty or given twice", id="dots that look alike"),
        pytest.param(lambda: charts.dots(observations(*USE), ["Uses AI", " "]), "label “ ” is empty", id="no label"),
        pytest.param(lambda: charts.dots(observations(USE[1], f"{USE[1]}/in-words")), "given twice", id="labels of the record"),
        pytest.param(lambda: charts.divided_bars(observations("dansk-erhverv-2024/use", "dansk-erhverv-2024/strategy"), ["Uses AI"] * 2), "label “Uses AI”", id="bars"),
        pytest.param(lambda: charts.panels([("Use", observations(*USE), ["Uses AI", "Uses AI"])]), "label “Uses AI”", id="panels"),
        pytest.param(lambda: charts.panels([("Use", observations(USE[0])), ("use", observations(USE[1]))]), "heading “Use”", id="headings"),
        pytest.param(lambda: charts.changes(observations(WAVES[0]), observations(WAVES[1]), ["Strategy"], ("2024", "2024")), "wave “2024”", id="waves"),
        pytest.param(lambda: charts.amounts(observations("hoeje-taastrup-2025/efficiency", "hoeje-taastrup-2025/net-change"), ["Saved", "Saved"]), "label “Saved”", id="amounts"),
        pytest.param(lambda: charts.divided_bars(observations("dansk-erhverv-2024/strategy/planned/majority-heading")), "is a limit, which no part of a bar can show", id="limit in a bar"),
        pytest.param(lambda: charts.dots("dansk-erhverv-2024/use"), "takes what `observations(…)` gives", id="ids for dots"),
        pytest.param(lambda: charts.amounts(["hoeje-taastrup-2025/efficiency"]), "takes what `observations(…)` gives", id="ids for amounts"),
        pytest.param(lambda: charts.panels([("Use", USE)]), "takes what `observations(…)` gives", id="ids for panels"),
        pytest.param(lambda: charts.divided_bars(USE), "takes what `observations(…)` gives", id="ids for bars"),
    ],
)  # fmt: skip
def test_what_readers_could_not_tell_apart_is_refused(
    project: Path, draw: Callable[[], charts.Drawing], message: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        shown(draw())


def test_labels_that_are_left_out_are_those_of_the_record(project: Path) -> None:
    for part in (("Use", observations(USE[0])), ("Use", observations(USE[0]), None)):
        assert "Uses AI today" in shown(charts.panels([part]))[1]


def outline(picture: str, label: str) -> str:
    """Give the form of the mark of a label."""
    marks = re.findall(r"<path [^>]*>", picture)
    (mark,) = [mark for mark in marks if f'aria-label="{label}' in mark]
    return re.search(r' d="([^"]*)"', mark)[1]


def test_a_limit_is_drawn_otherwise_than_a_value_without_interval(project: Path) -> None:
    above, picture = shown(charts.dots(observations("dansk-erhverv-2024/strategy/planned/majority-heading"), ["Plans"]))
    below, other = shown(charts.dots(observations("governo-2025/projects-2024/started-or-planning/summary"), ["Plans"]))
    exact, third = shown(charts.dots(observations(WAVES[0]), ["Plans"]))
    assert len({outline(drawn, "Plans") for drawn in (picture, other, third)}) == 3
    assert "A triangle is a limit" in above.uncertainty and "A triangle is a limit" in below.uncertainty
    assert "triangle" not in exact.uncertainty


def test_an_amount_that_is_a_limit_is_drawn_and_written_as_one(project: Path) -> None:
    bound = 'value: -275\n        as_printed: "over -275"\n        precision: bound\n        direction: below'
    change(project / "data/sources/hoeje-taastrup-2025.yml", 'value: -275\n        as_printed: "-275"', bound)
    data, _ = shown(drawing := charts.amounts(observations("hoeje-taastrup-2025/efficiency")))
    for picture in data._repr_mimebundle_()["application/vnd.nordic-ai.figure+json"]["pictures"].values():
        written = re.findall(r"<text[^>]*>([^<]*)", picture)
        assert "−550" in written and "−275" not in written and "less than −275" in written
    fills = {bar["value"]: bar["fill"] for bar in drawing.draw(300).to_dict()["layer"][0]["data"]["values"]}
    assert fills[-275] != fills[-550]
    assert data.uncertainty.endswith("A hollow bar is a limit: the amount lies beyond its end.")


def test_panels_that_mix_subjects_say_so(project: Path) -> None:
    parts = [("Use", observations(USE[0])), ("Gains", observations("dansk-erhverv-2017/gains-harvested/almost-all"))]
    mixed, unmixed = shown(charts.panels(parts))[0], shown(charts.panels(parts[:1]))[0]
    said = "“Use” is about artificial intelligence; “Gains” is about digitalisation."
    assert mixed.uncertainty.endswith(said) and "is about" not in unmixed.uncertainty
