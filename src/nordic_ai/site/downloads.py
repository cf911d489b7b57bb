"""Put beside the pages what readers take away: the data, the figures, the runtime of interactive figures."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import vl_convert
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from nordic_ai.datapackage import write_datapackage
from nordic_ai.site.figure_files import FIGURES, figure_files
from nordic_ai.site.figure_renderer import figure_citation

RUNTIME = "_static/vega.js"


def citation(app: Sphinx, payload: Mapping[str, Any]) -> str:
    """Write how to cite a figure of this report."""
    return figure_citation(payload, app.config.html_title, app.config.copyright)


def draw_figures(app: Sphinx, env: BuildEnvironment) -> None:
    """Begin to draw, while pages are written, the figures that have changed since the last build.

    What was drawn is noted in the environment, which does not outlive a build that failed.
    """
    if app.builder.format != "html":
        return
    app.nordic_drawer = ThreadPoolExecutor(max_workers=1)  # the drawing engine does one thing at a time
    jobs = {f"{FIGURES}/{p['id']}.png": (figure_files, p, citation(app, p)) for p in _payloads(env)}
    if jobs:
        jobs[RUNTIME] = (_runtime,)
    known, env.nordic_drawn = getattr(env, "nordic_drawn", {}), {}
    app.nordic_drawn: list[Future[dict[str, bytes]]] = []
    for name, (draw, *values) in jobs.items():
        env.nordic_drawn[name] = _digest(env.config.nordic_fingerprint, values)
        if known.get(name) != env.nordic_drawn[name] or not (Path(app.outdir) / name).exists():
            app.nordic_drawn.append(app.nordic_drawer.submit(draw, *values))


def write_downloads(app: Sphinx, exception: Exception | None) -> None:
    """Write the data, and the figures as they have been drawn; take away those that are no longer in the book."""
    drawer = getattr(app, "nordic_drawer", None)
    if drawer is None:
        return
    drawer.shutdown(cancel_futures=exception is not None)
    if exception is not None:
        return
    site = Path(app.outdir)
    write_datapackage(app.nordic_evidence, site / "data")
    (site / FIGURES).mkdir(exist_ok=True)
    for drawn in app.nordic_drawn:
        for name, content in drawn.result().items():
            (site / name).write_bytes(content)
    ids = {payload["id"] for payload in _payloads(app.env)}
    for file in (site / FIGURES).iterdir():
        if file.name.split(".")[0] not in ids:
            file.unlink()


def _payloads(env: BuildEnvironment) -> list[Mapping[str, Any]]:
    return [payload for figures in getattr(env, "nordic_figures", {}).values() for payload in figures.values()]


def _digest(*values: Any) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def _runtime() -> dict[str, bytes]:
    # In a function of its own: its top-level names meet those of Sphinx's scripts.
    return {RUNTIME: f"(() => {{{vl_convert.javascript_bundle()}}})();\n".encode()}
