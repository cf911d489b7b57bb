"""Write the data page: the published files with their checksums, and what each column holds."""

from __future__ import annotations

import json

from docutils import nodes

from nordic_ai.evidence.citation import apa, cite_data
from nordic_ai.site.directives import EvidenceDirective, section
from nordic_ai.site.domain import report_domain
from nordic_ai.site.views import Context, Page, part, view


class DataDictionary(EvidenceDirective):
    """Say of every table and column what it holds."""

    def run(self) -> list[nodes.Node]:
        """Write a section for each table."""
        tables = json.loads(report_domain(self.env).inputs.package["datapackage.json"].content)["resources"]
        return [
            section(table["name"], f"table-{table['name']}", part("data/columns.html", table=table)) for table in tables
        ]


@view("data/files.html")
def files(page: Page) -> Context:
    """List the files with rows, columns, size and checksum, so that a copy can be told from the published one."""
    package = page.domain.inputs.package
    described = json.loads(package["datapackage.json"].content)
    return {
        "version": described["version"],
        "licence": described["licenses"][0],
        "reference": apa(cite_data(page.domain.citation)),
        "files": package.values(),
    }
