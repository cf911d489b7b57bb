"""Check what a publication says of its own numbers: again elsewhere, as a majority, a total, a largest one, a share."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from nordic_ai.audit.findings import (
    Finding,
    Judgement,
    Publication,
    Span,
    Z,
    cut_to,
    exact,
    listed,
    percent,
    quoted,
    unchecked,
    unit_scale,
)
from nordic_ai.fields import MONEY_UNITS
from nordic_ai.formats import plain_number
from nordic_ai.model import Relation
from nordic_ai.observations import Observation
from nordic_ai.statistics import effective_n, share_interval

# One quantity printed several times --------------------------------------------------------------------------------


def _is_majority(observation: Observation) -> bool:
    return (observation.unit, observation.value, observation.direction) == ("percent", 50, "above")


def repeated(publication: Publication) -> Iterator[Finding]:
    """Compare every further mention of a quantity with the first."""
    for path, observation in publication.observations.items():
        if observation.restates is None:
            continue
        first_path = observation.restates.partition("/")[2]
        first = publication.observations[first_path]
        if _is_majority(observation) and not _is_majority(first):
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
    value, other = exact(first.value) * scale, exact(again.value) * other_scale
    told, told_again = amount(exact(first.value), first.unit), _hedged(again)
    computed = "" if first.unit == again.unit else amount(other / scale, first.unit)
    if counted != other_counted:
        return _compare_share_and_count(publication, first, again)
    same = f"{told_again} is {computed}" if computed else told_again
    # A saving is a change in expenditure with its sign turned; the record says so by giving it a name of its own.
    signs = ""
    span, other_span = publication.span(first), publication.span(again)
    if value * other < 0 and again.label != first.label:
        span, value = Span(-span.high, -span.low), -value
        signs = (
            f" One is written as “{first.label.lower()}”, the other as “{again.label.lower()}”, so the signs differ."
        )
    words = _in_words(again)
    if again.precision == "bound" or first.precision == "bound":
        if not span.meets(other_span):
            return Judgement("contradicted", computed, f"{words} does not fit {_hedged(first)}.{signs}")
        if value == other:
            return Judgement(
                "within rounding",
                computed,
                f"{words} fits the printed {_hedged(first)} only if that was rounded {_rounded(again)}.{signs}",
            )
        return Judgement("consistent", computed, f"{words} fits {_hedged(first)}.{signs}")
    if value == other and "about" in (first.precision, again.precision):
        return Judgement("consistent", computed, f"{words} fits {_hedged(first)}.{signs}")
    if value == other:
        return Judgement("consistent", computed, f"Both mentions give the same: {same}.{signs}")
    if span.meets(other_span):
        cause = "words of that kind allow" if "about" in (first.precision, again.precision) else "rounding makes it"
        return Judgement(
            "within rounding",
            computed,
            f"{told} is also told as {same}: the difference is no larger than {cause}.{signs}",
        )
    if _cut_of(publication, first, again) or _cut_of(publication, again, first):
        return Judgement(
            "within rounding",
            computed,
            f"{told} is also told as {same}: one is the other with decimals cut off.{signs}",
        )
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
        return unchecked(f"{_hedged(first)} and {_hedged(again)} are in units that cannot be turned into each other.")
    n = first.base_n
    value = Fraction(100) * int(count.value) / n
    computed = percent(value, publication.decimals(share) + 1)
    division = f"{plain_number(count.value)} of {n:,} is {computed}"
    span = publication.span(share)
    if span.low <= value <= span.high:
        return Judgement("consistent", computed, f"{division}, which fits the printed {_hedged(share)}.")
    if publication.survey_of(first).weighted:
        return unchecked(f"{division}; the share is weighted and need not be the same.", computed)
    return Judgement("contradicted", computed, f"{division}, and the printed share is {_hedged(share)}.")


def amount(value: Fraction, unit: str) -> str:
    """Write a number with its unit.

    >>> amount(Fraction(-275), "thousand DKK"), amount(Fraction(44), "percent")
    ('−275 thousand DKK', '44%')
    """
    number = plain_number(float(value))
    if unit == "percent":
        return f"{number}%"
    if unit == "full-time equivalents" and abs(value) == 1:
        unit = "full-time equivalent"
    return number if unit == "count" else f"{number} {unit}"


def _hedged(observation: Observation) -> str:
    """Write a number with its unit and with the words that limit it."""
    if _is_majority(observation):
        return "more than half"
    words = {"about": "about ", "bound": "more than " if observation.direction == "above" else "less than "}
    return words.get(observation.precision, "") + amount(exact(observation.value), observation.unit)


def _rounded(limit: Observation) -> str:
    """Say which way a number was rounded to a limit that it is said to lie on one side of."""
    return "up" if limit.direction == "below" else "down"


def _in_words(observation: Observation) -> str:
    """Give the printed words of a number with our reading of them."""
    return f"{quoted(observation.as_printed)}, read as {_hedged(observation)},"


# Majorities ------------------------------------------------------------------------------------------------------


def majorities(publication: Publication) -> Iterator[Finding]:
    """Check claims of a majority, all of one share at once, against the share and against its interval."""
    claims: dict[str, list[str]] = {}
    for path, observation in publication.observations.items():
        if _is_majority(observation):
            first = path if observation.restates is None else observation.restates.partition("/")[2]
            claims.setdefault(first, []).append(path)
    for path, mentions in claims.items():
        first = publication.observations[path]
        judgement = (
            _judge_lone_majority(publication, path, first)
            if _is_majority(first)
            else _judge_majority(publication, first)
        )
        yield publication.finding("majority", path, [path, *mentions], judgement)


def _judge_lone_majority(publication: Publication, path: str, claim: Observation) -> Judgement:
    """Judge a majority that is claimed without a share, except perhaps one told in other words."""
    related = (r for r in _relations(publication, "other words") if path in (r.record, *r.of))
    others = (publication.observations[p] for r in related for p in (r.record, *r.of) if p != path)
    shares = [o for o in others if o.unit == "percent" and o.value is not None and o.precision == "exact"]
    maybe = "".join(
        f" It may be the {_hedged(o)} that is told for “{o.label}”"
        + (f" (95% interval {percent(o.ci_low)} to {percent(o.ci_high)})." if o.ci_low is not None else ".")
        for o in shares
    )
    return unchecked(f"{_in_words(claim)} is all that the text that was read tells of this share.{maybe}")


def _judge_majority(publication: Publication, first: Observation) -> Judgement:
    if first.value is None or first.unit != "percent":
        return unchecked(
            "The text that was read does not tell the share, so the claim of a majority cannot be checked."
        )
    told, span, half = _hedged(first), publication.span(first), Fraction(50)
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
            f"{first.no_interval_because or 'it has no interval'}.",
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


# Relations that the publication claims ------------------------------------------------------------------------------


def _relations(publication: Publication, kind: str) -> Iterator[Relation]:
    return (relation for relation in publication.source.relations if relation.kind == kind)


def _rows(publication: Publication, relation: Relation) -> dict[str, list[str]]:
    """Give the observations of a relation, the first one leading; for figures a row for each of their values.

    The key is what the row adds to the relation's id.
    """
    figures = {figure.id: figure for figure in publication.source.figures}
    if relation.record not in figures:
        return {"": [relation.record, *relation.of]}
    return {
        value.id: [f"{name}/{value.id}" for name in (relation.record, *relation.of)]
        for value in figures[relation.record].values
        if all(f"{name}/{value.id}" in publication.observations for name in relation.of)
    }


def _path(relation: Relation, row: str) -> str:
    return f"{relation.id}/{row}" if row else relation.id


def sums(publication: Publication) -> Iterator[Finding]:
    """Check that what is printed as a total is the sum of its lines, and so are the totals added up over the years."""
    for relation in _relations(publication, "sum"):
        rows = _rows(publication, relation)
        for row, paths in rows.items():
            observations = [publication.observations[path] for path in paths]
            yield publication.finding("sum", _path(relation, row), paths, _judge_total(publication, observations))
        years = [path for path in rows.values() if publication.observations[path[0]].period_start is not None]
        if len(years) > 1:
            about = [path for paths in zip(*years, strict=True) for path in paths]
            yield publication.finding("running-total", relation.id, about, _judge_running_total(publication, years))


def _judge_total(publication: Publication, observations: Sequence[Observation]) -> Judgement:
    whole, *parts = observations
    known = [part for part in parts if part.value is not None]
    if whole.value is None or not known:
        return unchecked("The total, or every line of it, has no number.")
    scale, _ = unit_scale(whole.unit)
    value = sum(exact(part.value) * unit_scale(part.unit)[0] for part in known) / scale
    spans = [publication.span(part) for part in known]
    together = Span(sum(span.low for span in spans), sum(span.high for span in spans))
    terms = listed(_hedged(part) for part in known)
    adds = f"{terms} make {amount(value, whole.unit)}" if len(known) > 1 else f"The one line with a number is {terms}"
    gap = " An empty cell is read as nothing." if len(known) < len(parts) else ""
    computed = amount(value, whole.unit)
    if value == exact(whole.value):
        return Judgement("consistent", computed, f"{adds}, and that is the printed total.{gap}")
    if together.meets(publication.span(whole)):
        return Judgement(
            "within rounding", computed, f"{adds}, and {_hedged(whole)} is printed; rounding can explain it.{gap}"
        )
    return Judgement("contradicted", computed, f"{adds}, and the printed total is {_hedged(whole)}.{gap}")


def _judge_running_total(publication: Publication, years: Sequence[Sequence[str]]) -> Judgement:
    """Add the totals up over the years, from the printed totals and from their lines."""
    columns = [[publication.observations[path] for path in paths] for paths in years]
    columns.sort(key=lambda column: column[0].period_start)
    if any(whole.value is None for whole, *_ in columns):
        return unchecked("A year has no total, so the totals are not added up.")
    unit = columns[0][0].unit
    scale, _ = unit_scale(unit)
    total, by_lines, running, lines = Fraction(0), Fraction(0), [], []
    for whole, *parts in columns:
        total += exact(whole.value)
        by_lines += sum(exact(p.value) * unit_scale(p.unit)[0] for p in parts if p.value is not None) / scale
        running.append(total)
        lines.append(by_lines)
    numbers = listed(plain_number(float(value)) for value in running)
    names = [str(column[0].period_start.year) for column in columns]
    told = f"At the end of {listed(names)} the printed totals come to {numbers} {unit} together"
    computed = "; ".join(f"{name}: {plain_number(float(value))}" for name, value in zip(names, running, strict=True))
    turns = [name for name, value in zip(names, running, strict=True) if value <= 0]
    paid = ""
    if unit in MONEY_UNITS and running[0] > 0:
        paid = " They do not turn from spending to saving in these years."
        if turns:
            paid = f" They turn from spending to saving in {turns[0]}: by these figures the outlay is earned back then."
            computed += f"; break-even {turns[0]}"
    if running == lines:
        return Judgement(
            "consistent", computed, f"{told}, and so do the lines.{paid} The publication prints no such running total."
        )
    slack = sum(
        (o_span.high - o_span.low) / 2
        for column in columns
        for o_span in (publication.span(o) for o in column if o.value is not None)
    )
    differ = f"{told}, the lines to {listed(plain_number(float(value)) for value in lines)}.{paid}"
    if max(abs(a - b) * scale for a, b in zip(running, lines, strict=True)) <= slack:
        return Judgement("within rounding", computed, f"{differ} Rounding can explain the difference.")
    return Judgement("contradicted", computed, differ)


def amounts_per_unit(publication: Publication) -> Iterator[Finding]:
    """Check that amounts and the units they are said to correspond to keep one ratio."""
    for relation in _relations(publication, "per unit"):
        pairs = [
            (publication.observations[amounts], publication.observations[units], [amounts, units])
            for amounts, units in _rows(publication, relation).values()
        ]
        known = [pair for pair in pairs if pair[0].value is not None and pair[1].value]
        about = [path for _, _, paths in known or pairs for path in paths]
        yield publication.finding("per-unit", relation.id, about, _judge_ratio(publication, relation, known))


def _judge_ratio(
    publication: Publication, relation: Relation, known: Sequence[tuple[Observation, Observation, list[str]]]
) -> Judgement:
    if len(known) < 2:
        return unchecked("Fewer than two pairs have both numbers, so there is nothing to compare.")
    ratios = [exact(a.value) / exact(u.value) for a, u, _ in known]
    spans = []
    for amounts, units, _ in known:
        a, u = publication.span(amounts), publication.span(units)
        if u.low <= 0 <= u.high:
            return unchecked("A number of units is so small that rounding could make it nothing.")
        ends = [x / y for x in (a.low, a.high) for y in (u.low, u.high)]
        spans.append(Span(min(ends), max(ends)))
    money, one = known[0][0].unit, known[0][1].unit.removesuffix("s")
    names = [a.label if a.period_start is None else str(a.period_start.year) for a, _, _ in known]
    each = "; ".join(f"{n}: {plain_number(round(float(r), 2))}" for n, r in zip(names, ratios, strict=True))
    if len(set(ratios)) == 1:
        same = f"{plain_number(round(float(ratios[0]), 2))} {money} for each {one}"
        return Judgement("consistent", same, f"{relation.text} That is {same}, in {listed(names)} alike.")
    differ = f"{relation.text} The {money} for each {one} differ ({each})"
    if max(span.low for span in spans) <= min(span.high for span in spans):
        return Judgement("within rounding", each, f"{differ}, no more than rounding explains.")
    return Judgement("contradicted", each, f"{differ}, more than rounding explains.")


def other_words(publication: Publication) -> Iterator[Finding]:
    """Compare numbers that are told as one thing under words that differ."""
    for relation in _relations(publication, "other words"):
        paths = [relation.record, *relation.of]
        judgement = _judge_words(publication, relation, [publication.observations[path] for path in paths])
        yield publication.finding("other-words", relation.id, paths, judgement)


def _judge_words(publication: Publication, relation: Relation, observations: Sequence[Observation]) -> Judgement:
    record, *others = observations
    if any(o.value is None for o in observations):
        return unchecked(f"{relation.text} Not every number is told.")
    if len({unit_scale(o.unit)[1] for o in observations}) > 1:
        return unchecked(f"{relation.text} The numbers are in units that cannot be turned into each other.")
    span = publication.span(record)
    fitting = [o for o in others if span.meets(publication.span(o))]
    told = _hedged(record)
    if len(fitting) == len(others):
        return unchecked(
            f"{relation.text} The numbers agree and the words do not; arithmetic cannot tell which is meant."
        )
    rest = [_hedged(o) for o in others if o not in fitting]
    if fitting:
        return unchecked(f"{relation.text} {told} fits {listed(map(_hedged, fitting))}, not {listed(rest, 'or')}.")
    differ = f"{relation.text} {told} is {'neither' if len(rest) > 1 else 'not'} {listed(rest, 'nor')}"
    shares = all(o.unit == "percent" and o.survey_id == record.survey_id for o in observations)
    if shares and len(others) > 1:
        spans = [publication.span(o) for o in others]
        either = Span(max(s.low for s in spans), sum(s.high for s in spans))
        if span.meets(either):
            overlap = _overlap(publication, record, others, either.high - span.low)
            one, several = ("either", "both") if len(others) == 2 else ("any of them", "more than one")
            return unchecked(
                f"{differ}. It can be right if it counts whoever is in {one}, with {overlap} in {several}; what it "
                "counts is not told.",
                f"in {one}: {percent(max(exact(o.value) for o in others), 0)} to "
                f"{percent(sum(exact(o.value) for o in others), 0)}",
            )
        differ += ", nor can it count whoever is in any of them"
    return Judgement("contradicted", "", f"{differ}. Told as one thing, the numbers differ by more than rounding.")


def _overlap(publication: Publication, record: Observation, others: Sequence[Observation], most: Fraction) -> str:
    """Say how many at most can be in more than one of several groups that together are the record's."""
    counts = [publication.counts(o) for o in (record, *others)]
    if all(counts) and len({o.base_n for o in (record, *others)}) == 1:
        whole, *parts = counts
        return f"no more than {plain_number(max(0, sum(c[-1] for c in parts) - whole[0]))} of {record.base_n:,}"
    return f"no more than {percent(max(most, Fraction(0)))}"


