"""Read YAML so that it means the same to every reader, and remember the line of each value."""

import json
import re
from codecs import BOM_UTF8
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from nordic_ai.evidence.errors import EvidenceError, KeyPath, Problem

_PLAIN = re.compile(r"true|false|-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?")
# Characters that neither XML nor a chart can hold.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_TAG_PREFIX = "tag:yaml.org,2002:"
_END_MARK = "..."
_DEEPEST = 20
# Ten times the longest record so far. A file of many megabytes is something else, and reading it takes minutes.
_LARGEST = 1_000_000


# libyaml if the wheel has it: it gives the same events ten times as fast.
class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Stop at deep nesting, because the composer recurses at every level until the process runs out of stack."""

    _depth = 0

    def descend_resolver(self, parent: yaml.Node | None, index: object) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise yaml.MarkedYAMLError(problem="values are nested too deeply", problem_mark=parent.start_mark)

    def ascend_resolver(self) -> None:
        self._depth -= 1


@dataclass
class Document:
    """A parsed file: plain data, and the line of every path in it."""

    file: Path
    data: Any = None
    lines: dict[KeyPath, int] = field(default_factory=dict, repr=False)

    def problem(self, path: KeyPath, message: str) -> Problem:
        """Describe a problem at `path`, with the line of the nearest value that exists."""
        known = path
        while known and known not in self.lines:
            known = known[:-1]
        return Problem(self.file, message, self.lines.get(known, 1), path)


def read_yaml(file: Path) -> Document:
    """Read one YAML file strictly.

    Refused, because YAML tools disagree about them or because they hide mistakes: unquoted words that some
    tools read as true or false (`no`), numbers in unusual spellings, repeated keys, anchors, tabs, a byte-order
    mark, text that is not UTF-8, and a file that does not end with the closing line `...` (it may have been cut).
    Dates stay text; the model reads them. Raises `EvidenceError` with every problem found, each with its line.
    """
    text = _read_text(file)
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        raise EvidenceError([_syntax_problem(file, text, error)]) from None
    except (yaml.YAMLError, RecursionError) as error:
        message = " ".join(str(error).split())[:200]
        raise EvidenceError([Problem(file, f"is not readable as YAML: {message}")]) from None
    if node is None:
        raise EvidenceError([Problem(file, "is empty; see CONTRIBUTING.md for what belongs in it", 1)])
    document = _Reader(file)
    document.data = document.read(node, ())
    lines = text.rstrip().split("\n")
    if lines[-1] != _END_MARK:
        message = "the closing line `...` is missing; if the file was cut, restore it, else add it"
        document.refuse((), len(lines), message)
    if document.problems:
        raise EvidenceError(document.problems)
    return document


def _read_text(file: Path) -> str:
    try:
        size = file.stat().st_size
        if size > _LARGEST:
            message = f"is {size / 1e6:.1f} MB, more than a record of a publication can be; is it the right file?"
            raise EvidenceError([Problem(file, message)])
        raw = file.read_bytes()
        if raw.startswith(BOM_UTF8):
            raise EvidenceError([Problem(file, "starts with a byte-order mark; save it as UTF-8 without BOM", 1)])
        return raw.decode("utf-8")
    except OSError as error:
        raise EvidenceError([Problem(file, f"cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError as error:
        message = f"is not UTF-8 (byte 0x{raw[error.start]:02x}); save it as UTF-8"
        raise EvidenceError([Problem(file, message, raw[: error.start].count(b"\n") + 1)]) from None


def _syntax_problem(file: Path, text: str, error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else None
    nearby = text.splitlines()[max(0, (line or 1) - 2) : line]
    if any("\t" in row[: len(row) - len(row.lstrip())] for row in nearby):
        advice = "indent with spaces, not with tabs"
    elif line is not None and line > text.count("\n"):
        advice = "the file ends too early, it may have been cut"
    else:
        advice = "look for a missing quote, colon or space on this line or the one before"
    return Problem(file, f"is not readable as YAML: {error.problem or error.context}; {advice}", line)


@dataclass
class _Reader(Document):
    """Turns YAML nodes into plain data, collecting lines and problems."""

    problems: list[Problem] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    def refuse(self, path: KeyPath, line: int, message: str) -> None:
        self.problems.append(Problem(self.file, message, line, path))

    def read(self, node: yaml.Node, path: KeyPath) -> Any:
        line = node.start_mark.line + 1
        self.lines[path] = line
        if id(node) in self.seen:
            return self.refuse(path, line, "anchors and aliases (& and *) are not used here; write the value out")
        self.seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._read_mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(child, (*path, index)) for index, child in enumerate(node.value)]
        return self._read_scalar(node, path, line)

    def _read_mapping(self, node: yaml.MappingNode, path: KeyPath) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line, key = key_node.start_mark.line + 1, key_node.value
            if not isinstance(key_node, yaml.ScalarNode) or key_node.tag == f"{_TAG_PREFIX}merge":
                self.refuse(path, line, "a field name must be a plain word")
            elif key in result:
                first = self.lines[(*path, key)]
                self.refuse((*path, key), line, f"the field `{key}` is given twice (first on line {first}); keep one")
            else:
                result[key] = self.read(value_node, (*path, key))
                self.lines[(*path, key)] = line
        return result

    def _read_scalar(self, node: yaml.ScalarNode, path: KeyPath, line: int) -> Any:
        kind, value = node.tag.removeprefix(_TAG_PREFIX), node.value
        if kind == node.tag or "python" in kind:
            return self.refuse(path, line, f"the tag {node.tag} is not used here; write the plain value")
        if node.style or kind in ("str", "timestamp"):  # libyaml gives plain scalars the style "", PyYAML None
            if _CONTROL.search(value):
                return self.refuse(path, line, "contains a control character, which no page can show; remove it")
            return value
        if kind == "null":
            return None
        if _PLAIN.fullmatch(value):
            return json.loads(value)
        if kind == "bool":
            advice = f'without quotes is read as true or false; write "{value}" in quotes, or true/false'
        else:
            advice = "is not a plain number; write digits with a decimal point, or put text in quotes"
        return self.refuse(path, line, f"`{value}` {advice}")
