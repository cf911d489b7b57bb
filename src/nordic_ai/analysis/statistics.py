"""Compute what published shares allow: head counts, intervals, and bounds that need no assumption.

Everywhere in this module, shares and the ends of intervals are in per cent (0-100) and a confidence is 95 %; `n` is a
number of answers, at least 1; `decimals` are those that a share is printed with; `frame` is the number of units in the
frame, or None where it is unknown or not all of it was asked. statsmodels takes a second to import, so the functions
that need it import it themselves.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

Z = NormalDist().inv_cdf(0.975)
"""Standard errors on either side of an estimate that make a confidence of 95 %."""


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
    """Compute the Wilson interval of a published share, with the finite population correction if a frame is given.

    Where the rounded share can come from one head count only, it is the interval around that; otherwise the one around
    the share as printed (Wilson 1927, doi:10.1080/01621459.1927.10502953). It covers chance alone: those who did not
    answer may differ from those who did.

    >>> interval = share_interval(16, 58)
    >>> round(interval.low, 1), round(interval.high, 1)
    (8.4, 26.9)
    """
    from statsmodels.stats.proportion import proportion_confint

    counts = implied_counts(share, n, decimals)
    proportion = counts[0] / n if len(counts) == 1 else share / 100
    size = effective_n(n, frame)
    method = "Wilson 95%" if frame is None else f"Wilson 95%, finite population correction, frame {frame}"
    if math.isinf(size):
        return Interval(100 * proportion, 100 * proportion, method)
    low, high = proportion_confint(proportion * size, size, alpha=0.05, method="wilson")
    # At 0 and 1 the end that should equal the share differs from it by a rounding error.
    return Interval(100 * min(float(low), proportion), 100 * max(float(high), proportion), method)


def difference_interval(first: float, first_size: float, second: float, second_size: float) -> Interval:
    """Compute the interval of the difference between two shares, second minus first, in percentage points.

    The samples are independent, never two answers of the same respondents; the sizes are what `effective_n` gives.

    Notes
    -----
    Newcombe (1998), Statistics in Medicine 17, 873-890, method 10: hybrid score interval without continuity
    correction, made of the two Wilson intervals. The correction for a finite population enters through the sizes.

    >>> interval = difference_interval(60, 80, 80, 70)
    >>> round(interval.low, 1), round(interval.high, 1)
    (5.2, 33.4)
    """
    from statsmodels.stats.proportion import confint_proportions_2indep

    # statsmodels takes no infinite sample; one of this size leaves no doubt about its share either.
    then, now = (min(size, 1e15) for size in (first_size, second_size))
    low, high = confint_proportions_2indep(
        second / 100 * now, now, first / 100 * then, then, method="newcomb", compare="diff", alpha=0.05
    )
    return Interval(100 * float(low), 100 * float(high), "Newcombe 95%")


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
