"""A chat endpoint that is fast enough not to be what a benchmark measures; a process of its own, loopback, stdlib only.

`python -m tests.support.fast_endpoint '{"latency": 0.05, "capacity": 16}'` prints its port and serves until its stdin
ends. `POST .../chat/completions` answers `Findings` (tests/llm/asking.py) whose one item repeats the first word of the
user message, so that a mixed-up answer shows. `GET /stats` tells what it did. What goes wrong is drawn from a hash of
the request's body and of how often it came, so that every run meets the same faults whatever the order.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
from collections import Counter
from typing import Any

TRANSPORT = ("500", "502", "503", "504", "529", "408", "reset", "reset_mid", "eof_mid", "hang", "drip")
"""Faults on the way: statuses, connections that break, answers that never end."""
BROKEN = ("html", "not_json", "bad_utf8", "empty", "truncated", "list", "no_choices", "null_message", "error_in_200")
"""A 200 that is no chat completion."""
HANG = 30.0
MESSAGES = {"503": "The engine is currently overloaded, please try again later", "529": "Overloaded"}


class Conduct:
    """What the server is told to do; every field may stand in the JSON argument."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.latency: float = given.get("latency", 0.0)
        self.capacity: int | None = given.get("capacity")
        """Requests served at once; more get a 429."""
        self.share: float = given.get("share", 0.0)
        """Of attempts that go wrong."""
        self.kinds: tuple[str, ...] = {"transport": TRANSPORT, "broken": BROKEN}.get(given.get("faults", ""), ())
        self.quota_gone: bool = given.get("quota_gone", False)
        self.seed: int = given.get("seed", 1)
        self.attempts: Counter[bytes] = Counter()
        self.seen: Counter[str] = Counter()
        self.busy = 0
        self.most_busy = 0

    def fault(self, body: bytes) -> str | None:
        """What this attempt of this body meets, None for an answer."""
        if not self.share:
            return None
        digest = hashlib.blake2b(body, digest_size=8, key=b"%d" % self.seed).digest()
        self.attempts[digest] += 1
        draw = hashlib.blake2b(digest, digest_size=8, key=b"%d" % self.attempts[digest]).digest()
        if int.from_bytes(draw[:4], "big") / 2**32 >= self.share:
            return None
        return self.kinds[int.from_bytes(draw[4:], "big") % len(self.kinds)]


def _http(status: int, body: bytes, kind: bytes = b"application/json", more: bytes = b"") -> bytes:
    head = b"HTTP/1.1 %d X\r\ncontent-type: %b\r\ncontent-length: %d\r\n%b\r\n"
    return head % (status, kind, len(body), more) + body


def _error(status: int, message: str, code: str, more: bytes = b"") -> bytes:
    return _http(status, json.dumps({"error": {"message": message, "type": code, "code": code}}).encode(), more=more)


def _answer(body: bytes) -> bytes:
    user = json.loads(body)["messages"][-1]["content"]
    content = json.dumps({"items": [{"kind": "happened", "what": user.split()[0], "place": None}]})
    message = {"role": "assistant", "content": content, "refusal": None}
    tokens = len(body) // 4
    return json.dumps(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1,
            "model": "m",
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": tokens, "completion_tokens": 20, "total_tokens": tokens + 20},
        }
    ).encode()


class Connection(asyncio.Protocol):
    """One client connection; one request at a time, as HTTP/1.1 clients send them."""

    def __init__(self, conduct: Conduct) -> None:
        self._conduct = conduct
        self._buffer = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Collect until a request is whole."""
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self._buffer[:end]).lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(self._buffer) < end + 4 + length:
            return
        body = bytes(self._buffer[end + 4 : end + 4 + length])
        del self._buffer[: end + 4 + length]
        if head.startswith(b"get"):
            seen = {"seen": self._conduct.seen, "most_busy": self._conduct.most_busy}
            self._transport.write(_http(200, json.dumps(seen).encode()))
        else:
            self._serve(body)

    def _serve(self, body: bytes) -> None:
        conduct = self._conduct
        conduct.seen["requests"] += 1
        if conduct.quota_gone:
            self._transport.write(_error(429, "You exceeded your current quota", "insufficient_quota"))
            return
        if conduct.capacity is not None and conduct.busy >= conduct.capacity:
            conduct.seen["429"] += 1
            more = b"retry-after: 1\r\n"
            self._transport.write(_error(429, "Too many concurrent requests", "concurrency_limit", more))
            return
        conduct.busy += 1
        conduct.most_busy = max(conduct.most_busy, conduct.busy)
        if conduct.latency:
            asyncio.get_running_loop().call_later(conduct.latency, self._reply, body)
        else:
            self._reply(body)

    def _reply(self, body: bytes) -> None:
        conduct = self._conduct
        conduct.busy -= 1
        fault = conduct.fault(body)
        conduct.seen[fault or "answers"] += 1
        if fault is None:
            self._transport.write(_http(200, _answer(body)))
        elif fault.isdigit():
            self._transport.write(_error(int(fault), MESSAGES.get(fault, "scripted"), "server_error"))
        elif fault in BROKEN:
            self._transport.write(_broken(fault, _answer(body)))
        else:
            self._misbehave(fault, _http(200, _answer(body)))

    def _misbehave(self, fault: str, answer: bytes) -> None:
        half = answer[: len(answer) - 60]
        if fault == "reset":
            self._transport.abort()
        elif fault == "reset_mid":
            self._transport.write(half)
            asyncio.get_running_loop().call_later(0.01, self._transport.abort)
        elif fault == "eof_mid":
            self._transport.write(half)
            self._transport.close()
        elif fault == "hang":
            asyncio.get_running_loop().call_later(HANG, self._transport.abort)
        else:
            self._drip(answer)

    def _drip(self, left: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(left[:1])
            if len(left) > 1:
                asyncio.get_running_loop().call_later(0.1, self._drip, left[1:])


def _broken(fault: str, answer: bytes) -> bytes:
    if fault == "html":
        return _http(200, b"<html><body>Please log in</body></html>", b"text/html")
    bodies = {
        "not_json": b"upstream connect error or disconnect",
        "bad_utf8": b"\xff\xfe" + answer,
        "empty": b"",
        "truncated": answer[: len(answer) // 2],
        "list": b"[" + answer + b"]",
        "no_choices": b'{"id": "x", "object": "chat.completion", "choices": []}',
        "null_message": b'{"id": "x", "choices": [{"index": 0, "message": null, "finish_reason": "stop"}]}',
        "error_in_200": b'{"error": {"message": "upstream failed", "code": 502}}',
    }
    return _http(200, bodies[fault])


async def _serve(conduct: Conduct) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(conduct), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    # Whoever started it holds the other end; it goes when they go, however they go.
    await asyncio.to_thread(sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(_serve(Conduct(json.loads(sys.argv[1]) if len(sys.argv) > 1 else {})))
