"""The index as page and table: what it says, and what other people's words cannot do in it."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from factcheck.findings import Usage
from factcheck.index import BatchIndex, BatchTotals, DisputeLine, GroupReason, StoryRow
from factcheck.models import RefusedFile
from factcheck.reporting.base import Style
from factcheck.reporting.batch_index import IndexPage, IndexTable
from tests.support.odd_reports import HOSTILE

_TAGS = (
    "html head meta title style body header p h1 ul li main table thead tr th tbody td strong a span details summary"
    " footer"
)
TAGS = set(_TAGS.split(" "))
"""All tags of the page."""


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


@pytest.mark.parametrize("renderer", [IndexPage(), IndexTable()])
def test_a_story_without_a_report_is_not_called_undisputed(renderer: IndexPage | IndexTable) -> None:
    """What was never compared is said to be so, instead of looking like agreement."""
    text = renderer.render(index(FAILED), Style(width=120))
    assert "not compared" in text
    assert "no dispute" not in text


@pytest.mark.parametrize("renderer", [IndexPage(), IndexTable()])
def test_what_is_new_disputed_and_failed_is_said(renderer: IndexPage | IndexTable) -> None:
    """Titles, disputes, why the articles are together, the reason of a failure and the cost stand in both forms."""
    text = renderer.render(index(DISPUTED, FAILED), Style(width=120))
    for words in (
        "1 new dispute, 2 in all; 1 story failed",
        "How many died?",
        "shared: eastley, fire",
        "similarity 0.41",
        "2026-03-01 to 2026-03-02",
        "ModelUnavailable: 503",
        "1 new article: a.txt",
    ):
        assert words in text, words


def test_the_page_cannot_be_written_by_an_article() -> None:
    """Hostile titles, paths and reasons come out as text: no tag, script, link or control character of theirs."""
    bad = " ".join(HOSTILE) + '"><img src=x onerror=alert(1)>'
    hostile = row(
        bad,
        disputes=(DisputeLine(id="d", title=bad, nature="direct", points=1, new=True),),
        reasons=(bad,),
        new_articles=(bad,),
        settled=(bad,),
        report=bad,
        change="changed",
        reason=GroupReason(shared=(bad,), similarity=0.5, weakest=0.5),
    )
    page = IndexPage().render(
        index(hostile, root=bad, removed=(bad,), unreadable=(RefusedFile(path=bad, reason=bad),), stopped=bad), Style()
    )
    assert "<script" not in page
    assert "<img" not in page
    assert set(re.findall(r"<(\w+)", page)) <= TAGS
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202e\u2066]", page)
    assert all(re.fullmatch(r"\./[\w%~./-]+", link) for link in re.findall(r'href="([^"]*)"', page))


def test_the_table_cannot_move_the_cursor() -> None:
    """Escape sequences and bidi characters of a title do not reach the terminal."""
    text = IndexTable().render(index(row(" ".join(HOSTILE), report=None)), Style(width=80))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2066]", text)


def test_the_page_needs_no_network_and_no_script() -> None:
    """A policy forbids both, and every address leads to a file beside the page."""
    page = IndexPage().render(index(DISPUTED), Style())
    assert "default-src 'none'" in page
    assert re.findall(r'href="([^"]*)"', page) == ["./stories/a/report.json"]


def test_a_long_table_is_cut_and_says_so() -> None:
    """Eighty stories do not flood the terminal; the rest is counted."""
    text = IndexTable().render(index(*(row(f"Story {n}") for n in range(80))), Style(width=100))
    assert "and 20 stories" in text
