"""Check data from a file against a model, and report what pydantic finds as sentences with line numbers."""

import difflib
import json
import typing
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from nordic_ai.evidence.errors import EvidenceError, KeyPath, Violations
from nordic_ai.evidence.strict_yaml import read_yaml
from nordic_ai.evidence.values import BrokenRules

Kind = TypeVar("Kind")

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
# How to say what was given instead, by its type.
_GIVEN = {dict: "a mapping", list: "a list", bool: "`{}`", str: "text `{}`"}


def read_as(file: Path, kind: type[Kind], rules: Callable[[Kind], Violations] | None = None) -> Kind:
    """Read a YAML file as a record, or a `dict` or `list` of them; raises `EvidenceError` with all problems.

    If the records are valid by themselves, `rules` yields what else is wrong with them.
    """
    document = read_yaml(file)
    try:
        records = TypeAdapter(kind).validate_python(document.data)
        found = list(rules(records)) if rules else []
    except ValidationError as error:
        found = [violation for detail in error.errors(include_url=False) for violation in _violations(detail, kind)]
    if found:
        raise EvidenceError(document.problem(path, message) for path, message in found)
    return records


def _violations(detail: Mapping[str, Any], kind: type) -> Iterator[tuple[KeyPath, str]]:
    """Say what one of pydantic's errors means, with its path."""
    path = tuple(part for part in detail["loc"] if part != "[key]")
    cause = detail.get("ctx", {}).get("error")
    if isinstance(cause, BrokenRules):
        for below, message in cause.args[0]:
            yield (*path, *below), message
    elif cause is not None:
        yield path, str(cause)
    else:
        name = str(detail["loc"][-1]).strip("[]") if path else "file"
        yield path, _sentence(detail, name, _fields_at(kind, path[:-1]))


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
        return f"unknown {name} `{str(given)[:60]}`; {choices}"
    wanted = _WANTED.get(kind) or detail["msg"].removeprefix("Input should be ")
    written = json.dumps(given) if isinstance(given, bool) else str(given)[:60]
    quotes = "; put it in quotes" if kind == "string_type" and isinstance(given, int | float) else ""
    return f"`{name}` must be {wanted}, not {_GIVEN.get(type(given), 'the number `{}`').format(written)}{quotes}"


def _fields_at(kind: type, path: KeyPath) -> Mapping[str, FieldInfo]:
    """List the fields of the record at a path below a record, or below a `dict` or `list` of them."""
    model = record_type(kind)
    for part in path if model is kind else path[1:]:
        if isinstance(part, str):
            model = record_type(model.model_fields[part].annotation)
    return model.model_fields if model else {}


def record_type(annotation: Any) -> Any:
    """Find the model in a type such as `list[X]` or `X | None`; None if there is none."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(record_type, typing.get_args(annotation))), None)
