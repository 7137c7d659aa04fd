"""A batch by the provider's Batch API: the same reports for the same requests, in three rounds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from factcheck import api
from factcheck.batch import by_mail, neighbours
from factcheck.batch.merging import read_index
from factcheck.batch.options import BatchOptions
from factcheck.conditions import matched_index
from factcheck.engine.base import Stop
from factcheck.errors import BudgetExceeded, EndpointError, SettingsError
from factcheck.findings import Usage
from factcheck.index import AcrossStories, BatchIndex
from factcheck.reporting.base import Style
from factcheck.reporting.batch_index import IndexTable
from factcheck.reporting.words.catalogue import words_in
from factcheck.runs import read_report
from factcheck.settings import CacheSettings, ModelSettings, Settings
from tests.batch.desk import Desk, Watch
from tests.batch.test_disks import full
from tests.support.newsroom_server import Manner, NewsroomServer, newsroom_thread

PLACES = ("Eastley", "Sund")
KEY = SecretStr("canary")


def run(
    desk: Desk,
    url: str,
    cache: str = "cache",
    limits: dict[str, Any] | None = None,
    progress: Watch | None = None,
    stop: Stop | None = None,
    **options: Any,
) -> BatchIndex:
    """One run of the batch, as a process of its own would make it; stories for themselves unless told otherwise."""
    options = {"across_stories": False} | options
    settings = Settings(
        model=ModelSettings(**({"model": "gpt-5.4-mini", "base_url": url, "api_key": KEY} | (limits or {}))),
        cache=CacheSettings(directory=desk.root.parent / cache),
    )
    return api.batch(desk.root, settings, BatchOptions(folder=desk.out, **options), progress, stop=stop)


def report_of(desk: Desk, index: BatchIndex) -> dict[str, Any]:
    """Title -> what its report found."""
    found = {}
    for row in index.stories:
        assert row.report is not None
        report = read_report(desk.out / row.report)
        found[row.title] = (report.disputes, report.facts, report.judgements, report.failures)
    return found


def bodies(server: NewsroomServer) -> set[str]:
    """Hashes of the request bodies that were answered."""
    return set(server.seen.paid)


def test_three_rounds_give_what_live_calls_give(tmp_path: Path) -> None:
    """Extract, judge, confirm: each run sends one round and says so; in the end reports and answered requests are the
    same as those of a live run, nothing is asked twice, and a live run afterwards finds all of it paid for."""
    desk = Desk(tmp_path).stories(*PLACES)
    with newsroom_thread(Manner()) as (url, server):
        rounds = []
        for _ in range(3):
            index = run(desk, url, by_mail=True)
            assert index.stopped is not None
            assert "are with the provider" in index.stopped
            rounds.append(server.seen.answered)
        done = run(desk, url, by_mail=True)
        assert rounds == [0, 4, 6]
        assert (done.stopped, done.totals.done, server.seen.requests) == (None, 2, 0)
        assert done.totals.new_disputes == 2
        assert run(desk, url).usage.requests == 0
        sent = bodies(server)
        mailed = report_of(desk, done)
        assert max(server.seen.paid.values()) == 1
    with newsroom_thread(Manner()) as (url, server):
        desk.out = tmp_path / "live"
        live = report_of(desk, run(desk, url, cache="other"))
    assert mailed == live
    assert len(sent) == len(bodies(server)) == 8


def test_a_run_that_waits_for_an_earlier_one_says_only_what_is_so(tmp_path: Path) -> None:
    """A story was added and the model is another one, but a mailing is under way: nothing was looked at, asked or
    written, and what is shown is marked as found before, none of it new, with the mailing and what to do next."""
    desk = Desk(tmp_path)
    for toll, part in ((12, "night"), (16, "morning")):
        desk.put(f"{part}/herald.txt", f"Publisher: Herald\n\n{toll} people died in the Eastley fire.")
    with newsroom_thread(Manner(batch_looks=2)) as (url, server):
        desk.stories("Sund")
        run(desk, url, across_stories=True)
        desk.stories("Lesk")
        last = run(desk, url, by_mail=True, across_stories=True)
        assert (last.totals.new, last.usage.requests) == (1, 0)
        files = {name: (desk.out / name).read_bytes() for name in ("index.json", "index.html")}
        asked = server.seen.answered
        index = run(desk, url, by_mail=True, across_stories=True, limits={"model": "gpt-5.4"})
    assert {name: (desk.out / name).read_bytes() for name in files} == files
    assert server.seen.answered == asked
    assert index.stopped is not None
    assert index.stopped.startswith("with the provider: batch_1: 2 requests in_progress")
    assert index.stopped.endswith("this run looked at nothing and asked nothing; the same command goes on from there")
    assert (index.earlier, index.usage, index.spent) == (True, Usage(), last.spent)
    assert (index.totals.new, index.totals.changed, index.totals.disputes, index.totals.new_disputes) == (0, 0, 1, 0)
    assert (index.removed, matched_index(("new-dispute", "new-across"), index)) == ((), ())
    assert index.across is not None
    assert (index.across.status, len(index.across.findings)) == ("waiting", 1)
    shown = " ".join(IndexTable().render(index, Style(width=100)).split())
    assert "1 dispute; 1 conflict between stories; 1 story was not run (in an earlier run)." in shown
    assert "this run looked at no file; this is what an earlier run found with gpt-5.4-mini; " in shown
    assert "no story new or changed" not in shown


def test_a_run_that_waited_in_vain_after_a_pass_of_its_own_tells_of_that_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Interrupted while its own mailing is under way: the index is that of its pass, on the disk too."""
    monkeypatch.setattr(by_mail, "FIRST_PAUSE", 0.01)
    desk, stop = Desk(tmp_path).stories("Eastley"), Stop()

    class Impatient(Watch):
        def note(self, message: str) -> None:
            super().note(message)
            if "in_progress" in message:
                stop.request()

    with newsroom_thread(Manner(batch_looks=99)) as (url, _):
        index = run(desk, url, by_mail=True, wait=True, progress=Impatient(), stop=stop)
    assert index.stopped is not None
    assert index.stopped.startswith("with the provider: batch_1: 2 requests in_progress")
    assert (index.earlier, index.totals.new, read_index(desk.out)) == (False, 1, index)


