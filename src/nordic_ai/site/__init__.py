"""The Sphinx extension that turns evidence into pages: roles, directives, figures and the exported data."""

from __future__ import annotations

import atexit
import gc
import os
import re
from importlib.metadata import version
from pathlib import Path
from typing import Any

from docutils import nodes as docutils_nodes
from jinja2 import FileSystemBytecodeCache
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

from nordic_ai.evidence.citation import bibtex
from nordic_ai.evidence.errors import EvidenceError
from nordic_ai.notebooks.fingerprint import code_fingerprint, output_fingerprints, page_fingerprint
from nordic_ai.site import downloads, freshness, metadata, outputs
from nordic_ai.site.audit_page import Audit, AuditItem
from nordic_ai.site.chapter_evidence import ChapterEvidence, EvidencePlaceholder, QuestionWording, evidence_used
from nordic_ai.site.citation_page import CitationDirective, Contact
from nordic_ai.site.comparability_page import (
    Comparability,
    ComparabilityGrades,
    ComparabilityMarks,
    Fold,
    ReadWithCare,
    depart_fold,
    visit_fold,
)
from nordic_ai.site.corrections_page import Corrections, Withdrawn
from nordic_ai.site.country_page import CountryPage
from nordic_ai.site.data_page import DataDictionary, DataFiles
from nordic_ai.site.domain import ReportDomain, report_domain
from nordic_ai.site.elements import item, line, visit_finished_block
from nordic_ai.site.explorer import EvidenceExplorer
from nordic_ai.site.figure_renderer import FigureNode, figure_anchor, figure_html
from nordic_ai.site.finish import finish_page
from nordic_ai.site.front_page import EvidenceMap, ReportFacts
from nordic_ai.site.generated import (
    ChapterComparison,
    Contradictions,
    EvidenceList,
    EvidenceRegister,
    RecordBlock,
    SourceList,
    UsesPlaceholder,
)
from nordic_ai.site.glossary_page import Glossary
from nordic_ai.site.markup import HtmlBlock, depart_folded_code, visit_folded_code, visit_html_block
from nordic_ai.site.nodes import (
    Cards,
    Part,
    RecordLink,
    depart_record_link,
    pass_node,
    skip_node,
    visit_cards,
    visit_record_link,
)
from nordic_ai.site.roles import VARIANTS, EvidenceRole, SourceRole, TermRole, UnreadRole
from nordic_ai.site.views import WriteParts
from nordic_ai.site.workshop import Workshop, complete_report, read

REGISTER = "evidence/register"
SOURCES = "evidence/sources"
COMPARABILITY = "evidence/comparability"
METHODS = "about/methods"

_HERE = Path(__file__).parent
_FEW_PAGES = 2  # for these another process costs more than it spares


def _configure(app: Sphinx, config: Config) -> None:
    # Sphinx reads every page again when this setting differs from that of the last build.
    app.nordic_fingerprints = output_fingerprints(Path(app.srcdir))
    config.nordic_fingerprint = page_fingerprint(Path(app.srcdir), app.nordic_fingerprints)
    # Relative, because Sphinx publishes a digest of its settings and the project may lie anywhere.
    config.html_static_path.append(os.path.relpath(_HERE / "static", app.confdir))
    config.templates_path.append(os.path.relpath(_HERE / "templates", app.confdir))


def _darken(app: Sphinx) -> None:
    """Choose the colours of code on dark pages.

    The theme registers this setting only when it is loaded, too late for _config.yml, and reads it right after.
    """
    app.config.pygments_dark_style = "a11y-high-contrast-dark"


def _keep_templates(app: Sphinx) -> None:
    """Keep the compiled templates from build to build; to compile them takes longer than to write a page."""
    if app.builder.format == "html":
        folder = Path(app.outdir).parent / ".templates"
        folder.mkdir(exist_ok=True)
        names = f"%s-{version('jinja2')}"  # what one version compiled may mean something else to another
        app.builder.templates.environment.bytecode_cache = FileSystemBytecodeCache(str(folder), names)


def _read(app: Sphinx, config: Config) -> None:
    """Read the evidence before any page, and end the build with plain sentences where it is broken."""
    made_from = (str(app.srcdir), config.nordic_fingerprint)
    # Beside the site, so that a build that begins anew still finds what was made.
    workshop = Workshop(Path(app.outdir).parent / ".made", code_fingerprint(app.nordic_fingerprints))
    app.nordic_workshop, app.nordic_drawings = workshop, {}
    first, app.nordic_report_name, app.nordic_package, _ = (
        workshop.begin(make, *made_from) for make in (read, complete_report, downloads.package, downloads.start_drawing)
    )
    try:
        app.nordic_read = workshop.result(first)
    except EvidenceError as error:
        workshop.close(complete=False)  # what else was begun is of no use
        raise ExtensionError(f"the evidence does not hold:\n{error}") from None


