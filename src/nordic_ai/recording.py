"""Record chapters: the notebook beside each chapter's Markdown, executed, the same on every machine."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import jupytext
import nbformat
from jupyter_client.kernelspec import NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

# What differs from run to run or from machine to machine, and says nothing about the report.
_VOLATILE_METADATA = ("language_info", "widgets")


class RecordingError(Exception):
    """A chapter could not be recorded; the message says where and why."""


def chapter_files(root: Path) -> list[Path]:
    """List the chapters' Markdown files."""
    return sorted((root / "chapters").glob("*.md"))


def read_chapter(file: Path) -> NotebookNode:
    """Read a chapter's Markdown as a notebook without outputs, with cell ids that depend on the cells alone.

    Raises
    ------
    RecordingError
        If the file cannot be read as a notebook: not text, no header, a cell's options broken.
    """
    try:
        return _read_chapter(file)
    except RecordingError:
        raise
    except Exception as error:  # jupytext, nbformat and YAML each raise errors of their own
        raise RecordingError(f"{file.name}: cannot be read as a notebook: {' '.join(str(error).split())}") from None


def _read_chapter(file: Path) -> NotebookNode:
    text = file.read_text(encoding="utf-8")
    if "format_name: myst" not in text.split("\n---", 1)[0]:
        raise RecordingError(
            f"{file.name}:1: the jupytext header is missing, so the chapter would not run; copy it from another"
        )
    notebook = jupytext.reads(text, fmt="md:myst")
    seen: dict[str, int] = {}
    for cell in notebook.cells:
        seen[cell.source] = seen.get(cell.source, 0) + 1
        name = f"{cell.cell_type}\n{seen[cell.source]}\n{cell.source}"
        cell.id = hashlib.sha256(name.encode()).hexdigest()[:12]
    return notebook


def record(file: Path, timeout: int = 120) -> Path:
    """Execute a chapter and write its recording beside it.

    Parameters
    ----------
    file
        The chapter's Markdown.
    timeout
        Seconds that one cell may take.

    Returns
    -------
    Path
        The recording. It is replaced whole, and only if every cell ran.

    Raises
    ------
    RecordingError
        With chapter, cell and line; the old recording stays.
    """
    notebook = read_chapter(file)
    client = NotebookClient(
        notebook, timeout=timeout, resources={"metadata": {"path": str(file.parent)}}, record_timing=False
    )
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        raise RecordingError(_where(file, notebook, error)) from None
    except NoSuchKernel as error:
        raise RecordingError(f"{file.name}:1: the header names a kernel that does not exist: {error.name}") from None
    for name in _VOLATILE_METADATA:
        notebook.metadata.pop(name, None)
    target = file.with_suffix(".ipynb")
    draft = target.with_suffix(".ipynb.part")
    draft.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
    os.replace(draft, target)
    return target


def _where(file: Path, notebook: NotebookNode, error: Exception) -> str:
    """Name the cell that failed by its line in the Markdown."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    failed = next((i for i, cell in enumerate(code) if not _finished(cell)), len(code) - 1)
    text, start = file.read_text(encoding="utf-8"), 0
    # Cells may hold the same code, so each is looked for after the one before.
    for cell in code[: failed + 1]:
        place = text.find(f"\n{cell.source}\n", start)
        start = place + 1 if place >= 0 else start
    line = text[:start].count("\n") + 1
    reason = f"{error.ename}: {error.evalue}" if isinstance(error, CellExecutionError) else str(error).strip()
    return f"{file.name}:{line}: code cell {failed + 1} failed: {reason}; the old recording stays"


def _finished(cell: NotebookNode) -> bool:
    return cell.execution_count is not None and all(output.output_type != "error" for output in cell.outputs)


def pair_problems(file: Path) -> list[str]:
    """Compare a chapter with its recording.

    Returns
    -------
    list of str
        What is wrong, a sentence each; empty if the recording holds the same cells, executed.
    """
    target = file.with_suffix(".ipynb")
    try:
        notebook = read_chapter(file)
    except RecordingError as error:
        return [str(error)]
    if not target.exists():
        return [f"{file.name}: has no recording; run `make record`"]
    try:
        recorded = nbformat.read(target, as_version=4)
    except Exception as error:
        return [f"{target.name}: is no readable recording ({' '.join(str(error).split())[:80]}); run `make record`"]
    ours = [(cell.cell_type, cell.source, cell.id) for cell in notebook.cells]
    theirs = [(cell.cell_type, cell.source, cell.id) for cell in recorded.cells]
    if ours != theirs:
        return [f"{file.name}: the recording holds other cells; run `make record`"]
    if any(cell.cell_type == "code" and not _finished(cell) for cell in recorded.cells):
        return [f"{file.name}: the recording has cells that did not run; run `make record`"]
    return []
