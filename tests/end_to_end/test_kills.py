"""kill -9 at random moments: nothing that was acknowledged is lost, and nothing is paid for twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.killing import SlowNewsroom, kill_often, write_story
from tests.support.llm_server import llm_server


@pytest.mark.slow
def test_a_run_that_is_killed_again_and_again_ends_as_the_unbroken_one(tmp_path: Path) -> None:
    """Five kills: the report of the unbroken run, no stored answer asked for again, one run folder, no stray file."""
    write_story(tmp_path / "story", 20)
    script = SlowNewsroom(0.3)
    with llm_server(script) as server:
        account = kill_often(tmp_path, server, script, 5)
    assert account.kills == 5
    assert account.same_report
    assert (account.paid_twice, account.lost) == (set(), set())
    assert (account.folders, account.litter) == (1, [])
    assert account.answers > 50
