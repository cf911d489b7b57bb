"""Write the small cards that numbers show on hover, focus and tap, and that screen readers read as descriptions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nordic_ai.analysis.observations import Observation, locate
from nordic_ai.analysis.report import Report
from nordic_ai.analysis.wording import (
    format_base,
    format_bounds_in_full,
    format_change,
    format_change_interval,
    format_interval,
    format_period,
    format_value,
    in_sentence,
)
from nordic_ai.evidence.model import Source


def card_lines(record_ids: Sequence[str], report: Report) -> list[str]:
    """Say, line by line, what a reader wants to know before following a link.

    Parameters
    ----------
    record_ids
        Ids of observations, statements, lists or list entries; several where a number is computed from them.
    report
        What the records belong to.
    """
    if len(record_ids) > 1:
        lines = [line for record in record_ids for line in card_lines([record], report)]
        first = _change_lines([report.observations[record] for record in record_ids], report)
        return [*first, "Computed by this report, from:", *dict.fromkeys(lines)]
    (record_id,) = record_ids
    source = report.evidence.sources[record_id.partition("/")[0]]
    observation = report.observations.get(record_id)
    if observation is not None:
        return [line for line in _observation_lines(observation) if line] + [_place(source, observation.locator)]
    path = record_id.partition("/")[2]
    for statement in source.statements:
        if statement.id == path:
            return [statement.text, _place(source, locate(source, statement.at))]
    for enumeration in source.lists:
        for item in enumeration.items:
            if f"{enumeration.id}/{item.id}" == path:
                return [f"{enumeration.title}: {item.label}", _place(source, locate(source, item.at))]
    return [f"Record in {source.short_name}"]


def _observation_lines(observation: Observation) -> Iterable[str | None]:
    yield f"{observation.label}: {format_value(observation)}"
    if interval := format_interval(observation):
        yield f"95% interval {interval}, n = {format_base(observation)}"
    elif observation.no_interval_because:
        yield f"No interval: {observation.no_interval_because}"
    if bounds := format_bounds_in_full(observation):
        yield f"Whatever those who did not answer would have said: {bounds}"
    when = format_period(observation.period_start, observation.period_end)
    who = observation.population.rstrip(".") if observation.population else None
    yield ", ".join(part for part in (who, when) if part) or None
    yield f"Cited from {in_sentence(observation.cited_from)}" if observation.cited_from else None


def _change_lines(observations: Sequence[Observation], report: Report) -> Iterable[str]:
    """Say of a change how sure it is; a sum, of answers to one question, has no such line."""
    if len({observation.question_id for observation in observations}) == 1:
        return
    change = report.changes[tuple(observation.observation_id for observation in observations)]
    yield f"Difference of the printed shares: {format_change(change.value)}"
    if change.ci_low is not None:
        yield f"95% interval {format_change_interval(change.ci_low, change.ci_high)}"
    yield change.sentence


def _place(source: Source, locator: str | None) -> str:
    return f"{source.short_name}: {locator}" if locator else source.short_name
