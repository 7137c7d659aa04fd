"""Claims -> candidate pairs: which two claims are worth judging, by which rule, counted before anything is spent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations, product
from typing import Literal

from factcheck.claim_types.registry import comparable
from factcheck.claim_types.text import primary
from factcheck.models import Article, CandidatePair, Extraction
from factcheck.stages.blocking.collapse import collapse
from factcheck.stages.blocking.rules import DIFFERENT_PASSAGES, NOT_COMPARABLE, SAME_PASSAGE_SHARED_KEY, Blocking
from factcheck.stages.blocking.subjects import Subject, subject


def candidate_pairs(
    extractions: Sequence[Extraction], articles: Mapping[str, Article], *, detail: Literal["core", "full"]
) -> Blocking:
    """All pairs of claims worth judging, each once, in canonical order, with the rules that chose it.

    Ungrounded claims are never paired, and with detail `core` neither are claims of detail. Claims that say the same
    beyond doubt form a group (see `collapse`); only its lowest claim id is paired, for all, and `expand` hands its
    judgements on. A pair of groups is in scope, and comparable, when any two of their claims are. The result does
    not depend on the order of the articles or claims. `articles` maps article id to article.
    """
    claims = [
        claim
        for extraction in extractions
        for claim in extraction.claims
        if not claim.ungrounded and (claim.core or detail == "full")
    ]
    languages = {id_: primary(article.language) for id_, article in articles.items()}
    collapsed = collapse({claim.id: claim for claim in claims}.values(), languages)
    subjects = [subject(group, languages[group[0].article_id]) for group in collapsed.groups]
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
    rules.update(judgement.rule for judgement in collapsed.identical)
    return Blocking(pairs=tuple(pairs), identical=collapsed.identical, rules=dict(sorted(rules.items())))


def _rule(left: Subject, right: Subject) -> str | None:
    """The first rule that fires for any two claims of the groups; None when they are out of scope."""
    if len(left.passages | right.passages) > 1:
        return DIFFERENT_PASSAGES
    return SAME_PASSAGE_SHARED_KEY if left.keys & right.keys else None
