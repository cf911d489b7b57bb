"""Read chapters as notebooks and run their cells, several chapters at a time; say in a sentence where one failed."""

import asyncio
import os
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from nordic_ai.evidence.contents import pages_of_the_book
from nordic_ai.evidence.errors import EvidenceError, Problem, collect
from nordic_ai.figures.figure import WITHOUT_PICTURES
from nordic_ai.fingerprint import digest
from nordic_ai.notebooks.outputs import LARGEST, output_problems
from nordic_ai.notebooks.warm_kernels import use_warm_kernels

_FENCE_OF_CELL = re.compile(r"^(`{3,}|~{3,}|:{3,})\{code-cell\}", re.MULTILINE)


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


def read_chapters(files: Iterable[Path]) -> tuple[dict[Path, NotebookNode], list[Problem]]:
    """Read chapters; return the notebooks by file, and what is wrong with files that cannot be read."""
    chapters, problems = {}, []
    for file in files:
        with collect(problems):
            chapters[file] = read_chapter(file)
    return chapters, problems


def read_chapter(file: Path) -> NotebookNode:
    """Read a chapter's Markdown as a notebook without outputs, with cell ids that depend on the cells alone.

    Raises `EvidenceError` if the file cannot be read as a notebook, or has a cell that would not run.
    """
    import jupytext  # imported here because a build that changes no chapter does without

    try:
        text = file.read_text(encoding="utf-8-sig")
        notebook = jupytext.reads(text, fmt="md:myst") if _has_header(text) else None
    except Exception as error:  # jupytext, nbformat and YAML each raise errors of their own
        message = f"cannot be read as a notebook: {' '.join(str(error).split())}"
        raise EvidenceError([Problem(file, message)]) from None
    if notebook is None:
        message = "the jupytext header is missing, so no cell would run; copy it from a chapter"
        raise EvidenceError([Problem(file, message, 1)])
    seen: dict[tuple[str, str], int] = {}
    for cell in notebook.cells:
        content = (cell.cell_type, cell.source)
        seen[content] = seen.get(content, 0) + 1
        cell.id = digest([*content, seen[content]])[:12]
    refuse_cells(file, notebook, _why_not_run)
    return notebook


def _why_not_run(cell: NotebookNode) -> Iterator[str]:
    """Say why a cell would not run, or would be taken as run when it has failed."""
    if not cell.source.strip():
        yield "would not run, because it is empty; write its code, or take it out"
    for tag in {"skip-execution", "raises-exception"} & set(cell.metadata.get("tags", ())):
        yield f"is tagged `{tag}`, so it would be taken as run when it is not; take the tag out"


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """List the cells that run."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def refuse_cells(file: Path, notebook: NotebookNode, reasons: Callable[[NotebookNode], Iterable[str]]) -> None:
    """Raise `EvidenceError` if there are reasons against code cells; each has a line, that of its code or its fence."""
    text, problems = file.read_text(encoding="utf-8"), []
    fences = [0, *(found.start() for found in _FENCE_OF_CELL.finditer(text))]
    for number, cell in enumerate(code_cells(notebook), 1):
        fence = fences[number] if number < len(fences) else 0
        code = text.find(f"\n{cell.source}\n", fence) if cell.source.strip() else -1
        line = text.count("\n", 0, max(fence, code + 1)) + 1
        problems += (Problem(file, f"code cell {number} {reason}", line) for reason in dict.fromkeys(reasons(cell)))
    if problems:
        raise EvidenceError(problems)


def in_background(function: Callable[[], list[Problem]]) -> Future[list[Problem]]:
    """Run chapters in a daemon thread, so that an interrupted process can still exit."""
    future: Future[list[Problem]] = Future()

    def run() -> None:
        try:
            future.set_result(function())
        except BaseException as error:  # raised again by `future.result()`
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return future


def execute(
    chapters: Mapping[Path, NotebookNode], timeout: int, finished: Callable[[Path, float], None]
) -> list[Problem]:
    """Run the cells of chapters, several chapters at a time, and return what failed and what they may not show.

    The outputs are put into the notebooks; figures are left without pictures. `timeout` is the seconds that one cell
    may take. `finished` is called with the file and the seconds it took when all cells of a chapter have run and show
    what they may; an `EvidenceError` that it raises counts as the chapter's failure.
    """
    use_warm_kernels()
    environment = os.environ | {WITHOUT_PICTURES: "1"}  # the drawing engine would have to start in every kernel
    # Twice as many as there are processors, because a kernel that starts or ends mostly waits.
    free = asyncio.Semaphore(2 * (os.cpu_count() or 1))
    problems: list[Problem] = []

    async def run(file: Path, notebook: NotebookNode) -> None:
        async with free:
            start = time.monotonic()
            with collect(problems):
                await _run_cells(file, notebook, timeout, environment)
                refuse_cells(file, notebook, output_problems)
                # In a thread, so that the kernels of other chapters are attended to meanwhile.
                await asyncio.to_thread(finished, file, time.monotonic() - start)

    async def run_all() -> None:
        await asyncio.gather(*(run(file, notebook) for file, notebook in chapters.items()))

    asyncio.run(run_all())
    return problems


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
        message = f"the header names a kernel that does not exist: {error.name}"
        raise EvidenceError([Problem(file, message, 1)]) from None
    except (CellExecutionError, CellTimeoutError, DeadKernelError, RuntimeError, OSError, EOFError) as error:
        reason = client.refused or f"failed: {_reason(error)}"
        refuse_cells(file, notebook, lambda cell: [reason] if cell is client.running else [])
        raise EvidenceError([Problem(file, f"no kernel could be started: {error}")]) from None
    for name in ("language_info", "widgets"):  # kernels add these, and they differ from machine to machine
        notebook.metadata.pop(name, None)


def _reason(error: Exception) -> str:
    """Say why a cell failed."""
    if isinstance(error, CellExecutionError):
        return " ".join(f"{error.ename}: {error.evalue}".split())[:500]
    return str(error).strip().partition("\n")[0]  # the rest repeats the cell
