"""What follows from labels that are known: sound inference with its chain, and labels that do not fit together.

Sound are only three rules. Equivalent with R gives R, whatever R is. Entailment chains with entailment in one
direction. Of two claims that contradict each other, whatever entails one contradicts the other. Nothing follows from
two contradictions ("12", "14", "16 dead") and nothing from `unrelated`, except through equivalence.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from factcheck.models import Judgement, Label, Relation

SUSPICIOUS = 4
"""Inconsistent triangles from which on a label is asked again: in simulations such labels were wrong in 75 to 100 %."""
LONGEST_CHAIN = 3
"""Pairs that one inferred label may rest on; each adds its chance of being wrong, and a reader has to follow it."""
INFERRED = "inferred"
"""The rule of a pair that no blocking rule chose and whose label follows from others."""

Pair = tuple[str, str]
_MIRRORED: Mapping[Relation, Relation] = {"a_entails_b": "b_entails_a", "b_entails_a": "a_entails_b"}


def mirrored(relation: Relation) -> Relation:
    """The same relation told from the other claim."""
    return _MIRRORED.get(relation, relation)


def follows(first: Relation, second: Relation) -> Relation | None:
    """The relation of x to z that follows from those of x to y and of y to z; None when nothing does."""
    if first == "equivalent":
        return second
    if second == "equivalent":
        return first
    if first == second and first in ("a_entails_b", "b_entails_a"):
        return first
    if (first, second) in _INTO_A_CONTRADICTION:
        return "contradicts"
    return None


_INTO_A_CONTRADICTION = frozenset({("a_entails_b", "contradicts"), ("contradicts", "b_entails_a")})
"""x says y and more and y excludes z, so x excludes z; or x excludes y and z says y and more."""


class Known:
    """Stated labels as a graph: for each claim, the relation to each other that was judged."""

    def __init__(self, judgements: Iterable[Judgement]) -> None:
        self.relation: dict[str, dict[str, Relation]] = defaultdict(dict)
        for judgement in judgements:
            self.relation[judgement.left][judgement.right] = judgement.relation
            self.relation[judgement.right][judgement.left] = mirrored(judgement.relation)

    def telling(self, claim: str) -> list[tuple[str, Relation]]:
        """The relations of a claim that something can follow from by themselves, in order of the others' ids."""
        return sorted((other, r) for other, r in self.relation[claim].items() if r != "unrelated")


def inconsistencies(judgements: Sequence[Judgement]) -> dict[Pair, int]:
    """Pair -> the number of triangles in which its label does not fit the two others; pairs without one are left out.

    A triangle does not fit when two of its labels imply another label for the third than it has. Which of the three
    is wrong one triangle does not tell; the pair that many of them share is the one to doubt.
    """
    known = Known(judgements)
    bad: set[frozenset[str]] = set()
    for middle in sorted(known.relation):
        telling = known.telling(middle)
        for one, to_one in telling:
            others = known.relation[middle].items() if to_one == "equivalent" else telling
            for other, relation in others:
                stated = known.relation[one].get(other)
                if other == one or stated is None:
                    continue
                implied = follows(mirrored(to_one), relation)
                if implied is not None and label_of(implied) != label_of(stated):
                    bad.add(frozenset((one, middle, other)))
    counts: Counter[Pair] = Counter()
    for triangle in bad:
        counts.update(combinations(sorted(triangle), 2))
    return dict(counts)


def doubtful(judgements: Sequence[Judgement]) -> tuple[Pair, ...]:
    """The pairs to ask again: those in SUSPICIOUS or more inconsistent triangles, worst first."""
    counts = inconsistencies(judgements)
    return tuple(sorted((p for p, n in counts.items() if n >= SUSPICIOUS), key=lambda p: (-counts[p], p)))


def asked_again(first: Judgement, second: Judgement | None) -> Judgement:
    """What counts of a doubtful pair: its second answer, or the first when there is none; a difference is noted."""
    if second is None:
        note = "it does not fit the pairs around it, and was not answered when asked again"
        return first.model_copy(update={"note": first.note or note})
    if label_of(first.relation) == label_of(second.relation):
        return second
    was = first.relation.replace("_", " ")
    note = f"asked again, because it did not fit the pairs around it; the first answer was {was}"
    return second.model_copy(update={"note": second.note or note})


def label_of(relation: Relation) -> Label:
    """What a reader sees of a relation."""
    return "supports" if relation in _SUPPORTING else "contradicts" if relation == "contradicts" else "unrelated"


_SUPPORTING = frozenset({"equivalent", "a_entails_b", "b_entails_a"})
