"""Put beside the pages what readers take away: the data, the figures, the runtime of interactive figures."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import vl_convert
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from nordic_ai.citation import Work, apa, cite_part
from nordic_ai.datapackage import datapackage_files
from nordic_ai.evidence import Evidence
from nordic_ai.fingerprint import value_digest
from nordic_ai.site.figure_files import FIGURES, figure_files
from nordic_ai.site.figure_renderer import figure_anchor, figure_sources

RUNTIME = "_static/vega.js"
PACKAGE = "data/datapackage.json"


def cite_figure(app: Sphinx, payload: Mapping[str, Any]) -> Work:
    """Give a figure of this report as a work that can be cited."""
    page = next(page for page, figures in app.env.nordic_figures.items() if payload["id"] in figures)
    place = f"{app.builder.get_target_uri(page)}#{figure_anchor(payload)}"
    name = payload["id"]
    return cite_part(app.nordic_citation, f"nordic-ai-{name}", payload["title"], f"Figure {name}", place)


def citation(app: Sphinx, payload: Mapping[str, Any]) -> str:
    """Write how to cite a figure of this report, with the publications that its numbers are from."""
    return f"{apa(cite_figure(app, payload))} {figure_sources(payload)}"


def begin_downloads(app: Sphinx, env: BuildEnvironment) -> None:
    """Begin to make, while pages are written, the files that differ from those of the last build.

    What was made is noted in the environment, which does not outlive a build that failed.
    """
    if app.builder.format != "html":
        return
    payloads = _payloads(env)
    jobs = {f"{FIGURES}/{p['id']}.png": (figure_files, p, citation(app, p)) for p in payloads}
    if payloads:
        jobs[RUNTIME] = (_runtime,)
    jobs[PACKAGE] = (_package, app.nordic_evidence)
    app.nordic_maker = ThreadPoolExecutor(max_workers=1)  # the drawing engine does one thing at a time
    app.nordic_made: list[Future[dict[str, bytes]]] = []
    known, env.nordic_made = getattr(env, "nordic_made", {}), {}
    for name, (make, *values) in jobs.items():
        # The evidence is summed up by the fingerprint.
        env.nordic_made[name] = value_digest(env.config.nordic_fingerprint, [] if name == PACKAGE else values)
        if known.get(name) != env.nordic_made[name] or not (Path(app.outdir) / name).exists():
            app.nordic_made.append(app.nordic_maker.submit(make, *values))


def write_downloads(app: Sphinx, exception: Exception | None) -> None:
    """Write what has been made, and take away the figures that are no longer in the book."""
    maker = getattr(app, "nordic_maker", None)
    if maker is None:
        return
    maker.shutdown(cancel_futures=exception is not None)
    if exception is not None:
        return
    site = Path(app.outdir)
    for made in app.nordic_made:
        for name, content in made.result().items():
            (site / name).parent.mkdir(exist_ok=True)
            (site / name).write_bytes(content)
    ids = {payload["id"] for payload in _payloads(app.env)}
    for file in (site / FIGURES).glob("*"):
        if file.name.split(".")[0] not in ids:
            file.unlink()


def _payloads(env: BuildEnvironment) -> list[Mapping[str, Any]]:
    return [payload for figures in getattr(env, "nordic_figures", {}).values() for payload in figures.values()]


def _runtime() -> dict[str, bytes]:
    # In a function of its own: its top-level names meet those of Sphinx's scripts.
    return {RUNTIME: f"(() => {{{vl_convert.javascript_bundle()}}})();\n".encode()}


def _package(evidence: Evidence) -> dict[str, bytes]:
    return {f"data/{name}": content for name, content in datapackage_files(evidence).items()}
