"""That no news of a batch is taken for old, whatever articles were put together before and whenever a pass ends."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from factcheck.batch import filing, running
from factcheck.batch.planning import Selection
from factcheck.batch.spool import Spool
from factcheck.errors import ModelUnavailable, SettingsError
from factcheck.index import GroupBy
from factcheck.llm.base import ModelRequest
from factcheck.models import Decision
from tests.batch.desk import DAMAGED, Desk, across, tell, told_of
from tests.support.means import reader
from tests.support.scripted import DictStore


@pytest.mark.parametrize("way", ["folder", "renamed", "none"])
async def test_a_dispute_among_new_articles_is_news_whatever_is_asked_in_an_old_one(tmp_path: Path, way: str) -> None:
    """Another event of the same kind raises a question in the same words, in one story with the first."""
    desk = Desk(tmp_path)
    tell(desk, "a", "Eastley")
    await desk.run(group_by="event" if way == "none" else "folder")
    if way == "renamed":
        (desk.root / "a").rename(desk.root / "c")
    tell(desk, "a" if way == "folder" else "c", "Sund", "2")
    index = await desk.run(group_by="none" if way == "none" else "folder")
    (row,) = index.stories
    assert sorted(line.new for line in row.disputes) == [False, True]
    assert row.change == "changed"


async def test_news_that_could_not_be_written_are_told_by_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is full when the last index is written, then room: new, with its new dispute; so is what is gone."""
    desk = Desk(tmp_path).stories("Eastley", "Lesk")
    await desk.run()
    desk.stories("Sund")
    for path in (desk.root / "lesk").iterdir():
        path.unlink()

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device", str(desk.out / "index.json"))

    with monkeypatch.context() as patched:
        patched.setattr(filing, "file_rows", full)
        with pytest.raises(SettingsError, match="cannot be written"):
            await desk.run()
    index = await desk.run()
    assert {row.title: row.change for row in index.stories} == {"sund": "new", "eastley": "unchanged"}
    assert (index.totals.new_disputes, index.removed) == (1, ("lesk",))


@pytest.mark.parametrize("way", ["renamed", "date"])
async def test_a_story_that_goes_on_under_another_name_is_no_news_also_when_it_had_to_wait(
    tmp_path: Path, way: str
) -> None:
    """`--limit` leaves it to the next run, which tells it against what it was."""
    desk = Desk(tmp_path).stories("Eastley", "Sund")
    await desk.run()
    if way == "renamed":
        (desk.root / "sund").rename(desk.root / "bridge")
    group_by: GroupBy = "folder" if way == "renamed" else "date"
    index = await desk.run(group_by=group_by, selection=Selection(limit=0))
    assert (index.totals.waiting, index.removed) == (1, ())
    index = await desk.run(group_by=group_by)
    assert (index.totals.new, index.totals.new_disputes, index.totals.disputes) == (0, 0, 2)
    with Spool(desk.out) as spool:
        assert sorted(spool.story_keys()) == sorted(row.key for row in index.stories)


async def test_a_dispute_that_a_second_try_brings_is_a_change(tmp_path: Path) -> None:
    """The article was there before and could not be read by the model: the story is changed, not checked again."""
    up = True

    def answer(request: ModelRequest[Any]) -> Mapping[str, Any]:
        if request.task == "extract_claims" and not up and "Gazette" in request.user:
            raise ModelUnavailable("503", attempts=5)
        return reader(request)

    desk = Desk(tmp_path, answer)
    desk.put("e/herald.txt", "Publisher: Herald\n\n12 people died in the Eastley fire.")
    await desk.run()
    up = False
    desk.put("e/gazette.txt", "Publisher: Gazette\n\nIn Eastley the fire killed 16 people.")
    await desk.run()
    up = True
    (row,) = (await desk.run(retry_failed=True)).stories
    assert (row.change, [line.new for line in row.disputes]) == ("changed", [True])


class Failing:
    """A model that answers but for the tasks in `down`, which nothing will bring back."""

    def __init__(self) -> None:
        self.down: set[str] = set()

    def __call__(self, request: ModelRequest[Any]) -> Mapping[str, Any]:
        """An answer, or the failure."""
        if request.task in self.down:
            raise ModelUnavailable("503", attempts=5)
        return reader(request)


OTHER = "Nobody had counted the vessels of the marina before the wind rose and fishermen went home by train."
TASKS = ["extract_claims", "judge_pairs"]


