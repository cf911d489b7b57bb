"""A change has an interval where it may, and says in a sentence what follows or why it cannot be tested."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import pytest
from building import report_with
from hypothesis import assume, given
from hypothesis import strategies as st

from nordic_ai import charts, figure
from nordic_ai import observations as rows
from nordic_ai.analysis.changes import compare, more_than_chance_whatever_the_base
from nordic_ai.analysis.observations import Observation
from nordic_ai.analysis.report import Report
from nordic_ai.analysis.statistics import difference_interval, share_interval, wilson_interval
from nordic_ai.evidence.loading import Evidence
from nordic_ai.site.cards import card_lines
from nordic_ai.site.roles import Refused, write_number

THEN, NOW = "governo-2025/strategy-2018/has", "governo-2025/strategy-2024/has"
CANNOT = "Whether the difference is more than chance cannot be tested: "


def share(observation: Observation, count: int, n: int, frame: int | None = None) -> Observation:
    """Make a share that could be tested from one that cannot, as if its number of answers were known."""
    value = round(100 * count / n)
    interval = share_interval(100 * count / n, n, frame, decimals=9)
    return replace(
        observation,
        value=value,
        base_n=n,
        frame_size=frame,
        implied_count=count,
        implied_count_low=count,
        implied_count_high=count,
        ci_low=interval.low,
        ci_high=interval.high,
        ci_method=interval.method,
        no_interval_because=None,
    )


@pytest.fixture
def waves(observations: dict[str, Observation]) -> tuple[Observation, Observation]:
    return observations[THEN], observations[NOW]


class TestTested:
    """Where both numbers of answers are known."""

    def test_the_interval_is_newcombes(self, waves: tuple[Observation, Observation]) -> None:
        """Newcombe (1998), Statistics in Medicine 17, 873-890, table II: 56/70 against 48/80, method 10."""
        change = compare(share(waves[0], 48, 80), share(waves[1], 56, 70))
        assert (round(change.ci_low, 2), round(change.ci_high, 2)) == (5.24, 33.39)
        assert change.value == 20
        assert change.cannot_be_tested_because is None
        assert change.method == "Newcombe 95%, from: Wilson 95%; Wilson 95%"
        assert change.sentence == (
            "The 95% interval of the difference does not hold zero, so it is more than chance alone would explain."
        )

    def test_a_small_difference_may_be_chance(self, waves: tuple[Observation, Observation]) -> None:
        change = compare(share(waves[0], 40, 80), share(waves[1], 38, 70))
        assert change.ci_low < 0 < change.ci_high
        assert "holds zero, so chance alone may explain it" in change.sentence

    def test_a_fall_is_as_sure_as_a_rise(self, waves: tuple[Observation, Observation]) -> None:
        rise = compare(share(waves[0], 48, 80), share(waves[1], 56, 70))
        fall = compare(share(waves[0], 56, 70), share(waves[1], 48, 80))
        assert (fall.value, fall.ci_low, fall.ci_high) == pytest.approx((-20, -rise.ci_high, -rise.ci_low))
        assert fall.sentence == rise.sentence

    def test_each_side_is_corrected_for_its_own_frame(self, waves: tuple[Observation, Observation]) -> None:
        plain = compare(share(waves[0], 48, 80), share(waves[1], 56, 70))
        one = compare(share(waves[0], 48, 80), share(waves[1], 56, 70, 98))
        both = compare(share(waves[0], 48, 80, 98), share(waves[1], 56, 70, 98))
        widths = [change.ci_high - change.ci_low for change in (plain, one, both)]
        assert widths == sorted(widths, reverse=True) and len(set(widths)) == 3
        assert one.method == "Newcombe 95%, from: Wilson 95%; exact hypergeometric 95%, frame 98"

    def test_the_head_count_stands_in_for_the_rounded_share(self, waves: tuple[Observation, Observation]) -> None:
        change = compare(share(waves[0], 9, 58), share(waves[1], 29, 58))
        assert change.value == 34  # as printed: 16% and 50%
        first = 100 * 9 / 58
        expected = difference_interval(first, wilson_interval(first, 58), 50, wilson_interval(50, 58))
        assert (change.ci_low, change.ci_high) == (expected.low, expected.high)

    def test_groups_asked_at_the_same_time_have_no_order(self, waves: tuple[Observation, Observation]) -> None:
        one, other = share(waves[0], 48, 80), share(waves[1], 56, 70)
        one = replace(one, period_start=other.period_start, period_end=other.period_end)
        assert compare(one, other).value == -compare(other, one).value == 20
        unknown = replace(one, ci_low=None, ci_high=None, no_interval_because="the number of answers is unknown")
        assert compare(unknown, other).cannot_be_tested_because == (
            "for the first share, the number of answers is unknown"
        )

    def test_the_roles_give_interval_and_sentence(
        self, waves: tuple[Observation, Observation], evidence: Evidence
    ) -> None:
        pair = report_with(evidence, [share(waves[0], 48, 80), share(waves[1], 56, 70)])
        assert write_number("ev-change", f"{THEN} {NOW}", pair)[0] == "+20 percentage points"
        assert write_number("ev-change-ci", f"{THEN} {NOW}", pair)[0] == "+5.2 to +33.4 percentage points"
        assert "does not hold zero" in write_number("ev-change-note", f"{THEN} {NOW}", pair)[0]

    def test_the_card_gives_the_interval(self, waves: tuple[Observation, Observation], evidence: Evidence) -> None:
        pair = report_with(evidence, [share(waves[0], 48, 80), share(waves[1], 56, 70)])
        lines = card_lines([THEN, NOW], pair)
        assert lines[:2] == [
            "Difference of the printed shares: +20 percentage points",
            "95% interval +5.2 to +33.4 percentage points",
        ]


class TestNotTested:
    """Where an interval is impossible, the sentence says why and what is left."""

    def test_a_change_that_no_number_of_answers_lets_chance_explain(
        self, waves: tuple[Observation, Observation]
    ) -> None:
        change = compare(*waves)
        assert (change.value, change.ci_low, change.ci_high, change.method) == (33, None, None, None)
        assert change.sentence == (
            "How many answers the earlier share rests on is not told, so the difference has no interval. "
            "However many they were, chance alone would not explain it, if they were not weighted; "
            "who answered, and how the question was worded, still may."
        )

    def test_outside_the_only_interval(self, observations: dict[str, Observation]) -> None:
        change = compare(*(observations[f"governo-2025/benefits-{year}/service"] for year in (2018, 2024)))
        assert change.sentence == (
            f"{CANNOT}for the earlier share, the number of answers is unknown. "
            "The earlier share lies below the 95% interval of the later share, which points to a "
            "real difference but does not prove one, because the earlier share is uncertain as well."
        )

    def test_inside_the_only_interval(self, observations: dict[str, Observation]) -> None:
        change = compare(*(observations[f"governo-2025/benefits-{year}/work-environment"] for year in (2018, 2024)))
        assert change.sentence.endswith(
            "The earlier share lies inside the 95% interval of the later share, "
            "so chance alone may explain the difference."
        )

    def test_the_later_share_against_the_earlier_interval(self, waves: tuple[Observation, Observation]) -> None:
        unknown = replace(
            waves[1], ci_low=None, ci_high=None, base_n=None, no_interval_because="the number of answers is unknown"
        )
        sentence = compare(share(waves[0], 20, 80), unknown).sentence
        assert "for the later share, the number of answers is unknown" in sentence
        assert "The later share lies above the 95% interval of the earlier share" in sentence

    def test_two_unknown_shares_allow_nothing(self, waves: tuple[Observation, Observation]) -> None:
        why = "the answers are weighted"
        one, two = (replace(wave, ci_low=None, ci_high=None, no_interval_because=why) for wave in waves)
        assert compare(one, two).sentence == f"{CANNOT}for both shares, {why}."
        other = replace(one, no_interval_because="the number of answers is unknown")
        assert compare(other, two).sentence == (
            f"{CANNOT}for the earlier share, the number of answers is unknown; for the later share, {why}."
        )

    def test_the_card_and_the_figure_say_so(self, report: Report) -> None:
        card = card_lines([THEN, NOW], report)
        assert card[0] == "Difference of the printed shares: +33 percentage points"
        assert card[1].startswith("How many answers the earlier share rests on is not told")
        drawing = charts.changes(rows(THEN), rows(NOW), ["Has one"], ("2018", "2024"))
        caption = figure(drawing, id="a", title="T", description="D").uncertainty
        assert caption.endswith("No interval of a change: for the earlier share, the number of answers is unknown.")


def ends(p: float, answers: float) -> tuple[float, float]:
    """Give the ends of Wilson's interval, worked out here."""
    z = 1.959963984540054
    middle = (p + z**2 / (2 * answers)) / (1 + z**2 / answers)
    arm = z / (1 + z**2 / answers) * math.sqrt(p * (1 - p) / answers + z**2 / (4 * answers**2))
    return middle - arm, middle + arm


