"""Stories of different shards: how many claims of theirs would meet, and the comparison of them, once put together."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from pydantic import ValidationError

from factcheck.batch import filing
from factcheck.batch.counting import BatchProgress, Counts, StoryWatch, Unbroken
from factcheck.batch.fingerprints import made_with
from factcheck.batch.meetings import rank
from factcheck.batch.neighbours import (
    Comparing,
    Neighbours,
    comparable,
    seen,
    with_reports,
    within_bounds,
)
from factcheck.batch.options import new_id
from factcheck.batch.running import INTERRUPTED
from factcheck.batch.spending import spending_kept
from factcheck.batch.spool import NAME, Spool, total_usage
from factcheck.claim_types.text import primary
from factcheck.errors import EndpointError, InputError, SettingsError
from factcheck.findings import INTERRUPTED as INTERRUPTED_KIND
from factcheck.findings import RunInfo
from factcheck.index import AcrossFinding, AcrossStories, Apart, BatchIndex, StoryRow
from factcheck.ingestion.cleaning import printable
from factcheck.models import Article, Decision, Failure, Value, tagged_hash
from factcheck.pipeline import Means
from factcheck.reporting.base import Style
from factcheck.runs.manifest import read_manifest
from factcheck.settings import CheckSettings
from factcheck.stages.blocking.across import Net

AGAIN = f"merge the shards again, and if that does not help, {filing.ANEW}"
FOUND_EARLIER = "what merge --compare found before is shown between stories whose reports are the same since"
_COMPARED = "compared shards"
MOST_COUNTED = 200_000
"""Claims above which nobody waits for a count: so many made-up ones took 84 s of CPU on a busy machine, and 103 MB."""


class Reported:
    """The articles of the reports below a batch's folder, read again when asked for."""

    def __init__(self, folder: Path, rows: Sequence[StoryRow]) -> None:
        self._places = dict[str, tuple[Path, int]]()
        """Id of each article -> its file and where in it the article begins."""
        self._languages = dict[str, str | None]()
        for row in rows:
            if row.report is not None and row.missing is None:
                self._see(folder / row.report / filing.ARTICLES)

    def _see(self, file: Path) -> None:
        try:
            with file.open("rb") as lines:
                start = 0
                for line in lines:
                    told = json.loads(line)
                    self._places.setdefault(told["id"], (file, start))
                    self._languages.setdefault(told["id"], told["language"])
                    start += len(line)
        except OSError as error:
            if isinstance(error, FileNotFoundError) and not file.with_name(filing.CLAIMS).exists():
                return  # somebody took the report away, and so no claim of it is compared
            raise InputError(f"{file} cannot be read: {error.strerror}; {AGAIN}") from None
        except (ValueError, KeyError, TypeError):
            raise InputError(f"{file} is damaged; {AGAIN}") from None

    def language(self, id_: str) -> str | None:
        """The language of an article; None when it is not known."""
        return self._languages.get(id_)

    def mixed(self) -> bool:
        """Whether articles are in several languages; one that nobody knows counts as one more."""
        return len(set(self._languages.values())) > 1

    def article(self, id_: str) -> Article:
        """An article by its id. Raises KeyError, and InputError when its file is damaged."""
        file, start = self._places[id_]
        with file.open("rb") as lines:
            lines.seek(start)
            try:
                return Article.model_validate_json(lines.readline())
            except ValidationError:
                raise InputError(f"{file} is damaged; {AGAIN}") from None


def count_apart(folder: Path, rows: Sequence[StoryRow], shard_of: Mapping[str, int]) -> Apart | None:
    """What would be compared between stories of different shards; `shard_of` goes by key. None for too many claims.

    The same pairs as in a batch that was not divided, but for those that only gists would find.
    """
    told = with_reports(folder, rows)
    if sum(row.claims for row in told) > MOST_COUNTED:
        return None
    with TemporaryFile(dir=folder) as file:
        net = Net(file)
        for story in comparable(folder, told, Reported(folder, told)):
            net.add(story.story, story.claims, {id_: primary(language) for id_, language in story.languages.items()})
        caught = net.cast()
    pairs, _ = within_bounds(caught.pairs, sum(row.pairs for row in told))
    homes = caught.homes(pairs.ids)
    apart = [(homes[p.left], homes[p.right]) for p in pairs if shard_of[homes[p.left]] != shard_of[homes[p.right]]]
    return Apart(pairs=len(apart), stories=len({frozenset(both) for both in apart}))


