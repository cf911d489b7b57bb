"""Say what a finding of the audit is, and write its sentence from the texts in checks.yml."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Literal

from jinja2 import DictLoader, Environment, StrictUndefined

from nordic_ai.analysis import wording
from nordic_ai.analysis.audit.printed import ABOUT, TENTHS, Row
from nordic_ai.analysis.wording import listed, plain_number, quoted
from nordic_ai.evidence.strict_yaml import read_yaml

Verdict = Literal["contradicted", "within rounding", "cannot be checked", "consistent"]

_TEXTS = read_yaml(Path(__file__).with_name("checks.yml")).data
_TEMPLATES = {f"{check}/{key}": text for check, texts in _TEXTS["checks"].items() for key, text in texts.items()}


def _write(value: object) -> object:
    """Write numbers and lists for readers wherever a sentence names them."""
    if isinstance(value, int | float | Fraction):
        return plain_number(value)
    return listed(map(_write, value)) if isinstance(value, list) else value


_SENTENCES = Environment(loader=DictLoader(_TEMPLATES), undefined=StrictUndefined, finalize=_write)
_SENTENCES.filters |= vars(wording)

VERDICTS: Mapping[Verdict, str] = {
    verdict: _SENTENCES.from_string(text).render(about=ABOUT, tenths=TENTHS)
    for verdict, text in _TEXTS["verdicts"].items()
}
"""What each verdict means, the worst first."""

CHECKS: Mapping[str, str] = {check: texts["question"] for check, texts in _TEXTS["checks"].items()}
"""What each check asks."""


@dataclass(frozen=True)
class Finding:
    """What a check found about printed numbers. It never changes a value."""

    id: str
    """`<publication>/<check>/<record>`; permanent, and its anchor on the audit page."""
    source_id: str
    check: str
    """A key of `CHECKS`."""
    about: tuple[str, ...]
    """Full ids of the observations that were compared."""
    printed: str
    """What is printed and where."""
    computed: str
    """What we compute, briefly; empty where nothing can be."""
    verdict: Verdict
    sentence: str


Judgement = tuple[str, Verdict, str]
"""What we compute, the verdict and its sentence, as in a finding."""

Result = tuple[str, Row, Judgement]
"""What a check yields: the record, or part of one, that is judged, the numbers that were compared, the judgement."""


def judge(verdict: Verdict, text: str, computed: str = "", **words: object) -> Judgement:
    """Give a verdict with a sentence of checks.yml, into which the words are filled.

    The name of a check alone stands for its sentence that is named as the verdict is.

    >>> judge("consistent", "share", division="1 of 2 is 50.0%", share="50%")
    ('', 'consistent', '1 of 2 is 50.0%, which fits the printed 50%.')
    """
    name = text if "/" in text else f"{text}/{verdict}"
    return computed, verdict, _SENTENCES.get_template(name).render(words)


unchecked = partial(judge, "cannot be checked")
"""Judge that a check is not possible, for the reason that the sentence gives."""


def fit(equal: bool, near: bool = False) -> Verdict:
    """Give the verdict on what equals the printed number, or is near enough for rounding to explain it, or neither."""
    return "consistent" if equal else "within rounding" if near else "contradicted"


def finding(source_id: str, check: str, result: Result) -> Finding:
    """Complete the result of a check with its id and with what is printed."""
    record, numbers, judgement = result
    about = {}
    for number in numbers:
        told = number.observation
        printed = "no number" if told.value is None else f"{quoted(told.as_printed)} ({told.locator})"
        about[told.observation_id] = f"{told.label}: {printed}"
    id_ = f"{source_id}/{check}/{record}"
    return Finding(id_, source_id, check, tuple(about), "; ".join(about.values()), *judgement)
