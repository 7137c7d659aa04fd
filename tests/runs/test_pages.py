"""A report of several files: replaced together, and nothing of anybody else's is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from factcheck.runs.files import write_whole
from factcheck.runs.pages import write_pages

LARGE = {"": "front", "facts-1.html": "facts", "pairs.html": "pairs", "search.html": "all"}


def names(folder: Path) -> list[str]:
    """What lies in a folder, hidden files included."""
    return sorted(path.name for path in folder.iterdir())


def test_pages_stand_in_a_folder_beside_the_front(tmp_path: Path) -> None:
    """The front is where it was asked for, the rest in a folder of its name, and no scrap is left."""
    write_pages(tmp_path / "report.html", LARGE, write_whole)
    assert names(tmp_path) == ["report", "report.html"]
    assert names(tmp_path / "report") == ["facts-1.html", "pairs.html", "search.html"]
    assert (tmp_path / "report.html").read_text() == "front"


def test_pages_of_an_earlier_report_go(tmp_path: Path) -> None:
    """Pages that the new report does not have are gone, and so is the folder when one page is enough."""
    write_pages(tmp_path / "report.html", {**LARGE, "facts-2.html": "more"}, write_whole)
    write_pages(tmp_path / "report.html", LARGE, write_whole)
    assert names(tmp_path / "report") == ["facts-1.html", "pairs.html", "search.html"]
    write_pages(tmp_path / "report.html", {"": "small"}, write_whole)
    assert names(tmp_path) == ["report.html"]


def test_another_format_of_the_same_name_leaves_the_pages(tmp_path: Path) -> None:
    """`-o report.html -o report.json` keeps the pages behind the HTML front."""
    write_pages(tmp_path / "report.html", LARGE, write_whole)
    write_pages(tmp_path / "report.json", {"": "{}"}, write_whole)
    assert names(tmp_path / "report") == ["facts-1.html", "pairs.html", "search.html"]


@pytest.mark.parametrize("pages", [LARGE, {"": "small"}])
def test_a_folder_of_somebody_else_is_kept(tmp_path: Path, pages: dict[str, str]) -> None:
    """A folder of the same name that holds anything else loses nothing."""
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "thesis.html").write_text("years of work")
    write_pages(tmp_path / "report.html", pages, write_whole)
    assert (tmp_path / "report" / "thesis.html").read_text() == "years of work"
    assert (tmp_path / "report.html").read_text() == pages[""]


def test_a_write_that_fails_leaves_the_earlier_report(tmp_path: Path) -> None:
    """When a page cannot be written, front and pages are those of before."""
    write_pages(tmp_path / "report.html", LARGE, write_whole)

    def full(path: Path, text: str) -> None:
        if path.name == "pairs.html":
            raise OSError(28, "No space left on device")
        write_whole(path, text)

    with pytest.raises(OSError, match="No space"):
        write_pages(tmp_path / "report.html", {**LARGE, "": "new", "facts-1.html": "new"}, full)
    assert (tmp_path / "report.html").read_text() == "front"
    assert (tmp_path / "report" / "facts-1.html").read_text() == "facts"
    assert names(tmp_path) == ["report", "report.html"]
