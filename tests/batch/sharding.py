"""A desk in shards."""

from __future__ import annotations

from pathlib import Path

from factcheck.batch.planning import Selection
from factcheck.index import GroupBy, Shard
from factcheck.models import Decision
from tests.batch.desk import Desk

VOICES = ("police", "mayor", "firemen", "owner", "hospital", "neighbours", "prefect", "survivors")
PLACES = ("Eastley", "Sund", "Lesk", "Halden", "Torrow")


def fires(folder: Path, count: int) -> Desk:
    """So many folders, up to eight, with one report each on one fire, half of them with another toll."""
    desk = Desk(folder)
    for number, who in enumerate(VOICES[:count]):
        toll = 12 if number % 2 else 16
        desk.put(
            f"s{number}/herald.txt",
            f"Publisher: Herald\n\n{toll} people died in the Eastley fire, the {who} said.",
            f"So it is {number}.",
        )
    return desk


async def shards(
    desk: Desk,
    of: int,
    *,
    across: bool = False,
    decisions: tuple[Decision, ...] = (),
    group_by: GroupBy | None = None,
) -> list[Path]:
    """The desk in so many shards, each in a folder of its own."""
    folders = []
    for number in range(1, of + 1):
        desk.out = desk.root.parent / f"out-{number}"
        desk.out.mkdir(exist_ok=True)
        part = Selection(shard=Shard(number=number, of=of))
        await desk.run(selection=part, across_stories=across, decisions=decisions, group_by=group_by)
        folders.append(desk.out)
    return folders
