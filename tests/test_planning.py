"""What a check would cost, told beforehand, against what it then asked."""

from __future__ import annotations

import pytest

from factcheck.models import Article
from factcheck.pipeline import Input, Unwatched, check
from factcheck.pipeline.extracting import extract_all
from factcheck.pipeline.planning import Estimate, estimate
from factcheck.settings import CheckSettings
from tests.support.means import RUN, means_of, reader
from tests.support.scripted import DictStore, ScriptedModel, article

ARTICLES = (
    article(["12 people died in the Eastley fire."], publisher="Herald", path="h.txt"),
    article(["In Eastley the fire killed 16 people."], publisher="Gazette", path="g.txt"),
    article(["The Eastley fire cost 12 lives."], publisher="Radio", path="r.txt"),
)


async def told(store: DictStore, *articles: Article) -> Estimate:
    """The estimate, made with a model that must not be asked."""
    model = ScriptedModel(reader)
    found = await estimate(
        Input(articles=articles), means_of(model, store), CheckSettings(), lambda _, prompt, out: (prompt + out) / 1e6
    )
    assert model.requests == []
    return found


async def test_what_nobody_extracted_yet_is_estimated_and_said_to_be() -> None:
    """With an empty cache the extraction is counted, all that depends on unknown claims is marked as estimated."""
    found = await told(DictStore(), *ARTICLES)
    basis = {stage.stage: stage.basis for stage in found.stages}
    assert basis == {"extraction": "counted", "judging": "estimated", "confirmation": "estimated"}
    assert (found.claims_basis, found.candidates_basis) == ("estimated", "estimated")
    assert found.claims >= len(ARTICLES)
    assert found.cost_usd == pytest.approx(sum(stage.cost_usd or 0 for stage in found.stages))


async def test_extracted_articles_are_counted_as_the_check_then_asks() -> None:
    """Once the claims are in the cache, the judging requests that are told are those that the check makes."""
    store = DictStore()
    await extract_all(ARTICLES, means_of(ScriptedModel(reader), store), Unwatched())
    found = await told(store, *ARTICLES)
    model = ScriptedModel(reader)
    report = await check(Input(articles=ARTICLES), means_of(model, store), CheckSettings(), RUN, Unwatched())
    judging = next(stage for stage in found.stages if stage.stage == "judging")
    assert (found.claims, found.claims_basis, judging.basis) == (3, "counted", "counted")
    assert (judging.units, judging.paid, found.candidates) == (report.summary.pairs, 0, report.summary.pairs)
    assert judging.requests == sum(request.task == "judge_pairs" for request in model.requests)


async def test_after_a_check_there_is_nothing_to_pay() -> None:
    """With every answer in the cache the estimate has no request, and every unit is told as paid."""
    store = DictStore()
    await check(Input(articles=ARTICLES), means_of(ScriptedModel(reader), store), CheckSettings(), RUN, Unwatched())
    found = await told(store, *ARTICLES)
    assert (found.requests, found.cost_usd) == (0, 0.0)
    assert [(stage.stage, stage.paid == stage.units) for stage in found.stages] == [
        ("extraction", True),
        ("judging", True),
        ("confirmation", True),
    ]


async def test_an_added_article_costs_its_own_extraction_and_pairs() -> None:
    """With one article more, the others stay paid for and only pairs with it are counted as open."""
    store = DictStore()
    await check(Input(articles=ARTICLES[:2]), means_of(ScriptedModel(reader), store), CheckSettings(), RUN, Unwatched())
    found = await told(store, *ARTICLES)
    stages = {stage.stage: stage for stage in found.stages}
    assert (stages["extraction"].units, stages["extraction"].paid) == (3, 2)
    assert stages["judging"].paid == 1
    assert stages["judging"].units > stages["judging"].paid


@pytest.mark.parametrize("audit", [0, 300])
async def test_a_large_story_is_told_as_if_all_were_asked_with_its_audit(
    monkeypatch: pytest.MonkeyPatch, audit: int
) -> None:
    """More pairs than are asked at once: the estimate says that a part will follow, and adds what the audit asks."""
    monkeypatch.setattr("factcheck.pipeline.planning.SPARED_FROM", 2)
    settings = CheckSettings(audit=audit, pairing="nearest")
    found = await estimate(
        Input(articles=ARTICLES), means_of(ScriptedModel(reader), DictStore()), settings, lambda *_: 0.0
    )
    judging = next(stage for stage in found.stages if stage.stage == "judging")
    assert found.sparing
    assert judging.units == found.candidates + audit
    off = settings.model_copy(update={"inference": False})
    plain = await estimate(Input(articles=ARTICLES), means_of(ScriptedModel(reader), DictStore()), off, lambda *_: 0.0)
    assert not plain.sparing
    assert next(stage for stage in plain.stages if stage.stage == "judging").units == plain.candidates
