"""Load the evidence base from data/: validated sources, vocabularies, and the ids of all observations."""

from __future__ import annotations

import difflib
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Self, TypeVar

from pydantic import BaseModel, Field, ValidationError, model_validator

from nordic_ai.errors import EvidenceError, KeyPath, Problem
from nordic_ai.fields import EvidencePath, Record, Subject, Text, Theme, refuse
from nordic_ai.model import Source
from nordic_ai.strict_yaml import Document, read_yaml

Model = TypeVar("Model", bound=BaseModel)


class Indicator(Record):
    """A concept that questions and figures of several publications may measure."""

    theme: Theme
    subject: Subject
    label: Text
    definition: Text


class Country(Record):
    """A Nordic country, and what the report takes as known about it."""

    name: Text
    municipalities: int | None = Field(default=None, ge=1)
    """Number of municipalities, used as a survey's frame where the publication prints none."""
    municipalities_reference: Text | None = None
    """Where that number comes from, and for which years it holds."""

    @model_validator(mode="after")
    def _holds(self) -> Self:
        if (self.municipalities is None) != (self.municipalities_reference is None):
            refuse(((), "`municipalities` and `municipalities_reference` go together; give both or neither"))
        return self


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


def load_evidence(root: Path | None = None) -> Evidence:
    """Read and validate everything under data/.

    Parameters
    ----------
    root
        The project's root; found by itself when left out.

    Raises
    ------
    EvidenceError
        With all problems of all files, each with file, line and path.
    """
    if root is None:
        return _load_cached(find_root())
    return _load(root)


@lru_cache(maxsize=1)
def _load_cached(root: Path) -> Evidence:
    return _load(root)


def _load(root: Path) -> Evidence:
    data = root / "data"
    problems: list[Problem] = []
    indicators = _read_mapping(data / "indicators.yml", Indicator, problems)
    countries = _read_mapping(data / "countries.yml", Country, problems)
    if problems:
        raise EvidenceError(problems)
    sources: dict[str, Source] = {}
    files = sorted((data / "sources").glob("*.yml"))
    if not files:
        problems.append(Problem(data / "sources", "holds no publication; each is one .yml file"))
    for file in sorted((data / "sources").glob("*")):
        if file.suffix != ".yml":
            problems.append(
                Problem(file, "would not be read; a publication's file ends in .yml, others do not belong here")
            )
    for file in files:
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
    return Evidence(root, sources, indicators, countries, retired)


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
    _check_in_context(document, source, indicators, countries)
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


def validate(document: Document, data: Any, model: type[Model], at: KeyPath, context: Mapping[str, Any]) -> Model:
    """Check data from a file against a model, and say what is wrong by line.

    Raises
    ------
    EvidenceError
        With one problem for each thing that pydantic or the model's own rules object to.
    """
    try:
        return model.model_validate(data, context=dict(context))
    except ValidationError as error:
        problems = []
        for detail in error.errors(include_url=False):
            for path, message in _sentences(detail, model):
                problems.append(document.problem((*at, *path), message))
        raise EvidenceError(problems) from None


def _sentences(detail: Mapping[str, Any], model: type[BaseModel]) -> Iterator[tuple[KeyPath, str]]:
    """Turn one pydantic error into plain sentences."""
    path, kind, context = detail["loc"], detail["type"], detail.get("ctx", {})
    given = detail.get("input")
    if kind == "rule":
        for below, message in context["problems"]:
            yield (*path, *below), message
        return
    name = path[-1] if path else "the file"
    match kind:
        case "missing":
            message = f"the field `{name}` is missing; add it"
        case "extra_forbidden":
            known = _field_names(model, path[:-1])
            close = difflib.get_close_matches(str(name), known, n=1)
            message = f"unknown field `{name}`; " + (
                f"did you mean `{close[0]}`?" if close else f"the fields here are {', '.join(known)}"
            )
        case "literal_error":
            message = f"unknown {name} `{given}`; write {context['expected']}"
        case "string_pattern_mismatch" if "{64}" in context["pattern"]:
            message = f"`{given}` is no SHA-256 checksum; `sha256sum FILE` gives it in 64 characters"
        case "string_pattern_mismatch":
            message = (
                f"`{given}` is not in the form needed here ({context['pattern']}): lower-case words joined by hyphens"
            )
        case "string_too_short" | "too_short":
            message = f"`{name}` is empty; fill it in or leave the field out"
        case _ if given is None:
            message = f"`{name}` is empty; fill it in or leave the field out"
        case "form" | "vocabulary":
            message = detail["msg"]
        case _:
            wanted = detail["msg"].removeprefix("Input should be ").removeprefix("a valid ")
            message = f"`{name}` must be {wanted}, not {_shown(given)}"
    yield path, message


def _shown(value: Any) -> str:
    kind = {dict: "a mapping", list: "a list", bool: "true or false", str: "text"}.get(type(value), "the number")
    if isinstance(value, dict | list):
        return kind
    return f"{kind} `{str(value)[:60]}`" if not isinstance(value, bool) else f"`{str(value).lower()}`"


def _field_names(model: type[BaseModel], path: KeyPath) -> list[str]:
    """List the fields that the model allows at a path."""
    current: Any = model
    for part in path:
        if isinstance(part, int):
            continue
        current = _record_type(current.model_fields[part].annotation)
    return sorted(current.model_fields)


def _record_type(annotation: Any) -> Any:
    """Unwrap `list[X]` and `X | None` to the model X."""
    while not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        arguments = [a for a in typing.get_args(annotation) if a is not types.NoneType]
        annotation = arguments[0]
    return annotation


def _check_in_context(
    document: Document, source: Source, indicators: Mapping[str, Indicator], countries: Mapping[str, Country]
) -> None:
    """Check what a source cannot know by itself: its file's name, its indicators' subject, its country's totals."""
    problems = []
    if source.id != document.file.stem:
        problems.append(document.problem(("id",), f"the id must be the file's name, `{document.file.stem}`"))
    for part in ("questions", "figures"):
        for index, item in enumerate(getattr(source, part)):
            indicator = indicators.get(item.indicator) if item.indicator else None
            if indicator is None:
                continue
            if indicator.subject != source.subject:
                problems.append(
                    document.problem(
                        (part, index, "indicator"),
                        f"`{item.indicator}` is about {indicator.subject} and this publication about {source.subject}; "
                        "they must not end up on one scale, so choose or add another indicator",
                    )
                )
            if item.theme != indicator.theme:
                problems.append(
                    document.problem(
                        (part, index, "theme"),
                        f"the theme is {item.theme}, but the indicator `{item.indicator}` belongs to {indicator.theme}",
                    )
                )
    for index, survey in enumerate(source.surveys):
        country = countries.get(source.country)
        if survey.frame_reference and country is not None and country.municipalities is None:
            problems.append(
                document.problem(
                    ("surveys", index, "frame_reference"),
                    f"data/countries.yml gives no number of municipalities for {source.country}; add it there first",
                )
            )
        elif survey.frame_reference and country is not None:
            for name in ("invited", "respondents"):
                value = getattr(survey, name).value
                if value is not None and value > country.municipalities:
                    problems.append(
                        document.problem(
                            ("surveys", index, name, "value"),
                            f"{name} ({value:g}) cannot exceed the {country.municipalities} municipalities "
                            f"of {country.name}",
                        )
                    )
    if problems:
        raise EvidenceError(problems)
