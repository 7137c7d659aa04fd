"""How far a batch is, for whoever watches."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields
from typing import Protocol

from factcheck.findings import Usage
from factcheck.index import AcrossFinding, StoryRow
from factcheck.models import Stage


@dataclass
class StageCount:
    """Units of one stage over all stories so far."""

    total: int = 0
    done: int = 0
    cached: int = 0


@dataclass
class Counts:
    """The state of a batch; grows while it runs."""

    files: int = 0
    """Files that are new or changed."""
    files_read: int = 0
    unreadable: int = 0
    """Of those, what could not be read and belongs to no story."""
    pooled: int = 0
    """Articles of all stories, where all are read before the first story is begun."""
    stories: int | None = None
    """Stories of this run; None while they are still being found."""
    found: int = 0
    """Stories found so far."""
    unchanged: int = 0
    waiting: int = 0
    """Stories that this run leaves for another one."""
    done: int = 0
    """Stories with a report from this run."""
    failed: int = 0
    articles: int = 0
    """Articles of the stories found so far."""
    articles_done: int = 0
    """Of those, in stories that are done, failed or unchanged."""
    articles_run: int = 0
    """Of those, in stories that this run checked."""
    claims: int = 0
    pairs: int = 0
    """That were compared; not those that failed."""
    disputes: int = 0
    new_disputes: int = 0
    across: int = 0
    """Conflicts between stories."""
    cache_hits: int = 0
    usage: Usage = field(default_factory=Usage)
    stages: dict[Stage, StageCount] = field(default_factory=dict)
    left: dict[Stage, StageCount] = field(default_factory=dict)
    """Of those, in what waits for answers by mail and will be counted again."""

    def add(self, row: StoryRow, times: int) -> None:
        """Count what a story holds that is through; with -1 no more, because it is a part of another one now."""
        self.articles_done += times * row.articles
        self.claims += times * row.claims
        self.pairs += times * (row.pairs - row.failed_pairs)
        self.disputes += times * len(row.disputes)
        self.new_disputes += times * sum(line.new for line in row.disputes)


class BatchProgress(Protocol):
    """Who watches a batch; every method is called from the thread that runs it, as often as something changes."""

    def update(self, counts: Counts) -> None:
        """The counts have changed; the object is the same each time."""

    def story(self, row: StoryRow, counts: Counts) -> None:
        """A story is through: done, incomplete or failed."""

    def across(self, findings: Sequence[AcrossFinding], counts: Counts) -> None:
        """All stories are through, and this is what they say about each other."""

    def note(self, message: str) -> None:
        """Something to tell the user."""


class UnwatchedBatch:
    """A BatchProgress that tells nobody."""

    def update(self, counts: Counts) -> None:
        """Nothing."""

    def story(self, row: StoryRow, counts: Counts) -> None:
        """Nothing."""

    def across(self, findings: Sequence[AcrossFinding], counts: Counts) -> None:
        """Nothing."""

    def note(self, message: str) -> None:
        """Nothing."""


class Unbroken:
    """Passes everything on to a BatchProgress, whose stream may break: a story is worth more than the line about it.

    It is told from amid the work, where an OSError of its own would count as one of the story.
    """

    def __init__(self, watch: BatchProgress) -> None:
        self._watch = watch

    def update(self, counts: Counts) -> None:
        """Pass it on, or drop it."""
        with suppress(OSError):
            self._watch.update(counts)

    def story(self, row: StoryRow, counts: Counts) -> None:
        """Pass it on, or drop it."""
        with suppress(OSError):
            self._watch.story(row, counts)

    def across(self, findings: Sequence[AcrossFinding], counts: Counts) -> None:
        """Pass it on, or drop it."""
        with suppress(OSError):
            self._watch.across(findings, counts)

    def note(self, message: str) -> None:
        """Pass it on, or drop it."""
        with suppress(OSError):
            self._watch.note(message)


class WholeRun:
    """Passes everything on to a BatchProgress, with the counts of all rounds of a run that waits for its mail.

    A story that an earlier round was through with is one of this run; and what a later round finds in the cache came by
    mail, so that only what the first one found there was there before.
    """

    def __init__(self, watch: BatchProgress) -> None:
        self._watch = watch
        self._whole, self._round = Counts(), Counts()
        self._first: Counts | None = None
        self._earlier = Counts()
        """What the rounds before this one are through with."""

    def update(self, counts: Counts) -> None:
        """Pass it on."""
        self._watch.update(self._added(counts))

    def story(self, row: StoryRow, counts: Counts) -> None:
        """Pass it on."""
        self._watch.story(row, self._added(counts))

    def across(self, findings: Sequence[AcrossFinding], counts: Counts) -> None:
        """Pass it on."""
        self._watch.across(findings, self._added(counts))

    def note(self, message: str) -> None:
        """Pass it on."""
        self._watch.note(message)

    def _added(self, counts: Counts) -> Counts:
        if counts is not self._round:
            for name in _OF_ROUNDS:
                setattr(self._earlier, name, getattr(self._earlier, name) + getattr(self._round, name))
            _add_stages(self._earlier.stages, self._round.stages, 1)
            _add_stages(self._earlier.stages, self._round.left, -1)
            self._round, self._first = counts, self._first or counts
        whole, earlier = self._whole, self._earlier
        for each in fields(Counts):
            setattr(whole, each.name, getattr(counts, each.name))
        whole.files, whole.files_read = counts.files + earlier.files, counts.files_read + earlier.files_read
        whole.articles_run = counts.articles_run + earlier.articles_run
        done = min(earlier.done, counts.unchanged)
        failed = min(earlier.failed, counts.unchanged - done)
        whole.done, whole.failed = counts.done + done, counts.failed + failed
        whole.unchanged = counts.unchanged - done - failed
        whole.stages = dict[Stage, StageCount]()
        _add_stages(whole.stages, earlier.stages, 1)
        _add_stages(whole.stages, counts.stages, 1)
        first = self._first or counts
        whole.cache_hits = first.cache_hits
        for stage, count in whole.stages.items():
            count.cached = first.stages[stage].cached if stage in first.stages else 0
        return whole


_OF_ROUNDS = ("files", "files_read", "done", "failed", "articles_run")
"""Counts of what a round did, and no later one does again."""


def _add_stages(to: dict[Stage, StageCount], more: Mapping[Stage, StageCount], times: int) -> None:
    for name, stage in more.items():
        together = to.setdefault(name, StageCount())
        together.total += times * stage.total
        together.done += times * stage.done


class StoryWatch:
    """The `Progress` of one story, added to the counts of its batch; `usage` is that of the run so far.

    `again` says that its parts were through before, so that what is in the cache was counted with them.
    """

    def __init__(
        self, counts: Counts, watch: BatchProgress, usage: Callable[[], Usage], *, again: bool = False
    ) -> None:
        self._counts = counts
        self._watch = watch
        self._usage = usage
        self._again = again
        self._own = dict[Stage, StageCount]()

    def leave(self) -> None:
        """Say that all of it waits for answers by mail, and will be counted again."""
        _add_stages(self._counts.left, self._own, 1)

    def stage(self, name: Stage, total: int, cached: int) -> None:
        """Add the units of a stage."""
        if self._again:
            total, cached = total - cached, 0
        stage = self._counts.stages.setdefault(name, StageCount())
        stage.total += total
        stage.done += cached
        stage.cached += cached
        self._counts.cache_hits += cached
        _add_stages(self._own, {name: StageCount(total, cached)}, 1)
        self._watch.update(self._counts)

    def advance(self, name: Stage, units: int = 1) -> None:
        """Add what is done."""
        self._counts.stages.setdefault(name, StageCount()).done += units
        _add_stages(self._own, {name: StageCount(0, units)}, 1)
        self._counts.usage = self._usage()
        self._watch.update(self._counts)

    def spent(self, usage: Usage) -> None:
        """Nothing: what one story spends is counted with all others."""

    def note(self, message: str) -> None:
        """Nothing: the cost of one story's next stage is no news among a thousand stories."""
