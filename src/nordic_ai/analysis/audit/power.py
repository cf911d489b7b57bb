"""Say what the checks could not have found: how much of what could be printed would be noticed as wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nordic_ai.analysis.audit.findings import Publication, known_value, read_publications
from nordic_ai.analysis.statistics import implied_counts
from nordic_ai.evidence.model import Question, Survey

if TYPE_CHECKING:  # the report is made of what stands here
    from nordic_ai.analysis.report import Report

# By how many percentage points a small misprint may be off.
MISPRINTS = range(1, 6)


def impossible_share(n: int, decimals: int = 0) -> float:
    """Compute how many of the percentages that could be printed no head count gives.

    Parameters
    ----------
    n
        Number of answers, at least 1.
    decimals
        Decimals that shares are printed with.

    Returns
    -------
    float
        In per cent (0-100). It is the chance that a share is noticed which was put down at random, and
        near 0 for many answers; with 100 answers or more, whole percentages can all be had.

    Notes
    -----
    The power of the check behind GRIM (Brown and Heathers 2017, doi:10.1177/1948550616673876).

    Examples
    --------
    >>> round(impossible_share(58), 1), impossible_share(100)
    (41.6, 0.0)
    """
    steps = 100 * 10**decimals
    return 100 * (steps + 1 - len(_reachable(n, steps))) / (steps + 1)


def _reachable(n: int, steps: int) -> set[int]:
    """List the shares that head counts of n give, in `steps` to the whole."""
    # A share that lies just between two printed ones may become either.
    down = {-((n - 2 * steps * count) // (2 * n)) for count in range(n + 1)}
    return down | {(2 * steps * count + n) // (2 * n) for count in range(n + 1)}


def misprint_share(n: int, points: int) -> float:
    """Compute how many misprints of whole percentages, so many points too high or too low, no head count gives.

    Parameters
    ----------
    n
        Number of answers, at least 1.
    points
        By how many percentage points a share is misprinted, at least 1.

    Returns
    -------
    float
        In per cent (0-100) of all misprints of that size that stay between 0 and 100. Unlike a share put down at
        random, a misprint starts from a percentage that a head count gives.

    Examples
    --------
    >>> [round(misprint_share(58, points)) for points in (1, 2, 3, 5)]
    [72, 28, 44, 18]
    """
    reachable = _reachable(n, 100)
    misprints = [share + off for share in reachable for off in (-points, points) if 0 <= share + off <= 100]
    return 100 * sum(share not in reachable for share in misprints) / len(misprints)


@dataclass(frozen=True)
class Power:
    """What the checks of one survey's answers could find."""

    survey_id: str
    title: str
    n: int | None
    impossible: float | None
    """Share of impossible percentages, in per cent; None where no head counts can be had."""
    why_none: str
    """Why no head counts can be had; empty where they can."""
    misprint: tuple[float, float] | None
    """Shares of misprints by 1 to 5 points that no head count gives, in per cent: the lowest and the highest of the
    five; None where no head counts can be had, or shares are printed with decimals or of several numbers."""
    same_rate: int | None
    """How many numbers of respondents give the survey's printed response rate; None where it has none."""
    complete: int
    """Questions whose answers are all printed exactly, so that a wrong sum would be noticed."""
    questions: int
    """Questions of the survey."""


def powers(report: Report) -> list[Power]:
    """Compute the power of the checks for every survey, in the order of the files."""
    return [
        _power(publication, survey)
        for publication in read_publications(report)
        for survey in publication.source.surveys
    ]


def _power(publication: Publication, survey: Survey) -> Power:
    questions = publication.questions_of(survey)
    # Only with a number of answers of its own can a share be called impossible.
    bases = {f"{publication.source.id}/{q.id}" for q in questions if publication.base_is_printed(q)}
    answers = (o for q in questions for o in publication.answers(q).values())
    shares = [o for o in answers if o.unit == "percent" and publication.counts(o) is not None]
    shares = [o for o in shares if o.question_id in bases] or shares
    n = survey.respondents.value if survey.respondents.precision == "exact" else None
    impossible, misprint, why_none = None, None, ""
    if shares:
        # Where bases or decimals differ, the average over the printed shares.
        impossible = sum(impossible_share(o.base_n, publication.decimals(o)) for o in shares) / len(shares)
        if {(o.base_n, publication.decimals(o)) for o in shares} == {(shares[0].base_n, 0)}:
            chances = [misprint_share(shares[0].base_n, points) for points in MISPRINTS]
            misprint = min(chances), max(chances)
    elif survey.weighted:
        why_none = "weighted answers"
    elif n is None:
        why_none = "number of answers unknown"
    else:
        why_none = "no exact share printed"
    return Power(
        survey_id=f"{publication.source.id}/{survey.id}",
        title=survey.title,
        n=None if n is None else int(n),
        impossible=impossible,
        why_none=why_none,
        misprint=misprint,
        same_rate=_same_rate(publication, survey),
        complete=sum(_is_complete(question) for question in questions),
        questions=len(questions),
    )


def _same_rate(publication: Publication, survey: Survey) -> int | None:
    rate, asked = known_value(survey.response_rate), known_value(survey.invited)
    if rate is None or asked is None:
        return None
    decimals = publication.decimals(publication.observations[f"{survey.id}/response-rate"])
    return len(implied_counts(rate, int(asked), decimals))


def _is_complete(question: Question) -> bool:
    one_choice = question.choice in ("single", "scale")
    return one_choice and all(a.value is not None and a.precision == "exact" for a in question.answers if not a.net)
