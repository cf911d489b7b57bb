"""Read pages the way MyST does, and keep the line of everything that an author writes."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import yaml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser

from nordic_ai.evidence.errors import EvidenceError, Problem

STAND_IN = "¤"
"""Stands for a number, a name or a piece of code in the text of a line."""

_PARSER = create_md_parser(MdParserConfig(enable_extensions={"colon_fence", "deflist"}), RendererHTML)

# Directives that contain prose; others contain code or an argument.
_PROSE_DIRECTIVES = {"note", "tip", "warning", "important", "admonition", "seealso", "attention", "caution", "hint"}


class Directive(NamedTuple):
    """A directive that does not contain prose."""

    line: int
    name: str
    argument: str
    content: str


class Block(NamedTuple):
    """The text of a paragraph, a heading or a cell of a table."""

    line: int
    tag: str
    """`p`, `h1` to `h6`, `td`, `th`, or `dt`."""
    parts: list[Token]

    def lines(self, *, foreign: bool = True, label: bool = True) -> list[tuple[int, str]]:
        """Give each line after its number, with or without words in italics (`foreign`) and a bold `label` in front."""
        lines, italic = [""], 0
        has_label = "strong_open" in [part.type for part in self.parts[:2]]
        for part in self.parts:
            italic += {"em_open": 1, "em_close": -1}.get(part.type, 0)
            if part.type in ("softbreak", "hardbreak"):
                lines.append("")
            elif part.type == "text":
                lines[-1] += part.content if foreign or not italic else STAND_IN
            elif part.type in ("myst_role", "code_inline", "image", "math_inline"):
                lines[-1] += STAND_IN
            elif part.type == "strong_close" and has_label and not label:
                lines[-1], has_label = STAND_IN, False
        return list(enumerate(lines, start=self.line))

    @property
    def text(self) -> str:
        """All that it says, on one line."""
        return "".join(text for _, text in self.lines())


@dataclass
class Page:
    """What an author wrote on a page."""

    file: Path
    front: Mapping[str, object] = field(default_factory=dict)
    """The front matter."""
    blocks: list[Block] = field(default_factory=list)
    directives: list[Directive] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)

    @property
    def headings(self) -> list[Block]:
        """The headings in reading order."""
        return [block for block in self.blocks if block.tag[1:].isdigit()]

    def lines(self, *, foreign: bool = True) -> Iterator[tuple[int, str]]:
        """Yield each line of prose with its number."""
        for block in self.blocks:
            yield from block.lines(foreign=foreign)

    def parts(self) -> Iterator[tuple[int, Token]]:
        """Yield the parts of sentences, such as roles and links, each with its line."""
        for block in self.blocks:
            line = block.line
            for part in block.parts:
                line += part.type == "softbreak"
                yield line, part

    def texts_in_cells(self, *names: str) -> Iterator[tuple[int, str]]:
        """Yield the texts in code cells that are passed to a function or as an argument with one of the names."""
        for cell in self.directives:
            for node in ast.walk(_syntax_tree(cell.content)) if cell.name == "code-cell" else ():
                texts: list[ast.expr] = []
                if isinstance(node, ast.keyword) and node.arg in names:
                    texts = [node.value]
                elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in names:
                    texts = node.args
                for text in texts:
                    if isinstance(text, ast.Constant) and isinstance(text.value, str):
                        yield cell.line + text.lineno, text.value


def read_page(file: Path) -> Page:
    """Read a page of Markdown; raises `EvidenceError` if it is not UTF-8 or its front matter is not readable."""
    page = Page(file)
    try:
        _read(file.read_text(encoding="utf-8"), 1, page)
    except UnicodeDecodeError:
        raise EvidenceError([Problem(file, "is not UTF-8; save it as UTF-8")]) from None
    except yaml.YAMLError as error:
        message = f"the front matter is not readable: {' '.join(str(error).split())}"
        raise EvidenceError([Problem(file, message, 1)]) from None
    return page


def _read(text: str, first: int, page: Page) -> None:
    """Read a text that begins on the line `first` of a page; prose inside directives is read the same way."""
    line = first
    for before, token in pairwise([None, *_PARSER.parse(text)]):
        if token.map:
            line = first + token.map[0]
        if token.type == "front_matter":
            data = yaml.safe_load(token.content)
            page.front = data if isinstance(data, dict) else {}
        elif token.type == "myst_target":
            page.labels.add(token.content)
        elif token.type == "inline":
            page.blocks.append(Block(line, before.tag, token.children or []))
        elif token.type in ("fence", "colon_fence") and token.info.strip().startswith("{"):
            name, _, argument = token.info.strip().removeprefix("{").partition("}")
            if name in _PROSE_DIRECTIVES:
                _read(token.content, line + 1, page)
            else:
                page.directives.append(Directive(line, name, argument.strip(), token.content))


def _syntax_tree(code: str) -> ast.AST:
    """Parse the code of a cell; its options, which begin with a colon, are no Python."""
    try:
        return ast.parse("\n".join("" if row.startswith(":") else row for row in code.splitlines()))
    except SyntaxError:
        return ast.Module([], [])  # running the cell gives a better message
