"""What `factcheck batch` can be told about the stories and how they are run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import typer

from factcheck.cli import options

ProgressOption = Annotated[
    Literal["auto", "plain", "jsonl", "none"], typer.Option("--progress", help="How stderr tells of it.")
]


@dataclass(frozen=True)
class Wish:
    """What was typed, unchecked."""

    root: Annotated[
        Path, typer.Argument(metavar="ROOT", parser=options.existing, help="A folder of stories, or of articles.")
    ]
    group_by: Annotated[
        Literal["folder", "event", "date", "none"] | None,
        typer.Option(
            "--group-by",
            help="What makes a story: a folder directly below ROOT, or when there is none the event, by likeness and,"
            " where stories are compared, claims.",
        ),
    ] = None
    run_dir: options.RunDir = None
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DATE", help="Only stories with an article of that day on: 2026-03-01, or 7d."),
    ] = None
    limit: Annotated[int | None, typer.Option("--limit", min=1, metavar="N", help="Check at most N stories.")] = None
    sample: Annotated[
        int | None, typer.Option("--sample", min=1, metavar="N", help="Only N stories chosen by --seed.")
    ] = None
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Of --sample; the same seed, the same stories.")] = 0
    shard: Annotated[
        str | None, typer.Option("--shard", metavar="N/M", help="Only the Nth of M parts; put together with merge.")
    ] = None
    max_failures: Annotated[
        str | None,
        typer.Option("--max-failures", metavar="N|P%", help="Stop when more articles fail, such as 20 or 5%."),
    ] = None
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Also run stories that failed or came out incomplete.")
    ] = False
    no_across_stories: Annotated[
        bool, typer.Option("--no-across-stories", help="Compare no claim with much alike claims of other stories.")
    ] = False
    watch: Annotated[
        bool,
        typer.Option("--watch", help="Go on as files change, until Ctrl-C; at rest that has the index's exit code."),
    ] = False
    via: Annotated[
        Literal["live", "batch-api"],
        typer.Option(
            "--via", help="batch-api: the provider's, at half the price and within a day; run again to go on."
        ),
    ] = "live"
    wait: Annotated[bool, typer.Option("--wait", help="With --via batch-api: stay until all answers have come.")] = (
        False
    )
    progress: ProgressOption = "auto"

    @property
    def name(self) -> str:
        """Of the folder of the batch; that of a shard says which one behind it."""
        root = "".join(c if c.isalnum() or c in "-_" else "-" for c in self.root.resolve().name)[:60] or "root"
        return f"{root}-batch"

    def is_first(self, runs: Path) -> bool:
        """Whether nothing of this batch is among the runs, of no shard either."""
        return next(runs.glob(f"{self.name}*"), None) is None
