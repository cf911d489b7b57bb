"""Say what stands in the rows of a comparison: who answered, how many, when and where, and which mark a number has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from nordic_ai.analysis.comparability import LEVELS, least_comparable
from nordic_ai.analysis.observations import Observation
from nordic_ai.analysis.report import Report
from nordic_ai.analysis.wording import (
    beginning,
    country_name,
    format_interval,
    format_part,
    format_value,
    listed,
    plain_number,
    publication_name,
)
from nordic_ai.evidence.languages import gettext, gettext_noop
from nordic_ai.evidence.values import MAIN_SUBJECT, period_bounds
from nordic_ai.figures.captions import describe
from nordic_ai.figures.marks import Row

GROUPS = (
    gettext_noop("Municipalities"),
    gettext_noop("State and other bodies, no municipalities"),
    gettext_noop("Municipalities and other employers together"),
    gettext_noop("Organisations; whether municipalities are among them is not told"),
    gettext_noop("Employees, about their workplace"),
    gettext_noop("People, speaking for themselves"),
    gettext_noop("Told without a survey"),
)
"""Who answered, in the order of the rows."""

_EMPLOYERS = {"only": 0, "none": 1, "among others": 2, "not told": 3}
_AMONG = {
    "among others": gettext_noop("{who}, some of them municipal"),
    "none": gettext_noop("{who}, none of them municipal"),
}

KEY = {
    "share": gettext_noop("The filled part of a disc is the share."),
    "interval": gettext_noop("The arc outside it, and the small numbers, are the 95% interval."),
    "range": gettext_noop("Grey part: from the lower to the upper end of a range."),
    "about": gettext_noop("Dashed edge: about, or told in words."),
    "bound": gettext_noop("Arrow: a limit; the share lies beyond it, where the arrow points."),
    "not seen": gettext_noop("Question mark: not seen by us."),
    "not printed": gettext_noop("Dash: not printed."),
    "number": gettext_noop("Dot: a count or an amount, no share."),
}


@dataclass(frozen=True)
class Entry:
    """A row of the picture."""

    row: Observation
    country: str
    year: str
    label: str
    base: str
    """Who answered, how many, in which publication, and whether that was read in part."""
    mark: Row


def group_of(row: Observation) -> int:
    """Give the place in `GROUPS` of those who answered."""
    if row.survey_id is None:
        return 6
    if row.answers_for in ("the workplace", "the respondent"):
        return 4 if row.answers_for == "the workplace" else 5
    return _EMPLOYERS[row.municipal]


def arrange(
    rows: Sequence[Observation], names: Sequence[str], without: Mapping[str, str], report: Report
) -> tuple[list[list[Entry]], dict[str, str]]:
    """Put rows in order, joined where they may be compared; say by name why countries have none.

    Raises `ValueError` for rows that look alike, and for a country that is left out although numbers of it are known.
    """
    order = list(report.evidence.countries)
    pairs = sorted(
        zip(rows, names, strict=True),
        key=lambda pair: (group_of(pair[0]), order.index(pair[0].country), _last_day(pair[0], report)),
    )
    entries = [_entry(row, label, report) for row, label in pairs]
    _refuse_alike(entries)
    return _blocks(entries, report), _countries_without(rows, without, report)


def _last_day(row: Observation, report: Report) -> date:
    published = report.evidence.sources[row.source_id].published.period
    return row.period_end or (period_bounds(published)[1] if published else date.min)


def _entry(row: Observation, label: str, report: Report) -> Entry:
    years = dict.fromkeys(str(day.year) for day in (row.period_start, row.period_end) if day)
    published = report.evidence.sources[row.source_id].published.period
    untold = gettext("year not told") if row.reading == "whole" else gettext("year not seen")
    year = "–".join(years) or (gettext("published {year}").format(year=published[:4]) if published else untold)
    country = country_name(row.country, report.evidence)
    words = f"{country}, {year}, {label}"
    return Entry(row, country, year, label, _base(row, report), _mark(row) | {"description": describe(row, words)})


def _base(row: Observation, report: Report) -> str:
    source = publication_name(report.evidence.sources[row.source_id].short_name)
    in_part = gettext("{publication}, read\N{NO-BREAK SPACE}in\N{NO-BREAK SPACE}part")
    told = [in_part.format(publication=source) if row.reading == "in part" else source]
    if row.survey_id is not None:
        who = row.base_who or ""
        if not who or who.casefold() == "all respondents":  # which says nothing of who they are
            who = beginning((row.population or gettext_noop("Respondents")).split(". ")[0].rstrip("."))
        else:
            who = beginning(who)
            if group_of(row) in (4, 5) and row.municipal in _AMONG:
                who = gettext(_AMONG[row.municipal]).format(who=who)
        base = gettext("base not seen") if row.reading == "in part" else gettext("base not printed")
        if row.base_n:
            base = format_part(row.base_n, row.frame_size) if row.frame_size else plain_number(row.base_n)
        told.insert(0, f"{who}: {base}")
    elif row.population:
        told.insert(0, beginning(row.population.rstrip(".")))
    if row.cited_from:
        told.append(gettext("cited from {name}").format(name=gettext(row.cited_from)))
    if row.subject != MAIN_SUBJECT:
        told.append(gettext("about {subject}, not AI").format(subject=gettext(row.subject)))
    return "; ".join(told)


def _mark(row: Observation) -> Row:
    """Say which of the marks in `KEY` a number has, and where they begin and end on a disc, in per cent."""
    kind = row.precision if row.precision in ("range", "about", "bound") else "share"
    if row.value is None:
        kind = gettext_noop("not seen") if row.not_seen else gettext_noop("not printed")
    elif row.unit != "percent" or not 0 <= row.value <= 100:
        kind = "number"
    end = row.value if row.value_to is None else row.value_to
    return {
        "kind": kind,
        "number": gettext(kind) if row.value is None else format_value(row).replace("\N{NO-BREAK SPACE}", " "),
        "interval": format_interval(row),
        "value": row.value,
        "to": end,
        "low": row.ci_low,
        "high": row.ci_high,
        "direction": row.direction,
    }


def _refuse_alike(entries: Sequence[Entry]) -> None:
    seen: set[tuple[str, ...]] = set()
    for entry in entries:
        words = entry.country, entry.year, entry.label, entry.base
        if not entry.label.strip() or words in seen:
            wrong = "two rows look alike" if words in seen else f"`{entry.row.observation_id}` has an empty label"
            raise ValueError(f"{wrong}: “{', '.join(words)}”; give labels that readers can tell apart")
        seen.add(words)


def _blocks(entries: Sequence[Entry], report: Report) -> list[list[Entry]]:
    """Divide the rows of each group into those that follow each other and may all be compared."""
    blocks: list[list[Entry]] = []
    for entry in entries:
        last = blocks[-1] if blocks else []
        together = [one.row for one in (*last, entry)]
        if last and len({(group_of(row), row.subject) for row in together}) == 1 and level_of(together, report):
            last.append(entry)
        else:
            blocks.append([entry])
    return blocks


def level_of(rows: Sequence[Observation], report: Report) -> str | None:
    """Say how closely rows may be compared; None if they may not."""
    level, _ = least_comparable(rows, report)
    return None if level == "not comparable" else gettext(LEVELS[level]["badge"])


def _countries_without(rows: Sequence[Observation], reasons: Mapping[str, str], report: Report) -> dict[str, str]:
    """Say by the names of countries without a row why they have none."""
    here, themes = {row.country for row in rows}, {row.theme for row in rows}
    if wrong := sorted(here.intersection(reasons)):
        raise ValueError(f"`without` names {listed(wrong)}, which the figure has a row of; leave it out there")
    if unknown := sorted(set(reasons).difference(report.evidence.countries)):
        raise ValueError(f"`without` names {listed(unknown)}; the countries are {listed(report.evidence.countries)}")
    told = {}
    for code, country in report.evidence.countries.items():
        if code in here:
            continue
        known = next((one for one in report.results if one.country == code and one.theme in themes), None)
        if known and code not in reasons:
            advice = f"choose a number, or give the reason as `without={{'{code}': …}}`"
            raise ValueError(f"{country.name} has no row, and `{known.observation_id}` has been read of it; {advice}")
        told[country_name(code, report.evidence)] = reasons.get(
            code, gettext("None of the publications read gives a number on this.")
        )
    return told
