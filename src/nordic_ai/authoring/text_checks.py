"""Check what authors write in Markdown, without building: numbers, ids, links, headings, sentences, spelling."""

from __future__ import annotations

import ast
import re
from calendar import month_name
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, reduce
from pathlib import Path
from urllib.parse import unquote

import yaml
from hunspell import Hunspell
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser

from nordic_ai.analysis.report import Report
from nordic_ai.evidence.base import Evidence
from nordic_ai.evidence.errors import EvidenceError, KeyPath, Problem
from nordic_ai.evidence.strict_yaml import Document, read_yaml
from nordic_ai.site.roles import VARIANTS, Refused, unknown_id, write_number

WORDS_FILE = "data/words.txt"
_WRITTEN_BY_COMMANDS = {"benchmark.md"}
# Pages about the report itself, whose numbers (versions, widths, directives) are its own.
_OWN_PAGES = {"accessibility.md", "changelog.md", "cite.md", "data.md"}

# What stands for a number, a name or a piece of code in a sentence that is looked at.
_STAND_IN = "¤"
_NUMBER = re.compile(r"\d[\d.,\u00a0\u202f]*\d|\d")
# Numbers that come from no publication: years and days, what the methods fix, names of licences and standards.
_OWN_NUMBERS = re.compile(
    rf"\b(19|20)\d\d\b|\b\d{{1,2}} ({'|'.join(month_name[1:])})\b|\b95% interval|\b0 to\b|(of )?\b100\b( per cent)?"
    r"|CC BY \d\.\d|Python 3\.\d+|WCAG \d\.\d|UTF-8|ISO \d+"
)
# A sentence that ends within a line: its mark, then a capital letter. Single letters and numbers are abbreviations.
_SENTENCE_END = re.compile(r"(?<!\b[A-Z\d])(?<!e\.g)(?<!i\.e)(?<!\bcf)[.!?][”’)]*\s+(?=[“‘(]?[A-ZÆØÅÄÖ¤])")
# A line that ends where a sentence or a part of it may; a role may write whole sentences.
_LINE_END = re.compile(rf"[.!?:;][”’)]*$|^{_STAND_IN}$")
_FILE_NAME = re.compile(r"[\w-]+\.[a-z]{2,5}\b")
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
# The fields of data/ that hold our own English words.
_ENGLISH_FIELDS = {
    *("english", "label", "text", "title", "note", "missing", "reason", "who", "scope"),
    *("definition", "why", "municipalities_reference"),
}
# Directives whose text is prose; what others hold is code or an argument.
_PROSE_DIRECTIVES = {"note", "tip", "warning", "important", "admonition", "seealso", "attention", "caution", "hint"}


@dataclass
class Page:
    """A page's text as MyST reads it: one piece of prose after the other, each with its line."""

    file: Path
    front: Mapping[str, object] = field(default_factory=dict)
    blocks: list[tuple[int, str, Token]] = field(default_factory=list)
    """Line, what it stands in (`paragraph`, `heading`, `table`), and the inline token."""
    headings: list[tuple[int, int]] = field(default_factory=list)
    """Line and level."""
    directives: list[tuple[int, str, str, str]] = field(default_factory=list)
    """Line, name, argument and content."""
    labels: set[str] = field(default_factory=set)

    def problem(self, line: int, message: str) -> Problem:
        """Describe what is wrong on a line."""
        return Problem(self.file, message, line)


@cache
def _parser() -> object:
    return create_md_parser(MdParserConfig(enable_extensions={"colon_fence", "deflist"}), RendererHTML)


