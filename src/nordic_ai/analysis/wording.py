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
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

from babel.dates import format_date

from nordic_ai.analysis.observations import NOT_A_SHARE_OF_ANSWERS, Observation
from nordic_ai.analysis.statistics import round_outwards
from nordic_ai.evidence.strict_yaml import read_yaml
from nordic_ai.evidence.values import MAIN_SUBJECT, MEAN, currency_of

_WORDS = read_yaml(Path(__file__).with_suffix(".yml")).data
_PRINTED = [(word, ours) for ours, printed in _WORDS["hedges"].items() for word in printed]
_HEDGES = [(re.compile(rf"\b{word[:-1]}" if word.endswith("-") else rf"\b{word}\b"), ours) for word, ours in _PRINTED]
_OF_ALL = re.compile("all ", re.IGNORECASE)
_NAMES = re.compile("[A-ZÅÄÖÆØÞ]{2}|Danish|Finnish|Icelandic|Norwegian|Nordic|Swedish")
_MINUS = "\N{MINUS SIGN}"
_DASH = "\N{EN DASH}"
_SPACE = "\N{NO-BREAK SPACE}"


def plain_number(value: Fraction | float, decimals: int | None = None) -> str:
    """Write a number with thousands commas and a true minus sign."""
    size = abs(float(value))
    exact = f"{size:,.10f}".rstrip("0").rstrip(".")
    text = exact if decimals is None else f"{size:,.{decimals}f}"
    return (_MINUS if value < 0 else "") + text


def listed(words: Iterable[object], last: str = "and") -> str:
    """Join words, or what reads as such, as in a sentence."""
    *first, end = map(str, words)
    return f"{', '.join(first)} {last} {end}" if first else end


def quoted(as_printed: str) -> str:
    """Set printed characters in quotation marks, unless they have some of their own."""
    return as_printed if set(as_printed) & set('"“”„«»') else f"“{as_printed}”"


def number_range(numbers: Sequence[int]) -> str:
    """Write whole numbers in order as one of them or as a range."""
    return " to ".join(dict.fromkeys(plain_number(end) for end in (numbers[0], numbers[-1])))


def percent(share: Fraction | float, decimals: int = 1) -> str:
    """Write a share that we compute."""
    return f"{plain_number(share, decimals)}%"


def amount(value: Fraction | float, unit: str, decimals: int | None = None, space: str = " ") -> str:
    """Write a number with its unit."""
    number = plain_number(value, decimals)
    if unit == "percent":
        return f"{number}%"
    if unit in ("count", "weight", MEAN):
        return number
    if unit == "full-time equivalents" and abs(value) == 1:
        unit = "full-time equivalent"
    return f"{number}{space}{unit}"


def format_value(observation: Observation, decimals: int | None = None) -> str:
    """Write a value the way its unit and precision ask for, with all its decimals if none are given, or "no number"."""
    value, unit = observation.value, observation.unit
    if value is None:
        return "not seen by us" if observation.not_seen else "no number"
    if unit == "percent" and (words := _in_words(observation)):
        return limited(words, observation)
    lower_end = "" if observation.value_to is None else plain_number(value, decimals) + _DASH
    value = value if observation.value_to is None else observation.value_to
    currency = currency_of(unit)
    if unit == MEAN:
        ends = f"{plain_number(observation.scale_low)} to {plain_number(observation.scale_high)}"
        return limited(f"{lower_end}{plain_number(value, decimals)} on a scale from {ends}", observation)
    if currency is None:
        return limited(lower_end + amount(value, unit, decimals, _SPACE), observation)
    prices = f" ({observation.price_level}{_SPACE}prices)" if observation.price_level else ""
    number = f"{lower_end}{plain_number(value, decimals)}"
    scale = unit.removesuffix(currency).strip()
    return limited(f"{currency}{_SPACE}{number}{_SPACE if scale else ''}{scale}{prices}", observation)


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
        return "more than half"
    if observation.precision == "bound":
        printed = (observation.as_printed or "").casefold()
        otherwise = "more than" if observation.direction == "above" else "less than"
        # Of an amount below zero, a word such as "over" may be said of its size.
        known = _HEDGES if observation.value >= 0 else ()
        hedge = next((ours for word, ours in known if word.search(printed)), otherwise)
        return f"{hedge} {number.removeprefix('a ') if hedge == 'a good' else number}"
    return f"about {number}" if observation.precision == "about" else number


