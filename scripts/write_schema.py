"""Write the JSON Schema of an evidence file, which gives editors completion and hints."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from nordic_ai.authoring.schema import SCHEMA_FILE, source_schema
from nordic_ai.evidence.errors import EvidenceError
from nordic_ai.evidence.loading import find_root


def main() -> int:
    """Write the schema beside the sources."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    root: Path = find_root()
    try:
        text = json.dumps(source_schema(root), ensure_ascii=False, indent=2) + "\n"
    except EvidenceError as error:
        print(error, file=sys.stderr)
        return 1
    try:
        (root / SCHEMA_FILE).write_text(text, encoding="utf-8")
    except OSError as error:
        print(f"write_schema: {error}; make the folder writable", file=sys.stderr)
        return 1
    print(f"wrote {SCHEMA_FILE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
