"""Find the browser that the tests drive, and install it where that is possible."""

import os
import shutil
import subprocess

from command_line import CommandError, command

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def find() -> str | None:
    """Give the path of a Chromium browser: the one that NORDIC_AI_BROWSER names, else the first on the path."""
    named = os.environ.get("NORDIC_AI_BROWSER")
    return next(filter(None, map(shutil.which, [named] if named else NAMES)), None)


@command()
def main() -> None:
    """Print the browser's path, or say how to get one; Debian's Chromium is installed as root or by `sudo`."""
    named = os.environ.get("NORDIC_AI_BROWSER")
    if named and not find():
        raise CommandError(f"NORDIC_AI_BROWSER names {named}, which is not a program here; correct it")
    is_root = os.geteuid() == 0
    if not find() and shutil.which("apt-get") and (is_root or shutil.which("sudo")):
        sudo = [] if is_root else ["sudo", "-n"]  # where it asks for no password
        for step in (["update", "-qq"], ["install", "-y", "-qq", "chromium"]):
            subprocess.run([*sudo, "apt-get", *step], stdout=subprocess.DEVNULL, check=False)
    if not find():
        raise CommandError(
            "the tests need a Chromium browser and none could be installed; install one "
            "(on Debian: `sudo apt-get install chromium`) or name it in NORDIC_AI_BROWSER"
        )
    print(find())
