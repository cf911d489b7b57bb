"""Directives that write pages and tables from the evidence: the register, the sources, a chapter's comparison."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import get_args

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from nordic_ai.audit import CHECKS, Finding
from nordic_ai.evidence import Evidence, short_name
from nordic_ai.fields import Theme, period_bounds
from nordic_ai.formats import (
    format_base,
    format_bounds_in_full,
    format_head_count,
    format_interval,
    format_period,
    format_value,
)
from nordic_ai.model import Chart, Dated, Enumeration, Fact, ListItem, Quantity, Source, Statement, Survey
from nordic_ai.observations import Observation, locate
from nordic_ai.site.markup import DataTable
from nordic_ai.site.roles import EvidenceLink, note_uses

LANGUAGES = {"da": "Danish", "nb": "Norwegian", "nn": "Norwegian", "sv": "Swedish", "fi": "Finnish", "is": "Icelandic"}


_PRECISION = {"exact": "as printed", "about": "approximate", "bound": "a bound, not the number itself"}


class UsesPlaceholder(nodes.General, nodes.Element):
    """Where a record's uses are listed, once all pages have been read."""


def words(text: str, **attributes: object) -> nodes.paragraph:
    """Make a paragraph of plain text."""
    return nodes.paragraph("", text, **attributes)


def described(pairs: Iterable[tuple[str, nodes.Node | str | None]]) -> nodes.definition_list:
    """Make a list of terms with what is known of each; those with nothing are left out."""
    items = nodes.definition_list(classes=["record"])
    for term, content in pairs:
        if content is None or content == "":
            continue
        body = nodes.definition("", words(content) if isinstance(content, str) else content)
        items += nodes.definition_list_item("", nodes.term("", term), body)
    return items


def foreign(text: str, language: str) -> nodes.paragraph:
    """Make a paragraph whose words are in another language, and say so to screen readers."""
    # docutils turns a class language-xx into the attribute lang.
    return nodes.paragraph("", "", nodes.inline("", text, classes=["foreign", f"language-{language}"]))


def _bullets(texts: Iterable[str]) -> nodes.bullet_list:
    return nodes.bullet_list("", *(nodes.list_item("", words(text)) for text in texts))


def _anchor_link(name: str) -> nodes.paragraph:
    return nodes.paragraph("", "", nodes.reference("", "", nodes.literal("", name), refuri=f"#{name}", internal=True))


def section(title: str, name: str) -> nodes.section:
    """Make a section with a title and a permanent anchor."""
    return nodes.section("", nodes.title("", title), ids=[name], names=[name])


class EvidenceDirective(SphinxDirective):
    """What the directives here share: the evidence base and its observations."""

    @property
    def evidence(self) -> Evidence:
        """The evidence base."""
        return self.env.app.nordic_evidence

    @property
    def observations(self) -> dict[str, Observation]:
        """All observations by id."""
        return self.env.app.nordic_observations

    @property
    def findings(self) -> list[Finding]:
        """All findings of the audit."""
        return self.env.app.nordic_findings

    @property
    def contradicted(self) -> list[Finding]:
        """The findings by which printed numbers do not fit together."""
        return [finding for finding in self.findings if finding.verdict == "contradicted"]

    def finding_links(self, findings: Iterable[Finding]) -> nodes.bullet_list:
        """List findings by the first sentence of what they say, each as a link to its place on the audit's page."""
        address = self.env.app.builder.get_relative_uri(self.env.docname, "audit")
        items = nodes.bullet_list()
        for finding in findings:
            name = f"{short_name(self.evidence.sources[finding.source_id])}: {CHECKS[finding.check]}"
            link = nodes.reference("", name, refuri=f"{address}#{finding.id}", internal=True)
            first = finding.sentence.split(". ")[0].rstrip(".")
            items += nodes.list_item("", nodes.paragraph("", "", link, nodes.Text(f" {first}.")))
        return items


