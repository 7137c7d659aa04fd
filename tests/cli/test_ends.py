"""How a run of the command line ends: exit codes, words on stderr, closed streams, interrupts."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from factcheck.cli import output
from factcheck.errors import BudgetExceeded, CassetteError, EndpointError, InputError
from tests.cli.invoking import Give, invoke
from tests.support import reports
from tests.support.environment import without_settings
from tests.support.unread import unread

ROOT = Path(__file__).resolve().parents[2]
SEED = str(ROOT / "seeds" / "harbour-fire")
TAPE = str(ROOT / "cassettes" / "demo" / "harbour-fire.yaml")


@pytest.mark.parametrize(
    ("outcome", "code", "words"),
    [
        (EndpointError("the key was refused"), 5, "error: the key was refused"),
        (CassetteError("recorded with other prompts"), 2, "error: recorded with other prompts"),
        (InputError("unreadable"), 4, "error: unreadable"),
        (BudgetExceeded("--max-calls 3"), 3, "stopped: --max-calls 3"),
        (OSError(28, "No space left on device", "r.md"), 2, "error: No space left on device: r.md"),
        (BrokenPipeError(), 2, "error: BrokenPipeError"),
        (KeyboardInterrupt(), 130, "the same command resumes"),
        (ValueError("first\nsecond"), 70, "internal error: ValueError: first (please report"),
    ],
)
def test_errors_have_their_exit_code_and_one_line(
    outcome: BaseException, code: int, words: str, story: Path, give: Give
) -> None:
    """Whatever ends a run is one message on stderr without a traceback, stdout staying empty."""
    give(outcome)
    result = invoke("check", story)
    assert result.exit_code == code
    assert words in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("flags", [["-v"], []])
def test_traceback_on_request(flags: list[str], story: Path, give: Give, monkeypatch: pytest.MonkeyPatch) -> None:
    """An internal error shows where it was with -v or FACTCHECK_DEBUG, and exits 70 all the same."""
    if not flags:
        monkeypatch.setenv("FACTCHECK_DEBUG", "1")
    give(ValueError("broken"))
    result = invoke("check", story, *flags)
    assert result.exit_code == 70
    assert "Traceback" in result.stderr


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["batch", ".", "-f", "markdown"], "Invalid value for '--format' / '-f': 'markdown' is not one of 'table', "),
        (["check", ".", "--color", "blue"], "Invalid value for '--color': 'blue' is not one of "),
        (["cache", "info", "-f", "x"], "No such option: -f"),
    ],
)
def test_what_is_mistyped_is_told_in_plain_words(command: list[str], words: str) -> None:
    """The flag, what was given and what can be; nothing of the library that found it out."""
    result = invoke(*command)
    assert (result.exit_code, words in result.stderr) == (2, True), result.stderr
    assert "Value error" not in result.stderr


def test_reader_that_leaves_early_is_no_error() -> None:
    """`factcheck schema report | head -1` ends quietly."""
    command = f"{sys.executable} -m factcheck schema report | head -1; echo ${{PIPESTATUS[0]}}"
    run = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert run.stdout == "{\n0\n"
    assert run.stderr == ""


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("--nope batch . --progress jsonl", "No such option: --nope"),
        ("--progress=jsonl batch .", "No such option: --progress"),
        ("batsch . --progress jsonl", "No such command 'batsch'. Did you mean 'batch'?"),
        ("batch . --progress jsonl --nope", "No such option: --nope"),
        ("batch --progress plain --progress jsonl", "Missing argument 'ROOT'."),
        ("merge nowhere --progress jsonl --into x", "Invalid value for 'DIR': Path 'nowhere' does not exist."),
    ],
)
def test_what_is_mistyped_is_told_to_programs_wherever_it_stands(words: str, why: str) -> None:
    """Before the command, in its name or behind it: an error and the end, and nothing else."""
    result = invoke(*words.split())
    error, end = map(json.loads, result.stderr.splitlines())
    assert result.exit_code == 2
    assert (error["event"], error["exit_code"]) == ("error", 2)
    assert error["message"].startswith(why)
    assert end == {"event": "end", "exit_code": 2, "stopped": error["message"], "index": None, "totals": None}


@pytest.mark.parametrize(
    "words",
    ["batch nowhere --progress jsonl --progress plain", "batch -- --progress jsonl", "batch --progress JSONL ."],
)
def test_who_asks_for_no_objects_is_told_in_words(words: str) -> None:
    """The last --progress counts, and behind `--` there are only paths."""
    assert "Error: Invalid value" in invoke(*words.split()).stderr


def test_an_error_before_a_command_begins_is_told_to_programs() -> None:
    """Where an argument is looked at: a name that no disk takes is an error, and the end has the same code."""
    result = invoke("batch", "x" * 5000, "--progress", "jsonl")
    error, end = map(json.loads, result.stderr.splitlines())
    assert (result.exit_code, error["event"], error["exit_code"], end["exit_code"]) == (2, "error", 2, 2)
    assert error["message"].startswith("File name too long")


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        (["check", SEED, "--cassette", TAPE, "--no-run", "--fail-on", "direct", "-q"], 1, "--fail-on direct: 4 found"),
        (["check", SEED, "--plan"], 0, ""),
        (["report", "run.json", "--fail-on", "failures"], 1, "--fail-on failures: 7 found"),
        (["diff", "run.json", "later.json", "--fail-on", "any"], 1, "--fail-on any: "),
    ],
)
def test_a_reader_that_leaves_changes_no_exit_code(command: list[str], code: int, said: str, tmp_path: Path) -> None:
    """What the findings came to is told by the exit code, and stderr has no word of the reader."""
    (tmp_path / "run.json").write_text(reports.failed_report().model_dump_json())
    (tmp_path / "later.json").write_text(reports.veld_story().model_dump_json())
    run = unread(*command, cwd=tmp_path)
    assert (run.returncode, said in run.stderr) == (code, True), run.stderr
    assert "Broken" not in run.stderr
    assert len(run.stderr.splitlines()) == bool(said)


def test_a_report_file_whose_reader_leaves_is_no_error(tmp_path: Path) -> None:
    """A named pipe with -o is read as stdout is."""
    (tmp_path / "run.json").write_text(reports.failed_report().model_dump_json())
    pipe = tmp_path / "report.json"
    os.mkfifo(pipe)
    command = [sys.executable, "-m", "factcheck", "report", str(tmp_path / "run.json"), "-o", str(pipe)]
    with subprocess.Popen([*command, "--fail-on", "failures"], stderr=subprocess.PIPE, text=True) as run:
        pipe.open("rb").close()
        _, err = run.communicate(timeout=60)
    assert (run.returncode, "Broken" in err) == (1, False), err


def test_an_export_that_nobody_reads_comes_to_an_end() -> None:
    """Not all of a large cache is gone through for nobody."""
    program = """
