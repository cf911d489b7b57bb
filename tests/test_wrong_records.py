"""What cannot be right is refused in a record and a chapter, and a chart says of a number what the record says of it."""

from __future__ import annotations

import re
import shutil
from copy import copy
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from building import ROOT, add_pages, build, change, checked_book, command, small_book, told_of

from nordic_ai import charts, figure, observations

SOURCE = "data/sources/dansk-erhverv-2024.yml"
CORRECTIONS = "data/corrections.yml"
PUBLISHED = "  period: 2024-02\n  as_printed: februar 2024\n  at: 29"
ASKED = "    field_period:\n      period: 2024-02\n      as_printed: februar 2024"
CHECKSUM = "ee5f371be9f15c7d81f445018f1d4739d9d0600edec3109dbc4a3858fd10daf2"
SHARE = 'value: 19\n        as_printed: "19 pct."'


def published(period: str, printed: str) -> tuple[str, str, str]:
    return SOURCE, PUBLISHED, f"  period: {period}\n  as_printed: {printed}\n  at: 29"


def asked(period: str, printed: str) -> tuple[str, str, str]:
    return SOURCE, ASKED, f"    field_period:\n      period: {period}\n      as_printed: {printed}"


def share(value: int, printed: str) -> tuple[str, str, str]:
    return SOURCE, SHARE, f"value: {value}\n        as_printed: {printed}"


def corrected(when: str) -> tuple[str, str, str]:
    entry = (
        "- record: dansk-erhverv-2024/use/uses\n  field: value\n  from: 97\n  to: 79\n  why: Digits changed places.\n"
    )
    return CORRECTIONS, "\n[]\n", f"\n{entry}  when: {when}\n  expect: 79\n"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checked_book(tmp_path_factory.mktemp("records") / "project")


