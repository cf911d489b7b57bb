"""Decide when a published share may carry an interval or a head count, and compute it with statsmodels."""

from __future__ import annotations

import math
from dataclasses import dataclass

from statsmodels.stats.proportion import proportion_confint


@dataclass(frozen=True)
class Interval:
    """A 95 % confidence interval in per cent, and how it was computed."""

    low: float
    high: float
    method: str


def implied_counts(share: float, n: int, decimals: int = 0) -> list[int]:
    """List the head counts that a rounded share can come from.

    Parameters
    ----------
    share
        Printed share in per cent (0-100).
    n
        Number of answers, at least 1.
    decimals
        Decimals that the share is printed with.

    Returns
    -------
    list of int
        Every count k of n for which 100 k / n rounds to the share, halves counted either way.

    Notes
    -----
    The check behind GRIM (Brown and Heathers 2017, doi:10.1177/1948550616673876), applied to percentages.

    Examples
    --------
    >>> implied_counts(16, 58)
    [9]
    >>> implied_counts(38, 224)
    [84, 85, 86]
    """
    half = 0.5 * 10**-decimals
    slack = 1e-9
    first = math.ceil((share - half) * n / 100 - slack)
    last = math.floor((share + half) * n / 100 + slack)
    return list(range(max(0, first), min(n, last) + 1))


def effective_n(n: int, frame: int | None) -> float:
    """Correct the number of answers for a finite frame.

    Parameters
    ----------
    n
        Number of answers.
    frame
        Number of units in the frame, or None where it is unknown or not all of it was asked.

    Returns
    -------
    float
        n (N - 1) / (N - n): the size of a sample from an endless population that is as precise;
        infinite where everybody answered.

    Notes
    -----
    Cochran, Sampling Techniques (3rd ed. 1977), section 2.6: the variance of a mean from a simple random sample
    without replacement is (N - n) / (N - 1) times that with replacement.

    Examples
    --------
    >>> round(effective_n(58, 98), 2)
    140.65
    """
    if frame is None:
        return float(n)
    if frame < n:
        raise ValueError(f"{n} answers cannot come from a frame of {frame}")
    return math.inf if frame == n else n * (frame - 1) / (frame - n)


def share_interval(share: float, n: int, frame: int | None = None, decimals: int = 0) -> Interval:
    """Compute the 95 % Wilson interval of a published share.

    Parameters
    ----------
    share
        Printed share in per cent (0-100).
    n
        Number of answers, at least 1.
    frame
        Size of the frame if all of it was asked, for the finite population correction.
    decimals
        Decimals that the share is printed with.

    Returns
    -------
    Interval
        In per cent. Where the rounded share has exactly one head count, that count is used;
        otherwise the share as printed.

    Notes
    -----
    Wilson (1927), doi:10.1080/01621459.1927.10502953, computed by statsmodels. It answers for chance alone: those
    who did not answer may differ from those who did.

    Examples
    --------
    >>> interval = share_interval(16, 58)
    >>> round(interval.low, 1), round(interval.high, 1)
    (8.4, 26.9)
    """
    counts = implied_counts(share, n, decimals)
    proportion = counts[0] / n if len(counts) == 1 else share / 100
    size = effective_n(n, frame)
    method = "Wilson 95%" if frame is None else f"Wilson 95%, finite population correction, frame {frame}"
    if math.isinf(size):
        return Interval(100 * proportion, 100 * proportion, method)
    low, high = proportion_confint(proportion * size, size, alpha=0.05, method="wilson")
    return Interval(100 * float(low), 100 * float(high), method)
