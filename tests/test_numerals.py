"""Printed numbers are read in every language: values, ranges, and what makes one inexact."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest
from building import change

from nordic_ai.evidence.errors import EvidenceError
from nordic_ai.evidence.loading import read_evidence
from nordic_ai.evidence.numerals import find_numerals, find_ranges, printed_decimals, why_not_exact
from nordic_ai.evidence.rules import _as_printed
from nordic_ai.evidence.values import period_bounds

# For each language: printed words, and the values that the numbers in them may be read as.
READ = {
    "da": [
        ("0,275 mio. Kr.", [[0.275]]),
        ("-0,5", [[-0.5]]),
        ("\u2212550 og \u2013275", [[-550], [-275]]),
        ("1.000 kr.", [[1000]]),
        ("2,000", [[2, 2000]]),
        ("2025 150", [[2025], [150]]),
        ("14.08.2017", [[14]]),
        ("+/- 5 pct.", [[5]]),
        ("2025-2028", [[2025], [2028]]),
        ("n=326", [[326]]),
        ("to tredjedele", [[67]]),
        ("hver anden, hver femte", [[50], [5, 20]]),
        ("femogtyve ud af tohundrede", [[25], [200]]),
        ("6 tusind, tre tusind", [[6, 6000], [3000]]),
        ("én ud af fem, en ny", [[1, 20], [5]]),
        ("½ stilling, 2½, 1/3", [[0.5, 50], [2.5], [1, 33], [3]]),
    ],
    "nb": [
        ("Rundt en tredjedel", [[33]]),
        ("sju av ti", [[7, 70], [10]]),
        ("åtte av de fjorten", [[8, 57], [14]]),
        ("tre kommuner av 10", [[3, 30], [10]]),
        ("12 prosent av 58", [[12], [58]]),
        ("annenhver, tjuefem, halvparten", [[50], [25], [50]]),
    ],
    "nn": [("tre firedelar", [[75]]), ("kvar tredje, annakvar", [[3, 33], [50]]), ("sju av dei ti", [[7, 70], [10]])],
    "sv": [
        ("Sex insikter, sa ni", [[6]]),
        ("1 234 svar, 3\u2009146 och 3\u202f146", [[1234], [3146], [3146]]),
        ("3.4 och 12'345", [[3.4], [12345]]),
        ("två tredjedelar, varannan", [[67], [50]]),
        ("tre av fyra, tjugofem, ett tiotal", [[3, 75], [4], [25], [10]]),
    ],
    "fi": [
        ("1\u00a0234\u202f567,5", [[1234567.5]]),
        ("joka kolmas, joka kymmenes", [[3, 33], [10]]),
        ("joka neljännellä, joka toisella", [[4, 25], [50]]),
        ("neljännekselle, kolmanneksella, viidennes", [[25], [33], [20]]),
        ("kolme kuntaa kymmenestä", [[3, 30], [10]]),
        ("kolme kymmenestä, 3 kuntaa 10:stä", [[3, 30], [10], [3, 30], [10]]),
        ("neljällä prosentilla", [[4]]),
        ("kaksi kolmasosaa, kolmea neljäsosaa", [[67], [75]]),
        ("kaksikymmentäviisi, kahdeksantoista", [[25], [18]]),
        ("lähes puolet", [[50]]),
    ],
    "is": [
        ("um helmingur, þriðjungi", [[50], [33]]),
        ("þriðji hver, annað hvert", [[3, 33], [50]]),
        ("sjö af hverjum tíu", [[7, 70], [10]]),
        ("tveir þriðju, tuttugu og fimm", [[67], [25]]),
        ("tæplega 6.000", [[6000]]),
    ],
    "en": [
        ("2,000 and 3.5", [[2000], [3.5]]),
        ("2.000 or 1,234.5", [[2, 2000], [1234.5]]),
        ("three in ten", [[3, 30], [10]]),
        ("one in five of one kind", [[1, 20], [5]]),
        ("two-thirds, twenty-five, a quarter", [[67], [25], [25]]),
        ("seven out of every eight", [[7, 87.5], [8]]),
        ("three hundred, two thousand", [[300], [2000]]),
    ],
    "et": [("2,5 või kolm", [[2.5]])],
}


@pytest.mark.parametrize(
    ("language", "text", "values"), [(code, *case) for code, cases in READ.items() for case in cases]
)
def test_numbers_are_read_in_every_language(language: str, text: str, values: list[list[float]]) -> None:
    assert [found for _, found in find_numerals(text, language)] == values


# For each language: printed words, the value in them, the words that make it inexact, and on which side the truth lies.
DOUBTED = {
    "da": [
        ("ca. 19 pct.", 19, "ca.", None),
        ("ca.19 pct.", 19, "ca.", None),
        ("op mod 19 pct.", 19, "op mod", "below"),
        ("19 pct. eller mere", 19, "pct. eller mere", "above"),
        (">19 %", 19, ">", "above"),
        ("300+ svar", 300, "+", "above"),
        ("ikke mere end 300", 300, "ikke mere end", "below"),
        ("over kr. 300", 300, "over kr.", "above"),
        ("mere end hver femte", 20, "mere end hver", "above"),
        ("et 30-tal kommuner", 30, "-tal", None),
        ("de fleste", 50, "fleste", "above"),
    ],
    "nb": [
        ("Om lag 19 prosent", 19, "Om lag", None),
        ("over 70 prosent", 70, "over", "above"),
        ("sju av ti", 70, "sju av ti", None),
        ("nesten sju av ti", 7, "nesten", "below"),
    ],
    "nn": [("meir enn 19 prosent", 19, "meir enn", "above"), ("snautt 19 prosent", 19, "snautt", "below")],
    "sv": [
        ("drygt 19 %", 19, "drygt", "above"),
        ("knappt 22,5", 22.5, "knappt", "below"),
        ("c:a 19 %", 19, "c:a", None),
        ("hundratals", 100, "hundratals", None),
    ],
    "fi": [
        ("noin 19 %", 19, "noin", None),
        ("n. 19 %", 19, "n.", None),
        ("runsaat 40 prosenttia", 40, "runsaat", "above"),
        ("lähes 30 prosenttia", 30, "lähes", "below"),
        ("reilulla kolmanneksella", 33, "reilulla", "above"),
        ("yli joka kolmas", 33, "yli joka", "above"),
        ("joka kymmenes", 10, "kymmenes", None),
        ("30 prosenttia tai enemmän", 30, "prosenttia tai enemmän", "above"),
    ],
    "is": [
        ("að minnsta kosti 19%", 19, "að minnsta kosti", "above"),
        ("tæplega 6.000", 6000, "tæplega", "below"),
        ("Um 80%", 80, "Um", None),
        ("u.þ.b. 80%", 80, "u.þ.b.", None),
    ],
    "en": [
        ("nearly 6,000", 6000, "nearly", "below"),
        ("well over a third", 33, "well over a", "above"),
        ("just under 22.5", 22.5, "just under", "below"),
        ("60 or so", 60, "or so", None),
        ("no fewer than 60", 60, "no fewer than", "above"),
        ("77–79 %", 77, "77–79", "above"),
    ],
}
EXACT = [
    ("Hver femte, 20 pct.", 20, "da"),
    ("19 pct. over hele landet", 19, "da"),
    ("65 år eller over: 19 pct.", 19, "da"),
    ("mere end 58 svarede, 19 pct. ja", 19, "da"),
    ("nummer fem", 5, "da"),
    ("halv stilling", 0.5, "da"),
    ("n = 326", 326, "fi"),
    ("åtte av de fjorten", 8, "nb"),
    ("2025-02-28", 2, "da"),
    ("neljällä prosentilla", 4, "fi"),
]


@pytest.mark.parametrize(
    ("language", "text", "value", "words", "direction"),
    [(code, *case) for code, cases in DOUBTED.items() for case in cases],
)
def test_words_around_a_number_say_why_it_is_not_exact(
    language: str, text: str, value: float, words: str, direction: str | None
) -> None:
    assert why_not_exact(text, value, language) == (words, direction)


@pytest.mark.parametrize(("text", "value", "language"), EXACT)
def test_other_words_leave_a_number_exact(text: str, value: float, language: str) -> None:
    assert why_not_exact(text, value, language) is None


@pytest.mark.parametrize("dash", "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212")
@pytest.mark.parametrize("space", ["", " ", "\u00a0", "\u2009", "\u202f", "\u2060"])
def test_a_range_is_found_whatever_the_typesetter_used(dash: str, space: str) -> None:
    for text in (f"77{space}{dash}{space}79 %", f"77 %{space}{dash}{space}79 %"):
        assert [(one.low, one.high) for one in find_ranges(text, "fi")] == [(77, 79)], text


@pytest.mark.parametrize(
    ("text", "language", "ends"),
    [
        ("33-50 procent", "da", [(33, 50)]),
        ("mellem 17 og 28 pct.", "da", [(17, 28)]),
        ("to-tre kommuner", "da", [(2, 3)]),
        ("77 –79", "nb", [(77, 79)]),
        ("mellom 55,4 og 60,1 prosent", "nb", [(55.4, 60.1)]),
        ("17 till 28", "sv", [(17, 28)]),
        ("17 ja 28 prosentin välillä", "fi", [(17, 28)]),
        ("á bilinu 17 til 28%", "is", [(17, 28)]),
        ("between 1,000 and 1,500", "en", [(1000, 1500)]),
        ("-5 - -3", "da", [(-5, -3)]),
        ("28–17 %", "da", []),
        ("17 og 28 pct.", "da", []),
        ("17, 28", "da", []),
        ("2025-02-28", "da", []),
        ("-550 -275", "da", []),
    ],
)
def test_ranges(text: str, language: str, ends: list[tuple[float, float]]) -> None:
    assert [(one.low, one.high) for one in find_ranges(text, language)] == ends


@pytest.mark.parametrize(
    ("text", "value", "language", "decimals"),
    [
        ("37,0", 37, "da", 1),
        ("37.0", 37, "en", 1),
        ("2.000", 2000, "da", 0),
        ("2,000", 2000, "en", 0),
        ("tre", 3, "da", 0),
    ],
)
def test_decimals_are_counted_as_the_language_prints_them(
    text: str, value: float, language: str, decimals: int
) -> None:
    assert printed_decimals(text, value, language) == decimals


class Part(NamedTuple):
    """What the rule asks of a recorded number."""

    value: float
    to: float | None = None
    precision: str = "exact"
    direction: str | None = None
    note: str | None = None


@pytest.mark.parametrize(
    ("printed", "part", "message"),
    [
        ("77–79 %", Part(77), "is a range; write `precision: range`, `value: 77` and `to: 79`"),
        ("77–79 %", Part(79), "is a range; write `precision: range`, `value: 77` and `to: 79`"),
        ("77–79 %", Part(77, precision="about"), "is a range; write `precision: range`"),
        ("rundt 77–79 %", Part(77, precision="about"), "is a range; write `precision: range`"),
        ("77–79 %", Part(77, 79, "range"), None),
        ("77–79 %", Part(77, 78, "range"), "does not contain the range 77 to 78 (it reads as 77 to 79)"),
        ("77–79 %", Part(79, 77, "range"), "does not contain the range 79 to 77"),
        ("77 og 79 pct.", Part(77, 79, "range"), "(it contains no range)"),
        ("over 70 prosent", Part(70, precision="bound", direction="above"), None),
        ("over 70 prosent", Part(70, precision="bound", direction="below"), "says “over”, so the truth lies above 70"),
        ("nesten 70 prosent", Part(70, precision="bound", direction="above"), "write `direction: below`"),
        ("over -275", Part(-275, precision="bound", direction="below"), None),
        ("sju av ti", Part(70, precision="about"), None),
        ("sju av ti", Part(70), "it says “sju av ti”"),
        ("sju av ti", Part(7), "is a share of 70 per cent in words"),
        ("6 tusen", Part(6), None),
        ("2,000", Part(2), "may be 2000"),
    ],
)
def test_a_record_agrees_with_what_is_printed(printed: str, part: Part, message: str | None) -> None:
    found = [sentence for _, sentence in _as_printed(printed, part, "percent", "nb")]
    assert message in found[0] if message else found == []


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2024-Q4", date(2024, 10, 1), date(2024, 12, 31)),
        ("2023-W22", date(2023, 5, 29), date(2023, 6, 4)),
        ("2024-02/2024-03", date(2024, 2, 1), date(2024, 3, 31)),
        ("2023-05-29/2023-06-02", date(2023, 5, 29), date(2023, 6, 2)),
        ("2024-W52/2025-Q1", date(2024, 12, 23), date(2025, 3, 31)),
    ],
)
def test_periods(period: str, first: date, last: date) -> None:
    assert period_bounds(period) == (first, last)


@pytest.mark.parametrize(
    ("period", "message"),
    [
        ("2023-W53", "there is no such week in that year"),
        ("2023-W00", "there is no such week in that year"),
        ("2024-Q5", "is not a period"),
        ("2024-03/2024-02", "must begin after the first has ended"),
        ("2024/2024-02", "must begin after the first has ended"),
        ("2024-02/", "`` is not a period"),
        ("2024-02/2024-03/2024-04", "is not a period"),
        ("2023-02-29/2023-03", "there is no such day"),
        ("autumn 2023", "write the year or the months, as in 2023-08/2023-12"),
    ],
)
def test_periods_that_cannot_be_are_refused(period: str, message: str) -> None:
    with pytest.raises(ValueError, match=".*") as error:
        period_bounds(period)
    assert message in str(error.value)


def test_a_range_recorded_as_exact_is_refused_with_line_and_path(project: Path) -> None:
    change(project / "data/sources/dansk-erhverv-2024.yml", 'as_printed: "79 pct."', 'as_printed: "79-81 pct."')
    with pytest.raises(EvidenceError) as error:
        read_evidence(project)
    (problem,) = map(str, error.value.problems)
    assert "questions[0].answers[0].precision: “79-81 pct.” says “79-81”, which is a range" in problem
