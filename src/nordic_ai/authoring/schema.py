"""Generate the JSON Schema of an evidence file, from which editors complete and explain fields."""

import json
from pathlib import Path

from nordic_ai.evidence.loading import read_evidence
from nordic_ai.evidence.model import Source

SCHEMA_FILE = "data/source.schema.json"


def schema_text(root: Path) -> str:
    """Write the schema for the project in the folder `root`, with its indicators and countries as choices."""
    evidence = read_evidence(root)
    schema = Source.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["$comment"] = "Generated from src/nordic_ai/evidence/model.py by `make schema`; do not edit."
    schema["properties"]["country"]["enum"] = sorted(evidence.countries)
    indicators = {"type": "string", "enum": sorted(evidence.indicators)}
    schema["$defs"]["Question"]["properties"]["indicator"] |= indicators
    schema["$defs"]["Figure"]["properties"]["indicator"]["anyOf"] = [indicators, {"type": "null"}]
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
