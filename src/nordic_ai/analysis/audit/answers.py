"""Check what the answers to a question say by themselves: whether head counts give them, whether they add up."""

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import chain

from nordic_ai.analysis.audit.findings import Judgement, Result, fit, judge, say, unchecked
from nordic_ai.analysis.audit.power import impossible_share
from nordic_ai.analysis.audit.printed import ONE_CHOICE, PrintedNumber, Publication, Row, base_is_printed, total_span
from nordic_ai.analysis.wording import listed, number_range, percent, plain_number
from nordic_ai.evidence.model import Question, Survey

_IF_ALL_ANSWERED = ", if all respondents answered this question"


def head_counts(publication: Publication, survey: Survey) -> Iterator[Result]:
    """Check that some head count gives each share (GRIM for percentages); say once for a survey why that is unknown."""
    reasons: dict[str, list[PrintedNumber]] = {}
    for question in publication.questions_of(survey):
        shares = [a for a in publication.answers(question) if a.value is not None and a.unit == "percent"]
        base = publication.base(question)
        if shares and (reason := _why_no_counts(shares, survey)):
            reasons.setdefault(reason, []).append(base)
        elif shares:
            yield question.id, [*shares, base], _judge_head_counts(publication, survey, question, shares)
    if reasons:
        yield survey.id, [*chain(*reasons.values())], ("", "cannot be checked", " ".join(reasons))


def _why_no_counts(shares: Row, survey: Survey) -> str:
    """Say why head counts say nothing about the shares of a question; empty where they do."""
    counted = [share for share in shares if share.counts is not None]
    if all(share.exact is None for share in shares):
        return say("head-count/in words")
    if not counted:
        return say("head-count/weighted" if survey.weighted else "head-count/base unknown")
    n, decimals = counted[0].observation.base_n, max(share.decimals for share in counted)
    if any(impossible_share(n, share.decimals) for share in counted):
        return ""
    whole = "whole percentage" if decimals == 0 else f"percentage with {decimals} decimal{'s' * (decimals > 1)}"
    return say("head-count/cannot fail", n=n, percentage=whole)


def _judge_head_counts(publication: Publication, survey: Survey, question: Question, shares: Row) -> Judgement:
    counted = [share for share in shares if share.counts is not None]
    n = counted[0].observation.base_n
    ranges = [(str(share), number_range(share.counts) if share.counts else "no head count") for share in counted]
    computed = "; ".join(f"{share}: {counts}" for share, counts in ranges)
    impossible = [share for share in counted if not share.counts]
    if not impossible:
        counts = listed(dict.fromkeys(f"{share} is {counts}" for share, counts in ranges))
        condition = "" if base_is_printed(question) else _IF_ALL_ANSWERED
        return judge("consistent", "head-count", computed, n=n, condition=condition, counts=counts)
    shares, nearest = listed(impossible), " ".join(map(_nearest, impossible))
    words = {"n": n, "shares": shares, "nearest": nearest}
    if not publication.evidence_against_cutting(survey):
        return judge("within rounding", "head-count", computed, **words)
    if not base_is_printed(question):
        return unchecked("head-count/other base", computed, **words)
    weights = say("head-count/weights") if survey.weighted is None else ""
    return judge("contradicted", "head-count", computed, [weights], **words)


def _nearest(share: PrintedNumber) -> str:
    """Give the two head counts around an impossible share."""
    n = share.observation.base_n
    below = math.floor(share.value * n / 100)
    pair = [f"{k:,} are {percent(Fraction(100 * k, n), share.decimals + 1)}" for k in (below, below + 1)]
    return say("head-count/nearest", n=n, shares=listed(pair))


def adding_up(publication: Publication, survey: Survey) -> Iterator[Result]:
    """Check that the answers to a question with one choice come to everybody, or say how much is missing."""
    alone, about = [], []
    # Several answers by one respondent need not come to 100% together.
    for question in (question for question in publication.questions_of(survey) if question.choice in ONE_CHOICE):
        answers = publication.answers(question)
        known = [answer for answer in answers if answer.value is not None]
        # What sums up others counts only where the others are not known.
        parts = [answer for answer in known if not answer.observation.net] or known
        if len(parts) < 2 <= len(answers):
            alone.append(question)
            about += parts or answers[:1]
        else:
            yield question.id, [*parts, publication.base(question)], _judge_sum(publication, survey, question, parts)
    if alone:
        which = "Of this question" if len(alone) == 1 else "Of each of these questions"
        yield survey.id, about, unchecked("adding-up/one answer", which=which, lost=_lost(publication, alone))


