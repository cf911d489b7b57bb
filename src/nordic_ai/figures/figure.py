"""Join a chart with its finding, its description and its observations, so that they cannot contradict each other."""

from collections.abc import Sequence

from nordic_ai.analysis.comparability import least_comparable
from nordic_ai.analysis.observations import Observation
from nordic_ai.analysis.report import Report, load_report
from nordic_ai.evidence.model import Source
from nordic_ai.evidence.values import is_id
from nordic_ai.figures.captions import BADGES, bases, uncertainty_line
from nordic_ai.figures.charts import Drawing
from nordic_ai.figures.figure_data import FigureData, FigureSource
from nordic_ai.figures.style import WIDTHS


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


def figure(drawing: Drawing, *, id: str, title: str, description: str) -> FigureData:
    """Make a figure from what a builder of `nordic_ai.charts` gives; the others are fields of `FigureData`.

    Raises `ValueError` if title or description is missing, the id has another form, there are no rows, or rows that are
    not comparable share a scale.
    """
    if not is_id(id):
        raise ValueError(f"the figure id `{id}` must be lower-case words joined by hyphens")
    for name, text in (("title", title), ("description", description)):
        if not (text or "").strip():
            raise ValueError(f"the figure `{id}` has no {name}; a reader who cannot see it needs one")
    report, rows = load_report(), drawing.rows
    if not rows:
        raise ValueError(f"the figure `{id}` has no rows of evidence")
    badges = [_badge(scale, id, report) for scale in drawing.scales or [rows]]
    sources = (report.evidence.sources[name] for name in dict.fromkeys(row.source_id for row in rows))
    return FigureData(
        id=id,
        title=title,
        description=description,
        base=f"Base: {'; '.join(bases(rows))}.",
        uncertainty=f"{uncertainty_line(rows)} {drawing.remark}".strip(),
        comparability="Side by side, not compared" if drawing.scales else badges[0],
        sources=tuple(_figure_source(source) for source in sources),
        questions={name: report.measures[name].wording for row in rows if (name := row.question_id) is not None},
        rows=tuple(rows),
        specifications={size: drawing.specification(width) for size, width in WIDTHS.items()},
    )


def _figure_source(source: Source) -> FigureSource:
    reference = f"{source.publisher}: {source.title.original} ({source.published.period or 'undated'})"
    return FigureSource(source.id, source.short_name, reference, source.language)


def _badge(rows: Sequence[Observation], id: str, report: Report) -> str:
    """Say in a few words how far rows on one scale may be compared; refuse them if they may not."""
    subjects = sorted({row.subject for row in rows})
    if len(subjects) > 1:
        raise ValueError(f"the figure `{id}` puts {' and '.join(subjects)} on one scale; they are not comparable")
    found = least_comparable(rows, report)
    if found.grade == "not comparable":
        raise ValueError(
            f"the figure `{id}` puts `{found.first}` and `{found.second}` on one scale, and they are not comparable: "
            f"{found.reason} Draw them in figures of their own"
        )
    return BADGES[found.grade]
