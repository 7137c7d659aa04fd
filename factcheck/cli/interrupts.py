"""Ctrl-C, SIGTERM, SIGHUP: the first lets what is under way end, the second leaves at once; what is said of either."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from factcheck.cli.exits import INTERRUPTED, say
from factcheck.cli.hearing import HEARING, Ending

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
def interruptible(settings: Settings, *, by_story: bool = False) -> Iterator[Stop]:
    """A stop that the first Ctrl-C requests once a run listens; before that, and the second time, leave at once.

    A wish that came too late for the run to leave anything out ends the command as any other, but for one made while
    the run waited for something to do. The words say what becomes of the answers that a run with `settings` has paid
    for; `by_story` says that it leaves a report of each story that is through.
    """
    from factcheck.engine.base import Stop

    stop = Stop()
    replayed = settings.cassette is not None and settings.cassette.exists()
    again = BY_STORY if by_story else WHOLE
    try:
        with _heard_by(stop):
            yield stop
    except KeyboardInterrupt:
        say(f"\ninterrupted. {_kept(settings, stop, replayed, again)}")
        raise typer.Exit(INTERRUPTED) from None
    except typer.Exit as done:
        if stop.at_rest and done.exit_code != INTERRUPTED:
            HEARING.signals.clear()
        elif stop.requested or done.exit_code == INTERRUPTED:
            say(f"interrupted. {_kept(settings, stop, replayed, again)}")
            raise typer.Exit(INTERRUPTED) from None
        raise


def typed() -> tuple[str, ...]:
    """What stood on the command line, without the login or the key that an address may carry."""
    return tuple(_IN_QUERY.sub(r"\1...", _LOGIN.sub("//", word)) for word in sys.argv[1:])


@contextmanager
def _heard_by(stop: Stop) -> Iterator[None]:
    """Turn what asks the command to end into the wish to stop. Raises Ending when that came before."""

    def ask() -> None:
        heard = stop.heard and not stop.urgent
        stop.request()  # also when nobody listens yet: Ending may be lost
        if not heard:
            raise Ending

    HEARING.listener = ask
    try:
        HEARING.obey()
        yield
    finally:
        HEARING.listener = None


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
