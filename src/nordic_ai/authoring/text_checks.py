"""Check what authors write in Markdown, without building: numbers, ids, links, headings, sentences, spelling."""

import re
from calendar import month_name
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from sphinx.util.nodes import explicit_title_re

from nordic_ai.analysis.report import Report
from nordic_ai.authoring.confirmations import unconfirmed
from nordic_ai.authoring.pages import STAND_IN, Page, read_page
from nordic_ai.authoring.spell_check import ADDRESS, WORDS_FILE, SpellChecker, english_texts
from nordic_ai.evidence.contents import pages_of_the_book
from nordic_ai.evidence.errors import Problem, collect
from nordic_ai.evidence.languages import ENGLISH, languages
from nordic_ai.evidence.strict_yaml import read_yaml
from nordic_ai.site.roles import VARIANTS, Refused, unknown_id, write_number

_WRITTEN_BY_COMMANDS = {"benchmark.md"}
# Pages about the report itself, which may contain numbers of its own (versions, widths, directives).
_OWN_PAGES = {"accessibility.md", "changelog.md", "cite.md", "data.md"}

# The arguments of figures that readers see.
_CAPTIONS = ("title", "description")

_TENS = "(?:twen|thir|for|fif|six|seven|eigh|nine)ty"
_ONES = "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
_NUMBER_WORD = rf"\b(?:{_TENS}(?:[- ](?:{_ONES}))?|{_ONES})(?= per ?cent| percentage point)"
_NUMBER = re.compile(rf"\d[\d.,\u00a0\u202f]*\d|\d|{_NUMBER_WORD}", re.IGNORECASE)
# Numbers that come from no publication: years and days, constants of the methods, names of licences and standards.
_OWN_NUMBERS = re.compile(
    rf"\b(19|20)\d\d\b|\b\d{{1,2}} ({'|'.join(month_name[1:])})\b|\b95[ \u00a0]?%|\b0 to\b|(of )?\b100\b( per cent)?"
    rf"|CC BY \d\.\d|Python 3\.\d+|WCAG \d\.\d|UTF-8|ISO \d+|{ADDRESS}"
)
# The end of a sentence inside a line: its mark, then a capital letter. Single letters and numbers are abbreviations.
_SENTENCE_END = re.compile(r"(?<!\b[A-Z\d])(?<!e\.g)(?<!i\.e)(?<!\bcf)[.!?][”’)]*\s+(?=[“‘(]?[A-ZÆØÅÄÖ¤])")
# A line may end where a sentence or a part of it ends. A role alone may write a whole sentence.
_LINE_END = re.compile(rf"[.!?:;][”’)]*$|^{STAND_IN}$")


class Book(NamedTuple):
    """What the checks of a page must know besides the page."""

    report: Report
    spelling: SpellChecker
    labels: set[str]
    """Those of all pages."""
    languages: tuple[str, ...]
    """Those of which there is a catalogue."""


Found = Iterator[tuple[int, str]]
"""Lines, each with what is wrong there and what to do about it."""


def check_description(page: Page, _: Book) -> Found:
    """Require a sentence that says what the page contains, which search engines and shared links show."""
    # It is the first paragraph if the front matter gives none, on some pages one that a directive writes.
    paragraphs = (block.lines()[-1][1] for block in page.blocks if block.tag == "p")
    description = page.front.get("description") or next(paragraphs, None)
    if description and not str(description).strip().endswith((".", "!", "?")):
        yield 1, "has no description; give one sentence under `description:` in the front matter"


def check_headings(page: Page, _: Book) -> Found:
    """Require one title and, below it, headings that go down one level at a time."""
    above = 0
    for heading in page.headings:
        level = int(heading.tag[1:])
        if level == 1 and above:
            yield heading.line, "a second title; a page has one `#`, its sections begin with `##`"
        elif level > above + 1:
            wanted = "#" * (above + 1)
            yield heading.line, f"the heading jumps from level {above} to {level}; write `{wanted}` instead"
        above = level
    if not page.headings:
        yield 1, "has no title; begin it with `# `"


def check_sentences(page: Page, _: Book) -> Found:
    """Require one sentence per line, so that a change shows which sentence it changes."""
    for block in page.blocks:
        lines = block.lines(label=False) if block.tag in ("p", "dt") else []
        for line, text in lines:
            if ended := _SENTENCE_END.search(text):
                rest = text[ended.end() :][:30].replace(STAND_IN, "…")
                yield line, f"two sentences on a line; begin a new line at “{rest}”"
            if line != lines[-1][0] and not _LINE_END.search(text.strip()):
                yield line, "a sentence goes on in the next line; write it on one line"


def check_spelling(page: Page, book: Book) -> Found:
    """Require words that the dictionary or the project knows, on pages in English."""
    if page.front.get("language", ENGLISH) != ENGLISH:  # of which there is no dictionary here
        return iter(())
    return book.spelling.check([*page.lines(foreign=False), *page.texts_in_cells(*_CAPTIONS)])


