"""Claims -> candidate pairs: which two claims are worth judging, by which rule, counted before anything is spent."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Literal

from factcheck.claim_types.registry import comparable, get
from factcheck.claim_types.text import normalised, primary
from factcheck.findings import LEFT_OUT
from factcheck.models import (
    Article,
    CandidatePair,
    Claim,
    Extraction,
    Judgement,
    QuantityClaim,
    Relation,
    StatementClaim,
    Value,
)

DIFFERENT_PASSAGES = "different_passages"
"""The claims stand in different passages, of one article or of two, whoever published them."""
SAME_PASSAGE_SHARED_KEY = "same_passage_shared_key"
"""The claims stand in one passage and share a name or a number: a text that may contradict itself."""
IDENTICAL_TEXT = "identical_text"
"""The claims say the same in the same words; settled without a request."""
NOT_COMPARABLE = LEFT_OUT
"""Counted, not paired: by their types the two claims cannot bear on each other."""

_MIRRORED: dict[Relation, Relation] = {"a_entails_b": "b_entails_a", "b_entails_a": "a_entails_b"}


class Blocking(Value):
    """What is to be judged, and what needs no judge.

    `rules` counts the candidate pairs of `pairs` and `identical` by rule, and under `not_comparable` the pairs in
    scope that were left out.
    """

    pairs: tuple[CandidatePair, ...]
    identical: tuple[Judgement, ...]
    rules: dict[str, int]


def candidate_pairs(
    extractions: Sequence[Extraction], articles: Mapping[str, Article], *, detail: Literal["core", "full"]
) -> Blocking:
    """All pairs of claims worth judging, each once, in canonical order, with the first rule that chose it.

    Ungrounded claims are never paired, and with detail `core` neither are claims of detail. Claims that are equal in
    words, language, polarity, time and figures form a group; only its lowest claim id is paired, for all, and
    `expand` hands its judgements on. A pair of groups is in scope, and comparable, when any two of their claims are.
    The result does not depend on the order of the articles or claims. `articles` maps article id to article.
    """
    claims = {
        claim.id: claim
        for extraction in extractions
        for claim in extraction.claims
        if not claim.ungrounded and (claim.core or detail == "full")
    }
    languages = {id_: primary(article.language) for id_, article in articles.items()}
    groups = _equal_groups(claims.values(), languages)
    scopes = [_scope([claims[id_] for id_ in ids]) for _, ids in sorted(groups.items())]
    rules: Counter[str] = Counter()
    pairs = []
    for left, right in combinations(scopes, 2):
        rule = _rule(left, right)
        if rule is None:
            continue
        if not any(comparable(one, other) for one, other in product(left.claims, right.claims)):
            rules[NOT_COMPARABLE] += 1
            continue
        rules[rule] += 1
        pairs.append(CandidatePair(left=left.claims[0].id, right=right.claims[0].id, rule=rule))
    identical = tuple(
        Judgement(left=left, right=right, rule=IDENTICAL_TEXT, relation="equivalent", how="identical")
        for left, right in sorted(pair for group in groups.values() for pair in combinations(group, 2))
    )
    if identical:
        rules[IDENTICAL_TEXT] = len(identical)
    return Blocking(pairs=tuple(pairs), identical=identical, rules=dict(sorted(rules.items())))


def expand(judgements: Sequence[Judgement], identical: Sequence[Judgement]) -> tuple[Judgement, ...]:
    """All judgements: the given ones, the identical ones, and what follows from both, in order of their pairs.

    Equivalent with R gives R is sound for every relation R, `unrelated` included, because claims equal in words
    have the same truth conditions. What follows is marked `inferred` and its chain names the pairs it follows from.
    """
    groups = _groups_of(identical)
    known = {judgement.key: judgement for judgement in (*identical, *judgements)}
    for judgement in judgements:
        lefts, rights = groups.get(judgement.left, (judgement.left,)), groups.get(judgement.right, (judgement.right,))
        for left, right in product(lefts, rights):
            key = (left, right) if left < right else (right, left)
            if left != right and key not in known:
                known[key] = _taken_over(judgement, left, right)
    return tuple(known[key] for key in sorted(known))


def _taken_over(judgement: Judgement, left: str, right: str) -> Judgement:
    """`judgement` for two claims equal in words to its own: `left` to its left one, `right` to its right one."""
    copies = zip((left, right), judgement.key, strict=True)
    chain = (judgement.key, *((min(copy, own), max(copy, own)) for copy, own in copies if copy != own))
    update: dict[str, object] = {"left": left, "right": right, "how": "inferred", "chain": chain}
    if right < left:
        update |= {"left": right, "right": left, "relation": _MIRRORED.get(judgement.relation, judgement.relation)}
        if judgement.conflict is not None:
            words = {"left_words": judgement.conflict.right_words, "right_words": judgement.conflict.left_words}
            update["conflict"] = judgement.conflict.model_copy(update=words)
    return judgement.model_copy(update=update)


def _groups_of(identical: Sequence[Judgement]) -> dict[str, tuple[str, ...]]:
    """Claim id -> all claims of its identical group, itself included."""
    members: dict[str, set[str]] = defaultdict(set)
    for judgement in identical:
        members[judgement.left] |= {judgement.left, judgement.right}
        members[judgement.right] |= {judgement.left, judgement.right}
    return {id_: tuple(sorted(group)) for id_, group in members.items()}


def _equal_groups(claims: Iterable[Claim], languages: Mapping[str, str | None]) -> dict[str, tuple[str, ...]]:
    """Lowest claim id -> the sorted ids of all claims that say the same in the same words, itself first."""
    by_content: dict[object, list[str]] = defaultdict(list)
    for claim in claims:
        by_content[languages[claim.article_id], *_content(claim)].append(claim.id)
    return {min(ids): tuple(sorted(ids)) for ids in by_content.values()}


def _content(claim: Claim) -> tuple[object, ...]:
    """What must be equal for two claims to be equal without a judge.

    Words alone are not enough: a denial that was written without its negation has the words of what it denies, and a
    resolved date or figure can differ where the words leave it open.
    """
    stance = claim.stance if isinstance(claim, StatementClaim) else None
    when = (claim.when.start, claim.when.end) if claim.when else None
    figure = (claim.value, claim.upper, claim.unit, claim.comparator) if isinstance(claim, QuantityClaim) else None
    return normalised(claim.text), claim.type, claim.modality == "denied", stance, when, figure


@dataclass(frozen=True)
class _Scope:
    """A group of equal claims as the rules see it, the lowest id first."""

    claims: tuple[Claim, ...]
    passages: frozenset[tuple[str, int]]
    keys: frozenset[str]


def _scope(group: Sequence[Claim]) -> _Scope:
    keys = (key for claim in group for key in get(claim.type).keys(claim))
    return _Scope(
        claims=tuple(group),
        passages=frozenset((claim.article_id, claim.passage) for claim in group),
        keys=frozenset(key for key in keys if key.startswith(("name:", "number:"))),
    )


def _rule(left: _Scope, right: _Scope) -> str | None:
    """The first rule that fires for any two claims of the groups; None when they are out of scope."""
    if len(left.passages | right.passages) > 1:
        return DIFFERENT_PASSAGES
    return SAME_PASSAGE_SHARED_KEY if left.keys & right.keys else None
