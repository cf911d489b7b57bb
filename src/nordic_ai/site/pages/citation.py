"""Show how to cite the report, its data, a figure, a record or a publication, and where to report what is wrong."""

from docutils import nodes

from nordic_ai.analysis.wording import format_value
from nordic_ai.evidence.citation import Work, apa, bibtex, cite_data, cite_part, cite_report, cite_source
from nordic_ai.site.directives import EvidenceDirective
from nordic_ai.site.domain import ReportDomain
from nordic_ai.site.views import Context, Page, part, view


class CitationDirective(EvidenceDirective):
    """Show how to cite `report`, `data`, a `figure`, or the observation or publication whose id is given."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Write the reference and the entry for BibTeX."""
        known = {"report", "data", "figure", *self.evidence.sources, *self.report.observations}
        unknown = "`{}` is neither report, data or figure nor the id of a publication or observation"
        return [part(citation, name=self.argument(known, unknown))]


@view("citation.html")
def citation(page: Page, name: str) -> Context:
    """Give a reference and an entry for BibTeX, each of which a button copies."""
    work = _work(name, page.domain)
    return {"work": work, "id": f"cite-{work.key}", "reference": apa(work), "entry": bibtex(work)}


def _work(name: str, domain: ReportDomain) -> Work:
    file, sources = domain.inputs.citation, domain.inputs.report.evidence.sources
    if name == "report":
        return cite_report(file)
    if name == "data":
        return cite_data(file)
    if name == "figure":
        return cite_part(file, "nordic-ai-FIGURE", "TITLE OF THE FIGURE", "Figure ID", "PAGE.html#figure-ID")
    if name in sources:
        return cite_source(sources[name])
    observation = domain.inputs.report.observations[name]
    title = f"{sources[observation.source_id].short_name}: {observation.label}, {format_value(observation)}"
    return cite_part(file, name.replace("/", "-"), title, f"Record {name}", f"evidence/register.html#{name}")
