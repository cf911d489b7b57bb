"""Decide how numbers read in text; nothing else in the project formats a number for readers.

>>> plain_number(-2444), plain_number(0.275), plain_number(1.0, 1), percent(Fraction(22400, 574))
('−2,444', '0.275', '1.0', '39.0%')
>>> amount(Fraction(-275), "thousand DKK"), amount(Fraction(44), "percent"), number_range([84, 85, 86])
('−275 thousand DKK', '44%', '84 to 86')
>>> format_share(96.55), format_share(29.5, 30.8), format_share(30.0, 30.0), format_bounds(34.69, 75.51)
('97%', '29–31%', '30%', 'between 34% and 76%')
>>> format_change(33.0), format_change_interval(-0.42, 12.0)
('+33 percentage points', '−0.4 to +12.0 percentage points')
>>> format_period(date(2024, 10, 1), date(2024, 12, 31)), format_period(date(2024, 2, 1), date(2024, 2, 29))
('October–December 2024', 'February 2024')
>>> listed(["a", "b", "c"]), in_sentence("The AI Commission"), quoted("44 %"), quoted('"Slet ikke" (0 pct.)')
('a, b and c', 'the AI Commission', '“44 %”', '"Slet ikke" (0 pct.)')
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import get_args

from babel.dates import format_date

from nordic_ai.analysis.observations import NOT_A_SHARE_OF_ANSWERS, Observation
from nordic_ai.analysis.statistics import round_outwards
from nordic_ai.evidence import languages
from nordic_ai.evidence.languages import gettext, gettext_noop, ngettext, written
from nordic_ai.evidence.loading import Evidence
from nordic_ai.evidence.strict_yaml import read_yaml
from nordic_ai.evidence.surveys import AnswersFor, Question
from nordic_ai.evidence.values import MAIN_SUBJECT, MEAN, currency_of

_WORDS = read_yaml(Path(__file__).with_suffix(".yml")).data
_PRINTED = [(word, ours) for ours, printed in _WORDS["hedges"].items() for word in printed]
_HEDGES = [(re.compile(rf"\b{word[:-1]}" if word.endswith("-") else rf"\b{word}\b"), ours) for word, ours in _PRINTED]
_OF_ALL = re.compile("all ", re.IGNORECASE)
_NAMES = re.compile("[A-ZÅÄÖÆØÞ]{2}|Danish|Finnish|Icelandic|Norwegian|Nordic|Swedish")
_MONEY = {
    "": gettext_noop("{currency}\N{NO-BREAK SPACE}{number}"),
    "thousand": gettext_noop("{currency}\N{NO-BREAK SPACE}{number}\N{NO-BREAK SPACE}thousand"),
    "million": gettext_noop("{currency}\N{NO-BREAK SPACE}{number}\N{NO-BREAK SPACE}million"),
    "billion": gettext_noop("{currency}\N{NO-BREAK SPACE}{number}\N{NO-BREAK SPACE}billion"),
}
"""How amounts of money read, by their scale."""
_MINUS = "\N{MINUS SIGN}"
_DASH = "\N{EN DASH}"
_SPACE = "\N{NO-BREAK SPACE}"


def words_of_the_library() -> Iterator[str]:
    """Give the messages that are put together here: limits, shares in words, who is counted, for whom one answers."""
    yield from (f"{hedge} {{number}}" for hedge in [*_WORDS["hedges"], "more than", "less than"])
    yield from ("{first} and {last}", "{first} or {last}")
    yield from _WORDS["in_words"].values()
    yield from _WORDS["municipal"].values()
    yield from (f"one answer stands for {whom}" for whom in get_args(AnswersFor) if whom != "not told")


def plain_number(value: Fraction | float, decimals: int | None = None) -> str:
    """Write a number as the language that is spoken writes it, with a true minus sign."""
    return (_MINUS if value < 0 else "") + written(abs(value), decimals)


def listed(words: Iterable[object], last: str = "and") -> str:
    """Join words, or what reads as such, as in a sentence."""
    *first, end = map(str, words)
    return gettext(f"{{first}} {last} {{last}}").format(first=", ".join(first), last=end) if first else end


def quoted(as_printed: str) -> str:
    """Set printed characters in quotation marks, unless they have some of their own."""
    return as_printed if set(as_printed) & set('"“”„«»') else f"“{as_printed}”"


def number_range(numbers: Sequence[int]) -> str:
    """Write whole numbers in order as one of them or as a range."""
    low, high = plain_number(numbers[0]), plain_number(numbers[-1])
    return low if low == high else gettext("{low} to {high}").format(low=low, high=high)


def percent(share: Fraction | float, decimals: int = 1) -> str:
    """Write a share that we compute."""
    return _percent(plain_number(share, decimals))


def _percent(number: str) -> str:
    return gettext("{number}%").format(number=number)


def amount(value: Fraction | float, unit: str, decimals: int | None = None, space: str = " ") -> str:
    """Write a number with its unit."""
    number = plain_number(value, decimals)
    if unit == "percent":
        return _percent(number)
    if unit in ("count", "weight", MEAN):
        return number
    if unit == "full-time equivalents" and abs(value) == 1:
        unit = "full-time equivalent"
    return f"{number}{space}{gettext(unit)}"


def format_value(observation: Observation, decimals: int | None = None) -> str:
    """Write a value the way its unit and precision ask for, with all its decimals if none are given, or "no number"."""
    value, unit = observation.value, observation.unit
    if value is None:
        return gettext("not seen by us") if observation.not_seen else gettext("no number")
    if unit == "percent" and (words := _in_words(observation)):
        return limited(words, observation)
    lower_end = "" if observation.value_to is None else plain_number(value, decimals) + _DASH
    value = value if observation.value_to is None else observation.value_to
    currency = currency_of(unit)
    if unit == MEAN:
        ends = {"low": plain_number(observation.scale_low), "high": plain_number(observation.scale_high)}
        number = f"{lower_end}{plain_number(value, decimals)}"
        return limited(gettext("{number} on a scale from {low} to {high}").format(number=number, **ends), observation)
    if currency is None:
        return limited(lower_end + amount(value, unit, decimals, _SPACE), observation)
    number = f"{lower_end}{plain_number(value, decimals)}"
    money = gettext(_MONEY[unit.removesuffix(currency).strip()]).format(currency=currency, number=number)
    if observation.price_level:
        money = gettext("{money} ({year}\N{NO-BREAK SPACE}prices)").format(money=money, year=observation.price_level)
    return limited(money, observation)


def format_as_read(observation: Observation, decimals: int | None = None) -> str:
    """Write a number with its unit as arithmetic reads it: words such as "a third" as "about 33%"."""
    if observation.value_to is not None:
        return format_value(observation, decimals)
    return limited(amount(observation.value, observation.unit, decimals), observation)


def is_majority(observation: Observation) -> bool:
    """Say whether a number is the claim of a majority, without a share of its own."""
    return (observation.unit, observation.value, observation.direction) == ("percent", 50, "above")


def limited(number: str, observation: Observation) -> str:
    """Say of a number that is written already whether it is only about right, or a limit."""
    if is_majority(observation):
        return gettext("more than half")
    if observation.precision == "bound":
        printed = (observation.as_printed or "").casefold()
        otherwise = "more than" if observation.direction == "above" else "less than"
        # Of an amount below zero, a word such as "over" may be said of its size.
        known = _HEDGES if observation.value >= 0 else ()
        hedge = next((ours for word, ours in known if word.search(printed)), otherwise)
        number = number.removeprefix("a ") if hedge == "a good" else number
        return gettext(f"{hedge} {{number}}").format(number=number)
    return gettext("about {number}").format(number=number) if observation.precision == "about" else number


def _in_words(observation: Observation) -> str | None:
    """Give the words for a share that is printed in words and not as an exact number."""
    in_words = observation.precision in ("about", "bound") and not re.search(r"\d", observation.as_printed or "0")
    words = _WORDS["in_words"].get(str(round(observation.value))) if in_words else None
    return words and gettext(words)


def format_label(observation: Observation, evidence: Evidence) -> str:
    """Say what a number counts: as the respondents saw it on pages in their language, else in that of the page."""
    language, group = languages.current(), observation.group
    if language == languages.ENGLISH:
        return observation.label
    own = evidence.sources[observation.source_id].language == language and observation.restates is None
    label = observation.label.removesuffix(f": {group}")
    said = (own and observation.original_label) or gettext(label)
    return said if label == observation.label else f"{said}: {gettext(group)}"


def format_question(question: Question) -> str:
    """Give a question in our words, and say so where the publication does not print it."""
    asked = gettext(question.english)
    if question.wording == "printed":
        return asked
    return gettext("{question} (question inferred, not printed)").format(question=asked)


def country_name(code: str, evidence: Evidence) -> str:
    """Name a country in the language that is spoken."""
    if languages.current() == languages.ENGLISH:
        return evidence.countries[code].name
    return languages.locale().territories[code]


def publication_name(short_name: str) -> str:
    """Give the short name of a publication, in which only what may stand after a comma is no name."""
    name, *about = short_name.split(", ")
    return ", ".join([name, *map(gettext, about)])


def format_who(observation: Observation) -> str | None:
    """Say who is counted in a number, or whom it is about; None where that is unknown."""
    population, base = (observation.population or "").rstrip("."), observation.base_who
    if not base or not population:
        return beginning(base or population) or None
    told = observation.base_is_part or observation.municipal != "only"
    if not told or _names_all(observation) or population.casefold().startswith(base.casefold()):
        return beginning(population)
    return gettext("{base}, of {population}").format(base=beginning(base), population=inside(population))


def _names_all(observation: Observation) -> bool:
    """Say whether the base only says that all respondents are counted."""
    return not observation.base_is_part and bool(_OF_ALL.match(observation.base_who))


def inside(words: str) -> str:
    """Write words of the evidence, which begin a sentence there, as they stand inside one.

    In other languages they stand in the catalogue as inside a sentence, because only there names are known.
    """
    if languages.current() != languages.ENGLISH:
        return gettext(words) if words else words
    return words if _NAMES.match(words) else words[:1].lower() + words[1:]


def beginning(words: str) -> str:
    """Write words of the evidence as they begin a sentence or a line."""
    said = gettext(words) if words else words
    return said[:1].upper() + said[1:]


def format_share_of(observation: Observation) -> str:
    """Write a share with those it is a share of, as in "16% of the 58 chief executives who answered"."""
    value = format_value(observation)
    if observation.value is None or observation.kind != "answer" or observation.unit not in ("percent", "count"):
        return value
    who = observation.base_who
    if _names_all(observation):
        population = (observation.population or "").split(". ")[0].rstrip(".")
        untold = gettext("who they are is {unknown}").format(unknown=unknown(observation))
        who = gettext("respondents ({who})").format(who=inside(population) or untold)
    else:
        who = inside(who)
    if observation.base_n is None:
        return gettext("{share} of {who}").format(share=value, who=who)
    return gettext("{share} of the {n} {who}").format(share=value, n=plain_number(observation.base_n), who=who)


def format_further(observation: Observation) -> list[str]:
    """Say, as far as it applies and is told, what else qualifies those who are counted and what they answered.

    That is whether others than municipalities are counted, what one answer stands for, and another subject than AI.
    """
    known = observation.kind == "answer" and observation.answers_for not in (None, "not told")
    stands_for = gettext(f"one answer stands for {observation.answers_for}") if known else None
    municipal = _WORDS["municipal"].get(observation.municipal)
    if municipal and municipal in (observation.population or ""):
        municipal = None
    return [words for words in (municipal and gettext(municipal), stands_for, format_subject(observation)) if words]


def format_subject(observation: Observation) -> str | None:
    """Say what a number is about where that is not artificial intelligence."""
    if observation.subject == MAIN_SUBJECT:
        return None
    return gettext("about {subject}, not about AI").format(subject=gettext(observation.subject))


def format_reading(observation: Observation) -> str | None:
    """Say how much of a number's publication was read, and from what; None if it was the whole of the original."""
    return format_how_read(observation.reading_part, observation.reading_via)


