"""Put beside the pages what readers take away: the data, the figures, the runtime of interactive figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from nordic_ai.authoring.schema import SCHEMA_FILE
from nordic_ai.evidence.citation import Work, apa, cite_part
from nordic_ai.figures.figure_data import FigureData
from nordic_ai.site.domain import report_domain
from nordic_ai.site.figure_renderer import FigureNode, figure_anchor, figure_sources
from nordic_ai.site.metadata import picture_jobs
from nordic_ai.site.workshop import make_report

FIGURES = "figures"
"""The folder of the site that holds the files of figures."""

SCHEMA = Path(SCHEMA_FILE).name
"""The file, beside the Data Package, of the JSON Schema of a publication's record."""


def cite_figure(app: Sphinx, figure: FigureData) -> Work:
    """Give a figure of this report as a work that can be cited."""
    page = next(page for page, figures in report_domain(app.env).figures.items() if figure.id in figures)
    place = f"{app.builder.get_target_uri(page)}#{figure_anchor(figure)}"
    name = figure.id
    return cite_part(report_domain(app.env).citation, f"nordic-ai-{name}", figure.title, f"Figure {name}", place)


def citation(app: Sphinx, figure: FigureData) -> str:
    """Write how to cite a figure of this report, with the publications that its numbers are from."""
    return f"{apa(cite_figure(app, figure))} {figure_sources(figure)}"


def package_files(app: Sphinx) -> dict[str, bytes]:
    """Give the files of the folder of data by name, as they are published."""
    files = app.nordic_workshop.result(app.nordic_package)
    return files | {SCHEMA: (Path(app.srcdir) / SCHEMA_FILE).read_bytes()}


def begin_figures(app: Sphinx, doctree: nodes.document) -> None:
    """Begin to make the files of the figures on a page that has been read."""
    for node in doctree.findall(FigureNode):
        _begin_figure(app, node["figure"])


def begin_downloads(app: Sphinx, env: BuildEnvironment) -> None:
    """Begin to make what is still missing: the files of figures on pages that did not have to be read."""
    if app.builder.format != "html":
        return
    for figure in _figures(env):
        _begin_figure(app, figure)
    for name, (make, *values) in picture_jobs(app).items():
        _begin(app, name, make, *values)


def begin_pictures(app: Sphinx, specifications: Mapping[str, Any]) -> str:
    """Begin to draw the pictures of a figure, and give the name under which the workshop keeps them."""
    return app.nordic_workshop.begin(draw_pictures, specifications)


def _begin_figure(app: Sphinx, figure: FigureData) -> None:
    if app.builder.format == "html":
        # Pictures that came with a recording are what this build would have drawn.
        app.nordic_workshop.keep(figure.pictures, draw_pictures, figure.specifications)
        _begin(app, figure.id, draw, figure.to_json(), citation(app, figure))


def _begin(app: Sphinx, name: str, make: Callable[..., dict[str, bytes]], *values: Any) -> None:
    app.nordic_drawings[name] = app.nordic_workshop.begin(make, *values)


def write_downloads(app: Sphinx, exception: Exception | None) -> None:
    """Write what has been made, and take away the figures that are no longer in the book."""
    if exception is None and app.builder.format == "html":
        site = Path(app.outdir)
        _write(site, {f"data/{name}": content for name, content in package_files(app).items()})
        for name in app.nordic_drawings.values():
            _write(site, app.nordic_workshop.result(name))
        ids = {figure.id for figure in _figures(app.env)}
        for file in (site / FIGURES).glob("*"):
            if file.name.split(".")[0] not in ids:
                file.unlink()
    app.nordic_workshop.close(complete=exception is None and app.builder.format == "html")


def _write(site: Path, files: Mapping[str, bytes]) -> None:
    for path, content in files.items():
        file = site / path
        if not file.exists() or file.read_bytes() != content:
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(content)


def _figures(env: BuildEnvironment) -> list[FigureData]:
    return [figure for figures in report_domain(env).figures.values() for figure in figures.values()]


# What the worker does; only there is what draws and tabulates imported.


def draw(figure: Mapping[str, Any], cited: str) -> dict[str, bytes]:
    """Give the files of a figure by their path in the site."""
    from nordic_ai.export.figure_files import figure_files

    return {f"{FIGURES}/{name}": content for name, content in figure_files(FigureData.from_json(figure), cited).items()}


def draw_pictures(specifications: Mapping[str, Any]) -> dict[str, str]:
    """Draw the pictures of a figure, by size."""
    from nordic_ai.figures.pictures import svg

    return {size: svg(specification) for size, specification in specifications.items()}


def start_drawing(root: str, fingerprint: str) -> None:
    """Start the drawing engine, which takes longer than most pictures, before one is wanted."""
    draw_pictures({"": {"mark": "point", "data": {"values": []}}})


def package(root: str, fingerprint: str) -> dict[str, bytes]:
    """Give the files of the Data Package of a project by name."""
    from nordic_ai.export.data_package import data_files

    return {file.name: file.content for file in data_files(make_report(root, fingerprint))}
