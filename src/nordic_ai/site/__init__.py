"""The Sphinx extension that turns evidence into pages: roles, directives, figures and the exported data."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.transforms import SphinxContentsFilter

from nordic_ai.audit import audit
from nordic_ai.comparability import decisions
from nordic_ai.errors import EvidenceError
from nordic_ai.evidence import load_evidence
from nordic_ai.fingerprint import page_fingerprint
from nordic_ai.observations import list_observations
from nordic_ai.site import downloads, freshness, outputs
from nordic_ai.site.audit_page import (
    Audit,
    AuditFilter,
    AuditItem,
    AuditSummary,
    depart_audit_item,
    visit_audit_filter,
    visit_audit_item,
    visit_audit_summary,
)
from nordic_ai.site.cards import card_html, card_lines
from nordic_ai.site.comparability_page import (
    Comparability,
    ComparabilityGrades,
    ComparabilityMarks,
    Fold,
    ReadWithCare,
    depart_fold,
    visit_fold,
)
from nordic_ai.site.figure_files import FIGURES
from nordic_ai.site.figure_renderer import FigureNode, figure_anchor, figure_html
from nordic_ai.site.generated import (
    ChapterComparison,
    Contradictions,
    EvidenceList,
    EvidenceMap,
    EvidenceRegister,
    SourceList,
    UsesPlaceholder,
)
from nordic_ai.site.markup import DataTable, depart_folded_code, visit_data_table, visit_folded_code
from nordic_ai.site.roles import VARIANTS, EvidenceLink, EvidenceRole, SourceRole

REGISTER = "register"
SOURCES = "sources"
COMPARABILITY = "comparability"
METHODS = "methods"

_HERE = Path(__file__).parent


class CardStore(nodes.General, nodes.Element):
    """The cards of a page, at its end; `cards` maps their names to their records."""


def _configure(app: Sphinx, config: Config) -> None:
    # Sphinx reads every page again when this setting differs from that of the last build.
    config.nordic_fingerprint = page_fingerprint(Path(app.srcdir))
    # Relative, because Sphinx publishes a digest of its settings and the project may lie anywhere.
    config.html_static_path.append(os.path.relpath(_HERE / "static", app.confdir))
    config.templates_path.append(os.path.relpath(_HERE / "templates", app.confdir))


def _darken(app: Sphinx) -> None:
    """Choose the colours of code on dark pages.

    The theme registers this setting only when it is loaded, too late for _config.yml, and reads it right after.
    """
    app.config.pygments_dark_style = "a11y-high-contrast-dark"


def _load(app: Sphinx, config: Config) -> None:
    """Read the evidence before any page, and end the build with plain sentences where it is broken."""
    try:
        app.nordic_evidence = load_evidence(Path(app.srcdir))
        decisions(app.nordic_evidence)
    except EvidenceError as error:
        raise ExtensionError(f"the evidence does not hold:\n{error}") from None


def _lay_out(app: Sphinx) -> None:
    """List observations and findings, or take them from the last build: their intervals cost a second of imports."""
    fingerprint = app.config.nordic_fingerprint
    kept, observations, findings = getattr(app.env, "nordic_laid_out", (None, None, None))
    if kept != fingerprint:
        observations, findings = list_observations(app.nordic_evidence), audit(app.nordic_evidence)
        app.env.nordic_laid_out = (fingerprint, observations, findings)
    app.nordic_observations, app.nordic_findings = observations, findings


def _purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    for store in ("nordic_uses", "nordic_figures"):
        getattr(env, store, {}).pop(docname, None)


def _merge(app: Sphinx, env: BuildEnvironment, docnames: list[str], other: BuildEnvironment) -> None:
    for store in ("nordic_uses", "nordic_figures"):
        if not hasattr(env, store):
            setattr(env, store, {})
        getattr(env, store).update(getattr(other, store, {}))
    ids = [name for figures in env.nordic_figures.values() for name in figures]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        raise ExtensionError(
            f"the figure id `{twice[0]}` is used on two pages; ids are part of the address, choose another"
        )


def _write_side_by_side(app: Sphinx, env: BuildEnvironment) -> None:
    """Write pages with all processors; reading stays as it is, since not every extension declares it safe."""
    app.parallel = os.cpu_count() or 1


def _rewrite(app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    return freshness.pages_to_rewrite(app, env, REGISTER)


def _resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Complete a page with what is known only now: the cards of its numbers and, in the register, the uses."""
    cards: dict[tuple[str, ...], str] = {}
    for link in doctree.findall(EvidenceLink):
        link["card"] = cards.setdefault(tuple(link["record_ids"]), f"card-{len(cards) + 1}")
    if cards:
        doctree += CardStore("", cards=cards)
    placeholders = list(doctree.findall(UsesPlaceholder))
    if placeholders:
        uses = _uses(app, docname)
        for placeholder in placeholders:
            placeholder.replace_self(_use_links(uses.get(placeholder["record_id"], {})))


