"""Help to fill in what a command begins: a publication's file, with the schema that editors use, and a chapter."""

import ast
import inspect
import json
import re
import textwrap
import typing
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from nordic_ai.evidence.errors import Problem
from nordic_ai.evidence.loading import Evidence
from nordic_ai.evidence.model import Source
from nordic_ai.evidence.surveys import METHOD_FIELDS
from nordic_ai.evidence.validation import record_type
from nordic_ai.evidence.values import Record

SCHEMA_FILE = "data/source.schema.json"
# Lines of a chapter's template that no finished chapter has: comments, description, title, a question, own words.
_TO_WRITE = re.compile(r"%|description:|# |.*\?$|.*in your own words")

_HEAD = """\
# yaml-language-server: $schema=../source.schema.json
# Say here in a line or two what the publication is.
#
# `make check` reports what is not filled in, with the line. Fields after `#` are optional; comments can be deleted.
# If a record has a field `missing`, fill in either it, with the reason, or the fields before it; the rest stays empty.
# Copy an entry that begins with `-` for each further one. The finished files in this folder are examples.
"""
# In a record with a field `missing`, either that or the others are needed.
_EITHER = {"value", "text", "period", "as_printed", "at", "missing"}
# Of these a record may leave out the first, but hardly any does.
_USUAL = {"country", "text", "places"}
_WIDTH = 106


