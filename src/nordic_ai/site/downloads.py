"""Put beside the pages what readers take away: the data, the figures, the runtime of interactive figures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from nordic_ai.evidence_base import load_evidence
from nordic_ai.fingerprint import value_digest
from nordic_ai.site.figure_renderer import FigureNode, figure_citation

FIGURES = "figures"
"""The folder of the site that holds the files of figures."""

PACKAGE = "data/datapackage.json"


def citation(app: Sphinx, payload: Mapping[str, Any]) -> str:
    """Write how to cite a figure of this report."""
    return figure_citation(payload, app.config.html_title, app.config.copyright)


def begin_package(app: Sphinx) -> None:
    """Begin to write the Data Package, which needs no page to be read."""
    if app.builder.format == "html" and _outdated(app, PACKAGE, []):
        app.nordic_workshop.begin(PACKAGE, package, Path(app.srcdir))


def begin_figures(app: Sphinx, doctree: nodes.document) -> None:
    """Begin to make the files of the figures on a page that has been read."""
    for node in doctree.findall(FigureNode):
        _begin_figure(app, node["payload"])


def begin_downloads(app: Sphinx, env: BuildEnvironment) -> None:
    """Begin to make what is still missing: the files of figures on pages that did not have to be read."""
    if app.builder.format != "html":
        return
    for payload in _payloads(env):
        _begin_figure(app, payload)


def _begin_figure(app: Sphinx, payload: Mapping[str, Any]) -> None:
    name, values = f"{FIGURES}/{payload['id']}.png", (payload, citation(app, payload))
    if app.builder.format == "html" and _outdated(app, name, values):
        app.nordic_workshop.begin(name, draw, *values)


def _outdated(app: Sphinx, name: str, values: object) -> bool:
    """Tell whether a file has to be made, and note it: it is missing, or was made from something else.

    What was made is noted in the environment, which does not outlive a build that failed.
    """
    if not hasattr(app.env, "nordic_made"):
        app.env.nordic_made = {}
    digest = value_digest(app.config.nordic_fingerprint, values)
    if app.env.nordic_made.get(name) == digest and (Path(app.outdir) / name).exists():
        return False
    app.env.nordic_made[name] = digest
    app.nordic_making.add(name)
    return True


def write_downloads(app: Sphinx, exception: Exception | None) -> None:
    """Write what has been made, and take away the figures that are no longer in the book."""
    if exception is None and app.builder.format == "html":
        site = Path(app.outdir)
        for name in sorted(app.nordic_making):
            for path, content in app.nordic_workshop.result(name).items():
                (site / path).parent.mkdir(exist_ok=True)
                (site / path).write_bytes(content)
        ids = {payload["id"] for payload in _payloads(app.env)}
        for file in (site / FIGURES).glob("*"):
            if file.name.split(".")[0] not in ids:
                file.unlink()
    app.nordic_workshop.close()


def _payloads(env: BuildEnvironment) -> list[Mapping[str, Any]]:
    return [payload for figures in getattr(env, "nordic_figures", {}).values() for payload in figures.values()]


# What the worker does; only there is what draws and tabulates imported.


def draw(payload: Mapping[str, Any], cited: str) -> dict[str, bytes]:
    """Give the files of a figure by their path in the site."""
    from nordic_ai.site.figure_files import figure_files

    return {f"{FIGURES}/{name}": content for name, content in figure_files(payload, cited).items()}


def package(root: Path) -> dict[str, bytes]:
    """Give the files of the Data Package of a project by their path in the site."""
    from nordic_ai.datapackage import datapackage_files

    return {f"data/{name}": content for name, content in datapackage_files(load_evidence(root)).items()}
