"""Finish the HTML of a page: have it load what only some pages need, and keep its words apart for the site's search."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

# Files by what tells, in the HTML of a page, that it needs them.
_SCRIPTS = {' data-filter="': "filter.js", '<table class="sortable': "vendor/sortable.min.js"}
_STYLES = {'<table class="sortable': "explorer.css"}
_ENDS = re.compile(r"(</(?:td|th|dt|dd|p|li|option|label|summary|h\d)>|<br ?/?>)(?=\S)")


def finish_page(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Add the files that a page needs, and white space where its words would run together in the search's excerpts."""
    body = context.get("body")
    if not body:  # the page of the search, which Sphinx writes by itself
        return
    for mark, file in _STYLES.items():
        if mark in body:
            app.add_css_file(file)
    for mark, file in _SCRIPTS.items():
        if mark in body:
            app.add_js_file(file, loading_method="defer")
    # The search takes a page's text without its tags; a browser sets nothing for a line break between blocks.
    context["body"] = _ENDS.sub(r"\1" + "\n", body)
