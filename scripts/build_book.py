"""Build the site into _build/html; every warning is an error, and only what is wrong is shown."""

from __future__ import annotations

import argparse
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from command_line import CommandError, command

from nordic_ai.fingerprint import file_of_last_build, fingerprint_of_site, last_build, site_fingerprints

# The lines of the log that tell an author what is wrong.
_TELLING = re.compile(
    r"\b(WARNING|ERROR|CRITICAL): |^(\w+\.)*\w*(Error|Exception|Kernel\w*): \S"
    r"|^the evidence does not hold:|\.(cff|md|yml):\d+: |\.(cff|yml): "
)
# What Sphinx writes before a sentence of our extension.
_PREFIX = re.compile(r"^(sphinx\.errors\.ExtensionError|Extension error): ?")
_WAITING = "another build of this book is running"
# Looking for garbage during the imports takes a twentieth of a small build; nordic_ai.site enables it again.
_JUPYTER_BOOK = "import gc; gc.disable(); from jupyter_book.cli.main import main; main(prog_name='jupyter-book')"


@command(unchanged="the last good site stays")
def main(options: argparse.Namespace) -> None:
    """Build the site unless nothing has changed since it was built."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the processes of the build end too
    root = find_project()
    site = root / "_build" / "html"
    if is_current(root, site):
        print(f"Nothing has changed since the site in {site} was built.")
        return
    print("building, which takes up to half a minute …", flush=True)
    exit_code, log = run_jupyter_book(root)
    file = root / "_build" / "build.log"
    with suppress(OSError):  # on a full disk the lines below matter more than the log
        file.write_text(log, encoding="utf-8")
    if exit_code:
        file_of_last_build(site).unlink(missing_ok=True)  # should Sphinx have warned before it loaded our extension
        print("\n".join([*unreadable_settings(root), *telling_lines(log)]), file=sys.stderr)
        raise CommandError(f"the build failed; the whole log is in {file}")
    print(f"The site is in {site}; open {site / 'index.html'} in a browser.")


def find_project() -> Path:
    """Find the project's root from the working folder upwards; the library's own function takes longer to import."""
    for folder in (Path.cwd(), *Path.cwd().parents):
        if (folder / "_toc.yml").is_file():
            return folder
    raise CommandError("no _toc.yml here or above; run this from the project")


def is_current(root: Path, site: Path) -> bool:
    """Return whether the published site is what a build would make."""
    known = last_build(site)
    with suppress(OSError):  # another build may be publishing
        return known.get("made_from") == site_fingerprints(root, nitpicky=True) and (
            known.get("site") == fingerprint_of_site(site)
        )
    return False


def run_jupyter_book(root: Path) -> tuple[int, str]:
    """Build with Jupyter Book, and return its exit code and all that it wrote."""
    arguments = [sys.executable, "-P", "-c", _JUPYTER_BOOK, "build", str(root), "-W", "-n", "--keep-going"]
    lines = []
    with subprocess.Popen(arguments, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as build:
        try:
            for line in build.stdout:
                lines.append(line)
                if _WAITING in line:
                    print(line, end="", flush=True)
        except KeyboardInterrupt:
            build.kill()
            raise
    return build.returncode, "".join(lines)


def unreadable_settings(root: Path) -> Iterator[str]:
    """Say where the settings are no YAML; Jupyter Book does not name the file."""
    import yaml  # imported here because a build that succeeds does without

    for name in ("_config.yml", "_toc.yml"):
        try:
            yaml.safe_load((root / name).read_bytes())
        except yaml.MarkedYAMLError as error:
            yield f"{name}:{error.problem_mark.line + 1}: cannot be read as YAML: {error.problem}"


def telling_lines(log: str) -> list[str]:
    """Return the lines of a build's log that say what is wrong, each once."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", log)
    lines = (line.strip() for line in plain.splitlines())
    return list(dict.fromkeys(_PREFIX.sub("", line) for line in lines if _TELLING.search(line)))


if __name__ == "__main__":
    sys.exit(main())
