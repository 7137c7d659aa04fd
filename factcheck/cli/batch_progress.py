"""What a batch says on stderr while it runs: bars on a terminal, plain lines in logs, JSON lines for programs."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, TextIO

from factcheck.cli.progress import _duration as duration
from factcheck.cli.progress import _spend as spend
from factcheck.cli.progress import redraws
from factcheck.reporting.untrusted import clean

if TYPE_CHECKING:
    from factcheck.batch.counting import BatchProgress, Counts
    from factcheck.cli.batch_bars import BatchBars
    from factcheck.index import AcrossFinding, StoryRow

ProgressKind = Literal["auto", "plain", "jsonl", "none"]
PLAIN_INTERVAL = 10.0
"""Seconds between two plain lines."""
DRAWN_INTERVAL = 0.1
JSON_INTERVAL = 1.0
SIGNS = "≠✗"
"""What a line about a dispute or a failure begins with."""
CLASHES_TOLD = 10
"""Conflicts between stories that are told one by one."""
_COUNTED = ("files_read", "stories", "stories_done", "articles", "articles_done", "across", "usage", "stages")
"""Fields of a line of counts of which one changes with whatever does."""


@contextmanager
def open_batch_progress(stream: TextIO, kind: ProgressKind) -> Iterator[BatchProgress]:
    """The listener of that kind; `auto` is bars on a terminal that can redraw them and plain lines elsewhere."""
    if kind == "none":
        from factcheck.batch.counting import UnwatchedBatch

        yield UnwatchedBatch()
    elif kind == "jsonl":
        told = JsonBatchProgress(stream)
        try:
            yield told
        finally:
            told.close()
    elif kind == "auto" and redraws(stream):
        from factcheck.cli.batch_bars import BatchBars  # NOTE: brings rich

        with BatchBars(stream) as bars:
            yield TerminalBatchProgress(bars)
    else:
        yield PlainBatchProgress(stream)


class _Pace:
    """Articles a minute and the time left, by the pace since the round began."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._began = self._round_began = clock()
        self._round: Counts | None = None

    def see(self, counts: Counts) -> None:
        """Be told of the counts, first when their round begins; of a batch that is watched, each round has its own."""
        if counts is not self._round:
            self._round_began = self._began if self._round is None else self._clock()
            self._round = counts

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return self._clock() - self._began

    def per_minute(self, counts: Counts) -> float | None:
        """Articles that this round checked, a minute; None before its first story is through."""
        seconds = self._of_round(counts)
        return counts.articles_run / seconds * 60 if counts.articles_run and seconds > 0 else None

    def left(self, counts: Counts) -> float | None:
        """Seconds left by the stories; None when nothing can be said yet."""
        worked = counts.done + counts.failed
        if counts.stories is None or worked < 2:
            return None
        return max(0, counts.stories - _through(counts)) * self._of_round(counts) / worked

    def _of_round(self, counts: Counts) -> float:
        """Seconds since the round began."""
        self.see(counts)
        return self._clock() - self._round_began


def _through(counts: Counts) -> int:
    """Stories of which nothing more is to come in this run."""
    return counts.done + counts.failed + counts.unchanged + counts.waiting


def _found(counts: Counts) -> list[str]:
    """`130 articles`, `1,204 claims`, `3 disputes (1 new)`: what the stories that are through hold, once any is."""
    if not counts.articles_done:
        return []
    new = f" ({counts.new_disputes:,} new)" if counts.new_disputes else ""
    parts = [_count(counts.articles_done, "article"), _count(counts.claims, "claim"), _count(counts.pairs, "pair")]
    parts.append(_count(counts.disputes, "dispute") + new)
    return [*parts, f"{counts.across:,} between stories"] if counts.across else parts


def _effort(counts: Counts, pace: _Pace) -> list[str]:
    """`15 from the cache`, `96 requests, $0.12`, `98 articles/min`: what it takes."""
    rate = pace.per_minute(counts)
    parts = [f"{counts.cache_hits:,} from the cache" if counts.cache_hits else "", spend(counts.usage)]
    return [part for part in (*parts, f"{rate:,.0f} articles/min" if rate else "") if part]


