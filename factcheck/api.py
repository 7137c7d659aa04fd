"""The face between callers and the pipeline: the one place that builds client, store and cassette and runs the loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager, AsyncExitStack, ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from factcheck import __version__
from factcheck.engine.base import GRACE, Placing, Stop
from factcheck.errors import InputError, SettingsError
from factcheck.findings import INTERRUPTED, ExtractionReport, Report
from factcheck.ingestion.copies import group_copies
from factcheck.ingestion.known_sources import beside, read_sources
from factcheck.ingestion.parsing import DEFAULT_OPTIONS, ReadOptions
from factcheck.ingestion.reading import read as read_files
from factcheck.ingestion.sides import read_side
from factcheck.llm.base import AnswerStore
from factcheck.llm.cache import AnswerCache
from factcheck.llm.cassette import Tape, cassette
from factcheck.llm.client import Client
from factcheck.llm.doctor import Diagnosis, diagnose
from factcheck.llm.doctor import plan as plan_diagnosis
from factcheck.llm.endpoint import require_endpoint, resolve
from factcheck.llm.forecast import estimate_line, tariff, tokens_line
from factcheck.llm.libraries import import_reader, import_sdk, load_ahead
from factcheck.llm.mailbox import Mailbox
from factcheck.llm.mailing import open_post
from factcheck.llm.memory import MemoryStore
from factcheck.llm.recorded import as_recorded
from factcheck.llm.traces import Listener
from factcheck.pipeline import Input, Means, Progress, Unwatched
from factcheck.pipeline import check as run_check
from factcheck.pipeline import extract_all as run_extraction
from factcheck.pipeline.planning import Estimate
from factcheck.pipeline.planning import estimate as run_estimate
from factcheck.reporting.base import Style
from factcheck.runs.folder import RunFolder
from factcheck.runs.folder import begin as begin_run
from factcheck.runs.identity import recording_header, run_info
from factcheck.settings import EngineSettings, Settings
from factcheck.workplaces import open_engine, require_engine

if TYPE_CHECKING:  # for the types only: the check of one story does not load what checks many
    from factcheck.batch.between_shards import Later
    from factcheck.batch.counting import BatchProgress
    from factcheck.batch.estimating import BatchEstimate
    from factcheck.batch.options import BatchOptions
    from factcheck.index import BatchIndex, GroupBy

Result = TypeVar("Result")

ENDING = f"interrupted: what is under way has {GRACE:g} s to end; interrupt again to leave at once"


def read(paths: str | Path | Sequence[str | Path], options: ReadOptions = DEFAULT_OPTIONS) -> Input:
    """Articles from files and folders, those that share their text, and what became of every other file.

    `paths` is one path or several. Raises InputError when a path is missing or a folder is empty, SettingsError when
    a list of sources contradicts itself or cannot be read.
    """
    given = [paths] if isinstance(paths, str | Path) else paths
    if not all(str(path) for path in given):
        raise InputError("an empty path; write '.' for the current folder")
    files = [Path(path) for path in given]
    known_sources = read_sources(beside(files) if options.sources is None else (options.sources,))
    found = read_files(files, options=options)
    return Input(
        articles=found.articles,
        skipped=found.skipped,
        unreadable=found.failed,
        copies=group_copies(found.articles),
        known_sources=known_sources,
    )


def preflight(settings: Settings) -> None:
    """Check before any work that a model or a recording is within reach; sends nothing.

    Raises EndpointError that names the ways out, SettingsError when the base URL is no address.
    """
    require_endpoint(settings.model, settings.cassette)
    require_engine(settings)


def doctor(settings: Settings) -> Diagnosis:
    """What the endpoint of `settings` can do and what to set for it, from a few small requests; `doctor_plan` first.

    Raises SettingsError when the base URL is no address or when called inside a running event loop.
    """
    _refuse_running_loop()
    return asyncio.run(diagnose(settings.model))


def doctor_plan(settings: Settings) -> str:
    """What `doctor` will send at most, in words."""
    return plan_diagnosis(settings.model)


def prepare(settings: Settings) -> None:
    """Begin to load, beside what the caller does next, what a replay is sure to need: the SDK."""
    if settings.cassette is not None and settings.cassette.exists():
        load_ahead(import_sdk, import_reader)


def check(
    given: Input,
    settings: Settings,
    progress: Progress | None = None,
    listener: Listener | None = None,
    stop: Stop | None = None,
) -> Report:
    """The verdict report of the articles as one story; `listener` is told of every request once it is over.

    When `stop` is requested, from wherever, what is under way may still end, and the report says that it is partial.

    Raises SettingsError, also when called inside a running event loop, EndpointError or CassetteError when the run
    cannot go on; the failure of a single call is in the report.
    """
    settings, watch = as_recorded(settings), progress or Unwatched()

    async def work(means: Means) -> Report:
        return await run_check(given, means, settings.check, run_info(settings, __version__), watch)

    return _run(work, settings, watch.note, listener, stop or Stop())


def open_run(paths: Sequence[Path], given: Input, settings: Settings, command: Sequence[str]) -> RunFolder | None:
    """The run folder of a check of `paths`, begun; None when the settings want none. Close it, or use it with `with`.

    `command` is what was typed. The run that was begun with the same articles and settings and never ended is
    continued in its folder. Raises SettingsError when it cannot be written, CassetteError when a recording cannot be
    read.
    """
    if not settings.runs.enabled:
        return None
    name = paths[0].resolve()
    return begin_run(
        root=settings.runs.directory,
        name=name.name if name.is_dir() else name.stem,
        articles=given.articles,
        run=run_info(as_recorded(settings), __version__),
        command=command,
        folder=Path.cwd(),
    )


def extract(
    given: Input,
    settings: Settings,
    progress: Progress | None = None,
    listener: Listener | None = None,
    stop: Stop | None = None,
) -> ExtractionReport:
    """The claims of every article, nothing compared; raises as `check` does."""
    settings, watch = as_recorded(settings), progress or Unwatched()

    async def work(means: Means) -> ExtractionReport:
        found = await run_extraction(given.articles, means, watch, given.shared(settings.check))
        return ExtractionReport(
            articles=given.articles,
            extractions=found.extractions,
            failures=found.failures,
            partial=any(failure.kind == INTERRUPTED for failure in found.failures),
            skipped=given.skipped,
            unreadable=given.unreadable,
            copies=given.copies,
            usage=means.usage().model_copy(update={"cache_hits": found.cached}),
        )

    return _run(work, settings, watch.note, listener, stop or Stop())


def batch(
    root: str | Path,
    settings: Settings,
    options: BatchOptions,
    progress: BatchProgress | None = None,
    *,
    watch: bool = False,
    stop: Stop | None = None,
    listener: Listener | None = None,
) -> BatchIndex:
    """Check the stories below `root`, those that are new or changed, and write reports and index to `options.folder`.

    With `watch`, goes on whenever files change, until interrupted. One client, one budget, one store for all of it.
    When `stop` is requested no further story is begun, and what is under way may still end; `listener` is told of every
    request. Raises as `check` does, and InputError when there is no file below `root`; what single articles, pairs and
    stories failed of is in the index, which is written however the run ends.
    """
    from factcheck.batch.by_mail import open_mailbox, run_by_mail
    from factcheck.batch.counting import UnwatchedBatch, WholeRun
    from factcheck.batch.filing import make_folder
    from factcheck.batch.options import new_id
    from factcheck.batch.passes import Pass
    from factcheck.batch.roots import open_spool
    from factcheck.batch.running import recorder
    from factcheck.batch.spending import spending_kept
    from factcheck.batch.watching import Missed, rounds, run_rounds

    settings = as_recorded(settings)
    require_engine(settings, by_mail=options.by_mail)
    observer, place = progress or UnwatchedBatch(), Path(root)
    if options.by_mail and options.wait and not watch:
        observer = WholeRun(observer)
    make_folder(options.folder, place)
    with ExitStack() as stack:
        spool = stack.enter_context(open_spool(options.folder, place))
        mailbox = stack.enter_context(open_mailbox(options, settings, observer.note))
        run_id, wish = new_id(), stop or Stop()

        async def work(means: Means) -> BatchIndex:
            over, loop = asyncio.Event(), asyncio.get_running_loop()

            async def one_pass() -> BatchIndex:
                one = Pass(place, options, spool, observer, run_id)
                if one.counts.files:
                    load_ahead(import_sdk)  # beside the reading of the first story
                return await one.run(means, settings.check, run_info(settings, __version__), settings.model.concurrency)

            async with AsyncExitStack() as posts:
                go: Callable[[], Awaitable[BatchIndex]] = one_pass
                if mailbox is not None:
                    post = await posts.enter_async_context(open_post(settings.model, mailbox))
                    go = partial(run_by_mail, one_pass, post, mailbox, options, over, observer.note)
                await posts.enter_async_context(spending_kept(spool, run_id, means.usage))
                posts.enter_context(wish.heard_by(lambda: loop.call_soon_threadsafe(over.set)))
                aside, note, missed = options.folder.parent, observer.note, Missed(place, options.reading, spool.stamps)
                index = options.folder / "index.html"
                numbers = rounds(place, aside, over, watch=watch, note=note, missed=missed, index=index)
                return await run_rounds(numbers, go, wish, patient=watch, note=note, missed=missed)

        return _run(work, settings, observer.note, recorder(listener), wish, mailbox)


def merge(folders: Sequence[str | Path], into: str | Path, lang: str = "en", *, to_compare: bool = False) -> BatchIndex:
    """Put the shards of a batch together in the folder `into`; see `factcheck.batch.merging.merge`."""
    from factcheck.batch.merging import merge as merge_shards

    return merge_shards([Path(folder) for folder in folders], Path(into), Style(lang=lang), to_compare=to_compare)


def compare_shards(
    index: BatchIndex,
    later: Later,
    settings: Settings,
    progress: BatchProgress,
    stop: Stop | None = None,
    listener: Listener | None = None,
) -> BatchIndex:
    """Compare the stories of merged shards; see `factcheck.batch.between_shards.compare_shards`. Raises as `batch`."""
    from factcheck.batch.between_shards import compare_shards as compare

    async def work(means: Means) -> BatchIndex:
        return await compare(index, later, run_info(settings, __version__), means, settings.check, progress)

    return _run(work, settings, progress.note, listener, stop or Stop())


def read_sides(first: str, other: str, options: ReadOptions = DEFAULT_OPTIONS) -> Input:
    """Two sides to compare, each the path of one article, or words; raises InputError as `read_side` does.

    Words of one sentence are a claim as they stand; longer ones are extracted like an article.
    """
    sides = [read_side(given, label, options) for label, given in (("A", first), ("B", other))]
    if len({article.id for article, _ in sides}) == 1:
        raise InputError("both sides are the same text")
    return Input(
        articles=tuple(article for article, _ in sides),
        stated=frozenset(article.id for article, is_claim in sides if is_claim),
    )


def estimate(given: Input, settings: Settings) -> Estimate:
    """What a check of these articles would ask and cost, with what is in the cache taken off; sends nothing.

    Raises SettingsError when called inside a running event loop.
    """

    async def work(means: Means) -> Estimate:
        return await run_estimate(given, means, settings.check, tariff(settings.model))

    return _unsent(work, settings)


def estimate_batch(
    root: str | Path, settings: Settings, group_by: GroupBy | None = None, reading: ReadOptions = DEFAULT_OPTIONS
) -> BatchEstimate:
    """As `estimate`, of a batch over `root`; see `factcheck.batch.estimating.estimate_batch`."""
    from factcheck.batch.estimating import estimate_batch as run_batch_estimate

    async def work(means: Means) -> BatchEstimate:
        across, cost = settings.batch.across_stories, tariff(settings.model)
        return await run_batch_estimate(Path(root), reading, group_by, means, settings.check, cost, across=across)

    return _unsent(work, settings)


def _unsent(work: Callable[[Means], Awaitable[Result]], settings: Settings) -> Result:
    return _run(work, settings.model_copy(update={"engine": EngineSettings()}), Unwatched().note, None, Stop())


def _run(
    work: Callable[[Means], Awaitable[Result]],
    settings: Settings,
    note: Callable[[str], None],
    listener: Listener | None,
    stop: Stop,
    mailbox: Mailbox | None = None,
) -> Result:
    """Open cassette, store and client around `work`, and run it in an event loop of its own."""
    _refuse_running_loop()

    # NOTE: a task that ends with a Report is spelled out, all of it, when asyncio resets its signal handler.
    outcome: list[Result] = []

    async def opened() -> None:
        with stop.obeyed(lambda: None if stop.at_rest else note(ENDING)):
            await heeding()

    async def heeding() -> None:
        stopping = partial(getattr, stop, "requested")
        placing = Placing(limit=settings.model.concurrency, stop=stop, note=note)
        async with (
            Client(settings.model, listener, mailbox, stopping=stopping) as client,
            open_engine(settings, client, store, listener, stopping, placing) as engine,
        ):
            means = Means(
                model=client,
                store=store,
                engine=engine,
                stopping=stopping,
                usage=lambda: client.usage,
                estimate=estimate_line if not resolve(settings.model).local else tokens_line,
                name=settings.model.model,
                confirm_name=settings.model.confirm_model or settings.model.model,
                limited=settings.is_limited,
                lasting=settings.keeps_answers,
                embedder=client,
            )
            outcome.append(await work(means))

    with ExitStack() as stack:
        tape = stack.enter_context(_cassette(settings.cassette, settings)) if settings.cassette else None
        if tape is not None and tape.begun:
            note(f"goes on with the recording that was broken off: {tape.begun:,} answers are in it already")
        store: AnswerStore = _store(settings, note, stack)
        try:
            asyncio.run(opened())
        except asyncio.CancelledError:
            if stop.urgent:
                raise KeyboardInterrupt from None
            raise
        finally:
            stop.answers_lost = isinstance(store, AnswerCache) and store.lost
        if tape is not None and isinstance(outcome[0], Report | ExtractionReport) and outcome[0].partial:
            tape.keep_apart()
    if tape is not None and tape.trouble is not None:
        note(tape.trouble)
    return outcome[0]


def _refuse_running_loop() -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    raise SettingsError(
        "called inside a running event loop, such as a notebook's; call it from a thread:"
        " await asyncio.to_thread(factcheck.check, given, settings)"
    )


def _store(settings: Settings, note: Callable[[str], None], stack: ExitStack) -> AnswerStore:
    """A cassette must see every request, so it gets a store of its own that ends with the run."""
    if not settings.keeps_answers:
        return MemoryStore()
    cache = AnswerCache(settings.cache.place, resolve(settings.model).base_url)
    stack.callback(cache.close)
    told = list(cache.warnings)  # before anything is spent; what comes later, at the end
    _tell(told, note)
    stack.callback(lambda: _tell([warning for warning in cache.warnings if warning not in told], note))
    return cache


def _tell(warnings: Sequence[str], note: Callable[[str], None]) -> None:
    for warning in warnings:
        note(warning)


def _cassette(path: Path, settings: Settings) -> AbstractContextManager[Tape]:
    # A replay sends nothing, whatever stands in the environment as key or address.
    secrets = () if path.exists() else resolve(settings.model).secrets
    return cassette(path, recording_header(settings, __version__), secrets)
