"""Write the tables as a Frictionless Data Package, so that any tool can read them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nordic_ai.analysis.report import Report
from nordic_ai.evidence.citation import CitationFile, apa, cite_data
from nordic_ai.evidence.strict_yaml import read_yaml
from nordic_ai.export.tables import Column, Table, csv_bytes, tables
from nordic_ai.export.workbook import workbook_bytes

_PACKAGE = read_yaml(Path(__file__).with_suffix(".yml")).data
LICENCE: Mapping[str, str] = _PACKAGE["licenses"][0]
WORKBOOK = f"{_PACKAGE['name']}.xlsx"
"""The file that holds all tables."""


@dataclass(frozen=True)
class DataFile:
    """A file of the package as it is published."""

    name: str
    description: str
    content: bytes
    rows: int | None = None
    """Number of rows; None where the file is no table."""
    columns: int | None = None

    @property
    def sha256(self) -> str:
        """Its checksum, in hexadecimal digits."""
        return hashlib.sha256(self.content).hexdigest()


def data_files(report: Report, citation: CitationFile) -> list[DataFile]:
    """Give the files of the package: a workbook with all tables, `datapackage.json` and one CSV file a table."""
    files, resources = [], []
    rows = {name: table.rows(report) for name, table in tables().items()}
    for name, table in tables().items():
        content = csv_bytes(table.columns, rows[name])
        files.append(DataFile(f"{name}.csv", table.description, content, len(rows[name]), len(table.columns)))
        resources.append(_resource(name, table, files[-1]))
    descriptor = _PACKAGE | {"version": citation.version, "resources": resources}
    about = "What the tables are and what their columns hold, for programs."
    workbook = workbook_bytes(rows, _about_the_workbook(citation))
    return [
        DataFile(WORKBOOK, "All tables as sheets of one workbook, for Excel and LibreOffice.", workbook),
        DataFile("datapackage.json", about, json_bytes(descriptor)),
        *files,
    ]


def _about_the_workbook(citation: CitationFile) -> dict[str, str | None]:
    """Say on the first sheet what the workbook is."""
    publisher = [part for one in citation.contact for part in (one.name, one.address, one.email) if part]
    return {
        "Title": _PACKAGE["title"],
        "What it holds": _PACKAGE["description"],
        "Version": citation.edition,
        "Date": citation.released or "not released yet",
        "Published by": ", ".join(publisher) or "nobody yet: this is a draft",
        "Address": citation.url,
        "Cite as": apa(cite_data(citation)),
        "Licence": f"{LICENCE['title']} ({LICENCE['path']}); the publications belong to those who wrote them",
        "How to read it": "An empty cell is an unknown, never a zero. Shares are in per cent, from 0 to 100.",
    }


def json_bytes(content: Mapping[str, Any]) -> bytes:
    """Write JSON for people and programs, the same on every machine."""
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _resource(name: str, table: Table, file: DataFile) -> dict[str, Any]:
    references = {key: column.refers_to.split(".") for key, column in table.columns.items() if column.refers_to}
    return {
        "name": name,
        "type": "table",
        "path": file.name,
        "description": file.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(file.content),
        "hash": f"sha256:{file.sha256}",
        "schema": {
            "fields": [_field(column_name, column) for column_name, column in table.columns.items()],
            "missingValues": [""],
            "primaryKey": [next(iter(table.columns))],
            "foreignKeys": [
                {"fields": [key], "reference": {"resource": "" if other == name else other, "fields": [field]}}
                for key, (other, field) in references.items()
            ],
        },
    }


def _field(name: str, column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {"name": name, "type": column.type, "description": column.description}
    constraints: dict[str, Any] = {"required": True} if column.required else {}
    if column.pattern:
        constraints["pattern"] = column.pattern
    if column.one_of:
        # Frictionless 5 reads `categories` only as a hint, so the constraint says it again.
        field["categories"] = constraints["enum"] = list(column.one_of)
    return field | ({"constraints": constraints} if constraints else {})
