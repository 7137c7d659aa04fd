"""What the flags of `batch` mean, checked before anything is read."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import typer

from factcheck.batch.passes import BatchOptions
from factcheck.batch.planning import Selection
from factcheck.batch.running import TooMany
from factcheck.index import GroupBy, Shard
from factcheck.ingestion.parsing import ReadOptions


def parse_shard(text: str | None) -> Shard | None:
    """`3/16`. Raises `typer.BadParameter`."""
    if text is None:
        return None
    found = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text.strip())
    number, of = (int(part) for part in found.groups()) if found else (0, 0)
    if not 1 <= number <= of:
        raise typer.BadParameter(f"{text}: write N/M with N from 1 to M, such as 3/16.", param_hint="--shard")
    return Shard(number=number, of=of)


def parse_since(text: str | None) -> dt.date | None:
    """`2026-03-01`, or `7d` for the last seven days. Raises `typer.BadParameter`."""
    if text is None:
        return None
    days = re.fullmatch(r"(\d{1,5})d", text.strip())
    try:
        if days:
            return dt.datetime.now(dt.UTC).date() - dt.timedelta(days=int(days[1]))
        return dt.date.fromisoformat(text.strip())
    except (ValueError, OverflowError):
        raise typer.BadParameter(
            f"{text}: write a day as 2026-03-01, or a number of days as 7d.", param_hint="--since"
        ) from None


def parse_too_many(text: str | None) -> TooMany:
    """`20` articles, or `5%` of them. Raises `typer.BadParameter`."""
    if text is None:
        return TooMany()
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(%?)", text.strip())
    if found is None or (not found[2] and "." in found[1]) or (found[2] and float(found[1]) > 100):
        raise typer.BadParameter(
            f"{text}: write a number of articles as 20, or a share of them as 5%.", param_hint="--max-failures"
        )
    return TooMany(share=float(found[1]) / 100) if found[2] else TooMany(number=int(found[1]))


def chosen(shard: Shard | None, since: dt.date | None, sample: int | None, seed: int, limit: int | None) -> Selection:
    """Which stories are run."""
    return Selection(shard=shard, since=since, sample=sample, seed=seed, limit=limit)


def options_of(
    root: Path,
    runs: Path,
    group_by: GroupBy | None,
    reading: ReadOptions,
    selection: Selection,
    too_many: TooMany,
    retry_failed: bool,
) -> BatchOptions:
    """All that is wanted of a batch; its folder below `runs` is named after the root and the shard."""
    part = f"-{selection.shard.number}of{selection.shard.of}" if selection.shard else ""
    name = "".join(c if c.isalnum() or c in "-_" else "-" for c in root.resolve().name)[:60] or "root"
    return BatchOptions(
        folder=runs / f"{name}-batch{part}",
        group_by=group_by,
        reading=reading,
        selection=selection,
        too_many=too_many,
        retry_failed=retry_failed,
    )