def _states(counts: Counts) -> list[str]:
    """`3 unchanged`, `1 failed`: how stories came out, but for those that were checked and are done."""
    states = (("unchanged", counts.unchanged), ("failed", counts.failed), ("left for later", counts.waiting))
    return [f"{number:,} {state}" for state, number in states if number]


def _left(counts: Counts, pace: _Pace) -> str:
    left = pace.left(counts)
    return f"about {duration(left)} left" if left else ""


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _words(counts: Counts, pace: _Pace) -> str:
    """`12/40 stories, 130 articles, 1,204 claims, 3 disputes (1 new), 15 from the cache, 96 requests, $0.12, ...`."""
    whole = "" if counts.stories is None else f"/{counts.stories:,}"
    stories = f"{_through(counts):,}{whole} stories" if _through(counts) or counts.stories is not None else ""
    parts = [stories, *_states(counts)]
    if 0 < counts.files_read < counts.files:
        parts.append(f"{counts.files_read:,}/{counts.files:,} files read")
    parts += [*_found(counts), *_effort(counts, pace), _left(counts, pace)]
    return ", ".join(part for part in parts if part)


class PlainBatchProgress:
    """A line per story with a new dispute or a failure, and one for all now and then."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._pace = _Pace(clock)
        self._said = clock()

    def update(self, counts: Counts) -> None:
        """Say how far it is when it is time and there is something to say."""
        self._pace.see(counts)
        now = self._clock()
        if now - self._said >= PLAIN_INTERVAL and (words := _words(counts, self._pace)):
            self._said = now
            self._line(words)

    def story(self, row: StoryRow, counts: Counts) -> None:
        """Say what a person would want to know at once."""
        words = _news(row)
        if words:
            self._line(words)
        if counts.stories is not None and _through(counts) == counts.stories:
            self._line(_words(counts, self._pace))

    def across(self, findings: Sequence[AcrossFinding], counts: Counts) -> None:
        """Say which stories contradict each other, when that is new."""
        for line in _clashes(findings):
            self._line(line)
        if counts.across:
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
        self._counts: Counts | None = None
        self._written: dict[str, Any] = {}

    def close(self) -> None:
        """The last counts, if no line had them yet."""
        if self._counts is not None and _lasting(_fields(self._counts, self._pace)) != _lasting(self._written):
            self._write({"event": "progress", **_fields(self._counts, self._pace)})

    def update(self, counts: Counts) -> None:
        """The counts, when it is time."""
        self._counts = counts
        self._pace.see(counts)
        now = self._clock()
        if now - self._said >= JSON_INTERVAL:
            self._said = now
            self._write({"event": "progress", **_fields(counts, self._pace)})

    def story(self, row: StoryRow, counts: Counts) -> None:
        """The story's row, and the counts with it."""
        self._counts = counts
        self._write({"event": "story", "story": row.model_dump(mode="json"), **_fields(counts, self._pace)})

    def across(self, findings: Sequence[AcrossFinding], counts: Counts) -> None:
        """What stories say about each other, and the counts with it."""
        self._counts = counts
        told = [finding.model_dump(mode="json") for finding in findings]
        self._write({"event": "across", "findings": told, **_fields(counts, self._pace)})

    def note(self, message: str) -> None:
        """The words."""
        self._write({"event": "note", "message": message})

    def _write(self, value: dict[str, Any]) -> None:
        self._written = value if "stages" in value else self._written
        self._stream.write(json.dumps(value, ensure_ascii=True) + "\n")
        self._stream.flush()


