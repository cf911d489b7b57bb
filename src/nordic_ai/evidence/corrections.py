"""Keep what was corrected after publication, and hold each correction to what its record now says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError

from nordic_ai.evidence.errors import EvidenceError
from nordic_ai.evidence.fields import Day, EvidencePath, Problems, Record, Text
from nordic_ai.evidence.model import Source
from nordic_ai.evidence.strict_yaml import read_yaml
from nordic_ai.evidence.validation import validate


def _plain(value: object) -> object:
    if isinstance(value, list | dict):
        raise PydanticCustomError("form", "write a number, text, true, false or null")
    return value


Told = Annotated[Any, AfterValidator(_plain)]
"""What a field of a record can hold; empty where there is nothing, as where a number was taken out."""


class Correction(Record):
    """One thing that was published, was wrong, and has been put right."""

    record: EvidencePath
    """Id of the record, its source's id in front, as the evidence register gives it."""
    field: Text
    """The field of the record in the publication's file: `value`, `label`, or `population.text` for one inside."""
    old: Told = Field(alias="from")
    """What was published, in the unit of the record."""
    new: Told = Field(alias="to")
    """What it was corrected to."""
    why: Text
    """What was wrong, and who noticed where that may be told; in words for readers."""
    when: Day
    """The day on which the corrected report was published: `2026-11-03`."""
    expect: Told
    """What the field must hold now: the same as `to`, unless a later correction or a retired id has overtaken it."""

    def _objections(self) -> Problems:
        if self.old == self.new:
            yield ("to",), "is the same as `from`, so nothing was corrected; change one of the two"


def load_corrections(file: Path, sources: Mapping[str, Source], retired: Iterable[str]) -> tuple[Correction, ...]:
    """Read data/corrections.yml, newest first.

    Parameters
    ----------
    file
        A list of corrections; where there is no such file, nothing has been corrected.
    sources
        The publications as recorded now.
    retired
        Ids that are used no more; what is expected of them is nothing.

    Raises
    ------
    EvidenceError
        With all problems, among them each expectation that its record does not meet.
    """
    if not file.exists():
        return ()
    document = read_yaml(file)
    if not isinstance(document.data, list):
        raise EvidenceError([document.problem((), "must be a list of corrections, each beginning with `- record:`")])
    gone, problems, corrections = set(retired), [], {}
    for index, entry in enumerate(document.data):
        try:
            correction = validate(document, entry, Correction, (index,), {})
        except EvidenceError as error:
            problems.extend(error.problems)
            continue
        name = (correction.record, correction.field, correction.when)
        if name in corrections:
            problems.append(document.problem((index,), "this field was corrected on that day already; join the two"))
        corrections[name] = correction
        problems += [document.problem((index, at), told) for at, told in _unmet(correction, sources, gone)]
    if problems:
        raise EvidenceError(problems)
    return tuple(sorted(corrections.values(), key=lambda correction: correction.when, reverse=True))


def _unmet(correction: Correction, sources: Mapping[str, Source], retired: set[str]) -> Iterable[tuple[str, str]]:
    """Say what stands against an expectation, and at which field."""
    name, found = correction.record, None
    if name not in retired:
        source_id, _, path = name.partition("/")
        source = sources.get(source_id)
        places = {known: place for place, known in source.evidence_paths()} if source else {}
        if path not in places:
            yield "record", f"no record has the id `{name}`; correct it, or name it in data/retired.yml if it is gone"
            return
        found = source
        for part in (*places[path], *correction.field.split(".")):
            if isinstance(part, str) and part not in (known := _fields_of(found)):
                yield (
                    "field",
                    f"`{name}` has no field `{correction.field}`; it has {', '.join(known) or 'nothing below'}",
                )
                return
            found = found[part] if isinstance(part, int) else getattr(found, part)
    if found != correction.expect:
        yield (
            "expect",
            f"`{correction.field}` of `{name}` was to be {_told(correction.expect)} and is {_told(found)}; "
            "put the record right, or record this change as a correction too and change what is expected here",
        )


def _fields_of(record: object) -> list[str]:
    return list(type(record).model_fields) if isinstance(record, BaseModel) else []


def _told(value: object) -> str:
    return "empty" if value is None else f"`{value:.15g}`" if isinstance(value, float) else f"`{value}`"
