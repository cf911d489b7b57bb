"""The roles of chapters: `` {ev}`id` `` becomes a number that links to its evidence, so that none is typed by hand.

A role refuses what is unknown or makes no sense for the records it names, and the build ends with its reason.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.util.docutils import ReferenceRole

from nordic_ai.analysis import wording
from nordic_ai.analysis.changes import Change, compare
from nordic_ai.analysis.observations import NOT_A_SHARE_OF_ANSWERS, Observation
from nordic_ai.analysis.report import Report
from nordic_ai.evidence.loading import Evidence
from nordic_ai.evidence.vocabularies import find_term
from nordic_ai.site.domain import ReportDomain, report_domain


class Refused(ValueError):
    """What a role cannot write, with the reason as a sentence."""


def _require(found: object, observation: Observation, otherwise: str) -> None:
    if found is None:
        raise Refused(f"`{observation.observation_id}` {otherwise}")


def _value(observation: Observation, report: Report) -> str:
    _require(observation.value, observation, f"has no number: {observation.missing}")
    return wording.format_value(observation)


def _interval(observation: Observation, report: Report) -> str:
    _require(observation.ci_low, observation, f"has no interval: {wording.why_no_interval(observation)}")
    return wording.format_interval(observation)


def _uncorrected_interval(observation: Observation, report: Report) -> str:
    _interval(observation, report)
    interval = report.uncorrected_intervals.get(observation.observation_id)
    _require(interval, observation, "has no corrected interval; use `ev-ci`")
    return _interval(replace(observation, ci_low=interval.low, ci_high=interval.high), report)


def _base(observation: Observation, report: Report) -> str:
    _require(observation.base_n, observation, "has no known number of answers")
    return f"{observation.base_n:,}"


def _count(observation: Observation, report: Report) -> str:
    _require(observation.implied_count, observation, "does not come from exactly one head count")
    return f"{observation.implied_count:,} of {observation.base_n:,}"


def _bounds(observation: Observation, report: Report) -> str:
    unknown = "neither how many there are nor how many were invited is known, or not all respondents count"
    reason = observation.no_interval_because or (unknown if observation.kind == "answer" else NOT_A_SHARE_OF_ANSWERS)
    _require(observation.bound_low, observation, f"has no bounds: {reason}")
    return wording.format_bounds(observation.bound_low, observation.bound_high)


def _compared(then: Observation, now: Observation, report: Report) -> Change:
    known = report.changes.get((then.observation_id, now.observation_id))
    try:
        return known or compare(then, now)  # which says why there is none
    except ValueError as error:
        raise Refused(str(error)) from None


def _change(then: Observation, now: Observation, report: Report) -> str:
    return wording.format_change(_compared(then, now, report).value)


def _change_interval(then: Observation, now: Observation, report: Report) -> str:
    change = _compared(then, now, report)
    if change.ci_low is None:
        raise Refused(f"the change has no interval: {change.cannot_be_tested_because}")
    return wording.format_change_interval(change.ci_low, change.ci_high)


def _change_note(then: Observation, now: Observation, report: Report) -> str:
    return _compared(then, now, report).sentence


def _sum(*arguments: Observation | Report) -> str:
    observations: tuple[Observation, ...] = arguments[:-1]
    if len({observation.question_id for observation in observations}) != 1:
        raise Refused("only answers to one question can be added up")
    if len({observation.observation_id for observation in observations}) != len(observations):
        raise Refused("an answer is named twice")
    if observations[0].choice not in ("single", "scale"):
        raise Refused("respondents could give several answers to this question, so the answers are not added up")
    for observation in observations:
        name = observation.observation_id
        if observation.net:
            raise Refused(f"`{name}` sums up other answers already")
        if observation.restates:
            raise Refused(f"`{name}` mentions a number again; name the first mention")
        if observation.implied_count_low is None:
            reason = f"rounded shares are not added up: {observation.no_interval_because}"
            raise Refused(f"`{name}` has no head count, and {reason}")
    n = observations[0].base_n
    fewest, most = sum(o.implied_count_low for o in observations), sum(o.implied_count_high for o in observations)
    if fewest > n:
        raise Refused(f"the answers come from {fewest:,} respondents at least, but only {n:,} answered")
    return wording.format_share(100 * fewest / n, 100 * min(most, n) / n)


VARIANTS: Mapping[str, tuple[int | None, Callable[..., str]]] = {
    "ev": (1, _value),
    "ev-ci": (1, _interval),
    "ev-ci-uncorrected": (1, _uncorrected_interval),
    "ev-n": (1, _base),
    "ev-count": (1, _count),
    "ev-bounds": (1, _bounds),
    "ev-change": (2, _change),
    "ev-change-ci": (2, _change_interval),
    "ev-change-note": (2, _change_note),
    "ev-sum": (None, _sum),
}
"""By role, the number of ids that it takes (None: two or more), and the function that writes it."""


def write_number(variant: str, text: str, report: Report) -> tuple[str, list[str]]:
    """Write the number that a role stands for; return it with the ids that it comes from.

    Raises
    ------
    Refused
        If an id is unknown, or the variant makes no sense for the observations.
    """
    ids = text.split()
    wanted, write = VARIANTS[variant]
    if len(ids) != wanted if wanted else len(ids) < 2:
        some = f"{wanted or 'two or more'} id{'' if wanted == 1 else 's'}"
        raise Refused(f"takes {some}, separated by spaces, not {len(ids)}")
    for name in ids:
        if name not in report.observations:
            raise Refused(unknown_id(name, report))
    return write(*(report.observations[name] for name in ids), report), ids


def unknown_id(name: str, report: Report) -> str:
    """Say that no record has an id, or that it is retired."""
    retired = report.evidence.retired
    if name in retired:
        instead = f"; use `{retired[name].instead}`" if retired[name].instead else ""
        return f"the id `{name}` is retired ({retired[name].why.rstrip('.')}){instead}"
    return f"no record has the id `{name}`; see the evidence register for those that exist"


class ReportRole(ReferenceRole):
    """What our roles share: the report, their links, and the file and line of what they refuse."""

    @property
    def domain(self) -> ReportDomain:
        """What pages take from the report."""
        return report_domain(self.env)

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Write what the role stands for, or report what is wrong."""
        try:
            return [self.write()], []
        except Refused as refused:
            name = self.name.rpartition(":")[2]  # without the domain of a role of Sphinx that ours replaces
            message = self.inliner.reporter.error(f"{{{name}}}`{self.text}`: {refused}", line=self.lineno)
            return [self.inliner.problematic(self.rawtext, self.rawtext, message)], [message]

    def write(self) -> nodes.Node:
        """Return the node for the role's text; raises `Refused`."""
        raise NotImplementedError

    def link(self, shown: str, classes: str, data: Mapping[str, str], **about: Any) -> pending_xref:
        """Return a link with a card; as a reference, so that Sphinx takes only its words into lists of contents."""
        link = {"classes": classes.split(), "data": data, **about}
        inner = nodes.inline("", shown)
        return pending_xref("", inner, refdomain="report", reftype="record", reftarget="", link=link)


