"""What cannot be read or looked at for a while: it stays known, and a remedy takes effect in the next run."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from factcheck.batch.bounds import TooMany
from factcheck.batch.filing import report_of
from factcheck.batch.roots import open_spool
from factcheck.batch.scanning import RootClosed, ScannedFile, part_of
from factcheck.batch.unseen import recalled
from factcheck.batch.watching import run_rounds
from factcheck.engine.base import Stop
from factcheck.index import BatchIndex
from factcheck.ingestion import known_sources, parsing
from factcheck.ingestion.base import BadRecord, RawDocument, Refused, Source
from factcheck.ingestion.isolation import Isolation
from factcheck.ingestion.walking import Unseen
from factcheck.models import RefusedFile
from tests.batch.desk import REST, Desk
from tests.cli.invoking import invoke
from tests.support.newsroom_server import Manner, newsroom_thread

Close = Callable[..., None]
"""Lets nobody list the folders that are named, and all others again."""
LISTED = "folder cannot be listed: Stale file handle; check its permissions"


@pytest.fixture
def close(monkeypatch: pytest.MonkeyPatch) -> Close:
    """As a share behaves that does not answer; rights would not keep the superuser out."""
    scandir = os.scandir
    closed = set[Path]()

    def listed(folder: Path) -> Any:
        if Path(folder).resolve() in closed:
            raise OSError(errno.ESTALE, os.strerror(errno.ESTALE), str(folder))
        return scandir(folder)

    def only(*folders: Path) -> None:
        closed.clear()
        closed.update(folder.resolve() for folder in folders)

    monkeypatch.setattr("factcheck.ingestion.walking.os.scandir", listed)
    return only


def told(index: BatchIndex) -> dict[str, tuple[str, str, int, int]]:
    """Title -> status, change, disputes, and how many of them are new."""
    return {
        row.title: (row.status, row.change, len(row.disputes), sum(line.new for line in row.disputes))
        for row in index.stories
    }


SAME = ("done", "unchanged", 1, 0)


async def test_a_folder_that_cannot_be_listed_keeps_its_story(tmp_path: Path, close: Close) -> None:
    """Its row stands and says why, the folder is among what could not be read, nothing is gone, no story is made up,
    and once it can be listed nothing is new or asked."""
    desk = Desk(tmp_path).stories("Eastley", "Sund")
    await desk.run()
    asked = desk.asked
    close(desk.root / "sund")
    index = await desk.run()
    assert told(index) == {"eastley": SAME, "sund": SAME}
    assert [(file.path, file.reason) for file in index.unreadable] == [(str(desk.root / "sund"), LISTED)]
    assert {row.title: row.reasons for row in index.stories} == {
        "eastley": (),
        "sund": (f"{desk.root / 'sund'}: {LISTED}",),
    }
    assert index.removed == ()
    close()
    again = await desk.run()
    assert told(again) == {"eastley": SAME, "sund": SAME}
    assert (again.unreadable, again.removed, {row.reasons for row in again.stories}) == ((), (), {()})
    assert desk.asked == asked


async def test_a_desk_of_one_folder_that_cannot_be_listed_is_still_a_desk_of_folders(
    tmp_path: Path, close: Close
) -> None:
    """What makes a story is not chosen anew while nothing can be seen."""
    desk = Desk(tmp_path).stories("Eastley")
    await desk.run()
    close(desk.root / "eastley")
    index = await desk.run()
    assert (index.group_by, told(index)) == ("folder", {"eastley": SAME})


@pytest.mark.parametrize(
    ("first", "then"), [("desk", "{top}/desk"), ("../{name}/desk", "./link/"), ("desk", "."), (".", "{top}/desk")]
)
async def test_what_is_known_of_a_closed_folder_is_found_however_the_root_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, close: Close, first: str, then: str
) -> None:
    """Relative, absolute, through a link or from within: the stories stand, nothing is read, asked or new."""
    desk = Desk(tmp_path).stories("Eastley", "Sund")
    desk.put(
        "sund/wire.csv", "publisher,text\nWire,12 people died in the Sund fire at the mill by the old harbour.\n", ""
    )
    there = desk.root
    (tmp_path / "link").symlink_to(there)

    async def run(written: str) -> BatchIndex:
        monkeypatch.chdir(there if written == "." else tmp_path)
        desk.root = Path(written.format(name=tmp_path.name, top=tmp_path))
        open_spool(desk.out, desk.root).close()
        return await desk.run()

    await run(first)
    asked = desk.asked
    close(there / "sund")
    index = await run(then)
    assert told(index) == {"eastley": SAME, "sund": SAME}
    assert ([file.path for file in index.unreadable], index.removed) == ([str(desk.root / "sund")], ())
    close()
    assert told(await run(first)) == {"eastley": SAME, "sund": SAME}
    last = await run(then)
    assert told(last) == {"eastley": SAME, "sund": SAME}
    assert (desk.asked, desk.watch.last and desk.watch.last.files) == (asked, 0)
    desk.put("sund/echo.txt", "Publisher: Echo\n\n12 people died in the Sund fire, says Echo.")
    (changed,) = [row for row in (await run(then)).stories if row.change == "changed"]
    paths = {article.path for article in report_of(desk.out, changed).articles}
    names = ("echo.txt", "gazette.txt", "herald.txt", "wire.csv#2")
    assert paths == {str(desk.root / "sund" / name) for name in names}
    assert (changed.new_articles, changed.gone_articles) == ((str(desk.root / "sund" / "echo.txt"),), ())


async def test_a_part_of_a_story_that_cannot_be_listed_is_not_gone(tmp_path: Path, close: Close) -> None:
    """The story holds the articles that are known of it, and is checked with them when another one comes."""
    desk = Desk(tmp_path).stories("Eastley")
    desk.put("eastley/more/radio.txt", "Publisher: Radio\n\n12 people died in the Eastley fire.")
    await desk.run()
    close(desk.root / "eastley" / "more")
    index = await desk.run()
    assert told(index) == {"eastley": SAME}
    desk.put("eastley/echo.txt", "Publisher: Echo\n\n12 people died in the Eastley fire, says Echo.")
    (row,) = (await desk.run()).stories
    assert (row.articles, row.gone_articles, row.new_articles) == (4, (), (str(desk.root / "eastley" / "echo.txt"),))


async def test_a_folder_of_which_nothing_is_known_is_told(tmp_path: Path, close: Close) -> None:
    """Below the root it is no story; within one the story's report lacks it, as any file that cannot be read."""
    desk = Desk(tmp_path).stories("Eastley", "Sund")
    desk.put("eastley/more/radio.txt", "12 people died in the Eastley fire.")
    more = desk.root / "eastley" / "more"
    close(desk.root / "sund", more)
    for _ in range(2):
        index = await desk.run()
        assert [file.path for file in index.unreadable] == [str(desk.root / "sund")]
        (row,) = index.stories
        assert (row.title, row.status, row.unreadable, row.reasons) == (
            "eastley",
            "incomplete",
            1,
            (f"{more}: {LISTED}",),
        )
    close()
    assert {title: status for title, (status, *_) in told(await desk.run()).items()} == {
        "eastley": "done",
        "sund": "done",
    }


