"""The library of the report: evidence in, tables, statistics, figures and pages out.

Chapters import from here: `from nordic_ai import charts, figure, observations, table`.
What draws and tabulates is imported when it is first asked for, because building pages does without.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nordic_ai.export.tables import table
    from nordic_ai.figures import charts
    from nordic_ai.figures.figure import figure, observations

__all__ = ["charts", "figure", "observations", "table"]

_HOMES = {"figure": "figures.figure", "observations": "figures.figure", "table": "export.tables"}


def __getattr__(name: str) -> Any:
    if name == "charts":
        return import_module("nordic_ai.figures.charts")
    if name in _HOMES:
        return getattr(import_module(f"nordic_ai.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