class Contradictions(EvidenceDirective):
    """Say in a sentence in how many places a publication's own numbers do not fit together."""

    def run(self) -> list[nodes.Node]:
        """Write the sentence, with a link to the audit."""
        many = len(self.contradicted)
        if not many:
            return []
        count = "one place a publication’s" if many == 1 else f"{many} places a publication’s"
        address = self.env.app.builder.get_relative_uri(self.env.docname, "audit")
        link = nodes.reference("", "audit", refuri=f"{address}?verdict=contradicted", internal=True)
        begin = nodes.Text(f"In {count} own numbers do not fit together: see the ")
        return [nodes.paragraph("", "", begin, link, nodes.Text("."))]


class SourceList(EvidenceDirective):
    """List every publication: what it is, how its survey was made, and what a careful reader noticed."""

    def run(self) -> list[nodes.Node]:
        """Write a section for each source, in the order of the files."""
        return [self._source(source) for source in self.evidence.sources.values()]

    def _source(self, source: Source) -> nodes.section:
        part = section(source.title.english, source.id)
        original = foreign(source.title.original, source.language)
        published = _when(source.published)
        part += described(
            [
                ("Original title", original),
                ("Publisher", source.publisher),
                ("Prepared by", source.prepared_by),
                ("Commissioned by", source.commissioned_by),
                ("Kind", f"{source.kind.capitalize()} in {LANGUAGES[source.language]}, {self._country(source)}"),
                ("About", source.subject),
                ("Published", published + (f" ({source.published.note.rstrip('.')})" if source.published.note else "")),
                ("Reuse", source.reuse.text or source.reuse.missing),
                ("What was read", source.text.note),
            ]
        )
        for survey in source.surveys:
            part += self._survey(source, survey)
        if source.notes:
            notes = section("What a careful reader notices", f"{source.id}/notes")
            items = nodes.bullet_list()
            for note in source.notes:
                kind = nodes.strong("", f"{note.kind.capitalize()}: ")
                items += nodes.list_item("", nodes.paragraph("", "", kind, nodes.Text(note.text)))
            notes += items
            part += notes
        return part

    def _contradicted(self, survey: str) -> nodes.bullet_list | None:
        """Link the findings that contradict what is printed of how a survey was made."""
        found = [one for one in self.contradicted if one.about[0].startswith(survey)]
        return self.finding_links(found) if found else None

    def _country(self, source: Source) -> str:
        return self.evidence.countries[source.country].name

    def _survey(self, source: Source, survey: Survey) -> nodes.section:
        part = section(survey.title, f"{source.id}/{survey.id}")
        asked = {True: "Yes", False: "No", None: "The publication does not say"}[survey.whole_frame_asked]
        if survey.whole_frame_read:
            asked += ", as we read it; the publication does not say so"
        country = self.evidence.countries[source.country]
        frame = _quantity(survey.frame, source)
        if survey.frame_reference:
            reference = country.municipalities_reference.rstrip(".")
            frame = f"{country.municipalities} municipalities ({reference}); not printed in the publication"
        part += described(
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
        return part


def _when(dated: Dated) -> str:
    return format_period(*period_bounds(dated.period)) if dated.period else dated.missing or ""


def _fact(fact: Fact) -> str:
    return fact.text or f"Unknown. {fact.missing}"


def _quantity(quantity: Quantity, source: Source) -> str | nodes.paragraph:
    if quantity.value is None:
        return f"Unknown. {quantity.missing}"
    printed = [quantity.as_printed, *(mention.as_printed for mention in quantity.also)]
    return foreign(" / ".join(dict.fromkeys(p for p in printed if p)), source.language)


class EvidenceRegister(EvidenceDirective):
    """Write every record with a permanent anchor, for numbers in the text to link to."""

    def run(self) -> list[nodes.Node]:
        """Write a section for each source, with its numbers, lists and statements, and one for retired ids."""
        newest_first = sorted(self.evidence.sources.values(), key=lambda s: s.published.period or "", reverse=True)
        parts = [self._source(source) for source in newest_first]
        if self.evidence.retired:
            block = section("Retired ids", "register/retired")
            for name, entry in self.evidence.retired.items():
                block += self._record(name, "Retired", [("Why", entry.why), ("Instead", entry.instead)])
            parts.append(block)
        return parts

    def _source(self, source: Source) -> nodes.section:
        part = section(f"{source.publisher}: {source.title.english}", f"register/{source.id}")
        # What a publication finds comes before how it was made.
        own = sorted(
            (o for o in self.observations.values() if o.source_id == source.id), key=lambda o: o.kind == "method"
        )
        groups: dict[str, list[Observation]] = {}
        for observation in own:
            groups.setdefault("/".join(observation.observation_id.split("/")[:2]), []).append(observation)
        titles = self._titles(source)
        for name, observations in groups.items():
            block = section(titles[name], name)
            for observation in observations:
                block += self._observation(source, observation)
            part += block
        for enumeration in source.lists:
            part += self._list(source, enumeration)
        for title, name, records in (
            ("Charts and tables of the publication", "charts", source.charts),
            ("Statements", "statements", source.statements),
        ):
            if records:
                block = section(title, f"{source.id}/{name}")
                for record in records:
                    block += self._worded(source, record, f"{source.id}/{record.id}")
                part += block
        return part

    def _titles(self, source: Source) -> dict[str, str]:
        titles = {f"{source.id}/{survey.id}": survey.title for survey in source.surveys}
        titles |= {f"{source.id}/{question.id}": question.english for question in source.questions}
        titles |= {f"{source.id}/{figure.id}": figure.label for figure in source.figures}
        return titles

    def _list(self, source: Source, enumeration: Enumeration) -> nodes.section:
        block = section(enumeration.title, f"{source.id}/{enumeration.id}")
        for item in enumeration.items:
            block += self._worded(source, item, f"{source.id}/{enumeration.id}/{item.id}")
        if enumeration.note:
            block += words(enumeration.note)
        return block

    def _worded(self, source: Source, record: Statement | ListItem | Chart, name: str) -> nodes.container:
        """Write a record that is told in words."""
        printed = record.original_number if isinstance(record, Chart) else record.as_printed
        title = (
            record.text
            if isinstance(record, Statement)
            else record.title
            if isinstance(record, Chart)
            else record.label
        )
        lost = record.missing if isinstance(record, Chart) else None
        return self._record(
            name,
            title,
            [
                ("Printed", foreign(printed, source.language) if printed else None),
                ("What is lost", lost),
                ("Place", self._place(source, locate(source, record.at))),
            ],
        )

    def _observation(self, source: Source, observation: Observation) -> nodes.container:
        printed = foreign(observation.as_printed, source.language) if observation.as_printed else None
        interval = None
        if observation.ci_low is not None and observation.ci_high is not None:
            interval = f"{format_interval(observation.ci_low, observation.ci_high)} ({observation.ci_method})"
        elif observation.no_interval_because and observation.value is not None:
            interval = f"None: {observation.no_interval_because}."
        notes = [n for n in source.notes if observation.observation_id in self._about(source, n.about)]
        reading = "No number"
        if observation.value is not None:
            reading = f"{format_value(observation)}, {_PRECISION[observation.precision]}"
        return self._record(
            observation.observation_id,
            observation.label + (" (mentioned again)" if observation.restates else ""),
            [
                ("Printed", printed),
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
                (
                    "A reader noticed",
                    _bullets(f"{note.kind.capitalize()}: {note.text}" for note in notes) if notes else None,
                ),
                ("Checks", self._audited(observation)),
            ],
        )

    def _audited(self, observation: Observation) -> nodes.bullet_list | None:
        """List what the audit found about a number, without the shares for which it is the number of answers."""
        address = self.env.app.builder.get_relative_uri(self.env.docname, "audit")
        items = []
        for finding in self.findings:
            only_base = observation.kind == "method" and self.observations[finding.about[0]].kind != "method"
            if observation.observation_id in finding.about and not only_base:
                name = f"{finding.verdict.capitalize()}: {CHECKS[finding.check]}"
                link = nodes.reference("", name, refuri=f"{address}#{finding.id}", internal=True)
                items.append(nodes.list_item("", nodes.paragraph("", "", link)))
        return nodes.bullet_list("", *items) if items else None

    @staticmethod
    def _about(source: Source, about: Sequence[str]) -> set[str]:
        return {f"{source.id}/{path}" for path in about}

    def _place(self, source: Source, at: str | None) -> nodes.paragraph | None:
        """Say where something stands, with a link to what is known of the publication."""
        if at is None:
            return None
        address = self.env.app.builder.get_relative_uri(self.env.docname, "sources")
        link = nodes.reference("", short_name(source), refuri=f"{address}#{source.id}", internal=True)
        return nodes.paragraph("", "", link, nodes.Text(f": {at}"))

    def _record(self, name: str, title: str, pairs: list[tuple[str, nodes.Node | str | None]]) -> nodes.container:
        box = nodes.container(ids=[name], classes=["record-box"])
        box += nodes.paragraph("", "", nodes.strong("", title))
        box += described(
            [*pairs, ("Used in", UsesPlaceholder("", record_id=name)), ("Permanent link", _anchor_link(name))]
        )
        return box


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
                        short_name(source),
                        question.english,
                        first.population or "Not known",
                        format_period(first.period_start, first.period_end) or "Not known",
                        format_base(first) or "Not known",
                    ]
                )
        if not rows:
            raise self.error(f"no question belongs to the theme `{self.arguments[0]}`")
        heads = ["Country", "Publication", "Question", "Who", "When", "Answers"]
        return [DataTable("", caption="Questions that this chapter draws on", heads=heads, rows=rows)]


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
        for item in found[0].items:
            path = f"{self.arguments[0]}/{item.id}"
            note_uses(self.env, [path])
            link = EvidenceLink("", item.label, record_ids=[path], role="evidence-list")
            items += nodes.list_item("", nodes.paragraph("", "", link))
        return [items]