def test_waiting_goes_through_all_rounds_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With `wait` one run looks again and again, and ends with the reports; half of the live price is counted."""
    monkeypatch.setattr(by_mail, "FIRST_PAUSE", 0.01)
    desk = Desk(tmp_path).stories(*PLACES)
    with newsroom_thread(Manner(batch_looks=3)) as (url, _):
        mailed = run(desk, url, by_mail=True, wait=True)
    assert (mailed.stopped, mailed.totals.done) == (None, 2)
    with newsroom_thread(Manner()) as (url, _):
        desk.out = tmp_path / "live"
        live = run(desk, url, cache="other")
    assert mailed.spent.cost_usd is not None
    assert live.spent.cost_usd is not None
    # Not to the cent: this server counts bytes, and a file spells the same JSON with other blanks.
    assert mailed.spent.cost_usd == pytest.approx(live.spent.cost_usd / 2, rel=0.05)


def test_the_counts_of_a_run_that_waits_are_those_of_all_its_rounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three stories, one of which needs a round more, and a comparison of all in rounds of its own: what is told last
    is what a live run tells last, and nothing that came by mail is said to have been in the cache."""
    monkeypatch.setattr(by_mail, "FIRST_PAUSE", 0.01)
    desk = Desk(tmp_path).stories(*PLACES)
    desk.put("lone/herald.txt", "Publisher: Herald\n\n12 people died in the Eastley fire.")
    told = list[tuple[Any, ...]]()
    ways: tuple[dict[str, Any], ...] = ({"by_mail": True, "wait": True}, {})
    for options in ways:
        watch, desk.out = Watch(), tmp_path / f"out-{len(told)}"
        with newsroom_thread(Manner()) as (url, _):
            run(desk, url, cache=f"cache-{len(told)}", progress=watch, across_stories=True, **options)
        assert watch.last is not None
        last = watch.last
        stages = {name: (stage.total, stage.done, stage.cached) for name, stage in last.stages.items()}
        story = (last.stories, last.done, last.unchanged, last.failed, last.files, last.files_read, last.articles_run)
        told.append((story, last.cache_hits, last.disputes, last.new_disputes, last.across, stages))
    mailed, live = told
    assert mailed == live
    assert mailed[0] == (3, 3, 0, 0, 5, 5, 5)


