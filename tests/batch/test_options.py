"""What the flags of `batch` mean, and what is refused with a remedy."""

from __future__ import annotations

import datetime as dt
import inspect
from pathlib import Path
from typing import Any

import pytest
import typer

from factcheck.batch.bounds import TooMany
from factcheck.cli.batch import batch
from factcheck.cli.batch_options import options_of, parse_shard, parse_since, parse_too_many
from factcheck.cli.batch_wish import Wish
from factcheck.cli.check import check
from factcheck.cli.gates import index_gate
from factcheck.index import Shard
from factcheck.ingestion.parsing import DEFAULT_OPTIONS
from factcheck.settings import RunSettings, Settings
from tests.cli.invoking import invoke


def test_a_shard_is_a_part_of_a_whole() -> None:
    """3/16 is read; zero, more than all, and words are refused."""
    assert parse_shard("3/16") == Shard(number=3, of=16)
    assert parse_shard(None) is None
    for wrong in ("1/1000000", "1/100000000", f"1/{'9' * 5000}"):
        with pytest.raises(typer.BadParameter, match="M at most 999,999"):
            parse_shard(wrong)
    for wrong in ("0/4", "5/4", "3", "a/b", "-1/4", "1/0"):
        with pytest.raises(typer.BadParameter, match="3/16"):
            parse_shard(wrong)


def test_since_is_a_day_or_so_many_days() -> None:
    """A day as ISO writes it, or a number of days before today; anything else is refused."""
    assert parse_since("2026-03-01") == dt.date(2026, 3, 1)
    assert parse_since("0d") == dt.datetime.now(dt.UTC).date()
    for wrong in ("100000d", f"{'9' * 5000}d"):
        with pytest.raises(typer.BadParameter, match="at most 99,999"):
            parse_since(wrong)
    for wrong in ("yesterday", "2026-13-01", "7w", "99999d9"):
        with pytest.raises(typer.BadParameter, match="7d"):
            parse_since(wrong)


def test_failures_are_a_number_or_a_share() -> None:
    """20 articles, or 5 % of them; more than all, fractions of an article and words are refused."""
    assert parse_too_many("20") == TooMany(number=20)
    assert parse_too_many("5%") == TooMany(share=0.05)
    assert parse_too_many("0") == TooMany(number=0)
    for wrong in ("101%", "2.5", "many", "-1"):
        with pytest.raises(typer.BadParameter, match="5%"):
            parse_too_many(wrong)


def test_the_folder_is_named_after_the_root_and_the_shard(tmp_path: Path) -> None:
    """So that shards of one root do not meet, and a name from elsewhere cannot lead elsewhere."""
    runs = tmp_path / "runs"
    settings = Settings(runs=RunSettings(directory=runs))
    assert options_of(Wish(tmp_path / "desk"), settings, DEFAULT_OPTIONS).folder == runs / "desk-batch"
    sharded = options_of(Wish(tmp_path / "desk", shard="3/16"), settings, DEFAULT_OPTIONS)
    assert sharded.folder == runs / "desk-batch-3of16"
    odd = options_of(Wish(tmp_path / "a b;c"), settings, DEFAULT_OPTIONS)
    assert odd.folder == runs / "a-b-c-batch"


@pytest.mark.parametrize("fields", [{"wait": True}, {"watch": True, "via": "batch-api"}])
def test_what_does_not_go_together_is_refused(fields: dict[str, Any], tmp_path: Path) -> None:
    """Waiting for nothing, and watching while the answers take a day."""
    with pytest.raises(typer.BadParameter, match="--via batch-api"):
        options_of(Wish(tmp_path, **fields), Settings(), DEFAULT_OPTIONS)


def test_batch_takes_what_check_takes() -> None:
    """But for what has no meaning for many stories: their files are in their folders, the last run is the baseline, and
    recordings and plans are of one story."""
    ours, theirs = (set(inspect.signature(command).parameters) for command in (batch, check))
    assert theirs - ours == {
        *("paths", "output", "table", "excel", "no_run"),
        "baseline",
        *("cassette", "cassette_note", "plan_only"),
    }


@pytest.mark.parametrize("rule", ["across", "new-across"])
def test_a_rule_that_nothing_could_match_is_refused(rule: str, tmp_path: Path) -> None:
    """Conflicts between stories fail nothing where none are looked for: exit code 2 with the remedy, nothing run."""
    (tmp_path / "a.txt").write_text("12 people died in the Eastley fire.\n", encoding="utf-8")
    run = invoke("batch", tmp_path, "-m", "local", "--no-across-stories", "--fail-on", "dispute", "--fail-on", rule)
    assert (run.exit_code, "leave out --no-across-stories" in " ".join(run.stderr.split())) == (2, True), run.stderr
    assert index_gate(["dispute"], across_stories=False).rules == ("dispute",)


def test_an_audit_of_what_is_not_done_is_refused(tmp_path: Path) -> None:
    """Without inferred labels there are none to ask about; it is said before anything is read."""
    (tmp_path / "a.txt").write_text("12 people died in the Eastley fire.\n", encoding="utf-8")
    for command in ("batch", "check", "estimate"):
        run = invoke(command, tmp_path, "-m", "local", "--no-inference", "--audit", "5")
        assert (run.exit_code, "no label is inferred" in " ".join(run.stderr.split())) == (2, True), run.stderr
