"""Read chapters as notebooks and run their cells, several chapters at a time; say in a sentence where one failed."""

import asyncio
import os
import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from itertools import chain
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from nordic_ai.evidence.contents import pages_of_the_book
from nordic_ai.evidence.errors import Problem
from nordic_ai.figures.figure import WITHOUT_PICTURES
from nordic_ai.fingerprint import digest
from nordic_ai.notebooks.outputs import LARGEST, output_problems
from nordic_ai.notebooks.warm_kernels import use_warm_kernels

_FENCE_OF_CELL = re.compile(r"^(`{3,}|~{3,}|:{3,})\{code-cell\}", re.MULTILINE)


class ChapterError(Exception):
    """A chapter could not be read or run; the message says where and why."""

    def __init__(self, file: Path, message: str, line: int | None = None):
        super().__init__(Problem(file, message, line))


def chapter_files(root: Path) -> list[Path]:
    """List the chapters: the pages of the book that are notebooks, have cells or have a recording beside them."""
    files = (root / f"{name}.md" for name in dict.fromkeys(pages_of_the_book(root)))
    return [file for file in files if file.is_file() and _is_chapter(file)]


def _is_chapter(file: Path) -> bool:
    text = file.read_text(encoding="utf-8", errors="replace")
    if _has_header(text) or file.with_suffix(".ipynb").exists():
        return True
    if not _FENCE_OF_CELL.search(text):
        return False
    from jupytext.myst import matches_mystnb  # imported here because few pages need it

    return matches_mystnb(text, requires_meta=False)


def _has_header(text: str) -> bool:
    """Return whether the front matter makes a page a notebook."""
    return text.startswith("---") and "format_name: myst" in text.split("\n---", 1)[0]


def read_chapters(
    files: Iterable[Path], read: Callable[[Path], NotebookNode] | None = None
) -> tuple[dict[Path, NotebookNode], list[ChapterError]]:
    """Read chapters; return the notebooks by file, and an error for each file that cannot be read."""
    chapters, errors = {}, []
    for file in files:
        try:
            chapters[file] = (read or read_chapter)(file)
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
        raise ChapterError(file, f"cannot be read as a notebook: {' '.join(str(error).split())}") from None
    if notebook is None:
        raise ChapterError(file, "the jupytext header is missing, so no cell would run; copy it from a chapter", 1)
    seen: dict[tuple[str, str], int] = {}
    for cell in notebook.cells:
        content = (cell.cell_type, cell.source)
        seen[content] = seen.get(content, 0) + 1
        cell.id = digest([*content, seen[content]])[:12]
    for number, cell in enumerate(code_cells(notebook), 1):
        tags = {"skip-execution", "raises-exception"} & set(cell.metadata.get("tags", ()))
        if tags:
            advice = f"is tagged `{min(tags)}`, so it would be taken as run when it is not; take the tag out"
            raise cell_error(file, number, cell, advice)
        if not cell.source.strip():
            raise cell_error(file, number, cell, "would not run, because it is empty; write its code, or take it out")
    return notebook


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """List the cells that run."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def output_errors(file: Path, notebook: NotebookNode) -> list[ChapterError]:
    """Give an error for everything that the cells of a chapter show and may not."""
    cells = enumerate(code_cells(notebook), 1)
    found = ((number, cell, said) for number, cell in cells for said in dict.fromkeys(output_problems(cell)))
    return [cell_error(file, *problem) for problem in found]


def cell_error(file: Path, number: int, cell: NotebookNode, message: str) -> ChapterError:
    """Say something of a chapter's first, second … code cell, with the line of its first code, else of its fence."""
    text = file.read_text(encoding="utf-8")
    fences = [0, *(found.start() for found in _FENCE_OF_CELL.finditer(text))]
    fence = fences[number] if number < len(fences) else 0
    code = text.find(f"\n{cell.source}\n", fence) if cell.source.strip() else -1
    return ChapterError(file, f"code cell {number} {message}", text.count("\n", 0, max(fence, code + 1)) + 1)


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
    """Run the cells of chapters, several chapters at a time, and return what failed and what they may not show.

    The outputs are put into the notebooks; figures are left without pictures. `timeout` is the seconds that one cell
    may take. `finished` is called with the file and the seconds it took when all cells of a chapter have run and show
    what they may; a `ChapterError` that it raises counts as the chapter's failure.
    """
    use_warm_kernels()
    environment = os.environ | {WITHOUT_PICTURES: "1"}  # the drawing engine would have to start in every kernel
    # Twice as many as there are processors, because a kernel that starts or ends mostly waits.
    free = asyncio.Semaphore(2 * (os.cpu_count() or 1))

    async def run(file: Path, notebook: NotebookNode) -> list[ChapterError]:
        async with free:
            start = time.monotonic()
            try:
                await _run_cells(file, notebook, timeout, environment)
                errors = output_errors(file, notebook)
                if not errors:
                    # In a thread, so that the kernels of other chapters are attended to meanwhile.
                    await asyncio.to_thread(finished, file, time.monotonic() - start)
            except ChapterError as error:
                return [error]
        return errors

    async def run_all() -> list[list[ChapterError]]:
        return await asyncio.gather(*(run(file, notebook) for file, notebook in chapters.items()))

    return list(chain.from_iterable(asyncio.run(run_all())))


