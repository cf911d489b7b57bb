"""Tell machines what each page is: description, preview, structured data, canonical address, site map, robots.

Everything follows from one setting, the address of the published site: `SITE_URL` in the environment, else
`html.baseurl` in `_config.yml`. Without it the pages are complete but carry no absolute address.
The Sphinx extensions for this were weighed: sphinxext-opengraph draws its pictures with Matplotlib, sphinx-sitemap
needs the address to exist, and none knows of JSON-LD; together they are more than what is written here.
"""

from __future__ import annotations

import html
import json
import os
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import ConfigError

from nordic_ai.analysis.observations import Observation
from nordic_ai.figures.pictures import PREVIEW_SIZE, png
from nordic_ai.figures.pictures import preview as picture
from nordic_ai.site.domain import report_domain

PICTURES = "pictures"
"""The folder of the site that holds the pages' preview pictures."""
NOT_FOUND = "404"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
WIDTH, HEIGHT = PREVIEW_SIZE

_LONGEST = 200  # characters of a description; what readers of previews and search results show
_SHORTEST = 40  # a paragraph below this is a label, not a description
_DATA_PAGE = "evidence/data"  # the page that describes the data


def configure(app: Sphinx, config: Config) -> None:
    """Take the site's address from the environment.

    Raises
    ------
    ConfigError
        If the address is not the beginning of web addresses.
    """
    address = os.environ.get("SITE_URL") or config.html_baseurl
    if address:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
            raise ConfigError(
                f"the site's address `{address}` (SITE_URL, or html.baseurl in _config.yml) is none; "
                "write it like https://example.org/report/"
            )
        config.html_baseurl = address.rstrip("/") + "/"


def describe_page(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document) -> None:
    """Add to a page's head what machines read; pages without a source are kept out of search engines."""
    if doctree is None:
        context["pageurl"] = None  # its address is no canonical one
        tags = [] if page == "search" else ['<meta name="robots" content="noindex">']  # the theme marks its own
    else:
        tags = [*_tags(app, page, doctree), *_structured(app, page, doctree)]
    context["metatags"] = "\n".join([context.get("metatags") or "", *tags])


def description(env: BuildEnvironment, page: str, doctree: nodes.document) -> str:
    """Describe a page in a sentence or two: its front matter's `description`, else its first paragraph."""
    written = env.metadata[page].get("description")
    paragraphs = (" ".join(paragraph.astext().split()) for paragraph in doctree.findall(nodes.paragraph))
    text = written or next((text for text in paragraphs if len(text) >= _SHORTEST), "")
    return textwrap.shorten(text, _LONGEST, placeholder=" …")


def _tags(app: Sphinx, page: str, doctree: nodes.document) -> Iterator[str]:
    base, told = app.config.html_baseurl, description(app.env, page, doctree)
    title, front = app.env.titles[page].astext(), page == app.config.root_doc
    yield _meta("name", "description", told)
    properties = {
        "og:type": "website" if front else "article",
        "og:site_name": app.config.html_title,
        "og:locale": app.config.language.replace("-", "_"),
        "og:title": title,
        "og:description": told,
    }
    if base:
        properties |= {
            "og:url": urljoin(base, app.builder.get_target_uri(page)),
            "og:image": urljoin(base, picture_path(page)),
            "og:image:width": str(WIDTH),
            "og:image:height": str(HEIGHT),
            "og:image:alt": title if front else f"{title}. {app.config.html_title}",
        }
    for name, content in properties.items():
        yield _meta("property", name, content)
    if base:
        yield _meta("name", "twitter:card", "summary_large_image")


def _meta(kind: str, name: str, content: str) -> str:
    return f'<meta {kind}="{name}" content="{html.escape(content, quote=True)}">'


