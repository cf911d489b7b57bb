"""Compare every record with the text of its publication, where the texts are at hand."""

from pathlib import Path

from command_line import CommandError, argument, command, print_problems, require_known

from nordic_ai.authoring.verification import copied_runs, find_text, own_words, printed_parts, verify
from nordic_ai.evidence.loading import find_root, read_evidence


@command(
    argument("--texts", type=Path, required=True, action="append", metavar="DIR", help="folder of texts; repeatable"),
    argument("ids", nargs="*", help="source ids; all when left out"),
)
def main(texts: list[Path], ids: list[str]) -> int:
    """Verify the sources and print what is wrong."""
    evidence = read_evidence(find_root())
    require_known("source", ids, evidence.sources)
    for folder in texts:
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder")
    problems: list[str] = []
    for source_id in ids or evidence.sources:
        source = evidence.sources[source_id]
        parts = printed_parts(source)
        print(f"{source_id}: numbers: {sum(part.is_number for part in parts)} of {len(parts)} printed words")
        if source.text is None:
            print(f"{source_id}: no text of it is kept, so nothing could be compared")
            continue
        text = find_text(source, *texts)
        if text is None:
            where = " or ".join(map(str, texts))
            problems.append(f"{source_id}: no text in {where} has the checksum that the record gives")
            continue
        problems += verify(source, text)
        record = (evidence.root / "data" / "sources" / f"{source_id}.yml").read_text(encoding="utf-8")
        copied = copied_runs(own_words(source, record), text)
        problems += [f"{source_id}: copies the publication's words “{run} …”" for run in copied]
    return print_problems(problems, "all found and none left over")
