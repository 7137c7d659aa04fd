"""What an index says of a story, in words, for page and terminal alike; raw, the formats make it harmless."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from factcheck.findings import Usage
from factcheck.index import (
    AcrossFinding,
    AcrossSide,
    AcrossStories,
    BatchHead,
    BatchTotals,
    GroupReason,
    StoryRow,
    StoryStatus,
)
from factcheck.models import RefusedFile
from factcheck.reporting.decided import DecisionView, by_whom, views_of
from factcheck.reporting.words.catalogue import Words

SIGNS: dict[StoryStatus, str] = {"done": "✓", "incomplete": "◐", "failed": "✗", "waiting": "…"}
"""A sign never stands without its word."""
NAMED = 3
"""Paths and titles that a line names."""
AKIN = 3
"""Facts that two stories share from which on they may be one that was parted."""


def headline(index: BatchHead, w: Words) -> str:
    """`12 stories, 48 articles: 3 new disputes, 5 in all; 1 story failed.`"""
    t = index.totals
    none = "index.disputes_none" if t.pairs > t.failed_pairs else "index.nothing_compared"
    found = w("count.disputes", t.disputes) if t.disputes else w(none)
    if t.new_disputes:
        found = w("index.new_disputes", t.new_disputes)
        if t.new_disputes < t.disputes:
            found = w("index.new_of_all", new=found, all=t.disputes)
    between = len(conflicts(index.across))
    rest = [w("index.conflicts_between", between)] if between else []
    rest += [w(f"index.{state}", n) for state in ("failed", "incomplete", "waiting") if (n := getattr(t, state))]
    rest += [w("index.unreached", index.unreached)] if index.unreached else []
    stories, articles = w("index.stories", t.stories), w("index.articles", t.articles)
    told = "; ".join([w("index.headline", stories=stories, articles=articles, found=found), *rest])
    return (w("index.across_earlier", told=told) if index.earlier else told) + "."


def facts_of_run(index: BatchHead, w: Words) -> list[str]:
    """Lines about the whole: what is new, what was not read, what it cost."""
    t = index.totals
    claims, pairs = w("index.claims", t.claims), w("index.compared", t.pairs - t.failed_pairs)
    since = w("index.earlier", model=index.model) if index.earlier else w("index.since", moved=_moved(t, w))
    lines = [w("index.contents", since=since, claims=claims, pairs=pairs)]
    if index.across is not None:
        lines += _across(index.across, index, w)
    lines += _decisions(index, w)
    if index.shard is not None:
        lines.append(w("index.shard", number=index.shard.number, of=index.shard.of))
    if index.removed:
        lines.append(w("index.removed", names=w.names(index.removed)))
    if index.unreadable:
        lines.append(w("index.unreadable", len(index.unreadable)))
    lines += left_out(index.skipped, index.left_out, w)
    if index.stopped is not None:
        lines.append(w("index.stopped", reason=w.told(index.stopped)))
    lines.append(w("index.cost", run=spend(index.usage, w), all=spend(index.spent, w)))
    return lines


def _moved(totals: BatchTotals, w: Words) -> str:
    """`2 new stories, 1 story changed, 3 stories checked again`."""
    counts = (("new", totals.new), ("changed", totals.changed), ("again", totals.again))
    moved = [w(f"index.since_{how}", n) for how, n in counts if n]
    if not totals.new and not totals.changed:
        moved.insert(0, w("index.since_none"))
    return reduce(lambda first, then: w("index.since_both", first=first, then=then), moved)


def _across(across: AcrossStories, index: BatchHead, w: Words) -> list[str]:
    """What came of comparing stories with each other, and what of it was not done."""
    against = len(conflicts(across))
    waiting = "index.across_waiting_shards" if index.shards else "index.across_waiting"
    lines = [w(waiting)] if across.status == "waiting" else []
    found = list[str]()
    if across.findings:
        told = w("index.across_conflicts", against), w("index.across_agreements", len(across.findings) - against)
        pairs = w("index.compared", across.pairs - across.failed_pairs)
        found.append(w("index.across_found", conflicts=told[0], agreements=told[1], pairs=pairs))
    elif across.pairs > across.failed_pairs:
        found.append(w("index.across_neither", pairs=w("index.compared", across.pairs - across.failed_pairs)))
    elif not lines and not across.failed_pairs and across.stories > 1 and index.totals.claims:
        found.append(w("index.across_nothing"))
    counts = (("failed", across.failed_pairs), ("left_out", across.left_out), ("possible", across.possible))
    found += [w(f"index.across_{name}", n) for name, n in counts if n]
    is_earlier = across.status == "waiting" and not index.shards
    lines += [w("index.across_earlier", told=line) for line in found] if is_earlier else found
    lines += map(w.told, across.reasons)
    return [*lines, *_apart(across, index, w)]


def _apart(across: AcrossStories, index: BatchHead, w: Words) -> list[str]:
    """That stories of different shards never met, and how many pairs of much alike claims of theirs would have."""
    if across.whole:
        return []
    if index.shard is not None:
        return [w("index.across_shard")]
    if across.apart is None:
        return [w("index.across_apart_uncounted")]
    if not across.apart.pairs:
        return [w("index.across_apart_none")]
    pairs = w("index.across_apart_pairs", across.apart.pairs)
    return [w("index.across_apart", pairs=pairs, stories=w("index.across_apart_stories", across.apart.stories))]


def _decisions(index: BatchHead, w: Words) -> list[str]:
    """How many decisions count between stories, and how many are about nothing that is there."""
    across = index.across
    counting = [d for d in across.decisions if d.fate in ("honoured", "carried")] if across is not None else []
    lines = [w("index.decisions_between", len(counting))] if counting else []
    if index.unmet and index.shard is None:
        lines.append(w("index.unmet" if _is_whole(index) else "index.unmet_shards", len(index.unmet)))
    return lines


def _is_whole(index: BatchHead) -> bool:
    return not index.shards or (index.across is not None and index.across.whole)


def decision_views(index: BatchHead, w: Words) -> tuple[DecisionView, ...]:
    """The decisions on what is between stories, and those on what is no longer there."""
    between = index.across.decisions if index.across is not None else ()
    reviewed = index.across.reviewed if index.across is not None else ()
    gone = index.unmet if index.shard is None and _is_whole(index) else ()
    return views_of((*between, *gone), reviewed, w)


def rows_for_review(found: AcrossFinding) -> str:
    """What decides on a finding when it stands in a file for `--review`: a row for each pair.

    It counts as well once claims have joined the two stories, where the finding has no id any more.
    """
    return "\n".join(f"pair,{left}|{right},reject," for left, right in found.pairs)


def conflicts(across: AcrossStories | None) -> Sequence[AcrossFinding]:
    """The contradictions between stories, those that time, scope or rounding explains included."""
    return [found for found in across.findings if found.relation == "contradicts"] if across else []


def finding(found: AcrossFinding, w: Words) -> str:
    """What two stories disagree or agree about, and what explains it."""
    text = found.question or found.sides[0].text
    if found.relation == "supports":
        text = w("dispute.asked", label=w("index.across_agree"), question=text)
    elif found.nature not in (None, "direct"):
        text = f"{text} ({w(f'nature.{found.nature}')})"
    return w("index.is_new", text=text) if found.new else text


def who(side: AcrossSide, w: Words) -> str:
    """`Herald and Radio, in “night”`."""
    return w("index.across_articles", publishers=w.listed(side.publishers), story=side.title)


def behind(side: AcrossSide, w: Words) -> str:
    """`origins Herald and Wire`; empty when no report names any."""
    return w("side.origin", len(side.origins), names=w.listed(side.origins)) if side.origins else ""


def reviewed(found: AcrossFinding, w: Words) -> list[str]:
    """`accepted by Anna, 2026-11-26`: who decided on it, each decision once."""
    return list(dict.fromkeys(by_whom(review, w) for review in found.reviews))


def one_origin(found: AcrossFinding, w: Words) -> str:
    """That both sides rest on the same origins, so that their agreement confirms nothing; else empty."""
    shared = [name for name in found.sides[0].origins if name in found.sides[1].origins]
    return w("index.across_one_origin", names=w.listed(shared)) if shared else ""


def spend(usage: Usage, w: Words) -> str:
    """`12 requests, $0.03`; without a price, the tokens."""
    if not usage.requests:
        return w("index.no_request")
    asked = w("index.requests", usage.requests)
    if not usage.cost_usd:
        return w("index.tokens", requests=asked, tokens=usage.prompt_tokens + usage.completion_tokens)
    return w("index.money", requests=asked, amount=w.money(usage.cost_usd))


def why(row: StoryRow, w: Words) -> str:
    """Why its articles are one story."""
    when, reason = dates(row.reason, w), row.reason
    if row.group_by == "folder":
        return " · ".join([w("index.why_folder"), *when])
    if row.group_by == "date":
        return w("index.why_day") if reason.first else w("index.why_undated")
    if row.group_by == "none":
        return " · ".join([w("index.why_all"), *when])
    if reason.facts:
        facts = "; ".join(w("list.quoted", text=text) for text in reason.facts)
        return " · ".join([w("index.why_joined", facts=facts), *when])
    if reason.similarity is None:
        return " · ".join([w("index.why_alone"), *when])
    alike = w("index.why_alike", mean=w.number(reason.similarity), least=w.number(reason.weakest or 0.0))
    shared = [w("index.why_shared", names=", ".join(reason.shared))] if reason.shared else []
    return " · ".join([*shared, alike, *when])


def dates(reason: GroupReason, w: Words) -> list[str]:
    """`2026-03-03 to 2026-03-05`, in a list; nothing when unknown."""
    if reason.first is None or reason.last is None:
        return []
    first, last = reason.first.isoformat(), reason.last.isoformat()
    return [first if first == last else w("span.dates", start=first, end=last)]


def disputes(row: StoryRow, w: Words) -> str:
    """`2 disputes`; of a story of which nothing was compared it is not said that there is none."""
    if row.disputes:
        return w("count.disputes", len(row.disputes))
    return w("index.disputes_none" if row.pairs > row.failed_pairs else "index.not_compared")


@dataclass(frozen=True)
class Neighbour:
    """Another story that one meets."""

    title: str
    conflicts: int
    agreements: int


def neighbours(across: AcrossStories | None) -> dict[str, tuple[Neighbour, ...]]:
    """Key of a story -> the stories that it contradicts or agrees with, in the order of the findings."""
    met: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    titles = dict[str, str]()
    for found in across.findings if across is not None else ():
        for own, other in (found.sides, found.sides[::-1]):
            met[own.story][other.story][found.relation] += 1
            titles[other.story] = other.title
    return {
        key: tuple(Neighbour(titles[other], n["contradicts"], n["supports"]) for other, n in others.items())
        for key, others in met.items()
    }


def against(met: Sequence[Neighbour], w: Words) -> list[str]:
    """Which other stories a story contradicts, by title, in a list; nothing when none."""
    titles = [other.title for other in met if other.conflicts]
    return [w("index.across_row", len(titles), names=w.names(titles, NAMED))] if titles else []


def news(row: StoryRow, met: Sequence[Neighbour], w: Words) -> list[str]:
    """What is new in a story against its last report, whose decisions count, and with which story it may be one."""
    lines = []
    if row.change == "new" and row.status != "waiting":
        lines.append(w("index.new_story"))
    elif row.new_articles:
        lines.append(w("index.new_articles", len(row.new_articles), names=w.names(row.new_articles, NAMED)))
    if row.edited_articles:
        lines.append(w("index.edited", len(row.edited_articles), names=w.names(row.edited_articles, NAMED)))
    if row.gone_articles:
        lines.append(w("index.gone", len(row.gone_articles), names=w.names(row.gone_articles, NAMED)))
    if row.settled:
        lines.append(w("index.settled", names=w.names(row.settled, NAMED)))
    lines += left_out(row.skipped, row.left_out, w)
    if row.decided:
        lines.append(w("index.decisions", len(row.decided)))
    if row.joins:
        lines.append(w("index.joins", names=w.names(row.joins, NAMED)))
    akin = [other for other in met if other.agreements >= AKIN]
    return [*lines, *(w("index.across_same", other.agreements, name=other.title) for other in akin[:NAMED])]


def left_out(number: int, files: Sequence[RefusedFile], w: Words) -> list[str]:
    """How many files a rule left out, some of them and why; nothing when none."""
    if not number:
        return []
    names = [w("index.left_out_why", file=refused.path, reason=w.told(refused.reason)) for refused in files[:NAMED]]
    shown = "; ".join(names)
    more = w("list.and_more", number - len(names), shown=shown) if number > len(names) else shown
    return [w("index.left_out", number, names=more)]


def troubles(row: StoryRow, w: Words) -> list[str]:
    """What is not known of a story, what failed in it, and why."""
    unknown = (
        [w("index.unsettled", names=w.names([line.title for line in row.unsettled], NAMED))] if row.unsettled else []
    )
    counts = (
        ("failed_articles", row.failed_articles),
        ("failed_pairs", row.failed_pairs),
        ("unreadable", row.unreadable),
    )
    return [*unknown, *(w(f"index.{name}", n) for name, n in counts if n), *map(w.told, row.reasons)]
