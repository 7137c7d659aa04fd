"""Which parts claims join and part again, in what order they come, and what is asked and remembered for it."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from factcheck.batch import filing, links, neighbours, weighing
from factcheck.batch.fingerprints import made_with
from factcheck.batch.joining import Link, linked
from factcheck.batch.planning import Part, Selection
from factcheck.batch.spool import Spool
from factcheck.index import StoryRow
from factcheck.llm.base import ModelRequest
from factcheck.models import Decision
from factcheck.runs import read_report
from factcheck.stages.aggregation.report import facts_among
from tests.batch.desk import Desk, across
from tests.batch.parted import FACTS, blaze, moved, parted, put, shape, teller
from tests.support.means import RUN

SEED = 4
"""Of a sample that holds both parts of the blaze."""


@pytest.mark.parametrize(
    "order", [("herald", "mercury", "echo"), ("mercury", "echo", "herald"), ("herald", "echo", "mercury")]
)
async def test_the_order_of_arrival_says_nothing(tmp_path: Path, order: tuple[str, ...]) -> None:
    """A roundup goes to the event with which it has more in common, also where it was in another one before."""
    told = {
        "herald": ("quay", moved(0, 1, 2, 3, 4, 5)),
        "mercury": ("families", moved(0, 1, 6, 7, 8, 9)),
        "echo": ("vigil", moved(6, 7, 8, 9, 12, 13)),
    }
    desk = Desk(tmp_path, teller)
    for name in order[:2]:
        put(desk, name, told[name][0], *told[name][1])
    await desk.run(across_stories=True)
    put(desk, order[2], told[order[2]][0], *told[order[2]][1])
    index = await desk.run(across_stories=True)
    assert sorted(row.articles for row in index.stories) == [1, 2]
    assert blaze(index).reason.facts == tuple(moved(6, 7, 8))
    assert (index.removed, index.totals.articles) == ((), 3)
    counts = desk.watch.last
    assert counts is not None
    assert (counts.stories, counts.found, counts.done + counts.unchanged, counts.articles) == (2, 2, 2, 3)
    came = shape(desk, index)
    desk.out = tmp_path / "fresh"
    desk.out.mkdir()
    assert shape(desk, await desk.run(across_stories=True)) == came
    asked = desk.asked
    assert shape(desk, await desk.run(across_stories=True)) == came
    assert desk.asked == asked


async def fresh(desk: Desk) -> list[object]:
    """What a batch that knows nothing of earlier passes makes of the same articles, with the same answers."""
    known, desk.out = desk.out, desk.out.parent / "fresh"
    desk.out.mkdir()
    made = shape(desk, await desk.run(across_stories=True))
    desk.out = known
    return made


@pytest.mark.parametrize("beside", [False, True])
async def test_a_part_that_grows_inside_its_story_is_weighed_as_it_is_now(tmp_path: Path, beside: bool) -> None:
    """Of what it tells by now two facts are too little, so that there are two stories as in a fresh run, also where
    the joined one was the only story; that costs no question, and a line says it."""
    desk = Desk(tmp_path, teller)
    put(desk, "herald", "quay", *moved(0, 1))
    put(desk, "mercury", "families", *moved(0, 1, *range(8, 14)))
    if beside:
        put(desk, "echo", "tax", "The Lesk road was closed to 40 lorries.")
    assert blaze(await desk.run(across_stories=True)).articles == 2
    put(desk, "gazette", "quay", *moved(*range(8)))
    index = await desk.run(across_stories=True)
    assert sorted(row.articles for row in index.stories) == [1] * (1 + beside) + [2]
    assert sum("is a story of its own again" in note for note in desk.watch.notes) == 2
    asked, came = desk.asked, shape(desk, index)
    assert await fresh(desk) == came
    assert shape(desk, await desk.run(across_stories=True)) == came
    assert desk.asked == asked


async def test_why_articles_are_one_is_told_as_it_is_now(tmp_path: Path) -> None:
    """A story that stays what it is names what its parts have in common by now, in the pass that found it."""
    desk = Desk(tmp_path, teller)
    put(desk, "herald", "quay", *moved(0, 1))
    put(desk, "mercury", "families", *moved(0, 1, 2))
    assert blaze(await desk.run(across_stories=True)).reason.facts == tuple(moved(0, 1))
    put(desk, "gazette", "quay", *moved(2))
    index = await desk.run(across_stories=True)
    assert blaze(index).reason.facts == tuple(moved(0, 1, 2))
    assert shape(desk, await desk.run(across_stories=True)) == shape(desk, index) == await fresh(desk)


async def test_a_part_is_weighed_by_its_own_articles_alone(tmp_path: Path) -> None:
    """What the other part tells as well makes none of its facts more of a chief one."""
    desk = Desk(tmp_path, teller)
    put(desk, "herald", "quay", *moved(0, 1, 2, 3, 4, 5))
    put(desk, "mercury", "families", *moved(0, 1, 2, 3, 6, 7))
    row = blaze(await desk.run(across_stories=True))
    report = read_report(desk.out / str(row.report))
    (alone,) = ({article.id} for article in report.articles if "herald" in article.path)
    facts = facts_among(report, alone)
    assert sorted(fact.text for fact in facts) == sorted(moved(0, 1, 2, 3, 4, 5))
    assert {len(fact.claims) for fact in facts} == {1}
    assert facts_among(report, {article.id for article in report.articles}) == report.facts
    desk.out = tmp_path / "alone"
    desk.out.mkdir()
    (desk.root / "mercury.txt").unlink()
    (row,) = (await desk.run()).stories
    assert facts == read_report(desk.out / str(row.report)).facts


async def test_a_decision_about_something_else_parts_nothing(tmp_path: Path) -> None:
    """Nor does any part of the story run again for it."""
    desk = parted(tmp_path)
    first = await desk.run(across_stories=True)
    told = len(desk.watch.rows)
    decisions = tuple(
        Decision.model_validate({"target": target, "id": "nothing|here", "decision": "reject", "left_text": "Nothing."})
        for target in ("pair", "dispute", "fact")
    )
    index = await desk.run(across_stories=True, decisions=decisions)
    assert shape(desk, index) == shape(desk, first)
    assert {row.articles for row in desk.watch.rows[told:]} == {3, 1}


async def test_what_joining_asks_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The most alike parts come first, and of all parts their first facts before the rest."""
    desk = Desk(tmp_path, teller)
    for name, opening in (("herald", "quay"), ("mercury", "families"), ("echo", "vigil")):
        put(desk, name, opening, *moved(0, 1, 2, 3, 4, 5))
    chosen = list[int]()

    async def wanted(self: links.Links, *asked: Any) -> tuple[tuple[str, str], ...]:
        pairs = await real(self, *asked)
        chosen.append(len(pairs))
        return pairs

    real = links.Links.wanted
    monkeypatch.setattr(links.Links, "wanted", wanted)
    monkeypatch.setattr(weighing, "linked", lambda *_: {})
    for most in (15, 16, 32, 51, 52, 71, 72, 1_000):
        monkeypatch.setattr(links, "FEWEST", most)
        await desk.run(across_stories=True)
    assert chosen == [0, 16, 32, 32, 52, 52, 72, 72]


