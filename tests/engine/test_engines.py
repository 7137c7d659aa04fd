"""What every engine does, whichever it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from factcheck.engine import base
from factcheck.engine.base import Engine, Placing, Raised, Stop, Success
from factcheck.engine.registry import ENGINES
from factcheck.errors import Interrupted, ModelUnavailable
from tests.engine import works
from tests.engine.works import StopError, Unit, noted

Opener = Callable[[int, Stop], AbstractAsyncContextManager[Engine]]


@pytest.fixture(
    params=[pytest.param(name, marks=[pytest.mark.ray] if name == "ray" else []) for name in sorted(ENGINES)]
)
def opened(request: pytest.FixtureRequest) -> Opener:
    """Opens one of the engines with a limit and a stop."""
    address = request.getfixturevalue("cluster").address if request.param == "ray" else "local"
    return lambda limit, stop: ENGINES[request.param](Placing(limit=limit, stop=stop, address=address))


def units(number: int, folder: Path, seconds: float = 0.0) -> list[Unit]:
    """So many units."""
    return [Unit(n, folder, seconds) for n in range(number)]


def ignore(unit: Unit) -> None:
    """Of no interest."""


@pytest.mark.parametrize("limit", [1, 3, 50])
async def test_order_is_kept(opened: Opener, limit: int, tmp_path: Path) -> None:
    """Outcomes stand in the order of the units, whatever finishes first."""
    given = [Unit(n, tmp_path, 0.002 * (10 - n)) for n in range(10)]
    async with opened(limit, Stop()) as engine:
        outcomes = await engine.run(works.square, given, stop_on=(StopError,), done=ignore)
    assert [Success(n * n) for n in range(10)] == list(outcomes)


async def test_never_more_than_limit_at_once(opened: Opener, tmp_path: Path) -> None:
    """At most `limit` units run at a time, and the limit is used."""
    async with opened(4, Stop()) as engine:
        await engine.run(works.square, units(24, tmp_path, 0.03), stop_on=(), done=ignore)
    assert works.most_at_once(tmp_path) == 4


async def test_a_raising_unit_is_data(opened: Opener, tmp_path: Path) -> None:
    """One unit's exception is its outcome, whole; all others are done, and each is reported done once."""
    finished: list[int] = []
    async with opened(2, Stop()) as engine:
        outcomes = await engine.run(
            works.square_but_two,
            units(5, tmp_path),
            stop_on=(StopError,),
            done=lambda unit: finished.append(unit.number),
        )
    raised = outcomes[2]
    assert isinstance(raised, Raised)
    assert isinstance(raised.error, ModelUnavailable)
    assert (str(raised.error), raised.error.attempts) == ("two", 7)
    assert [Success(n * n) for n in (0, 1, 3, 4)] == [o for n, o in enumerate(outcomes) if n != 2]
    assert sorted(finished) == list(range(5))


async def test_stop_starts_nothing_more(opened: Opener, tmp_path: Path) -> None:
    """After a stopping error no unit is started, and all that were not get that error."""
    async with opened(1, Stop()) as engine:
        outcomes = await engine.run(works.square_until_three, units(100, tmp_path), stop_on=(StopError,), done=ignore)
    assert sorted(noted(tmp_path, "tried")) == [0, 1, 2, 3]
    assert len(outcomes) == 100
    assert all(isinstance(o, Raised) and isinstance(o.error, StopError) for o in outcomes[3:])


@pytest.mark.parametrize("from_thread", [False, True])
async def test_a_requested_stop_lets_what_runs_end_and_starts_nothing_more(
    opened: Opener, from_thread: bool, tmp_path: Path
) -> None:
    """Units under way give their results, the rest is Interrupted and was never tried."""
    stop, finished = Stop(), list[int]()

    def done(unit: Unit) -> None:
        finished.append(unit.number)
        if len(finished) == 4:
            loop = asyncio.get_running_loop()
            _ = loop.run_in_executor(None, stop.request) if from_thread else loop.call_soon(stop.request)

    async with opened(2, stop) as engine:
        outcomes = await engine.run(works.square, units(20, tmp_path, 0.05), stop_on=(), done=done)
    ran = len(noted(tmp_path, "begun"))
    assert 4 <= ran <= 7
    assert list(outcomes[:ran]) == [Success(n * n) for n in range(ran)]
    rest = [o.error for o in outcomes[ran:] if isinstance(o, Raised)]
    assert len(outcomes) == 20
    assert len(rest) == 20 - ran
    assert all(isinstance(error, Interrupted) and error.attempts == 0 for error in rest)
    assert sorted(finished) == list(range(ran))


async def test_what_does_not_end_is_cut_off_after_the_grace(
    opened: Opener, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A unit that hangs is cancelled, cleans up, and is Interrupted; one that ends within the grace is a result."""
    monkeypatch.setattr(base, "GRACE", 0.5)
    stop = Stop()
    given = [Unit(n, tmp_path, seconds) for n, seconds in enumerate((0.01, 60, 0.2, 0, 0))]

    def done(unit: Unit) -> None:
        if unit.number == 0:
            stop.request()

    async with asyncio.timeout(60), opened(3, stop) as engine:
        outcomes = await engine.run(works.square, given, stop_on=(), done=done)
        assert (outcomes[0], outcomes[2]) == (Success(0), Success(4))
        cut_off = (outcomes[1], *outcomes[3:])
        assert all(isinstance(o, Raised) and isinstance(o.error, Interrupted) for o in cut_off)
        while 1 not in noted(tmp_path, "ended"):  # in another process a moment later
            await asyncio.sleep(0.01)


async def test_a_stop_that_came_before_starts_nothing(opened: Opener, tmp_path: Path) -> None:
    """A later stage of an interrupted run is over at once."""
    stop = Stop()
    stop.request()
    async with opened(3, stop) as engine:
        outcomes = await engine.run(works.square, units(5, tmp_path), stop_on=(), done=ignore)
    assert [type(o.error) for o in outcomes if isinstance(o, Raised)] == [Interrupted] * 5
    assert noted(tmp_path, "begun") == {}


async def test_cancellation_from_outside_passes_through(opened: Opener, tmp_path: Path) -> None:
    """Who cancels the run, cancels it; no unit takes that for the end of its grace."""
    async with asyncio.timeout(60), opened(2, Stop()) as engine:
        run = asyncio.create_task(engine.run(works.square, units(5, tmp_path, 60), stop_on=(), done=ignore))
        while not noted(tmp_path, "begun"):
            await asyncio.sleep(0.01)
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run


async def test_no_units(opened: Opener) -> None:
    """No units give no outcomes."""
    async with opened(4, Stop()) as engine:
        assert await engine.run(works.square, (), stop_on=(), done=ignore) == ()


async def test_runs_side_by_side(opened: Opener, tmp_path: Path) -> None:
    """Several runs at a time, as the stories of a batch have, do not mix their outcomes."""
    async with opened(4, Stop()) as engine:
        runs = [engine.run(works.square, units(n, tmp_path, 0.01), stop_on=(), done=ignore) for n in range(1, 6)]
        for number, outcomes in enumerate(await asyncio.gather(*runs), 1):
            assert list(outcomes) == [Success(n * n) for n in range(number)]
