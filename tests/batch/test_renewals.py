"""That a batch knows articles and stories again that were edited, renamed or grouped otherwise, and nothing else."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.batch.news import renewed
from factcheck.batch.planning import Selection
from factcheck.batch.spool import Document
from factcheck.errors import ModelUnavailable
from factcheck.index import GroupBy
from factcheck.llm.base import ModelRequest
from tests.batch.desk import REST, SETTLED, TEXTS, Desk, tell
from tests.support.means import reader


def records(desk: Desk, *texts: str) -> None:
    """A file of one record for each outlet and text."""
    file = desk.root / "a" / "wire.jsonl"
    file.parent.mkdir(exist_ok=True)
    told = [{"publisher": name, "text": f"{text} {REST}"} for name, text in zip("HGMP", texts, strict=False)]
    file.write_text("\n".join(map(json.dumps, told)) + "\n", encoding="utf-8")
    old = file.stat().st_mtime - SETTLED
    os.utime(file, (old, old))


def document(path: str, article: str | None) -> Document:
    """A document of a file."""
    return Document(path=path, place=0, article=article, digest="", published=None)


PAIRS = st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from(["x", "y"])), unique_by=lambda pair: pair[0])


@given(PAIRS, PAIRS)
def test_an_article_is_renewed_where_another_one_went(now: list[tuple[str, str]], then: list[tuple[str, str]]) -> None:
    """Each from one of its own file that is there no more, no two from one; and none where more came than went."""
    was = renewed([document(path, id_) for id_, path in now], then)
    came, went = dict(now), dict(then)
    assert len(set(was.values())) == len(was)
    for new, old in was.items():
        assert came[new] == went[old]
        assert new not in went
        assert old not in came
    for path in "xy":
        arrived = {id_ for id_, where in now if where == path and id_ not in went}
        left = {id_ for id_, where in then if where == path and id_ not in came}
        assert was.keys() & arrived == (arrived if len(arrived) <= len(left) else set())


@pytest.mark.parametrize("texts", [["16", "12"], ["16", "12", "16", "12"]])
async def test_a_record_that_was_edited_is_what_it_was(tmp_path: Path, texts: list[str]) -> None:
    """As an article in a file of its own; when records came at the same time, nobody knows which is which."""
    desk = Desk(tmp_path)
    records(desk, *(f"{n} people died in the Eastley fire." for n in ["12", "16"]))
    assert [line.new for line in (await desk.run()).stories[0].disputes] == [True]
    records(desk, *(f"{n} people died in the Eastley fire, it is known now." for n in texts))
    (row,) = (await desk.run()).stories
    assert [line.new for line in row.disputes] == [len(texts) > 2]


async def test_two_disputes_under_one_title_are_two(tmp_path: Path) -> None:
    """One of them is corrected away: that one is settled, though the other still asks the same."""
    desk = Desk(tmp_path)
    tell(desk, "a", "Eastley")
    tell(desk, "a", "Sund", "2")
    assert len((await desk.run()).stories[0].disputes) == 2
    desk.put("a/gazette.txt", "Publisher: Gazette\n\nIn Eastley the fire killed 12 people.")
    (row,) = (await desk.run()).stories
    assert ([line.new for line in row.disputes], row.settled) == ([False], ("How many?",))


async def test_what_articles_say_that_failed_at_first_is_news(tmp_path: Path) -> None:
    """They came, failed, and are read by a second try: their dispute is new, though an old one asks the same."""
    up = True

    def answer(request: ModelRequest[Any]) -> Mapping[str, Any]:
        if request.task == "extract_claims" and not up and "Sund" in request.user:
            raise ModelUnavailable("503", attempts=5)
        return reader(request)

    desk = Desk(tmp_path, answer)
    tell(desk, "a", "Eastley")
    await desk.run()
    up = False
    tell(desk, "a", "Sund", "2")
    await desk.run()
    up = True
    (row,) = (await desk.run(retry_failed=True)).stories
    assert sorted(line.new for line in row.disputes) == [False, True]


@pytest.mark.parametrize("outlets", [["gazette"], ["gazette", "herald"]])
async def test_a_story_by_event_whose_articles_are_edited_stays(tmp_path: Path, outlets: list[str]) -> None:
    """One or all of them: it is neither gone nor new, and its dispute is old."""
    desk = Desk(tmp_path)
    tell(desk, ".", "Eastley")
    await desk.run(group_by="event")
    for outlet in outlets:
        desk.put(f"{outlet}.txt", f"Publisher: {outlet.title()}\n\n{TEXTS[outlet].format('Eastley')} Roads were shut.")
    index = await desk.run(group_by="event")
    assert (index.removed, index.totals.new, index.totals.changed, index.totals.new_disputes) == ((), 0, 1, 0)


@pytest.mark.parametrize("before", ["folder", "date", "none"])
async def test_another_grouping_is_no_news_also_when_it_had_to_wait(tmp_path: Path, before: GroupBy) -> None:
    """The stories of before are kept until those by event are through that go on from them."""
    desk = Desk(tmp_path).stories("Eastley", "Sund")
    await desk.run(group_by=before)
    await desk.run(group_by="event", selection=Selection(limit=0))
    index = await desk.run(group_by="event")
    assert (index.totals.new, index.totals.new_disputes, index.removed) == (0, 0, ())


@pytest.mark.parametrize("unreadable", [False, True])
async def test_what_a_renamed_folder_was_is_forgotten_once_it_is_through(tmp_path: Path, unreadable: bool) -> None:
    """Also beside a folder that never can be read: its copy is new, and it is gone once, under its last name."""
    desk = Desk(tmp_path).stories("Sund")
    if unreadable:
        bad = desk.root / "zinc" / "x.pdf"
        bad.parent.mkdir()
        bad.write_bytes(b"no pdf")
        os.utime(bad, (1e9, 1e9))
    await desk.run(group_by="folder")
    (desk.root / "sund").rename(desk.root / "bridge")
    await desk.run(group_by="folder")
    shutil.copytree(desk.root / "bridge", desk.root / "tide")
    rows = {row.title: row for row in (await desk.run(group_by="folder")).stories}
    assert (rows["tide"].change, rows["bridge"].change) == ("new", "unchanged")
    shutil.rmtree(desk.root / "bridge")
    shutil.rmtree(desk.root / "tide")
    if not unreadable:
        desk.stories("Lesk")
    assert sorted((await desk.run(group_by="folder")).removed) == ["bridge", "tide"]