def facing_ends_meet(share: float, n: float, other: float, other_ends: tuple[float, float]) -> bool:
    """Say by Newcombe's formula whether zero lies in the difference's interval."""
    up = share < other
    reach, other_reach = ends(share, n)[up] - share, other_ends[not up] - other
    return (other - share) ** 2 <= reach**2 + other_reach**2


class TestWhateverTheBase:
    """A claim about every number of answers that a share may rest on."""

    @pytest.mark.parametrize(
        ("name", "holds"),
        [("strategy-{}/has", True), ("benefits-{}/efficiency", True), ("benefits-{}/service", False), ("benefits-{}/quality", False), ("benefits-{}/work-environment", False)],
    )  # fmt: skip
    def test_it_is_made_exactly_where_trying_them_all_bears_it_out(
        self, observations: dict[str, Observation], name: str, holds: bool
    ) -> None:
        then, now = (observations[f"governo-2025/{name.format(year)}"] for year in (2018, 2024))
        assert now.base_n == 224
        # Rounded half up and half down, so that no head count is left out.
        pairs = [(k, n) for n in range(1, 2001) for k in range(n + 1) if abs(100 * k / n - then.value) <= 0.5]
        counts = [k for k in range(225) if abs(100 * k / 224 - now.value) <= 0.5]
        assert len(pairs) > 1000 and counts
        met = any(facing_ends_meet(k / n, n, count / 224, ends(count / 224, 224)) for k, n in pairs for count in counts)
        assert holds is not met
        assert more_than_chance_whatever_the_base(then, now) is holds

    @given(value=st.integers(0, 100), count=st.integers(0, 60), n=st.integers(1, 60), frame=st.none() | st.just(98))
    def test_where_it_is_made_no_number_of_answers_lets_zero_in(
        self, observations: dict[str, Observation], value: int, count: int, n: int, frame: int | None
    ) -> None:
        assume(count <= n)
        unknown = replace(observations[THEN], value=float(value))
        known = share(observations[NOW], count, n, frame)
        own = ends(count / n, n) if frame is None else (known.ci_low / 100, known.ci_high / 100)
        tried = [(k, m) for m in range(1, 301) for k in range(m + 1) if abs(100 * k / m - value) <= 0.5]
        if more_than_chance_whatever_the_base(unknown, known):
            assert not any(facing_ends_meet(k / m, m, count / n, own) for k, m in tried)
        else:
            # Answers without end give the shares that rounding allows, the nearest one included.
            near = value + min(0.5, abs(100 * count / n - value)) * (1 if 100 * count / n > value else -1)
            endless = facing_ends_meet(near / 100, 1e12, count / n, own)
            assert endless or any(facing_ends_meet(k / m, m, count / n, own) for k, m in tried)


