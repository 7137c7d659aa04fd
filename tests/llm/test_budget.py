"""`--max-calls` and `--max-cost`: the request that would cross them is never sent."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest

from factcheck.errors import BudgetExceeded, SettingsError
from factcheck.llm.budget import Budget
from factcheck.llm.client import Client
from factcheck.llm.usage import Tally
from tests.llm.asking import GOOD, request, settings
from tests.support.llm_server import answer, llm_server


async def test_max_calls_is_checked_before_a_request_is_sent() -> None:
    """The server never sees the request that would cross the limit, concurrency or not."""
    with llm_server([answer(GOOD)]) as server:
        async with Client(settings(server.url, max_calls=3)) as client:
            outcomes = await asyncio.gather(*(client.ask(request(str(n))) for n in range(8)), return_exceptions=True)
    assert server.count == 3
    assert sum(isinstance(outcome, BudgetExceeded) for outcome in outcomes) == 5


async def test_max_cost_is_checked_before_a_request_is_sent() -> None:
    """A request whose expected price would cross the limit is not sent."""
    with llm_server([answer(GOOD, usage=(1000, 1000))]) as server:
        async with Client(settings(server.url, max_cost=0.006)) as client:
            await client.ask(request("one"))
            with pytest.raises(BudgetExceeded, match="max-cost"):
                await client.ask(request("two"))
    assert server.count == 1


async def test_max_cost_holds_for_many_at_once_and_for_what_is_asked_again() -> None:
    """Requests under way are counted at what they are expected to cost, re-asks like any other."""
    text = "parola " * 600
    with llm_server([answer({"items": []}, usage=(1000, 1000))]) as server:
        async with Client(settings(server.url, max_cost=0.03, concurrency=8)) as client:
            outcomes = await asyncio.gather(
                *(client.ask(request(f"n{n} {text}", check=lambda _: "empty")) for n in range(20)),
                return_exceptions=True,
            )
            usage = client.usage
    assert usage.cost_usd is not None
    assert 0.02 < usage.cost_usd <= 0.03
    assert usage.requests == server.count
    assert usage.reasks > 0
    assert any(isinstance(outcome, BudgetExceeded) for outcome in outcomes)


async def test_max_cost_for_a_model_without_a_price_is_refused_at_the_start() -> None:
    """A limit that cannot be kept is not accepted."""
    with pytest.raises(SettingsError, match="price"):
        async with Client(settings("http://127.0.0.1:9/v1", model="nobody-knows-this", max_cost=1.0)):
            pass


async def test_a_model_without_a_price_is_counted_in_tokens_only() -> None:
    """Nobody guesses a price: the cost is unknown, not zero."""
    with llm_server([answer(GOOD, usage=(1000, 100))]) as server:
        async with Client(settings(server.url, model="nobody-knows-this")) as client:
            await client.ask(request(model="nobody-knows-this"))
            usage = client.usage
    assert (usage.prompt_tokens, usage.completion_tokens, usage.cost_usd) == (1000, 100, None)


@pytest.mark.parametrize(("model", "cost"), [("nobody-knows-this", None), (None, None), ("gpt-4o", 0.0)])
def test_what_no_answer_has_cost_is_known_where_there_is_a_price(model: str | None, cost: float | None) -> None:
    """Requests under way or failed: of a model without a price, or one that bills nobody, no amount is told."""
    tally = Tally()
    assert tally.snapshot().cost_usd == 0.0
    tally.asked(model)
    assert (tally.snapshot().requests, tally.snapshot().cost_usd) == (1, cost)


async def test_nothing_under_way_is_no_negative_amount() -> None:
    """After requests whose fractions of a cent do not sum up to nothing, the words have no minus."""
    budget = Budget(Tally(), None, 1.0)
    async with AsyncExitStack() as first:
        for tokens in (1_001, 2_003, 3_007):
            await first.enter_async_context(budget.reserve("gpt-4o", tokens))
        held = first.pop_all()
    await held.aclose()
    with pytest.raises(BudgetExceeded, match=r"0\.0000 USD are spent, 0\.0000 are under way"):
        async with budget.reserve("gpt-4o", 10**7):
            pass


async def test_re_asks_count_as_calls() -> None:
    """A limit on calls is a limit on requests, whatever they were for."""
    with llm_server([answer("no idea")]) as server:
        async with Client(settings(server.url, max_calls=3)) as client:
            for user in ("one", "two"):
                with pytest.raises(Exception, match=r"does not fit|max-calls 3"):
                    await client.ask(request(user))
    assert server.count == 3
