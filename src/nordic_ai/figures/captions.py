"""Say in words, from a figure's rows alone, who answered, how sure it is, where it stands and what may be compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nordic_ai.analysis.comparability import MEANING
from nordic_ai.analysis.decisions import Level, least_comparable
from nordic_ai.analysis.observations import Observation
from nordic_ai.analysis.report import Report
from nordic_ai.analysis.wording import format_base, format_period
from nordic_ai.evidence.model import Source
from nordic_ai.evidence.values import MONEY_UNITS, Grade

GRADE_WORDS: Mapping[Grade, str] = {
    "same question": "Same question",
    "same concept": "Same concept, with differences",
    "related": "Related, not to be ranked",
    "not comparable": "Not comparable",
}
BADGES: Mapping[Level, str] = {
    "one question": "One question of one survey",
    "one figure": "One figure of one publication",
    "one survey": "One survey",
    "same respondents": "Different questions, same respondents",
    "one publication": "Different figures, one publication",
    **GRADE_WORDS,
}
MEANING_OF_LEVELS: Mapping[Level, str] = {
    "one question": "All numbers are answers to one question that the same respondents gave.",
    "one figure": "All numbers belong to one row of figures that a publication prints.",
    "one survey": "The numbers say how one survey was made.",
    "same respondents": "The same respondents answered several questions; each share is of its own question.",
    "one publication": "A publication prints the figures side by side, in one unit; they count different things.",
    **MEANING,
}


def base_line(rows: Sequence[Observation]) -> str:
    """Say who answered, when and how many, once for each survey among the rows.

    Parameters
    ----------
    rows
        The observations that a figure draws.
    """
    return f"Base: {'; '.join(bases(rows))}."


def bases(rows: Sequence[Observation]) -> list[str]:
    """Name who answered, when and how many, for each survey among the rows; amounts are told with their unit."""
    parts: dict[str, None] = {}
    # An answer without a number has no interval, so it does not say what intervals are corrected for.
    for row in [row for row in rows if row.value is not None] or rows:
        if row.survey_id is not None:
            n = ""
            if row.kind == "answer":
                n = f" (n = {format_base(row)})" if row.base_n is not None else " (number of answers not given)"
            when = format_period(row.period_start, row.period_end) or "time not told"
            parts[f"{(row.population or 'population not told').rstrip('.')}, {when}{n}"] = None
        elif row.unit in MONEY_UNITS:
            prices = f", {row.price_level} prices" if row.price_level else ", price level not told"
            parts[f"amounts in {row.unit}{prices}"] = None
        else:
            parts["numbers that come from no survey"] = None
    return list(parts)


def uncertainty_line(rows: Sequence[Observation]) -> str:
    """Say what the intervals are, and why some rows have none."""
    known = [row for row in rows if row.ci_low is not None]
    frames = dict.fromkeys((row.frame_size, row.frame_read) for row in known if row.frame_size is not None)
    reasons = dict.fromkeys(
        row.no_interval_because for row in rows if row.value is not None and row.no_interval_because
    )
    text = "The 95% intervals cover chance only, not who did not answer." if known else ""
    for size, read in frames:
        text += f" They are narrower because all {size:,} were asked{', as we read the publication' if read else ''}."
    if reasons:
        text += f" No interval where {'; '.join(reasons)}."
    elif not known:
        text = "No intervals: the numbers are not shares of answers."
    return text.strip()


def reference(source: Source) -> str:
    """Write a publication's reference in full."""
    when = source.published.period or "undated"
    return f"{source.publisher}: {source.title.original} ({when})"


def comparability(rows: Sequence[Observation], report: Report, one_scale: bool) -> str:
    """Say in a few words, from the recorded decisions, how far the rows of a figure may be compared."""
    return BADGES[least_comparable(rows, report).level] if one_scale else "Side by side, not compared"


def question_wordings(rows: Sequence[Observation], report: Report) -> dict[str, str]:
    """Give the questions that the rows answer, by id, in our words."""
    return {name: report.measures[name].wording for row in rows if (name := row.question_id) is not None}
