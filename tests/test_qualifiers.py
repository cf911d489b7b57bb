"""Whatever qualifies a number reaches the reader wherever the number does: every field of the model, one by one."""

from __future__ import annotations

import html
import inspect
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from building import INVENTED, small_evidence
from docutils import nodes

from nordic_ai.analysis.report import Report
from nordic_ai.evidence import model, printed, surveys
from nordic_ai.evidence.citation import read_citation
from nordic_ai.evidence.loading import read_evidence
from nordic_ai.evidence.values import Record
from nordic_ai.export.tables import csv_lines, tables
from nordic_ai.figures.captions import bases, mixture, readings
from nordic_ai.site.cards import card_lines
from nordic_ai.site.nodes import Part
from nordic_ai.site.pages.lists import sources
from nordic_ai.site.pages.register import records_of
from nordic_ai.site.views import Page, templates

ID = "utsnitt-2025"
EVERYWHERE = "card register row caption"
# By field: its words in the invented record, and where they must be read: on cards, on the register page of the
# publication, in rows of the tables, in captions, among the sources. None: it is no qualifier, but makes an id, a place
# or an order, is checked only, or leads to something else; the fields of `Printed` are those of every number.
SHOWN: dict[str, tuple[str, str] | None] = {
    "Answer.by_group": ("77–79%", "card register"),
    "Answer.corresponds_to": None,
    "Answer.id": None,
    "Answer.label": ("Goes well", "card register row"),
    "Answer.left_out": ("true", "row"),
    "Answer.net": ("true", "row"),
    "Answer.original": ("går bra", "register row"),
    "Answer.original_at": None,
    "Answer.unit": ("4.5 on a scale from 1 to 6", "card register"),
    "Base.n": ("88", EVERYWHERE),
    "Base.who": ("nvented offices with a trial", EVERYWHERE),
    "Chart.id": None,
    "Chart.missing": ("The bars were cut off", "register row"),
    "Chart.original_number": ("Figur 7", "register row"),
    "Chart.shows": ("utsnitt-2025/trial", "row"),
    "Chart.title": ("Trials by month", "card register row"),
    "Dated.as_printed": None,
    "Dated.note": ("The last week only", "card register row sources"),
    "Dated.period": ("March 2025", "card register caption sources"),
    "Enumeration.country": ("SE", "row"),
    "Enumeration.id": None,
    "Enumeration.items": ("Lack of time", "card register row"),
    "Enumeration.note": ("Three of many", "register row"),
    "Enumeration.ordered": ("true", "row"),
    "Enumeration.subject": ("about digitalisation", "card register"),
    "Enumeration.theme": ("barriers", "row"),
    "Enumeration.title": ("What hinders invented trials", "card row"),
    "Fact.as_printed": None,
    "Fact.text": ("Invented heads of office", "row sources"),
    "Figure.cited_from": ("nvented auditor", EVERYWHERE),
    "Figure.country": ("Sweden", "card register"),
    "Figure.id": None,
    "Figure.indicator": None,
    "Figure.label": ("Costs of invented trials", "card register row"),
    "Figure.note": ("Taxes are left out", "card register row"),
    "Figure.original": ("kostnader", "register row"),
    "Figure.price_level": ("2023", EVERYWHERE),
    "Figure.scale": ("1 to 6", "card register"),
    "Figure.scope": ("wo invented regions", EVERYWHERE),
    "Figure.subject": ("about digitalisation, not about AI", "card register caption"),
    "Figure.theme": ("gains", "row"),
    "Figure.unit": ("million", EVERYWHERE),
    "Figure.values": ("12", "card register row"),
    "FigureValue.id": None,
    "FigureValue.label": ("First trial", "card register row"),
    "FigureValue.period": ("2024", "card register row"),
    "Group.at": None,
    "Group.id": None,
    "Group.invited": ("120", "card register row"),
    "Group.label": ("Town offices", "card register row"),
    "Group.original": ("bykontorer", "register row"),
    "Group.respondents": ("61", "card register row"),
    "Group.response_rate": ("None is printed", "card register row"),
    "GroupAnswer.id": ("Forest offices", EVERYWHERE),
    "Knowable.missing": ("The cell is blank", "card register row"),
    "Knowable.not_seen": ("Not seen by us", "card register sources"),
    "ListItem.as_printed": ("for lite tid", "register row"),
    "ListItem.id": None,
    "ListItem.label": ("Lack of time", "card register row"),
    "Located.at": None,
    "NotEvidence.reason": None,
    "NotEvidence.text": None,
    "Note.about": None,
    "Note.id": None,
    "Note.kind": ("mbiguity", "register row"),
    "Note.text": ("The heading speaks of fewer offices", "register row"),
    "Place.line": None,
    "Place.title": ("The upper half", "card register row"),
    "Printed.as_printed": ("over 70 prosent", "register row"),
    "Printed.direction": ("over 70%", "card register"),
    "Printed.note": ("The word over stands in the heading", "card register row"),
    "Printed.precision": ("about a third", "card register"),
    "Printed.to": ("77–79%", "card register"),
    "Printed.value": ("25", "row"),
    "Quantity.also": ("71%", "card register"),
    "Question.answers": ("Goes well", "card register row"),
    "Question.answers_for": ("one answer stands for the workplace", "card register caption"),
    "Question.base": ("nvented offices with a trial", EVERYWHERE),
    "Question.choice": ("multiple", "row"),
    "Question.english": ("How well do invented trials go?", "card row"),
    "Question.groups": ("Forest offices", EVERYWHERE),
    "Question.id": None,
    "Question.indicator": ("digital-gains-remaining", "row"),
    "Question.original": ("Hvilket merke får prøvene", "register row"),
    "Question.note": ("Trials of a day are not counted", "card register row"),
    "Question.repeats": None,
    "Question.scale": ("1 to 6", "card register"),
    "Question.subject": ("about digitalisation, not about AI", "card register caption"),
    "Question.survey": ("utsnitt-2025/survey-2025", "row"),
    "Question.theme": ("strategy", "row"),
    "Question.topic": None,
    "Question.wording": ("question inferred, not printed", "card"),
    "Reading.extent": ("in part", "card register caption sources row"),
    "Reading.on": ("February 2026", "sources"),
    "Reading.part": ("the upper half of the page", "card register caption sources row"),
    "Reading.via": ("from a copy", "card register caption sources"),
    "Relation.id": None,
    "Relation.kind": None,
    "Relation.of": None,
    "Relation.record": None,
    "Relation.text": None,
    "Restatement.as_printed": ("71 prosent", "register row"),
    "Restatement.id": None,
    "Restatement.label": ("Goes well in the heading", "card register row"),
    "Restatement.unit": None,
    "Restatement.value": ("71", "card register row"),
    "Scale.high": ("6", "card register"),
    "Scale.high_means": ("6 (splendid)", "register"),
    "Scale.low": ("from 1", "card register"),
    "Scale.low_means": ("1 (poor)", "register"),
    "Source.addresses": ("https://example.org/extract", "register row sources"),
    "Source.charts": ("Trials by month", "register row"),
    "Source.commissioned_by": ("Utsnittsrådet", "row sources"),
    "Source.country": None,
    "Source.figures": ("Costs of invented trials", "card register row"),
    "Source.id": None,
    "Source.interest": ("Sells invented courses", "card register row sources"),
    "Source.kind": ("ress release", "row sources"),
    "Source.language": ("Norwegian", "sources"),
    "Source.lists": ("Lack of time", "card register row"),
    "Source.not_evidence": None,
    "Source.notes": ("The heading speaks of fewer offices", "register row"),
    "Source.places": ("The upper half", "card register row"),
    "Source.prepared_by": ("Utsnitt Analyse", "row sources"),
    "Source.published": ("May 2025 (The day was cut off)", "sources"),
    "Source.publisher": ("Utsnittsforlaget", "card register row sources"),
    "Source.questions": ("How well do invented trials go?", "card row"),
    "Source.reading": ("the upper half of the page", "card register caption sources row"),
    "Source.relations": None,
    "Source.reuse": ("Not seen by us", "sources"),
    "Source.short_title": ("Utsnitt", "card register caption"),
    "Source.statements": ("Nobody knows", "card register row"),
    "Source.subject": ("artificial intelligence", "row sources"),
    "Source.surveys": ("Survey of invented offices", "row"),
    "Source.text": ("Notes made while reading", "sources"),
    "Source.title": ("Utsnitt om kunstig intelligens", "row sources"),
    "Statement.as_printed": ("ingen vet", "register row"),
    "Statement.country": ("SE", "row"),
    "Statement.id": None,
    "Statement.subject": ("about digitalisation", "card register"),
    "Statement.text": ("Nobody knows", "card register row"),
    "Statement.theme": ("gains", "row"),
    "Subgroup.id": None,
    "Subgroup.label": ("Forest offices", EVERYWHERE),
    "Subgroup.municipal": ("no municipalities", "card register caption"),
    "Subgroup.n": ("31", EVERYWHERE),
    "Subgroup.original": ("skogkontorer", "row register"),
    "Survey.answers_for": ("one answer stands for the organisation", "card register caption"),
    "Survey.country": ("Norway", "card register sources"),
    "Survey.field_period": ("March 2025", "card register caption sources"),
    "Survey.frame": ("900", "card register row sources"),
    "Survey.frame_reference": None,
    "Survey.groups": ("Town offices", "card register row"),
    "Survey.id": None,
    "Survey.invited": ("700", "card register row sources"),
    "Survey.largest_weight": ("1.8", "card register row"),
    "Survey.margin_of_error": ("4 prosentpoeng", "register row sources"),
    "Survey.mode": ("By invented telephone", "row sources"),
    "Survey.municipal": ("ot only municipalities", "card register caption"),
    "Survey.not_seen": ("The lower half was not read", "card register row sources"),
    "Survey.population": ("nvented offices in the north", EVERYWHERE + " sources"),
    "Survey.respondent_role": ("Invented heads of office", "row sources"),
    "Survey.respondents": ("222", EVERYWHERE + " sources"),
    "Survey.response_rate": ("31.7%", "card register"),
    "Survey.title": ("Survey of invented offices", "row"),
    "Survey.weighted": ("the answers are weighted", "card register row"),
    "Survey.weighting": ("Weighted by size of office", "row sources"),
    "Survey.whole_frame_asked": ("Whether all were asked No", "sources"),
    "Survey.whole_frame_read": ("false", "row"),
    "TextRead.file": None,
    "TextRead.kind": ("Notes made while reading", "sources"),
    "TextRead.note": ("Charts were not copied", "sources"),
    "TextRead.sha256": ("7be1d4a09c63", "row"),
    "Title.english": ("Extract on invented intelligence", "row"),
    "Title.original": ("Utsnitt om kunstig intelligens", "row sources"),
    "WebAddress.label": ("upper half", "register sources"),
    "WebAddress.url": ("https://example.org/extract", "register row sources"),
}


