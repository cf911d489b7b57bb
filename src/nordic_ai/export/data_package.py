"""Write the tables as a Frictionless Data Package, so that any tool can read them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nordic_ai.analysis.report import Report
from nordic_ai.evidence.citation import read_citation
from nordic_ai.evidence.strict_yaml import read_yaml
from nordic_ai.export.tables import Column, Table, csv_bytes, tables

_PACKAGE = read_yaml(Path(__file__).with_suffix(".yml")).data
LICENCE: Mapping[str, str] = _PACKAGE["licenses"][0]


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
    files, resources = [], []
    for name, table in tables().items():
        rows = table.rows(report)
        content = csv_bytes(table.columns, rows)
        files.append(DataFile(f"{name}.csv", table.description, content, len(rows), len(table.columns)))
        resources.append(_resource(name, table, files[-1]))
    descriptor = _PACKAGE | {"version": read_citation(report.evidence.root).version, "resources": resources}
    about = "What the tables are and what their columns hold, for programs."
    return [DataFile("datapackage.json", about, json_bytes(descriptor)), *files]


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
