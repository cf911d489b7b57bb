"""Check the rules that span several fields of a record; each function yields what is wrong, with its path."""

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from nordic_ai.evidence.errors import KeyPath
from nordic_ai.evidence.numerals import find_numerals
from nordic_ai.evidence.printed import Printed, Quantity
from nordic_ai.evidence.values import MONEY_UNITS, Record, Violations
from nordic_ai.evidence.vocabularies import Country, Indicator

if TYPE_CHECKING:  # the model calls these rules while it is being built
    from nordic_ai.evidence.model import Figure, Group, NotEvidence, Question, Relation, Source, Survey

# Rounding to whole per cents can add or remove half a percentage point for each category.
_ROUNDING = 0.5

# For each kind of relation: how many records `of` may name, and how to say so.
_COMPARED = {
    "sum": (range(1, 1000), "one id or more"),
    "per unit": (range(1, 2), "one id"),
    "other words": (range(1, 1000), "one id or more"),
    "largest": (range(1), "none"),
    "share": (range(1, 3), "one id or two"),
}


def of_response(response: "Survey | Group") -> Violations:
    """Require that no more answered than were invited, and no more were invited than the frame holds."""
    names = [name for name in ("respondents", "invited", "frame") if hasattr(response, name)]
    sizes = [(name, value) for name in names if (value := getattr(response, name).value) is not None]
    for name, value in sizes:
        yield from _is_head_count(name, value, (name, "value"))
    for (smaller, fewer), (larger, more) in pairwise(sizes):
        if fewer > more:
            message = f"{smaller} ({fewer:g}) cannot exceed {larger} ({more:g}); check both in the publication"
            yield (smaller, "value"), message
    yield from _shares_in_range(response.response_rate, "percent", ("response_rate",))


def of_survey(survey: "Survey") -> Violations:
    """Require what holds for every response, and that what is said about the frame is consistent."""
    yield from of_response(survey)
    if survey.whole_frame_read and not survey.whole_frame_asked:
        yield ("whole_frame_read",), "goes with `whole_frame_asked: true`, and only with it; change one"
    if survey.frame_reference and survey.frame.value is not None:
        yield ("frame_reference",), "is only for a frame that the publication does not print; remove it"


def of_question(question: "Question") -> Violations:
    """Require shares between 0 and 100, and no more than 100 together if only one answer was possible."""
    for index, answer in enumerate(question.answers):
        yield from _shares_in_range(answer, answer.unit, ("answers", index))
        if answer.unit == "count" and answer.value is not None and (answer.value < 0 or answer.value % 1):
            yield ("answers", index, "value"), f"a number of answers is a whole number, not {answer.value:g}"
    shares = [a.value for a in question.answers if a.value is not None and not a.net and a.unit == "percent"]
    if question.choice in ("single", "scale") and sum(shares) > 100 + _ROUNDING * len(shares):
        total = f"answers to a {question.choice}-choice question come to {sum(shares):g} per cent together"
        yield ("answers",), f"{total}; correct a value, or mark a category that sums up others with `net: true`"
    if question.repeats == question.id:
        yield ("repeats",), "a question cannot repeat itself; name the question of the earlier wave"
    if question.base.n:
        yield from _is_head_count("the base", question.base.n.value, ("base", "n", "value"))


def of_figure(figure: "Figure") -> Violations:
    """Require shares between 0 and 100, and a price level only for money."""
    for index, value in enumerate(figure.values):
        yield from _shares_in_range(value, figure.unit, ("values", index))
    if figure.price_level is not None and figure.unit not in MONEY_UNITS:
        yield ("price_level",), f"a price level goes with money, not with {figure.unit}"


def of_not_evidence(entry: "NotEvidence") -> Violations:
    """Require a text or a place."""
    if entry.text is None and entry.at is None:
        yield (), "give `text`, `at`, or both"


