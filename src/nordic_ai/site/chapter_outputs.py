"""Give MyST-NB the outputs of chapters: from recordings, or by running the chapters while other pages are read.

MyST-NB would run one chapter after the other, and would not notice that the data or the library has changed.
"""

import os
import shutil
from concurrent.futures import Executor, Future
from pathlib import Path

from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util import logging

from nordic_ai.evidence.errors import EvidenceError, Problem, collect
from nordic_ai.figures.drawn_chart import draw_charts
from nordic_ai.fingerprint import output_fingerprints
from nordic_ai.notebooks.execution import chapter_files, in_background, read_chapters
from nordic_ai.notebooks.recordings import current_recording, edit_in_recording, record
from nordic_ai.notebooks.warm_kernels import use_warm_kernels

logger = logging.getLogger(__name__)


class ChapterOutputs:
    """The outputs of the chapters that a build reads."""

    def __init__(self, drawing: Executor) -> None:
        self._drawing = drawing
        self._chapters: set[str] = set()
        self._lacking: dict[Path, NotebookNode] = {}
        self._running: Future[list[Problem]] | None = None

    def choose_cache(self, app: Sphinx, config: Config) -> None:
        """Have MyST-NB take outputs from an empty cache, which `begin` and `finish` fill."""
        self._enabled = getattr(config, "nb_execution_mode", "") == "cache"  # other settings leave it to MyST-NB
        if self._enabled:
            folder, self._recordings = (Path(app.outdir).with_name(name) for name in ("outputs", "recordings"))
            shutil.rmtree(folder, ignore_errors=True)
            config.nb_execution_cache_path = str(folder)
            self._cache = get_cache(str(folder))

    def begin(self, app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
        """Begin to run the chapters without a current recording, and have the other pages read first."""
        root = Path(app.srcdir)
        chapter_paths = set(chapter_files(root))
        files = {name: file for name in docnames if (file := Path(env.doc2path(name))) in chapter_paths}
        docnames.sort(key=lambda name: name in files)
        if not self._enabled or not files:
            return
        self._chapters = set(files)
        chapters, problems = read_chapters(files.values())
        fingerprints = output_fingerprints(root)
        for file, chapter in chapters.items():
            if edited := edit_in_recording(file, chapter):
                logger.warning(str(edited))
            with collect(problems):
                if recorded := current_recording(file, chapter, fingerprints, self._recordings):
                    self._keep(file, recorded)
                else:
                    use_warm_kernels()  # whose imports take longer than the rest of this
                    self._lacking[file] = chapter
        _raise_all(problems)
        if self._lacking:
            self._drawing.submit(os.getpid)  # starts the process before there is another thread
            self._running = in_background(lambda: self._run(root, app.config.nb_execution_timeout))

    def _run(self, root: Path, timeout: int) -> list[Problem]:
        return record(
            self._lacking,
            root,
            timeout=timeout,
            draw=lambda charts: self._drawing.submit(draw_charts, charts).result(),
            recorded=lambda file, seconds: logger.info("ran %s in %.1f s", file.name, seconds),
            folder=self._recordings,
        )

    def finish(self, app: Sphinx, docname: str, source: list[str]) -> None:
        """Wait, before the first chapter is read, until all have run; if one failed, nothing of the site is written."""
        if self._running is not None and docname in self._chapters:
            problems, self._running = self._running.result(), None
            _raise_all(problems)
            for file, notebook in self._lacking.items():
                self._keep(file, notebook)

    def _keep(self, file: Path, notebook: NotebookNode) -> None:
        self._cache.cache_notebook_bundle(CacheBundleIn(notebook, str(file)), overwrite=True)


def _raise_all(problems: list[Problem]) -> None:
    if problems:
        raise ExtensionError(str(EvidenceError(problems)))