async def test_a_sample_is_the_same_after_its_stories_were_joined(tmp_path: Path) -> None:
    """No further story comes in because two of it are one now."""
    desk = parted(tmp_path)
    put(desk, "post", "vigil", "The Lesk vigil lasted 3 days.")
    found = []
    for _ in range(3):
        index = await desk.run(across_stories=True, selection=Selection(sample=3, seed=SEED))
        found.append([(row.articles, row.status) for row in index.stories])
    assert blaze(index).articles == 3
    assert found[0] == found[1] == found[2]
    assert sum(status == "waiting" for _, status in found[0]) == 1


async def test_long_stories_that_share_a_few_facts_are_two(tmp_path: Path) -> None:
    """What further facts share says nothing while the chief ones are about other things."""
    desk = Desk(tmp_path, teller)
    put(desk, "herald", "quay", *moved(*range(10)))
    put(desk, "gazette", "quay", *moved(*range(8)))
    put(desk, "mercury", "families", *moved(8, 9, *range(10, 14), 0))
    put(desk, "post", "families", *moved(8, 9, *range(10, 14)))
    index = await desk.run(across_stories=True)
    assert [row.articles for row in index.stories] == [2, 2]
    assert len(across(index).findings) >= 1


@pytest.mark.parametrize(("background", "together"), [(False, True), (True, False)])
async def test_only_core_claims_are_weighed(tmp_path: Path, background: bool, together: bool) -> None:
    """What is background in both neither joins nor counts among the facts of a part."""

    def telling(request: ModelRequest[Any]) -> Mapping[str, Any]:
        answer = teller(request)
        for group in answer.get("groups", ()):
            for claim in group["claims"]:
                claim["k"] = ("Eastley" in claim["x"] and "moved" not in claim["x"]) != background
        return answer

    desk = Desk(tmp_path, telling)
    put(desk, "herald", "quay", *FACTS[:2], *moved(0, 1, 2, 3, 4, 5))
    put(desk, "mercury", "families", *FACTS[:2], *moved(6, 7, 8, 9, 10, 11))
    index = await desk.run(across_stories=True)
    assert len(index.stories) == (1 if together else 2)


