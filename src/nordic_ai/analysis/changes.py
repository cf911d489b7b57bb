"""Decide whether the difference between two printed shares can be tested, and say in a sentence what follows."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import permutations
from types import MappingProxyType

from nordic_ai.analysis.observations import Observation
from nordic_ai.analysis.statistics import (
    Interval,
    Z,
    difference_interval,
    implied_counts,
    share_interval,
    wilson_interval,
)
from nordic_ai.analysis.wording import why_no_interval
from nordic_ai.evidence.languages import gettext
from nordic_ai.evidence.vocabularies import Comparison


@dataclass(frozen=True)
class Change:
    """The difference between two printed shares, the later minus the earlier, with its 95 % interval if it has one.

    All three numbers are in percentage points, the value from the shares as printed.
    """

    value: float
    ci_low: float | None
    ci_high: float | None
    method: str | None
    cannot_be_tested_because: str | None
    sentence: str
    """What may be concluded."""


Decisions = Mapping[frozenset[str], Comparison]
"""Decisions on what may be compared, by the ids of two questions."""


def compare(then: Observation, now: Observation, decisions: Decisions = MappingProxyType({})) -> Change:
    """Compare the same answer in two waves, the earlier first, or in two groups that were asked at the same time.

    Both are exact shares, from two surveys of one publication, or of two if a decision grades their questions "same
    question"; of any other pair a `ValueError` says why it is none.

    Notes
    -----
    There is an interval only where each share has one, and it is made of these two, so that readers see what it comes
    from. It takes the two sets of respondents as independent samples, which two answers of one survey never are. Two
    waves in the same frame are taken to be: who answered the second time does not depend on who answered the first
    time. Where many units answered both times and mostly kept their answer, the interval is too wide rather than too
    narrow.

    Where the number of answers of one share is unknown, `more_than_chance_whatever_the_base` may still settle it.
    So does a share without a known number of answers that lies inside the other one's interval: Newcombe's interval
    then holds zero whatever that number is, because the distance to the end of the other interval is one part of its
    length.
    """
    names = _names(then, now, decisions)
    value = now.value - then.value
    why, why_later = why_no_interval(then), why_no_interval(now)
    if why is None and why_later is None:
        own, later = (Interval(share.ci_low, share.ci_high, share.ci_method) for share in (then, now))
        interval = difference_interval(then.share, own, now.share, later)
        # Each share's own method says which frame it is of and whether weighting is known.
        method = f"{interval.method}, from: {own.method}; {later.method}"
        sentence = gettext(
            "The 95% interval of the difference does not hold zero, so it is more than chance alone would explain."
        )
        if interval.low <= 0 <= interval.high:
            sentence = gettext("The 95% interval of the difference holds zero, so chance alone may explain it.")
        return Change(value, interval.low, interval.high, method, None, sentence)
    reasons = {gettext("both shares"): why} if why == why_later else dict(zip(names, (why, why_later), strict=True))
    of_one = gettext("for {share}, {reason}")
    reason = "; ".join(of_one.format(share=name, reason=why) for name, why in reasons.items() if why)
    sentence = gettext("Whether the difference is more than chance cannot be tested: {reason}.").format(reason=reason)
    if why_later is None:
        sentence = _conclusion_from_one(then, now, *names, sentence)
    elif why is None:
        sentence = _conclusion_from_one(now, then, *reversed(names), sentence)
    return Change(value, None, None, None, reason, sentence)


def compare_waves(observations: Iterable[Observation], decisions: Decisions) -> dict[tuple[str, str], Change]:
    """Compare every two observations that `compare` takes, by their ids, the earlier first."""
    changes = {}
    alike = defaultdict(list)
    for one in observations:
        if one.kind == "answer" and one.indicator_id is not None:
            alike[one.indicator_id, _answer(one)].append(one)
    for then, now in (pair for rows in alike.values() for pair in permutations(rows, 2)):
        with suppress(ValueError):
            changes[then.observation_id, now.observation_id] = compare(then, now, decisions)
    return changes


def _answer(observation: Observation) -> str:
    """Give the id of the answer, with its group if it has one, below its question."""
    return "/".join(observation.observation_id.split("/")[2:])


def more_than_chance_whatever_the_base(share: Observation, known: Observation) -> bool:
    """Say whether two exact shares differ by more than chance for every number of answers that the first may rest on.

    Notes
    -----
    The interval of the difference (see `statistics.difference_interval`) leaves out zero where the squared distances
    from the two shares to the ends of their intervals that face each other, a for `share` and b for `known`, come to
    less than the square of the shares' distance d. The claim is made only if that holds for every head count of
    `known`, and for every head count k of n that `share` may come from, for all n. For `share` the interval is
    Wilson's, as for every share of which it is not known out of how many its answers come.

    All n are covered by trying finitely many. Wilson's end u solves (u - p)² = z² u (1 - u) / n, so a² is at most
    z² / 4n, whatever the share. With d as small as rounding allows, every n above z² / 4(d² - b²) therefore passes;
    those up to it are tried one by one. Where d² is not above b², large n fail.

    Decimals that are printed as zero are not counted, which allows more head counts than there are.
    """
    decimals = len(f"{share.value:g}".partition(".")[2])
    for count in range(known.implied_count_low, known.implied_count_high + 1):
        other = 100 * count / known.base_n
        ends = share_interval(other, known.base_n, known.frame_size, decimals=9)
        facing = (ends.low if share.value < other else ends.high) - other
        distance = max(abs(share.value - other) - 0.5 * 10**-decimals, 0)
        room = (distance**2 - facing**2) / 100**2
        if room <= 0:
            return False
        for n in range(1, math.ceil(Z**2 / (4 * room)) + 1):
            for possible in implied_counts(share.value, n, decimals):
                one = 100 * possible / n
                interval = difference_interval(one, wilson_interval(one, n), other, ends)
                if interval.low <= 0 <= interval.high:
                    return False
    return True


def _names(then: Observation, now: Observation, decisions: Decisions) -> tuple[str, str]:
    """Name the two shares by their order in time; refuse a pair that is no change."""
    for observation in (then, now):
        if observation.kind != "answer" or observation.unit != "percent" or observation.precision != "exact":
            raise ValueError(f"`{observation.observation_id}` is not an exact share of answers, so it has no change")
    pair = f"`{then.observation_id}` and `{now.observation_id}`"
    if then.indicator_id != now.indicator_id or _answer(then) != _answer(now):
        raise ValueError(f"{pair} measure different things")
    if then.indicator_id is None:
        raise ValueError(f"{pair} have no indicator, so nothing says that they measure the same")
    decision = decisions.get(frozenset((then.belongs_to, now.belongs_to)))
    if then.source_id != now.source_id and (decision is None or decision.grade != "same question"):
        raise ValueError(f"{pair} come from different publications, and no decision calls theirs the same question")
    if then.survey_id == now.survey_id:
        raise ValueError("a change is between two waves, and both are of one: the same respondents gave both answers")
    periods = (then.period_start, then.period_end), (now.period_start, now.period_end)
    if periods[0] == periods[1]:
        return gettext("the first share"), gettext("the second share")
    if None in (*periods[0], *periods[1]):
        raise ValueError("when one of the two waves was asked is unknown, so it is unknown which is the earlier")
    if then.period_end >= now.period_start:
        raise ValueError("the first id must be of the earlier wave")
    return gettext("the earlier share"), gettext("the later share")


def _conclusion_from_one(share: Observation, known: Observation, name: str, known_name: str, untested: str) -> str:
    """Say what follows where one share has no interval: from every number of answers, or from the other's interval."""
    if share.base_n is None and more_than_chance_whatever_the_base(share, known):
        return gettext(
            "How many answers {share} rests on is not told, so the difference has no interval. "
            "However many they were, chance alone would not explain it, if they were not weighted; "
            "who answered, and how the question was worded, still may."
        ).format(share=name)
    names = {"Share": name[0].upper() + name[1:], "share": name, "other": known_name}
    if known.ci_low <= share.value <= known.ci_high:
        inside = gettext("{Share} lies inside the 95% interval of {other}, so chance alone may explain the difference.")
        return f"{untested} {inside.format(**names)}"
    if share.value < known.ci_low:
        beside = gettext(
            "{Share} lies below the 95% interval of {other}, which points to a real difference but does not prove one, "
            "because {share} is uncertain as well."
        )
    else:
        beside = gettext(
            "{Share} lies above the 95% interval of {other}, which points to a real difference but does not prove one, "
            "because {share} is uncertain as well."
        )
    return f"{untested} {beside.format(**names)}"
