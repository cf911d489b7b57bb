"""Write the data page: the published files with their checksums, and what each column holds."""

from docutils import nodes

from nordic_ai.evidence.citation import apa, cite_data
from nordic_ai.export.data_package import LICENCE
from nordic_ai.export.tables import tables
from nordic_ai.site.directives import EvidenceDirective, section
from nordic_ai.site.views import Context, Page, part, view


class DataDictionary(EvidenceDirective):
    """Say of every table and column what it holds."""

    def run(self) -> list[nodes.Node]:
        """Write a section for each table."""
        return [section(name, f"table-{name}", part(columns, name=name)) for name in tables()]


@view("data/columns.html")
def columns(page: Page, name: str) -> Context:
    """Describe a table and its columns."""
    return {"name": name, "table": tables()[name]}


@view("data/files.html")
def files(page: Page) -> Context:
    """List the files with rows, columns, size and checksum, so that a copy can be told from the published one."""
    citation = page.domain.inputs.citation
    return {
        "version": citation.version,
        "licence": LICENCE,
        "reference": apa(cite_data(citation)),
        "files": page.domain.inputs.package.values(),
    }