def format_how_read(part: str | None, via: str) -> str | None:
    """Say the same of a publication."""
    source = {"copy": gettext("from a copy"), "press item": gettext("from a press item on it")}.get(via)
    how = gettext("read in part: {part}").format(part=gettext(part)) if part else source and gettext("read whole")
    return ", ".join(filter(None, (how, source))) or None


def format_when_asked(observation: Observation) -> str:
    """Say when a survey was made, or what time a figure is for, with what a reader must know about it."""
    when = format_period(observation.period_start, observation.period_end)
    if not when and observation.survey_id:
        when = gettext("time {unknown}").format(unknown=unknown(observation))
    return f"{when} ({beginning(observation.period_note.rstrip('.'))})" if observation.period_note else when


def format_extents(whole: int, in_part: int) -> str:
    """Say of how many publications the whole was read, and of how many a part."""
    if not whole or not in_part:
        return f"read {'whole' if whole else 'in part'}"
    return f"{whole} read whole and {in_part} in part"


def unknown(observation: Observation) -> str:
    """Say of what is unknown whether the publication does not tell it, or whether we did not see it."""
    return gettext("not told") if observation.reading == "whole" else gettext("not seen by us")


def format_interval(observation: Observation) -> str | None:
    """Write a share's interval, if it has one, in whole per cents, as in "10–22%"."""
    low, high = observation.ci_low, observation.ci_high
    return None if low is None else _percent(f"{low:.0f}{_DASH}{high:.0f}")


