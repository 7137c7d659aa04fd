"""Faults of the endpoint: what is sent again, how often, how soon, and what ends the run."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import random
import socket
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from factcheck.errors import EndpointError, Interrupted, ModelError, ModelRefused, ModelUnavailable
from factcheck.llm import retries, standing
from factcheck.llm.client import Client
from factcheck.llm.faults import clean, of_status, retry_after
from factcheck.llm.retries import without_waits
from tests.llm.asking import CANARY, GOOD, request, settings
from tests.support.llm_server import Reply, answer, completion, error, llm_server, ok

HTML = Reply(200, b"<html><body>Please log in</body></html>", {"content-type": "text/html"})
GARBAGE = [
    HTML,
    Reply(200, b"\xff\xfe\x00not json", {"content-type": "application/json"}),
    Reply(200, answer(GOOD).body[:-40], {"content-type": "application/json"}),
    Reply(200, b"", {"content-type": "application/json"}),
    ok([]),
    ok({}),
    ok({"choices": []}),
    ok({"choices": [{"message": None}]}),
    Reply(200, b'"a text"', {"content-type": "application/json"}),
]
GARBAGE_NAMES = ["html", "bytes", "truncated", "empty", "list", "object", "no choices", "null message", "text"]


async def ask_twice(script: list[Reply], **kwargs: object) -> tuple[int, list[BaseException | object]]:
    """(requests, outcomes of two calls) after one that went well."""
    with llm_server([answer(GOOD), *script]) as server, without_waits():
        async with Client(settings(server.url, **kwargs)) as client:
            await client.ask(request("first"))
            outcomes: list[BaseException | object] = []
            for user in ("second", "third"):
                with contextlib.suppress(ModelError):
                    outcomes.append(await client.ask(request(user)))
                    continue
                outcomes.append(None)
    return server.count - 1, outcomes


@pytest.mark.parametrize("status", [408, 409, 425, 500, 502, 503, 504, 529])
async def test_a_passing_status_is_retried_until_an_answer_comes(status: int) -> None:
    """Two faults and an answer are three requests."""
    count, outcomes = await ask_twice([error(status), error(status), answer(GOOD)])
    assert count == 4
    assert None not in outcomes


@pytest.mark.parametrize("status", [429, 500])
async def test_a_lasting_fault_is_given_up_and_the_next_call_goes_on(status: int) -> None:
    """A fault is tried `max_attempts` times, a rate limit three times as often, and neither ends the run."""
    tries = 9 if status == 429 else 3
    with llm_server([answer(GOOD), *[error(status)] * tries, answer(GOOD)]) as server, without_waits():
        async with Client(settings(server.url, max_attempts=3)) as client:
            await client.ask(request("first"))
            with pytest.raises(ModelUnavailable, match=f"HTTP {status}") as caught:
                await client.ask(request("second"))
            await client.ask(request("third"))
            assert client.usage.retries == tries - 1
    assert (caught.value.attempts, server.count) == (tries, tries + 2)


@pytest.mark.parametrize(
    "broken", [Reply(how="reset"), Reply(200, b"x" * 400, how="cut")], ids=["reset", "body cut short"]
)
async def test_a_broken_connection_is_retried(broken: Reply) -> None:
    """A reset or a body that ends half-way costs one more request."""
    count, outcomes = await ask_twice([broken, answer(GOOD)])
    assert (count, None in outcomes) == (3, False)


@pytest.mark.parametrize("broken", GARBAGE, ids=GARBAGE_NAMES)
async def test_a_garbled_200_is_retried(broken: Reply) -> None:
    """One answer that is no chat completion costs one more request."""
    count, outcomes = await ask_twice([broken, answer(GOOD)])
    assert (count, None in outcomes) == (3, False)


@pytest.mark.parametrize("broken", GARBAGE, ids=GARBAGE_NAMES)
async def test_an_address_that_only_sends_garbage_ends_the_run(broken: Reply) -> None:
    """Three garbled answers and never a good one mean that this is not a chat API; nothing more is sent."""
    with llm_server([broken]) as server, without_waits():
        async with Client(settings(server.url)) as client:
            with pytest.raises(EndpointError, match="does not speak the OpenAI chat API"):
                await client.ask(request())
            with pytest.raises(EndpointError, match="does not speak the OpenAI chat API"):
                await client.ask(request("another"))
    assert server.count == 3


async def test_lasting_garbage_after_good_answers_fails_the_call_only() -> None:
    """It names what came."""
    with llm_server([answer(GOOD), HTML]) as server, without_waits():
        async with Client(settings(server.url, max_attempts=3)) as client:
            await client.ask(request("first"))
            with pytest.raises(ModelUnavailable, match="HTML page"):
                await client.ask(request("second"))
    assert server.count == 4


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (error(401), "OPENAI_API_KEY"),
        (error(403, "no access"), "denies access"),
        (error(404, "The model `gpt-5.4-mini` does not exist", "model_not_found"), "gpt-5.4-mini"),
        (Reply(404, b"404 page not found"), "--base-url"),
        (error(429, "You exceeded your current quota", "insufficient_quota"), "quota"),
        (error(402, "pay"), "billing"),
        (Reply(307, headers={"location": "http://127.0.0.1:9/v1/chat/completions"}), "redirects"),
    ],
    ids=["401", "403", "model", "path", "quota", "402", "redirect"],
)
async def test_what_no_retry_can_mend_ends_the_run_after_one_request(reply: Reply, words: str) -> None:
    """Every later call is refused with the same words, without a request."""
    with llm_server([reply]) as server, without_waits():
        async with Client(settings(server.url)) as client:
            for user in ("one", "two"):
                with pytest.raises(EndpointError, match=words):
                    await client.ask(request(user))
    assert server.count == 1


async def test_a_servers_sentence_fits_into_ours() -> None:
    """One full stop, whether or not the server's own words end in one."""
    with llm_server([error(404, "The model `m` does not exist.")]) as server, without_waits():
        async with Client(settings(server.url)) as client:
            with pytest.raises(EndpointError, match=r"does not exist\. Check --model"):
                await client.ask(request())


