"""Say what the cards of numbers say: on hover, focus and tap, and to screen readers as descriptions."""

from collections.abc import Iterator, Sequence

from nordic_ai.analysis import wording
from nordic_ai.analysis.observations import Observation, locate
from nordic_ai.analysis.report import Report
from nordic_ai.evidence.model import ListItem, Source, Statement


def card_lines(record_ids: Sequence[str], report: Report) -> list[str]:
    """Say, line by line, what readers want to know of a record, or of the numbers that one is computed from."""
    if len(record_ids) > 1:
        lines = [line for record in record_ids for line in card_lines([record], report)]
        first = _change_lines([report.observations[record] for record in record_ids], report)
        return [*first, "Computed by this report, from:", *dict.fromkeys(lines)]
    source_id, _, path = record_ids[0].partition("/")
    source = report.evidence.sources[source_id]
    observation = report.observations.get(record_ids[0])
    if observation is not None:
        return [*_observation_lines(observation), _place(source, observation.locator)]
    record, within = source.records[path], source.records.get(path.rpartition("/")[0])
    if isinstance(record, Statement):
        return [record.text, _place(source, locate(source, record.at))]
    if isinstance(record, ListItem):
        return [f"{within.title}: {record.label}", _place(source, locate(source, record.at))]
    return [f"Record in {source.short_name}"]


def _observation_lines(observation: Observation) -> Iterator[str]:
    yield f"{observation.label}: {wording.format_value(observation)}"
    if interval := wording.format_interval(observation):
        yield f"95% interval {interval}, n = {wording.format_base(observation)}"
    elif observation.no_interval_because:
        yield f"No interval: {observation.no_interval_because}"
    if bounds := wording.format_bounds_in_full(observation):
        yield f"Whatever those who did not answer would have said: {bounds}"
    who = (observation.population or "").rstrip(".")
    when = wording.format_period(observation.period_start, observation.period_end)
    if who or when:
        yield ", ".join(part for part in (who, when) if part)
    if observation.cited_from:
        yield f"Cited from {wording.in_sentence(observation.cited_from)}"


def _change_lines(observations: Sequence[Observation], report: Report) -> Iterator[str]:
    """Say how sure a change is; a sum, of answers to one question, has no such lines."""
    if len({observation.question_id for observation in observations}) == 1:
        return
    change = report.changes[tuple(observation.observation_id for observation in observations)]
    yield f"Difference of the printed shares: {wording.format_change(change.value)}"
    if change.ci_low is not None:
        yield f"95% interval {wording.format_change_interval(change.ci_low, change.ci_high)}"
    yield change.sentence


def _place(source: Source, locator: str | None) -> str:
    return f"{source.short_name}: {locator}" if locator else source.short_name
