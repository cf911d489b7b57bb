"""Read the table of contents, and refuse what the build or a check would read in another way."""

import posixpath
from functools import reduce
from pathlib import Path

from sphinx_external_toc.parsing import MalformedError, parse_toc_data

from nordic_ai.evidence.errors import EvidenceError, Problem
from nordic_ai.evidence.strict_yaml import Document, read_yaml


def read_settings(root: Path) -> Document:
    """Read `_config.yml`; raises `EvidenceError`."""
    return read_yaml(root / "_config.yml", closed=False)


def pages_of_the_book(root: Path) -> list[str]:
    """List the pages in `_toc.yml`, such as `chapters/strategy`; raises `EvidenceError`."""
    contents = read_yaml(root / "_toc.yml", closed=False)
    problems: list[Problem] = []
    lines: dict[str, int] = {}
    for path, line in contents.lines.items():
        name = reduce(lambda part, key: part[key], path, contents.data) if path[-1:] in (("file",), ("root",)) else None
        if isinstance(name, str):
            page, first = name.removesuffix(".md"), lines.get(name.removesuffix(".md"))
            if page != (plain := posixpath.normpath(page)):
                problems.append(Problem(contents.file, f"names the page `{name}`; write `{plain}`", line))
            elif first:
                message = f"names the page `{page}` again (first on line {first}); keep one"
                problems.append(Problem(contents.file, message, line))
            elif not (root / f"{page}.md").is_file():
                problems.append(Problem(contents.file, f"names {page}.md, which does not exist; correct it", line))
            lines.setdefault(page, line)
    if problems:
        raise EvidenceError(problems)
    try:
        matching = (file for pattern in parse_toc_data(contents.data).globs() for file in root.glob(f"{pattern}.md"))
        return list(dict.fromkeys([*lines, *(file.relative_to(root).with_suffix("").as_posix() for file in matching)]))
    except MalformedError as error:
        raise EvidenceError([Problem(contents.file, f"cannot be read: {' '.join(str(error).split())}")]) from None
