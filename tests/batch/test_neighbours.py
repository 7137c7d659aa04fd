"""Claims of different stories: what is compared, what it costs, what the index says of it."""

from __future__ import annotations

import errno
import os
import pickle
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from factcheck.batch import filing, neighbours
from factcheck.batch.articles import Articles
from factcheck.batch.merging import read_index
from factcheck.batch.spool import Spool
from factcheck.cli.batch_calls import completeness
from factcheck.cli.exits import INCOMPLETE
from factcheck.engine.base import Stop
from factcheck.errors import BudgetExceeded, ModelUnavailable, SettingsError
from factcheck.index import StoryRow
from factcheck.llm.base import ModelRequest
from factcheck.models import Claim
from factcheck.stages.blocking.across import Net
from tests.batch.desk import Desk, across, split_story
from tests.support.means import reader


async def test_a_conflict_between_stories_is_shown_with_both_sides(tmp_path: Path) -> None:
    """What two folders say of one fire is found once, with the words, outlets, origins and reports of both; another
    fire has nothing to do with it."""
    desk = split_story(tmp_path)
    found = across(await desk.run(across_stories=True))
    assert (found.status, found.stories, found.failed_pairs, found.left_out) == ("done", 3, 0, 0)
    (clash,) = found.findings
    assert (clash.relation, clash.kind, clash.nature, clash.question, clash.new) == (
        "contradicts", "number", "direct", "How many?", True,
    )  # fmt: skip
    morning, night = clash.sides
    assert (morning.title, morning.publishers, morning.words) == ("morning", ("Gazette",), ("16",))
    assert (night.title, night.publishers, night.words) == ("night", ("Herald", "Radio"), ("12",))
    assert night.origins
    assert any(quote.startswith("12 people died in the Eastley fire.") for quote in night.quotes)
    assert len(clash.pairs) == 2
    for side in clash.sides:
        assert (desk.out / side.report / "report.json").is_file()


async def test_what_stories_agree_on_is_a_finding_of_its_own(tmp_path: Path) -> None:
    """The same toll in two stories is support, and comes after what contradicts."""
    desk = split_story(tmp_path)
    desk.put("evening/post.txt", "Publisher: Post\n\n16 people lost their lives in the Eastley fire.")
    found = across(await desk.run(across_stories=True))
    relations = [(f.relation, {side.title for side in f.sides}) for f in found.findings]
    assert relations[-1] == ("supports", {"evening", "morning"})
    assert [relation for relation, _ in relations] == ["contradicts", "contradicts", "supports"]


async def test_twins_in_two_stories_are_settled_without_a_request(tmp_path: Path) -> None:
    """A sentence that two stories print word for word is asked about nowhere."""
    desk = Desk(tmp_path)
    desk.put("a/herald.txt", "Publisher: Herald\n\n12 people died in the Eastley fire.")
    desk.put(
        "b/echo.txt", "Publisher: Echo\n\n12 people died in the Eastley fire.", rest="And that is all of it today."
    )
    found = across(await desk.run(across_stories=True))
    assert [finding.relation for finding in found.findings] == ["supports"]
    assert "judge_pairs" not in [request.task for request in desk.model.requests]


async def test_only_pairs_with_a_new_claim_are_asked_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second pass neither asks nor compares, and nothing is new in it; an article that joins is asked about alone."""
    desk = split_story(tmp_path)
    await desk.run(across_stories=True)
    asked = desk.asked
    with monkeypatch.context() as patch:
        patch.setattr(neighbours, "near_across", None)
        again = across(await desk.run(across_stories=True))
    assert desk.asked == asked
    assert ([f.new for f in again.findings], again.status) == ([False], "done")
    desk.put("sund/mail.txt", "Publisher: Mail\n\n16 people died in the Eastley fire too.")
    joined = across(await desk.run(across_stories=True))
    judged = [r.user for r in desk.model.requests[asked:] if r.task == "judge_pairs"]
    between = judged[-1]
    assert "fire too" in between
    assert between.count("12 people") <= 3  # the old claims stand there because the new one is compared with them
    assert [(f.relation, f.new) for f in joined.findings] == [
        ("contradicts", True),
        ("contradicts", False),
        ("supports", True),
    ]


async def test_a_story_that_leaves_takes_its_findings_along(tmp_path: Path) -> None:
    """Without the second folder there is nothing left to contradict; without a second story, nothing to compare."""
    desk = split_story(tmp_path)
    await desk.run(across_stories=True)
    (desk.root / "morning" / "gazette.txt").unlink()
    assert across(await desk.run(across_stories=True)).findings == ()
    (desk.root / "sund" / "echo.txt").unlink()
    assert (await desk.run(across_stories=True)).across is None


async def test_it_is_left_out_when_nobody_wants_it(tmp_path: Path) -> None:
    """Off, no pair of two stories is asked about and the index says nothing of it."""
    desk = split_story(tmp_path)
    index = await desk.run()
    assert index.across is None
    assert sum(request.task == "judge_pairs" for request in desk.model.requests) == 1


async def test_the_cost_is_bounded_by_what_the_stories_cost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The most alike pairs are taken and the others counted."""
    monkeypatch.setattr(neighbours, "FEWEST", 1)
    found = across(await split_story(tmp_path).run(across_stories=True))
    assert (found.pairs, found.left_out >= 1) == (1, True)