import itertools, sys
from factcheck.llm import cache_care

cache_care.export_lines = lambda place: ("x" * 10_000 for _ in itertools.count())
sys.argv = ["factcheck", "cache", "export"]
from factcheck.__main__ import main
main()
"""
    command = f"{sys.executable} -c '{program}' | head -c 1; echo ${{PIPESTATUS[0]}}"
    run = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True, timeout=60)
    assert (run.stdout, run.stderr) == ("x0\n", "")


def test_a_full_stderr_that_does_not_wait_is_no_end() -> None:
    """A pipe that nobody empties, set not to block, as some programs leave it to those that they start: exit code 2."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writing, b"x" * 4096)
    command = [sys.executable, "-m", "factcheck", "check", "nowhere"]
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=writing, check=False)
    os.close(reading)
    os.close(writing)
    assert run.returncode == 2


def read_late(command: list[str], enough: int | None = None) -> tuple[bytes, int]:
    """What a command writes to a full pipe that does not wait, read bit by bit and up to `enough` bytes; its exit code.

    The reader then goes away.
    """
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    filled = 0
    with contextlib.suppress(BlockingIOError):
        while True:
            filled += os.write(writing, b"x" * 4096)
    with subprocess.Popen(command, stdout=writing, stderr=subprocess.DEVNULL) as run:
        os.close(writing)
        whole = b""
        while (enough is None or len(whole) < filled + enough) and (more := os.read(reading, 1000)):
            whole += more
        os.close(reading)
    assert whole[:filled] == b"x" * filled
    return whole[filled:], run.returncode


