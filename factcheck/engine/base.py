"""What an engine is: it runs units of work, keeps their order, and turns what they raise into data."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from factcheck.line import Desk, Line

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


class Stop:
    """The wish that a run starts nothing more, and, made again, that it ends at once; by whatever thread or signal."""

    def __init__(self) -> None:
        self.requested = False
        self.urgent = False
        """Whether it was made more than once."""
        self.answers_lost = False
        """Whether answers came that outlast the run nowhere: said by who runs it to who tells how it ended."""
        self.resting = False
        """Set by a run that waits for something to do."""
        self.at_rest = False
        """Whether the wish was made then, so that it ended nothing half-done."""
        self._listeners: list[Callable[[], object]] = []

    @property
    def heard(self) -> bool:
        """Whether anything is under way that would listen."""
        return bool(self._listeners)

    def request(self) -> None:
        """Make the wish, or make it urgent."""
        self.at_rest = self.resting if not self.requested else self.at_rest
        self.urgent = self.requested
        self.requested = True
        for listener in tuple(self._listeners):
            listener()

    @contextmanager
    def heard_by(self, listener: Callable[[], object]) -> Iterator[None]:
        """Call `listener`, in the thread that makes it, when the wish is made inside the block; at once if it was."""
        self._listeners.append(listener)
        try:
            if self.requested:
                listener()
            yield
        finally:
            self._listeners.remove(listener)

    @contextmanager
    def obeyed(self, first: Callable[[], object]) -> Iterator[None]:
        """In the running loop: call `first` when the wish is made inside the block, cancel this task when it is urgent.

        An exception that a signal handler raises in the middle of a loop would end it too, and be told as a fault.
        """
        loop, task = asyncio.get_running_loop(), asyncio.current_task()

        def obey() -> None:
            loop.call_soon_threadsafe(task.cancel if self.urgent and task is not None else first)

        with self.heard_by(obey):
            yield


class Engine(Protocol):
    """Runs many units of the same work; knows nothing of what the work is."""

    @property
    def apart(self) -> bool:
        """Whether units run in other processes: then work and units must be picklable, see `packed`."""

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
        After the stop was requested none is started either, and what is under way has `GRACE` seconds to end; the rest
        is `Interrupted`. `done` is called with each finished unit. Cancellation passes through.
        """


@dataclass(frozen=True)
class Workplace:
    """What an engine of other processes needs to set up a worker, and to answer it."""

    opening: Callable[[Line, Stop, Any], AbstractAsyncContextManager[Mapping[str, object]]]
    """Of a module. Opens, in the worker, what work and units find there by name."""
    settings: object
    """What `opening` is given; picklable."""
    desk: Desk
    own: Mapping[str, object]
    """What stands here for what the worker has under the same name."""


@dataclass(frozen=True)
class Placing:
    """Where units run: what every engine is opened with."""

    limit: int
    """Units that may run at a time."""
    stop: Stop = field(default_factory=Stop)
    workplace: Workplace | None = None
    """None when the caller's work needs nothing at the worker."""
    address: str = "local"
    workers: int | None = None
    """None: as many as there are processors."""
    note: Callable[[str], object] = str
    """Told what a person should know of."""


GRACE = 5.0
"""Seconds that units under way are given to end after a stop was requested: their answers may be paid for already."""
