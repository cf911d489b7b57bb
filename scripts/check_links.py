"""Look where the pages' links to other sites lead, and keep an issue on those that lead nowhere."""

from __future__ import annotations

import argparse
import http.client
import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from check_site import Page

TITLE = "Links that lead nowhere"
_SECONDS = 20
# Only these say that there is nothing; other refusals are often meant for programs and not for readers.
_GONE = {404, 410}


def main() -> int:
    """Ask for every linked page and return the exit code: 1 where links are dead and no issue was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", type=Path, default=Path("_build/html"), help="folder of the site (_build/html)")
    parser.add_argument("--issue", action="store_true", help="open or update an issue on GitHub by `gh`")
    options = parser.parse_args()
    if not (options.site / "index.html").is_file():
        print(f"check_links: there is no site in {options.site}; run `make book` first", file=sys.stderr)
        return 1
    links = external_links(options.site)
    with ThreadPoolExecutor(8) as pool:
        answers = dict(zip(links, pool.map(answer, links), strict=True))
    dead = {link: why for link, (is_dead, why) in answers.items() if is_dead}
    for link, (_, why) in answers.items():
        print(f"{link}: {why}")
    print(f"{len(links)} links, {len(dead)} of them dead")
    if dead and options.issue:
        keep_issue("\n".join(f"- {link}: {why}; on {', '.join(links[link])}" for link, why in dead.items()))
        return 0
    return 1 if dead else 0


def external_links(site: Path) -> dict[str, list[str]]:
    """List the addresses of other sites that pages link to, each with the pages."""
    found: dict[str, list[str]] = {}
    for file in sorted(site.rglob("*.html")):
        name = file.relative_to(site).as_posix()
        page = Page(name, file.read_text(encoding="utf-8"))
        for link in page.soup.select('a[href^="http://"], a[href^="https://"]'):
            pages = found.setdefault(link["href"].partition("#")[0], [])
            if name not in pages:
                pages.append(name)
    return found


def answer(link: str) -> tuple[bool, str]:
    """Tell whether a link is dead for certain, and what was answered."""
    request = urllib.request.Request(link, headers={"User-Agent": "Mozilla/5.0 (link check of a static report)"})
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as response:
            return False, f"{response.status}"
    except urllib.error.HTTPError as error:
        return error.code in _GONE, f"{error.code} {error.reason}"
    except (OSError, http.client.HTTPException, ValueError) as error:
        # No such host, for one; a host that is only slow or down today is asked again next week.
        reason = getattr(error, "reason", error)
        return "not known" in str(reason) or isinstance(error, ValueError), str(reason)


def keep_issue(body: str) -> None:
    """Update the open issue on dead links, or open one."""
    listing = ["gh", "issue", "list", "--state", "open", "--search", f'in:title "{TITLE}"', "--json", "number,title"]
    listed: list[Mapping] = json.loads(subprocess.run(listing, capture_output=True, text=True, check=True).stdout)
    number = next((str(issue["number"]) for issue in listed if issue["title"] == TITLE), None)
    change = ["gh", "issue", "edit", number] if number else ["gh", "issue", "create", "--title", TITLE]
    subprocess.run([*change, "--body", body], check=True)


if __name__ == "__main__":
    sys.exit(main())
