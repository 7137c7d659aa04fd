"""A process that works on units for an engine elsewhere; knows neither the work nor who carries the messages."""

from __future__ import annotations

import asyncio
import io
import itertools
import pickle
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from concurrent.futures import Future
from contextlib import AsyncExitStack, asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from factcheck.engine.base import Stop

_UNIT: ContextVar[int | None] = ContextVar("the unit that a task works on", default=None)
_KEPT_WORK = 8
"""Pieces of work that a worker keeps unpacked; each comes with many units."""

T = TypeVar("T")


@dataclass(frozen=True)
class Message:
    """What a worker says; `number` names what is asked for or held, so that the reply finds it."""

    kind: Literal["ask", "end", "tell"]
    unit: int | None
    number: int
    subject: str = ""
    value: object = None


@dataclass(frozen=True)
class Reply:
    """What the other end answers to the message of that number."""

    number: int
    value: object = None
    error: BaseException | None = None


@dataclass(frozen=True)
class Ended:
    """What became of a unit, as it travels."""

    value: object = None
    error: Exception | None = None
    said: int = 0
    """Messages that the worker had said by then, all of which are to be heard before it counts as ended."""


class WorkerLine:
    """A `Line` whose messages are fetched, and whose replies are brought, by calls in another thread."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._said: list[Message] = []
        self.count = 0
        """Messages said so far."""
        self._numbers = itertools.count(1)
        self._open: dict[int, Future[Any]] = {}
        self._fetching: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None

    async def fetch(self) -> list[Message]:
        """What was said since the last time, as soon as there is anything."""
        if self._fetching is None:
            event = asyncio.Event()
            with self._guard:
                self._fetching = (asyncio.get_running_loop(), event)
                if self._said:
                    event.set()
        _, event = self._fetching
        await event.wait()
        event.clear()
        with self._guard:
            said, self._said = self._said, []
        return said

    def bring(self, replies: list[Reply]) -> None:
        """Answers to what was asked; those that nobody waits for any more are dropped."""
        for reply in replies:
            waiting = self._open.pop(reply.number, None)
            if waiting is None or not waiting.set_running_or_notify_cancel():
                continue
            if reply.error is not None:
                waiting.set_exception(reply.error)
            else:
                waiting.set_result(reply.value)

    async def ask(self, subject: str, value: object) -> Any:
        """See `Line.ask`."""
        async with self.held(subject, value) as answer:
            return answer

    def ask_now(self, subject: str, value: object) -> Any:
        """See `Line.ask_now`."""
        number, waiting = self._asked(subject, value)
        try:
            return waiting.result()
        finally:
            self._say("end", number)

    @asynccontextmanager
    async def held(self, subject: str, value: object) -> AsyncIterator[Any]:
        """See `Line.held`."""
        number, waiting = self._asked(subject, value)
        try:
            yield await asyncio.wrap_future(waiting)
        finally:
            self._say("end", number)

    def tell(self, subject: str, value: object) -> None:
        """See `Line.tell`."""
        self._say("tell", 0, subject, value)

    def _asked(self, subject: str, value: object) -> tuple[int, Future[Any]]:
        number, waiting = next(self._numbers), Future[Any]()
        self._open[number] = waiting
        self._say("ask", number, subject, value)
        return number, waiting

    def _say(self, kind: Literal["ask", "end", "tell"], number: int, subject: str = "", value: object = None) -> None:
        message = Message(kind, _UNIT.get(), number, subject, value)
        with self._guard:
            self._said.append(message)
            self.count += 1
            fetching = self._fetching
        if fetching is not None:
            loop, event = fetching
            loop.call_soon_threadsafe(event.set)


@dataclass
class _Desk:
    """What a worker has at hand once it is open."""

    own: Mapping[str, object]
    stack: AsyncExitStack
    work: dict[int, Callable[[Any], Any]] = field(default_factory=dict)


class Worker:
    """Works on units, many at a time, in a thread of its own: the one it is called in must always be free for messages.

    Work may stand still until a reply comes (`ask_now`), and Ray's loop must not: what it brings next may be the reply.
    """

    def __init__(self) -> None:
        self._line = WorkerLine()
        self._stop = Stop()
        self._desk: _Desk | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="work", daemon=True)
        self._thread.start()

    async def _there(self, work: Coroutine[Any, Any, T]) -> T:
        """What `work` gives in the thread of its own; cancelled with this."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    async def open(self, place: bytes) -> None:
        """Set up; raises what `Workplace.open` raises."""
        await self._there(self._set_up(place))

    async def _set_up(self, place: bytes) -> None:
        setting_up = unpacked(place, {})
        stack = AsyncExitStack()
        own: Mapping[str, object] = {}
        if setting_up is not None:
            opening, settings = setting_up
            own = await stack.enter_async_context(opening(self._line, self._stop, settings))
        self._desk = _Desk(own, stack)

    async def close(self) -> None:
        """Let go of what was set up."""
        if self._desk is not None:
            await self._there(self._desk.stack.aclose())
        self._loop.call_soon_threadsafe(self._loop.stop)

    async def run(self, unit: int, work: int, packed_work: bytes, packed_unit: bytes) -> bytes:
        """Work on one unit; `unit` and `work` are numbers by which they are known. Returns a packed `Ended`."""
        return await self._there(self._work(unit, work, packed_work, packed_unit))

    async def _work(self, unit: int, work: int, packed_work: bytes, packed_unit: bytes) -> bytes:
        assert self._desk is not None
        _UNIT.set(unit)
        try:
            do = self._desk.work.get(work)
            if do is None:
                do = self._desk.work[work] = unpacked(packed_work, self._desk.own)
                if len(self._desk.work) > _KEPT_WORK:
                    del self._desk.work[next(iter(self._desk.work))]
            value = await do(unpacked(packed_unit, self._desk.own))
            return packed(Ended(value=value, said=self._line.count), {})
        except Exception as error:
            return packed(Ended(error=fit_to_travel(error), said=self._line.count), {})

    async def fetch(self) -> list[Message]:
        """See `WorkerLine.fetch`."""
        return await self._line.fetch()

    async def bring(self, replies: list[Reply]) -> None:
        """See `WorkerLine.bring`."""
        self._line.bring(replies)

    async def stop(self) -> None:
        """The wish that nothing more is started was made."""
        self._stop.request()


