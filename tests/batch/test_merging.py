"""Shards put together are the batch that was not divided."""

from __future__ import annotations

from pathlib import Path

import pytest

from factcheck.batch.merging import merge, read_index
from factcheck.batch.planning import Selection
from factcheck.errors import InputError, SettingsError
from factcheck.index import BatchIndex, Shard
from factcheck.runs import read_report
from tests.batch.desk import Desk

PLACES = ("Eastley", "Sund", "Lesk", "Halden", "Torrow")


async def shards(desk: Desk, of: int, *, across: bool = False) -> list[Path]:
    """The desk in so many shards, each in a folder of its own."""
    folders = []
    for number in range(1, of + 1):
        desk.out = desk.root.parent / f"out-{number}"
        desk.out.mkdir(exist_ok=True)
        await desk.run(selection=Selection(shard=Shard(number=number, of=of)), across_stories=across)
        folders.append(desk.out)
    return folders


def rows(index: BatchIndex) -> dict[str, tuple[str, int, int]]:
    """What of an index does not depend on how the work was divided."""
    return {row.key: (row.status, row.articles, len(row.disputes)) for row in index.stories}


async def test_merged_shards_are_the_whole(tmp_path: Path) -> None:
    """Same rows as one run over all, every report where the index says, nothing missing."""
    desk = Desk(tmp_path).stories(*PLACES)
    whole = await desk.run()
    merged = merge(await shards(desk, 3), tmp_path / "merged")
    assert rows(merged) == rows(whole)
    assert (merged.shards, merged.shard, merged.stopped) == ((1, 2, 3), None, None)
    for row in merged.stories:
        assert row.report is not None
        assert read_report(tmp_path / "merged" / row.report).summary.articles == row.articles
    assert read_index(tmp_path / "merged") == merged


async def test_a_missing_shard_is_said(tmp_path: Path) -> None:
    """The merged index names the shard that is not there instead of passing for the whole."""
    desk = Desk(tmp_path).stories(*PLACES)
    first, _, third = await shards(desk, 3)
    merged = merge([first, third], tmp_path / "merged")
    assert merged.stopped == "shards missing: 2 of 3"


async def test_what_is_not_one_batch_is_refused(tmp_path: Path) -> None:
    """A whole batch, a shard named twice, and shards of other articles are refused by name."""
    desk = Desk(tmp_path).stories(*PLACES)
    await desk.run()
    with pytest.raises(SettingsError, match="whole batch"):
        merge([desk.out], tmp_path / "merged")
    first, second = await shards(desk, 2)
    with pytest.raises(SettingsError, match="again"):
        merge([first, first], tmp_path / "merged")
    desk.stories("Akdere")
    desk.out = second
    await desk.run(selection=Selection(shard=Shard(number=2, of=2)))
    with pytest.raises(SettingsError, match="other articles"):
        merge([first, second], tmp_path / "merged")
    with pytest.raises(InputError, match=r"name the folder of a batch"):
        merge([tmp_path], tmp_path / "merged")


async def test_what_stories_of_a_shard_say_about_each_other_is_put_together(tmp_path: Path) -> None:
    """The findings of all shards, their counts added up; that stories of two shards never met is said."""
    desk = Desk(tmp_path)
    for number in range(8):
        toll = 12 if number % 2 else 16
        desk.put(
            f"s{number}/herald.txt",
            f"Publisher: Herald\n\n{toll} people died in the Eastley fire.",
            f"So it is {number}.",
        )
    whole = (await desk.run(across_stories=True)).across
    parts = await shards(desk, 2, across=True)
    merged = merge(parts, tmp_path / "merged").across
    assert whole is not None
    assert merged is not None
    assert (merged.status, merged.stories) == ("done", 8)
    assert 0 < len(merged.findings) < len(whole.findings)
    relations = [finding.relation for finding in merged.findings]
    assert relations == sorted(relations)
    assert "no story of another shard" in (tmp_path / "merged" / "index.html").read_text("utf-8")
