"""Looking after a cache: what it holds, what may go, and answers that travel."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import time
from pathlib import Path

import pytest

from factcheck.errors import InputError, SettingsError
from factcheck.llm.answer_file import AnswerFile, entry_of
from factcheck.llm.base import answer_key
from factcheck.llm.cache import AnswerCache
from factcheck.llm.cache_care import Choice, chosen, clear, export_lines, import_lines, info, remove

ENDPOINT = "http://127.0.0.1:1/v1"
KEY = answer_key("judge_pairs", "p", "model-1", "s", ["a", "b"])


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """A cache of three answers by two models, and a row that nobody can read."""
    place = tmp_path / "answers"
    with AnswerCache(place, ENDPOINT) as cache:
        await cache.put(KEY, {"x": 1})
        await cache.put(answer_key("judge_pairs", "p", "model-1", "s", ["a", "c"]), {"x": 2})
        await cache.put(answer_key("extract_claims", "p", "ollama/qwen 3", "s", "text"), ["è", "\ud800"])
    connection = sqlite3.connect(place / "cache.db")
    with connection:
        connection.execute("INSERT INTO Cache (key, raw, mode, value) VALUES ('x', 1, 1, '[1]')")
    connection.close()
    return place


def test_info_counts_by_task_and_model(folder: Path) -> None:
    """Sound and unreadable rows, kinds, times and size; a model's name may hold a space."""
    found = info(folder)
    assert (found.answers, found.unreadable) == (3, 1)
    assert found.by_kind == {("extract_claims", "ollama/qwen 3"): 1, ("judge_pairs", "model-1"): 2}
    assert found.size > 0
    assert found.oldest is not None
    assert abs(found.oldest - time.time()) < 600


def test_info_of_no_cache_is_empty_and_makes_none(tmp_path: Path) -> None:
    """Looking does not create anything."""
    assert info(tmp_path / "none").answers == 0
    assert not (tmp_path / "none").exists()


def test_an_export_is_imported_as_it_was(folder: Path, tmp_path: Path) -> None:
    """Elsewhere the same keys give the same answers; importing again changes nothing, and ours stay."""
    lines = [line.encode() for line in export_lines(folder)]
    assert len(lines) == 1 + 3
    other = tmp_path / "other"
    first = import_lines(other, lines)
    assert (first.added, first.present, first.refused) == (3, 0, [])
    again = import_lines(other, lines)
    assert (again.added, again.present, again.refused) == (0, 3, [])
    with AnswerCache(other, ENDPOINT) as cache:
        assert cache.get(KEY) == {"x": 1}
        assert cache.warnings == []
    assert stat.S_IMODE(other.stat().st_mode) == 0o700


async def test_what_is_there_is_not_replaced_by_an_import(folder: Path) -> None:
    """Of two answers to one key the one that was paid for here stays."""
    lines = [line.encode() for line in export_lines(folder)]
    with AnswerCache(folder, ENDPOINT) as cache:
        await cache.put(KEY, {"x": "newer"})
    assert import_lines(folder, lines).added == 0
    with AnswerCache(folder, ENDPOINT) as cache:
        assert cache.get(KEY) == {"x": "newer"}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"value": '{"x":2}'}, "checksum"),
        ({"model": "better"}, "checksum"),
        ({"name": "0" * 64}, "checksum"),
        ({"extra": 1}, "fields"),
        ({"stored_at": "now"}, "fields"),
        ({"stored_at": True}, "fields"),
        ({"value": "{"}, "no JSON"),
    ],
)
def test_a_line_that_is_not_true_to_itself_is_refused(
    folder: Path, tmp_path: Path, change: dict[str, object], why: str
) -> None:
    """Changed, foreign or broken lines are named by their number; the sound ones come in."""
    header, *lines = export_lines(folder)
    broken = json.dumps(json.loads(lines[0]) | change)
    outcome = import_lines(tmp_path / "other", [t.encode() for t in (header, broken, "[", *lines[1:], "\n")])
    assert outcome.added == 2
    assert len(outcome.refused) == 2
    assert outcome.refused[0].startswith("line 2: ")
    assert why in outcome.refused[0]
    assert outcome.refused[1] == "line 3: not a JSON object"


