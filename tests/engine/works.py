"""Work for the tests of engines: functions of a module, which leave notes in files, for they may run anywhere."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from factcheck.engine.base import Stop
from factcheck.errors import ModelUnavailable, SettingsError
from factcheck.line import Line


class StopError(Exception):
    """Ends a run in these tests."""


@dataclass(frozen=True)
class Unit:
    """One piece of work; `folder` takes its notes."""

    number: int
    folder: Path
    seconds: float = 0.0

    def note(self, what: str) -> None:
        """Leave a note with the time."""
        (self.folder / f"{self.number}.{what}").write_text(repr(time.monotonic()))


def noted(folder: Path, what: str) -> dict[int, float]:
    """Number of a unit -> when it left such a note."""
    return {int(path.stem): float(path.read_text()) for path in folder.glob(f"*.{what}")}


def most_at_once(folder: Path) -> int:
    """How many units ran at the same time."""
    begun, ended = noted(folder, "begun"), noted(folder, "ended")
    return max(sum(begun[other] <= at < ended[other] for other in begun) for at in begun.values())


async def square(unit: Unit) -> int:
    """The square, after the unit's time."""
    unit.note("begun")
    try:
        await asyncio.sleep(unit.seconds)
    finally:
        unit.note("ended")
    return unit.number**2


async def square_but_two(unit: Unit) -> int:
    """The square; 2 raises."""
    if unit.number == 2:
        raise ModelUnavailable("two", attempts=7)
    return await square(unit)


async def square_until_three(unit: Unit) -> int:
    """The square; 3 raises what ends a run."""
    unit.note("tried")
    if unit.number == 3:
        raise StopError("three")
    return await square(unit)


async def die_once(unit: Unit) -> int:
    """The square; the first time, 2 takes its whole process with it."""
    if unit.number == 2 and not (unit.folder / "died").exists():
        (unit.folder / "died").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return await square(unit)


async def die_always(unit: Unit) -> int:
    """The square; 2 takes its whole process with it, every time."""
    if unit.number == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return await square(unit)


async def process(unit: Unit) -> int:
    """The number of the process that works on it."""
    await asyncio.sleep(unit.seconds)
    return os.getpid()


async def hold_and_die(unit: Unit, line: Line) -> object:
    """What the desk gives for the unit's number; the first time, the process dies while it holds it."""
    async with line.held("number", unit.number) as given:
        await die_once(unit)
    return given


async def tell_and_go(unit: Unit, line: Line) -> int:
    """Say a hundred things and be done."""
    for _ in range(100):
        line.tell("said", unit.number)
    return unit.number


async def hold(unit: Unit, line: Line) -> object:
    """What the desk gives for the unit's number."""
    async with line.held("number", unit.number) as given:
        return given


async def tell_and_wait_once(unit: Unit, line: Line) -> int:
    """Say it; the first time, never end."""
    line.tell("said", unit.number)
    if not noted(unit.folder, "waits"):
        unit.note("waits")
        await asyncio.Event().wait()
    return unit.number


@asynccontextmanager
async def equipped(line: Line, stop: Stop, settings: str) -> AsyncIterator[Mapping[str, object]]:
    """The worker's own line, under a name; some settings cannot be set up with."""
    assert not stop.requested
    if settings == "wrong":
        raise SettingsError("not with these settings")
    yield {"line": line}


@asynccontextmanager
async def equipped_as_of(line: Line, stop: Stop, settings: tuple[Path, str]) -> AsyncIterator[Mapping[str, object]]:
    """As `equipped`; but the first worker to come, or all but the first, find that their machine will not do."""
    folder, which = settings
    try:
        (folder / "first").touch(exist_ok=False)
        first = True
    except FileExistsError:
        first = False
    if first == (which == "the first"):
        (folder / f"refused.{os.getpid()}").touch()
        raise SettingsError("not on this machine")
    async with equipped(line, stop, "right") as own:
        yield own


@asynccontextmanager
async def equipped_and_telling(line: Line, stop: Stop, settings: int) -> AsyncIterator[Mapping[str, object]]:
    """As `equipped`; says a number before there is any unit."""
    line.tell("said", settings)
    async with equipped(line, stop, "right") as own:
        yield own


@asynccontextmanager
async def equipped_and_slow_to_close(line: Line, stop: Stop, settings: Path) -> AsyncIterator[Mapping[str, object]]:
    """As `equipped`; the first worker that closes does so at once, all others half a second later."""
    (settings / f"{id(line)}.open").touch()
    async with equipped(line, stop, "right") as own:
        yield own
    try:
        (settings / "first").touch(exist_ok=False)
    except FileExistsError:
        await asyncio.sleep(0.5)
    (settings / f"{id(line)}.closed").touch()


class CountingDesk:
    """A desk that gives the double of a number, and counts what is held."""

    def __init__(self) -> None:
        self.held = 0
        self.given = 0
        self.heard = Counter[int]()

    async def attend(
        self, subject: str, value: int, reply: Callable[[object], None], ended: Callable[[], Awaitable[object]]
    ) -> None:
        """Give the double until the end."""
        assert subject == "number"
        self.held += 1
        self.given += 1
        try:
            reply(2 * value)
            await ended()
        finally:
            self.held -= 1

    def told(self, subject: str, value: object) -> None:
        """Count what is said by number."""
        assert subject == "said"
        assert isinstance(value, int)
        self.heard[value] += 1

    def lost(self) -> None:
        """It holds nothing for a unit."""
