"""What authors write in Markdown is checked without building: each mistake is told with file, line and what to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from nordic_ai.analysis.report import Report
from nordic_ai.authoring.text_checks import prose_problems
from nordic_ai.evidence.errors import EvidenceError
from nordic_ai.evidence.loading import Evidence, read_evidence
from nordic_ai.evidence.strict_yaml import read_yaml

PAGE = """\
---
description: A page for a test.
---

# A page

Of those who answered, {ev}`dansk-erhverv-2024/use/uses` said so in early 2024 (95% interval {ev-ci}`dansk-erhverv-2024/use/uses`).
The report says why ({ev-source}`ks-2024/barriers-shared`).

## A section

(a-label)=
- **Use.** See [the section](#a-section), [a label](a-label) and [another page](other.md).
- The municipality's chatbot writes *kommunaldirektør* correctly.

```{evidence-list} ks-2024/barrier-dimensions
```

```{note}
A note.
```

```{code-cell} ipython3
from nordic_ai import charts, figure, observations

figure(
    charts.dots(observations("governo-2025/state-support-2024")),
    id="sweden-2024",
    title="A finding",
    description="Dots on a scale from 0 to 100 per cent.",
)
```
"""


@pytest.fixture
def book(project: Path) -> Path:
    """Make a book of two pages without any mistake, over the data of the project."""
    (project / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters:\n  - file: other\n", encoding="utf-8")
    (project / "index.md").write_text(PAGE, encoding="utf-8")
    (project / "other.md").write_text("# Other\n\nAnother page.\n", encoding="utf-8")
    return project


def told(book: Path) -> list[str]:
    return [str(problem) for problem in prose_problems(book, Report(read_evidence(book)))]


def test_a_page_without_mistakes_passes(book: Path) -> None:
    assert told(book) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        pytest.param("The report says", "The 79% says", 8, "the number 79 is typed; let a role such as {ev}`id` write it", id="percentage"),
        pytest.param("The report says", "The 1,234 reports say", 8, "the number 1,234 is typed", id="head count"),
        pytest.param("A note.", "A note of DKK 5 million.", 20, "the number 5 is typed", id="number in a directive"),
        pytest.param('"A finding"', '"A finding of 68%"', 29, "the number 68 is typed; say in words", id="number in a figure's title"),
        pytest.param("# A page\n", "# A page on 98 places\n", 5, "the number 98 is typed", id="number in a heading"),
        pytest.param("{ev}`dansk-erhverv-2024/use/uses`", "{ev}`dansk-erhverv-2024/use/used`", 7, "{ev}`dansk-erhverv-2024/use/used`: no record has the id", id="unknown id"),
        pytest.param("{ev-ci}`dansk-erhverv-2024/use/uses`", "{ev-ci}`governo-2025/strategy-2018/has`", 7, "has no interval: the number of answers is unknown", id="role that makes no sense"),
        pytest.param("ks-2024/barriers-shared", "ks-2024/barriers", 8, "{ev-source}`ks-2024/barriers`: no record has the id", id="unknown source"),
        pytest.param("{evidence-list} ks-2024/barrier-dimensions", "{evidence-list} ks-2024/dimensions", 16, "no list has the id `ks-2024/dimensions`", id="unknown list"),
        pytest.param("governo-2025/state-support-2024", "governo-2025/state-support", 27, "no record has the id `governo-2025/state-support`", id="unknown id in a figure"),
        pytest.param("(other.md)", "(others.md)", 13, "the link leads to `others.md`, which is neither a file nor a label", id="link to no page"),
        pytest.param("(#a-section)", "(#b-section)", 13, "the link leads to `#b-section`, which no heading or label has", id="link to no heading"),
        pytest.param("](a-label)", "](b-label)", 13, "the link leads to `b-label`", id="link to no label"),
        pytest.param("## A section", "### A section", 10, "the heading jumps from level 1 to 3; write `##`", id="heading that jumps"),
        pytest.param("## A section", "# A section", 10, "a second title", id="two titles"),
        pytest.param("# A page\n", "", 9, "the heading jumps from level 0 to 2", id="no title"),
        pytest.param("---\ndescription: A page for a test.\n---\n\n# A page\n\nOf those", "# A page\n\n**In short**\n\nOf those", 1, "has no description", id="no description"),
        pytest.param("The report says why (", "The report says. It says why (", 8, "two sentences on a line; begin a new line at “It says why", id="two sentences on a line"),
        pytest.param("The report says why (", "The report\nsays why (", 8, "a sentence goes on in the next line", id="sentence on two lines"),
        pytest.param("The report says", "The raport says", 8, "the word “raport” is unknown; is it “", id="misspelt word"),
        pytest.param("The report says", "The organization says", 8, "the word “organization” is unknown; is it “organisation”?", id="American word"),
        pytest.param('"A finding"', '"A fnding"', 29, "the word “fnding” is unknown", id="misspelt title of a figure"),
        pytest.param("A note.", "A nte.", 20, "the word “nte” is unknown", id="misspelt word in a directive"),
        pytest.param("description: A page", "description: [A page", 1, "the front matter is not readable", id="broken front matter"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line(book: Path, old: str, new: str, line: int, message: str) -> None:
    file = book / "index.md"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    matching = [problem for problem in told(book) if message in problem]
    assert matching, told(book)
    assert matching[0].startswith(f"index.md:{line}: ")


def test_a_misspelt_word_of_a_record_is_told_with_its_line(book: Path) -> None:
    file = book / "data" / "sources" / "dansk-erhverv-2024.yml"
    text = file.read_text(encoding="utf-8")
    assert "label: Do not know" in text
    file.write_text(text.replace("label: Do not know", "label: Do not knwo", 1), encoding="utf-8")
    line = text[: text.index("label: Do not know")].count("\n") + 1
    (problem,) = told(book)
    assert problem.startswith(f"data/sources/dansk-erhverv-2024.yml:{line}: the word “knwo” is unknown")


def test_a_page_of_the_contents_that_is_not_there_is_told(book: Path) -> None:
    (book / "other.md").unlink()
    with pytest.raises(EvidenceError, match=r"^_toc\.yml:4: names other\.md, which does not exist"):
        told(book)
    (book / "other.md").write_bytes("# Größe\n".encode("latin-1"))
    assert "other.md: is not UTF-8; save it as UTF-8" in told(book)


def test_files_for_contributors_may_hold_numbers_but_no_mistakes(book: Path) -> None:
    (book / "README.md").write_text("# The project\n\nIt takes 17 minutes.\nIt takes tmie.\n", encoding="utf-8")
    (problem,) = told(book)
    assert problem.startswith("README.md:4: the word “tmie” is unknown")


def test_a_page_about_the_report_itself_may_hold_its_numbers(book: Path) -> None:
    (book / "other.md").rename(book / "accessibility.md")
    (book / "accessibility.md").write_text("# Other\n\nIt was read at a width of 320 pixels.\n", encoding="utf-8")
    (book / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nchapters:\n  - file: accessibility\n", encoding="utf-8"
    )
    index = (book / "index.md").read_text(encoding="utf-8")
    (book / "index.md").write_text(index.replace("(other.md)", "(accessibility.md)"), encoding="utf-8")
    assert told(book) == []


def test_abbreviations_and_dates_end_no_sentence(book: Path) -> None:
    lines = [
        "On 5 September 2024, e.g. Monday, it was told (see A. Author).",
        "What “ends with a mark.” goes on, and i.e. Denmark is named.",
        "It is under CC BY 4.0, in UTF-8.",
        "Does it ask?",
    ]
    (book / "other.md").write_text("# Other\n\n" + "\n".join(lines) + "\n", encoding="utf-8")
    assert told(book) == []


def test_the_list_of_words_is_in_order_and_needed(root: Path, evidence: Evidence) -> None:
    words = [line for line in (root / "data" / "words.txt").read_text("utf-8").splitlines() if not line.startswith("#")]
    assert words == sorted(set(words), key=str.casefold)
    texts = [
        file.read_text("utf-8") for file in [*root.glob("*.md"), *root.glob("*/*.md")] if "_build" not in file.parts
    ]
    texts += [str(read_yaml(file).data) for file in (root / "data").rglob("*.yml")]
    used = {word.casefold() for text in texts for word in re.findall(r"[^\W\d_]+", text)}
    assert [word for word in words if word.casefold() not in used] == []


def test_a_list_of_words_that_is_gone_or_not_in_order_is_told(book: Path) -> None:
    words = book / "data" / "words.txt"
    words.write_text(words.read_text(encoding="utf-8") + "aabenraa\n", encoding="utf-8")
    assert told(book) == ["data/words.txt: is not in order, or lists a word twice; run `make format`"]
    words.unlink()
    with pytest.raises(EvidenceError, match=r"^data/words\.txt: cannot be read: No such file or directory$"):
        told(book)
