"""Claims that say the same without a doubt form one group, of which one claim is judged for all."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from factcheck.claim_types.duplicates import JACCARD, near_identical
from factcheck.claim_types.lexicon_function_words import NEGATIONS
from factcheck.claim_types.names import find_names
from factcheck.claim_types.numbers import find_numbers
from factcheck.claim_types.text import content_tokens, normalised, polarity_words, words
from factcheck.models import Claim, Judgement, QuantityClaim, StatementClaim
from factcheck.stages.blocking.rules import IDENTICAL_TEXT, NEAR_IDENTICAL_TEXT, SAME_SENTENCE


@dataclass(frozen=True)
class Collapsed:
    """The claims in groups of the same meaning, and the judgements that say so."""

    groups: tuple[tuple[Claim, ...], ...]
    """In order of their lowest claim ids; within a group by id."""
    identical: tuple[Judgement, ...]
    """One for every two claims of a group."""


def collapse(claims: Iterable[Claim], languages: Mapping[str, str | None]) -> Collapsed:
    """Groups of claims that need no judge to be called equivalent.

    Equal in words, language, polarity, time and figures; or nearly equal in words (token Jaccard of .9, as
    `near_identical` has it) and equal in all else; or drawn from the same copied sentence with the same words in
    another order. Every two claims of a group are so related, so that small differences cannot add up.
    `languages` maps article id to language.
    """
    equal: dict[object, list[Claim]] = defaultdict(list)
    for claim in sorted(claims, key=lambda claim: claim.id):
        equal[languages[claim.article_id], normalised(claim.text), _meaning(claim)].append(claim)
    blocks = [tuple(group) for group in equal.values()]
    alike = _alike(blocks, languages)
    groups: list[list[tuple[Claim, ...]]] = []
    joined: dict[int, int] = {}
    for number, block in enumerate(blocks):
        home = next(
            (
                place
                for place in sorted({joined[other] for other, _ in alike[number] if other in joined})
                if len(groups[place]) == sum(joined.get(other) == place for other, _ in alike[number])
            ),
            None,
        )
        if home is None:
            home = len(groups)
            groups.append([])
        groups[home].append(block)
        joined[number] = home
    rules = {(a, b): rule for a, others in alike.items() for b, rule in others}
    numbers = {block[0].id: number for number, block in enumerate(blocks)}
    identical = [_judged(left, right, IDENTICAL_TEXT) for block in blocks for left, right in combinations(block, 2)]
    for group in groups:
        for one, other in combinations(group, 2):
            rule = rules[numbers[one[0].id], numbers[other[0].id]]
            identical += [_judged(left, right, rule) for left in one for right in other]
    members = (tuple(sorted((c for block in group for c in block), key=lambda c: c.id)) for group in groups)
    return Collapsed(
        groups=tuple(sorted(members, key=lambda group: group[0].id)),
        identical=tuple(sorted(identical, key=lambda judgement: judgement.key)),
    )


def _judged(left: Claim, right: Claim, rule: str) -> Judgement:
    low, high = sorted((left.id, right.id))
    return Judgement(left=low, right=high, rule=rule, relation="equivalent", how="identical")


def _meaning(claim: Claim) -> tuple[object, ...]:
    """What must be equal, beside the words, for two claims to be equal without a judge.

    Words alone are not enough: a denial that was written without its negation has the words of what it denies, and a
    resolved date or figure can differ where the words leave it open.
    """
    stance = claim.stance if isinstance(claim, StatementClaim) else None
    when = (claim.when.start, claim.when.end) if claim.when else None
    figure = (claim.value, claim.upper, claim.unit, claim.comparator) if isinstance(claim, QuantityClaim) else None
    return claim.type, claim.modality == "denied", stance, when, figure


def _alike(
    blocks: Sequence[tuple[Claim, ...]], languages: Mapping[str, str | None]
) -> dict[int, tuple[tuple[int, str], ...]]:
    """Number of a block -> the blocks that are nearly equal to it, each with the rule that says so."""
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for one, other in _candidates(blocks, languages):
        rule = _rule(blocks[one], blocks[other], languages[blocks[one][0].article_id])
        if rule:
            found[one][other] = found[other][one] = rule
    return {number: tuple(sorted(found[number].items())) for number in range(len(blocks))}


def _candidates(blocks: Sequence[tuple[Claim, ...]], languages: Mapping[str, str | None]) -> Iterator[tuple[int, int]]:
    """The pairs of blocks that can share nine tenths of their words, each once.

    Two such sets of words share one of their rarest words: all but nine tenths of the smaller one, and one more
    (prefix filtering: Chaudhuri, Ganti and Kaushik, A Primitive Operator for Similarity Joins, 2006).
    """
    tokens, repeated = _ranked_tokens(blocks)
    kinds: dict[object, int] = {}
    holders: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number, (block, held) in enumerate(zip(blocks, tokens, strict=True)):
        kind = kinds.setdefault((languages[block[0].article_id], _meaning(block[0])), len(kinds))
        near: set[int] = set()
        for token in held[: len(held) - int(JACCARD * len(held)) + 1]:
            if token >= repeated:
                near.update(holders[token, kind])
                holders[token, kind].append(number)
        for other in sorted(near):
            shared = len(set(held).intersection(tokens[other]))
            if shared >= JACCARD * (len(held) + len(tokens[other]) - shared):
                yield other, number


def _ranked_tokens(blocks: Sequence[tuple[Claim, ...]]) -> tuple[list[array[int]], int]:
    """The words of each block by their ranks, the rarest first, and the rank from which on words are in two blocks."""
    numbers: dict[str, int] = {}
    tokens = [array("i", {numbers.setdefault(word, len(numbers)) for word in words(block[0].text)}) for block in blocks]
    rarity = Counter(token for held in tokens for token in held)
    order = sorted(numbers, key=lambda word: (rarity[numbers[word]], word))
    rank = array("i", bytes(4 * len(order)))
    for place, word in enumerate(order):
        rank[numbers[word]] = place
    ranked = [array("i", sorted(rank[token] for token in held)) for held in tokens]
    return ranked, sum(count == 1 for count in rarity.values())


def _rule(one: tuple[Claim, ...], other: tuple[Claim, ...], language: str | None) -> str | None:
    left, right = one[0].text, other[0].text
    if near_identical(left, right, language):
        return NEAR_IDENTICAL_TEXT
    sentences = {_sentences(claim) for claim in one} & {_sentences(claim) for claim in other}
    return SAME_SENTENCE if sentences and _same_words(left, right, language) else None


def _sentences(claim: Claim) -> tuple[str, ...]:
    return tuple(normalised(evidence.quote) for evidence in claim.evidence)


def _same_words(left: str, right: str, language: str | None) -> bool:
    """The same content words, names, numbers and negations in any order; only where the negations are known."""
    return (
        language in NEGATIONS
        and sorted(content_tokens(left, language)) == sorted(content_tokens(right, language))
        and find_names(left, language) == find_names(right, language)
        and polarity_words(left, language) == polarity_words(right, language)
        and sorted((m.low, m.high) for m in find_numbers(left, language))
        == sorted((m.low, m.high) for m in find_numbers(right, language))
    )
