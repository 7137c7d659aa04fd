"""The engine of one machine: bounded asyncio tasks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import TypeVar

from factcheck.engine.base import Raised, Success

Unit = TypeVar("Unit")
Result = TypeVar("Result")


class LocalEngine:
    """At most `limit` units at a time in the running event loop."""

    def __init__(self, limit: int) -> None:
        self._limit = limit

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
        waiting: Iterator[tuple[int, Unit]] = iter(enumerate(units))

        async def worker() -> None:
            for index, unit in waiting:
                if stopped:
                    outcomes[index] = Raised(stopped[0])
                    continue
                try:
                    outcomes[index] = Success(await work(unit))
                except Exception as error:
                    if isinstance(error, stop_on):
                        stopped.append(error)
                    outcomes[index] = Raised(error)
                done(unit)

        async with asyncio.TaskGroup() as group:
            for _ in range(min(self._limit, len(units))):
                group.create_task(worker())
        return tuple(outcome for outcome in outcomes if outcome is not None)
