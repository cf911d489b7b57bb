"""Pack the built site and its Data Package for a release, the same bytes for the same site."""

from __future__ import annotations

import argparse
import hashlib
import shutil
import sys
import tomllib
import zipfile
from pathlib import Path

# The earliest that a ZIP archive can hold; the real times differ between two builds of the same site.
_TIME = (1980, 1, 1, 0, 0, 0)


def main() -> int:
    """Write the archives and their checksums, or nothing, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tag", default="", help="the release's tag, which must be `v` and the project's version")
    options = parser.parse_args()
    version = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    if options.tag and options.tag != f"v{version}":
        print(
            f"package_release: the tag is {options.tag}, but pyproject.toml says version {version}; "
            f"correct the version there and in CITATION.cff, or tag v{version}",
            file=sys.stderr,
        )
        return 1
    site = Path("_build/html")
    if not (site / "index.html").is_file():
        print("package_release: there is no site in _build/html; run `make book` first", file=sys.stderr)
        return 1
    try:
        sums = write_release(site, version)
    except OSError as error:
        print(f"package_release: {error}; the last release that was packed stays", file=sys.stderr)
        return 1
    print(sums, end="")
    return 0


def write_release(site: Path, version: str) -> str:
    """Pack everything beside the last release, put it in its place, and give the checksums."""
    draft, release = Path("_build/release.new"), Path("_build/release")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    pack(site, draft / f"nordic-ai-{version}-site.zip")
    pack(site / "data", draft / f"nordic-ai-{version}-data.zip")
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in sorted(draft.iterdir())]
    sums = "".join(lines)
    (draft / "SHA256SUMS").write_text(sums, encoding="utf-8")
    shutil.rmtree(release, ignore_errors=True)
    draft.rename(release)
    return sums


def pack(folder: Path, archive: Path) -> None:
    """Write a folder's files into a ZIP archive, sorted by name, with fixed times and rights."""
    with zipfile.ZipFile(archive, "w") as packed:
        for file in sorted(file for file in folder.rglob("*") if file.is_file()):
            entry = zipfile.ZipInfo(f"{archive.stem}/{file.relative_to(folder).as_posix()}", _TIME)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            packed.writestr(entry, file.read_bytes())


if __name__ == "__main__":
    sys.exit(main())
