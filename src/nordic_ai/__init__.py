"""The library of the report: evidence in, tables, statistics and figures out.

Chapters import from here: `from nordic_ai import charts, evidence, figure, table`.
"""

from nordic_ai import charts
from nordic_ai.figures import Figure, evidence, figure
from nordic_ai.tables import table

__all__ = ["Figure", "charts", "evidence", "figure", "table"]
