"""The judging of all candidate pairs of a story: both passes, what is paid for already, what failed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from factcheck.engine.base import Raised
from factcheck.errors import SettingsError
from factcheck.findings import Inference
from factcheck.llm.base import AnswerStore, Model, ModelTask
from factcheck.llm.usage import estimate_tokens
from factcheck.models import Article, CandidatePair, Claim, Failure, Judgement, Value
from factcheck.pipeline.means import STOP, Means, Progress, advance, failure, raise_if_final
from factcheck.prompts import Prompt, load
from factcheck.settings import CheckSettings
from factcheck.stages.judging import audit, confirmation, evidence, first_pass, gates
from factcheck.stages.judging.closure import closure, labels_for
from factcheck.stages.judging.confirmation import as_pair
from factcheck.stages.judging.first_pass import Reading
from factcheck.stages.judging.inference import asked_again, doubtful
from factcheck.stages.judging.lines import describe, user_text
from factcheck.stages.judging.packing import Batch, Limits, pack
from factcheck.stages.judging.sparing import first_round, representatives, second_round, worth_sparing

LARGEST_UNASKED = 300
"""Judging requests that a run may make without the user having set a limit; all pairs grow with the square."""


class JudgedAll(Value):
    """Every candidate pair's judgement or failure, after both passes."""

    judgements: tuple[Judgement, ...]
    failures: tuple[Failure, ...]
    cached: int
    inference: Inference = Inference()

    def joined(self, other: JudgedAll) -> JudgedAll:
        """Both, one after the other, before anything was inferred."""
        return JudgedAll(
            judgements=(*self.judgements, *other.judgements),
            failures=(*self.failures, *other.failures),
            cached=self.cached + other.cached,
        )


async def judge_all(
    pairs: Sequence[CandidatePair],
    claims: Mapping[str, Claim],
    articles: Mapping[str, Article],
    means: Means,
    settings: CheckSettings,
    watch: Progress,
) -> JudgedAll:
    """Every pair judged or inferred, and every suspected contradiction read a second time.

    A large story is asked in two rounds, so that what follows by equivalence is not asked; see `sparing`. Raises
    SettingsError when it would take more than LARGEST_UNASKED requests and the user set no limit.
    """
    pairs = tuple(pairs)  # each made once: they are gone through many times
    reader = Reader(claims, articles, means, settings, watch)
    if not settings.inference:
        return await _read(await _first_pass(pairs, reader), reader)
    if not worth_sparing(pairs):
        return await _with_inferred(await _read(await _first_pass(pairs, reader), reader), pairs, (), reader)
    _refuse_many(pairs, reader)
    near = first_round(pairs)
    first = await _first_pass(near, reader)
    chosen = {pair.key for pair in near}
    further = [pair for pair in pairs if pair.key not in chosen]
    asked, spared = second_round(further, first.judgements, representatives(first.judgements))
    # A pair that was paid for in another run is not inferred, whatever follows.
    paid = first_pass.stored(spared, claims, means.store, means.task("judge_pairs"))
    second = await _first_pass([*asked, *(pair for pair in spared if pair.key in paid)], reader)
    read = await _read(first.joined(second), reader)
    waiting = [pair for pair in spared if pair.key not in paid]
    followed = labels_for(waiting, read.judgements, claims)
    labelled = {judgement.key for judgement in followed}
    rest = [pair for pair in waiting if pair.key not in labelled]
    if rest:
        read = read.joined(await _read(await _first_pass(rest, reader), reader))
    return await _with_inferred(read, pairs, followed, reader)


async def _read(first: JudgedAll, reader: Reader) -> JudgedAll:
    """Pairs after their first pass, through all further readings."""
    again = await _again(first, reader)
    readings = {j.key: j for j in (*first.judgements, *again)}
    suspected = {
        j.key: suspicion
        for j in readings.values()
        if (suspicion := gates.suspicion(j, reader.claims[j.left], reader.claims[j.right])) is not None
    }
    second = await _second_pass(suspected, reader)
    settled = readings | {j.key: gates.settled(readings[j.key], j) for j in second.judgements}
    return JudgedAll(
        judgements=tuple(settled.values()),
        failures=(*first.failures, *second.failures),
        cached=first.cached + second.cached,
    )


