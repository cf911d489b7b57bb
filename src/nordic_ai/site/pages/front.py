"""Write what the front page shows: the map of the evidence, and how to date, cite and take away the report."""

from collections import Counter, defaultdict
from typing import get_args

from nordic_ai.evidence.citation import apa, cite_report
from nordic_ai.evidence.values import MAIN_SUBJECT, Theme
from nordic_ai.export.data_package import LICENCE
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
    return {
        "themes": get_args(Theme),
        "countries": page.evidence.countries,
        "unread": page.evidence.countries_unread,
        "numbers": numbers,
        "descriptions": descriptions,
        "lacking": {
            code: [theme for theme in get_args(Theme) if not numbers[code, theme]] for code in page.evidence.countries
        },
    }


@view("front/report_facts.html")
def report_facts(page: Page) -> Context:
    """Say of which version and date the report is, what it rests on, how to cite it and what can be taken away."""
    file, sources = page.domain.inputs.citation, page.evidence.sources.values()
    return {
        "file": file,  # the only place for version, date and authors
        "reference": apa(cite_report(file)),
        "sources": sources,
        "countries": list(dict.fromkeys(page.evidence.countries[source.country].name for source in sources)),
        "numbers": sum(o.value is not None and o.restates is None for o in page.report.observations.values()),
        "licence": LICENCE["path"],
    }
