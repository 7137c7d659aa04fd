"""Limits of a run whose requests are sent by two workers on Ray: what the server counts is that of one run, not of two.

Both workers are known to be at work. Times are those at which requests came, as the server saw them: how many came in
any so long a time, or how long after an answer the next one came, which a slow machine can only make longer.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from factcheck.engine.base import Engine, Placing, Raised, Success
from factcheck.errors import BudgetExceeded, EndpointError
from factcheck.llm import standing
from factcheck.llm.client import Client
from factcheck.llm.memory import MemoryStore
from factcheck.settings import EngineSettings, ModelSettings, Settings
from factcheck.workplaces import open_engine
from tests.engine import works
from tests.engine.works import Unit
from tests.llm.asking import GOOD, asked_apart, settings
from tests.support.llm_server import Reply, answer, error, llm_server
from tests.support.ray_cluster import Cluster

pytestmark = pytest.mark.ray
CONCURRENCY = 16
Outcomes = tuple[Success[int] | Raised, ...]


class Ledger:
    """A script that answers everything, and keeps when what was asked."""

    def __init__(self, usage: tuple[int, int] = (100, 20)) -> None:
        self.came: list[tuple[float, str]] = []
        self._usage = usage

    def __call__(self, body: dict[str, Any]) -> Reply:
        """Note it, then answer."""
        user = body["messages"][-1]["content"]
        self.came.append((time.monotonic(), user))
        return self.reply(user)

    def reply(self, user: str) -> Reply:  # noqa: ARG002 - for scripts that answer one otherwise
        """What a question is answered."""
        return answer(GOOD, usage=self._usage)

    def most_within(self, seconds: float) -> int:
        """The most requests that came within so long a time."""
        times = sorted(moment for moment, _ in self.came)
        return max(sum(begin <= moment < begin + seconds for moment in times) for begin in times)

    def since(self, user: str) -> float:
        """Seconds from the arrival of one question to the next arrival of any."""
        times = sorted(self.came)
        at = next(index for index, (_, asked) in enumerate(times) if asked == user)
        return times[at + 1][0] - times[at][0]


class Run:
    """A run whose two workers are up."""

    def __init__(self, client: Client, engine: Engine) -> None:
        self.client = client
        self._engine = engine

    async def ask(self, users: Sequence[str]) -> Outcomes:
        """Ask in the workers; the process that asked, for each question."""
        work = partial(asked_apart, model=self.client)
        return await self._engine.run(work, users, stop_on=(), done=lambda _: None)


@asynccontextmanager
async def two_at_work(model: ModelSettings, cluster: Cluster, folder: Path) -> AsyncIterator[Run]:
    """Begins when both workers have worked on something."""
    of = Settings(model=model, engine=EngineSettings(engine="ray", ray_address=cluster.address))
    placing = Placing(limit=model.concurrency)
    async with (
        Client(model) as client,
        open_engine(of, client, MemoryStore(), None, bool, placing) as engine,
        asyncio.timeout(120),
    ):
        seen = set[object]()
        while len(seen) < 2:
            units = [Unit(n, folder, 0.05) for n in range(4)]
            found = await engine.run(works.process, units, stop_on=(), done=lambda _: None)
            seen |= {outcome.value for outcome in found if isinstance(outcome, Success)}
        yield Run(client, engine)


def workers_of(outcomes: Outcomes) -> set[int]:
    """The processes that asked."""
    return {outcome.value for outcome in outcomes if isinstance(outcome, Success)}


@pytest.mark.parametrize("limit", [{"rpm": 600}, {"tpm": 600 * 120}], ids=["rpm", "tpm"])
async def test_a_rate_is_that_of_the_run(limit: dict[str, int], cluster: Cluster, tmp_path: Path) -> None:
    """Ten requests a second (of 120 tokens each): in no two seconds come more than those of three and a half.

    Half a second's worth may go out at once, and a busy machine lets a request be late by one. A rate for each worker
    would have had all forty there within one and a half.
    """
    ledger = Ledger(usage=(100, 20))
    with llm_server(ledger) as server:
        async with two_at_work(settings(server.url, concurrency=CONCURRENCY, **limit), cluster, tmp_path) as run:
            outcomes = await run.ask([f"Text {n}" for n in range(40)])
    assert len(workers_of(outcomes)) == 2
    assert len(ledger.came) == 40
    assert ledger.most_within(2) <= 35


@pytest.mark.parametrize(
    ("limit", "sent"), [({"max_calls": 5}, 5), ({"max_cost": 2.0}, 4)], ids=["max_calls", "max_cost"]
)
async def test_a_budget_is_that_of_the_run(limit: dict[str, Any], sent: int, cluster: Cluster, tmp_path: Path) -> None:
    """Of twelve questions five are asked, or the four that cost 0.45 USD each of two; the others say why not."""
    ledger = Ledger(usage=(50, 100_000))
    with llm_server(ledger) as server:
        async with two_at_work(settings(server.url, concurrency=CONCURRENCY, **limit), cluster, tmp_path) as run:
            outcomes = await run.ask([f"Text {n}" for n in range(12)])
            usage = run.client.usage
    assert len(ledger.came) == usage.requests == sent
    assert usage.cost_usd == pytest.approx(0.45 * sent, rel=0.01)
    refused = [outcome.error for outcome in outcomes if isinstance(outcome, Raised)]
    assert [type(each) for each in refused] == [BudgetExceeded] * (12 - sent)


async def test_what_the_endpoint_says_is_left_holds_the_other_worker_back(cluster: Cluster, tmp_path: Path) -> None:
    """One worker is told that nothing is left for one and a half seconds: until then neither of them sends anything."""

    class Spent(Ledger):
        def reply(self, user: str) -> Reply:
            good = super().reply(user)
            left = {"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "1.5s"}
            return Reply(200, good.body, {**good.headers, **left}) if user == "first" else good

    ledger = Spent()
    with llm_server(ledger) as server:
        async with two_at_work(settings(server.url, concurrency=CONCURRENCY), cluster, tmp_path) as run:
            first = await run.ask(["first"])
            others = await run.ask([f"Text {n}" for n in range(8)])
    assert workers_of(others) - workers_of(first)
    assert ledger.since("first") > 1.4


async def test_a_pause_that_the_endpoint_asks_of_one_worker_is_kept_by_the_other(
    cluster: Cluster, tmp_path: Path
) -> None:
    """One worker is refused with a Retry-After of two seconds: until then neither of them sends anything."""

    class Refusing(Ledger):
        def reply(self, user: str) -> Reply:
            refused = [asked for _, asked in self.came].count("first") == 1 and user == "first"
            return error(429, code="rate_limit_exceeded", retry_after="2") if refused else super().reply(user)

    ledger = Refusing()
    with llm_server(ledger) as server:
        async with two_at_work(settings(server.url, concurrency=CONCURRENCY), cluster, tmp_path) as run:
            await run.ask(["open"])
            first = asyncio.create_task(run.ask(["first"]))
            while not run.client.allotment.limit.pause_left():
                await asyncio.sleep(0.005)
            others = await run.ask([f"Text {n}" for n in range(8)])
            assert workers_of(others) - workers_of(await first)
    assert ledger.since("first") > 1.9
    assert len(ledger.came) == 11


async def test_the_retries_are_those_of_the_run(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five spare ones and one a call, over both workers; then the run is over for both, in the same words."""
    monkeypatch.setattr(standing, "SPARE_RETRIES", 5)

    class Failing(Ledger):
        def reply(self, user: str) -> Reply:
            return super().reply(user) if user == "good" else error(500)

    ledger = Failing()
    with llm_server(ledger) as server:
        model = settings(server.url, concurrency=4, max_attempts=20)
        async with two_at_work(model, cluster, tmp_path) as run:
            await run.ask(["good"])
            outcomes = await run.ask([f"Text {n}" for n in range(40)])
            usage = run.client.usage
    begun = Counter(user for _, user in ledger.came)
    assert usage.retries == 5 + len(begun)
    # A retry that one call was given, and that the end of the run overtook, is not sent.
    assert len(begun) < len(ledger.came) == usage.requests <= len(begun) + usage.retries
    assert len(begun) <= 1 + 4
    errors = [outcome.error for outcome in outcomes if isinstance(outcome, Raised)]
    assert len(errors) == 40
    assert {type(each) for each in errors} == {EndpointError}
    (words,) = {str(each) for each in errors}
    assert f"the {usage.retries} retries of this run are used up" in words
