"""What a batch on Ray costs beside a local one: time, processor time here and in the workers, requests, the same bytes.

`python -m tests.benchmarks.distributed` prints the rows of the table in DEPLOYMENT.md that are measured so: a batch of
100 and one of 400 articles (`--articles`), local and on Ray; what an article costs is the difference. The model is a
server of fixed latency in a process of its own, the cluster two workers on this machine, which share its processors.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.batch import Ended, batch, served, stats
from tests.support import newsstand
from tests.support.ray_cluster import Cluster, running_cluster

LATENCY = 0.5


def reports(work: Path) -> dict[str, bytes]:
    """Title of a story -> the bytes of its report."""
    index = json.loads((work / "index.json").read_bytes())
    (folder,) = (work / "runs").glob("*-batch")
    return {row["title"]: (folder / row["report"] / "report.json").read_bytes() for row in index["stories"]}


@contextlib.contextmanager
def counted(cluster: Cluster) -> Iterator[dict[int, float]]:
    """Processor time of each process of the cluster inside the block, as last seen; they may end before it does."""
    before, last, over = cluster.cpu(), dict[int, float](), threading.Event()

    def look() -> None:
        while not over.wait(0.1):
            last.update({pid: seconds - before.get(pid, 0.0) for pid, seconds in cluster.cpu().items()})

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield last
    finally:
        over.set()
        looking.join()


@dataclass(frozen=True)
class Measured:
    """One batch."""

    articles: int
    requests: int
    run: Ended
    there: float
    """Seconds of processor time in the cluster."""
    reports: dict[str, bytes]

    def told(self, engine: str) -> str:
        """One line for whoever waits."""
        return (
            f"{engine:5}: {self.articles:,} articles, {self.run.wall:.1f} s, {self.requests:,} requests, exit"
            f" {self.run.code}; processor time here {self.run.cpu:.1f} s, in the cluster {self.there:.1f} s;"
            f" peak here {self.run.peak_mb:.0f} MB"
        )


def measure(work: Path, articles: int, concurrency: int, engine: str, cluster: Cluster, url: str) -> Measured:
    """A batch over the so many articles of `work`/desk, from nothing."""
    before = int(stats(url)["requests"])
    flags = ["--concurrency", str(concurrency), "--engine", engine]
    flags += ["--ray-address", cluster.address] if engine == "ray" else []
    with counted(cluster) as there:
        run = batch(work, url, *flags)
    found = Measured(articles, int(stats(url)["requests"]) - before, run, sum(there.values()), reports(work))
    for place in ("cache", "runs"):
        shutil.rmtree(work / place)
    return found


def table(local: Sequence[Measured], ray: Sequence[Measured]) -> str:
    """The rows, of a small batch and a large one on either engine."""
    small, large = local
    more = large.articles - small.articles
    here, by_ray, there = (
        1000 * (of(runs[1]) - of(runs[0])) / more
        for runs, of in ((local, _here), (ray, _here), (ray, lambda measured: measured.there))
    )
    once = small.run.cpu - small.articles * here / 1000
    peaks = [f"{a.run.peak_mb:.0f} and {b.run.peak_mb:.0f} MB" for a, b in (local, ray)]
    return "\n".join(
        (
            f"| requests an article | {large.requests / large.articles:.2f} |",
            f"| processor time an article, local | {here:.0f} ms, and {once:.0f} s once |",
            f"| the same on Ray | {by_ray:.0f} ms in the process that was started, {there:.0f} ms in the workers |",
            f"| memory, {small.articles:,} and {large.articles:,} articles | {peaks[0]}; with Ray {peaks[1]} |",
        )
    )


def _here(measured: Measured) -> float:
    return measured.run.cpu


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, nargs=2, default=[100, 400], metavar=("SMALL", "LARGE"))
    parser.add_argument("--per-story", type=int, default=10)
    parser.add_argument("--concurrency", type=int, default=16)
    asked = parser.parse_args()
    found: dict[str, list[Measured]] = {"local": [], "ray": []}
    # One server and one folder for both engines: their addresses stand in the reports.
    with (
        running_cluster() as cluster,
        served("--latency", str(LATENCY)) as url,
        tempfile.TemporaryDirectory() as folder,
    ):
        for articles in asked.articles:
            work = Path(folder) / str(articles)
            newsstand.write(work / "desk", articles, asked.per_story)
            for engine, runs in found.items():
                runs.append(measure(work, articles, asked.concurrency, engine, cluster, url))
                print(runs[-1].told(engine), flush=True)
    pairs = zip(found["local"], found["ray"], strict=True)
    print("reports equal to the byte:", all(one.reports == other.reports for one, other in pairs))
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}", table(*found.values()), sep="\n")


if __name__ == "__main__":
    main()
