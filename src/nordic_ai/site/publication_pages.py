"""Give every publication a page of its own below the register and below the audit, without a file for either.

All records on one page were more than a phone could hold. Sphinx takes the names of pages from the files that it finds;
here it finds, for each publication's file in `data/sources`, a part of each of the two pages.
"""

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.project import Project

from nordic_ai.site.domain import DIVIDED

_SOURCES = Path("data", "sources")


class _Book(Project):
    """A project in which pages have parts."""

    def discover(self, *arguments: object, **named: object) -> set[str]:
        """Find the pages that are files, and their parts."""
        found = super().discover(*arguments, **named)
        names = [file.stem for file in Path(self.srcdir, _SOURCES).glob("*.yml")]
        found |= {f"{page}/{name}" for page in DIVIDED if page in found for name in names}
        return found

    def doc2path(self, docname: str, absolute: bool) -> str:
        """Name the file of a page; that of a part is the whole page's."""
        return super().doc2path(whole_page(docname), absolute)


def whole_page(docname: str) -> str:
    """Name the page that a page is a part of, or else the page itself."""
    page, _, _ = docname.rpartition("/")
    return page if page in DIVIDED else docname


def divide_pages(app: Sphinx) -> None:
    """Have Sphinx find the parts of pages."""
    book = _Book(app.srcdir, app.config.source_suffix)
    book.restore(app.project)
    app.project = app.env.project = book


def write_part(app: Sphinx, docname: str, source: list[str]) -> None:
    """Give the text of a part of a page, in place of the whole page's; a book may be without a list of its parts."""
    if (page := whole_page(docname)) != docname:
        source[0] = f"---\norphan: true\n---\n\n```{{{DIVIDED[page]}}} {docname.rpartition('/')[2]}\n```\n"