def _lay_out(app: Sphinx, env: BuildEnvironment, pages: list[str]) -> None:
    """Take what follows from the evidence from the workshop."""
    app.nordic_pages_read = len(pages)
    domain = report_domain(env)
    for page in pages:  # Sphinx forgets a page only when its turn comes; a figure may have moved to one before it
        domain.clear_doc(page)
    domain.report = app.nordic_workshop.result(app.nordic_report_name)
    domain.glossary, domain.citation = app.nordic_read


def _write_side_by_side(app: Sphinx, env: BuildEnvironment) -> None:
    """Write many pages with all processors."""
    if app.nordic_pages_read > _FEW_PAGES:
        # Twice as many parts as there are processors, so that some are written while others are prepared.
        app.parallel = 2 * (os.cpu_count() or 1)


def _resolve(app: Sphinx, doctree: docutils_nodes.document, docname: str) -> None:
    """Complete a page with what is known only now: the records that it uses and, in the register, the uses."""
    for placeholder in list(doctree.findall(EvidencePlaceholder)):
        pages = [app.builder.get_relative_uri(docname, page) for page in (REGISTER, SOURCES)]
        domain = report_domain(app.env)
        placeholder.replace_self(evidence_used(domain.records_on(docname), domain.report, *pages))
    placeholders = [
        found for block in doctree.findall(RecordBlock) for found in block["content"].findall(UsesPlaceholder)
    ]
    if placeholders:
        uses = _uses(app, docname)
        for placeholder in placeholders:
            placeholder.replace_self(_use_links(uses.get(placeholder["record_id"], {})))


