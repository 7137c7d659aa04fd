"""Shards that a disk or somebody has damaged: the rest is put together, and what is lacking is said with its remedy."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from factcheck.batch.merging import merge, read_index
from factcheck.reporting.base import Style
from factcheck.reporting.batch_index import IndexTable
from tests.batch.desk import Desk, across
from tests.batch.sharding import PLACES, fires, shards
from tests.cli.invoking import invoke


def cut(file: Path) -> None:
    """Leave the first half of a file, or of a line in one that is empty, and its time."""
    text, times = file.read_bytes(), file.stat()
    file.write_bytes(text[: len(text) // 2] or b"{")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


def point_nowhere(file: Path) -> None:
    """A name of what is not there, which cannot be copied."""
    file.unlink()
    file.symlink_to("nowhere")


def block(file: Path) -> None:
    """A pipe, which nobody ever writes to."""
    file.unlink()
    os.mkfifo(file)


@pytest.mark.parametrize(
    ("name", "damage", "compared"),
    [
        ("articles.jsonl", cut, True),
        ("articles.jsonl", cut, False),
        ("articles.jsonl", block, False),
        ("claims.jsonl", cut, True),
        ("claims.jsonl", point_nowhere, False),
        ("report.html", cut, False),
        ("pairs.jsonl", cut, False),
        ("manifest.json", cut, False),
        ("report.json", cut, True),
    ],
)
async def test_a_damaged_file_of_a_shard_costs_its_story_alone(
    tmp_path: Path, name: str, damage: Callable[[Path], None], compared: bool
) -> None:
    """Whatever file and however damaged: exit code 3, a row with file and remedy, and the remedy helps."""
    desk = fires(tmp_path, 4)
    parts, into = await shards(desk, 2, across=compared), tmp_path / "merged"
    row = read_index(parts[1]).stories[0]
    file = parts[1] / str(row.report) / name
    damage(file)
    made = invoke("merge", *parts, "--into", into)
    assert made.exit_code == 3, made.stderr
    index = read_index(into)
    (bad,) = [found for found in index.stories if found.status != "done"]
    assert (bad.key, bad.missing, len(index.stories)) == (row.key, f"{row.report}/{name}", 4)
    assert bad.status == ("failed" if name == "report.json" else "incomplete")
    assert bad.reasons[0].startswith(f"{file} is ")
    assert bad.reasons[0].endswith("; run shard 2/2 again (answers come from the cache) and merge again")
    assert "rilancia la parte 2/2" in IndexTable().render(index, Style(width=400, lang="it"))
    asked = desk.asked
    again = merge(await shards(desk, 2, across=compared), into)
    assert (again.totals.done, again.stopped) == (4, None)
    assert "extract_claims" not in {request.task for request in desk.model.requests[asked:]}


async def test_a_damaged_report_takes_no_good_copies_place(tmp_path: Path) -> None:
    """What an earlier merge left whole stays, and the story is as it was."""
    parts, into = await shards(Desk(tmp_path).stories(*PLACES[:3]), 2), tmp_path / "merged"
    before = merge(parts, into)
    cut(parts[0] / str(read_index(parts[0]).stories[0].report) / "articles.jsonl")
    assert merge(parts, into) == before


async def test_a_file_that_no_report_needs_is_missed_too(tmp_path: Path) -> None:
    """One that cannot be read is not left out without a word."""
    parts, into = await shards(Desk(tmp_path).stories(*PLACES[:3]), 2), tmp_path / "merged"
    row = read_index(parts[0]).stories[0]
    name = "requests.jsonl"
    file = parts[0] / str(row.report) / name
    file.touch()
    point_nowhere(file)
    index = merge(parts, into)
    (bad,) = [found for found in index.stories if found.status != "done"]
    assert (bad.key, bad.status, bad.report, bad.missing) == (
        row.key,
        "incomplete",
        row.report,
        f"{row.report}/{name}",
    )
    assert bad.reasons[0].startswith(f"{file} is not readable (No such file or directory); run shard 1/2 again")


@pytest.mark.parametrize("damage", [cut, point_nowhere, Path.unlink])
async def test_a_shard_whose_index_is_damaged_is_a_missing_one(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    """The others are put together; the index that cannot be read is named with its remedy, which helps."""
    desk = Desk(tmp_path).stories(*PLACES[:4])
    parts, into = await shards(desk, 3), tmp_path / "merged"
    there = sum(len(read_index(part).stories) for part in parts[1:])
    damage(parts[0] / "index.json")
    made = invoke("merge", *parts, "--into", into)
    index = read_index(into)
    assert (made.exit_code, len(index.stories)) == (3, there)
    assert str(index.stopped).startswith(
        f"shard 1/3 is missing (name its folder too, or run it); {parts[0]}/index.json is "
    )
    assert str(index.stopped).endswith("; run that shard again (answers come from the cache) and merge again")
    assert f"stopped: {index.stopped}" in made.stderr
    asked = desk.asked
    assert merge(await shards(desk, 3), into).stopped is None
    assert desk.asked == asked


async def test_shards_none_of_which_can_be_read_are_no_merge(tmp_path: Path) -> None:
    """Nothing is written, and each is named; so is a folder that holds no batch."""
    parts, into = await shards(Desk(tmp_path).stories(*PLACES[:2]), 2), tmp_path / "merged"
    for part in parts:
        cut(part / "index.json")
    made = invoke("merge", *parts, "--into", into)
    assert (made.exit_code, into.exists()) == (2, False)
    assert all(f"{part}/index.json is damaged; run that shard again" in made.stderr for part in parts)
    shutil.rmtree(parts[0])
    parts[0].mkdir()
    assert "name the folder of a batch" in invoke("merge", *parts, "--into", into).stderr


async def test_merged_reports_are_for_the_user_alone(tmp_path: Path) -> None:
    """As those of the shards are."""
    parts, into = await shards(Desk(tmp_path).stories(*PLACES[:2]), 2), tmp_path / "merged"
    merge(parts, into)
    assert into.stat().st_mode & 0o077 == 0


async def test_stories_of_damaged_shards_are_compared_without_theirs(tmp_path: Path) -> None:
    """With what the shards had found in it; it waits for its shard."""
    parts, into = await shards(fires(tmp_path, 6), 2, across=True), tmp_path / "merged"
    row = read_index(parts[1]).stories[0]
    cut(parts[1] / str(row.report) / "articles.jsonl")
    found = across(merge(parts, into))
    assert found.apart is not None
    assert found.apart.stories > 0
