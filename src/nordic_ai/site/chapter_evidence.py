"""Close a chapter with the words of its answers and the records it rests on, so that a reader can check both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from docutils import nodes

from nordic_ai.comparability import Measure, list_measures
from nordic_ai.evidence import Evidence, short_name
from nordic_ai.formats import format_value
from nordic_ai.model import Question, Source
from nordic_ai.observations import Observation
from nordic_ai.site.comparability_page import Fold
from nordic_ai.site.elements import EvidenceDirective, described, foreign, item, line


class QuestionWording(EvidenceDirective):
    """Say of a theme's questions whether they are printed, and give their answers with the original words."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Write the list for the theme given as argument."""
        measures = [
            measure
            for measure in list_measures(self.evidence).values()
            if isinstance(measure.record, Question) and measure.record.theme == self.arguments[0]
        ]
        if not measures:
            raise self.error(f"no question belongs to the theme `{self.arguments[0]}`")
        return [described((measure.name, self._answers(measure)) for measure in measures)]

    def _answers(self, measure: Measure) -> nodes.paragraph:
        printed = measure.record.wording == "printed"
        parts: list[nodes.Node | str] = [
            self.link("The question is printed." if printed else "The question is inferred.", measure.id, "register")
        ]
        told = [answer for answer in measure.record.answers if answer.value is not None or answer.original]
        for answer in told:
            parts.append(f"{'; ' if answer is not told[0] else ' Answers told: '}{answer.label}")
            if answer.original:
                parts += [" (", nodes.emphasis("", "", foreign(answer.original, measure.source.language)), ")"]
        return line(*parts, "." if told else " No answer is told.")


class EvidencePlaceholder(nodes.General, nodes.Element):
    """Where the records that a page uses are listed, once it has been read."""


class ChapterEvidence(EvidenceDirective):
    """List the records that a chapter uses."""

    def run(self) -> list[nodes.Node]:
        """Leave a placeholder: the numbers and figures of the page may stand below it."""
        return [EvidencePlaceholder()]


def evidence_used(
    record_ids: Iterable[str], evidence: Evidence, observations: Mapping[str, Observation], register: str, sources: str
) -> list[Fold]:
    """List records by publication, each as a link.

    Parameters
    ----------
    record_ids
        Ids of observations, questions, statements, lists or list entries, in any order and repeated at will.
    evidence, observations
        The evidence base and all its observations by id.
    register, sources
        Addresses of the pages to link to.
    """
    folds = []
    used = set(record_ids)
    for source in evidence.sources.values():
        links = [
            item(line(nodes.reference("", label, refuri=f"{register}#{name}", internal=True)))
            for name, label in _labels(source, evidence, observations).items()
            if name in used
        ]
        if links:
            about = nodes.reference("", source.title.english, refuri=f"{sources}#{source.id}", internal=True)
            count = f"{len(links)} record{'s' * (len(links) != 1)}"
            body = [line(about), nodes.bullet_list("", *links)]
            folds.append(Fold("", *body, summary=f"{short_name(source)}: {count}"))
    return folds


def _labels(source: Source, evidence: Evidence, observations: Mapping[str, Observation]) -> dict[str, str]:
    """Say what each record of a publication is, in the order in which the register shows them."""
    labels: dict[str, str] = {}
    for name, measure in list_measures(evidence).items():
        if measure.source is source:
            labels[name] = measure.wording
    for name, observation in observations.items():
        if observation.source_id == source.id:
            asked = labels.get(observation.belongs_to)
            labels[name] = f"{f'{asked} ' if asked else ''}{observation.label}: {format_value(observation)}"
    for enumeration in source.lists:
        labels[f"{source.id}/{enumeration.id}"] = enumeration.title
        for entry in enumeration.items:
            labels[f"{source.id}/{enumeration.id}/{entry.id}"] = f"{enumeration.title}: {entry.label}"
    labels |= {f"{source.id}/{chart.id}": chart.title for chart in source.charts}
    labels |= {f"{source.id}/{statement.id}": statement.text for statement in source.statements}
    return labels
