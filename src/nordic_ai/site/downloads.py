"""Put beside the pages what readers take away: the data, the files of figures, and pictures for previews."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from nordic_ai.export.figure_files import figure_files
from nordic_ai.figures.figure_data import FigureData
from nordic_ai.figures.pictures import png, preview
from nordic_ai.fingerprint import digest
from nordic_ai.site.domain import report_domain
from nordic_ai.site.figure_renderer import FIGURES, citation, cite_figure
from nordic_ai.site.metadata import picture_path

DATA = "data"
"""The folder of the site that holds the Data Package."""

Files = Mapping[str, bytes]
"""Contents by path in the site."""


class Downloads:
    """Makes files in another process while pages are read and written, each only when it is missing or changed."""

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
            self._begin(app, f"{FIGURES}/{figure.id}.png", draw_figure, figure, cited)
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
            files = {f"{DATA}/{file.name}": file.content for file in domain.inputs.package.values()}
            for made in self._making:
                files |= made.result()
            for path, content in files.items():
                (site / path).parent.mkdir(exist_ok=True)
                (site / path).write_bytes(content)
            shown = {name for figures in domain.figures.values() for name in figures}
            for file in site.glob(f"{FIGURES}/*"):
                if file.name.split(".")[0] not in shown:
                    file.unlink()
        self._process.shutdown(cancel_futures=True)


def draw_figure(figure: FigureData, cited: str) -> Files:
    """Make the files of a figure."""
    return {f"{FIGURES}/{name}": content for name, content in figure_files(figure, cited).items()}


def draw_preview(path: str, title: str, report: str) -> Files:
    """Make the preview of a page."""
    return {path: png(preview(title, report))}
