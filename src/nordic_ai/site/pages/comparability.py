"""Say what may be compared: for every indicator what stands under it, the decisions with their reasons, the grades."""

from collections import defaultdict
from collections.abc import Iterable
from typing import get_args

from docutils import nodes

from nordic_ai.analysis.comparability import GRADES, IN_A_REPEAT, LEVELS, MAY_DIFFER, UNKNOWN, Measure, not_told
from nordic_ai.analysis.wording import in_sentence, listed
from nordic_ai.evidence.values import Theme
from nordic_ai.site.domain import report_domain
from nordic_ai.site.views import Context, EvidenceDirective, Page, part, section


def comparability(directive: EvidenceDirective) -> list[nodes.Node]:
    """Write a section for each theme, with one for each of its indicators."""
    numbers = (o for o in directive.report.numbers if o.kind != "method" and o.indicator_id)
    report_domain(directive.env).note_uses(number.observation_id for number in numbers)
    parts = defaultdict(list)
    for name, one in directive.evidence.indicators.items():
        content = part("comparability/indicator.html", name=name)
        parts[one.theme].append(section(one.label, f"indicator-{name}", content))
    return [section(theme.capitalize(), f"comparability-{theme}", *parts[theme]) for theme in get_args(Theme)]


def not_known(measures: Iterable[Measure]) -> list[tuple[str, str]]:
    """Say what publications do not tell, or was not seen, once for each survey and for each figure, with a heading."""
    groups = defaultdict(list)
    for measure in measures:
        seen = "Not told" if measure.source.reading.extent == "whole" else "Not seen by us"
        groups[seen, measure.survey.title if measure.survey else measure.name].append(not_told(measure))
    points = []
    for (seen, about), lists in groups.items():
        aspects = dict.fromkeys(aspect for one in lists for aspect in one)
        of_all = [
            f"{UNKNOWN.get(a, a)}{'' if all(a in one for one in lists) else ' (for some questions)'}" for a in aspects
        ]
        points.append((f"{seen} of {in_sentence(about)}", f"{'; '.join(of_all)}." if of_all else ""))
    return points


def grades(page: Page) -> Context:
    """Tabulate what each grade means and which differences it bears, from the rules that decisions are held to."""
    rows = []
    for grade in GRADES:
        bears = "; ".join(aspect for aspect, most_generous in MAY_DIFFER.items() if most_generous == grade)
        rows.append([LEVELS[grade]["badge"], LEVELS[grade]["means"], f"also {bears}" if rows else bears])
    exception = "A question that repeats one of an earlier wave may differ from it in"
    return {
        "caption": "Grades of comparability",
        "heads": ["Grade", "Means", "May differ in"],
        "rows": rows,
        "sentence": f"{exception} {listed(IN_A_REPEAT)} and be of one concept.",
    }


def marks(page: Page) -> Context:
    """Tabulate what the marks under figures mean, and say whether shares of two countries may be ranked."""
    close = []
    for pair, decision in page.report.decisions.items():
        one, other = (page.report.measures[name] for name in sorted(pair))
        if decision.grade in GRADES[:2] and one.country != other.country:
            close.append(f"{one.name} and {other.name}")
    sentence = "No numbers of two countries are close enough yet to say which country is ahead."
    if close:
        sentence = f"Numbers of two countries that may be compared with care: {'; '.join(close)}."
    rows = [[level["badge"], level["means"]] for level in LEVELS.values()]
    return {"caption": "What the marks mean", "heads": ["Mark", "Means"], "rows": rows, "sentence": sentence}
