"""Check data from a file against a model, and turn what pydantic objects to into sentences with their lines."""

from __future__ import annotations

import difflib
import types
import typing
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from nordic_ai.evidence.errors import EvidenceError, KeyPath
from nordic_ai.evidence.strict_yaml import Document

Model = TypeVar("Model", bound=BaseModel)


def validate(document: Document, data: Any, model: type[Model], at: KeyPath, context: Mapping[str, Any]) -> Model:
    """Check data from a file against a model, and say what is wrong by line.

    Raises
    ------
    EvidenceError
        With one problem for each thing that pydantic or the model's own rules object to.
    """
    try:
        return model.model_validate(data, context=dict(context))
    except ValidationError as error:
        problems = []
        for detail in error.errors(include_url=False):
            for path, message in _sentences(detail, model):
                problems.append(document.problem((*at, *path), message))
        raise EvidenceError(problems) from None


def _sentences(detail: Mapping[str, Any], model: type[BaseModel]) -> Iterator[tuple[KeyPath, str]]:
    """Turn one pydantic error into plain sentences."""
    path, kind, context, given = detail["loc"], detail["type"], detail.get("ctx", {}), detail.get("input")
    if kind == "rule":
        for below, message in context["problems"]:
            yield (*path, *below), message
        return
    name = path[-1] if path else "the file"
    match kind:
        case _ if given is None and kind != "missing":
            field = _model_at(model, path[:-1]).model_fields.get(str(name)) if path else None
            may_stay_out = field is not None and not field.is_required()
            todo = f"write {context['expected']}" if kind == "literal_error" else "fill it in"
            message = f"`{name}` is empty; {todo}{' or leave the field out' if may_stay_out else ''}"
        case "missing":
            message = f"the field `{name}` is missing; add it"
        case "extra_forbidden":
            known = _field_names(model, path[:-1])
            close = difflib.get_close_matches(str(name), known, n=1)
            message = f"unknown field `{name}`; " + (
                f"did you mean `{close[0]}`?" if close else f"the fields here are {', '.join(known)}"
            )
        case "literal_error":
            message = f"unknown {name} `{given}`; write {context['expected']}"
        case "string_pattern_mismatch" if "{64}" in context["pattern"]:
            message = f"`{given}` is no SHA-256 checksum; `sha256sum FILE` gives it in 64 characters"
        case "string_pattern_mismatch":
            message = (
                f"`{given}` is not in the form needed here ({context['pattern']}): lower-case words joined by hyphens"
            )
        case "string_too_short" | "too_short":
            message = f"`{name}` is empty; fill it in or leave the field out"
        case "form" | "vocabulary":
            message = detail["msg"]
        case _:
            wanted = detail["msg"].removeprefix("Input should be ").removeprefix("a valid ")
            message = f"`{name}` must be {wanted}, not {_shown(given)}"
    yield path, message


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


def _field_names(model: type[BaseModel], path: KeyPath) -> list[str]:
    """List the fields that the model allows at a path."""
    return sorted(field.alias or name for name, field in _model_at(model, path).model_fields.items())


def _model_at(model: type[BaseModel], path: KeyPath) -> type[BaseModel]:
    for part in path:
        if isinstance(part, str):
            model = _record_type(model.model_fields[part].annotation)
    return model


def _record_type(annotation: Any) -> Any:
    """Unwrap `list[X]` and `X | None` to the model X."""
    while not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        annotation = next(a for a in typing.get_args(annotation) if a is not types.NoneType)
    return annotation
