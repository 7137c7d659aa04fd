"""Candidate pairs as columns: 100,000 claims have more than a million, and a value for each is half a gigabyte."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, overload

from factcheck.models import CandidatePair

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PORTION = 8_192
"""Pairs that are made into values at a time when all are gone through."""


class PairColumns(Sequence[CandidatePair]):
    """A sequence of candidate pairs, each made when it is looked at; equal to any sequence of the same pairs."""

    __slots__ = ("_ids", "_left", "_right", "_rule", "_rules", "_score")

    def __init__(
        self,
        ids: Sequence[str],
        left: NDArray[np.int64],
        right: NDArray[np.int64],
        score: NDArray[np.float64],
        rule: NDArray[np.int64],
        rules: Sequence[tuple[str, ...]],
    ) -> None:
        """`left < right` are places in `ids`, which ascend; `rule` is a place in `rules`. One entry per pair.

        A pair without a score has NaN.
        """
        self._ids = tuple(ids)
        self._left = left.astype("int32")
        self._right = right.astype("int32")
        self._score = score
        self._rule = rule.astype("uint8")
        self._rules = tuple(rules)

    def __len__(self) -> int:
        return len(self._left)

    @overload
    def __getitem__(self, place: int) -> CandidatePair: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[CandidatePair, ...]: ...

    def __getitem__(self, place: int | slice) -> CandidatePair | tuple[CandidatePair, ...]:
        if isinstance(place, slice):
            start, stop, step = place.indices(len(self))
            return tuple(self._values(start, stop)) if step == 1 else tuple(self[n] for n in range(start, stop, step))
        at = range(len(self))[place]
        return next(self._values(at, at + 1))

    def __iter__(self) -> Iterator[CandidatePair]:
        for start in range(0, len(self), PORTION):
            yield from self._values(start, start + PORTION)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(one == another for one, another in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # NOTE: equal to a tuple, whose hash is that of its values

    def tally(self) -> Counter[tuple[str, ...]]:
        """How many pairs were chosen by which rules, without making a value."""
        import numpy as np

        counts = np.bincount(self._rule, minlength=len(self._rules)).tolist()
        found = Counter[tuple[str, ...]]()
        for rules, count in zip(self._rules, counts, strict=True):  # several places may hold equal rules
            found[rules] += count
        return +found

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids among which those of the pairs are, ascending."""
        return self._ids

    def most_alike(self, count: int) -> PairColumns:
        """So many pairs with the highest scores, of equal ones those of the lower ids; in order, with no other ids."""
        import numpy as np

        chosen = np.sort(np.lexsort((self._right, self._left, -self._score))[:count])
        left, right = self._left[chosen], self._right[chosen]
        places = np.union1d(left, right)
        ids = [self._ids[place] for place in places.tolist()]
        at = places.searchsorted(left), places.searchsorted(right)
        return PairColumns(ids, *at, self._score[chosen], self._rule[chosen], self._rules)

    def with_also(self, keys: Iterable[tuple[str, str]], rule: str) -> PairColumns:
        """These pairs and, in order among them, others that have no score."""
        import numpy as np

        missing = sorted(set(keys) - {(self._ids[a], self._ids[b]) for a, b in self._places()})
        ids = sorted({*self._ids, *(id_ for key in missing for id_ in key)})
        place = {id_: at for at, id_ in enumerate(ids)}
        old = np.array([place[id_] for id_ in self._ids], np.int64)
        left = np.append(old[self._left], [place[key[0]] for key in missing]).astype(np.int64)
        right = np.append(old[self._right], [place[key[1]] for key in missing]).astype(np.int64)
        score = np.append(self._score, np.full(len(missing), np.nan))
        named = np.append(self._rule, np.full(len(missing), len(self._rules)))
        order = np.lexsort((right, left))
        return PairColumns(ids, left[order], right[order], score[order], named[order], (*self._rules, (rule,)))

    def common(self, keys: Iterable[tuple[str, str]]) -> int:
        """How many of these different pairs are among them."""
        import numpy as np

        place = {id_: at for at, id_ in enumerate(self._ids)}
        known = [place[a] * len(place) + place[b] for a, b in keys if a in place and b in place]
        return int(np.isin(np.array(known, np.int64), self._left * np.int64(len(place)) + self._right).sum())

    def parts(self, groups: Mapping[str, str], size: int) -> Iterator[list[CandidatePair]]:
        """The pairs of claims of the same two groups together, so many at a time; `groups` goes by id."""
        import numpy as np

        of = [groups[id_] for id_ in self._ids]
        numbers = {group: number for number, group in enumerate(sorted(set(of)))}
        number = np.array([numbers[group] for group in of], np.int64)
        one, other = number[self._left], number[self._right]
        order = np.lexsort((self._right, self._left, np.maximum(one, other), np.minimum(one, other)))
        for start in range(0, len(order), size):
            yield [self[place] for place in order[start : start + size].tolist()]

    def _places(self) -> Iterator[tuple[int, int]]:
        return zip(self._left.tolist(), self._right.tolist(), strict=True)

    def _values(self, start: int, stop: int) -> Iterator[CandidatePair]:
        """Not validated, and one set of field names for all: they are right by construction, and may be millions."""
        fields = set(CandidatePair.model_fields)
        columns = (column[start:stop].tolist() for column in (self._left, self._right, self._score, self._rule))
        for left, right, score, place in zip(*columns, strict=True):
            rule, *also = self._rules[place]
            yield CandidatePair.model_construct(
                fields,
                left=self._ids[left],
                right=self._ids[right],
                rule=rule,
                also=tuple(also),
                score=None if math.isnan(score) else score,
            )
