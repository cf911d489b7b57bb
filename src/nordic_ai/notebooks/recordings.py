"""Write and check recordings: the notebook beside each chapter, with its outputs and what they were made from."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from nordic_ai.files import write_whole
from nordic_ai.fingerprint import digest
from nordic_ai.notebooks.execution import ChapterError, has_run, read_chapter

MADE_FROM = "nordic_ai"
"""The key of a recording's metadata with the digests of what its outputs were made from."""

# What an output must not hold, because it differs from machine to machine or from run to run.
_TRACES = {
    "a path of the machine": re.compile(r"(?<![\w.:/])/(?:home|Users|root|tmp|usr|var|opt|work)/\w|[A-Z]:\\\\Users"),
    "a time of day": re.compile(r"\b\d\d:\d\d:\d\d\b"),
    "an address in memory": re.compile(r"\b0x[0-9a-fA-F]{6,}\b"),
}
_NAMES = {
    "data": "data/",
    "library": "the library",
    "lock": "requirements.txt",
    "neighbours": "a file beside the chapters",
}


def write_recording(file: Path, notebook: NotebookNode, fingerprints: Mapping[str, str]) -> None:
    """Write an executed chapter beside its Markdown, whole or not at all.

    Parameters
    ----------
    file
        The chapter's Markdown.
    notebook
        The chapter with its outputs.
    fingerprints
        What `output_fingerprints` returned before the cells ran.

    Raises
    ------
    ChapterError
        If it cannot be written.
    """
    notebook.metadata[MADE_FROM] = {**fingerprints, "outputs": _digest_of_outputs(notebook)}
    target = file.with_suffix(".ipynb")
    try:
        write_whole(target, nbformat.writes(notebook) + "\n")
    except OSError as error:
        raise ChapterError(f"{target.name}: cannot be written: {error.strerror}") from None


def current_recording(file: Path, chapter: NotebookNode, fingerprints: Mapping[str, str]) -> NotebookNode | None:
    """Return a chapter's recording if its outputs are what the cells would give now, else None.

    Parameters
    ----------
    file
        The chapter's Markdown.
    chapter
        What `read_chapter` returns for it; only its code matters here.
    fingerprints
        What `output_fingerprints` returns.
    """
    recorded = _read(file)
    if recorded is None or _what_runs(chapter) != _what_runs(recorded) or _changes(recorded, fingerprints):
        return None
    return recorded


def recording_problems(file: Path, fingerprints: Mapping[str, str]) -> list[str]:
    """Say why a chapter's recording is out of date, without running anything.

    Returns
    -------
    list of str
        A sentence for each reason; empty if the recording holds the same cells and what they would give now.
    """
    try:
        chapter = read_chapter(file)
    except ChapterError as error:
        return [str(error)]
    if not file.with_suffix(".ipynb").exists():
        return [f"{file.name}: has no recording; run `make record`"]
    recorded = _read(file)
    if recorded is None:
        return [f"{file.stem}.ipynb: is no readable recording; run `make record`"]
    reasons = []
    ours, theirs = ([(cell.cell_type, cell.source, cell.id) for cell in n.cells] for n in (chapter, recorded))
    if ours != theirs or _what_runs(chapter) != _what_runs(recorded):
        reasons.append("the recording holds other cells")
    if any(cell.cell_type == "code" and not has_run(cell) for cell in recorded.cells):
        reasons.append("the recording has cells that did not run")
    outputs = json.dumps(_outputs(recorded), ensure_ascii=False)
    for name, trace in _TRACES.items():
        if found := trace.search(outputs):
            reasons.append(f"an output holds {name} (“{found[0]}”); change the cell so that it does not")
    reasons += _changes(recorded, fingerprints)
    return [f"{file.name}: {reason}; run `make record`" for reason in reasons]


def _read(file: Path) -> NotebookNode | None:
    try:
        return nbformat.read(file.with_suffix(".ipynb"), as_version=4)
    except Exception:  # missing, cut off, no JSON, no notebook: each raises an error of its own
        return None


def _changes(recorded: NotebookNode, fingerprints: Mapping[str, str]) -> list[str]:
    """Say what has changed since the chapter was recorded."""
    made_from = recorded.metadata.get(MADE_FROM, {})
    changed = [
        f"{_NAMES[part]} changed since it was recorded"
        for part, now in fingerprints.items()
        if made_from.get(part) != now
    ]
    if made_from.get("outputs") != _digest_of_outputs(recorded):
        changed.append("its outputs are not those that were recorded")
    return changed


def _what_runs(notebook: NotebookNode) -> tuple[object, list[tuple[str, list[str]]]]:
    code = (cell for cell in notebook.cells if cell.cell_type == "code")
    return notebook.metadata.get("kernelspec"), [(cell.source, cell.metadata.get("tags", [])) for cell in code]


def _outputs(notebook: NotebookNode) -> list[list[NotebookNode]]:
    return [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]


def _digest_of_outputs(notebook: NotebookNode) -> str:
    return digest(_outputs(notebook))
