"""The commands as a user runs them, against a newsroom on this machine."""

from __future__ import annotations

import contextlib
import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pytest

from factcheck.batch.spool import total_usage
from factcheck.findings import Usage
from factcheck.index import BatchIndex
from tests.batch.desk import Desk
from tests.cli.invoking import invoke
from tests.support.environment import COMMAND, HEARING, without_ctrl_c, without_settings
from tests.support.killing import NOTING, Subject, names_kept, read_notes
from tests.support.newsroom_server import ANSWER_TOKENS, Manner, NewsroomServer, newsroom_thread
from tests.support.unread import unread

PLACES = ("Eastley", "Sund", "Lesk", "Halden", "Torrow", "Akdere")


Newsroom = tuple[str, NewsroomServer, Manner]


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    """A server's base URL, itself, and how it behaves, which a test may change on the way."""
    manner = Manner()
    with newsroom_thread(manner) as (url, server):
        yield url, server, manner


def start(
    desk: Desk, url: str, *flags: str, noted: Path | None = None, stdout: int | IO[str] = subprocess.PIPE
) -> subprocess.Popen[str]:
    """`factcheck batch` over the desk, begun; the names of the answers that it is about to keep go to `noted`."""
    environment = without_settings() | {"OPENAI_BASE_URL": url, "XDG_CONFIG_HOME": str(desk.root.parent / "none")}
    environment |= {"NOTED": str(noted)} if noted is not None else {}
    command = [sys.executable, "-c", COMMAND if noted is None else HEARING + NOTING]
    command += ["batch", str(desk.root), "-m", "local", "--concurrency", "2"]
    command += ["--cache-dir", str(desk.root.parent / "cache"), "--run-dir", str(desk.root.parent / "runs")]
    command += ["--no-across-stories", *flags]
    return subprocess.Popen(
        command, stdout=stdout, stderr=subprocess.PIPE, text=True, env=environment, cwd=desk.root.parent
    )


def index_of(desk: Desk) -> BatchIndex:
    """The index on the disk."""
    return BatchIndex.model_validate_json((desk.root.parent / "runs" / "desk-batch" / "index.json").read_text("utf-8"))


def wait_until_answered(server: NewsroomServer, count: int) -> None:
    """Let a run get so far."""
    deadline = time.monotonic() + 60
    while server.seen.answered < count and time.monotonic() < deadline:
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("sign", "code"),
    [
        pytest.param(signal.SIGKILL, -9, marks=pytest.mark.slow),
        pytest.param(signal.SIGTERM, 143, marks=pytest.mark.slow),
    ],
)
def test_a_batch_that_was_ended_goes_on_with_the_same_command(
    sign: signal.Signals, code: int, newsroom: Newsroom, tmp_path: Path
) -> None:
    """Killed or terminated half-way: the second run finishes, tells all stories as new, and asks for nothing again that
    was on the disk; what was answered and not yet there is paid twice."""
    url, server, manner = newsroom
    manner.answers = 10
    desk = Desk(tmp_path).stories(*PLACES)
    with start(desk, url, "--quiet") as first:
        wait_until_answered(server, 10)
        first.send_signal(sign)
        first.communicate(timeout=60)
    manner.answers = None
    assert first.returncode == code
    noted = tmp_path / "noted"
    kept = names_kept(tmp_path / "cache")
    assert kept
    with start(desk, url, "--quiet", "-f", "json", noted=noted) as second:
        out, _ = second.communicate(timeout=60)
    index = BatchIndex.model_validate_json(out)
    assert [row.reasons for row in index.stories if row.status != "done"] == []
    assert second.returncode == 0
    assert (index.totals.done, index.totals.new, index.totals.new_disputes, index.stopped) == (6, 6, 6, None)
    asked: dict[str, Subject] = {}
    read_notes(noted, asked, set())
    assert asked
    assert kept & set(asked) == set()
    assert server.seen.answered == 24 + server.seen.stats()["paid_twice"]
    assert index == index_of(desk)


