"""Write what stands under a figure: who answered, how sure the numbers are, and what may be compared."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from nordic_ai.analysis import wording
from nordic_ai.analysis.changes import compare
from nordic_ai.analysis.observations import Observation
from nordic_ai.analysis.report import load_report
from nordic_ai.evidence.languages import gettext, gettext_noop
from nordic_ai.evidence.values import currency_of

_ONE_KIND = {
    "among others": gettext_noop("Not only municipalities"),
    "none": gettext_noop("No municipalities"),
    "not told": gettext_noop("Not told whether they are municipalities"),
}


def describe(row: Observation, label: str) -> str:
    """Say what one mark shows, for screen readers and for the words beside a mark."""
    text = f"{label}: {wording.format_value(row)}"
    if interval := wording.format_interval(row):
        return gettext("{text}, 95% interval {interval}").format(text=text, interval=interval)
    return f"{text} ({gettext(row.missing).rstrip('.')})" if row.missing else text


def write_result(row: Observation) -> str:
    """Write a share with its interval, or say that there is none."""
    number = wording.format_value(row)
    if interval := wording.format_interval(row):
        return f"{number} ({interval})"
    return number if row.value is None else gettext("{number}, no interval").format(number=number)


def bases(rows: Sequence[Observation]) -> list[str]:
    """Say who answered, when and how many, once for each survey among the rows; of amounts, say the unit."""
    # An answer without a number has no interval, so it does not say what intervals are corrected for.
    known, told = [row for row in rows if row.value is not None], defaultdict(dict)
    for row in known or rows:
        told[_base(row)].update(dict.fromkeys(wording.format_further(row)))
    said = [(base, "; ".join(filter(None, (size, *further)))) for (base, size), further in told.items()]
    return [f"{base} ({further})" if further else base for base, further in said]


def _base(row: Observation) -> tuple[str, str]:
    """Give the words for those who answered, or for what is counted, and those for how many answers there are."""
    who, untold = wording.format_who(row), wording.unknown(row)
    if row.survey_id is not None:
        time = gettext("time {unknown}").format(unknown=untold)
        when = wording.format_period(row.period_start, row.period_end) or time
        asked = f"{who or gettext('population {unknown}').format(unknown=untold)}, {when}"
        base = wording.format_base(row)
        size = f"n = {base}" if base else gettext("number of answers {unknown}").format(unknown=untold)
        return asked, size if row.kind == "answer" else ""
    told = gettext("numbers that are told without a survey")
    if currency_of(row.unit):
        told = (
            gettext("amounts in {unit}, {year} prices")
            if row.price_level
            else gettext("amounts in {unit}, price level not told")
        )
        told = told.format(unit=gettext(row.unit), year=row.price_level)
    about = who and gettext("about {who}").format(who=wording.inside(row.population.rstrip(".")))
    cited = row.cited_from and gettext("cited from {name}").format(name=wording.in_sentence(row.cited_from))
    return ", ".join(filter(None, (told, about, cited))), ""


def readings(rows: Sequence[Observation], names: Mapping[str, str]) -> str:
    """Say of which publications among the rows only a part was read, or not the original, by their names."""
    read = {row.source_id: wording.format_reading(row) for row in rows}
    told = gettext("{publication} was {how}")
    return "; ".join(told.format(publication=names[source], how=how) for source, how in read.items() if how)


def mixture(rows: Sequence[Observation]) -> str:
    """Say of answers whether others than municipalities gave them; nothing where only municipalities did."""
    kinds = {row.municipal for row in rows if row.kind == "answer" and row.value is not None}
    if kinds <= {"only"}:
        return ""
    if len(kinds) == 1:
        return gettext(_ONE_KIND[kinds.pop()])
    mixed = "among others" in kinds or kinds >= {"only", "none"}
    return gettext("Municipalities and others") if mixed else gettext("Not told whether all are municipalities")


def uncertainty_line(rows: Sequence[Observation]) -> str:
    """Say what the intervals are, and why some rows have none."""
    numbers = [row for row in rows if row.value is not None]
    known = [row for row in numbers if row.ci_low is not None]
    frames = dict.fromkeys((row.frame_size, row.frame_read) for row in known)
    reasons = dict.fromkeys(gettext(row.no_interval_because) for row in numbers if row.no_interval_because)
    sentences = [gettext("The 95% intervals cover chance only, not who did not answer.")] if known else []
    for size, read in (frame for frame in frames if frame[0]):
        n = wording.plain_number(size)
        asked = gettext("all {n} were asked, as we read the publication") if read else gettext("all {n} were asked")
        one = gettext("They are narrower because {reason}.")
        whose = one if len(frames) == 1 else gettext("Those with an n out of {n} are narrower because {reason}.")
        sentences.append(whose.format(n=n, reason=asked.format(n=n)))
    if reasons:
        sentences.append(gettext("No interval where {reasons}.").format(reasons="; ".join(reasons)))
    return " ".join(sentences) or gettext("No intervals: the numbers are not shares of answers.")


def limits_line(rows: Sequence[Observation]) -> str:
    """Say what a triangle is, if a chart of shares that draws dots draws one."""
    drawn = any(row.precision == "bound" and row.value is not None for row in rows)
    return gettext("A triangle is a limit: the share lies beyond it, on the side to which it points.") if drawn else ""


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
    sentences = (
        [gettext("Changes with their 95% intervals: {changes}.").format(changes="; ".join(tested))] if tested else []
    )
    if reasons:
        none = (
            gettext("No interval of any other change: {reasons}.")
            if tested
            else gettext("No interval of a change: {reasons}.")
        )
        sentences.append(none.format(reasons="; ".join(reasons)))
    return " ".join(sentences)
