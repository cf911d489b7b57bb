"""The checks of texts read what a reader reads, wherever it stands, and say of it what an author can use."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from building import add_pages, checked_book, command, line_of, settings_for, told_of

# A typed share, all different, in each place where a reader meets one; what stands before the colon names the place.
SHARES = {
    "list-table": "```{list-table} Shares\n* - Denmark\n  - 11%\n```\n",
    "caption of a list-table": "```{list-table} Shares of 12%\n* - Denmark\n```\n",
    "table": "```{table} Shares\n| Country | Share |\n|---|---|\n| Denmark | 13% |\n```\n",
    "caption of a table": "```{table} Shares of 14%\n| Country |\n|---|\n| Denmark |\n```\n",
    "csv-table": "```{csv-table} Shares\n:header: Country, Share\n\nDenmark, 15%\n```\n",
    "header of a csv-table": "```{csv-table} Shares\n:header: Country, 16%\n\nDenmark, some\n```\n",
    "caption of a figure": "```{figure} dot.svg\n:alt: A dot\n\nA dot at 17%.\n```\n",
    "words for a figure": "```{figure} dot.svg\n:alt: A dot at 18%\n```\n",
    "words for a picture": "![A dot at 19%](dot.svg)\n",
    "sidebar": "```{sidebar} More\nIt was 21%.\n```\n",
    "title of a sidebar": "```{sidebar} More of 22%\nMuch more.\n```\n",
    "topic": "```{topic} More\nIt was 23%.\n```\n",
    "title of a note": "```{admonition} More of 24%\nMuch more.\n```\n",
    "container": ":::{container} lead\nIt was 25%.\n:::\n",
    "epigraph": "```{epigraph}\nIt was 26%.\n```\n",
    "pull-quote": "```{pull-quote}\nIt was 27%.\n```\n",
    "rubric": "```{rubric} It was 28%\n```\n",
    "compound": "```{compound}\nIt was 29%.\n```\n",
    "HTML": "<p>It was 31%.</p>\n",
    "HTML in a sentence": "It was <strong>32%</strong> of all.\n",
    "raw HTML": "```{raw} html\n<p>It was 35%.</p>\n```\n",
    "reStructuredText": "```{eval-rst}\n.. note:: It was 38%.\n```\n",
    "footnote": "It was so.[^note]\n\n[^note]: It was 39%.\n",
    "nested": "````{note}\n```{list-table}\n* - It was\n  - 33%\n```\n````\n",
    "role": "It was {sub}`34%` of all.\n",
    "number words": "Of all, thirty-six per cent said so.\n",
    "number words with percent": "Of all, forty percent said so.\n",
    "number words in a list-table": "```{list-table} Shares\n* - Denmark\n  - sixty per cent\n```\n",
}
# What is no number of a publication stays allowed in the same places.
ALLOWED = """\
```{list-table} What was asked in 2024
* - 95% interval
  - 5 May 2024
```

```{sidebar} Of 2018
Out of 100 per cent.
```

<p>It was in 2024.</p>

Some per cent said so.
"""
OTHERS = """\
# Others

This page holds other mistakes in places where a reader reads.

```{list-table} A caption with a misspelled wrod
* - {ev}`no/such-number`
  - [a link](nowhere.md)
```

:::{container} lead
Another misspelled wrds.
:::

<p>A third misspelled wodr.</p>
"""
ADDRESSES = """\
# Addresses

This page says where its sources lie.