async def test_a_spent_budget_is_said_and_the_next_pass_goes_on(tmp_path: Path) -> None:
    """The stories keep their reports; what was not compared is counted, and is asked about without being told to."""
    spent = True

    def budget(request: ModelRequest[Any]) -> Mapping[str, Any]:
        if spent and request.task == "judge_pairs" and "16 people" in request.user:
            raise BudgetExceeded("1 of 1 requests made")
        return reader(request)

    desk = Desk(tmp_path, budget).stories("Sund")
    desk.put("sund/gazette.txt", "Publisher: Gazette\n\n12 people were killed in the Sund fire.")
    desk.put("late/radio.txt", "Publisher: Radio\n\n16 people died in the Sund fire.")
    index = await desk.run(across_stories=True)
    assert index.totals.done == 2
    assert (across(index).status, across(index).failed_pairs, across(index).reasons) == (
        "incomplete", 2, ("BudgetExceeded: 1 of 1 requests made",),
    )  # fmt: skip
    assert index.stopped == "1 of 1 requests made"
    spent = False
    index = await desk.run(across_stories=True)
    assert (index.stopped, across(index).status) == (None, "done")
    assert [f.relation for f in across(index).findings] == ["contradicts"]


async def test_what_fails_between_stories_is_counted_pair_by_pair_and_told_by_the_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two stories print one sentence, and how it stands to a third is asked once and fails: that is two pairs."""

    def failing(request: ModelRequest[Any]) -> Mapping[str, Any]:
        if request.task == "judge_pairs":
            raise ModelUnavailable("the server is down")
        return reader(request)

    desk = Desk(tmp_path, failing)
    desk.put("a/herald.txt", "Publisher: Herald\n\n12 people died in the Eastley fire.")
    desk.put(
        "b/echo.txt", "Publisher: Echo\n\n12 people died in the Eastley fire.", rest="And that is all of it today."
    )
    desk.put("c/gazette.txt", "Publisher: Gazette\n\n16 people died in the Eastley fire.")
    index = await desk.run(across_stories=True)
    assert (across(index).status, across(index).pairs, across(index).failed_pairs) == ("incomplete", 3, 2)
    assert (index.stopped, index.totals.failed, index.totals.incomplete) == (None, 0, 0)
    assert completeness(index, quiet=False) == INCOMPLETE
    said = capsys.readouterr().err
    assert said == "incomplete: pairs between stories failed; the index says which; --retry-failed asks again\n"


async def test_an_interrupt_leaves_the_comparison_for_the_next_run(tmp_path: Path) -> None:
    """Stories are done, what they say about each other waits, and the index says that the run ended early."""
    stop = Stop()

    def breaking(request: ModelRequest[Any]) -> Mapping[str, Any]:
        if request.task == "judge_pairs" and "16 people" in request.user and not stop.requested:
            stop.request()
        return reader(request)

    desk = Desk(tmp_path, breaking)
    desk.put("night/herald.txt", "Publisher: Herald\n\n12 people died in the Eastley fire.")
    desk.put("morning/gazette.txt", "Publisher: Gazette\n\n16 people died in the Eastley fire.")
    index = await desk.run(across_stories=True, stop=stop)
    assert (index.totals.done, index.stopped, across(index).status) == (2, "interrupted", "waiting")
    index = await desk.run(across_stories=True)
    assert (across(index).status, len(across(index).findings)) == ("done", 1)


async def test_little_is_held_of_all_claims_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stories are read when their turn comes, their claims put into a file that has no name and is gone, and pairs are
    judged in portions with the same findings."""
    read, put = list[str](), list[tuple[str, int]]()
    told, add = filing.claims_of, Net.add

    def reading(folder: Path, row: StoryRow) -> Iterator[Claim]:
        read.append(row.key)
        return told(folder, row)

    def adding(net: Net, story: str, *rest: Any) -> None:
        put.append((story, len(read)))
        add(net, story, *rest)

    monkeypatch.setattr(filing, "claims_of", reading)
    monkeypatch.setattr(Net, "add", adding)
    (tmp_path / "one").mkdir()
    (tmp_path / "other").mkdir()
    desk = split_story(tmp_path / "one")
    whole = across(await desk.run(across_stories=True))
    assert put == [(key, number) for number, key in enumerate(read[:3], 1)]
    assert not [path for path in desk.out.iterdir() if path.name.startswith("tmp")]
    monkeypatch.setattr(neighbours, "AT_ONCE", 1)
    parts = across(await split_story(tmp_path / "other").run(across_stories=True))
    assert [(f.relation, f.pairs) for f in parts.findings] == [(f.relation, f.pairs) for f in whole.findings]


async def test_a_disk_that_is_full_is_named_before_anything_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The net needs room on the disk of the batch; the stories keep their reports, and the next run goes on."""
    desk = split_story(tmp_path)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(Net, "add", full)
        with pytest.raises(SettingsError, match=f"{desk.out} cannot be written: No space left on device; make room"):
            await desk.run(across_stories=True)
    index = read_index(desk.out)
    assert (index.totals.done, across(index).status) == (3, "waiting")
    assert across(await desk.run(across_stories=True)).status == "done"


async def test_articles_are_read_when_they_are_asked_for_and_travel_whole(tmp_path: Path) -> None:
    """Only those of the pairs at hand are there; to a worker on another machine they go as values."""
    desk = split_story(tmp_path)
    await desk.run()
    with Spool(desk.out) as spool:
        ids = sorted(d.article for d in spool.documents_of(spool.stamps()) if d.article is not None)[:2]
        assert [spool.language(id_) for id_ in (*ids, "sha256:unknown")] == ["en", "en", None]
        assert not spool.mixed()
        articles = Articles(spool, ids)
        assert list(articles) == ids
        assert (ids[0] in articles, "sha256:unknown" in articles, len(articles)) == (True, False, 2)
        assert articles[ids[0]].id == ids[0]
        travelled = pickle.loads(pickle.dumps(articles))
    assert {id_: article.id for id_, article in travelled.items()} == dict(zip(ids, ids, strict=True))
