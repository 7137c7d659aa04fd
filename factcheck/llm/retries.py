"""The one retry policy: how often, how long between, and when to stop the run. The only place that knows tenacity."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar

import tenacity

from factcheck.errors import (
    EndpointError,
    FactcheckError,
    Interrupted,
    ModelError,
    ModelRefused,
    ModelUnavailable,
    RequestTooBig,
)
from factcheck.llm.allotment import Limit, Pacing
from factcheck.llm.faults import Fault, causes, of_exception
from factcheck.llm.pacing import Turn

FIRST_WAIT = 0.5
LONGEST_WAIT = 30.0
LONGEST_RETRY_AFTER = 60.0
"""Seconds; an endpoint that wants more is told to the user instead of waited for."""
STRANGER_ATTEMPTS = 3
"""Unreadable answers taken from an address that has never given a readable one."""
NOBODY_ATTEMPTS = 2
"""Attempts at an address where nobody has ever answered."""
RATE_LIMIT_PATIENCE = 3
"""A rate limit is no fault of the request: it may come this many times as often as other faults."""
SPARE_RETRIES = 50
"""A run (on Ray each worker) may retry this often plus once for each call, so that a broken endpoint cannot
multiply its cost; then the run ends. Rate limits are not counted: they are not billed, and the run goes on."""
DOUBTFUL_CALLS = 3
DOUBTFUL_ATTEMPTS = 3
"""After so many calls lost one after the other, the next get this many attempts only, until one is answered."""
LOST_CALLS = 20
"""Calls lost one after the other, none answered between them, that mean the endpoint has gone."""

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

    tokens: int
    """What it will take about, prompt and answer together."""
    deadline: asyncio.Timeout
    ends: float | None = None
    """Time of the event loop at which the call is given up; None until it has had its first place."""
    attempts: int = 0
    rate_limits: int = 0
    garbage: int = 0
    beyond: bool = False
    """Whether it would have been tried again if the run had a retry left."""


class Retries:
    """Runs HTTP attempts under the policy and turns what is left into our errors; one per client."""

    def __init__(
        self,
        *,
        address: str,
        timeout: float,
        deadline: float,
        max_attempts: int,
        limit: Limit,
        pace: Pacing,
        fault: Callable[[str], None],
        stopping: Callable[[], bool],
    ) -> None:
        self._address = address
        self._timeout = timeout
        self._deadline = deadline
        self._max_attempts = max_attempts
        self._limit = limit
        self._pace = pace
        self._calls = 0
        """Calls that have had their first place; those that wait for it earn the run no retry."""
        self._answered = 0
        self._lost_in_a_row = 0
        self._sent = 0
        self._spent = 0
        """Retries that count against those of the run."""
        self._faults = Counter[str]()
        self._stopped: EndpointError | None = None
        self.count = 0
        """Attempts beyond the first, over all calls."""
        self._count_fault = fault
        self._stopping = stopping

    async def call(self, attempt: Callable[[Turn], Awaitable[T]], subject: str, tokens: int = 0) -> T:
        """Run `attempt` until it gives a value; `subject` names the model for messages, `tokens` is an estimate.

        Raises a subclass of ModelError, or the FactcheckError that an attempt raised itself; a Fault of kind `mode`
        or `no_system` passes, because only the caller can ask in another way.
        """
        self._refuse_when_stopped()
        course = _Course(tokens, asyncio.timeout(None))
        try:
            async with course.deadline:
                value = await self._patiently(attempt, course)
        except Fault as fault:
            if fault.kind in LEARNT:
                raise
            raise self._give_up(fault, course, subject) from fault
        except TimeoutError as error:
            self._count_fault("deadline")
            late = Fault("retry", f"no usable answer within {self._deadline:g} s for one call (--deadline)")
            raise self._give_up(late, course, subject) from error
        self._answered += 1
        self._lost_in_a_row = 0
        return value

    async def _patiently(self, attempt: Callable[[Turn], Awaitable[T]], course: _Course) -> T:
        policy = tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception(lambda error: isinstance(error, Fault) and self._again(error, course)),
            wait=self._pause,
            sleep=_wait,
            reraise=True,
        )
        value: T = await policy(self._attempt, attempt, course)
        return value

    async def _attempt(self, attempt: Callable[[Turn], Awaitable[T]], course: _Course) -> T:
        await _wait(self._limit.pause_left())
        async with self._limit.slot(ahead=course.attempts > 0) as started:
            self._refuse_when_stopped()
            if course.ends is None:
                if self._stopping():  # what waited for its place is not in flight
                    raise Interrupted.unasked()
                self._calls += 1
                course.ends = asyncio.get_running_loop().time() + self._deadline
                course.deadline.reschedule(course.ends)
            turn = await self._pace.turn(course.tokens)
            await _wait(max(turn.wait, self._limit.pause_left()))
            self._refuse_when_stopped()
            course.attempts += 1
            self._sent += 1
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
        return value

    def _learn(self, fault: Fault, turn: Turn, started: float) -> None:
        if fault.kind not in LEARNT:
            self._count_fault(fault.name)
            self._faults[fault.name] += 1
        self._pace.learn(turn, fault.headers)
        if fault.kind == "slow_down":
            self._limit.slow_down(started, min(fault.retry_after or 0.0, LONGEST_RETRY_AFTER))
        elif fault.crowded:
            self._limit.crowded(started)

    def _refuse_when_stopped(self) -> None:
        if self._stopped is not None:
            raise EndpointError(str(self._stopped), attempts=0)

    def _fault(self, error: Exception) -> Fault:
        for cause in causes(error):
            if isinstance(cause, Fault):
                return cause
            if isinstance(cause, FactcheckError):
                raise cause
        return of_exception(error, self._timeout, time.time())

    def _again(self, fault: Fault, course: _Course) -> bool:
        if fault.kind not in ("retry", "garbage", "nobody", "slow_down") or self._stopped is not None:
            return False
        if (fault.retry_after or 0.0) > LONGEST_RETRY_AFTER:
            return False
        course.rate_limits += fault.kind == "slow_down"
        course.garbage += fault.kind == "garbage"
        allowed = self._max_attempts
        if not self._answered:
            allowed = min(allowed, NOBODY_ATTEMPTS) if fault.kind == "nobody" else allowed
            if course.garbage >= STRANGER_ATTEMPTS:
                return False
        if self._lost_in_a_row >= DOUBTFUL_CALLS:
            allowed = min(allowed, DOUBTFUL_ATTEMPTS)
        if course.attempts - course.rate_limits >= allowed or course.rate_limits >= allowed * RATE_LIMIT_PATIENCE:
            return False
        counts = fault.kind != "slow_down"
        course.beyond = counts and self._spent >= SPARE_RETRIES + self._calls
        if not course.beyond:
            self.count += 1
            self._spent += counts
        return not course.beyond

    def _pause(self, state: tenacity.RetryCallState) -> float:
        """Full jitter (Brooker, "Exponential Backoff and Jitter", 2015), never earlier than the endpoint asked for."""
        ceiling = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** (state.attempt_number - 1))
        jitter = random.uniform(0, ceiling)  # noqa: S311 - spreads requests, guards nothing
        fault = state.outcome.exception() if state.outcome else None
        asked = fault.retry_after if isinstance(fault, Fault) else None
        return (asked or 0.0) + jitter

    def _give_up(self, fault: Fault, course: _Course, subject: str) -> ModelError:
        n = course.attempts
        tried = f" ({n} attempts)" if n > 1 else ""
        if fault.kind == "too_big":
            return RequestTooBig(f"the request does not fit the model's window: {fault.message}", attempts=n)
        if fault.kind == "refused" or (fault.status == 403 and self._answered):
            return ModelRefused(f"{subject} will not answer this one: {fault.message}", attempts=n)
        if fault.kind == "bug":
            return ModelError(f"the call failed: {fault.message}{tried}", attempts=n)
        stop = self._reason_to_stop(fault, subject)
        if stop is None and self._stopped is not None:  # or it would have been tried again
            return EndpointError(str(self._stopped), attempts=n)
        if stop is None and course.beyond:
            stop = self._used_up()
        if stop is None:
            self._lost_in_a_row += 1
            if self._lost_in_a_row >= LOST_CALLS:
                stop = f"{self._address} has stopped answering: {fault.message}"
        if stop is not None:
            self._stopped = EndpointError(stop, attempts=n)
            return self._stopped
        if (fault.retry_after or 0.0) > LONGEST_RETRY_AFTER:
            return ModelUnavailable(f"{self._address} {self._come_back(fault)}", attempts=n)
        return ModelUnavailable(f"no usable answer from {self._address}: {fault.message}{tried}", attempts=n)

    def _used_up(self) -> str:
        kinds = ", ".join(f"{times:,} {name}" for name, times in self._faults.most_common(3))
        return (
            f"{self._address} fails too often: {self._faults.total():,} of {self._sent:,} requests gave no answer"
            f" (mostly {kinds}), and the {self._spent:,} retries of this run are used up. Run again to go on when the"
            " endpoint is better, or with fewer requests at a time (--concurrency)."
        )

    @staticmethod
    def _come_back(fault: Fault) -> str:
        seconds = fault.retry_after or 0.0
        hours = f" ({seconds / 3600:.1f} h)" if seconds > 3600 else ""
        return f"asks to come back in {seconds:.0f} s{hours}: {fault.message}"

    def _reason_to_stop(self, fault: Fault, subject: str) -> str | None:
        """What to tell the user when no call can succeed; None when another one may."""
        if fault.kind == "nobody" and not self._answered:
            return f"Nobody answers at {self._address}: {fault.message}. Is the server up and --base-url right?"
        if fault.kind == "garbage" and not self._answered:
            return (
                f"{self._address} does not speak the OpenAI chat API: it sent {fault.message}."
                " --base-url usually ends in /v1."
            )
        if fault.kind == "slow_down" and (fault.retry_after or 0.0) > LONGEST_RETRY_AFTER:
            return f"{self._address} {self._come_back(fault)}"
        if fault.kind != "stop":
            return None
        if fault.quota:
            return f"{self._address} will not go on: {fault.message}. Check the account's quota, budget and billing."
        if fault.status == 401:
            return f"{self._address} refused the key (HTTP 401). Check OPENAI_API_KEY."
        if fault.status == 403:
            return f"{self._address} denies access to {subject}: {fault.message}"
        if fault.status is not None and 300 <= fault.status < 400:
            return f"{self._address} redirects elsewhere (HTTP {fault.status}). Give the final address as --base-url."
        if fault.status in (400, 404):
            return f"{self._address} does not know {subject}: {fault.message}. Check --model and --base-url."
        return f"{self._address} cannot serve {subject}: {fault.message}."
