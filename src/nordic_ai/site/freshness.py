"""Keep a build from passing on what an earlier one left behind: half a build, a changed page, an old title."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from docutils import nodes
from filelock import FileLock, Timeout
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

from nordic_ai.notebooks.fingerprint import digest, joint_digest, value_digest
from nordic_ai.site.domain import report_domain

logger = logging.getLogger(__name__)


def begin(app: Sphinx, config: Config) -> None:
    """Wait for any other build in the same place, and start anew where the last one did not end well.

    Sphinx saves what it has read before it writes pages. After a build that was killed, ran out of disk or gave
    warnings, the next would find nothing to read, write nothing, and call that a success.
    """
    app.nordic_lock = FileLock(Path(app.outdir).parent / ".lock")
    try:
        app.nordic_lock.acquire(timeout=0)
    except Timeout:
        logger.info("another build of this book is running; waiting for it to end")
        app.nordic_lock.acquire()
    unfinished = _unfinished(app)
    if unfinished.exists():
        for left in (Path(app.doctreedir) / "environment.pickle", Path(app.outdir) / ".buildinfo"):
            left.unlink(missing_ok=True)
    unfinished.parent.mkdir(parents=True, exist_ok=True)
    unfinished.touch()


def changed_texts(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """List the pages that differ from what was read, in their text or in a file that they include.

    Sphinx looks at the files' times, which may go back.
    """
    known, parts = getattr(env, "nordic_texts", {}), getattr(env, "nordic_parts", {})
    env.nordic_texts = {page: digest([Path(env.doc2path(page))], Path(env.srcdir)) for page in env.found_docs}
    return [
        page
        for page, text in env.nordic_texts.items()
        if page in known and (known[page] != text or parts.get(page) != _digest_of_parts(env, page))
    ]


def note_parts(app: Sphinx, doctree: nodes.document) -> None:
    """Note what the files are that the page that was read just now includes."""
    if not hasattr(app.env, "nordic_parts"):
        app.env.nordic_parts = {}
    app.env.nordic_parts[app.env.docname] = _digest_of_parts(app.env, app.env.docname)


def _digest_of_parts(env: BuildEnvironment, page: str) -> str:
    files = (Path(env.srcdir, part) for part in sorted(env.dependencies.get(page, ())))
    return joint_digest(digest([file], file.parent) for file in files)


def pages_to_rewrite(env: BuildEnvironment, register: str) -> Iterable[str]:
    """List the pages that show what has changed on others: titles, links to headings, uses in the register."""
    slugs = {page: facts.get("myst_slugs", {}) for page, facts in env.metadata.items()}
    linked = {page: {name: slug[1:] for name, slug in found.items()} for page, found in slugs.items()}  # not its line
    labels = [env.domaindata["std"][kind] for kind in ("labels", "anonlabels")]
    names = {page: title.astext() for page, title in env.titles.items()}
    titles = value_digest(names, env.toctree_includes, linked, labels)
    figures = report_domain(env).figures
    shown = {
        page: [(name, f.title, [row.observation_id for row in f.rows]) for name, f in known.items()]
        for page, known in figures.items()
    }
    uses = value_digest(report_domain(env).uses, shown)
    before, env.nordic_shown = getattr(env, "nordic_shown", None), (titles, uses)
    if before is None or before[0] != titles:
        return env.found_docs
    return [register] if before[1] != uses and register in env.found_docs else []


def forget_words(app: Sphinx) -> Iterable[tuple[str, dict[str, Any], str]]:
    """Take words that no page has any more out of the index of the search, which Sphinx goes on from the last one."""
    indexer = app.builder.indexer
    for words in (indexer._mapping, indexer._title_mapping) if indexer else ():
        for word in [word for word, pages in words.items() if not pages]:
            del words[word]
    return ()  # pages, which this event asks for; it comes right before the index is written


def note_page(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Note a page that this build writes, those without a source included."""
    app.nordic_pages = getattr(app, "nordic_pages", set()) | {page}


def end(app: Sphinx, exception: Exception | None) -> None:
    """Take away pages and pictures that are no longer in the book, and note that the build ended well if it did."""
    if exception is None and not app._warncount:
        if app.builder.format == "html" and hasattr(app, "nordic_pages"):
            expected = {Path(app.builder.get_outfilename(page)) for page in app.nordic_pages | app.env.found_docs}
            for file in set(Path(app.outdir).rglob("*.html")) - expected:
                if "_static" not in file.parts:
                    file.unlink()
            shown = {name for _, name in app.env.images.values()}
            for file in (Path(app.outdir) / "_images").glob("*"):
                if file.name not in shown:
                    file.unlink()
        _unfinished(app).unlink(missing_ok=True)
    app.nordic_lock.release()


def _unfinished(app: Sphinx) -> Path:
    return Path(app.doctreedir) / "unfinished"
