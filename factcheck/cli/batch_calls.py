"""The calls that `batch` and `merge` make into the house."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from factcheck import api
from factcheck.batch.options import BatchOptions
from factcheck.cli.batch_progress import ProgressKind, open_batch_progress
from factcheck.cli.exits import DONE, INCOMPLETE, INTERRUPTED, NOTHING, end_with, say
from factcheck.cli.gates import IndexGate
from factcheck.cli.interrupts import typed
from factcheck.cli.output import stdout_style
from factcheck.engine.base import Stop
from factcheck.errors import FactcheckError
from factcheck.index import BatchIndex, StoryRow
from factcheck.models import Decision
from factcheck.reporting.base import Renderer, Style
from factcheck.runs.requests import in_words
from factcheck.settings import Settings

FormatName = Literal["table", "json", "html"]


@dataclass(frozen=True)
class Talk:
    """What is said where."""

    progress: ProgressKind
    format: FormatName
    """Of the index on stdout."""
    color: str
    quiet: bool
    verbose: bool = False


def run_batch(
    root: Path, settings: Settings, options: BatchOptions, talk: Talk, gate: IndexGate, stop: Stop, *, watch: bool
) -> int:
    """Run the batch and write its index to stdout; the exit code. A rule of `gate` weighs more than gaps.

    Raises what the public face raises.
    """
    api.preflight(settings)
    style = stdout_style(talk.color, settings.lang)
    options = replace(options, command=typed(), style=Style(lang=settings.lang))
    written = options.folder / "index.html"
    before = _stamp(written)
    try:
        with open_batch_progress(sys.stderr, "none" if talk.quiet else talk.progress) as listener:
            traced = (lambda trace: listener.note(in_words(trace))) if talk.verbose else None
            index = api.batch(root, settings, options, listener, watch=watch, stop=stop, listener=traced)
    except Exception:
        if _stamp(written) != before:
            _show_unfinished(written, talk, style)
        raise
    finally:  # an index is written whatever ends the run, once it has begun
        if _stamp(written) != before:
            end_with(index=str(written))
    return _told(index, written, talk, style, gate, stop)


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def _told(index: BatchIndex, written: Path, talk: Talk, style: Style, gate: IndexGate, stop: Stop | None = None) -> int:
    """The index on stdout, and on stderr how it ended; the exit code, also when a `stop` found nothing under way."""
    _show(index, written, talk, style)
    quiet = _is_quiet(talk)
    complete = completeness(index, quiet=quiet)
    if stop is not None and stop.requested and not stop.at_rest:
        return INTERRUPTED
    if stop is not None and stop.at_rest and not talk.quiet:
        say("the watch has ended; all is complete" if complete == DONE else "the watch has ended")
    return gate.code(index) or complete


def _show(index: BatchIndex, written: Path, talk: Talk, style: Style) -> None:
    end_with(stopped=index.stopped)
    if not index.earlier:
        end_with(index=str(written), totals=index.totals.model_dump())
    sys.stdout.write(_text(index, talk.format, style))
    sys.stdout.flush()
    if not _is_quiet(talk):
        say(f"{written} is as an earlier run wrote it" if index.earlier else f"wrote {written}")


def _show_unfinished(written: Path, talk: Talk, style: Style) -> None:
    """The index that an error left behind, when it tells of the error; one that cannot be had adds nothing to it."""
    from factcheck.batch.merging import read_index

    with suppress(FactcheckError, OSError):
        index = read_index(written.parent)
        if index.stopped is not None:
            _show(index, written, talk, style)


def _is_quiet(talk: Talk) -> bool:
    return talk.quiet or talk.progress == "jsonl"


@dataclass(frozen=True)
class Comparison:
    """What the stories of shards are compared with once they are put together."""

    settings: Settings
    decisions: Sequence[Decision]
    stop: Stop


def run_merge(
    folders: Sequence[Path], into: Path, talk: Talk, style: Style, gate: IndexGate, comparison: Comparison | None = None
) -> int:
    """Merge shards and write the index to stdout; the exit code. Raises what the public face raises."""
    if comparison is not None:
        api.preflight(comparison.settings)
    index = api.merge(folders, into, style.lang, to_compare=comparison is not None)
    if comparison is not None:
        index = _compared(index, into, talk, comparison)
    return _told(index, into / "index.html", talk, style, gate, comparison.stop if comparison is not None else None)


def _compared(index: BatchIndex, into: Path, talk: Talk, comparison: Comparison) -> BatchIndex:
    from factcheck.batch.between_shards import Later

    later = Later(into, tuple(comparison.decisions), Style(lang=comparison.settings.lang))
    with open_batch_progress(sys.stderr, "none" if talk.quiet else talk.progress) as listener:
        traced = (lambda trace: listener.note(in_words(trace))) if talk.verbose else None
        return api.compare_shards(index, later, comparison.settings, listener, comparison.stop, traced)


def completeness(index: BatchIndex, *, quiet: bool) -> int:
    """Whatever failed, was stopped or could not be read makes a batch incomplete; what was not chosen does not.

    Where a rule left out every file there was nothing to check.
    """
    t = index.totals
    lost = t.failed + t.incomplete + len(index.unreadable)
    between = index.across is not None and index.across.status == "incomplete"
    if index.stopped is None and not lost and not between:
        if t.stories or not index.skipped or index.removed:
            return DONE
        if not quiet:
            say("nothing to check: every file was left out; the index says why")
        return NOTHING
    if not quiet:
        say(f"stopped: {index.stopped}" if index.stopped else f"incomplete: {_lacking(index, between=between)}")
    return INCOMPLETE


def _lacking(index: BatchIndex, *, between: bool) -> str:
    """`1 story failed, 6 stories incomplete, pairs between stories failed; the index says which`, and what helps."""
    t, files = index.totals, len(index.unreadable)
    parts = [f"{t.failed:,} {_noun(t.failed, 'story', 'stories')} failed"] if t.failed else []
    parts += [f"{t.incomplete:,} {_noun(t.incomplete, 'story', 'stories')} incomplete"] if t.incomplete else []
    parts += [f"{files:,} {_noun(files, 'file', 'files')} not read"] if files else []
    parts += ["pairs between stories failed"] if between else []
    told = f"{', '.join(parts)}; the index says which"
    merged = bool(index.shards)  # shards are run again one by one
    asked = between or any(_may_be_asked(row) for row in index.stories)
    return told if merged or not asked else f"{told}; --retry-failed asks again"


def _may_be_asked(row: StoryRow) -> bool:
    """Whether the model may have another answer about what is lacking; a file that cannot be read stays one."""
    failed = row.status == "failed" and not row.unreadable
    return bool(failed or row.failed_articles or row.failed_pairs)


def _noun(number: int, one: str, more: str) -> str:
    return one if number == 1 else more


def _text(index: BatchIndex, name: FormatName, style: Style) -> str:
    from factcheck.reporting.batch_index import IndexPage, IndexTable  # at the end, for no request waits for it
    from factcheck.reporting.json_document import JsonDocument

    formats: dict[str, Renderer[BatchIndex]] = {"table": IndexTable(), "json": JsonDocument(), "html": IndexPage()}
    return formats[name].render(index, style)
