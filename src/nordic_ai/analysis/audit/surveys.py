"""Check what a survey prints about itself: response rates, sums of groups, margins of error, weights."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction

from nordic_ai.analysis.audit.findings import (
    RESPONSE,
    Finding,
    Judgement,
    Publication,
    cut_to,
    exact,
    known_value,
    parts_of,
    rounds_to,
    unchecked,
)
from nordic_ai.analysis.observations import Observation, frame_size
from nordic_ai.analysis.statistics import Z, implied_counts, largest_margin
from nordic_ai.analysis.wording import listed, number_range, percent, plain_number
from nordic_ai.evidence.model import Group, Quantity, Survey


def response_rates(publication: Publication) -> Iterator[Finding]:
    """Recompute the response rates of surveys and of their groups."""
    for survey in publication.source.surveys:
        for path, part in parts_of(survey):
            rated = known_value(part.response_rate) is not None or known_value(part.invited) is not None
            if isinstance(part, Group) and not rated:
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
        sentence += _plain_mean(survey, printed, decimals)
    return Judgement("contradicted", computed, " ".join(sentence))


def _without_rate(
    publication: Publication, survey: Survey, part: Survey | Group, answered: int, asked: float | None
) -> Judgement:
    if asked is not None:
        computed = percent(Fraction(100 * answered, int(asked)))
        return unchecked(f"No response rate is told. {answered:,} of {int(asked):,} asked is {computed}.", computed)
    if part is survey and survey.frame_reference:
        frame = publication.country.municipalities
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


def _plain_mean(survey: Survey, printed: Fraction, decimals: int) -> Iterator[str]:
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


def margins_of_error(publication: Publication) -> Iterator[Finding]:
    """Recompute a printed margin of error, with and without the finite population correction."""
    for survey in publication.source.surveys:
        path = f"{survey.id}/margin-of-error"
        if known_value(survey.margin_of_error) is None:
            continue
        about = [path, f"{survey.id}/respondents"]
        yield publication.finding("margin-of-error", survey.id, about, _judge_margin(publication, survey, path))


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
    frame = frame_size(survey, publication.country)
    if frame is not None:
        return [frame], f"a frame of {frame:,}, if all were asked"
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
