"""Check how a publication says that some of its numbers belong together: totals, ratios, other words, ranks, shares."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
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
from nordic_ai.analysis.statistics import difference_reach, effective_n
from nordic_ai.analysis.wording import amount, hedged, listed, percent, plain_number
from nordic_ai.evidence.model import Relation
from nordic_ai.evidence.values import MONEY_UNITS


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
    for relation in publication.relations("sum"):
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
    value = sum(exact(part.value) * unit_scale(part.unit)[0] for part in known) / unit_scale(whole.unit)[0]
    spans = [publication.span(part) for part in known]
    together = Span(sum(span.low for span in spans), sum(span.high for span in spans))
    terms, computed = listed(hedged(part) for part in known), amount(value, whole.unit)
    adds = f"{terms} make {computed}" if len(known) > 1 else f"The one line with a number is {terms}"
    gap = " An empty cell is read as nothing." if len(known) < len(parts) else ""
    if value == exact(whole.value):
        return Judgement("consistent", computed, f"{adds}, and that is the printed total.{gap}")
    if together.meets(publication.span(whole)):
        return Judgement(
            "within rounding", computed, f"{adds}, and {hedged(whole)} is printed; rounding can explain it.{gap}"
        )
    return Judgement("contradicted", computed, f"{adds}, and the printed total is {hedged(whole)}.{gap}")


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
    spans = [publication.span(o) for column in columns for o in column if o.value is not None]
    slack = sum(span.high - span.low for span in spans) / 2
    differ = f"{told}, the lines to {listed(plain_number(float(value)) for value in lines)}.{paid}"
    if max(abs(a - b) * scale for a, b in zip(running, lines, strict=True)) <= slack:
        return Judgement("within rounding", computed, f"{differ} Rounding can explain the difference.")
    return Judgement("contradicted", computed, differ)


def amounts_per_unit(publication: Publication) -> Iterator[Finding]:
    """Check that amounts and the units they are said to correspond to keep one ratio."""
    for relation in publication.relations("per unit"):
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
    return _judged(publication, "other words", _judge_words)


def _judged(
    publication: Publication, kind: str, judge: Callable[[Publication, Relation, Sequence[Observation]], Judgement]
) -> Iterator[Finding]:
    """Judge each relation of a kind by its numbers, the one that the claim is about leading."""
    for relation in publication.relations(kind):
        paths = [relation.record, *relation.of]
        judgement = judge(publication, relation, [publication.observations[path] for path in paths])
        yield publication.finding(kind.replace(" ", "-"), relation.id, paths, judgement)


def _judge_words(publication: Publication, relation: Relation, observations: Sequence[Observation]) -> Judgement:
    record, *others = observations
    if any(o.value is None for o in observations):
        return unchecked(f"{relation.text} Not every number is told.")
    if len({unit_scale(o.unit)[1] for o in observations}) > 1:
        return unchecked(f"{relation.text} The numbers are in units that cannot be turned into each other.")
    span = publication.span(record)
    fitting = [o for o in others if span.meets(publication.span(o))]
    told = hedged(record)
    if len(fitting) == len(others):
        return unchecked(
            f"{relation.text} The numbers agree and the words do not; arithmetic cannot tell which is meant."
        )
    rest = [hedged(o) for o in others if o not in fitting]
    if fitting:
        return unchecked(f"{relation.text} {told} fits {listed(map(hedged, fitting))}, not {listed(rest, 'or')}.")
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
    for relation in publication.relations("largest"):
        question = publication.source.question(relation.record.partition("/")[0])
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
    told, span, runner_up = hedged(record), publication.span(record), known[0]
    above = [o for o in known if publication.span(o).low > span.high]
    second = f"“{runner_up.label}” with {hedged(runner_up)}"
    computed = f"next: {hedged(runner_up)}"
    if above:
        more = listed(f"“{o.label}” has {hedged(o)}" for o in above)
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


def shares(publication: Publication) -> Iterator[Finding]:
    """Check an amount against the share that it is said to be, or tell the whole that the two imply."""
    return _judged(publication, "share", _judge_share)


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
            f"{relation.text} If {hedged(part)} is {hedged(share)}, the whole is {reach}, both numbers taken as "
            "rounded; it is not told.",
            reach,
        )
    whole = publication.span(wholes[0])
    value = 100 * exact(part.value) * scale / (exact(wholes[0].value) * unit_scale(wholes[0].unit)[0])
    computed = percent(value, publication.decimals(share) + 1)
    division = f"{hedged(part)} of {hedged(wholes[0])} is {computed}"
    if share_span.low <= value <= share_span.high:
        return Judgement("consistent", computed, f"{division}, which fits the printed {hedged(share)}.")
    if whole.low > 0 and Span(100 * part_span.low / whole.high, 100 * part_span.high / whole.low).meets(share_span):
        return Judgement(
            "within rounding", computed, f"{division}, and {hedged(share)} is printed; rounding can explain it."
        )
    if cut_to(value, exact(share.value), publication.decimals(share)):
        return Judgement(
            "within rounding", computed, f"{division}. The printed {hedged(share)} is left when decimals are cut off."
        )
    return Judgement("contradicted", computed, f"{division}, and the printed share is {hedged(share)}.")
