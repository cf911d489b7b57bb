"""The roles of chapters: `` {ev}`id` `` becomes a number that links to its evidence, so that none is typed by hand.

A role refuses what is unknown or makes no sense for the records it names, and the build ends with its reason.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from docutils import nodes
from myst_parser.config.main import read_topmatter
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import ReferenceRole

from nordic_ai.analysis import wording
from nordic_ai.analysis.changes import Change, compare
from nordic_ai.analysis.observations import NOT_A_SHARE_OF_ANSWERS, Observation
from nordic_ai.analysis.report import Report
from nordic_ai.evidence.languages import ENGLISH, current, gettext, speaking
from nordic_ai.evidence.loading import Evidence
from nordic_ai.evidence.vocabularies import find_term
from nordic_ai.site.domain import Inputs, report_domain

_LANGUAGE = "nordic-ai language"


class Refused(ValueError):
    """What a role cannot write, with the reason as a sentence."""


_Writer = Callable[..., str]
"""Takes the observations that a role names, and the report; raises `Refused`."""


def _fact(field: str, write: Callable[[Observation], str], otherwise: Callable[[Observation], str]) -> _Writer:
    """Make the function that writes a fact of an observation, or says why there is none where the field is empty."""

    def write_fact(observation: Observation, report: Report) -> str:
        if getattr(observation, field) is None:
            raise Refused(f"`{observation.observation_id}` {otherwise(observation)}")
        return write(observation)

    return write_fact


_has_number = _fact("value", wording.format_value, lambda o: f"has no number: {o.missing}")
_interval = _fact("ci_low", wording.format_interval, lambda o: f"has no interval: {wording.why_no_interval(o)}")


def _share_of(observation: Observation, report: Report) -> str:
    _has_number(observation, report)
    if observation.unit != "percent" or observation.kind != "answer":
        raise Refused(f"`{observation.observation_id}` is no share of those who answered; use `ev`")
    return wording.format_share_of(observation)


def _uncorrected_interval(observation: Observation, report: Report) -> str:
    _interval(observation, report)
    interval = report.uncorrected_intervals.get(observation.observation_id)
    if interval is None:
        raise Refused(f"`{observation.observation_id}` has no corrected interval; use `ev-ci`")
    return wording.format_interval(replace(observation, ci_low=interval.low, ci_high=interval.high))


def _why_no_bounds(observation: Observation) -> str:
    unknown = "neither how many there are nor how many were invited is known, or not all respondents count"
    reason = unknown if observation.kind == "answer" else NOT_A_SHARE_OF_ANSWERS
    return f"has no bounds: {observation.no_interval_because or reason}"


def _compared(then: Observation, now: Observation, report: Report) -> Change:
    try:
        return compare(then, now, report.decisions)  # which says why there is none, and speaks the page's language
    except ValueError as error:
        raise Refused(str(error)) from None


def _change_interval(then: Observation, now: Observation, report: Report) -> str:
    change = _compared(then, now, report)
    if change.ci_low is None:
        raise Refused(f"the change has no interval: {change.cannot_be_tested_because}")
    return wording.format_change_interval(change.ci_low, change.ci_high)


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


VARIANTS: Mapping[str, tuple[int | None, _Writer]] = {
    "ev": (1, _has_number),
    "ev-of": (1, _share_of),
    "ev-ci": (1, _interval),
    "ev-ci-uncorrected": (1, _uncorrected_interval),
    "ev-n": (1, _fact("base_n", lambda o: wording.plain_number(o.base_n), lambda o: "has no known number of answers")),
    "ev-count": (
        1,
        _fact(
            "implied_count",
            lambda o: wording.format_part(o.implied_count, o.base_n),
            lambda o: "does not come from exactly one head count",
        ),
    ),
    "ev-bounds": (1, _fact("bound_low", lambda o: wording.format_bounds(o.bound_low, o.bound_high), _why_no_bounds)),
    "ev-change": (2, lambda then, now, report: wording.format_change(_compared(then, now, report).value)),
    "ev-change-ci": (2, _change_interval),
    "ev-change-note": (2, lambda then, now, report: _compared(then, now, report).sentence),
    "ev-sum": (None, _sum),
}
"""By role, the number of ids that it takes (None: two or more), and the function that writes it."""


def write_number(variant: str, text: str, report: Report) -> tuple[str, list[str]]:
    """Write the number that a role stands for; return it with the ids that it comes from.

    Raises `Refused` if an id is unknown, or the variant makes no sense for the observations.
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


