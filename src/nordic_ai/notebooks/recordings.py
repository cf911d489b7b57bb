"""Record chapters, and check recordings: notebooks with the outputs of a chapter and what these were made from."""

import itertools
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from nordic_ai.evidence.errors import EvidenceError, Problem, collect
from nordic_ai.figures.figure import MIME_TYPE
from nordic_ai.files import write_whole
from nordic_ai.fingerprint import digest, output_fingerprints
from nordic_ai.notebooks.execution import code_cells, execute, read_chapter, refuse_cells
from nordic_ai.notebooks.outputs import output_problems

MADE_FROM = "nordic_ai"
"""The key of a recording's metadata with the digests of what its outputs were made from, and of what was written."""

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
    draw: Callable[[Sequence[Mapping[str, Any]]], list[str]],
    recorded: Callable[[Path, float], None],
    folder: Path | None = None,
) -> list[Problem]:
    """Run chapters as `execute` does, and write the recording of each as soon as it has run, beside it or in a folder.

    `draw` makes an SVG of each chart in Vega-Lite, all of a chapter at once; `recorded` is called with the file and the
    seconds that its cells took. Where a chapter fails, or an author has written into its recording, that stays as it
    is.
    """
    fingerprints = output_fingerprints(root)

    def finished(file: Path, seconds: float) -> None:
        notebook, target = chapters[file], _recording(file, folder)
        figures, drawn = list(_figures(notebook)), _drawn_before(file, folder, fingerprints)
        charts = {digest(one): one for output in figures for one in output.data[MIME_TYPE]["pictures"].values()}
        lacking = charts.keys() - drawn.keys()
        if lacking:
            drawn |= zip(lacking, draw([charts[name] for name in lacking]), strict=True)
        for output in figures:
            figure = output.data[MIME_TYPE]
            made_from = {size: digest(chart) for size, chart in figure["pictures"].items()}
            pictures = {size: drawn[name] for size, name in made_from.items()}
            figure["pictures"], output.metadata["drawn_from"] = pictures, made_from
            output.data["image/svg+xml"] = pictures["wide"]
        if output_fingerprints(root) != fingerprints:
            raise EvidenceError([Problem(file, "data, code or lock file changed while it ran; run it again")])
        if folder is None and (edited := edit_in_recording(file, notebook)):
            raise EvidenceError([edited])
        written = {"sources": digest(_sources(notebook)), "outputs": _digest_of_outputs(notebook)}
        notebook.metadata[MADE_FROM] = {**fingerprints, **written}
        try:
            write_whole(target, nbformat.writes(notebook) + "\n")
        except OSError as error:
            raise EvidenceError([Problem(target, f"cannot be written: {error.strerror}")]) from None
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
    outputs = itertools.chain.from_iterable(cell.outputs for cell in code_cells(notebook))
    return (output for output in outputs if MIME_TYPE in output.get("data", {}))


def _recording(file: Path, folder: Path | None) -> Path:
    """Name a chapter's recording: beside it, or at the same place in a folder inside the project."""
    recording = file.with_suffix(".ipynb")
    return folder / os.path.relpath(recording, folder).lstrip("./") if folder else recording


def _recordings(file: Path, folder: Path | None) -> Iterator[NotebookNode]:
    """Yield the readable recordings of a chapter: beside it, and in a folder."""
    return filter(None, (_read(_recording(file, place)) for place in dict.fromkeys((None, folder))))


def current_recording(
    file: Path, chapter: NotebookNode, fingerprints: Mapping[str, str], folder: Path
) -> NotebookNode | None:
    """Return a chapter's recording, beside it or in a folder, if its outputs are what the cells would give now."""
    for recorded in _recordings(file, folder):
        if _what_runs(chapter) == _what_runs(recorded) and not _changes(recorded, fingerprints):
            refuse_cells(file, recorded, output_problems)
            return recorded
    return None