def coverage_words(figures: int, descriptions: int, read: bool) -> str:
    """Say what a country has on a theme; one that nobody has reported on differs from one that leaves out a theme.

    >>> coverage_words(1, 2, read=True), coverage_words(0, 0, read=True), coverage_words(0, 0, read=False)
    ('1 number, 2 descriptions', 'nothing yet', 'no source yet')
    """
    words_ = [f"{figures} number{'s' * (figures != 1)}"] if figures else []
    words_ += [f"{descriptions} description{'s' * (descriptions != 1)}"] if descriptions else []
    return ", ".join(words_) or ("nothing yet" if read else "no source yet")


class EvidenceMap(EvidenceDirective):
    """Show which country has figures or descriptions on which theme, and where there is nothing yet."""

    def run(self) -> list[nodes.Node]:
        """Write the table: countries down, themes across."""
        themes = get_args(Theme)
        rows = []
        for code, country in self.evidence.countries.items():
            cells = [country.name]
            read = any(source.country == code for source in self.evidence.sources.values())
            for theme in themes:
                figures = sum(
                    o.country == code and o.theme == theme and o.value is not None and o.restates is None
                    for o in self.observations.values()
                    if o.subject == "artificial intelligence"
                )
                descriptions = sum(
                    part.theme == theme
                    for source in self.evidence.sources.values()
                    if source.country == code and source.subject == "artificial intelligence"
                    for part in (*source.lists, *source.statements)
                )
                cells.append(coverage_words(figures, descriptions, read))
            rows.append(cells)
        heads = ["Country", *(theme.capitalize() for theme in themes)]
        table = DataTable("", caption="What there is on each theme from each country", heads=heads, rows=rows)
        return [table, words(f"{_COUNTED} {self._missing(rows, themes)}".rstrip())]

    def _missing(self, rows: Sequence[Sequence[str]], themes: Sequence[str]) -> str:
        """Name the countries that nothing has been read from, and the themes on which a country has no number."""
        unread = [name for name, *cells in rows if set(cells) == {"no source yet"}]
        sentences = [f"No publication from {_join(unread, 'or')} has been read yet."] if unread else []
        for name, *cells in rows:
            without = [theme for theme, cell in zip(themes, cells, strict=True) if "number" not in cell]
            if without and name not in unread:
                sentences.append(f"From {name} there is no number on {_join(without, 'or')}.")
        return " ".join(sentences)


_COUNTED = (
    "A number is a share or amount about artificial intelligence, counted once however often it is printed; "
    "a description is a list or a finding in words."
)


def _join(names: Sequence[str], last: str) -> str:
    return f" {last} ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)