async def test_an_address_where_nobody_answers_ends_the_run() -> None:
    """A refused connection is named with the address."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
    with without_waits():
        async with Client(settings(url)) as client:
            with pytest.raises(EndpointError, match=url):
                await client.ask(request())
            assert client.usage.retries == 1


async def test_a_server_that_goes_away_fails_calls_and_at_last_the_run() -> None:
    """After good answers a dead server fails call by call, until twenty were lost in a row."""
    with llm_server([answer(GOOD)]) as server, without_waits():
        async with Client(settings(server.url, max_attempts=1)) as client:
            await client.ask(request("first"))
            server.stop()
            kinds = []
            for number in range(standing.LOST_CALLS + 2):
                with pytest.raises(ModelError) as caught:
                    await client.ask(request(f"text {number}"))
                kinds.append(type(caught.value))
    assert kinds == [ModelUnavailable] * (standing.LOST_CALLS - 1) + [EndpointError] * 3


async def test_one_deadline_bounds_an_attempt_however_the_answer_drips() -> None:
    """Hanging and dripping answers are cut at the time-out, not at the gap between two bytes."""
    drip = Reply(200, answer(GOOD).body, how="drip", seconds=1)
    with llm_server([drip, Reply(how="hang", seconds=1.5), answer(GOOD)]) as server, without_waits():
        async with Client(settings(server.url, timeout=0.4)) as client:
            started = time.monotonic()
            assert (await client.ask(request())).value.items
            assert time.monotonic() - started < 4
    assert server.count == 3


async def test_a_time_out_is_told_with_its_length() -> None:
    """The message says how long it waited and which flag changes it."""
    with llm_server([Reply(how="hang", seconds=1)]) as server, without_waits():
        async with Client(settings(server.url, timeout=0.2, max_attempts=2)) as client:
            with pytest.raises(ModelUnavailable, match=r"0\.2 s \(--timeout\)") as caught:
                await client.ask(request())
    assert caught.value.attempts == 2


async def test_leading_white_space_keeps_a_slow_answer_alive_and_is_ignored() -> None:
    """Endpoints that send spaces while they think are understood."""
    with llm_server([Reply(200, answer(GOOD).body, how="keepalive", seconds=0.3)]) as server:
        async with Client(settings(server.url)) as client:
            assert (await client.ask(request())).value.items
    assert server.count == 1


async def test_an_error_inside_a_200_is_treated_as_its_code() -> None:
    """Gateways that wrap a 429 into a 200 are retried, a 401 ends the run."""
    wrapped = [ok({"error": {"message": "slow down", "code": 429}}), ok({"error": {"message": "key", "code": 401}})]
    with llm_server([wrapped[0], answer(GOOD), wrapped[1]]) as server, without_waits():
        async with Client(settings(server.url)) as client:
            await client.ask(request("one"))
            with pytest.raises(EndpointError, match="key"):
                await client.ask(request("two"))
    assert server.count == 3


async def test_a_compression_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer beyond the size cap is garbage, packed or not, and a packed answer within it is read."""
    monkeypatch.setattr("factcheck.llm.transport.MAX_ANSWER_BYTES", 100_000)
    packed = {"content-type": "application/json", "content-encoding": "gzip"}
    bomb = Reply(200, gzip.compress(b" " * 50_000_000), packed)
    plain = Reply(200, b" " * 200_000, {"content-type": "application/json"})
    fine = Reply(200, gzip.compress(answer(GOOD).body), packed)
    with llm_server([bomb, plain, fine]) as server, without_waits():
        async with Client(settings(server.url)) as client:
            assert (await client.ask(request())).value.items
    assert server.count == 3
    assert server.headers[0]["accept-encoding"] == "identity"


