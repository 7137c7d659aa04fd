"""The local engine."""

from __future__ import annotations

import asyncio

import pytest

from factcheck.engine import base
from factcheck.engine.base import Raised, Stop, Success
from factcheck.engine.registry import ENGINES
from factcheck.errors import Interrupted


class StopError(Exception):
    """Ends a run in these tests."""


@pytest.mark.parametrize("name", sorted(ENGINES))
@pytest.mark.parametrize("limit", [1, 3, 50])
async def test_order_is_kept(name: str, limit: int) -> None:
    """Outcomes stand in the order of the units, whatever finishes first."""

    async def work(unit: int) -> int:
        await asyncio.sleep(0.001 * (10 - unit))
        return unit * unit

    outcomes = await ENGINES[name](limit, Stop()).run(work, range(10), stop_on=(StopError,), done=lambda _: None)
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

    await ENGINES[name](4, Stop()).run(work, range(40), stop_on=(), done=lambda _: None)
    assert most == 4


@pytest.mark.parametrize("name", sorted(ENGINES))
async def test_a_raising_unit_is_data(name: str) -> None:
    """One unit's exception is its outcome; all others are done, and each is reported done once."""
    finished: list[int] = []

    async def work(unit: int) -> int:
        if unit == 2:
            raise ValueError("two")
        return unit

    outcomes = await ENGINES[name](2, Stop()).run(work, range(5), stop_on=(StopError,), done=finished.append)
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

    outcomes = await ENGINES[name](1, Stop()).run(work, range(100), stop_on=(StopError,), done=lambda _: None)
    assert started == [0, 1, 2, 3]
    assert len(outcomes) == 100
    assert all(isinstance(o, Raised) and isinstance(o.error, StopError) for o in outcomes[3:])


@pytest.mark.parametrize("name", sorted(ENGINES))
@pytest.mark.parametrize("from_thread", [False, True])
async def test_a_requested_stop_lets_what_runs_end_and_starts_nothing_more(name: str, from_thread: bool) -> None:
    """Units under way give their results, the rest is Interrupted and was never tried."""
    stop, started = Stop(), list[int]()

    async def work(unit: int) -> int:
        started.append(unit)
        if unit == 3:
            await asyncio.to_thread(stop.request) if from_thread else stop.request()
        await asyncio.sleep(0.02)
        return unit

    finished: list[int] = []
    outcomes = await ENGINES[name](2, stop).run(work, range(20), stop_on=(), done=finished.append)
    ran = len(started)
    assert ran in (4, 5)
    assert list(outcomes[:ran]) == [Success(n) for n in range(ran)]
    rest = [o.error for o in outcomes[ran:] if isinstance(o, Raised)]
    assert len(outcomes) == 20
    assert len(rest) == 20 - ran
    assert all(isinstance(error, Interrupted) and error.attempts == 0 for error in rest)
    assert sorted(finished) == list(range(ran))


@pytest.mark.parametrize("name", sorted(ENGINES))
async def test_what_does_not_end_is_cut_off_after_the_grace(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A unit that hangs is cancelled, cleans up, and is Interrupted; one that ends within the grace is a result."""
    monkeypatch.setattr(base, "GRACE", 0.2)
    stop, cleaned = Stop(), list[int]()

    async def work(unit: int) -> int:
        try:
            await asyncio.sleep(0.01)
            if unit == 0:
                stop.request()
            await asyncio.sleep(60 if unit == 1 else 0.05)
        finally:
            cleaned.append(unit)
        return unit

    async with asyncio.timeout(10):
        outcomes = await ENGINES[name](3, stop).run(work, range(5), stop_on=(), done=lambda _: None)
    assert outcomes[0] == Success(0)
    assert all(isinstance(o, Raised) and isinstance(o.error, Interrupted) for o in (outcomes[1], *outcomes[3:]))
    assert 1 in cleaned


@pytest.mark.parametrize("name", sorted(ENGINES))
async def test_a_stop_that_came_before_starts_nothing(name: str) -> None:
    """A later stage of an interrupted run is over at once."""
    stop = Stop()
    stop.request()

    async def work(unit: int) -> int:
        raise AssertionError(unit)

    outcomes = await ENGINES[name](3, stop).run(work, range(5), stop_on=(), done=lambda _: None)
    assert [type(o.error) for o in outcomes if isinstance(o, Raised)] == [Interrupted] * 5


@pytest.mark.parametrize("name", sorted(ENGINES))
async def test_cancellation_from_outside_passes_through(name: str) -> None:
    """Who cancels the run, cancels it; no unit takes that for the end of its grace."""

    async def work(unit: int) -> int:
        await asyncio.sleep(60)
        return unit

    run = asyncio.create_task(ENGINES[name](2, Stop()).run(work, range(5), stop_on=(), done=lambda _: None))
    await asyncio.sleep(0.01)
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run


@pytest.mark.parametrize("name", sorted(ENGINES))
async def test_no_units(name: str) -> None:
    """No units give no outcomes."""

    async def work(unit: int) -> int:
        return unit

    assert await ENGINES[name](4, Stop()).run(work, (), stop_on=(), done=lambda _: None) == ()
