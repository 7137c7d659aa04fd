"""What a batch on Ray costs beside a local one: time, processor time here and in the workers, requests, the same bytes.

Run as `python -m tests.benchmarks.distributed` (100 articles; `--articles`, `--per-story`). The model is a server of
fixed latency in a process of its own, the cluster two workers on this machine, which share its processors.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import shutil
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.batch import batch, served, stats
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


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100)
    parser.add_argument("--per-story", type=int, default=10)
    parser.add_argument("--concurrency", type=int, default=16)
    asked = parser.parse_args()
    found = list[dict[str, bytes]]()
    with (
        running_cluster() as cluster,
        served("--latency", str(LATENCY)) as url,
        tempfile.TemporaryDirectory() as folder,
    ):
        work, n, before = Path(folder), asked.articles, 0
        newsstand.write(work / "desk", n, asked.per_story)
        for engine in ("local", "ray"):
            flags = ["--concurrency", str(asked.concurrency), "--engine", engine, "--ray-address", cluster.address]
            with counted(cluster) as there:
                run = batch(work, url, *flags)
            found.append(reports(work))
            requests = stats(url)["requests"] - before
            before += requests
            print(
                f"{engine:5}: {n:,} articles, {run.wall:.1f} s, {requests:,} requests, exit {run.code};"
                f" processor time here {run.cpu:.1f} s, in the cluster {sum(there.values()):.1f} s;"
                f" peak here {run.peak_mb:.0f} MB",
                flush=True,
            )
            for place in ("cache", "runs"):
                shutil.rmtree(work / place)
    print("reports equal to the byte:", found[0] == found[1])


if __name__ == "__main__":
    main()
