"""What stays told while stories are joined and parted: parts stand until the joined story is through, no old dispute is
news, and nothing is called settled or gone that another story has."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from factcheck.batch import running
from factcheck.batch.bounds import TooMany
from factcheck.batch.links import Links
from factcheck.batch.planning import Selection
from factcheck.errors import AnswerDeferred, BudgetExceeded, ModelUnavailable
from factcheck.findings import Report
from factcheck.index import BatchIndex
from factcheck.llm.base import ModelRequest
from factcheck.models import Decision
from factcheck.pipeline import Input, check_story
from factcheck.reporting.batch_index.lines import news, rows_for_review
from factcheck.reporting.decided import decision_views
from factcheck.reporting.words.catalogue import words_in
from factcheck.review import read_review
from factcheck.runs import read_report
from tests.batch.desk import Desk, across
from tests.batch.parted import FACTS, blaze, linked_and_killed, parted, put, teller
from tests.batch.test_links import sparingly

SIXTEEN = "16 people died in the Eastley blaze."
NINE = "The Eastley blaze sank 9 fishing boats."
EIGHT = "Eastley harbour stays closed for 8 days."


def disputed(folder: Path, answer: Any = teller) -> Desk:
    """Two groups that claims join, one of which holds a dispute."""
    desk = parted(folder, answer)
    put(desk, "tribune", "families", FACTS[0], NINE)
    return desk


def lines(index: BatchIndex) -> list[tuple[str, bool]]:
    """Title of each dispute, and whether it is new."""
    return sorted((line.title, line.new) for row in index.stories for line in row.disputes)


async def apart_with_disputes(folder: Path, day: str = "2026-03-02") -> Desk:
    """Two stories of an earlier pass with a dispute each, one of them of that day, and two articles of today that show
    that they are one."""
    desk = Desk(folder, teller)
    put(desk, "herald", "quay", FACTS[0])
    put(desk, "gazette", "quay", SIXTEEN)
    put(desk, "mercury", "families", FACTS[2], day=day)
    put(desk, "post", "families", EIGHT, day=day)
    assert (await desk.run(across_stories=True)).totals.new_disputes == 2
    put(desk, "wire", "families", FACTS[0], FACTS[1], day=day)
    put(desk, "bulletin", "quay", FACTS[1])
    return desk


@pytest.mark.parametrize("error", [BudgetExceeded("--max-calls is reached", attempts=0), AnswerDeferred("by mail")])
async def test_parts_stand_until_the_story_that_they_make_is_through(
    tmp_path: Path, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With their disputes, reports, totals and counts, whatever holds the joined story up; it has the news then."""
    holds = True

    def held_up(request: ModelRequest[Any]) -> Mapping[str, Any]:
        if holds and any(note.startswith("joined") for note in desk.watch.notes):
            raise error
        return teller(request)

    desk = disputed(tmp_path, held_up)
    sparingly(desk, monkeypatch)
    index = await desk.run(across_stories=True)
    assert (index.totals.done, index.totals.articles, lines(index)) == (3, 6, [("How many boats?", True)])
    assert all(row.report and (desk.out / row.report / "report.json").is_file() for row in index.stories)
    assert (across(index).status, index.removed) == ("waiting", ())
    counts = desk.watch.last
    assert counts is not None
    assert (counts.stories, counts.found, counts.done, counts.articles, counts.disputes) == (3, 3, 3, 6, 1)
    one, other = [row for row in index.stories if row.articles > 1]
    assert {row.title: row.joins for row in index.stories if row.joins} == {
        one.title: (other.title,),
        other.title: (one.title,),
    }
    assert f"to be one story with {other.title}" in "".join(news(one, (), words_in("en")))
    holds = False
    index = await desk.run(across_stories=True)
    assert {row.joins for row in index.stories} == {()}
    assert (blaze(index).articles, lines(index)) == (5, [("How many boats?", True)])
    assert (index.totals.stories, index.totals.new, index.removed) == (2, 2, ())


