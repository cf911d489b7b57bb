"""Decide whether the difference between two printed shares can be tested, and say in a sentence what follows."""

from __future__ import annotations

from dataclasses import dataclass

from nordic_ai.observations import Observation
from nordic_ai.statistics import difference_interval, effective_n


@dataclass(frozen=True)
class Change:
    """The difference between two printed shares, the later minus the earlier, and how sure it is."""

    value: float
    """In percentage points, from the shares as printed."""
    ci_low: float | None
    """Lower end of the 95 % interval, in percentage points; empty where the change cannot be tested."""
    ci_high: float | None
    method: str | None
    cannot_be_tested_because: str | None
    sentence: str
    """What may be concluded, for readers."""


def compare(then: Observation, now: Observation) -> Change:
    """Compare the same answer in two waves, or in two groups that were asked at the same time.

    Parameters
    ----------
    then, now
        Exact shares of the same answer, from two surveys of one publication; the earlier one first.

    Raises
    ------
    ValueError
        If they are no such pair; the message says why.

    Notes
    -----
    There is an interval only where each share may carry one: both numbers of answers known, both shares exact,
    neither weighted. It takes the two sets of respondents as drawn independently of each other. Two answers of one
    survey never are, so they are refused. Two waves in the same frame are taken to be: who answered the second time
    does not depend on who answered the first time. Where many units answered both times and mostly kept their answer,
    the interval is too wide rather than too narrow.

    An earlier share inside the later one's interval settles the matter without the earlier number of answers:
    Newcombe's interval then holds zero whatever that number is, because the distance from the later share to the end
    of its interval is one part of the interval's length.
    """
    for observation in (then, now):
        if observation.kind != "answer" or observation.unit != "percent" or observation.precision != "exact":
            raise ValueError(f"`{observation.observation_id}` is no exact share of answers, so it has no change")
    same_answer = then.observation_id.split("/")[2:] == now.observation_id.split("/")[2:]
    if then.indicator_id != now.indicator_id or not same_answer:
        raise ValueError(f"`{then.observation_id}` and `{now.observation_id}` measure different things")
    if then.source_id != now.source_id:
        raise ValueError(
            f"`{then.observation_id}` and `{now.observation_id}` come from different publications, "
            "so nothing says that they asked the same"
        )
    if then.survey_id == now.survey_id:
        raise ValueError("a change is between two waves, and both are of one: the same respondents gave both answers")
    names = ("the first share", "the second share")
    if _period(then) != _period(now):
        names = ("the earlier share", "the later share")
        if None in (*_period(then), *_period(now)):
            raise ValueError("when one of the two waves was asked is unknown, so which is the earlier cannot be told")
        if then.period_end >= now.period_start:
            raise ValueError("the first id must be of the earlier wave")
    unsure = {
        name: observation.no_interval_because
        for name, observation in zip(names, (then, now), strict=True)
        if observation.no_interval_because is not None
    }
    value = now.value - then.value
    if not unsure:
        interval = difference_interval(*_sample(then), *_sample(now))
        # The parts' own methods say which frames entered and where the weighting is not told.
        method = f"{interval.method}, from: {then.ci_method}; {now.ci_method}"
        return Change(value, interval.low, interval.high, method, None, _verdict(interval.low, interval.high))
    reason = "; ".join(f"for {name}, {why}" for name, why in unsure.items())
    if len(set(unsure.values())) == 1 < len(unsure):
        reason = f"for both shares, {then.no_interval_because}"
    sentence = f"Whether the difference is more than chance cannot be tested: {reason}."
    if len(unsure) == 1:
        pair = (then, now) if now.ci_low is not None else (now, then)
        sentence += f" {_against_one_interval(*pair, *(names if pair[0] is then else names[::-1]))}"
    return Change(value, None, None, None, reason, sentence)


def _period(observation: Observation) -> tuple[object, object]:
    return observation.period_start, observation.period_end


def _sample(observation: Observation) -> tuple[float, float]:
    """Give the share, from the head count where there is only one, and the effective number of answers."""
    count, n = observation.implied_count, observation.base_n
    share = observation.value if count is None else 100 * count / n
    return share, effective_n(n, observation.frame_size)


def _verdict(low: float, high: float) -> str:
    if low <= 0 <= high:
        return "The 95% interval of the difference holds zero, so chance alone may explain it."
    return "The 95% interval of the difference does not hold zero, so it is more than chance alone would explain."


def _against_one_interval(share: Observation, known: Observation, name: str, known_name: str) -> str:
    """Say what the only interval there is allows: where the share without one lies against it."""
    start, against = f"{name[0].upper()}{name[1:]} lies", f"the 95% interval of {known_name}"
    if known.ci_low <= share.value <= known.ci_high:
        return f"{start} inside {against}, so chance alone may explain the difference."
    side = "below" if share.value < known.ci_low else "above"
    return (
        f"{start} {side} {against}, which points to a real difference but does not prove one, "
        f"because {name} is uncertain as well."
    )
