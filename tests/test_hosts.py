"""The site works where people put it: under the sub-path of a host, from a branch, under an address in any letters."""

from __future__ import annotations

import json
import re
import shutil
import urllib.error
import urllib.request
import zipfile
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from building import add_pages, change, checked_book, command, served

PAGE = "about/på dansk"
ADDRESSES = {
    "in the environment": "https://example.org/rapport på dansk/",
    "in the settings": "http://localhost:8000/deep/er",
}
LINKS = ("href", "src", "poster", "data")


class Hosted(NamedTuple):
    """A small book that was built for an address, checked and packed."""

    project: Path
    address: str
    checked: str
    """What the check of the site said."""

    @property
    def site(self) -> Path:
        return self.project / "_build" / "html"

    @property
    def base(self) -> str:
        """The address as machines read it."""
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}{quote(parts.path).rstrip('/')}/"


@pytest.fixture(scope="module", params=list(ADDRESSES))
def hosted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Hosted:
    project = checked_book(tmp_path_factory.mktemp("hosted") / "project")
    add_pages(project, {PAGE: "# In Danish\n\nThis page has letters and a space in its address.\n"})
    address = ADDRESSES[request.param]
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SITE_URL", raising=False)
        if request.param == "in the environment":
            patch.setenv("SITE_URL", address)
        else:
            change(project / "_config.yml", "html:\n", f"html:\n  baseurl: {address}\n")
        results = {name: command(project, name) for name in ("build_book", "check_site", "package_release")}
    for name in ("build_book", "package_release"):
        assert results[name].returncode == 0, results[name].stderr
    return Hosted(project, address, results["check_site"].stderr)


def test_the_check_of_the_site_obeys_the_address_that_the_build_was_given(hosted: Hosted) -> None:
    assert hosted.checked == ""


def test_dead_links_under_a_sub_path_are_still_found(hosted: Hosted, tmp_path: Path) -> None:
    """On the page for wrong addresses too, whose links begin with the sub-path."""
    project = shutil.copytree(hosted.project, tmp_path / "project")
    page = project / "_build" / "html" / "404.html"
    change(page, "about/glossary.html", "about/gone.html")
    assert re.search(r"404\.html:\d+: .*about/gone\.html", command(project, "check_site").stderr)


def addresses_on(page: BeautifulSoup) -> list[str]:
    """List what a page links to, shows and loads, and what it tells machines of itself."""
    found = [tag[name] for tag in page.find_all(True) for name in LINKS if isinstance(tag.get(name), str)]
    found += [tag["content"] for tag in page.select('meta[property="og:url"], meta[property="og:image"]')]
    for block in page.select('script[type="application/ld+json"]'):
        told = json.loads(block.string)
        found += [told["url"], *(part["contentUrl"] for part in told.get("distribution", ()))]
    return found


