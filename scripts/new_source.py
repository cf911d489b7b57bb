"""Begin the file of a publication: every field that such a publication needs, with its explanation."""

from pathlib import Path

from command_line import CommandError, argument, command, require_known

from nordic_ai.authoring.scaffold import short_scaffold, source_scaffold
from nordic_ai.evidence.loading import find_root, read_evidence
from nordic_ai.evidence.values import is_id


@command(
    argument("source_id", metavar="id", help="lower-case words joined by hyphens, as in `ks-2024`; never to change"),
    argument("--kind", default="report", help="one of data/vocabularies.yml; report when left out"),
    argument("--country", help="code of a country in data/countries.yml, as in `FI`"),
    argument("--language", help="one of data/vocabularies.yml, as in `fi`"),
    argument("--short", action="store_true", help="for a press release or other item of which a part was read"),
    unchanged="nothing was written",
)
def main(source_id: str, kind: str, country: str | None, language: str | None, short: bool) -> None:
    """Write data/sources/ID.yml unless it exists."""
    root = find_root()
    evidence = read_evidence(root)
    kinds = evidence.choices.publication_kinds
    if not is_id(source_id):
        raise CommandError(f"`{source_id}` is no id; write lower-case words joined by hyphens")
    require_known("kind", [kind], kinds)
    require_known("country", filter(None, [country]), evidence.countries)
    require_known("language", filter(None, [language]), evidence.choices.languages)
    file = Path("data", "sources", f"{source_id}.yml")
    text = (
        short_scaffold(source_id, kind, country, language)
        if short
        else source_scaffold(source_id, kind, kinds[kind], country, language)
    )
    with (root / file).open("x", encoding="utf-8") as new:
        new.write(text)
    print(f"wrote {file}; fill it in, and `make check` says what is missing")
