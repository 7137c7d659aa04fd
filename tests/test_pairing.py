"""The pairs of a story in several languages, from articles to the report, with a model of the tests' own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from factcheck.errors import BudgetExceeded, EndpointError
from factcheck.findings import Report
from factcheck.llm.base import ModelRequest
from factcheck.models import Article
from factcheck.pipeline import Input, Unwatched, check
from factcheck.pipeline.pairing import plan_pairs
from factcheck.prompts import load
from factcheck.settings import CheckSettings
from factcheck.stages.extraction.stage import extract
from tests.support.means import RUN, means_of
from tests.support.newsroom import newsroom
from tests.support.scripted import DictStore, ScriptedModel, article

HERALD = article(["12 people died in the Eastley fire."], publisher="Herald", path="h.txt", language="en")
CORRIERE = article(["Il rogo ha ucciso 12 uomini a Porto."], publisher="Corriere", path="c.txt", language="it")
BOTE = article(["Beim Brand sind 16 umgekommen."], publisher="Bote", path="b.txt", language="de")
STORY = (HERALD, CORRIERE, BOTE)
GISTS = {"rogo": "12 people died in the Porto fire.", "Brand": "16 people died in the fire."}
NEAREST = CheckSettings(pairing="nearest")


def reader(request: ModelRequest[Any]) -> Mapping[str, Any]:
    """The newsroom, which also writes gists."""
    if request.system != load("gist_claims").text:
        return newsroom(request.system, request.user)
    rows = [row for row in request.user.splitlines() if row[:1].isdigit() and " | " in row]
    return {"gists": [f"{row.split(' |')[0]}: {next(g for w, g in GISTS.items() if w in row)}" for row in rows]}


def asked_for_gists(model: ScriptedModel) -> int:
    """How many requests asked for gists."""
    return sum(request.task == "gist_claims" for request in model.requests)


async def run(
    model: ScriptedModel, settings: CheckSettings, store: DictStore | None = None, articles: tuple[Article, ...] = STORY
) -> Report:
    """The report of the story."""
    return await check(Input(articles=articles), means_of(model, store or DictStore()), settings, RUN, Unwatched())


async def test_a_small_story_asks_for_no_gists() -> None:
    """All pairs are judged anyway."""
    model = ScriptedModel(reader)
    report = await run(model, CheckSettings())
    assert asked_for_gists(model) == 0
    assert report.run.rules == {"different_passages": 3}


async def test_ranked_claims_meet_by_their_gists_and_the_report_says_so() -> None:
    """Claims in three languages are paired by gists that are asked for in one request, and kept for the next run."""
    model, store = ScriptedModel(reader), DictStore()
    report = await run(model, NEAREST, store)
    assert asked_for_gists(model) == 1
    assert {rule for j in report.judgements for rule in (j.rule, *j.also)} >= {"nearest_gist"}
    assert len(report.judgements) == 3
    again = await run(model, NEAREST, store)
    assert asked_for_gists(model) == 1
    assert again.run.usage.cache_hits == report.run.usage.cache_hits + 10
    assert again.judgements == report.judgements


@pytest.mark.parametrize("settings", [NEAREST.model_copy(update={"gists": False}), NEAREST])
async def test_no_gists_are_asked_for_when_they_are_off_or_all_articles_are_in_one_language(
    settings: CheckSettings,
) -> None:
    """The setting is obeyed, and one language needs no bridge."""
    model = ScriptedModel(reader)
    articles = STORY if not settings.gists else tuple(a.model_copy(update={"language": "it"}) for a in STORY)
    await run(model, settings, articles=articles)
    assert asked_for_gists(model) == 0


async def test_failed_gists_are_failures_and_the_words_still_pair() -> None:
    """The report names each claim that got no gist and tells that it was paired by its own words alone."""

    def without_gists(request: ModelRequest[Any]) -> Mapping[str, Any]:
        if request.task == "gist_claims":
            raise BudgetExceeded("--max-calls 3 is reached")
        return reader(request)

    report = await run(ScriptedModel(without_gists), NEAREST)
    assert [failure.stage for failure in report.failures] == ["blocking", "blocking"]
    assert {failure.subject for failure in report.failures} <= set(report.claims())
    assert any("by their own words alone" in line for line in report.summary.not_checked)
    assert report.summary.pairs + report.run.rules.get("not_similar", 0) == 3


async def test_an_endpoint_that_is_gone_stops_the_run() -> None:
    """When every request for gists fails for want of an endpoint, nothing is judged."""

    def gone(request: ModelRequest[Any]) -> Mapping[str, Any]:
        if request.task == "gist_claims":
            raise EndpointError("nobody there")
        return reader(request)

    with pytest.raises(EndpointError):
        await run(ScriptedModel(gone), NEAREST)


async def test_a_plan_asks_nothing_and_tells_what_would_be_asked() -> None:
    """Before the gists are paid for the plan names their requests; afterwards it has all pairs."""
    model, store = ScriptedModel(reader), DictStore()
    means = means_of(model, store)
    extractions = [await extract(a, model, store, means.task("extract_claims")) for a in STORY]
    articles = {a.id: a for a in STORY}
    before = plan_pairs(extractions, articles, means, NEAREST)
    assert (len(before.gist_requests), before.gist_tokens) == (1, 60)
    assert asked_for_gists(model) == 0
    report = await run(model, NEAREST, store)
    after = plan_pairs(extractions, articles, means, NEAREST)
    assert (after.gist_requests, after.gist_tokens) == ((), 0)
    assert {pair.key for pair in after.blocking.pairs} == {j.key for j in report.judgements}
    assert after.blocking.counts()[-1].cumulative == len(after.blocking.pairs)
