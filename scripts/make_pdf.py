"""Make the editions for print from the built site: the whole report, and a brief of two pages from each summary."""

import importlib
import json
import logging
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from build_book import SITE, is_current
from command_line import ROOT, CommandError, command

from nordic_ai.analysis.report import Report
from nordic_ai.evidence.citation import read_citation
from nordic_ai.evidence.contents import pages_of_the_book
from nordic_ai.evidence.loading import read_evidence
from nordic_ai.fingerprint import PRINTED, makes_the_editions, printed_editions
from nordic_ai.site.print_editions import STYLE, SUMMARIES, compose_brief, compose_report, pages_for_print, pictures_of

PAGES_OF_A_BRIEF = 2
# What WeasyPrint sets text and cuts fonts with, as Debian names the packages.
PANGO = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]


def has_pango() -> bool:
    """Say whether the system has what WeasyPrint loads when it is imported."""
    try:
        importlib.import_module("weasyprint")
    except OSError:
        return False
    return True


def require_pango() -> None:
    """Raise `CommandError` unless the system has Pango; on Debian it is installed as root or by `sudo`."""
    is_root = os.geteuid() == 0
    if not has_pango() and shutil.which("apt-get") and (is_root or shutil.which("sudo")):
        sudo = [] if is_root else ["sudo", "-n"]  # where it asks for no password
        for step in (["update", "-qq"], ["install", "-y", "-qq", *PANGO]):
            subprocess.run([*sudo, "apt-get", *step], stdout=subprocess.DEVNULL, check=False)
    if not has_pango():
        raise CommandError(
            "the printed editions need Pango, and it could not be installed; "
            f"install it (on Debian: `sudo apt-get install {' '.join(PANGO)}`, on macOS: `brew install pango`)"
        )


def write_pdf(html: str, file: Path) -> int:
    """Write a document as tagged PDF and return how many pages it has; raises `CommandError` for any warning."""
    from weasyprint import HTML  # which needs Pango to be imported

    told: list[logging.LogRecord] = []
    handler, logger = logging.Handler(logging.WARNING), logging.getLogger("weasyprint")
    handler.emit = told.append
    logger.addHandler(handler)
    try:
        document = HTML(string=html).render(stylesheets=[str(STYLE)])
        document.write_pdf(file, pdf_variant="pdf/ua-1")
    finally:
        logger.removeHandler(handler)
    if told:
        raise CommandError("\n".join(dict.fromkeys(f"{file.name}: {record.getMessage()}" for record in told)))
    return len(document.pages)


def make_editions(root: Path, site: Path, folder: Path) -> list[dict[str, Any]]:
    """Write the editions into a folder, and say of each what readers of the front page want to know."""
    report, citation, names = Report(read_evidence(root)), read_citation(root), pages_of_the_book(root)
    name, chosen, made = citation.title.replace(" ", "-"), pages_for_print(names), []

    def note(file: str, language: str, count: int, pictures: int) -> None:
        size = (folder / file).stat().st_size
        made.append({"file": file, "language": language, "pages": count, "bytes": size, "pictures": pictures})

    file = f"{name}.pdf"
    count = write_pdf(compose_report(site, chosen, report, citation), folder / file)
    note(file, "en", count, pictures_of(site, chosen))
    for page in names:
        if page.startswith(SUMMARIES):
            code = page.removeprefix(SUMMARIES)
            file = f"{name}-{code}.pdf"
            # As many of the figures as have room at a size that can be read; all are on the site.
            for figures in range(pictures_of(site, [page]), -1, -1):
                count = write_pdf(compose_brief(site, page, report, citation, figures), folder / file)
                if count <= PAGES_OF_A_BRIEF:
                    break
            else:
                raise CommandError(
                    f"{page}.md takes {count} pages on paper without its figures and may take {PAGES_OF_A_BRIEF}; "
                    "shorten its text"
                )
            note(file, code, count, figures)
    return made


@command(unchanged="the last editions stay")
def main() -> None:
    """Make the editions unless nothing has changed since they were made; the site must be that of now."""
    if not is_current():
        raise CommandError("the site is not what would be built now; run `make pdf`, which builds it first")
    folder, draft = ROOT / PRINTED, ROOT / PRINTED.with_name("pdf.new")
    if printed_editions(ROOT):
        print(f"Nothing has changed since the editions in {folder} were made.")
        return
    require_pango()
    print("setting pages, which takes about a minute …", flush=True)
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    editions = make_editions(ROOT, SITE, draft)
    known = {"made_from": makes_the_editions(ROOT), "editions": editions}
    (draft / "editions.json").write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    draft.rename(folder)
    for edition in editions:
        print(f"{folder / edition['file']}: {edition['pages']} pages, {edition['bytes']:,} bytes")
