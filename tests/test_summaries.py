"""A page in another language says everything in it: numbers, cards, figures, the theme; and the catalogues are whole."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from building import ROOT, small_evidence
from test_translation import CONF, sphinx

from nordic_ai import charts, figure, observations
from nordic_ai.analysis import wording
from nordic_ai.analysis.report import Report, load_report
from nordic_ai.authoring.messages import Messages, catalogue_problems, gather, update
from nordic_ai.evidence.errors import EvidenceError
from nordic_ai.evidence.languages import FOLDER, gettext, languages, speaking
from nordic_ai.evidence.loading import read_evidence
from nordic_ai.site.cards import card_lines
from nordic_ai.site.roles import write_number

RECORDS = (
    "dansk-erhverv-2024/strategy/has",
    "kuntaliitto-2024-web/guidelines/has",
    "governo-2025/strategy-2024/has",
    "tem-2025/use-at-workplace/used/municipalities-and-counties",
    "viska-2025/use/uses",
)
ENGLISH = re.compile(r"\b(the|and|of|with|not|no|was|were|from|this|which|who|or|answered|read|about)\b", re.IGNORECASE)


@pytest.mark.parametrize(
    ("language", "thousands", "share", "interval", "day"),
    [
        ("en", "1,234.5", "16%", "10–22%", "5 February 2024"),
        ("da", "1.234,5", "16\xa0%", "10–22\xa0%", "5. februar 2024"),
        ("nb", "1\xa0234,5", "16\xa0%", "10–22\xa0%", "5. februar 2024"),
        ("sv", "1\xa0234,5", "16\xa0%", "10–22\xa0%", "5 februari 2024"),
        ("fi", "1\xa0234,5", "16\xa0%", "10–22\xa0%", "5. helmikuuta 2024"),
        ("is", "1.234,5", "16%", "10–22%", "5. febrúar 2024"),
    ],
)
def test_numbers_and_days_are_written_as_the_language_writes_them(
    language: str, thousands: str, share: str, interval: str, day: str
) -> None:
    name, report = RECORDS[0], load_report()
    with speaking(language):
        assert wording.plain_number(1234.5) == thousands
        assert [write_number(role, name, report)[0] for role in ("ev", "ev-ci")] == [share, interval]
        assert wording.format_period(date(2024, 2, 5), date(2024, 2, 5)) == day


@pytest.mark.parametrize("language", languages(ROOT))
def test_a_card_and_a_figure_leave_no_english_word(language: str) -> None:
    with speaking(language):
        said = [line for name in RECORDS for line in card_lines([name], load_report())]
    labels = [str(number) for number in range(len(RECORDS))]
    without = {"NO": "–"}
    drawing = charts.comparison(observations(*RECORDS), labels, without=without)
    shown = figure(drawing, id="one", title="–", description="–", language=language)
    assert shown.language == language
    for name in ("base", "uncertainty", "comparability", "municipal", "reading"):
        said.append(getattr(shown, name))
    said += shown.questions.values()
    for picture in shown.pictures.values():
        said += re.findall(r"'(?:text|description)': (\[.*?\]|'.*?')", str(picture))
    assert len(said) > 60
    assert [line for line in said if ENGLISH.search(line)] == []


def test_an_original_label_is_shown_in_its_own_language() -> None:
    shown = observations("dansk-erhverv-2024/management-competence/small")[0]
    with speaking("da"):
        assert wording.format_label(shown, load_report().evidence) == shown.original_label
    with speaking("sv"):
        assert wording.format_label(shown, load_report().evidence) == gettext(shown.label) != shown.original_label


def test_a_missing_message_is_refused() -> None:
    with speaking("da"), pytest.raises(EvidenceError, match=r"da\.po: the message “Never said” is missing"):
        gettext("Never said")


@pytest.mark.record
def test_the_catalogues_are_whole(root: Path) -> None:
    messages = gather(root, load_report())
    assert list(map(str, catalogue_problems(root, messages))) == []
    for language in languages(root):
        file = root / FOLDER / f"{language}.po"
        assert update(root, language, messages) == file.read_text("utf-8"), "run `make messages`"


CATALOGUE = """# In Danish.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Language: da\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "About {number}"
msgstr "%s"

