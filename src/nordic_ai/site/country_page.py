"""Write a country's page from the records alone, so that a new publication appears without anybody editing a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import get_args

from docutils import nodes

from nordic_ai.analysis.measures import Measure, period_of
from nordic_ai.analysis.observations import Observation
from nordic_ai.analysis.wording import format_base, format_interval, format_period, format_value, in_sentence, listed
from nordic_ai.evidence.model import Dated, Fact, Source, Survey
from nordic_ai.evidence.values import Theme, period_bounds
from nordic_ai.site.comparability_page import ComparabilityDirective, Fold, headed
from nordic_ai.site.domain import record_reference, report_domain
from nordic_ai.site.elements import beginning, described, foreign, item, line, section
from nordic_ai.site.generated import LANGUAGES
from nordic_ai.site.markup import HtmlBlock, data_table

_KEY_FIGURES = (
    "Key figures are the numbers on what this report compares across publications. Each links to its record, and has "
    "its 95% interval or the reason why it has none. What else has been recorded folds away below; all of it is in the "
)
_NOTHING_ASKED_TWICE = "No question was asked in two waves of a survey, so nothing can be said about change over time."


class CountryPage(ComparabilityDirective):
    """Say of a country what has been published, when, with which key figures, and what all that cannot say."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Write the sections for the country whose code is given as argument."""
        self.code = self.arguments[0]
        if self.code not in self.evidence.countries:
            known = ", ".join(self.evidence.countries)
            raise self.error(f"no country has the code `{self.code}`; data/countries.yml knows {known}")
        country = self.evidence.countries[self.code]
        self.sources = sorted(
            (source for source in self.evidence.sources.values() if source.country == self.code),
            key=lambda source: source.published.period or "",
            reverse=True,
        )
        if not self.sources:
            return self._nothing_yet(country.name)
        measures = [m for m in self.report.measures.values() if m.source.country == self.code]
        many = len(self.sources)
        read = "one publication" if many == 1 else f"{many} publications"
        opening = line(f"This page sums up what has been recorded from {read} about {country.name}.")
        if country.municipalities:
            reference = (country.municipalities_reference or "").rstrip(".")
            opening += nodes.Text(f" The country has {country.municipalities} municipalities ({reference}).")
        more = self._page_link("how to contribute one", "contribute")
        return [
            opening,
            section("What has been published", "published", *map(self._publication, self.sources)),
            section("Timeline", "timeline", self._timeline()),
            section(
                "Key figures by theme",
                "key-figures",
                line(_KEY_FIGURES, self._page_link("evidence register", "register"), "."),
                *(self._theme(theme, measures) for theme in get_args(Theme)),
            ),
            section("What this evidence cannot say", "cannot-say", self._limits(country.name, measures)),
            section(
                "What is missing here", "missing", line("Whoever knows of another publication can read ", more, ".")
            ),
        ]

    def _page_link(self, shown: str, page: str) -> nodes.reference:
        return nodes.reference("", shown, refuri=self.address(page), internal=True)

    def _nothing_yet(self, country: str) -> list[nodes.Node]:
        """Say honestly that nothing has been read, and what would change that."""
        more = self._page_link("what counts as a publication, and how to contribute one", "contribute")
        return [
            line(f"No publication from {country} has been read for this report yet."),
            line(
                f"That says nothing about how far municipalities in {country} have come with artificial intelligence, "
                "nor that nothing has been published there; it says only that nothing is recorded here."
            ),
            line("One publication is enough to fill this page: see ", more, "."),
        ]

    def _publication(self, source: Source) -> nodes.section:
        """Say in a few lines what a publication is and who answered; the rest stands on the page of sources."""
        facts: list[tuple[str, nodes.Node | str | None]] = [
            ("Original title", line(foreign(source.title.original, source.language))),
            ("Publisher", source.publisher),
            ("Kind", f"{source.kind.capitalize()} in {LANGUAGES[source.language]}, about {source.subject}"),
            ("Published", _when(source.published)),
        ]
        for survey in source.surveys:
            facts += [
                ("Survey", survey.title),
                ("Who was asked", _told(survey.population)),
                ("Who answered", _told(survey.respondent_role)),
                ("Respondents", self._count(source, survey, "respondents")),
                ("Invited", self._count(source, survey, "invited")),
            ]
        facts.append(("Everything about it", line(self.link("Its entry among the sources", source.id, "sources"))))
        return section(source.title.english, f"publication-{source.id}", described(facts))

    def _count(self, source: Source, survey: Survey, name: str) -> nodes.paragraph | str:
        quantity = getattr(survey, name)
        if quantity.value is None:
            return f"Not known. {quantity.missing}"
        return line(self._number(self.observations[f"{source.id}/{survey.id}/{name}"]))

    def _timeline(self) -> HtmlBlock:
        """Tabulate when answers were collected and publications came out; what has no date stands last."""
        events: list[tuple[Dated, str, Source]] = []
        for source in self.sources:
            events += [(survey.field_period, f"Survey: {survey.title}", source) for survey in source.surveys]
            events.append((source.published, f"Publication: {source.title.english}", source))
        # Sorting keeps a survey before the publication of the same date.
        events.sort(key=lambda event: period_bounds(event[0].period)[1] if event[0].period else date.max)
        rows = []
        for dated, what, source in events:
            reason = f". {dated.missing}" if dated.missing else ""
            rows.append([_when(dated) if dated.period else "Not known", f"{what}{reason}", source.short_name])
        return data_table("Timeline", ["When", "What", "Told by"], rows)

    def _theme(self, theme: str, measures: Sequence[Measure]) -> nodes.section:
        part = section(theme.capitalize(), f"theme-{theme}")
        chapter = f"chapters/{theme}"
        own = [measure for measure in measures if measure.record.theme == theme]
        shown = [self._figures(measure) for measure in own if measure.record.indicator and self.numbers(measure)]
        for figures in shown:
            part.extend(figures)
        others = [*self._other_numbers(own), *self._worded(theme)]
        if not shown:
            nothing = "" if others else ", nor anything else"
            part += line(f"No key figure on {theme} from this country has been recorded{nothing}.")
        if others:
            summary = f"Other numbers and findings in words ({len(others)})"
            part += Fold("", nodes.bullet_list("", *others), summary=summary, about=theme)
        if chapter in self.env.found_docs:
            part += line(self._page_link(f"The chapter on {theme}", chapter), " compares it with the other countries.")
        return part

    def _figures(self, measure: Measure) -> list[nodes.Node]:
        """Write these numbers under what is asked or counted, with a reason said once where all lack an interval."""
        own = self.numbers(measure)
        reasons = {_why_no_interval(observation) for observation in own}
        common = reasons.pop() if len(reasons) == 1 else None
        about = [measure.source.short_name, period_of(measure) or "time not known"]
        if measure.survey:
            about.append(f"answers: {format_base(own[0]) or 'number not known'}")
        else:
            about += [measure.record.scope] if measure.record.scope else []
            about += [f"cited from {in_sentence(measure.record.cited_from)}"] if measure.record.cited_from else []
        told = f"{', '.join(about)}." + (f" No interval: {common}." if common else "")
        subject = self.evidence.indicators[measure.record.indicator].subject
        if subject != "artificial intelligence":
            told += f" About {subject} in general, not about artificial intelligence."
        items = (item(self._figure(observation, measure, reason=not common)) for observation in own)
        return [
            nodes.rubric("", "", self.link(measure.wording, measure.id, "register"), **{"heading-level": 4}),
            line(told),
            nodes.bullet_list("", *items),
        ]

    def _figure(self, observation: Observation, measure: Measure, *, reason: bool) -> nodes.paragraph:
        interval = format_interval(observation)
        # A figure's name stands above its numbers already.
        label = observation.label.removeprefix(measure.wording).removeprefix(": ")
        if measure.survey is None and observation.period_start:
            label = format_period(observation.period_start, observation.period_end)
        limit = ""
        if interval:
            limit = f" (95% interval {interval})"
        elif reason:
            limit = f" (no interval: {_why_no_interval(observation)})"
        return line(self._number(observation), limit, f": {label}" if label else "")

    def _number(self, observation: Observation) -> nodes.Element:
        report_domain(self.env).note_uses([observation.observation_id])
        return record_reference(format_value(observation), [observation.observation_id], "country")

    def _other_numbers(self, measures: Sequence[Measure]) -> Iterator[nodes.list_item]:
        """List the numbers that stand under no indicator."""
        for measure in measures:
            for observation in self.numbers(measure) if measure.record.indicator is None else ():
                when = format_period(observation.period_start, observation.period_end)
                about = f": {observation.label}{', ' if when else ''}{when} ({measure.source.short_name})"
                yield item(line(self._number(observation), about))

    def _worded(self, theme: str) -> Iterator[nodes.list_item]:
        """List what publications tell on a theme without a number, each linked to its record."""
        for source in self.sources:
            for record in (*source.lists, *source.statements):
                if record.theme == theme:
                    shown = getattr(record, "text", None) or f"{record.title} ({len(record.items)} entries)"
                    name = f"{source.id}/{record.id}"
                    report_domain(self.env).note_uses([name])
                    link = self.link(shown.rstrip("."), name, "register")
                    yield item(line(link, f" ({source.short_name})"))

    def _limits(self, country: str, measures: Sequence[Measure]) -> nodes.bullet_list:
        """List what the records themselves show to be unknown, lost, contradicted, or about few only."""
        bullets = nodes.bullet_list()
        numbers = (o for o in self.observations.values() if o.country == self.code and o.value is not None)
        told = {observation.theme for observation in numbers if observation.subject == "artificial intelligence"}
        without = [theme for theme in get_args(Theme) if theme not in told]
        if without:
            bullets += item(headed("No number about artificial intelligence on: ", f"{listed(without, 'or')}."))
        measures = [measure for measure in measures if measure.record.indicator]
        surveys = [(source, survey) for source in self.sources for survey in source.surveys]
        roles = [beginning(_told(survey.respondent_role)) for _, survey in surveys if survey.respondent_role.text]
        if roles:
            views = f"{'; '.join(dict.fromkeys(roles))}. How others in {country} would answer is not known."
            bullets += item(headed("The answers are those of: ", views))
        elif not surveys:
            bullets += item(line(f"No survey from {country} has been recorded."))
        asked = {(source.id, question.survey) for source in self.sources for question in source.questions}
        silent = [survey.title for source, survey in surveys if (source.id, survey.id) not in asked]
        if silent:
            bullets += item(headed("No answers are printed of: ", f"{'; '.join(silent)}."))
        if not any(question.repeats for source in self.sources for question in source.questions):
            bullets += item(line(_NOTHING_ASKED_TWICE))
        scopes = dict.fromkeys(m.record.scope for m in measures if m.survey is None and m.record.scope)
        if scopes:
            bullets += item(headed("The figures that are no survey answers are about: ", f"{'; '.join(scopes)}."))
        for about, aspects in self.untold(measures).items():
            bullets += item(headed(f"Not known about {about}: ", f"{'; '.join(aspects)}."))
        for source in self.sources:
            lost = [chart for chart in source.charts if chart.missing]
            if lost:
                charts = f"{len(lost)} chart{'s' * (len(lost) > 1)} or table{'s' * (len(lost) > 1)}"
                link = self.link(charts, f"{source.id}/charts", "register")
                head = nodes.strong("", f"Lost from the text of {source.short_name}, in whole or part: ")
                bullets += item(line(head, link, "."))
        found = [one for one in self.contradicted if self.evidence.sources[one.source_id].country == self.code]
        if found:
            head = line(nodes.strong("", "Printed numbers that do not fit together:"))
            bullets += item(head, self.finding_links(found))
        return bullets


def _when(dated: Dated) -> str:
    return format_period(*period_bounds(dated.period)) if dated.period else f"Not known. {dated.missing}"


def _told(fact: Fact) -> str:
    return fact.text or f"Not known. {fact.missing}"


def _why_no_interval(observation: Observation) -> str | None:
    if format_interval(observation):
        return None
    return observation.no_interval_because or "it is not a share of answers"
