"""Show how to cite the report, its data, a figure, a record or a publication, and where to report what is wrong."""

from __future__ import annotations

import html

from docutils import nodes

from nordic_ai.analysis.wording import format_value
from nordic_ai.evidence.citation import Work, apa, bibtex, cite_data, cite_part, cite_report, cite_source
from nordic_ai.site.domain import report_domain
from nordic_ai.site.elements import EvidenceDirective, line
from nordic_ai.site.markup import HtmlBlock

_NO_ADDRESS = (
    "No address for messages has been set for this edition yet. Once the project is kept in a public place, a link to "
    "its list of issues stands here."
)


class CitationDirective(EvidenceDirective):
    """Write how to cite `report`, `data`, a `figure`, or the observation or publication whose id is given."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Write a reference and an entry for BibTeX, each with a button that copies it."""
        work = self._work(self.arguments[0])
        name, about = f"cite-{work.key}", f'<span class="unseen">: {html.escape(work.title)}</span>'
        block = (
            f'<div class="cite-block"><p id="{name}">{html.escape(apa(work))}</p>'
            f'<button type="button" hidden data-copy="{name}">Copy the reference{about}</button>'
            f'<pre id="{name}-bibtex">{html.escape(bibtex(work))}</pre>'
            f'<button type="button" hidden data-copy="{name}-bibtex">Copy the BibTeX entry{about}</button></div>'
        )
        return [HtmlBlock(block)]

    def _work(self, name: str) -> Work:
        file = report_domain(self.env).citation
        if name == "report":
            return cite_report(file)
        if name == "data":
            return cite_data(file)
        if name == "figure":
            return cite_part(file, "nordic-ai-FIGURE", "TITLE OF THE FIGURE", "Figure ID", "PAGE.html#figure-ID")
        if name in self.evidence.sources:
            return cite_source(self.evidence.sources[name])
        observation = self.observations.get(name)
        if observation is None:
            raise self.error(f"`{name}` is neither report, data or figure nor the id of a publication or observation")
        source = self.evidence.sources[observation.source_id].short_name
        title = f"{source}: {observation.label}, {format_value(observation)}"
        return cite_part(file, name.replace("/", "-"), title, f"Record {name}", f"evidence/register.html#{name}")


class Contact(EvidenceDirective):
    """Say where readers may report what is wrong: the issues of the repository that CITATION.cff names."""

    def run(self) -> list[nodes.Node]:
        """Write the sentence, with a link where there is an address."""
        repository = report_domain(self.env).citation.repository
        if repository is None:
            return [line(_NO_ADDRESS)]
        issues = f"{repository}/issues"
        link = nodes.reference("", issues, refuri=issues)
        return [
            line("Whoever finds a mistake, a barrier or a publication that is missing may report it at ", link, ".")
        ]
