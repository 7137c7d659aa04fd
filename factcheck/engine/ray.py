"""The engine of many machines: units run in actors of Ray, https://docs.ray.io.

Ray places the workers, carries values and tells of deaths; order, stops and the bound on units under way are those of
the local engine. A worker that dies is replaced from here and not by Ray, because what it held must be let go of and
its settings, which hold the key, travel in a call from process to process: what an actor is made from stays with Ray.
"""

from __future__ import annotations

import asyncio
import contextvars
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from types import ModuleType
from typing import Any, TypeVar

from factcheck.engine.base import Placing, Raised, Success, Workplace
from factcheck.engine.local import LocalEngine
from factcheck.engine.ray_connection import LOCAL, connected, is_up, processors, require_ray
from factcheck.engine.worker import Ended, Message, Reply, Worker, fit_to_travel, packed, unpacked
from factcheck.errors import EndpointError, FactcheckError, WorkerLost
from factcheck.line import Desk

Unit = TypeVar("Unit")
Result = TypeVar("Result")

PATIENCE = 60.0
"""Seconds within which a worker must have come up when there is none."""
MOST_LOST = 3
"""Workers that one unit may lose before it is taken for what kills them."""
LOOKED_AFTER = 5.0
"""Seconds between two looks at whether the head of the cluster is there."""
MISSED = 3
"""Looks in a row that find it gone: before Ray finds that, and ends the whole process for it."""
CLOSING = 5.0
"""Seconds that a worker has to close what it opened."""
SMALL = 100_000
"""Bytes of work that travel with every unit; more is put where all workers find it."""
CALLS_AT_A_TIME = 100_000
"""Of one worker, messages among them, which must never wait for units; how many these are is bounded by the caller."""


@asynccontextmanager
async def open_ray(placing: Placing) -> AsyncIterator[RayEngine]:
    """The engine, with its workers up. Raises SettingsError without Ray, EndpointError when no worker comes up."""
    require_ray(placing.address)
    with connected(placing) as ray:
        pool = _Pool(ray, placing)
        try:
            # More than there are requests at a time would only wait.
            await pool.begin(min(placing.workers or processors(ray), placing.limit))
            loop = asyncio.get_running_loop()
            with placing.stop.heard_by(lambda: loop.call_soon_threadsafe(pool.stop)):
                yield RayEngine(placing, pool)
        finally:
            await pool.close()


class RayEngine:
    """At most `limit` units at a time, each in the worker that has the fewest."""

    apart = True

    def __init__(self, placing: Placing, pool: _Pool) -> None:
        self._local = LocalEngine(placing.limit, placing.stop)
        self._pool = pool
        self._numbers = itertools.count(1)
        self._own = {**(placing.workplace.own if placing.workplace else {}), "engine": self}

    async def run(
        self,
        work: Callable[[Unit], Awaitable[Result]],
        units: Sequence[Unit],
        *,
        stop_on: tuple[type[Exception], ...],
        done: Callable[[Unit], None],
    ) -> tuple[Success[Result] | Raised, ...]:
        """See `Engine.run`. Raises TypeError when `work` cannot travel."""
        number, sent = next(self._numbers), self._pool.shipped(packed(work, self._own)) if units else b""

        async def elsewhere(unit: Unit) -> Result:
            ended = await self._pool.run(number, sent, packed(unit, self._own))
            if ended.error is not None:
                raise ended.error
            result: Result = ended.value  # type: ignore[assignment]  # what `work` gave
            return result

        return await self._local.run(elsewhere, units, stop_on=stop_on, done=done)


