"""The audit of the publications: known contradictions are found, and every number in it is computed again."""

from __future__ import annotations

import dataclasses
import html
import itertools
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from nordic_ai.analysis.audit import CHECKS, VERDICTS, Finding
from nordic_ai.analysis.observations import Observation
from nordic_ai.analysis.report import Report
from nordic_ai.analysis.wording import quoted
from nordic_ai.evidence.errors import EvidenceError
from nordic_ai.evidence.loading import Evidence, read_evidence

DE17, DE24, GOV, HT, KS = (
    *("dansk-erhverv-2017", "dansk-erhverv-2024", "governo-2025"),
    *("hoeje-taastrup-2025", "ks-2024"),
)


@pytest.fixture(scope="module")
def findings(report: Report) -> dict[str, Finding]:
    found = report.findings
    by_id = {finding.id: finding for finding in found}
    assert len(by_id) == len(found)
    return by_id


@pytest.mark.parametrize(
    ("name", "verdict", "words"),
    [
        # Contradictions that are known from reading.
        (f"{GOV}/response-rate/survey-2024", "contradicted", ["39.0%, not 44%", "250 to 255", "plain mean", "40.1%"]),
        (f"{GOV}/response-rate/survey-2024/state-agencies", "contradicted", ["38.8%, not 38%", "99 to 101"]),
        (f"{GOV}/repeated/survey-2024/respondents/about-us", "contradicted", ["224", "230"]),
        (f"{GOV}/largest/neither-with-private", "contradicted", ["25%", "has 39%"]),
        (f"{GOV}/other-words/high-cooperation", "cannot be checked", ["6% is neither 5% nor 1%", "no more than 1.5% in both"]),
        (f"{GOV}/repeated/projects-2024/started-or-planning/summary", "within rounding", ["“nästan 80 %”", "rounded up"]),
        (f"{GOV}/majority/support-2024/training", "cannot be checked", ["51%", "44.5% to 57.5%"]),
        (f"{GOV}/head-count/survey-2024", "cannot be checked", ["every whole percentage"]),
        (f"{GOV}/adding-up/survey-2024", "cannot be checked", ["one answer or none", "the charts that may show more were lost"]),
        (f"{GOV}/other-words/strategy-or-plan-2024", "cannot be checked", ["explicit AI strategy"]),
        (f"{GOV}/other-words/support-on-law", "cannot be checked", ["state support"]),
        (f"{DE24}/adding-up/strategy", "cannot be checked", ["97%", "1.0% to 5.0% (2 of 58)", "chart", "was lost"]),
        (f"{DE24}/adding-up/management-competence", "within rounding", ["2, 24, 32, 0 and 0", "everybody"]),
        (f"{DE24}/adding-up/use", "cannot be checked", ["98%", "1 of 58"]),
        (f"{DE24}/majority/strategy/planned", "consistent", ["50.0% to 66.3%", "may be no majority"]),
        (f"{DE17}/largest-weight/survey-2017", "contradicted", ["0.67 cannot be the largest"]),
        (f"{DE17}/margin-of-error/survey-2017", "within rounding", ["5.43", "5.05 to 5.08", "±5"]),
        (f"{DE17}/response-rate/survey-2017", "cannot be checked", ["2,415 to 2,608"]),
        (f"{DE17}/adding-up/survey-2017", "cannot be checked", ["one answer or none", "was lost"]),
        # What fits is said to fit.
        (f"{GOV}/response-rate/survey-2024/regions", "consistent", ["57.1%"]),
        (f"{GOV}/response-rate/survey-2024/municipalities", "consistent", ["36.9%"]),
        (f"{GOV}/group-sum/survey-2024/invited", "consistent", ["263, 21 and 290 make 574"]),
        (f"{GOV}/group-sum/survey-2024/respondents", "consistent", ["102, 12, 107 and 3 make 224"]),
        (f"{GOV}/largest/neither-with-public", "consistent", ["28%", "up to 9.5 percentage points"]),
        (f"{GOV}/largest/efficiency-clearest", "consistent", ["largest of the printed shares"]),
        (f"{GOV}/share/saving-and-expenditure", "cannot be checked", ["2,146 to 2,555 billion SEK"]),
        (f"{HT}/sum/net-change/2025", "consistent", ["600"]),
        (f"{HT}/sum/net-change/2028", "consistent", ["−550"]),
        (f"{HT}/running-total/net-change", "consistent", ["600, 325, −225 and −775", "in 2027"]),
        (f"{HT}/per-unit/saving-and-posts", "consistent", ["550 thousand DKK for each full-time equivalent"]),
        (f"{HT}/repeated/efficiency/2026/prose", "consistent", ["0.275 million DKK is 275 thousand DKK"]),
        (f"{KS}/response-rate/survey-2024", "cannot be checked", ["not told"]),
    ],
)  # fmt: skip
def test_what_is_known_of_the_publications_is_found(
    findings: dict[str, Finding], name: str, verdict: str, words: list[str]
) -> None:
    finding = findings[name]
    assert finding.verdict == verdict
    assert [word for word in words if word not in finding.sentence] == []


