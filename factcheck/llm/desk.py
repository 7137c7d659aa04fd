"""The other end of what workers share: it answers from the run's own store, limit, pace, budget, count and standing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from factcheck.llm.allotment import Allotment
from factcheck.llm.base import AnswerStore
from factcheck.llm.traces import Listener


@dataclass
class _Begun:
    """What was kept for a unit of work since it was begun."""

    by_this_worker: set[str] = field(default_factory=set)
    by_dead_ones: set[str] = field(default_factory=set)


_BEGUN: ContextVar[_Begun | None] = ContextVar("the unit that is worked on elsewhere", default=None)


@contextmanager
def begun_once() -> Iterator[None]:
    """Let the unit of work in the block go the same way when it has to be begun anew, because its worker died.

    What was paid for it by then is then found where it would be asked for, and not before: it is not what the unit
    found when it was begun, and asked for in other company the rest would be other requests.
    """
    token = _BEGUN.set(_Begun())
    try:
        yield
    finally:
        _BEGUN.reset(token)


class AnswerDesk:
    """A `Desk` in the process that started the run; whatever a worker holds there ends with the worker."""

    def __init__(self, allotment: Allotment, store: AnswerStore, listener: Listener | None) -> None:
        self._allotment = allotment
        self._store = store
        self._listener = listener

    async def attend(
        self, subject: str, value: Any, reply: Callable[[object], None], ended: Callable[[], Awaitable[object]]
    ) -> None:
        """See `Desk.attend`; raises what the store, the budget and the standing raise."""
        of, begun = self._allotment, _BEGUN.get()
        match subject:
            case "get":
                keys, in_flight = value
                hidden = begun.by_dead_ones if begun is not None and not in_flight else ()
                reply(self._store.get_all(key for key in keys if key not in hidden))
            case "put":
                if begun is not None:  # before, because the worker may die while it is written
                    begun.by_this_worker.update(value)
                await self._store.put_all(value)
                reply(None)
            case "flight":
                async with self._store.flight(*value):
                    reply(self._store.get_all(value))
                    await ended()
            case "slot":
                of.standing.require()
                await asyncio.sleep(of.limit.pause_left())
                async with of.limit.slot(ahead=value) as started:
                    of.standing.require()
                    reply(started)
                    await ended()
            case "turn":
                turn = await of.pace.turn(value)
                await asyncio.sleep(turn.wait)
                await asyncio.sleep(of.limit.pause_left())  # the endpoint may have asked for one meanwhile
                of.standing.require()
                reply(turn)
            case "reserve":
                async with of.budget.reserve(*value):
                    reply(None)
                    await ended()
            case "after":
                reply(await of.standing.after(*value))
            case _:
                raise ValueError(subject)

    def told(self, subject: str, value: Any) -> None:
        """See `Desk.told`."""
        of = self._allotment
        match subject:
            case "succeeded":
                of.limit.succeeded()
            case "slow_down":
                of.limit.slow_down(*value)
            case "crowded":
                of.limit.crowded(value)
            case "learn":
                of.pace.learn(*value)
            case "used":
                of.pace.used(*value)
            case "add":
                of.tally.add(*value)
            case "fault":
                of.tally.fault(value)
            case "reasked":
                of.tally.reasked()
            case "sent":
                of.standing.sent(first=value)
            case "answered":
                of.standing.answered()
            case "trace" if self._listener is not None:
                self._listener(value)

    def lost(self) -> None:
        """See `Desk.lost`."""
        begun = _BEGUN.get()
        if begun is not None:
            begun.by_dead_ones |= begun.by_this_worker
            begun.by_this_worker = set()
