"""That what a rule leaves out of a batch is told, with the reason, and a batch of nothing else is no success."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from factcheck.batch.planning import Selection
from factcheck.cli.batch_calls import completeness
from factcheck.cli.exits import DONE, NOTHING
from factcheck.reporting.base import Style
from factcheck.reporting.batch_index import IndexPage, IndexTable
from tests.batch.desk import Desk


async def test_files_that_are_left_out_are_named_with_the_reason(tmp_path: Path) -> None:
    """In the row of their story, and of a folder that is no story for it beside the stories; no check is incomplete."""
    desk = Desk(tmp_path).stories("Eastley")
    desk.put("eastley/radio.doc", "12 people died in the Eastley fire.")
    desk.put("sund/radio.doc", "12 people died in the Sund fire.")
    index = await desk.run(group_by="folder")
    (row,) = index.stories
    assert (row.skipped, [refused.path for refused in row.left_out]) == (1, [str(desk.root / "eastley" / "radio.doc")])
    assert (index.skipped, [refused.path for refused in index.left_out]) == (1, [str(desk.root / "sund" / "radio.doc")])
    assert completeness(index, quiet=True) == DONE
    for renderer in (IndexPage(), IndexTable()):
        text = " ".join(renderer.render(index, Style(width=400)).split())
        for refused in (*row.left_out, *index.left_out):
            assert f"1 file was left out: {refused.path} (" in text
            assert "DOCX" in refused.reason


async def test_a_batch_of_which_every_file_is_left_out_has_nothing_to_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The exit code is that of an empty folder; once there was a story that is gone now, that is the news."""
    desk = Desk(tmp_path)
    desk.put("sund/radio.doc", "12 people died in the Sund fire.")
    assert completeness(await desk.run(group_by="folder"), quiet=False) == NOTHING
    assert "every file was left out" in capsys.readouterr().err
    file = desk.put("eastley/radio.txt", "Publisher: Radio\n\n12 people died in the Eastley fire.")
    assert completeness(await desk.run(group_by="folder"), quiet=False) == DONE
    file.unlink()
    assert completeness(await desk.run(group_by="folder"), quiet=False) == DONE


async def test_a_correction_under_the_old_time_and_length_is_seen(tmp_path: Path) -> None:
    """Programs that export articles may give a file the time of its publication; it counts when it changed in fact."""
    desk = Desk(tmp_path).stories("Eastley")
    assert len((await desk.run()).stories[0].disputes) == 1
    file = desk.root / "eastley" / "gazette.txt"
    before = file.stat()
    file.write_text(file.read_text(encoding="utf-8").replace("16", "12"), encoding="utf-8")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    (row,) = (await desk.run()).stories
    assert (row.disputes, row.settled, row.edited_articles) == ((), ("How many?",), (str(file),))
    assert (row.new_articles, row.gone_articles) == ((), ())


async def test_only_stories_that_were_run_are_told_as_checked_again(tmp_path: Path) -> None:
    """Those that wait to be checked anew are counted as waiting."""
    desk = Desk(tmp_path).stories("Eastley", "Sund", "Lesk")
    await desk.run()
    for report in desk.out.rglob("report.json"):
        report.unlink()
    totals = (await desk.run(selection=Selection(limit=1))).totals
    assert (totals.again, totals.waiting, totals.new, totals.changed) == (1, 2, 0, 0)
