"""Compute what published shares allow: head counts, intervals, and bounds that need no assumption.

Everywhere in this module, shares and the ends of intervals are in per cent (0-100) and a confidence is 95 %; `n` is a
number of answers, at least 1; `decimals` are those that a share is printed with; `frame` is the number of units in the
frame, or None where it is unknown or not all of it was asked. statsmodels and scipy take longer to import than all
else that a check or a build of one page does, so the tests hold the formulas to them and the report does without.
"""

import math
from bisect import bisect_left
from dataclasses import dataclass
from statistics import NormalDist

Z = NormalDist().inv_cdf(0.975)
"""Standard errors on either side of an estimate that make a confidence of 95 %."""

_TAILS = 40
"""An interval of 95 % leaves on either side a chance of one in so many."""


@dataclass(frozen=True)
class Interval:
    """A 95 % confidence interval in per cent or percentage points, and how it was computed."""

    low: float
    high: float
    method: str


def implied_counts(share: float, n: int, decimals: int = 0) -> list[int]:
    """List the head counts that a rounded share can come from: those whose share rounds to it, halves either way.

    It is the check behind GRIM (Brown and Heathers 2017, doi:10.1177/1948550616673876), applied to percentages.

    >>> implied_counts(16, 58), implied_counts(38, 224), implied_counts(18, 58)
    ([9], [84, 85, 86], [])
    """
    half = 0.5 * 10**-decimals
    first = math.ceil((share - half) * n / 100 - 1e-9)
    last = math.floor((share + half) * n / 100 + 1e-9)
    return list(range(max(0, first), min(n, last) + 1))


def effective_n(n: int, frame: int | None) -> float:
    """Give the size of an equally precise sample from an infinite population; infinite where everybody answered.

    It is n (N - 1) / (N - n) (Cochran, Sampling Techniques, 3rd ed. 1977, section 2.6): the variance of a mean from a
    simple random sample without replacement is (N - n) / (N - 1) times that with replacement.

    >>> round(effective_n(58, 98), 2)
    140.65
    """
    if frame is None:
        return float(n)
    if frame < n:
        raise ValueError(f"{n} answers cannot come from a frame of {frame}")
    return math.inf if frame == n else n * (frame - 1) / (frame - n)


def share_interval(share: float, n: int, frame: int | None = None, decimals: int = 0) -> Interval:
    """Compute the interval of a published share: exact where all of a known frame was asked, otherwise Wilson's.

    Without a frame it is Wilson's (1927, doi:10.1080/01621459.1927.10502953), around the head count if the rounded
    share can come from one only, otherwise around the share as printed. With a frame it is `exact_interval`, from the
    lowest to the highest of the head counts. It covers chance alone: those who did not answer may differ from those who
    did.

    >>> interval = share_interval(16, 58)
    >>> round(interval.low, 1), round(interval.high, 1)
    (8.4, 26.9)
    """
    counts = implied_counts(share, n, decimals)
    if frame is not None:
        if not counts:
            raise ValueError(f"no head count of {n} answers gives {share:g} per cent")
        return exact_interval(counts[0], counts[-1], n, frame)
    return wilson_interval(100 * counts[0] / n if len(counts) == 1 else share, n)


def wilson_interval(share: float, n: float) -> Interval:
    """Compute Wilson's interval around a share of n answers out of very many.

    Its ends are the two shares of the population that lie `Z` standard errors of their own from the share found.
    """
    found = share / 100
    centre = found + Z**2 / (2 * n)
    reach = Z * math.sqrt(found * (1 - found) / n + Z**2 / (4 * n**2))
    low, high = (100 * end / (1 + Z**2 / n) for end in (centre - reach, centre + reach))
    # At 0 and 1 the end that should equal the share differs from it by a rounding error.
    return Interval(min(max(low, 0.0), share), max(min(high, 100.0), share), "Wilson 95%")


