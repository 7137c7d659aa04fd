"""The newsroom as a process of its own: fixed latency, a rate limit, faults by hash; for benchmarks and killed batches.

Run as `python -m tests.support.newsroom_server --latency 0.5 ...`; the first line on stdout is the base URL. One
thread, asyncio, so that it costs the other core little; GET /v1/stats tells what it was asked.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import json
import queue
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.support.llm_server import completion
from tests.support.newsroom import newsroom
from tests.support.provider_batches import ProviderBatches

ANSWER_TOKENS = 100
"""That every answer is said to have had."""


@dataclass
class Manner:
    """How the server behaves; rates are per minute, 0 is none."""

    latency: float = 0.0
    requests_a_minute: int = 0
    tokens_a_minute: int = 0
    faults: float = 0.0
    """Share of the first attempts at each request that fail; a second attempt is answered."""
    hopeless: float = 0.0
    """Share of the requests that fail whenever they are asked."""
    answers: int | None = None
    """After so many answers the others are held back, until this is None."""
    has_batches: bool = True
    batch_looks: int = 1
    """How often a batch is asked for before it has ended."""
    batch_ends: tuple[str, ...] = ()
    """How the first batches end, in their order: expired (half of it answered), failed; all others are completed."""


@dataclass
class Seen:
    """What the server was asked so far."""

    requests: int = 0
    answered: int = 0
    limited: int = 0
    busy: int = 0
    most_busy: int = 0
    tokens: int = 0
    """Of all that was answered, questions and answers."""
    occupied: float = 0.0
    """Seconds that requests were under way, summed over requests."""
    began: float = 0.0
    """Monotonic time of the first request."""
    ended: float = 0.0
    """Of the last answer."""
    paid: Counter[str] = field(default_factory=Counter)
    """Hash of a request's body -> how often it was answered, and so paid for."""

    def stats(self) -> dict[str, float]:
        """Counts, and the monotonic times of the first request and the last answer, for whoever asks."""
        twice = sum(count - 1 for count in self.paid.values())
        return {
            "requests": self.requests,
            "answered": self.answered,
            "limited": self.limited,
            "busy": self.busy,
            "most_busy": self.most_busy,
            "tokens": self.tokens,
            "occupied": self.occupied,
            "began": self.began,
            "ended": self.ended,
            "paid_twice": twice,
            "cpu": time.process_time(),
        }


