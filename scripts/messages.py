"""Gather what pages in other languages say, and renew the catalogues in data/messages; no translation is lost."""

from command_line import ROOT, command

from nordic_ai.analysis.report import load_report
from nordic_ai.authoring.messages import catalogue_problems, gather, update
from nordic_ai.evidence.languages import FOLDER, languages
from nordic_ai.files import write_whole


@command()
def main() -> None:
    """Renew each catalogue, and say how many messages wait for a translation."""
    messages = gather(ROOT, load_report())
    for language in languages(ROOT):
        write_whole(ROOT / FOLDER / f"{language}.po", update(ROOT, language, messages))
    print(f"messages: {len(messages.needed)}, and what catalogues lack: {len(catalogue_problems(ROOT, messages))}")
