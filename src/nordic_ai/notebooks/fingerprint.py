"""Sum up what numbers and pages are made from, so that whatever is kept from an earlier run is known to be current."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

_LIBRARY = Path(__file__).parent.parent
# What lies where cells read, but is there for editors, spelling, tools and tests.
_NOT_FOR_CELLS = {
    *("source.schema.json", "words.txt"),
    *("CITATION.cff", "LICENSE", "LICENSE-DATA", "Makefile", "_config.yml", "_toc.yml", "conftest.py"),
    *("pyproject.toml", "requirements.txt"),
}


def output_fingerprints(root: Path) -> dict[str, str]:
    """Sum up, by part, all that the outputs of a chapter's cells depend on besides the cells.

    Parameters
    ----------
    root
        The project's root.

    Returns
    -------
    dict
        A short digest of the `data`, of the `library` without its part for the site, of the `lock` file, and of what
        stands `beside` the chapters, which their cells may import or read.
    """
    library = (file for file in _files_below(_LIBRARY) if "site" not in file.relative_to(_LIBRARY).parts)
    beside = (*_files_below(root / "chapters"), *root.glob("*"))
    return {
        "data": digest(filter(_may_be_read, _files_below(root / "data")), root),
        "library": digest((file for file in library if file.suffix in (".py", ".yml")), _LIBRARY),
        "lock": digest([root / "requirements.txt"], root),
        "beside": digest(filter(_may_be_read, beside), root),
    }


def _files_below(folder: Path) -> Iterator[Path]:
    """Yield all files, also in folders that are links, as those who read them do."""
    for place, _, names in os.walk(folder, followlinks=True):
        yield from (Path(place, name) for name in names)


def _may_be_read(file: Path) -> bool:
    """Tell whether a cell may take something from a file: no chapter, no recording, nothing that tools leave."""
    left = file.name.startswith(".") or file.parent.name.startswith((".", "__"))
    return not left and file.name not in _NOT_FOR_CELLS and file.suffix not in (".md", ".ipynb", ".part")


def code_fingerprint(fingerprints: Mapping[str, str]) -> str:
    """Sum up what makes a file of its content: the library, its part for the site, the versions of all that it uses.

    Parameters
    ----------
    fingerprints
        What `output_fingerprints` gives.
    """
    return joint_digest([fingerprints["library"], fingerprints["lock"], _site_digest()])


def page_fingerprint(root: Path, fingerprints: Mapping[str, str]) -> str:
    """Sum up all that a page depends on besides its own text: the above, how to cite it, and the library's site.

    Parameters
    ----------
    root
        The project's root.
    fingerprints
        What `output_fingerprints` gives for it.
    """
    cited = digest([root / "CITATION.cff"], root)
    return joint_digest([*fingerprints.values(), cited, _site_digest()])


@cache  # a process goes on with the code that it began with
def _site_digest() -> str:
    return digest((file for file in _files_below(_LIBRARY / "site") if "__pycache__" not in file.parts), _LIBRARY)


def joint_digest(digests: Iterable[str]) -> str:
    """Make one digest of several."""
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()[:16]


def value_digest(*values: Any) -> str:
    """Make a digest of values that JSON can hold; sets count too, whatever their order."""
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=sorted).encode()).hexdigest()[:16]


def digest(files: Iterable[Path], base: Path) -> str:
    """Sum up names and contents of files; what is no file is passed over.

    Parameters
    ----------
    files
        In any order.
    base
        The folder that names are taken from, so that the digest is the same wherever the project lies.
    """
    found = sorted((file.relative_to(base).as_posix(), file) for file in files if file.is_file())
    return joint_digest(f"{name} {hashlib.sha256(file.read_bytes()).hexdigest()}" for name, file in found)