class EvidenceRole(ReportRole):
    """The roles of `VARIANTS`."""

    def write(self) -> nodes.Node:
        """Link the number to its record."""
        variant = self.name
        shown, ids = write_number(variant, self.text, self.domain.report)
        self.domain.note_uses(ids)
        if variant == "ev-change-note":
            # A sentence, which follows a number that is linked; a link as long as that helps nobody.
            return nodes.inline(self.rawtext, shown)
        return self.link(shown, "ev", {"data-role": variant}, records=ids)


class SourceRole(ReportRole):
    """`` {ev-source}`id` ``: the publication's name as a link to one of its records, for findings without a number."""

    def write(self) -> nodes.Node:
        """Name the publisher and the year."""
        source_id, _, path = self.text.partition("/")
        source = self.domain.report.evidence.sources.get(source_id)
        if source is None or path not in source.records:
            raise Refused(unknown_id(self.text, self.domain.report))
        self.domain.note_uses([self.text])
        return self.link(source.short_name, "ev ev-words", {"data-role": "ev-source"}, records=[self.text])


class TermRole(ReportRole):
    """`` {term}`frames` `` or `` {term}`list of all <frame>` ``: words that link to their place in the glossary."""

    def write(self) -> nodes.Node:
        """Link the words to the term."""
        name = find_term(self.target, self.domain.glossary)
        if name is None:
            known = "add it to data/glossary.yml or name one that is there"
            raise Refused(f"the glossary has no term `{self.target}`; {known}")
        return self.link(self.title, "ev ev-words", {"data-more": "Open the glossary"}, term=name)


class UnreadRole(ReportRole):
    """`` {unread}`Nothing from … has been read.` ``: a sentence that is true whatever publications are added."""

    def write(self) -> nodes.Node:
        """Write the sentence as it is true now."""
        return nodes.Text(name_unread(self.text, self.domain.report.evidence))


def name_unread(sentence: str, evidence: Evidence) -> str:
    """Put the countries without a publication in the place of the dots; no sentence is left when there are none."""
    countries = evidence.countries_unread
    return sentence.replace("…", wording.listed(countries, "or")) if countries else ""
