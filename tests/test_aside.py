"""Long computations beside the event loop."""

from __future__ import annotations

import asyncio
import threading

import pytest

from factcheck.errors import Interrupted
from factcheck.pipeline.aside import aside


async def test_it_gives_what_the_work_gives() -> None:
    """In another thread; what it raises is raised here."""
    assert await aside(threading.current_thread, lambda: False) is not threading.current_thread()

    def failing() -> None:
        raise ValueError("no number")

    with pytest.raises(ValueError, match="no number"):
        await aside(failing, lambda: False)


async def test_the_loop_goes_on_meanwhile_and_an_interrupt_is_not_kept_waiting() -> None:
    """Work without an end is left behind as soon as the run is to end, and what it gives later is nobody's."""
    release, begun, stop = threading.Event(), threading.Event(), False

    def endless() -> str:
        begun.set()
        release.wait()
        return "late"

    async with asyncio.timeout(20):
        waiting = asyncio.create_task(aside(endless, lambda: stop))
        while not begun.is_set():
            await asyncio.sleep(0.01)
        stop = True
        with pytest.raises(Interrupted):
            await waiting
        release.set()
        for thread in threading.enumerate():
            if thread.name == "aside":
                await asyncio.to_thread(thread.join)
        await asyncio.sleep(0)
