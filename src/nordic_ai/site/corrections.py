"""Say in sentences what was corrected since it was published."""

from dataclasses import replace

from nordic_ai.analysis.observations import Observation
from nordic_ai.analysis.report import Report
from nordic_ai.analysis.wording import format_period, format_value, plain_number
from nordic_ai.evidence.corrections import Correction, FieldValue
from nordic_ai.evidence.values import period_bounds


def corrections_of(record: str, report: Report) -> list[str]:
    """Describe the corrections of a record, the newest first."""
    return [describe_correction(one, report) for one in report.evidence.corrections if one.record == record]


def describe_correction(correction: Correction, report: Report) -> str:
    """Say when something was corrected, from what, to what and why."""
    observation = report.observations.get(correction.record) if correction.field == "value" else None
    old, new = (_shown(value, observation) for value in (correction.old, correction.new))
    field = "" if observation else f", {correction.field.replace('_', ' ').replace('.', ', ')}"
    day = format_period(*period_bounds(correction.when))
    return f"{day}{field}: corrected from {old} to {new}. {correction.why}"


def _shown(value: FieldValue, observation: Observation | None) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return f"“{value}”"
    return format_value(replace(observation, value=value)) if observation else plain_number(value)
