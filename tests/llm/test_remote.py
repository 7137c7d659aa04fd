"""Clients of several workers share one limit, one budget, one count and one store, which none of them has."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest

from factcheck.errors import BudgetExceeded, EndpointError, ModelUnavailable
from factcheck.llm import standing
from factcheck.llm.allotment import Allotment, allotted
from factcheck.llm.client import Client
from factcheck.llm.desk import AnswerDesk, begun_once
from factcheck.llm.memory import MemoryStore
from factcheck.llm.remote import RemoteStore, allotted_over
from factcheck.llm.retries import without_waits
from factcheck.llm.traces import Trace
from factcheck.settings import ModelSettings
from tests.llm.asking import GOOD, request, settings
from tests.support.llm_server import Reply, answer, error, llm_server


class StraightLine:
    """A `Line` within one process, with nothing between its ends."""

    def __init__(self, desk: AnswerDesk) -> None:
        self._desk = desk

    async def ask(self, subject: str, value: object) -> Any:
        """The answer."""
        async with self.held(subject, value) as given:
            return given

    def ask_now(self, subject: str, value: object) -> Any:
        """The answer to what the other end has at hand."""
        given: list[object] = []
        attending = self._desk.attend(subject, value, given.append, asyncio.Event().wait)
        try:
            attending.send(None)
        except StopIteration:
            return given[0]
        raise AssertionError(f"{subject} had to be waited for")

    @asynccontextmanager
    async def held(self, subject: str, value: object) -> AsyncIterator[Any]:
        """Had until the block ends."""
        given, ended = asyncio.get_running_loop().create_future(), asyncio.Event()
        attending = asyncio.create_task(self._desk.attend(subject, value, given.set_result, ended.wait))
        await asyncio.wait([given, attending], return_when=asyncio.FIRST_COMPLETED)
        try:
            if not given.done():
                await attending
            yield given.result()
        finally:
            ended.set()
            if not given.done():
                attending.cancel()
            await asyncio.wait([attending])

    def tell(self, subject: str, value: object) -> None:
        """Say it."""
        self._desk.told(subject, value)


@asynccontextmanager
async def two_clients(
    model: ModelSettings, traces: list[Trace]
) -> AsyncIterator[tuple[Client, Client, Allotment, MemoryStore]]:
    """Two workers' clients, and what the run has."""
    allotment, store = allotted(model), MemoryStore()
    line = StraightLine(AnswerDesk(allotment, store, traces.append))
    unlimited = model.model_copy(update={"rpm": None, "tpm": None, "max_calls": None, "max_cost": None})
    async with AsyncExitStack() as stack:
        first, other = [
            await stack.enter_async_context(
                Client(unlimited, lambda trace: line.tell("trace", trace), allotment=allotted_over(line))
            )
            for _ in range(2)
        ]
        yield first, other, allotment, store


async def test_two_workers_keep_to_one_limit_and_one_count() -> None:
    """No more requests under way than the run allows, whoever sends them; every answer is counted and told once."""
    traces: list[Trace] = []

    def slowly(_: dict[str, Any]) -> Reply:
        time.sleep(0.02)
        return answer(GOOD)

    with llm_server(slowly) as server:
        async with two_clients(settings(server.url, concurrency=3), traces) as (first, other, allotment, _):
            asks = [client.ask(request(user=f"{n}")) for n in range(8) for client in (first, other)]
            await asyncio.gather(*asks)
        assert server.most_busy <= 3
        assert server.count == allotment.tally.snapshot().requests == len(traces) == 16
    assert first.usage.prompt_tokens + other.usage.prompt_tokens == allotment.tally.snapshot().prompt_tokens > 0


async def test_two_workers_keep_to_one_budget() -> None:
    """Of six calls the four that the user allowed are sent, and two fail with the reason."""
    with llm_server([answer(GOOD)]) as server:
        async with two_clients(settings(server.url, max_calls=4), []) as (first, other, allotment, _):
            asks = [client.ask(request(user=f"{n}")) for n in range(3) for client in (first, other)]
            ended = await asyncio.gather(*asks, return_exceptions=True)
        assert server.count == allotment.tally.requests == 4
    assert sum(isinstance(end, BudgetExceeded) for end in ended) == 2


