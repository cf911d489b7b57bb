"""The library of the report: evidence in, tables, statistics and figures out.

Chapters import from here: `from nordic_ai import charts, evidence, figure, table`.
What draws and tabulates is imported when it is first asked for, because building pages does without.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nordic_ai import charts
    from nordic_ai.figures import Figure, evidence, figure
    from nordic_ai.tables import table

__all__ = ["Figure", "charts", "evidence", "figure", "table"]

_HOMES = {"Figure": "figures", "evidence": "figures", "figure": "figures", "table": "tables"}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"nordic_ai.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
