"""`factcheck cache` as a user meets it."""

from __future__ import annotations

from pathlib import Path

import pytest

from factcheck.llm.cache import AnswerCache
from tests.cli.invoking import invoke

KEY = "sha256:1 judge_pairs model-1"


@pytest.fixture
async def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache with one answer, which the environment names."""
    folder = tmp_path / "cache"
    with AnswerCache(folder, "http://e/v1") as cache:
        await cache.put(KEY, {"x": 1})
    monkeypatch.setenv("FACTCHECK_CACHE_DIR", str(folder))
    return folder


def answers(folder: Path) -> int:
    """How many of one answer are there."""
    with AnswerCache(folder, "http://e/v1") as cache:
        return int(cache.get(KEY) is not None)


def test_info_shows_place_size_and_kinds(place: Path) -> None:
    """On stdout, for people."""
    shown = invoke("cache", "info").stdout
    assert str(place) in shown
    assert "1 answer, " in shown
    assert "judge_pairs model-1 1" in shown


def test_prune_says_first_and_does_only_when_told(place: Path) -> None:
    """Without --yes nothing goes; a prune without a condition is refused."""
    dry = invoke("cache", "prune", "--model", "model-1")
    assert (dry.exit_code, answers(place)) == (0, 1)
    assert "would remove 1 answer" in dry.stderr
    assert invoke("cache", "prune", "--yes").exit_code == 2
    assert "nothing to remove" in invoke("cache", "prune", "--older-than", "90d", "--yes").stderr
    done = invoke("cache", "prune", "--model", "model-1", "--yes")
    assert "removed 1 answer" in done.stderr
    assert answers(place) == 0


@pytest.mark.parametrize("flags", [["--older-than", "soon"], ["--older-than", "3y"], ["--max-size", "big"]])
def test_ages_and_sizes_that_are_none_are_refused(place: Path, flags: list[str]) -> None:
    """With an example of how to write them."""
    done = invoke("cache", "prune", *flags)
    assert (done.exit_code, answers(place)) == (2, 1)
    assert "such as" in done.stderr


def test_clear_asks_and_does_nothing_when_nobody_answers(place: Path) -> None:
    """A script must say --yes."""
    refused = invoke("cache", "clear")
    assert (refused.exit_code, answers(place)) == (2, 1)
    assert "--yes" in refused.stderr
    assert invoke("cache", "clear", "--yes").exit_code == 0
    assert answers(place) == 0


def test_export_and_import_by_file(place: Path, tmp_path: Path) -> None:
    """What one machine exports another imports; a refused line makes exit code 3."""
    file = tmp_path / "answers.jsonl"
    assert invoke("cache", "export", "-o", file).exit_code == 0
    other = tmp_path / "other"
    done = invoke("cache", "import", file, "--cache-dir", other)
    assert answers(place) == 1
    assert "1 answer added, 0 already there, 0 refused" in done.stderr
    assert answers(other) == 1
    file.write_text(file.read_text().replace("judge_pairs", "judge_pears"))
    bad = invoke("cache", "import", file, "--cache-dir", tmp_path / "third")
    assert bad.exit_code == 3
    assert "refused: line 2: its checksum is wrong" in bad.stderr
    assert invoke("cache", "export").stdout.startswith('{"factcheck_answers": 1}\n')
