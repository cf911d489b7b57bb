"""Read what changed after publication: corrections, each checked against its record, and ids no longer in use."""

from collections.abc import Container, Mapping, Sequence
from operator import attrgetter
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field

from nordic_ai.evidence.errors import Violations
from nordic_ai.evidence.validation import read_as
from nordic_ai.evidence.values import Day, EvidencePath, Record, Text, last_day


class Retired(Record):
    """An id that was published once and is no longer used; it never names anything else."""

    why: Text
    instead: EvidencePath | None = None
    """The id that has replaced it."""


def _plain(value: object) -> object:
    if isinstance(value, list | dict):
        raise ValueError("write a number, text, true, false or null")
    return value


_FIRST_DAY = "2026-01-01"  # nothing of this report was published before
FieldValue = Annotated[Any, AfterValidator(_plain)]
"""The value of a field of a record; None if it has none, for example because a number was removed."""


class Correction(Record):
    """One thing that was published, was wrong, and has been put right."""

    record: EvidencePath
    """Id of the record, starting with its source's id, as the evidence register gives it."""
    field: Text
    """The field of the record in the publication's file: `value`, `label`, or `population.text` for one inside."""
    old: FieldValue = Field(alias="from")
    """What was published, in the unit of the record."""
    new: FieldValue = Field(alias="to")
    """What it was corrected to."""
    why: Text
    """For readers: what was wrong, and who noticed it if they may be named."""
    when: Day
    """The day on which the corrected report was published: `2026-11-03`."""
    expect: FieldValue
    """What the field must be now: the same as `to`, unless a later correction or a retired id has replaced it."""

    def _violations(self) -> Violations:
        if self.old == self.new:
            yield ("to",), "is the same as `from`, so nothing was corrected; change one of the two"
        if not _FIRST_DAY <= self.when <= str(last_day()):
            told = f"{self.when} is in the future, or before this report was published"
            yield ("when",), f"{told}; give the day on which the corrected report is published"

    def unmet(self, records: Mapping[str, Record], retired: Container[str]) -> Violations:
        """Compare it with the record as it is now; of a retired one, nothing may be expected."""
        found: Any = None
        if self.record not in retired:
            if self.record not in records:
                advice = "correct it, or list it in data/retired.yml if it is gone"
                yield ("record",), f"no record has the id `{self.record}`; {advice}"
                return
            found = records[self.record]
            for part in self.field.split("."):
                known = type(found).model_fields if isinstance(found, BaseModel) else {}
                if part not in known:
                    has = ", ".join(known) or "nothing below"
                    yield ("field",), f"`{self.record}` has no field `{self.field}`; it has {has}"
                    return
                found = getattr(found, part)
        if found != self.expect:
            differs = f"`{self.field}` of `{self.record}` should be {_shown(self.expect)} and is {_shown(found)}"
            advice = "put the record right, or record this change as a correction too and change what is expected here"
            yield ("expect",), f"{differs}; {advice}"


def _shown(value: object) -> str:
    return "empty" if value is None else f"`{value:.15g}`" if isinstance(value, float) else f"`{value}`"


def read_retired(file: Path, records: Mapping[str, Record]) -> dict[str, Retired]:
    """Read the retired ids, if there are any, and check that none names one of the `records`."""

    def rules(retired: Mapping[str, Retired]) -> Violations:
        for name, entry in retired.items():
            if name in records:
                yield (name,), f"`{name}` is in use, so it cannot be retired; remove one of the two"
            if entry.instead is not None and entry.instead not in records:
                yield (name, "instead"), f"points to `{entry.instead}`, which does not exist; name a record that does"

    return read_as(file, dict[str, Retired], rules) if file.exists() else {}


def read_corrections(file: Path, records: Mapping[str, Record], retired: Container[str]) -> tuple[Correction, ...]:
    """Read the corrections, if there are any, newest first, and check what they expect of the `records`."""

    def rules(corrections: Sequence[Correction]) -> Violations:
        corrected = set()
        for index, correction in enumerate(corrections):
            name = (correction.record, correction.field, correction.when)
            if name in corrected:
                yield (index,), "this field was already corrected on that day; join the two entries"
            corrected.add(name)
            for path, message in correction.unmet(records, retired):
                yield (index, *path), message

    corrections = read_as(file, list[Correction], rules) if file.exists() else []
    return tuple(sorted(corrections, key=attrgetter("when"), reverse=True))
