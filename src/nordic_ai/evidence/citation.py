"""Cite the report and its parts, from CITATION.cff alone: title, authors, version, date, publisher and addresses."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from pydantic import Field

from nordic_ai.evidence.errors import Violations
from nordic_ai.evidence.model import Source
from nordic_ai.evidence.validation import read_as
from nordic_ai.evidence.values import Day, Email, Record, Text, Url


class Author(Record):
    """Who wrote the report: an organisation under `name`, or a person under the other two."""

    name: Text | None = None
    family: Text | None = Field(default=None, alias="family-names")
    given: Text | None = Field(default=None, alias="given-names")

    def _violations(self) -> Violations:
        if (self.name is None) == (self.family is None or self.given is None):
            yield (), "give either `name`, of an organisation, or `family-names` and `given-names`, of a person"

    @property
    def full_name(self) -> str:
        """The name in the order in which it is spoken."""
        return self.name or f"{self.given} {self.family}"


class Contact(Record):
    """Who publishes this copy of the report and answers for it."""

    name: Text
    address: Text | None = None
    """For letters, on one line."""
    email: Email


class CitationFile(Record):
    """The fields of the Citation File Format 1.2.0 that this project uses."""

    cff_version: Literal["1.2.0"] = Field(alias="cff-version")
    message: Text
    title: Text
    type: Literal["software", "dataset"]
    authors: list[Author] = Field(min_length=1)
    version: Text
    released: Day | None = Field(default=None, alias="date-released")
    """When this version was published; until then the report calls itself a draft."""
    contact: list[Contact] = Field(default=[], max_length=1)
    license: Text
    url: Url | None = None
    """The address of the site."""
    repository: Url | None = Field(default=None, alias="repository-code")
    """Where the project is kept, and where readers can report errors."""

    def _violations(self) -> Violations:
        if self.released and not self.contact:
            message = "a release says who publishes it: give `name` and `email` under `contact`, or no date for a draft"
            yield ("date-released",), message

    @property
    def edition(self) -> str:
        """The version, and that it is a draft as long as it is one."""
        return self.version if self.released else f"{self.version}, draft"


@dataclass(frozen=True)
class Work:
    """Something that can be cited."""

    key: str
    """Its name in a BibTeX file."""
    authors: Sequence[Author]
    title: str
    year: str
    kind: str | None = None
    """What it is, as in "Data set"."""
    part_of: str | None = None
    """The title of the work that it is a part of."""
    version: str | None = None
    month: int | None = None
    address: str | None = None


def read_citation(root: Path) -> CitationFile:
    """Read CITATION.cff in the project's folder, which agrees with the changelog on what has been released."""

    def agrees_with_changelog(file: CitationFile) -> Violations:
        changelog = root / "CHANGELOG.md"
        if not changelog.exists():
            return
        has_heading = re.search(rf"^## {re.escape(file.version)}\b", changelog.read_text("utf-8"), re.MULTILINE)
        if file.released and not has_heading:
            yield ("date-released",), f"CHANGELOG.md has no heading `## {file.version}` for this release; add it"
        if has_heading and not file.released:
            message = f"CHANGELOG.md tells of a release {file.version}; give its `date-released`, or name it Unreleased"
            yield ("version",), message

    return read_as(root / "CITATION.cff", CitationFile, agrees_with_changelog)


def cite_report(file: CitationFile) -> Work:
    """Give the report as a work."""
    work = Work("nordic-ai", file.authors, file.title, "n.d.", version=file.edition, address=file.url)
    if file.released is None:
        return work
    year, month, _ = file.released.split("-")
    return replace(work, year=year, month=int(month))


def cite_data(file: CitationFile) -> Work:
    """Give the published data as a work."""
    return replace(cite_report(file), key="nordic-ai-data", title=f"{file.title}: the evidence", kind="Data set")


def cite_part(file: CitationFile, key: str, title: str, kind: str, place: str) -> Work:
    """Give a part of the report, such as a figure, as a work; `place` is its page and anchor on the site."""
    address = f"{file.url}/{place}" if file.url else None
    return replace(cite_report(file), key=key, title=title, kind=kind, part_of=file.title, address=address)


def cite_source(source: Source) -> Work:
    """Give a publication that the report uses as a work, with the first of its addresses if one is known."""
    title = f"{source.title.original} [{source.title.english}]"
    year = source.published.period[:4] if source.published.period else "n.d."
    work = Work(source.id, [Author(name=source.publisher)], title, year, source.kind.capitalize())
    addresses = getattr(source, "addresses", ())
    return replace(work, address=addresses[0].url) if addresses else work


def apa(work: Work) -> str:
    """Write a reference in the style of the American Psychological Association (7th edition), as plain text."""
    names = [a.name or f"{a.family}, {' '.join(f'{part[0]}.' for part in a.given.split())}" for a in work.authors]
    authors = names[0] if len(names) == 1 else f"{', '.join(names[:-1])}, & {names[-1]}"
    version = f" (Version {work.version})" if work.version else ""
    kind = f" [{work.kind}]" if work.kind else ""
    details = f"{kind}. In {work.part_of}{version}" if work.part_of else f"{version}{kind}"
    address = f" {work.address}" if work.address else ""
    return f"{authors.rstrip('.')}. ({work.year}). {work.title.rstrip('.')}{details}.{address}"


def bibtex(work: Work) -> str:
    """Write an entry for a BibTeX file; braces around names and titles protect their capitals."""
    names = [f"{{{_tex(a.name)}}}" if a.name else f"{_tex(a.family)}, {_tex(a.given)}" for a in work.authors]
    fields = {
        "author": " and ".join(names),
        "title": f"{{{_tex(work.title)}}}",
        "howpublished": _tex(f"In: {work.part_of}") if work.part_of else None,
        "year": work.year if work.year.isdigit() else None,
        "month": str(work.month) if work.month else None,
        "note": _tex("; ".join(part for part in (work.kind, work.version and f"Version {work.version}") if part)),
        "url": work.address,
    }
    lines = (f"  {name:<12} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@misc{{{work.key},\n{''.join(lines)}}}"


def _tex(text: str) -> str:
    return re.sub(r"([&%$#_{}])", r"\\\1", text)
