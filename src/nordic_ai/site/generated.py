"""Directives that write pages and tables from the evidence: the register, the sources, a chapter's comparison."""

from __future__ import annotations

from docutils import nodes

from nordic_ai.analysis.audit import CHECKS
from nordic_ai.analysis.observations import Observation, locate
from nordic_ai.analysis.wording import (
    format_base,
    format_bounds_in_full,
    format_head_count,
    format_interval,
    format_period,
    format_value,
)
from nordic_ai.evidence.model import Dated, Fact, Quantity, Source, Survey
from nordic_ai.evidence.values import period_bounds
from nordic_ai.site.corrections_page import corrections_of
from nordic_ai.site.domain import record_reference, report_domain
from nordic_ai.site.elements import EvidenceDirective, Facts, FinishedBlock, described, foreign, item, line, section
from nordic_ai.site.markup import data_table

LANGUAGES = {"da": "Danish", "nb": "Norwegian", "nn": "Norwegian", "sv": "Swedish", "fi": "Finnish", "is": "Icelandic"}
_PRECISION = {"exact": "as printed", "about": "approximate", "bound": "a bound, not the number itself"}


class RecordBlock(FinishedBlock):
    """A record of the register; `record_id` is its id."""


class UsesPlaceholder(nodes.General, nodes.Element):
    """Where a record's uses are listed, once all pages have been read."""


class Contradictions(EvidenceDirective):
    """Say in a sentence in how many places a publication's own numbers do not fit together."""

    def run(self) -> list[nodes.Node]:
        """Write the sentence, with a link to the audit."""
        many = len(self.contradicted)
        if not many:
            return []
        count = "one place a publication’s" if many == 1 else f"{many} places a publication’s"
        link = nodes.reference("", "audit", refuri=f"{self.address('audit')}?verdict=contradicted", internal=True)
        return [line(f"In {count} own numbers do not fit together: see the ", link, ".")]


class SourceList(EvidenceDirective):
    """List every publication: what it is, how its survey was made, and what a careful reader noticed."""

    def run(self) -> list[nodes.Node]:
        """Write a section for each source, in the order of the files."""
        return [self._source(source) for source in self.evidence.sources.values()]

    def _source(self, source: Source) -> nodes.section:
        part = section(source.title.english, source.id)
        published, country = _when(source.published), self.evidence.countries[source.country]
        part += described(
            [
                ("Original title", line(foreign(source.title.original, source.language))),
                ("Publisher", source.publisher),
                ("Prepared by", source.prepared_by),
                ("Commissioned by", source.commissioned_by),
                ("Kind", f"{source.kind.capitalize()} in {LANGUAGES[source.language]}, {country.name}"),
                ("About", source.subject),
                ("Published", published + (f" ({source.published.note.rstrip('.')})" if source.published.note else "")),
                ("Reuse", source.reuse.text or source.reuse.missing),
                ("What was read", source.text.note),
            ]
        )
        for survey in source.surveys:
            part += self._survey(source, survey)
        if source.notes:
            notes = (item(line(nodes.strong("", f"{n.kind.capitalize()}: "), n.text)) for n in source.notes)
            part += section("What a careful reader notices", f"{source.id}/notes", nodes.bullet_list("", *notes))
        return part

    def _contradicted(self, survey: str) -> nodes.bullet_list | None:
        """Link the findings that contradict what is printed of how a survey was made."""
        found = [one for one in self.contradicted if one.about[0].startswith(survey)]
        return self.finding_links(found) if found else None

    def _survey(self, source: Source, survey: Survey) -> nodes.section:
        asked = {True: "Yes", False: "No", None: "The publication does not say"}[survey.whole_frame_asked]
        if survey.whole_frame_read:
            asked += ", as we read it; the publication does not say so"
        country = self.evidence.countries[source.country]
        frame = _quantity(survey.frame, source)
        if survey.frame_reference:
            reference = country.municipalities_reference.rstrip(".")
            frame = f"{country.municipalities} municipalities ({reference}); not printed in the publication"
        facts = described(
            [
                ("Population", _fact(survey.population)),
                ("Who answered", _fact(survey.respondent_role)),
                ("One answer stands for", survey.answers_for),
                ("When", _when(survey.field_period)),
                ("How many there are (the frame)", frame),
                ("Whether all were asked", asked),
                ("Invited, as printed", _quantity(survey.invited, source)),
                ("Respondents, as printed", _quantity(survey.respondents, source)),
                ("Response rate, as printed", _quantity(survey.response_rate, source)),
                ("What does not fit together", self._contradicted(f"{source.id}/{survey.id}/")),
                ("Margin of error, as printed", _quantity(survey.margin_of_error, source)),
                ("Collected by", _fact(survey.mode)),
                ("Weighting", _fact(survey.weighting)),
            ]
        )
        return section(survey.title, f"{source.id}/{survey.id}", facts)


