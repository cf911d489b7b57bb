"""Load the evidence base from data/: validated sources, vocabularies, and the ids of all observations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from nordic_ai.evidence.corrections import Correction, load_corrections
from nordic_ai.evidence.errors import EvidenceError, Problem
from nordic_ai.evidence.fields import EvidencePath, Grade, Problems, Record, Subject, Text, Theme
from nordic_ai.evidence.model import Question, Source, Survey
from nordic_ai.evidence.strict_yaml import read_yaml
from nordic_ai.evidence.validation import Model, validate


class Comparison(Record):
    """A decision: how closely a question or figure matches others that stand under the same indicator."""

    compare: EvidencePath
    """Id of a question or figure, its source's id in front."""
    to: list[EvidencePath] = Field(min_length=1)
    """The others; the decision holds for each pair that the first forms with one of them."""
    grade: Grade
    reason: Text
    """Why this grade and no better one, in words for readers."""


class Indicator(Record):
    """A concept that questions and figures of several publications may measure."""

    theme: Theme
    subject: Subject
    label: Text
    definition: Text
    comparisons: list[Comparison] = []
    """What may be compared with what; `comparability` holds them to the records."""


class Country(Record):
    """A Nordic country, and what the report takes as known about it."""

    name: Text
    municipalities: int | None = Field(default=None, ge=1)
    """Number of municipalities, used as a survey's frame where the publication prints none."""
    municipalities_reference: Text | None = None
    """Where that number comes from, and for which years it holds."""

    def _objections(self) -> Problems:
        if (self.municipalities is None) != (self.municipalities_reference is None):
            yield (), "`municipalities` and `municipalities_reference` go together; give both or neither"


class Retired(Record):
    """An id that was published once and is used no more; it never names anything else."""

    why: Text
    instead: EvidencePath | None = None
    """The id that has taken its place."""


@dataclass(frozen=True)
class Evidence:
    """The whole evidence base."""

    root: Path
    sources: Mapping[str, Source]
    indicators: Mapping[str, Indicator]
    countries: Mapping[str, Country]
    retired: Mapping[str, Retired]
    corrections: tuple[Correction, ...] = ()
    """Newest first."""


def known_frame(survey: Survey, country: Country) -> float | None:
    """Give the number of units in a survey's frame: as printed, else the country's total where the record names it."""
    if survey.frame.value is not None:
        return survey.frame.value
    return country.municipalities if survey.frame_reference else None


def answers_for(question: Question, survey: Survey) -> str:
    """Say what one answer to a question stands for: its own word, else that of its survey."""
    return question.answers_for or survey.answers_for


def short_name(source: Source) -> str:
    """Name a publication briefly, as in "KS 2024"; an undated one by its publisher alone."""
    return f"{source.publisher} {source.published.period[:4]}" if source.published.period else source.publisher


def countries_unread(evidence: Evidence) -> list[str]:
    """Name the countries from which no publication has been read."""
    read = {source.country for source in evidence.sources.values()}
    return [country.name for code, country in evidence.countries.items() if code not in read]


def find_root() -> Path:
    """Find the project's root, from the working folder upwards or else from this package.

    Some notebook servers install the package away from its folder, so neither place alone is enough.
    """
    for start in (Path.cwd(), Path(__file__).resolve()):
        for folder in (start, *start.parents):
            # Any mark will do, so that a damaged project is told what it lacks instead of another one being read.
            if (folder / "data" / "sources").is_dir() or (folder / "_toc.yml").is_file():
                return folder
    raise FileNotFoundError("no folder with data/sources or _toc.yml here or above; run this from the project")


