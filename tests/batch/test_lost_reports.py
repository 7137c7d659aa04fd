"""Reports that somebody took away: no index calls them done, and what it says of them brings them back."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from factcheck.batch import links
from factcheck.batch.merging import merge, read_index
from factcheck.batch.planning import Selection
from factcheck.errors import InputError
from factcheck.reporting.base import Style
from factcheck.reporting.batch_index import IndexPage, IndexTable
from tests.batch.desk import Desk, across
from tests.batch.parted import parted
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
    assert row.reasons[0].endswith("is not there; run shard 1/2 again (answers come from the cache) and merge again")
    assert "rilancia la parte 1/2" in IndexTable().render(index, Style(width=400, lang="it"))
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


def spoil_unseen(file: Path) -> None:
    """Change a byte in the middle, as a disk may, and neither the size nor the time."""
    text, times = file.read_bytes(), file.stat()
    file.write_bytes(text[: len(text) // 2] + b"\x00" + text[len(text) // 2 + 1 :])
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


def cut_unseen(file: Path) -> None:
    """Take the end away, and leave the time."""
    times = file.stat()
    spoil(file, "half")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


@pytest.mark.parametrize("group_by", ["folder", "event"])
@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("report.json", cut_unseen),
        ("report.json", spoil_unseen),
        ("claims.jsonl", spoil_unseen),
        ("articles.jsonl", spoil_unseen),
        ("report.html", cut_unseen),
        ("manifest.json", cut_unseen),
    ],
)
async def test_damage_that_has_no_time_is_made_good_too(
    tmp_path: Path, name: str, damage: Callable[[Path], None], group_by: str
) -> None:
    """However stories are grouped and whatever file: the same run makes the report anew, asks nothing, and says so."""
    desk = parted(tmp_path)
    before = await desk.run(across_stories=True, group_by=group_by)
    for row in before.stories:
        damage(desk.out / str(row.report) / name)
    asked = desk.asked
    index = await desk.run(across_stories=True, group_by=group_by)
    assert (index.stopped, desk.asked, index.totals.new_disputes) == (None, asked, 0)
    assert {row.status for row in index.stories} == {"done"}
    assert not {row.report for row in index.stories} & {row.report for row in before.stories}
    assert [line.title for row in index.stories for line in row.disputes] == [
        line.title for row in before.stories for line in row.disputes
    ]
    for row in before.stories:
        said = f"{row.title}: {row.report}/{name} is damaged; the next check of this story makes a new one"
        assert said in desk.watch.notes


async def test_reports_that_were_taken_away_are_made_anew_without_a_word_each(tmp_path: Path) -> None:
    """Who removes all of them has reason to, and knows it."""
    desk = Desk(tmp_path).stories("Eastley", "Sund")
    await desk.run()
    shutil.rmtree(desk.out / "stories")
    asked = desk.asked
    index = await desk.run()
    assert (index.totals.done, desk.asked, desk.watch.notes) == (2, asked, [])


@pytest.mark.parametrize("met_by", ["chief_of", "evidence"])
async def test_a_report_damaged_while_a_pass_looks_at_it_ends_no_batch(
    met_by: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is joined by claims then, which is said with the reason; the next run joins."""

    def damaged(*_: object) -> None:
        raise InputError("report.json is damaged")

    desk = parted(tmp_path)
    with monkeypatch.context() as now:
        now.setattr(links, met_by, damaged)
        index = await desk.run(across_stories=True, group_by="event")
    assert (index.stopped, [row.status for row in index.stories]) == (None, ["done"] * 3)
    assert "nothing is joined by claims in this run: report.json is damaged" in desk.watch.notes
    assert len((await desk.run(across_stories=True, group_by="event")).stories) == 2
