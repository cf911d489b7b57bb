"""Machines are told what each page is, and a published address reaches every place that needs it."""

from __future__ import annotations

import html
import json
import re
import struct
import xml.etree.ElementTree as ET
from pathlib import Path
from types import SimpleNamespace

import pytest
from building import ROOT, build, pages_of, small_book
from sphinx.errors import ConfigError

from nordic_ai.evidence.loading import Evidence
from nordic_ai.figures.pictures import PREVIEW_SIZE, preview
from nordic_ai.site.metadata import configure, picture_path

PAGES = pages_of(ROOT)
ADDRESS = "https://example.org/some/report/"


def tags(page: str) -> dict[str, str]:
    found = re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)"', page)
    return {name: html.unescape(content) for name, content in found}


def structured(page: str) -> dict[str, object]:
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a small book as it is built for its place on the web."""
    with pytest.MonkeyPatch.context() as settings:
        settings.setenv("SITE_URL", ADDRESS.rstrip("/"))
        project = small_book(tmp_path_factory.mktemp("published") / "book", "# A chapter\n\nWith a sentence.\n")
        for page in ("chapters/short.md", "about/methods.md"):  # with cells and without
            text = (project / page).read_text(encoding="utf-8").removeprefix("---\n")
            end = "" if page.startswith("chapters/") else "---\n"
            (project / page).write_text(f"---\ndescription: What {page} is about.\n{end}{text}", encoding="utf-8")
        with (project / "_toc.yml").open("a", encoding="utf-8") as contents:
            contents.write("      - url: https://example.org/elsewhere\n        title: Elsewhere\n")
        result = build(project)
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]
    return project / "_build" / "html"


def test_every_page_has_a_title_and_a_description_of_its_own(site: Path) -> None:
    texts = {page: (site / f"{page}.html").read_text("utf-8") for page in PAGES}
    titles = {page: re.search(r"<title>(.*?)</title>", text)[1] for page, text in texts.items()}
    told = {page: tags(text).get("description", "") for page, text in texts.items()}
    assert len(PAGES) >= 11
    for page in PAGES:
        assert 40 <= len(told[page]) <= 200, page
        assert tags(texts[page])["og:description"] == told[page]
        assert tags(texts[page])["og:title"] in html.unescape(titles[page])
    assert len(set(titles.values())) == len(set(told.values())) == len(PAGES)


def test_a_description_in_the_front_matter_goes_before_the_first_paragraph(published: Path) -> None:
    for page in ("chapters/short", "about/methods"):
        found = tags((published / f"{page}.html").read_text("utf-8"))
        assert found["description"] == found["og:description"] == f"What {page}.md is about."
    front = tags((published / "index.html").read_text("utf-8"))
    assert front["description"] == "", "nothing is made up for a page without a paragraph"


def test_without_an_address_pages_are_complete_and_carry_none(site: Path) -> None:
    for page in PAGES:
        text = (site / f"{page}.html").read_text("utf-8")
        assert {"og:type", "og:site_name", "og:locale"} <= set(tags(text))
        assert not {"og:url", "og:image"} & set(tags(text))
        assert 'rel="canonical"' not in text
    assert not (site / "sitemap.xml").exists()
    assert (site / "robots.txt").read_text("utf-8") == "User-agent: *\nAllow: /\n"


def test_every_page_has_a_picture_for_previews(site: Path) -> None:
    assert {file.name for file in (site / "pictures").iterdir()} == {Path(picture_path(page)).name for page in PAGES}
    for page in PAGES:
        content = (site / picture_path(page)).read_bytes()
        assert content.startswith(b"\x89PNG")
        assert struct.unpack(">II", content[16:24]) == PREVIEW_SIZE


def test_a_picture_holds_any_title() -> None:
    short = preview("Høje-Taastrup & <Þingvellir>", "The report")
    assert "Høje-Taastrup &amp; &lt;Þingvellir&gt;" in short and "The report" in short
    ET.fromstring(short)
    long = preview("Digitaliseringsstyrelsens kunstigintelligensstrategi " * 8, "The report")
    below = [float(y) for y in re.findall(r'<text x="80" y="([\d.]+)"', long)]
    assert below == sorted(below) and below[-2] < below[-1] - 32


def test_the_report_and_its_data_are_described_for_search_engines(site: Path, evidence: Evidence) -> None:
    report = structured((site / "index.html").read_text("utf-8"))
    assert (report["@type"], report["name"]) == ("Report", "AI in Nordic local government")
    assert [one["name"] for one in report["citation"]] == [s.title.original for s in evidence.sources.values()]
    data = structured((site / "evidence/data.html").read_text("utf-8"))
    assert data["@type"] == "Dataset"
    assert data["license"] == report["license"] == "https://creativecommons.org/licenses/by/4.0/"
    read = {evidence.countries[code].name for source in evidence.sources.values() for code in source.countries}
    assert {one["name"] for one in data["spatialCoverage"]} == read
    assert re.fullmatch(r"\d{4}/\d{4}", data["temporalCoverage"])
    assert 50 <= len(data["description"]) <= 5000  # what Google asks of a data set
    assert "url" not in report and "distribution" not in data


def test_one_setting_gives_every_absolute_address(published: Path) -> None:
    pages = {file.relative_to(published).as_posix() for file in published.rglob("*.html")} - {"404.html", "search.html"}
    for page in pages:
        text = (published / page).read_text("utf-8")
        assert f'<link rel="canonical" href="{ADDRESS}{page}">' in text
        found = tags(text)
        assert found["og:url"] == ADDRESS + page
        assert (published / found["og:image"].removeprefix(ADDRESS)).is_file()
    listed = ET.parse(published / "sitemap.xml").getroot()
    assert {one[0].text for one in listed} == {ADDRESS + page for page in pages}
    assert f"Sitemap: {ADDRESS}sitemap.xml" in (published / "robots.txt").read_text("utf-8")
    assert structured((published / "index.html").read_text("utf-8"))["url"] == f"{ADDRESS}index.html"
    data = structured((published / "evidence/data.html").read_text("utf-8"))
    for one in data["distribution"]:
        assert (published / one["contentUrl"].removeprefix(ADDRESS)).is_file()


def test_the_page_for_wrong_addresses_works_at_any_depth(published: Path, site: Path) -> None:
    known, anywhere = ((folder / "404.html").read_text("utf-8") for folder in (published, site))
    for text in (known, anywhere):
        assert 'name="robots" content="noindex"' in text and 'rel="canonical"' not in text
    links = [link for link in re.findall(r'\b(?:href|src|action)="([^"]+)"', known) if not link.startswith("#")]
    assert "https://example.org/elsewhere" in links
    links = [link for link in links if not re.match(r"https?:", link)]
    assert links and all(link.startswith("/some/report/") for link in links)
    for link in links:
        assert (published / link.removeprefix("/some/report/").split("?")[0]).exists(), link
    assert not re.search(r"\b(href|src|action)=", anywhere), "nobody knows where its addresses would lead"


def test_an_address_in_any_letters_is_encoded(monkeypatch: pytest.MonkeyPatch) -> None:
    for address in ("https://børn.example:8000/på dansk", "https://xn--brn-0na.example:8000/p%C3%A5%20dansk//"):
        monkeypatch.setenv("SITE_URL", address)
        settings = SimpleNamespace(html_baseurl="")
        configure(SimpleNamespace(srcdir=ROOT), settings)
        assert settings.html_baseurl == "https://xn--brn-0na.example:8000/p%C3%A5%20dansk/"


@pytest.mark.parametrize(
    "address",
    ["example.org/report", "ftp://example.org/", "https:///report", "https://a.b/?x=1", "https://[a/", "https://a..b/"],
)
def test_an_address_that_is_none_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("SITE_URL", address)
    with pytest.raises(ConfigError, match="write it like https://example.org/report/"):
        configure(SimpleNamespace(srcdir=ROOT), SimpleNamespace(html_baseurl=""))
