"""Reports that somebody took away: no index calls them done, and what it says of them brings them back."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from factcheck.batch.merging import merge, read_index
from factcheck.batch.planning import Selection
from factcheck.reporting.base import Style
from factcheck.reporting.batch_index import IndexPage, IndexTable
from tests.batch.desk import Desk, across, split_story
from tests.batch.sharding import PLACES, fires, shards
from tests.cli.invoking import invoke


def take_away(report: Path, what: str) -> None:
    """One file of a report's folder, or all of it."""
    if what == "folder":
        shutil.rmtree(report)
    else:
        (report / what).unlink()


@pytest.mark.parametrize("what", ["folder", "report.json"])
async def test_a_merged_story_without_its_report_is_failed_and_says_how_to_have_it_again(
    tmp_path: Path, what: str
) -> None:
    """Exit code 3, no link to what is not there, the file and the remedy in every format, and the remedy helps."""
    desk = Desk(tmp_path).stories(*PLACES)
    parts, into = await shards(desk, 2), tmp_path / "merged"
    lost = read_index(parts[1]).stories[0]
    assert lost.report is not None
    take_away(parts[1] / lost.report, what)
    made = invoke("merge", *parts, "--into", into)
    assert (made.exit_code, "1 story failed;" in made.stderr) == (3, True), made.stderr
    index = read_index(into)
    row = next(row for row in index.stories if row.key == lost.key)
    file = f"{lost.report}/report.json"
    assert (row.status, row.report, row.missing, index.totals.failed) == ("failed", None, file, 1)
    assert len(row.disputes) == len(lost.disputes) == 1, "what the shard told of it is still told"
    said = f"{parts[1]}/{file} is not there; run shard 2/2 again (answers come from the cache) and merge again"
    assert row.reasons == (said,)
    for text in (IndexPage().render(index, Style()), IndexTable().render(index, Style(width=400))):
        assert said in text
    assert "is not there; run shard" in " ".join(made.stdout.split())
    assert "rilancia la parte 2/2" in IndexTable().render(index, Style(width=400, lang="it"))
    assert lost.report not in (into / "index.html").read_text("utf-8").replace(said, "")
    asked = desk.asked
    assert merge(await shards(desk, 2), into).totals.done == len(PLACES)
    assert desk.asked == asked


async def test_an_earlier_merge_may_hold_what_a_shard_has_lost(tmp_path: Path) -> None:
    """The copy of the report that lies in the merged folder is as good as the one that was taken away."""
    parts, into = await shards(Desk(tmp_path).stories(*PLACES), 2), tmp_path / "merged"
    before = merge(parts, into)
    shutil.rmtree(parts[0] / "stories")
    assert merge(parts, into) == before


@pytest.mark.parametrize("file", ["claims.jsonl", "articles.jsonl"])
async def test_a_merged_report_that_cannot_be_compared_is_incomplete(tmp_path: Path, file: str) -> None:
    """Its report can be read and is linked; that the story meets no other is said with file and remedy."""
    desk = fires(tmp_path, 6)
    parts, into = await shards(desk, 2, across=True), tmp_path / "merged"
    lost = read_index(parts[0]).stories[0]
    take_away(parts[0] / str(lost.report), file)
    index = merge(parts, into)
    row = next(row for row in index.stories if row.key == lost.key)
    assert (row.status, row.report, row.missing) == ("incomplete", lost.report, f"{lost.report}/{file}")
    assert row.reasons[0].endswith(
        "is not there; remove its folder, run shard 1/2 again (answers come from the cache) and merge again"
    )
    assert "togli la sua cartella" in IndexTable().render(index, Style(width=400, lang="it"))
    for place in (parts[0], into):
        shutil.rmtree(place / str(lost.report))
    asked = desk.asked
    assert merge(await shards(desk, 2, across=True), into).totals.done == 6
    assert "extract_claims" not in {request.task for request in desk.model.requests[asked:]}


async def test_what_stories_say_about_each_other_links_no_report_that_is_gone(tmp_path: Path) -> None:
    """A conflict that a shard had found stays told with both sides, the one whose report is there as a link."""
    parts, into = await shards(fires(tmp_path, 6), 2, across=True), tmp_path / "merged"
    found = across(read_index(parts[0])).findings[0]
    gone, there = found.sides
    take_away(parts[0] / gone.report, "folder")
    index = merge(parts, into)
    assert found.id in {finding.id for finding in across(index).findings}
    page = IndexPage().render(index, Style())
    assert (f"{gone.report}/report.json#" in page, f"{there.report}/report.json#" in page) == (False, True)


async def test_a_story_that_waits_links_no_report_that_is_gone(tmp_path: Path) -> None:
    """A batch that may check one story only: the row of the other says that its last report was taken away."""
    desk = Desk(tmp_path).stories("Eastley", "Sund")
    before = await desk.run()
    for row in before.stories:
        shutil.rmtree(desk.out / str(row.report))
    index = await desk.run(selection=Selection(limit=1))
    waits = next(row for row in index.stories if row.status == "waiting")
    assert (waits.report, str(waits.missing).endswith("/report.json")) == (None, True)
    assert f"{waits.missing} is not there; the next check of this story makes a new one" in waits.reasons
    assert "la prossima verifica" in IndexTable().render(index, Style(width=400, lang="it"))
    whole = await desk.run()
    assert [(row.status, row.missing) for row in whole.stories] == [("done", None)] * 2


