"""Recompute what the publications print and list what fits, what does not and what cannot be checked."""

import shutil
import textwrap
from collections import Counter
from collections.abc import Sequence

from command_line import argument, command, require_known

from nordic_ai.analysis.audit import CHECKS, VERDICTS, Finding
from nordic_ai.analysis.report import load_report


def print_findings(source_id: str, findings: Sequence[Finding]) -> None:
    """Print the findings on one publication, the worst verdicts first."""
    column = max(map(len, VERDICTS)) + 2
    width = max(60, min(shutil.get_terminal_size().columns, 120))
    print(f"{source_id}\n{'=' * len(source_id)}")
    for finding in sorted(findings, key=lambda finding: list(VERDICTS).index(finding.verdict)):
        print(f"{finding.verdict:<{column}}{CHECKS[finding.check]}  [{finding.id.partition('/')[2]}]")
        print(textwrap.indent(textwrap.fill(finding.sentence, width - column), " " * column))
    print()


@command(
    argument("ids", nargs="*", help="source ids; all when left out"),
    argument("--verdict", choices=list(VERDICTS), action="append", help="show only this verdict; may be repeated"),
)
def main(ids: list[str], verdict: list[str] | None) -> None:
    """Print the findings. A contradiction in a publication is no error of ours, so the exit code stays 0."""
    report = load_report()
    require_known("source", ids, report.evidence.sources)
    chosen = ids or list(report.evidence.sources)
    findings = [finding for finding in report.findings if finding.source_id in chosen]
    for source_id in chosen:
        shown = [one for one in findings if one.source_id == source_id and (not verdict or one.verdict in verdict)]
        if shown:
            print_findings(source_id, shown)
    for power in report.powers:
        if power.survey_id.partition("/")[0] in chosen:
            noticed = power.why_none or f"{power.impossible:.0f}% of all percentages are impossible"
            print(f"{power.survey_id}: {noticed}; {power.complete} of {power.questions} questions told in full")
    counts = Counter(finding.verdict for finding in findings)
    print(", ".join(f"{counts[name]} {name}" for name in VERDICTS))
