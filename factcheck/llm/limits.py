"""How many requests may be under way at once, and how many a run may send at all."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from factcheck.errors import BudgetExceeded
from factcheck.llm.usage import Tally, price


class AdaptiveLimit:
    """A limit on requests under way that halves when the endpoint says slow down and grows again with success.

    Additive increase, multiplicative decrease, as in TCP congestion control (RFC 5681).
    """

    def __init__(self, top: int) -> None:
        self._top = top
        self._limit = float(top)
        self._busy = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._cut_at = float("-inf")
        self._not_before = float("-inf")

    @property
    def now(self) -> int:
        """How many requests may be under way at present."""
        return max(1, int(self._limit))

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[float]:
        """One place among the requests under way; yields the monotonic time at which it was given."""
        while self._busy >= self.now:
            turn = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            try:
                await turn
            except asyncio.CancelledError:
                # The turn may have been given in the very moment of the cancellation: pass it on.
                if turn.done() and not turn.cancelled():
                    self._wake()
                raise
        self._busy += 1
        try:
            yield time.monotonic()
        finally:
            self._busy -= 1
            self._wake()

    def _wake(self) -> None:
        free = self.now - self._busy
        while free > 0 and self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                free -= 1

    def succeeded(self) -> None:
        """An answer came: room for one more after about as many answers as there are places."""
        if self._limit < self._top:
            self._limit = min(float(self._top), self._limit + 1 / self._limit)
            self._wake()

    def slow_down(self, started: float, pause: float) -> None:
        """A request that `started` then was refused: halve once per wave, start nothing for `pause` seconds."""
        now = time.monotonic()
        self._not_before = max(self._not_before, now + pause)
        if started >= self._cut_at:
            self._limit = max(1.0, self._limit / 2)
            self._cut_at = now

    def pause_left(self) -> float:
        """Seconds until the endpoint wants to hear from us again."""
        return max(0.0, self._not_before - time.monotonic())


class Budget:
    """`--max-calls` and `--max-cost`, checked before a request is sent, requests under way included."""

    def __init__(self, tally: Tally, max_calls: int | None, max_cost: float | None) -> None:
        self._tally = tally
        self._max_calls = max_calls
        self._max_cost = max_cost
        self._reserved = 0.0

    @contextmanager
    def reserve(self, model: str | None, prompt_tokens: int) -> Iterator[None]:
        """Count one request for as long as it is under way. Raises BudgetExceeded instead of letting it start."""
        if self._max_calls is not None and self._tally.requests >= self._max_calls:
            raise BudgetExceeded(
                f"--max-calls {self._max_calls} is reached; raise it and run again to go on", attempts=0
            )
        expected = 0.0
        if self._max_cost is not None and model is not None:
            answer = self._tally.mean_completion(unknown=prompt_tokens // 2)
            expected = price(model, prompt_tokens, 0, answer) or 0.0
            spent = self._tally.cost or 0.0
            if spent + self._reserved + expected > self._max_cost:
                raise BudgetExceeded(
                    f"--max-cost {self._max_cost:g} would be crossed: {spent:.4f} USD are spent and the next request"
                    f" is expected to cost {expected:.4f}; raise it and run again to go on",
                    attempts=0,
                )
        self._tally.requests += 1
        self._reserved += expected
        try:
            yield
        finally:
            self._reserved -= expected
