"""Check what a publication says of one number: the same again elsewhere, a majority, the largest of several."""

from collections.abc import Iterator, Sequence

from nordic_ai.analysis.audit.findings import Judgement, Result, fit, judge, say, unchecked
from nordic_ai.analysis.audit.printed import ONE_CHOICE, PrintedNumber, Publication, Span, total_span
from nordic_ai.analysis.observations import uncorrected_interval
from nordic_ai.analysis.statistics import difference_reach, effective_n
from nordic_ai.analysis.wording import amount, is_majority, listed, percent, plain_number, quoted, why_no_interval


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
                judgement = judge(verdict, f"repeated/base {verdict}", n=base, all=everybody)
            yield base.path, [everybody, base], judgement


def _compare(first: PrintedNumber, again: PrintedNumber) -> Judgement:
    if first.value is None:
        return unchecked("repeated/no first")
    if first.counted != again.counted:
        return _compare_share_and_count(first, again)
    value, span, signs = first.amount, first.span, ""
    labels = first.observation.label, again.observation.label
    if value * again.amount < 0 and labels[0] != labels[1]:
        # A saving is a change in expenditure with its sign turned; the record says so by giving it a name of its own.
        value, span = -value, Span(-span.high, -span.low)
        signs = say("repeated/signs", first=labels[0].lower(), again=labels[1].lower())
    difference, fits = again.amount - value, span.meets(again.span)
    computed = "" if first.unit == again.unit else amount(again.amount / first.scale, first.unit)
    precisions = first.observation.precision, again.observation.precision
    words = {
        "words": _in_words(again),
        "first": first,
        "value": amount(first.value, first.unit),
        "again": f"{again} is {computed}" if computed else again,
        "way": "up" if again.observation.direction == "below" else "down",
        "difference": amount(abs(difference) / first.scale, first.unit),
    }
    if "bound" in precisions:
        verdict = "contradicted" if not fits else "consistent" if difference else "within rounding"
        return judge(verdict, f"repeated/words {verdict}", computed, [signs], **words)
    if not difference:
        text = "repeated/same" if set(precisions) == {"exact"} else "repeated/words consistent"
        return judge("consistent", text, computed, [signs], **words)
    if fits:
        allowed = "words of that kind allow" if "about" in precisions else "rounding makes it"
        words["cause"] = f"the difference is no larger than {allowed}"
    elif first.is_cut_of(again) or again.is_cut_of(first):
        words["cause"] = "one is the other with decimals cut off"
    if "cause" in words:
        return judge("within rounding", "repeated", computed, [signs], **words)
    more = [signs, again.observation.note or ""]
    return judge("contradicted", "repeated", computed or plain_number(float(difference)), more, **words)


def _compare_share_and_count(first: PrintedNumber, again: PrintedNumber) -> Judgement:
    share, count = (first, again) if first.unit == "percent" else (again, first)
    n = first.observation.base_n
    if (share.unit, count.unit) != ("percent", "count") or n is None or count.exact is None:
        return unchecked("repeated/other units", first=first, again=again)
    value = 100 * count.value / n
    computed = percent(value, share.decimals + 1)
    words = {"division": f"{plain_number(count.observation.value)} of {n:,} is {computed}", "share": share}
    verdict = fit(value in share.span)
    if first.weighted and verdict == "contradicted":
        return unchecked("repeated/share weighted", computed, **words)
    return judge(verdict, f"repeated/share {verdict}", computed, **words)


def _in_words(number: PrintedNumber) -> str:
    return f"{quoted(number.observation.as_printed)}, read as {number},"


def majorities(publication: Publication) -> Iterator[Result]:
    """Check claims of a majority, all of one share at once, against the share and against its interval."""
    claims: dict[str, list[PrintedNumber]] = {}
    for number in publication.numbers.values():
        if is_majority(number.observation):
            claims.setdefault(publication.first_mention(number).path, []).append(number)
    for path, mentions in claims.items():
        first = publication.numbers[path]
        lone = is_majority(first.observation)
        judgement = _judge_lone_majority(publication, first) if lone else _judge_majority(first)
        yield path, [first, *mentions], judgement


def _judge_lone_majority(publication: Publication, claim: PrintedNumber) -> Judgement:
    """Judge a majority that is claimed without a share, except perhaps one given in other words."""
    rows = [row for _, rows in publication.relations("other words") for row in rows.values() if claim in row]
    maybe = []
    for share in (number for row in rows for number in row if number.unit == "percent" and number.exact is not None):
        low, high = share.observation.ci_low, share.observation.ci_high
        interval = "" if low is None else f" (95% interval {percent(low)} to {percent(high)})"
        maybe.append(say("majority/maybe", share=share, label=share.observation.label, interval=interval))
    return unchecked("majority/alone", more=maybe, words=_in_words(claim))


def _judge_majority(number: PrintedNumber) -> Judgement:
    if number.value is None or number.unit != "percent":
        return unchecked("majority/no share")
    observation, share = number.observation, str(number)
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
        words |= {"frame": observation.frame_size, "uncorrected": f"{percent(wide.low)} to {percent(wide.high)}"}
        return judge("consistent", "majority/if all were asked", computed, **words)
    return judge("consistent", "majority/sure", computed, **words)


def largest(publication: Publication) -> Iterator[Result]:
    """Check that an answer called the largest is that among its question's answers."""
    for relation, rows in publication.relations("largest"):
        ((record, *_),) = rows.values()
        question = publication.source.question(relation.record.partition("/")[0])
        others = [a for a in publication.answers(question) if a is not record and not a.observation.net]
        about = [record, *(other for other in others if other.value is not None)]
        yield relation.id, about, _judge_largest(relation.text, question.choice, record, others)


def _judge_largest(claim: str, choice: str, record: PrintedNumber, others: Sequence[PrintedNumber]) -> Judgement:
    known = sorted((other for other in others if other.value is not None), key=lambda other: -other.value)
    if record.value is None or not known:
        return unchecked("largest/unknown", claim=claim)
    second = known[0]
    computed = f"next: {second}"
    words = {"claim": claim, "share": record, "second": f"“{second.observation.label}” with {second}"}
    if larger := [other for other in known if other.span.low > record.span.high]:
        words["larger"] = listed(f"“{other.observation.label}” has {other}" for other in larger)
        return judge("contradicted", "largest", computed, **words)
    if second.value >= record.value:
        return judge("within rounding", "largest", computed, **words)
    if choice == "battery":
        return judge("consistent", "largest", computed, [say("largest/battery")], **words)
    more = [_chance(choice, record, second)]
    if len(known) < len(others):
        # With one choice, what is missing can be no larger than what the printed shares leave.
        room = 100 - total_span([record, *known]).low if choice in ONE_CHOICE else 100
        if room >= record.span.low:
            return unchecked("largest/consistent", computed, [say("largest/untold")], **words)
        computed += f"; not told: {percent(room)} at most"
        more.insert(0, say("largest/no room"))
    return judge("consistent", "largest", computed, more, **words)


def _chance(choice: str, record: PrintedNumber, runner_up: PrintedNumber) -> str:
    """Say so where chance alone may have set the largest share above the next."""
    largest, second = record.observation, runner_up.observation
    if choice not in ONE_CHOICE or largest.ci_low is None:
        return ""
    reach = difference_reach(largest.value, second.value, effective_n(largest.base_n, largest.frame_size))
    return say("largest/chance", n=largest.base_n, reach=reach) if largest.value - second.value <= reach else ""
