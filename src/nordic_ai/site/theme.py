"""Fit the theme to the report: its files and templates, what each page loads, how pages are written."""

import os
import re
from pathlib import Path
from typing import Any, get_args

from docutils import nodes
from jinja2 import FileSystemBytecodeCache
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment

from nordic_ai.evidence.values import Theme
from nordic_ai.site.views import templates

_HERE = Path(__file__).parent

# What pages would load without using: Sphinx's keyboard shortcuts and its highlighting of searched words, the theme's
# looks for extensions that the report does without, and MyST-NB's for all that a notebook can give beside figures.
_UNUSED_SCRIPTS = {"_static/documentation_options.js", "_static/doctools.js", "_static/sphinx_highlight.js"}
_UNUSED = re.compile(r"_static/(styles/furo-extensions|mystnb\.\w+)\.css")


def configure(app: Sphinx, config: Config) -> None:
    """Add our files and templates to the theme's, and choose the colours of code on dark pages."""
    # Relative, because Sphinx publishes a digest of its settings and the project may lie anywhere.
    config.html_static_path.append(os.path.relpath(_HERE / "static", app.confdir))
    config.templates_path.append(os.path.relpath(_HERE / "templates", app.confdir))
    # The theme is loaded after this; only then would Sphinx take its setting from _config.yml.
    config.pygments_dark_style = "a11y-high-contrast-dark"
    config.html_math_renderer = "none"


def keep_templates(app: Sphinx) -> None:
    """Keep the compiled templates from build to build; to compile them takes a tenth of a build of one page."""
    if app.builder.format == "html":
        folder = Path(app.doctreedir) / "templates"
        folder.mkdir(exist_ok=True)
        cache = FileSystemBytecodeCache(str(folder))
        app.builder.templates.environment.bytecode_cache = templates().bytecode_cache = cache


def write_in_parallel(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Write pages with all processors, for which Jupyter Book has no option."""

    def use_all_processors(app: Sphinx, env: BuildEnvironment) -> None:
        # Twice as many parts as there are processors, so that some are written while others are prepared.
        app.parallel = 2 * (os.cpu_count() or 1)

    if len(docnames) > 2:  # for fewer, another process costs more than it saves
        app.connect("env-updated", use_all_processors)  # not now, because pages cannot be read in parallel


def keep_ids_once(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Take from the boxes that the theme puts around tables the ids that it copies from them."""
    for box in doctree.findall(nodes.container):
        if "table-wrapper" in box["classes"] or "math-wrapper" in box["classes"]:
            box["ids"] = []


def name_theme(app: Sphinx, doctree: nodes.document) -> None:
    """Begin the title of a theme's chapter with the theme, wherever the title stands: it is what readers look for."""
    theme = app.env.docname.removeprefix("chapters/")
    title = doctree.next_node(nodes.title)
    if theme in get_args(Theme) and title and not title.astext().casefold().startswith(theme):
        title.insert(0, nodes.Text(f"{theme.capitalize()}: "))


def fold_contents(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document) -> None:
    """Show in the contents of the report the parts of a page there alone; on all pages they would outweigh the rest."""
    toctree = context["toctree"]
    context["toctree"] = lambda **options: toctree(**options | {"collapse": True})


def put_code_last(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Put the folded code of a cell after what it shows, so that nothing stands between a question and its chart."""
    for fold in list(doctree.findall(HideCodeCellNode)):
        cell = fold.parent
        cell.remove(fold)
        cell += fold


def choose_files(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document) -> None:
    """Load the scripts and style sheets that the parts of a page need, and none that it does not use."""
    for node in doctree.findall(nodes.Element) if doctree else ():
        for name in node.get("files", ()):
            if name.endswith(".css"):
                app.add_css_file(name)
            else:
                app.add_js_file(name, loading_method="defer")
    context["css_files"] = [file for file in context["css_files"] if not _UNUSED.match(str(file.filename))]
    context["script_files"] = [file for file in context["script_files"] if file.filename not in _UNUSED_SCRIPTS]
