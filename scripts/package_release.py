"""Pack the built site, its editions for print and its Data Package for a release, the same bytes for the same site."""

import hashlib
import shutil
import tomllib
import zipfile
from pathlib import Path

from command_line import CommandError, argument, command, require_site

from nordic_ai.evidence.citation import read_citation
from nordic_ai.export.data_package import WORKBOOK

# The earliest that a ZIP archive can hold; the real times differ between two builds of the same site.
TIME = (1980, 1, 1, 0, 0, 0)


def pack(folder: Path, archive: Path) -> None:
    """Write a folder's files into a ZIP archive, sorted by name, with fixed times and rights."""
    with zipfile.ZipFile(archive, "w") as packed:
        for file in sorted(file for file in folder.rglob("*") if file.is_file()):
            entry = zipfile.ZipInfo(f"{archive.stem}/{file.relative_to(folder).as_posix()}", TIME)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            packed.writestr(entry, file.read_bytes())


@command(
    argument("--tag", default="", help="the release's tag, which must be `v` and the project's version"),
    unchanged="the last release that was packed stays",
)
def main(tag: str) -> None:
    """Pack everything beside the last release, then put it in its place and print the checksums."""
    version = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    if tag and tag != f"v{version}":
        raise CommandError(
            f"the tag is {tag}, but pyproject.toml says version {version}; "
            f"correct the version there and in CITATION.cff, or tag v{version}"
        )
    if tag and read_citation(Path()).released is None:
        raise CommandError(
            f"CITATION.cff has no `date-released`, so the pages call {version} a draft; set it, and build"
        )
    site, draft, release = Path("_build/html"), Path("_build/release.new"), Path("_build/release")
    require_site(site)
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    pack(site, draft / f"nordic-ai-{version}-site.zip")
    pack(site / "data", draft / f"nordic-ai-{version}-data.zip")
    shutil.copy(site / "data" / WORKBOOK, draft / f"nordic-ai-{version}.xlsx")  # for those who unpack nothing
    for edition in site.glob("pdf/*.pdf"):
        shutil.copy(edition, draft)
    sums = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in sorted(draft.iterdir())]
    (draft / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")
    shutil.rmtree(release, ignore_errors=True)
    draft.rename(release)
    print("".join(sums), end="")
