"""What the flags of `batch` mean, checked before anything is read."""

from __future__ import annotations

import datetime as dt
import re

import typer

from factcheck.batch.bounds import TooMany
from factcheck.batch.options import BatchOptions
from factcheck.batch.planning import Selection
from factcheck.cli.batch_wish import Wish
from factcheck.index import Shard
from factcheck.ingestion.parsing import ReadOptions
from factcheck.models import Decision
from factcheck.settings import Settings

MOST_SHARDS = 999_999
MOST_DAYS = 99_999
"""Before today that `--since` can name."""
DIGITS = 12
"""Of a number that are looked at: more than any that is allowed has."""


def parse_shard(text: str | None) -> Shard | None:
    """`3/16`. Raises `typer.BadParameter`."""
    if text is None:
        return None
    found = re.fullmatch(r"(\d+)/(\d+)", text.strip())
    number, of = (int(part[:DIGITS]) for part in found.groups()) if found else (0, 0)
    if not 1 <= number <= of <= MOST_SHARDS:
        raise typer.BadParameter(
            f"{text}: write N/M with N from 1 to M and M at most {MOST_SHARDS:,}, such as 3/16.", param_hint="--shard"
        )
    return Shard(number=number, of=of)


def parse_since(text: str | None) -> dt.date | None:
    """`2026-03-01`, or `7d` for the last seven days. Raises `typer.BadParameter`."""
    if text is None:
        return None
    days = re.fullmatch(r"(\d+)d", text.strip())
    try:
        if days and int(days[1][:DIGITS]) <= MOST_DAYS:
            return dt.datetime.now(dt.UTC).date() - dt.timedelta(days=int(days[1]))
        return dt.date.fromisoformat(text.strip())
    except (ValueError, OverflowError):
        raise typer.BadParameter(
            f"{text}: write a day as 2026-03-01, or a number of days, at most {MOST_DAYS:,}, as 7d.",
            param_hint="--since",
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


def options_of(
    wish: Wish, settings: Settings, reading: ReadOptions, decisions: tuple[Decision, ...] = ()
) -> BatchOptions:
    """What is wanted of a batch; its folder below that of the runs is named after the root and the shard.

    Raises `typer.BadParameter` for what cannot be read and what does not go together.
    """
    by_mail = wish.via == "batch-api"
    if wish.wait and not by_mail:
        raise typer.BadParameter("there is nothing to wait for without --via batch-api.", param_hint="--wait")
    if wish.watch and by_mail and not wish.wait:
        raise typer.BadParameter("with --via batch-api it needs --wait.", param_hint="--watch")
    shard = parse_shard(wish.shard)
    part = f"-{shard.number}of{shard.of}" if shard else ""
    return BatchOptions(
        folder=settings.runs.directory / f"{wish.name}{part}",
        group_by=wish.group_by,
        reading=reading,
        selection=Selection(
            shard=shard, since=parse_since(wish.since), sample=wish.sample, seed=wish.seed, limit=wish.limit
        ),
        too_many=parse_too_many(wish.max_failures),
        retry_failed=wish.retry_failed,
        by_mail=by_mail,
        wait=wish.wait,
        decisions=decisions,
        across_stories=settings.batch.across_stories,
    )
