"""Progress on stderr: bars on a terminal, a plain line now and then elsewhere, nothing when quiet."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from factcheck.reporting.untrusted import clean

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from factcheck.findings import Usage
    from factcheck.models import Stage
    from factcheck.pipeline import Progress

PLAIN_INTERVAL = 10.0
"""Seconds between two plain lines about the same stage."""


@contextmanager
def open_progress(stream: TextIO, *, quiet: bool) -> Iterator[Progress]:
    """The listener that suits `stream`; its display ends with the block."""
    if quiet:
        from factcheck.pipeline import Unwatched

        yield Unwatched()
    elif redraws(stream):
        with _bars(stream) as bars:
            yield TerminalProgress(bars)
    else:
        yield PlainProgress(stream)


def redraws(stream: TextIO) -> bool:
    """Whether the stream is a terminal in which a line can be drawn again; a dumb one would show the end alone."""
    return stream.isatty() and os.environ.get("TERM", "").lower() not in ("dumb", "unknown")


@dataclass
class _Count:
    total: int
    done: int
    """The cached ones included."""
    began: float
    said: float
    worked: int = 0
    """Units done since the stage began; cached ones cost no time."""
    arrivals: int = 0

    def add(self, units: int) -> None:
        self.done += units
        self.worked += units
        self.arrivals += 1

    def left(self, now: float) -> str:
        """The time left in words, by the pace of all units since the stage began.

        Nothing before the second arrival: units arrive in batches and the first one says little about the pace.
        """
        if self.arrivals < 2 or self.done >= self.total:
            return ""
        return f"about {_duration((self.total - self.done) * (now - self.began) / self.worked)} left"


class PlainProgress:
    """One line when a stage begins, at most one per interval, and one when it is through; for logs and CI."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._counts: dict[str, _Count] = {}
        self._spend = ""

    def stage(self, name: Stage, total: int, cached: int) -> None:
        """Say that a stage begins and how much of it is paid for."""
        now = self._clock()
        self._counts[name] = _Count(total, done=cached, began=now, said=now)
        self._line(f"{name}: {total:,} to do{_from_cache(cached)}")

    def advance(self, name: Stage, units: int = 1) -> None:
        """Count, and say so with the time left and the spend when it is time."""
        count = self._counts[name]
        count.add(units)
        now = self._clock()
        if count.done < count.total and now - count.said < PLAIN_INTERVAL:
            return
        count.said = now
        parts = (f"{name}: {count.done:,}/{count.total:,}", count.left(now), self._spend)
        self._line(", ".join(part for part in parts if part))

    def spent(self, usage: Usage) -> None:
        """Remember the spend for the next line."""
        self._spend = _spend(usage)

    def note(self, message: str) -> None:
        """Pass the line on."""
        self._line(clean(message))

    def _line(self, text: str) -> None:
        encoding = self._stream.encoding or "utf-8"
        self._stream.write(text.encode(encoding, "replace").decode(encoding) + "\n")
        self._stream.flush()


class TerminalProgress:
    """A bar for each stage, notes above the bars."""

    def __init__(self, bars: Bars, clock: Callable[[], float] = time.monotonic) -> None:
        self._bars = bars
        self._clock = clock
        self._tasks: dict[str, TaskID] = {}
        self._counts: dict[str, _Count] = {}
        self._running: Stage | None = None

    def stage(self, name: Stage, total: int, cached: int) -> None:
        """Open the bar of a stage."""
        if self._running is not None:  # the spend is the run's and stands beside its latest stage only
            self._bars.update(self._tasks[self._running], spend="")
        now = self._clock()
        words = _from_cache(cached).removeprefix(", ")
        self._counts[name] = _Count(total, done=cached, began=now, said=now)
        self._tasks[name] = self._bars.add_task(name, total=total, completed=cached, cached=words, left="", spend="")
        self._running = name

    def advance(self, name: Stage, units: int = 1) -> None:
        """Move the bar of a stage."""
        self._counts[name].add(units)
        self._bars.update(self._tasks[name], advance=units, left=self._counts[name].left(self._clock()))

    def spent(self, usage: Usage) -> None:
        """Show the spend beside the running stage."""
        if self._running is not None:
            self._bars.update(self._tasks[self._running], spend=_spend(usage))

    def note(self, message: str) -> None:
        """Show the line above the bars."""
        from rich.text import Text

        self._bars.console.print(Text(clean(message)))


def _from_cache(cached: int) -> str:
    return f", {cached} of them from the cache" if cached else ""


def _bars(stream: TextIO) -> Bars:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description:<12}", markup=False),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[left]}", markup=False),
        TextColumn("{task.fields[spend]}", markup=False),
        TextColumn("{task.fields[cached]}", markup=False),
        console=Console(file=stream, highlight=False, markup=False),
    )


def _spend(usage: Usage) -> str:
    """`12 requests, $0.03`; without a price, the tokens."""
    if not usage.requests:
        return ""
    asked = f"{usage.requests:,} request{'' if usage.requests == 1 else 's'}"
    if usage.cost_usd is None:
        return f"{asked}, {usage.prompt_tokens + usage.completion_tokens:,} tokens"
    return f"{asked}, ${usage.cost_usd:.{2 if usage.cost_usd >= 1 else 4}f}"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    if minutes >= 60:
        return f"{minutes // 60} h {minutes % 60} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