def _lasting(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Those that do not change by time alone, without what else is on the line."""
    return {name: fields.get(name) for name in _COUNTED}


def _fields(counts: Counts, pace: _Pace) -> dict[str, Any]:
    left, rate = pace.left(counts), pace.per_minute(counts)
    return {
        "seconds": round(pace.seconds, 3),
        "seconds_left": None if left is None else round(left, 1),
        "articles_a_minute": None if rate is None else round(rate, 1),
        "files": counts.files,
        "files_read": counts.files_read,
        "stories": counts.stories,
        "stories_done": counts.done,
        "stories_failed": counts.failed,
        "stories_unchanged": counts.unchanged,
        "stories_waiting": counts.waiting,
        "articles": counts.articles,
        "articles_done": counts.articles_done,
        "claims": counts.claims,
        "pairs": counts.pairs,
        "disputes": counts.disputes,
        "new_disputes": counts.new_disputes,
        "across": counts.across,
        "cache_hits": counts.cache_hits,
        "usage": counts.usage.model_dump(mode="json"),
        "stages": {name: vars(stage) for name, stage in counts.stages.items()},
    }


class TerminalBatchProgress:
    """Bars for reading, stories and stages, what was found below; disputes and failures above, as they come."""

    def __init__(self, bars: BatchBars, clock: Callable[[], float] = time.monotonic) -> None:
        self._bars = bars
        self._clock = clock
        self._pace = _Pace(clock)
        self._drawn = float("-inf")
        self._tasks: dict[str, Any] = {}

    def update(self, counts: Counts) -> None:
        """Move the bars, not more often than eyes see."""
        self._pace.see(counts)
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

    def across(self, findings: Sequence[AcrossFinding], counts: Counts) -> None:
        """Show which stories contradict each other, when that is new."""
        for line in _clashes(findings):
            self.note(line)
        self._draw(counts)

    def note(self, message: str) -> None:
        """Show the line above the bars."""
        from rich.text import Text

        from factcheck.reporting.terminal import RED

        told = Text(clean(message))
        if message[:1] in SIGNS:
            told.stylize(RED, 0, 1)
        self._bars.console.print(told)

    def _draw(self, counts: Counts) -> None:
        bars: dict[str, tuple[int, int | None, str]] = {}
        if counts.files:
            bars["reading"] = counts.files_read, counts.files, "files"
        if counts.files or counts.stories is not None:  # none, where only those of shards are compared
            bars["stories"] = _through(counts), counts.stories, ""
        for name, stage in counts.stages.items():
            if stage.total:
                bars[name] = stage.done, stage.total, f"{stage.cached:,} from the cache" if stage.cached else ""
        for last in self._tasks.keys() - bars.keys():  # of the round before
            self._bars.remove_task(self._tasks.pop(last))
        for what, bar in bars.items():
            self._move(what, *bar)
        left = _left(counts, self._pace)
        effort = [*_effort(counts, self._pace), *([left] if left else [])]
        self._bars.told = (_found(counts), [*_states(counts), *effort])

    def _move(self, name: str, done: int, total: int | None, words: str) -> None:
        if name not in self._tasks:
            self._tasks[name] = self._bars.add_task(name, total=total, words="", counted="")
        counted = f"{done:,}/{'?' if total is None else f'{total:,}'}"
        self._bars.update(self._tasks[name], completed=done, total=total, words=words, counted=counted)


def _news(row: StoryRow) -> str:
    new = [line.title for line in row.disputes if line.new]
    if row.status == "failed":
        return f"✗ {row.title}: {row.reasons[0] if row.reasons else 'failed'}"
    if new:
        more = f" (and {len(new) - 1} more)" if len(new) > 1 else ""
        return f"≠ {row.title} — {new[0]}{more}"
    return ""


def _clashes(findings: Sequence[AcrossFinding]) -> list[str]:
    """A line for each new conflict between stories; beyond CLASHES_TOLD only how many more."""
    new = [found for found in findings if found.relation == "contradicts" and found.new]
    lines = [
        f"≠ {found.sides[0].title} / {found.sides[1].title} — {found.question or found.sides[0].text}"
        for found in new[:CLASHES_TOLD]
    ]
    return [*lines, f"≠ and {len(new) - CLASHES_TOLD:,} more between stories"] if len(new) > CLASHES_TOLD else lines