def _lost(publication: Publication, questions: Sequence[Question]) -> str:
    """Say that charts were lost that may hold what is missing of questions."""
    lost_charts = [chart for chart in publication.source.charts if chart.missing is not None]
    lost = [question for question in questions if any(question.id in chart.shows for chart in lost_charts)]
    if lost and len(questions) == 1:
        return "; the chart that may show more was lost"
    some = "the" if len(lost) == len(questions) else "some of the"
    return f"; {some} charts that may show more were lost" if lost else ""


def _judge_sum(publication: Publication, survey: Survey, question: Question, parts: Row) -> Judgement:
    if any(part.unit != "percent" for part in parts):
        return unchecked("adding-up/counts")
    if all(part.exact is not None for part in parts):
        return _judge_exact_sum(publication, survey, question, parts)
    limit = "less than about" if any(part.observation.direction == "above" for part in parts) else "about"
    rest = f"{limit} {percent(max(100 - sum(part.value for part in parts), 0), 0)}"
    shares, lost = listed(parts), _lost(publication, [question])
    return unchecked("adding-up/in words", f"rest: {rest}", lost=lost, shares=shares, rest=rest)


def _judge_exact_sum(publication: Publication, survey: Survey, question: Question, parts: Row) -> Judgement:
    value, span, n = sum(part.value for part in parts), total_span(parts), parts[0].observation.base_n
    low, high = 100 - span.high, 100 - span.low
    left = " to ".join(dict.fromkeys(percent(max(end, 0)) for end in (low, high)))
    words = {"total": f"{plain_number(float(value))}%", "low": percent(low), "high": percent(high), "n": n}
    computed, people = f"{words['total']}; rest {left}", []
    # A number of answers that is not printed with the question may be wrong, so it accuses nobody.
    sure = base_is_printed(question)
    if all(part.counts for part in parts):
        people = [n - sum(part.counts[end] for part in parts) for end in (-1, 0)]
        words["people"] = number_range([max(end, 0) for end in people])
        words["counts"] = listed(number_range(part.counts) for part in parts)
        computed += f", {words['people']} of {n:,}"
        left += f" ({words['people']} of {n:,}{'' if sure else _IF_ALL_ANSWERED})"
        low, high = people if sure else (low, high)
    if high < 0:
        more = [say("adding-up/more than all", **words) if people else ""]
        return judge("contradicted", "adding-up/too much", computed, more, **words)
    if any(answer.value is None for answer in question.answers):
        lost = _lost(publication, [question])
        return unchecked("adding-up/answers untold", computed, lost=lost, rest=left, **words)
    if people and not sure and low <= 0 and not people[0] <= 0 <= people[1]:
        return unchecked("adding-up/other base", computed, **words)
    if low > 0 and _can_be_cut(publication, survey, question, parts):
        return judge("within rounding", "adding-up/cut", computed, **words)
    if low > 0:
        missing = say("adding-up/people missing" if people else "adding-up/share missing", **words)
        return judge("contradicted", "adding-up/too little", computed, missing=missing, **words)
    more = [say("adding-up/everybody", **words) if people and value != 100 else ""]
    return judge(fit(value == 100, True), "adding-up", computed, more, **words)


def _can_be_cut(publication: Publication, survey: Survey, question: Question, parts: Row) -> bool:
    """Say whether answers can be everybody if their decimals were cut off."""
    if publication.evidence_against_cutting(survey):
        return False
    if any(part.counts is None for part in parts):
        return sum(part.value + part.step for part in parts) > 100
    counts = [part.counts_if_cut for part in parts]
    return sum(c[0] for c in counts) <= parts[0].observation.base_n <= sum(c[-1] for c in counts)
