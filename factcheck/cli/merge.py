"""`factcheck merge`: the shards of a batch, put together."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from factcheck.cli import options
from factcheck.cli.exits import reported
from factcheck.cli.signatures import grouped

Shards = Annotated[
    list[Path],
    typer.Argument(metavar="DIR", parser=options.existing, show_default=False, help="Folders of `batch --shard` runs."),
]
Into = Annotated[Path, typer.Option("--into", metavar="DIR", help="Where the reports and the index of all shards go.")]


@grouped
def merge(
    *,
    folders: Shards,
    into: Into,
    format: options.IndexFormat = "table",  # noqa: A002 -- the flag's name
    fail_on: options.FailOnIndex = None,
    voice: options.Voice,
) -> None:
    """Put the shards of a batch together: all reports in one folder, and one index over them. Asks no model.

    \b
      factcheck merge runs/archive-batch-*of16 --into runs/archive-batch

    The shards must have seen the same files; one that is missing is named, and the exit code is 3.
    """
    with reported(debug=voice.verbose):
        from factcheck.cli.batch_calls import run_merge
        from factcheck.cli.gates import index_gate
        from factcheck.cli.output import stdout_style

        style = stdout_style(voice.color, options.settings_of({"voice": voice}).lang)
        raise typer.Exit(run_merge(folders, into, format, style, index_gate(fail_on or []), quiet=voice.quiet))
