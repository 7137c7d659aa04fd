"""When a finding fails a build: the rules of `--fail-on`, each a count over a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from factcheck.changes.values import ReportDiff
from factcheck.findings import Report
from factcheck.index import AcrossFinding, BatchIndex

REPORT_RULES: Mapping[str, Callable[[Report], int]] = {
    "dispute": lambda report: len(report.disputes),
    "direct": lambda report: sum(dispute.nature == "direct" for dispute in report.disputes),
    "possible": lambda report: report.summary.possible,
    "failures": lambda report: len(report.failures) + len(report.unreadable),
}
"""Any dispute, also one that time, scope or rounding explains; a direct one; a conflict only one pass saw; a gap."""

DIFF_RULES: Mapping[str, Callable[[ReportDiff], int]] = {
    "new-dispute": lambda diff: sum(c.kind == "new" and c.nature == "direct" for c in diff.disputes),
    "new-fact": lambda diff: sum(c.kind == "new" for c in diff.facts),
    "moved-verdict": lambda diff: sum(c.kind == "changed" and c.verdict != c.earlier_verdict for c in diff.facts),
    "any": lambda diff: len(diff.disputes) + len(diff.facts) + len(diff.articles),
}
"""Of a comparison with an earlier run: a direct dispute that is new; a new fact; a verdict that moved; any change."""

INDEX_RULES: Mapping[str, Callable[[BatchIndex], int]] = {
    "dispute": lambda index: index.totals.disputes,
    "direct": lambda index: sum(line.nature == "direct" for row in index.stories for line in row.disputes),
    "possible": lambda index: sum(row.possible for row in index.stories),
    "failures": lambda index: sum((_gaps(index), index.across.failed_pairs if index.across else 0)),
    "new-dispute": lambda index: sum(
        line.new and line.nature == "direct" for row in index.stories for line in row.disputes
    ),
    "across": lambda index: sum(_clashes(finding) for finding in index.across.findings) if index.across else 0,
    "new-across": lambda index: (
        sum(_clashes(finding) and finding.new for finding in index.across.findings) if index.across else 0
    ),
}
"""The same over all stories of a batch, what is new against its last complete run; and a direct conflict, or a new one,
between stories."""


ACROSS_RULES = frozenset({"across", "new-across"})
"""Those of INDEX_RULES that are about what lies between stories."""


def _gaps(index: BatchIndex) -> int:
    t = index.totals
    return t.failed + t.failed_articles + t.failed_pairs + len(index.unreadable)


def _clashes(finding: AcrossFinding) -> bool:
    return finding.relation == "contradicts" and finding.nature == "direct"


def matched_index(rules: Sequence[str], index: BatchIndex) -> tuple[tuple[str, int], ...]:
    """The given rules that hold, each with how many findings of the batch it matched."""
    counts = {rule: INDEX_RULES[rule](index) for rule in rules if rule in INDEX_RULES}
    return tuple((rule, number) for rule, number in counts.items() if number)


def matched(
    rules: Sequence[str], report: Report | None = None, diff: ReportDiff | None = None
) -> tuple[tuple[str, int], ...]:
    """The given rules that hold, each with how many findings it matched; a rule without its document holds never."""
    found = []
    for rule in dict.fromkeys(rules):
        number = 0
        if report is not None and rule in REPORT_RULES:
            number = REPORT_RULES[rule](report)
        elif diff is not None and rule in DIFF_RULES:
            number = DIFF_RULES[rule](diff)
        if number:
            found.append((rule, number))
    return tuple(found)
