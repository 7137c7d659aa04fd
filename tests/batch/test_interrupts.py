"""An interrupt in the computations of a batch that take long and ask nothing."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from factcheck.batch import grouping, planning
from factcheck.batch.counting import Counts
from factcheck.batch.openings import Gathered, Opening
from factcheck.engine.base import Stop
from factcheck.index import GroupBy
from factcheck.models import CandidatePair
from factcheck.reporting.base import Style
from factcheck.reporting.batch_index import IndexTable
from factcheck.stages.blocking.across import Net
from tests.batch.desk import Desk, Watch

PLACES = ("Eastley", "Sund", "Lesk")


async def test_an_interrupt_while_events_are_grouped_is_heard_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Grouping many articles takes long; the run ends without waiting for it, and the next one groups anew."""
    stop, release = Stop(), threading.Event()

    def endless(_: object) -> tuple[grouping.Group, ...]:
        stop.request()
        release.wait()
        return ()

    desk = Desk(tmp_path).stories(*PLACES)
    with monkeypatch.context() as patched:
        patched.setattr(grouping, "grouped", endless)
        index = await asyncio.wait_for(desk.run(stop, group_by="event"), 20)
    release.set()
    assert (index.stopped, index.totals.stories, desk.asked) == ("interrupted", 0, 0)
    assert (await desk.run(group_by="event")).totals.done > 0


async def test_an_interrupt_while_openings_are_counted_is_heard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are counted one by one; the run ends between two of them, and the next one counts anew."""
    stop, counted = Stop(), list[str]()
    add = Gathered.add

    def adding(gathered: Gathered, opening: Opening) -> None:
        counted.append(opening.article_id)
        add(gathered, opening)
        stop.request()

    desk = Desk(tmp_path).stories(*PLACES)
    with monkeypatch.context() as patched:
        patched.setattr(planning, "OPENINGS", 1)
        patched.setattr(Gathered, "add", adding)
        index = await desk.run(stop, group_by="event")
    assert (index.stopped, index.totals.stories, len(counted)) == ("interrupted", 0, 1)
    assert (await desk.run(group_by="event")).totals.done > 0


async def test_an_interrupt_while_neighbours_are_looked_for_is_heard_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same of the net between stories: they are done, and what they say about each other waits."""
    stop, release = Stop(), threading.Event()

    def endless(*_: object) -> list[CandidatePair]:
        stop.request()
        release.wait()
        return []

    desk = Desk(tmp_path).stories(*PLACES)
    with monkeypatch.context() as patched:
        patched.setattr(Net, "cast", endless)
        index = await asyncio.wait_for(desk.run(stop, across_stories=True), 20)
    release.set()
    assert (index.stopped, index.totals.done) == ("interrupted", len(PLACES))
    assert index.across is not None
    assert index.across.status == "waiting"
    index = await desk.run(across_stories=True)
    assert (index.stopped, index.across and index.across.status) == (None, "done")


@pytest.mark.parametrize(("group_by", "read"), [("event", True), ("folder", False)])
async def test_what_an_interrupt_leaves_is_told_whole(tmp_path: Path, group_by: GroupBy, read: bool) -> None:
    """Grouped stories that were not begun have their rows; of folders that were not read it is said how many."""
    stop = Stop()

    class Impatient(Watch):
        def update(self, counts: Counts) -> None:
            """Interrupt it when it has come to the third story."""
            if counts.found >= 3:
                stop.request()

    desk = Desk(tmp_path)
    desk.watch = Impatient()
    for number in range(60):
        desk.put(f"s{number}/herald.txt", f"12 people died in the Town{number} fire.", f"All of Town{number} came.")
    index = await desk.run(stop, group_by=group_by)
    assert (index.stopped, index.totals.waiting > 0, index.unreached == 0) == ("interrupted", True, read)
    said = f"{index.unreached} more folders were not read"
    assert (said in IndexTable().render(index, Style(width=200))) != read
    whole = await desk.run(group_by=group_by)
    assert index.totals.stories + index.unreached == whole.totals.stories
    assert (whole.stopped, whole.unreached, whole.totals.waiting) == (None, 0, 0)
