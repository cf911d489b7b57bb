"""Say what may be compared: for every indicator what stands under it, the decisions with their reasons, the grades."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import get_args

from docutils import nodes

from nordic_ai.analysis.comparability import GRADES, IN_A_REPEAT, LEVELS, MAY_DIFFER, Measure, differences, not_told
from nordic_ai.analysis.observations import Observation
from nordic_ai.analysis.report import Report
from nordic_ai.analysis.wording import listed
from nordic_ai.evidence.values import Theme
from nordic_ai.evidence.vocabularies import Indicator
from nordic_ai.site.domain import report_domain
from nordic_ai.site.views import Context, EvidenceDirective, Page, part, section, view


def comparability(directive: EvidenceDirective) -> list[nodes.Node]:
    """Write a section for each theme, with one for each of its indicators."""
    report = directive.report
    for name, numbers in numbers_of_measures(report).items():
        if report.measures[name].record.indicator:
            report_domain(directive.env).note_uses(number.observation_id for number in numbers)
    parts = defaultdict(list)
    for name, one in report.evidence.indicators.items():
        parts[one.theme].append(section(one.label, f"indicator-{name}", part(indicator, name=name)))
    return [section(theme.capitalize(), f"comparability-{theme}", *parts[theme]) for theme in get_args(Theme)]


def numbers_of_measures(report: Report) -> Mapping[str, list[Observation]]:
    """List the numbers under each question and figure, each once however often it is printed."""
    found = defaultdict(list)
    for observation in report.observations.values():
        if observation.kind != "method" and observation.value is not None and observation.restates is None:
            found[observation.belongs_to].append(observation)
    return found


def measures_under(indicators: Iterable[str], report: Report) -> list[Measure]:
    """List the questions and figures that stand under some indicators, indicator by indicator."""
    return [m for name in indicators for m in report.measures.values() if m.record.indicator == name]


def not_known(measures: Iterable[Measure]) -> list[tuple[str, str]]:
    """Say what publications do not tell, once for each survey and for each figure, each with a heading."""
    groups = defaultdict(list)
    for measure in measures:
        groups[measure.survey.title if measure.survey else measure.wording].append(not_told(measure))
    points = []
    for about, lists in groups.items():
        aspects = dict.fromkeys(aspect for one in lists for aspect in one)
        of_all = [a if all(a in one for one in lists) else f"{a} (for some questions)" for a in aspects]
        points.append((f"Not known about {about}", f"{'; '.join(of_all)}." if of_all else ""))
    return points


def describe_decisions(indicator: Indicator, report: Report) -> list[tuple[str, str, str]]:
    """Give of each decision on an indicator the grade in words, what is compared, and the reason."""
    described = []
    for one in indicator.comparisons:
        compared, *others = (report.measures[name].name for name in (one.compare, *one.to))
        described.append((LEVELS[one.grade]["badge"], f"{compared} with {' and with '.join(others)}.", one.reason))
    return described


@view("comparability/indicator.html")
def indicator(page: Page, name: str) -> Context:
    """Show what stands under an indicator, with the numbers, and the decisions on it."""
    known, report = page.evidence.indicators[name], page.report
    return {
        "indicator": known,
        "measures": measures_under([name], report),
        "numbers": numbers_of_measures(report),
        "decisions": [
            (*described, one.compare, [(other, differences(one.compare, other, report)) for other in one.to])
            for one, described in zip(known.comparisons, describe_decisions(known, report), strict=True)
        ],
    }


@view("table.html")
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


@view("table.html")
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
