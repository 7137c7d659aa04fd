"""Passes over a desk: what is checked, what is left alone, what the index says."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from factcheck.batch import passes, running
from factcheck.batch.bounds import TooMany
from factcheck.batch.counting import Counts
from factcheck.batch.planning import Selection
from factcheck.batch.scanning import scan
from factcheck.errors import BudgetExceeded, EndpointError, InputError, ModelUnavailable
from factcheck.findings import Report
from factcheck.index import BatchIndex, Shard, StoryRow
from factcheck.ingestion import language
from factcheck.llm.base import ModelRequest
from tests.batch.desk import Desk, Watch
from tests.support.means import reader


def by_title(index: BatchIndex) -> dict[str, StoryRow]:
    """Title -> row."""
    return {row.title: row for row in index.stories}


async def test_each_folder_is_a_story_with_a_report_and_a_row(tmp_path: Path) -> None:
    """Two folders give two reports, each with its dispute, and an index that adds up."""
    desk = Desk(tmp_path).stories("Eastley", "Sund")
    index = await desk.run()
    assert index.group_by == "folder"
    assert {row.title: (row.status, row.change, row.articles) for row in index.stories} == {
        "eastley": ("done", "new", 2),
        "sund": ("done", "new", 2),
    }
    for row in index.stories:
        assert row.report is not None
        report = Report.model_validate_json((desk.out / row.report / "report.json").read_text("utf-8"))
        assert [line.title for line in row.disputes] == [dispute.title for dispute in report.disputes]
        assert all(line.new for line in row.disputes)
        assert row.disputes
    assert BatchIndex.model_validate_json((desk.out / "index.json").read_text("utf-8")) == index
    assert "eastley" in (desk.out / "index.html").read_text("utf-8")


async def test_whoever_watches_is_told_first_that_a_pass_has_begun(tmp_path: Path) -> None:
    """With all counts at nothing, so that the pace of a round is taken from its beginning."""

    class First(Watch):
        read: int | None = None

        def update(self, counts: Counts) -> None:
            """Remember how many files were read at first."""
            self.read = counts.files_read if self.read is None else self.read

    desk = Desk(tmp_path).stories("Eastley")
    desk.watch = watch = First()
    await desk.run()
    assert watch.read == 0


async def test_one_article_is_told_as_one(tmp_path: Path) -> None:
    """Also where events are grouped."""
    desk = Desk(tmp_path)
    for number in (1, 2):
        desk.put(f"{number}.txt", "12 people died in the Sund fire.", f"So said voice {number} of that town.")
        await desk.run(group_by="event")
    assert desk.watch.notes == ["grouping 1 article by event", "grouping 2 articles by event"]


async def test_each_story_has_a_rank_of_its_own_but_the_last_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With three requests at once the last story has the rank of the one before it, and no other two are alike."""
    ranks = list[int]()

    @contextmanager
    def noted(rank: int) -> Iterator[None]:
        ranks.append(rank)
        yield

    monkeypatch.setattr(running, "ranked", noted)
    await Desk(tmp_path).stories("Eastley", "Halden", "Lesk", "Sund", "Torrow").run()
    assert sorted(ranks) == [1, 2, 3, 4, 4]


async def test_a_second_pass_asks_nothing_and_reports_nothing_new(tmp_path: Path) -> None:
    """Unchanged stories keep report and row; nothing in them is new any more."""
    desk = Desk(tmp_path).stories("Eastley", "Sund")
    await desk.run()
    asked = desk.asked
    desk.store.answers.clear()
    index = await desk.run()
    assert desk.asked == asked
    assert {row.change for row in index.stories} == {"unchanged"}
    assert index.totals.new_disputes == 0
    assert index.totals.disputes == 2


@pytest.mark.parametrize("many", [3, 4])
async def test_what_only_reading_needs_goes_after_many_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    """Four files are more than three: the language model is let go; where four are not many, it stays for the next."""
    monkeypatch.setattr(passes, "MANY_FILES", many)
    await Desk(tmp_path).stories("Eastley", "Sund").run()
    assert bool(language._loaded) == (many == 4)


