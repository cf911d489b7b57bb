"""Read YAML so that it means the same to every reader, and remember the line of each value."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, takewhile
from pathlib import Path
from typing import Any

import yaml

from nordic_ai.evidence.errors import EvidenceError, KeyPath, Problem

_PLAIN = re.compile(r"true|false|-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?")
# Characters that neither XML nor a chart can hold.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_DEEPEST = 20
# Ten times the longest record so far. A file of many megabytes is something else, and reading it takes minutes.
_LARGEST = 1_000_000
# Five times the longest text so far; longer ones are no notes, and checking and drawing them takes minutes.
_LONGEST, _LONGEST_NAME = 2_000, 200

# libyaml if the wheel has it: it gives the same events ten times as fast.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_RESOLVER = yaml.resolver.Resolver()


@dataclass
class Document:
    """A parsed file: plain data, the line of every path in it, and what was refused while it was read."""

    file: Path
    data: Any = None
    lines: dict[KeyPath, int] = field(default_factory=dict, repr=False)
    refused: list[Problem] = field(default_factory=list, repr=False)

    def problem(self, path: KeyPath, message: str) -> Problem:
        """Describe a problem at `path`, with the line of the nearest value that exists."""
        known = next(path[:end] for end in range(len(path), -1, -1) if path[:end] in self.lines)
        return Problem(self.file, message, self.lines[known], path)

    def refuse(self, path: KeyPath, message: str, line: int | None = None) -> None:
        """Note a problem and give no value."""
        self.refused.append(Problem(self.file, message, line or self.lines[path], path))

    def read(self, event: yaml.Event, events: Iterator[yaml.Event], path: KeyPath = (), line: int | None = None) -> Any:
        """Turn the value that begins with an event into plain data; its `line` is that of its key, if it has one."""
        self.lines[path] = line or event.start_mark.line + 1
        if len(path) > _DEEPEST:
            raise yaml.MarkedYAMLError(problem="values are nested too deeply", problem_mark=event.start_mark)
        if event.anchor:
            self.refuse(path, "anchors and aliases (& and *) are not used here; write the value out")
        elif event.tag:
            self.refuse(path, f"the tag {event.tag} is not used here; write the plain value")
        if isinstance(event, yaml.MappingStartEvent):
            return self._read_mapping(events, path)
        if isinstance(event, yaml.SequenceStartEvent):
            items = takewhile(lambda item: not isinstance(item, yaml.SequenceEndEvent), events)
            return [self.read(item, events, (*path, index)) for index, item in enumerate(items)]
        return None if event.anchor or event.tag else self._read_scalar(event, path)

    def _read_mapping(self, events: Iterator[yaml.Event], path: KeyPath) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for event in takewhile(lambda event: not isinstance(event, yaml.MappingEndEvent), events):
            line, key = event.start_mark.line + 1, getattr(event, "value", None)
            if key is None:
                self.read(event, events, (*path, "?"))
            if key in (None, "<<") or len(key) > _LONGEST_NAME:
                self.refuse(path, "a field name must be a plain word", line)
                key = "?"
            elif key in result:
                first = self.lines[(*path, key)]
                self.refuse((*path, key), f"the field `{key}` is given twice (first on line {first}); keep one", line)
            result[key] = self.read(next(events), events, (*path, key), line)
        return result

    def _read_scalar(self, event: yaml.ScalarEvent, path: KeyPath) -> Any:
        if (length := len(event.value)) > _LONGEST:
            return self.refuse(path, f"has {length:,} characters, and a text {_LONGEST:,} at most; shorten it")
        kind, value = _RESOLVER.resolve(yaml.ScalarNode, event.value, event.implicit).rpartition(":")[2], event.value
        if kind in ("str", "timestamp"):
            if _CONTROL.search(value):
                return self.refuse(path, "contains a control character, which no page can show; remove it")
            return value
        if kind == "null":
            return None
        if _PLAIN.fullmatch(value):
            return json.loads(value)
        if kind == "bool":
            advice = f'is read as true or false; write "{value}" in quotes, or true/false'
        else:
            advice = "is read as a number; put it in quotes if it is text, else write digits with a decimal point"
        return self.refuse(path, f"`{value[:64]}` without quotes {advice}")


def read_yaml(file: Path, *, closed: bool = True) -> Document:
    """Read one YAML file strictly.

    Refused, because YAML tools disagree about them or because they hide mistakes: unquoted words that some
    tools read as true or false (`no`), numbers in unusual spellings, repeated keys, anchors, tabs, a byte-order
    mark, text that is not UTF-8, and a file that does not end with the closing line `...` (it may have been cut)
    unless it is one that others read too and that need not be `closed`.
    Dates stay text; the model reads them. Raises `EvidenceError` with every problem found, each with its line.
    """
    document = Document(file)
    text = _parse(document)
    lines = text.rstrip().split("\n")
    if closed and lines[-1] != "...":
        message = "the closing line `...` is missing; if the file was cut, restore it, else add it"
        document.refuse((), message, len(lines))
    if document.refused:
        raise EvidenceError(document.refused)
    return document


def _parse(document: Document) -> str:
    """Fill a document with the values of its file, and give the file's text."""
    file = document.file
    line = None
    try:
        size = file.stat().st_size
        if size > _LARGEST:
            megabytes = f"{size / 1e6:.1f} MB"
            raise ValueError(f"is {megabytes}, more than a record of a publication can be; is it the right file?")
        text = file.read_text(encoding="utf-8")
        if text.startswith("\ufeff"):
            raise ValueError("starts with a byte-order mark; save it as UTF-8 without BOM")
        _, *begin = islice(events := yaml.parse(text, Loader=_LOADER), 3)
        if len(begin) < 2:
            raise ValueError("is empty; see CONTRIBUTING.md for what belongs in it")
        document.data = document.read(begin[1], events)
        _, end = islice(events, 2)
        if not isinstance(end, yaml.StreamEndEvent):
            raise yaml.MarkedYAMLError(problem="more than one document", problem_mark=end.start_mark)
        return text
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
    except yaml.YAMLError as error:
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
