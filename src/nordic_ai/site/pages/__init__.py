"""The pages and parts of pages that are written from the evidence, with the directives that show them."""

from collections.abc import Mapping

from docutils.parsers.rst import Directive

from nordic_ai.evidence.model import Enumeration
from nordic_ai.site.pages import audit, chapter, comparability, country, explorer, front, lists, municipality, register
from nordic_ai.site.views import shows, writes

# What directives take as their argument: which are known, and the error about others.
_PART_OF_THE_AUDIT = (lambda report: audit.PARTS, "the audit has no part `{}`; choose one of {}")
_COUNTRY = (lambda report: report.evidence.countries, "no country has the code `{}`; data/countries.yml knows {}")
_PUBLICATION = (lambda report: report.evidence.sources, "no publication has the id `{}`; there are {}")
_LIST = (
    lambda report: [name for name, record in report.evidence.records.items() if isinstance(record, Enumeration)],
    "no list has the id `{}`",
)
_THEME_OF_A_QUESTION = (
    lambda report: [measure.record.theme for measure in report.measures.values() if measure.survey],
    "no question belongs to the theme `{}`",
)
_THEME_OF_AN_INDICATOR = (
    lambda report: [indicator.theme for indicator in report.evidence.indicators.values()],
    "no indicator belongs to the theme `{}`",
)
_CONTRADICTION = (
    lambda report: [one.id for one in report.contradictions],
    "the audit has no contradiction `{}`; it has {}",
)
_CITABLE = (
    lambda report: ["report", "data", "figure", *report.evidence.sources, *report.observations],
    "`{}` is neither report, data or figure nor the id of a publication or observation",
)

DIRECTIVES: Mapping[str, type[Directive]] = {
    "audit": writes(audit.audit, name=_PART_OF_THE_AUDIT),
    "audit-of": writes(audit.audit_of, source_id=_PUBLICATION),
    "chapter-comparison": shows("chapter/comparison.html", theme=_THEME_OF_A_QUESTION),
    "chapter-evidence": shows("chapter/evidence_used.html", chapter.evidence_used),
    "citation": shows("citation.html", front.citation, name=_CITABLE),
    "comparability": writes(comparability.comparability),
    "comparability-grades": shows("table.html", comparability.grades),
    "comparability-marks": shows("table.html", comparability.marks),
    "contact": shows("contact.html"),
    "contradictions": shows("audit/contradictions.html", example=_CONTRADICTION),
    "corrections": shows("corrections/corrections.html"),
    "country": writes(country.page, content=True, code=_COUNTRY),
    "data-dictionary": writes(lists.data_dictionary),
    "data-files": shows("data/files.html"),
    "evidence-explorer": shows("explorer.html", explorer.explorer),
    "evidence-list": writes(chapter.evidence_list, name=_LIST),
    "evidence-map": shows("front/evidence_map.html", front.evidence_map),
    "evidence-register": writes(register.register),
    "glossary-list": writes(lists.glossary),
    "printed-editions": shows("front/printed_editions.html", front.editions),
    "question-wording": shows("chapter/question_wording.html", theme=_THEME_OF_A_QUESTION),
    "read-with-care": shows("chapter/read_with_care.html", chapter.read_with_care, theme=_THEME_OF_AN_INDICATOR),
    "records-of": writes(register.records_of, source_id=_PUBLICATION),
    "report-facts": shows("front/report_facts.html"),
    "source-list": writes(lists.sources),
    "where-we-stand": writes(municipality.where_we_stand),
    "withdrawn-records": shows("corrections/withdrawn.html"),
}
