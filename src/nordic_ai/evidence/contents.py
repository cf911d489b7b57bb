"""Read the table of contents."""

from pathlib import Path

from sphinx_external_toc.parsing import MalformedError, parse_toc_data

from nordic_ai.evidence.errors import EvidenceError, Problem
from nordic_ai.evidence.strict_yaml import read_yaml


def pages_of_the_book(root: Path) -> list[str]:
    """List the pages in the table of contents, such as `chapters/strategy`; raises `EvidenceError`."""
    contents = read_yaml(root / "_toc.yml", closed=False)
    try:
        return [name.removesuffix(".md") for name in parse_toc_data(contents.data)]
    except MalformedError as error:
        raise EvidenceError([Problem(contents.file, f"cannot be read: {' '.join(str(error).split())}")]) from None
