"""Have every chapter's outputs ready before pages are read: kept from before, from its recording, or by running it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util import logging

from nordic_ai.figures.figure_data import MIME_TYPE, WITHOUT_PICTURES
from nordic_ai.notebooks.execution import (
    ChapterError,
    beside,
    chapter_files,
    digest_of_cells,
    execute,
    prepare,
    read_chapter,
)
from nordic_ai.notebooks.fingerprint import joint_digest, output_fingerprints
from nordic_ai.notebooks.recordings import current_recording
from nordic_ai.site.downloads import begin_pictures

_KEPT = "kept.json"

logger = logging.getLogger(__name__)


def begin_outputs(app: Sphinx, config: Config) -> None:
    """Choose the cache from which MyST-NB takes the outputs of pages, and begin to run the chapters it lacks.

    The folder's name is the fingerprint of data, library and lock, because the cache itself looks at the cells alone.
    The chapters run while other pages are read.

    Raises
    ------
    ExtensionError
        If a chapter cannot be read.
    """
    if getattr(config, "nb_execution_mode", None) != "cache":  # without MyST-NB there are no chapters to run
        return
    root = Path(app.srcdir)
    fingerprints = app.nordic_fingerprints
    caches = Path(app.outdir).parent / ".jupyter_cache"
    folder = caches / joint_digest(fingerprints.values())
    config.nb_execution_cache_path = str(folder)
    config.exclude_patterns.append("**/.jupyter_cache")  # its notebooks are no pages, wherever the site is built
    for other in caches.glob("*"):
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)
    files = {file: digest_of_cells(file) for file in chapter_files(root)}
    kept = _read_kept(folder)
    ready: dict[Path, NotebookNode] = {}
    lacking: dict[Path, NotebookNode] = {}
    errors = []
    for file, digest in files.items():
        if digest in kept:
            continue
        try:
            chapter = read_chapter(file)
        except ChapterError as error:
            errors.append(error)
            continue
        recorded = current_recording(file, chapter, fingerprints)
        if recorded is not None:
            ready[file] = recorded
        else:
            prepare()  # while the other chapters are read
            lacking[file] = chapter
    _raise(errors)

    def keep() -> None:
        if lacking and output_fingerprints(root) != fingerprints:
            raise ExtensionError("data, code or lock file changed while the chapters ran; build again")
        cache = get_cache(str(folder))
        for file, notebook in (ready | lacking).items():
            cache.cache_notebook_bundle(CacheBundleIn(notebook, str(file)), overwrite=True)
        if kept != set(files.values()):
            (folder / _KEPT).write_text(json.dumps(sorted(files.values())), encoding="utf-8")

    def finished(file: Path, seconds: float) -> None:
        logger.info("ran %s in %.1f s", file.name, seconds)
        for figure in _figures(lacking[file]):
            begin_pictures(app, figure["specifications"])

    def run() -> list[ChapterError]:
        errors = execute(lacking, config.nb_execution_timeout, finished, {WITHOUT_PICTURES: "1"}) if lacking else []
        if not errors:
            for figure in (figure for notebook in lacking.values() for figure in _figures(notebook)):
                figure["pictures"] = app.nordic_workshop.result(begin_pictures(app, figure["specifications"]))
        return errors

    app.nordic_outputs = (beside(run), keep)


def chapters_last(app: Sphinx, env: BuildEnvironment, pages: list[str]) -> None:
    """Have the pages without cells read first, while the chapters run."""
    pages.sort(key=_may_have_cells)


def finish_outputs(app: Sphinx, page: str | None = None) -> None:
    """Wait, before the first chapter is read, until all have run, and put their outputs into the cache.

    Raises
    ------
    ExtensionError
        If a chapter failed. Nothing of the site has been written then.
    """
    if getattr(app, "nordic_outputs", None) is None or not (page is None or _may_have_cells(page)):
        return
    task, keep = app.nordic_outputs
    app.nordic_outputs = None
    _raise(task.result())
    keep()


def _may_have_cells(page: str) -> bool:
    return page.startswith("chapters/") or page == "index"


def _raise(errors: list[ChapterError]) -> None:
    if errors:
        raise ExtensionError("\n".join(str(error) for error in errors))


def _figures(notebook: NotebookNode) -> list[NotebookNode]:
    """List the data of the figures that a chapter shows."""
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", ()))
    return [output.data[MIME_TYPE] for output in outputs if MIME_TYPE in output.get("data", ())]


def _read_kept(folder: Path) -> set[str]:
    """Give the digests of the cells whose outputs are in the cache.

    The list is written after the cache. Where that was cut short there is none, or half of one that cannot be read,
    and the cache is filled again.
    """
    try:
        return set(json.loads((folder / _KEPT).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        shutil.rmtree(folder, ignore_errors=True)
        return set()
