"""What a story's earlier checks come to when it is what several stories were: its cost, its articles, its row."""

from __future__ import annotations

from pathlib import Path

import pytest

from factcheck.batch.history import History
from factcheck.batch.kept import Kept
from factcheck.batch.packed_rows import pack
from factcheck.batch.planning import Story
from factcheck.batch.spool import Document
from factcheck.findings import Usage
from factcheck.index import GroupReason, StoryRow
from tests.batch.parted import parted


def kept(key: str, pass_id: str, requests: int = 0) -> Kept:
    """A story of one article, both called by its key."""
    row = StoryRow(key=key, title=key, group_by="event", articles=1, usage=Usage(requests=requests))
    return Kept("", ((key, key),), pack(row), pass_id, None)


def story(*articles: str, absorbed: tuple[str, ...] = ()) -> Story:
    """By the key of its first article."""
    documents = tuple(Document(id_, 0, id_, "", None) for id_ in articles)
    return Story(articles[0], articles[0], "A", "event", GroupReason(), documents, absorbed=absorbed)


def test_a_joined_story_costs_what_its_parts_did_in_this_pass() -> None:
    """And not what they had cost before; a story that was never parted costs its last check."""
    history = History({"a": kept("a", "now", 3), "b": kept("b", "before", 5)}, "now", lambda *_: True, lambda *_: False)
    assert [usage.requests for usage in history.spent(story("a", "b", absorbed=("b",)))] == [3]
    assert history.spent(story("a")) == []


def test_a_joined_story_that_failed_keeps_no_article_of_a_part_that_stands() -> None:
    """So that each article has one home when stories are planned; once it is through, all are its own."""
    history = History({"a": kept("a", "before"), "b": kept("b", "before")}, "now", lambda *_: True, lambda *_: False)
    joined = story("a", "b", "c", absorbed=("b",))
    row = StoryRow(key="a", title="a", group_by="event", articles=3)
    failed = row.model_copy(update={"status": "failed"})
    assert [id_ for id_, _ in history.kept_now(joined, failed, "").members] == ["a", "c"]
    done = row.model_copy(update={"status": "done"})
    assert [id_ for id_, _ in history.kept_now(joined, done, "").members] == ["a", "b", "c"]


async def test_the_row_of_a_joined_story_has_the_cost_of_its_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside what was asked for it alone; no other row has any."""
    spent = {True: [Usage(requests=7)], False: list[Usage]()}
    monkeypatch.setattr(History, "spent", lambda _, story: spent[bool(story.absorbed)])
    index = await parted(tmp_path).run(across_stories=True)
    assert sorted(row.usage.requests for row in index.stories) == [0, 7]
