"""Random histories of a folder that is grouped by event: whatever happened on the way, it ends as a fresh run."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from factcheck.batch.planning import Selection
from factcheck.errors import BudgetExceeded, ModelUnavailable
from factcheck.index import BatchIndex
from factcheck.llm.base import ModelRequest
from factcheck.runs import read_report
from tests.batch.desk import Desk
from tests.batch.parted import THINGS, WORDS, moved, put, shape, teller

NAMES = ("herald", "gazette", "mercury", "echo", "post", "wire", "radio", "tribune", "bulletin")


class Folder:
    """A folder to which things happen by chance, and a model that fails, is too dear or is killed with its run."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.rng = random.Random(seed)
        self.desk = Desk(folder, self._answer)
        self.openings = self.rng.sample(list(WORDS), self.rng.randint(2, 4))
        self.facts = self.rng.choice((5, 6, 8, 12))
        self.articles = dict[str, str]()
        """Name of each article -> its opening."""
        self.down = frozenset[str]()
        self.requests = 0
        """Of one run."""
        self.budget: int | None = None
        self.killed_at = 0
        self.running: asyncio.Future[BatchIndex] | None = None
        self.asked = Counter[str]()
        """Of one run, each article that was asked for."""

    def _answer(self, request: ModelRequest[Any]) -> Mapping[str, Any]:
        self.requests += 1
        if self.running is not None and self.requests == self.killed_at:
            self.running.cancel()
        if self.budget is not None and self.requests > self.budget:
            raise BudgetExceeded("--max-calls is reached", attempts=0)
        self.asked[request.user] += request.task == "extract_claims"
        if request.task == "extract_claims" and any(name.title() in request.user for name in self.down):
            raise ModelUnavailable("503", attempts=5)
        return teller(request)

    def change(self) -> None:
        """Let an article come, be corrected or go."""
        rng, chance = self.rng, self.rng.random()
        free = [name for name in NAMES if name not in self.articles]
        if free and (chance < 0.6 or not self.articles):
            name = rng.choice(free)
            self.articles[name] = rng.choice(self.openings)
        elif chance < 0.8 or len(self.articles) == 1:
            name = rng.choice(sorted(self.articles))
        else:
            name = rng.choice(sorted(self.articles))
            del self.articles[name]
            (self.desk.root / f"{name}.txt").unlink()
            return
        told = rng.sample(range(self.facts), rng.randint(1, 5))
        facts = [f"{n + 40} {THINGS[n]} were moved at Eastley." if rng.random() < 0.2 else moved(n)[0] for n in told]
        put(self.desk, name, self.articles[name], *facts)

    async def run(self) -> None:
        """One run, of some kind."""
        rng = self.rng
        self.asked.clear()
        self.requests = 0
        self.down = frozenset(name for name in NAMES if rng.random() < 0.1)
        kind = rng.choice(("whole", "whole", "killed", "budget", "limit", "apart", "again"))
        options: dict[str, Any] = {"across_stories": kind != "apart", "retry_failed": kind == "again"}
        if kind == "limit":
            options["selection"] = Selection(limit=rng.randint(0, 2))
        self.budget = rng.randint(0, 6) if kind == "budget" else None
        self.killed_at = rng.randint(1, 8) if kind == "killed" else 0
        self.running = asyncio.ensure_future(self.desk.run(**options))
        with suppress(asyncio.CancelledError):
            self.holds(await self.running)
        self.budget, self.killed_at = None, 0
        assert max(self.asked.values(), default=0) <= 1

    def holds(self, index: BatchIndex) -> None:
        """Each article is in one row that has a report at most, and none is missing unless the run was cut short."""
        if index.stopped is None:
            assert index.totals.articles == len(self.articles)
        told = [
            article.path
            for row in index.stories
            if row.report is not None and row.status in ("done", "incomplete")
            for article in read_report(self.desk.out / row.report).articles
        ]
        assert len(told) == len(set(told))


@pytest.mark.parametrize("seed", [*range(6), 17, 34])
async def test_any_history_ends_as_a_fresh_run(tmp_path: Path, seed: int) -> None:
    """Articles come, change and go; runs fail, are killed, are bounded or leave the comparison out. In the end there
    are the stories, disputes and reasons of a run that knows nothing but the answers, and one more run asks nothing,
    changes nothing and has no news. In 17 and 34 a part grows inside its story."""
    folder = Folder(tmp_path, seed)
    desk = folder.desk
    for _ in range(folder.rng.randint(2, 4)):
        for _ in range(folder.rng.randint(1, 3)):
            folder.change()
        await folder.run()
    folder.down = frozenset()
    index = await desk.run(across_stories=True, retry_failed=True)
    folder.holds(index)
    ended, asked = shape(desk, index), desk.asked
    quiet = await desk.run(across_stories=True)
    assert shape(desk, quiet) == ended
    assert (desk.asked, quiet.totals.new, quiet.totals.changed, quiet.totals.new_disputes) == (asked, 0, 0, 0)
    assert {row.joins for row in quiet.stories} == {()}
    desk.out = tmp_path / "fresh"
    desk.out.mkdir()
    assert shape(desk, await desk.run(across_stories=True)) == ended
