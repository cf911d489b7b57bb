"""Check how a publication says that some of its numbers belong together: totals, ratios, other words, shares."""

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate

from nordic_ai.analysis.audit.findings import Judgement, Result, fit, judge, unchecked
from nordic_ai.analysis.audit.printed import PrintedNumber, Publication, Row, Span, total_span
from nordic_ai.analysis.statistics import round_outwards
from nordic_ai.analysis.wording import amount, percent, plain_number
from nordic_ai.evidence.values import currency_of


def judge_rows(kind: str, judge_row: Callable[[str, Row], Judgement], publication: Publication) -> Iterator[Result]:
    """Judge every row of numbers of the relations of a kind, given what the publication claims of them."""
    for relation, rows in publication.relations(kind):
        for record, numbers in rows.items():
            yield record, numbers, judge_row(relation.text, numbers)


def judge_total(claim: str, numbers: Row, check: str = "sum") -> Judgement:
    """Check that what is printed as a total is the sum of its lines or, for the check `group-sum`, of its groups."""
    whole, *parts = numbers
    known = [part for part in parts if part.value is not None]
    if whole.value is None or not known:
        return unchecked(f"{check}/unknown")
    value = sum(part.amount for part in known)
    computed, gap = amount(value / whole.scale, whole.unit), len(known) < len(parts)
    words = {"lines": known, "sum": computed, "gap": gap, "total": whole, "less": whole.amount - value}
    # An empty cell of a budget is nothing; a group without a number is some.
    if check == "group-sum" and gap and value < whole.amount:
        return unchecked("group-sum/less", computed, **words)
    return judge(fit(value == whole.amount, total_span(known).meets(whole.span)), check, computed, **words)


def judge_difference(claim: str, numbers: Row) -> Judgement:
    """Check that what is printed as a difference is what is left when the second number is taken from the first."""
    difference, first, second = numbers
    if any(number.value is None for number in numbers):
        return unchecked("difference/unknown", claim=claim)
    value = first.amount - second.amount
    computed = amount(value / difference.scale, difference.unit)
    exact = all(number.exact is not None for number in numbers)
    verdict = fit(exact and value == difference.amount, (first.span - second.span).meets(difference.span))
    words = {"claim": claim, "first": first, "second": second, "difference": difference, "left": computed}
    return judge(verdict, "difference", computed, **words)


def running_totals(publication: Publication) -> Iterator[Result]:
    """Check that totals of several years are still the sums of their lines when the years are added up."""
    for relation, rows in publication.relations("sum"):
        years = [row for row in rows.values() if row[0].observation.period_start is not None]
        if len(years) > 1:
            about = [number for line in zip(*years, strict=True) for number in line]
            yield relation.id, about, _judge_running_total(years)


def _judge_running_total(years: Sequence[Row]) -> Judgement:
    years = sorted(years, key=lambda row: row[0].observation.period_start)
    if any(whole.value is None for whole, *_ in years):
        return unchecked("running-total/unknown")
    unit, scale = years[0][0].unit, years[0][0].scale
    totals = list(accumulate(whole.value for whole, *_ in years))
    parts = [[part.amount for part in parts if part.value is not None] for _, *parts in years]
    lines = [total / scale for total in accumulate(map(sum, parts))]
    names = [_name(whole) for whole, *_ in years]
    shown = [plain_number(total) for total in totals]
    computed = _by_name(names, shown)
    spent = currency_of(unit) is not None and totals[0] > 0
    paid = next((name for name, total in zip(names, totals, strict=True) if spent and total <= 0), "")
    if paid:
        computed += f"; break-even {paid}"
    span = total_span(number for row in years for number in row if number.value is not None)
    farthest = max(abs(total - line) for total, line in zip(totals, lines, strict=True)) * scale
    verdict = fit(totals == lines, farthest <= (span.high - span.low) / 2)
    words = {"years": names, "totals": shown, "unit": unit, "lines": lines}
    return judge(verdict, "running-total", computed, spent=spent, paid=paid, **words)


def _name(number: PrintedNumber) -> str:
    start = number.observation.period_start
    return str(start.year) if start else number.observation.label


def _by_name(names: Sequence[str], texts: Sequence[str]) -> str:
    return "; ".join(f"{name}: {text}" for name, text in zip(names, texts, strict=True))


