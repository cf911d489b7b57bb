"""Check the rules that span several fields of a record; each function yields what is wrong, with its path."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from nordic_ai.evidence.errors import KeyPath
from nordic_ai.evidence.fields import MONEY_UNITS, Problems
from nordic_ai.evidence.numerals import find_numerals

if TYPE_CHECKING:  # the model calls these rules while it is being built
    from nordic_ai.evidence.model import Figure, Group, Quantity, Question, Relation, Source, Survey

# Half a percentage point a category is what whole per cents can lose or gain in rounding.
_ROUNDING = 0.5


def of_quantity(quantity: Quantity) -> Problems:
    """Require that a number is printed somewhere or missing for a reason, and that a bound has a side."""
    if (quantity.value is None) == (quantity.missing is None):
        yield (), "give either `value` or, where there is no number, `missing` with the reason"
    for name in ("as_printed", "at"):
        if quantity.value is not None and getattr(quantity, name) is None:
            yield (name,), f"the field `{name}` is missing; a value needs what is printed and where"
    for path, _, mention in quantity.mentions():
        if (mention.precision == "bound") != (mention.direction is not None):
            yield ((*path, "direction"), "`direction` (above or below) goes with precision `bound`, and only with it")


def of_survey(survey: Survey) -> Problems:
    """Require that no more answered than were invited, and no more were invited than there are."""
    yield from _counts_nest(survey, ())
    for index, group in enumerate(survey.groups):
        yield from _counts_nest(group, ("groups", index))
    for path, _, quantity in survey.quantities():
        if path[-1] == "response_rate":
            yield from _outside_shares(quantity, "percent", path)
    if survey.whole_frame_read and not survey.whole_frame_asked:
        yield (("whole_frame_read",), "goes with `whole_frame_asked: true`, and only with it; change one")
    if survey.frame_reference and survey.frame.value is not None:
        yield ("frame_reference",), "is only for a frame that the publication does not print; remove it"


def _counts_nest(response: Survey | Group, path: KeyPath) -> Problems:
    names = [name for name in ("respondents", "invited", "frame") if hasattr(response, name)]
    sizes = [(name, value) for name in names if (value := getattr(response, name).value) is not None]
    for name, value in sizes:
        yield from _not_counted(name, value, (*path, name, "value"))
    for (small_name, small), (large_name, large) in zip(sizes, sizes[1:], strict=False):
        if small > large:
            yield (
                (*path, small_name, "value"),
                f"{small_name} ({small:g}) cannot exceed {large_name} ({large:g}); check both in the publication",
            )


def _not_counted(name: str, value: float, path: KeyPath) -> Problems:
    if value < 1 or value % 1:
        yield path, f"{name} is a whole number of at least 1, not {value:g}"


def of_question(question: Question) -> Problems:
    """Require shares between 0 and 100, and no more than 100 together where one answer was possible."""
    for index, answer in enumerate(question.answers):
        yield from _outside_shares(answer, answer.unit, ("answers", index))
    if question.choice in ("single", "scale"):
        counted = [a.value for a in question.answers if a.value is not None and not a.net and a.unit == "percent"]
        if sum(counted) > 100 + _ROUNDING * len(counted):
            yield (
                ("answers",),
                f"answers to a {question.choice}-choice question come to {sum(counted):g} per cent together; "
                "correct a value, or mark a category that sums up others with `net: true`",
            )
    for index, answer in enumerate(question.answers):
        if answer.unit == "count" and answer.value is not None and (answer.value < 0 or answer.value % 1):
            yield ("answers", index, "value"), f"a number of answers is a whole number, not {answer.value:g}"
    if question.repeats == question.id:
        yield ("repeats",), "a question cannot repeat itself; name the question of the earlier wave"
    base = question.base.n
    if base is not None and base.value is not None:
        yield from _not_counted("the base", base.value, ("base", "n", "value"))


def of_figure(figure: Figure) -> Problems:
    """Require shares between 0 and 100, and a price level only of money."""
    for index, value in enumerate(figure.values):
        yield from _outside_shares(value, figure.unit, ("values", index))
    if figure.price_level is not None and figure.unit not in MONEY_UNITS:
        yield ("price_level",), f"a price level goes with money, not with {figure.unit}"


def _outside_shares(quantity: Quantity, unit: str, path: KeyPath) -> Problems:
    for below, _, mention in quantity.mentions():
        is_share = (getattr(mention, "unit", None) or unit) == "percent"
        if is_share and mention.value is not None and not 0 <= mention.value <= 100:
            yield (*path, *below, "value"), f"a share lies between 0 and 100 per cent, not {mention.value:g}"


def of_source(source: Source) -> Problems:
    """Require ids that differ, references that lead somewhere, places in order, printed words that hold their value."""
    notes = [(("notes", index), note.id) for index, note in enumerate(source.notes)]
    relations = [(("relations", index), relation.id) for index, relation in enumerate(source.relations)]
    # The register gives these names to its own parts.
    yield from _repeated([*source.evidence_paths(), *notes], {"statements", "notes", "charts"})
    # Relations have ids of their own kind, since nothing but a finding of the audit is named after them.
    yield from _repeated(relations, set())
    yield from _broken_references(source)
    for index, (before, after) in enumerate(zip(source.places, source.places[1:], strict=False), start=1):
        if after.line <= before.line:
            yield ("places", index, "line"), "places must stand in the order of their lines"
    for path, _, quantity in source.quantities():
        for below, _, mention in quantity.mentions():
            if mention.value is not None and mention.as_printed is not None:
                yield from _not_printed(mention.value, mention.as_printed, source.language, (*path, *below))


def _repeated(ids: Iterable[tuple[KeyPath, str]], taken: set[str]) -> Problems:
    for path, name in ids:
        if name in taken:
            yield (*path, "id"), f"the id `{name}` is already taken; ids never repeat"
        taken.add(name)


def _not_printed(value: float, as_printed: str, language: str, path: KeyPath) -> Problems:
    read = [possible for numeral in find_numerals(as_printed, language) for possible in numeral.values]
    if value not in read:
        held = f"reads as {', '.join(f'{possible:g}' for possible in read)}" if read else "holds no number"
        yield (
            (*path, "as_printed"),
            f"“{as_printed}” does not contain the value {value:g} (it {held}); correct one of the two",
        )


def _broken_references(source: Source) -> Problems:
    surveys, questions, figures = ({part.id for part in p} for p in (source.surveys, source.questions, source.figures))
    respondents = {survey.id: survey.respondents.value for survey in source.surveys}
    for index, question in enumerate(source.questions):
        if question.survey not in surveys:
            yield ("questions", index, "survey"), _no_such("survey", question.survey, surveys)
        if question.repeats is not None and question.repeats not in questions:
            yield ("questions", index, "repeats"), _no_such("question", question.repeats, questions)
        base, most = question.base.n.value if question.base.n else None, respondents.get(question.survey)
        if base is not None and most is not None and base > most:
            yield (
                ("questions", index, "base", "n", "value"),
                f"the base ({base:g}) cannot exceed respondents ({most:g})",
            )
    shown = surveys | questions | figures
    for index, chart in enumerate(source.charts):
        for place, name in enumerate(chart.shows):
            if name not in shown:
                yield ("charts", index, "shows", place), _no_such("survey, question or figure", name, shown)
    known = source.ids()
    for index, note in enumerate(source.notes):
        for place, path in enumerate(note.about):
            if path not in known:
                yield ("notes", index, "about", place), _no_such("record", path, known)
    for index, relation in enumerate(source.relations):
        for below, message in _broken_relation(relation, source):
            yield ("relations", index, *below), message


# Kind of relation: how many records `of` takes at least and at most.
_COMPARED = {"sum": (1, None), "per unit": (1, 1), "other words": (1, None), "largest": (0, 0), "share": (1, 2)}


def _broken_relation(relation: Relation, source: Source) -> Problems:
    """Require that a relation names numbers that exist and that it can be computed from."""
    figures = {figure.id: figure.unit for figure in source.figures}
    # A number about a survey has no unit of its own here; it is compared with its like.
    numbers = {
        name + ending: getattr(mention, "unit", None)
        or getattr(quantity, "unit", None)
        or figures.get(name.partition("/")[0], "count")
        for _, name, quantity in source.quantities()
        for _, ending, mention in quantity.mentions()
    }
    by_value = relation.kind == "per unit" or (relation.kind == "sum" and relation.record in figures)
    known = figures if by_value else numbers
    least, most = _COMPARED[relation.kind]
    if len(relation.of) < least or (most is not None and len(relation.of) > most):
        wanted = {(0, 0): "none", (1, 1): "one id", (1, 2): "one id or two"}.get((least, most), "one id or more")
        yield ("of",), f"a relation of the kind `{relation.kind}` takes {wanted} here, not {len(relation.of)}"
    for path, name in [(("record",), relation.record), *((("of", i), name) for i, name in enumerate(relation.of))]:
        if name not in known:
            yield path, _no_such("figure" if by_value else "number", name, known)
    if relation.kind == "largest" and relation.record not in {
        f"{question.id}/{answer.id}" for question in source.questions for answer in question.answers
    }:
        yield ("record",), "only an answer to a question can be called the largest of its answers"
    if relation.kind == "share" and relation.of and known.get(relation.of[0], "percent") != "percent":
        yield ("of", 0), f"comes first and so must be the share, in percent, not in {known[relation.of[0]]}"
    if relation.kind == "sum":
        counted = {known[name].split(" ")[-1] for name in (relation.record, *relation.of) if name in known}
        if len(counted) > 1:
            yield ("of",), f"a total and its lines must be in one unit, not in {' and '.join(sorted(counted))}"


def _no_such(kind: str, name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, sorted(known), n=3) or sorted(known)[:8]
    hint = f"nearest: {', '.join(close)}" if close else "the file has none"
    return f"there is no {kind} `{name}` in this file; {hint}"
