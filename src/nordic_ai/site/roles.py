"""Turn `` {ev}`id` `` in a chapter into a number that links to its evidence.

Each role resolves ids against the evidence base and refuses what makes no sense for them; nothing is typed by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from docutils import nodes
from sphinx.util.docutils import ReferenceRole, SphinxRole

from nordic_ai.analysis.changes import Change, compare
from nordic_ai.analysis.observations import Observation
from nordic_ai.analysis.report import Report
from nordic_ai.analysis.wording import (
    format_bounds,
    format_change,
    format_change_interval,
    format_count,
    format_interval,
    format_share,
    format_value,
    listed,
)
from nordic_ai.evidence.glossary import find_term
from nordic_ai.evidence.loading import Evidence
from nordic_ai.site.domain import record_reference, report_domain, term_reference


class Refused(ValueError):
    """A number that a role cannot give, with the reason as a sentence."""


def _value(observation: Observation, report: Report) -> str:
    if observation.value is None:
        raise Refused(f"`{observation.observation_id}` has no number: {observation.missing}")
    return format_value(observation)


def _interval(observation: Observation, report: Report) -> str:
    interval = format_interval(observation)
    if interval is None:
        reason = observation.no_interval_because or "it is not a share of answers"
        raise Refused(f"`{observation.observation_id}` has no interval: {reason}")
    return interval


def _uncorrected_interval(observation: Observation, report: Report) -> str:
    _interval(observation, report)
    interval = report.uncorrected_intervals.get(observation.observation_id)
    if interval is None:
        raise Refused(f"`{observation.observation_id}` has no corrected interval; use `ev-ci`")
    return _interval(replace(observation, ci_low=interval.low, ci_high=interval.high), report)


def _base(observation: Observation, report: Report) -> str:
    if observation.base_n is None:
        raise Refused(f"`{observation.observation_id}` has no known number of answers")
    return f"{observation.base_n:,}"


def _count(observation: Observation, report: Report) -> str:
    if observation.implied_count is None or observation.base_n is None:
        raise Refused(f"`{observation.observation_id}` does not come from exactly one head count")
    return format_count(observation.implied_count, observation.base_n)


def _bounds(observation: Observation, report: Report) -> str:
    if observation.bound_low is None or observation.bound_high is None:
        reason = observation.no_interval_because or (
            "neither how many there are nor how many were invited is known, or not all respondents count"
            if observation.kind == "answer"
            else "it is not a share of answers"
        )
        raise Refused(f"`{observation.observation_id}` has no bounds: {reason}")
    return format_bounds(observation.bound_low, observation.bound_high)


def _compared(then: Observation, now: Observation, report: Report) -> Change:
    known = report.changes.get((then.observation_id, now.observation_id))
    try:
        return known or compare(then, now)  # which says why there is none
    except ValueError as error:
        raise Refused(str(error)) from None


def _change(then: Observation, now: Observation, report: Report) -> str:
    return format_change(_compared(then, now, report).value)


def _change_interval(then: Observation, now: Observation, report: Report) -> str:
    change = _compared(then, now, report)
    if change.ci_low is None:
        raise Refused(f"the change has no interval: {change.cannot_be_tested_because}")
    return format_change_interval(change.ci_low, change.ci_high)


def _change_note(then: Observation, now: Observation, report: Report) -> str:
    return _compared(then, now, report).sentence


def _total(*values: Any) -> str:
    observations: tuple[Observation, ...] = values[:-1]
    if len({observation.question_id for observation in observations}) != 1:
        raise Refused("only answers to one question can be added up")
    if len({observation.observation_id for observation in observations}) != len(observations):
        raise Refused("an answer is named twice")
    if observations[0].choice not in ("single", "scale"):
        raise Refused("respondents could give several answers to this question, so the answers are not added up")
    for observation in observations:
        if observation.net:
            raise Refused(f"`{observation.observation_id}` sums up other answers already")
        if observation.restates:
            raise Refused(f"`{observation.observation_id}` mentions a number again; name the first mention")
        if observation.implied_count_low is None:
            raise Refused(
                f"`{observation.observation_id}` has no head count, and rounded shares are not added up: "
                f"{observation.no_interval_because}"
            )
    n = observations[0].base_n
    fewest, most = sum(o.implied_count_low for o in observations), sum(o.implied_count_high for o in observations)
    if fewest > n:
        raise Refused(f"the answers come from {fewest:,} respondents at least, but only {n:,} answered")
    return format_share(100 * fewest / n, 100 * min(most, n) / n)


# Role name: number of ids it takes (None: two or more), and what it writes.
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
    "ev-sum": (None, _total),
}


def write_number(variant: str, text: str, report: Report) -> tuple[str, list[str]]:
    """Resolve a role's content.

    Parameters
    ----------
    variant
        A key of `VARIANTS`.
    text
        Ids separated by white space.
    report
        Where the ids are looked up.

    Returns
    -------
    tuple of str and list of str
        The number as it reads in the sentence, and the ids it comes from.

    Raises
    ------
    Refused
        If an id is unknown, or the variant makes no sense for the observations.
    """
    ids = text.split()
    wanted, write = VARIANTS[variant]
    if len(ids) != wanted if wanted else len(ids) < 2:
        raise Refused(
            f"takes {wanted or 'two or more'} id{'' if wanted == 1 else 's'}, separated by spaces, not {len(ids)}"
        )
    unknown = [name for name in ids if name not in report.observations]
    if unknown:
        raise Refused(unknown_id(unknown[0], report))
    return write(*(report.observations[name] for name in ids), report), ids


def unknown_id(name: str, report: Report) -> str:
    """Say that no record has an id, or that it is retired."""
    retired = report.evidence.retired
    if name in retired:
        instead = f"; use `{retired[name].instead}`" if retired[name].instead else ""
        return f"the id `{name}` is retired ({retired[name].why.rstrip('.')}){instead}"
    return f"no record has the id `{name}`; see the evidence register for those that exist"


class EvidenceRole(SphinxRole):
    """The roles of `VARIANTS`."""

    def resolve(self) -> tuple[str, list[str]]:
        """Give the words to show and the ids that they come from."""
        return write_number(self.name.lower(), self.text, report_domain(self.env).report)

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Write the link, or report the file, the line and what is wrong."""
        try:
            shown, ids = self.resolve()
        except Refused as refused:
            message = self.inliner.reporter.error(f"{{{self.name}}}`{self.text}`: {refused}", line=self.lineno)
            return [self.inliner.problematic(self.rawtext, self.rawtext, message)], [message]
        report_domain(self.env).note_uses(ids)
        if self.name.lower() == "ev-change-note":
            # A sentence, which follows a number that is linked; a link as long as that helps nobody.
            return [nodes.inline(self.rawtext, shown)], []
        role = self.name.lower()
        return [record_reference(shown, ids, role, in_words=role not in VARIANTS)], []


