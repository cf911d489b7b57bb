"""Look where the pages' links to other sites lead, and keep an issue on those that lead nowhere."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import urllib.error
import urllib.request
from argparse import Namespace
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path

from bs4 import BeautifulSoup
from command_line import argument, command, require_site

TITLE = "Links that lead nowhere"
SECONDS = 20
# Only these say that there is nothing; other refusals are often meant for programs and not for readers.
GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}


@command(
    argument("--site", type=Path, default=Path("_build/html"), help="folder of the site (_build/html)"),
    argument("--issue", action="store_true", help="open or update an issue on GitHub by `gh`"),
)
def main(options: Namespace) -> int:
    """Ask for every linked page; the exit code is 1 if links are dead and no issue was asked for."""
    require_site(options.site)
    links = external_links(options.site)
    dead = []
    with ThreadPoolExecutor(8) as pool:
        for link, (is_dead, answer) in zip(links, pool.map(ask, links), strict=True):
            print(f"{link}: {answer}")
            if is_dead:
                dead.append(f"- {link}: {answer}; on {', '.join(links[link])}")
    print(f"{len(links)} links, {len(dead)} of them dead")
    if dead and options.issue:
        keep_issue("\n".join(dead))
    return 1 if dead and not options.issue else 0


def external_links(site: Path) -> dict[str, list[str]]:
    """List the addresses of other sites that pages link to, each with the pages.

    The built pages are read because Sphinx's own link check does not see what templates and the theme write.
    """
    found: dict[str, list[str]] = {}
    for file in sorted(site.rglob("*.html")):
        page = BeautifulSoup(file.read_text(encoding="utf-8"), "html.parser")
        links = page.select('a[href^="http://"], a[href^="https://"]')
        for address in dict.fromkeys(link["href"].partition("#")[0] for link in links):
            found.setdefault(address, []).append(file.relative_to(site).as_posix())
    return found


def ask(link: str) -> tuple[bool, str]:
    """Say whether a link is certainly dead, and what was answered."""
    request = urllib.request.Request(link, headers={"User-Agent": "Mozilla/5.0 (link check of a static report)"})
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as response:
            return False, str(response.status)
    except urllib.error.HTTPError as error:
        return error.code in GONE, f"{error.code} {error.reason}"
    except ValueError as error:  # no address at all
        return True, str(error)
    except (OSError, http.client.HTTPException) as error:
        # A host with an unknown name is gone; one that is only slow or down is asked again next week.
        reason = str(getattr(error, "reason", error))
        return "not known" in reason, reason


def keep_issue(body: str) -> None:
    """Update the open issue on dead links, or open one."""
    search = ["gh", "issue", "list", "--state", "open", "--search", f'in:title "{TITLE}"', "--json", "number,title"]
    listed = json.loads(subprocess.run(search, capture_output=True, text=True, check=True).stdout)
    number = next((str(issue["number"]) for issue in listed if issue["title"] == TITLE), None)
    change = ["gh", "issue", "edit", number] if number else ["gh", "issue", "create", "--title", TITLE]
    subprocess.run([*change, "--body", body], check=True)


if __name__ == "__main__":
    sys.exit(main())