def test_what_a_killed_batch_has_spent_is_in_the_total_of_all_runs(newsroom: Newsroom, tmp_path: Path) -> None:
    """kill -9 long before the one story is through: the next run counts what was answered with its own."""
    url, server, manner = newsroom
    manner.answers = 8
    desk = Desk(tmp_path).stories(*PLACES)
    state = tmp_path / "runs" / "desk-batch" / "batch.sqlite"
    with start(desk, url, "--quiet", "--group-by", "none") as first:
        wait_until_answered(server, 8)
        deadline = time.monotonic() + 60
        while (before := spent(state).completion_tokens) < 8 * ANSWER_TOKENS and time.monotonic() < deadline:
            time.sleep(0.05)
        first.kill()
        first.communicate(timeout=60)
    assert before == 8 * ANSWER_TOKENS
    manner.answers = None
    with start(desk, url, "--quiet", "--group-by", "none", "-f", "json") as second:
        out, _ = second.communicate(timeout=60)
    index = BatchIndex.model_validate_json(out)
    assert index.spent.completion_tokens == before + index.usage.completion_tokens > before


def spent(state: Path) -> Usage:
    """What the runs of a batch have spent, read beside the one that is at work."""
    with contextlib.closing(sqlite3.connect(state)) as db, contextlib.suppress(sqlite3.OperationalError):
        return total_usage(Usage.model_validate_json(text) for (text,) in db.execute("SELECT usage FROM spending"))
    return Usage()


def test_verbose_tells_of_each_request(newsroom: Newsroom, tmp_path: Path) -> None:
    """As check does: a line a request, beside those of the stories, and no word of an article in it."""
    url, _, _ = newsroom
    desk = Desk(tmp_path).stories(PLACES[0])
    with start(desk, url, "--progress", "plain", "--verbose") as process:
        _, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert len([line for line in err.splitlines() if line.startswith("request: ")]) == 4
    assert "people died" not in err


@pytest.mark.slow
def test_a_second_interrupt_leaves_at_once_and_the_index_says_so(newsroom: Newsroom, tmp_path: Path) -> None:
    """While answers are held back: the first Ctrl-C waits for them, the second does not; what was paid for is kept.

    However the tests were started, what they start hears it.
    """
    url, server, manner = newsroom
    manner.answers = 3
    desk = Desk(tmp_path).stories(*PLACES)
    with without_ctrl_c():
        begun = start(desk, url, "--progress", "plain")
    with begun as process:
        wait_until_answered(server, 3)
        assert process.stderr is not None
        process.send_signal(signal.SIGINT)
        for line in process.stderr:
            if "interrupt again to leave at once" in line:
                break
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "the same command resumes" in err
    index = index_of(desk)
    assert (index.stopped, index.totals.done) == ("interrupted", 0)
    manner.answers = None
    with start(desk, url, "--quiet", "-f", "json") as again:
        out, _ = again.communicate(timeout=60)
    assert BatchIndex.model_validate_json(out).totals.done == 6


def test_progress_for_programs_is_one_object_a_line(newsroom: Newsroom, tmp_path: Path) -> None:
    """Every line is JSON with an event; the last story's counts are those of the index, with spend and time."""
    url, _, _ = newsroom
    desk = Desk(tmp_path).stories(*PLACES[:2])
    with start(desk, url, "--progress", "jsonl") as process:
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0
    lines = [json.loads(line) for line in err.splitlines() if line.startswith("{")]
    stories = [line for line in lines if line["event"] == "story"]
    assert [line["story"]["status"] for line in stories] == ["done", "done"]
    end = lines[-1]
    assert (end["event"], end["exit_code"], end["stopped"], end["totals"]["done"]) == ("end", 0, None, 2)
    assert all(line.startswith("{") for line in err.splitlines())
    last = stories[-1]
    assert (last["stories"], last["stories_done"], last["disputes"], last["articles"]) == (2, 2, 2, 4)
    assert last["stages"]["extraction"] == {"total": 4, "done": 4, "cached": 0}
    assert last["usage"]["requests"] == 8
    assert last["seconds"] > 0
    assert "2 stories, 4 articles: 2 new disputes." in out


