"""Say what a figure's data are, as a notebook keeps them and as the site shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Self

from pydantic import TypeAdapter

from nordic_ai.analysis.observations import Observation

MIME_TYPE = "application/vnd.nordic-ai.figure+json"
"""Under which a notebook keeps a figure: what `FigureData.to_json` gives."""

WITHOUT_PICTURES = "NORDIC_AI_WITHOUT_PICTURES"
"""The environment variable that tells a kernel to leave the pictures to whoever runs it: one process draws for all
chapters of a build, because starting the drawing engine costs more than running a chapter."""

WIDTHS = {"wide": 680, "narrow": 300}
"""Of the pictures of a figure, in pixels: for wide screens and for phones."""

# Helvetica, Arial and the free fonts that stand in for them set text equally wide, so broken lines fit everywhere.
FONT = "Helvetica, Arial, sans-serif"


@dataclass(frozen=True)
class FigureSource:
    """A publication whose numbers a figure draws."""

    id: str
    name: str
    """Short, as in "KS 2024"."""
    reference: str
    """In full, with its title as printed."""
    language: str
    """Of that title; two letters."""


@dataclass(frozen=True)
class FigureData:
    """All that the site shows of a figure."""

    id: str
    """Permanent, and unique in the report."""
    title: str
    """The finding, as a sentence."""
    description: str
    """What the picture shows, for those who do not see it."""
    base: str
    """Who answered, when and how many."""
    uncertainty: str
    """What the intervals are, and why some rows have none."""
    comparability: str
    """How far the rows may be compared, in a few words."""
    sources: tuple[FigureSource, ...]
    questions: Mapping[str, str]
    """The questions that rows answer, by id, in our words."""
    rows: tuple[Observation, ...]
    """What is drawn."""
    specifications: Mapping[str, Any]
    """In Vega-Lite, by the size that `WIDTHS` names."""
    pictures: Mapping[str, str] = field(default_factory=dict)
    """SVG by size; empty until somebody has drawn them."""

    def to_json(self) -> dict[str, Any]:
        """Give plain values that JSON can hold."""
        return _adapter().dump_python(self, mode="json")

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` gave."""
        return _adapter().validate_python(dict(data))


@cache
def _adapter() -> TypeAdapter[FigureData]:
    return TypeAdapter(FigureData)
