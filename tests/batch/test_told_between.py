"""That a contradiction between stories is known again when an article of it is edited, and no other one for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from factcheck.index import AcrossFinding
from tests.batch.desk import Desk, across


def conflicts(found: tuple[AcrossFinding, ...]) -> list[bool]:
    """Whether each contradiction is new."""
    return [finding.new for finding in found if finding.relation == "contradicts"]


def two_stories(folder: Path) -> Desk:
    """One says 12 and the other 16."""
    desk = Desk(folder)
    desk.put("night/herald.txt", "Publisher: Herald\n\n12 people died in the Eastley fire.")
    desk.put("late/echo.txt", "Publisher: Echo\n\n16 people died in the Eastley fire.")
    return desk


async def test_an_edited_article_tells_no_contradiction_anew(tmp_path: Path) -> None:
    """Also a second time, and with nothing told when the same pass is gone on with."""
    desk = two_stories(tmp_path)
    assert conflicts(across(await desk.run(across_stories=True)).findings) == [True]
    for words in ("it is known", "the mayor says"):
        desk.put("late/echo.txt", f"Publisher: Echo\n\n16 people died in the Eastley fire, {words}.")
        assert conflicts(across(await desk.run(across_stories=True)).findings) == [False]


@pytest.mark.parametrize("way", ["turned", "other article", "other story"])
async def test_a_contradiction_that_was_not_there_is_new(tmp_path: Path, way: str) -> None:
    """An article that agreed and is edited to say otherwise; a new article beside one that was corrected; and one of a
    third story."""
    desk = two_stories(tmp_path)
    if way == "turned":
        desk.put("late/echo.txt", "Publisher: Echo\n\n12 people died in the Eastley fire, it is thought.")
    found = across(await desk.run(across_stories=True)).findings
    assert conflicts(found) == ([] if way == "turned" else [True])
    if way == "turned":
        desk.put("late/echo.txt", "Publisher: Echo\n\n16 people died in the Eastley fire.")
    else:
        desk.put("late/echo.txt", "Publisher: Echo\n\n12 people died in the Eastley fire, it is thought.")
        folder = "late" if way == "other article" else "third"
        desk.put(f"{folder}/radio.txt", "Publisher: Radio\n\nIn Eastley the fire killed 16 people.")
    found = across(await desk.run(across_stories=True)).findings
    assert conflicts(found)
    assert all(conflicts(found))


async def test_what_was_disputed_in_a_story_is_no_news_between_two(tmp_path: Path) -> None:
    """An article moved to the folder of another story, and back."""
    desk = Desk(tmp_path).stories("Eastley", "Sund")
    await desk.run(across_stories=True)
    file = desk.root / "sund" / "gazette.txt"
    moved = file.rename(desk.root / "eastley" / "other.txt")
    assert conflicts(across(await desk.run(across_stories=True)).findings) == [False]
    moved.rename(file)
    index = await desk.run(across_stories=True)
    assert (conflicts(across(index).findings), index.totals.new_disputes) == ([], 0)
