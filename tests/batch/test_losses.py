"""What a batch loses, and what it does not: unreadable files, comparisons that break, listeners that are gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from factcheck.batch import neighbours, running
from factcheck.batch.bounds import TooMany
from factcheck.batch.merging import read_index
from factcheck.errors import Interrupted, SettingsError
from factcheck.llm.traces import Trace
from tests.batch.desk import Desk


async def test_a_story_of_which_nothing_could_be_read_counts_as_a_failure(tmp_path: Path) -> None:
    """No article of it failed, for there is none: it stops a batch that may lose nothing all the same."""
    desk = Desk(tmp_path).stories("Eastley")
    desk.put("a-broken/x.pdf", "no PDF at all")
    index = await desk.run(too_many=TooMany(number=0))
    assert index.stopped == "1 of 3 new or changed files failed, more than --max-failures allows"
    assert (await desk.run(too_many=TooMany(number=1), retry_failed=True)).stopped is None


async def test_each_unreadable_file_of_a_story_without_a_report_counts(tmp_path: Path) -> None:
    """As in a story of which something could be read: twenty such files are twenty, in the index and for the limit."""
    desk = Desk(tmp_path).stories("Eastley")
    for number in range(20):
        desk.put(f"a-broken/{number}.pdf", "no PDF at all")
    index = await desk.run(too_many=TooMany(number=19))
    assert index.stopped == "20 of 22 new or changed files failed, more than --max-failures allows"
    assert (next(row.unreadable for row in index.stories if row.title == "a-broken"), index.totals.failed_articles) == (
        20,
        20,
    )


@pytest.mark.parametrize("group_by", ["event", "date", "none"])
async def test_unreadable_files_that_belong_to_no_story_count(tmp_path: Path, group_by: str) -> None:
    """They stop the batch before a story is paid for, and once: the next run, to which they are known, goes on."""
    desk = Desk(tmp_path).stories("Eastley")
    for number in range(3):
        desk.put(f"{number}.pdf", "no PDF at all")
    index = await desk.run(group_by=group_by, too_many=TooMany(number=2))
    assert index.stopped == "3 of 5 new or changed files failed, more than --max-failures allows"
    assert (index.totals.waiting, index.totals.stories, desk.asked) == (1, 1, 0)
    index = await desk.run(group_by=group_by, too_many=TooMany(number=2))
    assert (index.stopped, index.totals.done, len(index.unreadable)) == (None, 1, 3)


async def test_an_unreadable_file_is_weighed_against_the_whole_batch(tmp_path: Path) -> None:
    """One that joins two articles known before is a third of them, though it is all that is new."""
    desk = Desk(tmp_path).stories("Eastley")
    await desk.run(group_by="event")
    desk.put("broken.pdf", "no PDF at all")
    assert (await desk.run(group_by="event", too_many=TooMany(share=0.6))).stopped is None
    desk.put("worse.pdf", "no PDF either")
    index = await desk.run(group_by="event", too_many=TooMany(share=0.4))
    assert index.stopped == "1 of 2 articles failed, more than --max-failures allows"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (SettingsError("batch.sqlite cannot be read"), "batch.sqlite cannot be read"),
        (ValueError("x"), "unexpected ValueError; please report it"),
        (KeyboardInterrupt(), "interrupted"),
        (Interrupted("enough"), "interrupted"),
    ],
)
async def test_the_index_says_what_ended_the_comparison(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, words: str
) -> None:
    """Not that somebody interrupted it, when nobody did."""

    async def broken(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(neighbours.Neighbours, "compare", broken)
    desk = Desk(tmp_path).stories("Eastley", "Sund")
    with pytest.raises(type(error)):
        await desk.run(across_stories=True)
    assert read_index(desk.out).stopped == words


async def test_nobody_who_can_be_told_costs_no_story(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever watches writes to a stream that is broken, whatever it is told: all stories are done, none is failed."""

    def broken(*_: object) -> None:
        raise BrokenPipeError

    desk = Desk(tmp_path).stories("Eastley", "Sund")
    for told in ("update", "story", "across", "note"):
        monkeypatch.setattr(desk.watch, told, broken)
    for options in ({"across_stories": True}, {"group_by": "event"}):
        index = await desk.run(**options)
        assert {row.status for row in index.stories} == {"done"}
        assert index.stopped is None


def test_a_request_is_no_failure_because_nobody_can_be_told_of_it() -> None:
    """The same for whoever is told of each request."""

    def broken(_: Trace) -> None:
        told.append(True)
        raise BrokenPipeError

    told = list[bool]()
    running.recorder(broken)(Trace("Extraction", "m", "json"))
    assert told == [True]
