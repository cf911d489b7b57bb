"""Write what shows the report as a whole: the map of its evidence, and how to cite it, its parts and its sources."""

from collections import Counter, defaultdict
from pathlib import Path
from urllib.parse import urljoin

from nordic_ai.analysis.wording import format_value
from nordic_ai.evidence.citation import Work, cite_data, cite_part, cite_report, cite_source
from nordic_ai.evidence.values import MAIN_SUBJECT
from nordic_ai.fingerprint import printed_editions
from nordic_ai.site.cards import title_of
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
    read = Counter((code, s.reading.extent) for s in page.evidence.sources.values() for code in s.countries)
    extents = {code: (read[code, "whole"], read[code, "in part"]) for code in page.evidence.countries}
    return {"numbers": numbers, "descriptions": descriptions, "extents": extents}


def editions(page: Page) -> Context:
    """List the editions for print that were made from what the pages are made from."""
    return {"editions": printed_editions(Path(page.builder.srcdir))}


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
        work = cite_record(page, name)
    return {"work": work}


def cite_record(page: Page, record_id: str) -> Work:
    """Give a record as a work: its number or title, and its permanent address."""
    number = page.report.observations.get(record_id)
    what = f"{number.label}, {format_value(number)}" if number else title_of(page.evidence.records[record_id])
    title = f"{page.evidence.sources[record_id.split('/')[0]].short_name}: {what}"
    place = urljoin(page.builder.get_target_uri(page.name), page.address("register", record_id))
    return cite_part(page.domain.inputs.citation, record_id.replace("/", "-"), title, f"Record {record_id}", place)