def test_nothing_else_is_called_contradicted(findings: dict[str, Finding]) -> None:
    """A new accusation has to be looked at by a person before it stands here."""
    ours = {name: finding for name, finding in findings.items() if finding.source_id in (DE17, DE24, GOV, HT, KS)}
    assert {name for name, finding in ours.items() if finding.verdict == "contradicted"} == {
        f"{GOV}/response-rate/survey-2024",
        f"{GOV}/response-rate/survey-2024/state-agencies",
        f"{GOV}/repeated/survey-2024/respondents/about-us",
        f"{GOV}/largest/neither-with-private",
        f"{DE17}/largest-weight/survey-2017",
    }


def test_every_finding_is_complete_and_leads_to_its_records(findings: dict[str, Finding], evidence: Evidence) -> None:
    observations = Report(evidence).observations
    for finding in findings.values():
        assert finding.id.startswith(f"{finding.source_id}/{finding.check}/")
        assert finding.check in CHECKS and finding.verdict in VERDICTS
        assert finding.about and all(name.startswith(f"{finding.source_id}/") for name in finding.about)
        for name in finding.about:
            observation = observations[name]
            assert (
                observation.value is None
                or f"{quoted(observation.as_printed)} ({observation.locator})" in finding.printed
            )
        assert re.fullmatch(r"[A-Z0-9“−].*[.?]", finding.sentence), finding.sentence
        assert not re.search(r"  |\.\.|\bNone\b|np\.|Fraction|\binf\b|\bnan\b", finding.sentence), finding.sentence


def test_every_kind_of_check_and_verdict_comes_up(findings: dict[str, Finding]) -> None:
    assert {finding.check for finding in findings.values()} == set(CHECKS)
    assert {finding.verdict for finding in findings.values()} == set(VERDICTS)


def test_a_finding_never_changes_a_value(evidence: Evidence) -> None:
    report = Report(evidence)
    before = dict(report.observations)
    assert report.findings
    assert report.observations == before == Report(evidence).observations
    with pytest.raises(dataclasses.FrozenInstanceError):
        report.findings[0].verdict = "consistent"


# Every number in the findings, computed again ------------------------------------------------------------------------
# From the files as plain YAML, by trying all possibilities, in exact fractions; only the list of ids is shared.


def half_fits(value: Fraction, printed: Fraction) -> bool:
    """Every share and rate of these publications is printed in whole per cents."""
    return abs(value - printed) <= Fraction(1, 2)


def heads(share: float, n: int) -> list[int]:
    return [k for k in range(n + 1) if half_fits(Fraction(100 * k, n), Fraction(str(share)))]


def _near(share: Fraction, n: int) -> range:
    return range(int(share * n / 100) - 1, int(share * n / 100) + 3)