def read_page(file: Path) -> Page:
    """Read a page of Markdown.

    Raises
    ------
    EvidenceError
        If it is not UTF-8, or its front matter cannot be read.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise EvidenceError([Problem(file, "is not UTF-8; save it as UTF-8")]) from None
    page = Page(file)
    _read(text, 1, page)
    return page


def _read(text: str, first: int, page: Page) -> None:
    """Read a text that begins on the line `first` of the page; directives with prose are read the same way."""
    where, line = "paragraph", first
    for token in _parser().parse(text):
        if token.map:
            line = first + token.map[0]
        if token.type == "front_matter":
            page.front = _front_matter(token.content, page)
        elif token.type == "table_open":
            where = "table"
        elif token.type == "heading_open":
            page.headings.append((line, int(token.tag[1])))
            where = "heading"
        elif token.type in ("table_close", "heading_close"):
            where = "paragraph"
        elif token.type == "myst_target":
            page.labels.add(token.content)
        elif token.type == "inline":
            page.blocks.append((line, where, token))
        elif token.type in ("fence", "colon_fence"):
            name, _, argument = token.info.strip().partition("}")
            name = name.removeprefix("{") if name.startswith("{") else ""
            if name in _PROSE_DIRECTIVES:
                _read(token.content, line + 1, page)
            elif name:
                page.directives.append((line, name, argument.strip(), token.content))


def _front_matter(text: str, page: Page) -> Mapping[str, object]:
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise EvidenceError(
            [page.problem(1, f"the front matter is not readable: {' '.join(str(error).split())}")]
        ) from None
    return data if isinstance(data, dict) else {}


def pages_of_the_book(root: Path) -> list[Path]:
    """List the pages that the table of contents names, in its order."""
    contents = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    names = [contents["root"], *_files(contents)]
    return [root / f"{name}.md" for name in names]


def _files(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        if "file" in part:
            yield part["file"]
        for below in part.values():
            yield from _files(below)
    elif isinstance(part, list):
        for below in part:
            yield from _files(below)


def prose_problems(root: Path, report: Report) -> list[Problem]:
    """Check the pages of the book, and the language of the files for contributors.

    Parameters
    ----------
    root
        The project's root.
    report
        Which ids are looked up in.

    Returns
    -------
    list of Problem
        In the order of the pages and their lines.
    """
    problems: list[Problem] = []
    pages: list[Page] = []
    book = pages_of_the_book(root)
    others = (file for file in sorted(root.glob("*.md")) if file not in book and file.name not in _WRITTEN_BY_COMMANDS)
    for file in [*book, *others]:
        if not file.exists():
            problems.append(Problem(root / "_toc.yml", f"names {file.relative_to(root)}, which does not exist"))
            continue
        try:
            pages.append(read_page(file))
        except EvidenceError as error:
            problems += error.problems
    labels = set().union(*(page.labels for page in pages))
    known = known_ids(report)
    spelling = Spelling(root, report.evidence)
    for page in pages:
        found = [*check_headings(page), *check_sentences(page), *check_links(page, labels), *spelling.check(page)]
        if page.file in book:
            found += check_ids(page, known, report)
            if page.file.name not in _OWN_PAGES:
                found += check_numbers(page)
            if page.file.parent == root:  # chapters get theirs with their new texts
                found += check_description(page)
        problems += sorted(found, key=lambda problem: problem.line or 0)
    for file in sorted((root / "data").rglob("*.yml")):
        problems += spelling.check_records(read_yaml(file))
    return problems


def check_description(page: Page) -> Iterator[Problem]:
    """Require a sentence that says what the page holds, which search engines and shared links show."""
    description = page.front.get("description") or next(
        ("".join(_prose_lines(token)) for _, where, token in page.blocks if where == "paragraph"), ""
    )
    if not re.search(r"[.!?]$", str(description).strip()):
        yield page.problem(1, "has no description; give one sentence under `description:` in the front matter")


def check_headings(page: Page) -> Iterator[Problem]:
    """Require one title and, below it, headings that go down one level at a time."""
    level = 0
    for line, below in page.headings:
        if below == 1 and level:
            yield page.problem(line, "a second title; a page has one `#`, its sections begin with `##`")
        elif below > level + 1:
            want = "#" * (level + 1)
            yield page.problem(line, f"the heading jumps from level {level} to {below}; write `{want}` instead")
        level = below
    if not page.headings:
        yield page.problem(1, "has no title; begin it with `# `")


def check_sentences(page: Page) -> Iterator[Problem]:
    """Require one sentence a line, so that a change shows which sentence it changes."""
    for first, where, token in page.blocks:
        if where != "paragraph":
            continue
        lines = _sentence_lines(token)
        for number, text in enumerate(lines):
            ended = _SENTENCE_END.search(text)
            if ended:
                rest = text[ended.end() :][:30].replace(_STAND_IN, "…")
                yield page.problem(first + number, f"two sentences on a line; begin a new line at “{rest}”")
            if number < len(lines) - 1 and not _LINE_END.search(text.strip()):
                yield page.problem(first + number, "a sentence goes on in the next line; write it on one line")


def check_numbers(page: Page) -> Iterator[Problem]:
    """Refuse numbers that are typed where a role has to write them from the evidence."""
    told = "is typed; let a role such as {ev}`id` write it from the evidence"
    for first, _, token in page.blocks:
        for number, text in enumerate(_prose_lines(token)):
            for found in _NUMBER.finditer(_OWN_NUMBERS.sub(_STAND_IN, text)):
                yield page.problem(first + number, f"the number {found[0]} {told}")
    for first, name, _, content in page.directives:
        if name == "code-cell":
            for line, text in _texts_in_code(content, first + 1):
                for found in _NUMBER.finditer(_OWN_NUMBERS.sub(_STAND_IN, text)):
                    yield page.problem(line, f"the number {found[0]} is typed; say in words what the figure shows")


def known_ids(report: Report) -> set[str]:
    """List every id that a page may name."""
    sources = report.evidence.sources.values()
    return {*report.observations, *(f"{source.id}/{path}" for source in sources for path in source.ids())}


def check_ids(page: Page, known: set[str], report: Report) -> Iterator[Problem]:
    """Require that roles, directives and figures name records that exist and that can give what is asked of them."""
    for first, _, token in page.blocks:
        line = first
        for child in token.children or []:
            line += child.type == "softbreak"
            role = child.meta.get("name", "") if child.type == "myst_role" else ""
            try:
                if role in VARIANTS:
                    write_number(role, child.content, report)
                elif role == "ev-source" and child.content not in known:
                    raise Refused(unknown_id(child.content, report))
            except Refused as refused:
                yield page.problem(line, f"{{{role}}}`{child.content}`: {refused}")
    for first, name, argument, content in page.directives:
        if name == "evidence-list" and argument not in known:
            yield page.problem(first, f"no list has the id `{argument}`; see the evidence register")
        if name == "code-cell":
            for line, text in _texts_in_code(content, first + 1, called="observations"):
                if text not in known:
                    yield page.problem(line, f"no record has the id `{text}`; see the evidence register")


def check_links(page: Page, labels: set[str]) -> Iterator[Problem]:
    """Require that links inside the project lead to a file or a label that exists."""
    for first, _, token in page.blocks:
        line = first
        for child in token.children or []:
            line += child.type == "softbreak"
            target = str(child.attrs.get("href" if child.type == "link_open" else "src", "")) if child.attrs else ""
            if child.type not in ("link_open", "image") or re.match(r"[a-z]+:", target):
                continue
            path, _, anchor = unquote(target).partition("#")
            if path and path not in labels and not (page.file.parent / path).exists():
                yield page.problem(line, f"the link leads to `{path}`, which is neither a file nor a label; correct it")
            elif anchor and not path and anchor not in page.labels | _slugs(page):
                yield page.problem(line, f"the link leads to `#{anchor}`, which no heading or label has; correct it")


def _slugs(page: Page) -> set[str]:
    """Give the anchors of a page's headings as repositories show them."""
    titles = ("".join(_prose_lines(token)) for _, where, token in page.blocks if where == "heading")
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


