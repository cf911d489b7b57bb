"""A real browser shows what readers get: on a phone, in the dark, with the keyboard, on paper, without scripts."""

from __future__ import annotations

import csv
import functools
import http.server
import json
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright

# The policy that the site is made for. One relaxation: the theme and MyST-NB draw a few icons in their style sheets
# as data: images, which load nothing from anywhere. No inline script or style, no code made from strings.
POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'"
PAGES = [
    *("index", "sources", "register", "comparability", "audit", "methods", "corrections", "search"),
    *(f"chapters/{theme}" for theme in ("strategy", "competence", "barriers", "collaboration", "gains")),
]
FIGURE_PAGES = [page for page in PAGES if page.startswith("chapters/")]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Serve the site on this machine under the strict policy."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def end_headers(self) -> None:
            self.send_header("Content-Security-Policy", POLICY)
            super().end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="module")
def browser(script: Callable) -> Iterator[Browser]:
    found = script("find_browser").find()
    assert found, "no Chromium browser; run `make test`, which installs one or says how"
    with sync_playwright() as playwright:
        # Without the sandbox: as root, as in containers, Chromium starts in no other way. The pages are our own.
        options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
        opened = playwright.chromium.launch(executable_path=found, args=options)
        yield opened
        opened.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    opened = []

    def open_context(**settings: object) -> BrowserContext:
        opened.append(browser.new_context(**({"viewport": {"width": 1200, "height": 900}} | settings)))
        return opened[-1]

    yield open_context
    for one in opened:
        one.close()


@pytest.fixture
def page(context: Callable[..., BrowserContext], address: str) -> Iterator[Page]:
    """Open a page that fails the test on any error, any refusal by the policy, any request to another host."""
    complaints: list[str] = []
    opened = context().new_page()
    watch(opened, address, complaints)
    yield opened
    assert complaints == []


def watch(opened: Page, address: str, complaints: list[str]) -> None:
    opened.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("requestfailed", lambda request: complaints.append(f"failed: {request.url}") if broken(request) else None)
    opened.on("request", lambda r: None if r.url.startswith(address) else complaints.append(f"elsewhere: {r.url}"))


def broken(request: Request) -> bool:
    """Tell whether a request failed by itself: the browser drops what is still under way when a page is left."""
    return request.failure != "net::ERR_ABORTED"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_loads_clean_under_the_policy(page: Page, address: str, name: str) -> None:
    response = page.goto(f"{address}/{name}.html")
    assert response.headers["content-security-policy"] == POLICY
    page.wait_for_load_state("networkidle")
    assert page.title()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_meets_wcag_2_2_aa(context: Callable[..., BrowserContext], address: str, name: str, scheme: str) -> None:
    # The accessibility rules are injected as a script, which the policy rightly refuses.
    opened = context(color_scheme=scheme, bypass_csp=True).new_page()
    opened.goto(f"{address}/{name}.html")
    opened.evaluate("document.querySelectorAll('details').forEach((d) => (d.open = true))")
    opened.wait_for_timeout(800)  # opened parts fade in, and half-faded text has no contrast of its own
    result = Axe().run(opened, options={"runOnly": {"type": "tag", "values": WCAG}})
    found = [
        f"{violation['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for violation in result.response["violations"]
        for node in violation["nodes"]
    ]
    assert found == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_wider_than_a_small_phone(context: Callable[..., BrowserContext], address: str, name: str) -> None:
    opened = context(viewport={"width": 320, "height": 640}).new_page()
    opened.goto(f"{address}/{name}.html")
    opened.evaluate("document.querySelectorAll('details').forEach((d) => (d.open = true))")
    assert opened.evaluate("document.documentElement.scrollWidth") <= 320
    wide = opened.evaluate(
        """() => [...document.querySelectorAll("article *")].filter((e) => !e.closest(".table-scroll, pre")
            && !e.closest(".figure-said") && e.getBoundingClientRect().right > 321).map((e) => e.outerHTML.slice(0, 120))"""
    )
    assert wide == []


