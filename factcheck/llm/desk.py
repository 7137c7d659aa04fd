"""The other end of what workers share: it answers from the run's own store, limit, pace, budget and count."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from factcheck.llm.allotment import Allotment
from factcheck.llm.base import AnswerStore
from factcheck.llm.traces import Listener


class AnswerDesk:
    """A `Desk` in the process that started the run; whatever a worker holds there ends with the worker."""

    def __init__(self, allotment: Allotment, store: AnswerStore, listener: Listener | None) -> None:
        self._allotment = allotment
        self._store = store
        self._listener = listener

    async def attend(
        self, subject: str, value: Any, reply: Callable[[object], None], ended: Callable[[], Awaitable[object]]
    ) -> None:
        """See `Desk.attend`; raises what the store and the budget raise."""
        of = self._allotment
        match subject:
            case "get":
                reply(self._store.get_all(value))
            case "put":
                await self._store.put_all(value)
                reply(None)
            case "flight":
                async with self._store.flight(*value):
                    reply(self._store.get_all(value))
                    await ended()
            case "slot":
                await asyncio.sleep(of.limit.pause_left())
                async with of.limit.slot(ahead=value) as started:
                    reply(started)
                    await ended()
            case "turn":
                turn = await of.pace.turn(value)
                await asyncio.sleep(max(turn.wait, of.limit.pause_left()))
                reply(turn)
            case "reserve":
                async with of.budget.reserve(*value):
                    reply(None)
                    await ended()
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
            case "retried":
                of.tally.retried_elsewhere += value
            case "trace" if self._listener is not None:
                self._listener(value)
