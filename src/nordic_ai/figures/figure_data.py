"""The data of a figure: what a notebook records of it and what the site shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Self

from pydantic import TypeAdapter

from nordic_ai.analysis.observations import Observation

MIME_TYPE = "application/vnd.nordic-ai.figure+json"
"""The MIME type of a figure in a notebook; its content is what `FigureData.to_json` gives."""

WITHOUT_PICTURES = "NORDIC_AI_WITHOUT_PICTURES"
"""The environment variable that tells a kernel not to draw: starting the drawing engine costs more than running a
chapter, so one process draws for all chapters of a build."""

WIDTHS = {"wide": 680, "narrow": 300}
"""Widths of a figure's pictures in pixels, for wide screens and for phones."""


@dataclass(frozen=True)
class FigureSource:
    """A publication whose numbers a figure draws."""

    id: str
    name: str
    """Short, as in "KS 2024"."""
    reference: str
    """The publisher, the title as printed, and when it was published."""
    language: str
    """Language of the title; two letters."""


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
    """The questions that the rows answer, in our words, by id."""
    rows: tuple[Observation, ...]
    """The observations that are drawn, in order."""
    specifications: Mapping[str, Any]
    """The charts in Vega-Lite, by the sizes of `WIDTHS`."""
    pictures: Mapping[str, str] = field(default_factory=dict)
    """The charts as SVG, by size; empty as long as they have not been drawn."""

    def to_json(self) -> dict[str, Any]:
        """Convert to plain values that JSON can hold."""
        return _adapter().dump_python(self, mode="json")

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` gave."""
        return _adapter().validate_python(dict(data))


@cache
def _adapter() -> TypeAdapter[FigureData]:
    return TypeAdapter(FigureData)
