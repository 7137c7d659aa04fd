"""When the next request may be sent: `--rpm` and `--tpm`, and what the endpoint says is left of its own limits."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

BURST = 0.5
"""Seconds' worth of a rate that may be sent at once. OpenAI cuts its minutes into seconds; the other half of one is the
room for a request that is sent late and the next one in time, which would be one too many else."""
LONGEST_PACE = 60.0
"""Seconds; nothing that a header says holds a request longer."""

Resource = Literal["requests", "tokens"]
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|[smhd])")


def duration(text: str) -> float | None:
    """Seconds of `6m0s`, `1.2s`, `20ms` or a bare number of seconds; None for anything else, dates included."""
    text = text.strip().lower()
    parts = _DURATION.findall(text)
    if parts and "".join(number + unit for number, unit in parts) == text:
        return sum(float(number) * _UNITS[unit] for number, unit in parts)
    try:
        seconds = float(text)
    except ValueError:
        return None
    return seconds if 0 <= seconds < 1e6 else None


@dataclass(frozen=True)
class Left:
    """What an answer said is left of one limit of the endpoint."""

    remaining: float
    reset: float
    """Seconds until the limit is whole again."""
    limit: float | None


def left_of(headers: Mapping[str, str], resource: Resource) -> Left | None:
    """The `x-ratelimit-*-requests` or `-tokens` headers; None unless both what is left and when it resets is said."""
    try:
        remaining = float(headers[f"x-ratelimit-remaining-{resource}"])
        reset = duration(headers[f"x-ratelimit-reset-{resource}"])
        limit = float(headers.get(f"x-ratelimit-limit-{resource}", "nan"))
    except (KeyError, ValueError):
        return None
    if reset is None or not 0 <= remaining < float("inf"):
        return None
    return Left(remaining, reset, limit if remaining <= limit < float("inf") else None)


class Bucket:
    """A token bucket that gives turns in order: it may go into debt, and who takes waits until the debt is paid."""

    def __init__(self, per_second: float) -> None:
        self._rate = per_second
        self._top = max(1.0, per_second * BURST)
        self._level = self._top
        self._at = time.monotonic()

    def take(self, amount: float) -> float:
        """Take `amount` and say in how many seconds it may be used."""
        now = time.monotonic()
        self._level = min(self._top, self._level + (now - self._at) * self._rate)
        self._at = now
        # More than a minute gives could never be had: it costs the minute.
        self._level -= min(amount, 60.0 * self._rate)
        return max(0.0, -self._level / self._rate)

    def correct(self, amount: float) -> None:
        """`amount` more (or, negative, less) was used than had been taken."""
        self._level = min(self._top, self._level - amount)


class Allowance:
    """One limit of the endpoint, as its last answer put it and as requests since then have used it."""

    def __init__(self) -> None:
        self._told: Left | None = None
        self._at = 0.0
        self._used = 0.0
        self._total = 0.0

    @property
    def total(self) -> float:
        """Everything ever taken; what an answer does not know of is the difference since its request began."""
        return self._total

    def learn(self, told: Left, total_then: float) -> None:
        """An answer said what is left; `total_then` is `total` when its request had been taken."""
        self._told, self._at = told, time.monotonic()
        self._used = self._total - total_then

    def take(self, amount: float) -> float:
        """Take `amount` and say in how many seconds the endpoint will have it to give."""
        self._total += amount
        self._used += amount
        if self._told is None:
            return 0.0
        told, passed = self._told, time.monotonic() - self._at
        if passed >= told.reset:
            self._told = None
            return 0.0
        missing = self._used - told.remaining
        if missing <= 0:
            return 0.0
        wait = told.reset
        if told.limit is not None and told.limit > told.remaining and told.reset > 0:
            # It flows back evenly until it is whole, as from a bucket, and no faster than a limit per minute does.
            flow = min((told.limit - told.remaining) / told.reset, told.limit / 60)
            wait = min(wait, missing / flow)
        return min(LONGEST_PACE, max(0.0, wait - passed))


@dataclass(frozen=True)
class Turn:
    """What one request has taken."""

    wait: float
    """Seconds until it may be sent."""
    estimate: float
    tokens: float
    """The estimate, corrected; what was taken."""
    totals: Mapping[Resource, float]


class Pace:
    """All that may hold a request back for a moment; one per client."""

    def __init__(self, rpm: int | None, tpm: int | None) -> None:
        self._own: dict[Resource, Bucket] = {}
        if rpm is not None:
            self._own["requests"] = Bucket(rpm / 60)
        if tpm is not None:
            self._own["tokens"] = Bucket(tpm / 60)
        self._told: dict[Resource, Allowance] = {"requests": Allowance(), "tokens": Allowance()}
        self._estimated = self._took = 0.0

    def take(self, estimate: float) -> Turn:
        """A turn for a request of about `estimate` tokens, prompt and answer together.

        Corrected by how far such estimates have been off so far: the endpoint counts schemas and its own framing too.
        """
        off = min(4.0, max(0.25, self._took / self._estimated)) if self._estimated else 1.0
        tokens = estimate * off
        amounts: dict[Resource, float] = {"requests": 1.0, "tokens": tokens}
        waits = [bucket.take(amounts[resource]) for resource, bucket in self._own.items()]
        waits += [allowance.take(amounts[resource]) for resource, allowance in self._told.items()]
        return Turn(
            max(waits), estimate, tokens, {resource: allowance.total for resource, allowance in self._told.items()}
        )

    async def turn(self, estimate: float) -> Turn:
        """As `take`; to be awaited, because in a worker somebody else has the turns to give."""
        return self.take(estimate)

    def learn(self, turn: Turn, headers: Mapping[str, str]) -> None:
        """What came back with the answer, or the refusal, to the request of `turn`."""
        for resource, allowance in self._told.items():
            left = left_of(headers, resource)
            if left is not None:
                allowance.learn(left, turn.totals[resource])

    def used(self, turn: Turn, tokens: int) -> None:
        """How many tokens the request of `turn` took in truth, with its answer."""
        self._estimated += turn.estimate
        self._took += tokens
        if "tokens" in self._own:
            self._own["tokens"].correct(tokens - turn.tokens)
