"""Say what the cards of numbers say: on hover, focus and tap, and to screen readers as descriptions."""

from collections.abc import Iterator, Mapping, Sequence

from nordic_ai.analysis import wording
from nordic_ai.analysis.changes import compare
from nordic_ai.analysis.observations import Observation, locate
from nordic_ai.analysis.report import Report
from nordic_ai.evidence.languages import ENGLISH, current, gettext
from nordic_ai.evidence.model import ListItem, Source, WebAddress
from nordic_ai.evidence.values import MAIN_SUBJECT, Record
from nordic_ai.evidence.vocabularies import Term


def card_lines(record_ids: Sequence[str], report: Report) -> list[str]:
    """Say, line by line, what readers want to know of a record, or of the numbers that one is computed from."""
    if len(record_ids) > 1:
        lines = [line for record in record_ids for line in card_lines([record], report)]
        first = _change_lines([report.observations[record] for record in record_ids], report)
        return [*first, gettext("Computed by this report, from:"), *dict.fromkeys(lines)]
    source_id, _, path = record_ids[0].partition("/")
    source = report.evidence.sources[source_id]
    if record_ids[0] in report.observations:
        observation = report.observations[record_ids[0]]
        if current() != ENGLISH:
            return [*_short_lines(observation, source, report)]
        return [*_observation_lines(observation, report), _place(source, observation.locator), *_source_lines(source)]
    if current() != ENGLISH:
        return [*_short_source_lines(source), gettext("The record itself is in English.")]
    record, text = source.records[path], title_of(source.records[path])
    if isinstance(record, ListItem):
        text = f"{title_of(source.records[path.rpartition('/')[0]])}: {text}"
    subject = source.subject_of(record)
    about = [] if subject == MAIN_SUBJECT else [f"About {subject}, not about AI"]
    return [text, *about, _place(source, locate(source, getattr(record, "at", None))), *_source_lines(source)]


def addresses(record_ids: Sequence[str], report: Report) -> list[WebAddress]:
    """Give the addresses of the publications that records stand in; what tells several apart is in English."""
    sources = dict.fromkeys(name.partition("/")[0] for name in record_ids)
    many = None if current() == ENGLISH else 1
    return [address for name in sources for address in report.evidence.sources[name].addresses[:many]]


def term_lines(name: str, glossary: Mapping[str, Term], language: str) -> Iterator[str]:
    """Give on a page in another language its word for a term, if it has one, and the definition."""
    term = glossary[name]
    if word := term.words.get(language):
        yield word
    yield gettext(term.definition)


def title_of(record: Record) -> str:
    """Name a record without a number, by the field that the kind of record has for this."""
    return next(getattr(record, field) for field in ("title", "english", "label", "text") if hasattr(record, field))


def _observation_lines(observation: Observation, report: Report) -> Iterator[str]:
    label = observation.label.removesuffix(f": {observation.group}")
    yield f"{label}: {wording.format_share_of(observation)}"
    if len(report.evidence.sources[observation.source_id].countries) > 1:
        yield report.evidence.countries[observation.country].name
    if observation.missing:
        yield f"{'Not seen by us' if observation.not_seen else 'Not printed'}: {observation.missing}"
    if observation.question_id:
        yield report.measures[observation.question_id].wording
    base = wording.format_base(observation)
    if interval := wording.format_interval(observation):
        yield f"95% interval {interval}, n = {base}"
    elif observation.no_interval_because and observation.value is not None:
        yield f"No interval: {observation.no_interval_because}{f'; n = {base}' if base else ''}"
    if bounds := wording.format_bounds_in_full(observation):
        yield f"Whatever those who did not answer would have said: {bounds}"
    when = wording.format_when_asked(observation)
    if who := "; ".join(filter(None, (wording.format_who(observation), when, *wording.format_further(observation)))):
        yield who
    if observation.cited_from:
        yield f"Cited from {wording.in_sentence(observation.cited_from)}"
    if observation.note:
        yield f"Note: {observation.note}"


def _short_lines(observation: Observation, source: Source, report: Report) -> Iterator[str]:
    """Say on a page in another language what qualifies a number; notes stay in the record, which is in English."""
    measure = report.measures.get(observation.question_id)
    label, value = wording.format_label(observation, report.evidence), wording.format_value(observation)
    yield f"{label}: {value}"
    if measure:
        yield wording.format_question(measure.record)
    base = wording.format_base(observation)
    if base:
        yield f"n = {base}"
    if interval := wording.format_interval(observation):
        yield gettext("95% interval {interval}").format(interval=interval)
    elif observation.no_interval_because and observation.value is not None:
        yield gettext("No interval: {reason}").format(reason=gettext(observation.no_interval_because))
    if bounds := wording.format_bounds_in_full(observation):
        yield gettext("Whatever those who did not answer would have said: {bounds}").format(bounds=bounds)
    when = wording.format_period(observation.period_start, observation.period_end)
    when = when or (gettext("time {unknown}").format(unknown=wording.unknown(observation)) if measure else "")
    if who := "; ".join(filter(None, (wording.format_who(observation), when, *wording.format_further(observation)))):
        yield who
    yield wording.country_name(observation.country, report.evidence)
    if observation.cited_from:
        yield _capital(gettext("cited from {name}").format(name=wording.in_sentence(observation.cited_from)))
    yield from _short_source_lines(source)
    more = gettext("There are notes on this number; they and the whole record are in English.")
    yield more if observation.note or observation.period_note else gettext("The whole record is in English.")


def _short_source_lines(source: Source) -> Iterator[str]:
    yield wording.publication_name(source.short_name)
    if how := wording.format_how_read(source.reading.part, source.reading.via):
        yield _capital(how)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _source_lines(source: Source) -> Iterator[str]:
    """Say what qualifies everything in a publication: how much of it was read, and what its publisher stands for."""
    if how := wording.format_how_read(source.reading.part, source.reading.via):
        yield _capital(how)
    if interest := about_publisher(source):
        yield interest


def about_publisher(source: Source) -> str:
    """Say in a sentence what the publisher stands for or sells, if that is recorded."""
    interest = (source.interest and source.interest.text or "").split(". ")[0]
    return interest if not interest or source.publisher in interest else f"{source.publisher}: {interest}"


def _change_lines(observations: Sequence[Observation], report: Report) -> Iterator[str]:
    """Say how sure a change is; a sum, of answers to one question, has no such lines."""
    if len({observation.question_id for observation in observations}) == 1:
        return
    change = compare(*observations, report.decisions)
    difference = wording.format_change(change.value)
    yield gettext("Difference of the printed shares: {difference}").format(difference=difference)
    if change.ci_low is not None:
        interval = wording.format_change_interval(change.ci_low, change.ci_high)
        yield gettext("95% interval {interval}").format(interval=interval)
    yield change.sentence


def _place(source: Source, locator: str | None) -> str:
    return f"{source.short_name}: {locator}" if locator else source.short_name