def margin(n: float, frame: float | None = None) -> float:
    correction = 1 if frame is None else (frame - n) / (frame - 1)
    return 100 * 1.959963984540054 * math.sqrt(0.25 / n * correction)


def wilson(count: float, n: int) -> tuple[float, float]:
    """Wilson (1927), as the roots of his quadratic."""
    p, z = count / n, 1.959963984540054
    a, b, c = 1 + z * z / n, -2 * p - z * z / n, p * p
    root = math.sqrt(b * b - 4 * a * c)
    return 100 * (-b - root) / (2 * a), 100 * (-b + root) / (2 * a)


def exact(count: int, n: int, frame: int) -> tuple[float, float]:
    """Every number of units that could give the answer with which neither tail is as unlikely as 1 in 40."""

    def chance(yes: int, counts: range) -> Fraction:
        return Fraction(sum(math.comb(yes, k) * math.comb(frame - yes, n - k) for k in counts), math.comb(frame, n))

    tails = {yes: (chance(yes, range(count, n + 1)), chance(yes, range(count + 1))) for yes in range(frame + 1)}
    kept = [yes for yes, tail in tails.items() if min(tail) > Fraction(1, 40)]
    return 100 * kept[0] / frame, 100 * kept[-1] / frame


class Again:
    """Computes again what a finding may say, from the values that its records print."""

    def __init__(self, finding: Finding, observations: dict[str, Observation], document: dict) -> None:
        self.finding, self.document = finding, document
        self.about = [observations[name] for name in finding.about]
        self.values = [Fraction(str(o.value)) for o in self.about if o.value is not None]
        self.n = next((o.base_n for o in self.about if o.base_n is not None), None)

    def numbers(self) -> Iterator[float]:
        yield from map(float, self.values)
        yield from (abs(float(value)) for value in self.values)
        yield from (o.value_to for o in self.about if o.value_to is not None)
        yield from getattr(self, self.finding.check.replace("-", "_"))()

    def shares(self) -> list[Fraction]:
        return [Fraction(str(o.value)) for o in self.about if o.kind == "answer" and o.value is not None]

    def head_count(self) -> Iterator[float]:
        if self.n is not None:
            yield self.n
            for share in self.shares():
                yield from heads(share, self.n)

    def base(self) -> Iterator[float]:
        shares = [(share, 10 ** -len(str(float(share)).partition(".")[2].strip("0"))) for share in self.shares()]
        for limit in {int(digits.replace(",", "")) for digits in re.findall(r"up to ([\d,]+)", self.finding.sentence)}:
            found = [
                n
                for n in range(1, limit + 1)
                if all(
                    any(abs(Fraction(100 * k, n) - share) <= Fraction(str(step)) / 2 for k in _near(share, n))
                    for share, step in shares
                )
            ]
            yield from (limit, len(found), *found[:10])
            yield sum(math.prod(min(1, (n + 1) / (100 / s + 1)) for _, s in {*shares}) for n in range(1, limit + 1))

    def adding_up(self) -> Iterator[float]:
        shares = self.shares()
        yield 100
        if not shares:
            return
        told = [o for o in self.about if o.kind == "answer" and o.value is not None]
        yield max(0, 100 - sum(o.value if o.value_to is None else o.value_to for o in told))
        printed = [o.as_printed for o in told]
        decimals = [len("".join(re.findall(r"\d[,.](\d+)", text))) for text in printed]
        slack = sum(Fraction(1, 2 * 10**places) for places in decimals)
        low, high = 100 - sum(shares) - slack, 100 - sum(shares) + slack
        yield from (float(sum(shares)), float(100 - sum(shares)), max(0.0, float(low)), float(high))
        if self.n is not None:
            sums = {0}
            for share in shares:
                yield from heads(share, self.n)
                sums = {a + b for a in sums for b in heads(share, self.n)}
            rests = [max(0, self.n - together) for together in sums]
            yield from (self.n, min(rests), max(rests))

    def response_rate(self) -> Iterator[float]:
        known = {o.observation_id.rpartition("/")[2]: o.value for o in self.about if o.value is not None}
        rate, answered, asked = (known.get(name) for name in ("response-rate", "respondents", "invited"))
        if answered is None:
            return
        if asked is not None:
            yield float(100 * Fraction(int(answered)) / int(asked))
            others = [m["value"] for m in self.survey()["respondents"].get("also", []) if m.get("precision") != "bound"]
            for other in others:
                yield from (other, 100 * other / asked)
            if rate is not None:
                yield from heads(rate, int(asked))
        else:
            yield from (98, 100 * answered / 98)  # the Danish municipalities
        if rate is not None:
            fits = (
                N for N in range(int(answered), 20000) if half_fits(Fraction(int(100 * answered), N), Fraction(rate))
            )
            yield from fits
        groups = self.survey().get("groups", [])
        both = [(g["respondents"]["value"], g["invited"].get("value")) for g in groups]
        yield from (100 * respondents / invited for respondents, invited in both if invited)
        rates = [g["response_rate"].get("value") for g in groups]
        rates = [one for one in rates if one is not None]
        yield from rates
        if rates:
            yield sum(rates) / len(rates)

    def record(self, name: str, kind: str) -> dict:
        return next(record for record in self.document[kind] if record["id"] == name)

    def survey(self) -> dict:
        name = self.about[0].observation_id.split("/")[1]
        return next(survey for survey in self.document["surveys"] if survey["id"] == name)

    def group_sum(self) -> Iterator[float]:
        yield float(sum(self.values[1:]))

    def margin_of_error(self) -> Iterator[float]:
        yield 95
        n = self.survey()["respondents"].get("value")
        if n is None:
            return
        yield margin(n)
        yield (98 / self.survey()["margin_of_error"]["value"]) ** 2  # how many answers it would belong to
        if self.finding.source_id == DE17:
            asked = [N for N in range(n, 5000) if half_fits(Fraction(100 * n, N), Fraction(13))]
            yield from (asked[0], asked[-1], margin(n, asked[0]), margin(n, asked[-1]))

    def largest_weight(self) -> Iterator[float]:
        yield 1

    def repeated(self) -> Iterator[float]:
        if len(self.values) < 2:
            return
        first, again = self.values
        scales = {"thousand DKK": 1000, "million DKK": 10**6}
        if self.n is not None and {o.unit for o in self.about} == {"percent", "count"}:
            count = next(o.value for o in self.about if o.unit == "count")
            yield from (self.n, 100 * count / self.n)
        a, b = (Fraction(str(o.value)) * scales.get(o.unit, 1) for o in self.about)
        yield from (float(abs(a - b)), float(b / scales.get(self.about[0].unit, 1)))
        if self.n is not None and self.about[1].unit == "count":
            yield from (self.n, float(100 * again / self.n))

    def difference(self) -> Iterator[float]:
        yield float(self.values[1] - self.values[2])

    def majority(self) -> Iterator[float]:
        yield 95
        share = next((o for o in self.about if o.precision == "exact"), None)
        if share is not None and share.base_n is not None:
            counts = heads(share.value, share.base_n)
            count = counts[0] if len(counts) == 1 else share.value * share.base_n / 100
            yield from wilson(count, share.base_n)
            if self.finding.source_id == DE24:
                yield from exact(counts[0], share.base_n, 98)
        if self.finding.source_id == DE24:
            yield 98  # the Danish municipalities
        related = [r for r in self.document.get("relations", []) if self.finding.id.endswith(f"/{r['record']}")]
        for path in (path for relation in related for path in relation["of"]):
            question, answer = (self.record(path.split("/")[0], "questions"), path.split("/")[1])
            value = next(a["value"] for a in question["answers"] if a["id"] == answer)
            n = self.record(question["survey"], "surveys")["respondents"]["value"]
            yield from (value, *wilson(n * value / 100, n))

    def sum(self) -> Iterator[float]:
        yield float(sum(self.values[1:]))

    def running_total(self) -> Iterator[float]:
        totals = [Fraction(str(o.value)) for o in self.about if "/net-change/" in o.observation_id]
        assert totals == [
            sum(Fraction(str(o.value)) for o in self.about if o.period_start == year and o.value is not None) - total
            for total, year in zip(totals, sorted({o.period_start for o in self.about}), strict=True)
        ]
        running = list(itertools.accumulate(totals))
        yield from map(float, running)
        yield from (abs(float(value)) for value in running)
        years = [o.period_start.year for o in self.about if "/net-change/" in o.observation_id]
        yield from years
        yield next(year for year, value in zip(years, running, strict=True) if value <= 0)

    def per_unit(self) -> Iterator[float]:
        ratios = (
            {a / b for a, b in itertools.batched(self.values, 2)}
            if hasattr(itertools, "batched")
            else {self.values[i] / self.values[i + 1] for i in range(0, len(self.values), 2)}
        )
        yield from map(float, ratios)
        yield from (o.period_start.year for o in self.about)

    def other_words(self) -> Iterator[float]:
        if len(self.values) == 3:
            whole, *parts = self.values
            yield from (float(max(parts)), float(sum(parts)), self.n)
            yield float(sum(parts) - whole + Fraction(3, 2))

    def largest(self) -> Iterator[float]:
        yield from (95, 100)
        if len(self.values) < 2:
            return
        first, second = (float(value) / 100 for value in sorted(self.values, reverse=True)[:2])
        yield self.n
        yield 196 * math.sqrt((first + second - (first - second) ** 2) / self.n)
        yield float(100 - sum(value - Fraction(1, 2) for value in self.values))

    def share(self) -> Iterator[float]:
        part, share, *wholes = self.values
        yield from (float(100 * part / whole) for whole in wholes)
        half = Fraction(1, 2)
        of_part = 0 if self.about[0].unit == "count" else half  # heads are told exactly, amounts are rounded
        of_share = Fraction(5, 2) if self.about[1].precision == "about" else half
        ends = (part - of_part) / (share + of_share), (part + of_part) / (share - of_share)
        yield from (math.floor(100 * ends[0]), math.ceil(100 * ends[1]))


