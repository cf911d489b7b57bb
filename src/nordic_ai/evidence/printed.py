"""Define what a publication prints at one place of its text: a fact, a date or a number."""

from functools import partial
from typing import Annotated, Literal

from pydantic import AfterValidator

from nordic_ai.evidence.errors import KeyPath, Violations
from nordic_ai.evidence.values import BrokenRules, Id, Lines, Period, Record, Text, Unit


class Located(Record):
    """Something at a place in the text that was read."""

    at: Lines | None = None
    """Line, or first-last line, in the text whose checksum the source gives."""

    @property
    def needs_place(self) -> bool:
        """Whether a reader of the text must be told where it says so."""
        return False


class Placed(Located):
    """Something that stands in the publication, so that its place must be given wherever a text is at hand."""

    @property
    def needs_place(self) -> bool:
        """Whether a reader of the text must be told where it says so."""
        return True


class Knowable(Located):
    """Something that the publication may print, or the reason why it is unknown."""

    missing: Text | None = None
    """Why the publication does not give it: not stated, category left out, cell empty, chart lost."""
    not_seen: Text | None = None
    """Why we do not know whether it does: it may stand in a part that was not read."""

    @property
    def why_unknown(self) -> str | None:
        """The reason, whether it speaks of the publication or of us."""
        return self.missing or self.not_seen

    def _one_of(self, name: str) -> Violations:
        if [getattr(self, field) is None for field in (name, "missing", "not_seen")].count(False) != 1:
            either = f"give either `{name}` or, if the publication does not say, `missing` with the reason"
            yield (), f"{either}; or `not_seen`, if it may say so in a part that was not read"


class Fact(Knowable):
    """A fact in words, or the reason why it is unknown."""

    text: Text | None = None
    """The fact, in our own English words."""
    as_printed: Text | None = None
    """A few words of the publication that show the place."""

    @property
    def needs_place(self) -> bool:
        """Whether a reader of the text must be told where it says so."""
        return self.text is not None

    def _violations(self) -> Violations:
        yield from self._one_of("text")


class Dated(Knowable):
    """When something happened, as exactly as the publication says, or why that is unknown."""

    period: Period | None = None
    """`2024`, `2024-Q4`, `2024-02`, `2024-W22`, `2024-02-28`, or a span such as `2024-02/2024-03`."""
    as_printed: Text | None = None
    note: Text | None = None

    def _violations(self) -> Violations:
        yield from self._one_of("period")


class Printed(Located):
    """A number at one place of a publication: our reading, and the characters that are printed there."""

    value: float | None = None
    """Our reading. A share is in per cent (0-100). Of a range, the lower end. Empty if the number is unknown."""
    to: float | None = None
    """With `range`: the upper end."""
    as_printed: Text | None = None
    """Exactly what the publication prints, unit included where it is printed next to the number."""
    precision: Literal["exact", "about", "bound", "range"] = "exact"
    """`exact` as printed; `about` ("around a third"); `bound` ("more than 300"); `range` ("77–79 %")."""
    direction: Literal["above", "below"] | None = None
    """With `bound`: on which side of the value the truth lies."""
    note: Text | None = None
    """What a reader must know about this number."""

    @property
    def needs_place(self) -> bool:
        """Whether a reader of the text must be told where it says so."""
        return self.value is not None

    def _violations(self) -> Violations:
        if (self.precision == "bound") != (self.direction is not None):
            yield ("direction",), "`direction` (above or below) goes with precision `bound`, and only with it"
        if (self.precision == "range") != (self.to is not None):
            yield ("to",), "`to` (the upper end) goes with precision `range`, and only with it"
        elif None not in (self.to, self.value) and self.to <= self.value:
            swapped = f"a range from {self.value:g} to {self.to:g} has its ends swapped, or is none"
            yield ("to",), f"{swapped}; `value` is the lower end and `to` the upper"


class Restatement(Printed):
    """A further place where the publication prints the same quantity, the same or not."""

    id: Id
    value: float
    as_printed: Text
    unit: Unit | None = None
    """If it differs from the unit of the first mention."""
    label: Text | None = None
    """If it is described as something else, such as a saving instead of a change in expenditure."""


class Quantity(Knowable, Printed):
    """A number with all its mentions, or the reason why there is none."""

    also: list[Restatement] = []
    """The other places where the publication prints this quantity."""

    def _violations(self) -> Violations:
        yield from self._one_of("value")
        if self.value is not None and self.as_printed is None:
            yield ("as_printed",), "the field `as_printed` is missing; for each value give what is printed and where"
        yield from super()._violations()

    @property
    def mentions(self) -> dict[KeyPath, Printed]:
        """Every place where it is printed, by the path below it."""
        return {(): self} | {("also", index): mention for index, mention in enumerate(self.also)}

    def shares_out_of_range(self, unit: str, *path: str | int) -> Violations:
        """Yield each share, if that is the unit, that is not between 0 and 100; a mention may have its own unit."""
        for below, mention in self.mentions.items():
            is_share = (getattr(mention, "unit", None) or unit) == "percent"
            for field, value in (("value", mention.value), ("to", mention.to)):
                if is_share and value is not None and not 0 <= value <= 100:
                    yield (*path, *below, field), f"a share lies between 0 and 100 per cent, not {value:g}"


def _of_heads(quantity: Quantity, least: int = 1) -> Quantity:
    if quantity.value is not None and (quantity.value < least or quantity.value % 1):
        raise BrokenRules([(("value",), f"must be a whole number of at least {least}, not {quantity.value:g}")])
    return quantity


HeadCount = Annotated[Quantity, AfterValidator(_of_heads)]
"""A number of people, or of whatever else is asked."""

Count = Annotated[Quantity, AfterValidator(partial(_of_heads, least=0))]
"""The same where there may be nobody."""
