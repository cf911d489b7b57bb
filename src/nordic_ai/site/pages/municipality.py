"""Write the page on which readers set their own municipality beside what publications tell of others."""

from docutils import nodes

from nordic_ai.analysis import municipality
from nordic_ai.analysis.wording import country_name
from nordic_ai.export.questionnaire import FORM, text_file
from nordic_ai.site.domain import report_domain
from nordic_ai.site.views import Context, EvidenceDirective, Page, part


def where_we_stand(directive: EvidenceDirective) -> list[nodes.Node]:
    """Write all topics: what readers are asked, and what publications tell of others."""
    report = directive.report
    measures = (measure for found in municipality.published(report).values() for measure in found)
    rows = (row for measure in measures for _, row in municipality.answers(measure, report))
    report_domain(directive.env).note_uses(row.observation_id for row in rows)
    return [part("municipality.html", topics)]


def topics(page: Page) -> Context:
    """Give the questions of publications by topic, the publications, and the countries from which there are none."""
    published = municipality.published(page.report)
    measures = [measure for found in published.values() for measure in found]
    unread = {
        name: [
            country_name(code, page.evidence)
            for code in page.evidence.countries
            if code not in {measure.source.country_of(measure.record) for measure in found}
        ]
        for name, found in published.items()
    }
    sources = {measure.source.id: measure.source for measure in measures}
    forms = [file for name in (FORM, text_file(page.language)) if (file := page.domain.inputs.package.get(name))]
    return {"own": municipality, "published": published, "unread": unread, "sources": sources, "forms": forms}
