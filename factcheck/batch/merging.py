"""The shards of a batch put together: their reports side by side, one index over all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from factcheck.batch import filing
from factcheck.batch.between_shards import count_apart, unmerged, with_earlier
from factcheck.batch.gathering import gathered
from factcheck.batch.meetings import rank
from factcheck.batch.rows import place, totals
from factcheck.batch.spool import NAME, Spool, total_usage
from factcheck.errors import InputError, SettingsError
from factcheck.findings import Usage
from factcheck.index import AcrossStories, Apart, BatchIndex, StoryRow
from factcheck.ingestion.cleaning import printable
from factcheck.models import Decision
from factcheck.reporting.base import Style
from factcheck.runs.manifest import read_manifest

MADE = (filing.INDEX, filing.PAGE, filing.STORIES)
"""What a merge leaves in its folder, beside what it remembers of a comparison."""
NAMED = 10
"""Shards that are missing, of those that are told one by one."""
AGAIN = "run that shard again (answers come from the cache) and merge again"


def read_index(folder: Path) -> BatchIndex:
    """The index in the folder of a batch. Raises SettingsError with the remedy; InputError when a disk or somebody has
    damaged it."""
    path = folder / filing.INDEX
    shown = printable(os.fspath(path))
    try:
        return BatchIndex.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        if (folder / NAME).exists():
            raise InputError(f"{shown} is {filing.GONE}; {AGAIN}") from None
        raise SettingsError(f"{shown} is not there; name the folder of a batch (its --run-dir)") from None
    except NotADirectoryError:
        raise SettingsError(
            f"{printable(os.fspath(folder))} is no folder; name the folder of a batch (its --run-dir)"
        ) from None
    except OSError as error:
        raise InputError(f"{shown} is not readable ({error.strerror}); {AGAIN}") from None
    except ValidationError as error:
        if error.errors()[0]["type"] == "json_invalid":
            raise InputError(f"{shown} is {filing.DAMAGED}; {AGAIN}") from None
        raise SettingsError(f"{shown} is no index of this version of factcheck; run that batch again") from None


def _read(folders: Sequence[Path]) -> tuple[list[tuple[Path, BatchIndex]], list[str]]:
    """The shards whose indexes can be read, one at least, and what is wrong with the others.

    Raises SettingsError for what is no shard, and when none can be read.
    """
    known, refused = list[tuple[Path, BatchIndex]](), list[str]()
    for folder in folders:
        try:
            known.append((folder, read_index(folder)))
        except InputError as error:
            refused.append(str(error))
    if not known:
        raise SettingsError("; ".join(refused))
    return known, refused


def merge(
    folders: Sequence[Path],
    into: Path,
    style: Style = Style(),  # noqa: B008 -- frozen
    *,
    to_compare: bool = False,
) -> BatchIndex:
    """Copy the reports of shards to `into` and write one index over them; the merged index. Nothing is asked.

    It holds what an earlier comparison in `into` came to; `to_compare` leaves that to the index on the disk, for
    `compare_shards` finds it again.
    It counts which claims of stories in different shards would have been compared, says in `stopped` which shards
    are missing or have an index that cannot be read, and of each story whose report is not whole what is wrong with it
    and how to have it again. Raises SettingsError when a folder holds no batch, when the folders are not parts of one
    that was checked and grouped alike, one shard is named twice, or `into` is the folder of a batch itself or holds
    what is no batch's, and when no index can be read.
    """
    _refuse_place(folders, into)
    known, refused = _read(folders)
    _refuse_mixture(known)
    try:
        into.mkdir(mode=0o700, parents=True, exist_ok=True)
        indexes = [gathered(folder, index, into) for folder, index in known]
        merged = _merged(indexes, refused)
        whole = with_earlier(merged, into)
        if whole.across is not None and not whole.across.whole:
            shard_of = {row.key: number for number, index in enumerate(indexes) for row in index.stories}
            with suppress(OSError):  # no room to count in costs the count, not the index
                apart = count_apart(into, merged.stories, shard_of)
                merged, whole = _counted(merged, apart), _counted(whole, apart)
        filing.file_index(into, whole, style)
    except (OSError, shutil.Error) as error:
        raise unmerged(error, into) from error
    return merged if to_compare else whole


def _counted(index: BatchIndex, apart: Apart | None) -> BatchIndex:
    if index.across is None:
        return index
    return index.model_copy(update={"across": index.across.model_copy(update={"apart": apart})})


def _refuse_place(folders: Sequence[Path], into: Path) -> None:
    """Raise SettingsError where the merged index would take the place of that of a shard, or of a whole batch, or would
    stand among what is no merged batch's."""
    shown = printable(os.fspath(into))
    if into.exists() and not into.is_dir():
        raise SettingsError(f"{shown} is no folder; name one that is empty or not there with --into DIR")
    if into.resolve() in {folder.resolve() for folder in folders}:
        raise SettingsError(f"{shown} is one of the shards, which would lose its own index; name another --into DIR")
    if (into / NAME).exists():
        with Spool(into) as spool:
            own = bool(spool.stamps())
        if own:
            raise SettingsError(f"{shown} holds a batch, which would lose its index; name another --into DIR")
    other = _other(into)
    if other is not None:
        raise SettingsError(
            f"{shown} holds {printable(other)}, which is of no merged batch; name a folder that is empty or not there"
            " with --into DIR"
        )


