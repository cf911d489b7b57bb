"""Head counts, intervals and bounds agree with published examples and with independent computations."""

from __future__ import annotations

import math
import subprocess
import sys
from fractions import Fraction
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.stats import hypergeom
from statsmodels.stats.proportion import proportion_confint

from nordic_ai.analysis.observations import COUNTED, Observation
from nordic_ai.analysis.report import Report
from nordic_ai.analysis.statistics import (
    Interval,
    difference_interval,
    effective_n,
    exact_interval,
    hard_bounds,
    implied_counts,
    round_outwards,
    share_interval,
    wilson_interval,
)
from nordic_ai.analysis.wording import why_no_interval
from nordic_ai.evidence.errors import EvidenceError
from nordic_ai.evidence.loading import Evidence, read_evidence

Z = 1.959963984540054


def wilson(share: float, size: float) -> tuple[float, float]:
    """Solve Wilson's quadratic equation for the ends: an implementation that shares nothing with the library."""
    p = share / 100
    a, b, c = size + Z**2, -(2 * size * p + Z**2), size * p**2
    root = math.sqrt(max(0.0, b**2 - 4 * a * c))
    return 100 * (-b - root) / (2 * a), 100 * (-b + root) / (2 * a)


def newcombe(first: float, first_size: float, second: float, second_size: float) -> tuple[float, float]:
    """Join two Wilson intervals by squares, as in Newcombe's method 10."""
    (low_1, high_1), (low_2, high_2) = wilson(first, first_size), wilson(second, second_size)
    difference = second - first
    return difference - math.hypot(second - low_2, high_1 - first), difference + math.hypot(
        high_2 - second, first - low_1
    )


def exact(count: int, n: int, frame: int) -> tuple[float, float]:
    """Try every number of units in the frame, in whole numbers: an implementation that shares nothing with the library."""

    def chance(yes: int, counts: range) -> Fraction:
        ways = sum(math.comb(yes, k) * math.comb(frame - yes, n - k) for k in counts)
        return Fraction(ways, math.comb(frame, n))

    kept = [
        yes
        for yes in range(frame + 1)
        if chance(yes, range(count, n + 1)) > Fraction(1, 40) and chance(yes, range(count + 1)) > Fraction(1, 40)
    ]
    return 100 * kept[0] / frame, 100 * kept[-1] / frame


