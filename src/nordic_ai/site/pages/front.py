"""Write what the front page shows: the map of the evidence, and how to date, cite and take away the report."""

from collections import Counter, defaultdict
from typing import get_args

from nordic_ai.evidence.values import MAIN_SUBJECT, Theme
from nordic_ai.site.views import Context, Page, view


@view("front/evidence_map.html")
def evidence_map(page: Page) -> Context:
    """Say how many numbers and which descriptions there are from each country on each theme."""
    numbers = Counter(
        (o.country, o.theme)
        for o in page.report.observations.values()
        if o.subject == MAIN_SUBJECT and o.value is not None and o.restates is None
    )
    descriptions = defaultdict(list)
    for source in page.evidence.sources.values():
        for record in (*source.lists, *source.statements) if source.subject == MAIN_SUBJECT else ():
            descriptions[source.country, record.theme].append(f"{source.id}/{record.id}")
    themes = get_args(Theme)
    lacking = {code: [theme for theme in themes if not numbers[code, theme]] for code in page.evidence.countries}
    return {"numbers": numbers, "descriptions": descriptions, "lacking": lacking}


@view("front/report_facts.html")
def report_facts(page: Page) -> Context:
    """Count what the report rests on: countries with a publication, and numbers, each once however often printed."""
    read = dict.fromkeys(page.evidence.countries[source.country].name for source in page.evidence.sources.values())
    numbers = sum(o.value is not None and o.restates is None for o in page.report.observations.values())
    return {"countries": list(read), "numbers": numbers}