NUMERAL = re.compile(r"(?<![\w.])[−±]?\d[\d,]*(?:\.\d+)?")


@cache
def document_of(root: Path, source_id: str) -> dict[str, Any]:
    return yaml.safe_load((root / "data" / "sources" / f"{source_id}.yml").read_text("utf-8"))


def test_every_number_in_the_findings_is_computed_again(
    findings: dict[str, Finding], evidence: Evidence, root: Path
) -> None:
    observations = Report(evidence).observations
    checked = Counter()
    for finding in findings.values():
        document = document_of(root, finding.source_id)
        again = Again(finding, observations, document)
        allowed = set(again.numbers())
        # Words of the record itself are quoted, not computed.
        told = [r["text"] for r in document.get("relations", [])]
        told += [o.note for o in again.about if o.note] + [o.label for o in again.about]
        text = finding.sentence
        for words in told:
            text = text.replace(words.rstrip("."), "")
        for numeral in NUMERAL.findall(f"{text} {finding.computed}"):
            shown = numeral.replace(",", "").replace("−", "-").lstrip("±")
            step = 10.0 ** -len(shown.partition(".")[2])
            near = [value for value in allowed if abs(value - float(shown)) <= step / 2 + 1e-9]
            assert near, (finding.id, numeral, text)
            checked[finding.check] += 1
    assert set(checked) == set(CHECKS) and sum(checked.values()) > 250


