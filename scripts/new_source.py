"""Begin the file of a publication: every field that such a publication needs, with its explanation."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from command_line import CommandError, argument, command, require_known, write_new

from nordic_ai.authoring.scaffold import KINDS, LANGUAGES, source_scaffold
from nordic_ai.evidence.loading import find_root, read_evidence
from nordic_ai.evidence.values import is_id


@command(
    argument("id", help="lower-case words joined by hyphens, as in `ks-2024`; permanent once published"),
    argument("--kind", default="report", help=f"{', '.join(KINDS)}; report when left out"),
    argument("--country", help="code of a country in data/countries.yml, as in `FI`"),
    argument("--language", help=", ".join(LANGUAGES)),
    unchanged="nothing was written",
)
def main(options: Namespace) -> None:
    """Write data/sources/ID.yml unless it exists."""
    root = find_root()
    countries = read_evidence(root).countries
    if not is_id(options.id):
        raise CommandError(f"`{options.id}` is no id; write lower-case words joined by hyphens")
    for name, known in (("kind", KINDS), ("country", countries), ("language", LANGUAGES)):
        require_known(name, filter(None, [getattr(options, name)]), known)
    file = Path("data", "sources", f"{options.id}.yml")
    write_new(root / file, source_scaffold(options.id, options.kind, options.country, options.language))
    print(f"wrote {file}; fill it in, and `make check` says what is missing")


if __name__ == "__main__":
    sys.exit(main())
