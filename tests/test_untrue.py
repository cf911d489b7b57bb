"""An addition makes no sentence untrue unnoticed: what is written from the evidence follows, what is not is named."""

from __future__ import annotations

import re
import shutil
from functools import lru_cache
from pathlib import Path

import pytest
import yaml
from babel import Locale
from building import FIGURE, INVENTED, ROOT, build, change, small_book
from test_additions import add_publications

from nordic_ai.analysis.report import Report
from nordic_ai.authoring.confirmations import note_as_read, unconfirmed
from nordic_ai.authoring.pages import read_page
from nordic_ai.evidence.contents import pages_of_the_book
from nordic_ai.evidence.loading import Evidence, read_evidence
from nordic_ai.evidence.values import Theme
from nordic_ai.figures.captions import uncertainty_line

THEMES = Theme.__args__
KEY = "evidence_read: {}\n"
NUMBER = "two|three|four|five|six|seven|eight|nine|ten|all|both|\\d+"
# Of the evidence as a whole: how many publications there are, or that none says something.
STATED = re.compile(
    rf"\b({NUMBER}) (of the )?(publications|surveys|countries|languages)\b|\bno (publication|survey|study|number)\b.* (read|recorded)\b"
    r"|\bnothing (that was )?read\b|\bwhat was read holds\b|\bread whole\b|\bnever made\b",
    re.IGNORECASE,
)


def words_of(page: Path) -> list[str]:
    return [text for _, text in read_page(page).lines()]


def is_asked(page: Path) -> bool:
    return "evidence_read" in read_page(page).front


# ---- What the library and pages about the report say


def test_pages_that_nobody_is_asked_to_read_again_stay_true(evidence: Evidence) -> None:
    """They list no languages or countries and count no publications, except by roles and directives."""
    languages = {Locale(language).english_name.split()[0] for language in evidence.choices.languages} - {"English"}
    names = re.compile("|".join({*languages, *(country.name for country in evidence.countries.values())}))
    pages = [ROOT / f"{name}.md" for name in pages_of_the_book(ROOT)]
    pages = [page for page in pages if not is_asked(page)] + [ROOT / "README.md"]
    found = {
        (page.name, text)
        for page in pages
        for text in words_of(page)
        if len(set(names.findall(text))) > 1 or STATED.search(text)
    }
    assert not found
    assert len(pages) > 10


def test_chapters_and_the_front_page_are_asked_about(evidence: Evidence) -> None:
    notebooks = [page for name in pages_of_the_book(ROOT) if "jupytext" in read_page(page := ROOT / f"{name}.md").front]
    assert evidence.sources and notebooks and all(map(is_asked, notebooks))


