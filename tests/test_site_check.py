"""The site check lets the built site pass, and reports each kind of fault with its page, line and what to do."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

PAGE = """<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><title>{title}</title>
<meta name="description" content="About {title}">
<link rel="canonical" href="https://example.org/report/{name}.html">
<link rel="stylesheet" href="report.css"></head>
<body><h1 id="top">{title}</h1>
<p>Use is <a class="ev" data-role="ev" href="other.html#top">16%</a>.</p>
<p><img src="a.png" alt="A picture"><svg role="img" aria-label="A dot"><path d="M0 0"></path></svg></p>
<table><tr><td>1</td></tr></table>
<script type="application/ld+json">{{"url": "https://example.org/report/index.html", "contentUrl": "a.png"}}</script>
</body></html>
"""

INDEX = "searchIndex = [%s];\n"


@pytest.fixture(scope="session")
def check(script: Callable[[str], ModuleType]) -> ModuleType:
    return script("check_site")


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """Make a site of two pages without a fault."""
    for name, title in (("index", "Front"), ("other", "Other")):
        (tmp_path / f"{name}.html").write_text(PAGE.format(name=name, title=title), encoding="utf-8")
    (tmp_path / "a.png").touch()
    (tmp_path / "report.css").write_text('body { background: url("a.png") }\n', encoding="utf-8")
    (tmp_path / "search-index.js").write_text(INDEX % '["index", []], ["other", []]', encoding="utf-8")
    addresses = "".join(f"<loc>https://example.org/report/{name}.html</loc>" for name in ("index", "other"))
    (tmp_path / "sitemap.xml").write_text(f"<urlset>{addresses}</urlset>", encoding="utf-8")
    return tmp_path


def told(check: ModuleType, folder: Path) -> list[str]:
    return [str(finding) for finding in check.check_site(check.Site(folder, ["index", "other"]))]


def test_the_built_site_has_no_fault(check: ModuleType, site: Path, root: Path) -> None:
    pages = re.findall(r"(?:root|file): (\S+)", (root / "_toc.yml").read_text(encoding="utf-8"))
    assert len(pages) >= 8
    checked = check.Site(site, pages)
    assert [str(finding) for finding in check.check_site(checked)] == []
    # What was checked was there: a rule that sees nothing objects to nothing.
    records = [page for name, page in checked.pages.items() if name.startswith("evidence/register/")]
    assert sum(len(page.ids) for page in records) > 300
    assert sum(len(page.soup.select("a[data-role]")) for page in checked.pages.values()) > 20


def test_a_good_site_passes(check: ModuleType, good: Path) -> None:
    assert told(check, good) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        pytest.param("Use is", "Traceback (most recent call last): Use is", 7, "stands in the text", id="traceback"),
        pytest.param("Use is", "Use is np.float64(16.0)", 7, "`np.float64(` stands", id="numpy number"),
        pytest.param("Use is", "Use is nan", 7, "`nan` stands", id="nan"),
        pytest.param("Use is", "Use is None%", 7, "`None%` stands", id="none"),
        pytest.param("Use is", "Use is {ev}`x`", 7, "`{ev}` stands", id="role that was not read"),
        pytest.param("16%", "", 7, "the number of `other.html#top` is empty", id="empty number"),
        pytest.param("16%", "nan", 7, "the number of `other.html#top` is empty", id="number that is none"),
        pytest.param("<td>1</td>", "<td>None</td>", 9, "a cell holds `None`", id="cell with none"),
        pytest.param("<p>Use", '<p id="top">Use', 7, "the id `top` stands on line 6 already", id="id twice"),
        pytest.param("<p>Use", '<p aria-describedby="gone">Use', 7, "`aria-describedby` names `gone`", id="id that is named"),
        pytest.param("other.html#top", "gone.html", 7, "`gone.html` leads to no file", id="dead link"),
        pytest.param("other.html#top", "other.html#gone", 7, "leads to no place on other.html", id="dead anchor"),
        pytest.param("other.html#top", "../secret.html", 7, "leads to no file of the site", id="link out of the site"),
        pytest.param('src="a.png"', 'src="b.png"', 8, "`b.png` leads to no file", id="dead picture"),
        pytest.param('src="a.png"', 'src="a.png" srcset="a.png 1x, b.png 2x"', 8, "`b.png` leads to no file", id="dead srcset"),
        pytest.param('"contentUrl": "a.png"', '"contentUrl": "b.csv"', 10, "`b.csv` leads to no file", id="dead metadata"),
        pytest.param("report/index.html", "report/gone.html", None, "report/gone.html` leads to no file", id="dead own address"),
        pytest.param('{"url"', '{"url', 10, "the metadata is no JSON", id="broken metadata"),
        pytest.param('src="a.png"', 'src="https://cdn.example.com/a.png"', 8, "is fetched from another host", id="picture elsewhere"),
        pytest.param("<h1", '<script src="//cdn.example.com/a.js"></script><h1', 6, "is fetched from another host", id="script elsewhere"),
        pytest.param('href="report.css"', 'href="https://cdn.example.com/a.css"', 5, "is fetched from another host", id="style elsewhere"),
        pytest.param("<h1", '<form action="https://example.com/"></form><h1', 6, "is fetched from another host", id="form elsewhere"),
        pytest.param("<p>Use", "<p style=\"background: url('https://cdn.example.com/a')\">Use", 7, "`style` stands in the page", id="style attribute"),
        pytest.param("<p>Use", '<p class="a" class="b">Use', 7, "no valid HTML", id="attribute twice"),
        pytest.param("<p>Use is", "<p><b>Use is", 7, "no valid HTML", id="tag left open"),
        pytest.param("<p>Use is", "<p>&nosuch; Use is", 7, "no valid HTML", id="entity that is none"),
        pytest.param("Use is", "<span><div>Use</div></span> is", 7, "no valid HTML", id="block in paragraph"),
        pytest.param("<p>Use", "<span><div>Use</div></span><p>Use", 7, "a block cannot stand where only text may", id="block in text"),
        pytest.param("<p>Use", "<summary><p>More</p></summary><p>Use", 7, "<p> stands where it may not: a block cannot stand in <summary>", id="paragraph in summary"),
        pytest.param("16%", "<button>16%</button>", 7, "<button> stands where it may not: one of two things to activate", id="button in link"),
        pytest.param('<svg role="img"', '<svg hidden role="img"', 8, "`hidden` is not allowed on <svg>", id="hidden drawing"),
        pytest.param(' role="img" aria-label="A dot"', "", 8, "a drawing needs `role=\"img\"`", id="drawing without a role"),
        pytest.param("<p><img", '<video src="a.png"></video><p><img', 8, "a recording needs a title", id="recording without a title"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_page_and_line(
    check: ModuleType, good: Path, old: str, new: str, line: int | None, message: str,
) -> None:  # fmt: skip
    file = good / "index.html"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    findings = told(check, good)
    matching = [finding for finding in findings if message in finding]
    assert matching, findings
    assert all(re.match(r"[\w.]+:\d+: \S", finding) for finding in findings)
    if line is not None:
        assert matching[0].startswith(f"index.html:{line}: "), matching


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("other.html", None, "_toc.yml:1: `other.html` is listed but is no page of this site"),
        ("search-index.js", None, "search-index.js:1: the search index is missing"),
        ("search-index.js", INDEX % '["index", []]', "search-index.js:1: `other.html` is not listed"),
        ("search-index.js", INDEX % '["index", []], ["other", []], ["old", []]', "`old.html` is listed but is no page of this site"),
        ("search-index.js", INDEX % '["index", []], ["other", [["gone", "Gone", ""]]]', "`other.html#gone` leads to no place on other.html"),
        ("sitemap.xml", "<loc>https://example.org/report/other.html</loc>", "`index.html` is not listed"),
        ("sitemap.xml", "<loc>https://example.org/report/old.html</loc>", "`old.html` is listed but is no page of this site"),
        ("sitemap.xml", "<loc>https://example.com/index.html</loc>", "is listed but is no page of this site"),
        ("report.css", "p { background: url(b.png) }", "report.css:1: `b.png` leads to no file"),
        ("report.css", "\n@import 'https://example.com/a.css'", "report.css:2: `https://example.com/a.css` is fetched"),
    ],
)  # fmt: skip
def test_a_fault_of_a_file_is_told(check: ModuleType, good: Path, name: str, text: str | None, message: str) -> None:
    if text is None:
        (good / name).unlink()
    else:
        (good / name).write_text(text, encoding="utf-8")
    findings = told(check, good)
    assert any(message in finding for finding in findings), findings
