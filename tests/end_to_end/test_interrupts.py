"""Ctrl-C, SIGTERM, SIGHUP over real processes and sockets: paid answers are kept, the report says what is missing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from factcheck.runs import read_report
from tests.support.eastley_fire import reader
from tests.support.llm_server import LlmServer, Reply, llm_server

pytestmark = pytest.mark.usefixtures("alone", "key")
PROGRAM = """
import signal
signal.signal(signal.SIGINT, signal.{handler})  # said outright: who runs these tests may have switched it off
signal.signal(signal.SIGHUP, signal.SIG_IGN if signal.{handler} == signal.SIG_IGN else signal.SIG_DFL)
from factcheck.engine import base
base.GRACE = {grace}
{first}
from factcheck.__main__ import main
main()
"""


FULL = """
from factcheck.llm import cache

def put(file, entries):
    raise OSError(28, "No space left on device")

cache.AnswerFile.put = put
"""


class Hanging:
    """Answers `good` requests, then lets every further one hang; `reached` is set when the first one does."""

    def __init__(self, good: int) -> None:
        self.good = good
        self.reached = threading.Event()
        self._lock = threading.Lock()

    def __call__(self, body: dict[str, Any]) -> Reply:
        """The next answer, or none for long."""
        with self._lock:
            self.good -= 1
            hangs = self.good < 0
        if not hangs:
            return reader(body)
        self.reached.set()
        return Reply(how="hang", seconds=90)


@contextmanager
def running(
    server: LlmServer, *args: str, grace: float = 0.3, ignored: bool = False, first: str = ""
) -> Iterator[subprocess.Popen[str]]:
    """`factcheck check` in a process of its own, one request at a time."""
    program = PROGRAM.format(handler="SIG_IGN" if ignored else "default_int_handler", grace=grace, first=first)
    where = ["--base-url", server.url, "--model", "m", "--concurrency", "1", "-f", "json"]
    command = [sys.executable, "-c", program, "check", *args, *where]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def interrupt(
    script: Hanging, send: Callable[[subprocess.Popen[str]], None], *args: str, **how: Any
) -> tuple[int, dict[str, Any], str]:
    """Exit code, report and stderr of a run to which `send` is done while a request hangs."""
    with llm_server(script) as server, running(server, *args, **how) as process:
        assert script.reached.wait(60)
        send(process)
        shown, said = process.communicate(timeout=60)
        return process.returncode, json.loads(shown) if shown else {}, said


@pytest.mark.parametrize(
    ("sent", "code", "ignored"),
    [
        (signal.SIGTERM, 143, False),
        (signal.SIGINT, 130, False),
        (signal.SIGHUP, 129, False),
        pytest.param(signal.SIGTERM, 143, True, marks=pytest.mark.slow),  # a Ctrl-C that is to be ignored is
    ],
    ids=["SIGTERM", "SIGINT", "SIGHUP", "SIGTERM in the background"],
)
def test_an_interrupted_run_ends_with_a_partial_report(
    story: Path, tmp_path: Path, sent: signal.Signals, code: int, ignored: bool
) -> None:
    """No traceback; what was answered is in the report and the run folder, the rest is said to be unchecked.

    A shell starts what runs in its background with Ctrl-C switched off; SIGTERM ends that too.
    """
    ended, report, said = interrupt(Hanging(2), lambda p: p.send_signal(sent), str(story), ignored=ignored)
    assert ended == code
    assert "Traceback" not in said
    assert "Event loop is closed" not in said
    assert report["partial"] is True
    told = "Interrupted: 1 of 1 pair was not judged, 1 article was not extracted; nothing was compared."
    assert report["summary"]["headline"] == told
    assert report["summary"]["unchecked"]["interrupted"] == 1
    assert {failure["kind"] for failure in report["failures"]} == {"Interrupted"}
    assert len(report["extractions"]) == 2
    (folder,) = (path for path in (tmp_path / "runs").iterdir() if path.is_dir())
    assert json.loads((folder / "manifest.json").read_text())["status"] == "partial"
    assert read_report(folder).partial
    last, command = said.splitlines()[-2:]
    assert "the same command resumes and pays for nothing twice" in last
    assert command.startswith(f"  factcheck check {story}")


def test_a_ctrl_c_that_is_switched_off_stays_off(story: Path) -> None:
    """`nohup factcheck ... &` in a script: a Ctrl-C meant for others and the end of the terminal end nothing."""
    reached, released = threading.Event(), threading.Event()

    def held(body: dict[str, Any]) -> Reply:
        reached.set()
        released.wait(60)
        return reader(body)

    with llm_server(held) as server, running(server, str(story), ignored=True) as process:
        assert reached.wait(60)
        for sent in (signal.SIGINT, signal.SIGHUP) * 3:
            process.send_signal(sent)
        released.set()
        shown, said = process.communicate(timeout=60)
    assert (process.returncode, "interrupt" in said) == (0, False)
    assert json.loads(shown)["partial"] is False


@pytest.mark.parametrize("closed", [False, True], ids=["reader gone", "closed"])
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (None, 0)])
def test_a_run_that_nobody_listens_to_ends_as_any_other(
    story: Path, sent: signal.Signals | None, code: int, closed: bool
) -> None:
    """With stderr closed, or a pipe that nobody reads, the report comes, and the exit code tells how it ended."""
    script = Hanging(100 if sent is None else 2)
    with llm_server(script) as server:
        program = PROGRAM.format(handler="default_int_handler", grace=0.3, first="")
        where = ["--base-url", server.url, "--model", "m", "--concurrency", "1", "-f", "json"]
        command = [sys.executable, "-c", program, "check", str(story), *where]
        if closed:
            command = ["bash", "-c", 'exec "$@" 2>&-', "bash", *command]
        reading, writing = os.pipe()
        os.close(reading)
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=writing, text=True) as process:
            os.close(writing)
            try:
                if sent is not None:
                    assert script.reached.wait(60)
                    process.send_signal(sent)
                shown, _ = process.communicate(timeout=60)
            finally:
                process.kill()
    assert process.returncode == code
    assert json.loads(shown)["partial"] is (sent is not None)


def test_the_same_command_goes_on_and_pays_for_nothing_twice(story: Path, tmp_path: Path) -> None:
    """After the interrupt only what hung and what was not begun is asked; the report is that of an unbroken run."""
    script = Hanging(2)
    with llm_server(script) as server:
        with running(server, str(story)) as process:
            assert script.reached.wait(60)
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == 130
        script.good = 100
        with running(server, str(story)) as process:
            resumed, said = process.communicate(timeout=60)
    with llm_server(reader) as fresh, running(fresh, str(story), "--cache-dir", str(tmp_path / "new")) as process:
        unbroken, _ = process.communicate(timeout=60)
    bodies = [json.dumps(body, sort_keys=True) for body in server.bodies]
    hung = bodies[2]
    assert [body for body in set(bodies) if bodies.count(body) > 1] == [hung]
    assert len(bodies) == 3 + 3
    assert "goes on with the run in runs" in said
    assert len([path for path in (tmp_path / "runs").iterdir() if path.is_dir()]) == 2  # the resumed and the unbroken
    one, other = (json.loads(text) for text in (resumed, unbroken))
    for report in (one, other):
        report["run"].pop("usage")
        report["run"].pop("base_url")
    assert one == other


@pytest.mark.slow
def test_answers_that_come_within_the_grace_are_kept(story: Path) -> None:
    """An interrupt while an article is being answered: the answer is waited for, stored and in the report."""

    class Slow(Hanging):
        def __call__(self, body: dict[str, Any]) -> Reply:
            """An answer that takes its time."""
            self.reached.set()
            time.sleep(0.8)
            return reader(body)

    code, report, _ = interrupt(Slow(0), lambda p: p.send_signal(signal.SIGINT), str(story), grace=30.0)
    assert code == 130
    assert len(report["extractions"]) == 1
    assert len(report["failures"]) == 2


def test_answers_that_could_not_be_kept_are_not_said_to_be(story: Path) -> None:
    """The disk of the cache is full: what the same command asks again, and pays for again, is told as that."""
    _, report, said = interrupt(Hanging(2), lambda p: p.send_signal(signal.SIGINT), str(story), first=FULL)
    assert len(report["extractions"]) == 2
    assert "No space left on device" in said
    assert "pays for nothing twice" not in said
    assert "the same command resumes, and pays again for what is missing" in said.splitlines()[-2]


def test_a_terminal_that_closes_is_one_interrupt(story: Path, tmp_path: Path) -> None:
    """Shell and kernel both send SIGHUP, and nothing can be written to it: still the run folder gets its report."""
    script, (ours, theirs) = Hanging(1), os.openpty()
    program = PROGRAM.format(handler="default_int_handler", grace=1.0, first="")
    with llm_server(script) as server:
        where = ["--base-url", server.url, "--model", "m", "--concurrency", "1"]
        command = [sys.executable, "-c", program, "check", str(story), *where]
        with subprocess.Popen(command, stdout=theirs, stderr=theirs, start_new_session=True) as process:
            os.close(theirs)
            try:
                assert script.reached.wait(60)
                os.close(ours)
                for _ in range(3):
                    process.send_signal(signal.SIGHUP)
                    time.sleep(0.1)
                assert process.wait(60) == 129
            finally:
                process.kill()
    (folder,) = (path for path in (tmp_path / "runs").iterdir() if path.is_dir())
    assert read_report(folder).partial


def test_a_second_interrupt_leaves_at_once(story: Path, tmp_path: Path) -> None:
    """No grace, no report, the same words; the run folder is left to be continued."""

    def twice(process: subprocess.Popen[str]) -> None:
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        while "interrupt again to leave at once" not in process.stderr.readline():
            pass
        process.send_signal(signal.SIGINT)

    code, report, said = interrupt(Hanging(1), twice, str(story), grace=600.0)
    assert (code, report) == (130, {})
    for noise in ("Traceback", "never retrieved", "Event loop is closed", "Error"):
        assert noise not in said
    assert "the same command resumes" in said
    (folder,) = (path for path in (tmp_path / "runs").iterdir() if path.is_dir())
    assert json.loads((folder / "manifest.json").read_text())["status"] == "running"


@pytest.mark.parametrize("sent", [pytest.param(signal.SIGTERM, marks=pytest.mark.slow), signal.SIGINT])
def test_an_interrupted_recording_is_kept_apart(story: Path, tmp_path: Path, sent: signal.Signals) -> None:
    """What was recorded stands beside as .partial, never under the name of a whole recording."""
    tape = tmp_path / "tape.yaml"
    _, report, said = interrupt(Hanging(2), lambda p: p.send_signal(sent), str(story), "--cassette", str(tape))
    assert report["partial"] is True
    assert not tape.exists()
    partial = tmp_path / "tape.yaml.partial"
    assert partial.exists()
    assert f"is kept in {partial}: the same command goes on with it" in said.splitlines()[-2]


def test_a_recording_that_was_killed_goes_on(story: Path, tmp_path: Path) -> None:
    """kill -9 while recording: what was answered is not asked again, and the recording is whole in the end."""
    tape = tmp_path / "tape.yaml"
    script = Hanging(2)
    with llm_server(script) as server:
        with running(server, str(story), "--cassette", str(tape)) as process:
            assert script.reached.wait(60)
            process.kill()
            process.wait(60)
        script.good = 100
        with running(server, str(story), "--cassette", str(tape)) as process:
            recorded, said = process.communicate(timeout=60)
    assert "goes on with the recording that was broken off: 2 answers" in said
    bodies = [json.dumps(body, sort_keys=True) for body in server.bodies]
    assert [bodies.count(body) for body in bodies[:2]] == [1, 1]
    assert not (tmp_path / "tape.yaml.partial").exists()
    with running(server, str(story), "--cassette", str(tape)) as process:
        replayed, _ = process.communicate(timeout=60)
    one, other = json.loads(recorded), json.loads(replayed)
    assert one["summary"] == other["summary"]
    assert len(server.bodies) == 3 + 3
