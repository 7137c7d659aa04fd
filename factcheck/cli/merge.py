"""`factcheck merge`: the shards of a batch, put together."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from factcheck.cli import options
from factcheck.cli.batch import IndexFormat
from factcheck.cli.exits import reported

Shards = Annotated[
    list[Path],
    typer.Argument(metavar="DIR", parser=options.existing, show_default=False, help="Folders of `batch --shard` runs."),
]
Into = Annotated[Path, typer.Option("--into", metavar="DIR", help="Where the reports and the index of all shards go.")]


def merge(
    folders: Shards,
    into: Into,
    format: IndexFormat = "table",  # noqa: A002 -- the flag's name
    fail_on: options.FailOnIndex = None,
    color: options.ColorOption = "auto",
    lang: options.LangOption = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Put the shards of a batch together: all reports in one folder, and one index over them. Asks no model.

    \b
      factcheck merge runs/archive-batch-*of16 --into runs/archive-batch

    The shards must have seen the same files; one that is missing is named, and the exit code is 3.
    """
    with reported(debug=verbose):
        from factcheck.cli.batch_calls import run_merge
        from factcheck.cli.gates import index_gate
        from factcheck.cli.output import stdout_style
        from factcheck.settings import load_settings

        style = stdout_style(color, load_settings({"lang": lang}, Path.cwd(), os.environ).lang)
        raise typer.Exit(run_merge(folders, into, format, style, index_gate(fail_on or []), quiet=quiet))
