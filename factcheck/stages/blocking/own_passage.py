"""A text that contradicts itself: claims of one passage that share a name or a number, the nearest of them paired."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from factcheck.stages.blocking.subjects import Subject

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from factcheck.stages.blocking.ranking import Floats, Ints, Population

OWN = 5
"""Claims of its own passage that a claim is paired with."""


@dataclass(frozen=True)
class OwnPassage:
    """The pairs by place, lower place left, each once, and how many in scope were left out."""

    left: Ints
    right: Ints
    score: Floats
    passed_over: int
    not_comparable: int


def own_passage(words: csr_matrix, subjects: Sequence[Subject], population: Population) -> OwnPassage:
    """Of every claim the nearest ones of its own passage that share a key with it, from either side."""
    import numpy as np

    lefts, rights, scores, passed_over, not_comparable = array("q"), array("q"), array("d"), 0, 0
    for places in _passages(population.group):
        nearest: dict[int, list[tuple[float, int, int]]] = {}
        sharing = 0
        for left, right, score in _sharing(words, subjects, places):
            if not population.allowed(left, right):
                not_comparable += 1
                continue
            sharing += 1
            nearest.setdefault(left, []).append((-score, left, right))
            nearest.setdefault(right, []).append((-score, left, right))
        chosen = {entry for each in nearest.values() for entry in sorted(each)[:OWN]}
        for minus, left, right in chosen:
            lefts.append(left)
            rights.append(right)
            scores.append(-minus)
        passed_over += sharing - len(chosen)
    return OwnPassage(np.array(lefts), np.array(rights), np.array(scores), passed_over, not_comparable)


def _passages(group: Ints) -> Iterator[Ints]:
    """The places of the claims of each passage that holds two or more."""
    import numpy as np

    order = np.argsort(group, kind="stable")
    for places in np.split(order, np.flatnonzero(np.diff(group[order])) + 1):
        if len(places) > 1 and group[places[0]] >= 0:
            yield places


def _sharing(words: csr_matrix, subjects: Sequence[Subject], places: Ints) -> Iterator[tuple[int, int, float]]:
    """The pairs of the passage that share a key, with their cosines."""
    import numpy as np

    rows = words[places]
    cosine = np.round((rows @ rows.T).toarray().astype(np.float64), 6)
    keys = [subjects[place].keys for place in places.tolist()]
    for one in range(len(places)):
        for other in range(one + 1, len(places)):
            if not keys[one].isdisjoint(keys[other]):
                yield int(places[one]), int(places[other]), min(1.0, float(cosine[one, other]))
