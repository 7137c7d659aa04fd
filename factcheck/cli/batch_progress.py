"""What a batch says on stderr while it runs: bars on a terminal, plain lines in logs, JSON lines for programs."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, TextIO

from factcheck.cli.progress import _duration as duration
from factcheck.cli.progress import _spend as spend
from factcheck.reporting.untrusted import clean

if TYPE_CHECKING:
    from rich.progress import Progress as Bars

    from factcheck.batch.counting import BatchProgress, Counts
    from factcheck.index import StoryRow

ProgressKind = Literal["auto", "plain", "jsonl", "none"]
PLAIN_INTERVAL = 10.0
"""Seconds between two plain lines."""
DRAWN_INTERVAL = 0.1
JSON_INTERVAL = 1.0


@contextmanager
def open_batch_progress(stream: TextIO, kind: ProgressKind) -> Iterator[BatchProgress]:
    """The listener of that kind; `auto` is bars on a terminal and plain lines elsewhere."""
    if kind == "none":
        from factcheck.batch.counting import UnwatchedBatch

        yield UnwatchedBatch()
    elif kind == "jsonl":
        yield JsonBatchProgress(stream)
    elif kind == "auto" and stream.isatty():
        with _bars(stream) as bars:
            yield TerminalBatchProgress(bars)
    else:
        yield PlainBatchProgress(stream)


class _Pace:
    """Articles a minute and the time left, by the pace since the first story began."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._began = clock()

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return self._clock() - self._began

    def per_minute(self, counts: Counts) -> float | None:
        """Articles through a minute; None before the first story of this run is."""
        worked = counts.done + counts.failed
        return counts.articles_done / self.seconds * 60 if worked and self.seconds > 0 else None

    def left(self, counts: Counts) -> float | None:
        """Seconds left by the stories; None when nothing can be said yet."""
        worked = counts.done + counts.failed
        if counts.stories is None or worked < 2:
            return None
        return (counts.stories - worked - counts.unchanged) * self.seconds / worked


def _words(counts: Counts, pace: _Pace) -> str:
    """`12/40 stories, 130 articles, 1,204 claims, 3 disputes (1 new), 15 from the cache, 96 requests, $0.12, ...`."""
    whole = "" if counts.stories is None else f"/{counts.stories:,}"
    parts = [f"{counts.done + counts.failed + counts.unchanged:,}{whole} stories"]
    if counts.unchanged:
        parts.append(f"{counts.unchanged:,} unchanged")
    if counts.failed:
        parts.append(f"{counts.failed:,} failed")
    if counts.files_read < counts.files:
        parts.append(f"{counts.files_read:,}/{counts.files:,} files read")
    parts += [f"{counts.articles_done:,} articles", f"{counts.claims:,} claims", f"{counts.pairs:,} pairs"]
    parts.append(f"{counts.disputes:,} disputes" + (f" ({counts.new_disputes:,} new)" if counts.new_disputes else ""))
    if counts.cache_hits:
        parts.append(f"{counts.cache_hits:,} from the cache")
    parts.append(spend(counts.usage))
    rate, left = pace.per_minute(counts), pace.left(counts)
    parts.append(f"{rate:,.0f} articles/min" if rate else "")
    parts.append(f"about {duration(left)} left" if left else "")
    return ", ".join(part for part in parts if part)


