"""Claims -> candidate pairs: which two claims are worth judging, by which rule, counted before anything is spent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Literal

from factcheck.claim_types.registry import comparable
from factcheck.claim_types.text import primary
from factcheck.models import Article, CandidatePair, Extraction, Judgement
from factcheck.stages.blocking.base import Known
from factcheck.stages.blocking.collapse import collapse
from factcheck.stages.blocking.rules import DIFFERENT_PASSAGES, NOT_COMPARABLE, SAME_PASSAGE_SHARED_KEY, Blocking
from factcheck.stages.blocking.subjects import Subject, subject

ALL_PAIRS_UP_TO = 2_500
"""Pairs of a story that are judged without ranking: a mistake of the ranking would cost more than they do."""
NEIGHBOURS = 20
"""Nearest claims that a claim is paired with when they are ranked."""


@dataclass(frozen=True)
class Plan:
    """How the pairs of a story are chosen."""

    choice: Literal["auto", "all", "nearest"] = "auto"
    """`auto` takes all pairs of a small story and the nearest ones of a large one."""
    all_pairs_up_to: int = ALL_PAIRS_UP_TO
    neighbours: int = NEIGHBOURS

    def ranks(self, subjects: Sequence[Subject]) -> bool:
        """Whether the claims are so many that only the nearest are paired."""
        if self.choice != "auto":
            return self.choice == "nearest"
        inside = Counter(s.passages for s in subjects if len(s.passages) == 1)
        within = sum(claims * (claims - 1) // 2 for claims in inside.values())
        return len(subjects) * (len(subjects) - 1) // 2 - within > self.all_pairs_up_to


@dataclass(frozen=True)
class Prepared:
    """The claims of a story in groups of the same meaning."""

    subjects: tuple[Subject, ...]
    """In order of their ids."""
    identical: tuple[Judgement, ...]


def prepare(
    extractions: Sequence[Extraction], articles: Mapping[str, Article], *, detail: Literal["core", "full"]
) -> Prepared:
    """The claims that are paired, collapsed: ungrounded ones are left out, and with `core` those of detail.

    `articles` maps article id to article. The result does not depend on the order of the articles or claims.
    """
    claims = {
        claim.id: claim
        for extraction in extractions
        for claim in extraction.claims
        if not claim.ungrounded and (claim.core or detail == "full")
    }
    languages = {id_: primary(article.language) for id_, article in articles.items()}
    collapsed = collapse(claims.values(), languages)
    return Prepared(
        subjects=tuple(subject(group, languages[group[0].article_id]) for group in collapsed.groups),
        identical=collapsed.identical,
    )


def pair(prepared: Prepared, plan: Plan, known: Known) -> Blocking:
    """All pairs of claims worth judging, each once, in canonical order, with the rules that chose it.

    Of claims that say the same beyond doubt only the lowest id is paired, for all, and `expand` hands its judgements
    on. A pair of groups is in scope, and comparable, when any two of their claims are. In a small story all pairs in
    scope are chosen, in a large one the nearest, see `nearest_pairs`.
    """
    if plan.ranks(prepared.subjects):
        from factcheck.stages.blocking.index import nearest_pairs  # NOTE: brings numpy and scipy

        nearest = nearest_pairs(prepared.subjects, known, plan.neighbours)
        pairs: Sequence[CandidatePair] = nearest.pairs
        rules = Counter(nearest.left_out)
        for (rule, *_), count in nearest.pairs.tally().items():
            rules[rule] += count
    else:
        pairs, rules = _all_pairs(prepared.subjects)
    rules.update(judgement.rule for judgement in prepared.identical)
    return Blocking(pairs=pairs, identical=prepared.identical, rules=dict(sorted(rules.items())))


def candidate_pairs(
    extractions: Sequence[Extraction],
    articles: Mapping[str, Article],
    *,
    detail: Literal["core", "full"],
    plan: Plan | None = None,
    known: Known | None = None,
) -> Blocking:
    """`pair` of what `prepare` gives; without a plan as `auto` has it, without gists and embeddings."""
    return pair(prepare(extractions, articles, detail=detail), plan or Plan(), known or Known())


def _all_pairs(subjects: Sequence[Subject]) -> tuple[tuple[CandidatePair, ...], Counter[str]]:
    rules: Counter[str] = Counter()
    pairs = []
    for left, right in combinations(subjects, 2):
        rule = _rule(left, right)
        if rule is None:
            continue
        if not any(comparable(one, other) for one, other in product(left.claims, right.claims)):
            rules[NOT_COMPARABLE] += 1
            continue
        rules[rule] += 1
        pairs.append(CandidatePair(left=left.id, right=right.id, rule=rule))
    return tuple(pairs), rules


def _rule(left: Subject, right: Subject) -> str | None:
    """The first rule that fires for any two claims of the groups; None when they are out of scope."""
    if len(left.passages | right.passages) > 1:
        return DIFFERENT_PASSAGES
    return SAME_PASSAGE_SHARED_KEY if left.keys & right.keys else None
