"""Name the pages that speak of a theme or country with new records, until an author has read them again."""

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from nordic_ai.analysis.report import Report
from nordic_ai.analysis.wording import listed
from nordic_ai.authoring.pages import Page, read_page
from nordic_ai.files import write_whole
from nordic_ai.fingerprint import digest

_KEY = "evidence_read"


def unconfirmed(page: Page, report: Report) -> Iterator[tuple[int, str]]:
    """Say which publications have new or changed records on what a page speaks of, if its front matter has the key."""
    subjects, now = _spoken_of(page, report)
    known = page.front.get(_KEY, now)
    new = [f"`{source}`" for source in now if not isinstance(known, dict) or known.get(source) != now[source]]
    if new:
        name = page.file.relative_to(report.evidence.root).with_suffix("").as_posix()
        told = f"speaks of {listed(subjects)}, on which there are new or changed records of {listed(new)}"
        yield 1, f"{told}; read it again, then run `make confirm PAGE={name}`"


def note_as_read(file: Path, report: Report) -> None:
    """Put into a page's front matter a digest of each publication's records on what the page speaks of."""
    read, text = _spoken_of(read_page(file), report)[1], file.read_text(encoding="utf-8-sig")
    front, body = re.fullmatch(r"(?:---\n((?:.*\n)*?)---\n)?\n*((?s:.*))", text).groups("")
    front = re.sub(rf"^{_KEY}:.*\n(?:[ \t-].*\n)*", "", front, flags=re.MULTILINE)
    # Before the header of a notebook, where jupytext writes it when an editor saves the chapter.
    place = found.start() if (found := re.search("^jupytext:", front, re.MULTILINE)) else len(front)
    noted = yaml.safe_dump({_KEY: read})
    write_whole(file, f"---\n{front[:place]}{noted}{front[place:]}---\n\n{body}")


def _spoken_of(page: Page, report: Report) -> tuple[list[str], dict[str, str]]:
    """List the themes and countries that a page names or names records on, and digest each publication's records."""
    roles = (part.content for _, part in page.parts() if part.meta.get("name", "").startswith("ev"))
    named = {*" ".join(roles).split(), *(name for _, name in page.texts_in_cells("observations"))}
    named |= {directive.argument for directive in page.directives}
    records, countries, found = report.evidence.records, report.evidence.countries, {}
    themes = {name: getattr(records["/".join(name.split("/")[:2])], "theme", None) for name in records}
    subjects = named & {*themes.values(), *countries} | {themes[name] for name in named & themes.keys()} - {None}
    for name, theme in themes.items():
        source = name.split("/")[0]
        if {theme, *report.evidence.sources[source].countries} & subjects:
            found.setdefault(source, []).append([name, getattr(records[name], "value", None)])
    spoken_of = sorted(countries[one].name if one in countries else one for one in subjects)
    return spoken_of, {source: digest(about)[:8] for source, about in found.items()}
