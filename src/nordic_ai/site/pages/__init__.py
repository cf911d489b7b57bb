"""The pages and parts of pages that are written from the evidence, with the directives that show them."""

from collections.abc import Mapping

from docutils.parsers.rst import Directive

from nordic_ai.site.directives import shows
from nordic_ai.site.pages import (
    audit,
    chapter,
    citation,
    comparability,
    corrections,
    country,
    data,
    explorer,
    front,
    glossary,
    register,
    sources,
)

DIRECTIVES: Mapping[str, type[Directive]] = {
    "audit": audit.Audit,
    "chapter-comparison": chapter.shows_theme(chapter.comparison, "question"),
    "chapter-evidence": shows(chapter.evidence_used),
    "citation": citation.CitationDirective,
    "comparability": comparability.Comparability,
    "comparability-grades": shows(comparability.grades),
    "comparability-marks": shows(comparability.marks),
    "contact": shows("contact.html"),
    "contradictions": shows("audit/contradictions.html"),
    "corrections": shows(corrections.corrections),
    "country": country.CountryPage,
    "data-dictionary": data.DataDictionary,
    "data-files": shows(data.files),
    "evidence-explorer": shows(explorer.explorer),
    "evidence-list": chapter.EvidenceList,
    "evidence-map": shows(front.evidence_map),
    "evidence-register": register.EvidenceRegister,
    "glossary-list": glossary.Glossary,
    "question-wording": chapter.shows_theme("chapter/question_wording.html", "question"),
    "read-with-care": chapter.shows_theme(chapter.read_with_care, "indicator"),
    "report-facts": shows(front.report_facts),
    "source-list": sources.SourceList,
    "withdrawn-records": shows("corrections/withdrawn.html"),
}