def why_no_interval(observation: Observation) -> str | None:
    """Say why a number has no 95% interval; None where it has one."""
    if observation.ci_low is not None:
        return None
    return gettext(observation.no_interval_because or NOT_A_SHARE_OF_ANSWERS)


def format_share(low: float, high: float | None = None) -> str:
    """Write a computed share in whole per cents, or the range that it lies in, rounded outwards."""
    ends = (low,) if high in (None, low) else round_outwards(low, high)
    return _percent(_DASH.join(f"{end:.0f}" for end in ends))


def format_change(points: float) -> str:
    """Write a change between two shares in percentage points."""
    size = abs(points)
    many = ngettext("{number} percentage point", "{number} percentage points", int(size) if size % 1 == 0 else 2)
    return many.format(number=_signed(points))


def format_change_interval(low: float, high: float) -> str:
    """Write an interval of a change; with a decimal, so that an end near zero keeps its side."""
    ends = {"low": _signed(low, 1), "high": _signed(high, 1)}
    return gettext("{low} to {high} percentage points").format(**ends)


def _signed(value: float, decimals: int | None = None) -> str:
    return ("+" if value > 0 else "") + plain_number(value, decimals)


def format_bounds(low: float, high: float) -> str:
    """Write the bounds of a share, rounded outwards, in words, so that nobody takes them for an interval."""
    least, most = round_outwards(low, high)
    return gettext("between {low} and {high}").format(low=_percent(f"{least:.0f}"), high=_percent(f"{most:.0f}"))


