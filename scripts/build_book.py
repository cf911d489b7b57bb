"""Build the site beside the published one, and replace that only by a complete new one."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from filelock import FileLock

# What an author must know of a failed build; the whole of it is in the log.
_TELLING = re.compile(r"\b(WARNING|ERROR|CRITICAL): |^(\w+\.)*\w*(Error|Exception|Kernel\w*): \S|\.(md|yml):\d+: ")
# What only says that the sentence after it comes from our own extension.
_WRAPPING = re.compile(r"^(sphinx\.errors\.ExtensionError|Extension error): ?")
# Python would look for garbage hundreds of times while it imports, a twentieth of a small build; nordic_ai.site has it
# look again.
_JUPYTER_BOOK = "import gc; gc.disable(); from jupyter_book.cli.main import main; main(prog_name='jupyter-book')"
_STATE = "made-from.json"
_OLD = "html.old"
# What a build leaves beside what it read until it has ended well. `nordic_ai.site.freshness` names it too, but that
# takes longer to import than most of what is done here.
_UNFINISHED = "unfinished"
# What no page is made from.
_APART = {"_build", "tests", "__pycache__"}


def main() -> int:
    """Build, swap on success, and return the exit code."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whoever ends it ends what it began, as Ctrl+C does
    root = find_project()
    if root is None:
        print("build_book: no _toc.yml here or above; run this from the project", file=sys.stderr)
        return 1
    folder = root / "_build"
    try:
        folder.mkdir(exist_ok=True)
        made_from = inputs(root)
        if nothing_has_changed(folder, made_from):
            return 0
        with wait_for(folder / ".lock"):
            # Another build may have come first.
            return 0 if nothing_has_changed(folder, made_from) else build(root, folder, made_from)
    except shutil.Error as error:  # copying goes on after a failure and tells all of them
        print(f"build_book: {error.args[0][0][2]}; the last good site stays", file=sys.stderr)
    except OSError as error:
        print(f"build_book: {error}; the last good site stays", file=sys.stderr)
    except KeyboardInterrupt:
        print("build_book: interrupted; the last good site stays", file=sys.stderr)
    return 1


def find_project() -> Path | None:
    """Find the project's root from the working folder upwards; the library is not imported, which takes a second."""
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / "_toc.yml").is_file()), None)


def wait_for(lock: Path) -> FileLock:
    """Take a lock, and say so where another build holds it."""
    from filelock import FileLock, Timeout  # here, because most of a build with nothing to do would be this import

    held = FileLock(lock)
    try:
        held.acquire(timeout=0)
    except Timeout:
        print("another build of this book is running; waiting for it to end …", flush=True)
        held.acquire()
    return held


def nothing_has_changed(folder: Path, made_from: dict[str, str]) -> bool:
    """Tell, and say, whether the site that is published is what a build would make."""
    published = folder / "html"
    with suppress(OSError):  # another build may be putting its site there
        if read_state(folder) == made_from | {"site": contents(published)}:
            print(f"Nothing has changed since the site in {published} was built.")
            return True
    return False


def build(root: Path, folder: Path, made_from: dict[str, str]) -> int:
    """Build in a folder of its own, which is kept so that the next build reads only the pages that changed."""
    published, work, log = folder / "html", folder / "work", folder / "build.log"
    old = published.with_name(_OLD)
    if old.exists() and not published.exists():  # the last build was killed while it put its site there
        old.rename(published)
    if read_state(work).get("rest") != made_from["rest"]:
        # Sphinx leaves what it no longer writes, so only a change of the pages' text goes on from the last build.
        with wait_for(work / "_build" / ".lock"):
            for part in ("html", ".doctrees"):
                remove(work / "_build" / part)
        write_state(work, made_from)
    print("building, which takes up to half a minute …", flush=True)
    settings = ["-W", "-n", "--keep-going", "--path-output", str(work)]
    command = [sys.executable, "-P", "-c", _JUPYTER_BOOK, "build", str(root), *settings]
    result = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    with suppress(OSError):  # on a full disk what is said here counts more than the log
        log.write_text(result.stdout, encoding="utf-8")
    if result.returncode:
        print("\n".join([*unreadable_settings(root), *telling_lines(result.stdout)]), file=sys.stderr)
        print(f"build_book: the build failed; the last good site stays; the whole log is in {log}", file=sys.stderr)
        return 1
    if (folder / ".doctrees").exists():
        # What the plain command read is not what it will find published, so that it has to begin anew.
        (folder / ".doctrees" / _UNFINISHED).touch()
    publish(work / "_build" / "html", published)
    write_state(folder, made_from | {"site": contents(published)})
    print(f"The site is in {published}; open {published / 'index.html'} in a browser.")
    return 0


