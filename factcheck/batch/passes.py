"""One pass over a batch: what is there, what is new, the stories of it, and the index of what came out."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from factcheck.batch import filing
from factcheck.batch.counting import BatchProgress, Counts, StoryWatch, Unbroken
from factcheck.batch.deciding import unmet_by
from factcheck.batch.fingerprints import made_with
from factcheck.batch.history import no_more, removed, retold, to_be_one
from factcheck.batch.links import Links, told
from factcheck.batch.neighbours import Comparing, Neighbours
from factcheck.batch.options import BatchOptions, new_id
from factcheck.batch.packed_rows import PackedRows
from factcheck.batch.planning import Part, Story, folder_anchor, folder_story, pooled_stories
from factcheck.batch.rows import PATHS_SHOWN, place, standing, totals, why
from factcheck.batch.running import INTERRUPTED, Running, Work
from factcheck.batch.scanning import Listing, ScannedFile, fitting, gone, readings, scan
from factcheck.batch.spool import Document, Spool
from factcheck.batch.unseen import recalled
from factcheck.errors import AnswerDeferred, EndpointError, Interrupted
from factcheck.findings import RunInfo
from factcheck.index import AcrossStories, BatchHead, BatchIndex, GroupBy
from factcheck.ingestion import language
from factcheck.ingestion.cleaning import printable
from factcheck.ingestion.known_sources import beside
from factcheck.ingestion.walking import FoundFile, Refusal
from factcheck.models import Article, Decision, RefusedFile, tagged_hash
from factcheck.pipeline import Means
from factcheck.settings import CheckSettings
from factcheck.stages.blocking.across import import_libraries

SAVED_EVERY = 15.0
"""Seconds between two writings of the index while a pass runs, for whoever looks at it meanwhile."""
SAVING_SHARE = 0.02
"""Of the time of a pass that may go into that: an index of ten thousand stories is not written every 15 seconds."""

MANY_FILES = 500
"""New or changed files of a pass behind which not many more will come soon, so that what only reading needs goes before
the stories are compared, which needs memory. The few that land while somebody watches would load it again each time."""


class Pass:
    """One pass, from what stands below `root` now. Raises InputError when that is nothing.

    `run_id` names the run, whose passes share one client and its usage.
    """

    def __init__(self, root: Path, options: BatchOptions, spool: Spool, watch: BatchProgress, run_id: str) -> None:
        self._root = root
        self._options = options
        self._spool = spool
        self._watch = Unbroken(watch)
        self._run_id = run_id
        known = spool.stamps()
        self._files, self._hidden = recalled(scan(root, options.reading), known, root)
        spool.forget(gone(known, self._files))
        self._changed = [file for file in self._files if file.is_due(known.get(file.shown))]
        self._failed_before = {file.shown for file in self._changed if file.failed_before(known.get(file.shown))}
        self.group_by: GroupBy = options.group_by or fitting(self._files)
        self.counts = Counts(files=len(self._changed))
        self._pass_id = spool.fact("open pass") or new_id()
        self._members = dict[str, tuple[str, str]]()
        """Key of each story of the batch, in every shard -> its anchor, and the hash of its articles."""
        self._all_seen = False
        self._folders: Collection[str] = ()
        """Those that this run has yet to come to, where each is a story."""
        self._unreadable = list(self._hidden.refused)
        self._skipped = 0
        self._left_out = list[RefusedFile]()
        self._next_save = time.monotonic() + SAVED_EVERY
        self._stopping: Callable[[], bool] = lambda: False
        self._comparing: Comparing | None = None
        self._neighbours: Neighbours | None = None
        self._across: AcrossStories | None = None
        """What stories say about each other; None until they were compared, and where there are no two of them."""
        self._compared = False
        self._links: Links | None = None
        """Which stories are one by their claims; None where claims have no say in it."""
        self._parts = dict[str, tuple[Part, ...]]()
        """Those of each story, where claims have a say."""
        self._absorbed = dict[str, tuple[str, ...]]()  # of each story that claims made one
        self._libraries: asyncio.Future[None] | None = None
        """What comparing them needs, being imported."""

    async def run(self, means: Means, settings: CheckSettings, run: RunInfo, concurrency: int) -> BatchIndex:
        """Check what needs it and write the index, also when the pass is cut short; then raises what cut it."""
        work = Work(
            folder=self._options.folder,
            means=means,
            settings=settings,
            run=run,
            selection=self._options.selection,
            too_many=self._options.too_many,
            retry_failed=self._options.retry_failed,
            concurrency=concurrency,
            command=self._options.command,
            run_id=self._run_id,
            pass_id=self._pass_id,
            style=self._options.style,
            decisions=self._options.decisions,
        )
        self._stopping = means.stopping
        self._watch.update(self.counts)
        self._spool.state("open pass", self._pass_id)
        if self._options.across_stories:
            shard = work.selection.shard
            self._comparing = Comparing(
                folder=work.folder,
                library=self._spool,
                made_with=made_with(run),
                decisions=work.decisions,
                whole=shard is None or shard.of == 1,
            )
            self._neighbours = Neighbours(self._comparing, self._spool, self._pass_id, self._watch.note)
            work = replace(work, known=self._neighbours.old_news, named=self._neighbours.named)
            if self.group_by == "event" and self._comparing.whole:
                self._links = Links(work.folder, self._spool, made_with(run), work.decisions, self._watch.note)
        running = Running(work, self._spool, self.counts, self._watch, lambda: self._story_through(running, work))
        try:
            await running.run(self._all_stories())
            if self.counts.files > MANY_FILES:
                language.release()
            await self._compare_neighbours(running, work)
            await self._join(running, work)
            self._tell_across()
        except BaseException as error:
            interrupted = isinstance(error, Interrupted) or not isinstance(error, Exception)
            running.stopped = running.stopped or (INTERRUPTED if interrupted else why(error))
            self._save(running, work)
            raise
        if means.stopping() and not self._all_seen:
            running.stopped = running.stopped or INTERRUPTED
        whole = running.stopped is None and not running.deferred
        lost = no_more(self._spool, self._members, running.rows, self.group_by) if whole else {}
        gone = unmet_by(running.rows.values(), self._across, work.decisions) if whole else ()
        head, rows = self._save(running, work, removed(self._spool, lost.values()), gone)
        if whole:  # not before its news are told
            self._spool.drop(lost)
            self._spool.state("open pass", "")
        if running.error is not None:
            raise running.error
        return BatchIndex.model_validate({**dict(head), "stories": tuple(rows.values())})

    # -- which stories -------------------------------------------------------------------------

    async def _all_stories(self) -> AsyncIterator[tuple[Story, bool]]:
        """Each story of the batch, and whether it is one of the sample."""
        if self.group_by == "folder":
            sample = self._options.selection.sampled(dict.fromkeys(folder_anchor(file.part) for file in self._files))
            async for story in self._by_folder():
                self._note(story)
                yield story, story.anchor in sample and story.key not in self._hidden.stories
        else:
            stories = await self._pooled()
            sample = self._options.selection.sampled(anchor for story in stories for anchor in story.anchors)
            for story in stories:
                yield story, not sample.isdisjoint(story.anchors)
        self._all_seen = not self._stopping()

    async def _pooled(self) -> list[Story]:
        async for file, outcomes in readings(self._changed, self._options.reading):
            self._keep(file, outcomes)
            if self._stopping():
                return []
        if self.counts.files > MANY_FILES:
            language.release()
        documents = self._ordered(self._files)
        self._set_aside([document for document in documents if document.article is None])
        self.counts.pooled = sum(document.article is not None for document in documents)
        if self.group_by == "event":
            articles = f"{self.counts.pooled:,} {'article' if self.counts.pooled == 1 else 'articles'}"
            self._watch.note(f"grouping {articles} by event")
        try:
            stories = await self._grouped(documents)
        except Interrupted:
            return []
        self._skipped += self.counts.pooled - sum(story.articles for story in stories)
        for story in stories:
            self._note(story)
        self.counts.stories = len(stories)
        return stories

    async def _grouped(self, documents: Sequence[Document]) -> list[Story]:
        """The stories of what was read. Raises Interrupted."""
        return await pooled_stories(
            self.group_by,
            self._name(),
            documents,
            self._spool,
            self._spool.kept(),
            self._lists(""),
            self._stopping,
            self._links.known() if self._links is not None else (),
            self._pass_id,
        )

    def _name(self) -> str:
        return self._root.resolve().name or str(self._root)

    async def _by_folder(self) -> AsyncIterator[Story]:
        listing = Listing(self._files, {file.shown for file in self._changed})
        self._files, self._changed = [], []  # of each file no more is held than its story still needs
        self.counts.stories = len(listing.left)
        arrivals = readings(listing.due(), self._options.reading)
        self._folders = listing.left.keys()
        for part in list(listing.left):
            if self._stopping():  # the others are only counted
                break
            files, missing = listing.take(part)
            while missing:
                file, outcomes = await anext(arrivals)
                self._keep(file, outcomes)
                missing.discard(file.shown)
            story = folder_story(part, self._name(), self._ordered(files), self._lists(part))
            if story.articles or not self._set_aside(story.documents):
                yield story
            else:
                self.counts.stories -= 1
        await arrivals.aclose()

    def _lists(self, part: str) -> tuple[Path, ...]:
        """The user's lists of outlets for a folder's story: the one that was named, else the root's and its own."""
        named = self._options.reading.sources
        return beside([self._root, self._root / part]) if named is None else (named,)

    def _set_aside(self, refusals: Iterable[Document]) -> bool:
        """Note what belongs to no story; whether that is all there is to say of them, since nothing failed."""
        found = [outcome for d in refusals if isinstance(outcome := self._spool.outcome(d), Refusal)]
        failed = [refusal.file for refusal in found if refusal.failed]
        if self.group_by == "folder" and failed:
            return False
        self._unreadable += failed
        new = {file.shown for file in self._changed} - self._failed_before
        self.counts.unreadable += sum(refused.path in new for refused in failed)
        left_out = [refusal.file for refusal in found if not refusal.failed]
        self._skipped += len(left_out)
        self._left_out += left_out[: PATHS_SHOWN - len(self._left_out)]
        return True

    def _keep(self, file: ScannedFile, outcomes: Sequence[Article | Refusal]) -> None:
        gone = isinstance(file.found, FoundFile) and not os.path.lexists(file.found.path)
        if gone and all(isinstance(outcome, Refusal) for outcome in outcomes):
            self._spool.forget([file.shown])  # taken away since the files were listed, and so no failure
        else:
            self._spool.keep(file.shown, file.stamp_of(outcomes), outcomes, opened=self.group_by == "event")
        self.counts.files_read += 1
        self._watch.update(self.counts)

    def _ordered(self, files: Sequence[ScannedFile]) -> list[Document]:
        return self._spool.documents_of(dict.fromkeys(file.shown for file in files))

    def _note(self, story: Story) -> None:
        self._members[story.key] = story.content
        self._absorbed.pop(story.key, None)
        if story.absorbed and story.reason.facts:
            self._absorbed[story.key] = story.absorbed
        if self._links is not None:
            self._parts[story.key] = story.parts

    async def _compare_neighbours(self, running: Running, work: Work) -> None:
        """Compare claims of different stories, when all stories that were wanted are through."""
        means = work.means
        if self._neighbours is None or running.stopped is not None or running.deferred:
            return
        if means.stopping():
            running.stopped = INTERRUPTED
            return
        rows, watch = list(running.rows.values()), StoryWatch(self.counts, self._watch, means.usage)
        if self._links is not None and self._comparing is not None:
            try:
                also = await self._links.wanted(self._parts, running.rows, means.stopping)
            except Interrupted:
                running.stopped = INTERRUPTED
                return
            comparing = replace(self._comparing, also=also)
            self._neighbours = Neighbours(comparing, self._spool, self._pass_id, self._watch.note)
        try:
            ask = {"again": work.retry_failed, "unread": bool(self._unreadable)}
            self._across = await self._neighbours.compare(rows, means, work.settings, watch, **ask)
            self._compared = True
        except AnswerDeferred:
            running.deferred += 1
            watch.leave()
        self.counts.usage = means.usage()
        lacking = self._neighbours.lacking
        if lacking is not None:
            running.stopped = INTERRUPTED if lacking.kind == "Interrupted" else lacking.message
            running.error = EndpointError(lacking.message) if lacking.kind == "EndpointError" else None

    def _tell_across(self) -> None:
        """Tell what stories say about each other, once they are what they are."""
        if self._compared:
            found = self._across.findings if self._across is not None else ()
            self.counts.across = sum(finding.relation == "contradicts" for finding in found)
            self._watch.across(found, self.counts)

    async def _join(self, running: Running, work: Work) -> None:
        """Run as one the stories that report one event by what their claims say, until no two of them do.

        Each time more is known of the parts, which stay what they are, so that it ends.
        """
        while self._links is not None and self._compared and running.stopped is None and not running.deferred:
            found = self._across.findings if self._across is not None else ()
            met = [finding for finding in found if all(side.story in self._parts for side in finding.sides)]
            if not self._links.find(met, self._parts, running.rows):
                return
            try:
                stories = [] if work.means.stopping() else await self._grouped(self._ordered(self._files))
            except Interrupted:
                stories = []
            if not stories:
                running.stopped = INTERRUPTED
                return
            parts = {what: key for key, what in self._members.items()}
            joined = [story for story in stories if story.content not in parts]
            for story in stories:
                if (row := running.rows.get(parts.pop(story.content, ""))) is not None:
                    running.rows[row.key] = retold(row, story)
            if not joined:
                return
            for key in parts.values():
                del self._members[key], self._parts[key]
            for story in joined:
                self._note(story)
                self._watch.note(told(story))
            self._across, self._compared = None, False
            await running.run_joined(joined)
            await self._compare_neighbours(running, work)

    # -- the index -----------------------------------------------------------------------------

    def _rows(self, running: Running) -> PackedRows:
        """What is known of every story now, in the order of the index."""
        rows = PackedRows(running.rows)
        # of an earlier run, to which this one has not come, or not come back to
        for key in () if self._all_seen else [key for key in self._spool.story_keys() if key not in rows]:
            rows[key] = standing(self._spool.story(key), self._pass_id).model_copy(update={"status": "waiting"})
        for key, titles in to_be_one(rows, self._absorbed).items():
            rows[key] = rows[key].model_copy(update={"joins": titles})
        for key, row in rows.items():
            rows[key] = self._hidden.told(filing.standing(self._options.folder, row))
        return rows.sorted_by(place)

    def _story_through(self, running: Running, work: Work) -> None:
        if self._neighbours is not None and self._libraries is None:
            # Now, while other stories wait for answers; at the end everything would wait for it.
            self._libraries = asyncio.get_running_loop().run_in_executor(None, import_libraries)
        if time.monotonic() >= self._next_save:
            self._save(running, work)

    def _save(
        self, running: Running, work: Work, removed: tuple[str, ...] = (), gone: tuple[Decision, ...] = ()
    ) -> tuple[BatchHead, PackedRows]:
        """Write the index of what is known now; what it says of all stories, and of each."""
        began, usage = time.monotonic(), work.means.usage()
        self._spool.spend(self._run_id, usage)
        rows = self._rows(running)
        across = self._across
        if across is None and self._neighbours is not None and not self._compared:
            across = self._neighbours.known({key: row.report for key, row in rows.items()})
        head = BatchHead(
            root=printable(os.fspath(self._root)),
            group_by=self.group_by,
            version=work.run.version,
            model=work.run.model,
            shard=self._options.selection.shard,
            grouping=tagged_hash(sorted(self._members.values())),  # not by key: each shard has a history of its own
            totals=totals(rows.values()),
            unreached=self._options.selection.untold(self._folders, rows),
            removed=removed,
            across=across,
            unmet=gone,
            unreadable=tuple(self._unreadable),
            skipped=self._skipped,
            left_out=tuple(self._left_out),
            stopped=running.stopped,
            usage=usage,
            spent=self._spool.spent(),
        )
        try:
            filing.file_rows(self._options.folder, head, rows.values(), self._options.style)
        except OSError as error:
            raise running.error or filing.unwritten(error, self._options.folder) from error
        ended = time.monotonic()
        self._next_save = ended + max(SAVED_EVERY, (ended - began) / SAVING_SHARE)
        return head, rows
