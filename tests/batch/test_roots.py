"""Two folders of one name: what is known of the stories of one is never taken for the other's."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import pytest
from typer.testing import Result

from factcheck.batch.roots import open_spool
from factcheck.batch.spool import Spool
from factcheck.errors import SettingsError
from factcheck.ingestion.walking import Refusal, refuse
from tests.batch.desk import Desk
from tests.cli.invoking import invoke
from tests.support.newsroom_server import Manner, newsroom_thread


def held(desk: Desk, root: Path) -> str:
    """What is said against a run over `root` with what the desk's batch knows; empty when nothing is."""
    try:
        with open_spool(desk.out, root):
            return ""
    except SettingsError as error:
        return str(error)


async def begun(folder: Path) -> Desk:
    """A desk whose batch has run and knows its root."""
    desk = Desk(folder).stories("Eastley", "Sund")
    assert held(desk, desk.root) == ""
    await desk.run()
    return desk


def test_another_folder_of_the_same_name_is_refused(tmp_path: Path) -> None:
    """Exit code 2 and both folders and the remedy by name, nothing asked, the first as it was; the remedy helps."""
    roots = [tmp_path / name / "desk" for name in "ab"]
    for root, place in zip(roots, ("Eastley", "Sund"), strict=True):
        root.parent.mkdir()
        Desk(root.parent).stories(place)
    runs, index = tmp_path / "runs", tmp_path / "runs" / "desk-batch" / "index.json"
    with newsroom_thread(Manner()) as (url, server):

        def run(root: Path, into: Path) -> Result:
            model = ("-m", "local", "--base-url", url, "--quiet", "--cache-dir", tmp_path / "cache")
            return invoke("batch", root, *model, "--run-dir", into)

        assert run(roots[0], runs).exit_code == 0
        before, asked = index.read_bytes(), server.seen.answered
        other = run(roots[1], runs)
        assert other.exit_code == 2
        assert all(str(root.resolve()) in other.stderr for root in roots)
        assert "--run-dir DIR" in other.stderr
        assert (index.read_bytes(), server.seen.answered) == (before, asked)
        assert run(roots[1], tmp_path / "elsewhere").exit_code == 0
        assert run(roots[0], runs).exit_code == 0


async def test_a_folder_that_was_moved_goes_on(tmp_path: Path) -> None:
    """With its files as they were, but for a few that came and went; from then on the new place is its own."""
    desk = await begun(tmp_path)
    moved = tmp_path / "elsewhere" / "desk"
    moved.parent.mkdir()
    shutil.move(desk.root, moved)
    (moved / "sund" / "herald.txt").unlink()
    assert held(desk, moved) == ""
    desk.root.mkdir()
    assert "would drop its stories" in held(desk, desk.root)


async def test_a_folder_that_is_away_is_not_given_up_for_one_that_shares_a_file_name(tmp_path: Path) -> None:
    """A share that is not mounted, and another folder of the same name, in which one name is the same by chance."""
    desk = await begun(tmp_path)
    other = tmp_path / "other" / "desk"
    (other / "sund").mkdir(parents=True)
    (other / "sund" / "herald.txt").write_text("Something else.")
    desk.root.rename(tmp_path / "away")
    assert "which is not there now" in held(desk, other)


async def test_a_folder_that_does_not_answer_is_not_taken_for_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A share whose handle is stale may hold more than its copy does, and comes back."""
    desk = await begun(tmp_path)
    shutil.copytree(desk.root, tmp_path / "copy")
    exists = Path.exists

    def stale(path: Path) -> bool:
        if path == desk.root.resolve():
            raise OSError(errno.ESTALE, os.strerror(errno.ESTALE), str(path))
        return exists(path)

    monkeypatch.setattr(Path, "exists", stale)
    assert "--run-dir" in held(desk, tmp_path / "copy")


async def test_one_folder_by_two_names_is_one(tmp_path: Path) -> None:
    """A link to it, and one that was left where it had been."""
    desk = await begun(tmp_path)
    link = tmp_path / "link"
    link.symlink_to(desk.root)
    assert held(desk, link) == ""
    moved = tmp_path / "moved"
    desk.root.rename(moved)
    desk.root.symlink_to(moved)
    assert held(desk, desk.root) == ""


@pytest.mark.parametrize("known", [True, False])
async def test_a_batch_that_knows_no_root_takes_the_one_it_is_given(tmp_path: Path, *, known: bool) -> None:
    """One of an older version, and one whose first run found nothing to read."""
    desk = Desk(tmp_path).stories("Eastley")
    if known:
        await desk.run()
    else:
        assert held(desk, tmp_path / "elsewhere") == ""
    assert held(desk, desk.root) == ""
    await desk.run()
    (tmp_path / "other").mkdir()
    assert "would drop" in held(desk, tmp_path / "other")


async def test_a_file_is_held_to_like_a_folder(tmp_path: Path) -> None:
    """Tables of one name are many: a batch of one is refused for another, and for one that came to its place."""
    tables = [tmp_path / name / "articles.csv" for name in "ab"]
    for table in tables:
        table.parent.mkdir()
        table.write_text(f"publisher,text\nHerald,12 people died in {table.parent.name}.\n")
    desk = Desk(tmp_path)
    desk.root = tables[0]
    assert held(desk, tables[0]) == ""
    await desk.run()
    assert "articles.csv" in held(desk, tables[1])
    assert held(desk, tables[0]) == ""
    tables[0].unlink()
    assert "not there now" in held(desk, tables[1])


async def test_stories_hold_a_batch_when_no_file_is_known_any_more(tmp_path: Path) -> None:
    """As after a run under another spelling that was stopped before it read a file."""
    desk = await begun(tmp_path)
    with Spool(desk.out) as spool:
        spool.forget(spool.stamps())
    other = tmp_path / "other" / "desk"
    other.mkdir(parents=True)
    assert "--run-dir" in held(desk, other)
    shutil.move(desk.root, tmp_path / "away")
    assert "--run-dir" in held(desk, other)


def test_a_new_path_that_is_the_old_one_of_another_file_loses_neither(tmp_path: Path) -> None:
    """As when a root that was typed as `.` and has a folder of its own name is typed by it."""
    paths = ("a.txt", "desk/a.txt", "desk/desk/a.txt")
    with Spool(tmp_path) as spool:
        for path in paths:
            spool.keep(path, f"stamp of {path}", [refuse(path, "too short", failed=True)])
        spool.respell(lambda path: f"desk/{path}", "root", "desk")
        assert spool.fact("root") == "desk"
        assert spool.stamps() == {f"desk/{path}": f"stamp of {path}" for path in paths}
        for document in spool.documents_of(spool.stamps()):
            found = spool.outcome(document)
            assert isinstance(found, Refusal)
            assert found.file.path == document.path
