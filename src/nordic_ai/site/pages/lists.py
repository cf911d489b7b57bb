"""Write the pages that are lists with a section for each entry: publications, groups of terms, tables of the data."""

from typing import get_args

from docutils import nodes

from nordic_ai.evidence.model import Source
from nordic_ai.evidence.vocabularies import TermGroup
from nordic_ai.export.tables import tables
from nordic_ai.site.views import EvidenceDirective, part, section


def sources(directive: EvidenceDirective) -> list[nodes.Node]:
    """Write a section for every publication, with one for each of its surveys and one for what readers noticed."""
    return [_source(source) for source in directive.evidence.sources.values()]


def _source(source: Source) -> nodes.section:
    parts = [part("sources/publication.html", source_id=source.id)]
    for survey in source.surveys:
        content = part("sources/survey.html", source_id=source.id, survey_id=survey.id)
        parts.append(section(survey.title, f"{source.id}/{survey.id}", content))
    if source.notes:
        content = part("sources/notes.html", source_id=source.id)
        parts.append(section("What a careful reader notices", f"{source.id}/notes", content))
    return section(source.title.english, source.id, *parts)


def glossary(directive: EvidenceDirective) -> list[nodes.Node]:
    """Write a section for each group of terms."""
    return [
        section(group.capitalize(), f"terms-{group.replace(' ', '-')}", part("glossary.html", group=group))
        for group in get_args(TermGroup)
    ]


def data_dictionary(directive: EvidenceDirective) -> list[nodes.Node]:
    """Write a section for each table, with what its columns hold."""
    return [section(name, f"table-{name}", part("data/columns.html", name=name)) for name in tables()]
