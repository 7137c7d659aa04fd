"""The rules that choose pairs, what is left out and why, and the counts of both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from pydantic import SkipValidation

from factcheck.findings import LEFT_OUT, NOT_NEAREST, NOT_SIMILAR
from factcheck.models import CandidatePair, Judgement, Value
from factcheck.stages.blocking.columns import PairColumns

DIFFERENT_PASSAGES = "different_passages"
"""The claims stand in different passages, of one article or of two, whoever published them."""
SAME_PASSAGE_SHARED_KEY = "same_passage_shared_key"
"""The claims stand in one passage and share a name or a number: a text that may contradict itself."""
IDENTICAL_TEXT = "identical_text"
"""The claims say the same in the same words; settled without a request."""
NEAR_IDENTICAL_TEXT = "near_identical_text"
"""Nine tenths of the words, all names, numbers and negations are the same; settled without a request."""
SAME_SENTENCE = "same_sentence"
"""One sentence of copied text gave both claims, in the same words but for their order; settled without a request."""
NEAREST_WORDS = "nearest_words"
"""One of the claims is among the other's nearest by words, names and numbers."""
NEAREST_GIST = "nearest_gist"
"""One of the claims is among the other's nearest by their English gists; only across languages."""
NEAREST_EMBEDDING = "nearest_embedding"
"""One of the claims is among the other's nearest by the vectors of the user's embedding model."""
NEAREST_ACROSS_STORIES = "nearest_across_stories"
"""The claims are of different stories and much alike."""
NOT_COMPARABLE = LEFT_OUT
"""Counted, not paired: by their types the two claims cannot bear on each other."""

__all__ = ["NOT_NEAREST", "NOT_SIMILAR"]


class RuleCount(Value):
    """How many pairs a rule chose."""

    rule: str
    chosen: int
    """Pairs that the rule chose, whether or not another rule chose them too."""
    marginal: int
    """Pairs that the rule chose and none before it did."""
    cumulative: int
    """Pairs that this rule or one before it chose."""


class Blocking(Value):
    """What is to be judged, what needs no judge, and what is left out.

    `rules` counts the pairs of `pairs` and `identical` by the first rule that chose them, and the pairs in scope that
    were left out under `not_comparable`, `not_similar` and `not_nearest`; all of them together are the pairs in scope.
    """

    pairs: SkipValidation[Sequence[CandidatePair]]
    """A tuple, or columns that make each pair when it is looked at."""
    identical: tuple[Judgement, ...]
    rules: dict[str, int]

    def counts(self) -> tuple[RuleCount, ...]:
        """The rules in the order in which they were tried, with marginal and cumulative counts; for a plan."""
        chosen_by = tally(self.pairs)
        chosen_by.update((judgement.rule,) for judgement in self.identical)
        return rule_counts(chosen_by)


def tally(pairs: Sequence[CandidatePair]) -> Counter[tuple[str, ...]]:
    """How many pairs were chosen by which rules."""
    return pairs.tally() if isinstance(pairs, PairColumns) else Counter(pair.rules for pair in pairs)


_ORDER = (
    IDENTICAL_TEXT,
    NEAR_IDENTICAL_TEXT,
    SAME_SENTENCE,
    DIFFERENT_PASSAGES,
    NEAREST_WORDS,
    NEAREST_GIST,
    NEAREST_EMBEDDING,
    SAME_PASSAGE_SHARED_KEY,
    NEAREST_ACROSS_STORIES,
)


def rule_counts(chosen_by: Mapping[tuple[str, ...], int]) -> tuple[RuleCount, ...]:
    """Counts from the numbers of pairs that were chosen by the same rules; the last cumulative one is all pairs."""
    every, first = Counter[str](), Counter[str]()
    for rules, pairs in chosen_by.items():
        every.update(dict.fromkeys(rules, pairs))
    order = {rule: place for place, rule in enumerate((*_ORDER, *sorted(set(every) - set(_ORDER))))}
    for rules, pairs in chosen_by.items():
        first[min(rules, key=order.__getitem__)] += pairs
    found, total = [], 0
    for rule in sorted(every, key=order.__getitem__):
        total += first[rule]
        found.append(RuleCount(rule=rule, chosen=every[rule], marginal=first[rule], cumulative=total))
    return tuple(found)
