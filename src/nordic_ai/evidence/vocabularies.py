"""Define what the small files in data/ hold: indicators with decisions on comparability, and countries."""

from pydantic import Field

from nordic_ai.evidence.values import EvidencePath, Grade, Record, Subject, Text, Theme, Violations


class Comparison(Record):
    """A decision: how closely a question or figure matches others under the same indicator."""

    compare: EvidencePath
    """Id of a question or figure, starting with its source's id."""
    to: list[EvidencePath] = Field(min_length=1)
    """The others; the decision holds for each pair that the first forms with one of them."""
    grade: Grade
    reason: Text
    """For readers: why this grade and no better one."""


class Indicator(Record):
    """A concept that questions and figures of several publications may measure."""

    theme: Theme
    subject: Subject
    label: Text
    definition: Text
    comparisons: list[Comparison] = []
    """What may be compared with what; `nordic_ai.analysis.comparability` checks it against the records."""


class Country(Record):
    """A Nordic country, and what the report knows about it."""

    name: Text
    municipalities: int | None = Field(default=None, ge=1)
    """Number of municipalities, used as a survey's frame where the publication prints none."""
    municipalities_reference: Text | None = None
    """Where that number comes from, and for which years it holds."""

    def _violations(self) -> Violations:
        if (self.municipalities is None) != (self.municipalities_reference is None):
            yield (), "`municipalities` and `municipalities_reference` go together; give both or neither"
