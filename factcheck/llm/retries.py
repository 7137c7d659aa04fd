"""The one retry policy: how a call is sent, and sent again. The only place that knows tenacity."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar

import tenacity

from factcheck.errors import FactcheckError, Interrupted, ModelError
from factcheck.llm.allotment import Deciding, Limit, Pacing
from factcheck.llm.faults import Fault, causes, of_exception
from factcheck.llm.pacing import Turn
from factcheck.llm.standing import LONGEST_RETRY_AFTER, Met

FIRST_WAIT = 0.5
LONGEST_WAIT = 30.0
LEARNT = ("mode", "no_system")
"""Faults that say how a server wants to be asked; nothing has gone wrong then."""

T = TypeVar("T")
_WAITING: ContextVar[bool] = ContextVar("waiting between attempts", default=True)


@contextmanager
def without_waits() -> Iterator[None]:
    """Take the waits between attempts out, for tests and replays; tasks created inside inherit it."""
    token = _WAITING.set(False)
    try:
        yield
    finally:
        _WAITING.reset(token)


async def _wait(seconds: float) -> None:
    await asyncio.sleep(seconds if _WAITING.get() else 0)


@dataclass
class _Course:
    """How one call has gone so far."""

    subject: str
    tokens: int
    """What it will take about, prompt and answer together."""
    deadline: asyncio.Timeout
    ends: float | None = None
    """Time of the event loop at which the call is given up; None until it has had its first place."""
    attempts: int = 0
    rate_limits: int = 0
    garbage: int = 0
    end: ModelError | None = None
    """What it ends with, once that is known."""

    def met(self, *, over: bool = False) -> Met:
        """What the run is told of it."""
        return Met(self.subject, self.attempts, self.rate_limits, self.garbage, over=over)


class Retries:
    """Runs HTTP attempts under the policy and turns what is left into our errors; one per client."""

    def __init__(
        self,
        *,
        timeout: float,
        deadline: float,
        limit: Limit,
        pace: Pacing,
        standing: Deciding,
        fault: Callable[[str], None],
        stopping: Callable[[], bool],
    ) -> None:
        self._timeout = timeout
        self._deadline = deadline
        self._limit = limit
        self._pace = pace
        self._standing = standing
        self._count_fault = fault
        self._stopping = stopping

    async def call(self, attempt: Callable[[Turn], Awaitable[T]], subject: str, tokens: int = 0) -> T:
        """Run `attempt` until it gives a value; `subject` names the model for messages, `tokens` is an estimate.

        Raises a subclass of ModelError, or the FactcheckError that an attempt raised itself; a Fault of kind `mode`
        or `no_system` passes, because only the caller can ask in another way.
        """
        self._standing.require()
        course = _Course(subject, tokens, asyncio.timeout(None))
        try:
            async with course.deadline:
                return await self._patiently(attempt, course)
        except Fault as fault:
            if course.end is None:
                raise
            raise course.end from fault
        except TimeoutError as error:
            self._count_fault("deadline")
            late = Fault("retry", f"no usable answer within {self._deadline:g} s for one call (--deadline)")
            course.end = await self._standing.after(late, course.met(over=True))
            assert course.end is not None, "what is over is not tried again"
            raise course.end from error

    async def _patiently(self, attempt: Callable[[Turn], Awaitable[T]], course: _Course) -> T:
        policy = tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception(
                lambda error: isinstance(error, Fault) and error.kind not in LEARNT and course.end is None
            ),
            wait=self._pause,
            sleep=_wait,
            reraise=True,
        )
        try:
            value: T = await policy(self._attempt, attempt, course)
        finally:
            policy.iter_state.reset()  # the policy is in a circle with what it did last, which holds request and answer
        return value

    async def _attempt(self, attempt: Callable[[Turn], Awaitable[T]], course: _Course) -> T:
        try:
            return await self._placed(attempt, course)
        except Fault as fault:
            if fault.kind not in LEARNT:
                course.rate_limits += fault.kind == "slow_down"
                course.garbage += fault.kind == "garbage"
                course.end = await self._standing.after(fault, course.met())
            raise

    async def _placed(self, attempt: Callable[[Turn], Awaitable[T]], course: _Course) -> T:
        """One attempt, with a place among those under way."""
        await _wait(self._limit.pause_left())
        async with self._limit.slot(ahead=course.attempts > 0) as started:
            self._standing.require()
            if course.ends is None:
                if self._stopping():  # what waited for its place is not in flight
                    raise Interrupted.unasked()
                course.ends = asyncio.get_running_loop().time() + self._deadline
                course.deadline.reschedule(course.ends)
            turn = await self._pace.turn(course.tokens)
            await _wait(turn.wait)
            await _wait(self._limit.pause_left())  # the endpoint may have asked for one meanwhile
            self._standing.require()
            course.attempts += 1
            self._standing.sent(first=course.attempts == 1)
            try:
                async with asyncio.timeout(self._timeout):
                    value = await attempt(turn)
            except FactcheckError:
                raise
            except Exception as error:
                fault = self._fault(error)
                self._learn(fault, turn, started)
                raise fault from error
            self._limit.succeeded()
            self._standing.answered()
        return value

    def _learn(self, fault: Fault, turn: Turn, started: float) -> None:
        if fault.kind not in LEARNT:
            self._count_fault(fault.name)
        self._pace.learn(turn, fault.headers)
        if fault.kind == "slow_down":
            self._limit.slow_down(started, min(fault.retry_after or 0.0, LONGEST_RETRY_AFTER))
        elif fault.crowded:
            self._limit.crowded(started)

    def _fault(self, error: Exception) -> Fault:
        for cause in causes(error):
            if isinstance(cause, Fault):
                return cause
            if isinstance(cause, FactcheckError):
                raise cause
        return of_exception(error, self._timeout, time.time())

    def _pause(self, state: tenacity.RetryCallState) -> float:
        """Full jitter (Brooker, "Exponential Backoff and Jitter", 2015), never earlier than the endpoint asked for."""
        ceiling = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** (state.attempt_number - 1))
        jitter = random.uniform(0, ceiling)  # noqa: S311 - spreads requests, guards nothing
        fault = state.outcome.exception() if state.outcome else None
        asked = fault.retry_after if isinstance(fault, Fault) else None
        return (asked or 0.0) + jitter
