"""What a worker in another process has in place of the run's store, limit, pace, budget, count and standing: a line."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

from pydantic import JsonValue

from factcheck.errors import ModelError
from factcheck.line import Line
from factcheck.llm.allotment import Allotment
from factcheck.llm.faults import Fault
from factcheck.llm.pacing import Turn
from factcheck.llm.standing import Met
from factcheck.llm.usage import Tally, Tokens

_IN_FLIGHT: ContextVar[bool] = ContextVar("a task asks for what it does not find", default=False)


class RemoteStore:
    """The `AnswerStore` of the run. What a task holds a flight for, it reads without asking once more."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._held: dict[str, JsonValue | None] = {}

    def get(self, key: str) -> JsonValue | None:
        """The stored answer, or None."""
        if key in self._held:
            return self._held[key]
        return self.get_all((key,)).get(key)

    def get_all(self, keys: Iterable[str]) -> dict[str, JsonValue]:
        """Those of the answers that are stored."""
        asked = tuple(dict.fromkeys(keys))
        found = {key: self._held[key] for key in asked if key in self._held}
        unknown = [key for key in asked if key not in found]
        if unknown:
            found |= self._line.ask_now("get", (unknown, _IN_FLIGHT.get()))
        return {key: value for key, value in found.items() if value is not None}

    async def put(self, key: str, value: JsonValue) -> None:
        """Keep an answer; on return it is where all answers of the run are."""
        await self.put_all({key: value})

    async def put_all(self, answers: Mapping[str, JsonValue]) -> None:
        """Keep answers that came together."""
        await self._line.ask("put", dict(answers))
        self._held.update((key, value) for key, value in answers.items() if key in self._held)

    @asynccontextmanager
    async def flight(self, *keys: str) -> AsyncIterator[None]:
        """See `AnswerStore.flight`: over all workers too."""
        async with self._line.held("flight", keys) as found:
            self._held.update((key, found.get(key)) for key in keys)
            token = _IN_FLIGHT.set(True)
            try:
                yield
            finally:
                _IN_FLIGHT.reset(token)
                for key in keys:
                    self._held.pop(key, None)


class _RemoteLimit:
    """The `AdaptiveLimit` of the run; its pauses are kept before a place is given."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def slot(self, *, ahead: bool = False) -> AbstractAsyncContextManager[float]:
        return self._line.held("slot", ahead)

    def succeeded(self) -> None:
        self._line.tell("succeeded", None)

    def slow_down(self, started: float, pause: float) -> None:
        self._line.tell("slow_down", (started, pause))

    def crowded(self, started: float) -> None:
        self._line.tell("crowded", started)

    def pause_left(self) -> float:
        return 0.0


class _RemotePace:
    """The `Pace` of the run; a turn comes when it may be used."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def turn(self, estimate: float) -> Turn:
        turn: Turn = await self._line.ask("turn", estimate)
        return replace(turn, wait=0.0)

    def learn(self, turn: Turn, headers: Mapping[str, str]) -> None:
        told = {name: value for name, value in headers.items() if name.lower().startswith("x-ratelimit-")}
        if told:
            self._line.tell("learn", (turn, told))

    def used(self, turn: Turn, tokens: int) -> None:
        self._line.tell("used", (turn, tokens))


class _RemoteBudget:
    """The `Budget` of the run."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def reserve(self, model: str | None, prompt_tokens: int) -> AbstractAsyncContextManager[Any]:
        return self._line.held("reserve", (model, prompt_tokens))


class _RemoteTally(Tally):
    """A count of this worker's requests, all of which is told to that of the run."""

    def __init__(self, line: Line) -> None:
        super().__init__()
        self._line = line

    def add(self, model: str | None, tokens: Tokens, rate: float = 1.0) -> None:
        super().add(model, tokens, rate)
        self._line.tell("add", (model, tokens, rate))

    def fault(self, kind: str) -> None:
        super().fault(kind)
        self._line.tell("fault", kind)

    def reasked(self) -> None:
        super().reasked()
        self._line.tell("reasked", None)


class _RemoteStanding:
    """The `Standing` of the run, which is asked for when a place and a turn are given."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def require(self) -> None:
        """Nothing: no place and no turn is given once the run has ended."""

    def sent(self, *, first: bool) -> None:
        self._line.tell("sent", first)

    def answered(self) -> None:
        self._line.tell("answered", None)

    async def after(self, fault: Fault, met: Met) -> ModelError | None:
        end: ModelError | None = await self._line.ask("after", (fault, met))
        return end


def allotted_over(line: Line) -> Allotment:
    """What the requests of this worker share with all others of the run."""
    return Allotment(
        tally=_RemoteTally(line),
        limit=_RemoteLimit(line),
        pace=_RemotePace(line),
        budget=_RemoteBudget(line),
        standing=_RemoteStanding(line),
    )
