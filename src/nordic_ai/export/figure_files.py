"""Write what readers take away from a figure besides its PNG: its data with metadata, and its picture."""

from collections.abc import Mapping
from typing import Any

from nordic_ai.export.data_package import LICENCE, json_bytes
from nordic_ai.export.tables import Column, csv_bytes, tables
from nordic_ai.figures.figure import FigureData
from nordic_ai.figures.pictures import poster

_CSV_TYPES = {"string": "string", "integer": "integer", "number": "decimal", "boolean": "boolean", "date": "date"}
# A spreadsheet shows about a dozen columns without scrolling; these say what a number is, and of whom.
_FIRST = (
    "label", "question", "value", "unit", "ci_low", "ci_high", "base_n", "base_who", "population", "municipal",
    "reading", "period_end", "source_id",
)  # fmt: skip
_QUESTION = Column(type="string", description="The question in our words, where the number answers one.")


def figure_files(figure: FigureData, citation: str) -> dict[str, bytes]:
    """Give the files of a figure, which must have its pictures, by name; the metadata is CSV on the Web."""
    name = figure.id
    known = {**tables()["observations"].columns, "question": _QUESTION}
    columns = {name: known[name] for name in dict.fromkeys((*_FIRST, *known))}
    rows = (vars(row) | {"question": figure.questions.get(row.question_id)} for row in figure.rows)
    return {
        f"{name}.csv": csv_bytes(columns, rows),
        f"{name}.csv-metadata.json": json_bytes(_metadata(figure, columns, citation)),
        f"{name}.svg": poster(figure).encode("utf-8"),
    }


def _metadata(figure: FigureData, columns: Mapping[str, Column], citation: str) -> dict[str, Any]:
    described = [
        {"name": name, "titles": name, "dc:description": column.description, "datatype": _CSV_TYPES[column.type]}
        | ({} if column is _QUESTION else {"required": column.required})
        for name, column in columns.items()
    ]
    return {
        "@context": "http://www.w3.org/ns/csvw",
        "url": f"{figure.id}.csv",
        "dc:title": figure.title,
        "dc:description": figure.description,
        "dc:bibliographicCitation": citation,
        "dc:license": {"@id": LICENCE["path"]},
        "dc:source": [source.reference for source in figure.sources],
        "tableSchema": {"columns": described, "primaryKey": "observation_id"},
    }