def events(text: str) -> list[dict[str, Any]]:
    """What stderr told programs; each line is an object."""
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize(
    ("flags", "code", "words"),
    [
        (("--base-url", "http://127.0.0.1:9/v1"), 5, "Nobody answers"),
        (("--base-url", "http://127.0.0.1:9/v1", "--shard", "9"), 2, "Invalid value for --shard"),
        (("--no-such-flag",), 2, "No such option"),
    ],
)
def test_an_error_for_programs_is_an_object_and_the_end_comes_last(
    flags: tuple[str, ...], code: int, words: str, tmp_path: Path
) -> None:
    """Nobody answers, a flag is wrong or unknown: the error has its words and code, and the end says why it stopped. An
    index that was written is on stdout, and the end names it and has its totals."""
    desk = Desk(tmp_path).stories("Eastley")
    places = ("--no-cache", "--run-dir", tmp_path / "runs", "--progress=jsonl")
    made = invoke("batch", desk.root, "-m", "local", *places, *flags)
    *_, error, end = events(made.stderr)
    assert (made.exit_code, error["event"], error["exit_code"]) == (code, "error", code)
    assert error["message"].startswith(words)
    assert (end["event"], end["exit_code"], end["stopped"]) == ("end", code, error["message"])
    written = tmp_path / "runs" / "desk-batch" / "index.html"
    told = (str(written), index_of(desk).totals.model_dump()) if code == 5 else (None, None)
    assert (written.exists(), end["index"], end["totals"]) == (code == 5, *told)
    assert ("not finished: Nobody answers" in " ".join(made.stdout.split())) == (code == 5)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("signs", "code"),
    [((signal.SIGINT,), 130), ((signal.SIGTERM,), 143), ((signal.SIGINT, signal.SIGINT), 130)],
)
def test_an_interrupt_for_programs_ends_with_the_end(
    signs: tuple[signal.Signals, ...], code: int, newsroom: Newsroom, tmp_path: Path
) -> None:
    """Once or twice, by Ctrl-C or SIGTERM: objects alone, the last of which has the exit code and names the index."""
    url, server, manner = newsroom
    manner.answers = 3
    desk = Desk(tmp_path).stories(*PLACES)
    with start(desk, url, "--progress", "jsonl") as process:
        wait_until_answered(server, 3)
        assert process.stderr is not None
        process.send_signal(signs[0])
        seen = []
        for line in process.stderr:
            seen.append(json.loads(line))
            if "interrupt again to leave at once" in seen[-1].get("message", ""):
                break
        for sign in signs[1:]:
            process.send_signal(sign)
        _, err = process.communicate(timeout=60)
    end = events(err)[-1]
    assert (process.returncode, end["event"], end["exit_code"], end["stopped"]) == (code, "end", code, "interrupted")
    assert end["index"].endswith("index.html")


@pytest.mark.parametrize(("flags", "code"), [(("--fail-on", "dispute"), 1), (("--max-calls", "1"), 3)])
def test_a_reader_that_leaves_changes_no_exit_code(
    flags: tuple[str, ...], code: int, newsroom: Newsroom, tmp_path: Path
) -> None:
    """`factcheck batch ... | head -1` and a merge of it: what was found, or what is lacking, is told by the exit code,
    and to programs by the end; the folder is complete."""
    url, _, _ = newsroom
    desk = Desk(tmp_path).stories("Eastley")
    here = {"OPENAI_BASE_URL": url, "FACTCHECK_CACHE_DIR": str(tmp_path / "cache")}
    where = ("-m", "local", "--run-dir", tmp_path / "runs", "--shard", "1/1", "--progress", "jsonl")
    made = unread("batch", desk.root, *where, *flags, cwd=tmp_path, settings=here)
    shard, into = tmp_path / "runs" / "desk-batch-1of1", tmp_path / "merged"
    rule = flags if code == 1 else ()
    merged = unread("merge", shard, "--into", into, "--progress", "jsonl", *rule, cwd=tmp_path, settings=here)
    for run, folder in ((made, shard), (merged, into)):
        told = events(run.stderr)
        end = told[-1]
        assert (run.returncode, end["event"], end["exit_code"]) == (code, "end", code)
        assert end["index"] == str(folder / "index.html")
        assert "error" not in {line["event"] for line in told}
        assert {"index.html", "index.json"} <= {file.name for file in folder.iterdir()}


def test_a_disk_that_takes_no_index_on_stdout_is_told_to_programs(newsroom: Newsroom, tmp_path: Path) -> None:
    """The index is on the disk; the error and the end, which names it, are the last lines."""
    url, _, _ = newsroom
    desk = Desk(tmp_path).stories("Eastley")
    with Path("/dev/full").open("w") as full, start(desk, url, "--progress", "jsonl", stdout=full) as process:
        _, err = process.communicate(timeout=60)
    *_, error, end = events(err)
    assert (process.returncode, error["event"], end["event"], end["exit_code"]) == (2, "error", "end", 2)
    assert error["message"] == "No space left on device"
    assert (end["totals"]["done"], Path(end["index"]).exists()) == (1, True)


