"""Write the page of sources: what each publication is, how its surveys were made, and what readers noticed."""

from docutils import nodes

from nordic_ai.evidence.model import Source
from nordic_ai.site.directives import EvidenceDirective, section
from nordic_ai.site.views import Context, Page, part, view


class SourceList(EvidenceDirective):
    """List every publication in the order of the files."""

    def run(self) -> list[nodes.Node]:
        """Write a section for each, with one for each of its surveys and one for notes."""
        return [self._source(source) for source in self.evidence.sources.values()]

    def _source(self, source: Source) -> nodes.section:
        parts = [part("sources/publication.html", source_id=source.id)]
        for survey in source.surveys:
            content = part(survey_facts, source_id=source.id, survey_id=survey.id)
            parts.append(section(survey.title, f"{source.id}/{survey.id}", content))
        if source.notes:
            content = part("sources/notes.html", source_id=source.id)
            parts.append(section("What a careful reader notices", f"{source.id}/notes", content))
        return section(source.title.english, source.id, *parts)


@view("sources/survey.html")
def survey_facts(page: Page, source_id: str, survey_id: str) -> Context:
    """Say how a survey was made, as far as the publication tells, and what contradicts that."""
    source, start = page.evidence.sources[source_id], f"{source_id}/{survey_id}/"
    return {
        "survey": source.survey(survey_id),
        "language": source.language,
        "country": page.evidence.countries[source.country],
        "contradictions": [one for one in page.report.contradictions if one.about[0].startswith(start)],
    }