@pytest.mark.parametrize("flags", [[], ["-u"]])
def test_a_full_stdout_that_does_not_wait_gets_the_whole_report(flags: list[str]) -> None:
    """A report larger than a pipe, and another command's output, come whole, with the exit code of the command."""
    factcheck = [sys.executable, *flags, "-m", "factcheck"]
    story, tape = ROOT / "seeds" / "harbour-fire", ROOT / "cassettes" / "demo" / "harbour-fire.yaml"
    replay = ["check", str(story), "--cassette", str(tape), "-f", "json", "--no-run"]
    for command, least in ((replay, 500_000), (["schema", "report"], 66_000)):
        written, code = read_late([*factcheck, *command])
        assert (code, len(written) > least) == (0, True)
        assert json.loads(written)


def test_a_reader_that_leaves_a_full_stdout_is_no_error() -> None:
    """Who goes away while the command has yet to write what a pipe does not hold ends it quietly, as ever."""
    written, code = read_late([sys.executable, "-m", "factcheck", "schema", "report"], enough=1)
    assert (code, written[:1]) == (0, b"{")


@pytest.mark.parametrize("waits", [True, False])
@pytest.mark.parametrize("flags", [[], ["-u"]])
@pytest.mark.skipif(sys.platform != "linux", reason="looks at a process in /proc")
def test_one_interrupt_ends_a_command_whose_reader_has_stopped_reading(flags: list[str], waits: bool) -> None:
    """A full pipe that nobody empties and nobody closes: Ctrl-C is heard once, and ends it with 130 and in words."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writing, b"x" * 4096)
    os.set_blocking(writing, waits)
    begun = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    program = begun + "import sys; sys.argv = ['factcheck', 'schema']; from factcheck.__main__ import main; main()"
    command = [sys.executable, *flags, "-c", program]
    with subprocess.Popen(command, stdout=writing, stderr=subprocess.PIPE, text=True) as run:
        try:
            until_it_waits(run.pid)
            run.send_signal(signal.SIGINT)
            _, said = run.communicate(timeout=60)
        finally:
            run.kill()
            os.close(reading)
            os.close(writing)
    assert (run.returncode, "Traceback" in said) == (130, False), said


def until_it_waits(pid: int) -> None:
    """Return once a process has taken no time for half a second."""
    taken, since = "", time.monotonic()
    while time.monotonic() < since + 0.5:
        now = " ".join(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13])
        if now != taken or now == "0 0":
            taken, since = now, time.monotonic()
        time.sleep(0.02)


@pytest.mark.parametrize("command", ["check", "extract"])
@pytest.mark.parametrize(
    ("flags", "variable", "partial", "words"),
    [
        (["--no-cache"], "", False, "cache was off"),
        ([], "false", False, "cache was off"),
        (["--cassette", "tape.yaml"], "", False, "Nothing was recorded yet"),
        (["--cassette", "old.yaml"], "", True, "a replay, for which nothing is paid"),
    ],
)
def test_interrupt_promises_nothing_that_is_not_kept(
    command: str,
    flags: list[str],
    variable: str,
    partial: bool,
    words: str,
    story: Path,
    give: Give,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without the cache, by flag or variable, while recording and in a replay: what remains and that it starts over."""
    (tmp_path / "old.yaml").write_text("recorded")
    if partial:
        (tmp_path / "tape.yaml.partial").write_text("recorded")
    monkeypatch.setenv("FACTCHECK_CACHE", variable)
    give(KeyboardInterrupt())
    result = invoke(command, story, *flags)
    assert result.exit_code == 130
    assert words.format(folder=tmp_path) in result.stderr
    assert "from the beginning" in result.stderr
    assert "resumes" not in result.stderr


