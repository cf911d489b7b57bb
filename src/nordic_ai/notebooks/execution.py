"""Run the cells of chapters, several chapters at a time, and say in a sentence where one failed."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path

from jupyter_client.kernelspec import NoSuchKernel
from jupyter_client.provisioning import KernelProvisionerFactory
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from nordic_ai.notebooks.warm_kernels import PROVISIONER, can_fork, start_server

HEADER = "format_name: myst"
"""What tells a chapter with cells from a page without."""

_FRONT_MATTER = re.compile(rb"\A---\s.*?^---\s*$", re.DOTALL | re.MULTILINE)
_CELL = re.compile(rb"^(`{3,}|~{3,}|:{3,})\{code-cell\}.*?^\1\s*$", re.DOTALL | re.MULTILINE)

# What a kernel adds that differs from machine to machine, and says nothing about the report.
_VOLATILE_METADATA = ("language_info", "widgets")


class ChapterError(Exception):
    """A chapter could not be read or run; the message says where and why."""


def chapter_files(root: Path) -> list[Path]:
    """List the Markdown files that hold cells: the chapters, and the front page where it has a figure."""
    front = root / "index.md"
    with_cells = [front] if front.exists() and _has_cells(front.read_bytes()) else []
    # What editors leave beside a file they hold begins with a full stop.
    chapters = (file for file in (root / "chapters").glob("[!.]*.md") if file.is_file())
    return [*sorted(chapters), *with_cells]


def _has_cells(content: bytes) -> bool:
    """Tell by its front matter whether a page is a notebook."""
    return HEADER.encode() in content.split(b"\n---", 1)[0]


def digest_of_cells(file: Path) -> str:
    """Sum up what a chapter's outputs come from: its header and its cells, not its prose.

    This spares reading a chapter as a notebook to find that nothing has to run. Should a cell be fenced in a way that
    is not known here, MyST-NB still finds that its outputs are not kept, and runs it.
    """
    content = file.read_bytes()
    parts = [found[0] for pattern in (_FRONT_MATTER, _CELL) for found in pattern.finditer(content)]
    return hashlib.sha256(b"\n".join(parts)).hexdigest()


def read_chapter(file: Path) -> NotebookNode:
    """Read a chapter's Markdown as a notebook without outputs, with cell ids that depend on the cells alone.

    Raises
    ------
    ChapterError
        If the file cannot be read as a notebook: not text, no header, a cell's options broken.
    """
    import jupytext  # here, because a build that has all outputs does without

    try:
        text = file.read_text(encoding="utf-8")
        notebook = jupytext.reads(text, fmt="md:myst") if _has_cells(text.encode()) else None
    except Exception as error:  # jupytext, nbformat and YAML each raise errors of their own
        raise ChapterError(f"{file.name}: cannot be read as a notebook: {' '.join(str(error).split())}") from None
    if notebook is None:
        raise ChapterError(
            f"{file.name}:1: the jupytext header is missing, so the chapter would not run; copy it from another"
        )
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for index, cell in enumerate(code):
        if not cell.source.strip() or "skip-execution" in cell.metadata.get("tags", ()):
            content = text.encode()
            fences = [fence.start() for fence in _CELL.finditer(content)]
            # Where cells are fenced in a way that is not known here, which fence is whose cannot be told.
            place = content.count(b"\n", 0, fences[index]) + 1 if len(fences) == len(code) else 1
            raise ChapterError(
                f"{file.name}:{place}: code cell {index + 1} would not run, because it is empty or tagged "
                "`skip-execution`; write its code there, or take it out"
            )
    seen: dict[str, int] = {}
    for cell in notebook.cells:
        seen[cell.source] = seen.get(cell.source, 0) + 1
        name = f"{cell.cell_type}\n{seen[cell.source]}\n{cell.source}"
        cell.id = hashlib.sha256(name.encode()).hexdigest()[:12]
    return notebook


def beside(run: Callable[[], list[ChapterError]]) -> Future[list[ChapterError]]:
    """Begin to do something that does not keep an interrupted process alive, as the standard pools do."""
    result: Future[list[ChapterError]] = Future()

    def finish() -> None:
        try:
            result.set_result(run())
        except BaseException as error:  # raised again where the result is asked for
            result.set_exception(error)

    threading.Thread(target=finish, daemon=True).start()
    return result


def prepare() -> None:
    """Begin to prepare for kernels, which takes a while, as soon as it is known that some will be wanted."""
    if can_fork():
        start_server()


def execute(
    chapters: Mapping[Path, NotebookNode],
    timeout: int,
    finished: Callable[[Path, float], None],
    settings: Mapping[str, str] | None = None,
) -> list[ChapterError]:
    """Run the cells of chapters, a few chapters at a time.

    Parameters
    ----------
    chapters
        What `read_chapter` gives, by file; the outputs are put into it.
    timeout
        Seconds that one cell may take.
    finished
        Called with the file and the seconds it took as soon as all cells of a chapter have run; a `ChapterError`
        that it raises counts as the chapter's failure.
    settings
        Variables that the kernels' environment has besides ours.

    Returns
    -------
    list of ChapterError
        One for each chapter that failed, with chapter, cell and line. The others have run.
    """
    factory = KernelProvisionerFactory.instance()
    usual = factory.default_provisioner_name
    prepare()
    if can_fork():
        factory.default_provisioner_name = PROVISIONER
    try:
        return asyncio.run(_execute(chapters, timeout, finished, {**os.environ, **(settings or {})}))
    finally:
        factory.default_provisioner_name = usual


async def _execute(
    chapters: Mapping[Path, NotebookNode],
    timeout: int,
    finished: Callable[[Path, float], None],
    environment: Mapping[str, str],
) -> list[ChapterError]:
    # Twice as many as there are processors, because a kernel that starts or ends mostly waits.
    free = asyncio.Semaphore(2 * (os.cpu_count() or 1))

    async def run(file: Path, notebook: NotebookNode) -> ChapterError | None:
        begun = [0]
        client = NotebookClient(
            notebook,
            timeout=timeout,
            resources={"metadata": {"path": str(file.parent)}},
            record_timing=False,
            on_cell_start=lambda cell, cell_index: begun.append(cell_index),
        )
        async with free:
            start = time.monotonic()
            try:
                await client.async_execute(env=dict(environment))
            except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
                return ChapterError(_where(file, notebook, begun[-1], error))
            except NoSuchKernel as error:
                return ChapterError(f"{file.name}:1: the header names a kernel that does not exist: {error.name}")
            except (RuntimeError, OSError) as error:
                return ChapterError(f"{file.name}: no kernel could be started: {error}")
            for name in _VOLATILE_METADATA:
                notebook.metadata.pop(name, None)
            try:
                finished(file, time.monotonic() - start)
            except ChapterError as error:
                return error
        return None

    results = await asyncio.gather(*(run(file, notebook) for file, notebook in chapters.items()))
    return [error for error in results if error is not None]


def _where(file: Path, notebook: NotebookNode, failed: int, error: Exception) -> str:
    """Name the cell that failed by its number among the code cells and its line in the Markdown."""
    code = [cell for cell in notebook.cells[: failed + 1] if cell.cell_type == "code"]
    text, start = file.read_text(encoding="utf-8"), 0
    # Cells may hold the same code, so each is looked for after the one before.
    for cell in code:
        place = text.find(f"\n{cell.source}\n", start)
        start = place + 1 if place >= 0 else start
    line = text[:start].count("\n") + 1
    if isinstance(error, CellExecutionError):
        reason = f"{error.ename}: {error.evalue}"
    else:  # the rest of a time-out's message repeats the cell
        reason = str(error).strip().splitlines()[0]
    return f"{file.name}:{line}: code cell {len(code)} failed: {reason}"


def has_run(cell: NotebookNode) -> bool:
    """Tell whether a code cell ran without an error."""
    return cell.execution_count is not None and all(output.output_type != "error" for output in cell.outputs)