async def test_faults_retries_and_reasks_of_workers_are_counted_by_the_run() -> None:
    """What one worker met stands in the usage of the run."""
    with llm_server([error(503), answer({"wrong": 1}), answer(GOOD)]) as server:
        async with two_clients(settings(server.url), []) as (first, _, allotment, _store):
            await first.ask(request())
    usage = allotment.tally.snapshot()
    assert (usage.requests, usage.retries, usage.reasks) == (3, 1, 1)
    assert usage.faults == first.usage.faults
    assert usage.faults["http_503"] == 1


async def test_two_workers_have_the_retries_of_one_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three spare retries and one a call, whoever makes it; then neither worker sends anything, for one reason."""
    monkeypatch.setattr(standing, "SPARE_RETRIES", 3)
    with llm_server([answer(GOOD), error(500)]) as server, without_waits():
        async with two_clients(settings(server.url, max_attempts=20), []) as (first, other, allotment, _):
            await first.ask(request("good"))
            asks = [(first, other)[n % 2].ask(request(f"{n}")) for n in range(10)]
            ended = await asyncio.gather(*asks, return_exceptions=True)
        begun = len({json.dumps(body) for body in server.bodies})
        retries = allotment.tally.snapshot().retries
        assert retries == 3 + begun
        assert begun < server.count <= begun + retries
    assert {type(end) for end in ended} == {EndpointError}
    (words,) = {str(end) for end in ended}
    assert f"the {retries} retries of this run are used up" in words


async def test_what_ends_the_run_for_one_worker_ends_it_for_the_other() -> None:
    """A refused key is told once; the other worker is given no place, and says the same."""
    with llm_server([error(401)]) as server:
        async with two_clients(settings(server.url), []) as (first, other, _, _store):
            for client in (first, other):
                with pytest.raises(EndpointError, match="refused the key"):
                    await client.ask(request())
        assert server.count == 1


async def test_an_endpoint_that_one_worker_knows_is_no_stranger_to_the_other() -> None:
    """It goes down before the other worker's first request: that is a lost call, not an address where nobody is."""
    with llm_server([answer(GOOD)]) as server, without_waits():
        async with two_clients(settings(server.url, max_attempts=3), []) as (first, other, _, _store):
            await first.ask(request("known"))
            server.stop()
            with pytest.raises(ModelUnavailable, match=r"no connection .* \(3 attempts\)"):
                await other.ask(request("unknown"))


async def test_a_unit_that_is_begun_anew_finds_what_it_found_at_first() -> None:
    """What its dead worker had been answered is found where it would be asked for, and nowhere before."""
    store = MemoryStore()
    desk = AnswerDesk(allotted(ModelSettings()), store, None)
    line = StraightLine(desk)
    await store.put("before", 1)
    with begun_once():
        worker = RemoteStore(line)
        await worker.put("answered", 2)
        assert worker.get_all(["before", "answered"]) == {"before": 1, "answered": 2}
        desk.lost()
        successor = RemoteStore(line)
        await successor.put("since", 3)
        assert successor.get_all(["before", "answered", "since"]) == {"before": 1, "since": 3}
        async with successor.flight("answered"):
            assert successor.get("answered") == 2
        async with successor.flight("named otherwise"):
            assert successor.get_all(["answered"]) == {"answered": 2}
        assert successor.get("answered") is None
    assert RemoteStore(line).get("answered") == 2


async def test_what_one_worker_stores_another_finds() -> None:
    """A flight is waited for across workers, and who waited reads the answer without asking."""
    store, order = MemoryStore(), list[str]()
    line = StraightLine(AnswerDesk(allotted(ModelSettings()), store, None))
    first, other = RemoteStore(line), RemoteStore(line)
    entered = asyncio.Event()

    async def lead() -> None:
        async with first.flight("a", "b"):
            entered.set()
            assert first.get("a") is None
            await asyncio.sleep(0.01)
            await first.put("a", {"n": 1})
            assert first.get("a") == {"n": 1}
            order.append("led")

    async def follow() -> None:
        await entered.wait()
        async with other.flight("a"):
            order.append("followed")
            assert other.get("a") == {"n": 1}

    await asyncio.gather(lead(), follow())
    assert order == ["led", "followed"]
    assert other.get_all(["a", "b"]) == {"a": {"n": 1}}
    assert other.get("b") is None
