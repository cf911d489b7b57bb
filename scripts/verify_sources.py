"""Compare every record with the text of its publication, where the texts are at hand."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from nordic_ai.authoring.verification import copied_runs, find_text, printed_parts, verify
from nordic_ai.evidence.errors import EvidenceError
from nordic_ai.evidence.loading import find_root, read_evidence


def main(arguments: list[str] | None = None) -> int:
    """Verify all sources, or those named, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=Path, required=True, metavar="DIR", help="folder with the publications' texts")
    parser.add_argument("ids", nargs="*", help="source ids; all when left out")
    options = parser.parse_args(arguments)
    try:
        evidence = read_evidence(find_root())
    except EvidenceError as error:
        print(error, file=sys.stderr)
        return 1
    unknown = sorted(set(options.ids) - set(evidence.sources))
    if unknown or not options.texts.is_dir():
        reason = f"no source {', '.join(unknown)} in data/sources" if unknown else f"{options.texts} is no folder"
        print(f"verify_sources: {reason}", file=sys.stderr)
        return 1
    problems = []
    for source_id in options.ids or evidence.sources:
        source = evidence.sources[source_id]
        text = find_text(source, options.texts)
        if text is None:
            problems.append(f"{source_id}: no text in {options.texts} has the checksum that the record gives")
            continue
        found = verify(source, text)
        ours = (evidence.root / "data" / "sources" / f"{source_id}.yml").read_text(encoding="utf-8")
        ours = ours.replace(source.title.original, "")  # a title is cited, not copied
        found += [f"{source_id}: copies the publication's words “{run} …”" for run in copied_runs(ours, text)]
        problems += found
        parts = list(printed_parts(source))
        print(
            f"{source_id}: {sum(part.is_number for part in parts)} numbers and {len(parts)} printed words in all, "
            f"{'all found and none left over' if not found else f'{len(found)} problems'}"
        )
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