class PlainBatchProgress:
    """A line per story with a new dispute or a failure, and one for all now and then."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._pace = _Pace(clock)
        self._said = clock()

    def update(self, counts: Counts) -> None:
        """Say how far it is when it is time."""
        now = self._clock()
        if now - self._said >= PLAIN_INTERVAL:
            self._said = now
            self._line(_words(counts, self._pace))

    def story(self, row: StoryRow, counts: Counts) -> None:
        """Say what a person would want to know at once."""
        words = _news(row)
        if words:
            self._line(words)
        if counts.stories is not None and counts.done + counts.failed + counts.unchanged == counts.stories:
            self._line(_words(counts, self._pace))

    def note(self, message: str) -> None:
        """Pass the line on."""
        self._line(message)

    def _line(self, text: str) -> None:
        encoding = self._stream.encoding or "utf-8"
        self._stream.write(clean(text).encode(encoding, "replace").decode(encoding) + "\n")
        self._stream.flush()


class JsonBatchProgress:
    """One JSON object a line: `progress` at most once a second, `story` for each, `note`; times in seconds."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._pace = _Pace(clock)
        self._said = float("-inf")

    def update(self, counts: Counts) -> None:
        """The counts, when it is time."""
        now = self._clock()
        if now - self._said >= JSON_INTERVAL:
            self._said = now
            self._write({"event": "progress", **_fields(counts, self._pace)})

    def story(self, row: StoryRow, counts: Counts) -> None:
        """The story's row, and the counts with it."""
        self._write({"event": "story", "story": row.model_dump(mode="json"), **_fields(counts, self._pace)})

    def note(self, message: str) -> None:
        """The words."""
        self._write({"event": "note", "message": message})

    def _write(self, value: dict[str, Any]) -> None:
        self._stream.write(json.dumps(value, ensure_ascii=True) + "\n")
        self._stream.flush()


def _fields(counts: Counts, pace: _Pace) -> dict[str, Any]:
    left = pace.left(counts)
    return {
        "seconds": round(pace.seconds, 3),
        "seconds_left": None if left is None else round(left, 1),
        "files": counts.files,
        "files_read": counts.files_read,
        "stories": counts.stories,
        "stories_done": counts.done,
        "stories_failed": counts.failed,
        "stories_unchanged": counts.unchanged,
        "articles": counts.articles,
        "articles_done": counts.articles_done,
        "claims": counts.claims,
        "pairs": counts.pairs,
        "disputes": counts.disputes,
        "new_disputes": counts.new_disputes,
        "cache_hits": counts.cache_hits,
        "usage": counts.usage.model_dump(mode="json"),
        "stages": {name: vars(stage) for name, stage in counts.stages.items()},
    }


class TerminalBatchProgress:
    """Bars for reading, stories and each stage; disputes and failures stand above them as they are found."""

    def __init__(self, bars: Bars, clock: Callable[[], float] = time.monotonic) -> None:
        self._bars = bars
        self._clock = clock
        self._pace = _Pace(clock)
        self._drawn = float("-inf")
        self._tasks: dict[str, Any] = {}

    def update(self, counts: Counts) -> None:
        """Move the bars, not more often than eyes see."""
        now = self._clock()
        if now - self._drawn < DRAWN_INTERVAL:
            return
        self._drawn = now
        self._draw(counts)

    def story(self, row: StoryRow, counts: Counts) -> None:
        """Show what a person would want to know at once."""
        words = _news(row)
        if words:
            self.note(words)
        self._draw(counts)

    def note(self, message: str) -> None:
        """Show the line above the bars."""
        from rich.text import Text

        self._bars.console.print(Text(clean(message)))

    def _draw(self, counts: Counts) -> None:
        if counts.files:
            self._move("reading", counts.files_read, counts.files, "")
        for name, stage in counts.stages.items():
            self._move(name, stage.done, stage.total, f"{stage.cached:,} from the cache" if stage.cached else "")
        through = counts.done + counts.failed + counts.unchanged
        self._move("stories", through, counts.stories, _words(counts, self._pace).split(", ", 1)[-1])

    def _move(self, name: str, done: int, total: int | None, words: str) -> None:
        if name not in self._tasks:
            self._tasks[name] = self._bars.add_task(name, total=total, words="")
        self._bars.update(self._tasks[name], completed=done, total=total, words=words)


def _news(row: StoryRow) -> str:
    new = [line.title for line in row.disputes if line.new]
    if row.status == "failed":
        return f"✗ {row.title}: {row.reasons[0] if row.reasons else 'failed'}"
    if new:
        more = f" (and {len(new) - 1} more)" if len(new) > 1 else ""
        return f"≠ {row.title}: {new[0]}{more}"
    return ""


def _bars(stream: TextIO) -> Bars:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    return Progress(
        TextColumn("{task.description:<12}", markup=False),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[words]}", markup=False),
        console=Console(file=stream, highlight=False, markup=False),
    )
