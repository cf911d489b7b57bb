"""Begin a chapter from the template and put it into the table of contents."""

import re
from pathlib import Path

from command_line import CommandError, argument, command

from nordic_ai.evidence.loading import find_root
from nordic_ai.evidence.values import is_id

TEMPLATE = Path(__file__).with_name("templates") / "chapter.md"


def with_chapter(contents: str, name: str) -> str | None:
    """List a chapter, unless it is listed already, after the last one of a table of contents; None if there is none."""
    chapters = list(re.finditer(r"^( *- file: )chapters/(\S+).*\n", contents, re.MULTILINE))
    if name in [chapter[2] for chapter in chapters]:
        return contents
    if not chapters:
        return None
    last = chapters[-1]
    return f"{contents[: last.end()]}{last[1]}chapters/{name}\n{contents[last.end() :]}"


@command(argument("name", help="lower-case words joined by hyphens; the chapter's file and address"))
def main(name: str) -> None:
    """Write chapters/NAME.md unless it exists, and list it in _toc.yml."""
    if not is_id(name):
        raise CommandError(f"`{name}` is no name; write lower-case words joined by hyphens")
    root = find_root()
    contents = root / "_toc.yml"
    text = with_chapter(contents.read_text(encoding="utf-8"), name)
    if text is None:
        raise CommandError(f"{contents.name} lists no chapter to put it after; add one by hand")
    file = Path("chapters", f"{name}.md")
    chapter = TEMPLATE.read_text(encoding="utf-8").replace("NAME", name)
    with (root / file).open("x", encoding="utf-8") as new:
        new.write(chapter)
    contents.write_text(text, encoding="utf-8")
    print(f"wrote {file} and put it last among the chapters of {contents.name}")