async def test_of_a_link_whose_article_is_gone_nothing_is_kept_when_others_are_found(tmp_path: Path) -> None:
    """What is remembered is about what is there."""
    desk = parted(tmp_path)
    await desk.run(across_stories=True)
    (desk.root / "mercury.txt").unlink()
    put(desk, "post", "families", FACTS[0], FACTS[1])
    index = await desk.run(across_stories=True)
    there = {article.id for article in read_report(desk.out / str(blaze(index).report)).articles}
    with Spool(desk.out) as spool:
        (link,) = links.Links(desk.out, spool, made_with(RUN)).known()
    assert {id_ for side in link.whole for id_ in side} == there


async def test_a_story_that_was_there_gives_its_key_to_the_joined_one(tmp_path: Path) -> None:
    """However many articles the part has that came in this pass."""
    desk = Desk(tmp_path, teller)
    put(desk, "herald", "quay", FACTS[0], FACTS[1])
    (old,) = (await desk.run(across_stories=True)).stories
    for name in ("mercury", "post", "wire"):
        put(desk, name, "families", FACTS[0], FACTS[1])
    (row,) = (await desk.run(across_stories=True)).stories
    assert (row.key, row.articles, row.change) == (old.key, 4, "changed")


async def test_a_report_that_somebody_took_away_meanwhile_is_not_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its parts are compared with nothing, and nothing breaks."""
    desk, asked = parted(tmp_path), list[int]()
    real = links.Links.wanted

    async def wanted(self: links.Links, stories: weighing.Parts, rows: Mapping[str, StoryRow], *stopping: Any) -> Any:
        if not asked:
            report = next(row.report for row in rows.values() if row.articles == 2)
            shutil.rmtree(desk.out / str(report))
        asked.append(len(await real(self, stories, rows, *stopping)))
        return ()

    monkeypatch.setattr(links.Links, "wanted", wanted)
    index = await desk.run(across_stories=True)
    assert asked == [0]
    assert [row.reason.facts for row in index.stories] == [()] * 3


async def test_pairs_that_joining_asks_for_are_not_called_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the bound on the others is: what was compared and what was not are all that are near."""
    monkeypatch.setattr(weighing, "linked", lambda *_: {})
    every = across(await parted(tmp_path).run(across_stories=True))
    assert every.left_out == 0
    monkeypatch.setattr(neighbours, "SHARE", 0.0)
    monkeypatch.setattr(neighbours, "FEWEST", 0)
    (tmp_path / "again").mkdir()
    bounded = across(await parted(tmp_path / "again").run(across_stories=True))
    assert bounded.pairs + bounded.left_out == every.pairs


async def test_of_facts_those_that_most_articles_tell_are_compared_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often one article says another: what two articles of one outlet tell comes before it."""
    desk = Desk(tmp_path, teller)
    often = [f"10 lamps were moved at Eastley{when}." for when in ("", " that day", " by noon")]
    for name, facts in (("first", [*often, *moved(1)]), ("second", moved(1))):
        desk.put(f"{name}.txt", f"Publisher: Herald\n\n{' '.join(facts)}")
    (row,) = (await desk.run(group_by="none")).stories
    report = read_report(desk.out / str(row.report))
    assert [len(fact.claims) for fact in report.facts] == [3, 2]
    articles = {article.id for article in report.articles}
    monkeypatch.setattr(weighing, "CHIEF", 1)
    (told,) = weighing.chief_facts(report, articles).values()
    assert told.keys() == articles


@pytest.mark.parametrize(("factor", "stays"), [(0.5, True), (1.25, False)])
async def test_of_two_links_of_the_same_parts_the_stronger_one_stays(
    tmp_path: Path, factor: float, stays: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that joining ends, whatever the report of the joined story says of its parts."""
    desk = parted(tmp_path)
    await desk.run(across_stories=True)

    def weighed(*given: Any) -> dict[tuple[int, int], Link]:
        found = linked(*given)
        return {pair: link.model_copy(update={"strength": link.strength * factor}) for pair, link in found.items()}

    monkeypatch.setattr(weighing, "linked", weighed)
    with Spool(desk.out) as spool:
        known = links.Links(desk.out, spool, made_with(RUN))
        (before,) = known.known()
        kept = known._kept().model_copy(update={"weighed": frozenset()})
        spool.state(links._LINKS, kept.model_dump_json())
    await desk.run(across_stories=True)
    with Spool(desk.out) as spool:
        (now,) = links.Links(desk.out, spool, made_with(RUN)).known()
    assert now.strength == before.strength * (1 if stays else factor)