def test_what_expired_or_failed_goes_out_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of a batch that expired is kept and only the rest sent again; so is all of one that failed as a whole. Each
    time one line says why, how many requests that is and how often they were tried."""
    monkeypatch.setattr(by_mail, "FIRST_PAUSE", 0.01)
    desk, watch = Desk(tmp_path).stories(*PLACES), Watch()
    with newsroom_thread(Manner(batch_ends=("expired", "failed"))) as (url, server):
        index = run(desk, url, by_mail=True, wait=True, progress=watch)
        assert (index.stopped, index.totals.done) == (None, 2)
        assert server.seen.answered == 8
        assert max(server.seen.paid.values()) == 1
    whys = ("expired; 2 of 4 requests", "failed: line 1 is not to our taste; 2 of 2 requests")
    assert [note for note in watch.notes if "not answered" in note] == [
        f"batch_{n}: the provider's batch ended as {why} not answered: 2 to be sent again (tried {n} of 3 times)"
        for n, why in enumerate(whys, 1)
    ]


def test_a_live_run_tells_what_is_paid_for_twice(tmp_path: Path) -> None:
    """Before it asks anything: how many requests to its model are with the provider, and how to have them instead."""
    desk, watch = Desk(tmp_path).stories(*PLACES), Watch()
    with newsroom_thread(Manner(batch_looks=9)) as (url, server):
        run(desk, url, by_mail=True)
        other = Watch()
        run(desk, url, progress=other, limits={"model": "gpt-5.4", "max_cost": 1e-6})
        run(desk, url, progress=watch, limits={"max_cost": 1e-6})
        assert server.seen.requests == 0
    (told,) = [note for note in watch.notes if "provider" in note]
    assert told.startswith("4 requests are with the provider's Batch API: what this run needs of that it asks too")
    assert told.endswith("add --via batch-api to collect the answers instead")
    assert not [note for note in other.notes if "provider" in note]


def test_a_live_run_says_nothing_of_what_has_come(tmp_path: Path) -> None:
    """Collected, or in a mailbox that nobody can read any more: nothing is told, and the run goes on."""
    desk, watch = Desk(tmp_path).stories("Eastley"), Watch()
    with newsroom_thread(Manner()) as (url, _):
        for _ in range(4):
            run(desk, url, by_mail=True)
        run(desk, url, progress=watch)
        (desk.out / "mail.sqlite").write_bytes(b"nothing that SQLite could read" * 999)
        index = run(desk, url, progress=watch)
    assert (index.stopped, [note for note in watch.notes if "provider" in note]) == (None, [])


def test_a_request_that_never_succeeds_is_a_failure_in_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After three batches the articles count as failed, with the reason, and the batch ends; each time it is told."""
    monkeypatch.setattr(by_mail, "FIRST_PAUSE", 0.01)
    desk, watch = Desk(tmp_path).stories("Eastley"), Watch()
    with newsroom_thread(Manner(hopeless=1.0)) as (url, _):
        index = run(desk, url, by_mail=True, wait=True, progress=watch)
    fates = ("2 to be sent again (tried 1 of 3 times)", "2 to be sent again (tried 2 of 3 times)", "2 given up")
    assert [note for note in watch.notes if "not answered" in note] == [
        f"batch_{number}: HTTP 503: overloaded; 2 of 2 requests not answered: {fate}"
        for number, fate in enumerate(fates, 1)
    ]
    (row,) = index.stories
    assert (row.status, row.failed_articles) == ("incomplete", 2)
    assert "in 3 provider batches: overloaded" in row.reasons[0]


def test_a_batch_that_a_killed_process_sent_is_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sent, and killed before its name was written down: the provider's record names it, and nothing is paid twice."""
    from factcheck.llm.mailbox import Mailbox

    desk = Desk(tmp_path).stories("Eastley")
    with newsroom_thread(Manner()) as (url, server):
        with monkeypatch.context() as patched:
            patched.setattr(Mailbox, "posted", lambda *_: None)
            run(desk, url, by_mail=True)
        run(desk, url, by_mail=True)
        assert server.seen.answered == 2
        assert max(server.seen.paid.values()) == 1


def test_limits_hold_before_anything_is_sent(tmp_path: Path) -> None:
    """A round that would cross the number of calls or the money is not sent at all, and the index says why."""
    desk = Desk(tmp_path).stories(*PLACES)
    with newsroom_thread(Manner()) as (url, server):
        with pytest.raises(BudgetExceeded, match="--max-calls 3"):
            run(desk, url, by_mail=True, limits={"max_calls": 3})
        with pytest.raises(BudgetExceeded, match="--max-cost") as refused:
            run(desk, url, by_mail=True, limits={"max_cost": 0.0001})
        assert read_index(desk.out).stopped == str(refused.value)
        assert server.seen.answered == 0


def test_what_is_expected_to_cost_is_learned_from_the_answers(tmp_path: Path) -> None:
    """Once requests of a kind were answered, those of the next round cost about what they did, and not a multiple."""
    desk, limits, told = Desk(tmp_path).stories(*PLACES), {"max_cost": 1e-6}, list[float]()
    with newsroom_thread(Manner()) as (url, _):
        for places in (("Eastley", "Sund"), ("Lesk", "Torrow")):
            desk.stories(*places)
            with pytest.raises(BudgetExceeded, match="4 requests of this round are expected to cost") as refused:
                run(desk, url, by_mail=True, limits=limits)
            told.append(float(str(refused.value).split(" to cost ")[1].split()[0]))
            indexes = [run(desk, url, by_mail=True) for _ in range(4)]
    extracted = indexes[1].usage.cost_usd
    assert extracted is not None
    assert told[1] == pytest.approx(extracted, rel=0.1)
    assert told[0] > 2 * extracted