def _in_words(observation: Observation) -> str | None:
    """Give the words for a share that is printed in words and not as an exact number."""
    in_words = observation.precision in ("about", "bound") and not re.search(r"\d", observation.as_printed or "0")
    return _WORDS["in_words"].get(str(round(observation.value))) if in_words else None


def format_who(observation: Observation) -> str | None:
    """Say who is counted in a number, or whom it is about; None where that is unknown."""
    population, base = (observation.population or "").rstrip("."), observation.base_who
    if not base or not population:
        return base or population or None
    told = observation.base_is_part or observation.municipal != "only"
    if not told or _names_all(observation) or population.casefold().startswith(base.casefold()):
        return population
    return f"{base}, of {inside(population)}"


def _names_all(observation: Observation) -> bool:
    """Say whether the base only says that all respondents are counted."""
    return not observation.base_is_part and bool(_OF_ALL.match(observation.base_who))


def inside(words: str) -> str:
    """Write words that begin a sentence as they stand inside one, unless they begin with a name."""
    return words if _NAMES.match(words) else words[:1].lower() + words[1:]


def format_share_of(observation: Observation) -> str:
    """Write a share with those it is a share of, as in "16% of the 58 chief executives who answered"."""
    value = format_value(observation)
    if observation.value is None or observation.kind != "answer" or observation.unit not in ("percent", "count"):
        return value
    who = observation.base_who
    if _names_all(observation):
        population = (observation.population or f"who they are is {unknown(observation)}").split(". ")[0]
        who = f"respondents ({inside(population.rstrip('.'))})"
    counted = f"the {observation.base_n:,} " if observation.base_n is not None else ""
    return f"{value} of {counted}{inside(who)}"


def format_further(observation: Observation) -> list[str]:
    """Say, as far as it applies and is told, what else qualifies those who are counted and what they answered.

    That is whether others than municipalities are counted, what one answer stands for, and another subject than AI.
    """
    known = observation.kind == "answer" and observation.answers_for not in (None, "not told")
    stands_for = f"one answer stands for {observation.answers_for}" if known else None
    subject = None if observation.subject == MAIN_SUBJECT else f"about {observation.subject}, not about AI"
    municipal = _WORDS["municipal"].get(observation.municipal)
    if municipal and municipal in (observation.population or ""):
        municipal = None
    return [words for words in (municipal, stands_for, subject) if words]


def format_reading(observation: Observation) -> str | None:
    """Say how much of a number's publication was read, and from what; None if it was the whole of the original."""
    return format_how_read(observation.reading_part, observation.reading_via)


def format_how_read(part: str | None, via: str) -> str | None:
    """Say the same of a publication."""
    source = {"copy": "from a copy", "press item": "from a press item on it"}.get(via)
    how = f"read in part: {part}" if part else source and "read whole"
    return ", ".join(filter(None, (how, source))) or None


def format_when_asked(observation: Observation) -> str:
    """Say when a survey was made, or what time a figure is for, with what a reader must know about it."""
    when = format_period(observation.period_start, observation.period_end)
    if not when and observation.survey_id:
        when = f"time {unknown(observation)}"
    return f"{when} ({observation.period_note.rstrip('.')})" if observation.period_note else when


def format_extents(whole: int, in_part: int) -> str:
    """Say of how many publications the whole was read, and of how many a part."""
    if not whole or not in_part:
        return f"read {'whole' if whole else 'in part'}"
    return f"{whole} read whole and {in_part} in part"


