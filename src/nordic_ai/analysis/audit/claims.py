"""Check what a publication says of one number: the same again elsewhere, a majority, the largest of several."""

from collections.abc import Iterator

from nordic_ai.analysis.audit.findings import Judgement, Result, fit, judge, unchecked
from nordic_ai.analysis.audit.printed import ONE_CHOICE, PrintedNumber, Publication, Row, Span, total_span
from nordic_ai.analysis.observations import uncorrected_interval
from nordic_ai.analysis.statistics import difference_reach, effective_n, round_outwards
from nordic_ai.analysis.wording import amount, format_change, is_majority, percent, plain_number, why_no_interval


def repeated(publication: Publication) -> Iterator[Result]:
    """Compare every further mention of a quantity with the first."""
    for again in publication.numbers.values():
        first = publication.first_mention(again)
        majority = is_majority(again.observation) and not is_majority(first.observation)
        limits = again.observation.precision == first.observation.precision == "bound"
        # The check of majorities says more of them; and two limits never contradict each other as a number does.
        if again is not first and not majority and not limits:
            yield again.path, [first, again], _compare(first, again)
    for question in publication.source.questions:
        if base := publication.numbers.get(f"{question.id}/base"):
            everybody = publication.numbers[f"{question.survey}/respondents"]
            judgement = unchecked("repeated/base unknown")
            if base.exact is not None and everybody.exact is not None:
                verdict = "consistent" if base.value == everybody.value else "cannot be checked"
                judgement = judge(verdict, f"repeated/base {verdict}", base=base, all=everybody)
            yield base.path, [everybody, base], judgement


def _compare(first: PrintedNumber, again: PrintedNumber) -> Judgement:
    if first.value is None:
        return unchecked("repeated/no first")
    if first.counted != again.counted:
        return _compare_share_and_count(first, again)
    value, span = first.amount, first.span
    # A saving is a change in expenditure with its sign turned; the record says so by giving it a name of its own.
    turned = value * again.amount < 0 and first.observation.label != again.observation.label
    if turned:
        value, span = -value, Span(-span.high, -span.low)
    difference, fits = again.amount - value, span.meets(again.span)
    computed = "" if first.unit == again.unit else amount(again.amount / first.scale, first.unit)
    precisions = first.observation.precision, again.observation.precision
    words = {"first": first, "again": again, "converted": computed, "turned": turned}
    words["value"] = amount(first.value, first.unit)
    in_points = first.unit == "percent"
    apart = format_change(float(abs(difference))) if in_points else amount(abs(difference) / first.scale, first.unit)
    words["difference"] = apart.lstrip("+")
    if "bound" in precisions:
        verdict = "contradicted" if not fits else "consistent" if difference else "within rounding"
        return judge(verdict, f"repeated/words {verdict}", computed, **words)
    if not difference:
        text = "repeated/same" if set(precisions) == {"exact"} else "repeated/words consistent"
        return judge("consistent", text, computed, **words)
    if fits or first.is_cut_of(again) or again.is_cut_of(first):
        return judge("within rounding", "repeated", computed, fits=fits, in_words="about" in precisions, **words)
    in_tens = first.unit == "percent" and _in_tens(first, again)
    return judge("contradicted", "repeated", computed or plain_number(difference), in_tens=in_tens, **words)


def _in_tens(first: PrintedNumber, again: PrintedNumber) -> bool:
    """Say whether one of two shares is the other in whole tens, as headings round."""
    low, high = sorted((first.amount, again.amount), key=lambda share: share % 10 == 0)
    return high % 10 == 0 and low % 10 != 0 and abs(high - low) <= 5


def _compare_share_and_count(first: PrintedNumber, again: PrintedNumber) -> Judgement:
    share, count = (first, again) if first.unit == "percent" else (again, first)
    n = first.observation.base_n
    if (share.unit, count.unit) != ("percent", "count") or n is None or count.exact is None:
        return unchecked("repeated/other units", first=first, again=again)
    value = 100 * count.value / n
    computed = percent(value, share.decimals + 1)
    words = {"division": f"{count} of {n:,} is {computed}", "share": share}
    verdict = fit(value in share.span)
    if first.weighted and verdict == "contradicted":
        return unchecked("repeated/share weighted", computed, **words)
    return judge(verdict, f"repeated/share {verdict}", computed, **words)