async def _with_inferred(
    read: JudgedAll, pairs: Sequence[CandidatePair], followed: Sequence[Judgement], reader: Reader
) -> JudgedAll:
    """What was read, and all that follows from it, audited.

    `followed` are the labels of the pairs that were spared; the others of `pairs` were read or failed.
    """
    claims, settings = reader.claims, reader.settings
    subjects = {failure.subject for failure in read.failures if failure.stage == "judging"}
    lost = [pair for pair in pairs if f"{pair.left}|{pair.right}" in subjects]
    taken = {*(judgement.key for judgement in followed), *(pair.key for pair in lost)}
    filled = labels_for(lost, read.judgements, claims)
    closed = closure(read.judgements, claims, taken)
    inferred = (*followed, *filled, *closed)
    count = Inference(spared=len(followed), filled=len(filled), closed=len(closed))
    if settings.audit and not inferred:
        reader.watch.note("nothing was inferred but for identical claims, so there is nothing to audit")
    elif settings.audit:
        answers, unanswered = await _audited(audit.sample(inferred, settings.audit), reader)
        hits = sum(audit.disagree(j, answers[j.key]) for j in inferred if j.key in answers)
        low, high = audit.wilson(hits, len(answers))
        inferred = audit.audited(inferred, answers)
        update = {"audited": len(answers), "unanswered": unanswered, "disagreed": hits, "low": low, "high": high}
        count = count.model_copy(update=update)
    return read.model_copy(update={"judgements": (*read.judgements, *inferred), "inference": count})


async def _audited(pairs: Sequence[CandidatePair], reader: Reader) -> tuple[dict[tuple[str, str], Judgement], int]:
    """What the model says of the pairs, and of how many it said nothing."""
    means = reader.means
    known = first_pass.stored(pairs, reader.claims, means.store, means.task("judge_pairs"), reading="audit")
    open_ = [pair for pair in pairs if pair.key not in known]
    if open_ and not means.stopping():
        reader.watch.note(f"asking about {len(open_):,} inferred pairs, to audit what was inferred")
    fresh = await _run_first(batches_of(open_, reader), reader, reading="audit")
    answers = known | {judgement.key: judgement for judgement in fresh.judgements}
    return answers, len(pairs) - len(answers)


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


def _refuse_many(pairs: Sequence[CandidatePair], reader: Reader) -> None:
    """Raises SettingsError when all pairs together would take too many requests, before the first round is paid."""
    known = first_pass.stored(pairs, reader.claims, reader.means.store, reader.means.task("judge_pairs"))
    requests = math.ceil((len(pairs) - len(known)) / reader.settings.pairs_per_request)
    _refuse_unlimited(len(pairs), requests, reader.means)


def _refuse_unlimited(pairs: int, requests: int, means: Means) -> None:
    if requests > LARGEST_UNASKED and not means.limited:
        kept = "and kept" if means.lasting else "but not kept, for the cache is off"
        raise SettingsError(
            f"judging {pairs:,} pairs would take {requests:,} requests. The claims are extracted {kept};"
            " nothing was judged yet. Allow it with --max-calls or --max-cost, judge less with --detail core, or"
            " check fewer articles at a time"
        )


async def _first_pass(pairs: Sequence[CandidatePair], reader: Reader) -> JudgedAll:
    task, means, watch = reader.means.task("judge_pairs"), reader.means, reader.watch
    known = first_pass.stored(pairs, reader.claims, means.store, task)
    batches = batches_of([p for p in pairs if p.key not in known], reader)
    if batches and not means.stopping():
        _refuse_unlimited(len(pairs), len(batches), means)
        asked = [(task.prompt.text, user_text(batch, reader.claims)) for batch in batches]
        watch.note(means.estimate(task.model, asked, first_pass.expected_tokens(len(pairs) - len(known))))
    if not means.stopping():
        watch.stage("judging", len(pairs), len(known))
    fresh = await _run_first(batches, reader, reading="first")
    order = {pair.key: index for index, pair in enumerate(pairs)}
    judgements = sorted((*known.values(), *fresh.judgements), key=lambda j: order[j.key])
    return JudgedAll(judgements=tuple(judgements), failures=fresh.failures, cached=len(known))


async def _again(first: JudgedAll, reader: Reader) -> tuple[Judgement, ...]:
    """The pairs whose label does not fit those around it, with what became of them when they were asked again."""
    means, doubted = reader.means, frozenset(doubtful(first.judgements))
    readings = {j.key: j for j in first.judgements if j.key in doubted}
    pairs = [as_pair(judgement) for judgement in readings.values()]
    known = first_pass.stored(pairs, reader.claims, means.store, means.task("judge_pairs"), reading="again")
    batches = batches_of([p for p in pairs if p.key not in known], reader)
    if batches and not means.stopping():
        reader.watch.note(f"asking {len(pairs) - len(known):,} pairs again whose labels do not fit those around them")
    fresh = await _run_first(batches, reader, reading="again")
    answers = known | {judgement.key: judgement for judgement in fresh.judgements}
    return tuple(asked_again(reading, answers.get(key)) for key, reading in readings.items())


