"""Say what the checks could not have found: how many errors in printed numbers would go unnoticed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import ceil, floor

from nordic_ai.analysis.audit.printed import ONE_CHOICE, Publication, base_is_printed, read_publications
from nordic_ai.analysis.observations import Observation
from nordic_ai.analysis.statistics import implied_counts
from nordic_ai.evidence.loading import Evidence
from nordic_ai.evidence.model import Survey


@dataclass(frozen=True)
class Power:
    """What the checks of one survey's answers could find; shares are in per cent."""

    survey_id: str
    title: str
    n: int | None
    impossible: float | None
    """Share of impossible percentages; None where no head counts can be had, for the reason `why_none`."""
    why_none: str
    misprint: tuple[float, float] | None
    """The lowest and the highest of the shares of misprints by 1, 2, 3, 4 and 5 points that no head count gives; None
    where no head counts can be had, or shares are printed with decimals or of several numbers."""
    same_rate: int | None
    """How many numbers of respondents give the survey's printed response rate; None where it has none."""
    complete: int
    """How many of its questions have all answers printed exactly, so that a wrong sum would be noticed."""
    questions: int


def impossible_share(n: int, decimals: int = 0) -> float:
    """Compute how many of the percentages that could be printed no head count of n answers gives, in per cent.

    It is the power of the check behind GRIM (Brown and Heathers 2017, doi:10.1177/1948550616673876): the chance that a
    share put down at random is noticed. Of 100 answers or more, every whole percentage is possible.

    >>> round(impossible_share(58), 1), impossible_share(100)
    (41.6, 0.0)
    """
    steps = 100 * 10**decimals
    return 100 * (steps + 1 - len(_possible(n, steps))) / (steps + 1)


def misprint_share(n: int, points: int) -> float:
    """Compute how many misprints of whole percentages, so many points too high or too low, no head count of n gives.

    It is in per cent of all misprints of that size that stay between 0 and 100. Unlike a share put down at random, a
    misprint starts from a percentage that a head count gives.

    >>> [round(misprint_share(58, points)) for points in (1, 2, 3, 5)]
    [72, 28, 44, 18]
    """
    possible = _possible(n, 100)
    misprints = [share + off for share in possible for off in (-points, points) if 0 <= share + off <= 100]
    return 100 * sum(share not in possible for share in misprints) / len(misprints)


@cache
def _possible(n: int, steps: int) -> set[int]:
    """List the printed shares that head counts of n give, in `steps` to the whole."""
    shares, half = [Fraction(steps * count, n) for count in range(n + 1)], Fraction(1, 2)
    # A share that lies just between two printed ones may become either.
    return {floor(share + half) for share in shares} | {ceil(share - half) for share in shares}


def powers(evidence: Evidence, observations: Mapping[str, Observation]) -> Iterator[Power]:
    """Compute the power of the checks for every survey, in the order of the files."""
    for publication in read_publications(evidence, observations):
        yield from (_power(publication, survey) for survey in publication.source.surveys)


def _power(publication: Publication, survey: Survey) -> Power:
    questions = publication.questions_of(survey)
    answers = [(question, answer) for question in questions for answer in publication.answers(question)]
    counted = [(question, a) for question, a in answers if a.unit == "percent" and a.counts is not None]
    # Only with a number of answers of its own can a share be called impossible.
    shares = [a for question, a in counted if base_is_printed(question)] or [a for _, a in counted]
    rate, answered, asked = publication.response(survey.id)
    impossible, misprint, why_none, same_rate = None, None, "", None
    if shares:
        # Where numbers of answers or decimals differ, the average over the printed shares.
        printed = [(share.observation.base_n, share.decimals) for share in shares]
        impossible = sum(impossible_share(*pair) for pair in printed) / len(printed)
        n = printed[0][0]
        if set(printed) == {(n, 0)}:
            chances = [misprint_share(n, points) for points in range(1, 6)]
            misprint = min(chances), max(chances)
    elif survey.weighted:
        why_none = "weighted answers"
    else:
        why_none = "number of answers unknown" if answered.exact is None else "no exact share printed"
    if rate.exact is not None and asked.exact is not None:
        same_rate = len(implied_counts(rate.observation.value, int(asked.value), rate.decimals))
    n = None if answered.exact is None else int(answered.value)
    untold = {question.id for question, a in answers if a.exact is None and not a.observation.net}
    complete = sum(question.choice in ONE_CHOICE and question.id not in untold for question in questions)
    name = f"{publication.source.id}/{survey.id}"
    return Power(name, survey.title, n, impossible, why_none, misprint, same_rate, complete, len(questions))
