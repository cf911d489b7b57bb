"""Pages that follow from the records: countries and their sources, terms and their words, how to cite what."""

from __future__ import annotations

import html
import re
import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import get_args

import pytest
import yaml
from bs4 import BeautifulSoup
from building import ROOT

from nordic_ai.analysis.audit.findings import VERDICTS
from nordic_ai.analysis.comparability import GRADES
from nordic_ai.analysis.report import Report
from nordic_ai.analysis.wording import format_interval, format_value, why_no_interval
from nordic_ai.evidence.citation import Author, Work, apa, bibtex, cite_report, cite_source, read_citation
from nordic_ai.evidence.errors import EvidenceError
from nordic_ai.evidence.loading import Evidence, read_evidence
from nordic_ai.evidence.values import Theme
from nordic_ai.evidence.vocabularies import find_term, read_glossary
from nordic_ai.site.views import templates

COUNTRIES = read_evidence(ROOT).countries
READ = sorted({country for source in read_evidence(ROOT).sources.values() for country in source.countries})


def page_of(country: str) -> str:
    return f"countries/{COUNTRIES[country].name.lower()}"


def text_of(page: Path) -> str:
    """Give the words of a page's article as a reader meets them, quotation marks made plain."""
    article = re.search(r"<article.*?</article>", page.read_text("utf-8"), re.DOTALL)[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", article)).replace("’", "'").split())


class TestCountries:
    """A country's page follows from the records."""

    @pytest.mark.record
    @pytest.mark.parametrize("code", COUNTRIES)
    def test_a_country_has_a_page_under_its_name(self, code: str) -> None:
        text = (ROOT / f"{page_of(code)}.md").read_text(encoding="utf-8")
        assert f"\n# {COUNTRIES[code].name}\n" in text and f"\n```{{country}} {code}\n" in text
        assert f"file: {page_of(code)}\n" in (ROOT / "_toc.yml").read_text(encoding="utf-8")

    @pytest.mark.parametrize("code", COUNTRIES)
    def test_it_names_every_source_of_the_country_and_no_other(self, site: Path, evidence: Evidence, code: str) -> None:
        page = site / f"{page_of(code)}.html"
        own = {source.id for source in evidence.sources.values() if code in source.countries}
        linked = re.findall(r'href="\.\./evidence/(?:sources|register)\.html#([\w-]+)', page.read_text("utf-8"))
        assert set(linked) == own
        text = text_of(page)
        for source in evidence.sources.values():
            assert source.title.original.replace("’", "'") in text or source.id not in own

    @pytest.mark.parametrize("code", COUNTRIES)
    def test_a_country_without_a_source_says_so(self, site: Path, evidence: Evidence, code: str) -> None:
        read = any(code in source.countries for source in evidence.sources.values())
        sentence = f"No publication from {COUNTRIES[code].name} has been read for this report yet."
        assert (sentence in text_of(site / f"{page_of(code)}.html")) != read
        assert "../about/contribute.html" in (site / f"{page_of(code)}.html").read_text("utf-8")

    @pytest.mark.parametrize("code", READ)
    def test_key_figures_have_an_interval_or_its_reason(self, site: Path, evidence: Evidence, code: str) -> None:
        text = text_of(site / f"{page_of(code)}.html")
        page = BeautifulSoup((site / f"{page_of(code)}.html").read_text("utf-8"), "html.parser")
        for name, o in Report(evidence).observations.items():
            if o.country != code or o.indicator_id is None or o.value is None or o.restates or o.kind == "method":
                continue
            links = page.select(f'[id^="theme-"] a.ev[href$="#{name}"]')
            assert [link.get_text() for link in links] == [format_value(o)], name
            interval = format_interval(o)
            reason = f"o interval: {why_no_interval(o)}"
            assert (f"(95% interval {interval})" in links[0].next_sibling) if interval else reason in text, name

    @pytest.mark.parametrize("code", READ)
    def test_themes_without_a_number_are_named(self, site: Path, evidence: Evidence, code: str) -> None:
        rows = [o for o in Report(evidence).observations.values() if o.country == code and o.value is not None]
        told = {o.theme for o in rows if o.subject == "artificial intelligence"}
        sentence = re.search(
            r"No number about artificial intelligence on: ([^.]*)", text_of(site / f"{page_of(code)}.html")
        )
        named = set(re.findall(r"\w+", sentence[1])) - {"or"} if sentence else set()
        assert named == set(get_args(Theme)) - told


class TestGlossary:
    """Every term has its place, its words their language."""

    def test_every_term_and_word_is_on_the_page(self, site: Path) -> None:
        page = (site / "about/glossary.html").read_text("utf-8")
        terms = read_glossary(ROOT)
        assert len(terms) >= 25
        for name, term in terms.items():
            entry = re.search(rf'<dt id="term-{name}">(.*?)</dd>', page, re.DOTALL)[1]
            assert html.escape(term.term, quote=False) in entry
            for language, word in term.words.items():
                assert re.search(rf'lang="{language}"[^>]*>{re.escape(html.escape(word, quote=False))}<', entry), word
            assert html.escape(term.missing or "", quote=False) in entry

    def test_every_grade_and_verdict_is_explained(self) -> None:
        terms = read_glossary(ROOT)
        for words in (*GRADES, *VERDICTS):
            assert terms[find_term(words, terms)].group == "grades and verdicts", words

    def test_terms_are_found_in_any_of_their_forms(self) -> None:
        terms = read_glossary(ROOT)
        assert {find_term(words, terms) for words in ("frame", "Frames", "FRAME")} == {"frame"}
        assert find_term("no such word", terms) is None

    @pytest.mark.parametrize(
        ("old", "new", "told"),
        [
            ("    da: respondenter\n", "", "no word is given for `da`"),
            ("    da: respondenter\n", "    de: Befragte\n", "glossary.yml:"),
            ("  term: respondents\n", "  term: frame\n", "`frame` names the term"),
            ("  term: respondents\n", "  term: respondents\n  missing: Unknown.\n", "every language has a word"),
            ("  term: respondents\n", "  name: respondents\n", "the field `term` is missing"),
        ],
    )
    def test_a_broken_glossary_is_told_in_a_sentence(self, project: Path, old: str, new: str, told: str) -> None:
        file = project / "data" / "glossary.yml"
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")
        with pytest.raises(EvidenceError, match=re.escape(told)):
            read_glossary(project)
        with pytest.raises(EvidenceError, match=r"glossary\.yml:\d+: "):
            read_glossary(project)


CONTACT = "contact: [{name: Office, email: office@example.org}]\n"


class TestCitation:
    """CITATION.cff is the one place for title, authors, version and date."""

    def test_versions_agree(self, root: Path) -> None:
        project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        settings = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
        file = read_citation(root)
        assert file.version == project["version"]
        assert file.title == settings["title"]
        assert [author.name for author in file.authors] == [settings["author"]]
        assert file.released is None or file.released[:4] == settings["copyright"]

    def test_the_page_cites_what_the_file_says(self, site: Path) -> None:
        text = text_of(site / "about/cite.html")
        report = cite_report(read_citation(ROOT))
        assert apa(report) in text
        assert " ".join(bibtex(report).split()) in text
        assert "16% [Record dansk-erhverv-2024/strategy/has]. In AI in Nordic local government (Version" in text
        assert "Dansk Erhverv. (2024). Landets kommunaldirektører vil arbejde strategisk med AI" in text

    def test_references_follow_the_style(self) -> None:
        people = (Author(**{"family-names": "Ek", "given-names": "Eva Åsa"}), Author(name="Køge & Co"))
        work = Work("x", people, "100% AI.", "2026", "Data set", None, "1.0", 11, "https://example.org/a_b")
        assert apa(work) == "Ek, E. Å., & Køge & Co. (2026). 100% AI (Version 1.0) [Data set]. https://example.org/a_b"
        entry = bibtex(work)
        assert "author       = {Ek, Eva Åsa and {Køge \\& Co}}" in entry and "{{100\\% AI.}}" in entry
        assert "url          = {https://example.org/a_b}" in entry
        assert entry.count("{") == entry.count("}")

    @pytest.mark.parametrize(
        ("old", "new", "told"),
        [
            ("license:", "date-released: 2026-11\nlicense:", "is not a day"),
            ("license:", "date-release: 2026-11-22\nlicense:", "did you mean `date-released`?"),
            ("license:", "date-released: 2026-11-22\nlicense:", "a release says who publishes it"),
            ("license:", "contact: [{name: A, email: B}]\nlicense:", "is not an e-mail address"),
            ("version: 0.1.0\n", f"version: 9.9.9\ndate-released: 2026-11-22\n{CONTACT}", "has no heading `## 9.9.9`"),
            ("license:", "url: http://example.org/\nlicense:", "is not an address"),
            ("  - name:", "  - family-names:", "give either `name`"),
        ],
    )
    def test_a_broken_file_is_told_in_a_sentence(self, project: Path, old: str, new: str, told: str) -> None:
        file = project / "CITATION.cff"
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")
        with pytest.raises(EvidenceError, match=rf"CITATION\.cff:\d+: .*{re.escape(told)}"):
            read_citation(project)


def test_a_draft_that_the_changelog_calls_released_is_refused(project: Path) -> None:
    with (project / "CHANGELOG.md").open("a", encoding="utf-8") as file:
        file.write(f"\n## {read_citation(ROOT).version}, 2 January 2027\n")
    with pytest.raises(EvidenceError, match="CHANGELOG.md tells of a release"):
        read_citation(project)


def test_all_pages_agree_on_whether_there_has_been_a_release(site: Path) -> None:
    file = read_citation(ROOT)
    front, data, cite, corrections, contribute = (
        text_of(site / f"{page}.html")
        for page in ("index", "evidence/data", "about/cite", "about/corrections", "about/contribute")
    )
    draft = file.released is None
    for text in (front, data, cite, corrections, contribute):
        assert ("draft" in text) == draft
    assert ("(n.d.)" in cite) == draft and (not draft or "Unreleased" in text_of(site / "about/changelog.html"))


def test_a_release_names_who_publishes_it_and_is_no_draft(built: Path) -> None:
    pages = {
        name: text_of(built / "_build/html/about" / f"{name}.html") for name in ("contribute", "accessibility", "cite")
    }
    for name in ("contribute", "accessibility"):
        assert "Office of Examples, Street 1, 1234 Town, office@example.org" in pages[name]
    assert "(2026)" in pages["cite"] and "draft" not in "".join(pages.values())


def test_a_publication_leads_to_its_address(evidence: Evidence) -> None:
    source = next(iter(evidence.sources.values()))
    there = SimpleNamespace(url="https://example.org/a_b.pdf", label=None)
    assert cite_source(source.model_copy(update={"addresses": [there]})).address == there.url
    link = str(templates().globals["publication_address"](there))
    assert f'href="{there.url}"' in link and ">example.org<" in link


def test_the_changelog_is_a_page(site: Path) -> None:
    entries = re.findall(r"^- (.*)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    text = text_of(site / "about/changelog.html")
    assert len(entries) >= 5
    for entry in entries:
        assert entry.replace("`", "") in text, entry
