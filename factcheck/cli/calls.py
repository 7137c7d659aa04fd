"""The calls that `check` and `extract` make into the house."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from factcheck import api
from factcheck.cli.exits import DONE, INCOMPLETE, INTERRUPTED, NOTHING, say
from factcheck.cli.gates import Gate
from factcheck.cli.interrupts import typed
from factcheck.cli.output import Outputs
from factcheck.cli.progress import open_progress
from factcheck.engine.base import Stop
from factcheck.findings import ExtractionReport, Report
from factcheck.ingestion.parsing import ReadOptions
from factcheck.llm.traces import Listener, Trace
from factcheck.models import Decision, RefusedFile
from factcheck.pipeline import Input, Progress
from factcheck.reporting.base import Style
from factcheck.reporting.sentences import told_in
from factcheck.reporting.words.catalogue import words_in
from factcheck.runs.folder import RunFolder
from factcheck.runs.requests import in_words
from factcheck.settings import Settings

ENDED = frozenset({"BudgetExceeded", "EndpointError"})
"""Kinds of failures after which nothing further was asked; what they say is said once, whatever it took along."""


@dataclass(frozen=True)
class Talk:
    """How much is said on stderr, and how the user breaks in."""

    quiet: bool
    verbose: bool
    stop: Stop = field(default_factory=Stop)
    """Requested by the user in the middle of a run."""


def check(
    paths: Sequence[Path],
    reading: ReadOptions,
    settings: Settings,
    outputs: Outputs[Report],
    talk: Talk,
    gate: Gate,
    decisions: tuple[Decision, ...] = (),
) -> int:
    """Check `paths` and write the report; the exit code. A rule of `gate` weighs more than gaps.

    Raises what the public face raises.
    """
    api.preflight(settings)
    api.prepare(settings)
    found = api.read(paths, reading).model_copy(update={"decisions": decisions})
    if not found.articles:
        return _nothing(paths, found.skipped, found.unreadable)
    # A replay is over in seconds and says the same again: its page is drawn when somebody asks for it.
    replay = settings.cassette is not None and settings.cassette.exists()
    with ExitStack() as stack:
        folder = api.open_run(paths, found, settings, typed())
        if folder is not None:
            stack.enter_context(folder)
        with open_progress(sys.stderr, quiet=talk.quiet) as progress:
            progress.note(_read(found))
            if folder is not None and folder.continued:
                progress.note(f"goes on with the run in {folder.path}")
            report = api.check(found, settings, progress, _listener(folder, progress, talk), talk.stop)
        if folder is not None:
            _keep(report, folder, Style(lang=outputs.style.lang), talk, page=not replay)
    written = outputs.write(report)
    if not talk.quiet:
        for path in written:
            say(f"wrote {path}")
        if outputs.stdout is None:
            say(told_in(report, words_in(outputs.style.lang)).summary.headline)
    complete = _completeness(report, talk)
    return complete if report.partial else gate.code(report) or complete


def _listener(folder: RunFolder | None, progress: Progress, talk: Talk) -> Listener:
    """What is done with the trace of each request: a line in the run folder, and with -v a short one on stderr."""

    def listen(trace: Trace) -> None:
        if folder is not None:
            folder.record(trace)
        if talk.verbose:
            progress.note(in_words(trace))

    return listen


def _keep(report: Report, folder: RunFolder, style: Style, talk: Talk, *, page: bool) -> None:
    """Fill the run folder; a disk that is full now costs the folder, not the report."""
    try:
        folder.finish(report, style, page=page)
    except OSError as error:
        say(f"the run folder {folder.path} is not complete: {error.strerror or error}")
    else:
        if not talk.quiet:
            say(f"run: {folder.path}")


def extract(
    paths: Sequence[Path], reading: ReadOptions, settings: Settings, outputs: Outputs[ExtractionReport], talk: Talk
) -> int:
    """Extract the claims of `paths` and write them; the exit code. Raises what the public face raises."""
    api.preflight(settings)
    api.prepare(settings)
    found = api.read(paths, reading)
    if not found.articles:
        return _nothing(paths, found.skipped, found.unreadable)
    with open_progress(sys.stderr, quiet=talk.quiet) as progress:
        progress.note(_read(found))
        report = api.extract(found, settings, progress, _listener(None, progress, talk), talk.stop)
    for path in outputs.write(report):
        if not talk.quiet:
            say(f"wrote {path}")
    return _completeness(report, talk)


def _read(found: Input) -> str:
    """`read 6 articles; 3 files skipped, 1 could not be read`."""
    w = words_in("en")  # what the command line says to its user is English; the report has the reader's language
    rest = [f"{w('count.files', len(found.skipped))} skipped"] if found.skipped else []
    rest += [f"{len(found.unreadable):,} could not be read"] if found.unreadable else []
    return f"read {w('count.articles', len(found.articles))}" + ("; " + ", ".join(rest) if rest else "")


def _nothing(paths: Sequence[Path], skipped: Sequence[RefusedFile], unreadable: Sequence[RefusedFile]) -> int:
    for refused in (*skipped, *unreadable):
        say(f"{refused.path}: {refused.reason}")
    say(f"nothing to check: no article in {', '.join(map(str, paths))}")
    return NOTHING


def _completeness(report: Report | ExtractionReport, talk: Talk) -> int:
    """Failed and unreadable inputs make a run incomplete; files skipped on purpose do not."""
    if talk.verbose:
        for failure in report.failures:
            say(f"failed: {failure.stage} of {failure.subject}: {failure.kind}: {failure.message}")
        for refused in (*report.skipped, *report.unreadable):
            say(f"not read: {refused.path}: {refused.reason}")
    if report.partial:
        return INTERRUPTED
    lost = len(report.failures) + len(report.unreadable)
    if not lost:
        return DONE
    ended = next((failure for failure in report.failures if failure.kind in ENDED), None)
    if ended is not None:
        say(f"stopped: {ended.message}")
    say(f"incomplete: {lost} failed; the report says which")
    return INCOMPLETE
