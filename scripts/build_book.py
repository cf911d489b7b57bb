"""Build the site into _build/html; every warning is an error, and only what is wrong is shown."""

import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from command_line import ROOT, CommandError, command

from nordic_ai.fingerprint import contents, file_of_last_build, last_build, site_fingerprints, site_is_whole

# The lines of the log that tell an author what is wrong before Sphinx has loaded our extension.
_TELLING = re.compile(r"\b(WARNING|ERROR|CRITICAL): |^(\w+\.)*\w*(Error|Exception): \S")
_WAITING = "another build of this book is running"
# Looking for garbage during the imports takes a twentieth of a small build; nordic_ai.site enables it again.
_JUPYTER_BOOK = "import gc; gc.disable(); from jupyter_book.cli.main import main; main(prog_name='jupyter-book')"

SITE = ROOT / "_build" / "html"


def is_current() -> bool:
    """Return whether the published site is what a build would make."""
    last = last_build(SITE)
    with suppress(OSError):  # another build may be publishing
        if last.get("made_from") == site_fingerprints(ROOT, nitpicky=True):
            included = contents((ROOT / name for name in last["included"]), ROOT)
            return included == last["included"] and site_is_whole(SITE, last)
    return False


def run_jupyter_book(problems: Path) -> tuple[int, str]:
    """Build with Jupyter Book, and return its exit code and all that it wrote, beside the problems in their file."""
    arguments = [sys.executable, "-P", "-c", _JUPYTER_BOOK, "build", str(ROOT), "-W", "-n", "--keep-going"]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    environment = os.environ | {"NORDIC_AI_PROBLEMS": str(problems)}
    lines = []
    with subprocess.Popen(arguments, cwd=ROOT, env=environment, **streams) as build:
        try:
            for line in build.stdout:
                lines.append(line)
                if _WAITING in line:
                    print(line, end="", flush=True)
        except KeyboardInterrupt:
            build.kill()
            raise
    return build.returncode, "".join(lines)


def telling_lines(log: str) -> list[str]:
    """Return the lines of a build's log that say what is wrong."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", log)
    return [line.strip() for line in plain.splitlines() if _TELLING.search(line)]


@command(unchanged="the last good site stays")
def main() -> None:
    """Build the site unless nothing has changed since it was built."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the processes of the build end too
    if is_current():
        print(f"Nothing has changed since the site in {SITE} was built.")
        return
    print("building, which takes up to half a minute …", flush=True)
    with NamedTemporaryFile("r", encoding="utf-8") as problems:
        exit_code, log = run_jupyter_book(Path(problems.name))
        told = problems.read().splitlines() or telling_lines(log)
    file = ROOT / "_build" / "build.log"
    with suppress(OSError):  # on a full disk the lines below matter more than the log
        file.write_text(log, encoding="utf-8")
    if exit_code:
        file_of_last_build(SITE).unlink(missing_ok=True)  # should Sphinx have warned before it loaded our extension
        from nordic_ai.evidence import contents  # imported here because a build that succeeds does without

        contents.read_settings(ROOT)  # Jupyter Book reads these first and names neither file; the error does
        contents.pages_of_the_book(ROOT)
        print("\n".join(dict.fromkeys(told)), file=sys.stderr)
        ended = "was ended from outside (killed, or out of memory); build again" if exit_code < 0 else "failed"
        raise CommandError(f"the build {ended}; the whole log is in {file}")
    print(f"The site is in {SITE}; open {SITE / 'index.html'} in a browser.")
