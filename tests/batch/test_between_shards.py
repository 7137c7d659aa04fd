"""Stories of different shards, compared once the shards are put together: over a real server, as a user does it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from factcheck import api
from factcheck.batch import filing, neighbours
from factcheck.batch.between_shards import Later, Reported, compare_shards
from factcheck.batch.counting import UnwatchedBatch
from factcheck.batch.merging import merge as merge_shards
from factcheck.batch.merging import read_index
from factcheck.batch.spool import Spool
from factcheck.engine.base import Stop
from factcheck.errors import InputError, SettingsError
from factcheck.findings import Usage
from factcheck.index import AcrossFinding, AcrossStories, BatchIndex
from factcheck.reporting.base import Style
from factcheck.reporting.batch_index import IndexTable
from factcheck.settings import CheckSettings, load_settings
from tests.batch.desk import Desk, Watch
from tests.batch.sharding import fires, shards
from tests.batch.test_disks import full
from tests.cli.invoking import invoke
from tests.support.means import RUN, means_of
from tests.support.newsroom_server import Manner, NewsroomServer, newsroom_thread

Newsroom = tuple[NewsroomServer, Manner]


@pytest.fixture(name="newsroom")
def a_newsroom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Newsroom]:
    """A server that all commands of a test talk to, with a cache of the test's own."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    monkeypatch.setenv("FACTCHECK_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("FACTCHECK_MODEL", "local")
    manner = Manner()
    with newsroom_thread(manner) as (url, server):
        monkeypatch.setenv("OPENAI_BASE_URL", url)
        yield server, manner


def batch(desk: Desk, place: str, *flags: str, code: int = 0) -> BatchIndex:
    """The index of a batch over the desk whose runs go to `place`."""
    made = invoke("batch", desk.root, "--run-dir", desk.root.parent / place, "--quiet", "-f", "json", *flags)
    assert made.exit_code == code, made.stderr
    return BatchIndex.model_validate_json(made.stdout)


def sharded(desk: Desk, of: int, *flags: str) -> list[Path]:
    """The folders of so many shards."""
    for number in range(1, of + 1):
        batch(desk, "runs", "--shard", f"{number}/{of}", *flags)
    return [desk.root.parent / "runs" / f"desk-batch-{number}of{of}" for number in range(1, of + 1)]


def merge(folders: list[Path], *flags: object, code: int = 0) -> BatchIndex:
    """The index of the shards put together."""
    into = folders[0].parent / "desk-batch"
    made = invoke("merge", *folders, "--into", into, "-f", "json", "--quiet", *flags)
    assert made.exit_code == code, made.stderr
    index = BatchIndex.model_validate_json(made.stdout)
    assert index == read_index(into)
    return index


def across(index: BatchIndex) -> AcrossStories:
    """What stories say about each other."""
    assert index.across is not None
    return index.across


def told(findings: tuple[AcrossFinding, ...], of: AcrossStories | None = None) -> list[object]:
    """What of the findings does not depend on when the stories were checked; perhaps of those in `of` alone."""
    known = {finding.id for finding in of.findings} if of is not None else set()
    return [
        (f.id, f.relation, f.nature, f.question, f.pairs, [(s.story, s.fact, s.text, s.origins) for s in f.sides])
        for f in findings
        if of is None or f.id in known
    ]


def test_compared_shards_are_the_batch_that_was_not_divided(newsroom: Newsroom, tmp_path: Path) -> None:
    """Put together they say how many pairs were left; compared, they hold what one run over all holds and what the
    shards had found, each pair asked once by anybody. A second time nothing is asked and nothing is new."""
    server, _ = newsroom
    desk = fires(tmp_path, 8)
    folders = sharded(desk, 3)
    asked = server.seen.answered
    within = across(merge(folders))
    apart = within.apart
    assert apart is not None
    assert apart.pairs > 0
    assert server.seen.answered == asked
    index = merge(folders, "--compare")
    found = across(index)
    assert (found.status, found.whole, found.apart, found.stories) == ("done", True, None, 8)
    assert server.seen.answered > asked
    assert index.spent.requests == server.seen.answered
    asked = server.seen.answered
    whole = across(batch(desk, "whole"))
    both = {finding.id for finding in (*whole.findings, *within.findings)}
    assert {finding.id for finding in found.findings} == both
    assert told(found.findings, whole) == told(whole.findings)
    assert (found.left_out, found.possible) == (whole.left_out, whole.possible)
    assert server.seen.answered == asked
    assert max(server.seen.paid.values()) == 1
    again = merge(folders, "--compare")
    assert server.seen.answered == asked
    assert not any(finding.new for finding in across(again).findings)
    assert told(across(again).findings) == told(found.findings)