def majorities(publication: Publication) -> Iterator[Result]:
    """Check claims of a majority, all of one share at once, against the share and against its interval."""
    claims: dict[str, list[PrintedNumber]] = {}
    for number in publication.numbers.values():
        if is_majority(number.observation):
            claims.setdefault(publication.first_mention(number).path, []).append(number)
    for path, mentions in claims.items():
        first = publication.numbers[path]
        yield path, [first, *mentions], _judge_majority(publication, first)


def _judge_majority(publication: Publication, number: PrintedNumber) -> Judgement:
    observation, share = number.observation, str(number)
    if is_majority(observation):
        # Claimed without a share, except perhaps one given in other words.
        rows = [row for _, rows in publication.relations("other words") for row in rows.values() if number in row]
        maybe = [other for row in rows for other in row if other.unit == "percent" and other.exact is not None]
        return unchecked("majority/alone", again=number, maybe=maybe)
    if number.value is None or number.unit != "percent":
        return unchecked("majority/no share")
    if number.span.low <= 50:
        return judge(fit(False, number.span.high > 50), "majority", share, share=share)
    if observation.ci_low is None:
        return judge("consistent", "majority/no interval", share, share=share, reason=why_no_interval(observation))
    interval = f"{percent(observation.ci_low)} to {percent(observation.ci_high)}"
    words, computed = {"share": share, "interval": interval}, f"{share}; 95% interval {interval}"
    if observation.ci_low <= 50:
        return judge("consistent", "majority/in doubt", computed, **words)
    wide = uncorrected_interval(observation)
    if observation.frame_size is not None and wide.low <= 50:
        frame = observation.frame_size
        return judge("consistent", "majority/if all were asked", computed, frame=frame, wide=wide, **words)
    return judge("consistent", "majority/sure", computed, **words)


def largest(publication: Publication) -> Iterator[Result]:
    """Check that an answer called the largest is that among its question's answers."""
    for relation, rows in publication.relations("largest"):
        ((record, *_),) = rows.values()
        question = publication.source.question(relation.record.partition("/")[0])
        others = [a for a in publication.answers(question) if a is not record and not a.observation.net]
        about = [record, *(other for other in others if other.value is not None)]
        yield relation.id, about, _judge_largest(relation.text, question.choice, record, others)


def _judge_largest(claim: str, choice: str, record: PrintedNumber, others: Row) -> Judgement:
    known = sorted((other for other in others if other.value is not None), key=lambda other: -other.value)
    if record.value is None or not known:
        return unchecked("largest/unknown", claim=claim)
    second = known[0]
    computed = f"next: {second}"
    words = {"claim": claim, "share": record, "second": f"“{second.observation.label}” with {second}"}
    if larger := [other for other in known if other.span.low > record.span.high]:
        names = [f"“{other.observation.label}” has {other}" for other in larger]
        return judge("contradicted", "largest", computed, larger=names, **words)
    if second.value >= record.value:
        return judge("within rounding", "largest", computed, **words)
    if choice == "battery":
        return judge("consistent", "largest/battery", computed, **words)
    no_room = len(known) < len(others)
    if no_room:
        # With one choice, what is missing can be no larger than what the printed shares leave.
        room = 100 - total_span([record, *known]).low if choice in ONE_CHOICE else 100
        if room >= record.span.low:
            return unchecked("largest/untold", computed, **words)
        computed += f"; not told: {percent(round_outwards(0, room, 1)[1])} at most"
    reach, n = None, record.observation.base_n
    if choice in ONE_CHOICE and record.observation.ci_low is not None:
        shares = record.observation.value, second.observation.value
        reach = difference_reach(*shares, effective_n(n, record.observation.frame_size))
        reach = reach if shares[0] - shares[1] <= reach else None
    return judge("consistent", "largest", computed, no_room=no_room, reach=reach, n=n, **words)
