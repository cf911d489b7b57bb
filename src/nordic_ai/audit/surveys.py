"""Check what a survey prints about itself and its answers: head counts, sums, rates, margins and weights."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from nordic_ai.audit.findings import (
    RESPONSE,
    Finding,
    Judgement,
    Publication,
    Z,
    cut_counts,
    cut_to,
    exact,
    known_value,
    listed,
    number_range,
    parts_of,
    percent,
    rounds_to,
    unchecked,
)
from nordic_ai.audit.power import impossible_share
from nordic_ai.formats import plain_number
from nordic_ai.model import Group, Quantity, Question, Survey
from nordic_ai.observations import Observation
from nordic_ai.statistics import effective_n, implied_counts

# Head counts -----------------------------------------------------------------------------------------------------


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
    weights = (
        ""
        if publication.surveys[question.survey].weighted is False
        else (" Weighting could explain it; the publication tells of none.")
    )
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


# Answers that add up ---------------------------------------------------------------------------------------------


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
        read = listed(publication.told(o) for o in parts)
        return unchecked(
            f"In the text that was read shares are told in words or approximately{_lost(publication, [question])}. "
            f"Read as {read}, they leave {hedge} {percent(max(100 - total, 0), 0)} for all other answers.",
            f"rest: {hedge} {percent(max(100 - total, 0), 0)}",
        )
    return _judge_exact_sum(publication, question, parts, total, untold)


def _judge_exact_sum(
    publication: Publication, question: Question, parts: Sequence[Observation], total: Fraction, untold: Sequence[str]
) -> Judgement:
    slack = sum(Fraction(1, 2 * 10 ** publication.decimals(o)) for o in parts)
    low, high = 100 - total - slack, 100 - total + slack
    printed = f"{plain_number(float(total))}%"
    counts = [publication.counts(o) for o in parts]
    n, heads, rest = parts[0].base_n, "", None
    if all(counts):
        rest = n - sum(c[-1] for c in counts), n - sum(c[0] for c in counts)
        heads = listed(number_range(c) for c in counts)
    # A number of answers that is not printed with the question may be wrong, so it accuses nobody.
    by_heads = rest is not None and publication.base_is_printed(question)
    short = rest[0] > 0 if by_heads else low > 0
    over = rest[1] < 0 if by_heads else high < 0
    computed = f"{printed}; rest {_share_range(low, high)}"
    if rest is not None:
        computed += f", {_people(rest)} of {n:,}"
    explained = f" As head counts of {n:,} they are {heads}" if rest is not None else ""
    cut = publication.decimals_may_be_cut(question.survey) and _can_be_cut(publication, parts, total + 2 * slack)
    if over:
        return Judgement(
            "contradicted",
            computed,
            f"One answer could be given, and the printed ones come to {printed}, more than rounding can explain."
            + (f"{explained}, which is more than all." if explained else ""),
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
        missing = (
            f"{explained}, which leaves {_people(rest)} in no printed answer."
            if explained
            else (f" Between {percent(low)} and {percent(high)} are in no printed answer.")
        )
        return Judgement(
            "contradicted",
            computed,
            f"The printed answers come to {printed}, and rounding alone does not explain what is missing.{missing} "
            "They may not have answered this question, or chosen something that is not told.",
        )
    if total == 100:
        return Judgement("consistent", computed, f"The answers come to {printed}.")
    together = f"{explained}, which can be everybody" if explained else ""
    return Judgement(
        "within rounding",
        computed,
        f"The answers come to {printed}, because each was rounded by itself.{together + '.' if together else ''}",
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
    return number_range(sorted({max(rest[0], 0), max(rest[1], 0)}))


# Response rates --------------------------------------------------------------------------------------------------


def response_rates(publication: Publication) -> Iterator[Finding]:
    """Recompute the response rates of surveys and of their groups."""
    for survey in publication.source.surveys:
        for path, part in parts_of(survey):
            if (
                isinstance(part, Group)
                and known_value(part.response_rate) is None
                and known_value(part.invited) is None
            ):
                continue  # a row for those of whom it is not known where they belong
            about = [f"{path}/{name}" for name in ("response-rate", "respondents", "invited")]
            yield publication.finding("response-rate", path, about, _judge_rate(publication, survey, path, part))


def _judge_rate(publication: Publication, survey: Survey, path: str, part: Survey | Group) -> Judgement:
    rate, answered, asked = (known_value(getattr(part, name)) for name in RESPONSE)
    if answered is None:
        return unchecked("The number of respondents is not told.")
    answered = int(answered)
    if rate is None:
        return _without_rate(publication, survey, part, answered, asked)
    observation = publication.observations[f"{path}/response-rate"]
    decimals, printed, shown = publication.decimals(observation), exact(rate), publication.told(observation)
    half = Fraction(1, 2 * 10**decimals)
    most = math.floor(100 * answered / (printed - half)) if printed > half else None
    would_ask = f"{math.ceil(100 * answered / (printed + half)):,} to {most:,}" if most else "an unknown number"
    if asked is None:
        return unchecked(
            f"How many were asked is not told. A rate of {shown} with {answered:,} respondents means that {would_ask} "
            "were asked.",
            f"{would_ask} asked",
        )
    asked = int(asked)
    value = Fraction(100 * answered, asked)
    computed = percent(value, decimals + 1)
    division = f"{answered:,} of {asked:,} is {computed}"
    if rounds_to(value, printed, decimals):
        return Judgement("consistent", computed, f"{division}, which rounds to {shown}.")
    cut = cut_to(value, printed, decimals)
    if cut and publication.decimals_may_be_cut(survey.id):
        return Judgement(
            "within rounding", computed, f"{division}. The printed {shown} is left when the decimals are cut off."
        )
    would_answer = implied_counts(rate, asked, decimals)
    needed = f"{number_range(would_answer)} respondents" if would_answer else "no number of respondents would do"
    sentence = [f"{division}, not {shown}. For {shown}, {needed} would be needed, or {would_ask} asked."]
    if cut:
        sentence.append(f"Cutting the decimals off gives it, but {publication.not_cut(survey.id)}.")
    sentence += _other_numbers(part, answered, asked, decimals)
    if isinstance(part, Survey):
        sentence += _plain_mean(publication, survey, printed, decimals)
    return Judgement("contradicted", computed, " ".join(sentence))


def _without_rate(
    publication: Publication, survey: Survey, part: Survey | Group, answered: int, asked: float | None
) -> Judgement:
    frame = publication.totals[survey.id] if isinstance(part, Survey) else None
    if asked is not None:
        computed = percent(Fraction(100 * answered, int(asked)))
        return unchecked(f"No response rate is told. {answered:,} of {int(asked):,} asked is {computed}.", computed)
    if frame is not None:
        computed = percent(Fraction(100 * answered, frame))
        return unchecked(
            f"Neither a response rate nor the number asked is told. {answered:,} of the country's {frame:,} "
            f"municipalities is {computed}.",
            computed,
        )
    return unchecked("Neither a response rate nor the number asked is told.")


def _other_numbers(part: Survey | Group, answered: int, asked: int, decimals: int) -> Iterator[str]:
    """Recompute with other numbers of respondents or invited that are printed elsewhere."""
    for name in ("respondents", "invited"):
        quantity: Quantity = getattr(part, name)
        for other in dict.fromkeys(m.value for m in quantity.also if m.precision == "exact" and m.unit is None):
            if other != quantity.value:
                over, under = (other, asked) if name == "respondents" else (answered, other)
                yield (
                    f"With the {plain_number(other)} printed elsewhere it is "
                    f"{percent(100 * exact(over) / exact(under), decimals + 1)}."
                )


def _plain_mean(publication: Publication, survey: Survey, printed: Fraction, decimals: int) -> Iterator[str]:
    """Tell where the total is the plain mean of the groups' rates."""
    rates = [exact(rate) for group in survey.groups if (rate := known_value(group.response_rate)) is not None]
    if len(rates) > 1 and rounds_to(sum(rates) / len(rates), printed, decimals):
        told = listed(percent(rate, decimals) for rate in rates)
        yield (
            f"The plain mean of the groups' printed rates, {told}, is {percent(sum(rates) / len(rates), decimals)}; "
            "in it each group weighs the same, however many were asked. Whether the total was made so is not told."
        )


