"""Begin the file of a publication: every field that such a publication needs, with its explanation."""

from __future__ import annotations

import argparse
import sys

from pydantic import TypeAdapter, ValidationError

from nordic_ai.authoring.scaffold import KINDS, LANGUAGES, source_scaffold
from nordic_ai.evidence.errors import EvidenceError
from nordic_ai.evidence.loading import find_root, read_evidence
from nordic_ai.evidence.values import Id


def main(arguments: list[str] | None = None) -> int:
    """Write data/sources/ID.yml unless it is there already, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("id", help="lower-case words joined by hyphens, as in `ks-2024`; permanent once published")
    parser.add_argument("--kind", default="report", help=f"{', '.join(KINDS)}; report when left out")
    parser.add_argument("--country", help="code of a country in data/countries.yml, as in `FI`")
    parser.add_argument("--language", help=f"{', '.join(LANGUAGES)}")
    options = parser.parse_args(arguments)
    root = find_root()
    try:
        countries = read_evidence(root).countries
        TypeAdapter(Id).validate_python(options.id)
    except EvidenceError as error:
        print(f"{error}\nnew_source: the data are broken; mend them first", file=sys.stderr)
        return 1
    except ValidationError:
        print(f"new_source: `{options.id}` is no id; write lower-case words joined by hyphens", file=sys.stderr)
        return 1
    for name, known in (("kind", KINDS), ("country", countries), ("language", LANGUAGES)):
        given = getattr(options, name)
        if given and given not in known:
            print(f"new_source: unknown {name} `{given}`; there are {', '.join(known)}", file=sys.stderr)
            return 1
    file = root / "data" / "sources" / f"{options.id}.yml"
    text = source_scaffold(options.id, options.kind, options.country, options.language)
    try:
        with file.open("x", encoding="utf-8") as new:
            new.write(text)
    except FileExistsError:
        print(f"new_source: {file.relative_to(root)} exists and is left as it is; choose another id", file=sys.stderr)
        return 1
    print(f"wrote {file.relative_to(root)}; fill it in, and `make check` says what is missing")
    return 0


if __name__ == "__main__":
    sys.exit(main())
