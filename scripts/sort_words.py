"""Put the list of words in order, as the check wants it."""

from command_line import ROOT, command

from nordic_ai.authoring.spell_check import WORDS_FILE, in_order
from nordic_ai.files import write_whole


@command()
def main() -> None:
    """Sort the words, and list each once."""
    words = ROOT / WORDS_FILE
    write_whole(words, in_order(words.read_text(encoding="utf-8-sig")))
