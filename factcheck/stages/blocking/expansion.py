"""What follows from a judgement for the claims that say the same as the judged ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import product

from factcheck.models import Judgement, Relation

_MIRRORED: dict[Relation, Relation] = {"a_entails_b": "b_entails_a", "b_entails_a": "a_entails_b"}


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