class TestShares:
    """Wilson's interval, and the exact one where all of a known frame was asked."""

    @pytest.mark.parametrize(
        ("count", "n", "low", "high"),
        [(81, 263, 25.53, 36.62), (15, 148, 6.24, 16.05), (0, 20, 0.00, 16.11), (1, 29, 0.61, 17.18)],
    )
    def test_wilson_as_printed_by_newcombe(self, count: int, n: int, low: float, high: float) -> None:
        """Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3."""
        interval = share_interval(100 * count / n, n, decimals=8)
        assert (round(interval.low, 2), round(interval.high, 2)) == (low, high)

    @given(n=st.integers(1, 500), share=st.floats(0, 100))
    def test_the_interval_solves_wilsons_equation(self, n: int, share: float) -> None:
        interval = wilson_interval(share, n)
        assert (interval.low, interval.high) == pytest.approx(wilson(share, n), abs=1e-4)
        assert interval.low <= share <= interval.high

    @given(frame=st.integers(1, 120), data=st.data())
    def test_the_exact_interval_keeps_all_that_is_not_too_unlikely(self, frame: int, data: st.DataObject) -> None:
        n = data.draw(st.integers(1, frame))
        count = data.draw(st.integers(0, n))
        interval = exact_interval(count, count, n, frame)
        assert (interval.low, interval.high) == exact(count, n, frame)
        # What the answers prove is never doubted, and the rest has the mirrored interval.
        low, high = hard_bounds(count, count, n, frame)
        assert low <= interval.low <= 100 * count / n <= interval.high <= high
        rest = exact_interval(n - count, n - count, n, frame)
        assert (rest.low, rest.high) == pytest.approx((100 - interval.high, 100 - interval.low))

    @pytest.mark.parametrize("yes", [0, 1, 3, 15, 49, 90, 98])
    def test_the_exact_interval_holds_the_truth_at_least_as_often_as_it_promises(self, yes: int) -> None:
        chances = [Fraction(math.comb(yes, k) * math.comb(98 - yes, 58 - k), math.comb(98, 58)) for k in range(59)]
        intervals = [exact_interval(k, k, 58, 98) for k in range(59)]
        right = sum(c for c, one in zip(chances, intervals, strict=True) if one.low <= 100 * yes / 98 <= one.high)
        assert right >= Fraction(95, 100)

    def test_the_exact_interval_of_several_head_counts_holds_that_of_each(self) -> None:
        together = share_interval(38, 224, 400)
        counts = implied_counts(38, 224)
        each = [exact_interval(count, count, 224, 400) for count in counts]
        assert len(counts) == 3
        assert (together.low, together.high) == (each[0].low, each[-1].high)
        assert together.method == "exact hypergeometric 95%, frame 400"

    def test_the_correction_is_that_of_sampling_without_replacement(self) -> None:
        """All samples of 4 out of 9, of which 3 say yes: the variance of their shares, counted out."""
        total = math.comb(9, 4)
        weights = {k: Fraction(math.comb(3, k) * math.comb(6, 4 - k), total) for k in range(4)}
        mean = sum(w * Fraction(k, 4) for k, w in weights.items())
        variance = sum(w * (Fraction(k, 4) - mean) ** 2 for k, w in weights.items())
        assert mean == Fraction(1, 3)
        assert effective_n(4, 9) == pytest.approx(float(mean * (1 - mean) / variance))

    def test_everybody_answered_leaves_no_doubt(self) -> None:
        assert math.isinf(effective_n(98, 98))
        interval = share_interval(50, 98, 98)
        assert interval.low == interval.high == 50

    def test_more_answers_than_the_frame_are_refused(self) -> None:
        with pytest.raises(ValueError, match="99 answers cannot come from a frame of 98"):
            effective_n(99, 98)
        with pytest.raises(ValueError, match="9 to 9 of 99 answers cannot come from a frame of 98"):
            exact_interval(9, 9, 99, 98)
        with pytest.raises(ValueError, match="no head count of 58 answers gives 18 per cent"):
            share_interval(18, 58, 98)

    @given(n=st.integers(1, 300), share=st.integers(0, 100))
    def test_answers_make_an_interval_narrower_and_the_rest_has_its_mirror_image(self, n: int, share: int) -> None:
        # Many decimals, so that the share itself is used and not a head count.
        one, more, other = (
            share_interval(share, n, None, 9),
            wilson_interval(share, n + 1),
            wilson_interval(100 - share, n),
        )
        assert 0 <= one.low <= share <= one.high <= 100
        assert more.high - more.low < one.high - one.low
        assert (one.low, one.high) == pytest.approx((100 - other.high, 100 - other.low), abs=1e-9)

    def test_the_only_head_count_stands_in_for_the_rounded_share(self) -> None:
        assert share_interval(16, 58) == share_interval(100 * 9 / 58, 58, decimals=8)
        assert share_interval(16, 58).low != pytest.approx(wilson(16, 58)[0], abs=0.1)


def difference(first: float, first_size: float, second: float, second_size: float) -> Interval:
    """Give the interval of the difference between two shares of very many."""
    return difference_interval(first, wilson_interval(first, first_size), second, wilson_interval(second, second_size))


