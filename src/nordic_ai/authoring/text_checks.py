"""Check what authors write in Markdown, without building: numbers, ids, links, headings, sentences, spelling."""

import re
from calendar import month_name
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from nordic_ai.analysis.report import Report
from nordic_ai.authoring.pages import STAND_IN, Page, pages_of_the_book, read_page
from nordic_ai.authoring.spell_check import SpellChecker
from nordic_ai.evidence.errors import Problem, collect
from nordic_ai.evidence.strict_yaml import read_yaml
from nordic_ai.site.roles import VARIANTS, Refused, unknown_id, write_number

_WRITTEN_BY_COMMANDS = {"benchmark.md"}
# Pages about the report itself, which may contain numbers of its own (versions, widths, directives).
_OWN_PAGES = {"accessibility.md", "changelog.md", "cite.md", "data.md"}

# The arguments of figures that readers see.
_CAPTIONS = ("title", "description")

_NUMBER = re.compile(r"\d[\d.,\u00a0\u202f]*\d|\d")
# Numbers that come from no publication: years and days, constants of the methods, names of licences and standards.
_OWN_NUMBERS = re.compile(
    rf"\b(19|20)\d\d\b|\b\d{{1,2}} ({'|'.join(month_name[1:])})\b|\b95% interval|\b0 to\b|(of )?\b100\b( per cent)?"
    r"|CC BY \d\.\d|Python 3\.\d+|WCAG \d\.\d|UTF-8|ISO \d+"
)
# The end of a sentence inside a line: its mark, then a capital letter. Single letters and numbers are abbreviations.
_SENTENCE_END = re.compile(r"(?<!\b[A-Z\d])(?<!e\.g)(?<!i\.e)(?<!\bcf)[.!?][”’)]*\s+(?=[“‘(]?[A-ZÆØÅÄÖ¤])")
# A line may end where a sentence or a part of it ends. A role alone may write a whole sentence.
_LINE_END = re.compile(rf"[.!?:;][”’)]*$|^{STAND_IN}$")


def prose_problems(root: Path, report: Report) -> list[Problem]:
    """Check the pages of the book, and the language of the documents for contributors and of data/."""
    problems: list[Problem] = []
    book = [root / f"{name}.md" for name in pages_of_the_book(root)]
    pages = list(_read_pages(root, book, problems))
    labels = set().union(*(page.labels for page in pages))
    spelling = SpellChecker(root, report.evidence)
    for page in pages:
        found = [*check_headings(page), *check_sentences(page), *check_links(page, labels)]
        found += spelling.check(page.file, [*page.lines(foreign=False), *page.texts_in_cells(*_CAPTIONS)])
        if page.file in book:
            found += [*check_ids(page, report), *check_description(page)]
            found += check_numbers(page) if page.file.name not in _OWN_PAGES else []
        problems += sorted(found, key=lambda problem: problem.line or 0)
    for file in sorted((root / "data").rglob("*.yml")):
        problems += spelling.check_records(read_yaml(file))
    return problems


def _read_pages(root: Path, book: list[Path], problems: list[Problem]) -> Iterator[Page]:
    """Read the pages of the book and the documents for contributors, noting those that cannot be read."""
    documents = sorted([*root.glob("*.md"), *root.glob("docs/*.md")])
    others = (file for file in documents if file not in book and file.name not in _WRITTEN_BY_COMMANDS)
    for file in [*book, *others]:
        if file.exists():
            with collect(problems):
                yield read_page(file)
        else:
            problems.append(Problem(root / "_toc.yml", f"names {file.relative_to(root)}, which does not exist"))


def check_description(page: Page) -> Iterator[Problem]:
    """Require a sentence that says what the page contains, which search engines and shared links show.

    It is the first paragraph if the front matter gives none, on some pages one that a directive writes.
    """
    paragraphs = ("".join(block.lines()) for block in page.blocks if block.tag == "p")
    description = page.front.get("description") or next(paragraphs, None)
    if description and not str(description).strip().endswith((".", "!", "?")):
        yield page.problem(1, "has no description; give one sentence under `description:` in the front matter")


def check_headings(page: Page) -> Iterator[Problem]:
    """Require one title and, below it, headings that go down one level at a time."""
    above = 0
    for heading in page.headings:
        line, level = heading.line, int(heading.tag[1:])
        if level == 1 and above:
            yield page.problem(line, "a second title; a page has one `#`, its sections begin with `##`")
        elif level > above + 1:
            wanted = "#" * (above + 1)
            yield page.problem(line, f"the heading jumps from level {above} to {level}; write `{wanted}` instead")
        above = level
    if not page.headings:
        yield page.problem(1, "has no title; begin it with `# `")


def check_sentences(page: Page) -> Iterator[Problem]:
    """Require one sentence per line, so that a change shows which sentence it changes."""
    for block in page.blocks:
        if block.tag not in ("p", "dt"):
            continue
        lines = list(enumerate(block.lines(label=False), start=block.line))
        for line, text in lines:
            ended = _SENTENCE_END.search(text)
            if ended:
                rest = text[ended.end() :][:30].replace(STAND_IN, "…")
                yield page.problem(line, f"two sentences on a line; begin a new line at “{rest}”")
            if line != lines[-1][0] and not _LINE_END.search(text.strip()):
                yield page.problem(line, "a sentence goes on in the next line; write it on one line")


def check_numbers(page: Page) -> Iterator[Problem]:
    """Refuse numbers that are typed where a role has to write them from the evidence."""
    advice = "let a role such as {ev}`id` write it from the evidence"
    for lines, instead in ((page.lines(), advice), (page.texts_in_cells(*_CAPTIONS), "say in words what it shows")):
        for line, text in lines:
            for number in _NUMBER.findall(_OWN_NUMBERS.sub(STAND_IN, text)):
                yield page.problem(line, f"the number {number} is typed; {instead}")


def check_ids(page: Page, report: Report) -> Iterator[Problem]:
    """Require that roles, directives and figures name records that exist and that have what is asked of them."""
    known = report.evidence.records
    for line, part in page.parts():
        role = part.meta.get("name", "") if part.type == "myst_role" else ""
        try:
            if role in VARIANTS:
                write_number(role, part.content, report)
            elif role == "ev-source" and part.content not in known:
                raise Refused(unknown_id(part.content, report))
        except Refused as refused:
            yield page.problem(line, f"{{{role}}}`{part.content}`: {refused}")
    for directive in page.directives:
        if directive.name == "evidence-list" and directive.argument not in known:
            yield page.problem(directive.line, f"no list has the id `{directive.argument}`; see the evidence register")
    for line, name in page.texts_in_cells("observations"):
        if name not in known:
            yield page.problem(line, f"no record has the id `{name}`; see the evidence register")


def check_links(page: Page, labels: set[str]) -> Iterator[Problem]:
    """Require that links inside the project lead to a file or a label that exists."""
    for line, part in page.parts():
        if part.type not in ("link_open", "image"):
            continue
        target = str(part.attrs.get("href" if part.type == "link_open" else "src", ""))
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = unquote(target).partition("#")
        if path and path not in labels and not (page.file.parent / path).exists():
            yield page.problem(line, f"the link leads to `{path}`, which is neither a file nor a label; correct it")
        elif anchor and not path and anchor not in page.labels | _anchors(page):
            yield page.problem(line, f"the link leads to `#{anchor}`, which no heading or label has; correct it")


def _anchors(page: Page) -> set[str]:
    """Give the anchors of a page's headings as GitHub and MyST make them."""
    titles = ("".join(heading.lines()) for heading in page.headings)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
