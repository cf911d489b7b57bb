"""Put beside the pages what readers take away: the data, the files of figures, and pictures for previews."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from nordic_ai.export.figure_files import figure_files
from nordic_ai.figures.figure_data import FigureData
from nordic_ai.figures.pictures import png, preview
from nordic_ai.fingerprint import digest
from nordic_ai.site.domain import report_domain
from nordic_ai.site.drawing import DrawingProcess
from nordic_ai.site.figure_renderer import FIGURES, FORMATS, citation, cite_figure
from nordic_ai.site.metadata import PICTURES, picture_path

DATA = "data"
"""The folder of the site that holds the Data Package."""

Files = Mapping[str, bytes]
"""Contents by path in the site."""
Job = tuple[list[str], Callable[..., Files], tuple[Any, ...]]
"""The paths of some files, the function that makes them, and what it takes."""


class Downloads:
    """Makes the files in another process while pages are read and written, each only when it is missing or changed."""

    def __init__(self, process: DrawingProcess) -> None:
        self._process = process
        self._begun: dict[str, Future[Files]] = {}

    def begin_page(self, app: Sphinx, doctree: nodes.document) -> None:
        """Begin to make the files that belong to a page as soon as it has been read."""
        for job in _jobs(app, app.env.docname):
            self._begin(app, *job)

    def begin_rest(self, app: Sphinx, env: BuildEnvironment) -> None:
        """Begin to make what is missing of other pages, and forget the files of pages and figures that are gone."""
        jobs = [job for page in sorted(env.found_docs) for job in _jobs(app, page)]
        for job in jobs:
            self._begin(app, *job)
        files = report_domain(env).files
        for path in files.keys() - {path for paths, *_ in jobs for path in paths}:
            del files[path]

    def _begin(self, app: Sphinx, paths: list[str], make: Callable[..., Files], values: tuple[Any, ...]) -> None:
        """Begin to make files, unless this build has begun already or an earlier one left the same."""
        domain, site = report_domain(app.env), Path(app.outdir)
        made_from = digest([make.__name__, repr(values)])
        current = all(domain.files.get(path) == made_from and (site / path).exists() for path in paths)
        if paths[0] not in self._begun and not current:
            self._begun[paths[0]] = self._process.submit(make, *values)
            domain.files.update(dict.fromkeys(paths, made_from))

    def finish(self, app: Sphinx, exception: Exception | None) -> None:
        """Write what has been made, and take away what belongs to nothing any more."""
        try:
            if exception is None and app.builder.format == "html":
                domain = report_domain(app.env)
                files = {f"{DATA}/{file.name}": file.content for file in domain.inputs.package.values()}
                for made in self._begun.values():
                    files |= made.result()
                _write(Path(app.outdir), files, {*files, *domain.files})
        finally:
            self._process.close()


def _jobs(app: Sphinx, page: str) -> Iterator[Job]:
    """List the files that belong to a page: those of its figures, and its preview."""
    if app.builder.format != "html":
        return
    domain = report_domain(app.env)
    for figure in domain.figures.get(page, {}).values():
        paths = [f"{FIGURES}/{figure.id}.{ending}" for ending in (*FORMATS, "js")]
        pieces = citation(figure, cite_figure(figure, page, app.builder, domain.citation))
        yield paths, draw_figure, (figure, "".join(text for text, _ in pieces))
    path = picture_path(page)
    yield [path], draw_preview, (path, app.env.titles[page].astext(), app.config.html_title)


def _write(site: Path, files: Files, wanted: set[str]) -> None:
    for path, content in files.items():
        file = site / path
        if not file.exists() or file.read_bytes() != content:
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(content)
    for folder in (DATA, FIGURES, PICTURES):
        for file in (site / folder).glob("*"):
            if f"{folder}/{file.name}" not in wanted:
                file.unlink()


def draw_figure(figure: FigureData, cited: str) -> Files:
    """Make the files of a figure."""
    return {f"{FIGURES}/{name}": content for name, content in figure_files(figure, cited).items()}


def draw_preview(path: str, title: str, report: str) -> Files:
    """Make the preview of a page."""
    return {path: png(preview(title, report))}
