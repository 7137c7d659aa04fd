"""What counts as changed, and reading ahead without getting lost."""

from __future__ import annotations

import os
from pathlib import Path

from factcheck.batch.scanning import Listing, gone, readings, scan
from factcheck.ingestion.parsing import DEFAULT_OPTIONS, ReadOptions
from tests.batch.desk import Desk


def stamps(root: Path, options: ReadOptions = DEFAULT_OPTIONS) -> dict[str, str]:
    """Name -> stamp."""
    return {Path(file.shown).name: file.stamp for file in scan(root, options)}


def test_a_stamp_changes_with_the_file_and_with_what_is_said_about_it(tmp_path: Path) -> None:
    """Size, time, encoding and columns, a metadata file of its own and a table of its folder; nothing else."""
    desk = Desk(tmp_path).stories("Eastley", "Sund")
    first = stamps(desk.root)
    assert stamps(desk.root) == first
    assert stamps(desk.root, ReadOptions(encoding="cp1252"))["herald.txt"] != first["herald.txt"]
    desk.put("eastley/articles.csv", "file,publisher\nherald.txt,The Herald\n", "")
    table = stamps(desk.root)
    assert table["gazette.txt"] == first["gazette.txt"]  # of sund, where the last one of that name stands
    eastley = {Path(f.shown).name: f.stamp for f in scan(desk.root / "eastley", DEFAULT_OPTIONS)}
    assert eastley["herald.txt"] not in first.values()


def test_a_file_that_was_just_written_is_not_trusted(tmp_path: Path) -> None:
    """A second change within the clock's grain would look the same, so the file is read again the next time."""
    desk = Desk(tmp_path).stories("Eastley")
    file = desk.root / "eastley" / "herald.txt"
    os.utime(file)
    assert stamps(desk.root)["herald.txt"] == ""
    assert stamps(desk.root)["gazette.txt"] != ""


def test_gone_files_are_told(tmp_path: Path) -> None:
    """What was known and is not there any more."""
    desk = Desk(tmp_path).stories("Eastley")
    files = scan(desk.root, DEFAULT_OPTIONS)
    known = [file.shown for file in files]
    assert gone([*known, "elsewhere.txt"], files) == ["elsewhere.txt"]


async def test_readings_come_in_the_order_asked_for(tmp_path: Path) -> None:
    """Each file once with what it gave, also when the reader stops half-way."""
    desk = Desk(tmp_path)
    for number in range(20):
        desk.put(f"a/{number:02}.txt", f"12 people died in fire number {number}.")
    files = scan(desk.root, DEFAULT_OPTIONS)
    found = [(file.shown, len(outcomes)) async for file, outcomes in readings(files[::-1], DEFAULT_OPTIONS)]
    assert found == [(file.shown, 1) for file in files[::-1]]
    async for _ in readings(files, DEFAULT_OPTIONS):
        break


def test_a_listing_gives_back_the_files_of_each_folder(tmp_path: Path) -> None:
    """As they were found, refusals and names that no encoding holds among them, in the order of the walk; what is to be
    read is told folder by folder, whatever was taken before."""
    desk = Desk(tmp_path).stories("Eastley", "Sund")
    desk.put("loose.txt", "12 people died.")
    desk.put("sund/.hidden", "12 people died.")
    (desk.root / "sund" / os.fsdecode(b"caf\xe9\n.txt")).write_text("12 people died.")
    files = scan(desk.root, DEFAULT_OPTIONS)
    changed = {file.shown for file in files[::2]}
    listing = Listing(files, changed)
    assert list(listing.left) == list(dict.fromkeys(file.part for file in files))
    by_part = {part: [file for file in files if file.part == part] for part in listing.left}
    due = listing.due()
    found = [next(due)]
    for part, expected in by_part.items():
        assert listing.take(part) == (expected, {file.shown for file in expected} & changed)
    assert not listing.left
    found += due
    assert found == [file for expected in by_part.values() for file in expected if file.shown in changed]
