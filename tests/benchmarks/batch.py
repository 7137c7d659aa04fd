"""How near a batch comes to the time that its requests must take, and what it costs in memory; a line per measurement.

Run as `python -m tests.benchmarks.batch` (100 and 1,000 articles; `--articles 10000` for more, `--group-by event` for
one folder). The model is a server of fixed latency and, with `--rpm`, a rate limit, in a process of its own. The ideal
is requests x latency / concurrency, or requests / rate when that is longer. `--faults` measures resuming instead: a
fifth of the first attempts fail and the batch is killed three times; its index must be that of a run left alone.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support import newsstand

LATENCY = 0.5


@dataclass(frozen=True)
class Ended:
    """How a process ended."""

    code: int
    wall: float
    cpu: float
    peak_mb: float


@contextlib.contextmanager
def served(*flags: str) -> Iterator[str]:
    """The base URL of a newsroom in a process of its own."""
    command = [sys.executable, "-m", "tests.support.newsroom_server", *flags]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.kill()


def stats(url: str) -> dict[str, int]:
    """What the server was asked so far."""
    with urllib.request.urlopen(f"{url}/stats") as answer:
        counted: dict[str, int] = json.load(answer)
    return counted


def start(work: Path, url: str, *flags: str) -> subprocess.Popen[bytes]:
    """A batch over `work/desk`, begun."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "FACTCHECK_"))},
        "OPENAI_BASE_URL": url,
        "XDG_CONFIG_HOME": str(work / "none"),
    }
    command = [sys.executable, "-m", "factcheck", "batch", str(work / "desk"), "--cache-dir", str(work / "cache")]
    command += ["--run-dir", str(work / "runs"), "-f", "json", "--progress", "none", "-m", "local", *flags]
    with (work / "index.json").open("wb") as out, (work / "stderr").open("ab") as errors:
        return subprocess.Popen(command, stdout=out, stderr=errors, env=environment)


def ended(process: subprocess.Popen[bytes], began: float) -> Ended:
    """Wait for a process, and count what it took."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - began
    return Ended(process.returncode, wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def batch(work: Path, url: str, *flags: str) -> Ended:
    """A batch over `work/desk`, from start to end."""
    began = time.perf_counter()
    return ended(start(work, url, *flags), began)


def measure(articles: int, per_story: int, concurrency: int, rpm: int, group_by: str) -> None:
    """A cold and a warm run over so many articles."""
    flags = ["--concurrency", str(concurrency), "--group-by", group_by]
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        stories = newsstand.write(work / "desk", articles, per_story, flat=group_by != "folder")
        with served("--latency", str(LATENCY), "--rpm", str(rpm)) as url:
            # A desk that was just written is not trusted to be settled yet.
            time.sleep(2.5)
            cold = batch(work, url, *flags)
            asked = stats(url)
            answered = asked["answered"]
            warm = batch(work, url, *flags)
            again = stats(url)["requests"] - asked["requests"]
        index = json.loads((work / "index.json").read_bytes())
    ideal = max(answered * LATENCY / concurrency, answered / rpm * 60 if rpm else 0)
    print(
        f"{articles:6,} articles, {stories:5,} stories, concurrency {concurrency}:"
        f" {cold.wall:6.1f} s of {ideal:6.1f} ideal"
        f" ({ideal / cold.wall:.0%}), {answered / articles:.3f} requests an article ({asked['limited']} refused),"
        f" {cold.cpu / answered * 1000:.1f} ms CPU a request, peak {cold.peak_mb:.0f} MB;"
        f" warm {warm.wall:.1f} s, {again} requests, peak {warm.peak_mb:.0f} MB;"
        f" exits {cold.code} {warm.code}, {index['totals']['stories']} rows",
        flush=True,
    )


def comparable(index: dict[str, Any]) -> dict[str, Any]:
    """An index without times, places and costs, which differ from run to run."""
    rows = []
    for row in index["stories"]:
        rows.append({name: value for name, value in row.items() if name not in ("usage", "checked_at", "report")})
    kept = {name: value for name, value in index.items() if name not in ("usage", "spent", "root", "stories")}
    return {**kept, "stories": rows}


def measure_faults(articles: int, per_story: int, concurrency: int) -> None:
    """Three kills and a fifth of faults against a run that is left alone."""
    flags = ["--concurrency", str(concurrency)]
    with tempfile.TemporaryDirectory() as folder:
        quiet, broken = Path(folder) / "quiet", Path(folder) / "broken"
        for work in (quiet, broken):
            newsstand.write(work / "desk", articles, per_story)
        time.sleep(2.5)
        with served("--latency", "0.05") as url:
            batch(quiet, url, *flags)
            wanted = stats(url)["answered"]
        with served("--latency", "0.05", "--faults", "0.2") as url:
            for share in (0.25, 0.5, 0.75):
                process, began = start(broken, url, *flags), time.perf_counter()
                while stats(url)["answered"] < share * wanted and process.poll() is None:
                    time.sleep(0.05)
                process.send_signal(signal.SIGKILL)
                ended(process, began)
            last = batch(broken, url, *flags)
            counted = stats(url)
        left, right = (comparable(json.loads((work / "index.json").read_bytes())) for work in (quiet, broken))
    same = json.dumps(left).replace(str(quiet), "") == json.dumps(right).replace(str(broken), "")
    print(
        f"{articles:,} articles, 20 % faults, killed three times: {'same index' if same else 'ANOTHER INDEX'},"
        f" exit {last.code}, {counted['requests']} requests for {wanted} answers,"
        f" {counted['paid_twice']} paid twice (in flight when killed: at most {3 * concurrency})",
        flush=True,
    )


def main() -> None:
    """Measure what the flags say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, nargs="+", default=[100, 1000])
    parser.add_argument("--per-story", type=int, default=10)
    parser.add_argument("--concurrency", type=int, default=16)
    parser.add_argument("--rpm", type=int, default=0)
    parser.add_argument("--group-by", choices=["folder", "event"], default="folder")
    parser.add_argument("--faults", action="store_true")
    given = parser.parse_args()
    for articles in given.articles:
        if given.faults:
            measure_faults(articles, given.per_story, given.concurrency)
        else:
            measure(articles, given.per_story, given.concurrency, given.rpm, given.group_by)


if __name__ == "__main__":
    main()