def _structured(app: Sphinx, page: str, doctree: nodes.document) -> Iterator[str]:
    """Write what schema.org knows of the report and of its data; a block of data, which no policy counts as script."""
    report, base = report_domain(app.env).citation, app.config.html_baseurl
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "description": description(app.env, page, doctree),
        "inLanguage": app.config.language,
        "license": LICENCE,
        "version": report.version,
        "datePublished": report.released,
        "creator": [
            {"@type": "Organization", "name": author.name}
            if author.name
            else {"@type": "Person", "givenName": author.given, "familyName": author.family}
            for author in report.authors
        ],
        "url": urljoin(base, app.builder.get_target_uri(page)) if base else None,
        "isAccessibleForFree": True,
    }
    evidence = report_domain(app.env).report.evidence
    sources = evidence.sources.values()
    if page == app.config.root_doc:
        told |= {"@type": "Report", "name": report.title}
        told["citation"] = [
            {"@type": "CreativeWork", "name": s.title.original, "inLanguage": s.language, "publisher": s.publisher}
            for s in sources
        ]
    elif page == _DATA_PAGE:
        told |= {"@type": "Dataset", "name": f"{report.title}: data"}
        told["temporalCoverage"] = _years(report_domain(app.env).report.observations)
        countries = dict.fromkeys(evidence.countries[source.country].name for source in sources)
        told["spatialCoverage"] = [{"@type": "Country", "name": name} for name in countries]
        if base:
            told["distribution"] = [
                {"@type": "DataDownload", "encodingFormat": kind, "contentUrl": urljoin(base, f"data/{name}")}
                for name, kind in (("datapackage.json", "application/json"), ("observations.csv", "text/csv"))
            ]
    else:
        return
    known = {name: value for name, value in told.items() if value}
    text = json.dumps(known, ensure_ascii=False).replace("<", "\\u003c")  # a closing tag in it would end the block
    yield f'<script type="application/ld+json">{text}</script>'


def _years(observations: Mapping[str, Observation]) -> str:
    """Give the years that the numbers are about, as ISO 8601 writes an interval."""
    starts = [o.period_start.year for o in observations.values() if o.period_start]
    ends = [o.period_end.year for o in observations.values() if o.period_end]
    return f"{min(starts)}/{max(ends)}"


def not_found_page(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Give the page that a server shows for an address that does not exist."""
    yield NOT_FOUND, {"title": "Page not found"}, "404.html"


def write_files(app: Sphinx, exception: Exception | None) -> None:
    """Write the site map and robots.txt, and make the addresses on the page for wrong addresses work at any depth."""
    if exception is not None or app.builder.format != "html":
        return
    site, base = Path(app.outdir), app.config.html_baseurl
    page = site / f"{NOT_FOUND}.html"
    if page.exists():
        # A server shows it in the place of any address, so it cannot name its neighbours by relative addresses.
        root = urlsplit(base).path or "/"
        text = re.sub(r'\b(href|src|action)="(?![a-z]+:|[#/])', rf'\1="{root}', page.read_text(encoding="utf-8"))
        page.write_text(text, encoding="utf-8")
    site_map = site / "sitemap.xml"
    if base:
        pages = (urljoin(base, app.builder.get_target_uri(name)) for name in sorted(app.env.found_docs))
        entries = "".join(f"<url><loc>{html.escape(address)}</loc></url>\n" for address in pages)
        site_map.write_text(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</urlset>\n',
            encoding="utf-8",
        )
    else:
        site_map.unlink(missing_ok=True)
    where = f"Sitemap: {urljoin(base, site_map.name)}\n" if base else ""
    (site / "robots.txt").write_text(f"User-agent: *\nAllow: /\n{where}", encoding="utf-8")
    wanted = {Path(picture_path(name)).name for name in app.env.found_docs}
    for file in (site / PICTURES).glob("*"):
        if file.name not in wanted:
            file.unlink()


def picture_path(page: str) -> str:
    """Say where a page's preview picture lies in the site."""
    return f"{PICTURES}/{page.replace('/', '-')}.png"


def picture_jobs(app: Sphinx) -> dict[str, tuple[Callable[..., dict[str, bytes]], str, str, str]]:
    """List the preview pictures to draw, by their path, each with the function that draws it and what it takes."""
    return {
        picture_path(page): (_draw, picture_path(page), app.env.titles[page].astext(), app.config.html_title)
        for page in sorted(app.env.found_docs)
    }


def _draw(path: str, title: str, report: str) -> dict[str, bytes]:
    return {path: png(picture(title, report))}
