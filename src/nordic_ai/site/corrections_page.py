"""Tell what was corrected since it was published: on a page of its own, and at the record that it concerns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from docutils import nodes

from nordic_ai.analysis.observations import Observation
from nordic_ai.analysis.wording import format_period, format_value, plain_number
from nordic_ai.evidence.corrections import Correction, FieldValue
from nordic_ai.evidence.loading import Evidence
from nordic_ai.evidence.values import period_bounds
from nordic_ai.site.elements import EvidenceDirective, item, line

NOTHING_CORRECTED = "No number of this report has been corrected since its first publication."
NOTHING_RETIRED = "No record has been withdrawn."


def correction_sentences(correction: Correction, observations: Mapping[str, Observation]) -> str:
    """Tell one correction: when, from what, to what and why."""
    observation = observations.get(correction.record) if correction.field == "value" else None
    old, new = (_shown(told, observation) for told in (correction.old, correction.new))
    field = "" if observation else f", {correction.field.replace('_', ' ').replace('.', ', ')}"
    day = format_period(*period_bounds(correction.when))
    return f"{day}{field}: corrected from {old} to {new}. {correction.why}"


def corrections_of(record: str, evidence: Evidence, observations: Mapping[str, Observation]) -> list[str]:
    """List what was corrected at one record, the newest first.

    Parameters
    ----------
    record
        Id of the record, its source's id in front.
    evidence, observations
        The evidence base and all its observations.
    """
    return [correction_sentences(one, observations) for one in evidence.corrections if one.record == record]


def _shown(told: FieldValue, observation: Observation | None) -> str:
    if told is None:
        return "nothing"
    if isinstance(told, bool):
        return "yes" if told else "no"
    if isinstance(told, str):
        return f"“{told}”"
    return format_value(replace(observation, value=told)) if observation else plain_number(told)


class Corrections(EvidenceDirective):
    """List all corrections, the newest first."""

    def run(self) -> list[nodes.Node]:
        """Write an entry for each, with a link to its record, or say that there is none."""
        entries = [
            item(
                line(self.link(nodes.literal("", one.record), one.record, "register")),
                line(correction_sentences(one, self.observations)),
            )
            for one in self.evidence.corrections
        ]
        return [nodes.bullet_list("", *entries) if entries else line(NOTHING_CORRECTED)]


class Withdrawn(EvidenceDirective):
    """List the ids that are used no more."""

    def run(self) -> list[nodes.Node]:
        """Write an entry for each, with a link to where it stood and to what has taken its place."""
        entries = []
        for name, entry in self.evidence.retired.items():
            told = line(self.link(nodes.literal("", name), name, "register"), f": {entry.why}")
            if entry.instead:
                told += nodes.Text(" Instead: ")
                told += self.link(nodes.literal("", entry.instead), entry.instead, "register")
            entries.append(item(told))
        return [nodes.bullet_list("", *entries) if entries else line(NOTHING_RETIRED)]