class _Post:
    """One worker, as seen from here."""

    def __init__(self, ray: ModuleType, workplace: Workplace | None) -> None:
        self._ray = ray
        self._workplace = workplace
        make = ray.remote(num_cpus=1, max_restarts=0, max_concurrency=CALLS_AT_A_TIME, scheduling_strategy="SPREAD")
        self._actor: Any = make(Worker).remote()
        self.units: dict[int, contextvars.Context] = {}
        """Under way, with the context of whoever asked for them."""
        self._unheard: dict[int, Exception] = {}
        """What hearing of a unit raised here."""
        self._attended: dict[int, _Attended] = {}
        self._heard = 0
        """Messages so far."""
        self._deaf = False
        """Whether the worker says no more, for it is dead."""
        self._listened = asyncio.Event()
        self._replies: list[Reply] = []

    async def open(self) -> None:
        """Set the worker up. Raises what that raises there, or Ray's error when it does not come up."""
        place = self._workplace
        opening = None if place is None else (place.opening, place.settings)
        await self._actor.open.remote(packed(opening, {}))

    async def run(self, unit: int, work: int, shipped: object, packed_unit: bytes) -> Ended:
        """Work on one unit; all that the worker says of it is heard first.

        Raises Ray's error when the worker dies, and what hearing of the unit raised here, as it would in a local run.
        """
        ref = self._actor.run.remote(unit, work, shipped, packed_unit)
        try:
            ended: Ended = unpacked(await ref, {})
            while self._heard < ended.said and not self._deaf:
                await self._hear_more()
        except asyncio.CancelledError:
            with suppress(self._ray.exceptions.RayError):
                self._ray.cancel(ref)
            raise
        if unit in self._unheard:
            raise self._unheard.pop(unit)
        return ended

    async def hear_out(self) -> None:
        """Of a dead worker: wait until all that had come of it is heard, and nothing more will be."""
        while not self._deaf:
            await self._hear_more()

    async def _hear_more(self) -> None:
        self._listened.clear()
        await self._listened.wait()

    async def serve(self) -> None:
        """Hear the worker and answer it until it dies; Ray's error says that it has."""
        try:
            while True:
                for message in await self._actor.fetch.remote():
                    self._hear(message)
                    self._heard += 1
                self._listened.set()
        finally:
            self._deaf = True
            self._listened.set()
            for attended in tuple(self._attended.values()):
                attended.task.cancel()

    def stop(self) -> None:
        """Make the worker's own stop."""
        self._actor.stop.remote()

    def kill(self) -> None:
        """End the worker, whatever it does."""
        with suppress(self._ray.exceptions.RayError):
            self._ray.kill(self._actor)

    async def close(self) -> None:
        """Let the worker close what it opened, then end it."""
        with suppress(self._ray.exceptions.RayError, TimeoutError):
            async with asyncio.timeout(CLOSING):
                await self._actor.close.remote()
        self.kill()

    def _hear(self, message: Message) -> None:
        if self._workplace is None:
            return
        desk, context = self._workplace.desk, self.units.get(message.unit or 0) or contextvars.copy_context()
        if message.kind == "tell":
            try:
                context.run(desk.told, message.subject, message.value)
            except Exception as error:
                if message.unit is None:
                    raise
                self._unheard[message.unit] = error
        elif message.kind == "end":
            if message.number in self._attended:
                self._attended[message.number].end()
        else:
            attended = self._attended[message.number] = _Attended()
            attended.task = asyncio.get_running_loop().create_task(
                self._attend(desk, message, attended), context=context
            )

    async def _attend(self, desk: Desk, message: Message, attended: _Attended) -> None:
        def reply(value: object) -> None:
            attended.answered = True
            self._send(Reply(message.number, value))

        try:
            await desk.attend(message.subject, message.value, reply, attended.ended.wait)
        except Exception as error:
            self._send(Reply(message.number, error=fit_to_travel(error)))
        finally:
            del self._attended[message.number]

    def _send(self, reply: Reply) -> None:
        """Together with whatever else is answered in this turn of the loop."""
        if not self._replies:
            asyncio.get_running_loop().call_soon(self._flush)
        self._replies.append(reply)

    def _flush(self) -> None:
        replies, self._replies = self._replies, []
        self._actor.bring.remote(replies)


class _Attended:
    """Something that a worker has asked for or holds."""

    task: asyncio.Task[None]

    def __init__(self) -> None:
        self.answered = False
        self.ended = asyncio.Event()

    def end(self) -> None:
        """The worker needs it no more, or no longer wants it."""
        self.ended.set()
        if not self.answered:
            self.task.cancel()


