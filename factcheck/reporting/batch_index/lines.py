"""What an index says of a story, in words, for page and terminal alike; raw, the formats make it harmless."""

from __future__ import annotations

import datetime as dt

from factcheck.findings import Usage
from factcheck.index import BatchIndex, GroupReason, StoryRow, StoryStatus
from factcheck.reporting.batch_index.english import count, names

STATUS: dict[StoryStatus, tuple[str, str]] = {
    "done": ("✓", "done"),
    "incomplete": ("◐", "incomplete"),
    "failed": ("✗", "failed"),
    "waiting": ("…", "waiting"),
}
"""Sign and word; a sign never stands without its word."""


def headline(index: BatchIndex) -> str:
    """`12 stories, 48 articles: 3 new disputes, 5 in all; 1 story failed.`"""
    t = index.totals
    none = "no dispute" if any(row.report for row in index.stories) else "nothing compared"
    disputes = count(t.disputes, "dispute") if t.disputes else none
    if t.new_disputes and t.new_disputes < t.disputes:
        disputes = f"{count(t.new_disputes, 'new dispute')}, {t.disputes:,} in all"
    elif t.new_disputes:
        disputes = count(t.new_disputes, "new dispute")
    rest = [f"{count(t.failed, 'story', 'stories')} failed"] if t.failed else []
    rest += [f"{t.incomplete:,} incomplete"] if t.incomplete else []
    rest += [f"{t.waiting:,} not run"] if t.waiting else []
    whole = f"{count(t.stories, 'story', 'stories')}, {count(t.articles, 'article')}: {disputes}"
    return "; ".join([whole, *rest]) + "."


def facts_of_run(index: BatchIndex) -> list[str]:
    """Lines about the whole: what is new, what was not read, what it cost."""
    t = index.totals
    compared = f"{count(t.claims, 'claim')}, {count(t.pairs, 'pair')} compared"
    lines = [f"{t.new:,} new and {t.changed:,} changed since the last complete run, {compared}"]
    if index.shard is not None:
        lines.append(f"shard {index.shard.number} of {index.shard.of}: the other stories are in the other shards")
    if index.removed:
        lines.append(f"no longer there: {names(index.removed)}")
    if index.unreadable:
        lines.append(f"{count(len(index.unreadable), 'file')} could not be read")
    if index.stopped is not None:
        lines.append(f"ended early: {index.stopped}")
    lines.append(f"this run: {spend(index.usage)}; all runs: {spend(index.spent)}")
    return lines


def spend(usage: Usage) -> str:
    """`12 requests, $0.03`; without a price, the tokens."""
    asked = count(usage.requests, "request")
    if not usage.requests:
        return "no request"
    if usage.cost_usd is None or not usage.cost_usd:
        return f"{asked}, {usage.prompt_tokens + usage.completion_tokens:,} tokens"
    return f"{asked}, ${usage.cost_usd:.{2 if usage.cost_usd >= 1 else 4}f}"


def why(row: StoryRow) -> str:
    """Why its articles are one story."""
    when = dates(row.reason)
    if row.group_by == "folder":
        return " · ".join(["one folder", *when])
    if row.group_by == "date":
        return "published on one day" if row.reason.first else "without a date"
    if row.group_by == "none":
        return " · ".join(["all articles", *when])
    if row.reason.similarity is None:
        return " · ".join(["no other article is like it", *when])
    alike = f"similarity {row.reason.similarity:.2f} (least {row.reason.weakest or 0:.2f})"
    return " · ".join([f"shared: {', '.join(row.reason.shared)}", alike, *when])


def dates(reason: GroupReason) -> list[str]:
    """`2026-03-03 to 2026-03-05`, in a list; nothing when unknown."""
    if reason.first is None or reason.last is None:
        return []
    return [_day(reason.first) if reason.first == reason.last else f"{_day(reason.first)} to {_day(reason.last)}"]


def _day(day: dt.date) -> str:
    return day.isoformat()


def disputes(row: StoryRow) -> str:
    """`2 disputes`; of a story without a report it is not said that there is none."""
    if row.report is None:
        return "not compared"
    return count(len(row.disputes), "dispute") if row.disputes else "no dispute"


def news(row: StoryRow) -> list[str]:
    """What is new in a story against its last report."""
    lines = []
    if row.change == "new" and row.status != "waiting":
        lines.append("new story")
    elif row.new_articles:
        lines.append(f"{count(len(row.new_articles), 'new article')}: {names(row.new_articles, 3)}")
    if row.gone_articles:
        lines.append(f"{count(len(row.gone_articles), 'article')} gone: {names(row.gone_articles, 3)}")
    if row.settled:
        lines.append(f"no longer disputed: {names(row.settled, 3)}")
    return lines


def troubles(row: StoryRow) -> list[str]:
    """What failed in a story, and why."""
    lines = [count(row.failed_articles, "article") + " failed"] if row.failed_articles else []
    lines += [count(row.failed_pairs, "pair") + " not compared"] if row.failed_pairs else []
    lines += [count(row.unreadable, "file") + " could not be read"] if row.unreadable else []
    return [*lines, *row.reasons]
