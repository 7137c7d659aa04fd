"""Stories that claims join: in one pass and over many, interrupted, narrowed, and what the index says of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from factcheck.batch import neighbours, weighing
from factcheck.batch.bounds import TooMany
from factcheck.batch.passes import Pass
from factcheck.batch.planning import Selection, Story
from factcheck.batch.spool import Document
from factcheck.engine.base import Stop
from factcheck.errors import AnswerDeferred, BudgetExceeded, Interrupted, ModelUnavailable
from factcheck.index import Shard
from factcheck.llm.base import ModelRequest
from factcheck.models import Decision
from factcheck.runs import read_report
from tests.batch.desk import Desk, across
from tests.batch.parted import FACTS, blaze, linked_and_killed, parted, put, shape, teller


def sparingly(desk: Desk, patch: pytest.MonkeyPatch) -> None:
    """Let so little be compared between the stories of the desk that the joined one has something to ask."""
    put(desk, "post", "families", FACTS[0], FACTS[1])
    patch.setattr(weighing, "CHIEF", 2)
    patch.setattr(neighbours, "SHARE", 0.0)
    patch.setattr(neighbours, "FEWEST", 0)


async def test_what_claims_show_to_be_one_event_is_one_story_in_the_same_pass(tmp_path: Path) -> None:
    """Two groups that are not alike have one report and one row with the reason; nothing is extracted or judged twice,
    no story is counted twice, and a line says it."""
    desk = parted(tmp_path)
    index = await desk.run(across_stories=True)
    row = blaze(index)
    assert (row.articles, row.reason.facts, row.reason.similarity) == (3, FACTS[:2], None)
    assert row.title.startswith("Cranes sheds")  # that of the larger part
    assert (row.reason.first, row.status, row.change) == (dt.date(2026, 3, 2), "done", "new")
    assert (index.totals.stories, index.totals.new, index.totals.articles, index.removed) == (2, 2, 4, ())
    assert (across(index).status, across(index).findings) == ("done", ())
    tasks = [request.task for request in desk.model.requests]
    assert tasks.count("extract_claims") == 4
    counts = desk.watch.last
    assert counts is not None
    assert (counts.stories, counts.found, counts.done, counts.articles, counts.articles_done) == (2, 2, 2, 4, 4)
    assert (counts.claims, counts.pairs) == (index.totals.claims, index.totals.pairs)
    assert (counts.articles_run, counts.stages["extraction"].total, counts.across) == (4, 4, 0)
    assert any("joined 2 groups of articles" in note and FACTS[0] in note for note in desk.watch.notes)


async def test_a_later_pass_groups_at_once_and_asks_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The link is remembered: no part is run by itself again, and nothing is new."""
    desk = parted(tmp_path)
    first = await desk.run(across_stories=True)
    asked, told = desk.asked, len(desk.watch.rows)
    monkeypatch.setattr(neighbours, "near_across", None)
    second = await desk.run(across_stories=True)
    assert (desk.asked, len(desk.watch.rows)) == (asked, told)
    assert shape(desk, second) == shape(desk, first)
    assert (blaze(second).key, blaze(second).change, second.totals.new) == (blaze(first).key, "unchanged", 0)


async def test_one_by_one_ends_as_all_at_once(tmp_path: Path) -> None:
    """Articles that came in over days, one of them corrected and one taken back, are the same stories as in a fresh
    run over what is there then, with the same cache."""
    desk = Desk(tmp_path, teller)
    put(desk, "herald", "quay", FACTS[0])
    await desk.run(across_stories=True)
    put(desk, "mercury", "families", FACTS[0], FACTS[1], FACTS[2])
    put(desk, "echo", "tax", "The Lesk road was closed to 40 lorries.")
    await desk.run(across_stories=True)
    put(desk, "herald", "quay", FACTS[0], FACTS[1])
    gone = put(desk, "wire", "quay", FACTS[0])
    index = await desk.run(across_stories=True)
    assert blaze(index).articles == 3
    gone.unlink()
    put(desk, "gazette", "quay", FACTS[0])
    index = await desk.run(across_stories=True)
    grown = shape(desk, index)
    desk.out = tmp_path / "fresh"
    desk.out.mkdir()
    assert shape(desk, await desk.run(across_stories=True)) == grown
    assert blaze(index).articles == 3


