"""Load the evidence from data/: publications, the vocabularies they use, retired ids and corrections."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from nordic_ai.evidence import rules
from nordic_ai.evidence.corrections import Correction, Retired, read_corrections, read_retired
from nordic_ai.evidence.errors import EvidenceError, Problem, collect
from nordic_ai.evidence.model import Source
from nordic_ai.evidence.strict_yaml import read_yaml
from nordic_ai.evidence.validation import read_as
from nordic_ai.evidence.values import Record
from nordic_ai.evidence.vocabularies import Choices, Country, Indicator, Topic


@dataclass(frozen=True)
class Evidence:
    """All evidence of the report."""

    root: Path
    """The project's folder."""
    sources: Mapping[str, Source]
    indicators: Mapping[str, Indicator]
    countries: Mapping[str, Country]
    choices: Choices
    retired: Mapping[str, Retired]
    corrections: tuple[Correction, ...] = ()
    """Newest first."""
    topics: Mapping[str, Topic] = field(default_factory=dict)
    """What readers are asked of their own municipality."""

    @cached_property
    def records(self) -> dict[str, Record]:
        """Everything that can be referred to, by its id."""
        sources = self.sources.values()
        return {f"{source.id}/{name}": record for source in sources for name, record in source.records.items()}

    @property
    def countries_unread(self) -> list[str]:
        """The names of the countries from which no publication has been read."""
        read = {code for source in self.sources.values() for code in source.countries}
        return [country.name for code, country in self.countries.items() if code not in read]


def find_root() -> Path:
    """Find the project's folder, from the working folder upwards or else from this package."""
    # Neither place alone is enough: some notebook servers install the package outside the project's folder.
    for start in (Path.cwd(), Path(__file__).resolve()):
        for folder in (start, *start.parents):
            # Either is enough: if one is missing, its own error must be reported, not another project read.
            if (folder / "data" / "sources").is_dir() or (folder / "_toc.yml").is_file():
                return folder
    raise FileNotFoundError("no folder with data/sources or _toc.yml here or above; run this from the project")


def read_evidence(root: Path) -> Evidence:
    """Read and validate everything under data/ of a project; raises `EvidenceError` with all problems."""
    # Publications are checked against valid vocabularies, then retired ids and corrections against valid publications.
    data = root / "data"
    problems: list[Problem] = []
    with collect(problems):
        indicators = read_as(data / "indicators.yml", dict[str, Indicator])
    with collect(problems):
        countries = read_as(data / "countries.yml", dict[str, Country])
    with collect(problems):
        choices = read_as(data / "vocabularies.yml", Choices)
    with collect(problems):
        topics = read_as(data / "municipality.yml", dict[str, Topic])
    if problems:
        raise EvidenceError(problems)
    evidence = Evidence(root, {}, indicators, countries, choices, retired={}, topics=topics)
    sources = {}
    files = sorted((data / "sources").glob("*"))
    for file in files:
        with collect(problems):
            sources[file.stem] = read_source(file, evidence)
    if not files:
        problems.append(Problem(data / "sources", "contains no publication; each is one .yml file"))
    problems += _across(data / "sources", sources)
    if problems:
        raise EvidenceError(problems)
    if found := list(rules.of_topics(topics, sources)):
        document = read_yaml(data / "municipality.yml")
        raise EvidenceError(document.problem(path, message) for path, message in found)
    evidence = replace(evidence, sources=sources)
    retired = read_retired(data / "retired.yml", evidence.records)
    corrections = read_corrections(data / "corrections.yml", evidence.records, retired)
    return replace(evidence, retired=retired, corrections=corrections)


def _across(folder: Path, sources: Mapping[str, Source]) -> Iterator[Problem]:
    """Yield what is wrong between publications, with the line in the file of the one that must change."""
    for name in sources:
        if found := list(rules.of_source_among(sources[name], sources)):
            document = read_yaml(folder / f"{name}.yml")
            yield from (document.problem(path, message) for path, message in found)


def read_source(file: Path, known: Evidence) -> Source:
    """Read one publication and validate it against the vocabularies of what is known; raises `EvidenceError`."""
    if file.suffix != ".yml":
        message = "would not be read; a publication's file ends in .yml, and other files do not belong here"
        raise EvidenceError([Problem(file, message)])
    return read_as(file, Source, lambda source: rules.of_source_in_context(source, file.stem, known))
