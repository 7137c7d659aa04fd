"""Many claims: only the nearest are paired, by every blocker there is; the pairs left out are counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, cast

from factcheck.claim_types.registry import comparable
from factcheck.stages.blocking.base import Known
from factcheck.stages.blocking.columns import PairColumns
from factcheck.stages.blocking.fusion import choose
from factcheck.stages.blocking.own_passage import OwnPassage, own_passage
from factcheck.stages.blocking.ranking import DECIMALS, FLOOR, Population, cosines, ranked, similar
from factcheck.stages.blocking.registry import BLOCKERS
from factcheck.stages.blocking.rules import (
    NEAREST_WORDS,
    NOT_COMPARABLE,
    NOT_NEAREST,
    NOT_SIMILAR,
    SAME_PASSAGE_SHARED_KEY,
)
from factcheck.stages.blocking.subjects import Subject

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from factcheck.stages.blocking.fusion import Chosen
    from factcheck.stages.blocking.ranking import Ints, Ranked


COUNTED = 20_000
"""Claims up to which it is counted how many of the pairs left out have words in common; it takes every pair a look."""


@dataclass(frozen=True)
class Nearest:
    """The pairs of the nearest claims, in order, and how many pairs in scope were left out, by reason."""

    pairs: PairColumns
    left_out: dict[str, int]


def nearest_pairs(subjects: Sequence[Subject], known: Known, k: int) -> Nearest:
    """The pairs in which one claim is among the `k` nearest of the other; `subjects` in order of their ids.

    Claims of one passage are ranked apart, see `own_passage`.
    """
    people = population(subjects)
    vectors = {blocker.rule: rows for blocker in BLOCKERS if (rows := blocker.vectors(subjects, known)) is not None}
    words = cast("csr_matrix", vectors[NEAREST_WORDS])
    channels = [ranked(rows, people, k) for rows in vectors.values()]
    chosen = choose(channels, people, k)
    within = own_passage(words, subjects, people)
    left_out = _left_out(words, people.group, chosen, channels)
    left_out[NOT_NEAREST] += within.passed_over
    left_out[NOT_COMPARABLE] += within.not_comparable
    pairs = pairs_of(subjects, chosen, named(tuple(vectors)), within)
    return Nearest(pairs=pairs, left_out={reason: count for reason, count in sorted(left_out.items()) if count})


def population(subjects: Sequence[Subject], groups: Sequence[object] | None = None) -> Population:
    """The claims as the ranking knows them; `groups` in place of their passages, such as the stories they are of."""
    import numpy as np

    if groups is None:
        groups = [next(iter(s.passages)) if len(s.passages) == 1 else None for s in subjects]
    codes = {group: code for code, group in enumerate(dict.fromkeys(g for g in groups if g is not None))}
    languages = {language: code for code, language in enumerate(sorted({s.language or "" for s in subjects}))}

    claims = [s.claims for s in subjects]

    def allowed(one: int, other: int) -> bool:
        left, right = claims[one], claims[other]
        if len(left) == len(right) == 1:  # nearly always, and asked for dozens of pairs a claim
            return comparable(left[0], right[0])
        return any(comparable(a, b) for a, b in product(left, right))

    return Population(
        group=np.array([-1 if group is None else codes[group] for group in groups], np.int64),
        block=np.array([languages[s.language or ""] for s in subjects], np.int64),
        number=np.array([any(key.startswith("number:") for key in s.keys) for s in subjects], bool),
        allowed=allowed,
    )


def named(rules: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The rules of a pair by the bits of the channels that found it; `rules` names the channels."""
    return tuple(tuple(rule for n, rule in enumerate(rules) if bits >> n & 1) for bits in range(1 << len(rules)))


def pairs_of(
    subjects: Sequence[Subject],
    chosen: Chosen,
    rules: Sequence[tuple[str, ...]],
    within: OwnPassage | None = None,
) -> PairColumns:
    """The chosen pairs in order, with those of single passages among them; `rules` as `named` gives them."""
    import numpy as np

    left, right, score, rule = chosen.left, chosen.right, chosen.score.round(DECIMALS), chosen.channels
    if within is not None:
        left, right = np.concatenate((left, within.left)), np.concatenate((right, within.right))
        score = np.concatenate((score, within.score))
        rule = np.concatenate((rule, np.full(len(within.left), len(rules))))
        order = np.argsort(left * len(subjects) + right)
        left, right, score, rule = left[order], right[order], score[order], rule[order]
    return PairColumns([s.id for s in subjects], left, right, score, rule, (*rules, (SAME_PASSAGE_SHARED_KEY,)))


def _left_out(words: csr_matrix, group: Ints, chosen: Chosen, channels: Sequence[Ranked]) -> dict[str, int]:
    """How many pairs of different passages were not chosen: the sum is exact.

    Beyond COUNTED claims those that have hardly a word in common are not told from those that others are nearer than.
    """
    import numpy as np

    claims = len(group)
    inside = np.bincount(group[group >= 0]) if (group >= 0).any() else np.zeros(1, np.int64)
    scope = claims * (claims - 1) // 2 - int((inside * (inside - 1) // 2).sum())
    refused = np.unique(np.concatenate([channel.refused for channel in channels]))
    rest = scope - len(chosen.left) - len(refused)
    near = rest
    if claims <= COUNTED:
        seen = (chosen.left, chosen.right), (refused // max(claims, 1), refused % max(claims, 1))
        near = similar(words, group) - sum(int((cosines(words, *pairs) > FLOOR).sum()) for pairs in seen)
        near = min(max(near, 0), rest)  # a cosine on the edge may be summed in another order
    return {NOT_COMPARABLE: len(refused), NOT_NEAREST: near, NOT_SIMILAR: rest - near}