async def test_retry_after_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The wait before the next attempt is what the endpoint asked for plus at most the jitter."""
    waits: list[float] = []

    async def wait(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr(retries, "_wait", wait)
    with llm_server([error(503, retry_after="7"), answer(GOOD)]) as server:
        async with Client(settings(server.url)) as client:
            await client.ask(request())
    assert any(7 <= seconds <= 7 + retries.FIRST_WAIT for seconds in waits)


async def test_an_endpoint_that_wants_too_long_a_wait_is_told_not_waited_for() -> None:
    """An hour is beyond patience: one request, and the message says when to come back."""
    with llm_server([error(503, retry_after="3600")]) as server, without_waits():
        async with Client(settings(server.url)) as client:
            with pytest.raises(ModelUnavailable, match="come back in 3600 s"):
                await client.ask(request())
    assert server.count == 1


async def test_an_endpoint_in_doubt_gets_fewer_attempts_until_it_answers() -> None:
    """After three lost calls the next is tried three times, so that a dead server is known soon, until one answers."""
    with llm_server([answer(GOOD)]) as server, without_waits():
        async with Client(settings(server.url, max_attempts=6)) as client:
            await client.ask(request("first"))
            attempts = []
            server.follow([error(500)])
            for number in range(4):
                with pytest.raises(ModelUnavailable) as caught:
                    await client.ask(request(f"text {number}"))
                attempts.append(caught.value.attempts)
            server.follow([answer(GOOD), error(500)])
            await client.ask(request("good again"))
            with pytest.raises(ModelUnavailable) as caught:
                await client.ask(request("bad again"))
    assert (attempts, caught.value.attempts) == ([6, 6, 6, 3], 6)


async def test_three_hundred_calls_through_mixed_faults_all_come_right() -> None:
    """Every call is answered by its own question's answer although a quarter of the attempts fail."""
    rng = random.Random(7)
    faults = [error(429), error(500), Reply(how="reset"), HTML, answer({"wrong": 1}), ok({"choices": []})]
    fates = {f"n{n}": rng.choice(faults) for n in range(300) if rng.random() < 0.25}
    seen: Counter[str] = Counter()

    def script(body: dict[str, object]) -> Reply:
        messages = body["messages"]
        assert isinstance(messages, list)
        user = messages[1]["content"].split()[0]
        seen[user] += 1
        if user in fates and seen[user] == 1:
            return fates[user]
        return answer({"items": [{"kind": "happened", "what": user, "place": None}]})

    with llm_server(script) as server, without_waits():
        async with Client(settings(server.url, concurrency=32)) as client:
            replies = await asyncio.gather(*(client.ask(request(f"n{n}")) for n in range(300)))
    assert [reply.value.items[0].what for reply in replies] == [f"n{n}" for n in range(300)]
    assert server.count == 300 + len(fates)


NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "2"}, 2),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": " 3 "}, 3),
        ({"retry-after": "0"}, 0),
        ({"retry-after": "-5"}, 0),
        ({"retry-after": "1m30s"}, 90),
        ({"retry-after": "200ms"}, 0.2),
        ({"retry-after-ms": "200"}, 0.2),
        ({"retry-after-ms": "-1"}, 0),
        ({"retry-after-ms": "200", "retry-after": "9"}, 0.2),
        ({"retry-after-ms": "soon", "retry-after": "9"}, 9),
        ({"retry-after": format_datetime(NOW + timedelta(seconds=30), usegmt=True)}, 30),
        ({"retry-after": format_datetime(NOW - timedelta(days=30), usegmt=True)}, 0),
        ({"retry-after": "Thu, 01 Jan 2026 00:01:00 -0000"}, 60),
        ({"retry-after": "Thu, 99 Jan 2026 00:01:00 GMT"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "1e400"}, None),
        ({"retry-after": "31536000"}, 31536000),
    ],
)
def test_retry_after_is_read_in_all_its_spellings(headers: dict[str, str], seconds: float | None) -> None:
    """Seconds, fractions, milliseconds, durations and HTTP dates; the past is 0, nonsense is None."""
    assert retry_after(headers, NOW.timestamp()) == seconds


async def test_a_rate_limit_that_wants_too_long_a_wait_ends_the_run() -> None:
    """Every further call would be told the same: one request, and the words say when to come back."""
    with llm_server([error(429, "daily limit", retry_after="7200")]) as server, without_waits():
        async with Client(settings(server.url)) as client:
            for user in ("one", "two"):
                with pytest.raises(EndpointError, match=r"come back in 7200 s \(2\.0 h\)"):
                    await client.ask(request(user))
    assert server.count == 1


async def test_one_deadline_bounds_a_call_with_all_its_attempts() -> None:
    """Attempts that each stay within their time-out still end when the call's own time is over."""
    with llm_server([Reply(how="hang", seconds=1)]) as server, without_waits():
        async with Client(settings(server.url, timeout=0.2, deadline=0.7, max_attempts=20)) as client:
            with pytest.raises(ModelUnavailable, match=r"0\.7 s for one call \(--deadline\)") as caught:
                await client.ask(request())
            faults = client.usage.faults
    assert faults["deadline"] == 1
    assert 1 <= faults["timeout"] < caught.value.attempts <= 4


async def test_a_server_that_forbids_a_retry_is_obeyed() -> None:
    """`x-should-retry: false` makes a passing status final for this call."""
    with llm_server([error(500, "no", x_should_retry="false"), answer(GOOD)]) as server, without_waits():
        async with Client(settings(server.url)) as client:
            with pytest.raises(ModelRefused):
                await client.ask(request())
    assert server.count == 1


def test_a_servers_words_are_cleaned_before_they_are_shown() -> None:
    """No control characters, no line breaks, no keys, no more than a line."""
    shown = clean(f"\x1b[31mbad\x07 key {CANARY}\nline\u202e two " + "x" * 500)
    assert CANARY not in shown
    assert shown.isprintable()
    assert len(shown) == 200
    assert of_status(500, json.dumps({"detail": "x"})).message.startswith("HTTP 500")
    assert of_status(200 + 300, completion(None)).kind == "retry"


async def test_after_a_stop_what_was_sent_is_answered_and_retried_and_what_waits_is_not_begun() -> None:
    """Of ten calls through one place, the one under way has its fault, its retry and its answer; nine cost nothing."""
    stopping = False

    def stop_and_fail(_: dict[str, Any]) -> Reply:
        nonlocal stopping
        first, stopping = not stopping, True
        return error(503) if first else answer(GOOD)

    with llm_server(stop_and_fail) as server, without_waits():
        async with Client(settings(server.url, concurrency=1), stopping=lambda: stopping) as client:
            calls = [client.ask(request(f"call {number}")) for number in range(10)]
            outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert server.count == 2
    assert not isinstance(outcomes[0], BaseException)
    assert all(isinstance(outcome, Interrupted) and outcome.attempts == 0 for outcome in outcomes[1:])


async def test_after_a_stop_a_first_answer_with_a_complaint_is_not_taken_for_the_last_word() -> None:
    """It would be kept with doubts that a second question might have dispelled; so it counts as interrupted."""
    stopping = False

    def answer_and_stop(_: dict[str, Any]) -> Reply:
        nonlocal stopping
        stopping = True
        return answer(GOOD)

    with llm_server(answer_and_stop) as server:
        async with Client(settings(server.url), stopping=lambda: stopping) as client:
            with pytest.raises(Interrupted):
                await client.ask(replace(request(), check=lambda _: "not good enough"))
    assert server.count == 1
