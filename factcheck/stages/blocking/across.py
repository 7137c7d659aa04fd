"""A thin net between stories: claims of two of them that are much alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from factcheck.models import CandidatePair, Claim
from factcheck.stages.blocking.base import Known
from factcheck.stages.blocking.rules import NEAREST_ACROSS_STORIES
from factcheck.stages.blocking.subjects import subject

NEIGHBOURS = 5
"""Claims of other stories that a claim is paired with."""
SCORE = 0.30
"""Smallest score of such a pair.

It must share a name or a number as well: on the labelled stories, each parted in two and put among its siblings, that
took away four of ten pairs and none of the related ones.
"""


def import_libraries() -> None:
    """Import what `pairs_across` needs, most of a second; for a thread, while there is something else to wait for."""
    import sparse_dot_topn  # noqa: F401

    import factcheck.stages.blocking.registry  # noqa: F401


def pairs_across(
    stories: Mapping[str, Sequence[Claim]], languages: Mapping[str, str | None], known: Known | None = None
) -> Sequence[CandidatePair]:
    """The pairs of claims of different stories of which one is among the five nearest of the other, and much alike.

    Both carry one of the same names or numbers.

    `stories` maps a story's name to its claims, `languages` an article's id to its primary subtag. Ungrounded claims
    are left out; a claim that two stories share is paired with claims of others only, for it was compared with the
    claims of both. In order, lower id left.
    """
    import numpy as np

    from factcheck.stages.blocking.fusion import Chosen, choose
    from factcheck.stages.blocking.index import pairs_of, population
    from factcheck.stages.blocking.ranking import DECIMALS, NUMBER_BONUS, ranked
    from factcheck.stages.blocking.registry import BLOCKERS

    homes: dict[str, set[str]] = defaultdict(set)
    claims: dict[str, Claim] = {}
    for story, told in stories.items():
        for claim in told:
            if not claim.ungrounded:
                homes[claim.id].add(story)
                claims[claim.id] = claim
    subjects = [subject([claims[id_]], languages.get(claims[id_].article_id)) for id_ in sorted(claims)]
    if not subjects:
        return ()
    people = population(subjects, [next(iter(homes[s.id])) if len(homes[s.id]) == 1 else None for s in subjects])
    rows = [each for blocker in BLOCKERS if (each := blocker.vectors(subjects, known or Known())) is not None]
    channels = [ranked(each, people, NEIGHBOURS, SCORE - NUMBER_BONUS) for each in rows]
    chosen = choose(channels, people, NEIGHBOURS)
    places = zip(chosen.left.tolist(), chosen.right.tolist(), strict=True)
    related = ((subjects[left], subjects[right]) for left, right in places)
    apart = (bool(a.keys & b.keys) and homes[a.id].isdisjoint(homes[b.id]) for a, b in related)
    kept = np.fromiter(apart, bool, len(chosen.left)) & (np.round(chosen.score, DECIMALS) >= SCORE)
    found = Chosen(chosen.left[kept], chosen.right[kept], chosen.score[kept], chosen.channels[kept])
    return pairs_of(subjects, found, [(NEAREST_ACROSS_STORIES,)] * (1 << len(channels)))
