"""Killing a check again and again, and counting what was paid for twice."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from factcheck.llm.text_cache import FILE
from tests.support.llm_server import LlmServer, Reply, answer
from tests.support.newsroom import newsroom

TOKENS = (4000, 50)
FURTHEST = 6
_PROGRAM = """
import os, sys
from factcheck.llm import answer_file
put = answer_file.AnswerFile.put

def noted(self, entries, **how):
    entries = list(entries)
    descriptor = os.open(os.environ["NOTED"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(descriptor, "".join(entry.name + "\\n" for entry in entries).encode())
    os.close(descriptor)
    return put(self, entries, **how)

answer_file.AnswerFile.put = noted
from factcheck.__main__ import main
main()
"""
"""The real command; only the names of the answers that it is about to keep are noted beside."""
_SPEAKERS = (
    "Alder", "Birch", "Cedar", "Dogwood", "Elder", "Firth", "Gorse", "Hazel", "Iris", "Juniper", "Kelp", "Larch",
    "Maple", "Nettle", "Oak", "Poplar",
)  # fmt: skip
_PLACES = ("quay", "pier", "market", "chapel", "school", "station", "bridge", "bakery", "library", "tavern")


def write_story(folder: Path, articles: int) -> None:
    """So many short articles about one fire that gave 12 or 16 dead."""
    folder.mkdir()
    for number in range(articles):
        speaker = _SPEAKERS[number % len(_SPEAKERS)]
        place = _PLACES[number // len(_SPEAKERS) % len(_PLACES)]
        count = (12, 16)[number % 2]
        text = f"In the Eastley harbour fire {count} people died, {speaker} told reporters outside the {place} there."
        (folder / f"{number:03}.txt").write_text(f"Publisher: {speaker} {place}\n\n{text}\n", encoding="utf-8")


class SlowNewsroom:
    """The newsroom with a delay; counts how often each body was asked."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.bodies: Counter[str] = Counter()

    def __call__(self, body: dict[str, Any]) -> Reply:
        """One answer, late."""
        self.bodies[json.dumps(body, sort_keys=True)] += 1
        time.sleep(self._seconds)
        system, user = (message["content"] for message in body["messages"])
        return answer(newsroom(system, user), usage=TOKENS)


@dataclass
class Account:
    """What a run that was killed again and again has cost, beside the same run unbroken."""

    kills: int = 0
    sessions: int = 0
    requests: int = 0
    """Seen by the server over the broken run."""
    unbroken_requests: int = 0
    paid_twice: set[str] = field(default_factory=set)
    """Answers that were on the disk when a session began and were asked for again."""
    answers: int = 0
    """On the disk at the end."""
    same_report: bool = False
    folders: int = 0
    """Run folders of the broken run."""
    litter: list[str] = field(default_factory=list)
    """Files that a killed writer left."""

    def told(self) -> str:
        """One line for a person."""
        return (
            f"{self.kills} kills in {self.sessions} sessions: {self.answers} answers kept,"
            f" {len(self.paid_twice)} of them paid twice; {self.requests} requests, {self.unbroken_requests} without"
            f" kills, so {self.requests - self.unbroken_requests} more (under way when killed, or packed anew);"
            f" report {'the same' if self.same_report else 'DIFFERENT'}; {self.folders} run folder,"
            f" {len(self.litter)} stray files"
        )


def kill_often(work: Path, server: LlmServer, kills: int, seed: int = 1) -> Account:
    """Run one check of `work`/story, kill -9 it `kills` times at random moments, resume each time, and account for it.

    One kill in five falls anywhere in the first seconds, the others within half a second after one of the first
    `FURTHEST` new requests of a session. Raises AssertionError when the run is through before the last kill: then the
    story is too short.
    """
    rng = random.Random(seed)
    account = Account()
    report: dict[str, Any] | None = None
    while report is None:
        kept = _kept(work)
        noted = work / f"noted-{account.sessions}"
        account.sessions += 1
        before = server.count
        with _session(work, server, "cache", noted) as process:
            if account.kills < kills:
                _wait(rng, server, before, process)
                assert process.poll() is None, f"the run was through after {account.kills} kills"
                process.send_signal(signal.SIGKILL)
                account.kills += 1
                process.communicate()
            else:
                shown, said = process.communicate(timeout=600)
                assert process.returncode == 0, said
                report = json.loads(shown)
        asked = set(noted.read_text().split()) if noted.exists() else set()
        account.paid_twice |= kept & asked
    account.requests, account.answers = server.count, len(_kept(work))
    runs = [path for path in (work / "runs").iterdir() if path.is_dir()]
    account.folders = len(runs)
    account.litter = [path.name for run in runs for path in run.iterdir() if path.name.endswith(".new")]
    account.litter += [
        path.name for path in (work / "cache").iterdir() if ".new" in path.name or "damaged" in path.name
    ]
    with _session(work, server, "fresh", work / "noted-unbroken") as process:
        shown, said = process.communicate(timeout=600)
    account.unbroken_requests = server.count - account.requests
    account.same_report = _comparable(report) == _comparable(json.loads(shown))
    return account


def _wait(rng: random.Random, server: LlmServer, before: int, process: subprocess.Popen[str]) -> None:
    if rng.random() < 0.2:
        time.sleep(rng.uniform(0, 3))
        return
    reached = before + rng.randint(1, FURTHEST)
    while server.count < reached and process.poll() is None:
        time.sleep(0.005)
    time.sleep(rng.uniform(0, 0.5))


def _kept(work: Path) -> set[str]:
    """The names of the answers on the disk."""
    path = work / "cache" / FILE
    if not path.exists():
        return set()
    connection = sqlite3.connect(path)
    try:
        return {str(name) for (name,) in connection.execute("SELECT key FROM Cache")}
    except sqlite3.OperationalError:  # killed before the table was made
        return set()
    finally:
        connection.close()


@contextmanager
def _session(work: Path, server: LlmServer, cache: str, noted: Path) -> Iterator[subprocess.Popen[str]]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("FACTCHECK_", "OPENAI_"))}
    environment |= {
        "NOTED": str(noted),
        "FACTCHECK_CACHE_DIR": str(work / cache),
        "FACTCHECK_PAIRS_PER_REQUEST": "10",
        "XDG_CONFIG_HOME": str(work / "config"),
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
    }
    command = [sys.executable, "-c", _PROGRAM, "check", "story", "-q", "-f", "json"]
    command += ["--base-url", server.url, "-m", "m", "--concurrency", "4"]
    if cache == "fresh":
        command.append("--no-run")
    with subprocess.Popen(
        command, cwd=work, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _comparable(report: dict[str, Any]) -> dict[str, Any]:
    """The report without what it cost, which is what differs."""
    return {**report, "run": {name: value for name, value in report["run"].items() if name != "usage"}}