async def test_a_new_article_asks_for_itself_alone(tmp_path: Path) -> None:
    """One extraction and its pairs; the other story is left alone, the new article is named."""
    desk = Desk(tmp_path).stories("Eastley", "Sund")
    await desk.run()
    asked = desk.asked
    desk.put("sund/radio.txt", "Publisher: Radio\n\nThe Sund fire cost 12 lives.\n")
    index = await desk.run()
    tasks = [request.task for request in desk.model.requests[asked:]]
    assert tasks == ["extract_claims", "judge_pairs", "confirm_conflict"]
    sund = by_title(index)["sund"]
    assert (sund.change, sund.articles) == ("changed", 3)
    assert [Path(path).name for path in sund.new_articles] == ["radio.txt"]
    assert not any(line.new for line in sund.disputes)
    assert by_title(index)["eastley"].change == "unchanged"


async def test_deleted_articles_and_stories_leave(tmp_path: Path) -> None:
    """A deleted article leaves its report, a deleted folder the index; no request is made for it."""
    desk = Desk(tmp_path).stories("Eastley", "Sund")
    await desk.run()
    asked = desk.asked
    (desk.root / "eastley" / "gazette.txt").unlink()
    for file in (desk.root / "sund").iterdir():
        file.unlink()
    (desk.root / "sund").rmdir()
    index = await desk.run()
    assert desk.asked == asked
    (row,) = index.stories
    assert (row.title, row.articles, row.disputes, len(row.gone_articles), len(row.settled)) == ("eastley", 1, (), 1, 1)
    assert index.removed == ("sund",)


async def test_a_changed_article_is_read_again_and_a_touched_one_asks_nothing(tmp_path: Path) -> None:
    """Other words make the story changed; another time stamp alone does not."""
    desk = Desk(tmp_path).stories("Eastley", "Sund")
    await desk.run()
    asked = desk.asked
    (desk.root / "sund" / "herald.txt").touch()
    desk.put("eastley/gazette.txt", "Publisher: Gazette\n\nIn Eastley the fire killed 12 people.\n")
    rows = by_title(await desk.run())
    assert rows["sund"].change == "unchanged"
    assert (rows["eastley"].change, rows["eastley"].disputes) == ("changed", ())
    assert [r.task for r in desk.model.requests[asked:]] == ["extract_claims", "judge_pairs"]


async def test_what_stands_beside_a_file_about_it_counts_as_a_change(tmp_path: Path) -> None:
    """A metadata file that joins changes the article that it is about."""
    desk = Desk(tmp_path).stories("Eastley")
    await desk.run()
    beside = desk.root / "eastley" / "herald.meta.json"
    beside.write_text(json.dumps({"publisher": "The Eastley Herald"}), encoding="utf-8")
    (row,) = (await desk.run()).stories
    assert row.change == "changed"


async def test_a_failed_article_is_in_the_index_with_its_reason(tmp_path: Path) -> None:
    """The story has a report and is incomplete; the next pass leaves it alone unless told to ask again."""
    down = True

    def one_down(request: ModelRequest[Any]) -> Mapping[str, Any]:
        if down and "Sund" in request.user and "16" in request.user and request.task == "extract_claims":
            raise ModelUnavailable("503 five times", attempts=5)
        return reader(request)

    desk = Desk(tmp_path, one_down).stories("Eastley", "Sund")
    row = by_title(await desk.run())["sund"]
    assert (row.status, row.failed_articles) == ("incomplete", 1)
    assert row.reasons == ("ModelUnavailable: 503 five times",)
    asked, down = desk.asked, False
    assert by_title(await desk.run())["sund"].status == "incomplete"
    assert desk.asked == asked
    row = by_title(await desk.run(retry_failed=True))["sund"]
    assert (row.status, len(row.disputes), row.reasons) == ("done", 1, ())


async def test_an_unreadable_story_fails_alone(tmp_path: Path) -> None:
    """A folder in which nothing can be read is a failed story that names the file; the others are checked."""
    desk = Desk(tmp_path).stories("Eastley")
    desk.put("broken/scan.pdf", "no pdf at all")
    rows = by_title(await desk.run())
    assert rows["eastley"].status == "done"
    assert rows["broken"].status == "failed"
    assert "scan.pdf" in rows["broken"].reasons[0]


