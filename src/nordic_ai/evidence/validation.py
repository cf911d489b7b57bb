"""Check data from a file against a model, and report what pydantic finds as sentences with line numbers."""

from __future__ import annotations

import difflib
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from nordic_ai.evidence.errors import EvidenceError, KeyPath, Problem, collect
from nordic_ai.evidence.strict_yaml import Document, read_yaml
from nordic_ai.evidence.values import BrokenRules, Violations

Model = TypeVar("Model", bound=BaseModel)

# By pydantic's kind of error, what it wanted.
_WANTED = {
    "bool_type": "true or false",
    "dict_type": "a mapping",
    "float_type": "a number",
    "int_type": "a whole number",
    "list_type": "a list",
    "model_type": "a mapping of fields",
    "string_type": "text",
}


def validate(
    document: Document, data: Any, model: type[Model], at: KeyPath = (), context: Mapping[str, Any] | None = None
) -> Model:
    """Check the data at the path `at` of a file against a model; `context` holds vocabularies by name.

    Raises `EvidenceError` with one problem for each thing that pydantic finds and for each broken rule of the model.
    """
    try:
        return model.model_validate(data, context=context)
    except ValidationError as error:
        found = [one for detail in error.errors(include_url=False) for one in _violations(detail, model, at)]
        raise EvidenceError(document.problem((*at, *path), message) for path, message in found) from None


def read_entries(
    file: Path, model: type[Model], container: type[dict | list], rules: Callable[[dict], Violations] | None = None
) -> dict[Any, Model]:
    """Read a file that maps ids to records of one kind (a `dict`) or lists them: the records by id or position.

    `rules` yields what is wrong between valid records. Raises `EvidenceError` with all problems of the file.
    """
    document = read_yaml(file)
    if not isinstance(document.data, container):
        wanted = "map ids to records" if container is dict else "be a list of records, each beginning with `- `"
        raise EvidenceError([document.problem((), f"must {wanted}")])
    entries: dict[Any, Model] = {}
    problems: list[Problem] = []
    for name, data in document.data.items() if container is dict else enumerate(document.data):
        with collect(problems):
            entries[name] = validate(document, data, model, (name,))
    problems += [document.problem(path, message) for path, message in (rules(entries) if rules else ())]
    if problems:
        raise EvidenceError(problems)
    return entries


def _violations(detail: Mapping[str, Any], model: type[BaseModel], at: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    """Say what one of pydantic's errors means, with its path."""
    path = tuple(part for part in detail["loc"] if part != "[key]")
    cause = detail.get("ctx", {}).get("error")
    if isinstance(cause, BrokenRules):
        for below, message in cause.violations:
            yield (*path, *below), message
    elif cause is not None:
        yield path, str(cause)
    else:
        name = str([*at, *detail["loc"]][-1]) if at or path else "file"
        yield path, _sentence(detail, name.strip("[]"), _fields_at(model, path[:-1]))


def _sentence(detail: Mapping[str, Any], name: str, siblings: Mapping[str, FieldInfo]) -> str:
    """Say what is wrong with a field, or with a key called `key`, among its siblings."""
    kind, given = detail["type"], detail["input"]
    choices = f"write {detail['ctx']['expected']}" if kind == "literal_error" else None
    if kind == "missing":
        return f"the field `{name}` is missing; add it"
    if given is None or kind in ("string_too_short", "too_short"):
        optional = " or leave the field out" if name in siblings and not siblings[name].is_required() else ""
        return f"`{name}` is empty; {choices or 'fill it in'}{optional}"
    if kind == "extra_forbidden":
        known = sorted(field.alias or name for name, field in siblings.items())
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"the fields here are {', '.join(known)}"
        return f"unknown field `{name}`; {hint}"
    if choices:
        return f"unknown {name} `{given}`; {choices}"
    wanted = _WANTED.get(kind) or detail["msg"].removeprefix("Input should be ")
    return f"`{name}` must be {wanted}, not {_shown(given)}"


def _shown(value: Any) -> str:
    match value:
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case bool():
            return f"`{str(value).lower()}`"
        case str():
            return f"text `{value[:60]}`"
    return f"the number `{str(value)[:60]}`"


def _fields_at(model: type[BaseModel], path: KeyPath) -> Mapping[str, FieldInfo]:
    """List the fields of the record at a path below a record."""
    for part in path:
        if isinstance(part, str):
            model = record_type(model.model_fields[part].annotation)
    return model.model_fields if model else {}


def record_type(annotation: Any) -> Any:
    """Find the model in the type of a field, such as `list[X]` or `X | None`; None if there is none."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    parts = (part for part in typing.get_args(annotation) if part is not types.NoneType)
    return next(filter(None, map(record_type, parts)), None)
