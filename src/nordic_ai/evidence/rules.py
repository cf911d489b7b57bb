"""Check the rules that span the records of a publication; each function yields what is wrong, with its path."""

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

from nordic_ai.evidence.errors import KeyPath, Violations
from nordic_ai.evidence.numerals import find_numerals, why_not_exact
from nordic_ai.evidence.printed import Fact, Printed
from nordic_ai.evidence.values import MONEY_UNITS, last_day, period_bounds
from nordic_ai.evidence.vocabularies import Country, Indicator

if TYPE_CHECKING:  # the model calls these rules while it is being built
    from nordic_ai.evidence.model import Source

# For each kind of relation: how many records `of` may name, and how to say so.
_COMPARED = {
    "sum": (range(1, 1000), "one id or more"),
    "per unit": (range(1, 2), "one id"),
    "other words": (range(1, 1000), "one id or more"),
    "largest": (range(1), "none"),
    "share": (range(1, 3), "one id or two"),
}


def of_source(source: "Source") -> Violations:
    """Require unique ids, references that exist, places in order, possible dates, and words that hold their value."""
    # The register uses these names for its own sections.
    taken = {"statements", "notes", "charts"}
    ids = [(path, name, taken) for path, name, _ in source.referable()]
    ids += [(("notes", index), note.id, taken) for index, note in enumerate(source.notes)]
    # Relations have ids of their own kind, because only findings of the audit are named after them.
    among_relations: set[str] = set()
    ids += [(("relations", index), relation.id, among_relations) for index, relation in enumerate(source.relations)]
    for path, name, before in ids:
        if name in before:
            yield (*path, "id"), f"the id `{name}` is already taken; choose another"
        before.add(name)
    for path, name, kind, known in _references(source):
        if name not in known:
            yield path, _no_such(kind, name, known)
    yield from _relations_are_computable(source)
    yield from _bases_within(source, {survey.id: survey.respondents.value for survey in source.surveys}, "respondents")
    for index, (before, after) in enumerate(pairwise(source.places), start=1):
        if after.line <= before.line:
            yield ("places", index, "line"), "places must be in the order of their lines"
    yield from _in_time(source)
    for path, _, part in source.parts():
        # What a publisher stands for or sells, its publication need not say.
        if isinstance(part, Fact) and part.text is not None and part.at is None and path != ("interest",):
            yield (*path, "at"), "the field `at` is missing; give the line where the publication says so"
        if isinstance(part, Printed) and part.value is not None and part.as_printed is not None:
            unit = getattr(part, "unit", None) or (source.figures[path[1]].unit if path[0] == "figures" else "count")
            for field, message in _as_printed(part.as_printed, part, unit, source.language):
                yield (*path, field), f"“{part.as_printed}” {message}"


def _in_time(source: "Source") -> Violations:
    """Require that nothing was published in the future, and that nobody was asked after the publication."""
    latest, published = last_day(), source.published.period
    if published and period_bounds(published)[0] > latest:
        yield ("published", "period"), f"{published} lies in the future; give the date of publication"
    for index, survey in enumerate(source.surveys):
        asked = survey.field_period.period
        if asked and period_bounds(asked)[0] > (period_bounds(published)[1] if published else latest):
            message = f"nobody can have been asked in {asked}, after the publication; correct one of the two"
            yield ("surveys", index, "field_period", "period"), message


def _as_printed(printed: str, part: Printed, unit: str, language: str) -> Iterator[tuple[str, str]]:
    """Require that printed words hold the value, and no doubt about it that the record leaves out."""
    numerals, value = list(find_numerals(printed, language)), part.value
    read = [number for _, numbers in numerals for number in numbers]
    if value not in read:
        held = f"reads as {', '.join(f'{number:g}' for number in read)}" if read else "contains no number"
        yield "as_printed", f"does not contain the value {value:g} (it {held}); correct one of the two"
    elif part.precision == "exact" and (words := why_not_exact(printed, value, language)):
        advice = "write `precision: about` or `bound`, or leave out words that are not about the number"
        yield "precision", f"is not exact, it says “{words}”; {advice}"
    thousands = [numbers[1] for match, numbers in numerals if match["digits"] and numbers[0] == value and numbers[1:]]
    # Budgets print millions with three decimals, as in "2,000 mio. kr.".
    if thousands and value % 1 == 0 and part.note is None and unit not in MONEY_UNITS:
        message = f"may be {thousands[0]:g}, with a comma between thousands; write that as the value"
        yield "as_printed", f"{message}, or say in a `note` why it is {value:g}"