def test_with_a_cache_of_its_own_only_what_is_between_stories_is_asked(
    newsroom: Newsroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shards from other machines: no article is read by the model again, and the files need not be there."""
    server, _ = newsroom
    desk = fires(tmp_path, 6)
    folders = sharded(desk, 2)
    for file in desk.root.glob("*/*"):
        file.unlink()
    before = set(server.seen.paid)
    monkeypatch.setenv("FACTCHECK_CACHE_DIR", str(tmp_path / "elsewhere"))
    index = merge(folders, "--compare")
    assert index.stopped is None
    assert len(across(index).findings) == across(index).pairs == 15
    assert 0 < len(set(server.seen.paid) - before) <= 3


def test_what_was_spent_up_goes_on_next_time(newsroom: Newsroom, tmp_path: Path) -> None:
    """A budget that ends in the comparison: exit code 3 and the reason, the merged index is there, and the next run
    asks for the rest alone."""
    server, _ = newsroom
    folders = sharded(fires(tmp_path, 8), 2)
    short = merge(folders, "--compare", "--max-calls", "1", code=3)
    assert short.stopped is not None
    assert "--max-calls" in short.stopped
    assert across(short).status == "incomplete"
    index = merge(folders, "--compare")
    assert (index.stopped, across(index).status) == (None, "done")
    assert len(across(index).findings) == across(index).pairs >= 24
    assert max(server.seen.paid.values()) == 1


@pytest.mark.usefixtures("newsroom")
def test_decisions_between_shards_are_honoured(tmp_path: Path) -> None:
    """Of a conflict of two shards, by the row that the page offers; a decision on a story is said to be the shard's."""
    folders = sharded(fires(tmp_path, 6), 2)
    shard_of = {row.key: folder for folder in folders for row in read_index(folder).stories}
    findings = across(merge(folders, "--compare")).findings
    clash = next(f for f in findings if f.relation == "contradicts" and len({shard_of[s.story] for s in f.sides}) == 2)
    review = tmp_path / "review.csv"
    review.write_text(f"target,id,decision,reviewer\ndispute,{clash.id},reject,Anna\ndispute,sha256:1,reject,Anna\n")
    into = folders[0].parent / "desk-batch"
    made = invoke("merge", *folders, "--into", into, "--compare", "--review", review)
    assert "1 decision is about nothing between stories" in made.stderr
    assert "rejected by Anna: dispute" in " ".join(made.stdout.split())
    assert clash.id not in {f.id for f in across(read_index(into)).findings}


def test_what_does_not_go_together_is_refused(newsroom: Newsroom, tmp_path: Path) -> None:
    """Flags of the comparison without it, and another model than that of the shards."""
    server, _ = newsroom
    folders = sharded(fires(tmp_path, 4), 2)
    asked = server.seen.answered
    into = tmp_path / "merged"
    for flags in (
        ("--review", folders[0] / "index.json"), ("-m", "local"), ("--no-cache",), ("--votes", "3"),
        ("--max-calls", "0"), ("--audit", "0"),
    ):  # fmt: skip
        alone = invoke("merge", *folders, "--into", into, *flags)
        assert alone.exit_code == 2, flags
        assert "needs --compare" in " ".join(alone.stderr.split())
    other = invoke("merge", *folders, "--into", into, "--compare", "-m", "other")
    assert other.exit_code == 2
    assert "were checked with local, not other" in other.stderr
    assert server.seen.answered == asked
    assert read_index(into).across is not None


@pytest.mark.usefixtures("newsroom")
def test_progress_for_programs_is_one_object_a_line(tmp_path: Path) -> None:
    """As of a batch: what was found between stories, and how it ended."""
    folders = sharded(fires(tmp_path, 6), 2)
    made = invoke("merge", *folders, "--into", tmp_path / "merged", "--compare", "--progress", "jsonl")
    events = [json.loads(line) for line in made.stderr.splitlines()]
    assert [event["event"] for event in events if event["event"] != "progress"] == ["note", "across", "end"]
    assert len(events[-2]["findings"]) == len(across(read_index(tmp_path / "merged")).findings)
    assert (events[-1]["exit_code"], events[-1]["totals"]["stories"]) == (0, 6)


@pytest.mark.usefixtures("newsroom")
def test_articles_are_found_where_their_reports_are(tmp_path: Path) -> None:
    """Each by its id, with its language, whatever its place in the file; a damaged file is named."""
    desk = Desk(tmp_path).stories("Eastley", "Sund")
    index = batch(desk, "runs")
    folder = tmp_path / "runs" / "desk-batch"
    articles = Reported(folder, index.stories)
    lines = [line for file in folder.glob("stories/*/*/articles.jsonl") for line in file.read_text().splitlines()]
    assert len(lines) == 4
    for told in map(json.loads, lines):
        assert (articles.article(told["id"]).id, articles.language(told["id"])) == (told["id"], told["language"])
    assert not articles.mixed()
    file = next(folder.glob("stories/*/*/articles.jsonl"))
    file.write_text("{]", encoding="utf-8")
    made = invoke("merge", *sharded(desk, 1), "--into", tmp_path / "merged")
    assert made.exit_code == 0
    with pytest.raises(InputError, match="is damaged; merge the shards again"):
        Reported(folder, index.stories)
    file.unlink()
    with pytest.raises(InputError, match="cannot be read: No such file or directory; merge the shards again"):
        Reported(folder, index.stories)
    file.with_name("claims.jsonl").unlink()
    rest = Reported(folder, index.stories)
    assert [rest.language(json.loads(line)["id"]) for line in lines].count(None) == 2


@pytest.mark.usefixtures("newsroom")
def test_what_the_shards_told_before_is_no_news(tmp_path: Path) -> None:
    """Shards that ran yesterday and found nothing new today: only what lies between them is new when it is compared."""
    desk = fires(tmp_path, 8)
    for _ in range(2):
        folders = sharded(desk, 2)
    within = {finding.id for finding in across(merge(folders)).findings}
    new = {finding.id: finding.new for finding in across(merge(folders, "--compare")).findings}
    assert within
    assert {id_ for id_, is_new in new.items() if not is_new} == within
    assert len(new) > len(within)


@pytest.mark.usefixtures("newsroom")
def test_an_interrupt_leaves_the_merged_index_as_it_was(tmp_path: Path) -> None:
    """What the shards found stays, the index says that the rest was broken off, and the same command goes on."""
    folders = sharded(fires(tmp_path, 8), 2)
    within = merge(folders)
    stop, into = Stop(), folders[0].parent / "desk-batch"

    class Impatient(UnwatchedBatch):
        def note(self, message: str) -> None:
            if message.startswith("comparing"):
                stop.request()

    broken = api.compare_shards(within, Later(into), load_settings({}, tmp_path, os.environ), Impatient(), stop)
    assert broken.stopped == "interrupted"
    assert broken.across == within.across
    assert broken == read_index(into)
    index = merge(folders, "--compare")
    assert (index.stopped, across(index).status, across(index).whole) == (None, "done", True)
    assert len(across(index).findings) > len(across(within).findings)


async def test_what_shards_found_since_the_last_comparison_is_compared_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same reports, but a shard has come to know more of them, beyond what the bound on the cost takes."""
    desk = fires(tmp_path, 8)
    full = merge_shards(await shards(desk, 2, across=True), tmp_path / "merged")
    bare = full.model_copy(update={"across": across(full).model_copy(update={"findings": ()})})
    monkeypatch.setattr(neighbours, "FEWEST", 1)
    monkeypatch.setattr(neighbours, "SHARE", 0.0)
    means = means_of(desk.model, desk.store)
    counts = []
    for index in (bare, full):
        compared = await compare_shards(index, Later(tmp_path / "merged"), RUN, means, CheckSettings(), Watch())
        counts.append(len(across(compared).findings))
    assert counts[0] == 1 < len(across(full).findings) <= counts[1]


def test_the_help_counts_what_the_index_counts() -> None:
    """Pairs of claims, and that they were not compared."""
    told = " ".join(invoke("merge", "--help").stdout.split())
    assert "how many pairs of much alike claims of different shards were not compared; --compare asks" in told


async def test_a_report_that_was_taken_away_is_left_out_and_named(tmp_path: Path) -> None:
    """The others are compared; the index says which was not, as long as it is away."""
    desk = fires(tmp_path, 6)
    parts = await shards(desk, 2, across=True)
    report = next(parts[0].glob("stories/*/*/report.json"))
    text = report.read_bytes()
    report.unlink()
    means, into = means_of(desk.model, desk.store), tmp_path / "merged"
    lacking = await compare_shards(
        merge_shards(parts, into, to_compare=True), Later(into), RUN, means, CheckSettings(), Watch()
    )
    found = across(lacking)
    gone = next(row for row in lacking.stories if row.missing is not None)
    assert (gone.status, gone.report, str(gone.missing) in str(report)) == ("failed", None, True)
    assert (found.status, found.stories) == ("incomplete", 5)
    assert found.reasons == (f"not compared with other stories, because its report is not there: {gone.title}",)
    assert found.findings
    assert "il suo rapporto non c'è" in IndexTable().render(lacking, Style(width=200, lang="it"))
    report.write_bytes(text)
    whole = await compare_shards(
        merge_shards(parts, into, to_compare=True), Later(into), RUN, means, CheckSettings(), Watch()
    )
    assert (across(whole).status, across(whole).stories, across(whole).reasons) == ("done", 6, ())


async def test_what_was_paid_is_remembered_when_the_comparison_breaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Something unreadable is met after the claims were compared: the account of the next run has the price."""
    desk = fires(tmp_path, 6)
    parts, into = await shards(desk, 2, across=True), tmp_path / "merged"
    index = merge_shards(parts, into)
    asked = len(desk.model.requests)
    means = means_of(desk.model, desk.store, usage=lambda: Usage(requests=len(desk.model.requests) - asked))

    def unreadable(*_: object) -> None:
        raise InputError("an article cannot be read")

    monkeypatch.setattr(neighbours, "told_in_reports", unreadable)
    with pytest.raises(InputError, match="an article"):
        await compare_shards(index, Later(into), RUN, means, CheckSettings(), Watch())
    paid = len(desk.model.requests) - asked
    assert paid > 0
    with Spool(into) as spool:
        assert spool.spent().requests == paid


async def test_an_index_that_cannot_be_written_is_said_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full after the comparison: the file and what to do; with room the next run asks nothing again."""
    desk = fires(tmp_path, 6)
    index = merge_shards(await shards(desk, 2, across=True), tmp_path / "merged")
    means, later = means_of(desk.model, desk.store), Later(tmp_path / "merged")
    with monkeypatch.context() as patched:
        patched.setattr(filing, "write_pieces", full)
        with pytest.raises(SettingsError, match=r"index\.json: No space left on device; .* --into DIR"):
            await compare_shards(index, later, RUN, means, CheckSettings(), Watch())
    asked = len(desk.model.requests)
    assert (await compare_shards(index, later, RUN, means, CheckSettings(), Watch())).stopped is None
    assert len(desk.model.requests) == asked


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (("--votes", "3"), "votes = 1 (now 3)"),
        (("--detail", "core"), "detail = full (now core)"),
        (("--confirm-model", "other"), "confirm_model = local (now other)"),
    ],
)
def test_shards_are_compared_as_they_were_checked(
    newsroom: Newsroom, tmp_path: Path, flags: tuple[str, str], told: str
) -> None:
    """Other settings than those of the reports are refused with both values; given to the shards too, they go."""
    server, _ = newsroom
    desk = fires(tmp_path, 4)
    folders = sharded(desk, 2)
    asked = server.seen.answered
    refused = invoke("merge", *folders, "--into", tmp_path / "merged", "--compare", *flags)
    assert refused.exit_code == 2
    assert f"was checked with {told}; give the same" in " ".join(refused.stderr.split())
    assert server.seen.answered == asked
    assert across(merge(sharded(desk, 2, *flags), "--compare", *flags)).status == "done"


def test_another_address_is_said(newsroom: Newsroom, tmp_path: Path) -> None:
    """The same model may answer elsewhere; the user is told, without the login of either address."""
    folders = sharded(fires(tmp_path, 4), 2)
    with newsroom_thread(newsroom[1]) as (url, _):
        made = invoke("merge", *folders, "--into", tmp_path / "merged", "--compare", "--base-url", url)
    assert made.exit_code == 0
    assert f"stories were checked at {os.environ['OPENAI_BASE_URL']}; {url} is asked now" in " ".join(
        made.stderr.split()
    )


def test_what_a_comparison_found_outlives_a_plain_merge(newsroom: Newsroom, tmp_path: Path) -> None:
    """The same shards merged again, nothing asked: conflicts, their rule and the total of all runs are as before."""
    server, _ = newsroom
    folders = sharded(fires(tmp_path, 6), 2)
    plain = merge(folders)
    assert (plain.usage.requests, plain.spent.requests) == (0, server.seen.answered)
    assert "this run: no request; all runs: " in IndexTable().render(plain, Style(width=200))
    compared = merge(folders, "--compare", "--fail-on", "across", code=1)
    assert 0 < compared.usage.requests == compared.spent.requests - plain.spent.requests
    again = merge(folders, "--fail-on", "across", code=1)
    assert not any(finding.new for finding in across(again).findings)
    assert told(across(again).findings) == told(across(compared).findings)
    assert (across(again).status, across(again).whole, across(again).pairs) == ("done", True, across(compared).pairs)
    assert (again.usage.requests, again.spent) == (0, compared.spent)
    assert server.seen.answered == again.spent.requests
    assert merge(folders, "--compare").spent == compared.spent
