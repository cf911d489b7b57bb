"""Read YAML so that it means the same to every reader, and remember the line of each value."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from nordic_ai.evidence.errors import EvidenceError, KeyPath, Problem

_PLAIN = re.compile(r"true|false|-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?")
# Characters that neither XML nor a chart can hold.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_TAG_PREFIX = "tag:yaml.org,2002:"
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
    """A parsed file: plain data, the line of every path in it, and what was refused while it was read."""

    file: Path
    data: Any = None
    lines: dict[KeyPath, int] = field(default_factory=dict, repr=False)
    refused: list[Problem] = field(default_factory=list, repr=False)
    _seen: set[int] = field(default_factory=set, repr=False)

    def problem(self, path: KeyPath, message: str) -> Problem:
        """Describe a problem at `path`, with the line of the nearest value that exists."""
        known = path
        while known and known not in self.lines:
            known = known[:-1]
        return Problem(self.file, message, self.lines.get(known, 1), path)

    def refuse(self, path: KeyPath, message: str, line: int | None = None) -> None:
        """Note a problem and give no value."""
        self.refused.append(Problem(self.file, message, line or self.lines[path], path))

    def read(self, node: yaml.Node, path: KeyPath = (), line: int | None = None) -> Any:
        """Turn a node into plain data; its `line` is that of its key, if it has one."""
        self.lines[path] = line or node.start_mark.line + 1
        if id(node) in self._seen:
            return self.refuse(path, "anchors and aliases (& and *) are not used here; write the value out")
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._read_mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(child, (*path, index)) for index, child in enumerate(node.value)]
        return self._read_scalar(node, path)

    def _read_mapping(self, node: yaml.MappingNode, path: KeyPath) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line, key = key_node.start_mark.line + 1, key_node.value
            if not isinstance(key_node, yaml.ScalarNode) or key_node.tag == f"{_TAG_PREFIX}merge":
                self.refuse(path, "a field name must be a plain word", line)
            elif key in result:
                first = self.lines[(*path, key)]
                self.refuse((*path, key), f"the field `{key}` is given twice (first on line {first}); keep one", line)
            else:
                result[key] = self.read(value_node, (*path, key), line)
        return result

    def _read_scalar(self, node: yaml.ScalarNode, path: KeyPath) -> Any:
        kind, value = node.tag.removeprefix(_TAG_PREFIX), node.value
        if kind == node.tag or "python" in kind:
            return self.refuse(path, f"the tag {node.tag} is not used here; write the plain value")
        if node.style or kind in ("str", "timestamp"):  # libyaml gives plain scalars the style "", PyYAML None
            if _CONTROL.search(value):
                return self.refuse(path, "contains a control character, which no page can show; remove it")
            return value
        if kind == "null":
            return None
        if _PLAIN.fullmatch(value):
            return json.loads(value)
        if kind == "bool":
            advice = f'without quotes is read as true or false; write "{value}" in quotes, or true/false'
        else:
            advice = "is not a plain number; write digits with a decimal point, or put text in quotes"
        return self.refuse(path, f"`{value}` {advice}")


def read_yaml(file: Path) -> Document:
    """Read one YAML file strictly.

    Refused, because YAML tools disagree about them or because they hide mistakes: unquoted words that some
    tools read as true or false (`no`), numbers in unusual spellings, repeated keys, anchors, tabs, a byte-order
    mark, text that is not UTF-8, and a file that does not end with the closing line `...` (it may have been cut).
    Dates stay text; the model reads them. Raises `EvidenceError` with every problem found, each with its line.
    """
    text, node = _compose(file)
    document = Document(file)
    document.data = document.read(node)
    lines = text.rstrip().split("\n")
    if lines[-1] != "...":
        message = "the closing line `...` is missing; if the file was cut, restore it, else add it"
        document.refuse((), message, len(lines))
    if document.refused:
        raise EvidenceError(document.refused)
    return document


def _compose(file: Path) -> tuple[str, yaml.Node]:
    """Give a file's text, and its values as nodes of YAML."""
    line = None
    try:
        size = file.stat().st_size
        if size > _LARGEST:
            megabytes = f"{size / 1e6:.1f} MB"
            raise ValueError(f"is {megabytes}, more than a record of a publication can be; is it the right file?")
        text = file.read_text(encoding="utf-8")
        if text.startswith("\ufeff"):
            raise ValueError("starts with a byte-order mark; save it as UTF-8 without BOM")
        node = yaml.compose(text, Loader=_Loader)
        if node is None:
            raise ValueError("is empty; see CONTRIBUTING.md for what belongs in it")
        return text, node
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
    except UnicodeDecodeError as error:
        message = f"is not UTF-8 (byte 0x{error.object[error.start]:02x}); save it as UTF-8"
        line = error.object[: error.start].count(b"\n") + 1
    except ValueError as error:
        message = str(error)
    except yaml.MarkedYAMLError as error:
        line = (error.problem_mark or error.context_mark).line + 1
        message = f"is not readable as YAML: {error.problem or error.context}; {_advice(text, line)}"
    except (yaml.YAMLError, RecursionError) as error:
        message = f"is not readable as YAML: {' '.join(str(error).split())[:200]}"
    raise EvidenceError([Problem(file, message, line)])


def _advice(text: str, line: int) -> str:
    """Say what may be wrong on a line at which YAML cannot be read on."""
    nearby = text.splitlines()[max(0, line - 2) : line]
    if any("\t" in row[: len(row) - len(row.lstrip())] for row in nearby):
        return "indent with spaces, not with tabs"
    if line > text.count("\n"):
        return "the file ends too early, it may have been cut"
    return "look for a missing quote, colon or space on this line or the one before"
