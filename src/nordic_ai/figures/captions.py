"""Write what stands under a figure: who answered, how sure the numbers are, and what may be compared."""

from collections.abc import Sequence

from nordic_ai.analysis import wording
from nordic_ai.analysis.changes import compare
from nordic_ai.analysis.observations import Observation
from nordic_ai.analysis.report import load_report
from nordic_ai.evidence.values import currency_of


def describe(row: Observation, label: str) -> str:
    """Say what one mark shows, for screen readers and for the words beside a mark."""
    text = f"{label}: {wording.format_value(row)}"
    if interval := wording.format_interval(row):
        return f"{text}, 95% interval {interval}"
    return f"{text} ({row.missing.rstrip('.')})" if row.missing else text


def write_result(row: Observation) -> str:
    """Write a share with its interval, or say that there is none."""
    number = wording.format_value(row)
    if interval := wording.format_interval(row):
        return f"{number} ({interval})"
    return number if row.value is None else f"{number}, no interval"


def bases(rows: Sequence[Observation]) -> list[str]:
    """Say who answered, when and how many, once for each survey among the rows; of amounts, say the unit."""
    # An answer without a number has no interval, so it does not say what intervals are corrected for.
    known = [row for row in rows if row.value is not None]
    return list(dict.fromkeys(_base(row) for row in known or rows))


def _base(row: Observation) -> str:
    if row.survey_id is not None:
        population = (row.population or "population not told").rstrip(".")
        when = wording.format_period(row.period_start, row.period_end) or "time not told"
        if row.kind != "answer":
            return f"{population}, {when}"
        base = wording.format_base(row)
        return f"{population}, {when} ({f'n = {base}' if base else 'number of answers not given'})"
    if currency_of(row.unit):
        return f"amounts in {row.unit}, {f'{row.price_level} prices' if row.price_level else 'price level not told'}"
    return "numbers that are told without a survey"


def uncertainty_line(rows: Sequence[Observation]) -> str:
    """Say what the intervals are, and why some rows have none."""
    numbers = [row for row in rows if row.value is not None]
    known = [row for row in numbers if row.ci_low is not None]
    frames = dict.fromkeys((row.frame_size, row.frame_read) for row in known)
    reasons = dict.fromkeys(row.no_interval_because for row in numbers if row.no_interval_because)
    sentences = ["The 95% intervals cover chance only, not who did not answer."] if known else []
    for size, read in (frame for frame in frames if frame[0]):
        reading = ", as we read the publication" if read else ""
        whose = "They" if len(frames) == 1 else f"Those with an n out of {size:,}"
        sentences.append(f"{whose} are narrower because all {size:,} were asked{reading}.")
    if reasons:
        sentences.append(f"No interval where {'; '.join(reasons)}.")
    return " ".join(sentences) or "No intervals: the numbers are not shares of answers."


def limits_line(rows: Sequence[Observation]) -> str:
    """Say what a triangle is, if a chart of shares that draws dots draws one."""
    drawn = any(row.precision == "bound" and row.value is not None for row in rows)
    return "A triangle is a limit: the share lies beyond it, on the side to which it points." if drawn else ""


def changes_line(then: Sequence[Observation], now: Sequence[Observation], labels: Sequence[str]) -> str:
    """Give the intervals of the changes that have one, and say why the others have none."""
    tested, reasons = [], {}
    for label, *pair in zip(labels, then, now, strict=True):
        decisions = load_report().decisions if pair[0].source_id != pair[1].source_id else {}
        change = compare(*pair, decisions)
        if change.ci_low is None:
            reasons[change.cannot_be_tested_because] = None
        else:
            interval = wording.format_change_interval(change.ci_low, change.ci_high)
            tested.append(f"{label}: {wording.format_change(change.value)}, {interval}")
    sentences = [f"Changes with their 95% intervals: {'; '.join(tested)}."] if tested else []
    if reasons:
        sentences.append(f"No interval of {'any other' if tested else 'a'} change: {'; '.join(reasons)}.")
    return " ".join(sentences)
