"""Recompute what the publications print and list what fits, what does not and what cannot be checked."""

from __future__ import annotations

import argparse
import shutil
import sys
import textwrap
from collections import Counter
from collections.abc import Sequence

from nordic_ai.analysis.audit import CHECKS, VERDICTS, Finding, powers
from nordic_ai.analysis.report import load_report
from nordic_ai.evidence.errors import EvidenceError


def main(arguments: list[str] | None = None) -> int:
    """Print the findings of all sources, or of those named, and return the exit code.

    A contradiction in a publication is no error of the record, so it does not change the exit code.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ids", nargs="*", help="source ids; all when left out")
    parser.add_argument("--verdict", choices=list(VERDICTS), action="append", help="show only this verdict; may repeat")
    options = parser.parse_args(arguments)
    try:
        report = load_report()
        evidence = report.evidence
    except EvidenceError as error:
        print(error, file=sys.stderr)
        return 1
    unknown = sorted(set(options.ids) - set(evidence.sources))
    if unknown:
        parser.error(f"no source {', '.join(unknown)} in data/sources; there are {', '.join(evidence.sources)}")
    chosen = options.ids or list(evidence.sources)
    findings = [finding for finding in report.findings if finding.source_id in chosen]
    shown = [finding for finding in findings if not options.verdict or finding.verdict in options.verdict]
    width = max(60, min(shutil.get_terminal_size().columns, 120))
    for source_id in chosen:
        print_findings(source_id, [finding for finding in shown if finding.source_id == source_id], width)
    for power in powers(report):
        if power.survey_id.partition("/")[0] in chosen:
            could = power.why_none or f"{power.impossible:.0f}% of all percentages are impossible"
            print(f"{power.survey_id}: {could}; {power.complete} of {power.questions} questions told in full")
    counts = Counter(finding.verdict for finding in findings)
    print(", ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS))
    return 0


def print_findings(source_id: str, findings: Sequence[Finding], width: int) -> None:
    """Print one publication's findings as a table, the worst verdicts first."""
    if not findings:
        return
    print(f"{source_id}\n{'=' * len(source_id)}")
    column = max(map(len, VERDICTS)) + 2
    for finding in sorted(findings, key=lambda finding: list(VERDICTS).index(finding.verdict)):
        print(f"{finding.verdict:<{column}}{CHECKS[finding.check]}  [{finding.id.partition('/')[2]}]")
        indent = " " * column
        print(textwrap.fill(finding.sentence, width, initial_indent=indent, subsequent_indent=indent))
    print()


if __name__ == "__main__":
    sys.exit(main())