class TestDifferences:
    """Newcombe's interval."""

    @pytest.mark.parametrize(
        ("one", "other", "low", "high"),
        [
            ((56, 70), (48, 80), 0.0524, 0.3339),
            ((9, 10), (3, 10), 0.1705, 0.8090),
            ((6, 7), (2, 7), 0.0582, 0.8062),
            ((5, 56), (0, 29), -0.0381, 0.1926),
        ],
    )
    def test_newcombe_as_printed(self, one: tuple[int, int], other: tuple[int, int], low: float, high: float) -> None:
        """Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10."""
        (k1, n1), (k2, n2) = one, other
        interval = difference(100 * k2 / n2, n2, 100 * k1 / n1, n1)
        assert (round(interval.low / 100, 4), round(interval.high / 100, 4)) == (low, high)

    @given(
        first=st.floats(0, 100), second=st.floats(0, 100), first_size=st.floats(1, 5000), second_size=st.floats(1, 5000)
    )
    def test_it_joins_the_two_wilson_intervals(
        self, first: float, second: float, first_size: float, second_size: float
    ) -> None:
        interval = difference(first, first_size, second, second_size)
        expected = newcombe(first, first_size, second, second_size)
        assert (interval.low, interval.high) == pytest.approx(expected, abs=1e-4)
        turned = difference(second, second_size, first, first_size)
        assert (interval.low, interval.high) == pytest.approx((-turned.high, -turned.low), abs=1e-9)

    def test_full_counts_leave_no_doubt(self) -> None:
        first, second = (share_interval(share, 50, 50) for share in (40, 50))
        both = difference_interval(40, first, 50, second)
        assert (both.low, both.high) == (10, 10)
        one = difference_interval(40, first, 50, wilson_interval(50, 100))
        assert (one.low, one.high) == pytest.approx([end - 40 for end in wilson(50, 100)], abs=1e-5)

    @given(share=st.floats(0, 100), size=st.floats(1, 5000), other_size=st.floats(1, 5000), place=st.floats(0, 1))
    def test_a_share_inside_the_others_interval_is_never_beyond_chance(
        self, share: float, size: float, other_size: float, place: float
    ) -> None:
        """What is said of a share with an unknown number of answers holds whatever that number is."""
        low, high = wilson(share, size)
        other = min(100.0, max(0.0, low + place * (high - low)))
        interval = difference(other, other_size, share, size)
        assert interval.low <= 1e-6 and interval.high >= -1e-6

    def test_the_interval_covers_what_it_promises(self) -> None:
        """Count out every pair of samples from two small frames: the intervals made of exact ones err on the safe side."""
        frame, yes = (98, 98), (30, 45)
        n = (58, 61)
        chances = [
            [math.comb(k, x) * math.comb(frame[i] - k, n[i] - x) / math.comb(frame[i], n[i]) for x in range(n[i] + 1)]
            for i, k in enumerate(yes)
        ]
        truth = 100 * (yes[1] / frame[1] - yes[0] / frame[0])

        @cache
        def one(wave: int, count: int) -> Interval:
            return exact_interval(count, count, n[wave], frame[wave])

        coverage = 0.0
        for (x, first), (y, second) in product(enumerate(chances[0]), enumerate(chances[1])):
            if first * second > 1e-7:
                interval = difference_interval(100 * x / n[0], one(0, x), 100 * y / n[1], one(1, y))
                coverage += first * second * (interval.low <= truth <= interval.high)
        assert 0.95 < coverage < 0.99


class TestCountsAndBounds:
    """What follows from a rounded share by arithmetic alone."""

    @given(n=st.integers(1, 400), decimals=st.integers(0, 2), data=st.data())
    def test_the_counts_are_those_that_round_to_the_share(self, n: int, decimals: int, data: st.DataObject) -> None:
        share = Fraction(data.draw(st.integers(0, 100 * 10**decimals)), 10**decimals)
        half = Fraction(1, 2 * 10**decimals)
        reached = [k for k in range(n + 1) if abs(Fraction(100 * k, n) - share) <= half]
        assert implied_counts(float(share), n, decimals) == reached

    def test_a_share_that_no_count_gives_has_none(self) -> None:
        assert implied_counts(17, 58) == [10]
        assert implied_counts(18, 58) == []

    @given(asked=st.integers(1, 12), data=st.data())
    @example(asked=1, data=None)
    def test_the_bounds_are_the_worst_of_all_that_could_be(self, asked: int, data: st.DataObject | None) -> None:
        """Fill in every possible answer of those who gave none, for every count that rounding allows."""
        n = data.draw(st.integers(1, asked)) if data else 1
        fewest = data.draw(st.integers(0, n)) if data else 0
        most = data.draw(st.integers(fewest, n)) if data else 1
        possible = [
            Fraction(100 * (count + others), asked) for count in (fewest, most) for others in range(asked - n + 1)
        ]
        low, high = hard_bounds(fewest, most, n, asked)
        assert (low, high) == pytest.approx((float(min(possible)), float(max(possible))))
        assert low <= 100 * fewest / n + 1e-9 and 100 * most / n <= high + 1e-9
        mirrored = hard_bounds(n - most, n - fewest, n, asked)
        assert mirrored == pytest.approx((100 - high, 100 - low))

    @given(low=st.floats(0, 100), high=st.floats(0, 100), decimals=st.integers(0, 4))
    def test_bounds_are_rounded_so_that_they_still_hold(self, low: float, high: float, decimals: int) -> None:
        least, most = round_outwards(low, high, decimals)
        assert low - 10**-decimals < least <= low + 1e-8 and high - 1e-8 <= most < high + 10**-decimals
        assert round_outwards(least, most, decimals) == (least, most)

    @pytest.mark.parametrize(
        ("fewest", "most", "n", "asked"), [(2, 1, 3, 4), (1, 4, 3, 4), (-1, 1, 3, 4), (1, 1, 5, 4)]
    )
    def test_counts_that_cannot_be_are_refused(self, fewest: int, most: int, n: int, asked: int) -> None:
        with pytest.raises(ValueError, match="cannot come from"):
            hard_bounds(fewest, most, n, asked)


