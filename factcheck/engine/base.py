"""What an engine is: it runs units of work, keeps their order, and turns what they raise into data."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

Unit = TypeVar("Unit")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Success(Generic[Result]):
    """A unit's result."""

    value: Result


@dataclass(frozen=True)
class Raised:
    """A unit's exception, as data."""

    error: Exception


class Engine(Protocol):
    """Runs many units of the same work; knows nothing of what the work is."""

    async def run(
        self,
        work: Callable[[Unit], Awaitable[Result]],
        units: Sequence[Unit],
        *,
        stop_on: tuple[type[Exception], ...],
        done: Callable[[Unit], None],
    ) -> tuple[Success[Result] | Raised, ...]:
        """One outcome per unit, in the order of the units.

        After a unit raised `stop_on`, no further unit is started; those that were not started get the same error.
        `done` is called with each finished unit. Cancellation passes through.
        """
