"""Progress on stderr: bars on a terminal, a plain line now and then elsewhere, nothing when quiet."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from factcheck.reporting.untrusted import clean

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from factcheck.models import Stage
    from factcheck.pipeline import Progress

PLAIN_INTERVAL = 10.0
"""Seconds between two plain lines about the same stage."""


@contextmanager
def open_progress(stream: TextIO, *, quiet: bool) -> Iterator[Progress]:
    """The listener that suits `stream`; its display ends with the block."""
    if quiet:
        yield Silent()
    elif stream.isatty():
        with _bars(stream) as bars:
            yield TerminalProgress(bars)
    else:
        yield PlainProgress(stream)


class Silent:
    """Says nothing."""

    def stage(self, name: Stage, total: int, cached: int) -> None:
        """Say nothing."""

    def advance(self, name: Stage) -> None:
        """Say nothing."""

    def note(self, message: str) -> None:
        """Say nothing."""


@dataclass
class _Count:
    total: int
    cached: int
    done: int
    """The cached ones included."""
    began: float
    said: float


class PlainProgress:
    """One line when a stage begins, at most one per interval, and one when it is through; for logs and CI."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._counts: dict[str, _Count] = {}

    def stage(self, name: Stage, total: int, cached: int) -> None:
        """Say that a stage begins and how much of it is paid for."""
        now = self._clock()
        self._counts[name] = _Count(total, cached, done=cached, began=now, said=now)
        self._line(f"{name}: {total} to do{_from_cache(cached)}")

    def advance(self, name: Stage) -> None:
        """Count, and say so when it is time."""
        count = self._counts[name]
        count.done += 1
        now = self._clock()
        finished = count.done >= count.total
        if not finished and now - count.said < PLAIN_INTERVAL:
            return
        count.said = now
        line = f"{name}: {count.done}/{count.total}"
        if not finished:
            # cached units cost no time, so the pace is that of the others
            left = (count.total - count.done) * (now - count.began) / (count.done - count.cached)
            line += f", about {_duration(left)} left"
        self._line(line)

    def note(self, message: str) -> None:
        """Pass the line on."""
        self._line(clean(message))

    def _line(self, text: str) -> None:
        encoding = self._stream.encoding or "utf-8"
        self._stream.write(text.encode(encoding, "replace").decode(encoding) + "\n")
        self._stream.flush()


class TerminalProgress:
    """A bar for each stage, notes above the bars."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def stage(self, name: Stage, total: int, cached: int) -> None:
        """Open the bar of a stage."""
        words = _from_cache(cached).removeprefix(", ")
        self._tasks[name] = self._bars.add_task(name, total=total, completed=cached, cached=words)

    def advance(self, name: Stage) -> None:
        """Move the bar of a stage."""
        self._bars.advance(self._tasks[name])

    def note(self, message: str) -> None:
        """Show the line above the bars."""
        from rich.text import Text

        self._bars.console.print(Text(clean(message)))


def _from_cache(cached: int) -> str:
    return f", {cached} of them from the cache" if cached else ""


def _bars(stream: TextIO) -> Bars:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description:<12}", markup=False),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeRemainingColumn(compact=True),
        TextColumn("{task.fields[cached]}", markup=False),
        console=Console(file=stream, highlight=False, markup=False),
    )


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