def of_source_in_context(
    source: "Source", file_name: str, indicators: Mapping[str, Indicator], countries: Mapping[str, Country]
) -> Violations:
    """Check a source against what it cannot know by itself: its file's name, its indicators and its country."""
    if source.id != file_name:
        yield ("id",), f"the id must be the file's name, `{file_name}`"
    for path, _, part in source.parts():
        name = getattr(part, "indicator", None)
        indicator = indicators.get(name)
        if name is not None and indicator is None:
            yield (*path, "indicator"), _no_such("indicator", name, indicators, "data/indicators.yml")
        if indicator and indicator.subject != source.subject:
            subjects = f"`{name}` is about {indicator.subject} and this publication about {source.subject}"
            advice = "they must not end up on one scale, so choose or add another indicator"
            yield (*path, "indicator"), f"{subjects}; {advice}"
        if indicator and indicator.theme != part.theme:
            belongs = f"the indicator `{name}` belongs to {indicator.theme}"
            yield (*path, "theme"), f"the theme is {part.theme}, but {belongs}"
    if source.country not in countries:
        yield ("country",), _no_such("country", source.country, countries, "data/countries.yml")
        return
    country = countries[source.country]
    yield from _bases_within(source, {survey.id: survey.known_frame(country) for survey in source.surveys}, "the frame")
    for index, survey in enumerate(source.surveys):
        if survey.frame_reference and country.municipalities is None:
            message = f"data/countries.yml gives no number of municipalities for {country.name}; add it there first"
            yield ("surveys", index, "frame_reference"), message
        for size in ("invited", "respondents") if survey.frame_reference and country.municipalities else ():
            value = getattr(survey, size).value
            if value is not None and value > country.municipalities:
                limit = f"the {country.municipalities} municipalities of {country.name}"
                yield ("surveys", index, size, "value"), f"{size} ({value:g}) cannot exceed {limit}"


def _bases_within(source: "Source", sizes: Mapping[str, float | None], what: str) -> Violations:
    for index, question in enumerate(source.questions):
        base, most = question.base.n and question.base.n.value, sizes.get(question.survey)
        if base is not None and most is not None and base > most:
            yield ("questions", index, "base", "n", "value"), f"the base ({base:g}) cannot exceed {what} ({most:g})"


def _references(source: "Source") -> Iterator[tuple[KeyPath, str, str, Collection[str]]]:
    """Yield each id that one record names of another: its path, the id, what it must be, and those that exist."""
    surveys, questions, figures = ({part.id for part in p} for p in (source.surveys, source.questions, source.figures))
    for index, question in enumerate(source.questions):
        yield ("questions", index, "survey"), question.survey, "survey", surveys
        if question.repeats is not None:
            yield ("questions", index, "repeats"), question.repeats, "question", questions
    for index, chart in enumerate(source.charts):
        for place, name in enumerate(chart.shows):
            known = surveys | questions | figures
            yield ("charts", index, "shows", place), name, "survey, question or figure", known
    for index, note in enumerate(source.notes):
        for place, name in enumerate(note.about):
            yield ("notes", index, "about", place), name, "record", source.records


def _relations_are_computable(source: "Source") -> Violations:
    """Require that relations name numbers that exist and from which they can be computed."""
    figures = {figure.id: figure.unit for figure in source.figures}
    numbers: dict[str, str] = {}
    for _, name, part in source.parts():
        if isinstance(part, Printed):
            above = name.rpartition("/")[0]
            # Numbers about a survey have no unit and are counts.
            numbers[name] = getattr(part, "unit", None) or numbers.get(above) or figures.get(above, "count")
    answers = {f"{question.id}/{answer.id}" for question in source.questions for answer in question.answers}
    for index, relation in enumerate(source.relations):
        path, kind = ("relations", index), relation.kind
        of_figures = kind == "per unit" or (kind == "sum" and relation.record in figures)
        wanted, units = ("figure", figures) if of_figures else ("number", numbers)
        allowed, how_many = _COMPARED[kind]
        if len(relation.of) not in allowed:
            yield (*path, "of"), f"a relation of the kind `{kind}` takes {how_many} here, not {len(relation.of)}"
        for below, name in [(("record",), relation.record), *((("of", i), name) for i, name in enumerate(relation.of))]:
            if name not in units:
                yield (*path, *below), _no_such(wanted, name, units)
        if kind == "largest" and relation.record not in answers:
            yield (*path, "record"), "only an answer to a question can be called the largest of its answers"
        if kind == "share" and relation.of and units.get(relation.of[0], "percent") != "percent":
            message = f"comes first, so it must be the share, in percent, not in {units[relation.of[0]]}"
            yield (*path, "of", 0), message
        summed = {units[name].split(" ")[-1] for name in (relation.record, *relation.of) if name in units}
        if kind == "sum" and len(summed) > 1:
            yield (*path, "of"), f"a total and its parts must be in one unit, not in {' and '.join(sorted(summed))}"


def _no_such(kind: str, name: str, known: Iterable[str], where: str = "this file") -> str:
    near = difflib.get_close_matches(name, sorted(known), n=3) or sorted(known)[:8]
    hint = f"nearest: {', '.join(near)}" if near else "there is none yet"
    return f"there is no {kind} `{name}` in {where}; correct it, or add it there first ({hint})"
