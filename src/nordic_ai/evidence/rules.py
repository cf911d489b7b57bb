"""Check the rules that span the records of a publication; each function yields what is wrong, with its path."""

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

from nordic_ai.evidence.errors import KeyPath, Violations
from nordic_ai.evidence.numerals import Range, find_numerals, find_ranges, why_not_exact
from nordic_ai.evidence.printed import Printed
from nordic_ai.evidence.values import currency_of, last_day, period_bounds
from nordic_ai.evidence.vocabularies import Indicator, Topic

if TYPE_CHECKING:  # the model calls these rules while it is being built
    from nordic_ai.evidence.loading import Evidence
    from nordic_ai.evidence.model import Source

# For each kind of relation: how many records `of` may name, and how to say so.
_COMPARED = {
    "sum": (range(1, 1000), "one id or more"),
    "difference": (range(2, 3), "two ids"),
    "per unit": (range(1, 2), "one id"),
    "other words": (range(1, 1000), "one id or more"),
    "largest": (range(1), "none"),
    "share": (range(1, 3), "one id or two"),
}


def of_source(source: "Source") -> Violations:
    """Require unique ids, references and places that exist, possible dates, and a word on how much was read."""
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
    yield from _in_places(source)
    yield from _in_time(source)
    if not source.countries:
        yield ("country",), "the field `country` is missing; say which country the publication is about"
    elif source.country is None:
        for field in ("surveys", "figures", "lists", "statements"):
            for index, part in enumerate(getattr(source, field)):
                if part.country is None:
                    yield ((field, index, "country"), "is missing; give it here, or one for the whole publication")
    yield from _told_how_read(source)


def _in_places(source: "Source") -> Violations:
    """Require a place for all that was read in a text, and none where no text is at hand."""
    for index, (before, after) in enumerate(pairwise(source.places), start=1):
        if after.line <= before.line:
            yield ("places", index, "line"), "places must be in the order of their lines"
    if source.text and not source.places:
        yield ("places",), "the field `places` is missing; name the parts of the text, with the first line of each"
    elif source.places and not source.text:
        yield ("places",), "are lines of a text, and the record names no `text`; add it, or remove them"
    for path, _, part in source.parts():
        if source.text is None:
            for name in ("at", "original_at"):
                if getattr(part, name, None) is not None:
                    message = "is a line of a text, and the record names no `text`; add it, or remove the line"
                    yield (*path, name), message
        # What a publisher stands for is often known from elsewhere.
        elif getattr(part, "needs_place", False) and part.at is None and path != ("interest",):
            yield (*path, "at"), "the field `at` is missing; give the line of the text where this stands"


def _told_how_read(source: "Source") -> Violations:
    """Require a word on how much was read where the text does not prove it, and addresses that can be told apart."""
    whole_text = source.text is not None and source.text.kind == "publication"
    if "reading" not in source.model_fields_set and not whole_text:
        message = "the field `reading` is missing; without the publication's own text, say how much of it was read"
        yield ("reading",), message
    for name in ("url", "label"):
        before: set[str | None] = set()
        for index, address in enumerate(source.addresses if len(source.addresses) > 1 else ()):
            value = getattr(address, name)
            if value is None or value in before:
                yield ("addresses", index, name), "must be given, and differ from the others, where there are several"
            before.add(value)


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


def _words_hold_values(source: "Source") -> Violations:
    """Require that printed words hold their value, as the publication's language reads them."""
    for path, _, part in source.parts():
        if isinstance(part, Printed) and part.value is not None and part.as_printed is not None:
            unit = getattr(part, "unit", None) or (source.figures[path[1]].unit if path[0] == "figures" else "count")
            for field, message in _as_printed(part.as_printed, part, unit, source.language):
                yield (*path, field), f"“{part.as_printed}” {message}"


def _as_printed(printed: str, part: Printed, unit: str, language: str) -> Iterator[tuple[str, str]]:
    """Require that printed words hold the value, and no doubt about it that the record leaves out."""
    numerals, ranges = list(find_numerals(printed, language)), list(find_ranges(printed, language))
    value, end = part.value, part.to
    if end is not None:
        read = [f"{one.low:g} to {one.high:g}" for one in ranges]
        if f"{value:g} to {end:g}" not in read:
            yield "as_printed", _does_not_contain(f"range {value:g} to {end:g}", read, "range")
        return
    if not any(value in numbers for _, numbers in numerals):
        read = [f"{number:g}" for _, numbers in numerals for number in numbers]
        yield "as_printed", _does_not_contain(f"value {value:g}", read, "number")
        return
    yield from _doubted(printed, part, language, ranges)
    # Where a first reading is the value, it may be a thousand of them, or in words a share of another size.
    others = [(match, number) for match, numbers in numerals for number in numbers[1:] if numbers[0] == value]
    thousands = [number for match, number in others if number == 1000 * value and re.search("[.,]", match[0])]
    # Budgets print millions with three decimals, as in "2,000 mio. kr.".
    if thousands and value % 1 == 0 and part.note is None and not currency_of(unit):
        message = f"may be {thousands[0]:g}, with a mark between thousands; write that as the value"
        yield "as_printed", f"{message}, or say in a `note` why it is {value:g}"
    shares = [number for _, number in others if number <= 100]
    if shares and unit == "percent":
        yield "value", f"is a share of {shares[0]:g} per cent in words, not of {value:g}; write that as the value"


