"""Every page meets WCAG 2.2 AA as far as axe-core can tell, in light and in dark."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import PAGES
from playwright.sync_api import BrowserContext, Page

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


@pytest.fixture
def open_for_axe(context: Callable[..., BrowserContext]) -> Callable[..., Page]:
    # The accessibility rules are injected as a script, which the policy rightly refuses. Without motion, what is
    # opened is there at once; half-faded text has no contrast of its own.
    return lambda **settings: context(bypass_csp=True, reduced_motion="reduce", **settings).new_page()


@pytest.mark.parametrize("name", [*PAGES, "404"])
def test_a_page_meets_wcag_2_2_aa(open_for_axe: Callable[..., Page], address: str, name: str) -> None:
    """Every element of every page: names of pictures and links, languages, lists, headings, landmarks; then colours."""
    opened = open_for_axe()
    opened.goto(f"{address}/{name}.html")
    assert violations(opened, RULES) == []
    left = opened.evaluate(THIN_OUT, MANY)
    assert left and all(left.values())
    for scheme in ("light", "dark"):
        opened.emulate_media(color_scheme=scheme, reduced_motion="reduce")
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


def test_each_fault_of_accessibility_is_found(open_for_axe: Callable[..., Page]) -> None:
    opened = open_for_axe()
    opened.set_content(f"<!doctype html><main><h1 id='top'>Faults</h1>{''.join(FAULTS.values())}</main>")
    assert {found.partition(":")[0] for found in violations(opened, RULES)} == set(FAULTS)
    opened.set_content("<!doctype html><article><p>Seen</p>" + "<p class='pale' style='color: #bbb'>Pale</p>" * 9)
    assert opened.evaluate(THIN_OUT, MANY)["ARTICLE. P.pale"] == MANY
    assert [found.partition(":")[0] for found in violations(opened, RULES_OF_COLOURS)] == ["color-contrast"] * MANY
