"""Inference, its audit, and votes over a whole story, with a model of the tests' own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from factcheck.engine.local import LocalEngine
from factcheck.findings import Report
from factcheck.llm.base import ModelRequest
from factcheck.models import Article
from factcheck.pipeline import Input, Unwatched, check
from factcheck.settings import CheckSettings
from factcheck.stages.judging import sparing
from tests.support.means import RUN, means_of, reader
from tests.support.newsroom import asked_rows, newsroom
from tests.support.scripted import DictStore, ScriptedModel, article

PLACES = ("harbour", "market", "station", "church", "school", "bridge", "theatre", "mill", "tower", "square")
STORY = tuple(
    article([f"{toll} people died in Eastley, the {place} paper said."], publisher=f"{place} {toll}", path=f"{n}.txt")
    for n, (place, toll) in enumerate((place, toll) for place in PLACES for toll in (12, 16))
)
Answer = Callable[[ModelRequest[Any]], Mapping[str, Any]]


async def run(model: ScriptedModel, settings: CheckSettings, store: DictStore, *articles: Article) -> Report:
    """The report of these articles."""
    means = means_of(model, store, engine=LocalEngine(1))
    return await check(Input(articles=articles or STORY), means, settings, RUN, Unwatched())


def asked_pairs(model: ScriptedModel) -> int:
    """Pairs that the first reader was asked about, a pair asked twice twice."""
    requests = [request for request in model.requests if request.task == "judge_pairs"]
    return sum(len(others) for request in requests for _, others in asked_rows(request.user))


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> CheckSettings:
    """Settings under which the story counts as large: its pairs are ranked, and many enough for two rounds."""
    monkeypatch.setattr(sparing, "SPARED_FROM", 100)
    return CheckSettings(pairing="nearest")


def labels(report: Report) -> dict[tuple[str, str], str]:
    """Pair -> label."""
    return {j.key: j.label for j in report.judgements}


async def test_a_large_story_is_judged_by_a_part_of_its_pairs(large: CheckSettings) -> None:
    """With two tolls among twenty papers most pairs follow from others, and every label is as if it had been asked."""
    model, everything = ScriptedModel(reader), ScriptedModel(reader)
    spared = await run(model, large, DictStore())
    full = await run(everything, large.model_copy(update={"inference": False}), DictStore())
    assert labels(spared) == labels(full)
    assert asked_pairs(everything) == full.summary.pairs == 190
    assert spared.run.inference.spared == spared.summary.inferred == 190 - spared.summary.judged
    assert spared.run.inference.spared >= 95
    assert asked_pairs(model) == spared.summary.judged
    assert {tuple(sorted(fact.claims)) for fact in spared.facts} == {tuple(sorted(fact.claims)) for fact in full.facts}


async def test_a_second_run_of_a_large_story_asks_nothing(large: CheckSettings) -> None:
    """And gives the same report; and so does the story with its articles in another order."""
    store = DictStore()
    first = await run(ScriptedModel(reader), large, store)
    model = ScriptedModel(reader)
    again = await run(model, large, store, *STORY[::-1])
    assert model.requests == []
    assert again.model_dump(exclude={"run"}) == first.model_dump(exclude={"run"})


@pytest.mark.parametrize("turn", [1, 7, 13])
async def test_the_order_of_the_articles_changes_nothing(large: CheckSettings, turn: int) -> None:
    """Neither what is asked nor what is inferred: the same requests, the same report, from an empty cache."""
    model, other = ScriptedModel(reader), ScriptedModel(reader)
    first = await run(model, large, DictStore())
    turned = await run(other, large, DictStore(), *STORY[turn:], *STORY[:turn])
    assert [request.user for request in other.requests] == [request.user for request in model.requests]
    assert turned == first


async def test_what_does_not_follow_is_asked_after_all(large: CheckSettings) -> None:
    """When the pair that spoke for two groups is lost, the others of these groups are asked."""

    def loses_every_third(request: ModelRequest[Any]) -> Mapping[str, Any]:
        rows = newsroom(request.system, request.user)
        if request.task != "judge_pairs":
            return rows
        texts = dict(re.findall(r"^(\d+) \| .*the (\w+) paper", request.user, re.MULTILINE))
        kept = []
        for row in rows["rows"]:
            head, _, cells = row.partition(": ")
            left = [c for c in cells.split() if (len(texts[head]) + len(texts[re.findall(r"\d+", c)[0]])) % 3]
            kept.append(f"{head}: {' '.join(left)}")
        return {"rows": kept}

    report = await run(ScriptedModel(loses_every_third), large, DictStore())
    lost = [failure for failure in report.failures if failure.stage == "judging"]
    assert lost
    assert report.summary.pairs == 190
    assert report.run.inference.filled + report.summary.failed_pairs == len(lost)


def answers_all_but(words: str) -> Answer:
    """A reader that never answers the pair of the two claims that hold these words."""

    def answer(request: ModelRequest[Any]) -> Mapping[str, Any]:
        found = newsroom(request.system, request.user)
        if request.task != "judge_pairs":
            return found
        mute = set(re.findall(rf"^(\d+) \| .*(?:{words})", request.user, re.MULTILINE))
        rows = []
        for row in found["rows"]:
            head, _, cells = row.partition(": ")
            rows.append(f"{head}: {' '.join(c for c in cells.split() if not {head, c.rstrip('E')} <= mute)}")
        return {"rows": rows}

    return answer


async def test_a_failed_pair_whose_label_follows_is_filled_and_stays_a_failure() -> None:
    """Three papers agree; the pair that was not answered follows from the two others, and is told as both."""
    story = STORY[0], STORY[2], STORY[4]
    report = await run(ScriptedModel(answers_all_but("harbour|market")), CheckSettings(), DictStore(), *story)
    (filled,) = (j for j in report.judgements if j.how == "inferred")
    assert (filled.relation, filled.rule, len(filled.chain)) == ("equivalent", "different_passages", 2)
    assert [failure.subject for failure in report.failures] == [f"{filled.left}|{filled.right}"]
    assert report.run.inference.filled == 1
    s = report.summary
    assert (s.pairs, s.judged, s.inferred, s.failed_pairs) == (3, 2, 1, 0)
    off = CheckSettings(inference=False)
    report = await run(ScriptedModel(answers_all_but("harbour|market")), off, DictStore(), *story)
    assert (report.summary.inferred, report.summary.failed_pairs) == (0, 1)


async def test_the_audit_asks_about_what_was_inferred(large: CheckSettings) -> None:
    """A reader who is consistent agrees with every inferred label; a second run has paid for the audit, too."""
    settings, store = large.model_copy(update={"audit": 30}), DictStore()
    found = (await run(ScriptedModel(reader), settings, store)).run.inference
    assert (found.audited, found.unanswered, found.disagreed, found.low) == (30, 0, 0, 0.0)
    assert 0.1 < found.high < 0.12
    model = ScriptedModel(reader)
    assert (await run(model, settings, store)).run.inference == found
    assert model.requests == []


async def test_the_audit_tells_of_labels_that_the_model_would_not_give(large: CheckSettings) -> None:
    """A reader who says otherwise when asked for the audit makes those labels possible, and no fact of them."""
    asked: list[int] = []

    def turns_coat(request: ModelRequest[Any]) -> Mapping[str, Any]:
        if request.task == "judge_pairs":
            asked.append(1)
            if len(asked) > 2:
                rows = asked_rows(request.user)
                return {"rows": [f"{row}: {' '.join(f'{n}U' for n in others)}" for row, others in rows]}
        return newsroom(request.system, request.user)

    report = await run(ScriptedModel(turns_coat), large.model_copy(update={"audit": 10}), DictStore())
    assert (report.run.inference.audited, report.run.inference.disagreed) == (10, 10)
    doubted = [j for j in report.judgements if j.how == "inferred" and j.certainty == "possible"]
    assert len(doubted) == 10
    assert all("the model said unrelated" in (j.note or "") for j in doubted)


# -- votes ---------------------------------------------------------------------------------------


def fickle(against: set[int]) -> Answer:
    """A second reader who sees no contradiction in the readings with these numbers."""

    def answer(request: ModelRequest[Any]) -> Mapping[str, Any]:
        found = newsroom(request.system, request.user)
        if request.task != "confirm_conflict":
            return found
        number = re.search(r"^Reading (\d+)\.$", request.user, re.MULTILINE)
        if (int(number[1]) if number else 1) not in against:
            return found
        return {
            "pairs": [
                pair
                | {"r": "unrelated", "k": None, "n": None, "q": None, "aw": None, "bw": None, "why": "Other fires."}
                for pair in found["pairs"]
            ]
        }

    return answer


@pytest.mark.parametrize(
    ("against", "certainty", "note"),
    [
        (set(), "firm", "3 of 3 second readings found the contradiction"),
        ({1}, "firm", "2 of 3 second readings found the contradiction"),
        ({1, 3}, "possible", "1 of 3 second readings found the contradiction; a second reading found no"),
    ],
)
async def test_the_majority_of_the_readings_decides(against: set[int], certainty: str, note: str) -> None:
    """Three requests that differ, one count in the note; two against one make it possible only."""
    model = ScriptedModel(fickle(against))
    report = await run(model, CheckSettings(votes=3), DictStore(), *STORY[:2])
    (judgement,) = report.judgements
    assert (judgement.relation, judgement.certainty) == ("contradicts", certainty)
    assert (judgement.note or "").startswith(note)
    users = [request.user for request in model.requests if request.task == "confirm_conflict"]
    assert len(set(users)) == len(users) == 3


async def test_further_votes_cost_only_themselves() -> None:
    """A run with one reading asks what it always asked; with three, only the two others are asked."""
    store, model = DictStore(), ScriptedModel(reader)
    await run(ScriptedModel(reader), CheckSettings(), store, *STORY[:2])
    await run(model, CheckSettings(votes=3), store, *STORY[:2])
    assert [request.user.rsplit("\n", 1)[1] for request in model.requests] == ["Reading 2.", "Reading 3."]


async def test_a_lost_vote_makes_no_contradiction() -> None:
    """One reading for it, one against, one that nobody answered: not more than half of three, so it is possible."""

    def answer(request: ModelRequest[Any]) -> Mapping[str, Any]:
        found = fickle({2})(request)
        return {"pairs": []} if request.user.endswith("Reading 3.") else found

    report = await run(ScriptedModel(answer), CheckSettings(votes=3), DictStore(), *STORY[:2])
    (judgement,) = report.judgements
    assert judgement.certainty == "possible"
    assert [failure.stage for failure in report.failures] == ["confirmation"]
