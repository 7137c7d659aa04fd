"""The choice of the pairs of a story: gists where they are needed, what is paid for already, what failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from factcheck.engine.base import Raised
from factcheck.errors import SettingsError
from factcheck.models import Article, Extraction, Failure, Value
from factcheck.pipeline.means import STOP, Means, Progress, advance, failure, raise_if_endpoint
from factcheck.settings import CheckSettings
from factcheck.stages.blocking import Blocking, Known, Plan, Prepared, gists, pair, prepare
from factcheck.stages.blocking.vectors import Vectors, embed, stored_vectors, vector_batches


class Paired(Value):
    """The pairs of a story, and the claims that got no gist because the call failed."""

    blocking: Blocking
    failures: tuple[Failure, ...] = ()
    cached: int = 0
    """Gists that were already paid for."""


class Planned(Value):
    """The pairs of a story as far as they can be told without asking."""

    blocking: Blocking
    gist_requests: tuple[tuple[str, str], ...] = ()
    """(System, user) text of the requests for gists that are not paid for; their pairs are not in `blocking`."""
    gist_tokens: int = 0
    """Output tokens to expect of those requests."""


async def pair_all(
    extractions: Sequence[Extraction],
    articles: Mapping[str, Article],
    means: Means,
    settings: CheckSettings,
    watch: Progress,
) -> Paired:
    """The pairs worth judging; asks for gists when only the nearest claims are paired and languages are mixed.

    A claim whose gist failed is compared by its own words alone, and is in `failures`. Raises EndpointError when
    every request failed for that reason.
    """
    prepared, plan = prepare(extractions, articles, detail=settings.detail), _plan(settings)
    if not plan.ranks(prepared.subjects):
        return Paired(blocking=pair(prepared, plan, Known()))
    vectors = await _embed(prepared, means, settings.embeddings) if settings.embeddings else Vectors(by_claim={})
    asked = _wanted(prepared, settings)
    found = await _ask(asked, means, watch) if asked.ids else gists.Gists(texts={})
    return Paired(
        blocking=pair(prepared, plan, Known(gists=found.texts, embeddings=vectors.by_claim)),
        failures=(*vectors.failures, *found.failures),
        cached=found.cached + vectors.cached,
    )


def plan_pairs(
    extractions: Sequence[Extraction], articles: Mapping[str, Article], means: Means, settings: CheckSettings
) -> Planned:
    """What `pair_all` would choose with the gists and vectors that are paid for, and the gists it would ask for."""
    prepared, plan = prepare(extractions, articles, detail=settings.detail), _plan(settings)
    if not plan.ranks(prepared.subjects):
        return Planned(blocking=pair(prepared, plan, Known()))
    task, asked = means.task("gist_claims"), _wanted(prepared, settings)
    texts = gists.stored(asked, means.store, task)
    name = settings.embeddings
    vectors = stored_vectors(prepared.subjects, means.store, name) if name else {}
    return Planned(
        blocking=pair(prepared, plan, Known(gists=texts, embeddings=vectors)),
        gist_requests=tuple((task.prompt.text, gists.user_text(batch)) for batch in gists.batches(asked, texts)),
        gist_tokens=gists.expected_tokens(len(asked.ids) - len(texts)),
    )


def _wanted(prepared: Prepared, settings: CheckSettings) -> gists.GistBatch:
    return gists.needed(prepared.subjects) if settings.gists else gists.GistBatch(ids=(), lines=())


def _plan(settings: CheckSettings) -> Plan:
    return Plan(settings.pairing, settings.all_pairs_up_to, settings.neighbours)


async def _embed(prepared: Prepared, means: Means, name: str) -> Vectors:
    """The vectors of all claims; not watched, for they cost little beside what is asked of the model."""
    if means.embedder is None:
        raise SettingsError(f"embeddings = {name!r}: nothing here can ask for vectors")
    known = stored_vectors(prepared.subjects, means.store, name)
    batches = vector_batches(prepared.subjects, known)
    outcomes = await means.engine.run(
        partial(embed, embedder=means.embedder, store=means.store, name=name),
        batches,
        stop_on=STOP,
        done=lambda batch: None,  # noqa: ARG005
    )
    failures, found = list[Failure](), dict(known)
    for batch, outcome in zip(batches, outcomes, strict=True):
        if isinstance(outcome, Raised):
            failures.extend(failure("blocking", id_, outcome.error) for id_ in batch.ids)
        else:
            found |= outcome.value.by_claim
            failures.extend(outcome.value.failures)
    if len(failures) == len(prepared.subjects):
        raise_if_endpoint(outcomes)
    return Vectors(by_claim=found, failures=tuple(failures), cached=len(known))


async def _ask(asked: gists.GistBatch, means: Means, watch: Progress) -> gists.Gists:
    task = means.task("gist_claims")
    known = gists.stored(asked, means.store, task)
    batches = gists.batches(asked, known)
    if batches:
        requests = [(task.prompt.text, gists.user_text(batch)) for batch in batches]
        watch.note(means.estimate(task.model, requests, gists.expected_tokens(len(asked.ids) - len(known))))
    watch.stage("blocking", len(asked.ids), len(known))
    outcomes = await means.engine.run(
        partial(gists.write, model=means.model, store=means.store, task=task),
        batches,
        stop_on=STOP,
        done=lambda batch: advance(watch, means, "blocking", len(batch.ids)),
    )
    failures, texts = list[Failure](), dict(known)
    for batch, outcome in zip(batches, outcomes, strict=True):
        if isinstance(outcome, Raised):
            failures.extend(failure("blocking", id_, outcome.error) for id_ in batch.ids)
        else:
            texts |= outcome.value.texts
            failures.extend(outcome.value.failures)
    if len(failures) == len(asked.ids):
        raise_if_endpoint(outcomes)
    # From the store, so that claims with the same words share the gist that one of them was asked for.
    texts |= gists.stored(asked, means.store, task)
    return gists.Gists(texts=texts, failures=tuple(failures), cached=len(known))
