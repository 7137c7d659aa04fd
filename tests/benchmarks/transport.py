"""How many calls the model border loses, what it pays for that, and what it costs in throughput and memory.

Run as `python -m tests.benchmarks.transport`; all takes about three minutes on two quiet cores. Every scene starts an
endpoint of its own (`tests/support/fast_endpoint.py`) and runs in a process of its own, so that its memory is its own.
The bare SDK is measured against the same endpoint with the same bodies, in turns with the client, so that a busy
machine bears on both alike.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from factcheck.errors import EndpointError, ModelError
from factcheck.llm import modes
from factcheck.llm.client import Client
from tests.llm.asking import Findings, request, settings

if TYPE_CHECKING:
    import openai

ARTICLE = "Il ponte sul fiume è chiuso da martedì, ha detto il sindaco; i lavori costano 12 milioni di euro. " * 60
"""About 6 kB, as an article is."""


@dataclass(frozen=True)
class Scene:
    """One row of the table."""

    name: str
    endpoint: dict[str, Any]
    calls: int = 500
    workers: int = 64
    most_requests: int = 0
    """The bar: no call lost, and no more requests than this."""
    settings: dict[str, Any] = field(default_factory=dict)


def _drawn(share: float, faults: str) -> dict[str, Any]:
    return {"latency": 0.02, "share": share, "faults": faults}


SCENES = (
    Scene(
        "transport faults 20 %", {"latency": 0.02, "share": 0.2, "faults": "transport"}, 500, 64, 640, {"timeout": 2}
    ),
    Scene("broken 200s 10 %", _drawn(0.1, "broken"), 500, 64, 570),
    Scene("server takes 16", {"latency": 0.05, "capacity": 16}, 1000, 64, 1050),
    Scene("quota gone", {"quota_gone": True}, 500, 64, 1),
)
ANSWERED = "answered"
TURNS = 5
"""How often client and SDK take turns in the throughput run."""


@contextmanager
def endpoint(conduct: dict[str, Any]) -> Iterator[str]:
    """The base URL of a server process that behaves as told."""
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.support.fast_endpoint", json.dumps(conduct)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdin is not None
    assert server.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(server.stdout.readline())}/v1"
    finally:
        server.stdin.close()
        server.wait(10)


def stats(url: str) -> dict[str, Any]:
    """What the server did so far."""
    with urllib.request.urlopen(url.replace("/v1", "/stats"), timeout=10) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


async def work_off(numbers: Iterable[int], workers: int, call: Callable[[int], Awaitable[str]]) -> Counter[str]:
    """Make one call for each number with so many workers; how they ended, by name."""
    left = iter(numbers)
    ends: Counter[str] = Counter()

    async def worker() -> None:
        for number in left:
            ends[await call(number)] += 1

    async with asyncio.TaskGroup() as group:
        for _ in range(workers):
            group.create_task(worker())
    return ends


async def asked_of_us(client: Client, number: int) -> str:
    """How one call through the client ended."""
    try:
        reply = await client.ask(request(f"n{number} {ARTICLE}"))
    except EndpointError:
        return "stopped"
    except ModelError as error:
        return type(error).__name__
    return _verdict(reply.value, number)


async def asked_of_the_sdk(sdk: openai.AsyncOpenAI, number: int) -> str:
    """How one call through the vendor's SDK alone ended: the same body, the same check of the answer."""
    asked = request(f"n{number} {ARTICLE}")
    schema = Findings.wire_schema()
    messages: Any = modes.messages("json_schema", asked.system, asked.user, schema)
    shaping: Any = modes.shaping("json_schema", "Findings", schema)
    try:
        answer = await sdk.chat.completions.create(model=asked.model, messages=messages, **shaping)
        return _verdict(Findings.model_validate_json(answer.choices[0].message.content or ""), number)
    except Exception as error:
        return type(error).__name__


def _verdict(found: Findings, number: int) -> str:
    return ANSWERED if [item.what for item in found.items] == [f"n{number}"] else "wrong answer"


