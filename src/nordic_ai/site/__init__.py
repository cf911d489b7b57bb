"""The Sphinx extension that turns evidence into pages."""

import atexit
import gc
from collections.abc import Callable
from typing import Any

from myst_nb.sphinx_ import HideCodeCellNode, depart_HideCellInput
from sphinx.application import Sphinx

from nordic_ai.site import metadata, nodes, theme
from nordic_ai.site.background import Background, other_processes
from nordic_ai.site.chapter_outputs import ChapterOutputs
from nordic_ai.site.domain import ReportDomain, forget_pages
from nordic_ai.site.pages import DIRECTIVES
from nordic_ai.site.publication import Publication
from nordic_ai.site.publication_pages import divide_pages, write_part
from nordic_ai.site.roles import ROLES, TERM, note_language
from nordic_ai.site.search_index import SearchIndex
from nordic_ai.site.telling import in_sentences
from nordic_ai.site.views import WriteParts


def setup(app: Sphinx) -> dict[str, Any]:
    """Register everything with Sphinx."""
    _collect_garbage_seldom()
    processes = other_processes()
    publication, outputs, background = Publication(app), ChapterOutputs(processes), Background(processes)
    index = SearchIndex()

    # Jupyter Book sets this for an extension that the report leaves out; unknown settings fail a strict build.
    app.add_config_value("comments_config", {}, "")
    app.add_css_file("report.css")
    app.add_css_file("print.css", media="print")
    app.add_js_file("report.js", loading_method="defer")

    app.add_domain(ReportDomain)
    for name, role in ROLES.items():
        app.add_role(name, role)
    # Sphinx has a role of this name, and tries it first.
    app.add_role_to_domain("std", "term", TERM, override=True)
    for name, directive in DIRECTIVES.items():
        app.add_directive(name, directive)

    app.add_node(nodes.RecordLink, html=(nodes.visit_record_link, nodes.depart_record_link))
    app.add_node(nodes.Part, html=(nodes.visit_part, None))
    app.add_node(HideCodeCellNode, override=True, html=(nodes.visit_folded_code, depart_HideCellInput))
    app.add_html_math_renderer("none", (nodes.visit_formula, None), (nodes.visit_formula, None))
    app.add_post_transform(WriteParts)

    def connect(event: str, handler: Callable[..., Any], priority: int = 500) -> None:
        app.connect(event, in_sentences(handler), priority)

    connect("config-inited", publication.begin, priority=100)  # it chooses the folder of the build
    connect("config-inited", theme.configure)
    connect("config-inited", metadata.configure)
    connect("config-inited", outputs.choose_cache)
    connect("builder-inited", publication.exempt_other_builders, priority=100)
    connect("builder-inited", divide_pages)
    connect("builder-inited", index.begin)
    connect("builder-inited", theme.keep_templates)
    connect("builder-inited", background.begin_loading)
    connect("env-get-outdated", publication.edited_pages)
    connect("env-before-read-docs", publication.note_what_is_shown)
    connect("env-before-read-docs", forget_pages)
    connect("env-before-read-docs", outputs.begin)
    connect("env-before-read-docs", background.finish_loading)
    connect("env-before-read-docs", theme.write_in_parallel)
    connect("source-read", outputs.finish)
    connect("source-read", write_part)
    connect("source-read", note_language)
    connect("doctree-read", theme.name_theme, priority=400)  # before Sphinx takes the title
    connect("doctree-read", background.begin_drawing)
    connect("env-updated", publication.pages_to_rewrite)
    connect("doctree-resolved", theme.keep_ids_once)
    connect("doctree-resolved", index.note)
    connect("doctree-resolved", theme.put_code_last)
    connect("html-page-context", metadata.describe_page)
    connect("html-page-context", theme.speak)
    connect("html-page-context", theme.leave_out_navigation, priority=100)  # before the theme
    connect("html-page-context", theme.add_navigation, priority=900)  # after the theme
    connect("html-page-context", theme.choose_files, priority=900)
    connect("html-collect-pages", metadata.not_found_page)
    connect("html-collect-pages", index.search_page)
    connect("build-finished", background.finish)
    connect("build-finished", metadata.write_files)
    connect("build-finished", index.write)
    connect("build-finished", publication.end, priority=900)  # after everything that may still fail

    # Reading waits for chapters that a thread of this process runs, so it stays in this process.
    return {"version": "3", "parallel_read_safe": False, "parallel_write_safe": True, "env_version": 3}


def _collect_garbage_seldom() -> None:
    """Save a tenth of a build: Python would look for garbage again and again among the nodes of large pages."""
    gc.set_threshold(100_000, 50, 100)
    gc.enable()
    atexit.register(gc.freeze)  # and once more for half a second at its end
