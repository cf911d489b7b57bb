"""Write what shows the report as a whole: the map of its evidence, and how to cite it, its parts and its sources."""

from collections import Counter, defaultdict

from nordic_ai.analysis.wording import format_value
from nordic_ai.evidence.citation import cite_data, cite_part, cite_report, cite_source
from nordic_ai.evidence.values import MAIN_SUBJECT
from nordic_ai.site.views import Context, Page


def evidence_map(page: Page) -> Context:
    """Say how many numbers and which descriptions there are from each country on each theme."""
    numbers, descriptions = defaultdict(Counter), defaultdict(list)
    for number in page.report.results:
        numbers[number.country][number.theme] += 1
    for source in page.evidence.sources.values():
        for record in (*source.lists, *source.statements):
            if source.subject_of(record) == MAIN_SUBJECT:
                descriptions[source.country_of(record), record.theme].append(f"{source.id}/{record.id}")
    return {"numbers": numbers, "descriptions": descriptions}


def citation(page: Page, name: str) -> Context:
    """Give as a work what is to be cited: `report`, `data`, a `figure`, or a publication or observation by its id."""
    file, sources = page.domain.inputs.citation, page.evidence.sources
    if name == "report":
        work = cite_report(file)
    elif name == "data":
        work = cite_data(file)
    elif name == "figure":
        work = cite_part(file, "nordic-ai-FIGURE", "TITLE OF THE FIGURE", "Figure ID", "PAGE.html#figure-ID")
    elif name in sources:
        work = cite_source(sources[name])
    else:
        observation = page.report.observations[name]
        title = f"{sources[observation.source_id].short_name}: {observation.label}, {format_value(observation)}"
        place = f"{page.builder.get_target_uri(page.document('register', name))}#{name}"
        work = cite_part(file, name.replace("/", "-"), title, f"Record {name}", place)
    return {"work": work}