async def test_a_dead_endpoint_ends_the_batch_and_the_next_pass_goes_on(tmp_path: Path) -> None:
    """The error is raised, the index says why and which stories wait, and they run without being asked for."""
    dead = True

    def gone(request: ModelRequest[Any]) -> Mapping[str, Any]:
        if dead:
            raise EndpointError("quota gone")
        return reader(request)

    desk = Desk(tmp_path, gone).stories("Eastley", "Sund")
    with pytest.raises(EndpointError, match="quota gone"):
        await desk.run()
    written = BatchIndex.model_validate_json((desk.out / "index.json").read_text("utf-8"))
    assert (written.stopped, written.totals.waiting) == ("quota gone", 2)
    dead = False
    assert (await desk.run()).totals.done == 2


async def test_an_exhausted_budget_leaves_the_rest_waiting(tmp_path: Path) -> None:
    """What the budget cut short is finished by the next pass; what is new is told against the last whole pass."""
    left = 4

    def metered(request: ModelRequest[Any]) -> Mapping[str, Any]:
        nonlocal left
        if left == 0:
            raise BudgetExceeded("--max-calls 4 is reached", attempts=0)
        left -= 1
        return reader(request)

    desk = Desk(tmp_path, metered).stories("Eastley", "Sund", "Lesk")
    index = await desk.run()
    assert index.stopped == "--max-calls 4 is reached"
    left = 100
    index = await desk.run()
    assert (index.stopped, index.totals.done, index.totals.new, index.totals.new_disputes) == (None, 3, 3, 3)


@pytest.mark.parametrize(("too_many", "stops"), [(TooMany(share=0.4), False), (TooMany(number=0), True)])
async def test_too_many_failures_stop_the_batch(too_many: TooMany, stops: bool, tmp_path: Path) -> None:
    """A share is of all articles and a number is of them too; the index says that it stopped for it."""

    def one_down(request: ModelRequest[Any]) -> Mapping[str, Any]:
        if "Eastley" in request.user and request.task == "extract_claims" and "16" in request.user:
            raise ModelUnavailable("503", attempts=5)
        return reader(request)

    desk = Desk(tmp_path, one_down).stories("Eastley", "Sund")
    index = await desk.run(too_many=too_many)
    assert (index.stopped is not None) is stops
    if index.stopped:
        assert "--max-failures" in index.stopped


async def test_a_flat_folder_is_grouped_by_event(tmp_path: Path) -> None:
    """Articles of two events in one folder are two stories, and the row says what they share."""
    desk = Desk(tmp_path)
    rests = {
        "Eastley": "Cranes and sheds of the shipyard burned down, and the ferry to Lesk was cancelled for two days.",
        "Norrfell": "A gas pipe under the old bakery had leaked since Tuesday; neighbours called the works in vain.",
    }
    for place, rest in rests.items():
        for number, toll in enumerate((12, 16)):
            desk.put(f"{place}-{number}.txt", f"Publisher: P{number}\n\n{toll} people died in {place}.\n", rest)
    index = await desk.run()
    assert index.group_by == "event"
    assert sorted(row.articles for row in index.stories) == [2, 2]
    assert any("eastley" in row.reason.shared for row in index.stories)


async def test_what_was_read_for_folders_can_be_grouped_by_event(tmp_path: Path) -> None:
    """A later run finds the same groups in what is on the disk as a first one does, and twice."""
    texts = {place: f"Publisher: P\n\n12 people died in the {place} harbour blaze.\n" for place in ("Eastley", "Sund")}
    found = []
    for name, ways in (("later", ("folder", "event", "event")), ("first", ("event",))):
        (tmp_path / name).mkdir()
        desk = Desk(tmp_path / name)
        for place, text in texts.items():
            desk.put(f"{place}/a.txt", text)
            desk.put(f"{place}/b.txt", text.replace(": P", ": Q").replace("12", "16"))
        for way in ways:
            index = await desk.run(group_by=way)
        found.append(sorted((row.title, row.articles, row.reason.shared) for row in index.stories))
    assert found[0] == found[1]