def _when(dated: Dated) -> str:
    return format_period(*period_bounds(dated.period)) if dated.period else dated.missing or ""


def _fact(fact: Fact) -> str:
    return fact.text or f"Unknown. {fact.missing}"


def _quantity(quantity: Quantity, source: Source) -> str | nodes.paragraph:
    if quantity.value is None:
        return f"Unknown. {quantity.missing}"
    printed = [quantity.as_printed, *(mention.as_printed for mention in quantity.also)]
    return line(foreign(" / ".join(dict.fromkeys(p for p in printed if p)), source.language))


class EvidenceRegister(EvidenceDirective):
    """Write every record with a permanent anchor, for numbers in the text to link to."""

    def run(self) -> list[nodes.Node]:
        """Write a section for each source, with its numbers, lists and statements, and one for retired ids."""
        newest_first = sorted(self.evidence.sources.values(), key=lambda s: s.published.period or "", reverse=True)
        parts = [self._source(source) for source in newest_first]
        if self.evidence.retired:
            records = (
                self._record(name, "Retired", [("Why", entry.why), ("Instead", entry.instead)])
                for name, entry in self.evidence.retired.items()
            )
            parts.append(section("Retired ids", "register/retired", *records))
        return parts

    def _source(self, source: Source) -> nodes.section:
        part = section(f"{source.publisher}: {source.title.english}", f"register/{source.id}")
        titles = {f"{source.id}/{survey.id}": survey.title for survey in source.surveys}
        titles |= {name: measure.wording for name, measure in self.report.measures.items()}
        # What a publication finds comes before how it was made.
        own = sorted(
            (o for o in self.observations.values() if o.source_id == source.id), key=lambda o: o.kind == "method"
        )
        for name in dict.fromkeys(o.belongs_to for o in own):
            records = (self._observation(source, o) for o in own if o.belongs_to == name)
            part += section(titles[name], name, *records)
        for enumeration in source.lists:
            records = [
                self._worded(source, f"{enumeration.id}/{entry.id}", entry.label, entry.as_printed, entry.at)
                for entry in enumeration.items
            ]
            if enumeration.note:
                records.append(line(enumeration.note))
            part += section(enumeration.title, f"{source.id}/{enumeration.id}", *records)
        charts = [self._worded(source, c.id, c.title, c.original_number, c.at, c.missing) for c in source.charts]
        statements = [self._worded(source, s.id, s.text, s.as_printed, s.at) for s in source.statements]
        if charts:
            part += section("Charts and tables of the publication", f"{source.id}/charts", *charts)
        if statements:
            part += section("Statements", f"{source.id}/statements", *statements)
        return part

    def _worded(
        self, source: Source, path: str, title: str, printed: str | None, at: str, lost: str | None = None
    ) -> RecordBlock:
        """Write a record that is told in words."""
        return self._record(
            f"{source.id}/{path}",
            title,
            [
                ("Printed", line(foreign(printed, source.language)) if printed else None),
                ("What is lost", lost),
                ("Place", self._place(source, locate(source, at))),
            ],
        )

    def _observation(self, source: Source, observation: Observation) -> RecordBlock:
        printed, interval = observation.as_printed, None
        if known := format_interval(observation):
            interval = f"{known} ({observation.ci_method})"
        elif observation.no_interval_because and observation.value is not None:
            interval = f"None: {observation.no_interval_because}."
        path = observation.observation_id.partition("/")[2]
        notes = [item(f"{note.kind.capitalize()}: {note.text}") for note in source.notes if path in note.about]
        reading = "No number"
        if observation.value is not None:
            reading = f"{format_value(observation)}, {_PRECISION[observation.precision]}"
        return self._record(
            observation.observation_id,
            observation.label + (" (mentioned again)" if observation.restates else ""),
            [
                ("Printed", line(foreign(printed, source.language)) if printed else None),
                ("Our reading", reading),
                ("Why there is none", observation.missing),
                ("Who", observation.population),
                ("Number of answers", format_base(observation)),
                ("When", format_period(observation.period_start, observation.period_end)),
                ("Place", self._place(source, observation.locator)),
                ("95% interval", interval),
                ("Head count", format_head_count(observation)),
                ("Whatever those who did not answer would have said", format_bounds_in_full(observation)),
                ("Cited from", observation.cited_from),
                ("Note", observation.note),
                ("A reader noticed", nodes.bullet_list("", *notes) if notes else None),
                ("Checks", self._audited(observation)),
            ],
        )

    def _audited(self, observation: Observation) -> nodes.bullet_list | None:
        """List what the audit found about a number, without the shares for which it is the number of answers."""
        items = []
        for finding in self.findings:
            only_base = observation.kind == "method" and self.observations[finding.about[0]].kind != "method"
            if observation.observation_id in finding.about and not only_base:
                name = f"{finding.verdict.capitalize()}: {CHECKS[finding.check]}"
                items.append(item(line(self.link(name, finding.id, "audit"))))
        return nodes.bullet_list("", *items) if items else None

    def _place(self, source: Source, at: str | None) -> nodes.paragraph | None:
        """Say where something stands, with a link to what is known of the publication."""
        return line(self.link(source.short_name, source.id, "sources"), f": {at}") if at else None

    def _record(self, name: str, title: str, facts: Facts) -> RecordBlock:
        permanent = line(self.link(nodes.literal("", name), name))
        used = UsesPlaceholder("", record_id=name)
        corrected = corrections_of(name, self.evidence, self.observations)
        facts = [*facts, *(("Corrected", told) for told in corrected)]
        told = described([*facts, ("Used in", used), ("Permanent link", permanent)])
        return RecordBlock("", line(nodes.strong("", title)), told, ids=[name])


