"""The engine of one machine: bounded asyncio tasks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

from factcheck.engine import base
from factcheck.engine.base import Placing, Raised, Stop, Success
from factcheck.errors import Interrupted

Unit = TypeVar("Unit")
Result = TypeVar("Result")


@asynccontextmanager
async def open_local(placing: Placing) -> AsyncIterator[LocalEngine]:
    """The engine; nothing needs to be set up."""
    yield LocalEngine(placing.limit, placing.stop)


class LocalEngine:
    """At most `limit` units at a time in the running event loop."""

    apart = False

    def __init__(self, limit: int, stop: Stop | None = None) -> None:
        self._limit = limit
        self._stop = stop or Stop()

    async def run(
        self,
        work: Callable[[Unit], Awaitable[Result]],
        units: Sequence[Unit],
        *,
        stop_on: tuple[type[Exception], ...],
        done: Callable[[Unit], None],
    ) -> tuple[Success[Result] | Raised, ...]:
        """See `Engine.run`; memory holds `limit` running units and the outcomes, never a task per unit."""
        outcomes: list[Success[Result] | Raised | None] = [None] * len(units)
        stopped: list[Exception] = []
        cut_off = asyncio.Event()
        waiting: Iterator[tuple[int, Unit]] = iter(enumerate(units))

        async def worker() -> None:
            for index, unit in waiting:
                if stopped or self._stop.requested:
                    outcomes[index] = Raised(stopped[0] if stopped else Interrupted.unasked())
                    continue
                try:
                    outcomes[index] = Success(await work(unit))
                except asyncio.CancelledError:
                    if not _is_ours(cut_off):
                        raise
                    outcomes[index] = Raised(_cut_off())
                except Exception as error:
                    if isinstance(error, stop_on):
                        stopped.append(error)
                    outcomes[index] = Raised(error)
                done(unit)

        loop = asyncio.get_running_loop()
        asked = asyncio.Event()
        with self._stop.heard_by(lambda: loop.call_soon_threadsafe(asked.set)):
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(worker()) for _ in range(min(self._limit, len(units)))]
                watch = asyncio.create_task(_cut_off_later(asked, cut_off, tasks))
                for task in tasks:
                    task.add_done_callback(lambda _: all(t.done() for t in tasks) and watch.cancel())
                if not tasks:
                    watch.cancel()
        return tuple(outcome for outcome in outcomes if outcome is not None)


async def _cut_off_later(asked: asyncio.Event, cut_off: asyncio.Event, tasks: Sequence[asyncio.Task[None]]) -> None:
    await asked.wait()
    await asyncio.sleep(base.GRACE)
    cut_off.set()
    for task in tasks:
        task.cancel()


def _is_ours(cut_off: asyncio.Event) -> bool:
    """Whether a cancellation came from the end of the grace; then it is used up, and the worker goes on."""
    task = asyncio.current_task()
    if not cut_off.is_set() or task is None:
        return False
    return task.uncancel() == 0


def _cut_off() -> Interrupted:
    return Interrupted(
        "the run was interrupted while this was asked, and the answer had not come; the same command goes on"
    )