@pytest.mark.parametrize("selection", [Selection(limit=0), Selection(since=dt.date(2027, 1, 1)), Selection(sample=0)])
async def test_what_is_linked_already_is_joined_whatever_is_selected(
    tmp_path: Path, selection: Selection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A killed run found the link; the next one may check little, but both parts are through: its index has the
    news, which is old in the one after that."""
    desk = disputed(tmp_path)
    await linked_and_killed(desk, monkeypatch)
    index = await desk.run(across_stories=True, selection=selection)
    assert (blaze(index).status, blaze(index).articles, lines(index)) == ("done", 4, [("How many boats?", True)])
    index = await desk.run(across_stories=True)
    assert (blaze(index).change, lines(index)) == ("unchanged", [("How many boats?", False)])


@pytest.mark.parametrize("selection", [Selection(since=dt.date(2027, 1, 1)), Selection(limit=0)])
async def test_parts_of_earlier_passes_are_joined_whatever_is_selected(tmp_path: Path, selection: Selection) -> None:
    """Nothing new is run, but what is compared for the first time is joined; each part is counted no more."""
    desk = disputed(tmp_path)
    await desk.run()
    index = await desk.run(across_stories=True, selection=selection)
    assert (blaze(index).articles, index.totals.waiting) == (4, 0)
    counts = desk.watch.last
    assert counts is not None
    assert (counts.stories, counts.found, counts.unchanged, counts.done, counts.articles) == (2, 2, 1, 1, 5)


async def test_an_article_that_comes_meanwhile_lets_the_joined_story_wait_beside_its_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who checks nothing sees what was found with its news, every article once, and that something waits; then it is
    one story of which the article alone is new."""
    desk = disputed(tmp_path)
    await linked_and_killed(desk, monkeypatch)
    put(desk, "wire", "quay", FACTS[0])
    index = await desk.run(across_stories=True, selection=Selection(limit=0))
    assert sorted((row.status, row.articles) for row in index.stories) == [("done", 1), ("done", 2), ("waiting", 3)]
    assert (lines(index), index.removed) == ([("How many boats?", True)], ())
    assert len({row.title for row in index.stories}) == 3
    (waits,) = [row for row in index.stories if row.status == "waiting"]
    assert waits.reason.facts == ()
    assert sorted(Path(path).stem for path in waits.new_articles) == ["mercury", "tribune", "wire"]
    index = await desk.run(across_stories=True)
    assert (blaze(index).articles, len(blaze(index).new_articles), blaze(index).change) == (5, 1, "changed")
    assert (lines(index), index.removed, index.totals.stories) == ([("How many boats?", False)], (), 2)


async def test_a_joined_story_that_fails_takes_nothing_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its row says so; what its parts had found stays, for as many passes as it takes, and is no news after that."""
    desk = await apart_with_disputes(tmp_path)

    async def failing(given: Input, *rest: Any) -> Report:
        if len(given.articles) > 3:
            raise RuntimeError
        return await check_story(given, *rest)

    with monkeypatch.context() as now:
        now.setattr(running, "check_story", failing)
        for _ in range(2):
            index = await desk.run(across_stories=True)
            assert [(row.status, row.articles) for row in index.stories] == [("failed", 3), ("done", 3)]
            assert lines(index) == [("How many Eastley?", False), ("How many days?", False)]
            assert (index.removed, index.stopped) == ((), None)
    index = await desk.run(across_stories=True, retry_failed=True, selection=Selection(limit=0))
    assert [(row.status, row.articles) for row in index.stories] == [("waiting", 3), ("done", 3)]
    index = await desk.run(across_stories=True, retry_failed=True)
    (row,) = index.stories
    assert (row.status, row.articles, row.gone_articles) == ("done", 6, ())
    assert (lines(index), index.removed) == ([("How many Eastley?", False), ("How many days?", False)], ())


async def test_a_part_that_stands_beside_the_story_it_belongs_to_joins_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A third story that reports the same is told beside both; then there is the whole, each article once."""
    desk = disputed(tmp_path)
    await linked_and_killed(desk, monkeypatch)
    put(desk, "wire", "quay", FACTS[0])
    put(desk, "radio", "tax", FACTS[0], FACTS[1], day="2026-03-01")
    (desk.root / "echo.txt").unlink()
    index = await desk.run(across_stories=True, selection=Selection(limit=1))
    assert sorted((row.status, row.articles) for row in index.stories) == [("done", 1), ("done", 2), ("waiting", 3)]
    assert sum(finding.relation == "supports" for finding in across(index).findings) >= 2
    index = await desk.run(across_stories=True)
    assert (blaze(index).status, index.totals.articles, index.totals.waiting, index.removed) == ("done", 6, 0, ())


async def test_what_is_said_to_be_one_but_is_not_planned_so_ends_the_joining(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the links say: a pass ends."""
    monkeypatch.setattr(Links, "find", lambda *_: True)
    index = await parted(tmp_path).run(across_stories=True)
    assert (index.totals.stories, index.totals.done, index.stopped) == (3, 3, None)


@pytest.mark.parametrize("day", ["2026-03-01", "2026-03-03"])
async def test_a_joined_story_that_failed_and_is_parted_again_leaves_each_part_what_it_was(
    tmp_path: Path, day: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the articles of today there are the two stories of before, each in its place with its old dispute."""
    desk = await apart_with_disputes(tmp_path, day)

    def places(index: BatchIndex) -> list[tuple[str, list[str]]]:
        return sorted((row.key, [line.title for line in row.disputes]) for row in index.stories)

    async def failing(given: Input, *rest: Any) -> Report:
        if len(given.articles) > 3:
            raise RuntimeError
        return await check_story(given, *rest)

    before = await desk.run(selection=Selection(limit=0))
    with monkeypatch.context() as now:
        now.setattr(running, "check_story", failing)
        assert (await desk.run(across_stories=True)).totals.failed == 1
    for name in ("wire", "bulletin"):
        (desk.root / f"{name}.txt").unlink()
    index = await desk.run(across_stories=True)
    assert places(index) == places(before)
    assert (index.totals.done, index.totals.articles, index.totals.new_disputes, index.removed) == (2, 4, 0, ())


async def test_one_pair_that_fails_does_not_keep_others_apart(tmp_path: Path) -> None:
    """The comparison is incomplete, and what it shows to be one story is one."""

    def failing(request: ModelRequest[Any]) -> Mapping[str, Any]:
        between = request.task == "judge_pairs" and any("comparing" in note for note in desk.watch.notes)
        if between and "Lesk" in request.user:
            raise ModelUnavailable("503", attempts=5)
        return teller(request)

    desk = parted(tmp_path, failing)
    put(desk, "lesk", "tax", "The Lesk road was closed to 41 lorries after the Eastley blaze.")
    index = await desk.run(across_stories=True)
    assert (across(index).status, blaze(index).articles) == ("incomplete", 3)


async def test_a_damaged_report_is_told_with_its_remedy_and_only_where_it_counts(tmp_path: Path) -> None:
    """That of a story which waits is not read; that of another is named with what helps."""
    desk = Desk(tmp_path, teller)
    put(desk, "herald", "quay", FACTS[0], FACTS[1])
    put(desk, "gazette", "quay", FACTS[0])
    put(desk, "mercury", "families", FACTS[0])
    put(desk, "echo", "tax", "The Lesk road was closed to 40 lorries.")
    first = await desk.run(across_stories=True)
    row = next(row for row in first.stories if row.articles == 2)
    put(desk, "herald", "quay", FACTS[0], FACTS[2])
    (desk.out / str(row.report) / "report.json").write_text("{", encoding="utf-8")
    index = await desk.run(across_stories=True, selection=Selection(limit=0))
    assert [row.status for row in index.stories].count("waiting") == 1
    other = next(row for row in first.stories if "mercury" in str(row.new_articles))
    (desk.out / str(other.report) / "report.json").write_text("{", encoding="utf-8")
    assert (await desk.run(across_stories=True)).totals.done == 3


async def test_a_contradiction_that_was_told_between_two_stories_is_no_new_dispute_of_the_one(tmp_path: Path) -> None:
    """Told by the pairs of claims behind it, for a dispute may have another title."""
    desk = Desk(tmp_path, teller)
    put(desk, "herald", "quay", FACTS[0])
    put(desk, "mercury", "families", SIXTEEN, FACTS[2])
    first = await desk.run(across_stories=True)
    assert [found.new for found in across(first).findings] == [True]
    put(desk, "gazette", "quay", FACTS[1])
    put(desk, "post", "families", FACTS[1], EIGHT)
    index = await desk.run(across_stories=True)
    assert (blaze(index).articles, lines(index)) == (4, [("How many Eastley?", False), ("How many days?", True)])


async def test_a_contradiction_is_no_news_after_one_of_its_stories_waited(tmp_path: Path) -> None:
    """Also when others were compared meanwhile, or when it was told in the story that both are by then."""
    desk = Desk(tmp_path, teller)
    put(desk, "herald", "quay", FACTS[0])
    put(desk, "mercury", "families", SIXTEEN, FACTS[2])
    put(desk, "echo", "tax", EIGHT)
    assert {found.new for found in across(await desk.run(across_stories=True)).findings} == {True}
    put(desk, "gazette", "quay", FACTS[0])
    for _ in range(2):
        index = await desk.run(across_stories=True, selection=Selection(limit=0))
        assert index.totals.waiting == 1
    index = await desk.run(across_stories=True)
    assert [found.new for found in across(index).findings] == [False, False]
    put(desk, "post", "families", FACTS[1])
    put(desk, "wire", "quay", FACTS[1])
    await desk.run(across_stories=True, selection=Selection(limit=1))
    index = await desk.run(across_stories=True)
    assert (blaze(index).articles, ("How many Eastley?", False) in lines(index)) == (5, True)


@pytest.mark.parametrize("corrected", [True, False])
async def test_a_story_that_is_parted_leaves_its_history_to_both(tmp_path: Path, corrected: bool) -> None:
    """Because a link fell, or for one run without the comparison: the old dispute is no news where it is now, nor
    settled where it was, and no file is called gone that is there; and joined again it is no news either."""
    desk = parted(tmp_path)
    put(desk, "post", "families", "8 people died in the Eastley blaze.")
    assert [new for _, new in lines(await desk.run(across_stories=True))] == [True]
    if corrected:
        put(desk, "mercury", "families", FACTS[0], FACTS[2])
    index = await desk.run(across_stories=corrected)
    assert sorted(row.articles for row in index.stories) == [1, 2, 2]
    assert [new for _, new in lines(index)] == [False]
    assert {row.change for row in index.stories if row.articles == 2} == {"changed"}
    rows = [row for row in index.stories if row.articles == 2]
    told = [(row.settled, row.gone_articles, row.new_articles, row.edited_articles) for row in rows]
    corrections = tuple(str(path) for path in [desk.root / "mercury.txt"] if corrected)
    assert sorted(told) == sorted([((), (), (), ()), ((), (), (), corrections)])
    assert (index.totals.new, index.removed) == (0, ())
    put(desk, "mercury", "families", FACTS[0], FACTS[1], FACTS[2])
    index = await desk.run(across_stories=True)
    assert (blaze(index).articles, [new for _, new in lines(index)]) == (4, [False])


async def test_a_decision_on_a_dispute_of_any_part_counts_in_the_joined_story(tmp_path: Path) -> None:
    """Also where its claims are others by then, so that it goes by its title."""
    desk = await apart_with_disputes(tmp_path)
    before = await desk.run(selection=Selection(limit=0))
    found = [line for row in before.stories for line in row.disputes]
    decisions = tuple(
        Decision.model_validate({"target": "dispute", "id": line.id, "decision": "reject", "left_text": line.title})
        for line in found
    )
    put(desk, "radio", "quay", SIXTEEN)
    put(desk, "telegraph", "families", EIGHT)
    index = await desk.run(across_stories=True, decisions=decisions)
    (row,) = index.stories
    assert (row.articles, row.disputes, index.unmet) == (8, (), ())


@pytest.mark.parametrize("seen_first", [False, True])
async def test_a_decision_on_a_contradiction_is_carried_over_to_the_story_that_both_are(
    tmp_path: Path, seen_first: bool
) -> None:
    """Whether a run honoured it between the two before or it comes with the run that joins them: all by which the two
    facts contradict each other counts as rejected, with who said so; and it counts on when articles come."""
    desk = Desk(tmp_path, teller)
    put(desk, "herald", "quay", FACTS[0])
    put(desk, "mercury", "families", SIXTEEN, FACTS[2])
    (found,) = across(await desk.run(across_stories=True)).findings
    written = {"target": "dispute", "id": found.id, "decision": "reject", "reviewer": "Ada"}
    decisions = (Decision.model_validate(written),)
    if seen_first:
        assert across(await desk.run(across_stories=True, decisions=decisions)).findings == ()
    for name, opening in (("gazette", "quay"), ("post", "families")):
        put(desk, name, opening, *FACTS[:2], FACTS[2])
    for articles in (4, 5):
        index = await desk.run(across_stories=True, decisions=decisions)
        row = blaze(index)
        assert (row.articles, row.decided, index.unmet) == (articles, (found.id,), ())
        assert "How many Eastley?" not in [line.title for line in row.disputes]
        (told,) = read_report(desk.out / str(row.report)).decisions
        assert (told.target, told.id, told.fate, told.left_text) == (
            "dispute",
            found.id,
            "carried",
            "How many Eastley?",
        )
        (line,) = decision_views(read_report(desk.out / str(row.report)), words_in("en"))
        assert "Decided upon between two stories" in line.notes[0]
        put(desk, "wire", "quay", FACTS[0])
    index = await desk.run(across_stories=True)
    assert "How many Eastley?" in [line.title for row in index.stories for line in row.disputes]


async def test_a_decision_on_a_contradiction_counts_when_one_of_its_facts_is_told_again(tmp_path: Path) -> None:
    """The fact has another id with its new claim, and so has the contradiction."""
    desk = Desk(tmp_path, teller)
    put(desk, "herald", "quay", FACTS[0])
    put(desk, "mercury", "families", SIXTEEN, FACTS[2])
    (found,) = across(await desk.run(across_stories=True)).findings
    decisions = (Decision.model_validate({"target": "dispute", "id": found.id, "decision": "reject"}),)
    put(desk, "gazette", "quay", FACTS[0])
    index = await desk.run(across_stories=True, decisions=decisions)
    assert (across(index).findings, index.unmet) == ((), ())
    assert [(d.id, d.fate) for d in across(index).decisions] == [(found.id, "carried")]
    (now,) = across(await desk.run(across_stories=True)).findings
    assert now.id != found.id


async def test_what_a_person_rejected_between_two_stories_is_no_dispute_of_the_one(tmp_path: Path) -> None:
    """By the rows that the index offers: they hold while the stories are apart, and when claims have joined them."""
    desk = Desk(tmp_path, teller)
    put(desk, "herald", "quay", FACTS[0])
    put(desk, "mercury", "families", SIXTEEN, FACTS[2])
    (found,) = across(await desk.run(across_stories=True)).findings
    file = tmp_path / "review.csv"
    file.write_text(f"target,id,decision,reviewer\n{rows_for_review(found)}\n", encoding="utf-8")
    decisions = read_review(file)
    assert across(await desk.run(across_stories=True, decisions=decisions)).findings == ()
    for name, opening in (("gazette", "quay"), ("post", "families")):
        put(desk, name, opening, FACTS[1], FACTS[2])
    index = await desk.run(across_stories=True, decisions=decisions)
    assert (blaze(index).articles, blaze(index).disputes, index.unmet) == (4, (), ())


async def test_what_failed_in_a_part_before_does_not_count_for_the_bound_of_this_run(tmp_path: Path) -> None:
    """The joined story has the failed article of a part that no run checks now; that is no failure of this run."""

    def failing(request: ModelRequest[Any]) -> Mapping[str, Any]:
        if request.task == "extract_claims" and "Gazette" in request.user:
            raise ModelUnavailable("503", attempts=5)
        return teller(request)

    desk = parted(tmp_path, failing)
    await desk.run()
    index = await desk.run(across_stories=True, too_many=TooMany(number=0))
    assert (blaze(index).failed_articles, index.stopped) == (1, None)