def of_source(source: "Source") -> Violations:
    """Require unique ids, references that exist, places in order, and printed words that contain their value."""
    notes = ((("notes", index), note.id, note) for index, note in enumerate(source.notes))
    # The register uses these names for its own sections.
    yield from _ids_differ(chain(source.referable(), notes), {"statements", "notes", "charts"})
    # Relations have ids of their own kind, because only findings of the audit are named after them.
    relations = [(("relations", index), relation.id, relation) for index, relation in enumerate(source.relations)]
    yield from _ids_differ(relations, set())
    for path, name, kind, known in _references(source):
        if name not in known:
            yield path, _no_such(kind, name, known)
    units = _units(source) if relations else {}
    for path, _, relation in relations:
        for below, message in _relation_is_computable(relation, source, units):
            yield (*path, *below), message
    respondents = {survey.id: survey.respondents.value for survey in source.surveys}
    yield from _bases_within(source, respondents, "respondents")
    for index, (before, after) in enumerate(pairwise(source.places), start=1):
        if after.line <= before.line:
            yield ("places", index, "line"), "places must be in the order of their lines"
    for path, _, part in source.parts():
        if isinstance(part, Printed) and part.value is not None and part.as_printed is not None:
            numerals = find_numerals(part.as_printed, source.language)
            read = [value for numeral in numerals for value in numeral.values]
            if part.value not in read:
                held = f"reads as {', '.join(f'{value:g}' for value in read)}" if read else "contains no number"
                message = f"“{part.as_printed}” does not contain the value {part.value:g} (it {held})"
                yield (*path, "as_printed"), f"{message}; correct one of the two"


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
    frames = {survey.id: survey.known_frame(country) for survey in source.surveys}
    yield from _bases_within(source, frames, "the frame")
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


def _is_head_count(name: str, value: float | None, path: KeyPath) -> Violations:
    if value is not None and (value < 1 or value % 1):
        yield path, f"{name} is a whole number of at least 1, not {value:g}"


def _shares_in_range(quantity: Quantity, unit: str, path: KeyPath) -> Violations:
    for below, mention in quantity.mentions.items():
        is_share = (getattr(mention, "unit", None) or unit) == "percent"
        if is_share and mention.value is not None and not 0 <= mention.value <= 100:
            yield (*path, *below, "value"), f"a share lies between 0 and 100 per cent, not {mention.value:g}"


def _ids_differ(records: Iterable[tuple[KeyPath, str, Record]], taken: set[str]) -> Violations:
    for path, name, _ in records:
        if name in taken:
            yield (*path, "id"), f"the id `{name}` is already taken; choose another"
        taken.add(name)


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


def _relation_is_computable(relation: "Relation", source: "Source", units: Mapping[str, str]) -> Violations:
    """Require that a relation names numbers that exist and from which it can be computed; `units` holds them all."""
    figures = {figure.id: figure.unit for figure in source.figures}
    of_figures = relation.kind == "per unit" or (relation.kind == "sum" and relation.record in figures)
    units = figures if of_figures else units
    allowed, wanted = _COMPARED[relation.kind]
    if len(relation.of) not in allowed:
        yield ("of",), f"a relation of the kind `{relation.kind}` takes {wanted} here, not {len(relation.of)}"
    for path, name in [(("record",), relation.record), *((("of", i), name) for i, name in enumerate(relation.of))]:
        if name not in units:
            yield path, _no_such("figure" if of_figures else "number", name, units)
    answers = {f"{question.id}/{answer.id}" for question in source.questions for answer in question.answers}
    if relation.kind == "largest" and relation.record not in answers:
        yield ("record",), "only an answer to a question can be called the largest of its answers"
    if relation.kind == "share" and relation.of and units.get(relation.of[0], "percent") != "percent":
        yield ("of", 0), f"comes first, so it must be the share, in percent, not in {units[relation.of[0]]}"
    summed = {units[name].split(" ")[-1] for name in (relation.record, *relation.of) if name in units}
    if relation.kind == "sum" and len(summed) > 1:
        yield ("of",), f"a total and its parts must be in one unit, not in {' and '.join(sorted(summed))}"


def _units(source: "Source") -> dict[str, str]:
    """Give the unit of every number by its id; numbers about a survey, which have none, are counts."""
    figures = {figure.id: figure.unit for figure in source.figures}
    units: dict[str, str] = {}
    for _, name, part in source.parts():
        if isinstance(part, Printed):
            above = name.rpartition("/")[0]
            units[name] = getattr(part, "unit", None) or units.get(above) or figures.get(above, "count")
    return units


def _no_such(kind: str, name: str, known: Iterable[str], where: str = "this file") -> str:
    near = difflib.get_close_matches(name, sorted(known), n=3) or sorted(known)[:8]
    hint = f"nearest: {', '.join(near)}" if near else "there is none yet"
    return f"there is no {kind} `{name}` in {where}; correct it, or add it there first ({hint})"
