"""The choice of the pairs of a story: gists where they are needed, what is paid for already, what failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from factcheck.engine.base import Raised
from factcheck.models import Article, Extraction, Failure, Value
from factcheck.pipeline.means import STOP, Means, Progress, advance, failure, raise_if_endpoint
from factcheck.prompts import load
from factcheck.settings import CheckSettings
from factcheck.stages.blocking import Blocking, Known, Plan, gists, pair, prepare


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
    asked = gists.needed(prepared.subjects) if settings.gists else gists.GistBatch(ids=(), lines=())
    found = await _ask(asked, means, watch) if asked.ids else gists.Gists(texts={})
    return Paired(
        blocking=pair(prepared, plan, Known(gists=found.texts)),
        failures=found.failures,
        cached=found.cached,
    )


def plan_pairs(
    extractions: Sequence[Extraction], articles: Mapping[str, Article], means: Means, settings: CheckSettings
) -> Planned:
    """What `pair_all` would choose with the gists that are paid for, and what it would ask."""
    prepared, plan = prepare(extractions, articles, detail=settings.detail), _plan(settings)
    if not plan.ranks(prepared.subjects) or not settings.gists:
        return Planned(blocking=pair(prepared, plan, Known()))
    prompt, asked = load("gist_claims"), gists.needed(prepared.subjects)
    known = gists.stored(asked, means.store, prompt, means.name)
    return Planned(
        blocking=pair(prepared, plan, Known(gists=known)),
        gist_requests=tuple((prompt.text, gists.user_text(batch)) for batch in gists.batches(asked, known)),
        gist_tokens=gists.expected_tokens(len(asked.ids) - len(known)),
    )


def _plan(settings: CheckSettings) -> Plan:
    return Plan(settings.pairing, settings.all_pairs_up_to, settings.neighbours)


async def _ask(asked: gists.GistBatch, means: Means, watch: Progress) -> gists.Gists:
    prompt = load("gist_claims")
    known = gists.stored(asked, means.store, prompt, means.name)
    batches = gists.batches(asked, known)
    if batches:
        requests = [(prompt.text, gists.user_text(batch)) for batch in batches]
        watch.note(means.estimate(means.name, requests, gists.expected_tokens(len(asked.ids) - len(known))))
    watch.stage("blocking", len(asked.ids), len(known))
    outcomes = await means.engine.run(
        partial(gists.write, model=means.model, store=means.store, prompt=prompt, name=means.name),
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
    texts |= gists.stored(asked, means.store, prompt, means.name)
    return gists.Gists(texts=texts, failures=tuple(failures), cached=len(known))
