"""The library of the report: evidence in, tables, statistics, figures and pages out.

Chapters import from here: `from nordic_ai import charts, figure, observations, table`.
"""

from typing import Any

__all__ = ["charts", "figure", "observations", "table"]


def __getattr__(name: str) -> Any:
    """Import what draws and tabulates when it is first asked for, because building pages does without."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from nordic_ai.export.tables import table
    from nordic_ai.figures import charts
    from nordic_ai.figures.figure import figure, observations

    return {"charts": charts, "figure": figure, "observations": observations, "table": table}[name]
