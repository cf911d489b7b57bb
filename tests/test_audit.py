"""The audit finds planted errors, accuses no clean publication, and computes what an independent computation does."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from nordic_ai.analysis import audit
from nordic_ai.analysis.audit import VERDICTS, Finding
from nordic_ai.analysis.audit.answers import impossible_share, misprint_share
from nordic_ai.analysis.report import Report
from nordic_ai.analysis.statistics import difference_reach, largest_margin
from nordic_ai.evidence.loading import Evidence, read_evidence
from nordic_ai.evidence.model import Source
from nordic_ai.evidence.strict_yaml import read_yaml
from nordic_ai.evidence.vocabularies import Choices, Country

DE17, DE24, GOV, HT = "dansk-erhverv-2017", "dansk-erhverv-2024", "governo-2025", "hoeje-taastrup-2025"
Record = dict[str, Any]
SEEDS = 40


# Synthetic publications ------------------------------------------------------------------------------------------


def half_up(value: Fraction, decimals: int) -> Fraction:
    return Fraction(math.floor(value * 10**decimals + Fraction(1, 2)), 10**decimals)


def half_even(value: Fraction, decimals: int) -> Fraction:
    return Fraction(round(value * 10**decimals), 10**decimals)


def cut(value: Fraction, decimals: int) -> Fraction:
    return Fraction(math.floor(abs(value) * 10**decimals), 10**decimals) * (-1 if value < 0 else 1)


ROUNDINGS = {"half up": half_up, "half to even": half_even, "cut off": cut}


def printed(value: Fraction | int, decimals: int = 0, **more: object) -> Record:
    """Print a number as a Danish publication would."""
    text = f"{float(value):.{decimals}f}"
    return {"value": float(text), "as_printed": text.replace(".", ","), "at": "1"} | more


UNKNOWN: Record = {"missing": "Not printed."}


class Maker:
    """Draws a publication: people first, then what is printed of them."""

    def __init__(self, seed: int, rounding: str = "half up", n: int | None = None, weighted: bool = False) -> None:
        self.random = random.Random(seed)
        self.round = ROUNDINGS[rounding]
        self.decimals = self.random.choice([0, 0, 1])
        self.weighted = weighted
        self.groups = [(asked, self.random.randint(1, asked)) for asked in self._sizes(n)]
        if n is not None:
            self.groups = [(asked, n // 3 + (index < n % 3)) for index, (asked, _) in enumerate(self.groups)]
        self.n = sum(answered for _, answered in self.groups)
        self.record = self._record()

    def _sizes(self, n: int | None) -> list[int]:
        least = 5 if n is None else n // 3 + 1
        return [self.random.randint(least, least + self.random.choice([30, 200])) for _ in range(3)]

    def _record(self) -> Record:
        asked = sum(size for size, _ in self.groups)
        margin = Fraction(98 * 1000, math.isqrt(self.n * 10**6))
        return {
            "id": "synthetic",
            "title": {"original": "Prøve", "english": "Sample"},
            "publisher": "Nobody",
            "kind": "report",
            "subject": "artificial intelligence",
            "language": "da",
            "country": "DK",
            "published": {"period": "2024"},
            "reuse": {"missing": "Not told."},
            "text": {"file": "none.txt", "sha256": sha256(b"none").hexdigest()},
            "places": [{"line": 1, "title": "Page"}],
            "surveys": [self._survey(asked, margin)],
            "questions": [self._question(f"q{index}", choice) for index, choice in enumerate(CHOICES)],
            "figures": self._figures(),
            "relations": self._relations,
        }

    def _survey(self, asked: int, margin: Fraction) -> Record:
        def rate(answered: int, size: int) -> Record:
            return printed(self.round(Fraction(100 * answered, size), self.decimals), self.decimals)

        told = {"missing": "Not told."}
        return {
            "id": "survey",
            "title": "Survey",
            **{name: told for name in ("population", "respondent_role", "field_period", "mode", "weighting")},
            "answers_for": "the organisation",
            "whole_frame_asked": None,
            "frame": UNKNOWN,
            "invited": printed(asked),
            "respondents": printed(self.n),
            "response_rate": rate(self.n, asked),
            "margin_of_error": printed(self.round(margin, 1), 1),
            "largest_weight": printed(Fraction(self.random.randint(100, 300), 100), 2) if self.weighted else None,
            "weighted": self.weighted,
            "groups": [
                {
                    "id": f"g{index}",
                    "label": f"Group {index}",
                    "invited": printed(size),
                    "respondents": printed(answered),
                    "response_rate": rate(answered, size),
                }
                for index, (size, answered) in enumerate(self.groups)
            ],
        }

    def _question(self, name: str, choice: str) -> Record:
        size = self.random.randint(3, 6)
        if choice == "single":
            cuts = sorted(self.random.randint(0, self.n) for _ in range(size - 1))
            counts = [high - low for low, high in itertools.pairwise([0, *cuts, self.n])]
        else:
            counts = [self.random.randint(0, self.n) for _ in range(size)]
        weight = Fraction(1)
        if self.weighted:
            # People count for more or less than one each, so that no share is a number of people divided by all.
            counts = [count * Fraction(self.random.randint(500, 1500), 1000) for count in counts]
            weight = Fraction(self.n) / sum(counts) if choice == "single" else Fraction(1, 2)
        shares = [self.round(100 * count * weight / self.n, self.decimals) for count in counts]
        answers = [
            {"id": f"a{index}", "label": f"Answer {index}"} | printed(share, self.decimals)
            for index, share in enumerate(shares)
        ]
        top = max(answers, key=lambda answer: answer["value"])
        top["also"] = [{"id": "again"} | {k: top[k] for k in ("value", "as_printed", "at")}]
        if top["value"] > 51:
            top["also"].append(
                {
                    "id": "majority",
                    "value": 50,
                    "as_printed": "flertal",
                    "at": "1",
                    "precision": "bound",
                    "direction": "above",
                }
            )
        self._relations = [
            *getattr(self, "_relations", []),
            {"id": f"top-{name}", "kind": "largest", "record": f"{name}/{top['id']}", "text": "Largest.", "at": "1"},
        ]
        return {
            "id": name,
            "survey": "survey",
            "theme": "strategy",
            "indicator": "any",
            "english": "What?",
            "wording": "printed",
            "choice": choice,
            "base": {"who": "All", "n": printed(self.n)},
            "answers": answers,
        }

    def _figures(self) -> list[Record]:
        years = [str(year) for year in range(2025, 2029)]
        posts = [Fraction(self.random.randint(10, 90), 10) for _ in years]
        cost = self.random.randint(300, 900)
        saving = [-half_up(cost * number, 0) for number in posts]
        outlay = [Fraction(self.random.randint(0, 3000)) for _ in years]

        def figure(name: str, unit: str, values: list[Fraction], decimals: int = 0) -> Record:
            rows = [{"id": y, "period": y} | printed(v, decimals) for y, v in zip(years, values, strict=True)]
            return {"id": name, "label": name.capitalize(), "unit": unit, "values": rows}

        figures = [
            figure("saving", "thousand DKK", saving),
            figure("outlay", "thousand DKK", outlay),
            figure("net", "thousand DKK", [a + b for a, b in zip(saving, outlay, strict=True)]),
            figure("posts", "full-time equivalents", [-number for number in posts], 1),
        ]
        for row in figures[0]["values"]:
            decimals = self.random.choice([1, 2, 3])
            millions = self.round(-Fraction(row["value"]) / 1000, decimals)
            row["also"] = [
                {"id": "prose", "label": "Amount saved", "unit": "million DKK"} | printed(millions, decimals)
            ]
        whole = self.random.randint(200, 3000)
        part = self.random.randint(20, whole)
        share = self.round(Fraction(100 * part, whole), 0)
        for name, unit, value in (("part", "count", part), ("whole", "count", whole), ("ratio", "percent", share)):
            figures.append({"id": name, "label": name, "unit": unit, "values": [{"id": "all"} | printed(value)]})
        at = {"text": "Told.", "at": "1"}
        self._relations += [
            {"id": "net", "kind": "sum", "record": "net", "of": ["saving", "outlay"]} | at,
            {"id": "posts", "kind": "per unit", "record": "saving", "of": ["posts"]} | at,
            {"id": "ratio", "kind": "share", "record": "part/all", "of": ["ratio/all", "whole/all"]} | at,
        ]
        return figures


KNOWN = Choices(languages=["da"], publication_kinds={"report": []})
CHOICES = ("single", "single", "multiple")


def findings_of(record: Record) -> list[Finding]:
    """Validate a synthetic record as a file would be, and audit it."""
    source = Source.model_validate(record)
    evidence = Evidence(Path(), {source.id: source}, {}, {"DK": Country(name="Denmark")}, KNOWN, {})
    return list(Report(evidence).findings)


def contradicted(record: Record) -> set[str]:
    return {f.id.partition("/")[2] for f in findings_of(record) if f.verdict == "contradicted"}


CLEAN = [
    pytest.param(rounding, weighted, id=f"{rounding}, {'weighted' if weighted else 'unweighted'}")
    for rounding in ROUNDINGS
    for weighted in (False, True)
]


@pytest.mark.parametrize(("rounding", "weighted"), CLEAN)
def test_no_clean_publication_is_accused(rounding: str, weighted: bool, capsys: pytest.CaptureFixture[str]) -> None:
    accused, total, verdicts = [], 0, set()
    for seed in range(SEEDS):
        found = findings_of(Maker(seed, rounding, weighted=weighted).record)
        accused += [(seed, f.id, f.sentence) for f in found if f.verdict == "contradicted"]
        verdicts |= {f.verdict for f in found}
        total += len(found)
    with capsys.disabled():
        print(
            f"\naudit: {len(accused)} of {total} findings accuse {SEEDS} clean publications ({rounding}, {weighted=})"
        )
    assert accused == []
    assert {"consistent", "cannot be checked"} <= verdicts


# Planted errors --------------------------------------------------------------------------------------------------


def reachable(n: int, decimals: int) -> set[Fraction]:
    """Give every percentage that some head count rounds to, by trying all of them and both ways of rounding a half."""
    values = [Fraction(100 * count, n) for count in range(n + 1)]
    return {half_up(value, decimals) for value in values} | {-half_up(-value, decimals) for value in values}


def counts_of(share: Fraction, n: int, decimals: int, rounding: str) -> list[int]:
    """Give the head counts behind a share, by trying all of them."""
    step = Fraction(1, 10**decimals)
    fits = (lambda v: 0 <= v - share < step) if rounding == "cut off" else (lambda v: abs(v - share) <= step / 2)
    return [count for count in range(n + 1) if fits(Fraction(100 * count, n))]


def shares_of(maker: Maker) -> list[Fraction]:
    return [Fraction(str(answer["value"])) for q in maker.record["questions"] for answer in q["answers"]]


def may_be_cut(maker: Maker) -> bool:
    survey = maker.record["surveys"][0]
    for part in (survey, *survey["groups"]):
        names = ("response_rate", "respondents", "invited")
        rate, answered, asked = (Fraction(str(part[name]["value"])) for name in names)
        if not 0 <= 100 * answered / asked - rate < Fraction(1, 10**maker.decimals):
            return False
    return all(counts_of(share, maker.n, maker.decimals, "cut off") for share in shares_of(maker))


def change(number: Record, delta: Fraction | int, decimals: int = 0) -> None:
    """Misprint a number."""
    number.update(printed(Fraction(str(number["value"])) + delta, decimals, at=number["at"]))


def wrong_rate(maker: Maker) -> str:
    change(maker.record["surveys"][0]["response_rate"], maker.random.choice([2, 3, 5, 9]), maker.decimals)
    return "response-rate/survey"


def wrong_group_rate(maker: Maker) -> str:
    rate = maker.record["surveys"][0]["groups"][1]["response_rate"]
    change(rate, maker.random.choice([2, 4, 7]) * (-1 if rate["value"] > 50 else 1), maker.decimals)
    return "response-rate/survey/g1"


def wrong_margin(maker: Maker) -> str:
    delta = Fraction(maker.random.choice([-15, -10, -5, 5, 10, 25]), 10)
    change(maker.record["surveys"][0]["margin_of_error"], delta, 1)
    return "margin-of-error/survey"


def wrong_weight(maker: Maker) -> str:
    weight = Fraction(maker.random.randint(20, 95), 100)
    maker.record["surveys"][0]["largest_weight"] = printed(weight, 2)
    return "largest-weight/survey"


def wrong_group_sum(maker: Maker) -> str:
    largest = max(maker.record["surveys"][0]["groups"], key=lambda group: group["respondents"]["value"])
    change(largest["respondents"], -1)
    return "group-sum/survey/respondents"


def wrong_sum(maker: Maker) -> str:
    # More than rounding, or cutting off, hides among so many answers.
    answers = maker.record["questions"][0]["answers"]
    largest = max(answers, key=lambda answer: answer["value"])
    change(largest, -min(3 * len(answers) // 2 + maker.random.randint(1, 5), int(largest["value"])), maker.decimals)
    return "adding-up/q0"


def wrong_total(maker: Maker) -> str:
    change(maker.record["figures"][2]["values"][1], maker.random.choice([-1, 1]) * maker.random.randint(3, 300))
    return "sum/net/2026"


def wrong_running_total(maker: Maker) -> str:
    wrong_total(maker)
    change(maker.record["figures"][2]["values"][0], 50)
    return "running-total/net"


def wrong_restatement(maker: Maker) -> str:
    restated = next(a for a in maker.record["questions"][2]["answers"] if "also" in a)
    change(restated["also"][0], -1, maker.decimals)
    return f"repeated/q2/{restated['id']}/again"


def wrong_money(maker: Maker) -> str:
    change(maker.record["figures"][0]["values"][0]["also"][0], Fraction(2, 10), 3)
    return "repeated/saving/2025/prose"


def wrong_largest(maker: Maker) -> str:
    ranked = sorted(maker.record["questions"][2]["answers"], key=lambda answer: answer["value"])
    if ranked[0]["value"] == 0:
        change(ranked[0], 0, maker.decimals)
    change(ranked[-1], max(0, ranked[0]["value"] + 3 - ranked[-1]["value"]), maker.decimals)
    claim = next(r for r in maker.record["relations"] if r["id"] == "top-q2")
    claim["record"] = f"q2/{ranked[0]['id']}"
    return "largest/top-q2"


def wrong_majority(maker: Maker) -> str:
    answer = maker.record["questions"][2]["answers"][0]
    answer.update(printed(Fraction(maker.random.randint(1, 48)), maker.decimals))
    answer["also"] = [
        {"id": "majority", "value": 50, "as_printed": "flertal", "at": "1", "precision": "bound", "direction": "above"}
    ]
    return "majority/q2/a0"


def wrong_cost(maker: Maker) -> str:
    posts = maker.record["figures"][3]["values"][2]
    posts.update(printed(Fraction(str(posts["value"])) * 2, 1))
    return "per-unit/posts"


def wrong_share(maker: Maker) -> str:
    change(maker.record["figures"][6]["values"][0], 3 if maker.record["figures"][6]["values"][0]["value"] < 50 else -3)
    return "share/ratio"


PLANTS = [value for name, value in list(globals().items()) if name.startswith("wrong_")]


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.__name__)
def test_every_planted_error_is_found(plant: Callable[[Maker], str], capsys: pytest.CaptureFixture[str]) -> None:
    """These errors are larger than rounding, so all of them must be found."""
    missed = []
    for seed in range(SEEDS):
        maker = Maker(seed)
        name = plant(maker)
        if name not in contradicted(maker.record):
            missed.append((seed, name, [f for f in findings_of(maker.record) if f.id.endswith(f"/{name}")]))
    with capsys.disabled():
        print(f"\naudit: {SEEDS - len(missed)} of {SEEDS} planted errors found ({plant.__name__})")
    assert missed == []


def test_shares_are_found_as_often_as_the_computed_power_says(capsys: pytest.CaptureFixture[str]) -> None:
    """A share put down at random is found where no head count gives it, and only there."""
    planted = found = 0
    expected = variance = 0.0
    for seed in range(200):
        n = random.Random(seed).randint(12, 99)
        maker = Maker(seed, n=n)
        maker.decimals = 0
        maker.record = maker._record()
        share = Fraction(maker.random.randint(0, 100))
        answer = maker.record["questions"][2]["answers"][0]
        answer.update(printed(share), also=[])
        maker.record["relations"] = []
        told = "head-count/q2" in contradicted(maker.record)
        assert told == (share not in reachable(n, 0) and not may_be_cut(maker)), (seed, n, share)
        planted, found = planted + 1, found + told
        power = impossible_share(n) / 100
        expected, variance = expected + power, variance + power * (1 - power)
    with capsys.disabled():
        print(f"\naudit: {found} of {planted} shares put down at random found impossible; expected {expected:.0f}")
    assert abs(found - expected) < 4 * math.sqrt(variance)


def test_sums_are_told_exactly_where_no_head_counts_explain_them(capsys: pytest.CaptureFixture[str]) -> None:
    """A misprint of a point or two may hide in rounding; trying all head counts says where it does."""
    planted = found = 0
    for seed in range(200):
        maker = Maker(seed, n=random.Random(seed).randint(12, 300))
        answers = maker.record["questions"][1]["answers"]
        answer = maker.random.choice([a for a in answers if a["value"] >= 3])
        change(answer, -maker.random.choice([1, 2]), maker.decimals)
        answer["also"] = []
        ways = ["half up", "cut off"] if may_be_cut(maker) else ["half up"]
        sums = {way: {0} for way in ways}
        for way, one in itertools.product(ways, answers):
            counts = counts_of(Fraction(str(one["value"])), maker.n, maker.decimals, way)
            sums[way] = {a + b for a in sums[way] for b in counts}
        # A share that no head count gives is another finding; its sum is then judged by percentages.
        if sums["half up"]:
            told = "adding-up/q1" in contradicted(maker.record)
            assert told == all(maker.n not in sums[way] for way in ways), (seed, maker.n)
            planted, found = planted + 1, found + told
    with capsys.disabled():
        print(f"\naudit: {found} of {planted} small misprints found in sums; the others fit some head counts")
    assert 0 < found < planted


def test_power_is_that_of_trying_every_percentage() -> None:
    for n, decimals in itertools.product((1, 7, 40, 58, 99, 100, 101), (0, 1)):
        steps = 100 * 10**decimals
        tried = [counts_of(Fraction(step, 10**decimals), n, decimals, "half up") for step in range(steps + 1)]
        assert math.isclose(impossible_share(n, decimals), 100 * tried.count([]) / (steps + 1)), (n, decimals)
    assert impossible_share(250, 1) > 0 and impossible_share(1000, 1) == 0


@pytest.mark.parametrize(("n", "points"), [(7, 1), (58, 1), (58, 5), (99, 2), (224, 3)])
def test_the_power_against_misprints_is_that_of_trying_all_of_them(n: int, points: int) -> None:
    possible = reachable(n, 0)
    tried = [share + off for share in possible for off in (points, -points) if 0 <= share + off <= 100]
    missed = sum(bool(counts_of(share, n, 0, "half up")) for share in tried)
    assert math.isclose(misprint_share(n, points), 100 * (1 - missed / len(tried)))


@pytest.mark.parametrize(("n", "margin"), [(100, 9.8), (400, 4.9), (1000, 3.1), (1067, 3.0), (2401, 2.0)])
def test_margins_are_those_of_textbooks(n: int, margin: float) -> None:
    """Sample sizes for a share of one half at 95 % confidence, as tables of survey textbooks give them."""
    assert round(largest_margin(n), 1) == margin
    assert math.isclose(largest_margin(n, 5000), largest_margin(n) * math.sqrt((5000 - n) / 4999))


# What accuses nobody, and what breaks nothing ------------------------------------------------------------------------


def with_impossible_share() -> Maker:
    """Make a publication in which no head count of 58 gives one of the shares."""
    maker = Maker(1, n=58)
    maker.decimals = 0
    maker.record = maker._record()
    maker.record["questions"][2]["answers"][0].update(printed(18), also=[])
    maker.record["relations"] = []
    assert 18 not in reachable(58, 0) and "head-count/q2" in contradicted(maker.record)
    return maker


def finding_of(record: Record, name: str) -> Finding:
    return next(finding for finding in findings_of(record) if finding.id == f"synthetic/{name}")


def no_base(record: Record) -> None:
    record["questions"][2]["base"] = {"who": "All"}


def weights(record: Record) -> None:
    record["surveys"][0]["weighted"] = True


def a_part_as_base(record: Record) -> None:
    record["questions"][2]["base"]["n"] = {"missing": "Not printed."}


def approximate_shares(record: Record) -> None:
    for answer in record["questions"][2]["answers"]:
        answer.update(precision="about", also=[])


@pytest.mark.parametrize(
    ("change_record", "reason"),
    [
        (no_base, "tells no number of answers with this question"),
        (weights, "The answers are weighted"),
        (a_part_as_base, "The number of answers is not told"),
        (approximate_shares, "told in words or approximately"),
    ],
)
def test_an_impossible_share_is_no_contradiction_where_its_base_is_in_doubt(
    change_record: Callable[[Record], None], reason: str
) -> None:
    record = with_impossible_share().record
    change_record(record)
    found = [f for f in findings_of(record) if f.id in ("synthetic/head-count/q2", "synthetic/head-count/survey")]
    assert {finding.verdict for finding in found} == {"cannot be checked"}
    assert any(reason in finding.sentence for finding in found)


def test_what_ranges_leave_is_a_range() -> None:
    record = Maker(1).record
    ends = [{"value": 40.0, "to": 50.0, "as_printed": "40–50 %"}, {"value": 20.0, "to": 30.0, "as_printed": "20–30 %"}]
    record["questions"][0]["answers"] = [
        {"id": f"a{index}", "label": f"Answer {index}", "precision": "range", "at": "1"} | end
        for index, end in enumerate(ends)
    ]
    del record["relations"]
    assert "leave about 20% to 40% for all other answers" in finding_of(record, "adding-up/q0").sentence


def test_weights_that_are_not_told_are_named_as_a_possible_reason() -> None:
    record = with_impossible_share().record
    record["surveys"][0]["weighted"] = None
    finding = finding_of(record, "head-count/q2")
    assert finding.verdict == "contradicted" and "Weighting could explain it" in finding.sentence


def told_otherwise(value: int, parts: tuple[int, ...]) -> Finding:
    """Tell a share again in words that leave open which of several it is."""
    record = Maker(3, n=90).record
    record["relations"] = []
    answers = record["questions"][2]["answers"]
    for answer, share in zip(answers, (value, *parts), strict=False):
        answer.update(printed(share), also=[])
    names = [f"q2/{answer['id']}" for answer in answers]
    relation = {"id": "same", "kind": "other words", "text": "Told as one thing.", "at": "1"}
    record["relations"] = [relation | {"record": names[0], "of": names[1 : len(parts) + 1]}]
    return finding_of(record, "other-words/same")


@pytest.mark.parametrize(
    ("value", "parts", "verdict", "words"),
    [
        (38, (38,), "cannot be checked", "The numbers agree and the words do not"),
        (38, (41,), "contradicted", "38% is not 41%"),
        (40, (40, 12), "cannot be checked", "40% fits 40%, not 12%"),
        (50, (40, 12), "cannot be checked", "neither 40% nor 12%. It can be right if it counts whoever is in either"),
        (70, (40, 12), "contradicted", "nor can it count whoever is in any of them"),
        (20, (40, 12), "contradicted", "20% is neither 40% nor 12%"),
    ],
)
def test_one_thing_in_other_words(value: int, parts: tuple[int, ...], verdict: str, words: str) -> None:
    finding = told_otherwise(value, parts)
    assert finding.verdict == verdict and words in finding.sentence


@pytest.mark.parametrize(
    ("then", "points", "verdict", "words"),
    [
        ({}, 20, "consistent", "50% minus 30% is 20 percentage points, which is what is printed"),
        ({}, 21, "within rounding", "20 percentage points. The printed 21 percentage points fits"),
        ({}, 22, "contradicted", "20 percentage points, and 22 percentage points is printed"),
        ({"precision": "bound", "direction": "below"}, 20, "within rounding", "50% minus less than 30%"),
        ({"precision": "bound", "direction": "below"}, 19, "contradicted", "50% minus less than 30%"),
    ],
)
def test_a_difference_is_taken_from_what_the_numbers_can_stand_for(
    then: Record, points: int, verdict: str, words: str
) -> None:
    record = Maker(3, n=90).record
    for answer, share in zip(record["questions"][2]["answers"], (50, 30), strict=False):
        answer.update(printed(share), also=[])
    record["questions"][2]["answers"][1].update(then)
    values = [{"id": "points"} | printed(points)]
    record["figures"] = [{"id": "rise", "label": "Rise", "unit": "percentage points", "values": values}]
    relation = {"id": "rise", "kind": "difference", "record": "rise/points", "text": "Told.", "at": "1"}
    record["relations"] = [relation | {"of": ["q2/a0", "q2/a1"]}]
    finding = finding_of(record, "difference/rise")
    assert finding.verdict == verdict and words in finding.sentence


@pytest.mark.parametrize(("share", "verdict"), [(76.8, "within rounding"), (74, "contradicted")])
def test_so_many_of_ten_fits_whatever_is_rounded_to_it(share: float, verdict: str) -> None:
    record = Maker(3, n=90).record
    record["relations"] = []
    again = {"id": "tenths", "value": 80, "as_printed": "otte ud af ti", "precision": "about", "at": "1"}
    record["questions"][2]["answers"][0].update(printed(Fraction(str(share)), 1), also=[again])
    assert finding_of(record, "repeated/q2/a0/tenths").verdict == verdict


@pytest.mark.parametrize(("count", "verdict"), [(45, "consistent"), (47, "contradicted")])
def test_a_share_and_a_number_told_of_one_answer(count: int, verdict: str) -> None:
    record = Maker(3, n=90).record
    record["relations"] = []
    again = {"id": "heads", "unit": "count"} | printed(count)
    record["questions"][2]["answers"][0].update(printed(50), also=[again])
    finding = finding_of(record, "repeated/q2/a0/heads")
    assert finding.verdict == verdict and f"{count} of 90 is" in finding.sentence


@pytest.mark.parametrize(
    ("share", "direction", "verdict", "words"),
    [
        (80, "below", "within rounding", "fits the printed 80% only if that was rounded up"),
        (80, "above", "within rounding", "fits the printed 80% only if that was rounded down"),
        (79, "below", "consistent", "“80”, read as less than 80%, fits 79%"),
        (81, "below", "contradicted", "does not fit 81%"),
    ],
)
def test_a_limit_that_is_the_printed_share_itself_fits_only_by_rounding(
    share: int, direction: str, verdict: str, words: str
) -> None:
    record = Maker(3, n=90).record
    record["relations"] = []
    limit = {"id": "nearly", "precision": "bound", "direction": direction} | printed(80)
    record["questions"][2]["answers"][0].update(printed(share), also=[limit])
    finding = finding_of(record, "repeated/q2/a0/nearly")
    assert finding.verdict == verdict and words in finding.sentence


@pytest.mark.parametrize(("choice", "warned"), [("single", True), ("scale", True), ("battery", False)])
def test_an_order_that_may_be_chance_is_told_only_of_answers_to_one_question(choice: str, warned: bool) -> None:
    record = Maker(3, n=224).record
    question = record["questions"][2]
    question.update(choice=choice)
    shares = [28, 25, 24, 23]
    question["answers"] = [{"id": f"a{i}", "label": f"Answer {i}"} | printed(share) for i, share in enumerate(shares)]
    record["relations"] = [{"id": "top", "kind": "largest", "record": "q2/a0", "text": "Largest.", "at": "1"}]
    finding = finding_of(record, "largest/top")
    assert finding.verdict == "consistent" and ("up to 9.5 percentage points" in finding.sentence) == warned


@pytest.mark.parametrize(("p", "q", "n"), [(28, 25, 12), (60, 10, 9), (5, 1, 15)])
def test_the_reach_of_chance_between_two_answers_is_that_of_trying_all_outcomes(p: int, q: int, n: int) -> None:
    """The standard deviation of the difference, from the probability of every outcome of a sample of n."""
    rest, mean, square = 100 - p - q, 0.0, 0.0
    for a, b in itertools.product(range(n + 1), repeat=2):
        if a + b <= n:
            ways = math.comb(n, a) * math.comb(n - a, b)
            chance = ways * (p / 100) ** a * (q / 100) ** b * (rest / 100) ** (n - a - b)
            mean, square = mean + chance * (a - b) / n, square + chance * ((a - b) / n) ** 2
    assert math.isclose(difference_reach(p, q, n), 100 * 1.959963984540054 * math.sqrt(square - mean**2))


def test_what_does_not_apply_to_a_question_yields_no_finding() -> None:
    record = Maker(2, n=58).record
    record["questions"][0]["choice"] = "battery"
    record["surveys"][0]["margin_of_error"] = UNKNOWN
    names = {finding.id.partition("/")[2] for finding in findings_of(record)}
    assert "adding-up/q1" in names and not names & {"adding-up/q0", "adding-up/q2", "margin-of-error/survey"}


def test_a_number_of_nobody_elsewhere_gives_no_other_rate() -> None:
    record = Maker(4).record
    survey = record["surveys"][0]
    survey["response_rate"].update(printed(1))
    survey["invited"]["also"] = [{"id": "none"} | printed(0), {"id": "many"} | printed(4 * survey["invited"]["value"])]
    sentence = finding_of(record, "response-rate/survey").sentence
    assert sentence.count("printed elsewhere it is") == 1


def test_every_sentence_in_the_audits_file_of_texts_is_used() -> None:
    file = Path(audit.__file__).with_name("checks.yml")
    # Some sentences are included in others.
    code = "".join(module.read_text("utf-8") for module in [file, *file.parent.glob("*.py")])
    texts = read_yaml(file).data["checks"]
    names = {name for check in texts.values() for name in check if f'{name}"' not in code}
    # Some sentences are named by the verdict that they give.
    by_verdict = {name for name in names for verdict in VERDICTS if name.removesuffix(verdict) + '{verdict}"' in code}
    assert names - by_verdict == set()


def test_no_record_that_loads_breaks_the_audit() -> None:
    """Numbers that are missing, nothing, approximate or absurd end in findings and not in a traceback."""
    loaded = 0
    for seed in range(250):
        maker = Maker(seed)
        chance = maker.random

        def numbers(item: object) -> list[Record]:
            if isinstance(item, list):
                return [number for one in item for number in numbers(one)]
            if not isinstance(item, dict):
                return []
            return [item] * ("value" in item) + [number for one in item.values() for number in numbers(one)]

        for number in chance.sample(numbers(maker.record), 4):
            kind = chance.choice(["nothing", "missing", "about", "above", "below", "large", "fine"])
            if kind == "missing" and "also" not in number and "unit" not in number:
                for name in ("value", "as_printed", "precision", "direction"):
                    number.pop(name, None)
                number["missing"] = "Not printed."
            elif kind in ("above", "below"):
                number.update(precision="bound", direction=kind)
            elif kind == "about":
                number.update(precision="about") if "direction" not in number else None
            elif kind in ("nothing", "large", "fine") and "missing" not in number:
                value, decimals = {"nothing": (0, 0), "large": (99, 0), "fine": (Fraction(1, 7), 6)}[kind]
                number.update(printed(value, decimals))
        try:
            Source.model_validate(maker.record)
        except ValueError:
            continue
        loaded += 1
        assert all(finding.sentence for finding in findings_of(maker.record))
    assert loaded > 80


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (59, "Its 95% interval, 50.0% to 66.3%, reaches down to one half or less"),
        (62, "lies above one half only if all 98 in the frame were asked"),
        (64, "lies above one half."),
    ],
)
def test_a_majority_is_called_sure_only_where_it_is(project: Path, share: int, words: str) -> None:
    """34 of 58 who were all asked out of 98 may be exactly half of them; 36 may not, unless not all were asked."""
    file = project / "data" / "sources" / "dansk-erhverv-2024.yml"
    text = file.read_text(encoding="utf-8")
    old = 'value: 59\n        as_printed: "59 pct."'
    assert old in text
    file.write_text(text.replace(old, old.replace("59", str(share))), encoding="utf-8")
    findings = {finding.id: finding for finding in Report(read_evidence(project)).findings}
    assert words in findings["dansk-erhverv-2024/majority/strategy/planned"].sentence
