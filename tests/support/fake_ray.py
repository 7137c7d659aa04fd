"""What the engine uses of Ray, in this process: real workers in threads, and deaths when a test wants them."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from factcheck.engine.base import Placing
from factcheck.engine.worker import Worker

TURNS = 20
"""Of the loop, by which what a dead worker had said comes later than the news of its death."""


class RayError(Exception):
    """Any of Ray's."""


class RayActorError(RayError):
    """The worker died."""


class FakeActor:
    """One worker; what goes there and back is pickled, as between processes."""

    def __init__(self, worker: Worker, *, says_late: bool) -> None:
        self._worker = worker
        self._says_late = says_late
        self._dead = asyncio.Event()

    def __getattr__(self, name: str) -> SimpleNamespace:
        def remote(*args: object) -> asyncio.Future[object]:
            return asyncio.ensure_future(self._call(name, pickle.loads(pickle.dumps(args))))

        return SimpleNamespace(remote=remote)

    def die(self) -> None:
        """Nothing that is asked of it comes any more."""
        self._dead.set()

    def end(self) -> None:
        """End its thread, with all that it still works on."""
        loop = self._worker._loop
        loop.call_soon_threadsafe(loop.stop)
        self._worker._thread.join()
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        if left:
            loop.run_until_complete(asyncio.wait(left))
        loop.close()

    async def _call(self, name: str, args: tuple[object, ...]) -> object:
        if self._dead.is_set():
            raise RayActorError
        called = asyncio.ensure_future(getattr(self._worker, name)(*args))
        died = asyncio.create_task(self._dead.wait())
        try:
            if self._says_late and name == "fetch":
                said = await called
                await died
                for _ in range(TURNS):
                    await asyncio.sleep(0)
                return said
            await asyncio.wait((called, died), return_when=asyncio.FIRST_COMPLETED)
            if not called.done():
                raise RayActorError
            return pickle.loads(pickle.dumps(called.result()))
        finally:
            called.cancel()
            died.cancel()


class FakeRay:
    """Stands for the module."""

    exceptions = SimpleNamespace(RayError=RayError, RayActorError=RayActorError)

    def __init__(self) -> None:
        self.actors: list[FakeActor] = []
        """All that were made, the dead ones too."""
        self.first_says_late = False
        """Whether what the first worker says comes only when it has died."""

    @contextmanager
    def connected(self, placing: Placing) -> Iterator[FakeRay]:  # noqa: ARG002 - one cluster for all
        """In place of the connection to a cluster."""
        yield self

    async def is_up(self, ray: object) -> bool:  # noqa: ARG002
        """Its head never goes."""
        return True

    def remote(self, **how: object) -> Callable[[type[Worker]], SimpleNamespace]:  # noqa: ARG002 - it has one machine
        """As Ray's: what makes an actor of a class."""

        def make() -> FakeActor:
            self.actors.append(FakeActor(Worker(), says_late=self.first_says_late and not self.actors))
            return self.actors[-1]

        return lambda _: SimpleNamespace(remote=make)

    def kill(self, actor: FakeActor) -> None:
        """End it at once."""
        actor.die()

    def cancel(self, ref: asyncio.Future[Any]) -> None:
        """End the call."""
        ref.cancel()

    def put(self, value: object) -> object:
        """Shared by all workers, which are all here."""
        return value