@pytest.mark.parametrize(("rule", "code"), [((), 0), (("--fail-on", "new-dispute"), 1)])
def test_a_watch_that_is_ended_while_it_rests_is_no_interrupt(
    rule: tuple[str, ...], code: int, newsroom: Newsroom, tmp_path: Path
) -> None:
    """Ctrl-C is the way to end it: a calm word, no command to go on with, and the exit code of the last index."""
    url, _, _ = newsroom
    desk = Desk(tmp_path).stories("Eastley")
    with start(desk, url, "--progress", "plain", "--watch", *rule) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("watching"):
                break
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == code
    assert "the watch has ended; all is complete" in err
    assert "interrupt" not in err
    assert "1 new dispute" in out


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--no-cache",), "The cache was off, so the same command starts over with the stories that are not through;"),
        ((), "is kept in the cache: the same command resumes"),
    ],
)
def test_an_interrupted_batch_says_what_stays(
    flags: tuple[str, ...], words: str, newsroom: Newsroom, tmp_path: Path
) -> None:
    """Without the cache the stories that are through keep their reports, and it is said; the next run keeps them."""
    url, server, manner = newsroom
    desk = Desk(tmp_path).stories("Eastley")
    with start(desk, url, "--quiet", *flags) as first:
        first.communicate(timeout=60)
    before, manner.answers = index_of(desk).stories[0], server.seen.answered + 1
    desk.stories("Sund", "Lesk", "Halden")
    with start(desk, url, "--progress", "plain", *flags) as second:
        wait_until_answered(server, manner.answers)
        assert second.stderr is not None
        second.send_signal(signal.SIGINT)
        for line in second.stderr:
            if "interrupt again to leave at once" in line:
                break
        second.send_signal(signal.SIGINT)
        _, err = second.communicate(timeout=60)
    assert (second.returncode, words in err) == (130, True), err
    assert [row.report for row in index_of(desk).stories if row.key == before.key] == [before.report]


@pytest.mark.slow
def test_two_at_once_are_refused(newsroom: Newsroom, tmp_path: Path) -> None:
    """The second process says that another one is at work, and leaves the first alone."""
    url, server, manner = newsroom
    manner.answers = 1
    desk = Desk(tmp_path).stories(*PLACES)
    with start(desk, url, "--quiet") as first:
        wait_until_answered(server, 1)
        with start(desk, url, "--quiet") as second:
            _, err = second.communicate(timeout=60)
        assert second.returncode == 2
        assert "another process is at work" in err
        manner.answers = None
        first.communicate(timeout=60)
    assert first.returncode == 0


def test_only_a_first_run_loads_the_language_model_ahead(
    newsroom: Newsroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is large, and a later run, in which little or nothing is new, loads it when there is something to read."""
    loaded: list[str] = []
    monkeypatch.setattr("factcheck.ingestion.language.prepare", lambda: loaded.append("model"))
    url, _, _ = newsroom
    desk = Desk(tmp_path).stories("Eastley")
    places = ("--cache-dir", tmp_path / "cache", "--run-dir", tmp_path / "runs")
    for _ in range(2):
        result = invoke("batch", desk.root, "-m", "local", "--base-url", url, "--quiet", *places)
        assert result.exit_code == 0
        assert loaded == ["model"]


def test_what_is_wrong_is_said_before_anything_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports among the articles, and an empty root: refused by name, with nothing sent."""
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    desk = Desk(tmp_path).stories("Eastley")
    among = invoke("batch", desk.root, "--run-dir", desk.root, "--no-cache")
    assert among.exit_code == 2
    assert "among the articles" in among.stderr
    empty = tmp_path / "nothing"
    empty.mkdir()
    nothing = invoke("batch", empty, "--run-dir", tmp_path / "runs", "--no-cache")
    assert nothing.exit_code == 4
    assert "is empty" in nothing.stderr


def test_the_current_folder_can_be_the_root(newsroom: Newsroom, tmp_path: Path) -> None:
    """Reports go to runs/ inside of it, which is left alone by the next run and closed to other users."""
    url, _, _ = newsroom
    desk = Desk(tmp_path).stories(*PLACES[:2])
    for _ in range(2):
        with start(desk, url, "--quiet", "-f", "json", "--run-dir", str(desk.root / "runs")) as process:
            out, _ = process.communicate(timeout=60)
        index = BatchIndex.model_validate_json(out)
        assert {row.title for row in index.stories} == {"eastley", "sund"}
    assert {row.change for row in index.stories} == {"unchanged"}
    assert (desk.root / "runs" / "desk-batch").stat().st_mode & 0o077 == 0
