"""What a batch over a folder would ask and cost, told without asking anything and without a trace of a batch."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypedDict

from factcheck.batch import links, neighbours, weighing
from factcheck.batch.planning import Story, folder_story, pooled_stories
from factcheck.batch.scanning import ScannedFile, fitting, readings, scan
from factcheck.batch.spool import Document, Spool
from factcheck.errors import SettingsError
from factcheck.index import GroupBy
from factcheck.ingestion.parsing import ReadOptions
from factcheck.ingestion.walking import Refusal
from factcheck.models import Article, Value
from factcheck.pipeline import Input, Means
from factcheck.pipeline.planning import Basis, Cost, Estimate, StageEstimate, estimate, estimate_between
from factcheck.settings import CheckSettings


class StoryCost(Value):
    """What one story would ask and cost by itself."""

    title: str
    """The folder, the day, or the title of an article."""
    articles: int
    claims: int
    requests: int
    cost_usd: float | None
    """None when the price is not known."""


class BetweenEstimate(Value):
    """The most that is asked about claims of different stories. How alike they are shows when the stories are through:
    mostly it is far less."""

    pairs: int
    requests: int
    prompt_tokens: int
    completion_tokens: int
    cost_usd: float | None
    """None when the price is not known."""


class BatchEstimate(Value):
    """What a batch over all stories of a folder would read, pair, ask and cost; nothing was sent for it."""

    group_by: GroupBy
    articles: int
    skipped: int
    """Files that are no article, and articles that are a copy word for word."""
    unreadable: int
    claims: int
    claims_basis: Basis
    candidates: int
    """Pairs of claims within the stories that are worth judging."""
    stages: tuple[StageEstimate, ...]
    """Summed over the stories."""
    sparing: int
    """Stories in which a part of the pairs is inferred, so that judging is at most what is told."""
    requests: int
    """Within the stories, as are the tokens and the cost."""
    prompt_tokens: int
    completion_tokens: int
    cost_usd: float | None
    between: BetweenEstimate | None
    """None where no two stories are compared."""
    stories: tuple[StoryCost, ...]


async def estimate_batch(
    root: Path,
    reading: ReadOptions,
    group_by: GroupBy | None,
    means: Means,
    settings: CheckSettings,
    cost: Cost,
    *,
    across: bool = True,
) -> BatchEstimate:
    """What `factcheck batch` over `root` would ask when nothing but what is in the cache is known of its stories.

    The stories are those that the openings of the articles make, and of pairs between stories the most that are
    compared is told. What is asked anew for stories that claims join is not in it. The articles lie in a temporary
    file, those of one story are in memory. Raises InputError when there is nothing below `root`, and SettingsError when
    it or the temporary folder cannot be used.
    """
    files, name = scan(root, reading), root.resolve().name or str(root)  # noqa: ASYNC240 -- nothing else waits
    how: GroupBy = group_by or fitting(files)
    sums, near = _Sums(means, settings, cost), 0
    with _temporary() as folder, Spool(Path(folder)) as spool:
        async for file, outcomes in readings(files, reading):
            spool.keep(file.shown, "", outcomes, opened=how == "event")
            sums.read(outcomes)
        async for story in _stories(name, how, files, spool, means):
            articles = _articles(story.documents, spool)
            if articles:
                sums.add(story.title, await estimate(Input(articles=articles), means, settings, cost))
            near += sum(len(part.near) for part in story.parts)
            await asyncio.sleep(0)  # so that an interrupt is heard
    return sums.total(how, near // 2, across=across)


def _temporary() -> TemporaryDirectory[str]:
    """Raises SettingsError when there is no place for it."""
    try:
        return TemporaryDirectory(prefix="factcheck-")
    except OSError as error:
        raise SettingsError(
            f"no temporary folder can be made ({error.strerror or error}); name one in TMPDIR"
        ) from error


async def _stories(
    name: str, how: GroupBy, files: Sequence[ScannedFile], spool: Spool, means: Means
) -> AsyncIterator[Story]:
    """The stories of a batch that begins; each one's documents come from the spool."""
    if how != "folder":
        documents = spool.documents_of(dict.fromkeys(file.shown for file in files))
        for story in await pooled_stories(how, name, documents, spool, {}, (), means.stopping):
            yield story
        return
    for part, some in groupby(sorted(files, key=lambda file: file.part), key=lambda file: file.part):
        yield folder_story(part, name, spool.documents_of(dict.fromkeys(file.shown for file in some)), ())


