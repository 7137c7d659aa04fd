"""The judging of all candidate pairs of a story: both passes, what is paid for already, what failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from factcheck.engine.base import Raised
from factcheck.errors import SettingsError
from factcheck.llm.usage import estimate_tokens
from factcheck.models import Article, CandidatePair, Claim, Failure, Judgement, Value
from factcheck.pipeline.means import STOP, Means, Progress, advance, failure, raise_if_final
from factcheck.prompts import Prompt, load
from factcheck.settings import CheckSettings
from factcheck.stages.judging import confirmation, evidence, first_pass, gates
from factcheck.stages.judging.confirmation import as_pair
from factcheck.stages.judging.inference import asked_again, doubtful
from factcheck.stages.judging.lines import describe, user_text
from factcheck.stages.judging.packing import Batch, Limits, pack

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
    reader = Reader(claims, articles, means, settings, watch)
    first = await _first_pass(pairs, reader)
    again = await _again(first, reader)
    readings = {j.key: j for j in (*first.judgements, *again)}
    suspected = {
        j.key: suspicion
        for j in readings.values()
        if (suspicion := gates.suspicion(j, claims[j.left], claims[j.right])) is not None
    }
    second = await _second_pass(suspected, reader)
    settled = readings | {j.key: gates.settled(readings[j.key], j) for j in second.judgements}
    return JudgedAll(
        judgements=tuple(settled.values()),
        failures=(*first.failures, *second.failures),
        cached=first.cached + second.cached,
    )


@dataclass(frozen=True)
class Reader:
    """What both passes over one story need."""

    claims: Mapping[str, Claim]
    articles: Mapping[str, Article]
    means: Means
    settings: CheckSettings
    watch: Progress

    def packed(
        self, pairs: Sequence[CandidatePair], weights: Mapping[str, int], prompt: Prompt, most: int, tokens: int
    ) -> tuple[Batch, ...]:
        """Requests of at most `most` pairs, each of which takes `tokens` to name and to answer."""
        room = self.settings.tokens_per_request - estimate_tokens(prompt.text)
        return pack(pairs, list(self.claims), weights, Limits(pairs=most, tokens=room, tokens_per_pair=tokens))


def batches_of(pairs: Sequence[CandidatePair], reader: Reader) -> tuple[Batch, ...]:
    """The requests of the first pass."""
    weights = {id_: estimate_tokens(describe(claim)) + 3 for id_, claim in reader.claims.items()}
    tokens = first_pass.TOKENS_TO_NAME + first_pass.TOKENS_PER_PAIR
    return reader.packed(pairs, weights, load("judge_pairs"), reader.settings.pairs_per_request, tokens)


async def _first_pass(pairs: Sequence[CandidatePair], reader: Reader) -> JudgedAll:
    prompt, means, watch = load("judge_pairs"), reader.means, reader.watch
    known = first_pass.stored(pairs, reader.claims, means.store, prompt, means.name)
    batches = batches_of([p for p in pairs if p.key not in known], reader)
    if batches and not means.stopping():
        if len(batches) > LARGEST_UNASKED and not means.limited:
            kept = "and kept" if means.lasting else "but not kept, for the cache is off"
            raise SettingsError(
                f"judging {len(pairs):,} pairs would take {len(batches):,} requests. The claims are extracted {kept};"
                " nothing was judged yet. Allow it with --max-calls or --max-cost, judge less with --detail core, or"
                " check fewer articles at a time"
            )
        asked = [(prompt.text, user_text(batch, reader.claims)) for batch in batches]
        watch.note(means.estimate(means.name, asked, first_pass.expected_tokens(len(pairs) - len(known))))
    if not means.stopping():
        watch.stage("judging", len(pairs), len(known))
    fresh = await _run_first(batches, reader, again=False)
    order = {pair.key: index for index, pair in enumerate(pairs)}
    judgements = sorted((*known.values(), *fresh.judgements), key=lambda j: order[j.key])
    return JudgedAll(judgements=tuple(judgements), failures=fresh.failures, cached=len(known))


async def _again(first: JudgedAll, reader: Reader) -> tuple[Judgement, ...]:
    """The pairs whose label does not fit those around it, with what became of them when they were asked again."""
    means, doubted = reader.means, frozenset(doubtful(first.judgements))
    readings = {j.key: j for j in first.judgements if j.key in doubted}
    pairs = [as_pair(judgement) for judgement in readings.values()]
    known = first_pass.stored(pairs, reader.claims, means.store, load("judge_pairs"), means.name, again=True)
    batches = batches_of([p for p in pairs if p.key not in known], reader)
    if batches and not means.stopping():
        reader.watch.note(f"asking {len(pairs) - len(known):,} pairs again whose labels do not fit those around them")
    fresh = await _run_first(batches, reader, again=True)
    answers = known | {judgement.key: judgement for judgement in fresh.judgements}
    return tuple(asked_again(reading, answers.get(key)) for key, reading in readings.items())


async def _run_first(batches: Sequence[Batch], reader: Reader, *, again: bool) -> JudgedAll:
    prompt, means = load("judge_pairs"), reader.means
    outcomes = await means.engine.run(
        partial(
            first_pass.judge,
            claims=reader.claims,
            model=means.model,
            store=means.store,
            prompt=prompt,
            name=means.name,
            again=again,
        ),
        batches,
        stop_on=STOP,
        done=lambda batch: advance(reader.watch, means, "judging", 0 if again else len(batch.pairs)),
    )
    judgements, failures = list[Judgement](), list[Failure]()
    for batch, outcome in zip(batches, outcomes, strict=True):
        if isinstance(outcome, Raised):
            raise_if_final(outcome.error)
            failures.extend(failure("judging", f"{p.left}|{p.right}", outcome.error) for p in batch.pairs)
        else:
            judgements.extend(outcome.value.judgements)
            failures.extend(outcome.value.failures)
    return JudgedAll(judgements=tuple(judgements), failures=tuple(failures), cached=0)


async def _second_pass(suspected: Mapping[tuple[str, str], Judgement], reader: Reader) -> JudgedAll:
    if not suspected:
        return JudgedAll(judgements=(), failures=(), cached=0)
    prompt, means, settings = load("confirm_conflict"), reader.means, reader.settings
    claims, articles = reader.claims, reader.articles
    known = confirmation.stored(list(suspected.values()), claims, articles, means.store, prompt, means.confirm_name)
    open_ = [as_pair(j) for j in suspected.values() if j.key not in known]
    weights = confirmation.weights(open_, claims, articles)
    tokens = confirmation.TOKENS_PER_PAIR
    groups = reader.packed(open_, weights, prompt, settings.confirmations_per_request, tokens)
    if groups and not means.stopping():
        asked = [(prompt.text, evidence.user_text(group, claims, articles)) for group in groups]
        reader.watch.note(means.estimate(means.confirm_name, asked, confirmation.expected_tokens(len(open_))))
    if not means.stopping():
        reader.watch.stage("confirmation", len(suspected), len(known))
    outcomes = await means.engine.run(
        partial(
            confirmation.confirm,
            suspected=suspected,
            claims=claims,
            articles=articles,
            model=means.model,
            store=means.store,
            prompt=prompt,
            name=means.confirm_name,
        ),
        groups,
        stop_on=STOP,
        done=lambda group: advance(reader.watch, means, "confirmation", len(group.pairs)),
    )
    judgements, failures = list(known.values()), list[Failure]()
    for group, outcome in zip(groups, outcomes, strict=True):
        if isinstance(outcome, Raised):
            raise_if_final(outcome.error)
            judgements.extend(confirmation.unconfirmed(suspected[p.key]) for p in group.pairs)
            failures.extend(failure("confirmation", f"{p.left}|{p.right}", outcome.error) for p in group.pairs)
        else:
            judgements.extend(outcome.value.judgements)
            failures.extend(outcome.value.failures)
    return JudgedAll(judgements=tuple(judgements), failures=tuple(failures), cached=len(known))
