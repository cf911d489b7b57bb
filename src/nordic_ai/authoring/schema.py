"""Generate the JSON Schema of an evidence file from the model and the vocabularies in data/."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from nordic_ai.evidence import model
from nordic_ai.evidence.base import read_evidence
from nordic_ai.evidence.fields import explanations

SCHEMA_FILE = "data/source.schema.json"


def source_schema(root: Path) -> dict[str, Any]:
    """Give the schema, with the known indicators and countries as its choices.

    Parameters
    ----------
    root
        The project's root.
    """
    evidence = read_evidence(root)
    schema = model.Source.model_json_schema()
    for name, record in {"Source": schema, **schema["$defs"]}.items():
        for field, text in explanations(getattr(model, name)).items():
            told = record["properties"][field] | {"description": text}
            record["properties"][field] = dict(sorted(told.items()))
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["$comment"] = "Generated from src/nordic_ai/model.py by `make schema`; do not edit."
    schema["properties"]["country"]["enum"] = sorted(evidence.countries)
    for part in ("Question", "Figure"):
        indicator = schema["$defs"][part]["properties"]["indicator"]
        choice = {"type": "string", "enum": sorted(evidence.indicators)}
        if "anyOf" in indicator:
            indicator["anyOf"] = [choice, {"type": "null"}]
        else:
            indicator.update(choice)
    return schema


def read_schema(root: Path) -> object:
    """Give the schema as it was last written, or None where there is none that can be read."""
    try:
        return json.loads((root / SCHEMA_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
