"""A small HTTP server that speaks /v1/chat/completions with scripted answers and faults; loopback, stdlib only."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal


@dataclass(frozen=True)
class Reply:
    """What the server does with one request.

    `how` other than `send` misbehaves below HTTP: `reset` breaks the connection, `reset_mid` after half of the body,
    `cut` ends the body half-way, `hang` sends nothing for `seconds`, `hang_mid` half of the body first, `drip` sends
    one byte each tenth of `seconds`, `keepalive` sends white space for `seconds` and then the body, `raw` sends the
    body without any HTTP.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    how: Literal["send", "reset", "reset_mid", "cut", "hang", "hang_mid", "drip", "keepalive", "raw"] = "send"
    seconds: float = 0.0


def completion(
    content: str | None,
    *,
    finish: str = "stop",
    refusal: str | None = None,
    tool: tuple[str, str] | None = None,
    usage: tuple[int, int] | None = (100, 20),
) -> dict[str, Any]:
    """A chat completion as the vendor words it; `tool` is (name, arguments); `usage` None gives a null."""
    message: dict[str, Any] = {"role": "assistant", "content": content, "refusal": refusal}
    if tool is not None:
        function = {"name": tool[0], "arguments": tool[1]}
        message["tool_calls"] = [{"id": "call_1", "type": "function", "function": function}]
    counts = usage and {"prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": sum(usage)}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": counts or None,
    }


def ok(data: object, **headers: str) -> Reply:
    """A 200 that carries `data` as JSON."""
    return Reply(body=json.dumps(data).encode(), headers={"content-type": "application/json", **headers})


def answer(value: object, **kwargs: Any) -> Reply:
    """A good answer whose content is `value`: text as it is, anything else as JSON."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return ok(completion(text, **kwargs))


def error(status: int, message: str = "scripted", code: str | None = None, **headers: str) -> Reply:
    """An error in the vendor's shape; `retry_after="1"` becomes the header `retry-after`."""
    body = json.dumps({"error": {"message": message, "type": "error", "code": code}}).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, body, {"content-type": "application/json", **named})


Script = Callable[[dict[str, Any]], Reply] | Sequence[Reply]
"""A function of the request body, or replies in order of which the last repeats."""


class LlmServer:
    """A running server; `bodies` holds every request body in order of arrival, `headers` what came with it."""

    def __init__(self, script: Script, models: Reply | None = None) -> None:
        self._script = script
        self._from = 0
        self.models = models or Reply(404)
        """What a GET of the list of models gives."""
        self.paths: list[str] = []
        """Path and query of every POST."""
        self._lock = threading.Lock()
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.busy = 0
        self.most_busy = 0
        """Most requests under way at once."""
        self._connections: list[socket.socket] = []
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                owner._serve(self)

            def do_GET(self) -> None:
                with contextlib.suppress(OSError):
                    _play(self, owner.models)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 256

            def get_request(self) -> tuple[socket.socket, Any]:
                connection, address = super().get_request()
                owner._connections.append(connection)
                return connection, address

            def handle_error(self, request: object, client_address: object) -> None:
                """Clients that give up are part of the script."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def follow(self, script: Script) -> None:
        """Follow another script from the next request on."""
        with self._lock:
            self._script, self._from = script, len(self.bodies)

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @property
    def count(self) -> int:
        """How many requests came."""
        return len(self.bodies)

    def stop(self) -> None:
        """Close the port and every open connection; again is no harm."""
        self._server.shutdown()
        for connection in self._connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._server.server_close()
        self._thread.join(5)

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        body = json.loads(handler.rfile.read(int(handler.headers.get("content-length", 0))))
        with self._lock:
            index = len(self.bodies)
            self.bodies.append(body)
            self.paths.append(handler.path)
            self.headers.append({name.lower(): value for name, value in handler.headers.items()})
            self.busy += 1
            self.most_busy = max(self.most_busy, self.busy)
        try:
            script = self._script
            reply = script(body) if callable(script) else script[min(index - self._from, len(script) - 1)]
            with contextlib.suppress(OSError):
                _play(handler, reply)
        finally:
            with self._lock:
                self.busy -= 1


def _reset(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.close_connection = True


def _play(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    if reply.how == "reset":
        _reset(handler)
        return
    if reply.how == "raw":
        handler.wfile.write(reply.body)
        handler.close_connection = True
        return
    if reply.how == "hang":
        time.sleep(reply.seconds)
        handler.close_connection = True
        return
    if reply.how == "send" and reply.seconds:
        time.sleep(reply.seconds)
    space = b" " * 10 if reply.how == "keepalive" else b""
    handler.send_response(reply.status)
    for name, value in reply.headers.items():
        handler.send_header(name, value)
    handler.send_header("content-length", str(len(space) + len(reply.body)))
    handler.end_headers()
    if reply.how in ("cut", "reset_mid", "hang_mid"):
        handler.wfile.write(reply.body[: len(reply.body) // 2])
        handler.wfile.flush()
        time.sleep(reply.seconds)
        handler.close_connection = True
        if reply.how == "reset_mid":
            _reset(handler)
        return
    if reply.how == "drip":
        for at in range(len(reply.body)):
            handler.wfile.write(reply.body[at : at + 1])
            handler.wfile.flush()
            time.sleep(reply.seconds / 10)
        return
    for _ in space:
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(reply.seconds / 10)
    handler.wfile.write(reply.body)


@contextmanager
def llm_server(script: Script, models: Reply | None = None) -> Iterator[LlmServer]:
    """A server that follows `script` until the block ends; `models` answers a GET of the list of models."""
    server = LlmServer(script, models)
    try:
        yield server
    finally:
        server.stop()