class _Compared(Value):
    """What a comparison of shards came to, as the state in the merged folder has it."""

    reports: str
    """Hash of the reports whose claims were compared."""
    across: AcrossStories | None


def with_earlier(index: BatchIndex, folder: Path) -> BatchIndex:
    """The index of shards that were only put together in `folder`, with what an earlier comparison there came to.

    Where all reports are what they were then, that is what stories say about each other; else what was found between
    two whose reports are. What it has cost is added. Raises SettingsError when its state cannot be read.
    """
    if not (folder / NAME).exists():
        return index
    with Spool(folder) as spool:
        before, spent = _remembered(spool), spool.spent()
    across = _with_earlier(index, before)
    spent = total_usage((index.spent, spent))
    return index.model_copy(update={"across": across, "unmet": _unmet(index, across), "spent": spent})


def _remembered(spool: Spool) -> _Compared | None:
    """What the last comparison came to; None when there was none, or one of a version that wrote it otherwise."""
    try:
        return _Compared.model_validate_json(spool.fact(_COMPARED))
    except ValidationError:
        return None


def _with_earlier(index: BatchIndex, before: _Compared | None) -> AcrossStories | None:
    if before is None or before.across is None:
        return index.across
    told = seen(before.across)
    here = index.across or AcrossStories(status="done", whole=False)
    if before.reports == _hash_of_reports(index.stories):
        return _joined(told, here.findings)
    reports = {row.key: row.report for row in index.stories if row.missing is None}
    standing = [f for f in told.findings if all(reports.get(side.story) == side.report for side in f.sides)]
    joined = _joined(here, standing)
    if len(joined.findings) == len(here.findings):
        return index.across
    return joined.model_copy(update={"reasons": (*joined.reasons, FOUND_EARLIER)})


def _joined(across: AcrossStories, others: Sequence[AcrossFinding]) -> AcrossStories:
    """With those of the other findings about whose pairs it knows nothing."""
    known = {pair for found in across.findings for pair in found.pairs} | {j.key for j in across.reviewed}
    more = [found for found in others if known.isdisjoint(found.pairs)]
    return (
        across.model_copy(update={"findings": tuple(sorted((*across.findings, *more), key=rank))}) if more else across
    )


def _hash_of_reports(rows: Sequence[StoryRow]) -> str:
    return tagged_hash(sorted((row.key, row.report or "", str(row.checked_at), row.missing or "") for row in rows))


@dataclass(frozen=True)
class Later:
    """How the stories of shards that were put together are compared afterwards."""

    folder: Path
    """With the merged index and the reports."""
    decisions: tuple[Decision, ...] = ()
    style: Style = Style()  # noqa: RUF009 -- a frozen value


async def compare_shards(
    index: BatchIndex, later: Later, run: RunInfo, means: Means, settings: CheckSettings, watch: BatchProgress
) -> BatchIndex:
    """The merged index with what all stories say about each other, as if the batch had not been divided; also written.

    What was found within the shards stays, also where claims of other shards are nearer. Pairs whose answers are in the
    cache, those within the shards among them, cost nothing. Raises SettingsError when
    the shards were checked with other models or settings, EndpointError when no call can succeed; then the index tells.
    """
    if run.model != index.model:
        raise SettingsError(f"the shards were checked with {index.model}, not {run.model}; name it with --model")
    _refuse_others(later.folder, index.stories, run, watch)
    with Spool(later.folder) as spool:
        merged, lacking = await _compared(index, later, run, spool, means, settings, Unbroken(watch))
        # Before the index, so that no merge after a kill between the two takes back what an index has told.
        if lacking is None or lacking.kind != INTERRUPTED_KIND:
            compared = _Compared(reports=_hash_of_reports(index.stories), across=merged.across)
            spool.state(_COMPARED, compared.model_dump_json())
        try:
            filing.file_index(later.folder, merged, later.style)
        except OSError as error:
            raise unmerged(error, later.folder) from error
        if lacking is None:  # only now: what is new stays so until an index has said it
            spool.state("open pass", "")
    if lacking is not None and lacking.kind == "EndpointError":
        raise EndpointError(lacking.message)
    return merged


