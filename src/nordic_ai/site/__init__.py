"""The Sphinx extension that turns evidence into pages: roles, directives, figures and the exported data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

from nordic_ai.datapackage import write_datapackage
from nordic_ai.errors import EvidenceError
from nordic_ai.evidence import load_evidence
from nordic_ai.observations import list_observations
from nordic_ai.site.figure_renderer import FigureNode, figure_html
from nordic_ai.site.generated import (
    ChapterComparison,
    EvidenceList,
    EvidenceMap,
    EvidenceRegister,
    SourceList,
    UsesPlaceholder,
)
from nordic_ai.site.roles import VARIANTS, EvidenceLink, EvidenceRole, SourceRole, short_name

REGISTER = "register"
SOURCES = "sources"


def _load(app: Sphinx) -> None:
    """Read the evidence before any page, and end the build with plain sentences where it is broken."""
    try:
        app.nordic_evidence = load_evidence(Path(app.srcdir))
    except EvidenceError as error:
        raise ExtensionError(f"the evidence does not hold:\n{error}") from None
    app.nordic_observations = list_observations(app.nordic_evidence)


def _purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    for store in ("nordic_uses", "nordic_figures"):
        getattr(env, store, {}).pop(docname, None)


def _merge(app: Sphinx, env: BuildEnvironment, docnames: list[str], other: BuildEnvironment) -> None:
    for store in ("nordic_uses", "nordic_figures"):
        if not hasattr(env, store):
            setattr(env, store, {})
        getattr(env, store).update(getattr(other, store, {}))


def _list_uses(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Fill the register's lists of uses, now that every page has been read."""
    uses: dict[str, list[str]] = {}
    for page, names in getattr(app.env, "nordic_uses", {}).items():
        for name in names:
            uses.setdefault(name, []).append(page)
    for placeholder in list(doctree.findall(UsesPlaceholder)):
        pages = dict.fromkeys(uses.get(placeholder["record_id"], []))
        paragraph = nodes.paragraph()
        for page in pages:
            if len(paragraph):
                paragraph += nodes.Text(", ")
            address = app.builder.get_relative_uri(docname, page)
            paragraph += nodes.reference("", app.env.titles[page].astext(), refuri=address, internal=True)
        placeholder.replace_self(paragraph if pages else nodes.paragraph("", "No page yet"))


def _rewrite_register(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Write the register again whenever anything changed: it lists who uses each record."""
    return [REGISTER] if REGISTER in env.found_docs else []


def _visit_link(translator: Any, node: EvidenceLink) -> None:
    address = translator.builder.get_relative_uri(translator.builder.current_docname, REGISTER)
    kind = "ev" if node.get("number") else "ev ev-words"
    translator.body.append(f'<a class="{kind}" href="{address}#{node["record_ids"][0]}">')


def _depart_link(translator: Any, node: EvidenceLink) -> None:
    translator.body.append("</a>")


def _visit_figure(translator: Any, node: FigureNode) -> None:
    builder = translator.builder
    page = builder.current_docname
    publishers = {source.id: short_name(source) for source in builder.app.nordic_evidence.sources.values()}
    written = figure_html(
        node["payload"],
        builder.get_relative_uri(page, REGISTER),
        builder.get_relative_uri(page, SOURCES),
        publishers,
    )
    translator.body.append(written)
    raise nodes.SkipNode


def _pass(translator: Any, node: nodes.Node) -> None:
    """Let other builders write the text of a link as it is."""


def _skip(translator: Any, node: nodes.Node) -> None:
    raise nodes.SkipNode


def _export(app: Sphinx, exception: Exception | None) -> None:
    """Put the data beside the pages."""
    if exception is None and app.builder.format == "html":
        write_datapackage(app.nordic_evidence, Path(app.outdir) / "data")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register everything with Sphinx."""
    app.connect("builder-inited", _load)
    app.connect("env-purge-doc", _purge)
    app.connect("env-merge-info", _merge)
    app.connect("env-updated", _rewrite_register)
    app.connect("doctree-resolved", _list_uses)
    app.connect("build-finished", _export)
    # Jupyter Book sets this for an extension that the report leaves out; unknown settings fail a strict build.
    app.add_config_value("comments_config", {}, "")
    for name in VARIANTS:
        app.add_role(name, EvidenceRole())
    app.add_role("ev-source", SourceRole())
    app.add_directive("source-list", SourceList)
    app.add_directive("evidence-register", EvidenceRegister)
    app.add_directive("chapter-comparison", ChapterComparison)
    app.add_directive("evidence-list", EvidenceList)
    app.add_directive("evidence-map", EvidenceMap)
    others = {name: (_pass, _pass) for name in ("text", "latex", "man", "texinfo")}
    app.add_node(EvidenceLink, html=(_visit_link, _depart_link), **others)
    app.add_node(UsesPlaceholder)
    app.add_node(FigureNode, html=(_visit_figure, None), **{name: (_skip, None) for name in others})
    static = Path(__file__).parent / "static"
    app.connect("builder-inited", lambda app: app.config.html_static_path.append(str(static)))
    app.add_css_file("report.css")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True, "env_version": 1}
