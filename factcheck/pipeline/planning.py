"""What a check would ask and cost, told without asking anything."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from factcheck.llm.base import ModelTask
from factcheck.llm.usage import estimate_tokens
from factcheck.models import Article, CandidatePair, Extraction, Judgement, Value
from factcheck.pipeline.judging import Reader, batches_of, groups_of, paid_votes
from factcheck.pipeline.means import Input, Means, Unwatched
from factcheck.pipeline.pairing import plan_pairs
from factcheck.settings import CheckSettings
from factcheck.stages.blocking import RuleCount
from factcheck.stages.extraction import stage as extraction
from factcheck.stages.judging import confirmation, evidence, first_pass, gates
from factcheck.stages.judging.lines import user_text
from factcheck.stages.judging.sparing import SPARED_FROM, worth_sparing

CLAIMS_PER_SENTENCE = 1.2
"""Claims of an article that was not extracted yet: 166 in the 139 sentences of the three recorded stories."""
SUSPECTED = 0.023
"""Share of pairs that go on to confirmation where none was judged yet: 81 of 3,557 in the recorded stories."""
TOKENS_PER_CLAIM = 35
"""Prompt tokens of a claim that is not known yet, as the judge is shown it."""
CLAIMS_PER_PAIR = 0.11
"""Claim lines that a judged pair brings along in a full request, as packing reached on the recorded stories."""
EVIDENCE_TOKENS = 95
"""Prompt tokens of a pair in the second pass, with evidence and neighbours."""

CLAIMS_BETWEEN_STORIES = 1.0
"""The same of pairs between stories, few of which share a claim."""

Basis = Literal["counted", "estimated"]
Cost = Callable[[str, int, int], float | None]
"""Model, tokens in, tokens out -> US dollars; None when the price is not known."""


class StageEstimate(Value):
    """What one stage would ask."""

    stage: Literal["extraction", "blocking", "judging", "confirmation"]
    units: int
    """Articles, gists or pairs."""
    paid: int
    """Units whose answer is in the cache already."""
    requests: int
    prompt_tokens: int
    completion_tokens: int
    cost_usd: float | None
    """None when the price is not known."""
    basis: Basis
    """`counted`: the requests are made up and counted, only the answers' length is estimated."""


class Estimate(Value):
    """What a check would read, pair, ask and cost; nothing was sent for it."""

    articles: int
    skipped: int
    unreadable: int
    claims: int
    claims_basis: Basis
    all_pairs: int
    """Every two claims, whether or not they are worth judging."""
    candidates: int
    candidates_basis: Basis
    rules: tuple[RuleCount, ...]
    """Of the claims that are known, in the order in which the rules are tried."""
    left_out: dict[str, int]
    """Pairs of the known claims that are not judged, by reason."""
    stages: tuple[StageEstimate, ...]
    sparing: bool = False
    """Whether judging will ask in two rounds and infer a part of the pairs; its figures are then the most it can be."""
    requests: int
    cost_usd: float | None


