"""Fill the cache from which MyST-NB takes the outputs of chapters: from recordings, or by running them.

MyST-NB would run one chapter after the other, and knows only their cells, not the data and the library.
"""

from __future__ import annotations

import shutil
from concurrent.futures import Future
from pathlib import Path

from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn, JupyterCacheAbstract
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util import logging

from nordic_ai.figures.figure import svg
from nordic_ai.figures.format import MIME_TYPE, WITHOUT_PICTURES
from nordic_ai.fingerprint import digest, output_fingerprints
from nordic_ai.notebooks.execution import ChapterError, chapter_files, execute, in_background, read_chapters
from nordic_ai.notebooks.recordings import current_recording
from nordic_ai.site.drawing import DrawingProcess

logger = logging.getLogger(__name__)


class ChapterOutputs:
    """The outputs of the chapters that a build reads; those without any run while the other pages are read."""

    def __init__(self, drawing: DrawingProcess) -> None:
        self._drawing = drawing
        self._files: dict[str, Path] = {}
        self._running: Future[list[ChapterError]] | None = None

    def choose_cache(self, app: Sphinx, config: Config) -> None:
        """Give the cache a folder for the data, library and lock of today, and remove those of other days."""
        self._cached = getattr(config, "nb_execution_mode", "") == "cache"  # other settings leave it to MyST-NB
        if self._cached:
            self._fingerprints = output_fingerprints(Path(app.srcdir))
            self._folder = Path(app.outdir).parent / ".jupyter_cache" / digest(self._fingerprints)
            config.nb_execution_cache_path = str(self._folder)
            for other in self._folder.parent.glob("*"):
                if other != self._folder:
                    shutil.rmtree(other, ignore_errors=True)

    def begin(self, app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
        """Put recordings into the cache, begin to run the chapters that lack one, and have other pages read first.

        Raises
        ------
        ExtensionError
            If a chapter cannot be read.
        """
        chapters = set(chapter_files(Path(app.srcdir)))
        files = {name: Path(env.doc2path(name)) for name in docnames}
        self._files = {name: file for name, file in files.items() if file in chapters}
        docnames.sort(key=lambda name: name in self._files)
        if not self._cached or not self._files:
            return
        read, errors = read_chapters(self._files.values())
        _raise(errors)
        cache, lacking = self._open_cache(), {}
        for file, chapter in read.items():
            if not _is_cached(cache, chapter):
                recorded = current_recording(file, chapter, self._fingerprints)
                if recorded is None:
                    lacking[file] = chapter
                else:
                    _keep(cache, file, recorded)
        if lacking:
            self._drawing.start()
            self._running = in_background(lambda: self._run(app, lacking))

    def finish(self, app: Sphinx, docname: str, source: list[str]) -> None:
        """Wait, before the first chapter is read, until all have run.

        Raises
        ------
        ExtensionError
            If a chapter failed. Nothing of the site has been written then.
        """
        if self._running is not None and docname in self._files:
            errors, self._running = self._running.result(), None
            _raise(errors)

    def _run(self, app: Sphinx, chapters: dict[Path, NotebookNode]) -> list[ChapterError]:
        """Run chapters, have the pictures of their figures drawn meanwhile, and put all into the cache."""
        drawn: list[tuple[NotebookNode, dict[str, Future[str]]]] = []

        def finished(file: Path, seconds: float) -> None:
            logger.info("ran %s in %.1f s", file.name, seconds)
            for figure in _figures(chapters[file]):
                specifications = figure["specifications"].items()
                drawn.append((figure, {size: self._drawing.submit(svg, one) for size, one in specifications}))

        errors = execute(chapters, app.config.nb_execution_timeout, finished, {WITHOUT_PICTURES: "1"})
        if errors:
            return errors
        for figure, pictures in drawn:
            figure["pictures"] = {size: picture.result() for size, picture in pictures.items()}
        if output_fingerprints(Path(app.srcdir)) != self._fingerprints:
            raise ExtensionError("data, code or lock file changed while the chapters ran; build again")
        cache = self._open_cache()  # a connection to its database belongs to one thread
        for file, notebook in chapters.items():
            _keep(cache, file, notebook)
        return []

    def _open_cache(self) -> JupyterCacheAbstract:
        """Open the cache, or an empty one if its database is damaged."""
        try:
            cache = get_cache(str(self._folder))
            cache.list_cache_records()
        except Exception:  # jupyter-cache and its database raise errors of many kinds
            shutil.rmtree(self._folder, ignore_errors=True)
            cache = get_cache(str(self._folder))
        return cache


def _is_cached(cache: JupyterCacheAbstract, chapter: NotebookNode) -> bool:
    try:
        cache.merge_match_into_notebook(chapter)
    except Exception:  # KeyError for an unknown chapter, others for a damaged file
        return False
    return True


def _keep(cache: JupyterCacheAbstract, file: Path, notebook: NotebookNode) -> None:
    cache.cache_notebook_bundle(CacheBundleIn(notebook, str(file)), overwrite=True)


def _raise(errors: list[ChapterError]) -> None:
    if errors:
        raise ExtensionError("\n".join(str(error) for error in errors))


def _figures(notebook: NotebookNode) -> list[NotebookNode]:
    """List the figures in a chapter's outputs."""
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", ()))
    return [output.data[MIME_TYPE] for output in outputs if MIME_TYPE in output.get("data", ())]
