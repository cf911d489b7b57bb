"""What a builder of charts gives: observations, and how to draw them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial, wraps

import altair as alt

from nordic_ai.analysis.observations import Observation
from nordic_ai.figures.figure import LeftOver


@dataclass(frozen=True)
class Drawing:
    """Observations and how to draw them at a width in pixels."""

    scales: Sequence[Sequence[Observation]]
    """The observations of each scale; those that share one are compared by readers."""
    draw: Callable[[int], alt.LayerChart]
    remark: str = ""
    """A sentence for the caption that does not follow from the single observations."""
    names: Mapping[str, str] = field(default_factory=dict)
    """What the picture calls observations, by id, where it does not call them by their own labels."""
    left_over: Sequence[LeftOver] = ()
    """What the picture shows and no observation says."""
    base: str = ""
    """Who answered, when and how many, where the picture itself says so of each row."""
    slide_width: Callable[[], int] | None = None
    """Chooses the width at which the picture is drawn once more for a slide, if the wide one does not serve there."""
    anew: Callable[[], "Drawing"] | None = None
    """Makes it once more, in the language that is spoken then."""


def in_any_language(builder: Callable[..., Drawing]) -> Callable[..., Drawing]:
    """Have what a builder gives know how to be made anew: only the figure it becomes a part of knows its language."""

    @wraps(builder)
    def build(*arguments: object, **named: object) -> Drawing:
        return replace(builder(*arguments, **named), anew=partial(builder, *arguments, **named))

    return build