class TestRecords:
    """Where the records carry statistics, and why not elsewhere."""

    def test_every_share_has_an_interval_or_a_reason(self, observations: dict[str, Observation]) -> None:
        shares = [o for o in observations.values() if o.unit == "percent"]
        assert len(shares) > 60
        for observation in shares:
            assert (observation.ci_low is None) == (observation.ci_high is None)
            assert (observation.ci_low is None) == (observation.no_interval_because is not None)
            assert (observation.ci_low is None) == (observation.ci_method is None)
        for observation in observations.values():
            assert (why_no_interval(observation) is None) == (observation.ci_low is not None)
        assert why_no_interval(observations["ks-2024/mapped-examples/total"]) == "it is not told as a share of answers"

    def test_nothing_approximate_bounded_weighted_or_without_n_carries_statistics(
        self, observations: dict[str, Observation], evidence: Evidence
    ) -> None:
        weighted = {
            f"{source.id}/{survey.id}"
            for source in evidence.sources.values()
            for survey in source.surveys
            if survey.weighted
        }
        assert "dansk-erhverv-2017/survey-2017" in weighted
        computed = [o for o in observations.values() if o.ci_low is not None or o.implied_count_low is not None]
        assert len(computed) > 25
        for observation in computed:
            assert (observation.kind, observation.unit, observation.precision) == ("answer", "percent", "exact")
            assert observation.base_n is not None and observation.survey_id not in weighted
            assert observation.ci_low <= observation.value <= observation.ci_high
            assert observation.implied_count_low <= observation.implied_count_high
            unique = observation.implied_count_low == observation.implied_count_high
            assert observation.implied_count == (observation.implied_count_low if unique else None)

    def test_every_observation_is_counted_once(self, report: Report) -> None:
        counts = report.counts
        assert sum(counts[kind] for kind in COUNTED) == counts["observations"] == len(report.observations)
        assert counts["numbers"] == counts["observations"] - counts["gaps"] - counts["mentions"] == len(report.numbers)
        assert counts["results"] == len(report.results)
        assert all(one.kind != "method" and one.subject == "artificial intelligence" for one in report.results)

    def test_known_statistics(self, observations: dict[str, Observation]) -> None:
        has = observations["dansk-erhverv-2024/strategy/has"]
        assert has.implied_count == 9
        assert (has.ci_low, has.ci_high) == (100 * 10 / 98, 100 * 22 / 98)  # n = 58 of 98 municipalities
        assert (has.bound_of, has.bound_n) == ("frame", 98)
        assert (round(has.bound_low, 2), round(has.bound_high, 2)) == (9.18, 50.0)  # 9 and 9 + 40 of 98
        sweden = observations["governo-2025/strategy-2024/has"]
        assert sweden.implied_count is None
        assert (sweden.implied_count_low, sweden.implied_count_high) == (84, 86)
        assert (round(sweden.ci_low, 1), round(sweden.ci_high, 1)) == (31.9, 44.5)
        assert (sweden.bound_of, sweden.bound_n) == ("invited", 574)
        assert (round(sweden.bound_low, 2), round(sweden.bound_high, 2)) == (14.63, 75.96)  # 84 and 86 + 350 of 574
        assert observations["governo-2025/strategy-2018/has"].no_interval_because == "the number of answers is unknown"

    @pytest.mark.parametrize(
        ("old", "new", "name", "reason"),
        [
            ('value: 16\n        as_printed: "16 pct."', 'value: 18\n        as_printed: "18 pct."', "strategy/has", "no whole number out of 58 answers gives this share"),
            ("weighting:\n", "weighted: true\n    weighting:\n", "strategy/has", "the answers are weighted"),
            ('value: 16\n        as_printed: "16 pct."', 'value: 16\n        as_printed: "16 pct."\n        precision: about', "strategy/has", "only in words or approximately"),
            ('58 kommunaldirektører"', '58 kommunaldirektører"\n      precision: about', "use/uses", "the number of answers is unknown"),
        ],
    )  # fmt: skip
    def test_a_share_without_interval_says_why(self, project: Path, old: str, new: str, name: str, reason: str) -> None:
        self.edit(project, old, new)
        observation = Report(read_evidence(project)).observations[f"dansk-erhverv-2024/{name}"]
        assert reason in observation.no_interval_because
        statistics = (
            "ci_low",
            "ci_method",
            "implied_count",
            "implied_count_low",
            "bound_low",
            "bound_of",
            "frame_size",
        )
        assert [getattr(observation, field) for field in statistics] == [None] * len(statistics)

    def test_a_part_of_the_respondents_is_not_set_against_the_whole_frame(self, project: Path) -> None:
        """How many in the frame belong to the part is unknown, so neither correction nor bounds may use the frame."""
        self.edit(
            project,
            'value: 58\n        as_printed: "n = 58"\n        at: 30',
            'value: 50\n        as_printed: "n = 50"\n        at: 30',
        )
        observations = Report(read_evidence(project)).observations
        part, whole = (observations[f"dansk-erhverv-2024/{name}"] for name in ("strategy/has", "use/uses"))
        assert (part.base_n, part.frame_size, part.bound_n) == (50, None, None)
        assert part.ci_method == "Wilson 95%, weighting not told"
        assert (whole.base_n, whole.frame_size, whole.bound_n) == (58, 98, 98)

    def test_without_the_whole_frame_the_bounds_are_of_those_invited(self, project: Path) -> None:
        self.edit(project, "whole_frame_asked: true\n    whole_frame_read: true", "whole_frame_asked: false")
        self.edit(
            project,
            "invited:\n      missing: The article read here does not say how many were asked, only that the country's chief executives were.",
            'invited: {value: 80, as_printed: "80", at: 9}',
        )
        has = Report(read_evidence(project)).observations["dansk-erhverv-2024/strategy/has"]
        assert (has.frame_size, has.bound_of, has.bound_n) == (None, "invited", 80)
        assert (has.bound_low, has.bound_high) == (100 * 9 / 80, 100 * 31 / 80)

    def test_an_interval_that_rests_on_our_reading_of_who_was_asked_says_so(self, project: Path) -> None:
        name = "dansk-erhverv-2024/strategy/has"
        read = Report(read_evidence(project)).observations[name]
        assert (read.frame_size, read.frame_read) == (98, True)
        assert read.ci_method.startswith("exact hypergeometric 95%, frame 98, read as all asked")
        self.edit(project, "    whole_frame_read: true\n", "")
        stated = Report(read_evidence(project)).observations[name]
        assert (stated.frame_size, stated.frame_read, stated.ci_low) == (98, False, read.ci_low)
        assert "read as" not in stated.ci_method
        self.edit(project, "whole_frame_asked: true", "whole_frame_asked: null\n    whole_frame_read: true")
        with pytest.raises(EvidenceError, match="goes with `whole_frame_asked: true`, and only with it"):
            read_evidence(project)

    @staticmethod
    def edit(project: Path, old: str, new: str) -> None:
        file = project / "data" / "sources" / "dansk-erhverv-2024.yml"
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_intervals_are_those_of_the_libraries() -> None:
    for n, share in product((1, 2, 7, 58, 224, 1021), range(101)):
        ours, (low, high) = wilson_interval(share, n), proportion_confint(share * n / 100, n, method="wilson")
        assert (ours.low, ours.high) == pytest.approx((100 * low, 100 * high), abs=1e-9)
    for frame, n in ((1, 1), (9, 4), (98, 58), (98, 98), (357, 30)):
        for count in range(n + 1):
            ours, yes = exact_interval(count, count, n, frame), np.arange(frame + 1)
            likely = (hypergeom.sf(count - 1, frame, yes, n) > 0.025) & (hypergeom.cdf(count, frame, yes, n) > 0.025)
            ends = 100 * yes[likely][[0, -1]] / frame
            assert (ours.low, ours.high) == pytest.approx(tuple(ends))


def test_all_is_computed_without_the_libraries_that_are_slow_to_import(root: Path) -> None:
    code = (
        "import sys; from nordic_ai.analysis.report import load_report; load_report().complete(); "
        "sys.exit({'pandas', 'scipy', 'statsmodels'} & set(sys.modules) != set())"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0
