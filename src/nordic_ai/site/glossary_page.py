"""Write the glossary, and the links that show a term's definition where it stands in a text."""

from __future__ import annotations

import html
from typing import Any, get_args

from docutils import nodes
from sphinx.util.docutils import ReferenceRole

from nordic_ai.analysis.wording import listed
from nordic_ai.evidence.glossary import Term, TermGroup, find_term
from nordic_ai.site.elements import EvidenceDirective, foreign, line, section
from nordic_ai.site.generated import LANGUAGES

GLOSSARY = "about/glossary"


class TermLink(nodes.Inline, nodes.TextElement):
    """A term in a sentence; `term` is its id."""


class TermRole(ReferenceRole):
    """`` {term}`frames` `` or `` {term}`list of all <frame>` ``: words that link to their place in the glossary."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Write the link, or report the file, the line and what is wrong."""
        name = find_term(self.target, self.env.app.nordic_glossary)
        if name is None:
            message = self.inliner.reporter.error(
                f"{{term}}`{self.text}`: the glossary has no term `{self.target}`; "
                "add it to data/glossary.yml or name one that is there",
                line=self.lineno,
            )
            return [self.inliner.problematic(self.rawtext, self.rawtext, message)], [message]
        return [TermLink(self.rawtext, self.title, term=name)], []


class Glossary(EvidenceDirective):
    """List all terms by group, each with its definition and its words in other languages."""

    def run(self) -> list[nodes.Node]:
        """Write a section for each group, its terms in alphabetical order."""
        terms = sorted(self.env.app.nordic_glossary.items(), key=lambda one: one[1].term.casefold())
        sections = []
        for group in get_args(TermGroup):
            entries = (self._entry(name, term) for name, term in terms if term.group == group)
            part = nodes.definition_list("", *entries, classes=["glossary"])
            sections.append(section(group[0].upper() + group[1:], f"terms-{group.replace(' ', '-')}", part))
        return sections

    @staticmethod
    def _entry(name: str, term: Term) -> nodes.definition_list_item:
        body = nodes.definition("", line(term.definition))
        words = nodes.paragraph(classes=["words"])
        for language, word in term.words.items():
            words += nodes.Text(f"{', ' if len(words) else ''}{LANGUAGES[language]} ")
            words += foreign(word, language)
        if term.missing:
            names = listed([LANGUAGES[language] for language in term.languages_without], "or")
            words += nodes.Text(f". No word given in {names}: {term.missing}" if term.words else term.missing)
        body += words
        return nodes.definition_list_item("", nodes.term("", term.term, ids=[anchor(name)]), body)


def anchor(term: str) -> str:
    """Name a term's permanent place on the glossary's page."""
    return f"term-{term}"


def visit_term_link(translator: Any, node: TermLink) -> None:
    """Open a `TermLink`."""
    builder = translator.builder
    place = f"{builder.get_relative_uri(builder.current_docname, GLOSSARY)}#{anchor(node['term'])}"
    card = html.escape(node["card"])
    translator.body.append(
        f'<a class="ev ev-words" href="{place}" aria-describedby="{card}" data-more="Open the glossary">'
    )
