"""Stories that go on: by another folder name, put together in another way, or checked again as they were."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from factcheck.batch.planning import Selection
from factcheck.index import BatchIndex, StoryRow
from factcheck.reporting.batch_index.lines import facts_of_run
from factcheck.reporting.words.catalogue import words_in
from tests.batch.desk import Desk
from tests.support.means import RUN


def by_title(index: BatchIndex) -> dict[str, StoryRow]:
    """Title -> row."""
    return {row.title: row for row in index.stories}


async def test_a_folder_by_another_name_is_the_same_story(tmp_path: Path) -> None:
    """Its dispute is old news, it has neither new nor gone articles, and its old name is not told as one that left."""
    desk = Desk(tmp_path).stories("Eastley", "Sund")
    await desk.run()
    asked = desk.asked
    (desk.root / "sund").rename(desk.root / "bridge")
    index = await desk.run()
    rows = by_title(index)
    assert (sorted(rows), index.removed) == (["bridge", "eastley"], ())
    assert (index.totals.new, index.totals.new_disputes) == (0, 0)
    assert (rows["bridge"].new_articles, rows["bridge"].gone_articles, len(rows["bridge"].disputes)) == ((), (), 1)
    assert desk.asked == asked
    assert (await desk.run()).totals.changed == 0


async def test_a_copy_of_a_folder_is_a_story_of_its_own(tmp_path: Path) -> None:
    """The first is still there and goes on by itself, so that the second is new with its dispute."""
    desk = Desk(tmp_path).stories("Sund")
    await desk.run()
    shutil.copytree(desk.root / "sund", desk.root / "again")
    rows = by_title(await desk.run())
    assert (rows["sund"].change, rows["again"].change) == ("unchanged", "new")
    assert (rows["sund"].disputes[0].new, rows["again"].disputes[0].new) == (False, True)


async def test_old_disputes_are_no_news_when_articles_are_put_together_in_another_way(tmp_path: Path) -> None:
    """By whatever way and back, whether stories become parts of a larger one or it becomes them: nothing is new, and
    nothing that another story has now is called settled or gone."""
    desk = Desk(tmp_path).stories("Eastley", "Sund", "Vale")
    assert (await desk.run(group_by="event")).totals.new_disputes == 3
    for way in ("folder", "date", "none", "folder", "none", "event", "date", "folder"):
        index = await desk.run(group_by=way)
        assert (way, index.totals.disputes, index.totals.new, index.totals.new_disputes) == (way, 3, 0, 0)
        assert {row.settled for row in index.stories} == {row.gone_articles for row in index.stories} == {()}
        assert index.removed == ()


async def test_a_dispute_that_comes_with_another_way_is_news(tmp_path: Path) -> None:
    """One that no earlier story had, because its sides were in two of them."""
    desk = Desk(tmp_path)
    desk.put("night/herald.txt", "Publisher: Herald\n\n12 people died in the Eastley fire.")
    desk.put("day/gazette.txt", "Publisher: Gazette\n\n16 people died in the Eastley fire.")
    assert (await desk.run()).totals.disputes == 0
    assert (await desk.run(group_by="none")).totals.new_disputes == 1


async def test_a_story_that_is_checked_again_with_its_articles_has_not_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With another model, from another place, without its report: it says so, in the totals too, and nothing is new."""
    desk = Desk(tmp_path).stories("Eastley", "Sund")
    await desk.run()

    def other_model() -> None:
        monkeypatch.setattr("tests.batch.desk.RUN", RUN.model_copy(update={"model": "other"}))

    def without_reports() -> None:
        shutil.rmtree(desk.out / "stories")

    def moved() -> None:
        desk.root = desk.root.rename(tmp_path / "elsewhere")

    for change in (other_model, without_reports, moved):
        change()
        waits = await desk.run(selection=Selection(limit=0))
        assert {(row.status, row.change) for row in waits.stories} == {("waiting", "again")}
        index = await desk.run()
        assert {(row.status, row.change) for row in index.stories} == {("done", "again")}
        totals = index.totals
        assert (totals.new, totals.changed, totals.again, totals.new_disputes) == (0, 0, 2, 0)
        told = facts_of_run(index, words_in("en"))[0]
        assert told.startswith("no story new or changed, 2 stories checked again since the last complete run")
    assert {row.change for row in (await desk.run()).stories} == {"unchanged"}