def _does_not_contain(wanted: str, read: list[str], kind: str) -> str:
    held = f"reads as {', '.join(read)}" if read else f"contains no {kind}"
    return f"does not contain the {wanted} (it {held}); correct one of the two"


def _doubted(printed: str, part: Printed, language: str, ranges: list[Range]) -> Iterator[tuple[str, str]]:
    """Require that a value is recorded as exact, or as one side of a limit, only where the words around it agree."""
    doubt = why_not_exact(printed, part.value, language)
    ends = next(((one.low, one.high) for one in ranges if doubt and one.words == doubt.words), None)
    advice = "or leave out words that are not about the number"
    if ends and part.precision != "range":
        wanted = f"`precision: range`, `value: {ends[0]:g}` and `to: {ends[1]:g}`"
        yield "precision", f"says “{doubt.words}”, which is a range; write {wanted}, {advice}"
    elif doubt and part.precision == "exact":
        yield "precision", f"is not exact, it says “{doubt.words}”; write `precision: about` or `bound`, {advice}"
    # Of an amount below zero, "over" may be said of its size.
    elif doubt and part.value > 0 and part.direction and doubt.direction not in (None, part.direction):
        told = f"says “{doubt.words}”, so the truth lies {doubt.direction} {part.value:g}"
        yield "direction", f"{told}; write `direction: {doubt.direction}`"


def of_source_in_context(source: "Source", file_name: str, known: "Evidence") -> Violations:
    """Check a source against what it cannot know by itself: its file's name and the vocabularies in data/."""
    if source.id != file_name:
        yield ("id",), f"the id must be the file's name, `{file_name}`"
    for field, choices in (("kind", known.choices.publication_kinds), ("language", known.choices.languages)):
        if (name := getattr(source, field)) not in choices:
            yield (field,), f"unknown {field} `{name}`; write {_one_of(choices)}, or add it to data/vocabularies.yml"
    if source.language in known.choices.languages:
        yield from _words_hold_values(source)
    yield from _indicators_fit(source, known.indicators)
    yield from _topics_fit(source, known.topics)
    currencies = {country.currency for country in known.countries.values()}
    for path, _, part in source.parts():
        currency = currency_of(getattr(part, "unit", None) or "count")
        if currency and currency not in currencies:
            message = f"no country in data/countries.yml has the currency {currency}; correct it, or add it there first"
            yield (*path, "unit"), message
    for path, code in _countries_named(source):
        if code not in known.countries:
            yield path, _no_such("country", code, known.countries, "data/countries.yml")
            return
    frames = {survey.id: survey.known_frame(known.countries[source.country_of(survey)]) for survey in source.surveys}
    yield from _bases_within(source, frames, "the frame")
    for index, survey in enumerate(source.surveys):
        country = known.countries[source.country_of(survey)]
        if survey.frame_reference and country.municipalities is None:
            message = f"data/countries.yml gives no number of municipalities for {country.name}; add it there first"
            yield ("surveys", index, "frame_reference"), message
        for size in ("invited", "respondents") if survey.frame_reference and country.municipalities else ():
            value = getattr(survey, size).value
            if value is not None and value > country.municipalities:
                limit = f"the {country.municipalities} municipalities of {country.name}"
                yield ("surveys", index, size, "value"), f"{size} ({value:g}) cannot exceed {limit}"


def _indicators_fit(source: "Source", indicators: Mapping[str, Indicator]) -> Violations:
    """Require that indicators exist and have the subject and theme of what names them."""
    for path, _, part in source.parts():
        name = getattr(part, "indicator", None)
        indicator = indicators.get(name)
        if name is not None and indicator is None:
            yield (*path, "indicator"), _no_such("indicator", name, indicators, "data/indicators.yml")
        if indicator and indicator.subject != source.subject_of(part):
            subjects = f"`{name}` is about {indicator.subject} and this about {source.subject_of(part)}"
            advice = "they must not end up on one scale, so choose or add another indicator, or set its own `subject`"
            yield (*path, "indicator"), f"{subjects}; {advice}"
        if indicator and indicator.theme != part.theme:
            belongs = f"the indicator `{name}` belongs to {indicator.theme}"
            yield (*path, "theme"), f"the theme is {part.theme}, but {belongs}"


