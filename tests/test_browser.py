"""A real browser shows what readers get: on a phone, in the dark, with the keyboard, on paper, without scripts."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest
from browsing import FIGURE_PAGES, broken
from playwright.sync_api import BrowserContext, Page, expect

from nordic_ai.evidence.loading import Evidence
from nordic_ai.evidence.values import Theme


@pytest.mark.parametrize("name", FIGURE_PAGES)
def test_charts_show_without_scripts_from_a_folder(
    context: Callable[..., BrowserContext], site: Path, name: str
) -> None:
    opened = context(java_script_enabled=False).new_page()
    opened.goto((site / f"{name}.html").as_uri())
    figures = opened.locator("figure.evidence-figure")
    assert figures.count() >= 1
    for width in (1200, 320):
        opened.set_viewport_size({"width": width, "height": 900})
        for figure in figures.all():
            shown = figure.locator("svg:visible")
            assert shown.count() == 1
            box = shown.bounding_box()
            assert box["width"] >= 250 and box["height"] >= 40  # one row is enough for a figure
            assert shown.get_attribute("role") == "img" and len(shown.get_attribute("aria-label")) > 40
    link = opened.locator('a.ev[data-role^="ev"]').first
    assert link.get_attribute("href").startswith("../" * name.count("/") + "evidence/register/")


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
    page.goto(f"{address}/chapters/strategy.html")
    card = page.locator(".ev-card")
    link = page.locator('article a.ev[href$="#dansk-erhverv-2024/strategy/has"]').first
    expect(card).to_be_hidden()
    for _ in range(80):
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
    page.wait_for_url("**/evidence/register/dansk-erhverv-2024.html#dansk-erhverv-2024/strategy/has")
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
    opened.wait_for_url("**/evidence/register/dansk-erhverv-2024.html#dansk-erhverv-2024/strategy/has")


def test_a_term_shows_its_definition_to_keyboard_and_mouse(page: Page, address: str) -> None:
    page.goto(f"{address}/about/methods.html")
    card, link = page.locator(".ev-card"), page.get_by_role("link", name="frame", exact=True)
    expect(card).to_be_hidden()
    link.focus()
    expect(card).to_contain_text("frame: The list of all units that could have been asked.")
    described = page.locator(f"#{link.get_attribute('aria-describedby')}")
    assert "The list of all units" in described.text_content()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    link.hover()
    expect(card).to_be_visible()
    card.hover()
    page.wait_for_timeout(400)
    expect(card).to_be_visible()
    page.mouse.move(0, 0)
    expect(card).to_be_hidden()
    link.click()
    page.wait_for_url("**/about/glossary.html#term-frame")
    expect(page.locator("#term-frame")).to_be_in_viewport()


def test_a_tap_on_a_term_shows_its_definition_and_leads_on(
    context: Callable[..., BrowserContext], address: str
) -> None:
    opened = context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True).new_page()
    opened.goto(f"{address}/about/methods.html")
    opened.get_by_role("link", name="frame", exact=True).tap()
    expect(opened.locator(".ev-card")).to_contain_text("The list of all units")
    assert opened.url.endswith("/about/methods.html")
    opened.locator(".ev-card").get_by_role("link", name="Open the glossary", include_hidden=True).tap()
    opened.wait_for_url("**/about/glossary.html#term-frame")


def test_a_term_is_a_link_without_scripts(context: Callable[..., BrowserContext], site: Path) -> None:
    opened = context(java_script_enabled=False).new_page()
    opened.goto((site / "about/methods.html").as_uri())
    opened.get_by_role("link", name="frame", exact=True).click()
    opened.wait_for_url("**/about/glossary.html#term-frame")


def test_references_can_be_copied(page: Page, address: str) -> None:
    page.goto(f"{address}/about/cite.html")
    block = page.locator(".cite-block").first
    block.get_by_role("button", name="Copy the BibTeX entry").click()
    expect(block.get_by_role("status")).to_contain_text("The citation is")
    assert page.get_by_role("button", name=re.compile("^Copy")).count() == 2 * page.locator(".cite-block").count() - 1


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


def test_a_figure_can_be_taken_away(page: Page, address: str, site: Path) -> None:
    page.goto(f"{address}/chapters/strategy.html")
    figure = page.locator("#figure-denmark-strategy")
    for words, begins in (
        ("Data (CSV)", "\ufefflabel,question,value,".encode()),
        ("Picture (SVG)", b"<svg"),
        ("Picture (PNG)", b"\x89PNG"),
    ):
        with page.expect_download() as download:
            figure.get_by_role("link", name=words).click()
        assert Path(download.value.path()).read_bytes().startswith(begins)
    figure.get_by_role("button", name="Copy the citation").click()
    expect(figure.get_by_role("button", name=re.compile("^(Copied|Selected)"))).to_be_visible()
    expect(figure.locator(".figure-status")).to_contain_text("The citation is")
    citation = figure.locator("#figure-denmark-strategy-citation")
    expect(citation).to_contain_text("[Figure denmark-strategy]. In AI in Nordic local government (Version ")
    expect(citation).to_contain_text("Numbers: Dansk Erhverv: Landets kommunaldirektører")
    figure.get_by_text("BibTeX", exact=False).first.click()
    expect(figure.get_by_text("@misc{nordic-ai-denmark-strategy")).to_be_visible()
    rows = list(csv.DictReader((site / "figures" / "denmark-strategy.csv").open(encoding="utf-8-sig")))
    metadata = json.loads((site / "figures" / "denmark-strategy.csv-metadata.json").read_text("utf-8"))
    assert [column["name"] for column in metadata["tableSchema"]["columns"]] == list(rows[0])
    assert metadata["dc:source"] == [
        "Dansk Erhverv: Landets kommunaldirektører vil arbejde strategisk med AI (2024-02)"
    ]
    assert rows[0]["question"] == "Does your municipality have a strategy for the use of AI?"


def test_the_register_links_back_to_pages_and_figures(page: Page, address: str) -> None:
    page.goto(f"{address}/evidence/register/dansk-erhverv-2024.html#dansk-erhverv-2024/strategy/has")
    record = page.locator("[id='dansk-erhverv-2024/strategy/has']")
    for link in (re.compile("^Strategy: "), "AI in Nordic local government", "Figure: Most Danish"):
        assert record.get_by_role("link", name=link).count() >= 1
    record.get_by_role("link", name="Figure: Most Danish").click()
    page.wait_for_url("**/chapters/strategy.html#figure-denmark-strategy")


def test_folds_are_open_on_paper(page: Page, address: str) -> None:
    page.goto(f"{address}/chapters/strategy.html")
    inside = page.locator("details.fold > :not(summary)")
    assert inside.count() >= 1 and not any(one.is_visible() for one in inside.all())
    page.emulate_media(media="print")
    assert all(
        one.evaluate("(e) => e.checkVisibility() && e.getBoundingClientRect().height > 12") for one in inside.all()
    )
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details.fold:not([open])").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details.fold[open]").count() == 0


def test_what_does_not_fit_together_is_told_where_the_numbers_are(page: Page, address: str) -> None:
    name = "governo-2025/response-rate/survey-2024"
    for where in ("evidence/sources", "chapters/strategy", "chapters/gains"):
        page.goto(f"{address}/{where}.html")
        assert page.locator(f"article a[href$='audit/governo-2025.html#{name}']").count() == 1
    page.locator(f"article a[href$='audit/governo-2025.html#{name}']").click()
    expect(page.locator(f"[id='{name}']")).to_be_in_viewport()
    page.goto(f"{address}/index.html")
    page.get_by_role("link", name="audit", exact=True).last.click()
    page.wait_for_url("**/evidence/audit.html#contradicted")
    expect(page.locator("#contradicted")).to_be_in_viewport()


def test_the_audit_can_be_filtered_and_says_how_much_is_shown(page: Page, address: str) -> None:
    page.goto(f"{address}/evidence/audit/governo-2025.html")
    items, shown = page.locator(".audit-item"), page.locator(".audit-item:visible")
    everything = items.count()
    assert everything > 50
    status = page.locator(".audit-filter").get_by_role("status")
    expect(status).to_have_text(f"{everything} of {everything} findings and notes")
    page.get_by_label("Kind", exact=True).select_option("contradicted")
    contradicted = page.locator('.audit-item[data-verdict="contradicted"]').count()
    assert contradicted >= 3
    expect(shown).to_have_count(contradicted)
    expect(status).to_have_text(f"{contradicted} of {everything} findings and notes")
    for away in ("Within rounding", "What a careful reader noticed"):  # parts with nothing to show
        expect(page.get_by_role("heading", name=away, exact=True)).to_be_hidden()
    expect(page).to_have_url(f"{address}/evidence/audit/governo-2025.html?verdict=contradicted")
    page.reload()
    expect(shown).to_have_count(contradicted)
    page.emulate_media(media="print")
    expect(shown).to_have_count(everything)
    expect(page.locator(".audit-filter")).to_be_hidden()


def test_the_counts_of_the_audit_lead_to_what_they_count(page: Page, address: str) -> None:
    page.goto(f"{address}/evidence/audit.html")
    links = page.locator("th:has-text('Governo 2025') ~ td a")
    expect(links).to_have_count(5)
    for index in range(links.count()):
        number = int(links.nth(index).inner_text().split()[0])
        links.nth(index).click()
        page.wait_for_url("**/evidence/audit/governo-2025.html?verdict=*#*")
        expect(page.locator(".audit-item:visible")).to_have_count(number)
        page.go_back()
        page.wait_for_url("**/evidence/audit.html")
    page.goto(f"{address}/evidence/audit/governo-2025.html?verdict=contradicted")
    expect(page.get_by_role("heading", name="Consistent", exact=True)).to_be_hidden()
    page.get_by_role("button", name="Show all").click()
    expect(page.get_by_label("Kind", exact=True)).to_have_value("")
    expect(page.get_by_role("heading", name="Consistent", exact=True)).to_be_visible()


def test_a_link_to_a_finding_shows_it_whatever_is_filtered(page: Page, address: str) -> None:
    name, audit = "governo-2025/response-rate/survey-2024", f"{address}/evidence/audit/governo-2025.html"
    page.goto(f"{audit}?verdict=consistent#{name}")
    kind, shown = page.get_by_label("Kind", exact=True), page.locator(".audit-item:visible")
    expect(page.locator(f"[id='{name}']")).to_be_in_viewport()
    expect(kind).to_have_value("consistent")
    expect(page.locator(".audit-filter").get_by_role("status")).to_contain_text("and one because a link leads to it")
    consistent = page.locator('.audit-item[data-verdict="consistent"]').count()
    expect(shown).to_have_count(consistent + 1)
    page.goto(f"{audit}?verdict=contradicted")
    contradicted = page.locator('.audit-item[data-verdict="contradicted"]').count()
    expect(shown).to_have_count(contradicted)
    page.locator("dd a[href*='/notes/']:visible").first.click()  # what a reader noticed of a finding
    expect(page.locator(".audit-item:target")).to_be_in_viewport()
    expect(page).to_have_url(re.compile(r"\?verdict=contradicted#"))
    expect(shown).to_have_count(contradicted + 1)
    page.go_back()
    expect(kind).to_have_value("contradicted")
    expect(shown).to_have_count(contradicted)
    page.goto(f"{audit}?verdict=no-such-verdict")
    expect(kind).to_have_value("")


@pytest.mark.parametrize("anchor", ["100%", "nowhere"])
def test_an_address_that_leads_nowhere_breaks_nothing(page: Page, address: str, anchor: str) -> None:
    page.goto(f"{address}/evidence/audit/governo-2025.html#{anchor}")
    expect(page.locator(".audit-filter")).to_be_visible()


def test_the_audit_is_whole_without_scripts(context: Callable[..., BrowserContext], site: Path) -> None:
    opened = context(java_script_enabled=False).new_page()
    opened.goto((site / "evidence/audit/governo-2025.html").as_uri())
    differing = '.audit-item:is([data-verdict="contradicted"], [data-verdict="within-rounding"])'
    assert opened.locator(f"{differing}:visible").count() == opened.locator(differing).count() >= 5
    expect(opened.locator(".audit-filter")).to_be_hidden()
    folds = opened.locator("details.fold > summary")
    for index in range(folds.count()):
        folds.nth(index).press("Enter")  # a click may miss what moves while items above are laid out
    assert opened.locator(".audit-item:visible").count() == opened.locator(".audit-item").count() > 50


def rows_shown(opened: Page) -> list[str]:
    return opened.locator("table.sortable tbody tr:visible th a").evaluate_all("(a) => a.map((e) => e.hash.slice(1))")


def test_the_explorer_filters_and_its_address_follows(page: Page, address: str) -> None:
    page.goto(f"{address}/evidence/explorer.html?theme=strategy&country=DK")
    everything = page.locator("table.sortable tbody tr").count()
    status, rows = page.locator(".explorer-filter").get_by_role("status"), page.locator("tbody tr:visible")
    found = page.locator('tr[data-theme="strategy"][data-country="DK"]').count()
    assert 5 < found < everything
    expect(rows).to_have_count(found)
    expect(status).to_have_text(f"{found} of {everything} observations")
    expect(page.get_by_label("Theme", exact=True)).to_have_value("strategy")
    page.get_by_label("Year", exact=True).select_option("2024")
    in_2024 = page.locator('tr[data-theme="strategy"][data-country="DK"][data-year="2024"]').count()
    expect(rows).to_have_count(in_2024)
    assert 0 < in_2024 < found
    expect(page).to_have_url(re.compile(r"\?theme=strategy&country=DK&year=2024$"))
    page.get_by_label("Search the table").press_sequentially("STRATEGY plans")
    expect(page).to_have_url(re.compile(r"q=STRATEGY\+plans$"))
    expect(rows).not_to_have_count(in_2024)
    assert 0 < rows.count() < in_2024
    assert all({"strategy", "plans"} <= set(re.findall(r"[a-z]+", text.lower())) for text in rows.all_inner_texts())
    page.go_back()  # one choice, however many letters were typed after it
    expect(page.get_by_label("Year", exact=True)).to_have_value("")
    expect(rows).to_have_count(found)
    page.go_forward()
    expect(page.get_by_label("Search the table")).to_have_value("STRATEGY plans")
    page.get_by_role("button", name="Show all").click()
    expect(rows).to_have_count(everything)
    expect(page).to_have_url(f"{address}/evidence/explorer.html")
    page.goto(f"{address}/evidence/explorer.html?q=nothing+holds+these+words")
    expect(status).to_have_text("Nothing here for this choice.")


def test_the_explorer_sorts_with_the_keyboard_and_says_so(page: Page, address: str) -> None:
    page.goto(f"{address}/evidence/explorer.html?kind=answer")
    heading = page.get_by_role("columnheader", name="Value")
    heading.get_by_role("button").focus()
    for direction, ordered in (("ascending", sorted), ("descending", lambda ranks: sorted(ranks, reverse=True))):
        page.keyboard.press("Enter")
        expect(heading).to_have_attribute("aria-sort", direction)
        expect(page.locator(".explorer-filter").get_by_role("status")).to_contain_text(
            f"sorted by “Value”, {direction}"
        )
        ranks = page.locator("tbody tr:visible td:nth-child(2)").evaluate_all("(c) => c.map((e) => e.dataset.sort)")
        known = [int(rank) for rank in ranks if rank]
        assert len(known) > 40 and known == ordered(known)
        assert ranks[len(known) :] == [""] * (len(ranks) - len(known)), "what has no number stands last"
    page.get_by_role("columnheader", name="Country").get_by_role("button").click()
    expect(page.locator("th[aria-sort]")).to_have_text(["Country"])


def test_the_rows_shown_can_be_taken_away(page: Page, address: str, site: Path) -> None:
    page.goto(f"{address}/evidence/explorer.html?source=ks-2024&kind=figure")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download these rows (CSV)").click()
    assert download.value.suggested_filename == "observations-chosen.csv"
    files = (Path(download.value.path()), site / "data" / "observations.csv")
    taken, published = (list(csv.DictReader(file.read_text("utf-8-sig").splitlines())) for file in files)
    assert taken == [row for row in published if (row["source_id"], row["kind"]) == ("ks-2024", "figure")]
    assert [row["observation_id"] for row in taken] == rows_shown(page)


def test_the_explorer_is_whole_without_scripts_and_works_from_a_folder(
    context: Callable[..., BrowserContext], site: Path
) -> None:
    opened = context(java_script_enabled=False).new_page()
    opened.goto((site / "evidence/explorer.html").as_uri())
    rows = opened.locator("table.sortable tbody tr")
    assert opened.locator("table.sortable tbody tr:visible").count() == rows.count() > 100
    expect(opened.locator(".explorer-filter")).to_be_hidden()
    assert opened.locator("th button").count() == 0
    scripted = context().new_page()
    scripted.goto((site / "evidence/explorer.html").as_uri() + "?theme=gains&kind=figure")
    assert 0 < len(rows_shown(scripted)) < rows.count()
    scripted.get_by_role("columnheader", name="Year").get_by_role("button").click()
    expect(scripted.get_by_role("columnheader", name="Year")).to_have_attribute("aria-sort", "ascending")


def test_on_a_phone_the_first_column_of_the_explorer_stays(context: Callable[..., BrowserContext], site: Path) -> None:
    opened = context(viewport={"width": 320, "height": 640}).new_page()
    opened.goto((site / "evidence/explorer.html").as_uri())
    table, first = opened.locator(".explorer"), opened.locator("table.sortable tbody th").first
    before = first.bounding_box()
    table.evaluate("(e) => (e.scrollLeft = 300)")
    assert first.bounding_box()["x"] == before["x"] and before["width"] <= 140
    assert opened.locator("table.sortable tbody td").first.bounding_box()["x"] < 0


# What is asked, and the page that comes first with the first place on it that is shown, if any.
ASKED = {
    **{theme: (f"chapters/{theme}.html", None) for theme in get_args(Theme)},
    "strategies": ("chapters/strategy.html", None),
    "Iceland": ("countries/iceland.html", None),
    "sweden barriers": ("countries/sweden.html", "#theme-barriers"),
    "hoje taastrup": ("evidence/register/hoeje-taastrup-2025.html", None),
    "Høje Tåstrup": ("evidence/register/hoeje-taastrup-2025.html", None),
    "kommunaldirektor": ("summaries/da.html", None),
    "tekoaly": ("summaries/fi.html", None),
    "dansk-erhverv-2024/strategy/has": (
        "evidence/register/dansk-erhverv-2024.html",
        "#dansk-erhverv-2024/strategy/has",
    ),
}


@pytest.mark.parametrize("where", ["server", "folder"])
def test_the_search_finds_pages_and_places_on_them(
    page: Page, context: Callable[..., BrowserContext], address: str, site: Path, where: str
) -> None:
    """On a server under the policy, and in a folder, with the lines that it found."""
    opened, base = (page, address) if where == "server" else (context().new_page(), site.as_uri())
    hits = opened.locator("#search-results > li")
    for query, (first, place) in ASKED.items():
        opened.goto(f"{base}/search.html?q={query}")
        assert hits.locator("> a").first.get_attribute("href").endswith(first), query
        if place:
            assert place in hits.first.locator("ul a").first.get_attribute("href"), query
        expect(hits.locator("p").first).not_to_be_empty()
    hits.first.locator("ul a").first.click()
    opened.wait_for_url("**/dansk-erhverv-2024.html#dansk-erhverv-2024/strategy/has")
    expect(opened.locator(".record-box:target")).to_be_in_viewport()


def test_the_search_says_what_it_found_and_shows_text_as_text(page: Page, address: str) -> None:
    page.goto(f"{address}/chapters/strategy.html")
    page.get_by_role("search").get_by_role("searchbox").fill("<b>zzzq</b> strategy")
    page.get_by_role("search").get_by_role("button", name="Search").click()
    page.wait_for_url("**/search.html?q=*")
    status = page.get_by_role("status")
    expect(status).to_contain_text("No place has all the words of “<b>zzzq</b> strategy”")
    page.goto(f"{address}/search.html?q=zzzq")
    expect(status).to_have_text("Nothing here has words like “zzzq”.")
    page.goto(f"{address}/search.html?q=Finland")
    expect(status).to_have_text(re.compile(r"^\d+ places on \d+ pages for “Finland”$"))
    cell = r"\s+(no source yet|nothing yet|\d+ \w+)"
    more = page.locator("#search-results details")
    for fold in more.all():
        fold.evaluate("(e) => (e.open = true)")
    apart = re.compile(f"Finland{cell}{cell}")
    expect(page.locator("#search-results p", has_text=apart).first).to_be_visible()


def test_the_page_for_wrong_addresses_lacks_nothing_at_any_depth(
    context: Callable[..., BrowserContext], address: str
) -> None:
    """Nothing is loaded, because this site does not know its address."""
    opened = context().new_page()
    complaints: list[str] = []
    opened.on("requestfailed", lambda request: complaints.append(request.url) if broken(request) else None)
    opened.on("response", lambda r: complaints.append(r.url) if r.status != 200 and "nowhere" not in r.url else None)
    assert opened.goto(f"{address}/no/such/nowhere.html").status == 404
    expect(opened.get_by_role("heading", name="Page not found")).to_be_visible()
    assert complaints == []


@pytest.mark.parametrize("width", [1200, 320])
def test_the_keyboard_reaches_contents_and_sees_where_it_is(
    context: Callable[..., BrowserContext], address: str, width: int
) -> None:
    opened = context(viewport={"width": width, "height": 800}).new_page()
    opened.goto(f"{address}/chapters/strategy.html")
    opened.keyboard.press("Tab")
    expect(opened.get_by_text("Skip to content")).to_be_focused()
    expect(opened.get_by_text("Skip to content")).to_be_in_viewport()
    link = opened.locator(".sidebar-tree").get_by_role("link", name="Methods")
    if width == 320:
        expect(link).to_be_hidden()
        opened.keyboard.press("Tab")
        expect(opened.get_by_label("Toggle site navigation sidebar")).to_be_focused()
        marked = "getComputedStyle(document.querySelector('.nav-overlay-icon')).outlineStyle"
        assert opened.evaluate(marked) == "solid"
        opened.keyboard.press("Space")
    expect(link).to_be_visible()
    for _ in range(40):
        opened.keyboard.press("Tab")
        if link.evaluate("(e) => e === document.activeElement"):
            break
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    assert link.evaluate("(e) => getComputedStyle(e).outlineStyle") == "solid"


def test_nothing_moves_for_readers_who_ask_for_stillness(context: Callable[..., BrowserContext], address: str) -> None:
    moving = """() => [...document.querySelectorAll("*")].filter((e) => parseFloat(getComputedStyle(e).transitionDuration)
        || getComputedStyle(e).animationName !== "none").length"""
    opened = context(reduced_motion="no-preference").new_page()
    opened.goto(f"{address}/chapters/strategy.html")
    assert opened.evaluate(moving) > 0
    opened.emulate_media(reduced_motion="reduce")
    assert opened.evaluate(moving) == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_charts_keep_their_colours_where_the_system_sets_all_others(
    context: Callable[..., BrowserContext], address: str, scheme: str
) -> None:
    opened = context(color_scheme=scheme, forced_colors="active").new_page()
    opened.goto(f"{address}/chapters/strategy.html")
    ink, paper, wanted_ink, wanted_paper = opened.evaluate(
        """() => {
            const picture = document.querySelector(".figure-wide svg"), probe = document.createElement("i");
            picture.parentElement.append(probe);
            const wanted = (name) => { probe.style.forcedColorAdjust = "none"; probe.style.color = `var(${name})`;
                return getComputedStyle(probe).color; };
            return [getComputedStyle(picture.querySelector("text")).fill, getComputedStyle(picture).backgroundColor,
                wanted("--fig-ink"), wanted("--fig-paper")];
        }"""
    )
    assert (ink, paper) == (wanted_ink, wanted_paper)
    assert ink != paper


def test_the_map_leads_to_the_evidence(page: Page, address: str, evidence: Evidence) -> None:
    page.goto(f"{address}/index.html")
    table = page.locator(".evidence-map")
    link = table.locator("tr", has_text="Sweden").get_by_role("link", name="numbers").first
    assert link.get_attribute("href").endswith("countries/sweden.html#theme-strategy")
    read = {country for source in evidence.sources.values() for country in source.countries}
    for code, country in evidence.countries.items():
        own = table.locator("tr", has_text=country.name).get_by_role("link").count()
        assert own > 1 if code in read else own <= 1, country.name
    link.click()
    page.wait_for_url("**/countries/sweden.html#theme-strategy")
    expect(page.locator("section:target")).to_be_in_viewport()
    expect(page.locator("section:target > details[open]")).to_have_count(1)
    expect(page.locator("section:not(:target) > details[open]")).to_have_count(0)


def test_whoever_listens_finds_navigation_and_what_comes_next(page: Page, address: str) -> None:
    page.goto(f"{address}/chapters/strategy.html")
    pages = page.get_by_role("navigation", name="Pages of the report")
    expect(pages.get_by_role("link", name=re.compile("^Competence "))).to_be_visible()
    around = page.get_by_role("navigation", name="Previous and next page")
    expect(around.get_by_role("link", name=re.compile("^Next Competence "))).to_be_visible()
    assert "Expand" not in around.aria_snapshot()
    expect(pages.get_by_role("link", name=re.compile(": records$"))).to_have_count(0)
    page.goto(f"{address}/evidence/register.html")
    expect(pages.get_by_role("link", name="Governo 2025: records")).to_be_visible()


@pytest.mark.parametrize("name", ["chapters/strategy", "evidence/explorer"])
def test_no_bar_covers_what_the_keyboard_leads_to(
    context: Callable[..., BrowserContext], address: str, name: str
) -> None:
    """Going back, what takes the focus comes in at the top, where the bar of a phone and the heads of the table are."""
    opened = context(viewport={"width": 390, "height": 800}).new_page()
    opened.goto(f"{address}/{name}.html")
    opened.locator("article a").nth(60).focus()
    for _ in range(30):
        opened.keyboard.press("Shift+Tab")
        covered = opened.evaluate(
            """() => {
                const focused = document.activeElement, box = focused.getClientRects()[0];
                // Of what is higher than the screen, no end need be on it.
                const height = box.height > innerHeight ? innerHeight / 2 : box.top + 3;
                const seen = document.elementFromPoint(box.left + 3, height);
                return focused.contains(seen) || seen.contains(focused) ? null : `${focused.outerHTML} under ${seen.outerHTML.slice(0, 200)}`;
            }"""
        )
        assert covered is None


def test_a_choice_shows_what_is_known_of_others_and_stays_in_the_address(
    page: Page, context: Callable[..., BrowserContext], address: str
) -> None:
    """By keyboard; nothing is sent or kept, and whoever gets the address sees the same."""
    page.goto(f"{address}/municipality/en.html")
    page.wait_for_load_state("networkidle")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    topic, own = page.locator("[data-topic=strategy]"), "Like 9 of the 58 chief executives who answered (Denmark, "
    said, row = topic.locator(".own-said"), topic.locator("tr", has=page.locator("a[href$='strategy/planned']"))
    expect(said.locator("li:visible")).to_have_count(0)
    topic.get_by_label("Yes", exact=True).focus()
    page.keyboard.press("Space")
    expect(said.get_by_text(own)).to_be_visible()
    expect(said).to_have_attribute("aria-live", "polite")
    expect(row.get_by_text("Your answer")).to_be_hidden()
    page.keyboard.press("ArrowDown")
    expect(said.get_by_text(own)).to_be_hidden()
    expect(said.get_by_text("Like 34 of the 58")).to_be_visible()
    expect(row.get_by_text("Your answer")).to_be_visible()
    support = page.locator("[data-topic=support]")
    support.get_by_label("Data management").check()
    support.get_by_label("Training and competence development").check()
    assert page.url.endswith("/en.html#strategy=planned&support=training&support=data-management")
    another = context().new_page()
    for opened in (page, another):
        opened.goto(page.url)
        opened.reload()
        expect(opened.locator("fieldset input:checked")).to_have_count(3)
        expect(opened.locator("[data-topic=strategy] .own-said").get_by_text("Like 34 of the 58")).to_be_visible()
        assert opened.context.cookies() == [] and opened.evaluate("localStorage.length + sessionStorage.length") == 0
    assert [url for url in sent if "strategy" in url.partition("#")[0]] == []
    page.evaluate("location.hash = 'topic-use'")
    expect(page.locator("fieldset input:checked")).to_have_count(3)
    page.emulate_media(media="print")
    expect(page.locator("[data-topic=strategy] .own-said")).to_be_visible()
    expect(page.locator("[data-topic=use]")).to_be_hidden()
    expect(page.locator(".own-published:visible")).to_have_count(0)
    expect(page.locator("[data-publication]:visible")).to_have_count(2)
    page.emulate_media(media="screen")
    page.get_by_role("button", name="Clear all choices").click()
    expect(page.locator("fieldset input:checked")).to_have_count(0)
    assert page.url.endswith("/en.html")


def test_many_choices_are_one_sheet_of_paper(page: Page, address: str) -> None:
    page.goto(f"{address}/municipality/fi.html")
    page.evaluate("document.querySelectorAll('fieldset').forEach((f) => f.querySelector('input').click())")
    assert page.locator("fieldset input:checked").count() == page.locator("fieldset").count() >= 8
    sheet = page.pdf(prefer_css_page_size=True, format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1


def test_published_answers_stand_there_without_a_script(context: Callable[..., BrowserContext], site: Path) -> None:
    opened = context(java_script_enabled=False).new_page()
    opened.goto((site / "municipality/da.html").as_uri())
    assert opened.locator("fieldset:visible, .own-said > div:visible").count() == 0
    assert opened.locator(".own-published table:visible").count() >= 10