# So it is called at the ministry.
msgid "Kept"
msgstr "Bevaret"
"""
KNOWN = Messages({"About {number}": ""}, {"About {number}": "", "Kept": "What a number counts."})


def catalogue(folder: Path, text: str) -> Path:
    file = folder / FOLDER / "da.po"
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ('msgid "About {number}"\nmsgstr "%s"\n\n', "", "“About {number}” is missing; run `make messages`"),
        ("%s", "", ":8: the message “About {number}” has no translation; add it"),
        ('msgid "About', '#, fuzzy\nmsgid "About', "“About {number}” is marked as fuzzy"),
        ("%s", "Ca. {nummer}", "has not the same words in braces as the English: number, nummer"),
        ('msgid "Kept"', 'msgid "Gone"', "“Gone” is shown nowhere any more"),
    ],
)
def test_what_a_catalogue_lacks_is_named(tmp_path: Path, old: str, new: str, wrong: str) -> None:
    assert old in CATALOGUE
    catalogue(tmp_path, CATALOGUE.replace(old, new).replace("%s", "Ca. {number}"))
    (problem,) = catalogue_problems(tmp_path, KNOWN)
    assert wrong in str(problem)


def test_renewing_a_catalogue_loses_no_translation(tmp_path: Path) -> None:
    file = catalogue(tmp_path, CATALOGUE % "Ca. {number}" + '\nmsgid "Gone"\nmsgstr "Væk"\n')
    file.write_text(renewed := update(tmp_path, "da", KNOWN), encoding="utf-8")
    assert 'msgstr "Ca. {number}"' in renewed and 'msgstr "Bevaret"' in renewed and "Væk" not in renewed
    assert "#. What a number counts." in renewed and "# So it is called at the ministry." in renewed
    assert catalogue_problems(tmp_path, KNOWN) == [] and update(tmp_path, "da", KNOWN) == renewed


PAGE = """---
language: {language}
read_by_native_speaker: no
---

# 1

{ev}`dansk-erhverv-2024/strategy/has` ({ev-ci}`dansk-erhverv-2024/strategy/has`, {term}`1 <interval>`)
"""


def test_a_page_speaks_its_language_throughout(tmp_path: Path) -> None:
    small_evidence(tmp_path)
    shutil.copytree(ROOT / FOLDER, tmp_path / FOLDER)
    shutil.copy(ROOT / "CITATION.cff", tmp_path)
    (tmp_path / "_config.yml").write_text("{}\n", encoding="utf-8")
    pages = ["evidence/register", "evidence/sources", "about/glossary", "summaries/da", "summaries/fi"]
    contents = "".join(f"  - file: {page}\n" for page in pages)
    (tmp_path / "_toc.yml").write_text(f"format: jb-book\nroot: index\nchapters:\n{contents}", encoding="utf-8")
    (tmp_path / "conf.py").write_text(
        f'{CONF}language = "en-GB"\nhtml_use_index = html_copy_source = html_show_sphinx = False\n', encoding="utf-8"
    )
    tree = "\n".join(pages)
    (tmp_path / "index.md").write_text(
        f"# Title\n\n{{ev}}`dansk-erhverv-2024/strategy/has`\n\n```{{toctree}}\n:hidden:\n{tree}\n```\n",
        encoding="utf-8",
    )
    texts = (
        "# R\n\n```{evidence-register}\n```\n",
        "# S\n\n```{source-list}\n```\n",
        "# G\n\n```{glossary-list}\n```\n",
    )
    texts += tuple(PAGE.replace("{language}", language) for language in ("da", "fi"))
    for name, text in zip(pages, texts, strict=True):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / f"{name}.md").write_text(text, encoding="utf-8")
    assert "Chief executives who answered" in gather(tmp_path, Report(read_evidence(tmp_path))).needed

    built = sphinx(tmp_path, "html")
    page = BeautifulSoup((built / "summaries" / "da.html").read_text("utf-8"), "html.parser")
    front = BeautifulSoup((built / "index.html").read_text("utf-8"), "html.parser")
    assert page.html["lang"] == "da" and front.html["lang"] == "en-GB"
    assert [link.text for link in page.select("a.ev")] == ["16\xa0%", "10–22\xa0%", "1"]
    assert [link.text for link in front.select("a.ev")] == ["16%"]
    assert page.find("meta", property="og:locale")["content"] == "da_DK"
    other = {"en": "../index.html", "x-default": "../index.html", "da": "da.html", "fi": "fi.html"}
    assert {one["hreflang"]: one["href"] for one in page.find_all("link", rel="alternate")} == other
    switch = [(link["lang"], link["href"], link.text) for link in front.select("nav.languages a")]
    assert switch == [
        ("en", "index.html", "English"),
        ("da", "summaries/da.html", "Dansk"),
        ("fi", "summaries/fi.html", "Suomi"),
    ]
    assert page.select_one(".read-by").text.startswith("Ingen, der har dansk som modersmål")
    assert not front.select(".read-by")
    words = [
        page.title.string,
        *(
            tag.get(name)
            for tag in page.body.find_all()
            for name in ("aria-label", "title", "placeholder")
            if tag.get(name)
        ),
    ]
    for foreign in page.body.select('[lang="en"]'):
        foreign.decompose()
    words += page.body.stripped_strings
    assert "Til toppen" in words and "Søg" in words and "Gå til indholdet" in words
    assert [line for line in words if ENGLISH.search(line) and line != page.title.string] == []
    index = (built / "search-index.js").read_text("utf-8")
    assert re.search(r'^\["summaries/da", \[.*\], "da"\]', index, re.MULTILINE)
