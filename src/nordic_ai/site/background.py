"""Load the evidence and draw in one other process while pages are read and written, and only what has changed.

The drawing engine starts threads, after which a process must not fork; so it never runs in the process that builds.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from vl_convert import svg_to_png

from nordic_ai.analysis.report import Report
from nordic_ai.evidence.citation import read_citation
from nordic_ai.evidence.errors import EvidenceError
from nordic_ai.evidence.loading import read_evidence
from nordic_ai.evidence.vocabularies import read_glossary
from nordic_ai.export.data_package import DataFile, data_files
from nordic_ai.export.figure_files import figure_files
from nordic_ai.figures.figure import FigureData
from nordic_ai.figures.pictures import preview
from nordic_ai.fingerprint import digest
from nordic_ai.notebooks.warm_kernels import can_fork
from nordic_ai.site.domain import Inputs, report_domain
from nordic_ai.site.figure_renderer import citation, cite_figure
from nordic_ai.site.metadata import picture_path

Files = Mapping[str, bytes]
"""Contents by path in the site."""


def other_process() -> Executor:
    """Return one other process, which starts with its first job and does one job after the other.

    The first job must come before anything else starts a thread, because the process is forked, with all imports done.
    """
    if not can_fork():
        return ThreadPoolExecutor(1)
    return ProcessPoolExecutor(1, multiprocessing.get_context("fork"), initializer=_end_with_parent)


def _end_with_parent() -> None:
    """End this process when its parent has been killed; else it would wait for a job for ever."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupted build ends this process by itself

    def watch() -> None:
        multiprocessing.parent_process().join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


class Loader:
    """Loads the inputs of all pages for the domain, which keeps them from build to build."""

    def __init__(self, process: Executor) -> None:
        self._process = process
        self._loading: Future[Inputs] | None = None

    def begin(self, app: Sphinx) -> None:
        """Begin to load, unless the build goes on from another one, which loaded the same."""
        if report_domain(app.env).inputs is None:
            self._loading = self._process.submit(load_inputs, Path(app.srcdir))

    def finish(self, app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
        """Hand the inputs to the domain before any page is read, or end the build with all that is wrong with them."""
        if self._loading is not None:
            try:
                report_domain(env).data["inputs"] = self._loading.result()
            except EvidenceError as error:
                raise ExtensionError(f"the evidence does not hold:\n{error}") from None


def load_inputs(root: Path) -> Inputs:
    """Load what the pages of a project are made from, and compute what follows from it.

    Raises
    ------
    EvidenceError
        With all that is wrong with the evidence, the decisions on it, the glossary and the citation.
    """
    loaded, problems = [], []
    for load in (lambda root: Report(read_evidence(root)).complete(), read_glossary, read_citation):
        try:
            loaded.append(load(root))
        except EvidenceError as error:
            problems += error.problems
    if problems:
        raise EvidenceError(problems)
    about = "JSON Schema of the records that the tables are made from, one file a publication."
    schema = DataFile("source.schema.json", about, (root / "data" / "source.schema.json").read_bytes())
    return Inputs(*loaded, {file.name: file for file in (*data_files(loaded[0]), schema)})


class Downloads:
    """Makes what readers take away: the data, the files of figures, and pictures for previews."""

    def __init__(self, process: Executor) -> None:
        self._process = process
        self._making: list[Future[Files]] = []

    def begin(self, app: Sphinx, doctree: nodes.document) -> None:
        """Begin to make the files that belong to a page as soon as it has been read."""
        if app.builder.format != "html":
            return
        page, domain = app.env.docname, report_domain(app.env)
        for figure in domain.figures.get(page, {}).values():
            work = cite_figure(figure, app.builder.get_target_uri(page), domain.citation)
            cited = "".join(text for text, _ in citation(figure, work))
            self._begin(app, f"figures/{figure.id}.png", draw_figure, figure, cited)
        title = app.env.titles[page].astext()
        self._begin(app, picture_path(page), draw_preview, picture_path(page), title, app.config.html_title)

    def _begin(self, app: Sphinx, path: str, make: Callable[..., Files], *values: Any) -> None:
        """Begin to make a picture and what comes with it, unless the last build made it from the same values."""
        pictures, made_from = report_domain(app.env).pictures, digest(repr(values))
        if pictures.get(path) != made_from or not (Path(app.outdir) / path).exists():
            self._making.append(self._process.submit(make, *values))
            pictures[path] = made_from

    def finish(self, app: Sphinx, exception: Exception | None) -> None:
        """Write what has been made, and remove the files of figures that no page shows any more."""
        if exception is None and app.builder.format == "html":
            domain, site = report_domain(app.env), Path(app.outdir)
            files = {f"data/{file.name}": file.content for file in domain.inputs.package.values()}
            for made in self._making:
                files |= made.result()
            for path, content in files.items():
                (site / path).parent.mkdir(exist_ok=True)
                (site / path).write_bytes(content)
            shown = {name for figures in domain.figures.values() for name in figures}
            for file in site.glob("figures/*"):
                if file.name.split(".")[0] not in shown:
                    file.unlink()
        self._process.shutdown(cancel_futures=True)


def draw_figure(figure: FigureData, cited: str) -> Files:
    """Make the files of a figure."""
    return {f"figures/{name}": content for name, content in figure_files(figure, cited).items()}


def draw_preview(path: str, title: str, report: str) -> Files:
    """Make the preview of a page."""
    return {path: svg_to_png(preview(title, report))}
