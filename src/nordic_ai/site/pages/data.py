"""Write the data page: the published files with their checksums, and what each column holds."""

from __future__ import annotations

import csv
import hashlib
import io
import json

from docutils import nodes

from nordic_ai.evidence.citation import apa, cite_data
from nordic_ai.site.directives import EvidenceDirective, section
from nordic_ai.site.domain import report_domain
from nordic_ai.site.loading import SCHEMA
from nordic_ai.site.views import Context, Page, part, view


class DataDictionary(EvidenceDirective):
    """Say of every table and column what it holds."""

    def run(self) -> list[nodes.Node]:
        """Write a section for each table."""
        tables = json.loads(report_domain(self.env).inputs.package["datapackage.json"])["resources"]
        return [
            section(table["name"], f"table-{table['name']}", part("data/columns.html", table=table)) for table in tables
        ]


@view("data/files.html")
def files(page: Page) -> Context:
    """List the files with rows, columns, size and checksum, so that a copy can be told from the published one."""
    contents = page.domain.inputs.package
    package = json.loads(contents["datapackage.json"])
    descriptions = {"datapackage.json": "What the tables are and what their columns hold, for programs."}
    descriptions |= {table["path"]: table["description"] for table in package["resources"]}
    descriptions[SCHEMA] = "JSON Schema of the records that the tables are made from, one file a publication."
    return {
        "version": package["version"],
        "licence": package["licenses"][0],
        "reference": apa(cite_data(page.domain.citation)),
        "files": [_file(name, text, contents[name]) for name, text in descriptions.items()],
    }


def _file(name: str, description: str, content: bytes) -> Context:
    rows = list(csv.reader(io.StringIO(content.decode("utf-8")))) if name.endswith(".csv") else None
    return {
        "name": name,
        "description": description,
        "checksum": hashlib.sha256(content).hexdigest(),
        "rows": rows and len(rows) - 1,
        "columns": rows and len(rows[0]),
        "size": len(content),
    }
