"""Claims that one passage makes twice become one, with the evidence of both."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from factcheck.claim_types.duplicates import JACCARD, near_identical
from factcheck.claim_types.text import normalised, words
from factcheck.models import Claim


def merge_duplicates(claims: Iterable[Claim], language: str | None) -> tuple[Claim, ...]:
    """Claims that one passage makes twice, merged into the first with the evidence of both, in order of evidence.

    The same words, or nearly the same with the same numbers and negations (claim_types.duplicates), from the same
    speaker in the same modality. A grounded claim takes the place of an ungrounded one, which would never be compared.
    """
    given = list(claims)
    index = _Index(given)
    kept: list[Claim] = []
    for claim in given:
        place = next((n for n in index.candidates(claim) if near_identical(claim.text, kept[n].text, language)), None)
        if place is None:
            index.add(claim, len(kept))
            kept.append(claim)
            continue
        other = kept[place]
        first = claim if other.ungrounded and not claim.ungrounded else other
        evidence = {e.sentence: e for e in (*other.evidence, *claim.evidence)}
        kept[place] = first.model_copy(
            update={"evidence": tuple(evidence[n] for n in sorted(evidence)), "core": other.core or claim.core}
        )
        index.add(first, place)
    return tuple(sorted(kept, key=lambda c: ([e.sentence for e in c.evidence], c.id)))


class _Index:
    """Finds the claims that can be nearly identical to one, without comparing it to all.

    Two sets of words that share nine tenths share one of their rarest words: all but nine tenths of each, and one more
    (prefix filtering: Chaudhuri, Ganti and Kaushik, A Primitive Operator for Similarity Joins, 2006).
    """

    def __init__(self, claims: Iterable[Claim]) -> None:
        self._rarity = Counter(word for claim in claims for word in set(words(claim.text)))
        self._places: dict[object, list[int]] = defaultdict(list)

    def candidates(self, claim: Claim) -> list[int]:
        """Places in ascending order."""
        return sorted({place for key in self._keys(claim) for place in self._places[key]})

    def add(self, claim: Claim, place: int) -> None:
        """Let the claim be found at `place`."""
        for key in self._keys(claim):
            self._places[key].append(place)

    def _keys(self, claim: Claim) -> Iterator[object]:
        who = (claim.type, claim.passage, claim.speaker, claim.modality)
        yield who, normalised(claim.text)
        held = set(words(claim.text))
        rarest = sorted(held, key=lambda word: (self._rarity[word], word))
        for word in rarest[: len(held) - int(JACCARD * len(held)) + 1]:
            yield who, word, "word"
