"""How many requests may be under way at once: found out from how the endpoint answers, never above a ceiling."""

from __future__ import annotations

import asyncio
import heapq
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar

START = 4
"""Requests under way when the first one has neither been answered nor refused within `ALONE`."""
OPENING = 16
"""Requests under way once the first one was answered: what endpoints of any size take or queue, and if one does not,
it costs so many refusals, once."""
ALONE = 1.5
"""Seconds that the first request of a run is alone: a wrong key, a spent quota or an unknown model is told within
that time, and costs one request instead of one per worker."""
COOLDOWN = 2.0
"""Seconds without growth after the endpoint said slow down."""
GAIN = 1.0
GAIN_BACK = 0.25
GAIN_BEYOND = 0.1
"""Growth per answer while saturated: the limit doubles per round of answers until the first refusal; after it, it
grows by a quarter per round up to what went through, and by a tenth beyond."""
FIRST_HOLD = 10
LONGEST_HOLD = 160
"""Rounds of answers at the level that was refused once before one request more is tried; doubles with each refusal."""
CROWDED = 0.3
"""Share of recent attempts lost to the time-out or an overloaded server from which on it is we who crowd it."""

_RANK: ContextVar[int] = ContextVar("where requests stand among those that wait for a place", default=0)


@contextmanager
def ranked(rank: int) -> Iterator[None]:
    """Of the requests that wait for a place, those made in the block by this task and its own go before higher ranks.

    Without a rank they have 0. So what was begun first is finished first, instead of everything being half done.
    """
    token = _RANK.set(rank)
    try:
        yield
    finally:
        _RANK.reset(token)


class AdaptiveLimit:
    """A limit on requests under way that starts with one, grows while the endpoint keeps up, learns where it does not.

    Slow start and multiplicative decrease are those of TCP congestion control (RFC 5681); the level that was refused
    is remembered and approached again ever more rarely, as CUBIC does with its plateau (RFC 9438). Growth needs
    saturation: a limit of which less than half is used says nothing about the endpoint (RFC 7661).
    """

    def __init__(self, ceiling: int) -> None:
        self._ceiling = float(ceiling)
        self._limit = 1.0
        self._busy = 0
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        """A heap of rank, number and turn."""
        self._number = 0
        self._met = False
        """Whether the endpoint has answered or had its time to."""
        self._opened = False
        """Whether it has answered."""
        self._timer: asyncio.TimerHandle | None = None
        self._gain = GAIN
        self._wall: float | None = None
        """Most requests under way that were not refused, once one was."""
        self._held = 0.0
        self._hold = FIRST_HOLD
        self._probing = False
        self._crowd = 0.0
        self._cut_at = float("-inf")
        self._not_before = float("-inf")

    @property
    def now(self) -> int:
        """How many requests may be under way at present."""
        return max(1, int(self._limit))

    @asynccontextmanager
    async def slot(self, *, ahead: bool = False) -> AsyncIterator[float]:
        """One place among the requests under way; yields the monotonic time at which it was given.

        In the order of `ranked`, and within a rank first come, first served. `ahead` goes before all that wait
        already: a call that was begun is finished before another one starts.
        """
        if self._busy < self.now and not self._waiting:
            self._busy += 1
        else:
            turn = asyncio.get_running_loop().create_future()
            self._number += 1
            heapq.heappush(self._waiting, (-1, -self._number, turn) if ahead else (_RANK.get(), self._number, turn))
            try:
                await turn
            except asyncio.CancelledError:
                # The turn may have been given in the very moment of the cancellation: pass it on.
                if turn.done() and not turn.cancelled():
                    self._busy -= 1
                    self._wake()
                raise
        if not self._met and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(ALONE, self._open_up)
        try:
            yield time.monotonic()
        finally:
            self._busy -= 1
            self._wake()

    def _open_up(self) -> None:
        if not self._met:
            self._met = True
            self._limit = min(float(START), self._ceiling)
            self._wake()

    def _wake(self) -> None:
        while self._busy < self.now and self._waiting:
            _, _, turn = heapq.heappop(self._waiting)
            if not turn.done():
                # Counted here, not when the waiter runs, so that one place is never given twice.
                self._busy += 1
                turn.set_result(None)

    def succeeded(self) -> None:
        """An answer came; to be told while its place is still held."""
        self._know_it()
        self._crowd *= 0.9
        if not self._opened and self._wall is None:
            self._limit = max(self._limit, min(float(OPENING), self._ceiling))
            self._opened = True
            self._wake()
            return
        if 2 * self._busy < self.now or time.monotonic() < self._cut_at + COOLDOWN:
            return
        top = self._ceiling if self._wall is None else min(self._ceiling, self._wall)
        if self._limit < top:
            self._limit = min(top, self._limit + (self._gain if self._wall is None else GAIN_BACK))
        elif self._wall is not None and self._wall < self._ceiling:
            self._hold_or_probe(self._wall)
        self._wake()

    def _hold_or_probe(self, wall: float) -> None:
        """At the level that was refused once: stay for some rounds, then try one more; if that goes well, forget it."""
        self._held += 1
        if self._probing and self._held >= 2 * wall:
            self._wall, self._probing, self._hold = None, False, FIRST_HOLD
        elif not self._probing and self._held >= self._hold * wall:
            self._wall = self._limit = wall + 1
            self._held, self._probing = 0.0, True

    def slow_down(self, started: float, pause: float) -> None:
        """A request that `started` then was refused: halve once per wave, start nothing for `pause` seconds.

        To be told while its place is still held. The refusals of one wave together show how many went through; when it
        was one request more that was being tried, the limit goes back to what it was instead.
        """
        self._know_it()
        now = time.monotonic()
        self._not_before = max(self._not_before, now + pause)
        if started >= self._cut_at:
            self._wall = float(min(self._busy, self.now))
            if self._probing:
                self._hold = min(LONGEST_HOLD, 2 * self._hold)
            else:
                self._limit = max(1.0, self._wall / 2)
            self._gain = GAIN_BEYOND
            self._cut_at = now
        self._wall = max(1.0, (self._wall or self._limit) - 1)
        self._limit = min(self._limit, self._wall)
        self._held, self._probing = 0.0, False

    def crowded(self, started: float) -> None:
        """A request that `started` then met its time-out or an overloaded server: three quarters when many do."""
        self._know_it()
        self._crowd = 0.9 * self._crowd + 0.1
        if self._crowd > CROWDED and started >= self._cut_at:
            self._limit = max(1.0, 0.75 * self._limit)
            self._gain = GAIN_BEYOND
            self._cut_at = time.monotonic()

    def _know_it(self) -> None:
        """What happened to the first request is known: growth is by answers from now on."""
        self._met = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def pause_left(self) -> float:
        """Seconds until the endpoint wants to hear from us again."""
        return max(0.0, self._not_before - time.monotonic())
