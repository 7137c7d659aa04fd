"""Reports that somebody took away: no index calls them done, and what it says of them brings them back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from factcheck.batch.merging import merge, read_index
from factcheck.batch.planning import Selection
from factcheck.reporting.base import Style
from factcheck.reporting.batch_index import IndexPage, IndexTable
from tests.batch.desk import Desk, across
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
    assert (made.exit_code, "1 story or file failed" in made.stderr) == (3, True), made.stderr
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