def largest(publication: Publication) -> Iterator[Finding]:
    """Check that an answer called the largest is that among its question's answers."""
    for relation in _relations(publication, "largest"):
        question = publication.questions[relation.record.partition("/")[0]]
        answers = publication.answers(question)
        others = {path: o for path, o in answers.items() if path != relation.record and not o.net}
        about = [relation.record, *(path for path, o in others.items() if o.value is not None)]
        record = publication.observations[relation.record]
        judgement = _judge_largest(publication, relation, question.choice, record, others)
        yield publication.finding("largest", relation.id, about, judgement)


def _judge_largest(
    publication: Publication, relation: Relation, choice: str, record: Observation, others: Mapping[str, Observation]
) -> Judgement:
    known = sorted((o for o in others.values() if o.value is not None), key=lambda o: -o.value)
    untold = len(known) < len(others)
    if record.value is None or not known:
        return unchecked(f"{relation.text} The share, or that of every other answer, is not told.")
    told, span, runner_up = _hedged(record), publication.span(record), known[0]
    above = [o for o in known if publication.span(o).low > span.high]
    second = f"“{runner_up.label}” with {_hedged(runner_up)}"
    computed = f"next: {_hedged(runner_up)}"
    if above:
        more = listed(f"“{o.label}” has {_hedged(o)}" for o in above)
        return Judgement("contradicted", computed, f"{relation.text} It has {told}, and {more}.")
    if runner_up.value >= record.value:
        return Judgement("within rounding", computed, f"{relation.text} It has {told}, no more than {second}.")
    among = f"{relation.text} It has {told}, the largest of the printed shares; the next of them is {second}."
    if choice == "battery":
        return Judgement("consistent", computed, f"{among} Whether all count the same answers is not checked.")
    if untold:
        # With one choice, what is not told can be no larger than what the printed shares leave.
        lows = [publication.span(o).low for o in (record, *known)]
        room = 100 - sum(lows) if choice in ("single", "scale") else Fraction(100)
        if room >= span.low:
            return unchecked(
                f"{among} Answers whose share the text that was read does not tell could be larger.", computed
            )
        computed += f"; not told: {percent(room)} at most"
    hidden = " The answers that are not told leave no room for a larger one." if untold else ""
    chance = ""
    if choice in ("single", "scale") and record.ci_low is not None:
        reach = difference_reach(record.value, runner_up.value, effective_n(record.base_n, record.frame_size))
        if record.value - runner_up.value <= reach:
            chance = (
                f" With {record.base_n:,} answers chance alone can set two such answers up to {reach:.1f} percentage "
                "points apart, so beyond those who answered the order may be another."
            )
    return Judgement("consistent", computed, f"{among}{hidden}{chance}")