async def test_by_event_articles_of_a_closed_folder_stay_in_their_stories(tmp_path: Path, close: Close) -> None:
    """Whatever makes a story: what cannot be seen is not gone."""
    desk = Desk(tmp_path).stories("Eastley", "Sund")
    before = await desk.run(group_by="event")
    close(desk.root / "sund")
    index = await desk.run(group_by="event")
    assert told(index) == {row.title: ("done", "unchanged", len(row.disputes), 0) for row in before.stories}
    assert [file.path for file in index.unreadable] == [str(desk.root / "sund")]


async def test_a_story_that_cannot_be_seen_is_not_checked_anew(tmp_path: Path, close: Close) -> None:
    """When settings have changed, it waits with what its last check found."""
    desk = Desk(tmp_path).stories("Eastley", "Sund")
    desk.put("sund/sources.csv", "name,aliases,owner\nHerald,The Herald,\n", "")
    await desk.run()
    (desk.root / "sund" / "sources.csv").rename(tmp_path / "sources.csv")  # as is_file() has it of a closed folder
    close(desk.root / "sund")
    assert told(await desk.run()) == {"eastley": SAME, "sund": ("waiting", "again", 1, 0)}
    (tmp_path / "sources.csv").rename(desk.root / "sund" / "sources.csv")
    close()
    assert told(await desk.run()) == {"eastley": SAME, "sund": SAME}


