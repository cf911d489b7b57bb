"""The report on paper: whole, tagged, with every number's record, and on the front page only while it is of the same text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from bs4 import BeautifulSoup
from building import command
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, TextStringObject

from nordic_ai.analysis.report import Report
from nordic_ai.evidence.citation import read_citation
from nordic_ai.evidence.contents import pages_of_the_book
from nordic_ai.evidence.loading import read_evidence
from nordic_ai.fingerprint import PRINTED, makes_the_editions, printed_editions, site_fingerprints
from nordic_ai.site.print_editions import STYLE, compose_report, pages_for_print

SMALLEST = """<!DOCTYPE html><html lang="en-GB"><head><title>Title</title><meta name="author" content="Author"></head>
<body><h1 id="top">Heading</h1><p>A <a href="#top">link</a> and <b>words</b>.</p>
<svg width="9" height="9" xmlns="http://www.w3.org/2000/svg"><title>A dot</title><path d="M0 0h9v9z"/></svg></body></html>"""


@pytest.fixture(scope="module")
def make(script: Callable[[str], ModuleType]) -> ModuleType:
    module = script("make_pdf")
    module.require_pango()
    return module


@pytest.fixture(scope="module")
def check(script: Callable[[str], ModuleType]) -> ModuleType:
    return script("check_pdf")


@pytest.fixture(scope="module")
def printed(built: Path) -> BeautifulSoup:
    """Give the document for print of the small book."""
    names = pages_for_print(pages_of_the_book(built))
    report = Report(read_evidence(built))
    return BeautifulSoup(compose_report(built / "_build" / "html", names, report, read_citation(built)), "html5lib")


def test_each_number_leads_to_its_record_by_a_small_number(printed: BeautifulSoup) -> None:
    numbers = printed.select("#chapters-short .ev")
    assert numbers
    for number in numbers:
        record = printed.select_one(number["href"])
        assert record.name == "li" and number.sup.get_text() == number["href"].removeprefix("#record-")
    assert "Printed: 79 pct." in printed.select_one(numbers[0]["href"]).get_text()


def test_the_records_are_numbered_as_they_are_named(printed: BeautifulSoup) -> None:
    named = [link["href"] for link in printed.select('a[href^="#record-"]')]
    assert list(dict.fromkeys(named)) == [f"#{record['id']}" for record in printed.select(".records > li")]


def test_a_figure_names_its_records(printed: BeautifulSoup) -> None:
    figure = printed.select_one(".evidence-figure")
    assert len(figure.select("svg")) == 1 and "var(" not in str(figure)
    assert [printed.select_one(link["href"]).name for link in figure.select(".record-number")] == ["li"]


def test_ids_stand_once_and_links_lead_to_one(printed: BeautifulSoup) -> None:
    ids = [tag["id"] for tag in printed.select("[id]")]
    assert len(ids) == len(set(ids))
    assert {link["href"][1:] for link in printed.select('a[href^="#"]')} <= set(ids)
    # A copy of the site may lie anywhere, so nothing leads to one whose address is not known.
    assert all(re.match(r"#|https?:|mailto:", link["href"]) for link in printed.select("a[href]"))


def test_nothing_of_the_screen_is_left(printed: BeautifulSoup) -> None:
    assert printed.select("button, details, [hidden], .headerlink, .figure-downloads, .unseen, script") == []
    assert not [section for section in printed.select("section") if section.get_text() == section.find(True).get_text()]


def test_links_that_print_does_not_follow_lead_to_the_site(built: Path, tmp_path: Path) -> None:
    site = tmp_path / "html"
    for name in ("index", "chapters/short"):
        page = (built / "_build" / "html" / f"{name}.html").read_text(encoding="utf-8")
        own = f'<link rel="canonical" href="https://example.org/report/{name}.html">'
        page = page.replace("</head>", f"{own}</head>").replace(
            "Use is", '<a href="../about/glossary.html#term-n">n</a>'
        )
        (site / name).parent.mkdir(exist_ok=True, parents=True)
        (site / f"{name}.html").write_text(page, encoding="utf-8")
    html = compose_report(site, ["index", "chapters/short"], Report(read_evidence(built)), read_citation(built))
    assert '<a href="https://example.org/report/about/glossary.html#term-n">' in html


def test_a_good_edition_passes(make: ModuleType, check: ModuleType, tmp_path: Path) -> None:
    pages = make.write_pdf(SMALLEST, tmp_path / "good.pdf")
    assert list(check.check_edition(tmp_path / "good.pdf", pages, 1)) == []
    make.write_pdf(SMALLEST, tmp_path / "again.pdf")
    assert (tmp_path / "good.pdf").read_bytes() == (tmp_path / "again.pdf").read_bytes()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("<title>A dot</title>", "", "has 1 pictures without a description"),
        ("<svg", "<p>No picture.</p><!-- <svg", "has 0 pictures instead of 1"),
        ("#top", "page.html", "leads nowhere"),
        ("<title>Title</title>", "", "has no title"),
        (' content="Author"', "", "has no author"),
        (' lang="en-GB"', "", "does not tell its language"),
        ("<h1", "<p", "has no bookmarks"),
        ("words", "words ◦", "is not the project’s"),
        ("words", "words" * 99, "runs over its edge"),
        ("words", "<p>A line.</p>" * 99, "pages instead of 1"),
    ],
)
def test_faults_of_an_edition_are_told(
    make: ModuleType, check: ModuleType, tmp_path: Path, old: str, new: str, told: str
) -> None:
    from weasyprint import HTML  # which `make` has found to be possible

    assert old in SMALLEST
    HTML(string=SMALLEST.replace(old, new)).write_pdf(tmp_path / "bad.pdf", stylesheets=[STYLE], pdf_variant="pdf/ua-1")
    found = list(check.check_edition(tmp_path / "bad.pdf", 1, 1))
    assert any(told.replace("’", "'") in problem for problem in found), found


@pytest.mark.parametrize(("old", "new", "told"), [("words", "\u6f22", r"U\+6F22"), ("#top", "#gone", "gone")])
def test_a_warning_ends_the_making(make: ModuleType, tmp_path: Path, old: str, new: str, told: str) -> None:
    with pytest.raises(make.CommandError, match=rf"bad\.pdf: .*{told}"):
        make.write_pdf(SMALLEST.replace(old, new), tmp_path / "bad.pdf")


@pytest.mark.parametrize(("to", "told"), [(TextStringObject("gone"), "`gone`, which is no place"), (None, "nowhere")])
def test_a_link_that_leads_nowhere_is_told(
    make: ModuleType, check: ModuleType, tmp_path: Path, to: TextStringObject | None, told: str
) -> None:
    make.write_pdf(SMALLEST, tmp_path / "bad.pdf")
    changed = PdfWriter(clone_from=tmp_path / "bad.pdf")
    (link,) = (one.get_object() for one in changed.pages[0]["/Annots"])
    del link["/A" if "/A" in link else "/Dest"]
    if to:
        link[NameObject("/Dest")] = to
    changed.write(tmp_path / "bad.pdf")
    (found,) = check.check_edition(tmp_path / "bad.pdf", 1, 1)
    assert told in found


def test_an_edition_that_is_not_tagged_is_told(make: ModuleType, check: ModuleType, tmp_path: Path) -> None:
    from weasyprint import HTML

    HTML(string=SMALLEST).write_pdf(tmp_path / "plain.pdf")
    assert "is not tagged" in list(check.check_edition(tmp_path / "plain.pdf", 1, 1))


def brief_of(built: Path, tmp_path: Path, body: str) -> Path:
    """Make a project with the page of a summary in Danish beside what has been built."""
    project = tmp_path / "project"
    for name, file in (("_toc.yml", "_toc.yml"), ("CITATION.cff", "CITATION.cff"), ("CHANGELOG.md", "CHANGELOG.md")):
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text((built / file).read_text(encoding="utf-8"), encoding="utf-8")
    (project / "data").symlink_to(built / "data")
    contents = "format: jb-book\nroot: index\nchapters:\n  - file: summaries/da\n"
    (project / "_toc.yml").write_text(contents, encoding="utf-8")
    page = '<!DOCTYPE html><html lang="{}"><head><title>T</title></head><body><article>{}</article></body></html>'
    site = project / "_build" / "html"
    for name, language, content in (("index", "en-GB", "<h1>Front</h1>"), ("summaries/da", "da", body)):
        for file, text in ((project / f"{name}.md", "# T\n"), (site / f"{name}.html", page.format(language, content))):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    return project


BRIEF = "<section><h1>Kunstig intelligens</h1><p>{}</p></section>"


def test_a_summary_becomes_a_brief_in_its_language(
    make: ModuleType, check: ModuleType, built: Path, tmp_path: Path
) -> None:
    project = brief_of(built, tmp_path, BRIEF.format("Kommunerne. " * 50))
    _, brief = make.make_editions(project, project / "_build" / "html", tmp_path)
    assert (brief["file"], brief["language"]) == ("AI-in-Nordic-local-government-da.pdf", "da")
    assert brief["pages"] <= 2 and list(check.check_edition(tmp_path / brief["file"], brief["pages"], 0)) == []
    assert PdfReader(tmp_path / brief["file"]).root_object["/Lang"] == "da"


def test_a_brief_that_is_too_long_is_refused(make: ModuleType, built: Path, tmp_path: Path) -> None:
    project = brief_of(built, tmp_path, BRIEF.format("Kommunerne. " * 5000))
    with pytest.raises(
        make.CommandError, match=r"summaries/da\.md takes \d+ pages on paper without its figures and may take 2"
    ):
        make.make_editions(project, project / "_build" / "html", tmp_path)


def test_the_front_page_offers_what_was_made_of_its_own_text(make: ModuleType, book: Path, tmp_path: Path) -> None:
    front, offered = book / "_build" / "html" / "index.html", book / "_build" / "html" / "pdf"
    name = "AI-in-Nordic-local-government.pdf"
    assert name not in front.read_text(encoding="utf-8") and not offered.exists()

    made = command(book, "make_pdf")
    assert made.returncode == 0, made.stderr
    (edition,) = json.loads((book / "_build" / "pdf" / "editions.json").read_text(encoding="utf-8"))["editions"]
    assert command(book, "build_book").returncode == 0
    link = BeautifulSoup(front.read_text(encoding="utf-8"), "html5lib").select_one(f'a[href="pdf/{name}"]')
    assert f"PDF, {edition['pages']} pages" in link.parent.get_text()
    assert (offered / name).stat().st_size == edition["bytes"]
    # The site now names its edition; the edition does not, so it would be the same again, in another process too.
    make.make_editions(book, front.parent, tmp_path)
    assert (tmp_path / name).read_bytes() == (offered / name).read_bytes()


def test_editions_of_another_text_are_not_offered(tmp_path: Path) -> None:
    page, folder = tmp_path / "index.md", tmp_path / PRINTED
    page.write_text("# Front\n", encoding="utf-8")
    folder.mkdir(parents=True)
    (folder / "a.pdf").write_bytes(b"%PDF")
    noted = {"made_from": makes_the_editions(tmp_path), "editions": [{"file": "a.pdf", "bytes": 4}]}
    (folder / "editions.json").write_text(json.dumps(noted), encoding="utf-8")
    before = site_fingerprints(tmp_path, nitpicky=True)
    assert printed_editions(tmp_path) == noted["editions"]
    page.write_text("# Another\n", encoding="utf-8")
    assert printed_editions(tmp_path) == []
    page.write_text("# Front\n", encoding="utf-8")
    (folder / "a.pdf").write_bytes(b"%PD")
    assert printed_editions(tmp_path) == []
    after = site_fingerprints(tmp_path, nitpicky=True)  # so that the site is built again, without the edition
    assert {name for name in before if before[name] != after[name]} == {"editions"}


def test_editions_are_made_of_a_current_site_alone(
    make: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(make, "is_current", lambda: False)
    assert make.main([]) == 1
    assert "run `make pdf`, which builds it first; the last editions stay" in capsys.readouterr().err


def test_pages_of_every_kind_are_whole_on_paper(
    make: ModuleType, check: ModuleType, site: Path, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A part of the report, since all of it takes most of a minute; `make pdf` holds all to the same."""
    some = ["index", "chapters/collaboration", "countries/norway", "about/methods", "evidence/sources", "summaries/fi"]
    assert set(some) <= set(pages_of_the_book(root))
    monkeypatch.setattr(make, "pages_of_the_book", lambda _: some)
    report, brief = make.make_editions(root, site, tmp_path)
    assert report["pictures"] >= 5 and (brief["language"], brief["pages"]) == ("fi", 2)
    for edition in (report, brief):
        assert list(check.check_edition(tmp_path / edition["file"], edition["pages"], edition["pictures"])) == []
