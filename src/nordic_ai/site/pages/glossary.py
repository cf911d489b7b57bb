"""Write the glossary: all terms by group, each with its definition and its words in other languages."""

from typing import get_args

from docutils import nodes

from nordic_ai.evidence.vocabularies import TermGroup
from nordic_ai.site.directives import EvidenceDirective, section
from nordic_ai.site.views import Context, Page, part, view


class Glossary(EvidenceDirective):
    """List all terms by group."""

    def run(self) -> list[nodes.Node]:
        """Write a section for each group."""
        groups = get_args(TermGroup)
        return [
            section(group.capitalize(), f"terms-{group.replace(' ', '-')}", part(terms, group=group))
            for group in groups
        ]


@view("glossary.html")
def terms(page: Page, group: str) -> Context:
    """List the terms of a group in alphabetical order."""
    chosen = [(name, term) for name, term in page.domain.inputs.glossary.items() if term.group == group]
    return {"terms": sorted(chosen, key=lambda named: named[1].term.casefold())}