def format_bounds_in_full(observation: Observation) -> str | None:
    """Write the bounds of a share, if it has any, with what they are about and the conditions that they need."""
    if observation.bound_low is None:
        return None
    invited, conditions = observation.bound_of == "invited", []
    if invited:
        conditions.append(gettext("each answered once at most"))
    if observation.base_assumed:
        conditions.append(gettext("all {n} answered this question").format(n=plain_number(observation.base_n)))
    bounds = format_bounds(observation.bound_low, observation.bound_high)
    whole = (
        gettext("{bounds} of all {n} invited") if invited else gettext("{bounds} of all {n} there are, asked or not")
    )
    said = whole.format(bounds=bounds, n=plain_number(observation.bound_n))
    return (
        gettext("{bounds}, if {conditions}").format(bounds=said, conditions=listed(conditions)) if conditions else said
    )


def format_base(observation: Observation) -> str | None:
    """Write the number of answers, out of the frame where all of it was asked; None where it is unknown."""
    if observation.base_n is None:
        return None
    if observation.frame_size is None:
        return plain_number(observation.base_n)
    base = format_part(observation.base_n, observation.frame_size)
    return gettext("{base}, read as all asked").format(base=base) if observation.frame_read else base


def format_part(part: int, whole: int) -> str:
    """Write how many of how many there are."""
    return gettext("{part} of {whole}").format(part=plain_number(part), whole=plain_number(whole))


def in_sentence(name: str) -> str:
    """Write a name as it stands inside a sentence; in other languages it stands so in the catalogue."""
    if languages.current() != languages.ENGLISH:
        return gettext(name)
    return "the " + name.removeprefix("The ") if name.startswith("The ") else name


def format_head_count(observation: Observation) -> str | None:
    """Write the head counts that a printed share can come from, if any are known."""
    low, high = observation.implied_count_low, observation.implied_count_high
    if low is None:
        return None
    counts = number_range([low, high])
    return counts if low == high else gettext("{counts}, which all round to the printed share").format(counts=counts)


def format_period(start: date | None, end: date | None) -> str:
    """Write a period as briefly as it allows: a day, month, quarter, year or years, else first to last day."""
    if start is None or end is None:
        return ""
    whole_months = start.day == 1 and (end + timedelta(days=1)).day == 1
    patterns = "long", "long"
    if whole_months and (start.month, end.month) == (1, 12):
        patterns = "y", "y"
    elif whole_months and start.year == end.year:  # LLLL: the month by itself, which is another form in Finnish
        patterns = "LLLL" if start.month < end.month else "LLLL y", "LLLL y"
    locale = languages.locale()
    ends = (format_date(day, pattern, locale=locale) for day, pattern in zip((start, end), patterns, strict=True))
    return _DASH.join(dict.fromkeys(ends))