def read_evidence(root: Path) -> Evidence:
    """Read and validate everything under data/.

    Parameters
    ----------
    root
        The project's root.

    Raises
    ------
    EvidenceError
        With all problems of all files, each with file, line and path.
    """
    data = root / "data"
    problems: list[Problem] = []
    indicators = _read_mapping(data / "indicators.yml", Indicator, problems)
    countries = _read_mapping(data / "countries.yml", Country, problems)
    if problems:
        raise EvidenceError(problems)
    sources: dict[str, Source] = {}
    files = sorted((data / "sources").glob("*"))
    if not any(file.suffix == ".yml" for file in files):
        problems.append(Problem(data / "sources", "holds no publication; each is one .yml file"))
    for file in files:
        if file.suffix != ".yml":
            message = "would not be read; a publication's file ends in .yml, others do not belong here"
            problems.append(Problem(file, message))
            continue
        try:
            sources[file.stem] = load_source(file, indicators, countries)
        except EvidenceError as error:
            problems.extend(error.problems)
    if problems:
        raise EvidenceError(problems)
    # Most projects never retire an id; the file is there from the first time.
    file = data / "retired.yml"
    retired = _read_mapping(file, Retired, problems) if file.exists() else {}
    known = {f"{source.id}/{path}" for source in sources.values() for path in source.ids()}
    for name, entry in retired.items():
        if name in known:
            problems.append(Problem(file, f"`{name}` is in use, so it cannot be retired; remove one of the two"))
        if entry.instead is not None and entry.instead not in known:
            problems.append(Problem(file, f"`{name}` points to `{entry.instead}`, which does not exist"))
    if problems:
        raise EvidenceError(problems)
    corrections = load_corrections(data / "corrections.yml", sources, retired)
    return Evidence(root, sources, indicators, countries, retired, corrections)


def load_source(file: Path, indicators: Mapping[str, Indicator], countries: Mapping[str, Country]) -> Source:
    """Read and validate one publication against given vocabularies.

    Raises
    ------
    EvidenceError
        With all problems of the file.
    """
    document = read_yaml(file)
    context = {"indicators": indicators, "countries": countries}
    source = validate(document, document.data, Source, (), context)
    objections = list(_objections_in_context(source, file.stem, indicators, countries))
    if objections:
        raise EvidenceError(document.problem(path, message) for path, message in objections)
    return source


def _read_mapping(file: Path, model: type[Model], problems: list[Problem]) -> dict[str, Model]:
    """Read a file that maps ids to records of one kind."""
    result: dict[str, Model] = {}
    try:
        document = read_yaml(file)
        if not isinstance(document.data, dict):
            raise EvidenceError([document.problem((), "must map ids to records")])
        for name, value in document.data.items():
            try:
                result[name] = validate(document, value, model, (name,), {})
            except EvidenceError as error:
                problems.extend(error.problems)
    except EvidenceError as error:
        problems.extend(error.problems)
    return result


def _objections_in_context(
    source: Source, name: str, indicators: Mapping[str, Indicator], countries: Mapping[str, Country]
) -> Problems:
    """Check what a source cannot know by itself: its file's name, its indicators' subject, its country's totals."""
    if source.id != name:
        yield ("id",), f"the id must be the file's name, `{name}`"
    for part in ("questions", "figures"):
        for index, item in enumerate(getattr(source, part)):
            if item.indicator is None:
                continue
            indicator = indicators[item.indicator]
            if indicator.subject != source.subject:
                yield (
                    (part, index, "indicator"),
                    f"`{item.indicator}` is about {indicator.subject} and this publication about {source.subject}; "
                    "they must not end up on one scale, so choose or add another indicator",
                )
            if item.theme != indicator.theme:
                yield (
                    (part, index, "theme"),
                    f"the theme is {item.theme}, but the indicator `{item.indicator}` belongs to {indicator.theme}",
                )
    country = countries[source.country]
    for index, survey in enumerate(source.surveys):
        if survey.frame_reference and country.municipalities is None:
            yield (
                ("surveys", index, "frame_reference"),
                f"data/countries.yml gives no number of municipalities for {source.country}; add it there first",
            )
        elif survey.frame_reference:
            for size in ("invited", "respondents"):
                value = getattr(survey, size).value
                if value is not None and value > country.municipalities:
                    yield (
                        ("surveys", index, size, "value"),
                        f"{size} ({value:g}) cannot exceed the {country.municipalities} municipalities "
                        f"of {country.name}",
                    )
    frames = {survey.id: known_frame(survey, country) for survey in source.surveys}
    for index, question in enumerate(source.questions):
        base, frame = question.base.n.value if question.base.n else None, frames[question.survey]
        if base is not None and frame is not None and base > frame:
            yield ("questions", index, "base", "n", "value"), f"the base ({base:g}) cannot exceed the frame ({frame:g})"