class SourceRole(EvidenceRole):
    """`` {ev-source}`id` ``: the publication's name as a link to one of its records, for findings without a number."""

    def resolve(self) -> tuple[str, list[str]]:
        """Name the publisher and the year."""
        source_id, _, path = self.text.partition("/")
        report = report_domain(self.env).report
        source = report.evidence.sources.get(source_id)
        if source is None or path not in source.ids:
            raise Refused(unknown_id(self.text, report))
        return source.short_name, [self.text]


def name_unread(sentence: str, evidence: Evidence) -> str:
    """Put the countries without a publication in the place of the dots; no sentence is left when there are none."""
    countries = evidence.countries_unread
    return sentence.replace("…", listed(countries, "or")) if countries else ""


class UnreadRole(SphinxRole):
    """`` {unread}`Nothing from … has been read.` ``: a sentence that is true whatever publications are added."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Write the sentence as it is true now."""
        return [nodes.Text(name_unread(self.text, report_domain(self.env).report.evidence))], []


class TermRole(ReferenceRole):
    """`` {term}`frames` `` or `` {term}`list of all <frame>` ``: words that link to their place in the glossary."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Write the link, or report the file, the line and what is wrong."""
        name = find_term(self.target, report_domain(self.env).glossary)
        if name is None:
            message = self.inliner.reporter.error(
                f"{{term}}`{self.text}`: the glossary has no term `{self.target}`; "
                "add it to data/glossary.yml or name one that is there",
                line=self.lineno,
            )
            return [self.inliner.problematic(self.rawtext, self.rawtext, message)], [message]
        return [term_reference(self.title, name)], []
