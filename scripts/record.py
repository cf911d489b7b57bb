"""Execute the chapters and write the notebook with its outputs beside each."""

from __future__ import annotations

import argparse
import sys
import time

from nordic_ai.evidence import find_root
from nordic_ai.recording import RecordingError, chapter_files, pair_problems, record


def main(arguments: list[str] | None = None) -> int:
    """Record all chapters, or those named, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say which recordings do not match their chapter")
    parser.add_argument("names", nargs="*", help="chapters by name, as in `strategy`; all when left out")
    options = parser.parse_args(arguments)
    files = {file.stem: file for file in chapter_files(find_root())}
    unknown = sorted(set(options.names) - set(files))
    if unknown:
        print(f"record: no chapter {', '.join(unknown)}; there are {', '.join(files)}", file=sys.stderr)
        return 1
    failed = False
    for name in options.names or files:
        if options.check:
            problems = pair_problems(files[name])
            failed |= bool(problems)
            print("\n".join(problems) if problems else f"{name}: matches its recording")
            continue
        start = time.monotonic()
        try:
            record(files[name])
            print(f"{name}: recorded in {time.monotonic() - start:.1f} s")
        except RecordingError as error:
            failed = True
            print(error, file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
