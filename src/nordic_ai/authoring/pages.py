"""Read pages with MyST, as the build does, and keep the line of everything that a reader reads."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from itertools import chain
from os.path import normpath
from pathlib import Path
from typing import NamedTuple

import yaml
from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.parsers.rst import directives
from docutils.utils import Reporter, new_document
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode
from myst_parser.config.main import MdParserConfig
from myst_parser.mdit_to_docutils.base import DocutilsRenderer, token_line
from myst_parser.parsers.docutils_ import Parser
from myst_parser.parsers.mdit import create_md_parser
from sphinx.util.docutils import ReferenceRole

from nordic_ai.evidence.errors import EvidenceError, Problem
from nordic_ai.site.pages import DIRECTIVES
from nordic_ai.site.roles import VARIANTS

STAND_IN = "¤"
"""Stands for a number, a name or a piece of code in the text of a line."""

_MARKDOWN = MdParserConfig(enable_extensions={"colon_fence", "deflist"}, highlight_code_blocks=False)
# Roles that take a name, which is not shown, and directives without prose; all others show what is written in them.
_NAMING = {*VARIANTS, "ev-source", "any", "doc", "eq", "numref", "ref"}
_CODE = {"code", "code-block", "code-cell", "literalinclude", "math", "raw-cell", "sourcecode"}
_WITHOUT_PROSE = {*DIRECTIVES, *_CODE, "index", "tableofcontents", "toctree"}
# What is not shown of HTML, and what is shown or read out of a tag.
_TAG = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1>|<[^>]*>", re.DOTALL)
_SHOWN = re.compile(r"""(?<=\balt=")[^"]*|(?<=\btitle=")[^"]*|(?<=\baria-label=")[^"]*|\n""")


class Directive(NamedTuple):
    """A directive that does not contain prose."""

    line: int
    name: str
    argument: str
    content: str


class Block(NamedTuple):
    """A paragraph, a heading, a caption, a cell of a table, a piece of HTML, or the words for a picture."""

    line: int
    tag: str
    """`p`, `h1` to `h6`, `td`, `th`, `dt`, or nothing."""
    parts: list[Token]

    def lines(self, *, foreign: bool = True, label: bool = True) -> list[tuple[int, str]]:
        """Give each line after its number, with or without words in italics (`foreign`) and a bold `label` in front."""
        text, italic = "", 0
        has_label = "strong_open" in [part.type for part in self.parts[:2]]
        for part in self.parts:
            italic += {"em_open": 1, "em_close": -1}.get(part.type, 0)
            if part.type == "strong_close" and has_label and not label:
                text, has_label = STAND_IN, False
            else:
                text += STAND_IN if part.type == "text" and italic and not foreign else _shown(part)
        return list(enumerate(text.split("\n"), start=self.line))


@dataclass
class Page:
    """What an author wrote on a page."""

    file: Path
    front: Mapping[str, object] = field(default_factory=dict)
    """The front matter."""
    blocks: list[Block] = field(default_factory=list)
    directives: list[Directive] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)
    included: dict[Path, int] = field(default_factory=dict)
    """The files that it includes, each with the line."""
    refused: list[tuple[int, str]] = field(default_factory=list)
    """What MyST cannot read, each after its line; it fails a build too."""

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
    document = new_document(str(file), get_default_settings(Parser))
    document.reporter.report_level = document.reporter.halt_level = 5  # none: `_Reader` hears what is wrong
    parser = create_md_parser(_MARKDOWN, _Reader)
    parser.options["document"] = document
    page = parser.renderer.page = Page(file)
    try:
        parser.render(file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise EvidenceError([Problem(file, "is not UTF-8; save it as UTF-8")]) from None
    except yaml.YAMLError as error:
        message = f"the front matter is not readable: {' '.join(str(error).split())}"
        raise EvidenceError([Problem(file, message, 1)]) from None
    return page


class _Reader(DocutilsRenderer):
    """Goes through a page and all that is nested in its directives as MyST does, and notes what is written there."""

    page: Page

    def _render_initialise(self) -> None:
        self.reporter.attach_observer(self._refuse)

    def _refuse(self, message: nodes.system_message) -> None:
        if message["level"] > Reporter.INFO_LEVEL:
            told = " ".join(message.children[0].astext().split())
            self.page.refused.append((message.get("line") or 1, told))

    def _note(self, line: int, kind: str, content: str, **attributes: str) -> None:
        self.page.blocks.append(Block(line, "", [Token(kind, "", 0, content=content, attrs=attributes)]))

    def render_front_matter(self, token: SyntaxTreeNode) -> None:
        data = yaml.safe_load(token.content)
        self.page.front = data if isinstance(data, dict) else {}
        if description := self.page.front.get("description"):
            before, _, _ = f"\n{token.content}".partition("\ndescription:")
            self._note(before.count("\n") + 2, "text", str(description))

    def render_inline(self, token: SyntaxTreeNode) -> None:
        alone = token.parent.is_root  # a title or a caption, whose line MyST counts from the next
        tag = "" if alone else token.parent.tag
        self.page.blocks.append(Block(token_line(token) - alone, tag, token.token.children))

    def render_heading(self, token: SyntaxTreeNode) -> None:
        self.render_children(token)

    def render_html_block(self, token: SyntaxTreeNode) -> None:
        self._note(token_line(token), "html_inline", token.content)

    def render_myst_target(self, token: SyntaxTreeNode) -> None:
        self.page.labels.add(token.content)

    def render_directive(self, token: SyntaxTreeNode, name: str, arguments: str, **options: dict[str, str]) -> None:
        line = token_line(token)
        if name in _WITHOUT_PROSE:
            self.page.directives.append(Directive(line, name, arguments.strip(), token.content))
        elif name == "include":
            self.page.included[Path(normpath(self.page.file.parent / arguments.strip()))] = line
        elif directives.directive(name, self.language_module_rst, self.document)[0]:
            super().render_directive(token, name, arguments, **options)
        else:  # of Sphinx, or of another extension
            self.nested_render_text(arguments, line - 1)
            self.nested_render_text(_without_options(token.content), line)

    def _render_finalise(self) -> None:
        for note in chain.from_iterable(self.md_env["foot_refs"].values()):
            self.render_children(note)
        for node in self.document.findall(nodes.Element):  # what directives made without Markdown
            if isinstance(node, nodes.image):
                self._note(node.line or 1, "image", node.get("alt", ""), src=node["uri"])
            elif isinstance(node, nodes.paragraph | nodes.raw) and not isinstance(node.parent, nodes.system_message):
                kind = "html_inline" if isinstance(node, nodes.raw) else "text"
                self._note(node.line or 1, kind, node.astext())


def _shown(part: Token) -> str:
    """Give what a reader sees or hears of a part of a sentence, with its line breaks."""
    match part.type:
        case "text" | "image":
            return part.content
        case "softbreak" | "hardbreak":
            return "\n"
        case "html_inline":
            return unescape(_TAG.sub(lambda tag: " ".join(_SHOWN.findall(tag[0])), part.content))
        case "myst_role" if titled := ReferenceRole.explicit_title_re.match(part.content):
            return titled[1]
        case "myst_role" if part.meta["name"] not in _NAMING:
            return part.content
        case "myst_role" | "code_inline" | "math_inline":
            return STAND_IN
    return ""


def _without_options(content: str) -> str:
    """Empty the lines of a directive's options."""
    return re.sub(r"^:(?!::).*", "", content, flags=re.MULTILINE)


def _syntax_tree(code: str) -> ast.AST:
    """Parse the code of a cell; its options are no Python."""
    try:
        return ast.parse(_without_options(code))
    except SyntaxError:
        return ast.Module([], [])  # running the cell gives a better message
