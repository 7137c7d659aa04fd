"""That no news of a batch is taken for old, whatever articles were put together before and whenever a pass ends."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from factcheck.batch import filing
from factcheck.batch.planning import Selection
from factcheck.batch.spool import Spool
from factcheck.errors import ModelUnavailable, SettingsError
from factcheck.index import GroupBy
from factcheck.llm.base import ModelRequest
from tests.batch.desk import TEXTS, Desk
from tests.support.means import reader


def tell(desk: Desk, folder: str, place: str, tag: str = "") -> None:
    """Two articles that contradict each other about one event, in one folder."""
    for outlet, text in TEXTS.items():
        desk.put(f"{folder}/{outlet}{tag}.txt", f"Publisher: {outlet.title()}\n\n{text.format(place)}\n")


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
