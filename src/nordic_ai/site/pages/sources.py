"""Write the page of sources: what each publication is, how its surveys were made, and what readers noticed."""

from __future__ import annotations

from docutils import nodes

from nordic_ai.evidence.model import Source
from nordic_ai.site.directives import EvidenceDirective, section
from nordic_ai.site.pages.audit import contradicted
from nordic_ai.site.views import Context, Page, part, view


class SourceList(EvidenceDirective):
    """List every publication in the order of the files."""

    def run(self) -> list[nodes.Node]:
        """Write a section for each."""
        return [self._source(source) for source in self.evidence.sources.values()]

    def _source(self, source: Source) -> nodes.section:
        content = [part(publication, source_id=source.id)]
        content += [
            section(
                survey.title, f"{source.id}/{survey.id}", part(survey_facts, source_id=source.id, survey_id=survey.id)
            )
            for survey in source.surveys
        ]
        if source.notes:
            content.append(
                section("What a careful reader notices", f"{source.id}/notes", part(notes, source_id=source.id))
            )
        return section(source.title.english, source.id, *content)


@view("sources/publication.html")
def publication(page: Page, source_id: str) -> Context:
    """Say what a publication is."""
    source = page.evidence.sources[source_id]
    return {"source": source, "country": page.evidence.countries[source.country]}


@view("sources/survey.html")
def survey_facts(page: Page, source_id: str, survey_id: str) -> Context:
    """Say how a survey was made, as far as the publication tells, and what contradicts that."""
    source = page.evidence.sources[source_id]
    return {
        "survey": source.survey(survey_id),
        "language": source.language,
        "country": page.evidence.countries[source.country],
        "contradicted": [
            finding for finding in contradicted(page.report) if finding.about[0].startswith(f"{source_id}/{survey_id}/")
        ],
    }


@view("sources/notes.html")
def notes(page: Page, source_id: str) -> Context:
    """List what a careful reader noticed."""
    return {"notes": page.evidence.sources[source_id].notes}