def spoil(file: Path, how: str) -> None:
    """Take a file away, or put something else in its place."""
    if how == "gone":
        file.unlink()
    else:
        file.write_bytes({"empty": b"", "garbage": b"\x00\xff", "half": file.read_bytes()[:-40]}[how])


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("report.html", "gone"),
        ("report.html", "empty"),
        ("report.json", "empty"),
        ("report.json", "garbage"),
        ("report.json", "half"),
        ("claims.jsonl", "gone"),
        ("claims.jsonl", "half"),
    ],
)
async def test_a_damaged_report_is_made_anew(tmp_path: Path, name: str, how: str) -> None:
    """By the next run, from the answers that there are, and nothing in it is new; the other story stays as it is."""
    desk = Desk(tmp_path).stories("Eastley", "Sund")
    before = {row.title: row for row in (await desk.run()).stories}
    asked = desk.asked
    spoil(desk.out / str(before["sund"].report) / name, how)
    index = await desk.run()
    rows = {row.title: row for row in index.stories}
    assert {row.status for row in rows.values()} == {"done"}
    assert rows["eastley"].report == before["eastley"].report
    assert rows["sund"].report != before["sund"].report
    assert (index.totals.new_disputes, desk.asked) == (0, asked)
    assert all((desk.out / str(rows["sund"].report) / file).stat().st_size for file in ("report.html", "report.json"))


async def test_a_report_that_was_copied_without_its_times_stands(tmp_path: Path) -> None:
    """Files that are newer than their run are looked into, and found whole."""
    desk = Desk(tmp_path).stories("Eastley")
    (before,) = (await desk.run()).stories
    for file in (desk.out / str(before.report)).iterdir():
        if file.name != "manifest.json":
            file.touch()
    (after,) = (await desk.run()).stories
    assert (after.report, after.change) == (before.report, "unchanged")


async def test_a_story_that_waits_links_no_damaged_report(tmp_path: Path) -> None:
    """The row says what is damaged, and that the next check makes it anew."""
    desk = Desk(tmp_path).stories("Eastley", "Sund")
    before = await desk.run()
    for row in before.stories:
        spoil(desk.out / str(row.report) / "report.json", "half")
    index = await desk.run(selection=Selection(limit=1))
    waits = next(row for row in index.stories if row.status == "waiting")
    assert waits.report is None
    assert waits.reasons[0] == f"{waits.missing} is damaged; the next check of this story makes a new one"
    assert "è danneggiato; la prossima verifica" in IndexTable().render(index, Style(width=400, lang="it"))


async def test_damage_that_cannot_be_seen_at_a_glance_ends_no_batch(tmp_path: Path) -> None:
    """A disk that changed bytes and no time: the story meets no other, which is said with file and remedy, and the
    remedy brings it back without a reading."""
    desk = fires(tmp_path, 4)
    before = await desk.run(across_stories=True)
    row = before.stories[0]
    for name in ("report.json", "claims.jsonl"):
        file = desk.out / str(row.report) / name
        times = file.stat()
        spoil(file, "half")
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    desk.put("new/post.txt", "Publisher: Post\n\n12 people died in the Norrfell fire.")
    index = await desk.run(across_stories=True)
    assert index.stopped is None
    assert across(index).status == "incomplete"
    assert across(index).stories == len(before.stories)
    (said,) = across(index).reasons
    assert said.startswith(
        f"{desk.out / str(row.report)}/report.json is damaged; remove its folder and run the batch again"
    )
    shutil.rmtree(desk.out / str(row.report))
    asked = desk.asked
    assert across(await desk.run(across_stories=True)).status == "done"
    assert "extract_claims" not in {request.task for request in desk.model.requests[asked:]}


async def test_a_report_that_was_put_right_is_compared_again(tmp_path: Path) -> None:
    """With no flag, though its time says nothing: what was left out for damage is looked at by the next run."""
    desk = split_story(tmp_path)
    index = await desk.run(across_stories=True)
    night = next(row for row in index.stories if row.title == "night")
    claims = desk.out / str(night.report) / "claims.jsonl"
    good, status = claims.read_bytes(), claims.stat()

    def put(written: bytes) -> None:
        claims.write_bytes(written)
        os.utime(claims, ns=(status.st_atime_ns, status.st_mtime_ns))

    put(b"x" + good[1:])
    desk.put("sund/more.txt", "Publisher: More\n\n14 people died in the Sund fire.")
    damaged = (await desk.run(across_stories=True)).across
    assert damaged is not None
    assert (damaged.status, damaged.findings) == ("incomplete", ())
    put(good)
    mended = (await desk.run(across_stories=True)).across
    assert mended is not None
    assert (mended.status, len(mended.findings)) == ("done", 1)
