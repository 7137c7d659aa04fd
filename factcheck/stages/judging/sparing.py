"""Large stories in two rounds: the nearest claims first, then one pair for every two groups of equivalent ones."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from factcheck.models import CandidatePair, Judgement
from factcheck.stages.judging.inference import LONGEST_CHAIN, Pair

SPARED_FROM = 2_500
"""Pairs from which on it is worth to ask in two rounds; below, a second round costs more time than it saves tokens."""
NEAREST = 2
"""Nearest claims that each claim is compared with in the first round."""


def worth_sparing(pairs: Sequence[CandidatePair]) -> bool:
    """Whether a story is large enough to be asked in two rounds, and its pairs are ranked, so that some are nearest."""
    return len(pairs) > SPARED_FROM and all(pair.score is not None for pair in pairs)


def first_round(pairs: Sequence[CandidatePair]) -> tuple[CandidatePair, ...]:
    """Each claim with its NEAREST nearest others, in the order given."""
    near: Counter[str] = Counter()
    chosen: set[Pair] = set()
    for pair in sorted(pairs, key=lambda pair: (-(pair.score or 0.0), pair.key)):
        if min(near[pair.left], near[pair.right]) < NEAREST:
            near.update(pair.key)
            chosen.add(pair.key)
    return tuple(pair for pair in pairs if pair.key in chosen)


def representatives(judgements: Iterable[Judgement]) -> dict[str, str]:
    """Claim -> the claim that stands for its group, itself where it is in none.

    Every member was judged equivalent to the representative itself, and no two members were judged anything else, so
    that small differences cannot add up ("about 100", 102, 104). The claim with most equivalents gathers first.
    """
    same: dict[str, set[str]] = defaultdict(set)
    apart: dict[str, set[str]] = defaultdict(set)
    for judgement in judgements:
        table = same if judgement.relation == "equivalent" else apart
        table[judgement.left].add(judgement.right)
        table[judgement.right].add(judgement.left)
    of = {claim: claim for claim in (*same, *apart)}
    placed: set[str] = set()
    for claim in sorted(same, key=lambda claim: (-len(same[claim]), claim)):
        if claim in placed:
            continue
        members = {claim}
        for other in sorted(same[claim] - placed):
            if not apart[other] & members:
                members.add(other)
                of[other] = claim
        placed |= members
    return of


def second_round(
    pairs: Sequence[CandidatePair], judged: Sequence[Judgement], representative: Mapping[str, str]
) -> tuple[tuple[CandidatePair, ...], tuple[CandidatePair, ...]]:
    """Of the pairs that are left, those to ask and those whose label will follow, each in canonical order.

    Of all pairs between two groups one is asked, with their representatives where it can be, and the others follow
    from it by equivalence, unless the chain would be longer than LONGEST_CHAIN; a pair inside a group follows from
    its two ends. `judged` are the pairs of the first round, one of which may speak for two groups already.
    """
    keys = [*(pair.key for pair in pairs), *(judgement.key for judgement in judged)]
    of = {claim: representative.get(claim, claim) for key in keys for claim in key}
    speaking: dict[Pair, list[Pair]] = defaultdict(list)
    for judgement in judged:
        speaking[_groups(judgement.key, of)].append(judgement.key)
    asked: list[CandidatePair] = []
    spared: list[CandidatePair] = []
    for pair in sorted(pairs, key=lambda p: (-sum(of[c] == c for c in p.key), -(p.score or 0.0), p.key)):
        groups = _groups(pair.key, of)
        if groups[0] == groups[1] or any(_steps(pair.key, other, of) <= LONGEST_CHAIN for other in speaking[groups]):
            spared.append(pair)
        else:
            asked.append(pair)
            speaking[groups].append(pair.key)
    return tuple(sorted(asked, key=lambda p: p.key)), tuple(sorted(spared, key=lambda p: p.key))


def _groups(pair: Pair, of: Mapping[str, str]) -> Pair:
    one, other = sorted((of[pair[0]], of[pair[1]]))
    return one, other


def _steps(pair: Pair, speaker: Pair, of: Mapping[str, str]) -> int:
    """Judged pairs in the chain from one claim of `pair` over `speaker` to the other."""
    if of[pair[0]] != of[speaker[0]]:
        speaker = speaker[1], speaker[0]
    return 1 + sum(_apart(one, other, of) for one, other in zip(pair, speaker, strict=True))


def _apart(one: str, other: str, of: Mapping[str, str]) -> int:
    """Judged pairs between two claims of a group: none, one to or from the representative, two over it."""
    return 0 if one == other else 1 if of[one] in (one, other) else 2