async def estimate(given: Input, means: Means, settings: CheckSettings, cost: Cost) -> Estimate:
    """What `check` would ask of the model, with what is in the cache taken off.

    Articles that are in the cache are taken as extracted, and their pairs are chosen and packed as in a check: those
    figures are counted. What depends on claims that nobody has extracted yet is estimated from the recorded stories.
    """
    task = means.task("extract_claims")
    ordered = sorted(given.articles, key=lambda article: article.id)
    stored = [a for a in ordered if extraction.is_stored(a, means.store, task)]
    known = [await extraction.extract(a, means.model, means.store, task) for a in stored]
    paid = {article.id for article in stored}
    new = [article for article in ordered if article.id not in paid]
    first = _extraction(ordered, new, means, cost)
    planned = plan_pairs(known, {a.id: a for a in ordered}, means, settings)
    claims = {claim.id: claim for e in known for claim in e.claims}
    unknown = [math.ceil(CLAIMS_PER_SENTENCE * len(article.sentences)) for article in new]
    further = _further_pairs(known, unknown, settings)
    reader = Reader(claims, {a.id: a for a in ordered}, means, settings, Unwatched())
    gists = _asked("blocking", planned.gist_requests, planned.gist_tokens, means.name, cost)
    judging, confirming = _passes(planned.blocking.pairs, further, reader, cost)
    sparing = settings.inference and _spares(planned.blocking.pairs, further, settings)
    if sparing and settings.audit:
        judging = _with_audit(judging, reader, cost)
    stages = tuple(stage for stage in (first, gists, judging, confirming) if stage.units)
    total = len(claims) + sum(unknown)
    costs = [stage.cost_usd for stage in stages]
    return Estimate(
        articles=len(ordered),
        skipped=len(given.skipped),
        unreadable=len(given.unreadable),
        claims=total,
        claims_basis="estimated" if new else "counted",
        all_pairs=total * (total - 1) // 2,
        candidates=len(planned.blocking.pairs) + further,
        candidates_basis="estimated" if new else "counted",
        rules=planned.blocking.counts(),
        left_out=_left_out(planned.blocking.rules, planned.blocking.counts()),
        stages=stages,
        sparing=sparing,
        requests=sum(stage.requests for stage in stages),
        cost_usd=None if None in costs else round(sum(cost or 0.0 for cost in costs), 6),
    )


def estimate_between(pairs: int, means: Means, settings: CheckSettings, cost: Cost) -> tuple[StageEstimate, ...]:
    """What judging so many pairs between stories would ask, and reading the usual share of them again.

    Such pairs share few claims, so that a request is full of claims before it is full of pairs.
    """
    if not pairs:
        return ()
    task = means.task("judge_pairs")
    each = first_pass.TOKENS_TO_NAME + first_pass.TOKENS_PER_PAIR + CLAIMS_BETWEEN_STORIES * TOKENS_PER_CLAIM
    room = max(each, settings.tokens_per_request - estimate_tokens(task.prompt.text))
    requests = math.ceil(pairs / min(settings.pairs_per_request, room / each))
    prompt = requests * estimate_tokens(task.prompt.text) + math.ceil(pairs * each)
    nothing = _asked("judging", (), 0, task.model, cost)
    judging = _sum(nothing, requests, prompt, first_pass.expected_tokens(pairs), task.model, cost)
    reader = Reader({}, {}, means, settings, Unwatched())
    return judging.model_copy(update={"units": pairs}), _confirmation((), pairs, reader, cost)


def _spares(pairs: Sequence[CandidatePair], further: int, settings: CheckSettings) -> bool:
    """Whether the pairs that are known, with those to come, are so many that a part is inferred."""
    more = settings.pairing != "all" and further > 0 and len(pairs) + further > SPARED_FROM
    return worth_sparing(pairs) or more


def _with_audit(judging: StageEstimate, reader: Reader, cost: Cost) -> StageEstimate:
    """The judging with as many pairs more as are to be audited."""
    size, task = reader.settings.audit, reader.means.task("judge_pairs")
    more = _with_further(judging, size, task, reader.settings.pairs_per_request, cost)
    return more.model_copy(update={"units": judging.units + size})


def _left_out(rules: Mapping[str, int], chosen: Sequence[RuleCount]) -> dict[str, int]:
    return {rule: n for rule, n in rules.items() if rule not in {count.rule for count in chosen}}


def _extraction(ordered: Sequence[Article], new: Sequence[Article], means: Means, cost: Cost) -> StageEstimate:
    task = means.task("extract_claims")
    requests = [(task.prompt.text, user) for article in new for user in extraction.requests(article)]
    asked = _asked("extraction", requests, extraction.expected_tokens(new), task.model, cost)
    return asked.model_copy(update={"units": len(ordered), "paid": len(ordered) - len(new)})


def _further_pairs(known: Sequence[Extraction], unknown: Sequence[int], settings: CheckSettings) -> int:
    """Candidate pairs with a claim that is not extracted yet, were each article one publisher's."""
    sizes = [*(len(e.claims) for e in known), *unknown]
    before = len(known)
    across = sum(one * other for i, one in enumerate(sizes) for j, other in enumerate(sizes) if i < j and j >= before)
    every = sum(one * other for i, one in enumerate(sizes) for other in sizes[i + 1 :])
    ranked = settings.pairing == "nearest" or (settings.pairing == "auto" and every > settings.all_pairs_up_to)
    return min(across, settings.neighbours * sum(unknown)) if ranked else across


