"""Fit the theme to the report: its files and templates, what each page loads, how pages are written."""

import os
import posixpath
import re
from functools import cache
from pathlib import Path
from typing import Any, get_args
from urllib.parse import quote, urljoin
from xml.etree import ElementTree

from docutils import nodes
from furo.navigation import get_navigation_tree
from jinja2 import FileSystemBytecodeCache
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.environment.adapters.toctree import global_toctree_for_doc
from sphinx.errors import ExtensionError
from sphinx.util.osutil import relative_uri

from nordic_ai.evidence.languages import ENGLISH, gettext, gettext_noop, locale, speaking
from nordic_ai.evidence.values import Theme
from nordic_ai.site.views import language_of, templates

READ = "read_by_native_speaker"
"""What the front matter of a page in another language says of it, yes or no."""

WORDS = (
    gettext_noop("Search"),
    gettext_noop("Link to this heading"),
    gettext_noop("Back to top"),
    gettext_noop("On this page"),
    gettext_noop("Made with"),
    gettext_noop("Copyright &#169; %(copyright)s"),
)
"""What the theme itself says on pages in other languages."""

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


def put_code_last(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Put the folded code of a cell after what it shows, so that nothing stands between a question and its chart."""
    for fold in list(doctree.findall(HideCodeCellNode)):
        cell = fold.parent
        cell.remove(fold)
        cell += fold


def leave_out_navigation(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Keep the theme from making the navigation anew for each page, as long as the book may be."""
    context.pop("toctree", None)


def add_navigation(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document) -> None:
    """Give each page the navigation of the book, with the page's own place in it marked and open."""
    tree, own = ElementTree.fromstring(_navigation(app.builder)), app.builder.get_target_uri(page)
    _mark(tree, own)
    for item in tree.iter("li"):  # parts of pages, which would outweigh the rest, are listed there alone
        if "current" not in item.get("class", "").split():
            item[:] = item.findall("a")
    for link in tree.iter("a"):
        if language := _in_other_languages(app.builder).get(link.get("href")):
            link.set("lang", language)
        if "internal" in link.get("class", ""):
            link.set("href", relative_uri(own, link.get("href")) or "#")
    context["furo_navigation_tree"] = "".join(ElementTree.tostring(part, "unicode", method="html") for part in tree)


@cache
def _navigation(builder: StandaloneHTMLBuilder) -> str:
    settings = {"titles_only": True, "maxdepth": -1, "includehidden": True}
    contents = global_toctree_for_doc(builder.env, "", builder, **settings)
    return f"<nav>{get_navigation_tree(builder.render_partial(contents)['fragment'])}</nav>"


@cache
def _in_other_languages(builder: StandaloneHTMLBuilder) -> dict[str, str]:
    """Give the languages of the pages that are not in English, by their addresses."""
    found = {builder.get_target_uri(name): language_of(builder.env, name) for name in builder.env.found_docs}
    return {address: language for address, language in found.items() if language != ENGLISH}


def _mark(part: ElementTree.Element, own: str) -> bool:
    """Mark a page's own entry in the navigation, and all that it lies in, as the theme does."""
    below = [child for child in part if _mark(child, own)]
    if not below and part.get("href") != own:
        return False
    here = ["current-page"] if part.tag == "li" and below[0].tag == "a" else []
    part.set("class", " ".join([*part.get("class", "").split(), "current", *here]))
    for box in part.findall("input"):
        box.set("checked", "")
    return True


def speak(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document) -> None:
    """Have the theme speak the language of a page, and name the pages that say the same in other languages."""
    language = language_of(app.env, page)
    context["translated"], context["locale"] = language != ENGLISH, str(locale(language))
    context["alternates"] = _alternates(app, page)
    if language == ENGLISH:
        return

    def say(message: str) -> str:
        words = message.strip()  # of a block of the theme, which has spaces around them
        with speaking(language):
            return message if words.startswith("<") else message.replace(words, gettext(words))

    # What Sphinx has written already.
    heading = "Link to this heading"
    context["body"] = (context.get("body") or "").replace(f'title="{heading}"', f'title="{say(heading)}"')
    context |= {"language": language, "gettext": say, "next": None, "prev": None}
    context["read_by_native_speaker"] = str(app.env.metadata[page].get(READ)).casefold() in ("true", "yes")


def _alternates(app: Sphinx, page: str) -> list[dict[str, Any]]:
    """List a page and those that say the same in other languages, the English one first; nothing if it is alone.

    Raises `ExtensionError` if two pages say the same in one language.
    """
    pages = {ENGLISH: _original(app, page)}
    for name in sorted(app.env.found_docs):
        language = language_of(app.env, name)
        if language != ENGLISH and _original(app, name) == pages[ENGLISH] and pages.setdefault(language, name) != name:
            file = app.env.doc2path(name)
            raise ExtensionError(
                f"{file}: both it and {pages[language]} stand beside `{pages[ENGLISH]}` in the language `{language}`; "
                "keep one, or put the other into a folder with its English page, en.md"
            )
    base, uri = app.config.html_baseurl, app.builder.get_target_uri
    return [
        {
            "language": language,
            "name": locale(language).language_name.capitalize(),
            "link": (link := relative_uri(uri(page), uri(name)) or uri(name).rpartition("/")[2]),
            "address": urljoin(base, quote(uri(name))) if base else link,
            "current": name == page,
        }
        for language, name in pages.items()
        if len(pages) > 1
    ]


def _original(app: Sphinx, page: str) -> str:
    """Name the English page that a page stands beside: `en` in its folder, else the front page."""
    if language_of(app.env, page) == ENGLISH:
        return page
    beside = posixpath.join(posixpath.dirname(page), ENGLISH)
    return beside if beside in app.env.found_docs else app.config.root_doc


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