The survey lies at https://www.kuntaliitto.example.org/tietopankki today.
Or at <https://www.kuntaliitto.example.org/tekoaly> and [there](https://www.kuntaliitto.example.org/kunnat).
Write to kirjaamo@kuntaliitto.example.org for more.
"""


def number_in(share: str) -> str:
    return re.search(r"\d\d(?=%)|thirty-six|forty|sixty", share)[0]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = checked_book(tmp_path_factory.mktemp("texts") / "project")
    assert (result := command(project, "record")).returncode == 0, result.stderr
    return project


@pytest.fixture(scope="module")
def checked(project: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Check a book with a page for each kind of mistake."""
    book = shutil.copytree(project, tmp_path_factory.mktemp("checked") / "project")
    (book / "about" / "dot.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', encoding="utf-8")
    shares = "# Shares\n\nThis page holds a typed share in each place.\n\n" + "\n".join(SHARES.values())
    # A description is read by whoever finds the page by a search.
    described = f"---\ndescription: It was 37% of all.\n---\n\n# Allowed\n\nThis page is right.\n\n{ALLOWED}"
    pages = {"shares": shares, "allowed": described, "others": OTHERS, "addresses": ADDRESSES}
    add_pages(book, {f"about/{name}": text for name, text in pages.items()})
    return book, command(book, "check").stderr


@pytest.mark.parametrize("share", [pytest.param(share, id=place) for place, share in SHARES.items()])
def test_a_typed_share_is_told_wherever_a_reader_reads_it(checked: tuple[Path, str], share: str) -> None:
    book, told = checked
    number = number_in(share)
    line = line_of(book, "about/shares.md", number)
    # Within a few lines, because a table is one piece for who reads it.
    found = [int(place) for place in re.findall(rf"shares\.md:(\d+): .*\b{number}\b", told)]
    assert found and all(line - 4 <= place <= line + 4 for place in found), told_of(told, "shares.md")


def test_a_typed_share_in_a_description_is_told(checked: tuple[Path, str]) -> None:
    assert re.search(r"allowed\.md:\d+: .*\b37\b", checked[1])


def test_years_and_numbers_of_the_methods_stay_allowed_in_these_places(checked: tuple[Path, str]) -> None:
    assert [line for line in told_of(checked[1], "allowed.md").splitlines() if "37" not in line] == []


@pytest.mark.parametrize("mistake", ["no/such-number", "nowhere.md", "wrod", "wrds", "wodr"])
def test_ids_links_and_spelling_are_looked_at_in_the_same_places(checked: tuple[Path, str], mistake: str) -> None:
    assert re.search(rf"others\.md:\d+: .*{mistake}", checked[1]), told_of(checked[1], "others.md")


def test_an_address_that_is_typed_bare_is_told_once(checked: tuple[Path, str]) -> None:
    """A reader could not follow it; one in < > is a link."""
    bare = ["https://www.kuntaliitto.example.org/tietopankki", "kirjaamo@kuntaliitto.example.org"]
    wanted = [f"the address {address} is no link; write <{address}>" for address in bare]
    assert [line.partition(": ")[2] for line in told_of(checked[1], "addresses.md").splitlines()] == wanted


def test_one_thing_is_told_in_the_singular(project: Path, tmp_path: Path) -> None:
    book = shutil.copytree(project, tmp_path / "project")
    page = book / "about" / "cite.md"
    page.write_text(page.read_text(encoding="utf-8") + "\nA wrod.\n", encoding="utf-8")
    result = command(book, "check")
    assert len(result.stderr.splitlines()) == 1 and "wrod" in result.stderr
    assert result.stdout.splitlines()[-1] == "1 problem"
    assert not re.search(r"\b1 (publications|chapters|problems|recordings)\b", result.stdout)


def test_words_and_code_are_put_in_order_by_a_command(project: Path, tmp_path: Path) -> None:
    book = shutil.copytree(project, tmp_path / "project")
    words, code = book / "data" / "words.txt", book / "scripts" / "audit.py"
    comments = [line for line in words.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    words.write_text(words.read_text(encoding="utf-8") + "aabenraa\nNorddjurs\n", encoding="utf-8")
    code.write_text(code.read_text(encoding="utf-8") + "\n\n\n\n\nX = {  'a':1 }\n", encoding="utf-8")
    make = ["make", "format", "STAMP=", f"BIN={Path(sys.executable).parent}"]
    result = subprocess.run(make, cwd=book, env=settings_for(book), capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    now = words.read_text(encoding="utf-8").splitlines()
    listed = now[len(comments) :]
    assert now[: len(comments)] == comments
    assert listed == sorted(set(listed), key=str.casefold) and "aabenraa" in listed
    assert 'X = {"a": 1}' in code.read_text(encoding="utf-8")
    assert command(book, "check").returncode == 0