class ChapterComparison(EvidenceDirective):
    """Tabulate what a chapter draws on: the questions of one theme, with who answered, when and how many."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Write the table for the theme given as argument."""
        rows = []
        for source in self.evidence.sources.values():
            for question in source.questions:
                if question.theme != self.arguments[0]:
                    continue
                first = self.observations[f"{source.id}/{question.id}/{question.answers[0].id}"]
                rows.append(
                    [
                        self.evidence.countries[source.country].name,
                        source.short_name,
                        question.english,
                        first.population or "Not known",
                        format_period(first.period_start, first.period_end) or "Not known",
                        format_base(first) or "Not known",
                    ]
                )
        if not rows:
            raise self.error(f"no question belongs to the theme `{self.arguments[0]}`")
        heads = ["Country", "Publication", "Question", "Who", "When", "Answers"]
        return [data_table("Questions that this chapter draws on", heads, rows)]


class EvidenceList(EvidenceDirective):
    """Show an enumeration of a publication, each entry linked to its record."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Write the list whose id is given as argument."""
        source_id, _, name = self.arguments[0].partition("/")
        source = self.evidence.sources.get(source_id)
        found = [e for e in source.lists if e.id == name] if source else []
        if not found:
            raise self.error(f"no list has the id `{self.arguments[0]}`")
        items = nodes.enumerated_list(enumtype="arabic", suffix=".") if found[0].ordered else nodes.bullet_list()
        for entry in found[0].items:
            path = f"{self.arguments[0]}/{entry.id}"
            report_domain(self.env).note_uses([path])
            items += item(line(record_reference(entry.label, [path], "evidence-list")))
        return [items]