def _refuse_others(folder: Path, rows: Sequence[StoryRow], run: RunInfo, watch: BatchProgress) -> None:
    """Raise SettingsError when a story was checked with other settings; say where and by what else it was checked."""
    here = {"confirm_model": run.confirm_model, **run.settings}
    elsewhere, versions = set[str](), set[str]()
    for row in rows:
        manifest = read_manifest(folder / row.report) if row.report is not None else None
        if manifest is None:
            continue
        made = manifest.run
        there = {"confirm_model": made.confirm_model, **made.settings}
        others = [name for name in sorted(here.keys() & there.keys()) if here[name] != there[name]]
        if others:
            told = ", ".join(f"{name} = {there[name]} (now {here[name]})" for name in others)
            raise SettingsError(
                f"{printable(row.title)} was checked with {printable(told)}; give the same as a flag or in the"
                " configuration, or run its shard again"
            )
        if made.base_url != run.base_url:
            elsewhere.add(made.base_url or "the default address")
        if (made.version, made.prompts) != (run.version, run.prompts):
            versions.add(made.version)
    if elsewhere:
        asked = run.base_url or "the default address"
        watch.note(f"stories were checked at {', '.join(sorted(elsewhere))}; {asked} is asked now")
    if versions:
        watch.note(f"stories were checked by version {', '.join(sorted(versions))}; this is {run.version}")


def unmerged(error: OSError, into: Path) -> SettingsError:
    """In words that name the file and the remedy; copying a folder raises a list of what failed in it."""
    first = error.args[0][0] if isinstance(error, shutil.Error) and error.args and error.args[0] else None
    what, why = (first[1], first[2]) if first else (error.filename or into, error.strerror or error)
    return SettingsError(
        f"{printable(os.fspath(what))}: {why}; make room on the disk of {printable(os.fspath(into))} and look at its"
        " permissions, then merge again, or name another --into DIR"
    )


async def _compared(
    index: BatchIndex,
    later: Later,
    run: RunInfo,
    spool: Spool,
    means: Means,
    settings: CheckSettings,
    watch: BatchProgress,
) -> tuple[BatchIndex, Failure | None]:
    """The index as it stands then, and what the comparison lacks that the next run may have."""
    run_id = new_id()
    pass_id = spool.fact("open pass") or run_id
    spool.state("open pass", pass_id)
    known = index.across or AcrossStories(status="waiting")
    comparing = Comparing(
        folder=later.folder,
        library=Reported(later.folder, index.stories),
        made_with=made_with(run),
        decisions=later.decisions,
        seen=frozenset(pair for found in known.findings if not found.new for pair in found.pairs),
        also=frozenset(pair for found in known.findings for pair in found.pairs),
    )
    neighbours, counts = Neighbours(comparing, spool, pass_id, watch.note), Counts()
    watched = StoryWatch(counts, watch, means.usage)
    async with spending_kept(spool, run_id, means.usage):
        across = await neighbours.compare(index.stories, means, settings, watched, again=True)
    usage, lacking = means.usage(), neighbours.lacking
    if lacking is not None and lacking.kind == INTERRUPTED_KIND:
        across = _with_earlier(index, _remembered(spool))  # as the shards left it, or an earlier comparison
    found = across.findings if across is not None else ()
    counts.across, counts.usage = sum(finding.relation == "contradicts" for finding in found), usage
    watch.across(found, counts)
    told = "" if lacking is None else INTERRUPTED if lacking.kind == INTERRUPTED_KIND else lacking.message
    if lacking is None:
        _tell_of_others(later.decisions, index, across, watch)
    merged = index.model_copy(
        update={
            "across": across,
            "unmet": _unmet(index, across) if lacking is None else (),
            "stopped": "; ".join(filter(None, (index.stopped, told))) or None,
            "usage": usage,
            "spent": total_usage((index.spent, spool.spent())),
        }
    )
    return merged, lacking


def _unmet(index: BatchIndex, across: AcrossStories | None) -> tuple[Decision, ...]:
    met = _met(across)
    return tuple(decision for decision in index.unmet if decision.id not in met)


def _met(across: AcrossStories | None) -> set[str]:
    return {decision.id for decision in (across.decisions if across is not None else ())}


def _tell_of_others(
    decisions: Sequence[Decision], index: BatchIndex, across: AcrossStories | None, watch: BatchProgress
) -> None:
    """Say that decisions on what is within a story have no effect here, when no shard was given them."""
    known = _met(across) | {id_ for row in index.stories for id_ in row.decided}
    known |= {decision.id for decision in index.unmet}
    others = sum(decision.id not in known for decision in decisions)
    if others:
        watch.note(
            f"{others:,} {'decision is' if others == 1 else 'decisions are'} about nothing between stories;"
            " a shard honours those about its own stories when it is run with the same --review"
        )
