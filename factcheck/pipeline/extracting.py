"""The extraction of all articles of a story: what is paid for already, what is asked, what failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from factcheck.engine.base import Raised, Success
from factcheck.llm.base import AnswerStore, Model, ModelTask
from factcheck.models import Article, CopyGroup, Extraction, Failure, Value
from factcheck.pipeline.means import STOP, Means, Progress, advance, failure, raise_if_endpoint
from factcheck.stages.extraction import stage as extraction


class Extracted(Value):
    """The claims of all articles, and the articles that gave none because the call failed."""

    extractions: tuple[Extraction, ...]
    failures: tuple[Failure, ...]
    cached: int


async def extract_all(
    articles: Sequence[Article], means: Means, watch: Progress, copies: Sequence[CopyGroup] = ()
) -> Extracted:
    """Extract every article; raises EndpointError when no article could be extracted for that reason.

    Of `copies` one member each is asked whole, the others only for what they do not share with it.
    """
    task = means.task("extract_claims")
    originals = _originals(articles, copies, means, task)
    new = [a for a in articles if not extraction.is_stored(a, means.store, task, originals.get(a.id))]
    cached = len(articles) - len(new)
    if new:
        asked = [(task.prompt.text, user) for a in new for user in extraction.requests(a, originals.get(a.id))]
        watch.note(means.estimate(task.model, asked, extraction.expected_tokens(new, originals)))
    watch.stage("extraction", len(articles), cached)

    work = partial(_extract, originals=originals, model=means.model, store=means.store, task=task)
    fresh = {article.id for article in new}
    found: dict[str, Success[Extraction] | Raised] = {}
    # Two waves, because what a copy is asked depends on what its original was answered.
    for wave in (
        [a for a in articles if a.id not in originals],
        [a for a in articles if a.id in originals],
    ):
        stopped = next((o for o in found.values() if isinstance(o, Raised) and isinstance(o.error, STOP)), None)
        if stopped is not None:
            found |= {article.id: stopped for article in wave}
            continue
        ended = await means.engine.run(
            work,
            wave,
            stop_on=STOP,
            done=lambda article: advance(watch, means, "extraction", int(article.id in fresh)),
        )
        found |= {article.id: outcome for article, outcome in zip(wave, ended, strict=True)}
    outcomes = [found[article.id] for article in articles]
    extractions, failures = [], []
    for article, outcome in zip(articles, outcomes, strict=True):
        if isinstance(outcome, Raised):
            failures.append(failure("extraction", article.id, outcome.error))
        else:
            extractions.append(outcome.value)
    if articles and not extractions:
        raise_if_endpoint(outcomes)
    return Extracted(extractions=tuple(extractions), failures=tuple(failures), cached=cached)


async def _extract(
    article: Article, *, originals: Mapping[str, Article], model: Model, store: AnswerStore, task: ModelTask
) -> Extraction:
    return await extraction.extract(article, model, store, task, originals.get(article.id))


def _originals(
    articles: Sequence[Article], copies: Sequence[CopyGroup], means: Means, task: ModelTask
) -> dict[str, Article]:
    """Id of a copy -> the member of its group that is asked whole: the first that is paid for whole, else the first.

    What is paid for whole itself is no copy here, whatever joined it since.
    """
    known = {article.id: article for article in articles}
    groups = [[member for member in group.articles if member in known] for group in copies]
    paid = {member for group in groups for member in group if extraction.is_stored(known[member], means.store, task)}
    originals: dict[str, Article] = {}
    for group in filter(None, groups):
        leader = next((member for member in group if member in paid), group[0])
        originals |= {m: known[leader] for m in group if m != leader and m not in paid}
    return originals
