"""Readers set their own municipality beside published answers: rules of the data, sentences, page, questionnaire."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from building import change
from pyxform.xls2xform import convert

from nordic_ai.analysis import municipality
from nordic_ai.analysis.report import Report
from nordic_ai.evidence.citation import read_citation
from nordic_ai.evidence.errors import EvidenceError
from nordic_ai.evidence.languages import ENGLISH, gettext, languages, speaking
from nordic_ai.evidence.loading import read_evidence
from nordic_ai.export.questionnaire import FORM, questionnaire_files, text_file
from nordic_ai.site.pages.municipality import topics
from nordic_ai.site.views import Page, curly, templates

SOURCE = "data/sources/dansk-erhverv-2024.yml"
TOPICS = "data/municipality.yml"
USES, WANTS = "        corresponds_to: uses\n", "        corresponds_to: wants-to\n"
MISSING = "  missing: No publication has a question on this.\n"


@pytest.mark.parametrize(
    ("file", "changes", "told"),
    [
        pytest.param(SOURCE, [("topic: use\n", "topic: usage\n")], "questions[0].topic: there is no topic `usage` in data/municipality.yml", id="unknown topic"),
        pytest.param(SOURCE, [(USES, ""), (WANTS, "")], "questions[0].topic: no answer corresponds to a choice of `use`", id="topic without an answer"),
        pytest.param(SOURCE, [("    topic: strategy\n", "")], "questions[1].answers[0].corresponds_to: goes with a `topic` of the question", id="answer without a topic"),
        pytest.param(SOURCE, [(USES, USES.replace("uses", "used"))], "answers[0].corresponds_to: the topic `use` has no choice `used`; write", id="choice that the topic lacks"),
        pytest.param(SOURCE, [(WANTS, USES)], "answers[1].corresponds_to: another answer corresponds to `uses` already", id="two answers to one choice"),
        pytest.param(TOPICS, [(MISSING, "")], "municipality.yml:15: gains: no publication has a question on it", id="topic without a question"),
        pytest.param(TOPICS, [("    wants-to: No, but it wants to\n", "    wants-to: No, but it wants to\n" + MISSING)], "use.missing: `dansk-erhverv-2024` has a question on it; remove this", id="nothing missing"),
        pytest.param(TOPICS, [("  question: Does your municipality use AI today?\n", "")], "use.question: the field `question` is missing", id="topic that asks nothing"),
    ],
)  # fmt: skip
def test_each_mistake_in_the_topics_is_told(
    project: Path, file: str, changes: list[tuple[str, str]], told: str
) -> None:
    for old, new in changes:
        change(project / file, old, new)
    with pytest.raises(EvidenceError) as caught:
        read_evidence(project)
    assert told in str(caught.value)


def test_sentences_say_among_how_many_of_whom(report: Report) -> None:
    """Of 58, only 9 give 16 per cent (15.5), since 8 give 13.8 and 10 give 17.2. Of 224, 84 give 37.5 and 86 38.4."""

    def said(name: str) -> str:
        measure = report.measures[name.rpartition("/")[0]]
        return municipality.sentence(report.observations[name], measure, report.evidence)

    assert said("dansk-erhverv-2024/strategy/has") == (
        "Like 9 of the 58 chief executives who answered (Denmark, February 2024)."
    )
    assert said("governo-2025/strategy-2024/has") == (
        "Like 84 to 86 of the 224 state agencies, regions and municipalities in Sweden (Sweden, October–December 2024)."
    )
    assert said("kuntaliitto-2023/guidelines/plans").startswith("Like about three in ten of the 182 municipalities")
    assert said("kt-2025/use-2025/uses").startswith("Like 85% of those counted: employers that answered (Finland, ")
    assert said("governo-2025/state-support-2024/data-management").startswith(
        "How many answered like this is not known"
    )


@pytest.fixture(scope="module", params=[ENGLISH, *languages(Path(__file__).parent.parent)])
def page(request: pytest.FixtureRequest, report: Report, root: Path) -> tuple[str, BeautifulSoup]:
    """Write the part of the page in a language, as a build does."""
    code = request.param
    folder = {f"municipality/{one}": {"language": one} for one in (ENGLISH, *languages(root))}
    builder = SimpleNamespace(
        get_relative_uri=lambda _, name: f"{name}.html", env=SimpleNamespace(found_docs=set(folder), metadata=folder)
    )
    package = {file.name: file for file in questionnaire_files(report, "1")}
    inputs = SimpleNamespace(report=report, citation=read_citation(root), package=package)
    shown = Page(f"municipality/{code}", builder, SimpleNamespace(inputs=inputs))
    with speaking(code):
        context = {"page": shown, **topics(shown)}
        written = str(templates().get_template("municipality.html").make_module(context))
    return code, BeautifulSoup(written, "html.parser")


def test_every_choice_has_its_words_and_every_published_answer_its_row(
    page: tuple[str, BeautifulSoup], report: Report
) -> None:
    code, written = page
    for name, measures in municipality.published(report).items():
        topic, part = report.evidence.topics[name], written.select_one(f'[data-topic="{name}"]')
        inputs, said = part.select("fieldset input"), part.select(".own-said > [data-choice]")
        assert {one["type"] for one in inputs} == {"checkbox" if topic.several else "radio"}
        assert [one["value"] for one in inputs] == [one["data-choice"] for one in said] == list(topic.choices)
        with speaking(code):
            assert part.h2.get_text() == curly(gettext(topic.question))
            assert [p.strong.get_text() for p in part.select(".own-answer")] == [
                curly(gettext(label)) for label in topic.choices.values()
            ]
        links = {link["href"].partition("#")[2] for link in part.select("td a.ev")}
        assert links == {row.observation_id for m in measures for _, row in municipality.answers(m, report)}
        assert bool(measures) == (topic.missing is None)
        for measure in measures:
            for answer, row in municipality.answers(measure, report):
                place = part.select_one(f'tr:has(a[href$="#{row.observation_id}"])')
                assert place.get("data-choice") == answer.corresponds_to
                if answer.original:
                    assert place.select_one(f'[lang="{measure.source.language}"]').get_text() == answer.original


def test_without_a_script_nothing_waits_for_an_answer(page: tuple[str, BeautifulSoup]) -> None:
    _, written = page
    waits = written.select("fieldset, .own-controls, .own-said > div, .own-mark")
    assert len(waits) > 50 and all(one.has_attr("hidden") for one in waits)
    assert not written.select("form, [style], script, table[hidden]")


def test_pairs_have_the_grade_that_was_decided(report: Report) -> None:
    grades = municipality.grades(municipality.published(report)["strategy"], report)
    related = [{one.id for one in pair} for pair in grades["Related, not to be ranked"]]
    assert {"dansk-erhverv-2024/strategy", "governo-2025/strategy-2024"} in related


def test_every_text_of_the_data_is_translated(report: Report, root: Path) -> None:
    texts = set(municipality.texts(report))
    assert len(texts) > 30
    for code in languages(root):
        with speaking(code):
            assert [text for text in texts if not gettext(text)] == []


def test_a_reader_of_xlsforms_takes_the_questionnaire_in_every_language(
    report: Report, root: Path, tmp_path: Path
) -> None:
    form, *texts = questionnaire_files(report, "0.1.0")
    assert [form, *texts] == questionnaire_files(report, "0.1.0"), "the same bytes twice"
    (tmp_path / form.name).write_bytes(form.content)
    result = convert(tmp_path / form.name, validate=False)
    assert result.warnings == []
    read, spoken = ElementTree.fromstring(result.xform), [ENGLISH, *languages(root)]
    found = read.findall(".//{*}translation")
    named = [re.search(r"\((.+)\)", one.get("lang"))[1] for one in found]
    assert sorted(named) == sorted(spoken) and len(spoken) == 6
    assert [one.get("lang") for one in found if one.get("default")] == ["English (en)"]
    assert len({len(one.findall("{*}text")) for one in found}) == 1
    for kind, several in (("select1", False), ("select", True)):
        own = [name.replace("-", "_") for name, topic in report.evidence.topics.items() if topic.several == several]
        assert [one.get("ref").rpartition("/")[2] for one in read.findall(f".//{{*}}{kind}")] == own
    assert [file.name for file in texts] == [text_file(code) for code in spoken] and form.name == FORM
    for code, file in zip(spoken, texts, strict=True):
        with speaking(code):
            for number, topic in enumerate(report.evidence.topics.values(), start=1):
                assert f"\n## {number}. {gettext(topic.question)}\n" in file.content.decode("utf-8")
