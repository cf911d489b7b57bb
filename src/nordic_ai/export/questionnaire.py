"""Write the questions that readers are asked as a questionnaire to take away: an XLSForm, and a text a language."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from io import BytesIO

from babel import Locale
from xlsxwriter import Workbook

from nordic_ai.analysis.municipality import published
from nordic_ai.analysis.report import Report
from nordic_ai.evidence.languages import ENGLISH, gettext, gettext_noop, languages, speaking
from nordic_ai.export.data_package import DataFile
from nordic_ai.export.workbook import CREATED

FORM = "questionnaire.xlsx"
_TITLE = gettext_noop("Where does your municipality stand on AI?")


def text_file(language: str) -> str:
    """Name the file of the questionnaire as text in a language."""
    return f"questionnaire-{language}.md"


def questionnaire_files(report: Report, version: str) -> list[DataFile]:
    """Give the questionnaire as a form in all languages and as a text in each; raises `EvidenceError`."""
    spoken = [ENGLISH, *languages(report.evidence.root)]
    form = _form(_sheets(report, spoken, version))
    about = "The questions on the reader's own municipality as an XLSForm, in all languages."
    files = [DataFile(FORM, about, form)]
    for code in spoken:
        with speaking(code):
            text = "\n".join(_text(report)) + "\n"
        named = f"The same questions as text, in {Locale.parse(code).english_name}."
        files.append(DataFile(text_file(code), named, text.encode("utf-8")))
    return files


def _sheets(report: Report, spoken: Sequence[str], version: str) -> Mapping[str, list[list[str]]]:
    """Give the sheets of an XLSForm, the heads first."""
    names = [f"{Locale.parse(code).display_name.capitalize()} ({code})" for code in spoken]
    labels, hints = ([f"{kind}::{name}" for name in names] for kind in ("label", "hint"))
    survey, choices = [["type", "name", *labels, *hints]], [["list_name", "name", *labels]]
    for name, topic in report.evidence.topics.items():
        key = _name(name)
        kind = "select_multiple" if topic.several else "select_one"
        hint = _in_each(spoken, lambda name=name: _hint(name, report))
        survey.append([f"{kind} {key}", key, *_in_each(spoken, lambda topic=topic: gettext(topic.question)), *hint])
        for choice, label in topic.choices.items():
            choices.append([key, _name(choice), *_in_each(spoken, lambda label=label: gettext(label))])
    settings = [["form_title", "form_id", "version", "default_language"]]
    settings.append([_TITLE, "where_do_we_stand", version, names[0]])
    return {"survey": survey, "choices": choices, "settings": settings}


def _name(name: str) -> str:
    """Write an id so that formulas of a form can name it, in which a hyphen is a minus."""
    return name.replace("-", "_")


def _in_each(spoken: Sequence[str], say: Callable[[], str]) -> list[str]:
    """Give what is said in each language."""
    said = []
    for code in spoken:
        with speaking(code):
            said.append(say())
    return said


def _hint(name: str, report: Report) -> str:
    """Say which publications have asked the like."""
    asked = dict.fromkeys(measure.source.short_name for measure in published(report)[name])
    if not asked:
        return gettext("No publication asks this yet.")
    return gettext("To be compared with: {publications}.").format(publications="; ".join(asked))


def _form(sheets: Mapping[str, list[list[str]]]) -> bytes:
    settings = {f"strings_to_{kind}": False for kind in ("numbers", "urls", "formulas")}
    file = BytesIO()
    with Workbook(file, settings | {"in_memory": True}) as book:
        book.set_properties({"title": _TITLE, "created": CREATED})
        bold = book.add_format({"bold": True})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.set_column(0, len(rows[0]) - 1, 24)
            for line, row in enumerate(rows):
                for place, text in enumerate(row):
                    sheet.write_string(line, place, text, None if line else bold)
            sheet.freeze_panes(1, 0)
    return file.getvalue()


def _text(report: Report) -> Iterator[str]:
    """Yield the lines of the questionnaire in the language spoken, as Markdown."""
    yield f"# {gettext(_TITLE)}"
    for number, (name, topic) in enumerate(report.evidence.topics.items(), start=1):
        several = gettext("Several answers are possible.") if topic.several else gettext("One answer.")
        yield from ("", f"## {number}. {gettext(topic.question)}", "", f"{several} {_hint(name, report)}", "")
        yield from (f"- [ ] {gettext(label)}" for label in topic.choices.values())