async def play(scene: Scene) -> bool:
    """Run one scene, print its row, and say whether it is within its bar."""
    with endpoint(scene.endpoint) as url:
        begun = time.monotonic()
        async with Client(settings(url, concurrency=scene.workers, **scene.settings)) as client:
            ends = await work_off(range(scene.calls), scene.workers, lambda n: asked_of_us(client, n))
            usage = client.usage
        seconds = time.monotonic() - begun
        seen = stats(url)
    requests = seen["seen"]["requests"]
    if scene.endpoint.get("quota_gone"):
        lost, fine = "run stopped", ends == {"stopped": scene.calls} and requests <= scene.most_requests
    else:
        lost, fine = (
            str(scene.calls - ends[ANSWERED]),
            ends[ANSWERED] == scene.calls and requests <= scene.most_requests,
        )
    print(
        f"{scene.name:<22} {scene.calls:>6} calls  lost {lost:>11}  requests {requests:>6} (bar {scene.most_requests})"
        f"  at once {seen['most_busy']:>3}  {seconds:5.1f} s  {'ok' if fine else 'MISSED'}\n"
        f"{'':<22} sent by the server: {_counts(seen['seen'])}; counted by us: {_counts(usage.faults)}"
    )
    return fine


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()) if name != "requests") or "nothing"


async def race(calls: int, workers: int, latency: float) -> bool:
    """The client and the bare SDK in turns at one endpoint; prints throughput, CPU and memory."""
    import openai

    spent: dict[str, list[float]] = {"us": [0.0, 0.0], "sdk": [0.0, 0.0]}
    ends: dict[str, Counter[str]] = {"us": Counter(), "sdk": Counter()}
    with endpoint({"latency": latency}) as url:
        async with (
            Client(settings(url, concurrency=workers)) as client,
            openai.AsyncOpenAI(api_key="x", base_url=url, timeout=120) as sdk,
        ):
            sides: dict[str, Callable[[int], Awaitable[str]]] = {
                "us": lambda n: asked_of_us(client, n),
                "sdk": lambda n: asked_of_the_sdk(sdk, n),
            }
            for call in sides.values():
                await work_off(range(2 * workers), workers, call)  # imports, connections and the slow start
            size = calls // TURNS
            for turn in range(TURNS):
                for name, call in sides.items():
                    wall, cpu = time.monotonic(), time.process_time()
                    ends[name] += await work_off(range(turn * size, (turn + 1) * size), workers, call)
                    spent[name][0] += time.monotonic() - wall
                    spent[name][1] += time.process_time() - cpu
    made = size * TURNS
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    for name, (wall, cpu) in spent.items():
        lost = made - ends[name][ANSWERED]
        print(
            f"{name:<4} {made:>6} calls, {workers} workers, {latency * 1000:3.0f} ms: lost {lost},"
            f" {made / wall:6.0f} calls/s, CPU {1000 * cpu / made:.2f} ms a call"
        )
    ratio = spent["sdk"][0] / spent["us"][0]
    fine = ends["us"][ANSWERED] == made and memory < 400 and ratio >= 0.7
    print(
        f"     throughput {ratio:.2f} of the bare SDK's (bar 0.70), peak memory {memory} MB (bar 400)"
        f"  {'ok' if fine else 'MISSED'}"
    )
    return fine


def main() -> int:
    """Each scene in a process of its own; 1 when a bar was missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=10_000, help="of the throughput run")
    parser.add_argument("--workers", type=int, default=64)
    parser.add_argument("--latency-ms", type=float, default=100.0, help="of the endpoint in the throughput run")
    parser.add_argument("--only", choices=[*(scene.name for scene in SCENES), "throughput"])
    given = parser.parse_args()
    if given.only == "throughput":
        return not asyncio.run(race(given.calls, given.workers, given.latency_ms / 1000))
    if given.only:
        return not asyncio.run(play(next(scene for scene in SCENES if scene.name == given.only)))
    script = [sys.executable, "-m", "tests.benchmarks.transport", *sys.argv[1:], "--only"]
    names = [*(scene.name for scene in SCENES), "throughput"]
    return sum(subprocess.run([*script, name], check=False).returncode for name in names)


if __name__ == "__main__":
    sys.exit(main())
