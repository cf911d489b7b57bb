"""Write the JSON Schema of an evidence file, which gives editors completion and hints."""

from command_line import command

from nordic_ai.authoring.scaffold import SCHEMA_FILE, schema_text
from nordic_ai.evidence.loading import find_root, read_evidence


@command(unchanged="the schema stays as it was")
def main() -> None:
    """Write the schema beside the sources."""
    root = find_root()
    (root / SCHEMA_FILE).write_text(schema_text(read_evidence(root)), encoding="utf-8")
    print(f"wrote {SCHEMA_FILE}")