@pytest.mark.parametrize("width", [1200, 320])
@pytest.mark.parametrize("name", FIGURE_PAGES)
def test_charts_show_without_scripts_from_a_folder(
    context: Callable[..., BrowserContext], site: Path, name: str, width: int
) -> None:
    opened = context(java_script_enabled=False, viewport={"width": width, "height": 900}).new_page()
    opened.goto((site / f"{name}.html").as_uri())
    figures = opened.locator("figure.evidence-figure")
    assert figures.count() >= 1
    for index in range(figures.count()):
        shown = figures.nth(index).locator("svg:visible")
        assert shown.count() == 1
        box = shown.bounding_box()
        assert box["width"] >= 250 and box["height"] >= 80
        assert shown.get_attribute("role") == "img" and len(shown.get_attribute("aria-label")) > 40
    link = opened.locator("a.ev").first
    assert link.get_attribute("href").startswith("../register.html#")


@pytest.mark.parametrize("width", [1200, 320])
@pytest.mark.parametrize("name", FIGURE_PAGES)
def test_text_in_charts_is_whole_and_apart(
    context: Callable[..., BrowserContext], address: str, name: str, width: int
) -> None:
    """Measured as the browser sets it: no text is cut off by its picture, none meets another."""
    opened = context(viewport={"width": width, "height": 900}).new_page()
    opened.goto(f"{address}/{name}.html")
    found = opened.evaluate(
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
    assert found == []


@pytest.mark.parametrize("name", FIGURE_PAGES)
def test_charts_are_printed_and_cards_are_not(page: Page, address: str, name: str) -> None:
    page.goto(f"{address}/{name}.html")
    page.locator("a.ev").first.focus()
    page.emulate_media(media="print")
    expect(page.locator(".ev-card")).to_be_hidden()
    for index in range(page.locator("figure.evidence-figure").count()):
        assert page.locator("figure.evidence-figure").nth(index).locator("svg:visible").count() == 1


def test_dark_pages_have_dark_charts(context: Callable[..., BrowserContext], address: str) -> None:
    fills = {}
    for scheme in ("light", "dark"):
        opened = context(color_scheme=scheme).new_page()
        opened.goto(f"{address}/chapters/strategy.html")
        fills[scheme] = opened.evaluate(
            "[getComputedStyle(document.querySelector('.figure-wide svg text')).fill, getComputedStyle(document.body).backgroundColor]"
        )
    assert all(light != dark for light, dark in zip(fills["light"], fills["dark"], strict=True))


def test_a_number_shows_its_card_to_keyboard_and_mouse(page: Page, address: str) -> None:
    page.goto(f"{address}/index.html")
    card, link = page.locator(".ev-card"), page.locator("a.ev").first
    expect(card).to_be_hidden()
    for _ in range(40):
        page.keyboard.press("Tab")
        if link.evaluate("(e) => e === document.activeElement"):
            break
    expect(card).to_be_visible()
    expect(card).to_contain_text("Has a strategy for the use of AI: 16%")
    expect(card).to_contain_text("95% interval 10–22%, n = 58")
    expect(card).to_contain_text("Dansk Erhverv 2024")
    described = page.locator(f"#{link.get_attribute('aria-describedby')}")
    assert "95% interval 10–22%" in described.text_content()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    link.hover()
    expect(card).to_be_visible()
    card.hover()  # the card can be entered without vanishing
    page.wait_for_timeout(400)
    expect(card).to_be_visible()
    page.mouse.move(0, 0)
    expect(card).to_be_hidden()
    link.click()
    page.wait_for_url("**/register.html#dansk-erhverv-2024/strategy/has")
    expect(page.locator("[id='dansk-erhverv-2024/strategy/has']")).to_be_in_viewport()


def test_a_tap_shows_the_card_and_the_card_leads_on(context: Callable[..., BrowserContext], address: str) -> None:
    opened = context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True).new_page()
    opened.goto(f"{address}/index.html")
    opened.locator("a.ev").first.tap()
    card = opened.locator(".ev-card")
    expect(card).to_be_visible()
    box = card.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 360
    assert opened.url.endswith("/index.html")
    card.get_by_role("link", name="Open the record", include_hidden=True).tap()
    opened.wait_for_url("**/register.html#dansk-erhverv-2024/strategy/has")


