"""Intervals and head counts agree with published examples and with an independent computation."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nordic_ai.evidence import Evidence
from nordic_ai.observations import list_observations
from nordic_ai.statistics import effective_n, implied_counts, share_interval


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [(81, 263, 25.53, 36.62), (15, 148, 6.24, 16.05), (0, 20, 0.00, 16.11), (1, 29, 0.61, 17.18)],
)
def test_wilson_as_printed_by_newcombe(count: int, n: int, low: float, high: float) -> None:
    """Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3."""
    interval = share_interval(100 * count / n, n, decimals=8)
    assert (round(interval.low, 2), round(interval.high, 2)) == (low, high)


@given(n=st.integers(2, 500), extra=st.integers(1, 500), share=st.floats(0, 100))
def test_the_interval_solves_wilsons_equation(n: int, extra: int, share: float) -> None:
    """Each end is where the distance to the share is 1.96 standard errors, taken at that end."""
    frame = n + extra
    size = n * (frame - 1) / (frame - n)
    interval = share_interval(share, n, frame, decimals=8)
    for end in (interval.low, interval.high):
        p = end / 100
        distance = (share / 100 - p) ** 2
        assert math.isclose(distance, 1.959963984540054**2 * p * (1 - p) / size, abs_tol=1e-7) or p in (0, 1)


def test_everybody_answered_leaves_no_doubt() -> None:
    assert math.isinf(effective_n(98, 98))
    interval = share_interval(50, 98, 98)
    assert interval.low == interval.high == 50


def test_more_answers_than_the_frame_are_refused() -> None:
    with pytest.raises(ValueError, match="99 answers cannot come from a frame of 98"):
        effective_n(99, 98)


@given(n=st.integers(1, 400), data=st.data())
def test_a_rounded_share_always_leads_back_to_its_count(n: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, n))
    assert count in implied_counts(round(100 * count / n), n)


def test_a_share_that_no_count_gives_has_none() -> None:
    assert implied_counts(17, 58) == [10]
    assert implied_counts(18, 58) == []


def test_intervals_stand_only_where_they_may(evidence: Evidence) -> None:
    for observation in list_observations(evidence).values():
        if observation.ci_low is not None:
            assert observation.kind == "answer"
            assert observation.precision == "exact"
            assert observation.base_n is not None
            assert observation.ci_low <= observation.value <= observation.ci_high
        elif observation.kind == "answer":
            assert observation.no_interval_because


def test_known_intervals(evidence: Evidence) -> None:
    observations = list_observations(evidence)
    has = observations["dansk-erhverv-2024/strategy/has"]
    assert has.implied_count == 9
    assert (round(has.ci_low, 1), round(has.ci_high, 1)) == (10.5, 22.4)  # n = 58 of 98 municipalities
    sweden = observations["governo-2025/strategy-2024/has"]
    assert sweden.implied_count is None  # 84, 85 and 86 of 224 all round to 38
    assert (round(sweden.ci_low, 1), round(sweden.ci_high, 1)) == (31.9, 44.5)
    assert observations["governo-2025/strategy-2018/has"].no_interval_because == "the number of answers is unknown"
    weighted = observations["dansk-erhverv-2017/gains-harvested/considerable-potential"]
    assert weighted.ci_low is None and weighted.implied_count is None
