"""`factcheck merge`: the shards of a batch, put together."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from factcheck.cli import options
from factcheck.cli.batch_wish import ProgressOption
from factcheck.cli.exits import reported
from factcheck.cli.interrupts import interruptible
from factcheck.cli.signatures import grouped

Shards = Annotated[
    list[Path],
    typer.Argument(metavar="DIR", parser=options.existing, show_default=False, help="Folders of `batch --shard` runs."),
]
Into = Annotated[
    Path,
    typer.Option(
        "--into", metavar="DIR", help="Where the reports and the index of all shards go; no batch's own folder."
    ),
]
Compare = Annotated[
    bool, typer.Option("--compare", help="Then compare stories of different shards too: asks the model about these.")
]
ReviewsBetween = Annotated[
    list[Path] | None,
    typer.Option(
        "--review",
        metavar="FILE",
        parser=options.existing,
        help="With --compare: decisions to honour between stories; repeatable. Shards honour their own.",
    ),
]


@grouped
def merge(
    *,
    folders: Shards,
    into: Into,
    compare: Compare = False,
    review: ReviewsBetween = None,
    asking: options.Asking,
    cache: options.Cache,
    budget: options.Budget,
    progress: ProgressOption = "auto",
    format: options.IndexFormat = "table",  # noqa: A002 -- the flag's name
    fail_on: options.FailOnIndex = None,
    voice: options.Voice,
) -> None:
    """Put the shards of a batch together: all reports in one folder, and one index over them.

    \b
      factcheck merge runs/archive-batch-*of16 --into runs/archive-merged
      factcheck merge runs/archive-batch-*of16 --into runs/archive-merged --compare

    Asks no model, and says how many pairs of much alike claims of different shards were not compared; --compare asks
    about those. The shards must have seen the same files by the same settings; one that is missing, and a report that
    is damaged, is named, and the exit code is 3.
    """
    flags = locals()
    with reported(debug=voice.verbose):
        from factcheck.cli.batch_calls import Comparison, Talk, run_merge
        from factcheck.cli.gates import index_gate
        from factcheck.cli.output import stdout_style
        from factcheck.review import read_review

        if not compare:
            _refuse({"review": review} | vars(asking) | vars(cache) | vars(budget))
        settings, gate = options.settings_of(flags), index_gate(fail_on or [])
        style = stdout_style(voice.color, settings.lang)
        talk = Talk(progress, format, voice.color, voice.quiet, voice.verbose)
        if not compare:
            raise typer.Exit(run_merge(folders, into, talk, style, gate))
        decisions = [decision for file in review or [] for decision in read_review(file)]
        with interruptible(settings) as stop:
            raise typer.Exit(run_merge(folders, into, talk, style, gate, Comparison(settings, decisions, stop)))


def _refuse(given: dict[str, object]) -> None:
    """Raise `typer.BadParameter` for a flag that has a meaning only when stories are compared."""
    for name, value in given.items():
        if value is not None and value is not False:  # 0 is a value
            raise typer.BadParameter(
                "it says how stories are compared, which needs --compare.", param_hint=f"--{name.replace('_', '-')}"
            )