def get(address: str) -> tuple[int, bytes]:
    parts = urlsplit(address)
    encoded = parts._replace(path=quote(unquote(parts.path)), fragment="").geturl()
    try:
        with urllib.request.urlopen(encoded, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def crawl(start: list[str], public: str, here: str) -> tuple[dict[str, int], dict[str, str]]:
    """Follow every link of a site from its first pages on, and give each address's answer and who links to it."""
    answers: dict[str, int] = {}
    linked_from = dict.fromkeys(start, "the start")
    waiting = list(start)
    while waiting:
        address = waiting.pop()
        if address in answers:
            continue
        answers[address], content = get(address)
        if b"<!doctype html" not in content[:100].lower():
            continue
        for link in addresses_on(BeautifulSoup(content, "html5lib")):
            target = urljoin(address, link).partition("#")[0].partition("?")[0]
            if unquote(target).startswith(unquote(public)):
                target = here + unquote(target).removeprefix(unquote(public))
            if target.startswith("http://127.0.0.1"):
                linked_from.setdefault(target, address)
                waiting.append(target)
    return answers, linked_from


def test_a_released_site_works_under_its_sub_path(hosted: Hosted, tmp_path: Path) -> None:
    """Unpacked where its address says and crawled from the front page and from wrong addresses at two depths."""
    path = unquote(urlsplit(hosted.base).path).strip("/")
    (archive,) = (hosted.project / "_build" / "release").glob("*-site.zip")
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(tmp_path / "unpacked")
    (site,) = (tmp_path / "unpacked").iterdir()
    folder = tmp_path / "host" / path
    folder.parent.mkdir(parents=True)
    site.rename(folder)
    with served(tmp_path / "host", folder) as server:
        here = f"{server}/{path}/"
        wrong = [f"{here}gone.html", f"{here}very/deep/gone.html"]
        answers, linked_from = crawl([f"{here}index.html", *wrong], hosted.base, here)
        listed = re.findall("<loc>(.*?)</loc>", (folder / "sitemap.xml").read_text(encoding="utf-8"))
    assert [answers[address] for address in wrong] == [404, 404]
    bad = {address: linked_from[address] for address, code in answers.items() if code != 200 and address not in wrong}
    assert bad == {}
    pages = {unquote(name) for name in answers if name.endswith(".html")}
    pages -= {*wrong, f"{here}search.html", f"{here}404.html"}
    assert len(pages) >= 20 and f"{here}{PAGE}.html" in pages
    assert {here + unquote(name).removeprefix(unquote(hosted.base)) for name in listed} == pages


def test_addresses_for_machines_are_encoded(hosted: Hosted) -> None:
    text = (hosted.site / f"{PAGE}.html").read_text(encoding="utf-8")
    page = BeautifulSoup(text, "html5lib")
    here = f"{hosted.base}{quote(PAGE)}.html"
    assert page.select_one('link[rel="canonical"]')["href"] == here
    assert page.select_one('meta[property="og:url"]')["content"] == here
    told = [page.select_one('meta[property="og:image"]')["content"]]
    told += re.findall("<loc>(.*?)</loc>", (hosted.site / "sitemap.xml").read_text(encoding="utf-8"))
    told += re.findall("Sitemap: (.*)", (hosted.site / "robots.txt").read_text(encoding="utf-8"))
    for name in ("index", "evidence/data"):
        about = BeautifulSoup((hosted.site / f"{name}.html").read_text(encoding="utf-8"), "html5lib")
        told += [link for link in addresses_on(about) if link.startswith("http") and "example.org" in link]
    assert here in told and len(told) > 20
    assert [address for address in told if not re.fullmatch(r"[!#-;=?-Z_a-z~\[\]]+", address)] == []
    assert [address for address in told if "localhost" in address and not address.startswith(hosted.base)] == []


def test_a_site_can_be_published_from_a_branch(site: Path, hosted: Hosted) -> None:
    """Without this file GitHub Pages drops the folders that begin with an underscore, and every page is bare."""
    assert (site / ".nojekyll").is_file()
    (archive,) = (hosted.project / "_build" / "release").glob("*-site.zip")
    with zipfile.ZipFile(archive) as packed:
        assert [name for name in packed.namelist() if name.endswith("/.nojekyll")]


@pytest.mark.parametrize("path", ["", "project/"], ids=["root", "sub-path"])
def test_without_an_address_the_page_for_wrong_addresses_lacks_nothing_anywhere(
    site: Path, tmp_path: Path, path: str
) -> None:
    """Whatever it loads is there and whatever it links to as well, wherever the site was put."""
    folder = tmp_path / "host" / path
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.symlink_to(site, target_is_directory=True)
    with served(tmp_path / "host", site) as server:
        wrong = f"{server}/{path}very/deep/gone.html"
        code, content = get(wrong)
        page = BeautifulSoup(content, "html5lib")
        links = [urljoin(wrong, link) for link in addresses_on(page) if not link.startswith("#")]
        missing = [link for link in links if link.startswith(server) and get(link)[0] != 200]
    assert code == 404 and "no page at this address" in page.get_text()
    assert missing == []
