"""Compare every record with the text of its publication, where the texts are at hand."""

from pathlib import Path

from command_line import CommandError, argument, command, print_problems, require_known

from nordic_ai.authoring.verification import copied_runs, find_text, printed_parts, verify
from nordic_ai.evidence.loading import find_root, read_evidence


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
        parts = printed_parts(source)
        print(f"{source_id}: numbers: {sum(part.is_number for part in parts)} of {len(parts)} printed words")
        text = find_text(source, texts)
        if text is None:
            problems.append(f"{source_id}: no text in {texts} has the checksum that the record gives")
            continue
        problems += verify(source, text)
        record = (evidence.root / "data" / "sources" / f"{source_id}.yml").read_text(encoding="utf-8")
        copied = copied_runs(record.replace(source.title.original, ""), text)  # a title is cited, not copied
        problems += [f"{source_id}: copies the publication's words “{run} …”" for run in copied]
    return print_problems(problems, "all found and none left over")
