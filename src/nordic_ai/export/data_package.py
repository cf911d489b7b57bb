"""Write the tables as a Frictionless Data Package, so that any tool can read them."""

from __future__ import annotations

import hashlib
import json
from functools import partial
from typing import Any

import pandas as pd

from nordic_ai.analysis.report import Report
from nordic_ai.evidence.citation import read_citation
from nordic_ai.export.tables import TABLES, Column, Table

# More digits than any reader needs, few enough that every machine writes the same file.
_INTERVAL_DECIMALS = 4
_EXACT_DECIMALS = 10


def datapackage_files(report: Report) -> dict[str, bytes]:
    """Give the files of the package by name: `datapackage.json` and one CSV file a table.

    Parameters
    ----------
    report
        What the tables are made from.
    """
    files = {f"{name}.csv": csv_bytes(table.frame(report)) for name, table in TABLES.items()}
    resources = [_resource(name, table, files[f"{name}.csv"]) for name, table in TABLES.items()]
    descriptor = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "nordic-ai-evidence",
        "version": read_citation(report.evidence.root).version,
        "title": "AI in Nordic local government: the evidence",
        "description": "Every number, list and finding of the publications behind the report, with its place in them.",
        "licenses": [
            {
                "name": "CC-BY-4.0",
                "title": "Creative Commons Attribution 4.0 International",
                "path": "https://creativecommons.org/licenses/by/4.0/",
            }
        ],
        "resources": resources,
    }
    text = json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n"
    return {"datapackage.json": text.encode("utf-8"), **files}


def csv_bytes(data: pd.DataFrame) -> bytes:
    """Write a table as CSV in UTF-8, unknowns empty, numbers as short as they are exact."""
    written = data.copy()
    for name in data.columns:
        if data[name].dtype == "Float64":
            decimals = _INTERVAL_DECIMALS if name.startswith("ci_") else _EXACT_DECIMALS
            written[name] = data[name].map(partial(_number, decimals=decimals), na_action="ignore")
        elif data[name].dtype == "boolean":
            written[name] = data[name].map({True: "true", False: "false"}, na_action="ignore")
    return written.to_csv(index=False, lineterminator="\n").encode("utf-8")


def _number(value: float, decimals: int) -> str:
    """Write a number as short as it is exact: 59, 0.275, 10.4596."""
    text = f"{value:.{decimals}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _resource(name: str, table: Table, content: bytes) -> dict[str, Any]:
    keys = []
    for column_name, column in table.columns.items():
        if column.refers_to:
            other, _, field = column.refers_to.partition(".")
            target = "" if other == name else other
            keys.append({"fields": [column_name], "reference": {"resource": target, "fields": [field]}})
    return {
        "name": name,
        "type": "table",
        "path": f"{name}.csv",
        "description": table.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": {
            "fields": [_field(column_name, column) for column_name, column in table.columns.items()],
            "missingValues": [""],
            "primaryKey": [next(iter(table.columns))],
            "foreignKeys": keys,
        },
    }


def _field(name: str, column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {"name": name, "type": column.type, "description": column.description}
    constraints: dict[str, Any] = {}
    if column.required:
        constraints["required"] = True
    if column.one_of:
        # Frictionless 5 reads `categories` only as a hint, so the constraint says it again.
        field["categories"] = list(column.one_of)
        constraints["enum"] = list(column.one_of)
    if constraints:
        field["constraints"] = constraints
    return field
