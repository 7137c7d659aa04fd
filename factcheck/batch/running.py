"""Running the stories of a batch: side by side, bounded by articles, each judged as soon as its own articles are in."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterable, AsyncIterator, Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from pathlib import Path

from factcheck.batch import filing
from factcheck.batch.bounds import Places, TooMany
from factcheck.batch.counting import BatchProgress, Counts, StoryWatch
from factcheck.batch.fingerprints import Fingerprints, answered_with, made_with
from factcheck.batch.history import history_of
from factcheck.batch.packed_rows import PackedRows
from factcheck.batch.planning import Selection, Story
from factcheck.batch.rows import UNFINISHED, decidable, failed_row, lost, report_row, why
from factcheck.batch.spool import Spool, total_usage
from factcheck.errors import (
    AnswerDeferred,
    CassetteError,
    EndpointError,
    FactcheckError,
    InputError,
    Interrupted,
    SettingsError,
)
from factcheck.findings import Report, RunInfo
from factcheck.index import StoryRow
from factcheck.ingestion.copies import group_copies
from factcheck.ingestion.known_sources import read_sources
from factcheck.ingestion.reading import first_only
from factcheck.ingestion.walking import Refusal
from factcheck.llm.limits import ranked
from factcheck.llm.traces import Listener, Trace
from factcheck.llm.usage import counted_apart
from factcheck.models import Article, Decision, Failure, RefusedFile
from factcheck.pipeline import Input, Means, check_story
from factcheck.pipeline.story import decided_of_many
from factcheck.reporting.base import Style
from factcheck.runs.folder import RunFolder
from factcheck.settings import CheckSettings

AHEAD = 8
"""Articles under way for each request that may be in flight, so that none waits while stories end and begin."""
FEWEST_UNDER_WAY = 64
INTERRUPTED = "interrupted"
_FOLDER: ContextVar[RunFolder | None] = ContextVar(
    "the run folder of the story that a request is made for", default=None
)


def recorder(listener: Listener | None) -> Listener:
    """What leaves a line about a request in the run folder of its story, and tells `listener`."""

    def record(trace: Trace) -> None:
        folder = _FOLDER.get()
        if folder is not None:
            folder.record(trace)
        if listener is not None:
            with suppress(OSError):  # a line that cannot be said costs no story
                listener(trace)

    return record


@dataclass(frozen=True)
class Work:
    """What the stories of a batch are checked with and where what is found goes."""

    folder: Path
    means: Means
    settings: CheckSettings
    run: RunInfo
    selection: Selection
    too_many: TooMany
    retry_failed: bool
    concurrency: int
    command: tuple[str, ...]
    """What was typed."""
    run_id: str
    """Names this run among all runs of the batch."""
    pass_id: str
    """What is new is told against the last pass that came to its end; a killed one goes on under its name."""
    style: Style
    """Of the stories' reports."""
    decisions: tuple[Decision, ...] = ()
    """Of people, on whatever stories."""
    known: Collection[tuple[str, str]] = ()
    """Pairs of claims that were found between stories in earlier passes."""
    named: Mapping[str, Collection[tuple[str, str]]] = field(default_factory=dict)
    """Id of each contradiction between stories that was told of -> its pairs."""


