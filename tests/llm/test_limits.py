"""How many requests are under way at once: alone at first, growing while saturated, cut by refusals."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.llm import limits
from factcheck.llm.client import Client
from factcheck.llm.limits import AdaptiveLimit
from factcheck.llm.retries import without_waits
from tests.llm.asking import GOOD, request, settings
from tests.support.llm_server import Reply, answer, llm_server


async def rounds(limit: AdaptiveLimit, count: int, capacity: int | None = None) -> list[int]:
    """Requests under way in each of `count` rounds that fill the limit; those above `capacity` are refused."""
    seen = []
    for _ in range(count):
        async with contextlib.AsyncExitStack() as held:
            starts = [await held.enter_async_context(limit.slot()) for _ in range(limit.now)]
            seen.append(len(starts))
            for number, started in enumerate(starts):
                if capacity is not None and number >= capacity:
                    limit.slow_down(started, 0)
                else:
                    limit.succeeded()
    return seen


async def test_a_clean_endpoint_doubles_the_limit_each_round_up_to_the_ceiling() -> None:
    """One, then sixteen, thirty-two ... and never above the ceiling."""
    assert await rounds(AdaptiveLimit(70), 5) == [1, 16, 32, 64, 70]
    assert await rounds(AdaptiveLimit(8), 3) == [1, 8, 8]


async def test_a_limit_that_nobody_reaches_does_not_grow() -> None:
    """Answers to single requests say nothing about how many at once the endpoint takes."""
    limit = AdaptiveLimit(64)
    await rounds(limit, 1)
    for _ in range(100):
        async with limit.slot():
            limit.succeeded()
    assert limit.now == limits.OPENING


async def test_the_refusals_of_one_wave_show_how_many_went_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 32 at once 16 are refused: 16 from then on, and one more is tried only after many clean rounds."""
    monkeypatch.setattr(limits, "COOLDOWN", 0.0)
    seen = await rounds(AdaptiveLimit(64), 60, capacity=16)
    assert seen[:3] == [1, 16, 32]
    assert set(seen[3:]) == {16, 17}
    assert seen[3:].count(17) <= 3


async def test_an_endpoint_that_recovers_gets_its_requests_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a cut the ceiling is reached again when nothing is refused any more."""
    monkeypatch.setattr(limits, "COOLDOWN", 0.0)
    limit = AdaptiveLimit(64)
    await rounds(limit, 10, capacity=4)
    assert limit.now <= 5
    assert (await rounds(limit, 200))[-1] == 64


async def test_nothing_grows_during_the_cooldown() -> None:
    """Right after a refusal, answers to what was under way do not raise the limit."""
    limit = AdaptiveLimit(64)
    assert await rounds(limit, 3, capacity=8) == [1, 16, 8]
    assert await rounds(limit, 3) == [8, 8, 8]


async def test_a_refusal_stops_all_for_as_long_as_the_endpoint_asked() -> None:
    """The pause is the longest that any refusal named."""
    limit = AdaptiveLimit(8)
    async with limit.slot() as started:
        limit.slow_down(started, 5)
        limit.slow_down(started, 1)
    assert 4 < limit.pause_left() <= 5


async def test_time_outs_cut_only_when_many_attempts_meet_them() -> None:
    """One slow answer among many is chance; a third of them means that we crowd the server."""
    limit = AdaptiveLimit(64)
    await rounds(limit, 6)
    before = limit.now
    limit.crowded(time.monotonic())
    assert limit.now == before
    for _ in range(6):
        limit.crowded(time.monotonic())
    assert limit.now < before


async def test_the_first_request_is_alone_until_it_has_had_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that takes long gets four at once after the time that a refusal would have taken."""
    monkeypatch.setattr(limits, "ALONE", 0.05)
    limit = AdaptiveLimit(8)
    busy: list[int] = []

    async def work() -> None:
        async with limit.slot():
            busy.append(1)
            await asyncio.sleep(0.3)
            busy.pop()

    tasks = [asyncio.create_task(work()) for _ in range(8)]
    await asyncio.sleep(0)
    assert len(busy) == 1
    await asyncio.sleep(0.15)
    assert len(busy) == limits.START
    await asyncio.gather(*tasks)


@given(st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_places_are_never_given_twice_and_never_lost(ceiling: int, seed: int) -> None:
    """Whatever is answered, refused or cancelled: never above the ceiling, and everybody gets a turn at last."""
    rng = random.Random(seed)

    async def scene() -> tuple[int, int]:
        limit = AdaptiveLimit(ceiling)
        busy = most = done = 0

        async def work() -> None:
            nonlocal busy, most, done
            async with limit.slot(ahead=rng.random() < 0.3) as started:
                busy += 1
                most = max(most, busy)
                try:
                    for _ in range(rng.randrange(3)):
                        await asyncio.sleep(0)
                    if rng.random() < 0.2:
                        limit.slow_down(started, 0)
                    else:
                        limit.succeeded()
                finally:
                    busy -= 1
            done += 1

        tasks = [asyncio.create_task(work()) for _ in range(30)]
        for task in tasks:
            await asyncio.sleep(0)
            if rng.random() < 0.2:
                task.cancel()
        outcomes = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 5)
        assert done == sum(outcome is None for outcome in outcomes)
        return most, limit.now

    most, now = asyncio.run(scene())
    assert max(most, now) <= ceiling


async def test_concurrency_is_never_above_the_limit() -> None:
    """The server never sees more requests at once than the settings allow, and does see that many."""
    with llm_server(lambda _: Reply(200, answer(GOOD).body, seconds=0.1)) as server:
        async with Client(settings(server.url, concurrency=4)) as client:
            await asyncio.gather(*(client.ask(request(str(n))) for n in range(20)))
    assert server.most_busy == 4


async def test_what_was_begun_first_goes_first() -> None:
    """Of those that wait, a lower rank is served before a higher one; within a rank and without any, in order."""
    limit, served = AdaptiveLimit(1), list[str]()

    async def work(name: str, rank: int | None) -> None:
        with limits.ranked(rank) if rank is not None else contextlib.nullcontext():
            async with limit.slot():
                served.append(name)
                await asyncio.sleep(0)

    ranks = {"first": 9, "b1": 2, "c": 3, "a1": 1, "b2": 2, "none": None, "a2": 1}
    await asyncio.gather(*(work(name, rank) for name, rank in ranks.items()))
    assert served == ["first", "none", "a1", "a2", "b1", "b2", "c"]


async def test_a_call_that_was_begun_goes_before_those_that_were_not() -> None:
    """The retried call takes the next place, so that its deadline is not spent behind fresh calls."""
    order: list[str] = []

    def script(body: dict[str, object]) -> Reply:
        messages = body["messages"]
        assert isinstance(messages, list)
        order.append(messages[1]["content"])
        return Reply(500) if len(order) == 1 else answer(GOOD)

    with llm_server(script) as server, without_waits():
        async with Client(settings(server.url, concurrency=1)) as client:
            await asyncio.gather(*(client.ask(request(f"n{n}")) for n in range(5)))
    assert order[0] == "n0"
    assert order.index("n0", 1) <= 2
