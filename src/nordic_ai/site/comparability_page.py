"""Directives that say what may be compared: the page of decisions, the grades, a chapter's box of cautions."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from docutils import nodes

from nordic_ai.analysis.comparability import GRADES, IN_A_REPEAT, MAY_DIFFER, MEANING, differences, not_told
from nordic_ai.analysis.measures import Measure, period_of
from nordic_ai.analysis.observations import Observation
from nordic_ai.analysis.wording import format_interval, format_period, format_value, in_sentence, listed
from nordic_ai.evidence.model import Note, Question
from nordic_ai.evidence.values import Theme
from nordic_ai.evidence.vocabularies import Comparison, Indicator
from nordic_ai.figures.captions import BADGES, GRADE_WORDS, MEANING_OF_LEVELS
from nordic_ai.site.domain import record_reference, report_domain
from nordic_ai.site.elements import EvidenceDirective, described, item, line, section
from nordic_ai.site.markup import data_table

# What is told of these in the chapters is said elsewhere, or bears on no comparison.
_NOTES_LEFT_OUT = ("rounding", "context")


class Fold(nodes.General, nodes.Element):
    """A part that is folded away under its `summary`, with `about` for those who hear it; it needs no script."""


def visit_fold(translator: Any, node: Fold) -> None:
    """Open a `Fold`."""
    about = f'<span class="unseen">: {html.escape(node["about"])}</span>' if node.get("about") else ""
    translator.body.append(f'<details class="fold"><summary>{html.escape(node["summary"])}{about}</summary>')


def depart_fold(translator: Any, node: Fold) -> None:
    """Close a `Fold`."""
    translator.body.append("</details>")


class ComparabilityDirective(EvidenceDirective):
    """What directives that go through indicators share."""

    def under(self, indicator: str) -> list[Measure]:
        """List the questions and figures that stand under an indicator."""
        return [m for m in self.report.measures.values() if m.record.indicator == indicator]

    def indicators(self, theme: str) -> dict[str, Indicator]:
        """Give the indicators of a theme by id."""
        return {name: indicator for name, indicator in self.evidence.indicators.items() if indicator.theme == theme}

    def numbers(self, measure: Measure) -> list[Observation]:
        """List the numbers under a question or figure, each once however often it is printed."""
        return [
            o
            for o in self.observations.values()
            if o.belongs_to == measure.id and o.kind != "method" and o.value is not None and o.restates is None
        ]

    def untold(self, measures: Sequence[Measure]) -> dict[str, list[str]]:
        """List what is not told, once for each survey and for each figure."""
        groups: dict[str, list[list[str]]] = {}
        for measure in measures:
            about = measure.survey.title if measure.survey else measure.wording
            groups.setdefault(about, []).append(not_told(measure))
        found = {}
        for about, told in groups.items():
            aspects = dict.fromkeys(aspect for one in told for aspect in one)
            found[about] = [
                aspect if all(aspect in one for one in told) else f"{aspect} (for some questions)" for aspect in aspects
            ]
        return {about: aspects for about, aspects in found.items() if aspects}


class Comparability(ComparabilityDirective):
    """Show for every indicator what stands under it, and what may be compared with what and why."""

    def run(self) -> list[nodes.Node]:
        """Write a section for each theme, with one for each of its indicators."""
        return [
            section(theme.capitalize(), f"comparability-{theme}", *map(self._indicator, self.indicators(theme)))
            for theme in get_args(Theme)
        ]

    def _indicator(self, name: str) -> nodes.section:
        indicator, measures = self.evidence.indicators[name], self.under(name)
        part = section(indicator.label, f"indicator-{name}")
        about = "" if indicator.subject == "artificial intelligence" else f" About {indicator.subject}."
        part += line(f"{indicator.definition}{about}")
        part += described((measure.name, self._measure(measure)) for measure in measures)
        if not measures:
            part += line("No publication read here has a number on it yet.")
        elif len(measures) == 1:
            part += line("There is nothing to compare it with yet.")
        for comparison in indicator.comparisons:
            part.extend(self._comparison(comparison))
        return part

    def _measure(self, measure: Measure) -> nodes.Element:
        body = nodes.container("", line(self.link(measure.wording, measure.id, "register")))
        body += line(f"{measure.source.short_name}, {period_of(measure) or 'time not known'}. {self._kind(measure)}")
        values = self._values(measure)
        if values:
            body += values
        return body

    def _values(self, measure: Measure) -> nodes.bullet_list | None:
        """List the numbers under a question or figure with their intervals, each as a link to its record."""
        items = nodes.bullet_list()
        for observation in self.numbers(measure):
            interval = format_interval(observation)
            when = format_period(observation.period_start, observation.period_end)
            label = observation.label if measure.survey or not when else when
            report_domain(self.env).note_uses([observation.observation_id])
            shown = format_value(observation) + (f" (95% interval {interval})" if interval else "")
            link = record_reference(shown, [observation.observation_id], "comparability")
            items += item(line(link, f": {label}"))
        return items if len(items) else None

    @staticmethod
    def _kind(measure: Measure) -> str:
        record = measure.record
        if not isinstance(record, Question):
            return (
                f"A figure cited from {in_sentence(record.cited_from)}."
                if record.cited_from
                else "A figure of the publication."
            )
        population = measure.survey.population.text or "Who was asked is not known"
        wording = "The question is printed" if record.wording == "printed" else "The question is inferred, not printed"
        return f"{population.rstrip('.')}. {wording}."

    def _comparison(self, comparison: Comparison) -> list[nodes.Node]:
        measures = self.report.measures
        head = headed(f"{GRADE_WORDS[comparison.grade]}: ", f"{_names(comparison, measures)}.")
        folds = [self._differences(comparison.compare, other, measures) for other in comparison.to]
        return [head, line(comparison.reason), *folds]

    def _differences(self, a: str, b: str, measures: Mapping[str, Measure]) -> Fold:
        names = [measures[name].name for name in (a, b)]
        found = differences(a, b, self.report)
        # The differences are told in the order of the ids, the decision in its own.
        turned = a > b
        untold = sum(not difference.told for difference in found)
        rows = [
            [d.aspect.capitalize(), *(side or "Not known" for side in d.sides[:: -1 if turned else 1])] for d in found
        ]
        table = data_table(f"Differences: {' and '.join(names)}", ["In", *names], rows)
        counted = {"What differs": len(found) - untold, "what is not known": untold}
        summary = ", ".join(f"{what} ({many})" for what, many in counted.items() if many)
        return Fold("", table, summary=summary[0].upper() + summary[1:], about=" and ".join(names))


class ComparabilityGrades(EvidenceDirective):
    """Tabulate the grades: what each means, and which differences it bears."""

    def run(self) -> list[nodes.Node]:
        """Write the table from the rules that decisions are held to."""
        rows = []
        for grade in GRADES:
            bears = [aspect for aspect, most_generous in MAY_DIFFER.items() if most_generous == grade]
            more = "" if grade == GRADES[0] else "also "
            rows.append([GRADE_WORDS[grade], MEANING[grade], f"{more}{'; '.join(bears)}"])
        table = data_table("Grades of comparability", ["Grade", "Means", "May differ in"], rows)
        exception = "A question that repeats one of an earlier wave may differ from it in"
        return [table, line(f"{exception} {listed(IN_A_REPEAT)} and be of one concept.")]


class ComparabilityMarks(EvidenceDirective):
    """Tabulate what the marks under figures mean: the grades, and those that need no decision."""

    def run(self) -> list[nodes.Node]:
        """Write the table, and whether shares of two countries may be ranked."""
        rows = [[badge, MEANING_OF_LEVELS[level]] for level, badge in BADGES.items()]
        return [data_table("What the marks mean", ["Mark", "Means"], rows), line(self._ranked())]

    def _ranked(self) -> str:
        """Say which shares of two countries are close enough to be ranked."""
        measures = self.report.measures
        close = [
            f"{measures[one.first].name} and {measures[one.second].name}"
            for one in self.report.decisions.values()
            if one.grade in GRADES[:2] and measures[one.first].country != measures[one.second].country
        ]
        if not close:
            return "No numbers of two countries are close enough yet to say which country is ahead."
        return f"Numbers of two countries that may be compared with care: {'; '.join(close)}."


class ReadWithCare(ComparabilityDirective):
    """Say in a box which comparisons of a chapter are limited and why, and what the publications do not tell."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Write the box for the theme given as argument."""
        theme = self.arguments[0]
        indicators = self.indicators(theme)
        if not indicators:
            raise self.error(f"no indicator belongs to the theme `{theme}`")
        measures = [measure for name in indicators for measure in self.under(name)]
        limits = (self._limits(name, indicator) for name, indicator in indicators.items() if indicator.comparisons)
        bullets = nodes.bullet_list("", *limits)
        alone = [indicator.label for name, indicator in indicators.items() if len(self.under(name)) == 1]
        if alone:
            bullets += item(headed("Nothing to compare with yet: ", f"{'; '.join(alone)}."))
        for about, aspects in self.untold(measures).items():
            bullets += item(headed(f"Not known about {about}: ", f"{'; '.join(aspects)}."))
        ids = self._ids(measures)
        contradicted = [one for one in self.contradicted if any(_touches(name, ids) for name in one.about)]
        if contradicted:
            head = line(nodes.strong("", "The printed numbers do not fit together:"))
            bullets += item(head, self.finding_links(contradicted))
        box = nodes.container("", bullets, classes=["read-with-care"])
        notes = self._notes(measures, ids)
        if notes:
            noticed = (item(headed(f"{who}, {note.kind}: ", note.text)) for who, note in notes)
            summary = f"What a careful reader notices in these publications ({len(notes)})"
            box += Fold("", nodes.bullet_list("", *noticed), summary=summary)
        return [box]

    def _limits(self, name: str, indicator: Indicator) -> nodes.list_item:
        """Write the decisions on one indicator, under a link to all that differs."""
        measures = self.report.measures
        decided = (
            headed(f"{GRADE_WORDS[comparison.grade]}: ", f"{_names(comparison, measures)}. {comparison.reason}")
            for comparison in indicator.comparisons
        )
        link = self.link(indicator.label, f"indicator-{name}", "comparability")
        return item(line(link), nodes.bullet_list("", *map(item, decided)))

    @staticmethod
    def _ids(measures: Sequence[Measure]) -> set[str]:
        """Give the ids of these questions and figures, and of the surveys that asked them."""
        surveys = {f"{measure.source.id}/{measure.survey.id}" for measure in measures if measure.survey}
        return {measure.id for measure in measures} | surveys

    @staticmethod
    def _notes(measures: Sequence[Measure], ids: set[str]) -> list[tuple[str, Note]]:
        """List the notes on these questions, figures and surveys that bear on what they may be compared with."""
        found = []
        for source in {measure.source.id: measure.source for measure in measures}.values():
            for note in source.notes:
                about = any(_touches(f"{source.id}/{path}", ids) for path in note.about)
                if note.kind not in _NOTES_LEFT_OUT and about:
                    found.append((source.short_name, note))
        return found


def _touches(name: str, ids: set[str]) -> bool:
    """Say whether a record is one of those with these ids, or a part of one."""
    return "/".join(name.split("/")[:2]) in ids


def _names(comparison: Comparison, measures: Mapping[str, Measure]) -> str:
    others = [measures[name].name for name in comparison.to]
    return f"{measures[comparison.compare].name} with {' and with '.join(others)}"


def headed(head: str, text: str) -> nodes.paragraph:
    """Make a paragraph that begins with words in bold."""
    return line(nodes.strong("", head), text)
