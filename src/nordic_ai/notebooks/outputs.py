"""What cells may show: text and figures of the report, nothing that a page must not hold or that differs by machine."""

import json
import re
from collections.abc import Iterator

from nbformat import NotebookNode

from nordic_ai.figures.figure import MIME_TYPE

LARGEST = 1_000_000
"""The most bytes that a cell may send to its page, thirty times the largest figure so far."""

_TEXT = "text/plain"
_PARTS_OF_A_FIGURE = {MIME_TYPE, _TEXT, "image/svg+xml"}
# What an output in JSON must not hold: a failure, what no page can show, and what differs from run to run.
_TRACES = {
    "a traceback": re.compile(r"Traceback \(most recent call last\)"),
    "a control character": re.compile(r"\\u00[01][0-9a-f]|\x7f"),
    "a path of the machine": re.compile(r"(?<![\w.:/])/(?:home|Users|root|tmp|usr|var|opt|work)/\w|[A-Z]:\\\\Users"),
    "a time of day": re.compile(r"\b\d\d:\d\d:\d\d\b"),
    "an address in memory": re.compile(r"\b0x[0-9a-fA-F]{6,}\b"),
}


def output_problems(cell: NotebookNode) -> Iterator[str]:
    """Say what a cell shows that it may not, and what to do about it."""
    shown = []
    for output in cell.outputs:
        kinds = set(output.get("data", ()))
        if output.output_type == "error":
            yield f"failed: {output.ename}: {output.evalue}"
        elif output.get("name") == "stderr":
            yield f"writes to standard error: “{output.text.strip()[:200]}”; have it write nothing there"
        elif not kinds <= (_PARTS_OF_A_FIGURE if MIME_TYPE in kinds else {_TEXT}):
            yield f"shows {_name(output.data)}; show a figure with figure(…), or write the table or text in Markdown"
        else:
            shown.append(output)
    for name, trace in _TRACES.items():
        if found := trace.search(json.dumps(shown, ensure_ascii=False)):
            yield f"shows {name} (“{found[0]}”); change it so that it does not"


def _name(data: NotebookNode) -> str:
    """Name the kinds of an output that is no text alone, as in "HTML (a table of pandas)"."""
    kinds = " and ".join(kind.partition("/")[2].removesuffix("+xml").upper() for kind in data if kind != _TEXT)
    return f"{kinds} (a table of pandas)" if 'class="dataframe"' in str(data.get("text/html")) else kinds