def _level_headings(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Give the captions of the navigation the level that their role needs."""
    tree = context.get("furo_navigation_tree")
    if tree:
        context["furo_navigation_tree"] = tree.replace('role="heading"', 'role="heading" aria-level="2"')


# What pages would load without using: Sphinx's keyboard shortcuts and its highlighting of searched words, the theme's
# looks for extensions that the report does without, and MyST-NB's for all that a notebook can give beside figures.
_SEARCH_ONLY = {"_static/documentation_options.js", "_static/doctools.js", "_static/sphinx_highlight.js"}
_UNUSED = re.compile(r"_static/(styles/furo-extensions|mystnb\.\w+)\.css")


def _lighten(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Leave out the scripts and style sheets that a page does not use."""
    context["css_files"] = [file for file in context["css_files"] if not _UNUSED.match(str(file.filename))]
    if page != "search":
        context["script_files"] = [file for file in context["script_files"] if file.filename not in _SEARCH_ONLY]


def _uses(app: Sphinx, register: str) -> dict[str, dict[str, str]]:
    """List for every record the pages and figures that use it: address and name."""
    uses: dict[str, dict[str, str]] = {}
    for page, names in report_domain(app.env).uses.items():
        address = app.builder.get_relative_uri(register, page)
        for name in names:
            uses.setdefault(name, {})[address] = app.env.titles[page].astext()
    for page, figures in report_domain(app.env).figures.items():
        for figure in figures.values():
            address = f"{app.builder.get_relative_uri(register, page)}#{figure_anchor(figure)}"
            for row in figure.rows:
                uses.setdefault(row.observation_id, {})[address] = f"Figure: {figure.title}"
    return uses


def _use_links(pages: dict[str, str]) -> docutils_nodes.Element:
    if not pages:
        return docutils_nodes.paragraph("", "No page yet")
    items = [
        item(line(docutils_nodes.reference("", title, refuri=address, internal=True)))
        for address, title in sorted(pages.items())
    ]
    return docutils_nodes.bullet_list("", *items)


def _visit_figure(translator: Any, node: FigureNode) -> None:
    builder = translator.builder
    page = builder.current_docname
    up = "../" * page.count("/")
    addresses = {
        n.rpartition("/")[2]: builder.get_relative_uri(page, n) for n in (REGISTER, SOURCES, COMPARABILITY, METHODS)
    }
    addresses |= {"figures": up + downloads.FIGURES, "runtime": f"{up}_static/vendor/vega.js"}
    figure = node["figure"]
    cited = downloads.citation(builder.app, figure)
    entry = bibtex(downloads.cite_figure(builder.app, figure))
    translator.body.append(figure_html(figure, addresses, cited, entry))
    raise docutils_nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    """Register everything with Sphinx."""
    # Collecting garbage again and again among the nodes of large pages costs a tenth of a build.
    gc.set_threshold(100_000, 50, 100)
    gc.enable()
    # At its end Python would look for garbage among them once more, for half a second.
    atexit.register(gc.freeze)
    app.connect("config-inited", freshness.begin)
    app.connect("config-inited", _configure)
    app.connect("config-inited", _read)
    app.connect("config-inited", outputs.begin_outputs)
    app.connect("config-inited", metadata.configure)
    app.connect("builder-inited", _darken, priority=100)
    app.connect("builder-inited", _keep_templates)
    app.connect("env-get-outdated", freshness.changed_texts)
    app.connect("env-before-read-docs", outputs.chapters_last)
    app.connect("env-before-read-docs", _lay_out)
    app.connect("doctree-read", freshness.note_parts)
    app.connect("doctree-read", downloads.begin_figures)
    app.connect("source-read", lambda app, page, source: outputs.finish_outputs(app, page))
    app.connect("env-updated", lambda app, env: outputs.finish_outputs(app))
    app.connect("env-updated", lambda app, env: freshness.pages_to_rewrite(env, REGISTER))
    app.connect("env-updated", _write_side_by_side)
    app.connect("env-updated", downloads.begin_downloads)
    app.connect("doctree-resolved", _resolve)
    app.connect("html-page-context", _level_headings, priority=900)  # after the theme
    app.connect("html-page-context", freshness.note_page)
    app.connect("html-page-context", finish_page)
    app.connect("html-page-context", _lighten, priority=900)
    app.connect("html-page-context", metadata.describe_page)
    app.connect("html-collect-pages", metadata.not_found_page)
    app.connect("html-collect-pages", freshness.forget_words)
    app.connect("build-finished", downloads.write_downloads)
    app.connect("build-finished", metadata.write_files)
    app.connect("build-finished", freshness.end, priority=900)  # after everything that may still fail
    app.add_config_value("nordic_fingerprint", "", "env")
    # Jupyter Book sets this for an extension that the report leaves out; unknown settings fail a strict build.
    app.add_config_value("comments_config", {}, "")
    for name in VARIANTS:
        app.add_role(name, EvidenceRole())
    app.add_role("ev-source", SourceRole())
    app.add_role("unread", UnreadRole())
    app.add_role_to_domain(
        "std", "term", TermRole(), override=True
    )  # Sphinx has a role of this name, and tries it first
    app.add_directive("glossary-list", Glossary)
    app.add_directive("country", CountryPage)
    app.add_directive("citation", CitationDirective)
    app.add_directive("contact", Contact)
    app.add_directive("source-list", SourceList)
    app.add_directive("corrections", Corrections)
    app.add_directive("withdrawn-records", Withdrawn)
    app.add_directive("evidence-register", EvidenceRegister)
    app.add_directive("evidence-explorer", EvidenceExplorer)
    app.add_directive("data-files", DataFiles)
    app.add_directive("data-dictionary", DataDictionary)
    app.add_directive("audit", Audit)
    app.add_directive("chapter-comparison", ChapterComparison)
    app.add_directive("evidence-list", EvidenceList)
    app.add_directive("evidence-map", EvidenceMap)
    app.add_directive("report-facts", ReportFacts)
    app.add_directive("comparability", Comparability)
    app.add_directive("comparability-grades", ComparabilityGrades)
    app.add_directive("comparability-marks", ComparabilityMarks)
    app.add_directive("contradictions", Contradictions)
    app.add_directive("read-with-care", ReadWithCare)
    app.add_directive("question-wording", QuestionWording)
    app.add_directive("chapter-evidence", ChapterEvidence)
    others = ("text", "latex", "man", "texinfo")
    app.add_domain(ReportDomain)
    app.add_post_transform(WriteParts)
    app.add_node(
        RecordLink, html=(visit_record_link, depart_record_link), **{n: (pass_node, pass_node) for n in others}
    )
    app.add_node(Cards, html=(visit_cards, None), **{name: (skip_node, None) for name in others})
    app.add_node(Part, **{name: (skip_node, None) for name in ("html", *others)})
    app.add_node(RecordBlock, html=(visit_finished_block, None), **{name: (pass_node, pass_node) for name in others})
    app.add_node(UsesPlaceholder)
    app.add_node(EvidencePlaceholder)
    app.add_node(HtmlBlock, html=(visit_html_block, None), **{name: (skip_node, None) for name in others})
    app.add_node(Fold, html=(visit_fold, depart_fold), **{name: (pass_node, pass_node) for name in others})
    app.add_node(AuditItem, html=(visit_finished_block, None), **{name: (pass_node, pass_node) for name in others})
    app.add_node(FigureNode, html=(_visit_figure, None), **{name: (skip_node, None) for name in others})
    app.add_node(HideCodeCellNode, override=True, html=(visit_folded_code, depart_folded_code))
    app.add_css_file("report.css")
    app.add_js_file("report.js", loading_method="defer")
    # Reading waits for chapters that a thread of this process runs, so it stays in this process.
    return {"version": "2", "parallel_read_safe": False, "parallel_write_safe": True, "env_version": 2}
