"""The local engine."""

from __future__ import annotations

import asyncio

import pytest

from factcheck.engine.base import Raised, Success
from factcheck.engine.registry import ENGINES


class StopError(Exception):
    """Ends a run in these tests."""


@pytest.mark.parametrize("name", sorted(ENGINES))
@pytest.mark.parametrize("limit", [1, 3, 50])
async def test_order_is_kept(name: str, limit: int) -> None:
    """Outcomes stand in the order of the units, whatever finishes first."""

    async def work(unit: int) -> int:
        await asyncio.sleep(0.001 * (10 - unit))
        return unit * unit

    outcomes = await ENGINES[name](limit).run(work, range(10), stop_on=(StopError,), done=lambda _: None)
    assert [Success(n * n) for n in range(10)] == list(outcomes)


@pytest.mark.parametrize("name", sorted(ENGINES))
async def test_never_more_than_limit_at_once(name: str) -> None:
    """At most `limit` units run at a time, and the limit is used."""
    running, most = 0, 0

    async def work(_: int) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.001)
        running -= 1

    await ENGINES[name](4).run(work, range(40), stop_on=(), done=lambda _: None)
    assert most == 4


@pytest.mark.parametrize("name", sorted(ENGINES))
async def test_a_raising_unit_is_data(name: str) -> None:
    """One unit's exception is its outcome; all others are done, and each is reported done once."""
    finished: list[int] = []

    async def work(unit: int) -> int:
        if unit == 2:
            raise ValueError("two")
        return unit

    outcomes = await ENGINES[name](2).run(work, range(5), stop_on=(StopError,), done=finished.append)
    assert isinstance(outcomes[2], Raised)
    assert [Success(n) for n in (0, 1, 3, 4)] == [o for n, o in enumerate(outcomes) if n != 2]
    assert sorted(finished) == list(range(5))


@pytest.mark.parametrize("name", sorted(ENGINES))
async def test_stop_starts_nothing_more(name: str) -> None:
    """After a stopping error no unit is started, and all that were not get that error."""
    started: list[int] = []

    async def work(unit: int) -> int:
        started.append(unit)
        if unit == 3:
            raise StopError
        return unit

    outcomes = await ENGINES[name](1).run(work, range(100), stop_on=(StopError,), done=lambda _: None)
    assert started == [0, 1, 2, 3]
    assert len(outcomes) == 100
    assert all(isinstance(o, Raised) and isinstance(o.error, StopError) for o in outcomes[3:])


@pytest.mark.parametrize("name", sorted(ENGINES))
async def test_no_units(name: str) -> None:
    """No units give no outcomes."""

    async def work(unit: int) -> int:
        return unit

    assert await ENGINES[name](4).run(work, (), stop_on=(), done=lambda _: None) == ()