async def test_reports_are_read_when_there_is_something_to_learn_from_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is compared is chosen anew when a story was checked again, and only parts that share enough are weighed."""
    desk, given, read = Desk(tmp_path, teller), list[tuple[Any, dict[str, StoryRow]]](), list[str]()
    put(desk, "herald", "quay", *moved(0, 1))
    put(desk, "mercury", "families", *moved(0, 2))
    wanted, report_of = links.Links.wanted, filing.report_of

    async def noted(self: links.Links, stories: weighing.Parts, rows: Mapping[str, StoryRow], *rest: Any) -> Any:
        given.append((stories, dict(rows)))
        return await wanted(self, stories, rows, *rest)

    def counted(folder: Path, row: StoryRow) -> Any:
        read.append(row.key)
        return report_of(folder, row)

    monkeypatch.setattr(links.Links, "wanted", noted)
    (found,) = across(await desk.run(across_stories=True)).findings
    monkeypatch.setattr(filing, "report_of", counted)
    ((stories, rows),) = given
    with Spool(desk.out) as spool:
        known = links.Links(desk.out, spool, made_with(RUN))
        assert len(await wanted(known, stories, rows, lambda: False)) == 4
        assert read == []
        for key, row in rows.items():
            rows[key] = row.model_copy(update={"checked_at": dt.datetime(2026, 3, 2, tzinfo=dt.UTC)})
        await wanted(known, stories, rows, lambda: False)
        assert sorted(read) == sorted(rows)
        assert not known.find([found], stories, rows)
        assert len(read) == 2
        known.find([found, found.model_copy(update={"id": "another"})], stories, rows)
        assert len(read) == 4


async def test_what_nothing_happened_to_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A joined story is weighed once, whatever else comes in; and again when it has grown."""
    desk, read = parted(tmp_path), list[str]()
    joined = blaze(await desk.run(across_stories=True))
    report_of = filing.report_of

    def counted(folder: Path, row: StoryRow) -> Any:
        read.append(row.key)
        return report_of(folder, row)

    monkeypatch.setattr(filing, "report_of", counted)
    put(desk, "post", "tax", "The Lesk road was closed to 41 lorries.")
    assert blaze(await desk.run(across_stories=True)).key == joined.key
    assert joined.key not in read
    put(desk, "wire", "families", FACTS[0])
    assert blaze(await desk.run(across_stories=True)).articles == 4
    assert read.count(joined.key) == 2


def test_the_most_alike_parts_come_first() -> None:
    """Each two once, those of one story too, and not what has no report."""
    there = {
        "a": (_part("1", ("3", 0.1), ("4", 0.2)), _part("2", ("1", 0.05))),
        "b": (_part("3", ("1", 0.1), ("5", 0.24)),),
        "c": (_part("4", ("1", 0.2)),),
        "d": (_part("5", ("3", 0.24)),),
    }
    first, second, third = (("b", 0), ("d", 0)), (("a", 0), ("c", 0)), (("a", 0), ("b", 0))
    inside = ("a", 0), ("a", 1)
    assert weighing.nearly(there, there.keys()) == [first, second, third, inside]
    assert weighing.nearly(there, {"a", "b", "c"}) == [second, third, inside]


def _part(article: str, *near: tuple[str, float]) -> Part:
    others, alike = zip(*near, strict=True)
    return Part(anchor=article, articles=(article,), near=others, alike=alike)