class Running:
    """One pass over the stories of a batch; `rows` holds the index so far, also when the pass ends early."""

    def __init__(
        self, work: Work, spool: Spool, counts: Counts, watch: BatchProgress, through: Callable[[], None]
    ) -> None:
        self._work = work
        self._spool = spool
        self._counts = counts
        self._watch = watch
        self._tell_through = through
        self._history = history_of(spool, work.pass_id)
        self._places = Places(max(FEWEST_UNDER_WAY, AHEAD * work.concurrency))
        self._fingerprints = Fingerprints(answered_with(work.run, work.decisions))
        self._begun = self._failed_articles = 0
        self._joining = False
        self._sizes = dict[str, int]()
        """Documents of each story so far that are articles."""
        self._checked_here = set[str]()
        """Keys of stories that are through and were not before."""
        self.rows = PackedRows()
        self.stopped: str | None = None
        """Why no further story is begun; None while all is well."""
        self.deferred = 0
        """Stories that wait for answers by the provider's batch."""
        self.error: Exception | None = None
        """What no call survives, once it came."""

    async def run(self, stories: AsyncIterable[tuple[Story, bool]]) -> None:
        """Run of `stories` what is wanted and needs it. Cancellation passes, with `rows` as far as it got.

        Raises SettingsError when what is known from run to run cannot be kept.
        """
        try:
            with ThreadPoolExecutor(filing.THREADS, thread_name_prefix="filing") as self._filing:
                await self._run(stories)
        except ExceptionGroup as raised:
            if (known := raised.subgroup(SettingsError)) is not None:
                raise _first(known) from raised
            raise

    async def run_joined(self, stories: Sequence[Story]) -> None:
        """Run stories in the place of those that were through and are one now, whose rows stand until they are.

        They are asked neither for the sample nor for the limit, for their parts were; and count as one each.
        """
        self._history, self._joining = history_of(self._spool, self._work.pass_id), True
        await self.run(_wanted(stories))

    def _found(self, key: str, articles: int) -> None:
        self._counts.found += 1
        self._counts.articles += articles
        self._sizes[key] = articles

    def _take_over(self, story: Story, row: StoryRow) -> int:
        """Let the row stand in the place of what is in it now; what of that had failed before this run."""
        replaced = (story.key, *(story.absorbed if row.status != "failed" else ()))
        parts = {key: part for key in replaced if (part := self.rows.pop(key, None)) is not None}
        self.rows[story.key] = row
        if self._joining:
            counted = self._sizes.keys() & parts.keys()  # not a story that was part of another one until now
            for key in counted:
                self._take_back(key, parts[key])
            self._found(story.key, row.articles)
            if self._counts.stories is not None:
                self._counts.stories -= len(counted) - 1
        before = sum(lost(part) for key, part in parts.items() if key not in self._checked_here)
        self._checked_here.difference_update(parts)
        return before if story.absorbed else 0

    def _take_back(self, key: str, row: StoryRow) -> None:
        """Count a story no more."""
        here, counts = key in self._checked_here, self._counts
        counts.found -= 1
        counts.articles -= self._sizes.pop(key)
        counts.done -= here
        counts.unchanged -= not here
        self._failed_articles -= lost(row) if here else 0
        self._count(row, -1)

    async def _run(self, stories: AsyncIterable[tuple[Story, bool]]) -> None:
        async with asyncio.TaskGroup() as group:
            async for story, wanted in stories:
                self._stop_for_too_many()
                if self._work.means.stopping():
                    self.stopped = self.stopped or INTERRUPTED
                if not self._work.selection.in_shard(story.anchor) or not self._is_due(story, wanted):
                    continue
                await self._places.take(story.articles)
                if self.stopped is None:
                    self._leave(story)  # what an index says that is written meanwhile
                    group.create_task(self._one(story, self._rank()))
                else:  # stopped while this waited for room
                    self._places.give(story.articles)
                    self._leave(story)

    def _is_due(self, story: Story, wanted: bool) -> bool:
        """Whether to run it; if not, its row is what it was."""
        if not self._joining:
            self._found(story.key, story.articles)
        history, made = self._history, self._fingerprints.of(story)
        kept, row = history.kept.get(story.key), history.row(story.key)
        same = kept is not None and kept.fingerprint == made and not history.is_gone(story)
        unchanged = same and kept is not None and filing.is_whole(self._work.folder, kept.row, self._watch.note)
        if unchanged and row is not None and not (self._work.retry_failed and row.status != "done"):
            parts = self._history.parts(story) if row.status == "failed" else {}
            now = {} if parts else {"title": story.title, "reason": story.reason}
            self.rows.update({**parts, story.key: row.model_copy(update=now)})
            self._counts.unchanged += 1
            self._count(row, 1)
            return False
        selection = self._work.selection
        joins = self._joining or self._history.joins(story)
        chosen = joins or (wanted and selection.recent(story))
        within = joins or selection.limit is None or self._begun < selection.limit
        if not chosen or not within or self.stopped is not None:
            self._counts.waiting += not self._joining
            self._leave(story)
            return False
        self._begun += not joins
        return True

    def _rank(self) -> int:
        """Of the story that is begun now. Earlier ones go first, so that they end soon and make room.

        The last ones are equal, so that their articles are all asked before the few requests that end each of them;
        else the run would end with one short chain of requests after the other.
        """
        of_all = self._counts.stories or 0
        return max(0, min(self._counts.found, of_all - self._work.concurrency // 2))

    def _leave(self, story: Story) -> None:
        """Let the rows say what is known of a story that is not through; where stories are joined now, theirs do."""
        if not self._joining:
            self.rows.update(self._history.waiting(story))

    async def _one(self, story: Story, rank: int) -> None:
        """Check one story; of lower `rank` are those begun before, whose requests go first."""
        unreadable, history = 0, self._history
        try:
            given = self._input(story)
            unreadable = len(given.unreadable)
            row, fingerprint = await self._checked(story, given, rank)
        except (AnswerDeferred, Interrupted) as error:
            self.deferred += isinstance(error, AnswerDeferred)
            self.stopped = self.stopped or (INTERRUPTED if isinstance(error, Interrupted) else None)
            self._leave(story)
            return
        except (EndpointError, CassetteError) as error:
            self._end(error, story)
            return
        except Exception as error:
            # no report can be written, of this story or of any
            if isinstance(error, FactcheckError) and isinstance(error.__cause__, OSError):
                self._end(error, story)
                return
            last, before = history.row(story.key), history.against(story)
            row = history.beside(failed_row(story, why(error), unreadable, last, before, _now()), story)
            fingerprint = self._fingerprints.of(story)
        finally:
            self._places.give(story.articles)
        try:
            self._through(story, row, fingerprint)
        except SettingsError as error:
            self._end(error, story)

    def _end(self, error: Exception, story: Story) -> None:
        """Begin no further story, and leave this one for the next run: no story survives what it met."""
        self.error = self.error or error
        self.stopped = self.stopped or str(error)
        self._leave(story)

    async def _checked(self, story: Story, given: Input, rank: int) -> tuple[StoryRow, str]:
        if not given.articles:
            first = given.unreadable[0]
            raise InputError(f"no article in it could be read; {first.path}: {first.reason}")
        work, history, unfinished = self._work, self._history, list[str]()
        last = history.row(story.key)
        earlier = last.report if last is not None else None
        loop = asyncio.get_running_loop()
        begun = await loop.run_in_executor(
            self._filing, filing.begin_story, work.folder, story, earlier, given.articles, work.run, work.command
        )
        later: AnswerDeferred | Interrupted | None = None
        watch = StoryWatch(self._counts, self._watch, work.means.usage, again=self._joining)
        with begun, counted_apart() as share, ranked(rank):
            token = _FOLDER.set(begun)
            means = replace(work.means, usage=share.snapshot, estimate=_unsaid)
            try:
                report = await check_story(given, means, work.settings, work.run, watch)
            except AnswerDeferred as error:
                later = error  # told when the folder is closed, which then counts as one to go on with
                watch.leave()
            else:
                unfinished = sorted({failure.kind for failure in report.failures} & UNFINISHED)
                if unfinished and not report.partial:
                    self._stop_for(unfinished, report)
                # Half of a story would be told as news, or in the place of parts that are whole; its answers are kept
                # and the next run has all of it.
                half = report.partial or (unfinished and history.parts(story))
                later = Interrupted(INTERRUPTED) if half else None
                if later is None:
                    own = decidable(history.earlier(story))
                    report = decided_of_many(report, work.decisions, own, work.named)
                    await loop.run_in_executor(self._filing, _finish, begun, report, work)
            finally:
                _FOLDER.reset(token)
        if later is not None:
            raise later
        folder = begun.path.relative_to(work.folder).as_posix()
        usage = total_usage([report.run.usage, *history.spent(story)])
        row = report_row(story, report, history.against(story), work.known, folder, usage, _now())
        return row, self._fingerprints.of(story) + ("?" if unfinished else "")

    def _stop_for(self, unfinished: Sequence[str], report: Report) -> None:
        """Begin no further story when what this one lacks, no other will get either."""
        first = next(failure for failure in report.failures if failure.kind in unfinished)
        if first.kind == "EndpointError" and self.error is None:
            self.error = EndpointError(first.message)
        self.stopped = self.stopped or first.message

    def _input(self, story: Story) -> Input:
        first_of: dict[str, str] = {}
        articles, skipped, unreadable = list[Article](), list[RefusedFile](), list[RefusedFile]()
        for document in story.documents:
            outcome = first_only(self._spool.outcome(document), first_of)
            if isinstance(outcome, Refusal):
                (unreadable if outcome.failed else skipped).append(outcome.file)
            else:
                articles.append(outcome)
        return Input(
            articles=tuple(articles),
            skipped=tuple(skipped),
            unreadable=tuple(unreadable),
            copies=group_copies(articles),
            failed=self._in_vain(story),
            known_sources=read_sources(story.sources),
        )

    def _in_vain(self, story: Story) -> tuple[Failure, ...]:
        """What became of articles of a story that is joined or parted, where asking again is not wanted."""
        if not self._joining and not self._history.regroups(story):
            return ()
        again, here = self._work.retry_failed, self._checked_here
        made = made_with(self._work.run)
        return self._history.in_vain(story, self._work.folder, made, lambda key: not again or key in here)

    def _through(self, story: Story, row: StoryRow, fingerprint: str) -> None:
        """Keep the row and tell of it."""
        self._spool.finish(self._history.kept_now(story, row, fingerprint))
        if row.status != "failed" and story.absorbed:
            self._spool.drop(story.absorbed)
        self._spool.spend(self._work.run_id, self._work.means.usage())
        failed_before = self._take_over(story, row)
        self._failed_articles += max(0, lost(row) - failed_before)
        self._checked_here.add(story.key)
        self._counts.usage = self._work.means.usage()
        self._counts.done += row.status != "failed"
        self._counts.failed += row.status == "failed"
        self._counts.articles_run += 0 if self._joining else row.articles
        self._count(row, 1)
        self._watch.story(row, self._counts)
        self._tell_through()
        self._stop_for_too_many()

    def _stop_for_too_many(self) -> None:
        """Begin no further story when too much has failed, also before the first of them."""
        failed = self._failed_articles + self._counts.unreadable
        articles = max(self._counts.articles, self._counts.pooled)
        self.stopped = self.stopped or self._work.too_many.crossed(failed, articles, self._counts.files)

    def _count(self, row: StoryRow, times: int) -> None:
        self._counts.add(row, times)
        self._watch.update(self._counts)


def _first(group: ExceptionGroup[SettingsError]) -> SettingsError:
    first = group.exceptions[0]
    return _first(first) if isinstance(first, ExceptionGroup) else first


def _finish(begun: RunFolder, report: Report, work: Work) -> None:
    """Write the report. Raises SettingsError that came of an OSError."""
    try:
        begun.finish(report, work.style)
    except OSError as error:
        raise filing.unwritten(error, begun.path) from error


async def _wanted(stories: Sequence[Story]) -> AsyncIterator[tuple[Story, bool]]:
    for story in stories:
        yield story, True


def _unsaid(model: str, requests: Sequence[tuple[str, str]], output: int) -> str:  # noqa: ARG001
    """No estimate: counting the tokens of every request costs more time than anybody reads the line in."""
    return ""


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
