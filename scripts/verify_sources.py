"""Compare every record with the text of its publication, where the texts are at hand."""

from collections.abc import Iterator
from pathlib import Path

from command_line import CommandError, argument, command, print_problems, require_known

from nordic_ai.authoring.verification import copied_runs, find_text, printed_parts, verify
from nordic_ai.evidence.loading import find_root, read_evidence
from nordic_ai.evidence.model import Source


def problems_of(source: Source, root: Path, texts: Path) -> Iterator[str]:
    """Compare a record with its publication's text."""
    text = find_text(source, texts)
    if text is None:
        yield f"{source.id}: no text in {texts} has the checksum that the record gives"
        return
    yield from verify(source, text)
    record = (root / "data" / "sources" / f"{source.id}.yml").read_text(encoding="utf-8")
    for run in copied_runs(record.replace(source.title.original, ""), text):  # a title is cited, not copied
        yield f"{source.id}: copies the publication's words “{run} …”"


@command(
    argument("--texts", type=Path, required=True, metavar="DIR", help="folder with the publications' texts"),
    argument("ids", nargs="*", help="source ids; all when left out"),
)
def main(texts: Path, ids: list[str]) -> int:
    """Verify the sources and print what is wrong."""
    evidence = read_evidence(find_root())
    require_known("source", ids, evidence.sources)
    if not texts.is_dir():
        raise CommandError(f"{texts} is not a folder")
    problems: list[str] = []
    for source_id in ids or evidence.sources:
        source = evidence.sources[source_id]
        parts = list(printed_parts(source))
        print(f"{source_id}: {sum(part.is_number for part in parts)} numbers of {len(parts)} printed words")
        problems += problems_of(source, evidence.root, texts)
    return print_problems(problems, "all found and none left over")
