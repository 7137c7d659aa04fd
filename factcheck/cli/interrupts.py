"""Ctrl-C, SIGTERM, SIGHUP: the first lets what is under way end, the second leaves at once; what is said of either."""

from __future__ import annotations

import re
import shlex
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from types import FrameType
from typing import TYPE_CHECKING

import typer

from factcheck.cli.exits import INTERRUPTED, say

if TYPE_CHECKING:  # for the types only: --help imports nothing heavy
    from factcheck.engine.base import Stop
    from factcheck.settings import Settings

KEPT = "What was paid for is kept in the cache: the same command resumes and pays for nothing twice:"
LOST = "The cache could not take all that was paid for: the same command resumes, and pays again for what is missing:"
NOT_KEPT = "The cache was off, so the same command {again}."
REPLAYED = "It was a replay, for which nothing is paid; the same command {again}."
RECORDING = "Nothing was recorded yet; the same command {again}."
WHOLE = "starts from the beginning"
BY_STORY = "starts over with the stories that are not through; the others keep their reports"
"""Fill the three above."""
RECORDED = "What was recorded is kept in {partial}: the same command goes on with it and pays for nothing twice:"
_LOGIN = re.compile(r"(?<=:)//[^/@\s]*@")
_IN_QUERY = re.compile(r"([?&][\w-]*(?:key|token|secret|sig|auth|passw|credential)[\w-]*=)[^&#\s]+", re.IGNORECASE)


@contextmanager
def interruptible(settings: Settings, *, gently: bool = True, by_story: bool = False) -> Iterator[Stop]:
    """A stop that the first Ctrl-C requests once a run listens; before that, and the second time, leave at once.

    With `gently` off every Ctrl-C leaves at once, in the way that the event loop has for it.
    Either way the words say what becomes of the answers that a run with `settings` has paid for; `by_story` says that
    it leaves a report of each story that is through.
    """
    from factcheck.engine.base import Stop

    stop = Stop()
    replayed = settings.cassette is not None and settings.cassette.exists()
    again = BY_STORY if by_story else WHOLE
    try:
        with _asked_by_signal(stop) if gently else nullcontext():
            yield stop
    except KeyboardInterrupt:
        say(f"\ninterrupted. {_kept(settings, stop, replayed, again)}")
        raise typer.Exit(INTERRUPTED) from None
    except typer.Exit as done:
        if done.exit_code == INTERRUPTED:
            say(f"interrupted. {_kept(settings, stop, replayed, again)}")
        raise


def typed() -> tuple[str, ...]:
    """What stood on the command line, without the login or the key that an address may carry."""
    return tuple(_IN_QUERY.sub(r"\1...", _LOGIN.sub("//", word)) for word in sys.argv[1:])


@contextmanager
def _asked_by_signal(stop: Stop) -> Iterator[None]:
    """Turn SIGINT into the wish to stop; SIGTERM and SIGHUP are sent on to whatever handles SIGINT."""

    def ask(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 -- the signature of a handler
        if stop.heard and not stop.urgent:
            stop.request()
        else:
            raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.default_int_handler:  # the caller's own, or switched off
        yield
        return
    signal.signal(signal.SIGINT, ask)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _kept(settings: Settings, stop: Stop, replayed: bool, again: str) -> str:
    tape, command = settings.cassette, shlex.join(("factcheck", *typed()))
    if tape is None:
        told = LOST if stop.answers_lost else KEPT
        return f"{told}\n  {command}" if settings.keeps_answers else NOT_KEPT.format(again=again)
    partial = tape.with_name(tape.name + ".partial")
    if replayed:
        return REPLAYED.format(again=again)
    if not partial.exists():
        return RECORDING.format(again=again)
    return f"{RECORDED.format(partial=partial)}\n  {command}"