class TestRefused:
    """Pairs that are no change at all."""

    def test_answers_of_the_same_respondents(self, waves: tuple[Observation, Observation]) -> None:
        with pytest.raises(ValueError, match="the same respondents gave both answers"):
            compare(replace(waves[0], survey_id=waves[1].survey_id), waves[1])

    def test_waves_in_an_unknown_order(self, waves: tuple[Observation, Observation]) -> None:
        then, now = waves
        with pytest.raises(ValueError, match="it is unknown which is the earlier"):
            compare(replace(then, period_start=None, period_end=None), now)
        with pytest.raises(ValueError, match="the first id must be of the earlier wave"):
            compare(replace(then, period_end=date(2024, 10, 1)), now)

    @pytest.mark.parametrize("precision", ["about", "bound"])
    def test_numbers_that_are_not_exact(self, waves: tuple[Observation, Observation], precision: str) -> None:
        with pytest.raises(ValueError, match="is not an exact share of answers"):
            compare(waves[0], replace(waves[1], precision=precision))

    def test_lines_that_join_different_things(self) -> None:
        with pytest.raises(ValueError, match="measure different things"):
            charts.changes(rows("governo-2025/benefits-2018/service"), rows(NOW), ["x"], ("2018", "2024"))

    def test_sums_of_more_than_everybody(self, observations: dict[str, Observation], evidence: Evidence) -> None:
        names = [f"dansk-erhverv-2024/strategy/{name}" for name in ("has", "planned")]
        many = [replace(observations[name], implied_count_low=30, implied_count_high=31) for name in names]
        with pytest.raises(Refused, match="come from 60 respondents at least, but only 58 answered"):
            write_number("ev-sum", " ".join(names), report_with(evidence, many))
        fitting = [replace(observations[name], implied_count_low=29, implied_count_high=31) for name in names]
        assert write_number("ev-sum", " ".join(names), report_with(evidence, fitting))[0] == "100%"
