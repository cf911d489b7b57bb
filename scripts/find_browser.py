"""Find the browser that the tests drive, and install it where that is possible."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def find() -> str | None:
    """Give the path of a Chromium browser: the one that NORDIC_AI_BROWSER names, else the first on the path."""
    named = os.environ.get("NORDIC_AI_BROWSER")
    if named:
        return shutil.which(named)
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def install() -> None:
    """Install Debian's Chromium where this user may."""
    if not shutil.which("apt-get"):
        return
    may = [] if os.geteuid() == 0 else ["sudo", "-n"] if shutil.which("sudo") else None
    if may is None:
        return
    for step in (["update", "-qq"], ["install", "-y", "-qq", "chromium"]):
        subprocess.run([*may, "apt-get", *step], stdout=subprocess.DEVNULL, check=False)


def main() -> int:
    """Print the browser's path, or say how to get one."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    named = os.environ.get("NORDIC_AI_BROWSER")
    if named and find() is None:
        print(f"find_browser: NORDIC_AI_BROWSER names {named}, which is no program here; correct it", file=sys.stderr)
        return 1
    if find() is None:
        install()
    found = find()
    if found is None:
        print(
            "find_browser: the tests need a Chromium browser and none could be installed; install one "
            "(on Debian: `sudo apt-get install chromium`) or name it in NORDIC_AI_BROWSER",
            file=sys.stderr,
        )
        return 1
    print(found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
