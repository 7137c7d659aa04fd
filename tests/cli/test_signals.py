"""One Ctrl-C, SIGTERM or SIGHUP, put exactly where an exception that is raised there would be lost, or worse."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from factcheck.cli.hearing import Ending, Hearing
from tests.batch.desk import Desk
from tests.support.environment import without_settings
from tests.support.newsroom_server import Manner, newsroom_thread

PLACING = """
import os, signal, sys

signal.signal(signal.SIGINT, signal.default_int_handler)  # who runs these tests may have switched it off
WHERE, HOW, SIGN = os.environ["PLACED"].split()

class Dying:
    def __del__(self):
        signal.raise_signal(int(SIGN))

def raised(): signal.raise_signal(int(SIGN))
def lost(): Dying()
def in_exec(): exec("raised()", globals())
def made_another():
    try:
        raised()
    except KeyboardInterrupt:
        raise ValueError("a serializer could not be built") from None

class At:
    def find_spec(self, name, path=None, target=None):
        if name == WHERE:
            sys.meta_path.remove(self)
            globals()[HOW]()

if WHERE == "leaving":
    import atexit
    atexit.register(globals()[HOW])
else:
    sys.meta_path.insert(0, At())
"""
"""Sends the process a signal when it is about to import a module, or when it leaves. HOW: where nothing holds what is
raised; where it is dropped (as in a weak reference's callback, which each import has); in `exec` of a text (as by which
dataclasses are made); where a library makes an error of its own of it (as pydantic does)."""


def ended(tmp_path: Path, placed: str, *args: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of `python -m factcheck` with a signal placed."""
    (tmp_path / "early").mkdir()
    (tmp_path / "early" / "sitecustomize.py").write_text(PLACING, encoding="utf-8")
    house = str(Path(__file__).parents[2])
    environment = without_settings() | {"PLACED": placed, "PYTHONPATH": f"{tmp_path / 'early'}:{house}"}
    environment |= {
        "OPENAI_API_KEY": "x",
        "XDG_CONFIG_HOME": str(tmp_path / "none"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    command = [sys.executable, "-m", "factcheck", *args]
    run = subprocess.run(
        command, capture_output=True, text=True, env=environment, cwd=tmp_path, check=False, timeout=120
    )
    return run.returncode, run.stdout, run.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("where", "how", "sent"),
    [
        ("factcheck.cli.batch", "raised", signal.SIGINT),
        ("factcheck.cli.batch", "in_exec", signal.SIGTERM),
        ("factcheck.ingestion.language", "in_exec", signal.SIGINT),
        ("factcheck.ingestion.language", "lost", signal.SIGHUP),
        ("factcheck.cli.batch_calls", "lost", signal.SIGINT),
        ("factcheck.cli.batch_calls", "made_another", signal.SIGTERM),
        ("factcheck.batch.passes", "lost", signal.SIGTERM),
        ("factcheck.batch.passes", "made_another", signal.SIGINT),
    ],
)
def test_no_signal_is_lost_while_a_batch_begins(where: str, how: str, sent: signal.Signals, tmp_path: Path) -> None:
    """While modules come in, wherever and whatever is raised there: nothing is asked, stderr has objects alone, and the
    last one tells the exit code, which is the signal's."""
    desk = Desk(tmp_path).stories("Eastley", "Sund")
    with newsroom_thread(Manner()) as (url, server):
        args = ("batch", str(desk.root), "-m", "local", "--base-url", url, "--progress", "jsonl")
        code, _, err = ended(tmp_path, f"{where} {how} {int(sent)}", *args)
    events: list[dict[str, Any]] = [json.loads(line) for line in err.splitlines()]
    end = events[-1]
    assert (code, end["event"], end["exit_code"], end["stopped"]) == (128 + sent, "end", 128 + sent, "interrupted")
    assert server.seen.requests == 0


@pytest.mark.slow
def test_a_wish_that_is_heard_when_all_is_done_gives_the_exit_code_too(tmp_path: Path) -> None:
    """A Ctrl-C that is dropped while the page of a check is drawn: the report is whole, and the code is 130."""
    desk = Desk(tmp_path).stories("Eastley")
    with newsroom_thread(Manner()) as (url, _):
        args = ("check", str(desk.root / "eastley"), "-m", "local", "--base-url", url, "-f", "json")
        placed = f"encodings.unicode_escape lost {int(signal.SIGINT)}"  # which the page in the run folder needs first
        code, out, err = ended(tmp_path, placed, *args)
    assert code == 130, err
    assert json.loads(out)["partial"] is False
    assert "interrupted." in err
    assert "Exception ignored" not in err


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_what_was_told_of_the_end_stands(sent: signal.Signals, tmp_path: Path) -> None:
    """A signal that comes when the last line is written, and the process about to leave, changes and says nothing."""
    args = ("batch", "nowhere", "--progress", "jsonl")
    code, _, err = ended(tmp_path, f"leaving raised {int(sent)}", *args)
    end = json.loads(err.splitlines()[-1])
    assert (code, end["event"], end["exit_code"]) == (2, "end", 2)


@pytest.mark.parametrize("numbers", [(signal.SIGINT, signal.SIGINT), (signal.SIGTERM, signal.SIGINT)])
def test_the_second_signal_does_not_wait_for_imports(numbers: tuple[signal.Signals, signal.Signals]) -> None:
    """The first is only noted until the command has begun, and obeyed then; the second ends it where it is."""
    hearing = Hearing()
    hearing.hear(numbers[0], None)
    with pytest.raises(Ending):
        hearing.hear(numbers[1], None)
    with pytest.raises(Ending):
        hearing.obey()
    assert hearing.exit_code(0) == 128 + numbers[1]


def test_a_terminal_that_closes_is_heard_once() -> None:
    """Shell and kernel both send SIGHUP; nor does it kill what leaves already."""
    hearing = Hearing()
    for _ in range(3):
        hearing.hear(signal.SIGHUP, None)
    hearing.told = True
    hearing.hear(signal.SIGHUP, None)
    assert hearing.exit_code(0) == 129