def test_arrow_keys_move_through_the_marks(page: Page, address: str) -> None:
    page.goto(f"{address}/chapters/strategy.html")
    chart = page.locator("#figure-denmark-strategy .figure-wide")
    assert chart.get_attribute("tabindex") == "0"
    chart.focus()
    page.keyboard.press("ArrowRight")
    said = page.locator("#figure-denmark-strategy .figure-wide + .figure-said")
    expect(said).to_have_text("Has a strategy for the use of AI: 16%, 95% interval 10–22%")
    expect(page.locator(".figure-tip")).to_have_text("Has a strategy for the use of AI: 16%, 95% interval 10–22%")
    page.keyboard.press("ArrowRight")
    expect(said).to_contain_text("59%")
    page.keyboard.press("End")
    expect(said).to_have_text("2 of 58 in answers that are not told: about 3%")
    page.keyboard.press("Home")
    expect(said).to_contain_text("16%")
    page.keyboard.press("Escape")
    expect(page.locator(".figure-tip")).to_be_hidden()


@pytest.mark.parametrize("name", FIGURE_PAGES)
def test_the_interactive_version_comes_on_request_only(page: Page, address: str, name: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/{name}.html")
    page.wait_for_load_state("networkidle")
    assert not any("vega" in url for url in asked)
    figure = page.locator("figure.evidence-figure").first
    figure.get_by_text("Use this figure").click()
    figure.get_by_role("button", name="Interactive version").click()
    stage = figure.locator(".figure-stage svg")
    expect(stage).to_be_visible()
    assert any("_static/vega.js" in url for url in asked)
    assert stage.locator('[role="graphics-symbol"]').count() >= 2
    expect(figure.locator(".figure-wide")).to_be_hidden()


def test_the_interactive_version_works_from_a_folder(context: Callable[..., BrowserContext], site: Path) -> None:
    opened = context().new_page()
    complaints: list[str] = []
    watch(opened, "file:", complaints)
    opened.goto((site / "chapters" / "gains.html").as_uri())
    figure = opened.locator("figure.evidence-figure").first
    figure.get_by_text("Use this figure").click()
    figure.get_by_role("button", name="Interactive version").click()
    expect(figure.locator(".figure-stage svg")).to_be_visible()
    assert complaints == []


def test_a_figure_can_be_taken_away(page: Page, address: str, site: Path) -> None:
    page.goto(f"{address}/chapters/strategy.html")
    figure = page.locator("#figure-denmark-strategy")
    figure.get_by_text("Use this figure").click()
    for words, begins in (
        ("Data (CSV)", b"observation_id,"),
        ("Picture (SVG)", b"<svg"),
        ("Picture (PNG)", b"\x89PNG"),
    ):
        with page.expect_download() as download:
            figure.get_by_role("link", name=words).click()
        assert Path(download.value.path()).read_bytes().startswith(begins)
    figure.get_by_role("button", name="Copy the citation").click()
    expect(figure.get_by_role("button", name=re.compile("^(Copied|Selected)"))).to_be_visible()
    expect(figure.locator(".figure-status")).to_contain_text("The citation is")
    expect(figure.get_by_text("AI in Nordic local government (2026)")).to_be_visible()
    rows = list(csv.DictReader((site / "figures" / "denmark-strategy.csv").open(encoding="utf-8")))
    metadata = json.loads((site / "figures" / "denmark-strategy.csv-metadata.json").read_text("utf-8"))
    assert [column["name"] for column in metadata["tableSchema"]["columns"]] == list(rows[0])
    assert metadata["dc:source"] == [
        "Dansk Erhverv: Landets kommunaldirektører vil arbejde strategisk med AI (2024-02)"
    ]
    assert rows[0]["question"] == "Does your municipality have a strategy for the use of AI?"


def test_the_register_links_back_to_pages_and_figures(page: Page, address: str) -> None:
    page.goto(f"{address}/register.html#dansk-erhverv-2024/strategy/has")
    record = page.locator("[id='dansk-erhverv-2024/strategy/has']")
    for link in (
        "In Denmark, plans for AI run ahead of strategies",
        "AI in Nordic local government",
        "Figure: Most Danish",
    ):
        assert record.get_by_role("link", name=link).count() >= 1
    record.get_by_role("link", name="Figure: Most Danish").click()
    page.wait_for_url("**/chapters/strategy.html#figure-denmark-strategy")


def test_search_finds_a_chapter(page: Page, address: str) -> None:
    page.goto(f"{address}/search.html?q=municipalities")
    expect(page.locator("#search-results a").first).to_be_visible()


@pytest.mark.parametrize("country", ["Finland", "Iceland"])
def test_search_finds_what_stands_in_a_table(page: Page, address: str, country: str) -> None:
    page.goto(f"{address}/search.html?q={country}")
    expect(page.locator("#search-results a", has_text="Comparability").first).to_be_visible()
    expect(page.locator("#search-results a", has_text="AI in Nordic local government").first).to_be_visible()


@pytest.mark.parametrize("name", ["comparability", "chapters/strategy"])
def test_folds_are_open_on_paper(page: Page, address: str, name: str) -> None:
    page.goto(f"{address}/{name}.html")
    inside = page.locator("details.fold > :not(summary)")
    assert inside.count() >= 1 and not any(one.is_visible() for one in inside.all())
    page.emulate_media(media="print")
    assert all(
        one.evaluate("(e) => e.checkVisibility() && e.getBoundingClientRect().height > 20") for one in inside.all()
    )
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details.fold:not([open])").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details.fold[open]").count() == 0


