"""`factcheck batch`: many stories in one run; what is new is checked, what is not is left alone."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

import typer

from factcheck.cli import options
from factcheck.cli.exits import reported
from factcheck.cli.interrupts import interruptible

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
NoAcross = Annotated[
    bool, typer.Option("--no-across-stories", help="Compare no claim with much alike claims of other stories.")
]
Via = Annotated[
    Literal["live", "batch-api"],
    typer.Option("--via", help="batch-api: the provider's, at half the price and within a day; run again to go on."),
]
Wait = Annotated[bool, typer.Option("--wait", help="With --via batch-api: stay until all answers have come.")]
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


@dataclass(frozen=True)
class Wish:
    """What was typed about the stories and how they are run, unchecked."""

    root: Path
    group_by: Literal["folder", "event", "date", "none"] | None
    since: str | None
    limit: int | None
    sample: int | None
    seed: int
    shard: str | None
    max_failures: str | None
    retry_failed: bool
    watch: bool
    via: Literal["live", "batch-api"]
    wait: bool


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
    no_across_stories: NoAcross = False,
    watch: Watch = False,
    via: Via = "live",
    wait: Wait = False,
    progress: ProgressOption = "auto",
    model: options.Model = None,
    confirm_model: options.ConfirmModel = None,
    base_url: options.BaseUrl = None,
    timeout: options.Timeout = None,
    deadline: options.Deadline = None,
    concurrency: options.Concurrency = None,
    rpm: options.Rpm = None,
    tpm: options.Tpm = None,
    mode: options.ModeOption = None,
    detail: options.DetailOption = None,
    pairing: options.PairingOption = None,
    votes: options.Votes = None,
    no_inference: options.NoInference = False,
    audit: options.Audit = None,
    fail_on: options.FailOnIndex = None,
    review: options.Reviews = None,
    format: IndexFormat = "table",  # noqa: A002 -- the flag's name
    columns: options.Columns = None,
    encoding: options.Encoding = None,
    sources: options.Sources = None,
    cache_dir: options.CacheDir = None,
    no_cache: options.NoCache = False,
    engine: options.EngineOption = None,
    ray_address: options.RayAddress = None,
    ray_workers: options.RayWorkers = None,
    max_calls: options.MaxCalls = None,
    max_cost: options.MaxCost = None,
    color: options.ColorOption = "auto",
    lang: options.LangOption = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Check many stories: what is new or changed since the last run, each with its report, and an index of all.

    \b
      factcheck batch desk/                      each folder in desk/ is a story
      factcheck batch inbox/ --group-by event --watch

    stdout carries the index. A run that was killed goes on where it stopped.
    """
    flags = locals()
    with reported(debug=verbose):
        _batch(flags)


def _batch(flags: dict[str, Any]) -> NoReturn:
    """Run what the flags say, by their names; raises `typer.Exit` with the exit code."""
    from factcheck.cli.batch_options import options_of
    from factcheck.cli.gates import index_gate
    from factcheck.cli.reading import read_options
    from factcheck.review import read_review
    from factcheck.settings import load_settings

    settings = load_settings(options.settings_given(flags), Path.cwd(), os.environ)
    wish = Wish(**{field.name: flags[field.name] for field in fields(Wish)})
    gate = index_gate(flags["fail_on"] or [])
    decisions = tuple(decision for file in flags["review"] or [] for decision in read_review(file))
    reading = read_options(flags["columns"] or [], flags["encoding"], flags["sources"])
    wanted = options_of(wish, settings, reading, decisions)
    with interruptible(settings) as stop:
        from factcheck.cli.batch_calls import Talk, run_batch  # NOTE: brings most of the house

        talk = Talk(flags["progress"], flags["format"], flags["color"], flags["quiet"], flags["verbose"])
        raise typer.Exit(run_batch(wish.root, settings, wanted, talk, gate, stop, watch=wish.watch))
