"""The Sphinx extension that turns evidence into pages: roles, directives, figures and the exported data."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import vl_convert
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.transforms import SphinxContentsFilter

from nordic_ai.audit import audit
from nordic_ai.datapackage import write_datapackage
from nordic_ai.errors import EvidenceError
from nordic_ai.evidence import load_evidence
from nordic_ai.observations import list_observations
from nordic_ai.site.audit_page import (
    Audit,
    AuditFilter,
    AuditItem,
    depart_audit_item,
    visit_audit_filter,
    visit_audit_item,
)
from nordic_ai.site.cards import card_html, card_lines
from nordic_ai.site.figure_files import figure_files
from nordic_ai.site.figure_renderer import FigureNode, figure_anchor, figure_citation, figure_html
from nordic_ai.site.generated import (
    ChapterComparison,
    EvidenceList,
    EvidenceMap,
    EvidenceRegister,
    SourceList,
    UsesPlaceholder,
)
from nordic_ai.site.markup import DataTable, visit_data_table
from nordic_ai.site.roles import VARIANTS, EvidenceLink, EvidenceRole, SourceRole

REGISTER = "register"
SOURCES = "sources"
FIGURES = "figures"
RUNTIME = "_static/vega.js"

_HERE = Path(__file__).parent


class CardStore(nodes.General, nodes.Element):
    """The cards of a page, at its end; `cards` maps their names to their records."""


def fingerprint(root: Path) -> str:
    """Sum up everything that pages are made from besides their own text: data, library, versions.

    Parameters
    ----------
    root
        The project's root.

    Returns
    -------
    str
        A SHA-256 digest that changes whenever one of these files does.
    """
    library = _HERE.parent
    files = [root / "requirements.txt", *(root / "data").rglob("*"), *library.rglob("*")]
    digest = hashlib.sha256()
    for file in sorted(f for f in files if f.is_file() and "__pycache__" not in f.parts):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _configure(app: Sphinx, config: Config) -> None:
    # Sphinx reads every page again when this setting differs from that of the last build.
    config.nordic_fingerprint = fingerprint(Path(app.srcdir))
    config.html_static_path.append(str(_HERE / "static"))
    config.templates_path.append(str(_HERE / "templates"))


def _darken(app: Sphinx) -> None:
    """Choose the colours of code on dark pages.

    The theme registers this setting only when it is loaded, too late for _config.yml, and reads it right after.
    """
    app.config.pygments_dark_style = "a11y-high-contrast-dark"


def _load(app: Sphinx) -> None:
    """Read the evidence before any page, and end the build with plain sentences where it is broken."""
    try:
        app.nordic_evidence = load_evidence(Path(app.srcdir))
    except EvidenceError as error:
        raise ExtensionError(f"the evidence does not hold:\n{error}") from None
    app.nordic_observations = list_observations(app.nordic_evidence)
    app.nordic_findings = audit(app.nordic_evidence)


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


def _rewrite_register(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Write the register again whenever anything changed: it lists who uses each record."""
    return [REGISTER] if REGISTER in env.found_docs else []


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
        "figures": up + FIGURES,
        "runtime": up + RUNTIME,
    }
    translator.body.append(figure_html(node["payload"], addresses, _citation(builder.app, node["payload"])))
    raise nodes.SkipNode


def _citation(app: Sphinx, payload: dict[str, Any]) -> str:
    return figure_citation(payload, app.config.html_title, app.config.copyright)


def _pass(translator: Any, node: nodes.Node) -> None:
    """Let other builders write the text of a link as it is."""


def _skip(translator: Any, node: nodes.Node) -> None:
    raise nodes.SkipNode


def _export(app: Sphinx, exception: Exception | None) -> None:
    """Put beside the pages what readers take away: the data, the figures, the runtime of interactive figures."""
    if exception is not None or app.builder.format != "html":
        return
    site = Path(app.outdir)
    write_datapackage(app.nordic_evidence, site / "data")
    folder = site / FIGURES
    folder.mkdir(exist_ok=True)
    for figures in getattr(app.env, "nordic_figures", {}).values():
        for payload in figures.values():
            for name, content in figure_files(payload, _citation(app, payload)).items():
                (folder / name).write_bytes(content)
    # In a function of its own: its top-level names meet those of Sphinx's scripts.
    (site / RUNTIME).write_text(f"(() => {{{vl_convert.javascript_bundle()}}})();\n", encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register everything with Sphinx."""
    app.connect("config-inited", _configure)
    app.connect("builder-inited", _darken, priority=100)
    app.connect("builder-inited", _load)
    app.connect("env-purge-doc", _purge)
    app.connect("env-merge-info", _merge)
    app.connect("env-updated", _rewrite_register)
    app.connect("doctree-resolved", _resolve)
    app.connect("html-page-context", _level_headings, priority=900)  # after the theme
    app.connect("build-finished", _export)
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
    others = ("text", "latex", "man", "texinfo")
    app.add_node(EvidenceLink, html=(_visit_link, _depart_link), **{name: (_pass, _pass) for name in others})
    # In the navigation a number is text: a link there would stand inside a link.
    SphinxContentsFilter.visit_EvidenceLink = SphinxContentsFilter.ignore_node_but_process_children
    app.add_node(UsesPlaceholder)
    app.add_node(DataTable, html=(visit_data_table, None), **{name: (_skip, None) for name in others})
    app.add_node(AuditItem, html=(visit_audit_item, depart_audit_item), **{name: (_pass, _pass) for name in others})
    app.add_node(AuditFilter, html=(visit_audit_filter, None), **{name: (_skip, None) for name in others})
    app.add_node(FigureNode, html=(_visit_figure, None), **{name: (_skip, None) for name in others})
    app.add_node(CardStore, html=(_visit_cards, None), **{name: (_skip, None) for name in others})
    app.add_css_file("report.css")
    app.add_js_file("report.js", loading_method="defer")
    return {"version": "2", "parallel_read_safe": True, "parallel_write_safe": True, "env_version": 2}