def _other(into: Path) -> str | None:
    """The first name in a folder that no merge put there; None in one that has the index of a merge."""
    try:
        if not into.is_dir() or read_index(into).shards:
            return None
    except (InputError, SettingsError):
        pass  # there is none yet, or one that this merge is to mend
    try:
        names = sorted(entry.name for entry in into.iterdir())
    except OSError as error:
        raise unmerged(error, into) from error
    return next((name for name in names if not name.startswith((".", NAME)) and name not in MADE), None)


def _refuse_mixture(known: Sequence[tuple[Path, BatchIndex]]) -> None:
    one, first = known[0]
    made = next(filter(None, (_settings(folder, index) for folder, index in known)), {})
    numbers = set[int]()
    for folder, index in known:
        shown = printable(os.fspath(folder))
        if index.shard is None:
            raise SettingsError(f"{shown} is a whole batch and no shard of one; merge takes folders of --shard runs")
        other = printable(os.fspath(one))
        if first.shard is None or index.shard.of != first.shard.of:
            raise SettingsError(
                f"{shown} is shard {index.shard.number} of {index.shard.of}, and {other} one of"
                f" {first.shard.of if first.shard else 1}; name shards that were divided alike, or run those again that"
                " were not"
            )
        if index.group_by != first.group_by:
            raise SettingsError(
                f"{shown} was grouped by {index.group_by}, and {other} by {first.group_by}; run one of them again with"
                " the same --group-by"
            )
        if (index.model, index.version) != (first.model, first.version):
            raise SettingsError(
                f"{shown} was checked with {index.model} by version {index.version}, and"
                f" {other} with {first.model} by {first.version}; run one of them again"
            )
        here = _settings(folder, index)
        others = [name for name in here if here[name] != made.get(name, here[name])]
        if others:
            mine, theirs = (", ".join(f"{name} = {way[name]}" for name in others) for way in (here, made))
            raise SettingsError(
                f"{shown} was checked with {printable(mine)}, and {other} with {printable(theirs)}; run one of them"
                " again with the same settings"
            )
        if index.grouping != first.grouping:
            raise SettingsError(
                f"{shown} was grouped from other articles than {other}; run the shards again over the same files"
            )
        if index.shard.number in numbers:
            raise SettingsError(f"{shown} is shard {index.shard.number} again; name each shard once")
        numbers.add(index.shard.number)


def _settings(folder: Path, index: BatchIndex) -> dict[str, object]:
    """What the first report of a shard was made with beside its model; nothing where there is none."""
    for row in index.stories:
        manifest = read_manifest(folder / row.report) if row.report and row.status != "waiting" else None
        if manifest is not None:
            return {"confirm_model": manifest.run.confirm_model, **manifest.run.settings}
    return {}


