"""Every fault by name, over real sockets: what it costs when it passes, what it ends in when it lasts."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from dataclasses import dataclass

import pytest

from factcheck.errors import EndpointError, ModelError, ModelRefused, ModelUnavailable, OutputInvalid, RequestTooBig
from factcheck.llm.client import Client
from factcheck.llm.retries import without_waits
from tests.llm.asking import BAD, GOOD, request, settings
from tests.support.llm_server import Reply, answer, completion, error, llm_server, ok

JSON = {"content-type": "application/json"}
GZIP = {**JSON, "content-encoding": "gzip"}
SHORT = 0.6
"""Seconds for an attempt where one is to run into its time-out."""
BODY = answer(GOOD).body
TEXT = json.dumps(GOOD)


@dataclass(frozen=True)
class Kind:
    """One way in which a call goes wrong."""

    name: str
    reply: Reply
    counted: str | None
    """As what it stands in `Usage.faults`; None when it is read all the same."""
    ends: type[ModelError] | None = ModelUnavailable
    """What the call ends in when it lasts."""


def _status(status: int, ends: type[ModelError] = ModelUnavailable, **kwargs: str) -> Kind:
    name = f"{status} {kwargs.get('code', '')}".strip()
    return Kind(name, error(status, **kwargs), f"http_{status}", ends)


TRANSPORT = [
    *[_status(status) for status in (408, 409, 425, 500, 502, 503, 504, 529)],
    _status(429),
    Kind("429 retry-after 0", error(429, retry_after="0"), "http_429"),
    Kind("429 retry-after garbage", error(429, retry_after="tomorrow"), "http_429"),
    Kind("429 retry-after negative", error(429, retry_after="-3"), "http_429"),
    Kind("429 retry-after-ms", error(429, retry_after_ms="50"), "http_429"),
    Kind("429 retry-after date", error(429, retry_after="Thu, 01 Jan 2026 00:00:00 GMT"), "http_429"),
    Kind("429 bare", Reply(429), "http_429"),
    Kind("429 tokens a minute", error(429, "Rate limit reached on tokens per min (TPM): Limit 30000"), "http_429"),
    Kind("500 html", Reply(500, b"<h1>Oops</h1>", {"content-type": "text/html"}), "http_500"),
    Kind("reset", Reply(how="reset"), "connection_broken"),
    Kind("reset mid", Reply(200, BODY, JSON, how="reset_mid"), "connection_broken"),
    Kind("end mid", Reply(200, BODY, JSON, how="cut"), "connection_broken"),
    Kind("not http", Reply(200, b"SSH-2.0-OpenSSH_9.6\r\n", how="raw"), "connection_broken"),
    Kind("closed unanswered", Reply(200, b"", how="raw"), "connection_broken"),
    Kind("hang", Reply(how="hang", seconds=1.5), "timeout"),
    Kind("hang mid", Reply(200, BODY, JSON, how="hang_mid", seconds=1.5), "timeout"),
    Kind("drip", Reply(200, BODY, JSON, how="drip", seconds=2), "timeout"),
]
UNREADABLE = [
    Kind("html 200", Reply(200, b"<html>Log in</html>", {"content-type": "text/html"}), "unreadable"),
    Kind("not json", Reply(200, b"upstream connect error", JSON), "unreadable"),
    Kind("bytes", Reply(200, b"\xff\xfe\x00" + BODY, JSON), "unreadable"),
    Kind("empty", Reply(200, b"", JSON), "unreadable"),
    Kind("truncated", Reply(200, BODY[:-40], JSON), "unreadable"),
    Kind("list", ok([completion(TEXT)]), "unreadable"),
    Kind("deep", Reply(200, b"[" * 200_000, JSON), "unreadable"),
    Kind("no choices", ok({"choices": []}), "unreadable"),
    Kind("choices no list", ok({"choices": {"message": {}}}), "unreadable"),
    Kind("null message", ok({"choices": [{"message": None}]}), "unreadable"),
    Kind("error in 200", ok({"error": {"message": "upstream failed", "code": 502}}), "http_502"),
    Kind("not packed", Reply(200, BODY, GZIP), "unreadable"),
    Kind("unknown packing", Reply(200, BODY, {**JSON, "content-encoding": "br"}), "unreadable"),
    Kind("bomb", Reply(200, gzip.compress(b" " * 30_000_000), GZIP), "answer_too_long"),
]
FINAL = [
    _status(400, ModelRefused),
    _status(422, ModelRefused),
    _status(400, RequestTooBig, code="context_length_exceeded", message="maximum context length is 8192"),
    _status(413, RequestTooBig),
    _status(400, ModelRefused, code="content_filter"),
    Kind("429 too large", error(429, "Request too large on tokens per min (TPM)"), "http_429", RequestTooBig),
    _status(401, EndpointError),
    _status(403, ModelRefused),
    _status(402, EndpointError),
    _status(404, EndpointError, code="model_not_found"),
    _status(429, EndpointError, code="insufficient_quota"),
    Kind("redirect", Reply(302, headers={"location": "/v1/elsewhere"}), "http_302", EndpointError),
    Kind("length", answer('{"items": [', finish="length"), "length", RequestTooBig),
    Kind("content filter", answer("", finish="content_filter"), "content_filter", ModelRefused),
    Kind("refusal", answer("", refusal="I cannot help with that"), "refusal", ModelRefused),
]
WRONG = [
    Kind("schema", answer(BAD), "schema", OutputInvalid),
    Kind("label outside the enum", answer({"items": [{"kind": "guessed", "what": "x"}]}), "schema", OutputInvalid),
    Kind("extra field", answer({**GOOD, "note": "x"}), "schema", OutputInvalid),
    Kind("NaN", answer(TEXT.replace("12", "NaN").replace('"value"', '"v"')), "schema", OutputInvalid),
    Kind("list for object", answer([GOOD]), "schema", OutputInvalid),
    Kind("truncated content", answer(TEXT[:-9]), "not_json", OutputInvalid),
    Kind("trailing comma", answer(TEXT.replace("}]", ",}]")), "not_json", OutputInvalid),
    Kind("single quotes", answer(TEXT.replace('"', "'")), "not_json", OutputInvalid),
    Kind("prose", answer("There is nothing to find here."), "not_json", OutputInvalid),
    Kind("two objects", answer(f"The text says {{}} but I say {TEXT}"), "not_json", OutputInvalid),
    Kind("empty content", answer(""), "empty", OutputInvalid),
    Kind("null content", ok(completion(None)), "empty", OutputInvalid),
    Kind("only thinking", answer("<think>hm, twelve</think>"), "empty", OutputInvalid),
]
READ = [
    Kind("fence", answer(f"```json\n{TEXT}\n```"), None, None),
    Kind("prose around", answer(f"Here you are: {TEXT} Anything else?"), None, None),
    Kind("think", answer(f"<think>{{}}?</think>{TEXT}"), None, None),
    Kind("control characters", answer(TEXT.replace("persone", "per\x02\n\tsone")), None, None),
    Kind("byte order mark", answer(f"\ufeff{TEXT}"), None, None),
    Kind("double encoded", answer(json.dumps(TEXT)), None, None),
    Kind("wrong tool", ok(completion(None, tool=("other", TEXT))), None, None),
    Kind("null usage", answer(GOOD, usage=None), None, None),
    Kind("packed", Reply(200, gzip.compress(BODY), GZIP), None, None),
    Kind("white space first", Reply(200, b"\n \n" + BODY, JSON), None, None),
]


async def play(replies: list[Reply], timeout: float = 60.0) -> tuple[int, Counter[str], ModelError | None]:
    """(requests, faults counted, how it ended) of a call after one that went well."""
    ended: ModelError | None = None
    with llm_server([answer(GOOD)]) as server, without_waits():
        async with Client(settings(server.url, timeout=timeout, max_attempts=3)) as client:
            await client.ask(request("first"))
            before, faults = server.count, Counter(client.usage.faults)
            server.follow(replies)
            try:
                await client.ask(request("second"))
            except ModelError as error:
                ended = error
            return server.count - before, Counter(client.usage.faults) - faults, ended


@pytest.mark.parametrize("kind", TRANSPORT + UNREADABLE, ids=lambda kind: kind.name)
async def test_a_fault_on_the_way_that_passes_costs_one_request(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next attempt is answered, and the fault is counted by its kind."""
    monkeypatch.setattr("factcheck.llm.transport.MAX_ANSWER_BYTES", 1_000_000)
    timeout = SHORT if kind.counted == "timeout" else 60.0
    count, faults, ended = await play([kind.reply, answer(GOOD)], timeout)
    assert ended is None
    assert (count, faults) == (2, {kind.counted: 1})


