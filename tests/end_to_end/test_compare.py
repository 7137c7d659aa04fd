"""`factcheck compare` and `factcheck estimate` as a user runs them, over a real socket."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from factcheck.cli.app import app
from tests.support.eastley_fire import reader, write_articles
from tests.support.llm_server import LlmServer, answer, llm_server

pytestmark = pytest.mark.usefixtures("alone")
TWELVE, SIXTEEN = "12 people died in the Eastley fire.", "The Eastley fire killed 16 people."


def compared(server: LlmServer, *sides: str, **flags: str) -> Result:
    """What the command prints of two sides."""
    more = [part for name, value in flags.items() for part in (f"--{name}", value)]
    return CliRunner().invoke(app, ["compare", *sides, "--base-url", server.url, "-m", "test-model", "-q", *more])


def test_two_claims_that_contradict_are_said_to_with_their_words() -> None:
    """One line answers; under it stand both sides in the order they were given, each with its clashing words."""
    with llm_server(reader) as server:
        result = compared(server, TWELVE, SIXTEEN)
        swapped = compared(server, SIXTEEN, TWELVE)
    lines = result.stdout.splitlines()
    assert (result.exit_code, lines[0]) == (0, "A and B contradict each other")
    assert [line for line in lines if line.startswith("  ")][:2] == [f"  A  {TWELVE}  [12]", f"  B  {SIXTEEN}  [16]"]
    assert f"  A  {SIXTEEN}  [16]" in swapped.stdout


def test_the_same_words_agree_without_a_request() -> None:
    """Nothing is asked about two texts that say the same in the same words."""
    with llm_server(reader) as server:
        result = compared(server, TWELVE, TWELVE)
        assert server.count == 0
    assert result.stdout.splitlines()[0] == "A and B agree"


def test_files_are_extracted_and_json_is_a_report(tmp_path: Path) -> None:
    """Two files give the report of a check of both; claims are extracted from them."""
    write_articles(tmp_path)
    with llm_server(reader) as server:
        result = compared(server, "herald.txt", "gazette.txt", format="json")
    report = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (report["summary"]["articles"], report["summary"]["disputes"]) == (2, 1)


def test_what_cannot_be_compared_is_said_before_anything_is_asked(tmp_path: Path) -> None:
    """A missing file, a folder and no words at all each name what is wrong; nothing is sent."""
    (tmp_path / "folder").mkdir()
    with llm_server(reader) as server:
        results = [compared(server, side, TWELVE) for side in ("missing.txt", "folder", " ")]
        assert server.count == 0
    assert [result.exit_code for result in results] == [4, 4, 4]
    assert [word in r.stderr for r, word in zip(results, ("no such file", "a folder", "text A"), strict=True)] == [
        True
    ] * 3


def test_a_failed_call_is_no_agreement() -> None:
    """When the pair could not be judged the answer says so, and the exit code is that of an incomplete run."""
    with llm_server([answer({"rows": []}, usage=(4000, 50))]) as server:
        result = compared(server, TWELVE, SIXTEEN)
    assert result.exit_code == 3
    assert result.stdout.splitlines()[0] == "A and B do not bear on each other, as far as it could be checked"


@pytest.mark.usefixtures("story")
def test_an_estimate_needs_no_key_and_sends_nothing() -> None:
    """`estimate` and `check --plan` tell the same, with no key and no endpoint within reach."""
    estimate, plan = (CliRunner().invoke(app, [*words, "story"]) for words in (["estimate"], ["check", "--plan"]))
    assert (estimate.exit_code, plan.exit_code) == (0, 0)
    assert estimate.stdout == plan.stdout
    assert "3 articles" in estimate.stdout
    assert "US $" in estimate.stdout
