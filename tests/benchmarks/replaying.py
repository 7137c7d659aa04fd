"""How long a cassette takes to record and to replay, and the answers of a cache to be put and found.

Run as `python -m tests.benchmarks.replaying [INTERACTIONS]` (default 500); prints one line each.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from pydantic import JsonValue

from factcheck.llm.cache import AnswerCache
from factcheck.llm.cassette import CassetteHeader, cassette
from factcheck.llm.client import Client
from factcheck.llm.libraries import import_reader, import_sdk
from tests.llm.asking import request, settings
from tests.support.llm_server import answer, llm_server

HEADER = CassetteHeader(version="1", model="m")


async def ask(url: str, count: int) -> None:
    """So many different questions, fifty at once, of about 3,000 characters each, identical ones among them."""
    async with Client(settings(url, concurrency=50)) as client:
        users = [f"Question {number // 2 * 2} " + "and a few words " * 190 for number in range(count)]
        users[1::2] = [user.replace("Question", "Another") for user in users[1::2]]
        await asyncio.gather(*(client.ask(request(user)) for user in [*users, *users[:10]]))


async def keep(folder: Path, count: int) -> tuple[float, float]:
    """Seconds for `count` answers of about 1 kB to be put, a hundred at a time, and to be found."""
    value: dict[str, JsonValue] = {"text": "x" * 1_000}
    with AnswerCache(folder, "http://e/v1") as cache:
        began = time.monotonic()
        for start in range(0, count, 100):
            await cache.put_all({str(number): value for number in range(start, min(count, start + 100))})
        put = time.monotonic() - began
        began = time.monotonic()
        assert all(cache.get(str(number)) == value for number in range(count))
        return put, time.monotonic() - began


def main() -> None:
    """Record, replay, keep."""
    count = int(sys.argv[1]) if sys.argv[1:] else 500
    import_sdk()
    import_reader()
    items = [{"kind": "happened", "what": f"thing {number}", "place": None} for number in range(20)]
    reply = answer({"items": items})
    with tempfile.TemporaryDirectory() as name:
        tape = Path(name) / "tape.yaml"
        began = time.monotonic()
        with llm_server(lambda _: reply) as server, cassette(tape, HEADER):
            asyncio.run(ask(server.url, count))
        recorded = time.monotonic() - began
        began, cpu = time.monotonic(), time.process_time()
        with cassette(tape, HEADER) as played:
            asyncio.run(ask("http://127.0.0.1:9/v1", count))
            assert played.unplayed == 0
        replayed = time.monotonic() - began
        print(
            f"{count} interactions, {tape.stat().st_size / 1e6:.1f} MB: recorded in {recorded:.1f} s, replayed in"
            f" {replayed:.1f} s (CPU {time.process_time() - cpu:.1f} s)"
        )
        answers = 20_000
        put, found = asyncio.run(keep(Path(name) / "cache", answers))
        print(f"{answers:,} answers of 1 kB: {answers / put:,.0f} put and {answers / found:,.0f} found a second")


if __name__ == "__main__":
    main()
