"""Write what readers take away from a figure: its data with metadata, its picture, and its interactive form."""

from __future__ import annotations

import dataclasses
import html
import json
import re
import textwrap

import vl_convert

from nordic_ai.export.data_package import csv_bytes
from nordic_ai.export.tables import TABLES
from nordic_ai.figures.format import FONT, WIDTHS, FigureData

_CSV_TYPES = {"string": "string", "integer": "integer", "number": "decimal", "boolean": "boolean", "date": "date"}
_FALLBACK = re.compile(r"var\(--[\w-]+, (#[0-9a-f]{6})\)")


def figure_files(figure: FigureData, citation: str) -> dict[str, bytes]:
    """Give the files of a figure by name.

    Parameters
    ----------
    figure
        With its pictures.
    citation
        How to cite the figure; it goes into the picture and the metadata.

    Returns
    -------
    dict
        CSV, its metadata (CSV on the Web), SVG and PNG with title and source, and a script for the interactive form.
    """
    name = figure.id
    table = TABLES["observations"]
    rows = table.typed(map(dataclasses.asdict, figure.rows))
    with_questions = rows.assign(question=rows["question_id"].map(figure.questions).astype("string"))
    picture = poster(figure)
    interactive = json.dumps({size: figure.specifications[size] for size in WIDTHS}, ensure_ascii=False)
    return {
        f"{name}.csv": csv_bytes(with_questions),
        f"{name}.csv-metadata.json": _metadata(figure, citation),
        f"{name}.svg": picture.encode("utf-8"),
        f"{name}.png": vl_convert.svg_to_png(picture, scale=2),
        f"{name}.js": f'(window.nordicFigures ??= {{}})["figure-{name}"] = {interactive};\n'.encode(),
    }


def _metadata(figure: FigureData, citation: str) -> bytes:
    columns = [
        {
            "name": name,
            "titles": name,
            "dc:description": column.description,
            "datatype": _CSV_TYPES[column.type],
            "required": column.required,
        }
        for name, column in TABLES["observations"].columns.items()
    ]
    asked = "The question in our words, where the number answers one."
    columns.append({"name": "question", "titles": "question", "dc:description": asked, "datatype": "string"})
    text = json.dumps(
        {
            "@context": "http://www.w3.org/ns/csvw",
            "url": f"{figure.id}.csv",
            "dc:title": figure.title,
            "dc:description": figure.description,
            "dc:bibliographicCitation": citation,
            "dc:license": {"@id": "https://creativecommons.org/licenses/by/4.0/"},
            "dc:source": [source.reference for source in figure.sources],
            "tableSchema": {"columns": columns, "primaryKey": "observation_id"},
        },
        ensure_ascii=False,
        indent=2,
    )
    return (text + "\n").encode("utf-8")


def poster(figure: FigureData) -> str:
    """Draw a figure with its title and source as one SVG that needs no page around it."""
    drawn = _FALLBACK.sub(r"\1", figure.pictures["wide"])
    height = float(re.search(r'viewBox="0 0 [\d.]+ ([\d.]+)"', drawn)[1])
    margin, line = 20, 20
    head = textwrap.wrap(figure.title, 76)
    feet = [*textwrap.wrap(figure.base, 104), *textwrap.wrap(figure.uncertainty, 104)]
    feet += textwrap.wrap(
        f"Source: {'; '.join(source.name for source in figure.sources)}. AI in Nordic local government, CC BY 4.0.", 104
    )
    top = margin + line * len(head) + 10
    total = top + height + 14 + 15 * len(feet) + margin
    lines = [_line(text, margin, margin + 14 + line * i, 16, "bold", "#1c2733") for i, text in enumerate(head)]
    lines += [_line(t, margin, top + height + 24 + 15 * i, 11.5, "normal", "#55616d") for i, t in enumerate(feet)]
    inner = re.sub(r"^<svg", f'<svg x="{margin}" y="{top}"', drawn, count=1)
    width = WIDTHS["wide"] + 2 * margin
    size = f'width="{width}" height="{total:.0f}" viewBox="0 0 {width} {total:.0f}"'
    described = f"<title>{html.escape(figure.title)}</title><desc>{html.escape(figure.description)}</desc>"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{described}'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{"".join(lines)}{inner}</svg>'
    )


def _line(text: str, x: float, y: float, size: float, weight: str, colour: str) -> str:
    return (
        f'<text x="{x}" y="{y}" font-family="{FONT}" font-size="{size}" '
        f'font-weight="{weight}" fill="{colour}">{html.escape(text)}</text>'
    )