def fields_of_the_model() -> Iterator[str]:
    """Name every field where it is defined."""
    for module in (model, printed, surveys):
        for name, kind in inspect.getmembers(module, inspect.isclass):
            if issubclass(kind, Record) and kind.__module__ == module.__name__:
                own = inspect.get_annotations(kind)
                yield from (f"{name}.{field}" for field in kind.model_fields if field in own)


def words_of(written: str) -> str:
    """Give the words of HTML, and where its links to other sites lead."""
    linked = re.sub(r'<a [^>]*href="(https[^"]*)"[^>]*>', r"\1 ", written)
    return " ".join(html.unescape(re.sub("<[^>]*>", " ", linked)).split())


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    project = small_evidence(tmp_path_factory.mktemp("qualified"))
    shutil.copy(INVENTED / f"{ID}.yml", project / "data" / "sources")
    return Report(read_evidence(project))


@pytest.fixture(scope="module")
def read(report: Report, root: Path) -> dict[str, str]:
    """Give what readers see of the invented publication, by place."""
    report.__dict__.update(decisions={}, findings=())  # which have tests of their own
    builder = SimpleNamespace(
        get_relative_uri=lambda _, name: f"{name}.html",
        get_target_uri=lambda name: f"{name}.html",
        env=SimpleNamespace(found_docs=set(), metadata={}, titles={}),
    )
    inputs = SimpleNamespace(report=report, citation=read_citation(root))
    page = Page("page", builder, SimpleNamespace(inputs=inputs, uses={}, figures={}))
    directive = SimpleNamespace(report=report, evidence=report.evidence)

    def words_of_page(*sections: nodes.Node) -> str:
        """Write the parts of sections as the site does, with their titles."""
        written = []
        for node in (node for section in sections for node in section.findall()):
            if isinstance(node, nodes.title):
                written.append(node.astext())
            elif isinstance(node, Part):
                context = node["view"](page, **node["arguments"]) if node["view"] else {}
                template = templates().get_template(node["template"])
                written.append(words_of(str(template.make_module({"page": page, **node["arguments"], **context}))))
        return "\n".join(written)

    own = [o for o in report.observations.values() if o.source_id == ID]
    records = [name for name in report.evidence.records if name.startswith(f"{ID}/")]
    cards = [card_lines([name], report) for name in dict.fromkeys([*records, *(o.observation_id for o in own)])]
    known = {
        name: [row for row in table.rows(report) if row.get("source_id") == ID] for name, table in tables().items()
    }
    lines = [line for name, rows in known.items() for line in csv_lines(tables()[name].columns, rows)[1:]]
    captions = [*bases(own), readings(own, {ID: report.evidence.sources[ID].short_name}), mixture(own)]
    return {
        "card": "\n".join(line for card in cards for line in card),
        "register": words_of_page(*records_of(directive, ID)),
        "row": "\n".join(lines),
        "caption": "\n".join(captions),
        "sources": words_of_page(*(section for section in sources(directive) if section["ids"] == [ID])),
    }


def test_every_field_of_the_model_is_here_and_no_other() -> None:
    """Who adds a field decides here where readers see it."""
    assert sorted(fields_of_the_model()) == sorted(SHOWN)


@pytest.mark.parametrize("field", [name for name, shown in SHOWN.items() if shown])
def test_a_field_shows_where_it_applies(read: dict[str, str], field: str) -> None:
    words, places = SHOWN[field]
    assert [place for place in places.split() if words not in read[place]] == []


def test_what_a_survey_says_once_is_told_once(read: dict[str, str]) -> None:
    assert read["sources"].count("The lower half was not read") == 1
    assert read["register"].count("The lower half was not read") == 1
