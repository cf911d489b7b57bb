"""Every page is clean, light, fit for a small phone and for paper, and accessible (WCAG 2.2 AA) as far as axe can tell."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import FIGURE_PAGES, PAGES, Seen
from playwright.sync_api import Browser, Page, expect

# What a reader's browser transfers, in kB of 1,000 bytes after gzip, and the requests that it makes.
FIRST_VISIT, NEXT_PAGE, REQUESTS, LONG_PAGE = 71, 38, 12, 250

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
BEYOND_WCAG = ["landmark-unique", "landmark-one-main", "page-has-heading-one", "heading-order", "skip-link"]
OF_COLOURS = ["color-contrast", "link-in-text-block"]
RULES = {
    "runOnly": {"type": "tag", "values": WCAG},
    "rules": {rule: {"enabled": rule in BEYOND_WCAG} for rule in [*BEYOND_WCAG, *OF_COLOURS]},
}
RULES_OF_COLOURS = {"runOnly": {"type": "rule", "values": OF_COLOURS}}
# Leaves of each kind of element, by its name and class and those of its parent, this many: contrast, which takes axe a
# minute on the longest page, is alike in all of a kind.
THIN_OUT = """(many) => {
    const all = [...document.querySelectorAll("body *")], left = {};
    const name = (e) => `${e.tagName}.${e.getAttribute("class") ?? ""}`;
    const kind = (e) => `${name(e.parentElement)} ${name(e)}`;
    for (const e of all) left[kind(e)] = (left[kind(e)] ?? 0) + 1;
    for (const e of all.reverse()) {
        const gone = {};
        for (const inside of [e, ...e.querySelectorAll("*")]) gone[kind(inside)] = (gone[kind(inside)] ?? 0) + 1;
        if (Object.entries(gone).some(([kind, number]) => left[kind] - number < many)) continue;
        for (const kind in gone) left[kind] -= gone[kind];
        e.remove();
    }
    return left;
}"""
MANY = 2

IN_THE_PAGE = Axe("0")
"""Runs rules that an earlier look at the same page has put into it already."""


def violations(opened: Page, options: dict[str, object], axe: Axe | None = None) -> list[str]:
    """List what axe finds on a page, with everything that folds opened and all records laid out, as by a link to one."""
    opened.evaluate("location.hash = 'furo-main-content'")
    opened.evaluate("document.querySelectorAll('details').forEach((d) => (d.open = true))")
    result = (axe or Axe()).run(opened, options=options | {"resultTypes": ["violations"], "preload": False})
    return [
        f"{violation['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for violation in result.response["violations"]
        for node in violation["nodes"]
    ]


def test_every_page_is_among_those_tested(root: Path) -> None:
    written = re.findall(r"(?:root|file): (\S+)", (root / "_toc.yml").read_text(encoding="utf-8"))
    assert set(written) <= set(PAGES)


def test_a_page_loads_clean_under_the_policy_and_is_light(seen: Seen) -> None:
    assert seen.complaints == []
    if seen.name not in FIGURE_PAGES:
        assert sum(seen.loaded.values()) <= LONG_PAGE
        return
    assert any("report-serif" in url for url in seen.loaded), "the font has to be in the sum"
    assert sum(seen.loaded.values()) <= FIRST_VISIT and len(seen.loaded) <= REQUESTS, seen.loaded
    # Whoever has been on another page before has what all pages share.
    assert sum(size for url, size in seen.loaded.items() if "/_static/" not in url) <= NEXT_PAGE, seen.loaded


def test_nothing_is_wider_than_a_small_phone(seen: Seen) -> None:
    opened = seen.page
    opened.set_viewport_size({"width": 320, "height": 640})
    opened.evaluate("document.querySelectorAll('details').forEach((d) => (d.open = true))")
    assert opened.evaluate("document.documentElement.scrollWidth") <= 320
    wide = opened.evaluate(
        """() => [...document.querySelectorAll("article *")].filter((e) => !e.closest(".table-scroll, pre")
            && !e.closest(".figure-said") && e.getBoundingClientRect().right > 321).map((e) => e.outerHTML.slice(0, 120))"""
    )
    assert wide == []


@pytest.mark.parametrize("seen", FIGURE_PAGES, indirect=True)
def test_text_in_charts_is_whole_and_apart(seen: Seen) -> None:
    """Measured as the browser sets it: no text is cut off by its picture, none meets another."""
    for width in (1200, 320):
        seen.page.set_viewport_size({"width": width, "height": 900})
        found = seen.page.evaluate(
            """() => [...document.querySelectorAll("figure svg")].filter((s) => s.checkVisibility()).flatMap((picture) => {
                const frame = picture.getBoundingClientRect();
                const boxes = [...picture.querySelectorAll("text")].flatMap((t) => t.querySelector("tspan")
                    ? [...t.querySelectorAll("tspan")] : [t]).map((t) => [t.textContent, t.getBoundingClientRect()]);
                const cut = boxes.filter(([, b]) => b.left < frame.left - 1 || b.right > frame.right + 1
                    || b.bottom > frame.bottom + 1 || b.top < frame.top - 1).map(([text]) => `cut: ${text}`);
                const meets = (a, b) => a.left < b.right - 1 && b.left < a.right - 1
                    && a.top < b.bottom - 3 && b.top < a.bottom - 3;
                const met = boxes.flatMap(([one, a], i) => boxes.slice(i + 1).filter(([, b]) => meets(a, b))
                    .map(([other]) => `meets: ${one} / ${other}`));
                return [...cut, ...met];
            })"""
        )
        assert found == [], width


@pytest.mark.parametrize("seen", FIGURE_PAGES, indirect=True)
def test_charts_are_printed_and_cards_are_not(seen: Seen) -> None:
    opened = seen.page
    opened.set_viewport_size({"width": 1200, "height": 900})
    opened.locator("a.ev").first.focus()
    opened.emulate_media(media="print")
    expect(opened.locator(".ev-card")).to_be_hidden()
    figures = opened.locator("figure.evidence-figure")
    assert [one.locator("svg:visible").count() for one in figures.all()] == [1] * figures.count()
    opened.emulate_media(media="screen")


@pytest.mark.parametrize("seen", [*PAGES, "404"], indirect=True)
def test_a_page_meets_wcag_2_2_aa(seen: Seen) -> None:
    """Every element of every page: names of pictures and links, languages, lists, headings, landmarks; then colours.

    The last look at a page, of which it leaves little.
    """
    opened = seen.page
    opened.set_viewport_size({"width": 1200, "height": 900})
    assert violations(opened, RULES) == []
    left = opened.evaluate(THIN_OUT, MANY)
    assert left and all(left.values())
    for scheme in ("light", "dark"):
        opened.emulate_media(color_scheme=scheme)
        assert violations(opened, RULES_OF_COLOURS, IN_THE_PAGE) == [], scheme


FAULTS = {
    "image-alt": '<img src="a.png">',
    "input-image-alt": '<input type="image" src="a.png">',
    "area-alt": '<img src="a.png" alt="Map" usemap="#m"><map name="m"><area href="#top" coords="0,0,1,1"></map>',
    "link-name": '<a href="#top"><img src="a.png" alt=""></a>',
    "button-name": '<button><svg width="9" height="9"><path d="M0 0h9v9"></path></svg></button>',
    "svg-img-alt": '<svg role="img" width="9" height="9"><path d="M0 0h9v9"></path></svg>',
    "object-alt": '<object data="a.png"></object>',
    "frame-title": '<iframe src="about:blank"></iframe>',
    "list": "<ul><p>No item</p></ul>",
    "definition-list": "<dl><p>No term</p></dl>",
    "aria-valid-attr-value": '<button aria-controls="gone">More</button>',
    "td-headers-attr": '<table><tr><th id="a">A</th><td headers="gone">1</td></tr></table>',
    "html-has-lang": "",
    "document-title": "",
}


def test_each_fault_of_accessibility_is_found(browser: Browser) -> None:
    opened = browser.new_page()
    opened.set_content(f"<!doctype html><main><h1 id='top'>Faults</h1>{''.join(FAULTS.values())}</main>")
    assert {found.partition(":")[0] for found in violations(opened, RULES)} == set(FAULTS)
    opened.set_content("<!doctype html><article><p>Seen</p>" + "<p class='pale' style='color: #bbb'>Pale</p>" * 9)
    assert opened.evaluate(THIN_OUT, MANY)["ARTICLE. P.pale"] == MANY
    assert [found.partition(":")[0] for found in violations(opened, RULES_OF_COLOURS)] == ["color-contrast"] * MANY
