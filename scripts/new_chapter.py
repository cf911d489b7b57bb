"""Begin a chapter from the template and put it into the table of contents."""

from itertools import takewhile
from pathlib import Path

import yaml
from command_line import CommandError, argument, command

from nordic_ai.evidence.loading import find_root
from nordic_ai.evidence.values import is_id

TEMPLATE = Path(__file__).with_name("templates") / "chapter.md"


def with_chapter(contents: str, name: str) -> str | None:
    """List a chapter, unless it is listed already, after the last one of a table of contents; None if there is none."""
    chapters = [token for token in yaml.scan(contents) if str(getattr(token, "value", "")).startswith("chapters/")]
    if name in [token.value.removeprefix("chapters/") for token in chapters]:
        return contents
    lines, last = contents.splitlines(), chapters[-1].start_mark.line if chapters else -1
    dashes = [line for line in lines[: last + 1] if line.lstrip().startswith("- ")]
    if not dashes:
        return None
    indent = dashes[-1].partition("-")[0]
    # A title or pages below the last chapter are set in deeper than its dash, and stay with it.
    below = takewhile(lambda line: line.startswith(f"{indent} "), lines[last + 1 :])
    lines.insert(last + 1 + len(list(below)), f"{indent}- file: chapters/{name}")
    return "\n".join(lines) + "\n"


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
