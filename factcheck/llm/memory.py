"""Answers kept for one run only: for `--no-cache`, and for cassettes, which must see every request."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

from pydantic import JsonValue


class Flights:
    """One holder per key at a time inside a process; the others wait their turn."""

    def __init__(self) -> None:
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def hold(self, key: str) -> AsyncIterator[None]:
        """Hold `key`; forgotten when nobody holds or wants it any more."""
        lock, wanted = self._locks.get(key, (asyncio.Lock(), 0))
        self._locks[key] = (lock, wanted + 1)
        try:
            async with lock:
                yield
        finally:
            lock, wanted = self._locks.pop(key)
            if wanted > 1:
                self._locks[key] = (lock, wanted - 1)


class MemoryStore:
    """An `AnswerStore` that forgets everything with the run; `warnings` is always empty."""

    def __init__(self) -> None:
        self._answers: dict[str, JsonValue] = {}
        self._flights = Flights()
        self.hits = 0
        """How many `get` calls found an answer."""
        self.warnings: list[str] = []

    def get(self, key: str) -> JsonValue | None:
        """The stored answer, or None."""
        value = self._answers.get(key)
        self.hits += value is not None
        return value

    def get_all(self, keys: Iterable[str]) -> dict[str, JsonValue]:
        """Those of the answers that are stored."""
        return {key: value for key in keys if (value := self.get(key)) is not None}

    async def put(self, key: str, value: JsonValue) -> None:
        """Keep an answer until the run ends."""
        self._answers[key] = value

    async def put_all(self, answers: Mapping[str, JsonValue]) -> None:
        """Keep answers until the run ends."""
        self._answers.update(answers)

    @asynccontextmanager
    async def flight(self, *keys: str) -> AsyncIterator[None]:
        """Held by the one task that asks for these keys; others wait, then find them stored."""
        async with AsyncExitStack() as stack:
            for key in sorted(set(keys)):
                await stack.enter_async_context(self._flights.hold(key))
            yield