def exact_interval(fewest: int, most: int, n: int, frame: int) -> Interval:
    """Compute the exact interval of the share of a whole frame, from `fewest` to `most` of n answers out of it.

    How many units of the frame would give the answer is a whole number. The interval holds each such number with which
    a head count as low, or as high, as the one found has a chance of more than 2.5 %.

    Notes
    -----
    Hypergeometric tests, inverted in both tails: Buonaccorsi (1987), The American Statistician 41, 215-218; Wright
    (1991), Exact Confidence Bounds when Sampling from Small Finite Universes, doi:10.1007/978-1-4612-3140-0. It holds
    the truth in at least 95 % of samples, and never reaches beyond what the answers prove: two who said yes are two of
    the frame. Wilson's interval with the finite population correction promises neither; how far approximations may fall
    short shows Wang (2015), doi:10.1080/01621459.2014.966191.

    >>> exact_interval(0, 0, 58, 98).high == 100 * 4 / 98, exact_interval(2, 2, 58, 98).low == 100 * 2 / 98
    (True, True)
    """
    if not 0 <= fewest <= most <= n <= frame:
        raise ValueError(f"{fewest} to {most} of {n} answers cannot come from a frame of {frame}")

    def ways(yes: int, counts: range) -> int:
        """In how many ways n of the frame give one of these head counts, if so many of the frame would say yes."""
        return sum(math.comb(yes, count) * math.comb(frame - yes, n - count) for count in counts)

    units, all_ways = range(frame + 1), math.comb(frame, n)
    low = bisect_left(units, True, key=lambda yes: _TAILS * ways(yes, range(fewest, n + 1)) > all_ways)
    high = bisect_left(units, True, key=lambda yes: _TAILS * ways(yes, range(most + 1)) <= all_ways) - 1
    return Interval(100 * low / frame, 100 * high / frame, f"exact hypergeometric 95%, frame {frame}")


def difference_interval(first: float, first_interval: Interval, second: float, second_interval: Interval) -> Interval:
    """Compute the interval of the difference between two shares, second minus first, in percentage points.

    The samples are independent, never two answers of the same respondents.

    Notes
    -----
    The distances from the two shares to the ends of their own intervals that face each other are added as squares:
    Newcombe (1998), Statistics in Medicine 17, 873-890, method 10, where both intervals are Wilson's. Zou and Donner
    (2008), Statistics in Medicine 27, 1693-1702, put other intervals in their place. An exact one is rather too wide
    than too narrow, and so is then the interval of the difference.

    >>> interval = difference_interval(60, wilson_interval(60, 80), 80, wilson_interval(80, 70))
    >>> round(interval.low, 1), round(interval.high, 1)
    (5.2, 33.4)
    """
    difference = second - first
    low = difference - math.hypot(second - second_interval.low, first_interval.high - first)
    high = difference + math.hypot(second_interval.high - second, first - first_interval.low)
    return Interval(low, high, "Newcombe 95%")


def difference_reach(first: float, second: float, size: float) -> float:
    """Compute how far apart chance can set the shares of two answers to one question with one choice.

    It is 1.96 standard errors of the difference, in percentage points. The variance of the difference of two shares of
    one multinomial sample is (p1 + p2 - (p1 - p2)^2) / n (Scott and Seber 1983, The American Statistician 37, 319-320);
    n is what `effective_n` gives.

    >>> round(difference_reach(28, 25, 224), 1)
    9.5
    """
    p, q = first / 100, second / 100
    return 100 * Z * math.sqrt((p + q - (p - q) ** 2) / size)


def largest_margin(n: int, frame: int | None = None) -> float:
    """Compute the margin of error of a share of 50 %, in percentage points.

    The normal limits of a share are 100 z sqrt(0.25 / n), with n corrected for the frame as in `effective_n` (Cochran,
    Sampling Techniques, 3rd ed. 1977, sections 3.2 and 3.6).

    >>> round(largest_margin(1000), 1)
    3.1
    """
    return 50 * Z / math.sqrt(effective_n(n, frame))


def hard_bounds(fewest: int, most: int, n: int, asked: int) -> tuple[float, float]:
    """Bound a share among all who were asked, whatever those who did not answer would have said.

    The bounds are the share if nobody else would have given the answer, and the share if everybody else would; `fewest`
    and `most` are the head counts that the printed share can come from.

    Notes
    -----
    Worst-case bounds of Manski (1989), Journal of Human Resources 24, 343-360, for a yes-or-no answer; see Horowitz
    and Manski (1995), Econometrica 63, 281-302. They assume nothing about those who did not answer, but each answer
    must stand for one unit. They say nothing about units that were not asked.

    >>> low, high = hard_bounds(9, 9, 58, 98)
    >>> round(low, 1), round(high, 1)
    (9.2, 50.0)
    """
    if not 0 <= fewest <= most <= n <= asked:
        raise ValueError(f"{fewest} to {most} of {n} answers cannot come from {asked} that were asked")
    return 100 * fewest / asked, 100 * (most + asked - n) / asked


def round_outwards(low: float, high: float, decimals: int = 0) -> tuple[float, float]:
    """Round what lies for certain between two ends, so that it still does: the lower end down, the upper end up.

    >>> round_outwards(34.69, 46.94), round_outwards(100 * 49 / 98, 96.171, 1)
    ((34.0, 47.0), (50.0, 96.2))
    """
    # An end that only an error in the last bits sets apart from a round number is that number.
    scale, slack = 10**decimals, 1e-9
    return math.floor(low * scale + slack) / scale, math.ceil(high * scale - slack) / scale