def _level_headings(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Give the captions of the navigation the level that their role needs."""
    tree = context.get("furo_navigation_tree")
    if tree:
        context["furo_navigation_tree"] = tree.replace('role="heading"', 'role="heading" aria-level="2"')


def _uses(app: Sphinx, register: str) -> dict[str, dict[str, str]]:
    """List for every record the pages and figures that use it: address and name."""
    uses: dict[str, dict[str, str]] = {}
    for page, names in getattr(app.env, "nordic_uses", {}).items():
        address = app.builder.get_relative_uri(register, page)
        for name in names:
            uses.setdefault(name, {})[address] = app.env.titles[page].astext()
    for page, figures in getattr(app.env, "nordic_figures", {}).items():
        for payload in figures.values():
            address = f"{app.builder.get_relative_uri(register, page)}#{figure_anchor(payload)}"
            for row in payload["rows"]:
                uses.setdefault(row["observation_id"], {})[address] = f"Figure: {payload['title']}"
    return uses


def _use_links(pages: dict[str, str]) -> nodes.Element:
    if not pages:
        return nodes.paragraph("", "No page yet")
    items = [
        nodes.list_item("", nodes.paragraph("", "", nodes.reference("", title, refuri=address, internal=True)))
        for address, title in sorted(pages.items())
    ]
    return nodes.bullet_list("", *items)


def _visit_link(translator: Any, node: EvidenceLink) -> None:
    builder = translator.builder
    address = f"{builder.get_relative_uri(builder.current_docname, REGISTER)}#{node['record_ids'][-1]}"
    kind = "ev" if node["role"] in VARIANTS else "ev ev-words"
    described = f' aria-describedby="{node["card"]}"' if "card" in node else ""
    translator.body.append(f'<a class="{kind}" href="{address}" data-role="{node["role"]}"{described}>')


def _depart_link(translator: Any, node: EvidenceLink) -> None:
    translator.body.append("</a>")


def _visit_cards(translator: Any, node: CardStore) -> None:
    app = translator.builder.app
    lines = {
        name: card_lines(records, app.nordic_evidence, app.nordic_observations)
        for records, name in node["cards"].items()
    }
    translator.body.append(f"<div hidden>{''.join(card_html(name, text) for name, text in lines.items())}</div>")
    raise nodes.SkipNode


def _visit_figure(translator: Any, node: FigureNode) -> None:
    builder = translator.builder
    page = builder.current_docname
    up = "../" * page.count("/")
    addresses = {
        "register": builder.get_relative_uri(page, REGISTER),
        "sources": builder.get_relative_uri(page, SOURCES),
        "comparability": builder.get_relative_uri(page, COMPARABILITY),
        "methods": builder.get_relative_uri(page, METHODS),
        "figures": up + FIGURES,
        "runtime": up + downloads.RUNTIME,
    }
    payload = node["payload"]
    cited = downloads.citation(builder.app, payload)
    translator.body.append(figure_html(payload, node["pictures"], addresses, cited))
    raise nodes.SkipNode


def _pass(translator: Any, node: nodes.Node) -> None:
    """Let other builders write the text of a link as it is."""


def _skip(translator: Any, node: nodes.Node) -> None:
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    """Register everything with Sphinx."""
    app.connect("config-inited", freshness.begin)
    app.connect("config-inited", _configure)
    app.connect("config-inited", _load)
    app.connect("config-inited", outputs.begin_outputs)
    app.connect("builder-inited", _lay_out)
    app.connect("builder-inited", _darken, priority=100)
    app.connect("env-get-outdated", freshness.changed_texts)
    app.connect("env-before-read-docs", outputs.chapters_last)
    app.connect("source-read", lambda app, page, source: outputs.finish_outputs(app, page))
    app.connect("env-purge-doc", _purge)
    app.connect("env-merge-info", _merge)
    app.connect("env-updated", lambda app, env: outputs.finish_outputs(app))
    app.connect("env-updated", _rewrite)
    app.connect("env-updated", _write_side_by_side)
    app.connect("env-updated", freshness.place_stylesheet)
    app.connect("env-updated", downloads.begin_downloads)
    app.connect("doctree-resolved", _resolve)
    app.connect("html-page-context", _level_headings, priority=900)  # after the theme
    app.connect("html-page-context", freshness.note_page)
    app.connect("build-finished", downloads.write_downloads)
    app.connect("build-finished", freshness.end, priority=900)  # after everything that may still fail
    app.add_config_value("nordic_fingerprint", "", "env")
    # Jupyter Book sets this for an extension that the report leaves out; unknown settings fail a strict build.
    app.add_config_value("comments_config", {}, "")
    for name in VARIANTS:
        app.add_role(name, EvidenceRole())
    app.add_role("ev-source", SourceRole())
    app.add_directive("source-list", SourceList)
    app.add_directive("evidence-register", EvidenceRegister)
    app.add_directive("audit", Audit)
    app.add_directive("chapter-comparison", ChapterComparison)
    app.add_directive("evidence-list", EvidenceList)
    app.add_directive("evidence-map", EvidenceMap)
    app.add_directive("comparability", Comparability)
    app.add_directive("comparability-grades", ComparabilityGrades)
    app.add_directive("comparability-marks", ComparabilityMarks)
    app.add_directive("contradictions", Contradictions)
    app.add_directive("read-with-care", ReadWithCare)
    others = ("text", "latex", "man", "texinfo")
    app.add_node(EvidenceLink, html=(_visit_link, _depart_link), **{name: (_pass, _pass) for name in others})
    # In the navigation a number is text: a link there would stand inside a link.
    SphinxContentsFilter.visit_EvidenceLink = SphinxContentsFilter.ignore_node_but_process_children
    app.add_node(UsesPlaceholder)
    app.add_node(DataTable, html=(visit_data_table, None), **{name: (_skip, None) for name in others})
    app.add_node(Fold, html=(visit_fold, depart_fold), **{name: (_pass, _pass) for name in others})
    app.add_node(AuditItem, html=(visit_audit_item, depart_audit_item), **{name: (_pass, _pass) for name in others})
    app.add_node(AuditSummary, html=(visit_audit_summary, None), **{name: (_skip, None) for name in others})
    app.add_node(AuditFilter, html=(visit_audit_filter, None), **{name: (_skip, None) for name in others})
    app.add_node(FigureNode, html=(_visit_figure, None), **{name: (_skip, None) for name in others})
    app.add_node(CardStore, html=(_visit_cards, None), **{name: (_skip, None) for name in others})
    app.add_node(HideCodeCellNode, override=True, html=(visit_folded_code, depart_folded_code))
    app.add_css_file("report.css")
    app.add_js_file("report.js", loading_method="defer")
    return {"version": "2", "parallel_read_safe": True, "parallel_write_safe": True, "env_version": 2}