@pytest.mark.parametrize("content", [b"", b"[]\n", b'{"factcheck_answers": 2}\n', b"\xff\xfe\n"])
def test_what_is_no_export_is_refused_whole(tmp_path: Path, content: bytes) -> None:
    """Nothing is read, nothing is made."""
    with pytest.raises(InputError, match="no export"):
        import_lines(tmp_path / "other", content.splitlines(keepends=True))
    assert not (tmp_path / "other").exists()


def test_prune_chooses_by_age_model_and_size(tmp_path: Path) -> None:
    """Conditions are met together; with a size the newest stay; unreadable rows always go."""
    tmp_path.joinpath("c").mkdir()
    file = AnswerFile(tmp_path / "c")
    entries = [entry_of(f"n{n}", "x" * 1000, "t", f"m{n % 2}") for n in range(10)]
    entries = [type(e)(e.name, e.value, e.task, e.model, 1000 + n) for n, e in enumerate(entries)]
    file.put(entries)
    file.close()
    place = tmp_path / "c"
    assert set(chosen(place, Choice(stored_before=1003))) == {"n0", "n1", "n2"}
    assert set(chosen(place, Choice(stored_before=1003, model="m1"))) == {"n1"}
    going = chosen(place, Choice(keep=5000))
    assert set(going) == {f"n{n}" for n in range(6)}
    assert remove(place, going) == 6
    assert info(place).answers == 4
    assert info(place).size < 50_000


def test_unreadable_rows_can_be_removed(folder: Path) -> None:
    """A condition that no answer meets still clears them away, whatever their keys, forms and sizes."""
    connection = sqlite3.connect(folder / "cache.db")
    planted: list[tuple[object, ...]] = [
        (b"x", 1, 1, "[1]", None),
        ("x", 0, 1, "[1]", None),
        ("y", 1, 4, b"cos", None),
        (5, 1, 2, None, "a"),
    ]
    planted += [("z", 1, 1, b"\xff" * 31_000_000, None), (None, None, None, None, None)]
    with connection:
        connection.executemany("INSERT INTO Cache (key, raw, mode, value, filename) VALUES (?, ?, ?, ?, ?)", planted)
        connection.execute("INSERT INTO Cache (rowid, key, raw, mode, value) VALUES (-5, 'v', 1, 1, '[1]')")
        connection.execute("INSERT INTO Cache (key, raw, mode, value, expire_time) VALUES ('w', 1, 1, '[1]', 5)")
    connection.close()
    assert info(folder).unreadable == 1 + len(planted) + 2
    going = chosen(folder, Choice(stored_before=1))
    assert len(going) == 1 + len(planted) + 2
    assert remove(folder, going) == len(going)
    assert info(folder).unreadable == 0
    assert info(folder).answers == 3


async def test_an_answer_that_took_the_place_of_an_unreadable_row_is_not_removed(folder: Path) -> None:
    """Between looking and removing a run may have paid for it."""
    with AnswerCache(folder, ENDPOINT) as cache:
        connection = sqlite3.connect(folder / "cache.db")
        with connection:
            connection.execute("UPDATE Cache SET value = 'broken' WHERE key = ?", (cache._name(KEY),))
        connection.close()
        going = chosen(folder, Choice(stored_before=1))
        assert len(going) == 2
        await cache.put(KEY, "paid anew")
    assert remove(folder, going) == 1
    with AnswerCache(folder, ENDPOINT) as cache:
        assert cache.get(KEY) == "paid anew"


def test_clear_leaves_nothing_and_nothing_of_others(folder: Path) -> None:
    """Answers, files that were set aside or left by a kill: all gone; a file that is not ours stays."""
    for name in ("cache.db.damaged-20260101T000000Z-1", "cache.db.new-7", "mine.txt"):
        (folder / name).write_text("x")
    assert len(info(folder).leftovers) == 2
    clear(folder)
    assert info(folder).answers == 0
    assert {path.name for path in folder.iterdir()} - {"cache.db-wal", "cache.db-shm", "locks"} == {
        "cache.db",
        "mine.txt",
    }


def test_a_damaged_cache_is_told_and_can_be_cleared(folder: Path) -> None:
    """info names the trouble; clear removes even that."""
    (folder / "cache.db").write_bytes(b"no database at all" * 300)
    with pytest.raises(SettingsError, match="the next run will set it aside"):
        info(folder)
    clear(folder)
    assert not (folder / "cache.db").exists()
    assert os.access(folder, os.W_OK)
