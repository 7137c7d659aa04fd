"""What README promises exists: commands, flags, exit codes, settings, files."""

from __future__ import annotations

import re

import pytest
from typer.testing import CliRunner

from factcheck.cli.app import app
from factcheck.cli.exits import EXIT_CODES
from factcheck.ingestion.registry import FORMATS
from factcheck.reporting.registry import REPORT_RENDERERS
from factcheck.settings import KNOBS, NOT_SETTINGS, VENDOR_VARIABLES
from tests.docs import pages


def help_of(command: str) -> str:
    """What `factcheck COMMAND --help` prints."""
    done = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "200"})
    assert done.exit_code == 0, f"README names an unknown command: {command}"
    return done.output


def calls() -> list[list[str]]:
    """Every call of the program in README and in the workflow for readers."""
    shell = "\n".join(block for page in ("README.md", "DEPLOYMENT.md") for block in pages.fenced(page, "sh"))
    return [*pages.program_calls(shell), *pages.program_calls(pages.text(".github/workflows/factcheck.yml"))]


def test_there_are_commands_to_check() -> None:
    """README shows at least the demo, a run with a key and a run with a local model."""
    assert len(calls()) >= 4


@pytest.mark.parametrize("call", calls(), ids=" ".join)
def test_commands_and_flags_exist(call: list[str]) -> None:
    """Each command that is shown exists, with each flag that is shown with it."""
    helped = help_of(call[0])
    flags = [word.split("=")[0] for word in call[1:] if re.fullmatch(r"--?[a-z][a-z-]*(=.*)?", word)]
    assert [flag for flag in flags if not re.search(rf"(?<![\w-]){flag}(?![\w-])", helped)] == []


def test_exit_codes_are_those_of_the_program() -> None:
    """The table of exit codes names the codes that --help names, no more and no fewer."""
    promised = re.findall(r"^\| (\d+) +\|", pages.section("README.md", "Exit codes"), re.MULTILINE)
    assert promised == re.findall(r"^ +(\d+) ", EXIT_CODES, re.MULTILINE)


def test_environment_variables_are_read_by_the_program() -> None:
    """Each variable that the pages name is one that the settings know."""
    known = {f"FACTCHECK_{key.upper()}" for key in KNOBS} | set(VENDOR_VARIABLES.values()) | NOT_SETTINGS
    named = {v for page in pages.PAGES for v in re.findall(r"\b(?:FACTCHECK|OPENAI)_[A-Z_]+\b", pages.text(page))}
    assert named - known == set()


def test_the_test_command_is_the_one_that_ci_runs() -> None:
    """What README tells a reader to run is literally a step of .ci/run."""
    (command,) = re.findall(r"pip install -e '\.\[dev\]' && (.+)", pages.section("README.md", "Run the tests"))
    steps = re.findall(r'^check "tests" (.+)$', pages.text(".ci/run"), re.MULTILINE)
    assert steps == [command]


def test_the_demo_is_in_the_checkout() -> None:
    """The first command's story and cassette are files of this repository."""
    first = next(pages.program_calls(pages.fenced("README.md", "sh")[0]))
    assert (pages.ROOT / first[1]).is_dir()
    assert (pages.ROOT / first[first.index("--cassette") + 1]).is_file()


def test_input_formats_are_those_that_are_read() -> None:
    """README lists each file name extension that ingestion reads, and no other."""
    (line,) = re.findall(r"^Extensions that are read: (.+?)\.\n\n", pages.text("README.md"), re.MULTILINE | re.DOTALL)
    assert set(re.findall(r"`(\.[\w.]+)`", line)) == set(FORMATS)


def test_report_formats_are_those_that_are_written() -> None:
    """README names each report format, in the order of the registry."""
    (names,) = re.findall(r"`-f ([\w|]+)`", pages.text("README.md"))
    assert names.split("|") == list(REPORT_RENDERERS)
