"""Look where the pages' links to other sites lead, and keep an issue on those that lead nowhere."""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from bs4 import BeautifulSoup
from command_line import argument, command, require_site

TITLE = "Links that lead nowhere"
# Only these answers, not found and gone, say that there is nothing; others are often meant for programs alone.
GONE = {404, 410}


def external_links(site: Path) -> dict[str, list[str]]:
    """List the addresses of other sites that pages link to, each with the pages."""
    found: dict[str, list[str]] = {}
    # Built pages, because Sphinx's own link check does not see what templates and the theme write.
    for file in sorted(site.rglob("*.html")):
        page = BeautifulSoup(file.read_text(encoding="utf-8"), "html.parser")
        links = page.select('a[href^="http://"], a[href^="https://"]')
        for address in dict.fromkeys(link["href"].partition("#")[0] for link in links):
            found.setdefault(address, []).append(file.relative_to(site).as_posix())
    return found


def ask(link: str) -> tuple[bool, str]:
    """Say whether a link is certainly dead, and what was answered."""
    try:
        request = Request(link, headers={"User-Agent": "Mozilla/5.0 (link check of a static report)"})
        with urlopen(request, timeout=20) as response:
            return False, str(response.status)
    except HTTPError as error:
        return error.code in GONE, f"{error.code} {error.reason}"
    except (ValueError, OSError, HTTPException) as error:
        reason = str(getattr(error, "reason", error))
        # No address, or a host with an unknown name, is gone; one that is slow or down is asked again next week.
        return isinstance(error, ValueError) or "not known" in reason, reason


@command(
    argument("--site", type=Path, default=Path("_build/html"), help="folder of the site (_build/html)"),
    argument("--issue", action="store_true", help="open or update an issue on GitHub by `gh`"),
)
def main(site: Path, issue: bool) -> int:
    """Ask for every linked page; the exit code is 1 if links are dead and no issue was asked for."""
    require_site(site)
    links = external_links(site)
    dead = []
    with ThreadPoolExecutor(8) as pool:
        for link, (is_dead, answer) in zip(links, pool.map(ask, links), strict=True):
            print(f"{link}: {answer}")
            if is_dead:
                dead.append(f"- {link}: {answer}; on {', '.join(links[link])}")
    print(f"dead links: {len(dead)} of {len(links)}")
    if dead and issue:  # the open one is updated, or one is opened
        search = ["gh", "issue", "list", "--search", f'in:title "{TITLE}"', "--json", "number,title"]
        search += ["--jq", f'.[] | select(.title == "{TITLE}").number']
        numbers = subprocess.run(search, capture_output=True, text=True, check=True).stdout.split()
        change = ["gh", "issue", "edit", numbers[0]] if numbers else ["gh", "issue", "create", "--title", TITLE]
        subprocess.run([*change, "--body", "\n".join(dead)], check=True)
    return 1 if dead and not issue else 0