def group_sums(publication: Publication) -> Iterator[Finding]:
    """Check that the groups' numbers of invited and of respondents come to the survey's."""
    for survey in publication.source.surveys:
        for name in ("invited", "respondents") if survey.groups else ():
            numbers = {f"{survey.id}/{group.id}/{name}": known_value(getattr(group, name)) for group in survey.groups}
            judgement = _judge_groups(known_value(getattr(survey, name)), list(numbers.values()))
            path = f"{survey.id}/{name}"
            yield publication.finding("group-sum", path, [path, *numbers], judgement)


def _judge_groups(total: float | None, numbers: Sequence[float | None]) -> Judgement:
    known = [number for number in numbers if number is not None]
    if total is None or not known:
        return unchecked("The total, or the number of every group, is not told.")
    together = sum(known)
    sums = f"{listed(plain_number(number) for number in known)} make {plain_number(together)}"
    gap = " A group without a number is counted as nothing." if len(known) < len(numbers) else ""
    if together == total:
        return Judgement("consistent", plain_number(together), f"{sums}, the printed total.{gap}")
    if together < total and gap:
        return unchecked(
            f"{sums}, {plain_number(total - together)} less than the printed {plain_number(total)}; the groups without "
            "a number may hold the rest.",
            plain_number(together),
        )
    return Judgement("contradicted", plain_number(together), f"{sums}, and the printed total is {plain_number(total)}.")


# Margins of error and weights ------------------------------------------------------------------------------------


def margins_of_error(publication: Publication) -> Iterator[Finding]:
    """Recompute a printed margin of error, with and without the finite population correction."""
    for survey in publication.source.surveys:
        path = f"{survey.id}/margin-of-error"
        if known_value(survey.margin_of_error) is None:
            continue
        about = [path, f"{survey.id}/respondents"]
        yield publication.finding("margin-of-error", survey.id, about, _judge_margin(publication, survey, path))