def test_a_root_that_cannot_be_listed_is_said(tmp_path: Path, close: Close) -> None:
    """Exit code 2, the folder and the remedy; what is known of it stays."""
    desk = Desk(tmp_path).stories("Eastley")
    with newsroom_thread(Manner()) as (url, _):
        places = ("--cache-dir", tmp_path / "cache", "--run-dir", tmp_path / "runs")
        command = ("batch", desk.root, "-m", "local", "--base-url", url, *places, "--quiet")
        assert invoke(*command).exit_code == 0
        close(desk.root)
        closed = invoke(*command)
        assert (closed.exit_code, closed.stderr) == (2, f"error: {desk.root}: {LISTED}\n")
        close()
        assert "no story new or changed" in invoke(*command).stdout


async def test_who_watches_waits_for_a_root_that_cannot_be_listed() -> None:
    """The rounds go on, and it is said."""
    last: Any = object()
    rounds, notes, stop = iter([RootClosed("desk: closed"), last]), list[str](), Stop()

    async def numbers() -> Any:
        yield 1
        yield 2

    async def one_round() -> Any:
        if isinstance(found := next(rounds), Exception):
            raise found
        return found

    assert await run_rounds(numbers(), one_round, stop, patient=True, note=notes.append) is last
    assert (notes, stop.resting) == (["desk: closed; waiting for files"], True)


def test_a_list_in_a_folder_that_is_closed_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking for it raises nothing."""

    def denied(path: Path) -> bool:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr(Path, "is_file", denied)
    assert known_sources.beside([tmp_path]) == ()


class Counted(dict[str, str]):
    """Knows how often it was gone through."""

    gone_through = 0

    def __iter__(self) -> Iterator[str]:
        self.gone_through += 1
        return super().__iter__()


def cannot_be_looked_at(path: str) -> ScannedFile:
    """A file or folder of which the walk could see nothing."""
    refused = RefusedFile(path=path, reason="cannot be looked at: Permission denied")
    return ScannedFile(Unseen(file=refused, failed=True), path, part_of(path, Path("desk")), "stamp")


def test_what_is_known_is_looked_through_once_however_much_cannot_be_seen() -> None:
    """Of folders that list and whose files all refuse to be looked at; each is found, beside others of like names."""
    known = Counted({f"desk/{story}/{n}.txt": "stamp" for story in ("a", "a-b", "a0") for n in range(50)})
    files = [cannot_be_looked_at(path) for path in dict(known) if "desk/a/" not in path]
    there, hidden = recalled([cannot_be_looked_at("desk/a"), *files], known, Path("desk"))
    assert known.gone_through == 1
    assert sorted(file.shown for file in there) == sorted(dict(known))
    assert all(file.recalled for file in there)
    assert (len(hidden.refused), hidden.stories) == (101, frozenset({"folder/a"}))


async def test_a_row_names_some_of_what_cannot_be_seen_and_counts_the_rest(tmp_path: Path) -> None:
    """A story whose thousands of files all refuse to be looked at is told in a few lines."""
    desk = Desk(tmp_path).stories("Eastley", "Sund")
    row, other = (await desk.run()).stories
    files = [cannot_be_looked_at(f"desk/{row.title}/{n}.txt") for n in range(1_200)]
    _, hidden = recalled(files, {file.shown: "stamp" for file in files}, Path("desk"))
    reasons = hidden.told(row).reasons
    assert reasons[:1] == (f"desk/{row.title}/0.txt: cannot be looked at: Permission denied",)
    assert reasons[5:] == ("and 1,195 more that cannot be looked at",)
    assert hidden.told(other).reasons == ()


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Names of files that cannot be opened, to be added to; nothing on the files tells when they can again."""
    names = set[str]()
    opened = os.open

    def open_(path: Any, flags: int, mode: int = 0o777, **more: Any) -> int:
        if Path(os.fsdecode(path)).name in names:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), os.fsdecode(path))
        return opened(path, flags, mode, **more)

    monkeypatch.setattr("factcheck.ingestion.walking.os.open", open_)
    return names


