"""When a request may be sent: the user's own rates, and what the endpoint says is left of its limits."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.llm import pacing, retries
from factcheck.llm.client import Client
from factcheck.llm.pacing import Bucket, Pace, duration, left_of
from tests.llm.asking import GOOD, request, settings
from tests.support.llm_server import Reply, answer, error, llm_server


class Clock:
    """A monotonic clock that is set by hand."""

    now = 1000.0

    def monotonic(self) -> float:
        """The time."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of the pacing module."""
    hand = Clock()
    monkeypatch.setattr(pacing, "time", hand)
    return hand


def told(remaining: object, reset: str, limit: object = None, resource: str = "requests") -> dict[str, str]:
    """Rate-limit headers."""
    headers = {f"x-ratelimit-remaining-{resource}": str(remaining), f"x-ratelimit-reset-{resource}": reset}
    return headers | ({f"x-ratelimit-limit-{resource}": str(limit)} if limit is not None else {})


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("6m0s", 360),
        ("1h2m3s", 3723),
        ("20ms", 0.02),
        ("1.5s", 1.5),
        ("12", 12),
        ("0", 0),
        ("", None),
        ("soon", None),
        ("-1", None),
        ("1s later", None),
        ("2026-01-01T00:00:00Z", None),
        ("1767225600000", None),
    ],
)
def test_durations_are_read_in_the_spellings_that_servers_use(text: str, seconds: float | None) -> None:
    """Go's notation and bare seconds; a date or an epoch is no duration."""
    assert duration(text) == seconds


@given(st.dictionaries(st.sampled_from([*told(1, "1", 1), *told(1, "1", 1, "tokens")]), st.text(max_size=12)))
def test_no_header_can_break_or_hold_the_run(headers: dict[str, str]) -> None:
    """Whatever stands there, a request waits a minute at most."""
    pace = Pace(None, None)
    pace.learn(pace.take(100), headers)
    for _ in range(5):
        assert 0 <= pace.take(100).wait <= pacing.LONGEST_PACE


def test_what_is_not_said_in_full_is_not_believed() -> None:
    """Without a reset, or with nonsense, there is no limit to keep."""
    assert left_of({"x-ratelimit-remaining-requests": "0"}, "requests") is None
    assert left_of(told("many", "1s"), "requests") is None
    assert left_of(told("nan", "1s"), "requests") is None
    assert left_of(told(0, "later"), "requests") is None


@pytest.mark.usefixtures("clock")
def test_requests_wait_for_what_the_endpoint_has_left() -> None:
    """Two are left and refill at one a second: the third waits one second, the fourth two."""
    pace = Pace(None, None)
    pace.learn(pace.take(1), told(2, "58s", 60))
    assert [round(pace.take(1).wait, 3) for _ in range(4)] == [0, 0, 1, 2]


@pytest.mark.usefixtures("clock")
def test_what_was_sent_before_an_answer_came_counts_as_used() -> None:
    """Three requests under way know nothing of each other: the first answer's two are then already spent."""
    pace = Pace(None, None)
    turns = [pace.take(1) for _ in range(3)]
    pace.learn(turns[0], told(2, "58s", 60))
    assert pace.take(1).wait == pytest.approx(1)


def test_a_window_that_has_passed_holds_nobody(clock: Clock) -> None:
    """After the reset the old word is forgotten."""
    pace = Pace(None, None)
    pace.learn(pace.take(1), told(0, "10s"))
    assert pace.take(1).wait == pytest.approx(10)
    clock.now += 10
    assert pace.take(1).wait == 0


@pytest.mark.usefixtures("clock")
def test_tokens_left_are_kept_like_requests_left() -> None:
    """A request of 500 tokens waits when 100 are left."""
    pace = Pace(None, None)
    pace.learn(pace.take(500), told(100, "59s", 6000, "tokens"))
    assert pace.take(500).wait == pytest.approx(4)


def test_the_users_rate_spreads_requests_evenly(clock: Clock) -> None:
    """At 60 a minute the first goes at once, the others follow a second apart."""
    pace = Pace(60, None)
    assert [pace.take(1).wait for _ in range(4)] == [0, 1, 2, 3]
    clock.now += 4
    assert pace.take(1).wait == 0


@pytest.mark.usefixtures("clock")
def test_the_users_token_rate_is_corrected_by_what_answers_took() -> None:
    """An answer that took less than was reserved lets the next request go sooner."""
    dear, cheap = Pace(None, 6000), Pace(None, 6000)
    for pace, taken in ((dear, 1000), (cheap, 100)):
        pace.used(pace.take(1000), taken)
    assert dear.take(100).wait > cheap.take(100).wait


@pytest.mark.usefixtures("clock")
def test_estimates_are_corrected_by_what_was_counted() -> None:
    """An endpoint that counts twice what we estimate is paced by its own count."""
    pace = Pace(None, None)
    turn = pace.take(100)
    pace.used(turn, 200)
    pace.learn(turn, told(300, "60s", 6000, "tokens"))
    assert pace.take(100).wait == 0
    assert pace.take(100).wait > 0


def test_a_request_above_the_rate_is_sent_all_the_same(clock: Clock) -> None:
    """A request of more tokens than a minute has costs that minute, not eternity."""
    bucket = Bucket(100 / 60)
    assert bucket.take(10_000) <= 60
    clock.now += 60
    assert bucket.take(1) <= 1


@given(st.lists(st.floats(0.0, 0.45), min_size=120, max_size=120), st.integers(120, 2400))
def test_requests_that_are_late_by_chance_are_never_too_many(late: list[float], rpm: int) -> None:
    """A server that lets a second's worth through at once refuses none, though each is late by up to half a second."""
    with pytest.MonkeyPatch.context() as patch:
        hand = Clock()
        patch.setattr(pacing, "time", hand)
        bucket, rate = Bucket(rpm / 60), rpm / 60
        arrivals = sorted(hand.now + bucket.take(1) + delay for delay in late)
    level, at = rate, arrivals[0]
    for arrival in arrivals:
        level, at = min(rate, level + (arrival - at) * rate) - 1, arrival
        assert level >= -1e-6


async def test_the_client_waits_before_the_endpoint_has_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that says nothing is left makes the next request wait for the time it names, without any 429."""
    waits: list[float] = []

    async def wait(seconds: float) -> None:
        waits.append(seconds)
        await asyncio.sleep(0)

    monkeypatch.setattr(retries, "_wait", wait)
    good = answer(GOOD)
    reply = Reply(200, good.body, {**good.headers, **told(0, "7s", 60)})
    with llm_server([reply]) as server:
        async with Client(settings(server.url)) as client:
            await client.ask(request("one"))
            assert max(waits) == 0
            await client.ask(request("two"))
    assert 0 < max(waits) <= 7


async def test_a_pause_that_comes_while_a_request_waits_for_its_turn_holds_it_too() -> None:
    """At two a second the third waits for its turn when the second is told to come back in 1.5 s: so does the third."""
    came: list[tuple[float, str]] = []

    def script(body: dict[str, Any]) -> Reply:
        came.append((time.monotonic(), body["messages"][-1]["content"]))
        refused = came[-1][1] == "second" and len(came) == 2
        return error(429, code="rate_limit_exceeded", retry_after="1.5") if refused else answer(GOOD)

    with llm_server(script) as server:
        async with Client(settings(server.url, rpm=120)) as client:
            await client.ask(request("first"))
            await asyncio.gather(client.ask(request("second")), client.ask(request("third")))
    assert [user for _, user in came[:2]] == ["first", "second"]
    assert came[2][0] - came[1][0] > 1.4
