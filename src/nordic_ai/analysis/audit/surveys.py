"""Check what a survey prints about itself: response rates, sums of groups, margins of error, weights."""

from collections.abc import Iterator
from fractions import Fraction

from nordic_ai.analysis.audit.findings import Judgement, Result, fit, judge, unchecked
from nordic_ai.analysis.audit.printed import PrintedNumber, Publication, Row, parts_of, share_of
from nordic_ai.analysis.audit.relations import judge_total
from nordic_ai.analysis.observations import frame_size
from nordic_ai.analysis.statistics import Z, implied_counts, largest_margin
from nordic_ai.analysis.wording import percent, plain_number
from nordic_ai.evidence.surveys import Group, Survey


def response_rates(publication: Publication, survey: Survey) -> Iterator[Result]:
    """Recompute the response rates of a survey and of its groups."""
    for path, part in parts_of(survey).items():
        rate, _, asked = response = publication.response(path)
        # A group without rate and number asked is a row for those of whom it is not known where they belong.
        if part is survey or (rate.exact, asked.exact) != (None, None):
            yield path, response, _judge_response(publication, survey, part, response)


def _judge_response(publication: Publication, survey: Survey, part: Survey | Group, response: Row) -> Judgement:
    rate, answered, asked = response
    if answered.exact is None:
        return unchecked("response-rate/respondents unknown")
    n, share = int(answered.value), share_of(answered, asked)
    if share is None and rate.exact is None:
        frame = publication.country(survey).municipalities
        if part is not survey or not survey.frame_reference:
            return unchecked("response-rate/only respondents")
        share = Fraction(100 * n, frame)
        return unchecked("response-rate/country", percent(share), answered=n, municipalities=frame, share=share)
    if rate.exact is None:
        return unchecked("response-rate/rate unknown", percent(share), answered=n, asked=asked, share=share)
    fewest, most = rate.wholes(n)
    words = {"rate": rate, "answered": n, "asked": f"{fewest:,} to {most:,}" if most else "an unknown number"}
    if share is None:
        return unchecked("response-rate/invited unknown", f"{words['asked']} asked", **words)
    computed = percent(share, rate.decimals + 1)
    words["division"] = f"{answered} of {asked} is {computed}"
    cut, against = rate.is_cut_from(share), publication.evidence_against_cutting(survey)
    verdict = fit(share in rate.span, cut and not against)
    words |= {"not_cut": against if cut else "", "elsewhere": _elsewhere(part, answered, asked)}
    words["needed"] = implied_counts(rate.observation.value, int(asked.value), rate.decimals)
    words["rates"] = _plain_mean(publication, survey, rate) if part is survey else []
    return judge(verdict, "response-rate", computed, **words)


def _elsewhere(part: Survey | Group, answered: PrintedNumber, asked: PrintedNumber) -> Iterator[tuple[float, Fraction]]:
    """Yield other numbers of respondents or invited that are printed elsewhere, and the rate that each gives."""
    for number, quantity in ((answered, part.respondents), (asked, part.invited)):
        for other in dict.fromkeys(m.value for m in quantity.also if m.precision == "exact" and m.unit is None):
            over, under = (other, asked.value) if number is answered else (answered.value, other)
            if other != quantity.value and under:
                yield other, 100 * Fraction(over) / Fraction(under)


def _plain_mean(publication: Publication, survey: Survey, total: PrintedNumber) -> list[PrintedNumber]:
    """List the groups' rates where the total is the plain mean of them."""
    printed = publication.of(*(f"{survey.id}/{group.id}/response-rate" for group in survey.groups))
    rates = [rate for rate in printed if rate.exact is not None]
    is_mean = len(rates) > 1 and sum(rate.value for rate in rates) / len(rates) in total.span
    return rates if is_mean else []


def group_sums(publication: Publication, survey: Survey) -> Iterator[Result]:
    """Check that the groups' numbers of invited and of respondents come to the survey's."""
    for name in ("invited", "respondents") if survey.groups else ():
        numbers = publication.of(*(f"{path}/{name}" for path in parts_of(survey)))
        yield numbers[0].path, numbers, judge_total("", numbers, "group-sum")


def margins_of_error(publication: Publication, survey: Survey) -> Iterator[Result]:
    """Recompute a printed margin of error, with and without the finite population correction."""
    margin, answered = publication.of(f"{survey.id}/margin-of-error", f"{survey.id}/respondents")
    if margin.exact is not None:
        judgement = unchecked("margin-of-error/respondents unknown")
        if answered.exact is not None:
            judgement = _judge_margin(publication, survey, margin, int(answered.value))
        yield survey.id, [margin, answered], judgement


def _judge_margin(publication: Publication, survey: Survey, margin: PrintedNumber, n: int) -> Judgement:
    plain, printed, step = largest_margin(n), margin.observation.value, float(margin.step)
    frames, source = _frames(publication, survey, n)
    corrected = sorted({round(largest_margin(n, frame), 2) for frame in frames})
    margins = " to ".join(dict.fromkeys(f"{end:.2f}" for end in (corrected[0], corrected[-1]))) if corrected else ""
    computed = f"±{plain:.2f}" + (f"; corrected ±{margins}" if corrected else "")
    # How far the printed margin lies above those that may be meant.
    above = [printed - value for value in (plain, *corrected)]
    verdict, how = "contradicted", ""
    if any(0 <= distance < step for distance in above):
        verdict = "consistent"
    elif any(0 < -distance <= step / 2 for distance in above):
        verdict, how = "within rounding", "correctly rounded"
    elif any(0 < -distance < step for distance in above) and not publication.evidence_against_cutting(survey):
        verdict, how = "within rounding", "with its decimals cut off"
    elif survey.weighted and min(above) > 0:
        verdict = "cannot be checked"
    words = {"n": n, "margin": plain, "corrected": margins, "frame": source, "how": how, "weighted": survey.weighted}
    words |= {"printed": f"±{plain_number(printed, margin.decimals)}", "answers": printed and (50 * Z / printed) ** 2}
    return judge(verdict, "margin-of-error", computed, **words)


def _frames(publication: Publication, survey: Survey, n: int) -> tuple[list[int], str]:
    """Give the sizes that the frame may have where all of it was asked, and how they are known."""
    frame = frame_size(survey, publication.country(survey))
    if frame is not None:
        return [frame], f"a frame of {frame:,}, if all were asked"
    rate = publication.numbers[f"{survey.id}/response-rate"]
    if not survey.whole_frame_asked or rate.exact is None or rate.span.low <= 0 or rate.span.high > 100:
        return [], ""
    low, high = rate.wholes(n)
    return [low, high], f"{low:,} to {high:,} asked, by the printed response rate"


def largest_weights(publication: Publication, survey: Survey) -> Iterator[Result]:
    """Check that the largest weight is not below the average of all weights."""
    weight = publication.numbers.get(f"{survey.id}/largest-weight")
    if weight is None and survey.weighted:
        yield survey.id, publication.of(f"{survey.id}/respondents"), unchecked("largest-weight/unknown")
    elif weight is not None and weight.exact is None:
        yield survey.id, [weight], unchecked("largest-weight/no number")
    elif weight is not None:
        verdict = fit(weight.span.high >= 1)
        yield survey.id, [weight], judge(verdict, "largest-weight", "a largest weight of at least 1", weight=weight)
