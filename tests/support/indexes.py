"""Indexes of a batch made by hand: rows of stories, and what stories say about each other."""

from __future__ import annotations

import datetime as dt

from factcheck.findings import Usage
from factcheck.index import (
    AcrossFinding,
    AcrossSide,
    AcrossStories,
    BatchIndex,
    BatchTotals,
    DisputeLine,
    GroupReason,
    StoryRow,
)


def index(*rows: StoryRow, **fields: object) -> BatchIndex:
    """An index of these rows."""
    disputes = [line for row in rows for line in row.disputes]
    counts = {
        status: sum(row.status == status for row in rows) for status in ("done", "incomplete", "failed", "waiting")
    }
    totals = BatchTotals(
        stories=len(rows),
        **counts,
        new=0,
        changed=0,
        articles=sum(row.articles for row in rows),
        failed_articles=0,
        claims=0,
        pairs=0,
        failed_pairs=0,
        disputes=len(disputes),
        new_disputes=sum(line.new for line in disputes),
        disputed_stories=1,
    )
    base = {"root": "desk", "group_by": "event", "version": "0", "model": "m", "grouping": "g", "totals": totals}
    return BatchIndex.model_validate({**base, "stories": rows, **fields})


def row(title: str, **fields: object) -> StoryRow:
    """A row."""
    base = {"key": title, "title": title, "group_by": "event", "status": "done", "articles": 2, "report": "stories/a"}
    return StoryRow.model_validate({**base, **fields})


DISPUTED = row(
    "Fire in Eastley",
    disputes=(
        DisputeLine(id="d1", title="How many died?", nature="direct", points=1, new=True),
        DisputeLine(id="d2", title="When did it start?", nature="direct", points=1, new=False),
    ),
    reason=GroupReason(
        shared=("eastley", "fire"), similarity=0.41, weakest=0.3, first=dt.date(2026, 3, 1), last=dt.date(2026, 3, 2)
    ),
    new_articles=("a.txt",),
    change="changed",
    usage=Usage(requests=3, cost_usd=0.25),
)
FAILED = row("Flood in Sund", status="failed", report=None, reasons=("ModelUnavailable: 503",))


def side(story: str, text: str, **fields: object) -> AcrossSide:
    """One story's side."""
    base: dict[str, object] = {
        "story": story,
        "title": story,
        "report": f"stories/{story}",
        "fact": "sha256:00112233445566778899"[:23],
    }
    base |= {"text": text, "quotes": (text,), "publishers": (f"{story} Herald",), "origins": ("Wire",)}
    return AcrossSide.model_validate({**base, **fields})


def between(one: AcrossSide, other: AcrossSide, **fields: object) -> AcrossFinding:
    """Two stories that contradict each other."""
    base = {"id": "sha256:ff", "relation": "contradicts", "kind": "number", "nature": "direct"}
    base |= {"question": "How many died in all?"}
    return AcrossFinding.model_validate({**base, "sides": (one, other), "pairs": (("a", "b"),), "new": True, **fields})


CONFLICT = between(
    side("night", "12 people died.", words=("12",), origins=("Radio",)),
    side("morning", "16 people died.", words=("16",)),
)
AGREEMENT = between(
    side("night", "The fire is out."), side("morning", "The fire was put out."), relation="supports", nature=None
)
ACROSS = AcrossStories(status="done", stories=2, pairs=7, left_out=3, possible=1, findings=(CONFLICT, AGREEMENT))