async def test_a_story_keeps_its_place_when_an_older_article_joins(tmp_path: Path) -> None:
    """The key, the report and the history stay although the article that named the story is no longer the first."""
    desk = Desk(tmp_path)
    text = "Publisher: P{}\nDate: 2026-03-0{}\n\n{} people died in the Eastley harbour blaze.\n"
    desk.put("b.txt", text.format(1, 5, 12))
    desk.put("c.txt", text.format(2, 6, 16))
    (first,) = (await desk.run()).stories
    desk.put("a.txt", text.format(3, 1, 12))
    (second,) = (await desk.run()).stories
    assert (second.key, second.change) == (first.key, "changed")
    assert first.report is not None
    assert second.report is not None
    assert Path(second.report).parent == Path(first.report).parent
    assert len(second.new_articles) == 1


async def test_shards_are_disjoint_and_together_all(tmp_path: Path) -> None:
    """Each story is in exactly one of three shards, and all shards agree on the grouping."""
    desk = Desk(tmp_path).stories("Eastley", "Sund", "Lesk", "Halden", "Torrow")
    found, groupings = list[str](), set[str]()
    for number in (1, 2, 3):
        index = await desk.run(selection=Selection(shard=Shard(number=number, of=3)))
        found += [row.title for row in index.stories]
        groupings.add(index.grouping)
    assert sorted(found) == ["eastley", "halden", "lesk", "sund", "torrow"]
    assert len(groupings) == 1


async def test_limit_and_sample_leave_the_others_waiting(tmp_path: Path) -> None:
    """A limit runs so many, a sample the same ones for the same seed; the others are in the index, not run."""
    desk = Desk(tmp_path).stories("Eastley", "Sund", "Lesk", "Halden")
    sampled = await desk.run(selection=Selection(sample=2, seed=7))
    done = {row.title for row in sampled.stories if row.status == "done"}
    assert (len(done), sampled.totals.waiting, sampled.stopped) == (2, 2, None)
    again = await desk.run(selection=Selection(sample=2, seed=7))
    assert {row.title for row in again.stories if row.status == "done"} == done
    limited = await desk.run(selection=Selection(limit=1))
    assert limited.totals.done == 3


async def test_since_takes_stories_with_something_recent(tmp_path: Path) -> None:
    """A story whose articles are all older is not run; one without dates is, for nobody knows."""
    desk = Desk(tmp_path).stories("Eastley")
    for outlet, day in (("herald", "2026-03-01"), ("gazette", "2026-03-09")):
        desk.put(f"old/{outlet}.txt", f"Publisher: {outlet}\nDate: {day}\n\n12 people died in the Lesk fire.\n")
    index = await desk.run(selection=Selection(since=dt.date(2026, 3, 10)))
    assert {row.title: row.status for row in index.stories} == {"eastley": "done", "old": "waiting"}
    index = await desk.run(selection=Selection(since=dt.date(2026, 3, 9)))
    assert {row.title: row.status for row in index.stories} == {"eastley": "done", "old": "done"}


async def test_nothing_below_the_root_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    """An empty root is not an empty success."""
    with pytest.raises(InputError, match="empty"):
        await Desk(tmp_path).run()


async def test_what_is_taken_away_while_the_pass_reads_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files that are gone when their turn comes are as if they had never been there; their stories have no row."""
    desk = Desk(tmp_path).stories("Eastley", "Sund")
    listed = scan

    def late(*arguments: Any) -> Any:
        found = listed(*arguments)
        for file in (desk.root / "sund").iterdir():
            file.unlink()
        (desk.root / "eastley" / "gazette.txt").unlink()
        return found

    monkeypatch.setattr(passes, "scan", late)
    index = await desk.run()
    assert [(row.title, row.articles, row.status, row.reasons) for row in index.stories] == [("eastley", 1, "done", ())]
    assert (index.unreadable, index.stopped) == ((), None)


async def test_a_single_story_with_a_report_has_nobody_to_be_compared_with(tmp_path: Path) -> None:
    """The other one failed: that is no comparison that was left out."""
    desk = Desk(tmp_path).stories("Eastley")
    desk.put("broken/x.pdf", "no PDF at all")
    index = await desk.run(across_stories=True)
    assert (index.totals.done, index.totals.failed, index.across) == (1, 1, None)
