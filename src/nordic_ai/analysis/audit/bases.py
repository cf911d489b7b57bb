"""Infer a number of answers that is not printed from the shares themselves."""

from collections.abc import Iterator
from math import prod

from nordic_ai.analysis.audit.findings import Judgement, Result, unchecked
from nordic_ai.analysis.audit.printed import Publication, Row
from nordic_ai.analysis.statistics import implied_counts
from nordic_ai.evidence.model import Question, Survey
from nordic_ai.evidence.surveys import Subgroup

# With fewer shares too many numbers give them all.
_FEWEST = 3
_LIMIT = 2_000
"""Up to which numbers are tried where nothing says how many there are."""


def inferred_bases(publication: Publication, survey: Survey) -> Iterator[Result]:
    """Find the numbers of answers that give all exact shares of a question or group whose number is not told.

    It turns GRIM (see `statistics.implied_counts`) around: shares that one number of unweighted answers gives leave few
    numbers possible, the fewer the more decimals they have. What follows is a conclusion, and no interval rests on it.
    """
    for question in publication.questions_of(survey) if not survey.weighted else ():
        for name, group, answers in publication.tables(question):
            exact = [answer for answer in answers if answer.unit == "percent" and answer.exact is not None]
            shares = [share for share in exact if share.observation.base_n is None]
            if len(shares) >= _FEWEST:
                limit, why = _limit(publication, question, group)
                yield name, [*shares, *publication.base(question, group)], _judge(shares, limit, why)


def _limit(publication: Publication, question: Question, group: Subgroup | None) -> tuple[int, str]:
    """Give the largest number of answers that there can be, and where it comes from."""
    survey = publication.source.survey(question.survey)
    country, municipal = publication.country(survey), (group and group.municipal) or survey.municipal
    sizes = {"the frame": survey.frame, "those invited": survey.invited, "all respondents": survey.respondents}
    known = [(int(n.value), why) for why, n in sizes.items() if n.value is not None and n.precision == "exact"]
    of_bodies = publication.source.answers_for(question) in ("the municipality", "the organisation")
    if of_bodies and municipal == "only" and country.municipalities:
        known.append((country.municipalities, f"the municipalities of {country.name}"))
    return min(known, default=(_LIMIT, "as far as was tried"))


def _judge(shares: Row, limit: int, why: str) -> Judgement:
    printed = {(share.observation.value, share.decimals) for share in shares}
    found = [n for n in range(1, limit + 1) if all(implied_counts(value, n, decimals) for value, decimals in printed)]
    # Of n answers n + 1 head counts give as many shares, unless there are fewer that can be printed.
    printable = [100 * 10**decimals + 1 for _, decimals in printed]
    chances = (prod(min(1, (n + 1) / shares) for shares in printable) for n in range(1, limit + 1))
    words = {"limit": limit, "why": why, "found": found, "shares": shares, "expected": sum(chances)}
    if len(found) == 1:
        return unchecked("base/one", f"{found[0]} answers, inferred", **words)
    return unchecked("base/several" if found else "base/none", **words)