@pytest.mark.parametrize("kind", [k for k in TRANSPORT + UNREADABLE if k.counted != "timeout"], ids=lambda k: k.name)
async def test_a_fault_on_the_way_that_lasts_is_given_up(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three attempts (of a rate limit three times as many), then a failed call that says what came."""
    monkeypatch.setattr("factcheck.llm.transport.MAX_ANSWER_BYTES", 1_000_000)
    tries = 9 if kind.reply.status == 429 else 3
    count, faults, ended = await play([kind.reply])
    assert type(ended) is ModelUnavailable
    assert (count, ended.attempts, faults) == (tries, tries, {kind.counted: tries})


@pytest.mark.parametrize("kind", FINAL, ids=lambda kind: kind.name)
async def test_what_another_attempt_cannot_mend_costs_one_request(kind: Kind) -> None:
    """Neither sent again nor asked again."""
    count, faults, ended = await play([kind.reply, answer(GOOD)])
    assert type(ended) is kind.ends
    assert (count, faults) == (1, {kind.counted: 1})


@pytest.mark.parametrize("kind", WRONG, ids=lambda kind: kind.name)
async def test_an_answer_of_the_wrong_shape_is_asked_for_once_more(kind: Kind) -> None:
    """One re-ask; then it is invalid, and both wrong answers are counted."""
    count, faults, ended = await play([kind.reply, answer(GOOD)])
    assert (count, faults, ended) == (2, {kind.counted: 1}, None)
    count, faults, ended = await play([kind.reply])
    assert type(ended) is OutputInvalid
    assert (count, faults) == (2, {kind.counted: 2})


@pytest.mark.parametrize("kind", READ, ids=lambda kind: kind.name)
async def test_an_answer_in_odd_wrapping_is_read(kind: Kind) -> None:
    """What can be unwrapped without guessing costs nothing."""
    assert await play([kind.reply]) == (1, {}, None)


def test_every_fault_has_a_name_of_its_own() -> None:
    """No kind hides another in the list of tests."""
    names = [kind.name for kind in TRANSPORT + UNREADABLE + FINAL + WRONG + READ]
    assert len(set(names)) == len(names)
