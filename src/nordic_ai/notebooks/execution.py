"""Read chapters as notebooks and run their cells, several chapters at a time; say in a sentence where one failed."""

import asyncio
import os
import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from pathlib import Path

from jupyter_client.kernelspec import NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from nordic_ai.figures.figure import WITHOUT_PICTURES
from nordic_ai.fingerprint import digest
from nordic_ai.notebooks.warm_kernels import use_warm_kernels

_FENCE_OF_CELL = re.compile(r"^(`{3,}|~{3,}|:{3,})\{code-cell\}", re.MULTILINE)


class ChapterError(Exception):
    """A chapter could not be read or run; the message says where and why."""


def chapter_files(root: Path) -> list[Path]:
    """List the chapters, and the front page if it has cells."""
    # Editors' lock files start with a dot.
    chapters = sorted(file for file in (root / "chapters").glob("[!.]*.md") if file.is_file())
    front = (file for file in root.glob("index.md") if _has_header(file.read_text("utf-8", errors="replace")))
    return [*chapters, *front]


def _has_header(text: str) -> bool:
    """Return whether the front matter makes a page a notebook."""
    return "format_name: myst" in text.split("\n---", 1)[0]


def read_chapters(files: Iterable[Path]) -> tuple[dict[Path, NotebookNode], list[ChapterError]]:
    """Read chapters; return the notebooks by file, and an error for each file that cannot be read."""
    chapters, errors = {}, []
    for file in files:
        try:
            chapters[file] = read_chapter(file)
        except ChapterError as error:
            errors.append(error)
    return chapters, errors


def read_chapter(file: Path) -> NotebookNode:
    """Read a chapter's Markdown as a notebook without outputs, with cell ids that depend on the cells alone.

    Raises `ChapterError` if the file cannot be read as a notebook, or has a cell that would not run.
    """
    import jupytext  # imported here because a build that changes no chapter does without

    try:
        text = file.read_text(encoding="utf-8-sig")
        notebook = jupytext.reads(text, fmt="md:myst") if _has_header(text) else None
    except Exception as error:  # jupytext, nbformat and YAML each raise errors of their own
        raise ChapterError(f"{file.name}: cannot be read as a notebook: {' '.join(str(error).split())}") from None
    if notebook is None:
        raise ChapterError(
            f"{file.name}:1: the jupytext header is missing, so the chapter would not run; copy it from another"
        )
    seen: dict[tuple[str, str], int] = {}
    for cell in notebook.cells:
        content = (cell.cell_type, cell.source)
        seen[content] = seen.get(content, 0) + 1
        cell.id = digest([*content, seen[content]])[:12]
    for number, cell in enumerate(code_cells(notebook), 1):
        if not cell.source.strip() or "skip-execution" in cell.metadata.get("tags", ()):
            raise ChapterError(
                f"{file.name}:{_line_of_cell(text, number, cell)}: code cell {number} would not run, because it is "
                "empty or tagged `skip-execution`; write its code there, or take it out"
            )
    return notebook


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """List the cells that run."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _line_of_cell(text: str, number: int, cell: NotebookNode) -> int:
    """Return the line where a chapter's first, second … code cell begins: its first line of code, else its fence."""
    fences = [0, *(found.start() for found in _FENCE_OF_CELL.finditer(text))]
    fence = fences[number] if number < len(fences) else 0
    code = text.find(f"\n{cell.source}\n", fence) if cell.source.strip() else -1
    return text.count("\n", 0, max(fence, code + 1)) + 1


def in_background(function: Callable[[], list[ChapterError]]) -> Future[list[ChapterError]]:
    """Run chapters in a daemon thread, so that an interrupted process can still exit."""
    future: Future[list[ChapterError]] = Future()

    def run() -> None:
        try:
            future.set_result(function())
        except BaseException as error:  # raised again by `future.result()`
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return future


def execute(
    chapters: Mapping[Path, NotebookNode], timeout: int, finished: Callable[[Path, float], None]
) -> list[ChapterError]:
    """Run the cells of chapters, several chapters at a time, and return an error for each chapter that failed.

    The outputs are put into the notebooks; figures are left without pictures. `timeout` is the seconds that one cell
    may take. `finished` is called with the file and the seconds it took when all cells of a chapter have run; a
    `ChapterError` that it raises counts as the chapter's failure.
    """
    use_warm_kernels()
    environment = os.environ | {WITHOUT_PICTURES: "1"}  # the drawing engine would have to start in every kernel
    # Twice as many as there are processors, because a kernel that starts or ends mostly waits.
    free = asyncio.Semaphore(2 * (os.cpu_count() or 1))

    async def run(file: Path, notebook: NotebookNode) -> ChapterError | None:
        async with free:
            start = time.monotonic()
            try:
                await _run_cells(file, notebook, timeout, environment)
                # In a thread, so that the kernels of other chapters are attended to meanwhile.
                await asyncio.to_thread(finished, file, time.monotonic() - start)
            except ChapterError as error:
                return error
        return None

    async def run_all() -> list[ChapterError | None]:
        return await asyncio.gather(*(run(file, notebook) for file, notebook in chapters.items()))

    return [error for error in asyncio.run(run_all()) if error is not None]


async def _run_cells(file: Path, notebook: NotebookNode, timeout: int, environment: dict[str, str]) -> None:
    """Run the cells of one chapter in a kernel of its own."""
    begun = [0]
    resources = {"metadata": {"path": str(file.parent)}}
    client = NotebookClient(notebook, timeout=timeout, resources=resources, record_timing=False)
    client.on_cell_start = lambda cell, cell_index: begun.append(cell_index)
    try:
        await client.async_execute(env=environment)
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        raise ChapterError(_describe(file, notebook, begun[-1], error)) from None
    except NoSuchKernel as error:
        raise ChapterError(f"{file.name}:1: the header names a kernel that does not exist: {error.name}") from None
    except (RuntimeError, OSError, EOFError) as error:
        raise ChapterError(f"{file.name}: no kernel could be started: {error}") from None
    for name in ("language_info", "widgets"):  # kernels add these, and they differ from machine to machine
        notebook.metadata.pop(name, None)


def _describe(file: Path, notebook: NotebookNode, failed: int, error: Exception) -> str:
    """Say which cell failed, by its number among the code cells and its line in the Markdown, and why."""
    number = sum(cell.cell_type == "code" for cell in notebook.cells[: failed + 1])
    line = _line_of_cell(file.read_text(encoding="utf-8"), number, notebook.cells[failed])
    if isinstance(error, CellExecutionError):
        reason = f"{error.ename}: {error.evalue}"
    else:
        reason = str(error).strip().splitlines()[0]  # the rest repeats the cell
    return f"{file.name}:{line}: code cell {number} failed: {reason}"
