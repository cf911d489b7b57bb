"""Write a country's page from the records alone, so that a new publication appears without anybody editing a page."""

from collections import defaultdict
from datetime import date
from typing import get_args

from docutils import nodes

from nordic_ai.analysis.wording import format_extents, format_reading, listed
from nordic_ai.evidence.loading import Evidence
from nordic_ai.evidence.model import Source
from nordic_ai.evidence.printed import Dated
from nordic_ai.evidence.values import MAIN_SUBJECT, Theme, period_bounds
from nordic_ai.evidence.vocabularies import Country
from nordic_ai.figures.captions import bases
from nordic_ai.site.domain import report_domain
from nordic_ai.site.pages.comparability import not_known
from nordic_ai.site.views import Context, EvidenceDirective, Page, first_sentence, part, section, when

# Markdown, as in the text of a page.
_NOTHING_READ = """\
No publication from {country} has been read for this report yet.

That says nothing about how far municipalities in {country} have come with artificial intelligence, \
nor that nothing has been published there; it says only that nothing is recorded here.

One publication is enough to fill this page: \
see [what counts as a publication, and how to contribute one](/about/contribute.md).
"""
_NO_SURVEY = "No survey of municipalities in {country} is among them{instead}."
_KEY_FIGURES = """\
Key figures are the numbers on what this report compares across publications. \
Each links to its record, and has its 95% interval or the reason why it has none. \
What else has been recorded is in the [evidence register](/evidence/register.md) and, on the site, folds away below.
"""
_MISSING = "Whoever knows of another publication can read [how to contribute one](/about/contribute.md)."


def page(directive: EvidenceDirective, code: str) -> list[nodes.Node]:
    """Say of a country with which key figures it stands, what they cannot say, and what was published when.

    What the author wants to lead with stands above; the ids of the shares to draw, if not the first of each question on
    what is compared, in the directive's content.
    """
    country, sources = directive.evidence.countries[code], sources_of(code, directive.evidence)
    parse = directive.parse_text_to_nodes
    if not sources:
        return parse(_NOTHING_READ.format(country=country.name))
    published = (_publication(source, directive) for source in sources)
    themes = (_on_theme(theme, code, directive) for theme in get_args(Theme))
    drawn = _shares_to_draw(directive, code)
    report_domain(directive.env).note_uses(drawn)
    return [
        *parse(_opening(country, sources)),
        part("country/chart.html", chart, drawn=drawn),
        section("Key figures by theme", "key-figures", *parse(_KEY_FIGURES), *themes),
        section("What this evidence cannot say", "cannot-say", part("country/limits.html", limits, code=code)),
        section("What is missing here", "missing", *parse(_MISSING)),
        section("What has been published", "published", *published),
        section("Timeline", "timeline", part("table.html", timeline, code=code)),
    ]


def _shares_to_draw(directive: EvidenceDirective, code: str) -> list[str]:
    """Give the ids of the shares in a country's chart; refuse what is none."""
    shares = [
        number
        for number in directive.report.results
        if (number.kind, number.unit, number.country) == ("answer", "percent", code)
    ]
    if chosen := " ".join(directive.content).split():
        known = {share.observation_id for share in shares}
        if wrong := [name for name in chosen if name not in known]:
            raise directive.error(f"`{wrong[0]}` is no share of answers on AI from this country; name one that is")
        return chosen
    first = {share.question_id: share.observation_id for share in reversed(shares) if share.indicator_id}
    return [share.observation_id for share in shares if share.observation_id in first.values()]


def chart(page: Page, drawn: list[str]) -> Context:
    """Give the shares to draw by those who answered, with how much was read."""
    rows = defaultdict(list)
    for observation in map(page.report.observations.get, drawn):
        rows[observation.source_id, bases([observation])[0], format_reading(observation)].append(observation)
    return {"rows": rows}


def _publication(source: Source, directive: EvidenceDirective) -> nodes.section:
    """Show what a publication is, and note that the page uses the numbers of those asked and answered."""
    counts = [f"{source.id}/{survey.id}/{name}" for survey in source.surveys for name in ("respondents", "invited")]
    known = (name for name in counts if directive.report.observations[name].value is not None)
    report_domain(directive.env).note_uses(known)
    return section(source.title.english, f"publication-{source.id}", part("country/publication.html", name=source.id))