class _Pool:
    """The workers of a run; one that dies is replaced."""

    def __init__(self, ray: ModuleType, placing: Placing) -> None:
        self._ray = ray
        self._placing = placing
        self._posts: list[_Post] = []
        self._numbers = itertools.count(1)
        self._changed = asyncio.Event()
        self._failure: Exception | None = None
        """Why no worker comes up, once none does."""
        self._employing = set[asyncio.Task[None]]()
        self._watching: asyncio.Task[None] | None = None
        self._gone = asyncio.Event()
        """Once the head of the cluster is."""
        self._closing = False
        """Whether workers end because they are to, so that none is replaced."""

    async def begin(self, workers: int) -> None:
        """Have so many workers, and wait for the first. Raises as `_any`."""
        self._employing = {asyncio.create_task(self._employ()) for _ in range(workers)}
        self._watching = asyncio.create_task(self._watch())
        await self._any()

    async def close(self) -> None:
        """End all workers."""
        self._closing = True
        posts, self._posts = self._posts, []
        await asyncio.gather(*(post.close() for post in posts))
        if self._watching is not None:
            self._watching.cancel()
        await self._dismiss()

    async def _dismiss(self) -> None:
        for task in self._employing:
            task.cancel()
        await asyncio.gather(*self._employing, return_exceptions=True)

    async def _watch(self) -> None:
        """End the run when the head of the cluster is gone: no worker says so, and none can be replaced."""
        missed = 0
        while missed < MISSED:
            await asyncio.sleep(LOOKED_AFTER)
            missed = 0 if await is_up(self._ray) else missed + 1
        await self._dismiss()
        self._posts = []
        self._failure = EndpointError(
            f"the head of the Ray cluster at {self._placing.address} is gone; the same command goes on when it is up"
        )
        self._gone.set()
        self._changed.set()

    def stop(self) -> None:
        """Make the stop of every worker."""
        for post in self._posts:
            post.stop()

    def shipped(self, work: bytes) -> object:
        """Work, as it goes with each of its units."""
        return work if len(work) <= SMALL else self._ray.put(work)

    async def run(self, work: int, shipped: object, packed_unit: bytes) -> Ended:
        """Work on one unit, in another worker when one dies of whatever. Raises WorkerLost, and as `_any`."""
        for _ in range(MOST_LOST):
            await self._any()
            post = min(self._posts, key=lambda post: len(post.units))
            number = next(self._numbers)
            post.units[number] = contextvars.copy_context()  # now, because the next unit looks at how many it has
            try:
                return await self._unless_gone(post.run(number, work, shipped, packed_unit))
            except self._ray.exceptions.RayActorError:
                self._leave(post)
                await post.hear_out()  # what it still said of the unit is of the attempt that is lost
                if self._placing.workplace is not None:
                    self._placing.workplace.desk.lost()
            finally:
                del post.units[number]
        raise WorkerLost(f"{MOST_LOST} workers died, one after the other, while they were on this", attempts=MOST_LOST)

    async def _unless_gone(self, working: Coroutine[Any, Any, Ended]) -> Ended:
        """What a worker gives; raises what `_watch` found if that comes first."""
        work, gone = asyncio.create_task(working), asyncio.create_task(self._gone.wait())
        try:
            await asyncio.wait((work, gone), return_when=asyncio.FIRST_COMPLETED)
            if not work.done() and self._failure is not None:
                raise self._failure
            return work.result()
        finally:
            gone.cancel()
            if not work.done():
                work.cancel()
                await asyncio.wait((work,))

    async def _any(self) -> None:
        """Wait until there is a worker. Raises EndpointError when none comes up in time, or what it failed of."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not self._posts:
                    if self._failure is not None and all(task.done() for task in self._employing):
                        raise self._failure
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            where = "this machine" if self._placing.address == LOCAL else self._placing.address
            raise EndpointError(
                f"no worker has come up within {PATIENCE:g} s at {where}: is a processor free there (ray status)?"
            ) from None

    def _leave(self, post: _Post) -> None:
        if post in self._posts:
            self._posts.remove(post)
            self._placing.note("a worker died; what it was on goes to another one")
        post.kill()

    async def _employ(self) -> None:
        """Keep one worker up."""
        while not self._closing:
            post = None
            if not await is_up(self._ray):  # without a head the next line would stand still, and all else with it
                await asyncio.sleep(LOOKED_AFTER)
                continue
            try:
                post = _Post(self._ray, self._placing.workplace)
                await post.open()
            except BaseException as error:
                if post is not None:
                    post.kill()
                if not isinstance(error, Exception):
                    raise
                self._failure = _in_our_words(error)
                self._changed.set()
                return
            if self._placing.stop.requested:
                post.stop()
            self._posts.append(post)
            self._changed.set()
            try:
                await post.serve()
            except self._ray.exceptions.RayError:
                self._leave(post)
            except Exception as error:  # a fault here, which the next worker may meet as well
                self._leave(post)
                self._failure = error
                self._changed.set()
                return


def _in_our_words(error: Exception) -> Exception:
    """Why a worker could not be set up; Ray wraps what was raised there."""
    cause = getattr(error, "cause", None) or error
    if isinstance(cause, FactcheckError):
        return cause
    lines = [line.strip() for line in str(cause).splitlines() if line.strip()]
    return EndpointError(
        f"the workers of the Ray cluster cannot be set up: {type(cause).__name__}: {lines[-1] if lines else ''}."
        " Every machine of it needs this version of factcheck."
    )