class Spelling:
    """British English, with the words of this project and of its publications."""

    def __init__(self, root: Path, evidence: Evidence) -> None:
        self._dictionary = Hunspell("en_GB", hunspell_data_dir=str(Path(__file__).with_name("spelling")))
        listed = (root / WORDS_FILE).read_text(encoding="utf-8").splitlines()
        names = (name for source in evidence.sources.values() for name in _names(source))
        words = (line for line in listed if not line.startswith("#"))
        self._known = {word for text in (*words, *names) for word in _WORD.findall(text)}

    def check(self, page: Page) -> Iterator[Problem]:
        """Find words that neither the dictionary nor the project knows; words in italics may be foreign."""
        for first, _, token in page.blocks:
            for number, text in enumerate(_prose_lines(token, foreign=False)):
                yield from self._check(page.file, first + number, text)
        for first, name, _, content in page.directives:
            if name == "code-cell":
                for line, text in _texts_in_code(content, first + 1):
                    yield from self._check(page.file, line, text)

    def check_records(self, document: Document) -> Iterator[Problem]:
        """Find unknown words in the English texts of a file in data/."""
        for path, line in document.lines.items():
            if _last_name(path) in _ENGLISH_FIELDS:
                text = reduce(lambda part, key: part[key], path, document.data)
                if isinstance(text, str):
                    yield from self._check(document.file, line, text)

    def _check(self, file: Path, line: int, text: str) -> Iterator[Problem]:
        for word in _WORD.findall(_FILE_NAME.sub(_STAND_IN, text.replace("’", "'"))):
            if not self.knows(word):
                near = ", ".join(f"“{known}”" for known in self._dictionary.suggest(word)[:3])
                hint = f"is it {near}? If it is right, add" if near else "correct it, or add"
                yield Problem(file, f"the word “{word}” is unknown; {hint} it to {WORDS_FILE}", line)

    def knows(self, word: str) -> bool:
        """Tell whether a word, or each part of a compound, is known."""
        own = word.removesuffix("'s")
        if own.isupper() or {own, own.lower()} & self._known or self._dictionary.spell(word):
            return True
        return "-" in word and all(self.knows(part) for part in word.split("-"))


