"""Check how a publication says that some of its numbers belong together: totals, ratios, other words, shares."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate

from nordic_ai.analysis.audit.findings import Judgement, Result, judge, judge_fit, say, unchecked
from nordic_ai.analysis.audit.printed import PrintedNumber, Publication, Span, total_span
from nordic_ai.analysis.wording import amount, listed, percent, plain_number
from nordic_ai.evidence.values import MONEY_UNITS


def _rows(
    publication: Publication, kind: str, judge_row: Callable[[str, Sequence[PrintedNumber]], Judgement]
) -> Iterator[Result]:
    """Judge the rows of numbers of each relation of a kind, given what the publication claims of them."""
    for relation, rows in publication.relations(kind):
        for record, numbers in rows.items():
            yield record, numbers, judge_row(relation.text, numbers)


def sums(publication: Publication) -> Iterator[Result]:
    """Check that what is printed as a total is the sum of its lines."""
    return _rows(publication, "sum", _judge_total)


def _judge_total(claim: str, numbers: Sequence[PrintedNumber]) -> Judgement:
    whole, *parts = numbers
    known = [part for part in parts if part.value is not None]
    if whole.value is None or not known:
        return unchecked("sum/unknown")
    value = sum(part.amount for part in known)
    computed = amount(value / whole.scale, whole.unit)
    adds = "sum/adds" if len(known) > 1 else "sum/one line"
    return judge_fit(
        "sum",
        equal=value == whole.amount,
        near=total_span(known).meets(whole.span),
        computed=computed,
        more=[say("sum/gap") if len(known) < len(parts) else ""],
        lines=say(adds, terms=listed(part.as_read for part in known), sum=computed),
        total=whole.as_read,
    )


def running_totals(publication: Publication) -> Iterator[Result]:
    """Check that totals of several years are still the sums of their lines when the years are added up."""
    for relation, rows in publication.relations("sum"):
        years = [row for row in rows.values() if row[0].observation.period_start is not None]
        if len(years) > 1:
            about = [number for line in zip(*years, strict=True) for number in line]
            yield relation.id, about, _judge_running_total(years)


def _judge_running_total(years: Sequence[Sequence[PrintedNumber]]) -> Judgement:
    years = sorted(years, key=lambda row: row[0].observation.period_start)
    if any(whole.value is None for whole, *_ in years):
        return unchecked("running-total/unknown")
    unit, scale = years[0][0].unit, years[0][0].scale
    totals = list(accumulate(whole.value for whole, *_ in years))
    lines = list(
        accumulate(sum(part.amount for part in parts if part.value is not None) / scale for _, *parts in years)
    )
    names = [str(whole.observation.period_start.year) for whole, *_ in years]
    shown = [plain_number(float(total)) for total in totals]
    computed = "; ".join(f"{name}: {total}" for name, total in zip(names, shown, strict=True))
    paid = ""
    if unit in MONEY_UNITS and totals[0] > 0:
        turns = [name for name, total in zip(names, totals, strict=True) if total <= 0]
        paid = say("running-total/turn", year=turns[0]) if turns else say("running-total/no turn")
        computed += f"; break-even {turns[0]}" if turns else ""
    printed = say("running-total/totals", years=listed(names), totals=listed(shown), unit=unit)
    if totals == lines:
        more = [paid, say("running-total/not printed")]
        return judge("consistent", "running-total/consistent", computed, more, totals=printed)
    span = total_span(number for row in years for number in row if number.value is not None)
    by_lines = listed(plain_number(float(line)) for line in lines)
    farthest = max(abs(total - line) for total, line in zip(totals, lines, strict=True)) * scale
    words = {"totals": printed, "lines": by_lines}
    if farthest <= (span.high - span.low) / 2:
        more = [paid, say("running-total/rounding")]
        return judge("within rounding", "running-total/differ", computed, more, **words)
    return judge("contradicted", "running-total/differ", computed, [paid], **words)


def amounts_per_unit(publication: Publication) -> Iterator[Result]:
    """Check that amounts and the units they are said to correspond to keep one ratio."""
    for relation, rows in publication.relations("per unit"):
        known = [row for row in rows.values() if row[0].value is not None and row[1].value]
        about = [number for row in known or rows.values() for number in row]
        yield relation.id, about, _judge_ratio(relation.text, known)


def _judge_ratio(claim: str, rows: Sequence[Sequence[PrintedNumber]]) -> Judgement:
    if len(rows) < 2:
        return unchecked("per-unit/unknown")
    if any(0 in units.span for _, units in rows):
        return unchecked("per-unit/too small")
    ratios = [amounts.value / units.value for amounts, units in rows]
    spans = [amounts.span / units.span for amounts, units in rows]
    money, unit = rows[0][0].unit, rows[0][1].unit.removesuffix("s")
    names = [
        str(amounts.observation.period_start.year) if amounts.observation.period_start else amounts.observation.label
        for amounts, _ in rows
    ]
    shown = [plain_number(round(float(ratio), 2)) for ratio in ratios]
    ratio = f"{shown[0]} {money} for each {unit}"
    each = "; ".join(f"{name}: {text}" for name, text in zip(names, shown, strict=True))
    equal = len(set(ratios)) == 1
    return judge_fit(
        "per-unit",
        equal=equal,
        near=max(span.low for span in spans) <= min(span.high for span in spans),
        computed=ratio if equal else each,
        claim=claim,
        ratio=ratio,
        ratios=each,
        rows=listed(names),
        money=money,
        unit=unit,
    )


def other_words(publication: Publication) -> Iterator[Result]:
    """Compare numbers that are printed as one thing under words that differ."""
    return _rows(publication, "other words", _judge_words)


def _judge_words(claim: str, numbers: Sequence[PrintedNumber]) -> Judgement:
    record, *others = numbers
    if any(number.value is None for number in numbers):
        return unchecked("other-words/unknown", claim=claim)
    if len({number.counted for number in numbers}) > 1:
        return unchecked("other-words/other units", claim=claim)
    fitting = [other.as_read for other in others if record.span.meets(other.span)]
    if len(fitting) == len(others):
        return unchecked("other-words/all fit", claim=claim)
    rest = [other.as_read for other in others if not record.span.meets(other.span)]
    words = {"claim": claim, "number": record.as_read}
    if fitting:
        return unchecked("other-words/one fits", fitting=listed(fitting), others=listed(rest, "or"), **words)
    words |= {"others": f"{'neither' if len(rest) > 1 else 'not'} {listed(rest, 'nor')}", "union": ""}
    same_survey = all(other.observation.survey_id == record.observation.survey_id for other in others)
    if same_survey and len(others) > 1 and all(number.unit == "percent" for number in numbers):
        # Together, groups that may overlap are no smaller than the largest and no larger than their sum.
        most = total_span(others).high
        if record.span.meets(Span(max(other.span.low for other in others), most)):
            either, both = ("either", "both") if len(others) == 2 else ("any of them", "more than one")
            ends = max(other.value for other in others), sum(other.value for other in others)
            computed = f"in {either}: {percent(ends[0], 0)} to {percent(ends[1], 0)}"
            overlap = _overlap(record, others, most - record.span.low)
            return unchecked("other-words/union", computed, either=either, both=both, overlap=overlap, **words)
        words["union"] = ", nor can it count whoever is in any of them"
    return judge("contradicted", "other-words/contradicted", **words)


def _overlap(record: PrintedNumber, others: Sequence[PrintedNumber], most: float) -> str:
    """Say how many at most can be in more than one of several groups that together are the record's."""
    numbers = [record, *others]
    if all(number.counts for number in numbers) and len({number.observation.base_n for number in numbers}) == 1:
        people = max(0, sum(other.counts[-1] for other in others) - record.counts[0])
        return f"no more than {plain_number(people)} of {record.observation.base_n:,}"
    return f"no more than {percent(max(most, 0))}"


