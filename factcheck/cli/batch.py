"""`factcheck batch`: many stories in one run; what is new is checked, what is not is left alone."""

from __future__ import annotations

import typer

from factcheck.cli import options
from factcheck.cli.batch_wish import Wish
from factcheck.cli.exits import reported
from factcheck.cli.interrupts import interruptible
from factcheck.cli.signatures import grouped


@grouped
def batch(
    *,
    wish: Wish,
    asking: options.Asking,
    fail_on: options.FailOnIndex = None,
    review: options.Reviews = None,
    format: options.IndexFormat = "table",  # noqa: A002 -- the flag's name
    inputs: options.Inputs,
    cache: options.Cache,
    workers: options.Workers,
    budget: options.Budget,
    voice: options.Voice,
) -> None:
    """Check many stories: what is new or changed since the last run, each with its report, and an index of all.

    \b
      factcheck batch desk/                      each folder in desk/ is a story
      factcheck batch inbox/ --group-by event --watch

    stdout carries the index. A run that was killed goes on where it stopped.
    """
    flags = locals()
    with reported(debug=voice.verbose):
        from factcheck.ingestion import language

        settings = options.settings_of(flags)
        if wish.is_first(settings.runs.directory):  # else little or nothing may be new, and the model is large
            language.prepare()
        from factcheck.cli.batch_options import options_of
        from factcheck.cli.gates import index_gate
        from factcheck.cli.reading import read_options
        from factcheck.review import read_review

        gate = index_gate(fail_on or [], across_stories=settings.batch.across_stories)
        decisions = tuple(decision for file in review or [] for decision in read_review(file))
        reading = read_options(inputs.columns or [], inputs.encoding, inputs.sources)
        wanted = options_of(wish, settings, reading, decisions)
        with interruptible(settings, by_story=True) as stop:
            from factcheck.cli.batch_calls import Talk, run_batch  # NOTE: brings most of the house
            from factcheck.cli.memory import settle

            settle()
            talk = Talk(wish.progress, format, voice.color, voice.quiet, voice.verbose)
            raise typer.Exit(run_batch(wish.root, settings, wanted, talk, gate, stop, watch=wish.watch))
