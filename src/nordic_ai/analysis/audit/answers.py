"""Check whether head counts give the answers to a question and whether they add up; say what this could have found."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import chain
from math import ceil, floor

from nordic_ai.analysis.audit.findings import Judgement, Result, fit, judge, unchecked
from nordic_ai.analysis.audit.printed import ONE_CHOICE, Publication, Row, base_is_printed, total_span
from nordic_ai.analysis.statistics import implied_counts, round_outwards
from nordic_ai.analysis.wording import amount, listed, number_range, percent
from nordic_ai.evidence.model import Question, Survey
from nordic_ai.evidence.values import MEAN


def head_counts(publication: Publication, survey: Survey) -> Iterator[Result]:
    """Check that some head count gives each share (GRIM for percentages); say once for a survey why that is unknown."""
    reasons: dict[str, Row] = {}
    for question in publication.questions_of(survey):
        for name, group, answers in publication.tables(question):
            shares = [a for a in answers if a.value is not None and a.unit == "percent"]
            base = publication.base(question, group)
            if shares and (no_counts := _why_no_counts(shares, survey)):
                reasons.setdefault(no_counts[2], []).extend(base or shares)
            elif shares:
                sure = base_is_printed(question, group)
                yield name, [*shares, *base], _judge_head_counts(publication, survey, shares, sure=sure)
    if reasons:
        yield survey.id, [*chain(*reasons.values())], ("", "cannot be checked", " ".join(reasons))


def _why_no_counts(shares: Row, survey: Survey) -> Judgement | None:
    """Say why head counts say nothing about the shares of a question; None where they do."""
    counted = [share for share in shares if share.counts is not None]
    if all(share.exact is None for share in shares):
        return unchecked("head-count/in words")
    if not counted:
        return unchecked("head-count/weighted" if survey.weighted else "head-count/base unknown")
    n, decimals = counted[0].observation.base_n, max(share.decimals for share in counted)
    if any(impossible_share(n, share.decimals) for share in counted):
        return None
    return unchecked("head-count/cannot fail", n=n, decimals=decimals)


def _judge_head_counts(publication: Publication, survey: Survey, shares: Row, *, sure: bool) -> Judgement:
    counted = [share for share in shares if share.counts is not None]
    impossible = [share for share in counted if not share.counts]
    ranges = [(share, number_range(share.counts) if share.counts else "no head count") for share in counted]
    computed = "; ".join(f"{share}: {counts}" for share, counts in ranges)
    words = {"n": counted[0].observation.base_n, "shares": impossible, "weighted": survey.weighted}
    if not impossible:
        counts = list(dict.fromkeys(f"{share} is {counts}" for share, counts in ranges))
        return judge("consistent", "head-count", computed, counts=counts, base_is_printed=sure, **words)
    if not publication.evidence_against_cutting(survey):
        return judge("within rounding", "head-count", computed, **words)
    if not sure:
        return unchecked("head-count/other base", computed, **words)
    return judge("contradicted", "head-count", computed, **words)


def adding_up(publication: Publication, survey: Survey) -> Iterator[Result]:
    """Check that the answers to a question with one choice come to everybody, or say how much is missing."""
    alone, about = [], []
    # Several answers by one respondent need not come to 100% together.
    for question in (question for question in publication.questions_of(survey) if question.choice in ONE_CHOICE):
        # A mean is no part of a whole.
        kinds = len([answer for answer in question.answers if answer.unit != MEAN])
        for name, group, answers in publication.tables(question):
            answers = [answer for answer in answers if answer.unit != MEAN]
            known = [answer for answer in answers if answer.value is not None]
            # What sums up others counts only where the others are not known.
            parts = [answer for answer in known if not answer.observation.net] or known
            if len(parts) < 2 <= kinds:
                alone.append(question)
                about += parts or answers[:1]
            elif parts:
                whole, sure = [*parts, *publication.base(question, group)], base_is_printed(question, group)
                all_told = len(known) == kinds
                yield name, whole, _judge_sum(publication, survey, question, parts, all_told=all_told, sure=sure)
    if alone:
        yield survey.id, about, unchecked("adding-up/one answer", **_count_lost(publication, alone))


def _count_lost(publication: Publication, questions: Sequence[Question]) -> dict[str, int]:
    """Count questions, and those of which a chart was lost that may hold what is missing."""
    lost = {shown for chart in publication.source.charts if chart.missing is not None for shown in chart.shows}
    return {"questions": len(questions), "lost": sum(question.id in lost for question in questions)}


def _judge_sum(
    publication: Publication, survey: Survey, question: Question, parts: Row, *, all_told: bool, sure: bool
) -> Judgement:
    if any(part.unit != "percent" for part in parts):
        return unchecked("adding-up/counts")
    if all(part.exact is not None for part in parts):
        lost = _count_lost(publication, [question])
        return _judge_exact_sum(publication, survey, parts, lost, all_told=all_told, sure=sure)
    limit = "less than about" if any(part.observation.direction == "above" for part in parts) else "about"
    ends = [100 - sum(part.ends[end] for part in parts) for end in (1, 0)]
    rest = f"{limit} {' to '.join(dict.fromkeys(percent(max(end, 0), 0) for end in ends))}"
    lost = _count_lost(publication, [question])
    return unchecked("adding-up/in words", f"rest: {rest}", shares=parts, rest=rest, **lost)


def _judge_exact_sum(
    publication: Publication, survey: Survey, parts: Row, lost: dict[str, int], *, all_told: bool, sure: bool
) -> Judgement:
    value, span, n = sum(part.value for part in parts), total_span(parts), parts[0].observation.base_n
    low, high = 100 - span.high, 100 - span.low
    ends = round_outwards(low, high, 1)
    total, rest = amount(value, "percent"), " to ".join(dict.fromkeys(percent(max(end, 0)) for end in ends))
    # A number of answers that is not printed with the question may be wrong, so it accuses nobody.
    words = {"n": n, "total": total, "low": ends[0], "high": ends[1], "rest": rest}
    words |= {"base_is_printed": sure, "people": None, **lost}
    computed, other_base = f"{total}; rest {rest}", False
    if all(part.counts for part in parts):
        people = [n - sum(part.counts[end] for part in parts) for end in (-1, 0)]
        words["people"] = number_range([max(end, 0) for end in people])
        words["counts"] = listed(number_range(part.counts) for part in parts)
        computed += f", {words['people']} of {n:,}"
        other_base = not sure and low <= 0 and not people[0] <= 0 <= people[1]
        low, high = people if sure else (low, high)
    if high < 0:
        return judge("contradicted", "adding-up/too much", computed, **words)
    if not all_told:
        return unchecked("adding-up/answers untold", computed, **words)
    if other_base:
        return unchecked("adding-up/other base", computed, **words)
    if low > 0 and _can_be_cut(publication, survey, parts):
        return judge("within rounding", "adding-up/cut", computed, **words)
    if low > 0:
        return judge("contradicted", "adding-up/too little", computed, **words)
    return judge(fit(value == 100, True), "adding-up", computed, **words)


def _can_be_cut(publication: Publication, survey: Survey, parts: Row) -> bool:
    """Say whether answers can be everybody if their decimals were cut off."""
    if publication.evidence_against_cutting(survey):
        return False
    if any(part.counts is None for part in parts):
        return sum(part.value + part.step for part in parts) > 100
    counts = [part.counts_if_cut for part in parts]
    return sum(c[0] for c in counts) <= parts[0].observation.base_n <= sum(c[-1] for c in counts)


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
    printable = 100 * 10**decimals + 1
    return 100 * (1 - len(_possible(n, decimals)) / printable)


def misprint_share(n: int, points: int) -> float:
    """Compute how many misprints of whole percentages, so many points too high or too low, no head count of n gives.

    It is in per cent of all misprints of that size that stay between 0 and 100. Unlike a share put down at random, a
    misprint starts from a percentage that a head count gives.

    >>> [round(misprint_share(58, points)) for points in (1, 2, 3, 5)]
    [72, 28, 44, 18]
    """
    possible = _possible(n)
    misprints = [share + off for share in possible for off in (-points, points) if 0 <= share + off <= 100]
    return 100 * sum(share not in possible for share in misprints) / len(misprints)


@cache
def _possible(n: int, decimals: int = 0) -> set[int]:
    """List the shares with so many decimals that a head count of n gives, in units of the last decimal."""
    # Head counts are few where shares with many decimals are not. What lies just between two shares may become either.
    shares, half = [Fraction(100 * 10**decimals * count, n) for count in range(n + 1)], Fraction(1, 2)
    return {floor(share + half) for share in shares} | {ceil(share - half) for share in shares}


def power_of(publication: Publication, survey: Survey) -> Power:
    """Compute what the checks of a survey's answers could find."""
    questions = publication.questions_of(survey)
    answers = [
        (question, answer, base_is_printed(question, group))
        for question in questions
        for _, group, answers in publication.tables(question)
        for answer in answers
    ]
    counted = [(a, sure) for _, a, sure in answers if a.unit == "percent" and a.counts is not None]
    # Only with a number of answers of its own can a share be called impossible.
    shares = [a for a, sure in counted if sure] or [a for a, _ in counted]
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
    untold = {question.id for question, a, _ in answers if a.exact is None and not a.observation.net}
    complete = sum(question.choice in ONE_CHOICE and question.id not in untold for question in questions)
    name = f"{publication.source.id}/{survey.id}"
    return Power(name, survey.title, n, impossible, why_none, misprint, same_rate, complete, len(questions))