def largest_margin(n: int, frame: float | None = None) -> float:
    """Compute the margin of error of a share of 50% at a confidence of 95%.

    Parameters
    ----------
    n
        Number of answers, at least 1.
    frame
        Number of units in the frame if all of it was asked, for the finite population correction.

    Returns
    -------
    float
        In percentage points: 100 z sqrt(0.25 / n), with n corrected as in `effective_n`.

    Notes
    -----
    Cochran, Sampling Techniques (3rd ed. 1977), sections 3.2 and 3.6: the normal limits of a share.

    Examples
    --------
    >>> round(largest_margin(1000), 1)
    3.1
    """
    return 50 * Z / math.sqrt(effective_n(n, frame))


def _judge_margin(publication: Publication, survey: Survey, path: str) -> Judgement:
    n, printed = known_value(survey.respondents), known_value(survey.margin_of_error)
    if n is None:
        return unchecked("The number of respondents is not told, so no margin of error can be computed.")
    n = int(n)
    plain = largest_margin(n)
    frames, whence = _frames(publication, survey, n)
    corrected = sorted({round(largest_margin(n, frame), 2) for frame in frames})
    told = f"{plain:.2f} percentage points"
    with_correction = ""
    if corrected:
        reach = f"{corrected[0]:.2f}" + (f" to {corrected[-1]:.2f}" if len(corrected) > 1 else "")
        with_correction = f" With the correction for a finite population ({whence}) it is {reach}."
    computed = f"±{plain:.2f}" + (f"; corrected ±{reach}" if corrected else "")
    begin = f"For {n:,} answers the largest margin of error, that of a share of one half at 95% confidence, is {told}."
    decimals = publication.decimals(publication.observations[path])
    step = 10.0**-decimals
    candidates = [plain, *corrected]
    shown = f"±{plain_number(printed, decimals)}"
    weights = " Weighting usually makes it wider." if survey.weighted else ""
    if any(0 <= printed - value < step for value in candidates):
        return Judgement("consistent", computed, f"{begin}{with_correction} The printed {shown} covers that.")
    how = ""
    if any(0 < value - printed <= step / 2 for value in candidates):
        how = "correctly rounded"
    elif publication.decimals_may_be_cut(survey.id) and any(0 < value - printed < step for value in candidates):
        how = "with its decimals cut off"
    if how:
        return Judgement(
            "within rounding",
            computed,
            f"{begin}{with_correction} It is printed as {shown}: {how}, but a limit that is rounded down promises a "
            f"little too much.{weights}",
        )
    if survey.weighted and printed > max(candidates):
        return unchecked(
            f"{begin}{with_correction} The printed {shown} is wider, as weighting makes it; by how much is not told.",
            computed,
        )
    needed = (50 * Z / printed) ** 2 if printed else math.inf
    about = f" It would belong to about {needed:,.0f} answers." if math.isfinite(needed) else ""
    return Judgement("contradicted", computed, f"{begin}{with_correction} Printed is {shown}.{about}{weights}")


def _frames(publication: Publication, survey: Survey, n: int) -> tuple[list[float], str]:
    """Give the sizes that the frame may have where all of it was asked, and how they are known."""
    if publication.frames[survey.id] is not None:
        return [publication.frames[survey.id]], f"a frame of {publication.frames[survey.id]:,}, if all were asked"
    rate = known_value(survey.response_rate)
    if not survey.whole_frame_asked or rate is None:
        return [], ""
    half = Fraction(1, 2 * 10 ** publication.decimals(publication.observations[f"{survey.id}/response-rate"]))
    if exact(rate) <= half or exact(rate) + half > 100:
        return [], ""
    low, high = math.ceil(100 * n / (exact(rate) + half)), math.floor(100 * n / (exact(rate) - half))
    return [low, high], f"{low:,} to {high:,} asked, by the printed response rate"


def largest_weights(publication: Publication) -> Iterator[Finding]:
    """Check that the largest weight is not below the average of all weights."""
    for survey in publication.source.surveys:
        path = f"{survey.id}/largest-weight"
        if path in publication.observations:
            judgement = _judge_weight(publication, publication.observations[path])
            yield publication.finding("largest-weight", survey.id, [path], judgement)
        elif survey.weighted:
            judgement = unchecked("The answers are weighted, and the text that was read tells no weight.")
            yield publication.finding("largest-weight", survey.id, [f"{survey.id}/respondents"], judgement)


def _judge_weight(publication: Publication, observation: Observation) -> Judgement:
    if observation.value is None or observation.precision != "exact":
        return unchecked("The largest weight is not printed as a number.")
    rule = "Where a weight of 1 changes nothing, the weights are 1 on average, so the largest is at least 1."
    told = plain_number(observation.value)
    if publication.span(observation).high >= 1:
        return Judgement(
            "consistent", "a largest weight of at least 1", f"{rule} The printed {told} can be the largest."
        )
    return Judgement(
        "contradicted",
        "a largest weight of at least 1",
        f"{rule} The printed {told} cannot be the largest. It may be the smallest weight, or the largest distance from "
        "1; the publication does not say which.",
    )
