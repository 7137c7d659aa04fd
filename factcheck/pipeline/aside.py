"""Long computations beside the event loop, which an interrupt need not wait for."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from factcheck.errors import Interrupted

Result = TypeVar("Result")

LOOK = 0.1
"""Seconds between two looks whether the user wants the run to end."""


async def aside(work: Callable[[], Result], stopping: Callable[[], bool]) -> Result:
    """What `work` gives or raises, from a thread of its own.

    Raises Interrupted as soon as the run is to end: the thread, which nobody can stop, is left to end with the process;
    those of the loop's pool would be waited for.
    """
    loop = asyncio.get_running_loop()
    given: asyncio.Future[Result] = loop.create_future()

    def tell(outcome: Callable[[], None]) -> None:
        with contextlib.suppress(asyncio.InvalidStateError):  # nobody waits any more
            outcome()

    def run() -> None:
        try:
            outcome = partial(given.set_result, work())
        except Exception as error:
            outcome = partial(given.set_exception, error)
        with contextlib.suppress(RuntimeError):  # the loop is closed: the run is over
            loop.call_soon_threadsafe(tell, outcome)

    threading.Thread(target=run, daemon=True, name="aside").start()
    while not given.done():
        if stopping():
            given.cancel()
            raise Interrupted.unasked()
        await asyncio.wait((given,), timeout=LOOK)
    return given.result()
