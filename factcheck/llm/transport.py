"""One HTTP request to the endpoint and what it gave; knows the SDK, decides nothing about retrying."""

from __future__ import annotations

import json
import zlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import httpx2

from factcheck.llm.endpoint import Endpoint
from factcheck.llm.faults import Fault, error_in_answer, what_came
from factcheck.llm.redaction import Redaction
from factcheck.llm.usage import Tokens, estimate_tokens

if TYPE_CHECKING:
    from openai import AsyncOpenAI
    from openai.types.chat import ChatCompletion

MAX_ANSWER_BYTES = 20_000_000
"""More than any answer we ask for; a server that sends more is broken or hostile."""


class _Capped(httpx2.AsyncByteStream):
    """A response body that is unpacked by us, refuses to grow beyond `MAX_ANSWER_BYTES`, and holds no secret of ours.

    It comes in one piece: nothing of an answer is used before the rest is there, and a secret may lie across two.
    """

    def __init__(self, inner: httpx2.AsyncByteStream, encoding: str, redaction: Redaction) -> None:
        self._inner = inner
        self._unpack = zlib.decompressobj(zlib.MAX_WBITS | 32) if encoding else None
        self._redaction = redaction

    async def __aiter__(self) -> AsyncIterator[bytes]:
        body = bytearray()
        async for chunk in self._inner:
            left = MAX_ANSWER_BYTES + 1 - len(body)
            try:
                body += self._unpack.decompress(chunk, left) if self._unpack else chunk
            except zlib.error as error:
                raise Fault("garbage", "an answer that cannot be unpacked", name="unreadable") from error
            if len(body) > MAX_ANSWER_BYTES:
                much = f"an answer of more than {MAX_ANSWER_BYTES // 1_000_000} MB"
                raise Fault("garbage", much, name="answer_too_long")
        yield self._redaction.of(bytes(body))

    async def aclose(self) -> None:
        await self._inner.aclose()


async def _cap(response: httpx2.Response, redaction: Redaction) -> None:
    """Response hook: bound the body before anybody reads it."""
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding not in ("", "identity", "gzip", "deflate"):
        raise Fault("garbage", "an answer in a compression that was not asked for", name="unreadable")
    if not isinstance(response.stream, httpx2.AsyncByteStream):
        return
    if encoding:
        del response.headers["content-encoding"]
    response.stream = _Capped(response.stream, "" if encoding == "identity" else encoding, redaction)


async def _without_authorization(request: httpx2.Request) -> None:
    """Request hook: Azure would take the bearer that the SDK sends for a token of its own and refuse it."""
    request.headers.pop("authorization", None)


@asynccontextmanager
async def open_sdk(endpoint: Endpoint, deadline: float, concurrency: int) -> AsyncIterator[AsyncOpenAI]:
    """The vendor's SDK without its retries and redirects, closed in the loop that opened it."""
    import openai

    # A client given without limits would cap the connections at 100 behind the user's back.
    limits = httpx2.Limits(max_connections=concurrency + 8, max_keepalive_connections=concurrency + 8)
    http = openai.DefaultAsyncHttpxClient(
        base_url=endpoint.base_url,
        follow_redirects=False,
        limits=limits,
        # The total deadline is ours; these only end what it cannot see.
        timeout=httpx2.Timeout(deadline, connect=min(deadline, 10.0), pool=None),
        event_hooks={
            "request": [_without_authorization] if endpoint.azure else [],
            "response": [partial(_cap, redaction=Redaction(endpoint.secrets))],
        },
    )
    # What is not packed cannot be a bomb, and a cassette stays readable.
    headers = {"Accept-Encoding": "identity"}
    if endpoint.azure and endpoint.has_key:
        headers["api-key"] = endpoint.key
    sdk = openai.AsyncOpenAI(
        api_key=endpoint.key,
        base_url=endpoint.base_url,
        max_retries=0,
        http_client=http,
        default_headers=headers,
        default_query=dict(endpoint.query) or None,
    )
    try:
        yield sdk
    finally:
        await sdk.close()


def _has_message(choices: object) -> bool:
    first = choices[0] if isinstance(choices, list) and choices else None
    return isinstance(first, dict) and isinstance(first.get("message"), dict)


async def send(sdk: AsyncOpenAI, body: dict[str, Any]) -> tuple[ChatCompletion, Mapping[str, str]]:
    """Send one chat request; the completion and the headers it came with.

    Raises Fault for a 200 that is no chat completion, and the SDK's own errors.
    """
    from openai.types.chat import ChatCompletion

    # The SDK's own method would walk every parameter against its annotations, the whole schema included.
    response = await sdk.post("/chat/completions", cast_to=httpx2.Response, body=body)
    content = response.content
    kind = response.headers.get("content-type", "")
    try:
        # Leading white space is legal: endpoints keep a slow connection alive with it.
        data = json.loads(content, strict=False)
    except (ValueError, RecursionError) as error:
        raise Fault("garbage", what_came(content, kind), response.status_code, name="unreadable") from error
    if isinstance(data, dict):
        fault = error_in_answer(data)
        if fault is not None:
            raise fault
        if _has_message(data.get("choices")):
            return ChatCompletion.construct(**data), response.headers
    raise Fault("garbage", what_came(content, kind), response.status_code, name="unreadable")


def _count(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0


def tokens_of(completion: ChatCompletion, prompt_estimate: int) -> Tokens:
    """Tokens the server counted, or our estimate when it counted none."""
    usage = completion.usage
    prompt = _count(getattr(usage, "prompt_tokens", None))
    answered = _count(getattr(usage, "completion_tokens", None))
    cached = _count(getattr(getattr(usage, "prompt_tokens_details", None), "cached_tokens", None))
    if prompt:
        return Tokens(prompt, cached, answered)
    message = completion.choices[0].message
    text = message.content or "".join(str(call) for call in message.tool_calls or ())
    return Tokens(prompt_estimate, 0, answered or estimate_tokens(text), measured=False)
