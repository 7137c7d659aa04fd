"""What a call leaves behind in memory when it is over."""

from __future__ import annotations

import asyncio
import gc
import weakref

from factcheck.llm.client import Client
from tests.llm.asking import GOOD, request, settings
from tests.support.llm_server import answer, llm_server


async def test_a_call_that_is_over_holds_neither_its_task_nor_its_answer() -> None:
    """Both are gone with the last name for them, without a garbage collection, which a long batch seldom has."""
    with llm_server([answer(GOOD)]) as server:
        async with Client(settings(server.url)) as client:
            gc.disable()
            try:
                task = asyncio.create_task(client.ask(request("first")))
                held = weakref.ref(task), weakref.ref(await task)
                del task
                await asyncio.sleep(0)
                assert [each() for each in held] == [None, None]
            finally:
                gc.enable()
