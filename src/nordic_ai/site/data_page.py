"""The directives that write the data page: the files with their checksums, and what each column holds."""

from __future__ import annotations

import csv
import hashlib
import html
import io
import json
import re
from collections.abc import Mapping
from typing import Any

from docutils import nodes

from nordic_ai.analysis.wording import plain_number
from nordic_ai.evidence.citation import apa, cite_data
from nordic_ai.site.domain import report_domain
from nordic_ai.site.downloads import SCHEMA, package_files
from nordic_ai.site.elements import EvidenceDirective, described, line, section
from nordic_ai.site.markup import HtmlBlock, table_html


class DataDirective(EvidenceDirective):
    """What the directives of the page share: the published files and their description."""

    @property
    def files(self) -> Mapping[str, bytes]:
        """The files of the folder of data, by name, byte by byte as they are published."""
        return package_files(self.env.app)

    @property
    def descriptor(self) -> Mapping[str, Any]:
        """What the Data Package says of itself."""
        return json.loads(self.files["datapackage.json"])


class DataFiles(DataDirective):
    """List the files with rows, columns, size and checksum, so that a copy can be told from the published one."""

    def run(self) -> list[nodes.Node]:
        """Write version, licence and citation, then a table of the files."""
        licence = self.descriptor["licenses"][0]
        facts = described(
            [
                ("Version", self.descriptor["version"]),
                ("Licence", line(nodes.reference("", licence["title"], refuri=licence["path"]))),
                ("Cite as", apa(cite_data(report_domain(self.env).citation))),
            ]
        )
        described_by = {"datapackage.json": "What the tables are and what their columns hold, for programs."}
        described_by |= {table["path"]: table["description"] for table in self.descriptor["resources"]}
        described_by[SCHEMA] = "JSON Schema of the records that the tables are made from, one file a publication."
        rows = [self._file(name, described_by[name]) for name in described_by]
        heads = ["File", "What it holds, and its SHA-256 checksum", "Rows", "Columns", "Bytes"]
        table = table_html("Files of the Data Package", heads, rows)
        return [facts, HtmlBlock(html=table, words=[f"{name}: {text}" for name, text in described_by.items()])]

    def _file(self, name: str, description: str) -> list[str]:
        content = self.files[name]
        rows = columns = "no table"
        if name.endswith(".csv"):
            head, *records = csv.reader(io.StringIO(content.decode("utf-8")))
            rows, columns = plain_number(len(records)), str(len(head))
        link = f'<a href="../data/{name}" download>{name}</a>'
        checksum = f'<code class="checksum">{hashlib.sha256(content).hexdigest()}</code>'
        return [link, f"{_with_code(description)}<br>{checksum}", rows, columns, plain_number(len(content))]


class DataDictionary(DataDirective):
    """Say of every table and column what it holds."""

    def run(self) -> list[nodes.Node]:
        """Write a section for each table."""
        return [self._table(table) for table in self.descriptor["resources"]]

    def _table(self, table: Mapping[str, Any]) -> nodes.section:
        keys = {key["fields"][0]: key["reference"] for key in table["schema"]["foreignKeys"]}
        rows = [
            [f"<code>{field['name']}</code>", field["type"], _what(field, table["name"], keys.get(field["name"]))]
            for field in table["schema"]["fields"]
        ]
        text = table_html(f"Columns of {table['path']}", ["Column", "Type", "What it holds"], rows)
        words = [f"{field['name']}: {field['description']}" for field in table["schema"]["fields"]]
        return section(
            table["name"], f"table-{table['name']}", line(table["description"]), HtmlBlock(html=text, words=words)
        )


def _what(field: Mapping[str, Any], table: str, key: Mapping[str, Any] | None) -> str:
    constraints = field.get("constraints", {})
    told = [_with_code(field["description"])]
    if "enum" in constraints:
        told.append(f"One of: {', '.join(f'<code>{html.escape(value)}</code>' for value in constraints['enum'])}.")
    if key:
        told.append(f"Found in <code>{key['resource'] or table}.{key['fields'][0]}</code>.")
    if constraints.get("required"):
        told.append("Never empty.")
    return " ".join(told)


def _with_code(text: str) -> str:
    """Write a text of the data dictionary, whose names of columns and values stand in backticks."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text, quote=False))
