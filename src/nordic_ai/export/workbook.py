"""Write the tables as one XLSX workbook, whose letters and numbers no spreadsheet program has to guess."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from nordic_ai.export.tables import Column, Row, tables

# The time that a workbook notes of itself; that of a build would make two builds differ.
CREATED = datetime(2000, 1, 1)
_WIDTHS = {"string": 24, "integer": 11, "number": 11, "boolean": 11, "date": 12}


def workbook_bytes(rows: Mapping[str, Sequence[Row]], about: Mapping[str, str | None]) -> bytes:
    """Write a sheet that says what the workbook is, one of the rows of each table, and one on what columns hold."""
    # Text that looks like a number, an address or a formula stays text.
    settings = {f"strings_to_{kind}": False for kind in ("numbers", "urls", "formulas")}
    file = BytesIO()
    with Workbook(file, settings | {"in_memory": True}) as book:
        book.set_properties({"title": about["Title"], "created": CREATED})
        bold = book.add_format({"bold": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        first = book.add_worksheet("about")
        for name, table in tables().items():
            _write_table(book.add_worksheet(name), table.columns, rows[name], bold, book)
        _write_columns(book.add_worksheet("columns"), bold)
        first.set_column(0, 0, 18)
        first.set_column(1, 1, 90)
        entries = [(term, text) for term, text in about.items() if text]
        for line, (term, text) in enumerate(entries):
            first.write_string(line, 0, term, bold)
            first.write_string(line, 1, text, wrapped)
        contents = {name: f"{table.description} {len(rows[name]):,} rows." for name, table in tables().items()}
        contents["columns"] = "What the columns of the tables hold."
        for line, (name, text) in enumerate(contents.items(), start=len(entries) + 1):
            first.write_url(line, 0, f"internal:{name}!A1", string=name)
            first.write_string(line, 1, text, wrapped)
    return file.getvalue()


def _write_table(
    sheet: Worksheet, columns: Mapping[str, Column], rows: Sequence[Row], bold: Format, book: Workbook
) -> None:
    """Write a table, its head in sight and with filters: numbers as in the CSV files, days as days."""
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for place, (name, column) in enumerate(columns.items()):
        sheet.set_column(place, place, _WIDTHS[column.type])
        sheet.write_string(0, place, name, bold)
        for line, value in enumerate((row[name] for row in rows), start=1):
            if value is None:
                continue
            if column.type == "boolean":
                sheet.write_boolean(line, place, value)
            elif column.type in ("integer", "number"):
                sheet.write_number(line, place, float(column.write(value)))
            elif isinstance(value, date):
                sheet.write_datetime(line, place, datetime.combine(value, time()), day)
            else:
                sheet.write_string(line, place, str(value))
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(1, len(rows)), len(columns) - 1)


def _write_columns(sheet: Worksheet, bold: Format) -> None:
    """Write the data dictionary, a row a column of a table."""
    lines = [(name, key, column) for name, table in tables().items() for key, column in table.columns.items()]
    told = [(name, key, column.type, column.description) for name, key, column in lines]
    for place, (head, width) in enumerate({"table": 16, "column": 24, "type": 11, "what it holds": 90}.items()):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, head, bold)
        for line, texts in enumerate(told, start=1):
            sheet.write_string(line, place, texts[place])
    sheet.freeze_panes(1, 0)
