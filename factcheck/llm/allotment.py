"""What all requests of a run share, in whichever process they are made: limit, pace, budget, count and standing."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from factcheck.errors import ModelError
from factcheck.llm.budget import Budget
from factcheck.llm.endpoint import resolve, without_login
from factcheck.llm.faults import Fault
from factcheck.llm.limits import AdaptiveLimit
from factcheck.llm.pacing import Pace, Turn
from factcheck.llm.standing import Met, Standing
from factcheck.llm.usage import Tally
from factcheck.settings import ModelSettings


class Limit(Protocol):
    """How many requests may be under way; see `AdaptiveLimit`."""

    def slot(self, *, ahead: bool = False) -> AbstractAsyncContextManager[float]:
        """One place among them."""

    def succeeded(self) -> None:
        """An answer came."""

    def slow_down(self, started: float, pause: float) -> None:
        """A request was refused."""

    def crowded(self, started: float) -> None:
        """A request met its time-out or an overloaded server."""

    def pause_left(self) -> float:
        """Seconds until the endpoint wants to hear from us again."""


class Pacing(Protocol):
    """When the next request may be sent; see `Pace`."""

    async def turn(self, estimate: float) -> Turn:
        """A turn for a request of about so many tokens."""

    def learn(self, turn: Turn, headers: Mapping[str, str]) -> None:
        """What came back."""

    def used(self, turn: Turn, tokens: int) -> None:
        """What it took in truth."""


class Allowing(Protocol):
    """Whether the next request may be sent at all; see `Budget`."""

    def reserve(self, model: str | None, prompt_tokens: int) -> AbstractAsyncContextManager[None]:
        """Count one request for as long as it is under way."""


class Deciding(Protocol):
    """What becomes of a call that met a fault, and of the run; see `Standing`."""

    def require(self) -> None:
        """Raises EndpointError once no further call can succeed."""

    def sent(self, *, first: bool) -> None:
        """An attempt is sent."""

    def answered(self) -> None:
        """An answer came."""

    async def after(self, fault: Fault, met: Met) -> ModelError | None:
        """What a call ends with; None when it is to be tried again."""


@dataclass(frozen=True)
class Allotment:
    """All of it; one per run."""

    tally: Tally
    limit: Limit
    pace: Pacing
    budget: Allowing
    standing: Deciding


def allotted(settings: ModelSettings) -> Allotment:
    """What the requests of this process share. Raises as `resolve`."""
    tally = Tally()
    return Allotment(
        tally=tally,
        limit=AdaptiveLimit(settings.concurrency),
        pace=Pace(settings.rpm, settings.tpm),
        budget=Budget(tally, settings.max_calls, settings.max_cost),
        standing=Standing(without_login(resolve(settings).base_url), settings.max_attempts, tally.retried),
    )