@pytest.mark.parametrize("task", TASKS)
async def test_what_failed_settles_no_dispute(tmp_path: Path, task: str) -> None:
    """A story that is checked anew and fails is told as such; its dispute is no news when it is found again, and is
    settled when it is not: pass after pass, for the failures last."""
    desk = Desk(tmp_path, failing := Failing()).stories("Eastley")
    before = await desk.run()
    (line,) = before.stories[0].disputes
    for _ in range(2):
        failing.down, desk.store = {task}, DictStore()
        for report in desk.out.rglob("report.json"):
            report.unlink()
        index = await desk.run()
        assert told_of(index) == (0, 0, (), (line.title,))
        assert (index.stories[0].status, index.stories[0].change) == ("incomplete", "again")
    failing.down = set()
    assert told_of(await desk.run(retry_failed=True)) == (1, 0, (), ())
    desk.put("eastley/gazette.txt", "Publisher: Gazette\n\nIn Eastley the fire killed 12 people.")
    assert told_of(await desk.run()) == (0, 0, (line.title,), ())


async def test_an_article_that_was_not_there_keeps_no_dispute_open(tmp_path: Path) -> None:
    """It came and failed while another one was corrected: what was disputed without it is settled."""

    def answer(request: ModelRequest[Any]) -> Mapping[str, Any]:
        if request.task == "extract_claims" and "Echo" in request.user:
            raise ModelUnavailable("503", attempts=5)
        return reader(request)

    desk = Desk(tmp_path, answer).stories("Eastley")
    (line,) = (await desk.run()).stories[0].disputes
    desk.put("eastley/echo.txt", "Publisher: Echo\n\nEcho knows: 12 people died in the Eastley fire.")
    desk.put("eastley/gazette.txt", "Publisher: Gazette\n\nIn Eastley the fire killed 12 people.")
    index = await desk.run()
    assert index.stories[0].status == "incomplete"
    assert told_of(index) == (0, 0, (line.title,), ())


@pytest.mark.parametrize("group_by", ["folder", "event"])
async def test_a_file_that_cannot_be_read_for_a_while_is_neither_gone_nor_news(
    tmp_path: Path, group_by: GroupBy
) -> None:
    """Half written when the run came: nothing is gone or settled, and what was told is no news when it is back."""
    desk = Desk(tmp_path).stories("Eastley")
    desk.put("eastley/radio.txt", "Publisher: Radio\n\n12 people were killed in the Eastley fire.")
    (line,) = (await desk.run(group_by=group_by)).stories[0].disputes
    file = desk.root / "eastley" / "gazette.txt"
    text = file.read_text(encoding="utf-8")
    file.write_bytes(DAMAGED)
    index = await desk.run(group_by=group_by)
    assert told_of(index) == (0, 0, (), (line.title,))
    assert (index.stories[0].gone_articles, index.removed) == ((), ())
    file.write_text(text, encoding="utf-8")
    index = await desk.run(group_by=group_by)
    assert told_of(index) == (1, 0, (), ())
    assert index.stories[0].new_articles == ()


async def test_a_story_whose_only_file_cannot_be_read_is_not_gone(tmp_path: Path) -> None:
    """By event no story has it meanwhile; it comes back as what it was, and is gone once its file is."""
    desk = Desk(tmp_path).stories("Eastley")
    file = desk.put("echo.txt", "Publisher: Echo\n\n7 boats sank near Lesk in the storm.", rest=OTHER)
    text = file.read_text(encoding="utf-8")
    assert (await desk.run(group_by="event")).totals.stories == 2
    file.write_bytes(DAMAGED)
    index = await desk.run(group_by="event")
    assert (index.totals.stories, index.removed, len(index.unreadable)) == (1, (), 1)
    file.write_text(text, encoding="utf-8")
    index = await desk.run(group_by="event")
    assert (index.totals.stories, index.totals.new) == (2, 0)
    file.write_bytes(DAMAGED)
    await desk.run(group_by="event")
    file.unlink()
    assert len((await desk.run(group_by="event")).removed) == 1


class Wording:
    """A model that asks each question in the words of the day."""

    def __init__(self) -> None:
        self.words = "How many died?"

    def __call__(self, request: ModelRequest[Any]) -> Mapping[str, Any]:
        """The newsroom's answer with its questions in these words."""

        def worded(value: Any) -> Any:
            if isinstance(value, Mapping):
                return {key: self.words if key == "q" and v else worded(v) for key, v in value.items()}
            return [worded(each) for each in value] if isinstance(value, list) else value

        answer: Mapping[str, Any] = worded(reader(request))
        return answer