def _passes(
    pairs: Sequence[CandidatePair], further: int, reader: Reader, cost: Cost
) -> tuple[StageEstimate, StageEstimate]:
    """Both passes: of the known pairs what is not paid for, and of the others by their number."""
    means, task = reader.means, reader.means.task("judge_pairs")
    known = first_pass.stored(pairs, reader.claims, means.store, task)
    open_ = [pair for pair in pairs if pair.key not in known]
    batches = batches_of(open_, reader)
    requests = [(task.prompt.text, user_text(batch, reader.claims)) for batch in batches]
    judging = _asked("judging", requests, first_pass.expected_tokens(len(open_)), task.model, cost)
    judging = _with_further(judging, further, task, reader.settings.pairs_per_request, cost)
    judging = judging.model_copy(update={"units": len(pairs) + further, "paid": len(known)})
    return judging, _confirmation(list(known.values()), len(open_) + further, reader, cost)


def _with_further(asked: StageEstimate, pairs: int, task: ModelTask, per_request: int, cost: Cost) -> StageEstimate:
    if not pairs:
        return asked
    requests = math.ceil(pairs / per_request)
    prompt = requests * estimate_tokens(task.prompt.text) + math.ceil(pairs * (1 + CLAIMS_PER_PAIR * TOKENS_PER_CLAIM))
    return _sum(asked, requests, prompt, first_pass.expected_tokens(pairs), task.model, cost)


def _confirmation(judged: Sequence[Judgement], unjudged: int, reader: Reader, cost: Cost) -> StageEstimate:
    """Of the suspicions that are known what is not paid for, and of pairs that nobody judged yet a usual share."""
    task, votes = reader.means.task("confirm_conflict"), reader.settings.votes
    suspected = {
        j.key: suspicion
        for j in judged
        if (suspicion := gates.suspicion(j, reader.claims[j.left], reader.claims[j.right])) is not None
    }
    requests, tokens, paid = list[tuple[str, str]](), 0, 0
    for vote in range(1, votes + 1):
        known = paid_votes(suspected, reader, vote)
        open_ = [confirmation.as_pair(j) for key, j in suspected.items() if key not in known]
        groups = groups_of(open_, reader)
        requests += [(task.prompt.text, evidence.user_text(g, reader.claims, reader.articles, vote)) for g in groups]
        tokens, paid = tokens + confirmation.expected_tokens(len(open_)), paid + len(known)
    asked = _asked("confirmation", requests, tokens, task.model, cost)
    more = votes * math.ceil(SUSPECTED * unjudged)
    if more:
        count = math.ceil(more / reader.settings.confirmations_per_request)
        prompt_tokens = count * estimate_tokens(task.prompt.text) + more * EVIDENCE_TOKENS
        asked = _sum(asked, count, prompt_tokens, confirmation.expected_tokens(more), task.model, cost)
    return asked.model_copy(update={"units": votes * len(suspected) + more, "paid": paid})


def _asked(
    stage: Literal["extraction", "blocking", "judging", "confirmation"],
    requests: Sequence[tuple[str, str]],
    completion: int,
    model: str,
    cost: Cost,
) -> StageEstimate:
    prompt = sum(estimate_tokens(system) + estimate_tokens(user) for system, user in requests)
    return StageEstimate(
        stage=stage,
        units=len(requests),
        paid=0,
        requests=len(requests),
        prompt_tokens=prompt,
        completion_tokens=completion if requests else 0,
        cost_usd=cost(model, prompt, completion if requests else 0),
        basis="counted",
    )


def _sum(asked: StageEstimate, requests: int, prompt: int, completion: int, model: str, cost: Cost) -> StageEstimate:
    prompt, completion = asked.prompt_tokens + prompt, asked.completion_tokens + completion
    return asked.model_copy(
        update={
            "requests": asked.requests + requests,
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "cost_usd": cost(model, prompt, completion),
            "basis": "estimated",
        }
    )
