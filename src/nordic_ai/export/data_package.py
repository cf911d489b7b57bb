"""Write the tables as a Frictionless Data Package, so that any tool can read them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nordic_ai.analysis.report import Report
from nordic_ai.evidence.citation import read_citation
from nordic_ai.export.tables import Column, Table, csv_bytes, tables

LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0 International",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}


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


def data_files(report: Report) -> list[DataFile]:
    """Give the files of the package: `datapackage.json` and one CSV file a table."""
    files = {name: _table_file(name, table, report) for name, table in tables().items()}
    descriptor = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "nordic-ai-evidence",
        "version": read_citation(report.evidence.root).version,
        "title": "AI in Nordic local government: the evidence",
        "description": "Every number, list and finding of the publications behind the report, with its place in them.",
        "licenses": [LICENCE],
        "resources": [_resource(name, table, files[name]) for name, table in tables().items()],
    }
    about = "What the tables are and what their columns hold, for programs."
    return [DataFile("datapackage.json", about, json_bytes(descriptor)), *files.values()]


def json_bytes(content: Mapping[str, Any]) -> bytes:
    """Write JSON for people and programs, the same on every machine."""
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _table_file(name: str, table: Table, report: Report) -> DataFile:
    rows = table.rows(report)
    content = csv_bytes(table.columns, rows)
    return DataFile(f"{name}.csv", table.description, content, len(rows), len(table.columns))


def _resource(name: str, table: Table, file: DataFile) -> dict[str, Any]:
    keys = []
    for column_name, column in table.columns.items():
        if column.refers_to:
            other, _, field = column.refers_to.partition(".")
            target = "" if other == name else other
            keys.append({"fields": [column_name], "reference": {"resource": target, "fields": [field]}})
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
            "foreignKeys": keys,
        },
    }


def _field(name: str, column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {"name": name, "type": column.type, "description": column.description}
    constraints: dict[str, Any] = {"required": True} if column.required else {}
    if column.one_of:
        # Frictionless 5 reads `categories` only as a hint, so the constraint says it again.
        field["categories"] = constraints["enum"] = list(column.one_of)
    return field | ({"constraints": constraints} if constraints else {})
