"""The row of a story in the index, against what its last check left."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import TypedDict

from factcheck.batch.kept import Baseline, Kept
from factcheck.batch.news import in_the_dark, news_of, renewed
from factcheck.batch.planning import Story, days_of
from factcheck.errors import FactcheckError
from factcheck.findings import Report, Usage
from factcheck.index import BatchTotals, StoryChange, StoryRow

UNFINISHED = frozenset({"BudgetExceeded", "EndpointError", "Interrupted"})
"""Kinds of failure that say nothing about the unit: the next run asks for it without being told to."""
REASONS_SHOWN = 5
PATHS_SHOWN = 50
"""Paths of new or gone articles that a row names."""


def report_row(
    story: Story,
    report: Report,
    before: Baseline | None,
    known: Collection[tuple[str, str]],
    folder: str,
    usage: Usage,
    when: dt.datetime,
) -> StoryRow:
    """The row of a story that has a new report; `known` are pairs of claims that were found between stories before."""
    failed_articles = sum(failure.stage == "extraction" for failure in report.failures)
    incomplete = bool(report.failures or report.unreadable)
    reasons = [f"{f.kind}: {f.message}" for f in report.failures] + [
        f"{refused.path}: {refused.reason}" for refused in report.unreadable
    ]
    articles = {article.id: article.path for article in report.articles}
    moves = _moves(articles, story, before)
    told = news_of(report, story.documents, before, known)
    decided = [decision for decision in report.decisions if decision.fate in ("honoured", "carried")]
    dark, sure = in_the_dark(report, story.documents, before), {decision.left_text for decision in decided}
    unsettled = tuple(line for line in told.missing if dark and line.title not in sure)
    settled = tuple(line.title for line in told.missing if line not in unsettled)
    moved = bool(any(moves.values()) or settled or any(line.new for line in told.lines))
    return StoryRow(
        key=story.key,
        title=story.title,
        group_by=story.group_by,
        reason=story.reason,
        status="incomplete" if incomplete else "done",
        change=_change(before, moved=moved),
        report=folder,
        headline=report.summary.headline,
        articles=len(report.articles),
        **moves,
        claims=report.summary.claims,
        pairs=report.summary.pairs,
        facts=report.summary.facts,
        corroborated=report.summary.verdicts.get("corroborated", 0),
        disputes=told.lines,
        possible=report.summary.possible,
        decided=tuple(decision.id for decision in decided),
        settled=settled,
        unsettled=unsettled,
        failed_articles=failed_articles,
        failed_pairs=report.summary.failed_pairs,
        unreadable=len(report.unreadable),
        skipped=len(report.skipped),
        left_out=report.skipped[:PATHS_SHOWN],
        reasons=tuple(dict.fromkeys(reasons))[:REASONS_SHOWN],
        checked_at=when,
        usage=usage,
    )


def failed_row(
    story: Story, reason: str, unreadable: int, last: StoryRow | None, before: Baseline | None, when: dt.datetime
) -> StoryRow:
    """The row of a story without a report of this run; a report of an earlier one is still named."""
    failed = {"status": "failed", "reasons": (reason,), "unreadable": unreadable, "checked_at": when}
    return waiting_row(story, last, before).model_copy(update=failed)


def why(error: BaseException) -> str:
    """What a row or an index says of the error that ended it."""
    return str(error) if isinstance(error, FactcheckError) else f"unexpected {type(error).__name__}; please report it"


def lost(row: StoryRow) -> int:
    """Articles of a story that came to nothing, files that are none for all that can be told among them."""
    if row.status == "failed":
        return max(1, row.articles + row.unreadable)
    return row.failed_articles + row.unreadable


def waiting_row(story: Story, last: StoryRow | None, before: Baseline | None) -> StoryRow:
    """The row of a story that was not run: what its `last` row said as it stands, or nothing yet.

    Of one that goes on from another and has no row of its own, that what was disputed there may be so still.
    """
    now = {"title": story.title, "reason": story.reason, "articles": story.articles, "status": "waiting"}
    moves = _moves({d.article: d.path for d in story.documents if d.article is not None}, story, before)
    now |= {"change": _change(before, moved=any(moves.values()))}
    if last is None:
        if before is not None:
            now |= {**moves, "unsettled": () if before.parted else before.disputes}
        return StoryRow.model_validate({"key": story.key, "group_by": story.group_by, **now})
    return last.model_copy(update={**now, **moves})


def decidable(earlier: Iterable[Kept]) -> frozenset[str]:
    """Ids in a story's last reports that a reviewer may have had in view."""
    return frozenset(id_ for kept in earlier for id_ in kept.ids)


def seen(row: StoryRow) -> StoryRow:
    """A row of an earlier run, nothing in it new any more."""
    return row.model_copy(
        update={
            "change": "unchanged",
            "new_articles": (),
            "gone_articles": (),
            "edited_articles": (),
            "settled": (),
            "disputes": tuple(line.model_copy(update={"new": False}) for line in row.disputes),
        }
    )


def standing(kept: Kept, pass_id: str) -> StoryRow:
    """The row of an earlier check in the pass `pass_id`: what is new in the pass that checked it is so to its end."""
    return kept.row if kept.pass_id == pass_id else seen(kept.row)


def _change(before: Baseline | None, *, moved: bool) -> StoryChange:
    """Of a story that is checked anew, by whether an article or a dispute joined or left it and what it was before."""
    if before is None:
        return "new"
    return "changed" if moved or before.parted or before.several else "again"


def _moves(articles: Mapping[str, str], story: Story, before: Baseline | None) -> _Moves:
    known = dict(before.members) if before is not None else {}
    was = renewed(story.documents, known.items())
    replaced = set(was.values())
    new = sorted(path for id_, path in articles.items() if id_ not in known and id_ not in was)
    gone = sorted(path for id_, path in known.items() if id_ not in articles and id_ not in replaced)
    edited = sorted(path for id_, path in articles.items() if id_ in was)
    return {
        "new_articles": tuple(new[:PATHS_SHOWN]),
        "gone_articles": tuple(gone[:PATHS_SHOWN]),
        "edited_articles": tuple(edited[:PATHS_SHOWN]),
    }


class _Moves(TypedDict):
    """Fields of StoryRow."""

    new_articles: tuple[str, ...]
    gone_articles: tuple[str, ...]
    edited_articles: tuple[str, ...]


def place(row: StoryRow) -> tuple[int, int, str]:
    """Where a row comes in an index, lowest first: what needs a look, and the newest of that.

    That is new disputes, then failures, then disputes, then the rest.
    """
    new = any(line.new for line in row.disputes)
    failed = row.status in ("failed", "incomplete")
    rank = 0 if new else 1 if failed else 2 if row.disputes else 3 if row.status == "done" else 4
    return rank, -days_of(row.reason)[0].toordinal(), row.key


def totals(rows: Iterable[StoryRow]) -> BatchTotals:
    """The counts over all rows, which are gone through once."""
    found = Counter[str]()
    for row in rows:
        found.update(
            {
                "stories": 1,
                row.status: 1,
                "new": row.change == "new",
                "changed": row.change == "changed",
                "again": row.change == "again" and row.status != "waiting",
                "articles": row.articles,
                "failed_articles": row.failed_articles + row.unreadable,
                "claims": row.claims,
                "pairs": row.pairs,
                "failed_pairs": row.failed_pairs,
                "disputes": len(row.disputes),
                "new_disputes": sum(line.new for line in row.disputes),
                "disputed_stories": bool(row.disputes),
            }
        )
    return BatchTotals.model_validate({name: found[name] for name in BatchTotals.model_fields})