def _on_theme(theme: str, code: str, directive: EvidenceDirective) -> nodes.section:
    """Show what has been recorded on a theme, and note that the page uses it."""
    found = (o for o in directive.report.numbers if o.kind != "method" and (o.country, o.theme) == (code, theme))
    numbers = [number.observation_id for number in found]
    in_words = [
        f"{source.id}/{record.id}"
        for source in sources_of(code, directive.evidence)
        for record in (*source.lists, *source.statements)
        if record.theme == theme
    ]
    report_domain(directive.env).note_uses([*numbers, *in_words])
    content = part("country/theme.html", theme=theme, numbers=numbers, in_words=in_words)
    return section(theme.capitalize(), f"theme-{theme}", content)


def sources_of(code: str, evidence: Evidence) -> list[Source]:
    """List the publications from a country, the newest first."""
    own = (source for source in evidence.sources.values() if code in source.countries)
    return sorted(own, key=lambda source: source.published.period or "", reverse=True)


def _opening(country: Country, sources: list[Source]) -> str:
    """Say how much was read, and whether municipalities were asked; it also describes the page to search engines."""
    many, whole = len(sources), sum(source.reading.extent == "whole" for source in sources)
    read = "one publication" if many == 1 else f"{many} publications"
    extents = format_extents(whole, many - whole)
    opening = f"This page sums up what has been recorded from {read} about {country.name}, {extents}."
    surveys = [survey for source in sources for survey in source.surveys]
    if all(survey.municipal in ("none", "not told") for survey in surveys):
        instead = "; those that there are asked others, or do not tell" if surveys else ""
        opening += " " + _NO_SURVEY.format(country=country.name, instead=instead)
    if country.municipalities:
        reference = country.municipalities_reference.rstrip(".")
        opening += f" The country has {country.municipalities} municipalities ({reference})."
    return opening


def timeline(page: Page, code: str) -> Context:
    """Tabulate when answers were collected and publications came out; what has no date stands last."""
    events = []
    for source in sources_of(code, page.evidence):
        events += [(survey.field_period, f"Survey: {survey.title}", source) for survey in source.surveys]
        events.append((source.published, f"Publication: {source.title.english}", source))
    # Sorting keeps a survey before the publication of the same date.
    events.sort(key=lambda event: period_bounds(event[0].period)[1] if event[0].period else date.max)
    rows = [
        [when(dated.period) or _unknown(dated), ". ".join(filter(None, (what, dated.missing))), source.short_name]
        for dated, what, source in events
    ]
    return {"caption": "Timeline", "heads": ["When", "What", "Told by"], "rows": rows}


def _unknown(dated: Dated) -> str:
    return "Not seen by us" if dated.not_seen else "Not told"


def limits(page: Page, code: str) -> Context:
    """Say what the records themselves show to be unknown, lost, contradicted, or about few only."""
    country, sources = page.evidence.countries[code].name, sources_of(code, page.evidence)
    themes = {o.theme for o in page.report.numbers if (o.country, o.subject) == (code, MAIN_SUBJECT)}
    without = [theme for theme in get_args(Theme) if theme not in themes]
    measures = [m for m in page.report.measures.values() if m.country == country and m.record.indicator]
    surveys = [(survey, source.questions) for source in sources for survey in source.surveys]
    roles = dict.fromkeys(first_sentence(s.respondent_role.text) for s, _ in surveys if s.respondent_role.text)
    silent = [survey.title for survey, questions in surveys if survey.id not in {one.survey for one in questions}]
    repeated = any(question.repeats for _, questions in surveys for question in questions)
    scopes = dict.fromkeys(m.record.scope for m in measures if m.survey is None and m.record.scope)
    limits = [
        ("No number about artificial intelligence on", without and f"{listed(without, 'or')}."),
        (
            "The answers are those of",
            roles and f"{'; '.join(roles)}. How others in {country} would answer is not known.",
        ),
        (None, "" if surveys else f"No survey from {country} has been recorded."),
        ("No answers are printed of", silent and f"{'; '.join(silent)}."),
        (None, "" if repeated else "No question was asked in two waves of a survey, so no answers tell of change."),
        ("The key figures that are no survey answers are about", scopes and f"{'; '.join(scopes)}."),
        *not_known(measures),
    ]
    return {"limits": limits, "sources": sources}