class NewsroomServer:
    """One server; `serve` runs until cancelled."""

    def __init__(self, manner: Manner) -> None:
        self._manner = manner
        self._seen = Seen()
        self._tried: Counter[str] = Counter()
        self._left = dict[str, float]()
        self._counted_at = time.monotonic()
        self.asking = set[int]()
        """Ports of those who wait for an answer."""
        self.mail = ProviderBatches(manner.batch_looks, manner.batch_ends, self._judged)

    async def serve(self, tell: Callable[[str], None]) -> None:
        """Listen on a free port of this machine and tell the base URL."""
        server = await asyncio.start_server(self._connection, "127.0.0.1", 0, backlog=1024, limit=2**24)
        host, port = server.sockets[0].getsockname()[:2]
        tell(f"http://{host}:{port}/v1")
        await server.serve_forever()

    @property
    def seen(self) -> Seen:
        """What was asked so far."""
        return self._seen

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while line := await reader.readline():
                length = 0
                while (header := await reader.readline()).strip():
                    name, _, value = header.partition(b":")
                    if name.strip().lower() == b"content-length":
                        length = int(value)
                body = await reader.readexactly(length)
                method, path = line.split(b" ")[:2]
                port = writer.get_extra_info("peername")[1]
                self.asking.add(port)
                status, answer = await self._answer(method.decode(), path.decode(), body)
                self.asking.remove(port)
                data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                extra = b"retry-after: 1\r\n" if status == 429 else b""
                head = f"HTTP/1.1 {status} OK\r\ncontent-type: application/json\r\ncontent-length: {len(data)}\r\n"
                writer.write(head.encode() + extra + b"\r\n" + data)
                await writer.drain()
        writer.close()

    async def _answer(self, method: str, path: str, body: bytes) -> tuple[int, Any]:
        if path.endswith("/stats"):
            return 200, self._seen.stats()
        if not path.endswith("/chat/completions") and self._manner.has_batches:
            return self.mail.answer(method, path.partition("/v1/")[2], body)
        if not path.endswith("/chat/completions"):
            return 404, {"error": {"message": "no such path", "type": "invalid_request_error", "code": None}}
        began = time.monotonic()
        self._seen.began = self._seen.began or began
        self._seen.requests += 1
        self._seen.busy += 1
        self._seen.most_busy = max(self._seen.most_busy, self._seen.busy)
        try:
            if self._limited(len(body) // 4 + ANSWER_TOKENS):
                self._seen.limited += 1
                return 429, {"error": {"message": "slow down", "type": "requests", "code": "rate_limit_exceeded"}}
            await asyncio.sleep(self._manner.latency)
            while self._manner.answers is not None and self._seen.answered >= self._manner.answers:
                await asyncio.sleep(0.02)
            return self._judged(body)
        finally:
            self._seen.busy -= 1
            self._seen.ended = time.monotonic()
            self._seen.occupied += self._seen.ended - began

    def _limited(self, tokens: int) -> bool:
        """Whether the rates are used up; they come back by the second, as providers give them, with one of reserve."""
        manner, now = self._manner, time.monotonic()
        gone, self._counted_at = now - self._counted_at, now
        for name, rate in (("requests", manner.requests_a_minute), ("tokens", manner.tokens_a_minute)):
            self._left[name] = min(rate / 60, self._left.get(name, rate / 60) + gone * rate / 60)
        short = (manner.requests_a_minute and self._left["requests"] < 1) or (
            manner.tokens_a_minute and self._left["tokens"] < 0
        )
        if not short:
            self._left["requests"] -= 1
            self._left["tokens"] -= tokens
        return bool(short)

    def _judged(self, body: bytes) -> tuple[int, Any]:
        name = hashlib.sha256(body).hexdigest()
        chance = int(name[:8], 16) / 2**32
        self._tried[name] += 1
        if chance < self._manner.hopeless or (chance < self._manner.faults and self._tried[name] == 1):
            return 503, {"error": {"message": "overloaded", "type": "server_error", "code": None}}
        request = json.loads(body)
        system, user = (message["content"] for message in request["messages"])
        answer = newsroom(system, user)
        self._seen.answered += 1
        self._seen.paid[name] += 1
        self._seen.tokens += len(body) // 4 + ANSWER_TOKENS
        return 200, completion(json.dumps(answer), usage=(len(body) // 4, ANSWER_TOKENS))


@contextlib.contextmanager
def newsroom_thread(manner: Manner) -> Iterator[tuple[str, NewsroomServer]]:
    """A newsroom in a thread of this process: its base URL and itself."""
    told: queue.Queue[str] = queue.Queue()
    server = NewsroomServer(manner)
    loop = asyncio.new_event_loop()
    serving = loop.create_task(server.serve(told.put))

    def run() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            loop.run_until_complete(serving)
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0.01))
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield told.get(timeout=10), server
    finally:
        loop.call_soon_threadsafe(serving.cancel)
        thread.join(10)


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--latency", type=float, default=0.0)
    parser.add_argument("--rpm", type=int, default=0)
    parser.add_argument("--tpm", type=int, default=0)
    parser.add_argument("--faults", type=float, default=0.0)
    parser.add_argument("--hopeless", type=float, default=0.0)
    given = parser.parse_args()
    manner = Manner(given.latency, given.rpm, given.tpm, given.faults, given.hopeless)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(NewsroomServer(manner).serve(lambda url: print(url, flush=True)))


if __name__ == "__main__":
    main()