async def test_an_article_that_comes_to_a_joined_story_is_asked_for_alone(tmp_path: Path) -> None:
    """The story is planned with it at once; nobody runs its parts again."""
    desk = parted(tmp_path)
    first = blaze(await desk.run(across_stories=True))
    told, asked = len(desk.watch.rows), desk.asked
    put(desk, "wire", "families", FACTS[0])
    row = blaze(await desk.run(across_stories=True))
    assert (row.key, row.change, row.articles, len(row.new_articles)) == (first.key, "changed", 4, 1)
    assert len(desk.watch.rows) == told + 1
    assert [request.task for request in desk.model.requests[asked:]].count("extract_claims") == 1


async def test_a_link_whose_article_changed_falls_away(tmp_path: Path) -> None:
    """Without the shared facts there are two stories again, and neither is called gone."""
    desk = parted(tmp_path)
    await desk.run(across_stories=True)
    put(desk, "mercury", "families", FACTS[2])
    index = await desk.run(across_stories=True)
    assert sorted(row.articles for row in index.stories) == [1, 1, 2]
    assert (index.removed, [row.reason.facts for row in index.stories]) == ((), [(), (), ()])


async def test_what_a_part_had_found_is_no_news_in_the_joined_story(tmp_path: Path) -> None:
    """An old dispute stays old, what came with the other part is new, the key and the place stay, nothing was removed;
    and in the pass after that nothing is new at all."""
    desk = Desk(tmp_path, teller)
    put(desk, "herald", "quay", FACTS[0], FACTS[1])
    put(desk, "gazette", "quay", "16 people died in the Eastley blaze.")
    put(desk, "echo", "tax", "The Lesk road was closed to 40 lorries.")
    old = next(row for row in (await desk.run(across_stories=True)).stories if row.disputes)
    put(desk, "mercury", "families", FACTS[0], FACTS[1], "Eastley harbour stays closed for 8 days.")
    put(desk, "post", "families", FACTS[2])
    index = await desk.run(across_stories=True)
    row = blaze(index)
    assert (row.key, row.change, len(row.new_articles), row.gone_articles) == (old.key, "changed", 2, ())
    assert Path(str(row.report)).parent == Path(str(old.report)).parent
    assert sorted(line.new for line in row.disputes) == [False, True]
    assert (index.removed, index.totals.new, row.settled) == ((), 0, ())
    again = blaze(await desk.run(across_stories=True))
    assert [line.new for line in again.disputes] == [False, False]


async def test_two_old_stories_that_become_one_bring_their_history_along(tmp_path: Path) -> None:
    """An article that closes the gap joins them: the disputes of both are old news, only the article is new."""
    desk = Desk(tmp_path, teller)
    put(desk, "herald", "quay", FACTS[0])
    put(desk, "gazette", "quay", "16 people died in the Eastley blaze.")
    put(desk, "mercury", "families", FACTS[2])
    put(desk, "post", "families", "Eastley harbour stays closed for 8 days.")
    first = await desk.run(across_stories=True)
    assert (len(first.stories), first.totals.disputes) == (2, 2)
    put(desk, "wire", "families", FACTS[0], FACTS[1])
    put(desk, "bulletin", "quay", FACTS[1])
    index = await desk.run(across_stories=True)
    (row,) = index.stories
    assert (row.articles, len(row.new_articles), row.change) == (6, 2, "changed")
    assert ([line.new for line in row.disputes], index.removed) == ([False, False], ())


@pytest.mark.parametrize("facts", [(FACTS[0],), ("16 people died in the Eastley blaze.",)])
async def test_one_shared_fact_joins_nothing(tmp_path: Path, facts: tuple[str, ...]) -> None:
    """Whether they agree on it or not."""
    desk = Desk(tmp_path, teller)
    put(desk, "herald", "quay", FACTS[0], FACTS[1])
    put(desk, "mercury", "families", *facts)
    index = await desk.run(across_stories=True)
    assert (len(index.stories), len(across(index).findings)) == (2, 1)


@pytest.mark.parametrize(
    "options",
    [
        {"across_stories": False},
        {"selection": Selection(shard=Shard(number=1, of=2))},
        {"group_by": "date"},
        {"group_by": "folder"},
    ],
)
async def test_nothing_is_joined_where_the_user_or_the_shards_decide(tmp_path: Path, options: dict[str, Any]) -> None:
    """Not without the comparison, not in a shard, not by folder or day; and what was joined is parted again."""
    desk = parted(tmp_path)
    blaze(await desk.run(across_stories=True))
    for name in ("herald", "gazette", "mercury"):
        if options.get("group_by") == "folder":
            (desk.root / name).mkdir()
            (desk.root / f"{name}.txt").rename(desk.root / name / f"{name}.txt")
    index = await desk.run(**{"across_stories": True, **options})
    assert [row.reason.facts for row in index.stories] == [()] * len(index.stories)


