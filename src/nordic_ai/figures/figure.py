"""Join a chart with its finding, its description and its observations, so that they cannot contradict each other."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from nordic_ai.analysis.comparability import LEVELS, least_comparable
from nordic_ai.analysis.observations import Observation
from nordic_ai.analysis.report import Report, load_report
from nordic_ai.analysis.wording import format_question, publication_name
from nordic_ai.evidence.languages import ENGLISH, current, gettext, speaking
from nordic_ai.evidence.values import is_id
from nordic_ai.figures import style
from nordic_ai.figures.captions import bases, mixture, readings, uncertainty_line
from nordic_ai.figures.drawn_chart import draw_chart

if TYPE_CHECKING:  # the site reads figures without the library that draws them
    from nordic_ai.figures.drawing import Drawing

MIME_TYPE = "application/vnd.nordic-ai.figure+json"
"""The MIME type of a figure in a notebook; its content is a `FigureData` as JSON."""

WITHOUT_PICTURES = "NORDIC_AI_WITHOUT_PICTURES"
"""The environment variable that tells a kernel not to draw: starting the drawing engine costs more than running a
chapter, so a few processes draw for all chapters of a build."""


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
class LeftOver:
    """What a picture shows and no observation says: what the printed answers to a question leave over."""

    question_id: str
    label: str
    number: str


class FigureData(BaseModel, frozen=True):
    """All that a notebook records and the site shows of a figure."""

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
    municipal: str
    """Whether others than municipalities answered, in a few words; empty if only they did, or nobody was asked."""
    reading: str
    """Of which publications only a part was read, or not the original; empty if all were read whole."""
    sources: tuple[FigureSource, ...]
    questions: Mapping[str, str]
    """The questions that the rows answer, in our words, by id."""
    rows: tuple[Observation, ...]
    """The observations that are drawn, in order."""
    names: Mapping[str, str]
    """What the picture calls observations, by id, where it does not call them by their own labels."""
    left_over: tuple[LeftOver, ...]
    pictures: Mapping[str, Any]
    """The chart as SVG, `wide`, `narrow` and maybe for a `slide`; in Vega-Lite until it has been drawn."""
    language: str = ENGLISH
    """The language of its texts; two letters."""

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        """Give what a notebook keeps of the figure; Jupyter calls this."""
        plain = {"text/plain": f"{self.title}\n"}
        if os.environ.get(WITHOUT_PICTURES):
            return {MIME_TYPE: self.model_dump(mode="json"), **plain}
        drawn = self.model_copy(update={"pictures": {size: draw_chart(one) for size, one in self.pictures.items()}})
        return {MIME_TYPE: drawn.model_dump(mode="json"), "image/svg+xml": drawn.pictures["wide"], **plain}


def observations(*ids: str) -> tuple[Observation, ...]:
    """Give observations by their ids, in the order asked for.

    The id of a question or figure stands for all that belongs to it, restatements left out. Raises `KeyError` for an
    id that nothing has, and `ValueError` for an observation that is named twice.
    """
    known = load_report().observations
    chosen: dict[str, Observation] = {}
    for name in ids:
        below = [o for o in known.values() if o.belongs_to == name and o.restates is None and o.kind != "method"]
        if name not in known and not below:
            raise KeyError(f"no observation, question or figure has the id `{name}`; see data/sources")
        for observation in [known[name]] if name in known else below:
            if observation.observation_id in chosen:
                raise ValueError(f"`{observation.observation_id}` is named twice")
            chosen[observation.observation_id] = observation
    return tuple(chosen.values())


def figure(drawing: "Drawing", *, id: str, title: str, description: str, language: str = ENGLISH) -> FigureData:
    """Make a figure from what a builder of `nordic_ai.charts` gives; the others are fields of `FigureData`.

    Raises `ValueError` if title or description is missing, the id has another form, there are no rows, or rows that are
    not comparable share a scale. All that is written around title and description is written in `language`.
    """
    if language != ENGLISH:
        with speaking(language):
            return _figure(drawing.anew(), id, title, description)
    return _figure(drawing, id, title, description)


def _figure(drawing: "Drawing", id: str, title: str, description: str) -> FigureData:
    from altair.utils.schemapi import debug_mode  # imported here because the site reads figures without it

    if not is_id(id):
        raise ValueError(f"the figure id `{id}` must be lower-case words joined by hyphens")
    for name, text in (("title", title), ("description", description)):
        if not (text or "").strip():
            raise ValueError(f"the figure `{id}` has no {name}; a reader who cannot see it needs one")
    report, rows = load_report(), [row for scale in drawing.scales for row in scale]
    if not rows:
        raise ValueError(f"the figure `{id}` has no rows of evidence")
    badges = [_badge(scale, id, report) for scale in drawing.scales]
    sources = []
    for source in (report.evidence.sources[name] for name in dict.fromkeys(row.source_id for row in rows)):
        reference = f"{source.publisher}: {source.title.original} ({source.published.period or gettext('undated')})"
        sources.append(FigureSource(source.id, publication_name(source.short_name), reference, source.language))
    widths = style.WIDTHS | ({"slide": drawing.slide_width()} if drawing.slide_width else {})
    with debug_mode(False):  # Altair's own checks cost more than all the rest of a figure; the tests make them instead
        pictures = {size: drawing.draw(width).to_dict(validate=False) for size, width in widths.items()}
    return FigureData(
        id=id,
        title=title,
        description=description,
        base=gettext("Base: {base}.").format(base=drawing.base or "; ".join(bases(rows))),
        uncertainty=f"{uncertainty_line(rows)} {drawing.remark.strip()}".strip(),
        comparability=badges[0] if len(badges) == 1 else gettext("Side by side, not compared"),
        municipal=mixture(rows),
        reading=readings(rows, {source.id: source.name for source in sources}),
        sources=tuple(sources),
        questions={
            name: format_question(report.measures[name].record) for row in rows if (name := row.question_id) is not None
        },
        rows=tuple(rows),
        names=drawing.names,
        left_over=tuple(drawing.left_over),
        pictures=pictures,
        language=current(),
    )


def _badge(rows: Sequence[Observation], id: str, report: Report) -> str:
    """Say in a few words how far rows on one scale may be compared; refuse them if they may not."""
    subjects = sorted({row.subject for row in rows})
    if len(subjects) > 1:
        raise ValueError(f"the figure `{id}` puts {' and '.join(subjects)} on one scale; they are not comparable")
    level, ids = least_comparable(rows, report)
    if level == "not comparable":
        decision = report.decisions.get(frozenset(ids))
        reason = decision.reason if decision else "They do not have the same indicator, so no decision allows it."
        both = " and ".join(f"`{name}`" for name in ids)
        raise ValueError(
            f"the figure `{id}` puts {both} on one scale, and they are not comparable: {reason} "
            "Draw them in figures of their own"
        )
    return gettext(LEVELS[level]["badge"])