def note_language(app: Sphinx, docname: str, source: list[str]) -> None:
    """Note the language of a page before it is read: its roles are written before Sphinx knows its front matter."""
    app.env.temp_data[_LANGUAGE] = (read_topmatter(source[0]) or {}).get("language", ENGLISH)


def language_being_read(env: BuildEnvironment) -> str:
    """Give the language of the page that is being read."""
    return env.temp_data.get(_LANGUAGE, ENGLISH)


class ReportRole(ReferenceRole):
    """A role that a function writes; what that refuses is reported with file and line."""

    def __init__(self, write: Callable[["ReportRole", Inputs], nodes.Node]) -> None:
        super().__init__()
        self._write = write

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Write what the role stands for, or report what is wrong."""
        try:
            with speaking(language_being_read(self.env)):
                return [self._write(self, report_domain(self.env).inputs)], []
        except Refused as refused:
            name = self.name.rpartition(":")[2]  # without the domain of a role of Sphinx that ours replaces
            message = self.inliner.reporter.error(f"{{{name}}}`{self.text}`: {refused}", line=self.lineno)
            return [self.inliner.problematic(self.rawtext, self.rawtext, message)], [message]


def _link(shown: str, classes: str, data: Mapping[str, str], **about: Any) -> pending_xref:
    """Return a link with a card; as a reference, so that Sphinx takes only its words into lists of contents."""
    if current() != ENGLISH and "records" in about:  # in English the script says so itself
        data = {**data, "data-more": gettext("Open the record (in English)")}
    link = {"classes": classes.split(), "data": data, **about}
    return pending_xref("", nodes.inline("", shown), refdomain="report", reftype="record", reftarget="", link=link)


def _number(role: ReportRole, inputs: Inputs) -> nodes.Node:
    """Write a number and link it to its record."""
    shown, ids = write_number(role.name, role.text, inputs.report)
    report_domain(role.env).note_uses(ids)
    if role.name == "ev-change-note":
        # A sentence, which follows a number that is linked; a link as long as that helps nobody.
        return nodes.inline(role.rawtext, shown)
    return _link(shown, "ev", {"data-role": role.name}, records=ids)


def _source(role: ReportRole, inputs: Inputs) -> nodes.Node:
    """Link a finding without a number to its record, by the words in `` `words <id>` ``, else by its publication."""
    source_id, _, path = role.target.partition("/")
    source = inputs.report.evidence.sources.get(source_id)
    if source is None or path not in source.records:
        raise Refused(unknown_id(role.target, inputs.report))
    report_domain(role.env).note_uses([role.target])
    shown = role.title if role.has_explicit_title else wording.publication_name(source.short_name)
    return _link(shown, "ev ev-words", {"data-role": "ev-source"}, records=[role.target])


def _term(role: ReportRole, inputs: Inputs) -> nodes.Node:
    """Link words, as in `` {term}`frames` `` or `` {term}`list of all <frame>` ``, to their place in the glossary."""
    name = find_term(role.target, inputs.glossary)
    if name is None:
        known = "add it to data/glossary.yml or name one that is there"
        raise Refused(f"the glossary has no term `{role.target}`; {known}")
    return _link(role.title, "ev ev-words", {"data-more": gettext("Open the glossary")}, term=name)


def _unread(role: ReportRole, inputs: Inputs) -> nodes.Node:
    """Write a sentence that is true whatever publications are added."""
    return nodes.Text(name_unread(role.text, inputs.report.evidence))


def name_unread(sentence: str, evidence: Evidence) -> str:
    """Put the countries without a publication in the place of the dots; no sentence is left when there are none."""
    unread = [code for code, country in evidence.countries.items() if country.name in evidence.countries_unread]
    countries = [wording.country_name(code, evidence) for code in unread]
    return sentence.replace("…", wording.listed(countries, "or")) if countries else ""


ROLES: Mapping[str, ReportRole] = {
    **{name: ReportRole(_number) for name in VARIANTS},
    "ev-source": ReportRole(_source),
    "unread": ReportRole(_unread),
}
"""The roles of the report by name."""

TERM = ReportRole(_term)
"""The role that stands in for Sphinx's own."""
