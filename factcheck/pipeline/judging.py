"""The judging of all candidate pairs of a story: both passes, what is paid for already, what failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from factcheck.engine.base import Raised
from factcheck.errors import SettingsError
from factcheck.models import Article, CandidatePair, Claim, Failure, Judgement, Value
from factcheck.pipeline.means import STOP, Means, Progress, advance, failure, raise_if_final
from factcheck.prompts import load
from factcheck.settings import CheckSettings
from factcheck.stages.judging import confirmation, first_pass
from factcheck.stages.judging.packing import pack, user_text

LARGEST_UNASKED = 300
"""Judging requests that a run may make without the user having set a limit; all pairs grow with the square."""


class JudgedAll(Value):
    """Every candidate pair's judgement or failure, after both passes."""

    judgements: tuple[Judgement, ...]
    failures: tuple[Failure, ...]
    cached: int


async def judge_all(
    pairs: Sequence[CandidatePair],
    claims: Mapping[str, Claim],
    articles: Mapping[str, Article],
    means: Means,
    settings: CheckSettings,
    watch: Progress,
) -> JudgedAll:
    """Every pair judged, and every suspected contradiction read a second time; raises SettingsError, see `check`."""
    first = await _first_pass(pairs, claims, means, settings, watch)
    suspected = [j for j in first.judgements if j.relation == "contradicts" and j.certainty == "firm"]
    second = await _second_pass(suspected, claims, articles, means, settings, watch)
    confirmed = {j.key: j for j in second.judgements}
    return JudgedAll(
        judgements=tuple(confirmed.get(j.key, j) for j in first.judgements),
        failures=(*first.failures, *second.failures),
        cached=first.cached + second.cached,
    )


async def _first_pass(
    pairs: Sequence[CandidatePair],
    claims: Mapping[str, Claim],
    means: Means,
    settings: CheckSettings,
    watch: Progress,
) -> JudgedAll:
    prompt = load("judge_pairs")
    known = first_pass.stored(pairs, claims, means.store, prompt, means.name)
    batches = pack([p for p in pairs if p.key not in known], list(claims), settings.pairs_per_request)
    if batches and not means.stopping():
        asked = [(prompt.text, user_text(batch, claims)) for batch in batches]
        if len(batches) > LARGEST_UNASKED and not means.limited:
            kept = "and kept" if means.lasting else "but not kept, for the cache is off"
            raise SettingsError(
                f"judging {len(pairs):,} pairs would take {len(batches):,} requests. The claims are extracted {kept};"
                " nothing was judged yet. Allow it with --max-calls or --max-cost, judge less with --detail core, or"
                " check fewer articles at a time"
            )
        watch.note(means.estimate(means.name, asked, first_pass.expected_tokens(len(pairs) - len(known))))
    if not means.stopping():
        watch.stage("judging", len(pairs), len(known))
    outcomes = await means.engine.run(
        partial(first_pass.judge, claims=claims, model=means.model, store=means.store, prompt=prompt, name=means.name),
        batches,
        stop_on=STOP,
        done=lambda batch: advance(watch, means, "judging", len(batch.pairs)),
    )
    judgements, failures = list(known.values()), list[Failure]()
    for batch, outcome in zip(batches, outcomes, strict=True):
        if isinstance(outcome, Raised):
            raise_if_final(outcome.error)
            failures.extend(failure("judging", f"{p.left}|{p.right}", outcome.error) for p in batch.pairs)
        else:
            judgements.extend(outcome.value.judgements)
            failures.extend(outcome.value.failures)
    order = {pair.key: index for index, pair in enumerate(pairs)}
    return JudgedAll(
        judgements=tuple(sorted(judgements, key=lambda j: order[j.key])), failures=tuple(failures), cached=len(known)
    )


async def _second_pass(
    suspected: Sequence[Judgement],
    claims: Mapping[str, Claim],
    articles: Mapping[str, Article],
    means: Means,
    settings: CheckSettings,
    watch: Progress,
) -> JudgedAll:
    prompt = load("confirm_conflict")
    known = confirmation.stored(suspected, claims, articles, means.store, prompt, means.confirm_name)
    open_ = [j for j in suspected if j.key not in known]
    size = settings.confirmations_per_request
    groups = [tuple(open_[i : i + size]) for i in range(0, len(open_), size)]
    if not suspected:
        return JudgedAll(judgements=(), failures=(), cached=0)
    if groups and not means.stopping():
        asked = [(prompt.text, confirmation.user_text(group, claims, articles)) for group in groups]
        watch.note(means.estimate(means.confirm_name, asked, confirmation.expected_tokens(len(open_))))
    if not means.stopping():
        watch.stage("confirmation", len(suspected), len(known))
    outcomes = await means.engine.run(
        partial(
            confirmation.confirm,
            claims=claims,
            articles=articles,
            model=means.model,
            store=means.store,
            prompt=prompt,
            name=means.confirm_name,
        ),
        groups,
        stop_on=STOP,
        done=lambda group: advance(watch, means, "confirmation", len(group)),
    )
    judgements, failures = list(known.values()), list[Failure]()
    for group, outcome in zip(groups, outcomes, strict=True):
        if isinstance(outcome, Raised):
            raise_if_final(outcome.error)
            judgements.extend(confirmation.unconfirmed(j) for j in group)
            failures.extend(failure("confirmation", f"{j.left}|{j.right}", outcome.error) for j in group)
        else:
            judgements.extend(outcome.value.judgements)
            failures.extend(outcome.value.failures)
    return JudgedAll(judgements=tuple(judgements), failures=tuple(failures), cached=len(known))
