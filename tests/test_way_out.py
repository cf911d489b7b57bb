"""The book can leave Jupyter Book 1.x: a current Sphinx builds it from the settings that Jupyter Book hands over."""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from building import ROOT, copy_of_the_project, settings_for


def words(page: Path) -> list[str]:
    """Give the words of a page as a reader meets them."""
    return html.unescape(
        re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", page.read_text("utf-8"), flags=re.DOTALL)
    ).split()


def link(source: str, target: str) -> None:
    """Let a file stand in another place as well, or copy it where it cannot; pip replaces files and changes none."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


@pytest.mark.slow
def test_a_current_sphinx_builds_the_book_without_jupyter_book(site: Path, tmp_path: Path) -> None:
    project = copy_of_the_project(tmp_path / "project")
    jupyter_book = Path(sys.executable).with_name("jupyter-book")
    subprocess.run([jupyter_book, "config", "sphinx", "."], cwd=project, check=True, capture_output=True)
    settings = project / "conf.py"
    text = settings.read_text(encoding="utf-8")
    assert "'jupyter_book', " in text
    settings.write_text(text.replace("'jupyter_book', ", ""), encoding="utf-8")

    environment = tmp_path / "environment"
    python = environment / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    # It begins with the packages of this environment, of which the lock changes some: to unpack all takes a minute.
    (packages,) = environment.glob("lib/python*/site-packages")
    shutil.copytree(sysconfig.get_path("purelib"), packages, copy_function=link, dirs_exist_ok=True)
    pip = [python, "-m", "pip", "--disable-pip-version-check"]
    subprocess.run([*pip, "uninstall", "--quiet", "--yes", "jupyter-book"], check=True)
    for what in (["-r", ROOT / "tests" / "way_out.txt"], ["--editable", project]):  # with hashes, and without
        subprocess.run([*pip, "install", "--quiet", "--no-compile", "--no-deps", *what], check=True)
    installed = subprocess.run([*pip, "list"], capture_output=True, text=True, check=True).stdout
    assert not re.search(r"^jupyter[-_]book\b", installed, re.MULTILINE)
    assert int(re.search(r"^Sphinx +(\d+)", installed, re.MULTILINE | re.IGNORECASE)[1]) >= 8

    command = [python, "-m", "sphinx", "-W", "-n", "--keep-going", "-q", ".", "_build/html"]
    result = subprocess.run(
        command, cwd=project, env=settings_for(project), capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr[-4000:]
    built = project / "_build" / "html"
    for page in site.rglob("*.html"):
        name = page.relative_to(site)
        assert words(built / name) == words(page), name
    for file in [*(site / "data").iterdir(), *(site / "figures").glob("*.csv")]:
        assert (built / file.relative_to(site)).read_bytes() == file.read_bytes(), file.name
