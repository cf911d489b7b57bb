"""The data of a figure: what a notebook records of it and what the site shows."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from nordic_ai.analysis.observations import Observation

MIME_TYPE = "application/vnd.nordic-ai.figure+json"
"""The MIME type of a figure in a notebook; its content is a `FigureData` as JSON."""

WITHOUT_PICTURES = "NORDIC_AI_WITHOUT_PICTURES"
"""The environment variable that tells a kernel not to draw: starting the drawing engine costs more than running a
chapter, so one process draws for all chapters of a build."""


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


class FigureData(BaseModel, frozen=True):
    """All that the site shows of a figure."""

    id: str
    """Permanent name, part of the figure's address: lower-case words joined by hyphens."""
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
    pictures: Mapping[str, str] = {}
    """The charts as SVG, by size; empty as long as they have not been drawn."""

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        """Give what a notebook keeps of the figure; Jupyter calls this."""
        plain = {"text/plain": f"{self.title}\n"}
        if os.environ.get(WITHOUT_PICTURES):
            return {MIME_TYPE: self.model_dump(mode="json"), **plain}
        from nordic_ai.figures.pictures import svg  # imported here because the site and most kernels do not draw

        pictures = {size: svg(specification) for size, specification in self.specifications.items()}
        drawn = self.model_copy(update={"pictures": pictures})
        return {MIME_TYPE: drawn.model_dump(mode="json"), "image/svg+xml": pictures["wide"], **plain}