class _Client(NotebookClient):
    """Runs cells until one sends too much or ends its kernel."""

    running: NotebookNode | None = None
    refused = ""
    """What the running cell did, if it is to be refused for it."""

    def on_cell_execute(self, cell: NotebookNode, cell_index: int) -> None:
        """Begin to count what a cell sends."""
        self.running, self.sent = cell, 0

    def process_message(self, msg: dict[str, Any], *arguments: Any) -> NotebookNode | None:
        """Count what a cell sends, and take no more than a page can hold."""
        self.sent += len(str(msg["content"]))
        if self.sent <= LARGEST:
            return super().process_message(msg, *arguments)
        self.refused = f"shows more than {LARGEST // 1_000_000} MB, the most that a page takes from a cell; show less"
        self.shutdown_kernel = "immediate"  # it may go on for long
        self.task_poll_for_reply.cancel()
        return None

    def on_cell_executed(self, cell: NotebookNode, cell_index: int, execute_reply: dict[str, Any]) -> None:
        """Refuse what ends the kernel, because a kernel that is asked to end goes on with the next cell."""
        if any(payload["source"] == "ask_exit" for payload in execute_reply["content"].get("payload", ())):
            self.refused = "ends its kernel with exit() or quit(); take that out"
            raise RuntimeError(self.refused)


async def _run_cells(file: Path, notebook: NotebookNode, timeout: int, environment: dict[str, str]) -> None:
    """Run the cells of one chapter in a kernel of its own."""
    resources = {"metadata": {"path": str(file.parent)}}
    client = _Client(notebook, timeout=timeout, resources=resources, record_timing=False)
    try:
        await client.async_execute(env=environment)
    except NoSuchKernel as error:
        raise ChapterError(file, f"the header names a kernel that does not exist: {error.name}", 1) from None
    except (CellExecutionError, CellTimeoutError, DeadKernelError, RuntimeError, OSError, EOFError) as error:
        if client.running is None:
            raise ChapterError(file, f"no kernel could be started: {error}") from None
        number = next(number for number, cell in enumerate(code_cells(notebook), 1) if cell is client.running)
        raise cell_error(file, number, client.running, client.refused or f"failed: {_reason(error)}") from None
    for name in ("language_info", "widgets"):  # kernels add these, and they differ from machine to machine
        notebook.metadata.pop(name, None)


def _reason(error: Exception) -> str:
    """Say why a cell failed."""
    if isinstance(error, CellExecutionError):
        return " ".join(f"{error.ename}: {error.evalue}".split())[:500]
    return str(error).strip().partition("\n")[0]  # the rest repeats the cell