def difference_reach(first: float, second: float, n: float) -> float:
    """Compute how far apart chance can set the shares of two answers to one question with one choice.

    Parameters
    ----------
    first, second
        Shares in per cent (0-100) of the same respondents.
    n
        Effective number of answers, above 0, as `effective_n` gives it.

    Returns
    -------
    float
        In percentage points: 1.96 standard errors of the difference, at a confidence of 95 %.

    Notes
    -----
    Scott and Seber (1983), The American Statistician 37, 319-320: the variance of the difference of two shares of one
    multinomial sample is (p1 + p2 - (p1 - p2)^2) / n.

    Examples
    --------
    >>> round(difference_reach(28, 25, 224), 1)
    9.5
    """
    p, q = first / 100, second / 100
    return 100 * Z * math.sqrt((p + q - (p - q) ** 2) / n)


def shares(publication: Publication) -> Iterator[Finding]:
    """Check an amount against the share that it is said to be, or tell the whole that the two imply."""
    for relation in _relations(publication, "share"):
        paths = [relation.record, *relation.of]
        judgement = _judge_share(publication, relation, [publication.observations[path] for path in paths])
        yield publication.finding("share", relation.id, paths, judgement)


def _judge_share(publication: Publication, relation: Relation, observations: Sequence[Observation]) -> Judgement:
    part, share, *wholes = observations
    if any(not o.value for o in observations):
        return unchecked(f"{relation.text} Not every number is told, or one of them is 0.")
    part_span, share_span = publication.span(part), publication.span(share)
    scale, _ = unit_scale(part.unit)
    if not wholes:
        if share_span.low <= 0:
            return unchecked(f"{relation.text} The share is too small to tell the whole from it.")
        low, high = (100 * part_span.low / share_span.high / scale, 100 * part_span.high / share_span.low / scale)
        reach = f"{plain_number(float(low), 0)} to {plain_number(float(high), 0)} {part.unit}"
        return unchecked(
            f"{relation.text} If {_hedged(part)} is {_hedged(share)}, the whole is {reach}, both numbers taken as "
            "rounded; it is not told.",
            reach,
        )
    whole = publication.span(wholes[0])
    value = 100 * exact(part.value) * scale / (exact(wholes[0].value) * unit_scale(wholes[0].unit)[0])
    computed = percent(value, publication.decimals(share) + 1)
    division = f"{_hedged(part)} of {_hedged(wholes[0])} is {computed}"
    if share_span.low <= value <= share_span.high:
        return Judgement("consistent", computed, f"{division}, which fits the printed {_hedged(share)}.")
    if whole.low > 0 and Span(100 * part_span.low / whole.high, 100 * part_span.high / whole.low).meets(share_span):
        return Judgement(
            "within rounding", computed, f"{division}, and {_hedged(share)} is printed; rounding can explain it."
        )
    if cut_to(value, exact(share.value), publication.decimals(share)):
        return Judgement(
            "within rounding", computed, f"{division}. The printed {_hedged(share)} is left when decimals are cut off."
        )
    return Judgement("contradicted", computed, f"{division}, and the printed share is {_hedged(share)}.")
