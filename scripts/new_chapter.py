"""Begin a chapter from the template and put it into the table of contents."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import yaml
from pydantic import TypeAdapter, ValidationError

from nordic_ai.evidence.loading import find_root
from nordic_ai.evidence.values import Id

TEMPLATE = Path(__file__).with_name("templates") / "chapter.md"


def main(arguments: list[str] | None = None) -> int:
    """Write chapters/NAME.md unless it is there already, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", help="lower-case words joined by hyphens; the chapter's file and address")
    name = parser.parse_args(arguments).name
    root = find_root()
    try:
        TypeAdapter(Id).validate_python(name)
    except ValidationError:
        print(f"new_chapter: `{name}` is no name; write lower-case words joined by hyphens", file=sys.stderr)
        return 1
    contents = root / "_toc.yml"
    text = with_chapter(contents.read_text(encoding="utf-8"), name)
    if text is None:
        print(f"new_chapter: {contents.name} lists no chapter to put it after; add one by hand", file=sys.stderr)
        return 1
    file = root / "chapters" / f"{name}.md"
    try:
        with file.open("x", encoding="utf-8") as new:
            new.write(TEMPLATE.read_text(encoding="utf-8").replace("NAME", name))
    except FileExistsError:
        print(f"new_chapter: chapters/{name}.md exists and is left as it is; choose another name", file=sys.stderr)
        return 1
    contents.write_text(text, encoding="utf-8")
    print(f"wrote {file.relative_to(root)} and put it last among the chapters of {contents.name}")
    return 0


def with_chapter(contents: str, name: str) -> str | None:
    """Put a chapter behind the last one in a table of contents, and leave every other character as it is.

    A chapter that is there stays where it is; without any to put it behind, there is no answer.
    """
    tokens = [token for token in yaml.scan(contents) if isinstance(token, yaml.ScalarToken)]
    places = [token.start_mark.line for token in tokens if token.value.startswith("chapters/")]
    if any(token.value == f"chapters/{name}" for token in tokens):
        return contents
    if not places:
        return None
    lines = contents.splitlines(keepends=True)
    last = lines[places[-1]]
    lines.insert(places[-1] + 1, f"{last[: last.index('chapters/')]}chapters/{name}\n")
    return "".join(lines)


if __name__ == "__main__":
    sys.exit(main())
