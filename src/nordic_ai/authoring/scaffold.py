"""Write the beginning of a publication's file, every field explained in the model's own words."""

from __future__ import annotations

import textwrap
import types
import typing
from collections.abc import Mapping

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from nordic_ai.evidence.fields import Record, explanations
from nordic_ai.evidence.model import Source

KINDS: tuple[str, ...] = typing.get_args(Source.model_fields["kind"].annotation)
"""The kinds of publications."""

LANGUAGES: tuple[str, ...] = typing.get_args(Source.model_fields["language"].annotation)
"""The languages that numbers can be read in."""

_SURVEY = ("surveys", "questions", "charts")
_WORDS = ("lists", "statements")
# What is laid out for a kind; the other parts stay behind `#`, because any publication may turn out to hold them.
_PARTS: Mapping[str, tuple[str, ...]] = {
    "survey article": _SURVEY,
    "survey report": (*_SURVEY, *_WORDS),
    "analysis note": ("questions", "surveys"),
    "budget proposal": ("figures", *_WORDS),
    "web page": ("figures", *_WORDS),
    "report": ("figures", *_WORDS),
}
_HEAD = """\
# yaml-language-server: $schema=../source.schema.json
# Say here in a line or two what the publication is.
#
# `make check` asks for what is not filled in, with the line. A field behind `#` may stay out, and so may the comments.
# Where `missing` stands, either it is filled in, with the reason, or the fields before it are; the rest may stay empty.
# An entry that begins with `-` is copied for every further one. The finished files beside this one are patterns.
"""
_EITHER = {"value", "text", "period", "as_printed", "at", "missing"}
_WIDTH = 118


def source_scaffold(source_id: str, kind: str, country: str | None = None, language: str | None = None) -> str:
    """Write the beginning of a publication's file.

    Parameters
    ----------
    source_id
        The publication's id, which is the name of its file.
    kind
        One of `KINDS`; the parts that such a publication needs are laid out.
    country, language
        Filled in where given.

    Returns
    -------
    str
        YAML that `make check` finds incomplete, and nothing but incomplete.
    """
    given = {"id": source_id, "kind": kind, "country": country, "language": language}
    lines, explained = [], set()
    for name in Source.model_fields:
        lines += ["", *_field(Source, name, 0, explained, wanted=name in _PARTS[kind], given=given.get(name))]
    return _HEAD + "\n".join(lines) + "\n...\n"


def _field(
    kind: type[BaseModel],
    name: str,
    depth: int,
    explained: set[type],
    *,
    wanted: bool = False,
    given: str | None = None,
) -> list[str]:
    """Write one field: what it means, its name, and what belongs below it, which is explained the first time only."""
    field = kind.model_fields[name]
    record, is_list = _record_in(field.annotation)
    wanted = wanted or field.is_required()
    lines = _comment(field, explanations(kind).get(name), depth)
    if record is None or not wanted:
        if record is not None:
            known = ", ".join(f"`{name}`" for name in record.model_fields)
            lines += _wrapped(f"{'Each entry has' if is_list else 'It has'} {known}.", depth)
        ending = f' "{given}"' if given else ""
        return [*lines, f"{'  ' * depth}{'' if wanted else '# '}{name}:{ending}"]
    below = _fields(record, depth + 1 + is_list, explained)
    if is_list:
        first = next(index for index, line in enumerate(below) if not line.lstrip().startswith("#"))
        # What explains the first field stands above the dash.
        above = [line[2:] for line in below[:first]]
        below = [*above, f"{'  ' * (depth + 1)}- {below[first].lstrip()}", *below[first + 1 :]]
    return [*lines, f"{'  ' * depth}{name}:", *below]


def _fields(record: type[BaseModel], depth: int, explained: set[type]) -> list[str]:
    fields = record.model_fields
    # One of two is needed, and where it stands: a number or a fact, or why there is none.
    either = _EITHER if "missing" in fields else set()
    # The id comes first and the place after what stands there.
    order = sorted(fields, key=lambda name: (name != "id", name == "at"))
    lines = [line for name in order for line in _field(record, name, depth, explained, wanted=name in either)]
    if record in explained:
        return [line for line in lines if not line.lstrip().startswith("# ") or line.endswith(":")]
    explained.add(record)
    return lines


def _comment(field: FieldInfo, explanation: str | None, depth: int) -> list[str]:
    told = [" ".join(explanation.split())] if explanation else []
    choices = [c for c in _choices(field.annotation) if isinstance(c, str)]
    if choices:
        told.append(f"One of: {', '.join(choices)}.")
    if field.default not in (None, ...) and isinstance(field.default, str | bool):
        told.append(f"Where it is left out: {str(field.default).lower()}.")
    return _wrapped(" ".join(told), depth)


def _wrapped(text: str, depth: int) -> list[str]:
    mark = "  " * depth + "# "
    return textwrap.wrap(text, _WIDTH, initial_indent=mark, subsequent_indent=mark, break_on_hyphens=False)


def _choices(annotation: object) -> tuple[object, ...]:
    if typing.get_origin(annotation) is typing.Literal:
        return typing.get_args(annotation)
    return tuple(choice for part in typing.get_args(annotation) for choice in _choices(part))


def _record_in(annotation: object) -> tuple[type[Record] | None, bool]:
    """Find the record that a field holds, and whether it holds a list of them."""
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return annotation, False
    if typing.get_origin(annotation) is list:
        return _record_in(typing.get_args(annotation)[0])[0], True
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return next((found for part in typing.get_args(annotation) if (found := _record_in(part))[0]), (None, False))
    return None, False