def _last_name(path: KeyPath) -> str:
    return next((part for part in reversed(path) if isinstance(part, str)), "")


def _names(source: object) -> Iterator[str]:
    yield from filter(None, (source.title.original, source.publisher, source.prepared_by, source.commissioned_by))


def _prose_lines(token: Token, *, foreign: bool = True) -> list[str]:
    """Give the text of each line of a paragraph, what is not prose replaced by a stand-in."""
    lines, depth = [""], 0
    for child in token.children or []:
        depth += {"em_open": 1, "em_close": -1}.get(child.type, 0)
        if child.type in ("softbreak", "hardbreak"):
            lines.append("")
        elif child.type == "text":
            lines[-1] += child.content if foreign or not depth else _STAND_IN
        elif child.type in ("myst_role", "code_inline", "image", "math_inline"):
            lines[-1] += _STAND_IN
    return lines


def _sentence_lines(token: Token) -> list[str]:
    """Give the same without the bold words that begin an entry of a list, as in `**Use.**`."""
    children = list(token.children or [])
    opens = [child.type for child in children[:2]]
    if "strong_open" in opens:
        end = next(i for i, child in enumerate(children) if child.type == "strong_close")
        if "".join(child.content for child in children[:end]).endswith((".", ":", "?")):
            return _prose_lines(Token("inline", "", 0, children=children[end + 1 :]))
    return _prose_lines(token)


def _texts_in_code(code: str, first: int, *, called: str | None = None) -> list[tuple[int, str]]:
    """List texts in a cell with their lines: what a function is called with, or else titles and descriptions."""
    try:
        tree = ast.parse("\n".join("" if row.startswith(":") else row for row in code.splitlines()))
    except SyntaxError:
        return []  # running the cell says it better
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    if called:
        values = [arg for call in calls if getattr(call.func, "id", "") == called for arg in call.args]
    else:
        values = [word.value for call in calls for word in call.keywords if word.arg in ("title", "description")]
    return [
        (first + value.lineno - 1, value.value)
        for value in values
        if isinstance(value, ast.Constant) and isinstance(value.value, str)
    ]