def edit_in_recording(file: Path, chapter: NotebookNode) -> Problem | None:
    """Say that the notebook beside a chapter holds what no command wrote; a new recording would overwrite it."""
    recording = _recording(file, None)
    recorded = _read(recording)
    if recorded is None:
        message = "is no readable recording; delete it and run `make record`"
        return Problem(recording, message) if recording.exists() else None
    if digest(_sources(recorded)) in (_made_from(recorded).get("sources"), digest(_sources(chapter))):
        return None
    advice = f'carry it into {file.name} with `make record ARGS="--take-edits"`, or delete {recording.name}'
    return Problem(recording, f"holds text or code that no command wrote; {advice}")


def carry_edits(file: Path) -> None:
    """Carry what an author wrote into a chapter's recording to its Markdown, whose header stays as it is."""
    import jupytext

    chapter, recorded = read_chapter(file), _read(file.with_suffix(".ipynb"))
    if edited := edit_in_recording(file, chapter):
        if recorded is None or _made_from(recorded).get("sources") != digest(_sources(chapter)):
            advice = f"it was not made from what {file.name} holds now, so carry over by hand what is missing there"
            raise EvidenceError([replace(edited, message=f"{edited.message}; {advice}")])
        for cell in recorded.cells:
            cell.metadata = _options(cell)
        chapter.cells = recorded.cells
        header, *_ = file.read_text(encoding="utf-8").partition("\n---\n")
        _, *text = jupytext.writes(chapter, "md:myst").partition("\n---\n")
        write_whole(file, "".join([header, *text]))


def recording_problems(file: Path, fingerprints: Mapping[str, str]) -> list[Problem]:
    """Say why a chapter's recording is out of date, without running anything; a sentence for each reason."""
    problems: list[Problem] = []
    with collect(problems):
        chapter, recorded = read_chapter(file), _read(_recording(file, None))
        if edited := edit_in_recording(file, chapter):
            return [edited]
        if recorded is None:
            return [Problem(file, "has no recording; run `make record`")]
        reasons = _changes(recorded, fingerprints)
        if _made_from(recorded).get("sources") != digest(_sources(chapter)):
            reasons.append("the recording holds other cells")
        if any(cell.execution_count is None for cell in code_cells(recorded)):
            reasons.append("the recording has cells that did not run")
        problems += (Problem(file, f"{reason}; run `make record`") for reason in reasons)
        if not problems:
            refuse_cells(file, recorded, output_problems)
    return problems


def _read(recording: Path) -> NotebookNode | None:
    try:
        return nbformat.read(recording, as_version=4)
    except Exception:  # missing, cut off, no JSON, no notebook: each raises an error of its own
        return None


def _changes(recorded: NotebookNode, fingerprints: Mapping[str, str]) -> list[str]:
    """Say what has changed since the chapter was recorded."""
    made_from = _made_from(recorded)
    parts = [part for part, now in fingerprints.items() if made_from.get(part) != now]
    changed = [f"{_NAMES[part]} changed since it was recorded" for part in parts]
    if made_from.get("outputs") != _digest_of_outputs(recorded):
        changed.append("its outputs are not those that were recorded")
    return changed


def _made_from(recorded: NotebookNode) -> Mapping[str, str]:
    return recorded.metadata.get(MADE_FROM, {})


def _sources(notebook: NotebookNode) -> list[Any]:
    """List what an author writes in the cells; editors add facts of their own, and lines at the end."""
    cells = ((cell.cell_type, cell.source.strip(), cell.get("attachments"), _options(cell)) for cell in notebook.cells)
    return [cell for cell in cells if cell[1]]


def _options(cell: NotebookNode) -> dict[str, Any]:
    """Give the metadata of a cell that come from the Markdown."""
    return {name: value for name in ("tags", "mystnb") if (value := cell.metadata.get(name))}


def _what_runs(notebook: NotebookNode) -> tuple[str | None, list[Any]]:
    code = [(cell.source, cell.metadata.get("tags", [])) for cell in code_cells(notebook)]
    return notebook.metadata.get("kernelspec", {}).get("name"), code  # its display name is the editor's


def _digest_of_outputs(notebook: NotebookNode) -> str:
    """Return a digest of what cells gave, and of these cells."""
    given = json.dumps([_what_runs(notebook), [cell.outputs for cell in code_cells(notebook)]])
    return digest(json.loads(given, parse_int=float))  # editors that are made of JavaScript write 8.0 as 8
