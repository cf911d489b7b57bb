"""Read what was corrected after publication, and check each correction against what its record says now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field

from nordic_ai.evidence.model import Source
from nordic_ai.evidence.validation import read_entries
from nordic_ai.evidence.values import Day, EvidencePath, Record, Text, Violations


def _plain(value: object) -> object:
    if isinstance(value, list | dict):
        raise ValueError("write a number, text, true, false or null")
    return value


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


def read_corrections(file: Path, sources: Mapping[str, Source], retired: Set[str]) -> tuple[Correction, ...]:
    """Read data/corrections.yml, newest first; if there is no such file, nothing has been corrected.

    Raises `EvidenceError` with all problems, among them each expectation that its record does not meet.
    What a correction of a retired record expects must be empty.
    """
    if not file.exists():
        return ()

    def rules(corrections: Mapping[int, Correction]) -> Violations:
        corrected = set()
        for index, correction in corrections.items():
            name = (correction.record, correction.field, correction.when)
            if name in corrected:
                yield (index,), "this field was already corrected on that day; join the two entries"
            corrected.add(name)
            for field, message in _unmet(correction, sources, retired):
                yield (index, field), message

    corrections = read_entries(file, Correction, list, rules).values()
    return tuple(sorted(corrections, key=lambda correction: correction.when, reverse=True))


def _unmet(correction: Correction, sources: Mapping[str, Source], retired: Set[str]) -> Iterator[tuple[str, str]]:
    """Compare a correction with its record; yield the field of the correction that is wrong, and a sentence."""
    name, found = correction.record, None
    if name not in retired:
        found = _find_record(name, sources)
        if found is None:
            yield "record", f"no record has the id `{name}`; correct it, or list it in data/retired.yml if it is gone"
            return
        for part in correction.field.split("."):
            known = list(type(found).model_fields) if isinstance(found, BaseModel) else []
            if part not in known:
                has = ", ".join(known) or "nothing below"
                yield "field", f"`{name}` has no field `{correction.field}`; it has {has}"
                return
            found = getattr(found, part)
    if found != correction.expect:
        yield (
            "expect",
            f"`{correction.field}` of `{name}` should be {_shown(correction.expect)} and is {_shown(found)}; "
            "put the record right, or record this change as a correction too and change what is expected here",
        )


def _find_record(name: str, sources: Mapping[str, Source]) -> object | None:
    source_id, _, below = name.partition("/")
    found: Any = sources.get(source_id)
    path = next((path for path, known in found.evidence_paths() if known == below), None) if found else None
    if path is None:
        return None
    for part in path:
        found = found[part] if isinstance(part, int) else getattr(found, part)
    return found


def _shown(value: object) -> str:
    return "empty" if value is None else f"`{value:.15g}`" if isinstance(value, float) else f"`{value}`"