async def _run_first(batches: Sequence[Batch], reader: Reader, *, reading: Reading) -> JudgedAll:
    means = reader.means
    outcomes = await means.engine.run(
        partial(
            first_pass.judge,
            claims=reader.claims,
            model=means.model,
            store=means.store,
            task=means.task("judge_pairs"),
            reading=reading,
        ),
        batches,
        stop_on=STOP,
        done=lambda batch: advance(reader.watch, means, "judging", len(batch.pairs) if reading == "first" else 0),
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


class Ballot(Value):
    """One reading of a group of suspected contradictions."""

    group: Batch
    vote: int


async def _second_pass(suspected: Mapping[tuple[str, str], Judgement], reader: Reader) -> JudgedAll:
    """Every suspected contradiction read again, as often as there are votes."""
    votes = reader.settings.votes
    if not suspected:
        return JudgedAll(judgements=(), failures=(), cached=0)
    known = [paid_votes(suspected, reader, vote) for vote in range(1, votes + 1)]
    ballots = [
        Ballot(group=group, vote=vote)
        for vote, paid in enumerate(known, 1)
        for group in groups_of([as_pair(j) for key, j in suspected.items() if key not in paid], reader)
    ]
    cached = sum(len(paid) for paid in known)
    _tell_cost(ballots, reader)
    if not reader.means.stopping():
        reader.watch.stage("confirmation", votes * len(suspected), cached)
    readings: dict[tuple[str, str], dict[int, Judgement]] = {key: {} for key in suspected}
    for vote, paid in enumerate(known, 1):
        for key, judgement in paid.items():
            readings[key][vote] = judgement
    failures = await _cast(ballots, suspected, readings, reader)
    counted = (_counted(suspected[key], found, reader) for key, found in readings.items())
    return JudgedAll(judgements=tuple(counted), failures=tuple(failures), cached=cached)


def _counted(suspicion: Judgement, readings: Mapping[int, Judgement], reader: Reader) -> Judgement:
    """What the readings of a pair come to; `possible` when there is none."""
    claims, votes = reader.claims, reader.settings.votes
    if not readings:
        left, right = claims[suspicion.left], claims[suspicion.right]
        return gates.gated(confirmation.unconfirmed(suspicion), left, right, reader.articles)
    answered = [readings[vote] for vote in sorted(readings)]
    return answered[0] if votes == 1 else confirmation.majority(answered, votes)


def paid_votes(
    suspected: Mapping[tuple[str, str], Judgement], reader: Reader, vote: int
) -> dict[tuple[str, str], Judgement]:
    """The second readings number `vote` that are paid for."""
    means, task = reader.means, reader.means.task("confirm_conflict")
    return confirmation.stored(list(suspected.values()), reader.claims, reader.articles, means.store, task, vote=vote)


def groups_of(pairs: Sequence[CandidatePair], reader: Reader) -> tuple[Batch, ...]:
    """The requests of the second pass."""
    weights = confirmation.weights(pairs, reader.claims, reader.articles)
    most, tokens = reader.settings.confirmations_per_request, confirmation.TOKENS_PER_PAIR
    return reader.packed(pairs, weights, load("confirm_conflict"), most, tokens)


def _tell_cost(ballots: Sequence[Ballot], reader: Reader) -> None:
    if ballots and not reader.means.stopping():
        means, task = reader.means, reader.means.task("confirm_conflict")
        texts = (evidence.user_text(b.group, reader.claims, reader.articles, b.vote) for b in ballots)
        tokens = confirmation.expected_tokens(sum(len(ballot.group.pairs) for ballot in ballots))
        reader.watch.note(means.estimate(task.model, [(task.prompt.text, text) for text in texts], tokens))


async def _confirm(
    ballot: Ballot,
    *,
    suspected: Mapping[tuple[str, str], Judgement],
    claims: Mapping[str, Claim],
    articles: Mapping[str, Article],
    model: Model,
    store: AnswerStore,
    task: ModelTask,
) -> confirmation.Confirmed:
    return await confirmation.confirm(ballot.group, suspected, claims, articles, model, store, task, vote=ballot.vote)


async def _cast(
    ballots: Sequence[Ballot],
    suspected: Mapping[tuple[str, str], Judgement],
    readings: dict[tuple[str, str], dict[int, Judgement]],
    reader: Reader,
) -> list[Failure]:
    """Put what each ballot found into `readings`; what failed is returned."""
    means = reader.means
    outcomes = await means.engine.run(
        partial(
            _confirm,
            suspected=suspected,
            claims=reader.claims,
            articles=reader.articles,
            model=means.model,
            store=means.store,
            task=means.task("confirm_conflict"),
        ),
        ballots,
        stop_on=STOP,
        done=lambda ballot: advance(reader.watch, means, "confirmation", len(ballot.group.pairs)),
    )
    failures = list[Failure]()
    for ballot, outcome in zip(ballots, outcomes, strict=True):
        if isinstance(outcome, Raised):
            raise_if_final(outcome.error)
            failures.extend(failure("confirmation", f"{p.left}|{p.right}", outcome.error) for p in ballot.group.pairs)
            continue
        failures.extend(outcome.value.failures)
        lost = {item.subject for item in outcome.value.failures}
        for judgement in outcome.value.judgements:
            if f"{judgement.left}|{judgement.right}" not in lost:
                readings[judgement.key][ballot.vote] = judgement
    return failures