class _Unpickler(pickle.Unpickler):
    """Puts the worker's own objects where the sender's stood."""

    def __init__(self, packed: bytes, own: Mapping[str, object]) -> None:
        super().__init__(io.BytesIO(packed))
        self._own = own

    def persistent_load(self, pid: Any) -> object:
        """The worker's own object of that name."""
        return self._own[pid]


class _Pickler(pickle.Pickler):
    """Leaves out what the worker has its own of."""

    def __init__(self, file: io.BytesIO, names: Mapping[int, str]) -> None:
        super().__init__(file)
        self._names = names

    def persistent_id(self, obj: Any) -> str | None:
        """The name under which the worker has its own."""
        return self._names.get(id(obj))


def packed(value: object, own: Mapping[str, object]) -> bytes:
    """`value` for a worker that has its own of each object in `own`, by the same names.

    Raises TypeError when it cannot travel: a function inside a function, an open file.
    """
    file = io.BytesIO()
    try:
        _Pickler(file, {id(thing): name for name, thing in own.items()}).dump(value)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise TypeError(f"only values and functions of modules travel to a worker: {error}") from error
    return file.getvalue()


def unpacked(value: bytes, own: Mapping[str, object]) -> Any:
    """What `packed` packed, in a process of the same run, with what is in `own` in its places."""
    return _Unpickler(value, own).load()


def fit_to_travel(error: Exception) -> Exception:
    """`error`, or its words when it cannot be packed and unpacked."""
    try:
        unpacked(packed(error, {}), {})
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error