def _merged(indexes: Sequence[BatchIndex], refused: Sequence[str]) -> BatchIndex:
    first = indexes[0]
    rows = sorted((row for index in indexes for row in index.stories), key=place)
    numbers = sorted(index.shard.number for index in indexes if index.shard is not None)
    of = first.shard.of if first.shard is not None else 0
    missing = sorted(set(range(1, of + 1)) - set(numbers))
    stopped = [f"shard {index.shard.number}: {index.stopped}" for index in indexes if index.shard and index.stopped]
    stopped = [*refused, *stopped]
    if missing:
        stopped.insert(0, _lacking(missing, of))
    across = _across(indexes, of)
    unreadable = {(refused.path, refused.reason): refused for index in indexes for refused in index.unreadable}
    return first.model_copy(
        update={
            "shard": None,
            "shards": tuple(numbers),
            "totals": totals(rows),
            "stories": tuple(rows),
            "unreached": sum(index.unreached for index in indexes),
            "across": across,
            "unmet": () if _is_open(stopped, rows, across) else _unmet(indexes, across),
            "removed": tuple(dict.fromkeys(title for index in indexes for title in index.removed)),
            "unreadable": tuple(unreadable[key] for key in sorted(unreadable)),
            "skipped": max(index.skipped for index in indexes),
            "stopped": "; ".join(stopped) or None,
            "usage": Usage(),
            "spent": total_usage(index.spent for index in indexes),
        }
    )


def _lacking(missing: Sequence[int], of: int) -> str:
    """`shard 2/3 is missing ...`: which ones, the first of many, and what to do."""
    told = ", ".join(f"{number}/{of}" for number in missing[:NAMED])
    if len(missing) == 1:
        return f"shard {told} is missing (name its folder too, or run it)"
    more = f" and {len(missing) - NAMED:,} more" if len(missing) > NAMED else ""
    return f"shards {told}{more} are missing (name their folders too, or run them)"


def _across(indexes: Sequence[BatchIndex], of: int) -> AcrossStories | None:
    """What stories say about each other inside each of so many shards; those of two were never compared.

    Of a shard that was to compare nothing it is said that its stories were not; None when that is so of all.
    """
    shards = [index.across for index in indexes if index.across is not None]
    if not shards:
        return None
    alone = [index.shard for index in indexes if index.across is None and _could_meet(index)]
    states = {shard.status for shard in shards} | ({"waiting"} if alone else set())
    sums = ("stories", "pairs", "left_out", "failed_pairs", "possible")
    findings = [finding for shard in shards for finding in shard.findings]
    reasons = [f"stories of shard {shard.number} were not compared with each other" for shard in alone if shard]
    return AcrossStories.model_validate(
        {name: sum(getattr(shard, name) for shard in shards) for name in sums}
        | {
            "status": next(state for state in ("waiting", "incomplete", "done") if state in states),
            "reasons": tuple(dict.fromkeys((*reasons, *(reason for shard in shards for reason in shard.reasons)))),
            "findings": sorted(findings, key=rank),
            "decisions": _once(decision for shard in shards for decision in shard.decisions),
            "reviewed": [judgement for shard in shards for judgement in shard.reviewed],
            "whole": of == 1,
        }
    )


def _could_meet(index: BatchIndex) -> bool:
    return sum(bool(row.report or row.missing) for row in index.stories) > 1


def _once(decisions: Iterable[Decision]) -> list[Decision]:
    """Each decision once, as the first shard that it is about honoured it."""
    met: dict[tuple[str, str, int], Decision] = {}
    for decision in decisions:
        met.setdefault((decision.target, decision.id, decision.line), decision)
    return list(met.values())


def _is_open(stopped: Sequence[str], rows: Sequence[StoryRow], across: AcrossStories | None) -> bool:
    """Whether something of the batch is yet to come that a decision may be about."""
    waits = any(row.status == "waiting" for row in rows) or (across is not None and across.status == "waiting")
    return waits or bool(stopped)


def _unmet(indexes: Sequence[BatchIndex], across: AcrossStories | None) -> tuple[Decision, ...]:
    """The decisions that are about nothing in any shard."""
    known = {id_ for index in indexes for row in index.stories for id_ in row.decided}
    known |= {decision.id for decision in (across.decisions if across is not None else ())}
    told = _once(decision for index in indexes for decision in index.unmet)
    return tuple(decision for decision in told if decision.id not in known)