def amounts_per_unit(publication: Publication) -> Iterator[Result]:
    """Check that amounts and the units they are said to correspond to keep one ratio."""
    for relation, rows in publication.relations("per unit"):
        known = [row for row in rows.values() if row[0].value is not None and row[1].value]
        about = [number for row in known or rows.values() for number in row]
        yield relation.id, about, _judge_ratio(relation.text, known)


def _judge_ratio(claim: str, rows: Sequence[Row]) -> Judgement:
    if len(rows) < 2:
        return unchecked("per-unit/unknown")
    if any(0 in units.span for _, units in rows):
        return unchecked("per-unit/too small")
    ratios = [amounts.value / units.value for amounts, units in rows]
    spans = [amounts.span / units.span for amounts, units in rows]
    money, unit = rows[0][0].unit, rows[0][1].unit.removesuffix("s")
    names = [_name(amounts) for amounts, _ in rows]
    shown = [plain_number(round(ratio, 2)) for ratio in ratios]
    words = {"ratio": f"{shown[0]} {money} for each {unit}", "ratios": _by_name(names, shown), "rows": names}
    verdict = fit(len(set(ratios)) == 1, max(span.low for span in spans) <= min(span.high for span in spans))
    computed = words["ratio" if verdict == "consistent" else "ratios"]
    return judge(verdict, "per-unit", computed, claim=claim, money=money, unit=unit, **words)


def judge_other_words(claim: str, numbers: Row) -> Judgement:
    """Compare numbers that are printed as one thing under words that differ."""
    record, *others = numbers
    if any(number.value is None for number in numbers):
        return unchecked("other-words/unknown", claim=claim)
    if len({number.counted for number in numbers}) > 1:
        return unchecked("other-words/other units", claim=claim)
    rest = [other for other in others if not record.span.meets(other.span)]
    if not rest:
        return unchecked("other-words/all fit", claim=claim)
    words = {"claim": claim, "number": record, "others": rest}
    if len(rest) < len(others):
        fitting = [other for other in others if other not in rest]
        return unchecked("other-words/one fits", fitting=fitting, **words)
    surveys = {other.observation.survey_id for other in others}
    # A figure that the publication gives without a question may be of the same survey.
    same_survey = len(surveys) == 1 and {record.observation.survey_id} <= {*surveys, None}
    united = same_survey and len(others) > 1 and all(number.unit == "percent" for number in numbers)
    # Together, groups that may overlap are no smaller than the largest and no larger than their sum.
    most = total_span(others).high
    if united and record.span.meets(Span(max(other.span.low for other in others), most)):
        either, values = "either" if len(others) == 2 else "any of them", [other.value for other in others]
        computed = f"in {either}: {percent(max(values), 0)} to {percent(sum(values), 0)}"
        overlap = percent(round_outwards(0, max(most - record.span.low, 0), 1)[1])
        if all(number.counts for number in numbers) and len({number.observation.base_n for number in numbers}) == 1:
            people = max(0, sum(other.counts[-1] for other in others) - record.counts[0])
            overlap = f"{people:,} of {record.observation.base_n:,}"
        return unchecked("other-words/union", computed, either=either, overlap=overlap, **words)
    return judge("contradicted", "other-words", united=united, **words)


def judge_share(claim: str, numbers: Row) -> Judgement:
    """Check an amount against the share that it is said to be, or give the whole that the two imply."""
    part, share, *wholes = numbers
    if not all(number.value for number in numbers):
        return unchecked("share/unknown", claim=claim)
    if not wholes:
        if share.span.low <= 0:
            return unchecked("share/too small", claim=claim)
        ends = part.span / share.span
        low, high = round_outwards(*(100 * end / part.scale for end in (ends.low, ends.high)))
        whole = f"{plain_number(low)} to {amount(high, part.unit)}"
        return unchecked("share/whole unknown", whole, claim=claim, part=part, share=share, whole=whole)
    whole = wholes[0]
    value = 100 * part.amount / whole.amount
    computed = percent(value, share.decimals + 1)
    words = {"division": f"{part} of {whole} is {computed}", "share": share}
    near = whole.span.low > 0 and (part.span / whole.span).meets(share.span / Span(100, 100))
    verdict = fit(value in share.span, near)
    if verdict == "contradicted" and share.is_cut_from(value):
        return judge("within rounding", "share/cut", computed, **words)
    return judge(verdict, "share", computed, **words)
