"""How far a batch is, for whoever watches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
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

    def stage(self, name: Stage, total: int, cached: int) -> None:
        """Add the units of a stage."""
        if self._again:
            total, cached = total - cached, 0
        stage = self._counts.stages.setdefault(name, StageCount())
        stage.total += total
        stage.done += cached
        stage.cached += cached
        self._counts.cache_hits += cached
        self._watch.update(self._counts)

    def advance(self, name: Stage, units: int = 1) -> None:
        """Add what is done."""
        self._counts.stages.setdefault(name, StageCount()).done += units
        self._counts.usage = self._usage()
        self._watch.update(self._counts)

    def spent(self, usage: Usage) -> None:
        """Nothing: what one story spends is counted with all others."""

    def note(self, message: str) -> None:
        """Nothing: the cost of one story's next stage is no news among a thousand stories."""
