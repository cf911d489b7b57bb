"""Recompute what the publications print and list what fits, what does not and what cannot be checked."""

import shutil
import textwrap
from collections import Counter
from itertools import groupby
from operator import attrgetter

from command_line import argument, command, require_known

from nordic_ai.analysis.audit import CHECKS, VERDICTS
from nordic_ai.analysis.report import load_report


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
    shown = [finding for finding in findings if not verdict or finding.verdict in verdict]
    shown.sort(key=lambda finding: (chosen.index(finding.source_id), list(VERDICTS).index(finding.verdict)))
    column = max(map(len, VERDICTS)) + 2
    width = max(60, min(shutil.get_terminal_size().columns, 120))
    for source_id, of_source in groupby(shown, key=attrgetter("source_id")):
        print(f"{source_id}\n{'=' * len(source_id)}")
        for finding in of_source:  # the worst verdicts first
            print(f"{finding.verdict:<{column}}{CHECKS[finding.check]}  [{finding.id.partition('/')[2]}]")
            print(textwrap.indent(textwrap.fill(finding.sentence, width - column), " " * column))
        print()
    for power in report.powers:
        if power.survey_id.partition("/")[0] in chosen:
            noticed = power.why_none or f"{power.impossible:.0f}% of all percentages are impossible"
            print(f"{power.survey_id}: {noticed}; {power.complete} of {power.questions} questions told in full")
    counts = Counter(finding.verdict for finding in findings)
    print(", ".join(f"{counts[name]} {name}" for name in VERDICTS))
