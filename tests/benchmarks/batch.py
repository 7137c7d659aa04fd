"""How near a batch comes to the time that its requests must take, and what it costs in memory; a line per measurement.

Run as `python -m tests.benchmarks.batch` (100 and 1,000 articles; `--articles 10000` for more, `--group-by event` for
one folder). The model is a server of fixed latency and of a rate limit, that of a small account unless `--rpm` or
`--tpm` say another or none (0), in a process of its own. The ideal is requests x latency / concurrency, or requests or
tokens / rate when that is longer. It is set against the whole run, and against the time from its first request to its
last answer, which leaves out how Python starts.
`--faults` measures resuming instead: a fifth of the first attempts fail and the batch is killed three times; its index
must be that of a run left alone, and nothing that was on the disk may be asked for again.
"""

from __future__ import annotations

import argparse
import compileall
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
from tests.support.killing import NOTING, Subject, names_kept, read_notes

LATENCY = 0.5
SMALL_ACCOUNT = 500
"""Requests a minute."""


@dataclass(frozen=True)
class Ended:
    """How a process ended."""

    code: int
    began: float
    """Monotonic time."""
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


def stats(url: str) -> dict[str, Any]:
    """What the server was asked so far."""
    with urllib.request.urlopen(f"{url}/stats") as answer:
        counted: dict[str, Any] = json.load(answer)
    return counted


def start(work: Path, url: str, *flags: str, noted: Path | None = None) -> subprocess.Popen[bytes]:
    """A batch over `work/desk`, begun; the names of the answers that it is about to keep go to `noted`."""
    # Whoever installs the package runs it compiled.
    foreign = ("OPENAI_", "FACTCHECK_", "PYTHONDONTWRITEBYTECODE")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(foreign)},
        "OPENAI_BASE_URL": url,
        "XDG_CONFIG_HOME": str(work / "none"),
    }
    command = [sys.executable, "-m", "factcheck"] if noted is None else [sys.executable, "-c", NOTING]
    environment |= {"NOTED": str(noted)} if noted is not None else {}
    command += ["batch", str(work / "desk"), "--cache-dir", str(work / "cache"), "--run-dir", str(work / "runs")]
    command += ["-f", "json", "--progress", "none", "-m", "local", *flags]
    with (work / "index.json").open("wb") as out, (work / "stderr").open("ab") as errors:
        return subprocess.Popen(command, stdout=out, stderr=errors, env=environment)