def test_the_power_of_the_checks_is_computed_again(report: Report) -> None:
    told = {power.survey_id: power for power in report.powers}
    possible = {share for share in range(101) if heads(share, 58)}
    assert math.isclose(told[f"{DE24}/survey-2024"].impossible, 100 * (101 - len(possible)) / 101)
    assert told[f"{GOV}/survey-2024"].impossible == 0
    assert told[f"{DE17}/survey-2017"].impossible is None and told[f"{DE17}/survey-2017"].why_none == "weighted answers"
    assert (told[f"{DE24}/survey-2024"].complete, told[f"{DE24}/survey-2024"].questions) == (1, 3)
    assert told[f"{GOV}/survey-2024"].same_rate == len(heads(44, 574)) and told[f"{GOV}/survey-2024"].misprint == (0, 0)
    low, high = told[f"{DE24}/survey-2024"].misprint
    noticed = []
    for off in range(1, 6):
        tried = [share + sign * off for share in possible for sign in (1, -1) if 0 <= share + sign * off <= 100]
        noticed.append(100 * sum(share not in possible for share in tried) / len(tried))
    assert math.isclose(low, min(noticed)) and math.isclose(high, max(noticed))


# Relations in the files -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        ("record: net-change\n", "record: net-chnge\n", "relations[0].record", "no number `net-chnge`"),
        ("of: [efficiency, investment]", "of: [efficiency, investments]", "relations[0].of[1]", "no figure `investments`"),
        ("of: [efficiency, investment]", "of: []", "relations[0].of", "takes one id or more here, not 0"),
        ("of: [efficiency, investment]", "of: [efficiency, full-time-equivalents]", "relations[0].of", "must be in one unit"),
        ("kind: per unit\n    record: efficiency\n    of: [full-time-equivalents]", "kind: difference\n    record: efficiency/2026\n    of: [net-change/2026, full-time-equivalents/2026]", "relations[1].of", "a difference is taken in one unit"),
        ("of: [full-time-equivalents]", "of: [full-time-equivalents, investment]", "relations[1].of", "takes one id here, not 2"),
        ("kind: per unit", "kind: largest", "relations[1].of", "takes none here, not 1"),
        ("kind: per unit", "kind: per piece", "relations[1].kind", "unknown kind `per piece`"),
        ("id: saving-and-posts", "id: net-change", "relations[1].id", "is already taken"),
        ("kind: per unit\n    record: efficiency\n    of: [full-time-equivalents]", "kind: share\n    record: efficiency/2026\n    of: [net-change/2026]", "relations[1].of[0]", "must be the share, in percent"),
        ("kind: per unit\n    record: efficiency\n    of: [full-time-equivalents]", "kind: largest\n    record: efficiency/2026", "relations[1].record", "only an answer to a question"),
    ],
)  # fmt: skip
def test_a_relation_that_makes_no_sense_is_refused(project: Path, old: str, new: str, path: str, message: str) -> None:
    file = project / "data" / "sources" / f"{HT}.yml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(EvidenceError) as caught:
        read_evidence(project)
    problems = [str(problem) for problem in caught.value.problems]
    assert any(message in p and f": {path}: " in p and re.match(r"data/sources/\S+:\d+: ", p) for p in problems), (
        problems
    )


