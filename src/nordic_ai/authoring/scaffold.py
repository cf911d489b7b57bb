"""Help to fill in what a command begins: a publication's file, with the schema that editors use, and a chapter."""

import json
import re
import textwrap
import typing
from pathlib import Path

from pydantic import BaseModel

from nordic_ai.evidence.errors import Problem
from nordic_ai.evidence.loading import Evidence
from nordic_ai.evidence.model import Source
from nordic_ai.evidence.validation import record_type

SCHEMA_FILE = "data/source.schema.json"
# Lines of a chapter's template that no finished chapter has: comments, description, title, a question, own words.
_TO_WRITE = re.compile(r"%|description:|# |.*\?$|.*in your own words")
KINDS: tuple[str, ...] = typing.get_args(Source.model_fields["kind"].annotation)
LANGUAGES: tuple[str, ...] = typing.get_args(Source.model_fields["language"].annotation)

# The parts written out for some kinds, and for all others; the rest is commented out, as any publication may have it.
_PARTS = {
    "survey article": ("surveys", "questions", "charts"),
    "survey report": ("surveys", "questions", "charts", "lists", "statements"),
    "analysis note": ("questions", "surveys"),
}
_OTHER_PARTS = ("figures", "lists", "statements")
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
_WIDTH = 106


def schema_text(evidence: Evidence) -> str:
    """Write the JSON Schema of a publication's file, with the indicators and countries of the project as choices."""
    schema = Source.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["$comment"] = "Generated from src/nordic_ai/evidence/model.py by `make schema`; do not edit."
    schema["properties"]["country"]["enum"] = sorted(evidence.countries)
    indicators = {"type": "string", "enum": sorted(evidence.indicators)}
    for record in ("Question", "Figure"):
        schema["$defs"][record]["properties"]["indicator"]["anyOf"] = [indicators, {"type": "null"}]
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def left_of_the_template(template: Path, chapter: Path) -> list[Problem]:
    """List the lines of a chapter that the template leaves to its author, and that are as it has them."""
    ours = template.read_text(encoding="utf-8").replace("NAME", chapter.stem).splitlines()
    lines = enumerate(chapter.read_text(encoding="utf-8", errors="replace").splitlines(), start=1)
    left = [(number, line) for number, line in lines if line in ours and _TO_WRITE.match(line)]
    advice = "stands there as in the template; write the chapter's own, or delete the line"
    return [Problem(chapter, f"“{line[:40].strip()} …” {advice}", number) for number, line in left]


def source_scaffold(source_id: str, kind: str, country: str | None = None, language: str | None = None) -> str:
    """Write the beginning of a publication's file: YAML that `make check` finds incomplete, but not wrong."""
    explained: set[type] = set()
    parts = _PARTS.get(kind, _OTHER_PARTS)
    fields = ("\n".join(["", *_field(Source, name, explained, name in parts)]) for name in Source.model_fields)
    text = "\n".join([_HEAD.rstrip("\n"), *fields, "...\n"])
    for name, value in {"id": source_id, "kind": kind, "country": country, "language": language}.items():
        if value:
            text = text.replace(f"\n{name}:\n", f'\n{name}: "{value}"\n')
    return text


def _field(record: type[BaseModel], name: str, explained: set[type], wanted: bool) -> list[str]:
    """Write one field: what it means, its name, and what belongs inside it."""
    field = record.model_fields[name]
    inner, is_list = record_type(field.annotation), typing.get_origin(field.annotation) is list
    wanted = wanted or field.is_required()
    sentences = [field.description] if field.description else []
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
    names = sorted(record.model_fields, key=lambda name: (name != "id", name == "at"))
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