def _topics_fit(source: "Source", topics: Mapping[str, Topic]) -> Violations:
    """Require that topics exist, and that answers correspond to choices of the topic, each to another."""
    for index, question in enumerate(source.questions):
        path, topic = ("questions", index), topics.get(question.topic)
        said = [(place, one.corresponds_to) for place, one in enumerate(question.answers) if one.corresponds_to]
        if question.topic and topic is None:
            yield (*path, "topic"), _no_such("topic", question.topic, topics, "data/municipality.yml")
        elif topic and not said:
            advice = "say under `corresponds_to` which answer corresponds to which choice, or leave `topic` out"
            yield (*path, "topic"), f"no answer corresponds to a choice of `{question.topic}`; {advice}"
        for place, choice in said:
            field = (*path, "answers", place, "corresponds_to")
            if question.topic is None:
                yield field, "goes with a `topic` of the question; add that, or leave this out"
            elif topic and choice not in topic.choices:
                yield field, f"the topic `{question.topic}` has no choice `{choice}`; write {_one_of(topic.choices)}"
            elif topic and choice in [other for before, other in said if before < place]:
                yield field, f"another answer corresponds to `{choice}` already; readers are shown one, so keep one"


def of_topics(topics: Mapping[str, Topic], sources: Mapping[str, "Source"]) -> Violations:
    """Require for each topic a question that a publication has on it, or else the word that there is none."""
    served = {question.topic: source for source in sources.values() for question in source.questions}
    for name, topic in topics.items():
        if name not in served and topic.missing is None:
            advice = "give a question this `topic` in data/sources, or say under `missing` that there is none"
            yield (name,), f"no publication has a question on it; {advice}"
        elif name in served and topic.missing:
            yield (name, "missing"), f"`{served[name].id}` has a question on it; remove this"


def _countries_named(source: "Source") -> Iterator[tuple[KeyPath, str]]:
    """Yield each country that the record names, with its path."""
    if source.country is not None:
        yield ("country",), source.country
    for field in ("surveys", "figures", "lists", "statements"):
        for index, part in enumerate(getattr(source, field)):
            if part.country is not None:
                yield (field, index, "country"), part.country


def of_source_among(source: "Source", sources: Mapping[str, "Source"]) -> Violations:
    """Check a source against the others: readers can tell it by its name, and a question that it repeats exists."""
    same = [one for one in sources.values() if one.short_name == source.short_name]
    if len(same) > 1:
        others = _one_of(one.id for one in same if one is not source)
        message = f"readers would know this and {others} by one name, “{source.short_name}”"
        yield ("short_title",), f"{message}; give each a `short_title`, such as publisher, year and a word"
    questions = {f"{one.id}/{question.id}": question for one in sources.values() for question in one.questions}
    for index, question in enumerate(source.questions):
        if question.repeats and "/" in question.repeats and question.repeats not in questions:
            yield ("questions", index, "repeats"), _no_such("question", question.repeats, questions, "data/sources/")


def _bases_within(source: "Source", sizes: Mapping[str, float | None], what: str) -> Violations:
    for index, question in enumerate(source.questions):
        bases = [(("base", "n"), question.base.n), *((("groups", i, "n"), g.n) for i, g in enumerate(question.groups))]
        most = sizes.get(question.survey)
        for path, n in bases:
            if n and None not in (n.value, most) and n.value > most:
                yield ("questions", index, *path, "value"), f"the base ({n.value:g}) cannot exceed {what} ({most:g})"


def _references(source: "Source") -> Iterator[tuple[KeyPath, str, str, Collection[str]]]:
    """Yield each id that one record names of another: its path, the id, what it must be, and those that exist."""
    surveys, questions, figures = ({part.id for part in p} for p in (source.surveys, source.questions, source.figures))
    for index, question in enumerate(source.questions):
        yield ("questions", index, "survey"), question.survey, "survey", surveys
        if question.repeats is not None and "/" not in question.repeats:
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
        if isinstance(part, Printed) and getattr(part, "tells_total", True):
            above = name.rpartition("/")[0]
            # Numbers about a survey have no unit and are counts.
            numbers[name] = getattr(part, "unit", None) or numbers.get(above) or figures.get(above, "count")
    answers = {f"{q.id}/{answer.id}" for q in source.questions for answer in q.answers if answer.tells_total}
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
        if kind == "difference" and len(summed) > 1 and summed != {"percent", "points"}:
            yield (*path, "of"), f"a difference is taken in one unit, not in {' and '.join(sorted(summed))}"
        if kind == "sum" and len(summed) > 1:
            yield (*path, "of"), f"a total and its parts must be in one unit, not in {' and '.join(sorted(summed))}"


def _one_of(names: Iterable[str]) -> str:
    *first, last = (f"`{name}`" for name in names)
    return f"{', '.join(first)} or {last}" if first else last


def _no_such(kind: str, name: str, known: Iterable[str], where: str = "this file") -> str:
    near = difflib.get_close_matches(name, sorted(known), n=3) or sorted(known)[:8]
    hint = f"nearest: {', '.join(near)}" if near else "there is none yet"
    return f"there is no {kind} `{name}` in {where}; correct it, or add it there first ({hint})"