def ended(process: subprocess.Popen[bytes], began: float) -> Ended:
    """Wait for a process, and count what it took."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - began
    return Ended(process.returncode, began, wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def batch(work: Path, url: str, *flags: str, noted: Path | None = None) -> Ended:
    """A batch over `work/desk`, from start to end."""
    began = time.monotonic()
    return ended(start(work, url, *flags, noted=noted), began)


@dataclass(frozen=True)
class Endpoint:
    """What the server allows, and what the client is told of it."""

    concurrency: int
    rpm: int
    tpm: int
    told: bool
    """Whether the client is given the rates, or has to learn them from refusals."""
    across: bool
    """Whether stories are compared with each other when all are through."""

    @property
    def server(self) -> list[str]:
        """Flags of the server."""
        return ["--latency", str(LATENCY), "--rpm", str(self.rpm), "--tpm", str(self.tpm)]

    @property
    def client(self) -> list[str]:
        """Flags of the command."""
        rates = {"--rpm": self.rpm, "--tpm": self.tpm} if self.told else {}
        given = [part for flag, rate in rates.items() if rate for part in (flag, str(rate))]
        alone = [] if self.across else ["--no-across-stories"]
        return ["--concurrency", str(self.concurrency), *given, *alone]

    def ideal(self, asked: dict[str, Any]) -> float:
        """Seconds that what was answered must take."""
        by_rate = asked["answered"] / self.rpm * 60 if self.rpm else 0.0
        by_tokens = asked["tokens"] / self.tpm * 60 if self.tpm else 0.0
        by_latency = float(asked["answered"]) * LATENCY / self.concurrency
        return max(by_latency, by_rate, by_tokens)


def measure(articles: int, per_story: int, endpoint: Endpoint, group_by: str) -> None:
    """A cold and a warm run over so many articles."""
    flags = [*endpoint.client, "--group-by", group_by]
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        stories = newsstand.write(work / "desk", articles, per_story, flat=group_by != "folder")
        with served(*endpoint.server) as url:
            # A desk that was just written is not trusted to be settled yet.
            time.sleep(2.5)
            cold = batch(work, url, *flags)
            asked = stats(url)
            answered = asked["answered"]
            warm = batch(work, url, *flags)
            again = stats(url)["requests"] - asked["requests"]
        index = json.loads((work / "index.json").read_bytes())
    ideal, open_ = endpoint.ideal(asked), asked["ended"] - asked["began"]
    before, after = asked["began"] - cold.began, cold.began + cold.wall - asked["ended"]
    print(
        f"{articles:6,} articles, {stories:5,} stories, concurrency {endpoint.concurrency}:"
        f" ideal {ideal:.1f} s, first request to last answer {open_:.1f} s ({ideal / open_:.0%}),"
        f" whole run {cold.wall:.1f} s ({ideal / cold.wall:.0%}; {before:.1f} before, {after:.1f} after);"
        f" {answered / articles:.3f} requests an article ({asked['limited']} refused),"
        f" {asked['occupied'] / open_:.1f} under way in the mean,"
        f" {cold.cpu / articles * 1000:.1f} ms CPU an article ({asked['cpu'] / articles * 1000:.1f} of the server's),"
        f" peak {cold.peak_mb:.0f} MB;"
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
        noted = Path(folder) / "noted"
        known, acknowledged = dict[str, Subject](), set[str]()
        with served("--latency", "0.05") as url:
            batch(quiet, url, *flags, noted=noted)
            wanted = stats(url)["answered"]
            read_notes(noted, known, acknowledged)
            answers = {known[name] for name in names_kept(quiet / "cache")}
        kept, stored_twice = set[str](), set[str]()
        known, acknowledged = {}, set()
        with served("--latency", "0.05", "--faults", "0.2") as url:
            for share in (0.25, 0.5, 0.75, None):
                process, began = start(broken, url, *flags, noted=noted), time.monotonic()
                if share is not None:
                    while stats(url)["answered"] < share * wanted and process.poll() is None:
                        time.sleep(0.05)
                    process.send_signal(signal.SIGKILL)
                last = ended(process, began)
                put = dict[str, Subject]()
                read_notes(noted, put, acknowledged)
                known |= put
                stored_twice |= kept & set(put)
                kept = names_kept(broken / "cache")
            counted = stats(url)
        same_answers = answers == {known[name] for name in kept}
        left, right = (comparable(json.loads((work / "index.json").read_bytes())) for work in (quiet, broken))
    same = json.dumps(left).replace(str(quiet), "") == json.dumps(right).replace(str(broken), "")
    print(
        f"{articles:,} articles, 20 % faults, killed three times: {'same index' if same else 'ANOTHER INDEX'},"
        f" exit {last.code}; {counted['requests']} requests, {counted['answered']} answered, {wanted} without kills;"
        f" of {len(kept):,} stored answers {len(stored_twice)} asked for again, {len(acknowledged - kept)} lost,"
        f" {'the same as' if same_answers else 'NOT THOSE'} without kills;"
        f" {counted['paid_twice']} requests under way at a kill were made and paid again",
        flush=True,
    )


def main() -> None:
    """Measure what the flags say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, nargs="+", default=[100, 1000])
    parser.add_argument("--per-story", type=int, default=10)
    parser.add_argument("--concurrency", type=int, default=16)
    parser.add_argument("--rpm", type=int, default=SMALL_ACCOUNT)
    parser.add_argument("--tpm", type=int, default=0)
    parser.add_argument("--untold", action="store_true", help="do not tell the client of --rpm and --tpm")
    parser.add_argument("--alone", action="store_true", help="do not compare stories with each other at the end")
    parser.add_argument("--group-by", choices=["folder", "event"], default="folder")
    parser.add_argument("--faults", action="store_true")
    given = parser.parse_args()
    compileall.compile_dir("factcheck", quiet=1)
    for articles in given.articles:
        if given.faults:
            measure_faults(articles, given.per_story, given.concurrency)
        else:
            endpoint = Endpoint(given.concurrency, given.rpm, given.tpm, not given.untold, not given.alone)
            measure(articles, given.per_story, endpoint, given.group_by)


if __name__ == "__main__":
    main()