@cache
def descriptions(record: type[BaseModel]) -> dict[str, str]:
    """Give what a record's fields mean, by name: the texts that stand below them in the code."""
    found = {}
    for kind in reversed(record.__mro__[: record.__mro__.index(BaseModel)]):
        (defined,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
        for field, below in pairwise(defined.body):
            if (
                isinstance(field, ast.AnnAssign)
                and isinstance(below, ast.Expr)
                and isinstance(below.value, ast.Constant)
            ):
                found[field.target.id] = inspect.cleandoc(below.value.value)
    return found


def _kinds_of(record: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for kind in record.__subclasses__():
        yield kind
        yield from _kinds_of(kind)


def _describe(schema: dict[str, Any]) -> None:
    """Add to a schema what the fields of its records mean."""
    for record in _kinds_of(Record):
        known = schema if record is Source else schema["$defs"].get(record.__name__)
        if known is None:  # a kind that no file holds as such
            continue
        for name, text in descriptions(record).items():
            told = known["properties"][name] | {"description": text}
            known["properties"][name] = dict(sorted(told.items()))


def schema_text(evidence: Evidence) -> str:
    """Write the JSON Schema of a publication's file, with the indicators and countries of the project as choices."""
    schema = Source.model_json_schema()
    _describe(schema)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["$comment"] = "Generated from src/nordic_ai/evidence/model.py by `make schema`; do not edit."
    countries = {"type": "string", "enum": sorted(evidence.countries)}
    for record in (schema, *(schema["$defs"][name] for name in ("Survey", "Figure", "Enumeration", "Statement"))):
        record["properties"]["country"]["anyOf"] = [countries, {"type": "null"}]
    schema["properties"]["kind"]["enum"] = list(evidence.choices.publication_kinds)
    schema["properties"]["language"]["enum"] = list(evidence.choices.languages)
    _require_unless(schema, "reading", ("reuse",))
    _require_unless(schema["$defs"]["Survey"], "not_seen", METHOD_FIELDS)
    indicators = {"type": "string", "enum": sorted(evidence.indicators)}
    for record in ("Question", "Figure"):
        schema["$defs"][record]["properties"]["indicator"]["anyOf"] = [indicators, {"type": "null"}]
    topics, chosen = sorted(evidence.topics), sorted({one for t in evidence.topics.values() for one in t.choices})
    for record, name, known in (("Question", "topic", topics), ("Answer", "corresponds_to", chosen)):
        schema["$defs"][record]["properties"][name]["anyOf"] = [{"type": "string", "enum": known}, {"type": "null"}]
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _require_unless(record: dict[str, Any], said: str, fields: Sequence[str]) -> None:
    """Require fields only in a record that lacks the one by which they may be left out."""
    record["required"] = [name for name in record["required"] if name not in fields]
    record["anyOf"] = [{"required": [said]}, {"required": [*fields]}]


def left_of_the_template(template: Path, chapter: Path) -> list[Problem]:
    """List the lines of a chapter that the template leaves to its author, and that are as it has them."""
    ours = template.read_text(encoding="utf-8").replace("NAME", chapter.stem).splitlines()
    lines = enumerate(chapter.read_text(encoding="utf-8", errors="replace").splitlines(), start=1)
    left = [(number, line) for number, line in lines if line in ours and _TO_WRITE.match(line)]
    advice = "stands there as in the template; write the chapter's own, or delete the line"
    return [Problem(chapter, f"“{line[:40].strip()} …” {advice}", number) for number, line in left]


def source_scaffold(
    source_id: str, kind: str, parts: Sequence[str], country: str | None = None, language: str | None = None
) -> str:
    """Write the beginning of a publication's file, these parts of it written out.

    It is YAML that `make check` finds incomplete, but not wrong.
    """
    explained: set[type] = set()
    wanted = {*parts, *_USUAL}
    fields = ("\n".join(["", *_field(Source, name, explained, name in wanted)]) for name in Source.model_fields)
    return _given("\n".join([_HEAD.rstrip("\n"), *fields, "...\n"]), source_id, kind, country, language)


def short_scaffold(source_id: str, kind: str, country: str | None = None, language: str | None = None) -> str:
    """Write the beginning of the file of a short item that was read in part: what such a one has, and nothing else."""
    template = Path(__file__).with_name("short_item.yml").read_text(encoding="utf-8")
    return _given(template, source_id, kind, country, language)


def _given(text: str, source_id: str, kind: str, country: str | None, language: str | None) -> str:
    """Fill in what is known of a publication."""
    for name, value in {"id": source_id, "kind": kind, "country": country, "language": language}.items():
        if value:
            text = text.replace(f"\n{name}:\n", f'\n{name}: "{value}"\n')
    return text


def _field(record: type[BaseModel], name: str, explained: set[type], wanted: bool) -> list[str]:
    """Write one field: what it means, its name, and what belongs inside it."""
    field = record.model_fields[name]
    inner, is_list = record_type(field.annotation), typing.get_origin(field.annotation) is list
    wanted = wanted or field.is_required()
    meaning = descriptions(record).get(name)
    sentences = [meaning] if meaning else []
    if choices := [choice for choice in _choices(field.annotation) if isinstance(choice, str)]:
        sentences.append(f"One of: {', '.join(choices)}.")
    if isinstance(field.default, str | bool):
        sentences.append(f"If left out: {str(field.default).lower()}.")
    paragraphs = [" ".join(sentences)]
    if inner and not wanted:
        known = ", ".join(f"`{name}`" for name in inner.model_fields)
        paragraphs.append(f"{'Each entry has' if is_list else 'It has'} {known}.")
    wrapped = (line for text in paragraphs for line in textwrap.wrap(text, _WIDTH, break_on_hyphens=False))
    lines = [f"# {line}" for line in wrapped]
    if not wanted:
        return [*lines, f"# {name}:"]
    inside = _fields(inner, explained) if inner else []
    if inner and is_list:
        first = next(index for index, line in enumerate(inside) if not line.startswith("#"))
        # What explains the first field is above the dash.
        inside = [*inside[:first], f"- {inside[first]}", *(f"  {line}" for line in inside[first + 1 :])]
    return [*lines, f"{name}:", *(f"  {line}" for line in inside)]


def _fields(record: type[BaseModel], explained: set[type]) -> list[str]:
    """Write the fields of a record, its id first and its place last; they are explained only the first time."""
    order = {"id": 0, "missing": 2, "not_seen": 3, "at": 4}
    names = sorted(record.model_fields, key=lambda name: order.get(name, 1))
    either = _EITHER if "missing" in names else ()
    lines = [line for name in names for line in _field(record, name, explained, name in either)]
    if record in explained:
        return [line for line in lines if not line.lstrip().startswith("# ") or line.endswith(":")]
    explained.add(record)
    return lines


def _choices(annotation: object) -> tuple[object, ...]:
    """List the values of a `Literal`, also inside `X | None`."""
    if typing.get_origin(annotation) is typing.Literal:
        return typing.get_args(annotation)
    return tuple(choice for part in typing.get_args(annotation) for choice in _choices(part))
