"""Tell machines what each page is: description, preview, structured data, canonical address, site map, robots.

Everything follows from one setting, the address of the published site: `SITE_URL` in the environment, else
`html.baseurl` in `_config.yml`. Without it the pages are complete but carry no absolute address.
The Sphinx extensions for this were weighed: sphinxext-opengraph draws its pictures with Matplotlib, sphinx-sitemap
needs the address to exist, and none knows of JSON-LD; together they are more than what is written here.
"""

import os
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

from nordic_ai.export.data_package import LICENCE
from nordic_ai.figures.pictures import PREVIEW_SIZE
from nordic_ai.site.domain import PAGES, ReportDomain, report_domain
from nordic_ai.site.publication_pages import whole_page

_LONGEST = 200  # characters of a description; what readers of previews and search results show
_SHORTEST = 40  # a paragraph below this is a label, not a description


def configure(app: Sphinx, config: Config) -> None:
    """Take the site's address from the environment, encode it, and refuse one that web addresses cannot begin with."""
    if not (address := os.environ.get("SITE_URL") or config.html_baseurl):
        return
    try:
        parts = urlsplit(address)
        host = parts.netloc.encode("idna").decode()
    except ValueError:
        host = ""
    if not host or parts.scheme not in ("http", "https") or parts.query or parts.fragment:
        raise ConfigError(
            f"the site's address `{address}` (SITE_URL, or html.baseurl in _config.yml) is none; "
            "write it like https://example.org/report/"
        )
    path = quote(unquote(parts.path)).rstrip("/")
    config.html_baseurl = f"{parts.scheme}://{host}{path}/"


def _address(app: Sphinx, path: str) -> str:
    """Give the absolute address of a file of the site, encoded; without an address of the site, one from its root."""
    return urljoin(app.config.html_baseurl, quote(path))


def describe_page(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document) -> None:
    """Give the template of a page what machines read in its head; pages without a source are no search results.

    The description is the front matter's, else the first paragraph.
    """
    if doctree is None:
        context["pageurl"] = None  # its address is no canonical one
        return
    paragraphs = (" ".join(paragraph.astext().split()) for paragraph in doctree.findall(nodes.paragraph))
    written = app.env.metadata[page].get("description") or next((p for p in paragraphs if len(p) >= _SHORTEST), "")
    summary = textwrap.shorten(written, _LONGEST, placeholder=" …")
    preview = _address(app, picture_path(page))
    context |= {"summary": summary, "preview": preview, "preview_size": PREVIEW_SIZE}
    if context["pageurl"]:
        context["pageurl"] = _address(app, page + app.builder.out_suffix)  # which Sphinx does not encode
    if page in (app.config.root_doc, PAGES["data"]):
        told = _linked_data(report_domain(app.env), page == app.config.root_doc, app.config.html_baseurl)
        told |= {"description": summary, "inLanguage": app.config.language, "url": context["pageurl"]}
        context["linked_data"] = {name: value for name, value in told.items() if value}


def _linked_data(domain: ReportDomain, about_report: bool, base: str) -> dict[str, Any]:
    """Describe the report, or else its data, as schema.org has it."""
    report, citation = domain.inputs.report, domain.inputs.citation
    sources, observations = report.evidence.sources.values(), report.observations.values()
    edition = {
        "@context": "https://schema.org",
        "@type": "Report" if about_report else "Dataset",
        "name": citation.title if about_report else f"{citation.title}: data",
        "license": LICENCE["path"],
        "version": citation.edition,
        "creativeWorkStatus": None if citation.released else "Draft",
        "datePublished": citation.released,
        "publisher": [{"@type": "Organization", "name": one.name, "email": one.email} for one in citation.contact],
        "isAccessibleForFree": True,
        "creator": [
            {"@type": "Organization", "name": author.name}
            if author.name
            else {"@type": "Person", "givenName": author.given, "familyName": author.family}
            for author in citation.authors
        ],
    }
    if about_report:
        works = [
            {"@type": "CreativeWork", "name": s.title.original, "inLanguage": s.language, "publisher": s.publisher}
            for s in sources
        ]
        return edition | {"citation": works}
    files = {"datapackage.json": "application/json", "observations.csv": "text/csv"} if base else {}
    first = min(observation.period_start.year for observation in observations if observation.period_start)
    last = max(observation.period_end.year for observation in observations if observation.period_end)
    countries = dict.fromkeys(report.evidence.countries[code].name for source in sources for code in source.countries)
    return edition | {
        "temporalCoverage": f"{first}/{last}",  # as ISO 8601 writes an interval
        "spatialCoverage": [{"@type": "Country", "name": name} for name in countries],
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": kind, "contentUrl": urljoin(base, f"data/{name}")}
            for name, kind in files.items()
        ],
    }


def not_found_page(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Give the page that a server shows for an address that does not exist.

    Without the site's address nothing is known that it could load or lead to from wherever it is shown.
    """
    root = urlsplit(app.config.html_baseurl).path
    yield "404", {"title": "Page not found", "root": root}, "404.html" if root else "404-anywhere.html"


def write_files(app: Sphinx, exception: Exception | None) -> None:
    """Write the site map and robots.txt."""
    if exception is not None or app.builder.format != "html":
        return
    site, base = Path(app.outdir), app.config.html_baseurl
    robots, site_map = "User-agent: *\nAllow: /\n", site / "sitemap.xml"
    if base:
        robots += f"Sitemap: {urljoin(base, site_map.name)}\n"
        addresses = [_address(app, name + app.builder.out_suffix) for name in sorted(app.env.found_docs)]
        text = app.builder.templates.render(site_map.name, {"addresses": addresses})
        site_map.write_text(text, encoding="utf-8")
    (site / "robots.txt").write_text(robots, encoding="utf-8")


def picture_path(page: str) -> str:
    """Say where a page's preview picture lies in the site; parts of a page share its picture."""
    return f"pictures/{whole_page(page).replace('/', '-')}.png"