def test_an_interval_that_was_not_narrowed_is_not_called_narrow(few: Evidence) -> None:
    known = [one for one in Report(few).observations.values() if one.ci_low is not None]
    narrowed, others = ([one for one in known if (one.frame_size is None) == plain] for plain in (False, True))
    assert f"They are narrower because all {narrowed[0].frame_size} were asked" in uncertainty_line(narrowed)
    assert f"Those with an n out of {narrowed[0].frame_size} are narrower because all" in uncertainty_line(
        narrowed + others
    )
    assert "narrower" not in uncertainty_line(others)


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a small book to which a publication of each kind was added, from five countries and in six languages."""
    chapter = (
        f"# Use\n\nUse is {{ev}}`dansk-erhverv-2024/use/uses`.\n\n```{{chapter-comparison}} strategy\n```\n\n{FIGURE}"
    )
    project = small_book(tmp_path_factory.mktemp("grown") / "project", chapter)
    front = "# Front\n\nA page for a test.\n\n```{report-facts}\n```\n"
    (project / "index.md").write_text(front, encoding="utf-8")
    change(project / "_toc.yml", "chapters/short", "chapters/strategy")
    (project / "chapters" / "short.md").rename(project / "chapters" / "strategy.md")
    add_publications(project)
    note_as_read(project / "chapters" / "strategy.md", Report(read_evidence(project)))
    result = build(project)
    assert result.returncode == 0, result.stdout[-4000:] + result.stderr[-4000:]
    return project


def shown(project: Path, page: str) -> str:
    text = (project / "_build" / "html" / f"{page}.html").read_text(encoding="utf-8")
    return " ".join(re.sub(r"<[^>]+>", " ", re.search(r"<article.*?</article>", text, re.DOTALL)[0]).split())


def test_what_the_report_rests_on_follows_the_evidence(grown: Path) -> None:
    languages = "Danish, English, Icelandic, Norwegian, Finnish and Swedish"
    told = re.search(r"Rests on (\d) publications in (.*?) from (.*?), with", shown(grown, "index"))
    assert set(re.split(", | and ", told[2])) == set(re.split(", | and ", languages))
    assert set(re.split(", | and ", told[3])) == {"Denmark", "Iceland", "Norway", "Finland", "Sweden"}
    assert int(told[1]) == len(list((grown / "data" / "sources").glob("*.yml")))


def test_a_country_s_page_says_of_a_chapter_only_what_holds_for_each(grown: Path) -> None:
    for country in ("denmark", "finland", "iceland", "norway", "sweden"):
        text = shown(grown, f"countries/{country}")
        assert "More on strategy stands in its chapter ." in text
        assert "compares" not in text.replace("what this report compares across publications", "")
    assert "draws on" not in (grown / "_build/html/chapters/strategy.html").read_text(encoding="utf-8")


def test_what_an_author_confirmed_is_not_shown(grown: Path) -> None:
    digests = read_page(grown / "chapters" / "strategy.md").front["evidence_read"].values()
    for file in (grown / "_build" / "html").rglob("*"):
        content = file.read_bytes() if file.is_file() else b""
        assert b"evidence_read" not in content and not any(one.encode() in content for one in digests), file


# ---- What authors write


def add_page(project: Path, name: str, content: str, front: str = KEY) -> Path:
    page = project / f"{name}.md"
    page.parent.mkdir(exist_ok=True)
    page.write_text(f"---\n{front}---\n\n# A finding\n\nNothing read here counts it.\n\n{content}\n", encoding="utf-8")
    return page


def report_here() -> Report:
    """Give the report of the evidence here, which is read once for all pages that are asked about."""
    files = (file for file in Path("data").resolve().rglob("*") if file.is_file())
    return _report(tuple(sorted((file, file.stat().st_mtime_ns) for file in files)))


@lru_cache(maxsize=1)
def _report(_: tuple[tuple[Path, int], ...]) -> Report:
    return Report(read_evidence(Path.cwd()))


def told(page: Path) -> str:
    return "\n".join(message for _, message in unconfirmed(read_page(page), report_here()))


def confirm(page: Path) -> str:
    note_as_read(page, report_here())
    return page.read_text(encoding="utf-8")


# A page speaks of a theme because a directive, a role or a figure names it.
NAMED = {
    "strategy": FIGURE,
    "competence": "KS says so ({ev-source}`ks-2024/survey-2024`), and few know it ({ev}`dansk-erhverv-2024/management-competence/high`).",
    "barriers": "```{evidence-list} ks-2024/barrier-dimensions\n```",
    "collaboration": "```{chapter-comparison} collaboration\n```",
    "gains": "```{read-with-care} gains\n```",
}


@pytest.fixture
def pages(project: Path) -> dict[str, Path]:
    """Write a page on each theme and one on each country, all confirmed."""
    of_countries = {code: f"```{{country}} {code}\n```" for code in ("DK", "NO", "SE", "FI", "IS")}
    pages = {name: add_page(project, f"pages/{name}", text) for name, text in (NAMED | of_countries).items()}
    # Nobody has read them yet with the records that there are.
    assert [name for name, page in pages.items() if not told(page)] == ["collaboration", "FI", "IS"]
    for page in pages.values():
        confirm(page)
    return pages


@pytest.mark.parametrize("file", sorted(INVENTED.glob("*.yml")), ids=lambda file: file.stem)
def test_a_new_publication_names_the_pages_on_its_themes_and_its_country(pages: dict[str, Path], file: Path) -> None:
    assert [name for name, page in pages.items() if told(page)] == []
    shutil.copy(file, "data/sources")
    added = yaml.safe_load(file.read_text(encoding="utf-8"))
    kinds = ("surveys", "questions", "figures", "lists", "statements")
    parts = [added, *(part for kind in kinds for part in added.get(kind, []))]
    countries = {part["country"] for part in parts if "country" in part}
    expected = {part["theme"] for part in parts if "theme" in part} | countries
    assert {name for name, page in pages.items() if told(page)} == expected
    for name in expected & set(THEMES):
        advice = f"read it again, then run `make confirm PAGE=pages/{name}`"
        records = f"on which there are new or changed records of `{file.stem}`"
        assert told(pages[name]) == f"speaks of {name}, {records}; {advice}"
        confirm(pages[name])
    assert {name for name, page in pages.items() if told(page)} == countries


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('value: 79\n        as_printed: "79 pct."', 'value: 78\n        as_printed: "78 pct."', {"strategy", "DK"}),
        ("label: Uses AI today", "label: Works with AI now", set()),
    ],
)
def test_a_corrected_number_names_them_and_a_better_word_does_not(
    pages: dict[str, Path], old: str, new: str, expected: set[str]
) -> None:
    change(Path("data/sources/dansk-erhverv-2024.yml"), old, new)
    assert {name for name, page in pages.items() if told(page)} == expected


def test_a_page_that_comes_to_speak_of_another_theme_has_to_be_read_with_its_records(pages: dict[str, Path]) -> None:
    change(pages["strategy"], "# A finding\n", f"# A finding\n\n{NAMED['gains']}\n")
    assert told(pages["strategy"]).startswith("speaks of gains and strategy, on which ")


@pytest.mark.parametrize("front", [KEY, "evidence_read:\n", "evidence_read: yes\n", "evidence_read:\n- ks-2024\n",
                                   "evidence_read:\n  ks-2024: 1\n  x-2020: [2]\n"])  # fmt: skip
@pytest.mark.parametrize(("above", "below"), [("", ""), ("description: A page.\n", "orphan: true\n")])
def test_confirming_changes_nothing_else_of_a_page(project: Path, front: str, above: str, below: str) -> None:
    page = add_page(project, "page", NAMED["gains"], above + front + below)
    before = page.read_text(encoding="utf-8")
    assert "`ks-2024`" in told(page)
    after = confirm(page)
    assert told(page) == "" and confirm(page) == after
    facts = read_page(page).front
    assert isinstance(facts.pop("evidence_read"), dict) and facts == (yaml.safe_load(above + below) or {})
    assert after.split("---\n\n")[1] == before.split("---\n\n")[1]


def test_a_page_without_front_matter_can_be_confirmed_and_is_not_asked_about_before(project: Path) -> None:
    page, text = project / "page.md", "# A finding\n\nIt is true.\n\n---\n\n```{read-with-care} gains\n```\n"
    page.write_text(text, encoding="utf-8")
    assert told(page) == ""
    assert confirm(page).endswith(f"---\n\n{text}")
    shutil.copy(INVENTED / "daemi-2026.yml", "data/sources")
    assert "`daemi-2026`" in told(page)