def test_an_address_with_a_stray_percent_sign_breaks_nothing(page: Page, address: str) -> None:
    page.goto(f"{address}/audit.html#100%")
    expect(page.locator(".audit-filter")).to_be_visible()


def test_what_does_not_fit_together_is_told_where_the_numbers_are(page: Page, address: str) -> None:
    name = "governo-2025/response-rate/survey-2024"
    for where in ("sources", "chapters/strategy", "chapters/gains"):
        page.goto(f"{address}/{where}.html")
        assert page.locator(f"article a[href$='audit.html#{name}']").count() == 1
    page.locator(f"article a[href$='audit.html#{name}']").click()
    expect(page.locator(f"[id='{name}']")).to_be_in_viewport()
    page.goto(f"{address}/index.html")
    page.get_by_role("link", name="audit", exact=True).last.click()
    contradicted = page.locator(".audit-item:visible")
    assert contradicted.count() == page.locator(".audit-item[data-verdict='contradicted']").count() >= 1


def test_the_audit_can_be_filtered_and_says_how_much_is_shown(page: Page, address: str) -> None:
    page.goto(f"{address}/audit.html")
    items, shown = page.locator(".audit-item"), page.locator(".audit-item:visible")
    everything = items.count()
    assert everything > 100
    status = page.locator(".audit-filter").get_by_role("status")
    expect(status).to_have_text(f"{everything} of {everything} findings and notes")
    page.get_by_label("Publication", exact=True).select_option("governo-2025")
    page.get_by_label("Kind", exact=True).select_option("contradicted")
    contradicted = page.locator('.audit-item[data-publication="governo-2025"][data-verdict="contradicted"]')
    assert shown.count() == contradicted.count() >= 3
    expect(status).to_have_text(f"{contradicted.count()} of {everything} findings and notes")
    for away in ("Within rounding", "What a careful reader noticed"):  # parts with nothing to show
        expect(page.get_by_role("heading", name=away, exact=True)).to_be_hidden()
    assert page.url.endswith("audit.html?publication=governo-2025&verdict=contradicted")
    page.reload()
    assert shown.count() == contradicted.count()
    page.emulate_media(media="print")
    expect(items.last).to_be_visible()
    assert shown.count() == everything
    expect(page.locator(".audit-filter")).to_be_hidden()


