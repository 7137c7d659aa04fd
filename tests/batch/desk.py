"""A desk of small stories, and passes over it with a model of the tests' own."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from factcheck.batch.counting import Counts
from factcheck.batch.options import BatchOptions, new_id
from factcheck.batch.passes import Pass
from factcheck.batch.spool import Spool
from factcheck.engine.base import Stop
from factcheck.engine.local import LocalEngine
from factcheck.index import AcrossFinding, AcrossStories, BatchIndex, StoryRow
from factcheck.llm.base import ModelRequest
from factcheck.settings import CheckSettings
from tests.support.means import RUN, means_of, reader
from tests.support.scripted import DictStore, ScriptedModel

TEXTS = {"herald": "12 people died in the {} fire.", "gazette": "In {} the fire killed 16 people."}
REST = "The streets near the harbour were closed until the evening and many residents slept at the school."
"""Of every article, for a file that holds one short sentence is taken for a fragment."""
DAMAGED = b"\x00\x01\x02\xff" * 64
"""What no article can be read from."""
SETTLED = 100.0
"""Seconds by which files of the desk are made older, so that their stamps are trusted."""


class Watch:
    """Remembers what a batch tells."""

    def __init__(self) -> None:
        self.rows: list[StoryRow] = []
        self.notes: list[str] = []
        self.found: tuple[AcrossFinding, ...] = ()
        self.last: Counts | None = None

    def update(self, counts: Counts) -> None:
        """Keep the counts."""
        self.last = counts

    def story(self, row: StoryRow, counts: Counts) -> None:
        """Keep the row."""
        self.rows.append(row)
        self.last = counts

    def across(self, findings: Sequence[AcrossFinding], counts: Counts) -> None:
        """Keep the findings and the counts."""
        self.found = tuple(findings)
        self.last = counts

    def note(self, message: str) -> None:
        """Keep the words."""
        self.notes.append(message)


class Desk:
    """A root with stories, where the reports go, and one model and store for all passes."""

    def __init__(self, folder: Path, answer: Callable[[ModelRequest[Any]], Mapping[str, Any]] = reader) -> None:
        self.root = folder / "desk"
        self.out = folder / "out"
        self.root.mkdir()
        self.out.mkdir()
        self.model = ScriptedModel(answer)
        self.store = DictStore()
        self.watch = Watch()

    def put(self, path: str, text: str, rest: str = REST) -> Path:
        """Write an article that looks as if it had been there for a while."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{text.rstrip()} {rest}\n", encoding="utf-8")
        old = file.stat().st_mtime - SETTLED
        os.utime(file, (old, old))
        return file

    def stories(self, *places: str) -> Desk:
        """A folder for each place, with two articles that contradict each other."""
        for place in places:
            for outlet, text in TEXTS.items():
                self.put(f"{place.lower()}/{outlet}.txt", f"Publisher: {outlet.title()}\n\n{text.format(place)}\n")
        return self

    async def run(self, stop: Stop | None = None, **options: Any) -> BatchIndex:
        """One pass; stories are compared with each other only when `across_stories` says so."""
        options = {"across_stories": False} | options
        wish = stop or Stop()
        means = means_of(
            self.model,
            self.store,
            engine=LocalEngine(3, wish),
            stopping=lambda: wish.requested,
            estimate=lambda name, asked, tokens: f"{name} {len(asked)} {tokens}",
        )
        with Spool(self.out) as spool:
            one = Pass(self.root, BatchOptions(folder=self.out, **options), spool, self.watch, new_id())
            return await one.run(means, CheckSettings(), RUN, 3)

    @property
    def asked(self) -> int:
        """Requests so far."""
        return len(self.model.requests)


def split_story(folder: Path) -> Desk:
    """Two folders that hold reports on one fire, and one about another fire."""
    desk = Desk(folder)
    desk.put("night/herald.txt", "Publisher: Herald\n\n12 people died in the Eastley fire.")
    desk.put("night/radio.txt", "Publisher: Radio\n\n12 people were killed in the Eastley fire.")
    desk.put("morning/gazette.txt", "Publisher: Gazette\n\n16 people died in the Eastley fire.")
    desk.put("sund/echo.txt", "Publisher: Echo\n\n12 people died in the Sund fire.")
    return desk


def across(index: BatchIndex) -> AcrossStories:
    """What stories say about each other."""
    assert index.across is not None
    return index.across


def told_of(index: BatchIndex) -> tuple[int, int, tuple[str, ...], tuple[str, ...]]:
    """Disputes and new ones, what is settled and what is not known, of an index of one story."""
    (row,) = index.stories
    new = sum(line.new for line in row.disputes)
    return len(row.disputes), new, row.settled, tuple(line.title for line in row.unsettled)


def tell(desk: Desk, folder: str, place: str, tag: str = "") -> None:
    """Two articles that contradict each other about one event, in one folder."""
    for outlet, text in TEXTS.items():
        desk.put(f"{folder}/{outlet}{tag}.txt", f"Publisher: {outlet.title()}\n\n{text.format(place)}\n")