def inputs(root: Path) -> dict[str, str]:
    """Sum up the `texts` of the pages, and the `rest` that the site is made from."""
    texts, rest = hashlib.sha256(), hashlib.sha256()
    settings = [os.environ.get(name) for name in ("SOURCE_DATE_EPOCH", "SITE_URL")]
    rest.update(f"{sys.version} {settings}".encode())
    for file in sorted(files_below(root, root)):
        name = file.relative_to(root)
        page = file.suffix in (".md", ".ipynb") and len(name.parts) <= 2
        (texts if page else rest).update(f"{name}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return {"texts": texts.hexdigest(), "rest": rest.hexdigest()}


def files_below(folder: Path, root: Path) -> Iterator[Path]:
    """Yield the files that the site is made from."""
    for entry in os.scandir(folder):
        path = Path(entry.path)
        if not makes_the_site(path.relative_to(root)):
            continue
        if entry.is_dir():
            yield from files_below(path, root)
        elif entry.is_file():
            yield path


def makes_the_site(path: Path) -> bool:
    """Tell whether the site can depend on a file of the project: not on what is hidden, built or a test."""
    return not any(part.startswith(".") or part in _APART or part.endswith(".egg-info") for part in path.parts)


def contents(site: Path) -> str:
    """Sum up which files a site has, their sizes and times, so that a touched one is built again."""
    found = sorted((str(file.relative_to(site)), file.stat()) for file in site.rglob("*") if file.is_file())
    listed = [(name, facts.st_size, facts.st_mtime_ns) for name, facts in found]
    return hashlib.sha256(json.dumps(listed).encode()).hexdigest()


def read_state(folder: Path) -> dict[str, str]:
    """Read what the site in a folder was made from, or begun from; empty where that is not known."""
    try:
        state = json.loads((folder / _STATE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}


def write_state(folder: Path, state: dict[str, str]) -> None:
    """Write what the site in a folder is made from, whole or not at all."""
    folder.mkdir(exist_ok=True)
    file = folder / _STATE
    draft = file.with_suffix(".part")
    draft.write_text(json.dumps(state), encoding="utf-8")
    os.replace(draft, file)


def unreadable_settings(root: Path) -> Iterator[str]:
    """Say where the settings are no YAML, which Jupyter Book tells without a file."""
    import yaml  # here, because a build that succeeds does without

    for name in ("_config.yml", "_toc.yml"):
        try:
            yaml.safe_load((root / name).read_bytes())
        except yaml.MarkedYAMLError as error:
            yield f"{name}:{error.problem_mark.line + 1}: cannot be read as YAML: {error.problem}"


def telling_lines(log: str) -> list[str]:
    """Pick from a build's log the lines that say what is wrong, each once."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", log)
    lines = (line.strip() for line in plain.splitlines())
    return list(dict.fromkeys(_WRAPPING.sub("", line) for line in lines if _TELLING.search(line)))


def publish(new: Path, published: Path) -> None:
    """Put a copy of a finished site in the place of the last one."""
    draft, old = published.with_name("html.new"), published.with_name(_OLD)
    for left in (draft, old):
        remove(left)
    shutil.copytree(new, draft)
    if published.exists():
        published.rename(old)
    draft.rename(published)
    remove(old)


def remove(left: Path) -> None:
    """Remove a folder, or a file or link that stands in its place, if there is one."""
    if left.is_symlink() or left.is_file():
        left.unlink()
    else:
        shutil.rmtree(left, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