def test_the_counts_of_the_audit_lead_to_what_they_count(page: Page, address: str) -> None:
    page.goto(f"{address}/audit.html")
    links = page.locator("th:has-text('Governo 2025') ~ td a")
    assert links.count() == 5
    for index in range(links.count()):
        number = int(links.nth(index).inner_text().split()[0])
        links.nth(index).click()
        page.wait_for_url("**/audit.html?publication=governo-2025&verdict=*#findings")
        assert page.locator(".audit-item:visible").count() == number
        page.go_back()
    page.get_by_label("Publication", exact=True).select_option("hoeje-taastrup-2025")
    page.get_by_label("Kind", exact=True).select_option("contradicted")
    expect(page.get_by_text("Nothing here for this choice.")).to_be_visible()
    page.get_by_role("button", name="Show all").click()
    expect(page.get_by_label("Kind", exact=True)).to_have_value("")
    expect(page.get_by_role("heading", name="Contradicted", exact=True)).to_be_visible()


def test_a_link_to_a_finding_shows_it_whatever_is_filtered(page: Page, address: str) -> None:
    name = "governo-2025/response-rate/survey-2024"
    page.goto(f"{address}/audit.html?publication=governo-2025&verdict=consistent#{name}")
    kind, shown = page.get_by_label("Kind", exact=True), page.locator(".audit-item:visible")
    expect(page.locator(f"[id='{name}']")).to_be_in_viewport()
    expect(kind).to_have_value("consistent")
    expect(page.locator(".audit-filter").get_by_role("status")).to_contain_text("and one because a link leads to it")
    consistent = page.locator('.audit-item[data-publication="governo-2025"][data-verdict="consistent"]').count()
    assert shown.count() == consistent + 1
    page.goto(f"{address}/audit.html?verdict=contradicted")
    contradicted = shown.count()
    page.locator("dd a[href*='/notes/']:visible").first.click()  # what a reader noticed of a finding
    expect(page.locator(".audit-item:target")).to_be_in_viewport()
    assert "?verdict=contradicted#" in page.url and shown.count() == contradicted + 1
    page.go_back()
    expect(kind).to_have_value("contradicted")
    expect(shown).to_have_count(contradicted)
    page.goto(f"{address}/audit.html?verdict=no-such-verdict")
    expect(kind).to_have_value("")


@pytest.mark.parametrize("anchor", ["100%", "nowhere"])
def test_an_address_that_leads_nowhere_breaks_nothing(page: Page, address: str, anchor: str) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{address}/audit.html#{anchor}")
    expect(page.locator(".audit-filter")).to_be_visible()
    assert errors == []


def test_the_audit_is_whole_without_scripts(context: Callable[..., BrowserContext], site: Path) -> None:
    opened = context(java_script_enabled=False).new_page()
    opened.goto((site / "audit.html").as_uri())
    differing = '.audit-item:is([data-verdict="contradicted"], [data-verdict="within-rounding"])'
    assert opened.locator(f"{differing}:visible").count() == opened.locator(differing).count() >= 6
    expect(opened.locator(".audit-filter")).to_be_hidden()
    folds = opened.locator("details.fold > summary")
    for index in range(folds.count()):
        folds.nth(index).click()
    assert opened.locator(".audit-item:visible").count() == opened.locator(".audit-item").count() > 100
