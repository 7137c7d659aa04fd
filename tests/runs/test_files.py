"""Names that every file system takes, and files that are whole or not there."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.runs.files import NAMELESS, slug, write_whole


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Contatti Musk–Putin (2024)", "contatti-musk-putin-2024"),
        ("../../etc/passwd", "etc-passwd"),
        ("con", "con"),
        ("perché", "perché"),
        ("perche\u0301", "perché"),
        ("地震 2024", "地震-2024"),
        ("a\x00b\nc\u202ed", "a-b-c-d"),
        ("...", NAMELESS),
        ("", NAMELESS),
        ("x" * 300, "x" * 40),
    ],
)
def test_slugs(name: str, expected: str) -> None:
    """Letters and digits of every script stay, everything else parts them, and nothing becomes a name of its own."""
    assert slug(name) == expected


@given(st.text())
def test_a_slug_is_always_one_short_file_name(name: str) -> None:
    """Never empty, never longer than a file system bears, no separator, dot, white space or control character."""
    made = slug(name)
    assert 0 < len(made.encode("utf-8", "replace")) <= 120
    assert not set(made) & set('/\\:*?"<>|. \t\r\n\x00')
    assert made.isprintable()
    assert slug(made) == made


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that fails half-way leaves the old file and no litter; a new one is the user's alone."""
    path = tmp_path / "report.json"
    write_whole(path, "old")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("factcheck.runs.files.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, "new")
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["report.json"]
