"""Join a chart with its finding, its description and the rows it draws, so that they cannot drift apart."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd
import vl_convert

from nordic_ai.analysis.decisions import least_comparable
from nordic_ai.analysis.observations import Observation
from nordic_ai.analysis.report import Report, load_report
from nordic_ai.evidence.values import is_id
from nordic_ai.figures.captions import base_line, comparability, question_wordings, reference, uncertainty_line
from nordic_ai.figures.charts import Drawing
from nordic_ai.figures.format import MIME_TYPE, WIDTHS, WITHOUT_PICTURES, FigureData, FigureSource


def observations(*ids: str) -> tuple[Observation, ...]:
    """Give observations in the order asked for.

    Parameters
    ----------
    *ids
        Ids of observations, or of a question or figure for all that belongs to it, restatements left out.

    Raises
    ------
    KeyError
        If nothing has one of the ids.
    ValueError
        If an observation is named twice.
    """
    known = load_report().observations
    chosen: list[Observation] = []
    for name in ids:
        below = [o for o in known.values() if o.belongs_to == name and o.restates is None and o.kind != "method"]
        if name not in known and not below:
            raise KeyError(f"no observation, question or figure has the id `{name}`; see data/sources")
        chosen += [known[name]] if name in known else below
    names = [observation.observation_id for observation in chosen]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"`{twice[0]}` is named twice")
    return tuple(chosen)


@dataclass(frozen=True)
class Figure:
    """A figure as a chapter shows it."""

    id: str
    title: str
    description: str
    drawing: Drawing

    def data(self) -> FigureData:
        """Give everything that the site shows of the figure but its pictures."""
        report, rows = load_report(), self.drawing.rows
        sources = (report.evidence.sources[name] for name in dict.fromkeys(row.source_id for row in rows))
        return FigureData(
            id=self.id,
            title=self.title,
            description=self.description,
            base=base_line(rows),
            uncertainty=f"{uncertainty_line(rows)} {self.drawing.remark}".strip(),
            comparability=comparability(rows, report, self.drawing.scales is None),
            sources=tuple(FigureSource(s.id, s.short_name, reference(s), s.language) for s in sources),
            questions=question_wordings(rows, report),
            rows=tuple(rows),
            specifications={size: specification(self.drawing, width) for size, width in WIDTHS.items()},
        )

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        data = self.data()
        if os.environ.get(WITHOUT_PICTURES):
            return {MIME_TYPE: data.to_json(), "text/plain": f"{self.title}\n"}
        drawn = data.with_pictures({size: svg(specification) for size, specification in data.specifications.items()})
        return {MIME_TYPE: drawn.to_json(), "image/svg+xml": drawn.pictures["wide"], "text/plain": f"{self.title}\n"}


def figure(drawing: Drawing, *, id: str, title: str, description: str) -> Figure:
    """Make a figure.

    Parameters
    ----------
    drawing
        What a builder of `nordic_ai.charts` gives.
    id
        Permanent name, part of the figure's address: lower-case words joined by hyphens.
    title
        The finding, as a sentence.
    description
        What the picture shows, for those who do not see it.

    Raises
    ------
    ValueError
        If title or description is missing, the id has another form, there are no rows, or rows that
        are not comparable share a scale.
    """
    if not is_id(id):
        raise ValueError(f"the figure id `{id}` must be lower-case words joined by hyphens")
    for name, text in (("title", title), ("description", description)):
        if not (text or "").strip():
            raise ValueError(f"the figure `{id}` has no {name}; a reader who cannot see it needs one")
    if not drawing.rows:
        raise ValueError(f"the figure `{id}` has no rows of evidence")
    for rows in [drawing.rows] if drawing.scales is None else drawing.scales:
        _refuse_incomparable(rows, id, load_report())
    return Figure(id, title, description, drawing)


def _refuse_incomparable(rows: Sequence[Observation], id: str, report: Report) -> None:
    subjects = sorted({row.subject for row in rows})
    if len(subjects) > 1:
        raise ValueError(f"the figure `{id}` puts {' and '.join(subjects)} on one scale; they are not comparable")
    found = least_comparable(rows, report)
    if found.level == "not comparable":
        one, other = found.pair
        raise ValueError(
            f"the figure `{id}` puts `{one}` and `{other}` on one scale, and they are not comparable: {found.reason} "
            "Draw them in figures of their own"
        )


def specification(drawing: Drawing, width: int) -> dict[str, Any]:
    """Write a drawing at a width in pixels as a Vega-Lite specification.

    Altair's own check of it costs more than all the rest of a figure; the tests make it instead.
    """
    with alt.data_transformers.enable("plain rows"):
        return drawing.draw(width).to_dict(validate=False)


def _plain_rows(data: pd.DataFrame) -> dict[str, Any]:
    """Give rows of numbers and texts to Altair; its own way, for data of any type, takes a quarter of a figure."""
    records = data.to_dict("records")
    return {"values": [{name: None if value != value else value for name, value in row.items()} for row in records]}


alt.data_transformers.register("plain rows", _plain_rows)


def svg(spec: Mapping[str, Any]) -> str:
    """Draw a Vega-Lite specification as SVG."""
    return vl_convert.vegalite_to_svg(dict(spec))
