"""Killing a check again and again, and counting what was paid for twice."""

from __future__ import annotations

import json
import random
import re
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
from factcheck.prompts import load
from tests.support.eastley_fire import TOKENS
from tests.support.environment import without_settings
from tests.support.llm_server import LlmServer, Reply, answer
from tests.support.newsroom import asked_rows, newsroom

FURTHEST = 6
NOTING = """
import json, os, sys
from factcheck.llm import base

said, asked = base.answer_key, {}

def keyed(task, prompt, model, schema, subject):
    key = said(task, prompt, model, schema, subject)
    asked[key] = [task, *([subject] if isinstance(subject, str) else subject)]
    return key

base.answer_key = keyed
from factcheck.llm import cache

put_all = cache.AnswerCache.put_all

def note(what, names):
    descriptor = os.open(os.environ["NOTED"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(descriptor, (json.dumps([what, names]) + chr(10)).encode())
    os.close(descriptor)

async def noted(self, answers):
    names = {self._name(key): asked[key] for key in answers}
    note("put", names)
    await put_all(self, answers)
    note("acknowledged", list(names))

cache.AnswerCache.put_all = noted
from factcheck.__main__ import main
main()
"""
"""The real command; only what it is about to keep, and what the cache then says is kept, is noted in the file NOTED."""
Subject = tuple[str, frozenset[str]]
"""A task and the texts that one answer is about: an article, or both claims of a pair as the model sees them."""
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
    """The newsroom with a delay; holds what each request asked for, in the order in which they came."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.asked: list[frozenset[Subject]] = []

    def __call__(self, body: dict[str, Any]) -> Reply:
        """One answer, late."""
        system, user = (message["content"] for message in body["messages"])
        self.asked.append(subjects(system, user))
        time.sleep(self._seconds)
        return answer(newsroom(system, user), usage=TOKENS)


def subjects(system: str, user: str) -> frozenset[Subject]:
    """Everything that a request asks for, as the keys of its answers name it."""
    if system == load("extract_claims").text:
        return frozenset({("extract_claims", frozenset({user}))})
    if system == load("judge_pairs").text:
        claims = dict(re.findall(r"^(\d+) \| (.*)$", user, re.MULTILINE))
        pairs = [(claims[str(row)], claims[str(other)]) for row, others in asked_rows(user) for other in others]
        return frozenset(("judge_pairs", frozenset(pair)) for pair in pairs)
    fenced = "\n".join(user.split("\nPairs:\n")[0].splitlines()[1:-1])
    blocks = re.split(r"^(?=Article \d+ \|)", fenced, flags=re.MULTILINE)[1:]
    sides = {}
    for block in blocks:
        (number,) = re.findall(r"^Claim (\d+) \|", block, re.MULTILINE)  # one claim an article in these stories
        sides[number] = re.sub(r"^(Article|Claim) \d+ \|", r"\1 |", block, flags=re.MULTILINE).rstrip("\n")
    named = re.findall(r"^\d+: A = claim (\d+), B = claim (\d+)$", user, re.MULTILINE)
    return frozenset(("confirm_conflict", frozenset({sides[a], sides[b]})) for a, b in named)


@dataclass
class Account:
    """What a run that was killed again and again has cost, beside the same run unbroken."""

    kills: int = 0
    sessions: int = 0
    requests: int = 0
    """Seen by the server over the broken run."""
    unbroken_requests: int = 0
    paid_twice: set[Subject] = field(default_factory=set)
    """What the server was asked for in a session that began with its answer on the disk."""
    acknowledged: int = 0
    """Answers of which the cache had said that they are kept."""
    lost: set[str] = field(default_factory=set)
    """Names of those that were not on the disk when the next session began."""
    asked_again: int = 0
    """How often the server was asked for what it had been asked for before, its answer not having been stored."""
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
            f" {len(self.paid_twice)} of them paid twice; {self.acknowledged} acknowledged, {len(self.lost)} of them"
            f" lost; {self.requests} requests, {self.unbroken_requests} without kills; {self.asked_again} answers asked"
            " for again that were under way when killed;"
            f" report {'the same' if self.same_report else 'DIFFERENT'}; {self.folders} run folder,"
            f" {len(self.litter)} stray files"
        )


def kill_often(work: Path, server: LlmServer, script: SlowNewsroom, kills: int, seed: int = 1) -> Account:
    """Run one check of `work`/story, kill -9 it `kills` times at random moments, resume each time, and account for it.

    One kill in five falls anywhere in the first seconds, the others within half a second after one of the first
    `FURTHEST` new requests of a session. `script` is what `server` follows. Raises AssertionError when the run is
    through before the last kill: then the story is too short.
    """
    rng = random.Random(seed)
    account = Account()
    report: dict[str, Any] | None = None
    noted, known, acknowledged = work / "noted", dict[str, Subject](), set[str]()
    while report is None:
        kept = names_kept(work / "cache")
        account.lost |= acknowledged - kept
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
        read_notes(noted, known, acknowledged)
        stored = {known[name] for name in kept}
        ever = {subject for asked in script.asked for subject in asked}
        assert stored <= ever, "what is stored is not named as what the server was asked for: nothing could be counted"
        account.paid_twice |= {subject for asked in script.asked[before:] for subject in asked if subject in stored}
    account.requests, account.answers = server.count, len(names_kept(work / "cache"))
    account.acknowledged = len(acknowledged)
    times = Counter(subject for asked in script.asked for subject in asked)
    account.asked_again = times.total() - len(times)
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


def read_notes(noted: Path, known: dict[str, Subject], acknowledged: set[str]) -> None:
    """Take in what a session has noted, and begin the next one's notes; a line that was cut by the kill is none."""
    lines = noted.read_text(encoding="utf-8").splitlines(keepends=True) if noted.exists() else []
    for what, names in (json.loads(line) for line in lines if line.endswith("\n")):
        if what == "acknowledged":
            acknowledged |= set(names)
        else:
            known |= {name: (task, frozenset(texts)) for name, (task, *texts) in names.items()}
    noted.unlink(missing_ok=True)


def _wait(rng: random.Random, server: LlmServer, before: int, process: subprocess.Popen[str]) -> None:
    if rng.random() < 0.2:
        time.sleep(rng.uniform(0, 3))
        return
    reached = before + rng.randint(1, FURTHEST)
    while server.count < reached and process.poll() is None:
        time.sleep(0.005)
    time.sleep(rng.uniform(0, 0.5))


def names_kept(cache: Path) -> set[str]:
    """The names of the answers on the disk."""
    path = cache / FILE
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
    environment = without_settings() | {
        "NOTED": str(noted),
        "FACTCHECK_CACHE_DIR": str(work / cache),
        "FACTCHECK_PAIRS_PER_REQUEST": "10",
        "XDG_CONFIG_HOME": str(work / "config"),
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
    }
    command = [sys.executable, "-c", NOTING, "check", "story", "-q", "-f", "json"]
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