@pytest.mark.parametrize(
    ("wrong", "path", "told"),
    [
        pytest.param(published("2099-02", "februar 2099"), "published", "future|not yet|2099", id="published in the future"),
        pytest.param(published("2099-02-03", "3. februar 2099"), "published", "future|not yet|2099", id="on a day to come"),
        pytest.param(asked("2024-05", "maj 2024"), "field_period", "publi", id="asked after publication"),
        pytest.param(asked('"2025"', '"2025"'), "field_period", "publi", id="asked in a later year"),
        pytest.param((SOURCE, CHECKSUM, f'"{"0" * 64}"'), "sha256", "checksum|digest|file", id="checksum of zeros"),
        pytest.param((SOURCE, CHECKSUM, "f" * 64), "sha256", "checksum|digest|file", id="checksum of one letter"),
        pytest.param(share(2, '"2,000"'), "as_printed", "2000|thousand", id="thousands read as decimals"),
        pytest.param(share(3, '"3,000 svar"'), "as_printed", "3000|thousand", id="thousands with a word"),
        pytest.param(share(20, "Hver femte"), "precision", "exact|about|bound", id="fraction in words"),
        pytest.param(share(20, "En femtedel"), "precision", "exact|about|bound", id="part in words"),
        pytest.param(share(19, "cirka 19 pct."), "precision", "exact|about|bound", id="about"),
        pytest.param(share(19, "mere end 19 pct."), "precision", "exact|about|bound", id="more than"),
        pytest.param(corrected("1999-11-30"), "when", "publi|before|early|1999", id="corrected before there was a report"),
        pytest.param(corrected("2024-01-30"), "when", "publi|before|early|2024", id="corrected before the publication"),
        pytest.param(corrected("2099-11-30"), "when", "future|not yet|2099", id="corrected in the future"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_line_and_path(
    book: Path, wrong: tuple[str, str, str], path: str, told: str
) -> None:
    name, old, new = wrong
    before = (book / name).read_text(encoding="utf-8")
    change(book / name, old, new)
    try:
        result = command(book, "audit")
    finally:
        (book / name).write_text(before, encoding="utf-8")
    assert result.returncode == 1
    # The path may be that of the field or of what it belongs to; the message may name the field as well.
    found = re.findall(rf"{re.escape(name)}:\d+: (.*)", result.stderr)
    assert found and any(path in line and re.search(told, line) for line in found), result.stderr


@pytest.mark.parametrize(("value", "printed"), [(2, '"2,0 pct."'), (2, '"2,00"'), (19, '"19 pct. af de 58"')])
def test_what_can_be_stays_allowed(book: Path, value: int, printed: str) -> None:
    before = (book / SOURCE).read_text(encoding="utf-8")
    change(book / SOURCE, *share(value, printed)[1:])
    try:
        assert command(book, "audit").returncode == 0
    finally:
        (book / SOURCE).write_text(before, encoding="utf-8")


def test_an_untouched_template_is_no_chapter(book: Path, tmp_path: Path) -> None:
    project = shutil.copytree(book, tmp_path / "project")
    assert command(project, "new_chapter", "leadership").returncode == 0
    told = told_of(command(project, "check").stderr, "leadership.md")
    for words in ("to be written", "Say here in one sentence", "in your own words"):
        line = (project / "chapters" / "leadership.md").read_text("utf-8").partition(words)[0].count("\n") + 1
        assert re.search(rf"leadership\.md:{line}: .*(template|write|written)", told), (words, told)


USE = ("dansk-erhverv-2024/use/uses", "dansk-erhverv-2024/use/wants-to")
WAVES = ("governo-2025/strategy-2018/has", "governo-2025/strategy-2024/has")


@pytest.mark.parametrize(
    "draw",
    [
        pytest.param(lambda: charts.dots(observations(*USE), ["Uses AI", "Uses AI"]), id="dots"),
        pytest.param(lambda: charts.dots(observations(*USE), ["Uses AI", "uses  AI "]), id="dots that look alike"),
        pytest.param(lambda: charts.dots(observations(*USE), ["Uses AI", ""]), id="no label"),
        pytest.param(
            lambda: charts.divided_bars(observations("dansk-erhverv-2024/use", "dansk-erhverv-2024/strategy"), ["Uses AI"] * 2),
            id="bars",
        ),
        pytest.param(lambda: charts.panels([("Use", observations(*USE), ["Uses AI", "Uses AI"])]), id="panels"),
        pytest.param(
            lambda: charts.slopes(observations(WAVES[0]), observations(WAVES[1]), ["Strategy"], ("2024", "2024")),
            id="waves",
        ),
    ],
)  # fmt: skip
def test_two_things_under_one_label_are_refused(draw: object) -> None:
    with pytest.raises(ValueError, match="label|name|wave"):
        figure(draw(), id="same", title="A finding", description="A picture.")._repr_mimebundle_()


@pytest.mark.parametrize("part", [("Use", observations(USE[0])), ("Use", observations(USE[0]), None)], ids=len)
def test_labels_that_are_left_out_are_those_of_the_record_or_asked_for(part: tuple) -> None:
    try:
        drawn = figure(charts.panels([part]), id="use", title="A finding", description="A picture.")
        assert "Uses AI today" in drawn._repr_mimebundle_()["image/svg+xml"]
    except ValueError as error:
        assert "label" in str(error)


FIGURES = """
from nordic_ai import charts, figure, observations

figure({}, id="{}", title="A finding", description="A picture.")
"""
DRAWN = {
    "bound": 'charts.dots(observations("dansk-erhverv-2024/strategy/planned/majority-introduction"), ["Plans"])',
    "exact": 'charts.dots(observations("governo-2025/strategy-2018/has"), ["Has"])',
    "amounts": 'charts.amounts(observations("hoeje-taastrup-2025/efficiency"))',
    "mixed": 'charts.panels([("Use", observations("dansk-erhverv-2024/use/uses"), ["Uses AI"]), '
    '("Gains", observations("dansk-erhverv-2017/gains-harvested/almost-all"), ["Harvested"])])',
    "unmixed": 'charts.panels([("Use", observations("dansk-erhverv-2024/use/uses"), ["Uses AI"])])',
}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Tag]:
    """Build a chapter with figures of all publications, in one of which a saving is only known to be larger than so."""
    project = small_book(tmp_path_factory.mktemp("drawn") / "project", "# Short\n")
    shutil.rmtree(project / "data")
    shutil.copytree(ROOT / "data", project / "data")
    bound = 'value: -275\n        as_printed: "over -275"\n        precision: bound\n        direction: below'
    change(project / "data" / "sources" / "hoeje-taastrup-2025.yml", 'value: -275\n        as_printed: "-275"', bound)
    cells = "\n".join(f"```{{code-cell}} ipython3{FIGURES.format(code, name)}```\n" for name, code in DRAWN.items())
    add_pages(project, {"chapters/drawn": f"# Drawn\n\n{cells}"})
    assert (result := build(project)).returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]
    text = (project / "_build" / "html" / "chapters" / "drawn.html").read_text(encoding="utf-8")
    page = BeautifulSoup(text, "html5lib")
    return {name: page.select_one(f"#figure-{name}") for name in DRAWN}


def look_of_the_mark(shown: Tag, label: str) -> list[dict[str, str]]:
    """Give what the mark of a label looks like, wherever it stands."""
    marks = [mark for mark in shown.select("svg [aria-label]") if mark["aria-label"].startswith(label)]
    apart = {"aria-label", "transform", "tabindex", "role", "aria-roledescription"}
    return [{name: value for name, value in mark.attrs.items() if name not in apart} for mark in marks]


def test_a_bound_is_drawn_otherwise_than_a_value_without_interval(drawn: dict[str, Tag]) -> None:
    bound, exact = look_of_the_mark(drawn["bound"], "Plans"), look_of_the_mark(drawn["exact"], "Has")
    assert bound and exact and bound != exact


def test_an_amount_that_is_a_bound_is_written_as_one(drawn: dict[str, Tag]) -> None:
    """In the picture that everybody sees, and not only in what a screen reader says."""
    for picture in drawn["amounts"].select("svg"):
        written = [text.get_text(" ") for text in picture.select("text")]
        assert "−550" in written
        assert "−275" not in written and [text for text in written if re.search(r"(less|under|below|<).*275", text)]


def test_panels_that_mix_subjects_say_so(drawn: dict[str, Tag]) -> None:
    """Where everybody reads it: in the picture or under it, not in what has to be opened."""
    said = {}
    for name in ("mixed", "unmixed"):
        shown = copy(drawn[name])
        for folded in shown.select("details"):
            folded.decompose()
        said[name] = shown.get_text(" ")
    assert "digitalisation" in said["mixed"] and "digitalisation" not in said["unmixed"]