@pytest.mark.parametrize("closed", [">&-", ">&- 2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(("args", "code"), [("--version", 0), ("--help", 0), ("schema", 2), ("check story", 2)])
def test_a_closed_stdout_is_no_crash(closed: str, args: str, code: int, story: Path) -> None:
    """What needs stdout says so and exits 2 before anything is spent; what was only to be shown exits 0."""
    assert story.is_dir()
    run = subprocess.run(
        ["bash", "-c", f"OPENAI_API_KEY=x {sys.executable} -m factcheck {args} {closed}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == code
    assert "Traceback" not in run.stderr
    assert ("stdout is closed" in run.stderr) == (code == 2 and "2>" not in closed)


def test_a_file_that_cannot_be_written_costs_nothing_else(story: Path, give: Give, tmp_path: Path) -> None:
    """A disk that is full at the end: other files and stdout come, what could not be written is named; exit code 2."""
    give(reports.veld_story())
    for name in ("full.json", "full.csv"):
        (tmp_path / name).symlink_to("/dev/full")
    result = invoke("check", story, "-o", "full.json", "-o", "full.csv", "-o", "fine.md", "-f", "json")
    assert result.exit_code == 2
    assert "error: No space left on device: full.json, full.csv" in result.stderr
    assert (tmp_path / "fine.md").read_text(encoding="utf-8").startswith("#")
    assert json.loads(result.stdout)["facts"]


SAME = ["compare", "12 people died.", "12 people died.", "-m", "m", "--no-cache"]
"""Needs no request."""


@pytest.mark.parametrize(
    "command", [SAME, ["check", SEED, "--plan"], ["estimate", SEED, "-f", "json"], ["schema"], ["schema", "report"]]
)
def test_a_disk_that_takes_no_answer_on_stdout_is_said(command: list[str], tmp_path: Path) -> None:
    """Whatever a command writes: what did not come is no success."""
    with Path("/dev/full").open("w") as full:
        run = subprocess.run(
            [sys.executable, "-m", "factcheck", *command],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
            check=False,
            env=without_settings() | {"OPENAI_API_KEY": "x"},
        )
    assert (run.returncode, "No space left on device" in run.stderr) == (2, True), run.stderr


def test_half_a_file_is_not_left(tmp_path: Path) -> None:
    """Neither under its name nor beside it."""
    with pytest.raises(UnicodeEncodeError):
        output._replace(tmp_path / "report.md", "\ud800")
    assert list(tmp_path.iterdir()) == []


def test_an_interrupt_before_anything_has_begun_is_no_crash() -> None:
    """Ctrl-C while the command line itself is being loaded: exit code 130 and no traceback."""
    program = """
import sys
from factcheck.__main__ import main

class Interrupts:
    def find_spec(self, name, path=None, target=None):
        if name == "factcheck.cli.app":
            raise KeyboardInterrupt

sys.meta_path.insert(0, Interrupts())
main()
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (130, "", "")


def test_message_of_an_error_cannot_drive_the_terminal(story: Path, give: Give) -> None:
    """Control sequences in a message (a server's, a file's name) do not reach the terminal."""
    give(EndpointError("no \x1b[2Jsuch\x07 model"))
    assert "error: no such model\n" in invoke("check", story).stderr


def test_disputes_are_not_a_failure_but_failures_are(story: Path, give: Give) -> None:
    """Exit 0 whatever was found; exit 3 when articles or pairs failed, told on stderr too."""
    give(reports.veld_story())
    assert invoke("check", story).exit_code == 0
    give(reports.failed_report())
    result = invoke("check", story, "-v")
    assert result.exit_code == 3
    assert "incomplete: 7 failed" in result.stderr
    assert "failed: extraction of a2: OutputInvalid: no valid answer" in result.stderr
