"""That what is missing for a while, or read by another model, is no news when it is back, and gone when it is gone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from factcheck.batch.planning import Selection
from factcheck.index import GroupBy
from factcheck.llm.base import ModelRequest
from factcheck.models import Decision
from tests.batch.desk import DAMAGED, REST, TEXTS, Desk, across, tell, told_of
from tests.support.means import reader
from tests.support.scripted import DictStore, ScriptedModel

OTHER = "Nobody had counted the vessels of the marina before the wind rose and fishermen went home by train."


@pytest.mark.parametrize("group_by", ["folder", "event", "date", "none"])
async def test_a_file_that_could_not_be_read_and_is_taken_away_is_gone_then(tmp_path: Path, group_by: GroupBy) -> None:
    """Not before; and what it disputed is settled then."""
    desk = Desk(tmp_path).stories("Eastley")
    desk.put("eastley/radio.txt", "Publisher: Radio\n\n12 people were killed in the Eastley fire.")
    (line,) = (await desk.run(group_by=group_by)).stories[0].disputes
    (file := desk.root / "eastley" / "gazette.txt").write_bytes(DAMAGED)
    assert told_of(await desk.run(group_by=group_by)) == (0, 0, (), (line.title,))
    file.unlink()
    index = await desk.run(group_by=group_by)
    assert told_of(index) == (0, 0, (line.title,), ())
    assert index.stories[0].gone_articles == (str(file),)


async def test_a_record_that_is_half_written_is_neither_gone_nor_news(tmp_path: Path) -> None:
    """The file of many records has others; once none of it is damaged, what is not there is gone."""
    desk = Desk(tmp_path)
    file = desk.root / "a" / "wire.jsonl"
    file.parent.mkdir()
    texts = [("Herald", TEXTS["herald"]), ("Gazette", TEXTS["gazette"])]
    lines = [json.dumps({"publisher": name, "text": f"{text.format('Eastley')} {REST}"}) + "\n" for name, text in texts]
    file.write_text("".join(lines), encoding="utf-8")
    (line,) = (await desk.run()).stories[0].disputes
    file.write_text("".join(lines)[:-40], encoding="utf-8")
    index = await desk.run()
    assert told_of(index) == (0, 0, (), (line.title,))
    assert index.stories[0].gone_articles == ()
    file.write_text("".join(lines), encoding="utf-8")
    assert told_of(await desk.run()) == (1, 0, (), ())
    file.write_text(lines[0], encoding="utf-8")
    assert told_of(await desk.run()) == (0, 0, (line.title,), ())


@pytest.mark.parametrize("way", ["unread", "waits"])
async def test_what_stories_could_not_meet_in_is_no_news_when_they_can(tmp_path: Path, way: str) -> None:
    """One has a file, by date its only one, that cannot be read for a while, or waits under another name."""
    desk = Desk(tmp_path)
    group_by: GroupBy = "date" if way == "unread" else "folder"
    desk.put("night/herald.txt", "Published: 2026-03-01\nPublisher: Herald\n\n12 people died in the Eastley fire.")
    file = desk.put("late/echo.txt", "Published: 2026-03-02\nPublisher: Echo\n\n16 people died in the Eastley fire.")
    desk.put(
        "other/radio.txt", "Published: 2026-03-03\nPublisher: Radio\n\n7 boats sank near Lesk in the storm.", OTHER
    )
    index = await desk.run(across_stories=True, group_by=group_by)
    assert [(found.relation, found.new) for found in across(index).findings] == [("contradicts", True)]
    text = file.read_text(encoding="utf-8")
    if way == "unread":
        file.write_bytes(DAMAGED)
        index = await desk.run(across_stories=True, group_by=group_by)
    else:
        (desk.root / "late").rename(desk.root / "later")
        index = await desk.run(across_stories=True, group_by=group_by, selection=Selection(limit=0))
    assert across(index).findings == ()
    if way == "unread":
        file.write_text(text, encoding="utf-8")
    index = await desk.run(across_stories=True, group_by=group_by)
    assert [(found.relation, found.new) for found in across(index).findings] == [("contradicts", False)]


async def test_another_model_tells_no_old_dispute_as_new_in_its_own_words(tmp_path: Path) -> None:
    """Its claims have other ids and its question is another one: the sentences are those that were disputed."""

    def other(request: ModelRequest[Any]) -> Mapping[str, Any]:
        def again(value: Any) -> Any:
            if isinstance(value, Mapping):
                return {key: f"It is said: {v}" if key in ("x", "q") and v else again(v) for key, v in value.items()}
            return [again(each) for each in value] if isinstance(value, list) else value

        answer: Mapping[str, Any] = again(reader(request))
        return answer

    desk = Desk(tmp_path).stories("Eastley", "Sund")
    before = {row.title: row.disputes[0] for row in (await desk.run()).stories}
    desk.model, desk.store = ScriptedModel(other), DictStore()
    for report in desk.out.rglob("report.json"):
        report.unlink()
    for row in (await desk.run()).stories:
        (line,) = row.disputes
        assert (line.new, row.settled, row.change) == (False, (), "again")
        assert line.title != before[row.title].title
        assert set(line.claims).isdisjoint(before[row.title].claims)


async def test_one_dispute_that_ends_hides_no_other_that_begins(tmp_path: Path) -> None:
    """Two articles are corrected at once: what they ask is the same and about something else."""
    desk = Desk(tmp_path)
    tell(desk, "a", "Eastley")
    tell(desk, "a", "Sund", "2")
    desk.put("a/gazette2.txt", "Publisher: Gazette\n\nIn Sund the fire killed 12 people.")
    (line,) = (await desk.run()).stories[0].disputes
    desk.put("a/gazette.txt", "Publisher: Gazette\n\nIn Eastley the fire killed 12 people.")
    desk.put("a/gazette2.txt", "Publisher: Gazette\n\nIn Sund the fire killed 16 people.")
    index = await desk.run()
    assert told_of(index) == (1, 1, (line.title,), ())
    assert len(index.stories[0].edited_articles) == 2


async def test_a_decision_outlasts_a_file_that_cannot_be_read_by_event(tmp_path: Path) -> None:
    """Its story is done without it; when it is back, corrected, what was rejected stays so."""
    desk = Desk(tmp_path).stories("Eastley")
    (line,) = (await desk.run(group_by="event")).stories[0].disputes
    decisions = (Decision(target="dispute", id=line.id, decision="reject", left_text=line.title),)
    assert told_of(await desk.run(group_by="event", decisions=decisions)) == (0, 0, (line.title,), ())
    (desk.root / "eastley" / "gazette.txt").write_bytes(DAMAGED)
    await desk.run(group_by="event", decisions=decisions)
    desk.put("eastley/gazette.txt", "Publisher: Gazette\n\nIn Eastley the fire killed 16 people, says the mayor.")
    index = await desk.run(group_by="event", decisions=decisions)
    assert (index.stories[0].disputes, index.stories[0].decided) == ((), (line.id,))