async def test_one_shard_of_one_is_the_whole_batch(tmp_path: Path) -> None:
    """Nothing is divided, so claims join."""
    index = await parted(tmp_path).run(across_stories=True, selection=Selection(shard=Shard(number=1, of=1)))
    assert blaze(index).articles == 3


@pytest.mark.parametrize("after", range(1, 8))
async def test_an_interrupt_at_any_request_ends_as_an_unbroken_run(
    tmp_path: Path, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pass that goes on has the same stories with the same news, and no request is paid for twice."""
    (tmp_path / "whole").mkdir()
    (tmp_path / "broken").mkdir()
    whole = parted(tmp_path / "whole")
    sparingly(whole, monkeypatch)
    expected = await whole.run(across_stories=True)
    assert whole.asked in (7, 8)  # two parts ask about the same words at once, or one after the other
    stop = Stop()

    def breaking(request: ModelRequest[Any]) -> Mapping[str, Any]:
        if desk.asked >= after:
            stop.request()
        return teller(request)

    desk = parted(tmp_path / "broken", breaking)
    sparingly(desk, monkeypatch)
    broken = await desk.run(stop, across_stories=True)
    assert broken.stopped == "interrupted"
    stop = Stop()
    after = 1_000
    index = await desk.run(across_stories=True)
    assert shape(desk, index) == shape(whole, expected)
    assert blaze(index).articles == 4
    assert (index.totals.new, index.stopped) == (expected.totals.new, None)
    assert desk.asked <= 9


async def test_an_interrupt_while_what_is_linked_is_put_together_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index is written with the parts as they are; the next run joins them."""
    desk, real = parted(tmp_path), Pass._grouped

    async def grouped(self: Pass, documents: Sequence[Document]) -> list[Story]:
        if across_was_compared():
            raise Interrupted.unasked()
        return await real(self, documents)

    def across_was_compared() -> bool:
        return any(note.startswith("comparing") for note in desk.watch.notes)

    with monkeypatch.context() as now:
        now.setattr(Pass, "_grouped", grouped)
        index = await desk.run(across_stories=True)
    assert (index.stopped, index.totals.done) == ("interrupted", 3)
    assert blaze(await desk.run(across_stories=True)).articles == 3


async def test_a_budget_that_is_spent_on_the_joined_story_leaves_it_to_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until then its parts stand as they are; then it is whole, in their place."""
    spent = True

    def metered(request: ModelRequest[Any]) -> Mapping[str, Any]:
        if spent and any(note.startswith("joined") for note in desk.watch.notes):
            raise BudgetExceeded("--max-calls is reached", attempts=0)
        return teller(request)

    desk = parted(tmp_path, metered)
    sparingly(desk, monkeypatch)
    broken = await desk.run(across_stories=True)
    assert broken.stopped == "--max-calls is reached"
    assert (broken.totals.done, broken.totals.articles, across(broken).status) == (3, 5, "waiting")
    spent = False
    index = await desk.run(across_stories=True)
    assert (blaze(index).articles, index.stopped, index.totals.new) == (4, None, 2)


async def test_answers_that_come_by_mail_join_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each round asks for what it lacks; the joined story has a round of its own."""
    answered = set[str]()
    wanted = set[str]()

    def by_mail(request: ModelRequest[Any]) -> Mapping[str, Any]:
        if request.user not in answered:
            wanted.add(request.user)
            raise AnswerDeferred("with the provider")
        return teller(request)

    desk = parted(tmp_path, by_mail)
    sparingly(desk, monkeypatch)
    rounds = 0
    while True:
        index = await desk.run(across_stories=True)
        if not wanted:
            break
        rounds += 1
        answered |= wanted
        wanted.clear()
        assert rounds < 9
    assert (blaze(index).articles, index.totals.done, index.totals.new) == (4, 2, 2)


async def test_limit_sample_and_since_narrow_what_is_run_and_join_what_is_there(tmp_path: Path) -> None:
    """A part that waits joins nothing; once both are through they are one, whatever the limit."""
    desk = parted(tmp_path)
    one = await desk.run(across_stories=True, selection=Selection(limit=1))
    assert (one.totals.done, one.totals.waiting) == (1, 2)
    await desk.run(across_stories=True, selection=Selection(limit=1))
    index = await desk.run(across_stories=True, selection=Selection(limit=1))
    assert (blaze(index).articles, index.totals.done, index.totals.waiting) == (3, 2, 0)
    put(desk, "wire", "families", FACTS[0])
    waiting = await desk.run(across_stories=True, selection=Selection(since=dt.date(2027, 1, 1)))
    assert (blaze(waiting).status, blaze(waiting).articles, len(waiting.stories)) == ("waiting", 4, 2)
    sampled = await desk.run(across_stories=True, selection=Selection(sample=2))
    assert (blaze(sampled).status, blaze(sampled).articles) == ("done", 4)


async def test_a_failed_article_of_a_part_counts_once(tmp_path: Path) -> None:
    """In the totals, for --max-failures, and again for --retry-failed, which mends the joined story."""
    down = True

    def failing(request: ModelRequest[Any]) -> Mapping[str, Any]:
        if down and request.task == "extract_claims" and "Gazette" in request.user:
            raise ModelUnavailable("503", attempts=5)
        return teller(request)

    desk = parted(tmp_path, failing)
    index = await desk.run(across_stories=True, too_many=TooMany(number=1))
    assert (blaze(index).status, blaze(index).failed_articles, index.stopped) == ("incomplete", 1, None)
    down = False
    index = await desk.run(across_stories=True, retry_failed=True)
    assert (blaze(index).status, blaze(index).articles) == ("done", 3)


@pytest.mark.parametrize("killed", [False, True])
async def test_joining_asks_for_no_article_that_failed_in_a_part(
    tmp_path: Path, killed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does parting; a run that is to ask again does so once, also when one was killed before it had joined."""

    def failing(request: ModelRequest[Any]) -> Mapping[str, Any]:
        if request.task == "extract_claims" and "Gazette" in request.user:
            raise ModelUnavailable("503", attempts=5)
        return teller(request)

    def asked() -> int:
        return sum("Gazette" in r.user for r in desk.model.requests if r.task == "extract_claims")

    desk = parted(tmp_path, failing)
    if killed:
        await linked_and_killed(desk, monkeypatch)
        assert asked() == 1
    row = blaze(await desk.run(across_stories=True))
    assert (row.status, row.articles, row.failed_articles, asked()) == ("incomplete", 3, 1, 1)
    assert row.reasons == ("ModelUnavailable: 503",)
    row = blaze(await desk.run(across_stories=True, retry_failed=True))
    assert (row.status, row.failed_articles, asked()) == ("incomplete", 1, 2)
    put(desk, "mercury", "families", FACTS[2])
    index = await desk.run(across_stories=True)
    assert (len(index.stories), index.totals.failed_articles, asked()) == (3, 1, 2)


@pytest.mark.parametrize("again", [False, True])
async def test_a_run_that_joins_what_another_found_asks_for_what_failed_only_where_it_is_to(
    tmp_path: Path, again: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The parts failed in a run that was killed; the next one joins them without running them."""
    down = True

    def failing(request: ModelRequest[Any]) -> Mapping[str, Any]:
        if down and request.task == "extract_claims" and "Gazette" in request.user:
            raise ModelUnavailable("503", attempts=5)
        return teller(request)

    desk = parted(tmp_path, failing)
    await linked_and_killed(desk, monkeypatch)
    down, before = False, desk.asked
    row = blaze(await desk.run(across_stories=True, retry_failed=again))
    assert (row.status, row.failed_articles) == (("done", 0) if again else ("incomplete", 1))
    assert [r.task for r in desk.model.requests[before:]].count("extract_claims") == int(again)


async def test_a_person_who_rejects_what_joined_two_stories_parts_them(tmp_path: Path) -> None:
    """The decision on the pairs counts where the stories meet, so that they do not meet any more."""
    desk = parted(tmp_path)
    row = blaze(await desk.run(across_stories=True))
    report = read_report(desk.out / str(row.report))
    claims = report.claims()
    lone = next(article.id for article in report.articles if "mercury" in article.path)
    pairs = [j.key for j in report.judgements if sum(claims[id_].article_id == lone for id_ in j.key) == 1]
    decisions = tuple(
        Decision.model_validate({"target": "pair", "id": "|".join(pair), "decision": "reject"}) for pair in pairs
    )
    index = await desk.run(across_stories=True, decisions=decisions)
    assert sorted(row.articles for row in index.stories) == [1, 1, 2]