def test_an_endpoint_without_a_batch_api_says_so(tmp_path: Path) -> None:
    """HTTP 404 on /files is explained, with the way out."""
    desk = Desk(tmp_path).stories("Eastley")
    refused = pytest.raises(EndpointError, match="leave --via batch-api out")
    with newsroom_thread(Manner(has_batches=False)) as (url, _), refused:
        run(desk, url, by_mail=True)


def test_requests_are_those_of_live_calls_with_their_hash_as_name(tmp_path: Path) -> None:
    """Each line of a file names a chat completion; no key and nothing else is in it."""
    desk = Desk(tmp_path).stories("Eastley")
    with newsroom_thread(Manner()) as (url, server):
        run(desk, url, by_mail=True)
        (data,) = server.mail.files.values()
    lines = [json.loads(line) for line in data.splitlines()]
    assert {tuple(sorted(line)) for line in lines} == {("body", "custom_id", "method", "url")}
    assert {(line["method"], line["url"]) for line in lines} == {("POST", "/v1/chat/completions")}
    assert all(len(line["custom_id"]) == 64 for line in lines)
    assert b"canary" not in data


def test_neighbouring_stories_are_compared_in_rounds_of_their_own(tmp_path: Path) -> None:
    """Once all stories have their reports, what is between them goes by mail too, and ends as a live run does."""
    desk = Desk(tmp_path)
    desk.put("night/herald.txt", "Publisher: Herald\n\n12 people died in the Eastley fire.")
    desk.put("morning/gazette.txt", "Publisher: Gazette\n\n16 people died in the Eastley fire.")
    with newsroom_thread(Manner()) as (url, server):
        ends = []
        for _ in range(4):
            index = run(desk, url, by_mail=True, across_stories=True)
            found = index.across or AcrossStories(status="waiting")
            ends.append((index.totals.done, found.status, index.stopped is None))
        assert ends == [(0, "waiting", False), (2, "waiting", False), (2, "waiting", False), (2, "done", True)]
        assert [finding.relation for finding in found.findings] == ["contradicts"]
        assert server.seen.requests == 0
        live = run(desk, url, across_stories=True)
    seen = tuple(finding.model_copy(update={"new": False}) for finding in found.findings)
    assert (live.usage.requests, live.across) == (0, found.model_copy(update={"findings": seen}))


def test_all_parts_of_the_comparison_go_with_one_mailing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pairs between stories that are judged in portions wait for one day and not for one each: what the first portion
    lacks does not keep the others from asking, and nothing is asked twice."""
    desk = Desk(tmp_path)
    for number, (place, toll) in enumerate((place, toll) for place in ("Eastley", "Sund", "Lesk") for toll in (12, 16)):
        desk.put(f"s{number}/herald.txt", f"Publisher: Herald\n\n{toll} people died in the {place} fire.")
    monkeypatch.setattr(neighbours, "AT_ONCE", 1)
    with newsroom_thread(Manner()) as (url, server):
        answered: list[int] = []
        index = run(desk, url, by_mail=True, across_stories=True)
        while index.stopped is not None and len(answered) < 9:
            index = run(desk, url, by_mail=True, across_stories=True)
            answered.append(server.seen.answered)
        assert index.across is not None
        assert (index.stopped, index.across.status) == (None, "done")
        assert index.across.pairs >= 3
        extracted, judged, confirmed = 6, index.across.pairs, len(index.across.findings)
        assert answered == [extracted, extracted + judged, extracted + judged + confirmed]
        assert max(server.seen.paid.values()) == 1


def test_an_index_that_cannot_be_written_is_said_and_the_mailing_is_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full when a mailing has gone out: the file and the remedy, and the same command goes on from it."""
    desk = Desk(tmp_path).stories("Eastley")
    with newsroom_thread(Manner()) as (url, server):
        with monkeypatch.context() as patched:
            patched.setattr(by_mail, "file_index", lambda folder, *_: full(folder / "index.json", ""))
            with pytest.raises(SettingsError, match=r"index\.json cannot be written: No space left .* --run-dir"):
                run(desk, url, by_mail=True)
        for _ in range(3):
            index = run(desk, url, by_mail=True)
        assert (index.stopped, max(server.seen.paid.values())) == (None, 1)


def test_one_request_by_mail_is_told_as_one(tmp_path: Path) -> None:
    """In the index too, in the language of whoever reads it; and several as several."""
    desk = Desk(tmp_path)
    desk.put("eastley/herald.txt", "Publisher: Herald\n\n12 people died in the Eastley fire.")
    with newsroom_thread(Manner()) as (url, _):
        stopped = run(desk, url, by_mail=True).stopped
        assert stopped == "1 request is with the provider; the same command goes on from there"
        assert words_in("it").told(stopped).startswith("1 richiesta è presso il fornitore")
        desk.stories("Sund")
        assert "2 requests are with" in str(run(desk, url, cache="other", by_mail=True).stopped)
