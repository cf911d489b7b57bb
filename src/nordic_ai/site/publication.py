"""Build in a folder of its own and publish only a complete site, whichever command builds.

A build goes on from the last one only if that ended well and nothing but the text of pages has changed since. Any other
change begins anew, because Sphinx deletes no stale files and does not know what our pages are made from.
"""

import json
import os
import shutil
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util.logging import getLogger

from nordic_ai.evidence.contents import pages_of_the_book, read_settings
from nordic_ai.evidence.errors import Problem
from nordic_ai.files import write_whole
from nordic_ai.fingerprint import (
    PRINTED,
    contents,
    file_of_last_build,
    last_build,
    marks_of_site,
    printed_editions,
    site_fingerprints,
)
from nordic_ai.site.domain import report_domain
from nordic_ai.site.promises import Fault, faults_of
from nordic_ai.site.telling import Warnings, sentence, tell

logger = getLogger(__name__)


class Publication:
    """Where a build works, what it keeps from the last one, and how its site takes the place of the published one."""

    def __init__(self, app: Sphinx) -> None:
        self._warnings = Warnings(app)

    def begin(self, app: Sphinx, config: Config) -> None:
        """Wait for other builds, move this one to its work folder, and empty that unless it can go on from there."""
        self._root, self._published = Path(app.srcdir), app.outdir
        read_settings(self._root)  # which refuses what the check refuses
        pages_of_the_book(self._root)
        self._state = file_of_last_build(app.outdir)
        self._state.parent.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(self._published.with_name(".lock"))
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            logger.info("another build of this book is running; waiting for it to end")
            self._lock.acquire()
        self._put_back()
        app.outdir, app.doctreedir = self._state.with_name("site"), self._state.with_name("doctrees")
        config.exclude_patterns.append("**/.work")  # its notebooks are no pages, wherever the site is built
        self._made_from = site_fingerprints(self._root, config.nitpicky)
        last = last_build(self._published)
        self._state.unlink(missing_ok=True)  # a build that is killed leaves nothing to go on from
        before, pages, included = last.get("made_from", {}), last.get("pages", []), last.get("included", {})
        self._edited = {name for name, now in self._made_from.items() if before.get(name) != now}
        self._built, self._was_published = last.get("built", {}), last.get("published", {})
        same = before.keys() == self._made_from.keys() and included == self._contents(included)
        if not same or not self._edited <= set(pages):
            self._built = {}
            for folder in (app.outdir, app.doctreedir):
                shutil.rmtree(folder, ignore_errors=True)
        Path(app.outdir).mkdir(exist_ok=True)

    def exempt_other_builders(self, app: Sphinx) -> None:
        """Let builders for other formats write where they were told to."""
        if app.builder.format != "html":
            app.outdir = app.builder.outdir = self._published

    def edited_pages(self, app: Sphinx, env: BuildEnvironment, *_: set[str]) -> list[str]:
        """List the pages whose text has changed; Sphinx looks at the times of files, which may go back."""
        return [page for name in self._edited if (page := env.path2doc(str(self._root / name)))]

    def note_what_is_shown(self, app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
        """Note what the pages showed of each other before any is read again."""
        self._shown = _shown_elsewhere(env)

    def pages_to_rewrite(self, app: Sphinx, env: BuildEnvironment) -> Collection[str]:
        """List all pages if what they show of each other has changed."""
        return [] if _shown_elsewhere(env) == self._shown else env.found_docs

    def end(self, app: Sphinx, exception: Exception | None) -> None:
        """Publish the site if the build succeeded, and let other builds begin."""
        try:
            if exception is not None:
                tell(sentence(exception))
            elif app.builder.format == "html":
                self._finish(app)
        except (OSError, shutil.Error) as error:
            reason = error.args[0][0][2] if isinstance(error, shutil.Error) else error
            raise ExtensionError(f"the site cannot be published: {reason}") from None
        finally:
            self._lock.release()

    def _finish(self, app: Sphinx) -> None:
        env, now = app.env, site_fingerprints(self._root, app.config.nitpicky)
        pages = {Path(env.doc2path(page)).relative_to(self._root).as_posix() for page in env.found_docs}
        if any(now.get(name) != self._made_from.get(name) for name in {*now, *self._made_from} - pages):
            raise ExtensionError("data, code or settings changed while the site was built; build again")
        _remove_stale_parts(app)
        (Path(app.outdir) / ".nojekyll").touch()  # GitHub Pages would leave out folders like `_static`
        self._add_editions(Path(app.outdir))
        built = marks_of_site(Path(app.outdir))
        written = {name for name in built if built[name] != self._built.get(name)}
        self._keep_promises(app, written)
        if self._warnings.given and (app.keep_going or app.warningiserror):
            return
        self._publish(Path(app.outdir), written)
        app.outdir = self._published  # which Sphinx names at its end
        if not self._warnings.given:
            names = {self._root / name for page in env.dependencies for name in env.dependencies[page]}
            included = {os.path.relpath(file, self._root) for file in names if self._state.parent not in file.parents}
            # Among what pages include may be files that count for nothing else, such as hidden ones.
            others = self._contents(included - self._made_from.keys())
            recordings = {Path(page).with_suffix(".ipynb").as_posix() for page in pages}
            last = {"made_from": self._made_from, "pages": sorted(pages - included | recordings)}
            marks = {"built": built, "published": marks_of_site(self._published)}
            write_whole(self._state, json.dumps(last | marks | {"included": others}))

    def _add_editions(self, site: Path) -> None:
        """Put the editions for print beside the pages; when there are others, the site is made anew."""
        for edition in printed_editions(self._root):
            target = site / PRINTED.name / edition["file"]
            if not target.exists():
                target.parent.mkdir(exist_ok=True)
                shutil.copy2(self._root / PRINTED / edition["file"], target)

    def _contents(self, names: Iterable[str]) -> dict[str, str]:
        return contents((self._root / name for name in names), self._root)

    def _keep_promises(self, app: Sphinx, written: set[str]) -> None:
        """Refuse to publish a site in which something that was written breaks a promise."""
        problems = []
        for name in sorted(written):
            if name.endswith(".html") and not name.startswith("_static/"):
                page = Path(app.outdir, name)
                faults = faults_of(page.read_text(encoding="utf-8"), app.config.html_baseurl)
                source = Path(app.env.doc2path(name.removesuffix(".html")))
                problems += [_place(page, source, fault) for fault in faults]
        if problems:
            raise ExtensionError("\n".join(map(str, problems)))

    def _publish(self, site: Path, written: set[str]) -> None:
        """Put a copy of the site in the place of the published one, which is never half a site.

        What nobody has touched goes over from the published site itself; no build writes into that.
        """
        new, old = (self._published.with_name(f".{self._published.name}.{kind}") for kind in ("new", "old"))
        for left in (new, old):
            shutil.rmtree(left, ignore_errors=True)
        now = marks_of_site(self._published)
        same = {name for name in now if name not in written and now[name] == self._was_published.get(name)}

        def copy(source: str, target: str) -> None:
            with suppress(OSError):  # some file systems have no links
                if (name := source.removeprefix(f"{site}/")) in same:
                    os.link(self._published / name, target)
                    return
            shutil.copy2(source, target)

        shutil.copytree(site, new, copy_function=copy)
        self._published.rename(old)
        new.rename(self._published)
        shutil.rmtree(old, ignore_errors=True)

    def _put_back(self) -> None:
        """Put the site back if a build was killed while it replaced it; Sphinx has made an empty folder since."""
        old = self._published.with_name(f".{self._published.name}.old")
        if old.exists() and not any(self._published.iterdir()):
            self._published.rmdir()
            old.rename(self._published)


def _place(page: Path, source: Path, fault: Fault) -> Problem:
    """Say where a fault of a page is: in its source if that holds the same words, else in the page."""
    text = source.read_text(encoding="utf-8") if source.is_file() else ""
    if fault.words in text:
        return Problem(source, fault.message, text[: text.index(fault.words)].count("\n") + 1)
    return Problem(page, fault.message, fault.line)


def _shown_elsewhere(env: BuildEnvironment) -> list[Any]:
    """Return what pages show of other pages: titles, places that links lead to, uses of records and figures."""
    places, report = env.domaindata["std"].values(), report_domain(env)
    slugs = {page: facts.get("myst_slugs", {}) for page, facts in env.metadata.items()}
    return [
        {page: title.astext() for page, title in env.titles.items()},
        {page: {name: place[1:] for name, place in found.items()} for page, found in slugs.items()},  # without its line
        *(dict(known) for known in places if isinstance(known, dict)),
        *(dict(known) for known in (env.toctree_includes, report.uses, report.figures)),
    ]


def _remove_stale_parts(app: Sphinx) -> None:
    """Remove the pictures and downloads of text that is gone."""
    site, env = Path(app.outdir), app.env
    wanted = {f"_images/{name}" for _, name in env.images.values()}
    wanted |= {f"_downloads/{name}" for _, name in env.dlfiles.values()}
    for file in (*site.glob("_images/*"), *site.glob("_downloads/*/*")):
        if file.relative_to(site).as_posix() not in wanted:
            file.unlink()
