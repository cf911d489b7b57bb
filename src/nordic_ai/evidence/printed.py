"""Define what a publication prints at one place of its text: a fact, a date or a number."""

from typing import Annotated, Literal

from pydantic import AfterValidator

from nordic_ai.evidence.errors import KeyPath, Violations
from nordic_ai.evidence.values import BrokenRules, Id, Lines, Period, Record, Text, Unit


class Located(Record):
    """Something at a place in the text that was read."""

    at: Lines | None = None
    """Line, or first-last line, in the text whose checksum the source gives."""


class Fact(Located):
    """A fact in words, or the reason why the publication does not give it."""

    text: Text | None = None
    """The fact, in our own English words."""
    as_printed: Text | None = None
    """A few words of the publication that show the place."""
    missing: Text | None = None
    """Why the fact is unknown."""

    def _violations(self) -> Violations:
        if (self.text is None) == (self.missing is None):
            yield (), "give either `text` or, if the publication does not say, `missing` with the reason"


class Dated(Located):
    """When something happened, as exactly as the publication says, or why that is unknown."""

    period: Period | None = None
    """`2024`, `2024-Q4`, `2024-02` or `2024-02-28`."""
    as_printed: Text | None = None
    missing: Text | None = None
    """Why the date is unknown."""
    note: Text | None = None

    def _violations(self) -> Violations:
        if (self.period is None) == (self.missing is None):
            yield (), "give either `period` or, if the publication does not say, `missing` with the reason"


class Printed(Located):
    """A number at one place of a publication: our reading, and the characters that are printed there."""

    value: float | None = None
    """Our reading. A share is in per cent (0-100). Empty if the number is missing."""
    as_printed: Text | None = None
    """Exactly what the publication prints, unit included where it is printed next to the number."""
    precision: Literal["exact", "about", "bound"] = "exact"
    """`exact` as printed; `about` ("around a third"); `bound` ("more than 300")."""
    direction: Literal["above", "below"] | None = None
    """With `bound`: on which side of the value the truth lies."""
    note: Text | None = None
    """What a reader must know about this number."""


class Restatement(Printed):
    """A further place where the publication prints the same quantity, the same or not."""

    id: Id
    value: float
    as_printed: Text
    at: Lines
    unit: Unit | None = None
    """If it differs from the unit of the first mention."""
    label: Text | None = None
    """If it is described as something else, such as a saving instead of a change in expenditure."""


class Quantity(Printed):
    """A number with all its mentions, or the reason why there is none."""

    missing: Text | None = None
    """Why there is no number: category left out, chart lost, cell empty, not stated."""
    also: list[Restatement] = []
    """The other places where the publication prints this quantity."""

    def _violations(self) -> Violations:
        if (self.value is None) == (self.missing is None):
            yield (), "give either `value` or, if there is no number, `missing` with the reason"
        for name in ("as_printed", "at"):
            if self.value is not None and getattr(self, name) is None:
                yield (name,), f"the field `{name}` is missing; for each value give what is printed and where"
        for path, mention in self.mentions.items():
            if (mention.precision == "bound") != (mention.direction is not None):
                yield (*path, "direction"), "`direction` (above or below) goes with precision `bound`, and only with it"

    @property
    def mentions(self) -> dict[KeyPath, Printed]:
        """Every place where it is printed, by the path below it."""
        return {(): self} | {("also", index): mention for index, mention in enumerate(self.also)}

    def shares_out_of_range(self, unit: str, *path: str | int) -> Violations:
        """Yield each share, if that is the unit, that is not between 0 and 100; a mention may have its own unit."""
        for below, mention in self.mentions.items():
            is_share = (getattr(mention, "unit", None) or unit) == "percent"
            if is_share and mention.value is not None and not 0 <= mention.value <= 100:
                yield (*path, *below, "value"), f"a share lies between 0 and 100 per cent, not {mention.value:g}"


def _of_heads(quantity: Quantity) -> Quantity:
    if quantity.value is not None and (quantity.value < 1 or quantity.value % 1):
        raise BrokenRules([(("value",), f"must be a whole number of at least 1, not {quantity.value:g}")])
    return quantity


HeadCount = Annotated[Quantity, AfterValidator(_of_heads)]
"""A number of people, or of whatever else is asked."""
