"""Directives that say what may be compared: the page of decisions, the grades, a chapter's box of cautions."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from docutils import nodes

from nordic_ai.captions import GRADE_WORDS
from nordic_ai.comparability import (
    GRADES,
    MAY_DIFFER,
    MEANING,
    Measure,
    differences,
    list_measures,
    not_told,
    period_of,
)
from nordic_ai.evidence import Comparison, Indicator, short_name
from nordic_ai.fields import Theme
from nordic_ai.model import Note, Question
from nordic_ai.site.generated import EvidenceDirective, described, section, words
from nordic_ai.site.markup import DataTable

# What is told of these in the chapters is said elsewhere, or bears on no comparison.
_NOTES_LEFT_OUT = ("rounding", "context")


class Fold(nodes.General, nodes.Element):
    """A part that is folded away under its `summary`; it needs no script."""


def visit_fold(translator: Any, node: Fold) -> None:
    """Open a `Fold`."""
    translator.body.append(f'<details class="fold"><summary>{html.escape(node["summary"])}</summary>')


def depart_fold(translator: Any, node: Fold) -> None:
    """Close a `Fold`."""
    translator.body.append("</details>")


class _ComparabilityDirective(EvidenceDirective):
    """What the directives here share: the measures, the decisions, and links to other pages."""

    def under(self, indicator: str) -> list[Measure]:
        """List the questions and figures that stand under an indicator."""
        return [m for m in list_measures(self.evidence).values() if m.record.indicator == indicator]

    def indicators(self, theme: str) -> dict[str, Indicator]:
        """Give the indicators of a theme by id."""
        return {name: indicator for name, indicator in self.evidence.indicators.items() if indicator.theme == theme}

    def link(self, text: str, page: str, anchor: str) -> nodes.reference:
        """Make a link to a place on a page of the report."""
        address = self.env.app.builder.get_relative_uri(self.env.docname, page)
        return nodes.reference("", text, refuri=f"{address}#{anchor}", internal=True)


class Comparability(_ComparabilityDirective):
    """Show for every indicator what stands under it, and what may be compared with what and why."""

    def run(self) -> list[nodes.Node]:
        """Write a section for each theme, with one for each of its indicators."""
        parts = []
        for theme in get_args(Theme):
            part = section(theme.capitalize(), f"comparability-{theme}")
            part.extend(self._indicator(name, indicator) for name, indicator in self.indicators(theme).items())
            parts.append(part)
        return parts

    def _indicator(self, name: str, indicator: Indicator) -> nodes.section:
        part = section(indicator.label, f"indicator-{name}")
        measures = self.under(name)
        part += words(f"{indicator.definition} About {indicator.subject}.")
        part += described((measure.name, self._measure(measure)) for measure in measures)
        if not measures:
            part += words("No publication read here has a number on it yet.")
        elif len(measures) == 1:
            part += words("There is nothing to compare it with yet.")
        for comparison in indicator.comparisons:
            part.extend(self._comparison(comparison))
        return part

    def _measure(self, measure: Measure) -> nodes.Element:
        country = self.evidence.countries[measure.source.country].name
        body = nodes.container("", nodes.paragraph("", "", self.link(measure.wording, "register", measure.id)))
        body += words(f"{country}, {period_of(measure) or 'time not told'}. {self._kind(measure)}")
        return body

    @staticmethod
    def _kind(measure: Measure) -> str:
        record = measure.record
        if not isinstance(record, Question):
            return f"A figure cited from {record.cited_from}." if record.cited_from else "A figure of the publication."
        population = measure.survey.population.text or "Not told who was asked"
        wording = "The question is printed" if record.wording == "printed" else "The question is inferred, not printed"
        return f"{population.rstrip('.')}. {wording}."

    def _comparison(self, comparison: Comparison) -> list[nodes.Node]:
        measures = list_measures(self.evidence)
        grade = nodes.strong("", f"{GRADE_WORDS[comparison.grade]}: ")
        head = nodes.paragraph("", "", grade, nodes.Text(f"{_names(comparison, measures)}."))
        folds = [self._differences(comparison.compare, other, measures) for other in comparison.to]
        return [head, words(comparison.reason), *folds]

    def _differences(self, a: str, b: str, measures: Mapping[str, Measure]) -> Fold:
        names = [measures[name].name for name in sorted((a, b))]
        found = differences(a, b, self.evidence)
        untold = sum(not difference.told for difference in found)
        rows = [[d.aspect.capitalize(), *(side or "not told" for side in d.sides)] for d in found]
        table = DataTable("", caption=f"Differences: {' and '.join(names)}", heads=["In", *names], rows=rows)
        summary = f"{' and '.join(names)}: what differs ({len(found) - untold}) and what is not told ({untold})"
        return Fold("", table, summary=summary)


class ComparabilityGrades(_ComparabilityDirective):
    """Tabulate the grades: what each means, and which differences it bears."""

    def run(self) -> list[nodes.Node]:
        """Write the table from the rules that decisions are held to."""
        rows = []
        for grade in GRADES:
            bears = [aspect for aspect, most_generous in MAY_DIFFER.items() if most_generous == grade]
            more = "" if grade == GRADES[0] else "also "
            rows.append([GRADE_WORDS[grade], MEANING[grade], f"{more}{'; '.join(bears)}"])
        return [DataTable("", caption="Grades of comparability", heads=["Grade", "Means", "May differ in"], rows=rows)]


class ReadWithCare(_ComparabilityDirective):
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
            bullets += _item("Nothing to compare with yet: ", "; ".join(alone) + ".")
        for about, aspects in self._untold(measures).items():
            bullets += _item(f"Not told about {about}: ", "; ".join(aspects) + ".")
        box = nodes.container("", bullets, classes=["read-with-care"])
        notes = self._notes(measures)
        if notes:
            items = nodes.bullet_list("", *(_item(f"{who}, {note.kind}: ", note.text) for who, note in notes))
            box += Fold("", items, summary=f"What a careful reader notices in these publications ({len(notes)})")
        return [box]

    def _limits(self, name: str, indicator: Indicator) -> nodes.list_item:
        """Write the decisions on one indicator, under a link to all that differs."""
        measures = list_measures(self.evidence)
        decided = (
            _item(f"{GRADE_WORDS[comparison.grade]}: ", f"{_names(comparison, measures)}. {comparison.reason}")
            for comparison in indicator.comparisons
        )
        link = self.link(indicator.label, "comparability", f"indicator-{name}")
        return nodes.list_item("", nodes.paragraph("", "", link), nodes.bullet_list("", *decided))

    def _untold(self, measures: Sequence[Measure]) -> dict[str, list[str]]:
        """List what is not told, once for each survey and for each figure."""
        groups: dict[str, list[list[str]]] = {}
        for measure in measures:
            about = measure.survey.title if measure.survey else measure.name
            groups.setdefault(about, []).append(not_told(measure, self.evidence))
        found = {}
        for about, told in groups.items():
            aspects = dict.fromkeys(aspect for one in told for aspect in one)
            found[about] = [
                aspect if all(aspect in one for one in told) else f"{aspect} (for some questions)" for aspect in aspects
            ]
        return {about: aspects for about, aspects in found.items() if aspects}

    @staticmethod
    def _notes(measures: Sequence[Measure]) -> list[tuple[str, Note]]:
        """List the notes on these questions and figures that bear on what they may be compared with."""
        found = []
        for source in {measure.source.id: measure.source for measure in measures}.values():
            ids = {measure.record.id for measure in measures if measure.source is source}
            for note in source.notes:
                if note.kind not in _NOTES_LEFT_OUT and ids & {path.split("/")[0] for path in note.about}:
                    found.append((short_name(source), note))
        return found


def _names(comparison: Comparison, measures: Mapping[str, Measure]) -> str:
    others = [measures[name].name for name in comparison.to]
    return f"{measures[comparison.compare].name} with {' and with '.join(others)}"


def _item(head: str, text: str) -> nodes.list_item:
    return nodes.list_item("", nodes.paragraph("", "", nodes.strong("", head), nodes.Text(text)))
