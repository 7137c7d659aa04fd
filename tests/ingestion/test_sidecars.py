"""What the user says about files beside them, where names are at their limits."""

from __future__ import annotations

from pathlib import Path

import pytest

from factcheck.ingestion.reading import read

LONGEST = 255
"""Bytes of a name, on the file systems that are common."""


@pytest.mark.parametrize("length", [245, 246, LONGEST])
@pytest.mark.parametrize("letter", ["a", "й"])
def test_a_name_that_leaves_no_room_for_metadata_has_none(tmp_path: Path, length: int, letter: str) -> None:
    """With the ending of a metadata file it would be too long to be a name, and the article is read all the same."""
    size = len(letter.encode())
    stem, odd = divmod(length - len(".txt"), size)
    file = tmp_path / f"{letter * stem}{'a' * odd}.txt"
    assert len(file.name.encode()) == length
    file.write_text("12 people died in the fire near the harbour, and the streets were closed.\n", encoding="utf-8")
    found = read([tmp_path])
    assert (len(found.articles), found.failed) == (1, ())


def test_a_table_that_names_what_can_be_no_name_says_so(tmp_path: Path) -> None:
    """The row is told, and the files beside the table are read with what its other rows say."""
    (tmp_path / "a.txt").write_text("12 people died in the fire near the harbour, and the streets were closed.\n")
    (tmp_path / "articles.csv").write_text(f"file,publisher\n{'x' * 300}.txt,Radio\na.txt,The Herald\n")
    found = read([tmp_path])
    assert [article.publisher for article in found.articles] == ["The Herald"]
    assert [file.reason[:32] for file in found.failed] == ["names a file that is not there: "]
