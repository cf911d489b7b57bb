"""What tests with a real browser share: the served site, the browser, and a page that fails on any complaint."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from building import ROOT, pages_of, served
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

# The policy that the site is made for. One relaxation: the theme and MyST-NB draw a few icons in their style sheets
# as data: images, which load nothing from anywhere. No inline script or style, no code made from strings.
POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'"
PARTS = ["evidence/register/governo-2025", "evidence/audit/governo-2025"]  # the largest of their kind
PAGES = ["search", *PARTS, *pages_of(ROOT)]
FIGURE_PAGES = [page for page in pages_of(ROOT) if "\nfigure(" in (ROOT / f"{page}.md").read_text(encoding="utf-8")]


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Serve the site on this machine under the strict policy."""
    with served(site, policy=POLICY) as server:
        yield server


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


class Seen(NamedTuple):
    """A page that a browser has opened, for several tests to look at."""

    name: str
    page: Page
    loaded: dict[str, float]
    """The size of everything that it loads by its address, in kB after gzip."""
    complaints: list[str]


@pytest.fixture(scope="module", params=PAGES)
def seen(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Seen]:
    """Open each page once; a test says itself how wide it is to be, and leaves it on the screen.

    Nothing moves, so that what is opened is there at once: half-faded text has no contrast of its own.
    """
    loaded: dict[str, float] = {}
    complaints: list[str] = []

    def note(url: str, body: bytes) -> None:
        loaded[url] = len(gzip.compress(body, 9)) / 1000

    opened = browser.new_page(viewport={"width": 1200, "height": 900}, reduced_motion="reduce")
    watch(opened, address, complaints)
    opened.on("response", lambda response: note(response.url, response.body()))
    assert opened.goto(f"{address}/{request.param}.html").headers["content-security-policy"] == POLICY
    opened.wait_for_load_state("networkidle")
    # Browsers fetch the icon on the side.
    if icon := opened.evaluate("document.querySelector('link[rel=icon]')?.href"):
        note(icon, opened.request.get(icon).body())
    yield Seen(request.param, opened, loaded, complaints)
    opened.close()


def watch(opened: Page, address: str, complaints: list[str]) -> None:
    opened.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("requestfailed", lambda request: complaints.append(f"failed: {request.url}") if broken(request) else None)
    opened.on("request", lambda r: None if r.url.startswith(address) else complaints.append(f"elsewhere: {r.url}"))


def broken(request: Request) -> bool:
    """Tell whether a request failed by itself: the browser drops what is still under way when a page is left."""
    return request.failure != "net::ERR_ABORTED"
