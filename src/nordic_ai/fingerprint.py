"""Digests of what the site and the outputs of chapters are made from, which tell what has changed since.

`make book` imports this module to see that nothing has changed, so it imports nothing that takes long.
"""

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

_LIBRARY = Path(__file__).parent

PRINTED = Path("_build", "pdf")
"""The folder of the editions for print, which the site offers as long as they are made of what it is made of."""

# Folders that no page depends on.
_NOT_FOR_THE_SITE = {"_build", "tests", "__pycache__"}
# Folders without pages; what cells take from `data` and `src` is counted by itself.
_NO_NEIGHBOURS = {"_build", "data", "docs", "scripts", "src", "tests"}
# Files that lie where cells could read them, and serve only editors, tools and tests.
_NOT_FOR_CELLS = {
    *("source.schema.json", "words.txt"),
    *("CITATION.cff", "LICENSE", "Makefile", "_config.yml", "_toc.yml", "pyproject.toml", "requirements.txt"),
}


def digest(value: Any) -> str:
    """Return a short digest of a value that JSON can hold."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def output_fingerprints(root: Path) -> dict[str, str]:
    """Return digests of all that the outputs of a chapter of the project in `root` depend on besides its cells.

    These are the `data`, the `library` without its room for the site, the `lock` file, and the `neighbours` of the
    chapters, which their cells may import or read.
    """
    library = (file for file in _library() if "site" not in file.relative_to(_LIBRARY).parts)
    neighbours = _files_below(root, lambda path: _cells_may_read(path) and path.parts[0] not in _NO_NEIGHBOURS)
    return {
        "data": digest(contents(_files_below(root / "data", _cells_may_read), root)),
        "library": digest(contents((file for file in library if file.suffix in (".py", ".yml")), _LIBRARY)),
        "lock": digest(contents([root / "requirements.txt"], root)),
        "neighbours": digest(contents(neighbours, root)),
    }


def site_fingerprints(root: Path, nitpicky: bool) -> dict[str, str]:
    """Return a digest of everything that the site is made from: each file by its path, and the build's settings."""
    files = _files_of_the_site(root)
    return files | {
        "settings": digest([sys.version, *_settings(), nitpicky]),
        "editions": digest(_editions(root, files)),
    }


def makes_the_editions(root: Path) -> str:
    """Return a digest of everything that the editions for print are made from."""
    return _digest_of_editions(_files_of_the_site(root))


def printed_editions(root: Path) -> list[dict[str, Any]]:
    """Return what `make pdf` has noted of each edition for print; none if they were made from something else.

    Each has a `file` in the folder `PRINTED`, the code of its `language`, and the numbers of its `pages`, `pictures`
    and `bytes`.
    """
    return _editions(root, _files_of_the_site(root))


def _files_of_the_site(root: Path) -> dict[str, str]:
    files = contents(_files_below(root, makes_the_site), root)
    if not _LIBRARY.is_relative_to(root):
        files["the installed library"] = digest(contents(_library(), _LIBRARY))
    return files


def _settings() -> list[str | None]:
    return [os.environ.get("SOURCE_DATE_EPOCH"), os.environ.get("SITE_URL")]


def _digest_of_editions(files: dict[str, str]) -> str:
    return digest([files, _settings()])


def _editions(root: Path, files: dict[str, str]) -> list[dict[str, Any]]:
    folder = root / PRINTED
    with suppress(OSError, ValueError, KeyError, TypeError):
        known = json.loads((folder / "editions.json").read_text(encoding="utf-8"))
        if known["made_from"] == _digest_of_editions(files):
            same = [(folder / edition["file"]).stat().st_size == edition["bytes"] for edition in known["editions"]]
            return known["editions"] if all(same) else []
    return []


def makes_the_site(path: Path) -> bool:
    """Return whether the site depends on a file or folder, given by its path in the project.

    Recordings count because an author may have written into one. Compiled translations do not, which Sphinx writes
    beside their sources.
    """
    return not (
        any(part.startswith(".") or part.endswith(".egg-info") or part in _NOT_FOR_THE_SITE for part in path.parts)
        or path.name.endswith((".mo", ".part", "~"))
    )


def last_build(site: Path) -> dict[str, Any]:
    """Return what the build of a site left about itself; empty if it did not end well.

    It holds `made_from`, what `site_fingerprints` returned; `pages`, the paths of the pages; digests by path of what
    they `included` that counts for nothing else; and the `marks` of the site where it was `built` and `published`.
    """
    with suppress(OSError, ValueError):
        known = json.loads(file_of_last_build(site).read_text(encoding="utf-8"))
        return known if isinstance(known, dict) else {}
    return {}


def file_of_last_build(site: Path) -> Path:
    """Return the file for `last_build`, in the folder where the site is built before it is published."""
    return site.parent / ".work" / site.name / "last-build.json"


def site_is_whole(site: Path, last: dict[str, Any]) -> bool:
    """Return whether a published site is what its last build made; files that were moved or touched are read."""
    if marks_of_site(site) == last["published"]:
        return True
    made = file_of_last_build(site).with_name("site")
    return contents(site.rglob("*"), site) == contents(made.rglob("*"), made)


def marks_of_site(site: Path) -> dict[str, list[int]]:
    """Return for each file of a built site what shows whether it was touched since, without reading it.

    Whoever writes to a file may give it another time than that, but cannot choose when its entry was last changed.
    """
    marks = {}
    for folder, _, names in os.walk(site):  # three times as fast as `Path.rglob`
        for path in (os.path.join(folder, name) for name in names):
            now = os.lstat(path)
            marks[path.removeprefix(f"{site}/")] = [now.st_ino, now.st_size, now.st_mtime_ns, now.st_ctime_ns]
    return marks


def _library() -> Iterator[Path]:
    return _files_below(_LIBRARY, lambda path: path.name != "__pycache__")


def _files_below(folder: Path, wanted: Callable[[Path], bool]) -> Iterator[Path]:
    """Yield the files below a folder, through links too; `wanted` judges each folder and file by its path there."""
    for place, folders, names in os.walk(folder, followlinks=True):
        here = Path(place).relative_to(folder)
        folders[:] = [name for name in folders if wanted(here / name)]
        yield from (Path(place, name) for name in names if wanted(here / name))


def _cells_may_read(path: Path) -> bool:
    """Return whether a cell may take something from a file: no page, no recording, nothing that tools leave."""
    left_by_tools = path.name.startswith((".", "__pycache__"))
    return not left_by_tools and path.name not in _NOT_FOR_CELLS and path.suffix not in (".md", ".ipynb", ".part")


def contents(files: Iterable[Path], base: Path) -> dict[str, str]:
    """Return a digest of the content of each file, by its path from `base`; what is no file is left out."""
    return {
        file.relative_to(base).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in files
        if file.is_file()
    }
