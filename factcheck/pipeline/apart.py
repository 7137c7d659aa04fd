"""A story as one unit of work, for an engine whose units run in other processes."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial

from factcheck.engine.base import Raised
from factcheck.findings import Report, RunInfo, Usage
from factcheck.llm.desk import begun_once
from factcheck.models import Stage, Value
from factcheck.pipeline.means import Input, Means, Progress, Unwatched
from factcheck.pipeline.story import check
from factcheck.settings import CheckSettings


class CheckedApart(Value):
    """The report of a story, and what whoever watches is told once it is there."""

    report: Report
    stages: tuple[tuple[Stage, int, int], ...]
    """Stage, units, and of those the ones that were paid for already."""
    advanced: dict[Stage, int]
    """Units that were done."""


async def check_story(given: Input, means: Means, settings: CheckSettings, run: RunInfo, watch: Progress) -> Report:
    """`check`, for one story among many: in one worker when the engine has any, so that all its work is done there.

    `means.usage` is that of this story alone. Raises as `check`, and WorkerLost.
    """
    if not means.engine.apart:
        return await check(given, means, settings, run, watch)
    # Its usage is counted here: a worker that dies would take along what it had counted.
    work = partial(_check, means=replace(means, usage=Usage), settings=settings, run=run)
    with begun_once():
        (outcome,) = await means.engine.run(work, (given,), stop_on=(), done=lambda _: None)
    if isinstance(outcome, Raised):
        raise outcome.error
    found = outcome.value
    for stage, total, cached in found.stages:
        watch.stage(stage, total, cached)
    for stage, units in found.advanced.items():
        watch.advance(stage, units)
    report = found.report
    usage = means.usage().model_copy(update={"cache_hits": report.run.usage.cache_hits})
    return report.model_copy(update={"run": report.run.model_copy(update={"usage": usage})})


async def _check(given: Input, *, means: Means, settings: CheckSettings, run: RunInfo) -> CheckedApart:
    watch = _Counting()
    report = await check(given, means, settings, run, watch)
    return CheckedApart(report=report, stages=tuple(watch.stages), advanced=dict(watch.advanced))


class _Counting(Unwatched):
    """Remembers what it is told, to be told again elsewhere."""

    def __init__(self) -> None:
        self.stages: list[tuple[Stage, int, int]] = []
        self.advanced = Counter[Stage]()

    def stage(self, name: Stage, total: int, cached: int) -> None:
        """Remember the stage."""
        self.stages.append((name, total, cached))

    def advance(self, name: Stage, units: int = 1) -> None:
        """Count them."""
        self.advanced[name] += units
