"""The engine on Ray at moments that no cluster can be brought to: its own workers, with a Ray of this process."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from factcheck.engine.base import Engine, Placing, Success, Workplace
from factcheck.engine.ray import open_ray
from tests.engine import works
from tests.engine.works import CountingDesk, Unit
from tests.support.fake_ray import FakeRay

HERE = object()
"""Stands for the line that a worker has."""
TOO_LONG = 20.0
"""Seconds after which something hangs."""


class LockedError(Exception):
    """One that cannot travel to another process."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.lock = threading.Lock()


class FailingDesk(CountingDesk):
    """Fails over number 1: what is asked about it with an error that cannot travel, what is told with one that can."""

    async def attend(
        self, subject: str, value: int, reply: Callable[[object], None], ended: Callable[[], Awaitable[object]]
    ) -> None:
        """Give the double of all others."""
        if value == 1:
            raise LockedError("not this one")
        await super().attend(subject, value, reply, ended)

    def told(self, subject: str, value: object) -> None:
        """Count all others."""
        if value == 1:
            raise BrokenPipeError("stderr is gone")
        super().told(subject, value)


class OrderedDesk(CountingDesk):
    """Keeps what it was told, and between that when a worker was lost."""

    def __init__(self) -> None:
        super().__init__()
        self.order: list[object] = []

    def told(self, subject: str, value: object) -> None:
        """Keep it."""
        super().told(subject, value)
        self.order.append(value)

    def lost(self) -> None:
        """Keep that."""
        self.order.append("lost")


@pytest.fixture
def ray(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeRay]:
    """In the place of Ray."""
    fake = FakeRay()
    monkeypatch.setattr("factcheck.engine.ray.require_ray", lambda address: address)
    monkeypatch.setattr("factcheck.engine.ray.connected", fake.connected)
    monkeypatch.setattr("factcheck.engine.ray.is_up", fake.is_up)
    yield fake
    for actor in fake.actors:
        actor.end()


def placing(desk: CountingDesk, opening: Callable[..., Any] = works.equipped, settings: object = "right") -> Placing:
    """Four units at a time in two workers."""
    return Placing(limit=4, workers=2, workplace=Workplace(opening, settings, desk, {"line": HERE}))


async def run(engine: Engine, work: Callable[..., Awaitable[object]], units: list[Unit]) -> list[object]:
    """What became of the units: what they gave, or what was raised."""
    there = partial(work, line=HERE)
    async with asyncio.timeout(TOO_LONG):
        outcomes = await engine.run(there, units, stop_on=(), done=lambda _: None)
    return [outcome.value if isinstance(outcome, Success) else outcome.error for outcome in outcomes]


@pytest.mark.usefixtures("ray")
async def test_what_a_listener_raises_fails_its_unit_alone(tmp_path: Path) -> None:
    """As in a local run: the unit that it was told of fails of that, and the worker goes on with all others."""
    desk = FailingDesk()
    async with open_ray(placing(desk)) as engine:
        found = await run(engine, works.tell_and_go, [Unit(n, tmp_path) for n in range(8)])
    assert isinstance(found[1], BrokenPipeError)
    assert [found[0], *found[2:]] == [0, 2, 3, 4, 5, 6, 7]
    assert desk.heard == {n: 100 for n in range(8) if n != 1}


async def test_a_fault_that_belongs_to_no_unit_ends_the_run_and_is_told(ray: FakeRay, tmp_path: Path) -> None:
    """A worker that is heard no more gets no units; when there is no other one they fail of what was wrong."""
    async with open_ray(placing(FailingDesk(), works.equipped_and_telling, 1)) as engine:
        found = await run(engine, works.hold, [Unit(n, tmp_path) for n in range(6)])
    assert [str(error) for error in found] == ["stderr is gone"] * 6
    assert len(ray.actors) == 2


@pytest.mark.usefixtures("ray")
async def test_an_error_that_cannot_travel_is_told_in_words(tmp_path: Path) -> None:
    """Whoever asked gets its words, and all others what they asked for."""
    async with open_ray(placing(FailingDesk())) as engine:
        found = await run(engine, works.hold, [Unit(n, tmp_path) for n in range(8)])
    assert repr(found[1]) == repr(RuntimeError("LockedError: not this one"))
    assert [found[0], *found[2:]] == [0, 4, 6, 8, 10, 12, 14]


async def test_no_worker_is_made_while_the_others_close(ray: FakeRay, tmp_path: Path) -> None:
    """One worker has closed at once, the other one needs its time: the first is not replaced meanwhile."""
    async with open_ray(placing(CountingDesk(), works.equipped_and_slow_to_close, tmp_path)) as engine:
        while len(list(tmp_path.glob("*.open"))) < 2:
            await asyncio.sleep(0.01)
        await run(engine, works.tell_and_go, [Unit(0, tmp_path)])
    assert len(list(tmp_path.glob("*.closed"))) == 2
    assert len(ray.actors) == 2


async def test_what_a_dead_worker_had_said_is_heard_before_it_is_lost(ray: FakeRay, tmp_path: Path) -> None:
    """What it kept and paid for is of the attempt that died, though it comes after the news of the death."""
    ray.first_says_late = True
    desk, unit = OrderedDesk(), Unit(5, tmp_path)
    placed = Placing(limit=1, workers=1, workplace=Workplace(works.equipped, "right", desk, {"line": HERE}))
    async with open_ray(placed) as engine:
        running = asyncio.create_task(run(engine, works.tell_and_wait_once, [unit]))
        while not works.noted(tmp_path, "waits"):
            await asyncio.sleep(0.01)
        ray.actors[0].die()
        assert await running == [5]
    assert desk.order == [5, "lost", 5]
