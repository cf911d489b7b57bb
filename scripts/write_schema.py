"""Write the JSON Schema of an evidence file, which gives editors completion and hints."""

import json

from command_line import command

from nordic_ai.authoring.schema import SCHEMA_FILE, source_schema
from nordic_ai.evidence.loading import find_root


@command(unchanged="the schema stays as it was")
def main() -> None:
    """Write the schema beside the sources."""
    root = find_root()
    text = json.dumps(source_schema(root), ensure_ascii=False, indent=2) + "\n"
    (root / SCHEMA_FILE).write_text(text, encoding="utf-8")
    print(f"wrote {SCHEMA_FILE}")


if __name__ == "__main__":
    raise SystemExit(main())
