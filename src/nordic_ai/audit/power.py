"""Say what the checks could not have found: how much of what could be printed would be noticed as wrong."""

from __future__ import annotations

from dataclasses import dataclass

from nordic_ai.audit.findings import Publication, read_publications
from nordic_ai.evidence import Evidence
from nordic_ai.model import Question


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
    if n >= steps:
        return 0.0
    # A share that lies just between two printed ones may become either.
    reachable = {(2 * steps * count + n) // (2 * n) for count in range(n + 1)}
    reachable |= {-((n - 2 * steps * count) // (2 * n)) for count in range(n + 1)}
    return 100 * (steps + 1 - len(reachable)) / (steps + 1)


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
    complete: int
    """Questions whose answers are all printed exactly, so that a wrong sum would be noticed."""
    questions: int
    """Questions of the survey."""


def powers(evidence: Evidence) -> list[Power]:
    """Compute the power of the checks for every survey, in the order of the files."""
    return [
        _power(publication, survey_id)
        for publication in read_publications(evidence)
        for survey_id in publication.surveys
    ]


def _power(publication: Publication, survey_id: str) -> Power:
    survey = publication.surveys[survey_id]
    questions = [question for question in publication.source.questions if question.survey == survey_id]
    shares = [o for q in questions for o in publication.answers(q).values() if publication.counts(o) is not None]
    shares = [o for o in shares if o.unit == "percent"]
    n = survey.respondents.value if survey.respondents.precision == "exact" else None
    impossible, why_none = None, ""
    if shares:
        # Where bases or decimals differ, the average over the printed shares.
        impossible = sum(impossible_share(o.base_n, publication.decimals(o)) for o in shares) / len(shares)
    elif survey.weighted:
        why_none = "weighted answers"
    elif n is None:
        why_none = "number of answers unknown"
    else:
        why_none = "no exact share printed"
    return Power(
        survey_id=f"{publication.source.id}/{survey_id}",
        title=survey.title,
        n=None if n is None else int(n),
        impossible=impossible,
        why_none=why_none,
        complete=sum(_is_complete(question) for question in questions),
        questions=len(questions),
    )


def _is_complete(question: Question) -> bool:
    one_choice = question.choice in ("single", "scale")
    return one_choice and all(a.value is not None and a.precision == "exact" for a in question.answers if not a.net)
