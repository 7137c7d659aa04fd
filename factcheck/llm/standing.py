"""How a run stands with its endpoint, over all its calls: what is tried again, what is given up, what ends the run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from factcheck.errors import EndpointError, ModelError, ModelRefused, ModelUnavailable, RequestTooBig
from factcheck.llm.faults import Fault

LONGEST_RETRY_AFTER = 60.0
"""Seconds; an endpoint that wants more is told to the user instead of waited for."""
STRANGER_ATTEMPTS = 3
"""Unreadable answers taken from an address that has never given a readable one."""
NOBODY_ATTEMPTS = 2
"""Attempts at an address where nobody has ever answered."""
RATE_LIMIT_PATIENCE = 3
"""A rate limit is no fault of the request: it may come this many times as often as other faults."""
SPARE_RETRIES = 50
"""A run, all its workers together, may retry this often plus once for each call, so that a broken endpoint cannot
multiply its cost; then the run ends. Rate limits are not counted: they are not billed, and the run goes on."""
DOUBTFUL_CALLS = 3
DOUBTFUL_ATTEMPTS = 3
"""After so many calls lost one after the other, the next get this many attempts only, until one is answered."""
LOST_CALLS = 20
"""Calls lost one after the other, none answered between them, that mean the endpoint has gone."""


@dataclass(frozen=True)
class Met:
    """What one call has met so far, its last fault included."""

    subject: str
    """Names the model, for messages."""
    attempts: int
    rate_limits: int
    """Attempts that were refused for the rate."""
    garbage: int
    """Answers that were none."""
    over: bool = False
    """Whether its time is up."""


class Standing:
    """What the calls of a run have met; one per run, in whichever process they are made."""

    def __init__(self, address: str, max_attempts: int, retried: Callable[[], None]) -> None:
        self._address = address
        self._max_attempts = max_attempts
        self._retried = retried
        self._calls = 0
        """Calls that were sent; those that wait for their place earn the run no retry."""
        self._sent = 0
        self._spent = 0
        """Retries that count against those of the run."""
        self._answers = False
        """Whether it has ever answered."""
        self._lost_in_a_row = 0
        self._faults = Counter[str]()
        self._stopped: str | None = None

    def require(self) -> None:
        """Raises EndpointError once no further call can succeed."""
        if self._stopped is not None:
            raise EndpointError(self._stopped, attempts=0)

    def sent(self, *, first: bool) -> None:
        """An attempt is sent; `first` when it is its call's."""
        self._sent += 1
        self._calls += first

    def answered(self) -> None:
        """An answer came."""
        self._answers = True
        self._lost_in_a_row = 0

    async def after(self, fault: Fault, met: Met) -> ModelError | None:
        """What a call ends with after `fault`; None when it is to be tried again, one retry of the run less."""
        if met.over:
            return self._given_up(fault, met, beyond=False)
        self._faults[fault.name] += 1
        if not self._worth_it(fault, met):
            return self._given_up(fault, met, beyond=False)
        counts = fault.kind != "slow_down"
        if counts and self._spent >= SPARE_RETRIES + self._calls:
            return self._given_up(fault, met, beyond=True)
        self._spent += counts
        self._retried()
        return None

    def _worth_it(self, fault: Fault, met: Met) -> bool:
        """Whether the call would be tried again if the run has a retry left."""
        if fault.kind not in ("retry", "garbage", "nobody", "slow_down") or self._stopped is not None:
            return False
        if (fault.retry_after or 0.0) > LONGEST_RETRY_AFTER:
            return False
        allowed = self._max_attempts
        if not self._answers:
            allowed = min(allowed, NOBODY_ATTEMPTS) if fault.kind == "nobody" else allowed
            if met.garbage >= STRANGER_ATTEMPTS:
                return False
        if self._lost_in_a_row >= DOUBTFUL_CALLS:
            allowed = min(allowed, DOUBTFUL_ATTEMPTS)
        return met.attempts - met.rate_limits < allowed and met.rate_limits < allowed * RATE_LIMIT_PATIENCE

    def _given_up(self, fault: Fault, met: Met, *, beyond: bool) -> ModelError:
        """`beyond` tells that the run has no retry left for it."""
        n, subject = met.attempts, met.subject
        tried = f" ({n} attempts)" if n > 1 else ""
        if fault.kind == "too_big":
            return RequestTooBig(f"the request does not fit the model's window: {fault.message}", attempts=n)
        if fault.kind == "refused" or (fault.status == 403 and self._answers):
            return ModelRefused(f"{subject} will not answer this one: {fault.message}", attempts=n)
        if fault.kind == "bug":
            return ModelError(f"the call failed: {fault.message}{tried}", attempts=n)
        stop = self._reason_to_stop(fault, subject)
        if stop is None and self._stopped is not None:  # or it would have been tried again
            return EndpointError(self._stopped, attempts=n)
        if stop is None and beyond:
            stop = self._used_up()
        if stop is None:
            self._lost_in_a_row += 1
            if self._lost_in_a_row >= LOST_CALLS:
                stop = f"{self._address} has stopped answering: {fault.message}"
        if stop is not None:
            self._stopped = stop
            return EndpointError(stop, attempts=n)
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
        if fault.kind == "nobody" and not self._answers:
            return f"Nobody answers at {self._address}: {fault.message}. Is the server up and --base-url right?"
        if fault.kind == "garbage" and not self._answers:
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
