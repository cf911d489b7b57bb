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


def install() -> None:
    """Install Debian's Chromium, as root or where `sudo` asks for no password."""
    if shutil.which("apt-get") and (os.geteuid() == 0 or shutil.which("sudo")):
        sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
        for step in (["update", "-qq"], ["install", "-y", "-qq", "chromium"]):
            subprocess.run([*sudo, "apt-get", *step], stdout=subprocess.DEVNULL, check=False)


@command()
def main() -> None:
    """Print the browser's path, or say how to get one."""
    if not find() and "NORDIC_AI_BROWSER" in os.environ:
        named = os.environ["NORDIC_AI_BROWSER"]
        raise CommandError(f"NORDIC_AI_BROWSER names {named}, which is not a program here; correct it")
    if not find():
        install()
    if not find():
        raise CommandError(
            "the tests need a Chromium browser and none could be installed; install one "
            "(on Debian: `sudo apt-get install chromium`) or name it in NORDIC_AI_BROWSER"
        )
    print(find())
