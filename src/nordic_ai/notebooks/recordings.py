"""Record chapters, and check recordings: notebooks with the outputs of a chapter and what these were made from."""

import itertools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from nordic_ai.figures.figure import MIME_TYPE
from nordic_ai.files import write_whole
from nordic_ai.fingerprint import digest, output_fingerprints
from nordic_ai.notebooks.execution import ChapterError, code_cells, execute, read_chapter

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


def record(
    chapters: Mapping[Path, NotebookNode],
    root: Path,
    *,
    timeout: int,
    draw: Callable[[Mapping[str, Any]], str],
    recorded: Callable[[Path, float], None],
    folder: Path | None = None,
) -> list[ChapterError]:
    """Run chapters as `execute` does, and write the recording of each as soon as it has run, beside it or in a folder.

    `draw` makes an SVG of a Vega-Lite specification; `recorded` is called with the file and the seconds that its cells
    took. Where a chapter fails, its old recording stays.
    """
    fingerprints = output_fingerprints(root)

    def finished(file: Path, seconds: float) -> None:
        notebook, target = chapters[file], _recording(file, folder)
        drawn = _drawn_before(file, folder, fingerprints)
        for output in _figures(notebook):
            figure = output.data[MIME_TYPE]
            made_from = {size: digest(chart) for size, chart in figure["pictures"].items()}
            pictures = {size: drawn.get(made_from[size]) or draw(chart) for size, chart in figure["pictures"].items()}
            figure["pictures"], output.metadata["drawn_from"] = pictures, made_from
            output.data["image/svg+xml"] = pictures["wide"]
        if output_fingerprints(root) != fingerprints:
            raise ChapterError(f"{file.name}: data, code or lock file changed while it ran; run it again")
        notebook.metadata[MADE_FROM] = {**fingerprints, "outputs": digest(_outputs(notebook))}
        try:
            write_whole(target, nbformat.writes(notebook) + "\n")
        except OSError as error:
            raise ChapterError(f"{target.name}: cannot be written: {error.strerror}") from None
        recorded(file, seconds)

    return execute(chapters, timeout, finished)


def _drawn_before(file: Path, folder: Path | None, fingerprints: Mapping[str, str]) -> dict[str, str]:
    """Give the pictures in a chapter's recordings by the digests of their specifications; other data change only some.

    Pictures of another library or of other versions of what it uses do not count, nor do those that were touched.
    """
    drawn: dict[str, str] = {}
    for recorded in _recordings(file, folder):
        if not _changes(recorded, {part: fingerprints[part] for part in ("library", "lock")}):
            for output in _figures(recorded):
                pictures = output.data[MIME_TYPE]["pictures"]
                drawn |= {made_from: pictures[size] for size, made_from in output.metadata["drawn_from"].items()}
    return drawn


def _figures(notebook: NotebookNode) -> Iterator[NotebookNode]:
    """Yield the outputs that are figures."""
    outputs = itertools.chain.from_iterable(_outputs(notebook))
    return (output for output in outputs if MIME_TYPE in output.get("data", {}))


def _recording(file: Path, folder: Path | None) -> Path:
    return (folder / file.parent.name if folder else file.parent) / f"{file.stem}.ipynb"


def _recordings(file: Path, folder: Path | None) -> Iterator[NotebookNode]:
    """Yield the readable recordings of a chapter: beside it, and in a folder."""
    return filter(None, (_read(_recording(file, place)) for place in dict.fromkeys((None, folder))))


def current_recording(
    file: Path, chapter: NotebookNode, fingerprints: Mapping[str, str], folder: Path
) -> NotebookNode | None:
    """Return a chapter's recording, beside it or in a folder, if its outputs are what the cells would give now."""
    for recorded in _recordings(file, folder):
        if _what_runs(chapter) == _what_runs(recorded) and not _changes(recorded, fingerprints):
            return recorded
    return None


def recording_problems(file: Path, fingerprints: Mapping[str, str]) -> list[str]:
    """Say why a chapter's recording is out of date, without running anything; a sentence for each reason."""
    try:
        chapter = read_chapter(file)
    except ChapterError as error:
        return [str(error)]
    if not file.with_suffix(".ipynb").exists():
        return [f"{file.name}: has no recording; run `make record`"]
    recorded = _read(file.with_suffix(".ipynb"))
    if recorded is None:
        return [f"{file.stem}.ipynb: is no readable recording; run `make record`"]
    reasons = []
    ours, theirs = ([(cell.cell_type, cell.source, cell.id) for cell in n.cells] for n in (chapter, recorded))
    if ours != theirs or _what_runs(chapter) != _what_runs(recorded):
        reasons.append("the recording holds other cells")
    failed = any(output.output_type == "error" for output in itertools.chain.from_iterable(_outputs(recorded)))
    if failed or any(cell.execution_count is None for cell in code_cells(recorded)):
        reasons.append("the recording has cells that did not run")
    outputs = json.dumps(_outputs(recorded), ensure_ascii=False)
    for name, trace in _TRACES.items():
        if found := trace.search(outputs):
            reasons.append(f"an output holds {name} (“{found[0]}”); change the cell so that it does not")
    reasons += _changes(recorded, fingerprints)
    return [f"{file.name}: {reason}; run `make record`" for reason in reasons]


def _read(recording: Path) -> NotebookNode | None:
    try:
        return nbformat.read(recording, as_version=4)
    except Exception:  # missing, cut off, no JSON, no notebook: each raises an error of its own
        return None


def _changes(recorded: NotebookNode, fingerprints: Mapping[str, str]) -> list[str]:
    """Say what has changed since the chapter was recorded."""
    made_from = recorded.metadata.get(MADE_FROM, {})
    parts = [part for part, now in fingerprints.items() if made_from.get(part) != now]
    changed = [f"{_NAMES[part]} changed since it was recorded" for part in parts]
    if made_from.get("outputs") != digest(_outputs(recorded)):
        changed.append("its outputs are not those that were recorded")
    return changed


def _what_runs(notebook: NotebookNode) -> tuple[object, list[tuple[str, list[str]]]]:
    code = [(cell.source, cell.metadata.get("tags", [])) for cell in code_cells(notebook)]
    return notebook.metadata.get("kernelspec", {}).get("name"), code  # its display name is the editor's


def _outputs(notebook: NotebookNode) -> list[list[NotebookNode]]:
    return [cell.outputs for cell in code_cells(notebook)]
