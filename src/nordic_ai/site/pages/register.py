"""Write the evidence register: every record with its permanent address, what is known of it, and what uses it."""

from collections import Counter, defaultdict

from docutils import nodes

from nordic_ai.analysis.audit import CHECKS
from nordic_ai.site.cards import title_of
from nordic_ai.site.figure_renderer import figure_anchor
from nordic_ai.site.pages.front import cite_record
from nordic_ai.site.views import Context, EvidenceDirective, Page, once, part, section


def register(directive: EvidenceDirective) -> list[nodes.Node]:
    """List the publications, each with a page for its records, and the ids of publications that are there no more."""
    evidence = directive.evidence
    content = [part("register_contents.html", contents)]
    if gone := [name for name in evidence.retired if name.split("/")[0] not in evidence.sources]:
        content.append(_retired(gone))
    return content


def contents(page: Page) -> Context:
    """Give the publications, the newest first, and how many numbers and descriptions each has."""
    sources = sorted(page.evidence.sources.values(), key=lambda source: source.published.period or "", reverse=True)
    numbers = Counter(observation.source_id for observation in page.report.observations.values())
    return {"sources": sources, "numbers": numbers}


def records_of(directive: EvidenceDirective, source_id: str) -> list[nodes.Node]:
    """Write the page of a publication: a section for each question, figure, survey and list, for charts and statements.

    What it finds comes before how it was made; ids that are used no more stand last.
    """
    source, report = directive.evidence.sources[source_id], directive.report
    groups = defaultdict(list)
    own = [o for o in report.observations.values() if o.source_id == source.id]
    for o in sorted(own, key=lambda o: o.kind == "method"):
        groups[o.belongs_to].append(o.observation_id)
    parts = [(title_of(report.evidence.records[name]), name, ids, None) for name, ids in groups.items()]
    for one in source.lists:
        name = f"{source.id}/{one.id}"
        parts.append((one.title, name, [f"{name}/{item.id}" for item in one.items], one.note))
    for title, kind in (("Charts and tables of the publication", "charts"), ("Statements", "statements")):
        ids = [f"{source.id}/{record.id}" for record in getattr(source, kind)]
        parts.append((title, f"{source.id}/{kind}", ids, None))
    sections = [
        section(title, name, part("register.html", about_records, ids=ids, note=note))
        for title, name, ids, note in parts
        if ids
    ]
    if retired := [name for name in report.evidence.retired if name.split("/")[0] == source.id]:
        sections.append(_retired(retired))
    opening = part("register_opening.html", source_id=source.id)
    return [section(f"{source.short_name}: records", source.id, opening, *sections)]


def _retired(ids: list[str]) -> nodes.section:
    return section("Retired ids", "retired", part("register.html", about_records, ids=ids, note=None))


@once
def about_records(page: Page) -> Context:
    """Give what is said about each record, by its id: the notes on it, checks and uses as links, and how to cite it."""
    observations = page.report.observations
    notes, checks, uses = defaultdict(list), defaultdict(list), defaultdict(dict)
    for source in page.evidence.sources.values():
        for note in source.notes:
            for path in dict.fromkeys(note.about):
                notes[f"{source.id}/{path}"].append(f"{note.kind.capitalize()}: {note.text}")
    for finding in page.report.findings:
        link = page.address("audit", finding.id), f"{finding.verdict.capitalize()}: {CHECKS[finding.check]}"
        of_answers = observations[finding.about[0]].kind != "method"
        for name in finding.about:
            # Shares are not listed at the number of answers that they are shares of.
            if not (of_answers and observations[name].kind == "method"):
                checks[name].append(link)
    for docname, ids in page.domain.uses.items():
        for name in ids:
            uses[name][page.address(docname)] = page.builder.env.titles[docname].astext()
    for docname, figures in page.domain.figures.items():
        for figure in figures.values():
            for row in figure.rows:
                uses[row.observation_id][page.address(docname, figure_anchor(figure))] = f"Figure: {figure.title}"
    return {"notes": notes, "checks": checks, "uses": uses, "cite": cite_record}
