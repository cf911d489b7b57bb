"""Check what a publication says of one number: the same again elsewhere, and as a majority."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from nordic_ai.analysis.audit.findings import (
    Finding,
    Judgement,
    Publication,
    Span,
    cut_to,
    exact,
    unchecked,
    unit_scale,
)
from nordic_ai.analysis.observations import Observation
from nordic_ai.analysis.statistics import share_interval
from nordic_ai.analysis.wording import amount, hedged, is_majority, percent, plain_number, quoted, why_no_interval


def repeated(publication: Publication) -> Iterator[Finding]:
    """Compare every further mention of a quantity with the first."""
    for path, observation in publication.observations.items():
        if observation.restates is None:
            continue
        first_path = observation.restates.partition("/")[2]
        first = publication.observations[first_path]
        if is_majority(observation) and not is_majority(first):
            continue  # the check of majorities says more
        if observation.precision == first.precision == "bound":
            continue  # two limits never speak against each other as a number does
        yield publication.finding("repeated", path, [first_path, path], _compare(publication, first, observation))
    for question in publication.source.questions:
        path, all_path = f"{question.id}/base", f"{question.survey}/respondents"
        if path in publication.observations:
            base, everybody = publication.observations[path], publication.observations[all_path]
            yield publication.finding("repeated", path, [all_path, path], _compare_base(base, everybody))


def _compare_base(base: Observation, everybody: Observation) -> Judgement:
    if any(o.value is None or o.precision != "exact" for o in (base, everybody)):
        return unchecked("The number of answers, or that of respondents, is not told as one exact number.")
    told, told_all = plain_number(base.value), plain_number(everybody.value)
    if base.value == everybody.value:
        return Judgement(
            "consistent", "", f"The question counts {told} answers, as many as the survey has respondents."
        )
    return unchecked(
        f"The question counts {told} answers and the survey {told_all} respondents; it may be about a part."
    )


def _compare(publication: Publication, first: Observation, again: Observation) -> Judgement:
    if first.value is None:
        return unchecked("The first mention has no number to compare with.")
    (scale, counted), (other_scale, other_counted) = unit_scale(first.unit), unit_scale(again.unit)
    if counted != other_counted:
        return _compare_share_and_count(publication, first, again)
    value, other = exact(first.value) * scale, exact(again.value) * other_scale
    told, told_again = amount(exact(first.value), first.unit), hedged(again)
    computed = "" if first.unit == again.unit else amount(other / scale, first.unit)
    same = f"{told_again} is {computed}" if computed else told_again
    # A saving is a change in expenditure with its sign turned; the record says so by giving it a name of its own.
    signs = ""
    span, other_span = publication.span(first), publication.span(again)
    if value * other < 0 and again.label != first.label:
        span, value = Span(-span.high, -span.low), -value
        signs = (
            f" One is written as “{first.label.lower()}”, the other as “{again.label.lower()}”, so the signs differ."
        )
    words, fits = _in_words(again), span.meets(other_span)
    about = "about" in (first.precision, again.precision)
    if "bound" in (first.precision, again.precision):
        if not fits:
            return Judgement("contradicted", computed, f"{words} does not fit {hedged(first)}.{signs}")
        if value == other:
            return Judgement(
                "within rounding",
                computed,
                f"{words} fits the printed {hedged(first)} only if that was rounded {_rounded(again)}.{signs}",
            )
        return Judgement("consistent", computed, f"{words} fits {hedged(first)}.{signs}")
    if value == other:
        agree = f"{words} fits {hedged(first)}" if about else f"Both mentions give the same: {same}"
        return Judgement("consistent", computed, f"{agree}.{signs}")
    cause = ""
    if fits:
        cause = f"the difference is no larger than {'words of that kind allow' if about else 'rounding makes it'}"
    elif _cut_of(publication, first, again) or _cut_of(publication, again, first):
        cause = "one is the other with decimals cut off"
    if cause:
        return Judgement("within rounding", computed, f"{told} is also told as {same}: {cause}.{signs}")
    return Judgement(
        "contradicted",
        computed or plain_number(float(other - value)),
        f"One place gives {told}, another {same}. They differ by {amount(abs(other - value) / scale, first.unit)}, "
        f"more than rounding explains.{signs}{f' {again.note}' if again.note else ''}",
    )


def _cut_of(publication: Publication, short: Observation, long: Observation) -> bool:
    """Say whether a number is another one, told in the same or a smaller unit, with decimals cut off."""
    scale, decimals = unit_scale(short.unit)[0], publication.decimals(short)
    finer = exact(long.value) * unit_scale(long.unit)[0] / scale
    told_finer = Fraction(unit_scale(long.unit)[0], 10 ** publication.decimals(long)) < Fraction(scale, 10**decimals)
    return short.unit != "count" and told_finer and cut_to(abs(finer), abs(exact(short.value)), decimals)


def _compare_share_and_count(publication: Publication, first: Observation, again: Observation) -> Judgement:
    """Compare a share with a number told of the same answer."""
    share, count = (first, again) if first.unit == "percent" else (again, first)
    if (share.unit, count.unit) != ("percent", "count") or first.base_n is None or count.precision != "exact":
        return unchecked(f"{hedged(first)} and {hedged(again)} are in units that cannot be turned into each other.")
    n = first.base_n
    value = Fraction(100) * int(count.value) / n
    computed = percent(value, publication.decimals(share) + 1)
    division = f"{plain_number(count.value)} of {n:,} is {computed}"
    span = publication.span(share)
    if span.low <= value <= span.high:
        return Judgement("consistent", computed, f"{division}, which fits the printed {hedged(share)}.")
    if publication.survey_of(first).weighted:
        return unchecked(f"{division}; the share is weighted and need not be the same.", computed)
    return Judgement("contradicted", computed, f"{division}, and the printed share is {hedged(share)}.")


def _rounded(limit: Observation) -> str:
    """Say which way a number was rounded to a limit that it is said to lie on one side of."""
    return "up" if limit.direction == "below" else "down"


def _in_words(observation: Observation) -> str:
    """Give the printed words of a number with our reading of them."""
    return f"{quoted(observation.as_printed)}, read as {hedged(observation)},"


def majorities(publication: Publication) -> Iterator[Finding]:
    """Check claims of a majority, all of one share at once, against the share and against its interval."""
    claims: dict[str, list[str]] = {}
    for path, observation in publication.observations.items():
        if is_majority(observation):
            first = path if observation.restates is None else observation.restates.partition("/")[2]
            claims.setdefault(first, []).append(path)
    for path, mentions in claims.items():
        first = publication.observations[path]
        judgement = (
            _judge_lone_majority(publication, path, first)
            if is_majority(first)
            else _judge_majority(publication, first)
        )
        yield publication.finding("majority", path, [path, *mentions], judgement)


def _judge_lone_majority(publication: Publication, path: str, claim: Observation) -> Judgement:
    """Judge a majority that is claimed without a share, except perhaps one told in other words."""
    related = (r for r in publication.relations("other words") if path in (r.record, *r.of))
    others = (publication.observations[p] for r in related for p in (r.record, *r.of) if p != path)
    shares = [o for o in others if o.unit == "percent" and o.value is not None and o.precision == "exact"]
    maybe = "".join(
        f" It may be the {hedged(o)} that is told for “{o.label}”"
        + (f" (95% interval {percent(o.ci_low)} to {percent(o.ci_high)})." if o.ci_low is not None else ".")
        for o in shares
    )
    return unchecked(f"{_in_words(claim)} is all that the text that was read tells of this share.{maybe}")


def _judge_majority(publication: Publication, first: Observation) -> Judgement:
    if first.value is None or first.unit != "percent":
        return unchecked(
            "The text that was read does not tell the share, so the claim of a majority cannot be checked."
        )
    told, span, half = hedged(first), publication.span(first), Fraction(50)
    if span.high <= half:
        return Judgement("contradicted", told, f"A majority is claimed, and the printed share is {told}.")
    if span.low <= half:
        return Judgement(
            "within rounding", told, f"A majority is claimed. The printed {told} may stand for a share above one half."
        )
    if first.ci_low is None:
        return Judgement(
            "consistent",
            told,
            f"{told} of the answers is a majority. How far this holds beyond those who answered cannot be told: "
            f"{why_no_interval(first)}.",
        )
    interval = f"{percent(first.ci_low)} to {percent(first.ci_high)}"
    computed = f"{told}; 95% interval {interval}"
    begin = f"{told} of the answers is a majority."
    if first.ci_low <= 50:
        doubt = "reaches down to one half or less, so it may be no majority among all who could have answered"
        return Judgement("consistent", computed, f"{begin} Its 95% interval, {interval}, {doubt}.")
    wide = share_interval(first.value, first.base_n, None, publication.decimals(first))
    if first.frame_size is not None and wide.low <= 50:
        return Judgement(
            "consistent",
            computed,
            f"{begin} Its 95% interval, {interval}, lies above one half only if all {first.frame_size:,} in the frame "
            f"were asked; without that it is {percent(wide.low)} to {percent(wide.high)}. Beyond those who answered it "
            "is no sure majority.",
        )
    return Judgement("consistent", computed, f"{begin} Its 95% interval, {interval}, lies above one half.")