def _articles(documents: Iterable[Document], spool: Spool) -> tuple[Article, ...]:
    """The articles of a story, one that is there twice once."""
    first = {document.article: document for document in reversed(tuple(documents)) if document.article is not None}
    outcomes = (spool.outcome(document) for document in first.values())
    return tuple(outcome for outcome in outcomes if isinstance(outcome, Article))


class _Sums:
    """What the stories so far come to; of each no more is held than its line."""

    def __init__(self, means: Means, settings: CheckSettings, cost: Cost) -> None:
        self._means, self._settings, self._cost = means, settings, cost
        self._stories = list[StoryCost]()
        self._found = self._unreadable = self._skipped = 0
        self._articles = self._candidates = self._sparing = self._squares = 0
        self._counted = True
        self._stages = dict[str, StageEstimate]()

    def read(self, outcomes: Sequence[Article | Refusal]) -> None:
        """Count what a file gave."""
        refused = [outcome for outcome in outcomes if isinstance(outcome, Refusal)]
        failed = sum(refusal.failed for refusal in refused)
        self._unreadable += failed
        self._skipped += len(refused) - failed
        self._found += len(outcomes) - len(refused)

    def add(self, title: str, of: Estimate) -> None:
        """Count a story."""
        self._stories.append(
            StoryCost(title=title, articles=of.articles, claims=of.claims, requests=of.requests, cost_usd=of.cost_usd)
        )
        self._articles += of.articles
        self._candidates += of.candidates
        self._sparing += of.sparing
        self._squares += of.claims**2
        self._counted = self._counted and of.claims_basis == "counted"
        for stage in of.stages:
            known = self._stages.get(stage.stage)
            self._stages[stage.stage] = stage if known is None else _together(known, stage)

    def total(self, how: GroupBy, near: int, *, across: bool) -> BatchEstimate:
        """All of it, with the most that is asked about pairs between stories; `near` pairs of them are nearly one."""
        stages, claims = tuple(self._stages.values()), sum(story.claims for story in self._stories)
        possible = (claims**2 - self._squares) // 2
        most = min(possible, most_between(self._candidates, near)) if across else 0
        further = estimate_between(most, self._means, self._settings, self._cost)
        return BatchEstimate(
            group_by=how,
            articles=self._articles,
            skipped=self._skipped + self._found - self._articles,
            unreadable=self._unreadable,
            claims=claims,
            claims_basis="counted" if self._counted else "estimated",
            candidates=self._candidates,
            stages=stages,
            sparing=self._sparing,
            **_spent(stages),
            between=BetweenEstimate(pairs=most, **_spent(further)) if most else None,
            stories=tuple(self._stories),
        )


class _Spent(TypedDict):
    """Fields of both estimates."""

    requests: int
    prompt_tokens: int
    completion_tokens: int
    cost_usd: float | None


def _spent(stages: Sequence[StageEstimate]) -> _Spent:
    costs = [stage.cost_usd for stage in stages]
    return {
        "requests": sum(stage.requests for stage in stages),
        "prompt_tokens": sum(stage.prompt_tokens for stage in stages),
        "completion_tokens": sum(stage.completion_tokens for stage in stages),
        "cost_usd": None if None in costs else round(sum(cost or 0.0 for cost in costs), 6),
    }


def most_between(inside: int, near: int) -> int:
    """Pairs of claims between stories that a batch compares at most, for so many pairs within stories.

    `near` pairs of stories are weighed by their chief facts too, whether they are one.
    """
    alike = max(neighbours.FEWEST, int(neighbours.SHARE * inside))
    return alike + min(max(links.FEWEST, int(links.SHARE * inside)), near * weighing.CHIEF**2)


def _together(one: StageEstimate, other: StageEstimate) -> StageEstimate:
    cost = None if one.cost_usd is None or other.cost_usd is None else one.cost_usd + other.cost_usd
    counted = one.basis == other.basis == "counted"
    return one.model_copy(
        update={
            "units": one.units + other.units,
            "paid": one.paid + other.paid,
            "requests": one.requests + other.requests,
            "prompt_tokens": one.prompt_tokens + other.prompt_tokens,
            "completion_tokens": one.completion_tokens + other.completion_tokens,
            "cost_usd": cost,
            "basis": "counted" if counted else "estimated",
        }
    )
