"""A number keeps its link to the evidence when the sentence around it is translated."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from building import ROOT, small_evidence

CONF = """
extensions = ["myst_parser", "nordic_ai.site"]
html_theme = "furo"
locale_dirs = ["locale"]
gettext_compact = False
exclude_patterns = ["_build"]
"""
PAGE = """# Title

In Denmark {ev}`dansk-erhverv-2024/strategy/has` had a strategy ({ev-ci}`dansk-erhverv-2024/strategy/has`).

## What {ev}`dansk-erhverv-2024/strategy/has` means
"""
ORIGINAL = "In Denmark {ev}`dansk-erhverv-2024/strategy/has` had a strategy ({ev-ci}`dansk-erhverv-2024/strategy/has`)."
# The translator moves the interval in front of the value.
TRANSLATED = (
    "Med et interval på {ev-ci}`dansk-erhverv-2024/strategy/has` havde "
    "{ev}`dansk-erhverv-2024/strategy/has` i Danmark en strategi."
)


def sphinx(project: Path, builder: str, *settings: str) -> Path:
    target = project / "_build" / builder
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-b", builder, *settings, str(project), str(target)]
    result = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return target


def test_roles_survive_translation(tmp_path: Path) -> None:
    small_evidence(tmp_path)
    shutil.copy(ROOT / "CITATION.cff", tmp_path)
    (tmp_path / "_config.yml").write_text("{}\n", encoding="utf-8")
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: index\n", encoding="utf-8")
    (tmp_path / "conf.py").write_text(CONF, encoding="utf-8")
    (tmp_path / "index.md").write_text(
        PAGE + "\n```{toctree}\n:hidden:\nevidence/register\nevidence/sources\n```\n", encoding="utf-8"
    )
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / "register.md").write_text("# Register\n\n```{evidence-register}\n```\n", encoding="utf-8")
    (tmp_path / "evidence" / "sources.md").write_text("# Sources\n\n```{source-list}\n```\n", encoding="utf-8")
    template = (sphinx(tmp_path, "gettext") / "index.pot").read_text(encoding="utf-8")
    assert ORIGINAL in re.sub(r'"\n"', "", template)
    catalogue = tmp_path / "locale" / "da" / "LC_MESSAGES"
    catalogue.mkdir(parents=True)
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    entry = f'msgid "{ORIGINAL}"\nmsgstr "{TRANSLATED}"\n'
    (catalogue / "index.po").write_text(header + entry, encoding="utf-8")
    page = (sphinx(tmp_path, "html", "-D", "language=da") / "index.html").read_text(encoding="utf-8")
    links = re.findall(
        r'<a [^>]*class="ev" [^>]*href="evidence/register/dansk-erhverv-2024\.html#([^"]+)"[^>]*>([^<]+)</a>', page
    )
    assert links == [("dansk-erhverv-2024/strategy/has", shown) for shown in ("10–22%", "16%", "16%")]
    assert "What <span>16%</span> means" in page, "in the list of contents a number is no link"
    assert "havde" in page and "had a strategy" not in page
