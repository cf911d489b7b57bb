"""The pages and parts of pages that are written from the evidence, with the directives that show them."""

from collections.abc import Mapping

from docutils.parsers.rst import Directive

from nordic_ai.site.pages import (
    audit,
    chapter,
    citation,
    comparability,
    corrections,
    country,
    explorer,
    front,
    lists,
    register,
)
from nordic_ai.site.views import shows, writes

# What a directive takes as its argument: which are known, and the error about others.
_COUNTRY = (lambda report: report.evidence.countries, "no country has the code `{}`; data/countries.yml knows {}")
_LIST = (chapter.lists, "no list has the id `{}`")
_THEME_OF_A_QUESTION = (chapter.themes_of_questions, "no question belongs to the theme `{}`")
_THEME_OF_AN_INDICATOR = (chapter.themes_of_indicators, "no indicator belongs to the theme `{}`")
_CITABLE = (citation.citable, "`{}` is neither report, data or figure nor the id of a publication or observation")

DIRECTIVES: Mapping[str, type[Directive]] = {
    "audit": audit.Audit,
    "chapter-comparison": shows("chapter/comparison.html", theme=_THEME_OF_A_QUESTION),
    "chapter-evidence": shows(chapter.evidence_used),
    "citation": shows(citation.citation, name=_CITABLE),
    "comparability": comparability.Comparability,
    "comparability-grades": shows(comparability.grades),
    "comparability-marks": shows(comparability.marks),
    "contact": shows("contact.html"),
    "contradictions": shows("audit/contradictions.html"),
    "corrections": shows(corrections.corrections),
    "country": writes(country.page, code=_COUNTRY),
    "data-dictionary": writes(lists.data_dictionary),
    "data-files": shows("data/files.html"),
    "evidence-explorer": shows(explorer.explorer),
    "evidence-list": writes(chapter.evidence_list, name=_LIST),
    "evidence-map": shows(front.evidence_map),
    "evidence-register": register.EvidenceRegister,
    "glossary-list": writes(lists.glossary),
    "question-wording": shows("chapter/question_wording.html", theme=_THEME_OF_A_QUESTION),
    "read-with-care": shows(chapter.read_with_care, theme=_THEME_OF_AN_INDICATOR),
    "report-facts": shows(front.report_facts),
    "source-list": writes(lists.sources),
    "withdrawn-records": shows("corrections/withdrawn.html"),
}
