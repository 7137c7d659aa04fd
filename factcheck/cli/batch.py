"""`factcheck batch`: many stories in one run; what is new is checked, what is not is left alone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

import typer

from factcheck.cli import options
from factcheck.cli.exits import interruptible, reported

GroupByOption = Annotated[
    Literal["folder", "event", "date", "none"] | None,
    typer.Option(
        "--group-by",
        help="What makes a story: a folder directly below ROOT, or when there is none the event, by likeness.",
    ),
]
Since = Annotated[
    str | None,
    typer.Option("--since", metavar="DATE", help="Only stories with an article of that day on: 2026-03-01, or 7d."),
]
Limit = Annotated[int | None, typer.Option("--limit", min=1, metavar="N", help="Check at most N stories.")]
Sample = Annotated[int | None, typer.Option("--sample", min=1, metavar="N", help="Only N stories chosen by --seed.")]
Seed = Annotated[int, typer.Option("--seed", metavar="N", help="Of --sample; the same seed, the same stories.")]
ShardOption = Annotated[
    str | None, typer.Option("--shard", metavar="N/M", help="Only the Nth of M parts; put together with merge.")
]
MaxFailures = Annotated[
    str | None,
    typer.Option("--max-failures", metavar="N|P%", help="Stop when more articles fail, such as 20 or 5%."),
]
RetryFailed = Annotated[
    bool, typer.Option("--retry-failed", help="Also run stories that failed or came out incomplete.")
]
Watch = Annotated[bool, typer.Option("--watch", help="Go on as files change, until Ctrl-C.")]
ProgressOption = Annotated[
    Literal["auto", "plain", "jsonl", "none"], typer.Option("--progress", help="How stderr tells of it.")
]
IndexFormat = Annotated[
    Literal["table", "json", "html"], typer.Option("--format", "-f", help="Of the index on stdout.")
]
Root = Annotated[
    Path, typer.Argument(metavar="ROOT", parser=options.existing, help="A folder of stories, or of articles.")
]


def batch(
    root: Root,
    group_by: GroupByOption = None,
    run_dir: options.RunDir = None,
    since: Since = None,
    limit: Limit = None,
    sample: Sample = None,
    seed: Seed = 0,
    shard: ShardOption = None,
    max_failures: MaxFailures = None,
    retry_failed: RetryFailed = False,
    watch: Watch = False,
    progress: ProgressOption = "auto",
    model: options.Model = None,
    confirm_model: options.ConfirmModel = None,
    base_url: options.BaseUrl = None,
    timeout: options.Timeout = None,
    concurrency: options.Concurrency = None,
    mode: options.ModeOption = None,
    detail: options.DetailOption = None,
    format: IndexFormat = "table",  # noqa: A002 -- the flag's name
    columns: options.Columns = None,
    encoding: options.Encoding = None,
    cache_dir: options.CacheDir = None,
    no_cache: options.NoCache = False,
    max_calls: options.MaxCalls = None,
    max_cost: options.MaxCost = None,
    color: options.ColorOption = "auto",
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Check many stories: what is new or changed since the last run, each with its report, and an index of all.

    \b
      factcheck batch desk/                      each folder below desk/ is a story
      factcheck batch inbox/ --group-by event    one folder, grouped by what the articles report
      factcheck batch inbox/ --watch             go on as files land
      factcheck batch archive/ --shard 3/16      a part of it, to be merged

    stdout carries the index, stderr talks. A run that was killed goes on where it stopped.
    """
    connection = {"model": model, "confirm_model": confirm_model, "base_url": base_url, "timeout": timeout}
    asking = {"concurrency": concurrency, "mode": mode, "detail": detail, "cache_dir": cache_dir}
    limits = {"run_dir": run_dir, "cache": False if no_cache else None, "max_calls": max_calls, "max_cost": max_cost}
    with reported(debug=verbose):
        from factcheck.cli.batch_options import chosen, options_of, parse_shard, parse_since, parse_too_many
        from factcheck.cli.reading import read_options
        from factcheck.settings import load_settings

        settings = load_settings({**connection, **asking, **limits}, Path.cwd(), os.environ)
        selection = chosen(parse_shard(shard), parse_since(since), sample, seed, limit)
        reading = read_options(columns or [], encoding)
        wanted = options_of(
            root, settings.runs.directory, group_by, reading, selection, parse_too_many(max_failures), retry_failed
        )
        with interruptible(settings):
            from factcheck.cli.batch_calls import run_batch

            kind = "none" if quiet else progress
            raise typer.Exit(run_batch(root, settings, wanted, kind, format, color, watch=watch))
