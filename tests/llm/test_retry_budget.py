"""The retries of a run: how many there are, what does not use them up, and how a run ends that has none left."""

from __future__ import annotations

import asyncio
import json

import pytest

from factcheck.errors import EndpointError
from factcheck.llm import standing
from factcheck.llm.client import Client
from factcheck.llm.retries import without_waits
from tests.llm.asking import GOOD, request, settings
from tests.support.llm_server import Reply, answer, error, llm_server


async def test_the_retry_budget_of_a_run_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the spare retries and one a call are used up nothing more is sent, and every later call says why."""
    monkeypatch.setattr(standing, "SPARE_RETRIES", 5)
    with llm_server([answer(GOOD), error(500), error(503)]) as server, without_waits():
        async with Client(settings(server.url, max_attempts=20)) as client:
            await client.ask(request("first"))
            for user in ("second", "third", "fourth"):
                with pytest.raises(EndpointError, match="8 of 9 requests gave no answer") as caught:
                    await client.ask(request(user))
                assert "7 http_503, 1 http_500" in str(caught.value)
                assert "the 7 retries of this run are used up. Run again to go on" in str(caught.value)
            assert client.usage.retries == 7
    assert server.count == 1 + 1 + 7


async def test_answers_under_way_are_kept_when_the_retry_budget_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of calls are not begun; those whose answer is on its way still get it, the others all say the same."""
    monkeypatch.setattr(standing, "SPARE_RETRIES", 3)

    def script(body: dict[str, object]) -> Reply:
        text = json.dumps(body)
        return Reply(200, answer(GOOD).body, seconds=0.5) if "slow" in text else error(500)

    with llm_server([answer(GOOD)]) as server, without_waits():
        async with Client(settings(server.url, max_attempts=20, concurrency=8)) as client:
            for number in range(8):  # until several may be under way
                await client.ask(request(f"first {number}"))
            server.follow(script)
            before = server.count
            users = ["slow", *(f"text {number}" for number in range(2000))]
            ended = await asyncio.gather(*(client.ask(request(user)) for user in users), return_exceptions=True)
    assert not isinstance(ended[0], BaseException)
    assert {type(end) for end in ended[1:]} == {EndpointError}
    assert len({str(end) for end in ended[1:]}) == 1
    assert server.count - before < 60


async def test_rate_limits_do_not_use_up_the_retries_of_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that an endpoint holds back goes on, however often it is told to wait."""
    monkeypatch.setattr(standing, "SPARE_RETRIES", 1)
    replies = [answer(GOOD)]
    for _ in range(6):
        replies += [error(429), error(429), error(429), answer(GOOD)]
    with llm_server(replies) as server, without_waits():
        async with Client(settings(server.url)) as client:
            for number in range(7):
                await client.ask(request(f"text {number}"))
            assert client.usage.retries == 18
    assert server.count == 25
