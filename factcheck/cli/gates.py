"""`--fail-on`: when findings end a command with an exit code of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from factcheck.changes.comparing import compare
from factcheck.changes.values import ReportDiff
from factcheck.cli.exits import DONE, MATCHED, say
from factcheck.conditions import ACROSS_RULES, DIFF_RULES, INDEX_RULES, REPORT_RULES, matched, matched_index
from factcheck.errors import SettingsError
from factcheck.findings import Report
from factcheck.index import BatchIndex
from factcheck.runs.reading import read_report


@dataclass(frozen=True)
class Gate:
    """The rules that were asked for, and the earlier report that some of them compare with."""

    rules: tuple[str, ...] = ()
    baseline: Report | None = None

    def code(self, report: Report | None, diff: ReportDiff | None = None) -> int:
        """MATCHED, with a line on stderr for each rule that holds; else DONE."""
        if diff is None and report is not None and self.baseline is not None:
            diff = compare(self.baseline, report)
        found = matched(self.rules, report, diff)
        for rule, number in found:
            say(f"--fail-on {rule}: {number:,} found")
        return MATCHED if found else DONE


def open_gate(rules: Sequence[str], baseline: Path | None) -> Gate:
    """The gate of a command that makes or shows one report.

    Raises `typer.BadParameter` for a rule that is unknown or lacks the run it compares with, and InputError when that
    run cannot be read; both before anything is paid for.
    """
    known = (*REPORT_RULES, *DIFF_RULES)
    for rule in rules:
        if rule not in known:
            raise typer.BadParameter(f"{rule} is no rule; known are {', '.join(known)}.", param_hint="--fail-on")
        if rule in DIFF_RULES and baseline is None:
            raise typer.BadParameter(
                f"{rule} compares with an earlier run; name it with --baseline.", param_hint="--fail-on"
            )
    return Gate(tuple(rules), read_report(baseline) if baseline is not None else None)


@dataclass(frozen=True)
class IndexGate:
    """The rules that were asked for of a batch."""

    rules: tuple[str, ...] = ()

    def code(self, index: BatchIndex) -> int:
        """MATCHED, with a line on stderr for each rule that holds; else DONE.

        Raises SettingsError for a rule about what lies between stories of shards that compared none.
        """
        found = matched_index(self.rules, index)
        for rule, number in found:
            say(f"--fail-on {rule}: {number:,} found")
        between = [rule for rule in self.rules if rule in ACROSS_RULES]
        alone = sum(bool(row.report or row.missing) for row in index.stories) < 2
        if between and not found and index.shards and index.across is None and not alone:
            raise SettingsError(
                f"--fail-on {between[0]}: no shard compared its stories with each other, so that nothing could match;"
                " add --compare, or leave this rule out"
            )
        return MATCHED if found else DONE


def index_gate(rules: Sequence[str], *, across_stories: bool = True) -> IndexGate:
    """The gate of `batch` and `merge`; `across_stories` says whether stories are compared with each other.

    Raises `typer.BadParameter` for a rule that is not one of an index, and for one that nothing could match.
    """
    for rule in rules:
        if rule in ACROSS_RULES and not across_stories:
            raise typer.BadParameter(
                f"{rule} is about conflicts between stories, which are not looked for; leave out --no-across-stories"
                " (in the configuration: across_stories), or this rule.",
                param_hint="--fail-on",
            )
        if rule not in INDEX_RULES:
            raise typer.BadParameter(
                f"{rule} is no rule of a batch; known are {', '.join(INDEX_RULES)}.", param_hint="--fail-on"
            )
    return IndexGate(tuple(dict.fromkeys(rules)))


def diff_gate(rules: Sequence[str]) -> Gate:
    """The gate of `diff`, which takes only the rules of a comparison; raises `typer.BadParameter`."""
    for rule in rules:
        if rule not in DIFF_RULES:
            raise typer.BadParameter(
                f"{rule} is no rule of diff; known are {', '.join(DIFF_RULES)}.", param_hint="--fail-on"
            )
    return Gate(tuple(rules))