def unknown(observation: Observation) -> str:
    """Say of what is unknown whether the publication does not tell it, or whether we did not see it."""
    return "not told" if observation.reading == "whole" else "not seen by us"


def format_interval(observation: Observation) -> str | None:
    """Write a share's interval, if it has one, in whole per cents, as in "10–22%"."""
    low, high = observation.ci_low, observation.ci_high
    return None if low is None else f"{low:.0f}{_DASH}{high:.0f}%"


def why_no_interval(observation: Observation) -> str | None:
    """Say why a number has no 95% interval; None where it has one."""
    if observation.ci_low is not None:
        return None
    return observation.no_interval_because or NOT_A_SHARE_OF_ANSWERS


def format_share(low: float, high: float | None = None) -> str:
    """Write a computed share in whole per cents, or the range that it lies in, rounded outwards."""
    ends = (low,) if high in (None, low) else round_outwards(low, high)
    return f"{_DASH.join(f'{end:.0f}' for end in ends)}%"


def format_change(points: float) -> str:
    """Write a change between two shares in percentage points."""
    return f"{_signed(points)} percentage point{'' if abs(points) == 1 else 's'}"


def format_change_interval(low: float, high: float) -> str:
    """Write an interval of a change; with a decimal, so that an end near zero keeps its side."""
    return f"{_signed(low, 1)} to {_signed(high, 1)} percentage points"


def _signed(value: float, decimals: int | None = None) -> str:
    return ("+" if value > 0 else "") + plain_number(value, decimals)


def format_bounds(low: float, high: float) -> str:
    """Write the bounds of a share, rounded outwards, in words, so that nobody takes them for an interval."""
    least, most = round_outwards(low, high)
    return f"between {least:.0f}% and {most:.0f}%"


def format_bounds_in_full(observation: Observation) -> str | None:
    """Write the bounds of a share, if it has any, with what they are about and the conditions that they need."""
    if observation.bound_low is None:
        return None
    invited = observation.bound_of == "invited"
    about, conditions = ("invited", ["each answered once at most"]) if invited else ("there are, asked or not", [])
    if observation.base_assumed:
        conditions.append(f"all {observation.base_n:,} answered this question")
    needs = f", if {' and '.join(conditions)}" if conditions else ""
    bounds = format_bounds(observation.bound_low, observation.bound_high)
    return f"{bounds} of all {observation.bound_n:,} {about}{needs}"


def format_base(observation: Observation) -> str | None:
    """Write the number of answers, out of the frame where all of it was asked; None where it is unknown."""
    if observation.base_n is None:
        return None
    if observation.frame_size is None:
        return f"{observation.base_n:,}"
    reading = ", read as all asked" if observation.frame_read else ""
    return f"{observation.base_n:,} of {observation.frame_size:,}{reading}"


def in_sentence(name: str) -> str:
    """Write a name as it stands inside a sentence."""
    return "the " + name.removeprefix("The ") if name.startswith("The ") else name


def format_head_count(observation: Observation) -> str | None:
    """Write the head counts that a printed share can come from, if any are known."""
    low, high = observation.implied_count_low, observation.implied_count_high
    if low is None:
        return None
    return number_range([low, high]) + ("" if low == high else ", which all round to the printed share")


def format_period(start: date | None, end: date | None) -> str:
    """Write a period as briefly as it allows: a day, month, quarter, year or years, else first to last day."""
    if start is None or end is None:
        return ""
    whole_months = start.day == 1 and (end + timedelta(days=1)).day == 1
    patterns = "d MMMM y", "d MMMM y"
    if whole_months and (start.month, end.month) == (1, 12):
        patterns = "y", "y"
    elif whole_months and start.year == end.year:
        patterns = "MMMM" if start.month < end.month else "MMMM y", "MMMM y"
    ends = (format_date(day, pattern, locale="en") for day, pattern in zip((start, end), patterns, strict=True))
    return _DASH.join(dict.fromkeys(ends))
