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
MANY = 8


def violations(opened: Page, options: dict[str, object]) -> list[str]:
    """List what axe finds on a page, with everything that folds opened and all records laid out, as by a link to one."""
    opened.evaluate("location.hash = 'furo-main-content'")
    opened.evaluate("document.querySelectorAll('details').forEach((d) => (d.open = true))")
    result = Axe().run(opened, options=options | {"resultTypes": ["violations"]})
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
    folder, _, code = name.rpartition("/")
    if folder in ("summaries", "municipality") and code not in ("da", "en"):
        return  # the colours are those of the same page in Danish or English
    # Contrast takes a minute on the longest page. Of many records, findings or rows, which look alike, a few from all
    # over each part stand for all.
    opened.evaluate(
        """(many) => document.querySelectorAll("article > section > section, tbody").forEach((part) =>
            part.querySelectorAll(".record-box, :scope > tr").forEach((e, i, all) =>
                i % Math.ceil(all.length / many) && e.remove()))""",
        MANY,
    )
    for scheme in ("light", "dark"):
        opened.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert violations(opened, RULES_OF_COLOURS) == [], scheme


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
