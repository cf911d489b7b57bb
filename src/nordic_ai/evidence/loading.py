"""Load the evidence from data/: publications, the vocabularies they use, retired ids and corrections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nordic_ai.evidence import rules
from nordic_ai.evidence.corrections import Correction, read_corrections
from nordic_ai.evidence.errors import EvidenceError, Problem, collect
from nordic_ai.evidence.model import Source
from nordic_ai.evidence.strict_yaml import read_yaml
from nordic_ai.evidence.validation import read_entries, validate
from nordic_ai.evidence.values import Violations
from nordic_ai.evidence.vocabularies import Country, Indicator, Retired


@dataclass(frozen=True)
class Evidence:
    """All evidence of the report."""

    root: Path
    """The project's folder."""
    sources: Mapping[str, Source]
    indicators: Mapping[str, Indicator]
    countries: Mapping[str, Country]
    retired: Mapping[str, Retired]
    corrections: tuple[Correction, ...] = ()
    """Newest first."""

    @property
    def countries_unread(self) -> list[str]:
        """The names of the countries from which no publication has been read."""
        read = {source.country for source in self.sources.values()}
        return [country.name for code, country in self.countries.items() if code not in read]


def find_root() -> Path:
    """Find the project's folder, from the working folder upwards or else from this package.

    Some notebook servers install the package outside its folder, so neither place alone is enough.
    """
    for start in (Path.cwd(), Path(__file__).resolve()):
        for folder in (start, *start.parents):
            # Either is enough: if one is missing, its own error must be reported, not another project read.
            if (folder / "data" / "sources").is_dir() or (folder / "_toc.yml").is_file():
                return folder
    raise FileNotFoundError("no folder with data/sources or _toc.yml here or above; run this from the project")


def read_evidence(root: Path) -> Evidence:
    """Read and validate everything under data/ of the project in the folder `root`.

    Raises `EvidenceError` with all problems, each with file, line and path. Publications are checked only against
    valid vocabularies, and retired ids and corrections only against valid publications.
    """
    data = root / "data"
    problems: list[Problem] = []
    with collect(problems):
        indicators = read_entries(data / "indicators.yml", Indicator, dict)
    with collect(problems):
        countries = read_entries(data / "countries.yml", Country, dict)
    if problems:
        raise EvidenceError(problems)
    sources = _read_sources(data / "sources", indicators, countries)
    retired = _read_retired(data / "retired.yml", sources)
    corrections = read_corrections(data / "corrections.yml", sources, retired.keys())
    return Evidence(root, sources, indicators, countries, retired, corrections)


def _read_sources(
    folder: Path, indicators: Mapping[str, Indicator], countries: Mapping[str, Country]
) -> dict[str, Source]:
    sources: dict[str, Source] = {}
    problems: list[Problem] = []
    files = sorted(folder.glob("*"))
    if not any(file.suffix == ".yml" for file in files):
        problems.append(Problem(folder, "contains no publication; each is one .yml file"))
    for file in files:
        if file.suffix == ".yml":
            with collect(problems):
                sources[file.stem] = read_source(file, indicators, countries)
        else:
            message = "would not be read; a publication's file ends in .yml, and other files do not belong here"
            problems.append(Problem(file, message))
    if problems:
        raise EvidenceError(problems)
    return sources


def read_source(file: Path, indicators: Mapping[str, Indicator], countries: Mapping[str, Country]) -> Source:
    """Read one publication and validate it against the vocabularies; raises `EvidenceError` with all problems."""
    document = read_yaml(file)
    source = validate(document, document.data, Source, context={"indicators": indicators, "countries": countries})
    problems = [
        document.problem(path, message)
        for path, message in rules.of_source_in_context(source, file.stem, indicators, countries)
    ]
    if problems:
        raise EvidenceError(problems)
    return source


def _read_retired(file: Path, sources: Mapping[str, Source]) -> dict[str, Retired]:
    if not file.exists():  # most projects never retire an id
        return {}
    known = {f"{source.id}/{path}" for source in sources.values() for path in source.ids}

    def consistent(retired: Mapping[str, Retired]) -> Violations:
        for name, entry in retired.items():
            if name in known:
                yield (name,), f"`{name}` is in use, so it cannot be retired; remove one of the two"
            if entry.instead is not None and entry.instead not in known:
                yield (name, "instead"), f"points to `{entry.instead}`, which does not exist; name a record that does"

    return read_entries(file, Retired, dict, consistent)
