"""A check and a batch in workers on Ray: the bytes of a local run, one set of limits, deaths outlived."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic import JsonValue, SecretStr

from factcheck import api
from factcheck.batch.options import BatchOptions
from factcheck.llm.cache import AnswerCache
from factcheck.settings import CacheSettings, EngineSettings, ModelSettings, RunSettings, Settings
from tests.support import newsstand
from tests.support.canary_watch import CANARY
from tests.support.newsroom_server import Manner, NewsroomServer, newsroom_thread
from tests.support.ray_cluster import Cluster

pytestmark = pytest.mark.ray
CONCURRENCY = 4


def settings(work: Path, name: str, url: str, cluster: Cluster | None, **model: int) -> Settings:
    """For a run with a cache of its own."""
    return Settings(
        model=ModelSettings(
            model="m", base_url=url, api_key=SecretStr(CANARY), concurrency=CONCURRENCY, timeout=20, **model
        ),
        cache=CacheSettings(directory=work / f"{name}-cache"),
        runs=RunSettings(enabled=False),
        engine=EngineSettings() if cluster is None else EngineSettings(engine="ray", ray_address=cluster.address),
    )


def batch(work: Path, name: str, url: str, cluster: Cluster | None) -> dict[str, bytes]:
    """Check all stories of the desk; title of a story -> the bytes of its report."""
    options = BatchOptions(folder=work / name)
    index = api.batch(work / "desk", settings(work, name, url, cluster), options)
    assert index.totals.failed == index.totals.incomplete == 0
    assert index.stopped is None
    return {row.title: (work / name / row.report / "report.json").read_bytes() for row in index.stories if row.report}


class Kept:
    """Counts how often answers have come to lie on the disk: once for every request that is answered."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.times = 0
        put_all = AnswerCache.put_all

        async def counted(cache: AnswerCache, answers: Mapping[str, JsonValue]) -> None:
            await put_all(cache, answers)
            self.times += 1

        monkeypatch.setattr(AnswerCache, "put_all", counted)


def kill_one(cluster: Cluster, server: NewsroomServer, manner: Manner, kept: Kept, killed: list[int]) -> None:
    """Kill a worker that waits for an answer, once all that were given are kept and all others are held back."""
    while server.seen.busy < CONCURRENCY or not kept.times == server.seen.answered == manner.answers:
        time.sleep(0.01)
    victim = cluster.worker_at(min(server.asking))
    os.kill(victim, signal.SIGKILL)
    killed.append(victim)
    manner.answers = None


def test_a_batch_is_the_same_to_the_byte_though_a_worker_is_killed(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Local, on two workers, and with one killed in the middle: one set of reports, and nothing kept is paid twice.

    What the dead worker was waiting for is asked again, and that is all that is.
    """
    newsstand.write(tmp_path / "desk", 40, per_story=5)
    manner, kept = Manner(latency=0.1), Kept(monkeypatch)
    with newsroom_thread(manner) as (url, server):
        local = batch(tmp_path, "local", url, None)
        asked = server.seen.requests
        assert batch(tmp_path, "ray", url, cluster) == local
        assert server.seen.requests == 2 * asked
        assert server.seen.most_busy <= CONCURRENCY
        assert kept.times == server.seen.answered == 2 * asked
        killed: list[int] = []
        manner.answers = server.seen.answered + asked // 2
        killer = threading.Thread(target=kill_one, args=(cluster, server, manner, kept, killed))
        killer.start()
        outlived = batch(tmp_path, "outlived", url, cluster)
        killer.join()
        again = server.seen.requests - 3 * asked
    assert len(killed) == 1
    assert len(local) == 8
    assert outlived == local
    assert 1 <= again <= CONCURRENCY


def test_a_check_is_the_same_to_the_byte(cluster: Cluster, tmp_path: Path) -> None:
    """One story, whose articles and requests are the units; every request is told to the listener here."""
    newsstand.write(tmp_path / "desk", 12, per_story=12)
    (folder,) = (tmp_path / "desk").iterdir()
    given, traces = api.read(folder), list[str]()
    with newsroom_thread(Manner()) as (url, server):
        local = api.check(given, settings(tmp_path, "local", url, None))
        asked = server.seen.requests
        there = api.check(
            given,
            settings(tmp_path, "ray", url, cluster),
            listener=lambda trace: traces.append(trace.end),
        )
        assert server.seen.requests == 2 * asked
    assert there.model_dump_json() == local.model_dump_json()
    assert traces == ["answered"] * asked


def test_the_budget_is_that_of_the_run(cluster: Cluster, tmp_path: Path) -> None:
    """Two workers together send as many requests as the user allowed, and the report says what was not asked."""
    newsstand.write(tmp_path / "desk", 12, per_story=12)
    (folder,) = (tmp_path / "desk").iterdir()
    with newsroom_thread(Manner()) as (url, server):
        report = api.check(api.read(folder), settings(tmp_path, "few", url, cluster, max_calls=5))
        assert server.seen.requests == 5
    assert report.run.usage.requests == 5
    assert {failure.kind for failure in report.failures} == {"BudgetExceeded"}