@pytest.mark.parametrize("fails", [False, True])
async def test_a_dispute_is_known_by_what_is_disputed_when_its_question_is_worded_otherwise(
    tmp_path: Path, fails: bool
) -> None:
    """More articles join it and most pairs ask in other words: it goes on under its new title, also when nothing could
    be found of it in between. It is settled when no claim of it is disputed any more, and new where new ones clash."""
    desk = Desk(tmp_path, wording := Wording()).stories("Eastley")
    (line,) = (await desk.run()).stories[0].disputes
    wording.words = "What is the toll?"
    desk.put("eastley/radio.txt", "Publisher: Radio\n\nRadio knows that 16 people died in the Eastley fire.")
    desk.put("eastley/echo.txt", "Publisher: Echo\n\nEcho knows that 16 people died in the Eastley fire.")
    text = (file := desk.root / "eastley" / "herald.txt").read_text(encoding="utf-8")
    if fails:
        file.write_bytes(DAMAGED)
        assert told_of(await desk.run()) == (0, 0, (), (line.title,))
        file.write_text(text, encoding="utf-8")
    index = await desk.run()
    assert told_of(index) == (1, 0, (), ())
    (now,) = index.stories[0].disputes
    assert now.title == "What is the toll?"
    assert set(line.claims) < set(now.claims)
    wording.words = "Who counts?"
    for outlet in ("herald", "echo"):
        (desk.root / "eastley" / f"{outlet}.txt").unlink()
    desk.put("eastley/radio.txt", "Publisher: Radio\n\nRadio knows now: 16 people died in the Eastley fire.")
    assert told_of(await desk.run()) == (0, 0, ("What is the toll?",), ())
    desk.put("eastley/mail.txt", "Publisher: Mail\n\nMail counted: 12 people died in the Eastley fire.")
    assert told_of(await desk.run()) == (1, 1, (), ())


async def test_a_decision_outlasts_a_check_that_failed(tmp_path: Path) -> None:
    """A dispute was rejected and its claims have changed since, so that it goes by its title in the story that had it:
    also after a check that found nothing of it."""
    desk = Desk(tmp_path, failing := Failing()).stories("Eastley")
    (line,) = (await desk.run()).stories[0].disputes
    decisions = (Decision(target="dispute", id=line.id, decision="reject", left_text=line.title),)
    assert told_of(await desk.run(decisions=decisions)) == (0, 0, (line.title,), ())
    desk.put("eastley/gazette.txt", "Publisher: Gazette\n\nIn Eastley the fire killed 16 people, says the mayor.")
    failing.down = {"judge_pairs"}
    index = await desk.run(decisions=decisions)
    assert (index.stories[0].status, index.stories[0].decided) == ("incomplete", ())
    assert told_of(index) == (0, 0, (), ())
    failing.down = set()
    index = await desk.run(decisions=decisions, retry_failed=True)
    assert (index.stories[0].disputes, index.stories[0].decided) == ((), (line.id,))


async def test_what_a_person_decided_is_known_though_something_failed(tmp_path: Path) -> None:
    """An article that was there fails in the check that honours the decision: the dispute is settled by it."""
    desk = Desk(tmp_path, failing := Failing()).stories("Eastley")
    desk.put("eastley/radio.txt", "Publisher: Radio\n\nRadio heard that 12 people were killed in the Eastley fire.")
    (line,) = (await desk.run()).stories[0].disputes
    decisions = (Decision(target="dispute", id=line.id, decision="reject", left_text=line.title),)
    desk.put("eastley/radio.txt", "Publisher: Radio\n\nRadio saw that 12 people were killed in the Eastley fire.")
    failing.down = {"extract_claims"}
    index = await desk.run(decisions=decisions)
    assert index.stories[0].status == "incomplete"
    assert told_of(index) == (0, 0, (line.title,), ())


@pytest.mark.parametrize("task", TASKS)
async def test_what_failed_is_no_news_between_stories(tmp_path: Path, task: str) -> None:
    """What two stories contradict each other about could not be found again; once it is, it was told before."""
    desk = Desk(tmp_path, failing := Failing())
    desk.put("night/herald.txt", "Publisher: Herald\n\n12 people died in the Eastley fire.")
    desk.put("night/radio.txt", "Publisher: Radio\n\n12 people were killed in the Eastley fire.")
    desk.put("morning/gazette.txt", "Publisher: Gazette\n\n16 people died in the Eastley fire.")
    assert [found.new for found in across(await desk.run(across_stories=True)).findings] == [True]
    failing.down, desk.store = {task}, DictStore()
    for report in desk.out.rglob("report.json"):
        report.unlink()
    assert across(await desk.run(across_stories=True)).findings == ()
    failing.down = set()
    assert [found.new for found in across(await desk.run(across_stories=True, retry_failed=True)).findings] == [False]


async def test_a_story_that_fails_under_its_new_name_keeps_what_was_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its folder was renamed and its check broke down: what was disputed is not known, and no news when it is found."""
    desk = Desk(tmp_path).stories("Eastley")
    (line,) = (await desk.run()).stories[0].disputes
    (desk.root / "eastley").rename(desk.root / "bridge")

    async def broken(*_: Any) -> Any:
        raise RuntimeError("broken")

    with monkeypatch.context() as patched:
        patched.setattr(running, "check_story", broken)
        index = await desk.run()
    assert index.stories[0].status == "failed"
    assert told_of(index) == (0, 0, (), (line.title,))
    assert told_of(await desk.run(retry_failed=True)) == (1, 0, (), ())
