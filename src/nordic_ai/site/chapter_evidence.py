"""Close a chapter with the words of its answers and the records it rests on, so that a reader can check both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from docutils import nodes

from nordic_ai.analysis.measures import Measure
from nordic_ai.analysis.observations import Observation
from nordic_ai.analysis.report import Report
from nordic_ai.analysis.wording import format_period, format_value
from nordic_ai.evidence.model import Question, Source
from nordic_ai.site.comparability_page import Fold
from nordic_ai.site.elements import EvidenceDirective, described, foreign, item, line


class QuestionWording(EvidenceDirective):
    """Say of a theme's questions whether they are printed, and give their answers with the original words."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Write the list for the theme given as argument."""
        measures = [
            measure
            for measure in self.report.measures.values()
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


def evidence_used(record_ids: Iterable[str], report: Report, register: str, sources: str) -> list[Fold]:
    """List records by publication, each as a link.

    Parameters
    ----------
    record_ids
        Ids of observations, questions, statements, lists or list entries, in any order and repeated at will.
    report
        What the records belong to.
    register, sources
        Addresses of the pages to link to.
    """
    used, folds = set(record_ids), []
    for source in report.evidence.sources.values():
        items, count = nodes.bullet_list(), 0
        for whole, title, parts in _groups(source, report):
            chosen = {name: label for name, label in parts.items() if name in used}
            count += len(chosen) + (whole in used)
            if chosen or whole in used:
                links, between = [_link(title, f"{register}#{whole}")], " " if title.endswith("?") else ": "
                for name, label in chosen.items():
                    links += [between, _link(label, f"{register}#{name}")]
                    between = "; "
                items += item(line(*links))
        if count:
            about = line(_link(source.title.english, f"{sources}#{source.id}"))
            summary = f"{source.short_name}: {count} record{'s' * (count != 1)}"
            folds.append(Fold("", about, items, summary=summary))
    return folds


def _link(shown: str, address: str) -> nodes.reference:
    return nodes.reference("", shown, refuri=address, internal=True)


def _groups(source: Source, report: Report) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Give each record of a publication that stands under a heading of the register: id, title, and its parts."""
    titles = {f"{source.id}/{survey.id}": survey.title for survey in source.surveys}
    titles |= {name: m.wording for name, m in report.measures.items() if m.source is source}
    own = [observation for observation in report.observations.values() if observation.source_id == source.id]
    for name, title in titles.items():
        yield name, title, {o.observation_id: _label(o, title) for o in own if o.belongs_to == name}
    for enumeration in source.lists:
        name = f"{source.id}/{enumeration.id}"
        yield name, enumeration.title, {f"{name}/{entry.id}": entry.label for entry in enumeration.items}
    for chart in source.charts:
        yield f"{source.id}/{chart.id}", chart.title, {}
    for statement in source.statements:
        yield f"{source.id}/{statement.id}", statement.text, {}


def _label(observation: Observation, title: str) -> str:
    """Say what a number counts, beyond the title that stands before it, and the number."""
    when = format_period(observation.period_start, observation.period_end)
    label = when if observation.kind == "figure" and when else observation.label
    again = " (mentioned again)" if observation.restates else ""
    return f"{label}: {format_value(observation)}{again}".removeprefix(f"{title}: ")