async def test_a_file_that_was_read_in_vain_is_read_again(tmp_path: Path, broken: set[str]) -> None:
    """While it stays as it is its story does too; once it can be read the story has it, without a flag."""
    desk = Desk(tmp_path).stories("Eastley", "Sund")
    broken.add("herald.txt")
    first = await desk.run()
    assert {row.status for row in first.stories} == {"incomplete"}
    asked = desk.asked
    still = await desk.run()
    assert {title: (status, change) for title, (status, change, *_) in told(still).items()} == {
        "eastley": ("incomplete", "unchanged"),
        "sund": ("incomplete", "unchanged"),
    }
    assert desk.asked == asked
    broken.clear()
    mended = await desk.run()
    assert {row.title: (row.status, row.articles) for row in mended.stories} == {
        "eastley": ("done", 2),
        "sund": ("done", 2),
    }


async def test_a_story_of_which_nothing_could_be_read_is_checked_once_it_can(tmp_path: Path, broken: set[str]) -> None:
    """It was failed, and needs no --retry-failed."""
    desk = Desk(tmp_path).stories("Eastley")
    broken.update({"herald.txt", "gazette.txt"})
    assert told(await desk.run())["eastley"][0] == "failed"
    broken.clear()
    assert told(await desk.run())["eastley"][0] == "done"


async def test_what_was_read_in_vain_before_stops_no_run(tmp_path: Path, broken: set[str]) -> None:
    """--max-failures counts what fails in this run; what failed long ago is read again and no more."""
    desk = Desk(tmp_path).stories("Eastley", "Sund")
    broken.add("herald.txt")
    await desk.run(group_by="none")
    index = await desk.run(group_by="none", too_many=TooMany(number=1))
    assert (index.stopped, len(index.unreadable)) == (None, 2)


async def test_metadata_that_could_not_be_opened_counts_once_it_can(tmp_path: Path, broken: set[str]) -> None:
    """Changed rights leave size and time as they are; a time of their own tells."""
    desk = Desk(tmp_path).stories("Eastley")
    said = desk.put("eastley/herald.txt.meta.json", '{"publisher": "The Evening Herald"}', "")
    broken.add(said.name)

    async def publishers() -> set[str | None]:
        (row,) = (await desk.run()).stories
        return {article.publisher for article in report_of(desk.out, row).articles}

    assert await publishers() == {"Herald", "Gazette"}
    broken.clear()
    said.chmod(0o600)
    assert await publishers() == {"The Evening Herald", "Gazette"}


RECORDS = [
    {"publisher": outlet, "text": f"{number} people died in the Eastley fire. {REST}"}
    for outlet, number in (("Herald", 12), ("Gazette", 16), ("Echo", 12))
]


async def test_a_table_whose_parser_did_not_get_to_its_end_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a machine that was too busy: the same bytes may be read another time. Until then its story stands."""
    desk = Desk(tmp_path)
    desk.put("eastley/all.jsonl", "\n".join(map(json.dumps, RECORDS)), "")
    documents = Isolation.documents

    def cut(isolation: Isolation, suffix: str, source: Source) -> Iterator[RawDocument | BadRecord]:
        yield from islice(documents(isolation, suffix, source), 2)
        raise Refused("took longer than 20 s to parse", passing=True)

    monkeypatch.setattr(parsing, "SMALL", 0)  # what is small is read whole or in vain
    with monkeypatch.context() as busy:
        busy.setattr(Isolation, "documents", cut)
        for change in ("new", "unchanged"):
            (row,) = (await desk.run()).stories
            assert (row.status, row.articles, row.change) == ("incomplete", 2, change)
    (row,) = (await desk.run()).stories
    assert (row.status, row.articles, row.change) == ("done", 3, "changed")


async def test_a_table_with_a_broken_record_is_not_read_again(tmp_path: Path) -> None:
    """It is broken until the file changes."""
    desk = Desk(tmp_path)
    desk.put("eastley/all.jsonl", "\n".join([*map(json.dumps, RECORDS[:2]), "{broken"]), "")
    for files in (1, 0):
        (row,) = (await desk.run()).stories
        assert (row.status, row.articles, row.unreadable) == ("incomplete", 2, 1)
        assert desk.watch.last is not None
        assert desk.watch.last.files == files