def check_numbers(page: Page, _: Book) -> Found:
    """Refuse numbers that are typed where a role has to write them from the evidence."""
    if page.file.name.lower() in _OWN_PAGES:
        return
    advice = "let a role such as {ev}`id` write it from the evidence"
    for lines, instead in ((page.lines(), advice), (page.texts_in_cells(*_CAPTIONS), "say in words what it shows")):
        for line, text in lines:
            for number in _NUMBER.findall(_OWN_NUMBERS.sub(STAND_IN, text)):
                yield line, f"the number {number} is typed; {instead}"


def check_ids(page: Page, book: Book) -> Found:
    """Require that roles, directives and figures name records that exist and that have what is asked of them."""
    known = book.report.evidence.records
    for line, part in page.parts():
        role = part.meta.get("name", "") if part.type == "myst_role" else ""
        try:
            if role in VARIANTS:
                write_number(role, part.content, book.report)
            elif role == "ev-source" and (name := explicit_title_re.sub(r"\2", part.content)) not in known:
                raise Refused(unknown_id(name, book.report))
        except Refused as refused:
            yield line, f"{{{role}}}`{part.content}`: {refused}"
    lists = ((one.line, one.argument) for one in page.directives if one.name == "evidence-list")
    for what, named in (("list", lists), ("record", page.texts_in_cells("observations"))):
        for line, name in named:
            if name not in known:
                yield line, f"no {what} has the id `{name}`; see the evidence register"


def check_links(page: Page, book: Book) -> Found:
    """Require that links inside the project lead to a file or a label that exists, and that addresses are links."""
    titles = (re.sub(r"[^\w\- ]", "", heading.lines()[0][1].lower()) for heading in page.headings)
    anchors = {title.replace(" ", "-") for title in titles}  # as GitHub and MyST make them
    inside = 0
    for line, part in page.parts():
        inside += {"link_open": 1, "link_close": -1}.get(part.type, 0)
        for address in re.findall(ADDRESS, part.content) if part.type == "text" and not inside else ():
            yield line, f"the address {address} is no link; write <{address}>"
        target = str(part.attrs.get({"link_open": "href", "image": "src"}.get(part.type), ""))
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = unquote(target).partition("#")
        if path and path not in book.labels and not (page.file.parent / path).exists():
            yield line, f"the link leads to `{path}`, which is neither a file nor a label; correct it"
        elif anchor and not path and anchor not in page.labels | anchors:
            yield line, f"the link leads to `#{anchor}`, which no heading or label has; correct it"


def check_markup(page: Page, _: Book) -> Found:
    """Require what MyST can read, and files to include that exist."""
    yield from page.refused
    for file, line in page.included.items():
        if not file.is_file():
            yield line, f"includes {file.name}, which does not exist in {file.parent}; correct it"


def check_language(page: Page, book: Book) -> Found:
    """Require of a page in another language that there is a catalogue of it, and word on who has read it."""
    language = page.front.get("language", ENGLISH)
    if language == ENGLISH:
        return
    if language not in book.languages:
        yield 1, f"the language `{language}` has no catalogue; see “A page in another language” in CONTRIBUTING.md"
    if not isinstance(page.front.get("read_by_native_speaker"), bool):
        yield 1, "does not say whether a native speaker has read it; write `read_by_native_speaker: no` above"


_CHECKS = (check_markup, check_sentences, check_links, check_spelling)
_OF_THE_BOOK = (check_ids, check_numbers)
_OF_WHOLE_PAGES = (check_headings, check_description, check_language, lambda page, book: unconfirmed(page, book.report))


def prose_problems(root: Path, report: Report) -> list[Problem]:
    """Check the pages of the book, and the language of the documents for contributors and of data/."""
    problems: list[Problem] = []
    spelling = SpellChecker(root, report.evidence)
    if not spelling.in_order:
        problems.append(Problem(root / WORDS_FILE, "is not in order, or lists a word twice; run `make format`"))
    in_book = [root / f"{name}.md" for name in pages_of_the_book(root)]
    whole = [*in_book, *sorted([*root.glob("*.md"), *root.glob("docs/*.md")])]
    pages: dict[Path, Page] = {}
    for file in (files := [*whole]):
        if file.name not in _WRITTEN_BY_COMMANDS and file not in pages:
            with collect(problems):
                pages[file] = read_page(file)
                files += (included := [path for path in pages[file].included if path.is_file()])
                in_book += included if file in in_book else []
    book = Book(report, spelling, set().union(*(page.labels for page in pages.values())), languages(root))
    for file, page in pages.items():
        checks = _CHECKS + _OF_WHOLE_PAGES * (file in whole) + _OF_THE_BOOK * (file in in_book)
        found = [problem for check in checks for problem in check(page, book)]
        problems += [Problem(file, message, line) for line, message in sorted(found, key=itemgetter(0))]
    for file in sorted((root / "data").rglob("*.yml")):
        found = book.spelling.check(english_texts(read_yaml(file)))
        problems += [Problem(file, message, line) for line, message in found]
    return problems
