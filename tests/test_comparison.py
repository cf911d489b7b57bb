"""The figure of several countries shows each number with all that qualifies it, and sets nothing on one scale."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from building import SMALL
from test_figures import stand_inside_and_apart

from nordic_ai import charts, figure, observations
from nordic_ai.analysis.observations import Observation
from nordic_ai.figures.drawn_chart import draw_chart
from nordic_ai.figures.pictures import SLIDE, poster
from nordic_ai.figures.rows import GROUPS

DK, SE = "dansk-erhverv-2024", "governo-2025"


@pytest.fixture(autouse=True)
def stand_in_the_small_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(SMALL)  # nothing here changes it, so it is read once


def row(name: str, **changed: object) -> Observation:
    """Give an observation of the small record, with some fields changed."""
    return replace(*observations(name), **changed)


def rows() -> list[Observation]:
    """Give rows of every mark, not in the order of the picture."""
    together = {"municipal": "among others", "reading": "in part"}
    alone = {"answers_for": "the respondent", "theme": "strategy", "ci_low": None}
    return [
        row(f"{SE}/strategy-2024/has", **together),
        row(f"{SE}/strategy-2018/has", **together, value=None, not_seen=True, missing="Not read."),
        row(f"{SE}/state-support-2024/training", **alone, precision="range", value_to=60.0),
        row(f"{SE}/state-support-2024/law-ethics", **alone, precision="bound", direction="above"),
        row(f"{DK}/use/others", municipal="only"),
        row(f"{DK}/strategy/has", municipal="only"),
        row(f"{DK}/strategy/planned", municipal="only", precision="about", ci_low=None),
        row("hoeje-taastrup-2025/investment/2025"),
    ]


def plain() -> list[Observation]:
    """Give rows of shares with their intervals and nothing else."""
    return [row(f"{SE}/strategy-2024/has", municipal="among others"), row(f"{DK}/strategy/has", municipal="only")]


def written(drawing: charts.Drawing, width: int = 340) -> list[str]:
    """List the texts of a picture from top to bottom, each in one line."""
    return [" ".join(text["text"]) for text in drawing.draw(width).to_dict()["layer"][-1]["data"]["values"]]


def test_rows_stand_by_who_answered_country_and_year_with_all_that_qualifies_them() -> None:
    texts = written(charts.comparison(rows()))
    groups = [text for text in texts if text in GROUPS]
    assert groups == [GROUPS[place] for place in (0, 2, 5, 6)]
    places = [text for text in texts if re.match("Denmark|Sweden", text)]
    assert places == ["Denmark, 2024"] * 3 + ["Sweden, 2018"] + ["Sweden, 2024"] * 3 + ["Denmark, 2025"]
    assert "Chief executives who answered: 58 of 98; Dansk Erhverv 2024" in texts
    unbroken = [text.replace("\N{NO-BREAK SPACE}", " ") for text in texts]
    assert any(text.endswith("224; Governo 2025, read in part") for text in unbroken)
    assert any(text.endswith("base not seen; Governo 2025, read in part") for text in unbroken)
    assert {"16%", "10–22%", "about 59%", "51–60%", "more than 68%", "not seen", "not printed"} <= set(texts)
    for country in ("Norway", "Finland", "Iceland"):
        assert country in texts[texts.index("No number") :]


def test_only_rows_that_may_be_compared_are_joined_and_the_words_say_how_closely() -> None:
    projects = row(f"{SE}/projects-2024/started-or-planning", municipal="among others")
    drawing = charts.comparison([*rows()[:2], projects], without={"DK": "It was not asked."})
    assert "It was not asked." in written(drawing)
    assert [len(scale) for scale in drawing.scales] == [2, 1]
    assert [text for text in written(drawing) if text.startswith("Joined")] == [
        "Joined by the line: same concept, with differences."
    ]
    shown = figure(drawing, id="a", title="T", description="D")
    assert shown.comparability == "Side by side, not compared"


def test_the_key_explains_the_marks_that_are_drawn_and_no_others() -> None:
    every, few = (written(charts.comparison(chosen))[-1] for chosen in (rows(), plain()))
    for word in ("Grey part", "Dashed edge", "Arrow", "Question mark", "Dash:", "Dot:"):
        assert word in every and word not in few
    assert "filled part" in few and "95% interval" in few


def test_the_caption_says_what_is_mixed() -> None:
    mixed = figure(charts.comparison(rows()), id="a", title="T", description="D")
    assert mixed.base == "Base: told in each row."
    assert mixed.municipal == "Municipalities and others" and "triangle" not in mixed.uncertainty
    alone = figure(charts.comparison(plain()[1:], without={"SE": "x"}), id="a", title="T", description="D")
    assert not alone.municipal
    assert alone.uncertainty.endswith("No number: Norway, Sweden, Finland and Iceland.")


@pytest.mark.parametrize("width", [340, 680, 880, 1240])
def test_text_stands_inside_the_picture_and_apart(width: int) -> None:
    spec = charts.comparison(rows()).draw(width).to_dict(validate=True)
    picture = draw_chart(spec)
    stand_inside_and_apart(picture, width)
    assert len(re.findall(r'aria-label="[^"]{5,}" role="graphics-symbol"', picture)) == len(rows())


def test_a_slide_shows_the_picture_made_for_it() -> None:
    drawing = charts.comparison(rows())
    shown = figure(drawing, id="a", title="T", description="D")
    pictures = {size: draw_chart(picture) for size, picture in shown.pictures.items()}
    assert f'viewBox="0 0 {drawing.slide_width()} ' in poster(shown.model_copy(update={"pictures": pictures}), SLIDE)


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        pytest.param(lambda: charts.comparison(rows()[:3]), "Denmark has no row, and `dansk-erhverv-2024/", id="forgotten"),
        pytest.param(lambda: charts.comparison(rows(), without={"DK": "No."}), "`without` names DK, which", id="has a row"),
        pytest.param(lambda: charts.comparison(rows(), without={"XX": "No."}), "`without` names XX; the countries", id="unknown"),
        pytest.param(lambda: charts.comparison(rows(), ["one"]), "1 labels for 8 rows", id="labels"),
        pytest.param(lambda: charts.comparison(plain()[:1] * 2, without={"DK": "x"}), "two rows look alike", id="alike"),
        pytest.param(lambda: charts.comparison(plain(), ["x", " "]), "has an empty label", id="empty"),
        pytest.param(lambda: charts.comparison(()), "a comparison needs rows", id="no rows"),
        pytest.param(lambda: charts.comparison([f"{DK}/use"]), "takes what `observations(…)` gives", id="ids"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused(draw: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        draw()


def test_groups_of_one_question_stand_under_each_answer() -> None:
    groups = [("Municipalities", "only"), ("State bodies", "none")]
    answers = [
        row(f"{DK}/strategy/{name}", label=f"{label}: {group}", group=group, municipal=municipal)
        for name, label in (("has", "Has one"), ("planned", "Plans one"))
        for group, municipal in groups
    ]
    texts = [text for text in written(charts.dots(answers)) if "%" not in text]
    assert texts == ["Has one", "Municipalities", "State bodies", "Plans one", "Municipalities", "State bodies"]


def test_a_bar_of_more_answers_than_colours_says_that_they_begin_anew() -> None:
    names = [f"{DK}/management-competence/{name}" for name in ("high", "some", "not-at-all")]
    scale = [row(name, label=f"{part} of {name}", value=10) for name in names for part in ("One", "Another", "A third")]
    drawing = charts.divided_bars(scale)
    assert drawing.remark.startswith("Colours begin anew after 5 answers")
    assert not charts.divided_bars(scale[:3]).remark
    assert len(drawing.draw(340).to_dict()["layer"][0]["data"]["values"]) == 10