def shares(publication: Publication) -> Iterator[Result]:
    """Check an amount against the share that it is said to be, or give the whole that the two imply."""
    return _rows(publication, "share", _judge_share)


def _judge_share(claim: str, numbers: Sequence[PrintedNumber]) -> Judgement:
    part, share, *wholes = numbers
    if not all(number.value for number in numbers):
        return unchecked("share/unknown", claim=claim)
    if not wholes:
        if share.span.low <= 0:
            return unchecked("share/too small", claim=claim)
        whole = part.span / share.span
        ends = (plain_number(100 * float(end) / part.scale, 0) for end in (whole.low, whole.high))
        computed = f"{' to '.join(ends)} {part.unit}"
        return unchecked(
            "share/whole unknown", computed, claim=claim, part=part.as_read, share=share.as_read, whole=computed
        )
    whole = wholes[0]
    value = 100 * part.amount / whole.amount
    computed = percent(value, share.decimals + 1)
    words = {"division": f"{part.as_read} of {whole.as_read} is {computed}", "share": share.as_read}
    fits = value in share.span
    near = whole.span.low > 0 and (part.span / whole.span).meets(share.span / Span(100, 100))
    if not fits and not near and share.is_cut_from(value):
        return judge("within rounding", "share/cut", computed, **words)
    return judge_fit("share", equal=fits, near=near, computed=computed, **words)
