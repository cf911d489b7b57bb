"""Check what the answers to a question say by themselves: whether head counts give them, whether they add up."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from nordic_ai.analysis.audit.findings import Finding, Judgement, Publication, cut_counts, exact, unchecked
from nordic_ai.analysis.audit.power import impossible_share
from nordic_ai.analysis.observations import Observation
from nordic_ai.analysis.wording import listed, number_range, percent, plain_number
from nordic_ai.evidence.model import Question, Survey


def head_counts(publication: Publication) -> Iterator[Finding]:
    """Check that some number of respondents gives each share, question by question (GRIM for percentages).

    What makes the check impossible is told once for all questions of a survey that it concerns.
    """
    for survey in publication.source.surveys:
        reasons: dict[str, list[str]] = {}
        for question in publication.questions_of(survey):
            answers = publication.answers(question)
            told = {path: o for path, o in answers.items() if o.value is not None and o.unit == "percent"}
            counted = {o: counts for o in told.values() if (counts := publication.counts(o)) is not None}
            if not told:
                continue
            if reason := _why_no_counts(publication, survey, told.values(), counted):
                reasons.setdefault(reason, []).append(publication.base(question))
            else:
                judgement = _judge_head_counts(publication, question, counted)
                yield publication.finding("head-count", question.id, [*told, publication.base(question)], judgement)
        if reasons:
            about = [path for bases in reasons.values() for path in bases]
            yield publication.finding("head-count", survey.id, about, unchecked(" ".join(reasons)))


def _judge_head_counts(
    publication: Publication, question: Question, counted: Mapping[Observation, Sequence[int]]
) -> Judgement:
    n = next(iter(counted)).base_n
    computed = "; ".join(
        f"{publication.told(o)}: {number_range(counts) if counts else 'no head count'}" for o, counts in counted.items()
    )
    impossible = [o for o, counts in counted.items() if not counts]
    if not impossible:
        people = listed(
            dict.fromkeys(f"{publication.told(o)} is {number_range(counts)}" for o, counts in counted.items())
        )
        condition = "" if publication.base_is_printed(question) else ", if all respondents answered this question"
        return Judgement(
            "consistent", computed, f"Each share is what a head count of {n:,} answers gives{condition}: {people}."
        )
    shares = listed(publication.told(o) for o in impossible)
    if publication.decimals_may_be_cut(question.survey):
        return Judgement(
            "within rounding",
            computed,
            f"No head count of {n:,} answers rounds to {shares}. Cutting the decimals off instead of rounding gives "
            "every share of this survey.",
        )
    nearest = " ".join(_neighbours(publication, o) for o in impossible)
    if not publication.base_is_printed(question):
        return unchecked(
            f"No head count of {n:,} answers gives {shares}. {nearest} The text that was read tells no number of "
            "answers with this question, so another number may have answered it.",
            computed,
        )
    untold = publication.source.survey(question.survey).weighted is None
    weights = " Weighting could explain it; the publication tells of none." if untold else ""
    return Judgement(
        "contradicted", computed, f"No head count of the {n:,} printed answers gives {shares}. {nearest}{weights}"
    )


def _neighbours(publication: Publication, observation: Observation) -> str:
    """Tell the two head counts around an impossible share."""
    n, decimals = observation.base_n, publication.decimals(observation) + 1
    below = math.floor(exact(observation.value) * n / 100)
    pair = [f"{k:,} are {percent(Fraction(100 * k, n), decimals)}" for k in (below, below + 1)]
    return f"Of {n:,} answers {listed(pair)}."


def _why_no_counts(
    publication: Publication, survey: Survey, told: Iterable[Observation], counted: Mapping[Observation, Sequence[int]]
) -> str:
    """Say why head counts say nothing about the shares of a question; nothing where they do."""
    if not counted:
        if all(o.precision != "exact" for o in told):
            return (
                "In the text that was read the shares are told in words or approximately only, so no head counts can "
                "be worked out."
            )
        if survey.weighted:
            return "The answers are weighted, so a share is not a number of people divided by all."
        return "The number of answers is not told, so no head counts can be worked out."
    if any(impossible_share(o.base_n, publication.decimals(o)) for o in counted):
        return ""
    n, decimals = next(iter(counted)).base_n, max(publication.decimals(o) for o in counted)
    whole = "whole percentage" if decimals == 0 else f"percentage with {decimals} decimal{'s' * (decimals > 1)}"
    return f"Among {n:,} answers some head count gives every {whole}, so this check cannot find an error."


def adding_up(publication: Publication) -> Iterator[Finding]:
    """Check that the answers to a question with one choice come to everybody, and tell the size of what is hidden."""
    for survey in publication.source.surveys:
        alone, about = [], []
        for question in publication.questions_of(survey):
            if question.choice not in ("single", "scale"):
                continue  # several answers by one respondent need not come to 100% together
            answers = publication.answers(question)
            told = {path: o for path, o in answers.items() if o.value is not None}
            # What sums up others counts only where the others are not told.
            parts = {path: o for path, o in told.items() if not o.net} or told
            if len(parts) < 2 <= len(answers):
                alone.append(question)
                about += list(parts) or list(answers)[:1]
                continue
            judgement = _judge_sum(publication, question, list(parts.values()))
            yield publication.finding("adding-up", question.id, [*parts, publication.base(question)], judgement)
        if alone:
            which = "Of this question" if len(alone) == 1 else "Of each of these questions"
            sentence = (
                f"{which} the text that was read tells one answer or none, so there is nothing to add up"
                f"{_lost(publication, alone)}."
            )
            yield publication.finding("adding-up", survey.id, about, unchecked(sentence))


def _lost(publication: Publication, questions: Sequence[Question]) -> str:
    """Say that charts were lost that may hold what is not told of questions."""
    lost = [question for question in questions if publication.chart_is_lost(question)]
    if not lost:
        return ""
    if len(questions) == 1:
        return "; the chart that may show more was lost"
    return f"; {'the' if len(lost) == len(questions) else 'some of the'} charts that may show more were lost"


def _judge_sum(publication: Publication, question: Question, parts: Sequence[Observation]) -> Judgement:
    if any(o.unit != "percent" for o in parts):
        return unchecked("Not every answer is told as a share, so they are not added up.")
    untold = [answer.label for answer in question.answers if answer.value is None]
    total = sum(exact(o.value) for o in parts)
    if any(o.precision != "exact" for o in parts):
        hedge = "less than about" if any(o.direction == "above" for o in parts) else "about"
        read, rest = listed(publication.told(o) for o in parts), f"{hedge} {percent(max(100 - total, 0), 0)}"
        return unchecked(
            f"In the text that was read shares are told in words or approximately{_lost(publication, [question])}. "
            f"Read as {read}, they leave {rest} for all other answers.",
            f"rest: {rest}",
        )
    return _judge_exact_sum(publication, question, parts, total, untold)


def _judge_exact_sum(
    publication: Publication, question: Question, parts: Sequence[Observation], total: Fraction, untold: Sequence[str]
) -> Judgement:
    slack = sum(Fraction(1, 2 * 10 ** publication.decimals(o)) for o in parts)
    low, high = 100 - total - slack, 100 - total + slack
    printed = f"{plain_number(float(total))}%"
    counts = [publication.counts(o) for o in parts]
    n, rest, computed, explained = parts[0].base_n, None, f"{printed}; rest {_share_range(low, high)}", ""
    if all(counts):
        rest = n - sum(c[-1] for c in counts), n - sum(c[0] for c in counts)
        computed += f", {_people(rest)} of {n:,}"
        explained = f" As head counts of {n:,} they are {listed(number_range(c) for c in counts)}"
    # A number of answers that is not printed with the question may be wrong, so it accuses nobody.
    by_heads = rest is not None and publication.base_is_printed(question)
    short = rest[0] > 0 if by_heads else low > 0
    over = rest[1] < 0 if by_heads else high < 0
    cut = publication.decimals_may_be_cut(question.survey) and _can_be_cut(publication, parts, total + 2 * slack)
    if over:
        more = f"{explained}, which is more than all." if explained else ""
        return Judgement(
            "contradicted",
            computed,
            f"One answer could be given, and the printed ones come to {printed}, more than rounding can explain.{more}",
        )
    if untold:
        left = _share_range(low, high)
        if rest is not None:
            condition = "" if by_heads else ", if all respondents answered this question"
            left += f" ({_people(rest)} of {n:,}{condition})"
        return unchecked(
            f"The text that was read does not tell every answer{_lost(publication, [question])}. Those that it tells "
            f"come to {printed} and leave {left}.",
            computed,
        )
    if rest is not None and not by_heads and not short and not rest[0] <= 0 <= rest[1]:
        return unchecked(
            f"The answers come to {printed}.{explained}, which is not everybody. The text that was read tells no "
            "number of answers with this question, so another number may have answered it.",
            computed,
        )
    if short and cut:
        return Judgement(
            "within rounding",
            computed,
            f"The answers come to {printed}. Rounding does not explain what is missing; cutting decimals off would.",
        )
    if short:
        missing = f" Between {percent(low)} and {percent(high)} are in no printed answer."
        if explained:
            missing = f"{explained}, which leaves {_people(rest)} in no printed answer."
        return Judgement(
            "contradicted",
            computed,
            f"The printed answers come to {printed}, and rounding alone does not explain what is missing.{missing} "
            "They may not have answered this question, or chosen something that is not told.",
        )
    if total == 100:
        return Judgement("consistent", computed, f"The answers come to {printed}.")
    together = f"{explained}, which can be everybody." if explained else ""
    return Judgement(
        "within rounding", computed, f"The answers come to {printed}, because each was rounded by itself.{together}"
    )


def _can_be_cut(publication: Publication, parts: Sequence[Observation], most: Fraction) -> bool:
    """Say whether answers can be everybody if their decimals were cut off; `most` is what they could then come to."""
    if any(publication.counts(o) is None for o in parts):
        return most > 100
    n = parts[0].base_n
    counts = [cut_counts(o.value, n, publication.decimals(o)) for o in parts]
    return sum(c[0] for c in counts) <= n <= sum(c[-1] for c in counts)


def _share_range(low: Fraction, high: Fraction) -> str:
    low, high = max(low, Fraction(0)), max(high, Fraction(0))
    return percent(low) if low == high else f"{percent(low)} to {percent(high)}"


def _people(rest: tuple[int, int]) -> str:
    return number_range([max(end, 0) for end in rest])