# The command and the page -----------------------------------------------------------------------------------------


def test_the_command_lists_findings_and_ends_well(
    script: Callable[[str], ModuleType], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    assert script("audit").main([GOV, "--verdict", "contradicted"]) == 0
    shown = capsys.readouterr().out
    assert "[response-rate/survey-2024]" in shown and "39.0%, not 44%" in " ".join(shown.split())
    assert "consistent  " not in shown and DE17 not in shown
    assert re.search(r"^4 contradicted, 1 within rounding, \d+ cannot be checked, \d+ consistent$", shown, re.MULTILINE)
    assert max(map(len, shown.splitlines())) <= 120
    assert script("audit").main([]) == 0
    everything = capsys.readouterr().out
    assert all(name in everything for name in (DE17, DE24, GOV, HT, KS))


def test_the_command_tells_a_wrong_name(
    script: Callable[[str], ModuleType], capsys: pytest.CaptureFixture[str]
) -> None:
    assert script("audit").main(["governo-2024"]) == 1
    assert "unknown source `governo-2024`; there are " in capsys.readouterr().err


def test_the_command_fails_where_the_evidence_cannot_be_read(
    script: Callable[[str], ModuleType], capsys: pytest.CaptureFixture[str], project: Path
) -> None:
    (project / "data" / "sources" / f"{KS}.yml").write_text("id: x\n", encoding="utf-8")
    assert script("audit").main([]) == 1
    assert "data/sources/ks-2024.yml" in capsys.readouterr().err


class TestPage:
    """What readers of the audit page get without a script."""

    def test_every_finding_and_note_stands_there_with_its_verdict(
        self, site: Path, findings: dict[str, Finding], evidence: Evidence
    ) -> None:
        pages = {name: (site / f"evidence/audit/{name}.html").read_text("utf-8") for name in evidence.sources}
        by_id = {}
        for source_id, page in pages.items():
            items = re.split(r'(?=<div class="record-box audit-item")', page)[1:]
            own = {re.search(r' id="([^"]+)"', item)[1]: item for item in items}
            assert all(name.startswith(f"{source_id}/") for name in own)
            by_id |= own
        for name, finding in findings.items():
            text = html.unescape(re.sub(r"<[^>]+>", "", by_id[name]))
            assert finding.verdict.capitalize() in text
            assert finding.sentence.replace("'", "’") in text.replace("'", "’"), name
            address = f"../register/{finding.source_id}.html"
            assert all(f'"{address}#{about}"' in by_id[name] for about in finding.about)
            assert f'data-verdict="{finding.verdict.replace(" ", "-")}"' in by_id[name]
        notes = [f"{source.id}/notes/{note.id}" for source in evidence.sources.values() for note in source.notes]
        assert set(by_id) == set(findings) | set(notes)
        for page in pages.values():
            article = page.partition("<article")[2].partition("</article")[0]
            assert not re.search(r"<script(?![^>]* src=)|style=", article)

    def test_the_counts_on_the_page_are_those_of_the_findings(self, site: Path, findings: dict[str, Finding]) -> None:
        page = (site / "evidence/audit.html").read_text("utf-8")
        counts = Counter(finding.verdict for finding in findings.values())
        cells = re.search(r'<th scope="row">All publications</th>((?:\s*<td[^>]*>.*?</td>)+)', page)[1]
        told = [int(count) for count in re.findall(r"<td[^>]*>(\d+)", cells)]
        assert told[: len(VERDICTS)] == [counts[verdict] for verdict in VERDICTS]

    def test_what_does_not_fit_stands_on_the_page_and_comes_first_by_publication(
        self, site: Path, findings: dict[str, Finding]
    ) -> None:
        page = (site / "evidence/audit.html").read_text("utf-8")
        differing = [one for one in findings.values() if one.verdict in ("contradicted", "within rounding")]
        assert len(differing) > 5
        assert all(f'href="audit/{one.source_id}.html#{one.id}"' in page for one in differing)
        text = (site / f"evidence/audit/{GOV}.html").read_text("utf-8")
        unfolded = re.sub(r'(?s)<details class="fold">.*?</details>', "", text)
        kinds = re.findall(r'class="record-box audit-item"[^>]* data-verdict="([a-z-]+)"', unfolded)
        assert list(dict.fromkeys(kinds)) == ["contradicted", "within-rounding", "noticed-by-a-reader"]

    def test_the_register_leads_to_the_findings(self, site: Path) -> None:
        register = (site / f"evidence/register/{GOV}.html").read_text("utf-8")
        record = register.partition(f'id="{GOV}/survey-2024/response-rate"')[2].partition('class="record-box')[0]
        assert f'"../audit/{GOV}.html#{GOV}/response-rate/survey-2024"' in record and "Contradicted" in record
