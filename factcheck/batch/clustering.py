"""Average-link clustering of openings in memory that grows with their number and never with its square.

Two clusters are one as long as the mean similarity of their articles is high enough, the most alike first (UPGMA,
Sokal and Michener 1958). What no chain of articles that are alike connects is clustered apart. Of a small component
scipy has the square of all distances. A larger one is clustered to the same end by reciprocal nearest neighbours
(Murtagh 1983): two clusters that are each other's nearest are merged whatever else there is, because average link never
makes a merged cluster more alike to a third than the nearer of its two was. Of each cluster only its nearest and a
bound for all others are held; means come from the sums of its vectors.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from factcheck.batch.likeness import Likeness

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

LARGEST = 1_000
"""Articles of one component of which scipy is given the square: 4 MB, held twice."""
CELLS = 2_000_000
"""Numbers that are in memory at a time to compare some rows with all."""
FEWEST_ROWS, MOST_ROWS = 16, 32
"""That are compared at a time, however many that takes; more at a time gains nothing."""
SHRINK = 0.75
"""Share of clusters still to be merged below which the others are left away."""
LINKS = 300_000
"""Pairs of articles that are alike, held before it is only remembered what they connect."""


def clusters(alike: Likeness, least: float) -> NDArray[Any]:
    """Of each row the first row of its cluster; clusters are one from a mean similarity of `least` on."""
    import numpy as np

    labels = np.arange(len(alike))
    for rows in components(alike, least):
        if len(rows) > 1:
            those = alike.of(rows).compact()
            found = by_square(those, least) if len(rows) <= LARGEST else by_nearest(those, least)
            labels[rows] = rows[found]
    return labels


def blocks(rows: int, alike: Likeness) -> Iterator[slice]:
    """Slices of so many rows, each of as many as can be compared with all of these at a time."""
    # Beside the terms of a row in full, what is between it and each of the others is there up to four times.
    size = min(MOST_ROWS, max(FEWEST_ROWS, CELLS // (alike.vectors.shape[1] + 4 * len(alike))))
    for start in range(0, rows, size):
        yield slice(start, min(rows, start + size))


def components(alike: Likeness, least: float) -> list[NDArray[Any]]:
    """The rows that pairs connect which are alike by `least` and more; each component's in order."""
    import numpy as np

    home = np.arange(len(alike), dtype=np.int32)
    ones, others, held = [home], [home], 0
    for part in blocks(len(alike), alike):
        one, other = (alike.of(part).between(alike, part.start) >= least).nonzero()
        ones.append((one + part.start).astype(np.int32))
        others.append((other + part.start).astype(np.int32))
        held += len(one)
        if held > LINKS:
            home = _connected(ones, others, len(alike))
            ones, others, held = [np.arange(len(alike), dtype=np.int32)], [home], 0
    home = _connected(ones, others, len(alike))
    order = np.argsort(home, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(home[order])) + 1) if len(order) else []


def _connected(ones: list[NDArray[Any]], others: list[NDArray[Any]], count: int) -> NDArray[Any]:
    """Of each row the first one that these pairs connect it with."""
    import numpy as np
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    one, other = np.concatenate(ones), np.concatenate(others)
    linked = coo_matrix((np.ones(len(one), np.int8), (one, other)), shape=(count, count)).tocsr()
    _, component = connected_components(linked, directed=False)
    _, first = np.unique(component, return_index=True)
    return np.asarray(first[component], np.int32)


def by_square(alike: Likeness, least: float) -> NDArray[Any]:
    """Of each row the first row of its cluster, by scipy."""
    import numpy as np
    from scipy.cluster.hierarchy import fcluster, linkage

    count, at = len(alike), 0
    distance = np.empty(count * (count - 1) // 2)
    for part in blocks(count, alike):
        for row, near in enumerate(alike.of(part).between(alike, part.start)):
            further = near[row + 1 :]
            distance[at : at + len(further)] = further
            at += len(further)
    # Similarities of copies in two languages are above 1, distances of scipy never below 0.
    most = max(1.0, float(distance.max()))
    labels = fcluster(linkage(most - distance, method="average"), most - least, criterion="distance")
    _, first, cluster = np.unique(labels, return_index=True, return_inverse=True)
    return np.asarray(first[cluster])


def by_nearest(alike: Likeness, least: float) -> NDArray[Any]:
    """The same for any number of rows, in memory that grows with it."""
    merging = _Merging(alike, least)
    while merging.step():
        pass
    return merging.labels


class Sums:
    """Clusters as sums of their openings: how alike two of them are in the mean."""

    def __init__(self, alike: Likeness, cluster: NDArray[Any], count: int) -> None:
        import numpy as np

        self.sizes = np.bincount(cluster, minlength=count)
        """Openings of each."""
        self._alike, self._of = alike.summed(cluster)
        self._adding = _adding(self._of, count)

    def __len__(self) -> int:
        return len(self.sizes)

    def blocks(self, clusters: NDArray[Any]) -> Iterator[NDArray[Any]]:
        """These clusters, as many at a time as can be compared with all."""
        for part in blocks(len(clusters), self._alike):
            yield clusters[part]

    def means(self, clusters: NDArray[Any]) -> NDArray[Any]:
        """The mean similarity of each of these clusters with every one; 0 with itself and with what is empty."""
        import numpy as np

        place = np.full(len(self), -1)
        place[clusters] = np.arange(len(clusters))
        at = np.flatnonzero(place[self._of] >= 0)
        rows, owner = self._alike.of(at).summed(place[self._of[at]])
        found = np.zeros((len(clusters), len(self)), np.float32)
        for part in blocks(len(rows), self._alike):
            near = (self._adding @ rows.of(part).between(self._alike).T).T
            if len(rows) == len(clusters):
                found[owner[part]] = near
            else:
                found += _adding(owner[part], len(clusters)) @ near
        found /= np.maximum(self.sizes, 1)
        found /= self.sizes[clusters][:, None]
        found[np.arange(len(clusters)), clusters] = 0
        return found

    def merge(self, into: NDArray[Any]) -> None:
        """Give all openings of each cluster to the one that `into` names; itself, where it stays."""
        import numpy as np

        self.sizes = np.bincount(into, weights=self.sizes, minlength=len(self)).astype(np.int64)
        self._of = into[self._of]
        self._adding = _adding(self._of, len(self))

    def keep(self, kept: NDArray[Any]) -> None:
        """Leave away all clusters but those for which `kept` is true; they are numbered anew, in order."""
        import numpy as np

        at = kept[self._of]
        number = np.cumsum(kept) - 1
        self.sizes = self.sizes[kept]
        self._alike, self._of = self._alike.of(at).summed(number[self._of[at]])
        self._adding = _adding(self._of, len(self))


def _adding(owner: NDArray[Any], count: int) -> csr_matrix:
    """What adds up the rows of each of so many owners."""
    import numpy as np
    from scipy.sparse import csr_matrix

    rows = np.arange(len(owner))
    return csr_matrix((np.ones(len(owner), np.float32), (owner, rows)), shape=(count, len(owner)))


class _Merging:
    """Clusters while those that are each other's nearest are merged."""

    def __init__(self, alike: Likeness, least: float) -> None:
        import numpy as np

        count = len(alike)
        self.labels = np.arange(count)
        """Of each row the first row of its cluster."""
        self._least = least
        self._sums = Sums(alike, self.labels, count)
        self._first = np.arange(count)
        """Row of each cluster that is its label."""
        self._nearest = np.arange(count)
        self._value, self._bound = np.full((2, count), -1.0, np.float32)
        """How alike the nearest is, and what no other is above."""
        self._look(np.arange(count))

    def step(self) -> bool:
        """Merge all that are each other's nearest; False when no two are alike enough any more."""
        import numpy as np

        # What has lost its nearest to a cluster that is less near than others may be: those are looked at again.
        self._look(np.flatnonzero((self._value < self._bound) & (self._bound >= self._least)))
        self._shrink()
        number = np.arange(len(self._nearest))
        one = np.flatnonzero((self._nearest[self._nearest] == number) & (number < self._nearest))
        one = one[self._value[one] >= self._least]
        if not len(one) and len(number):  # rounding has made a circle of what is equally alike
            best = int(self._value.argmax())
            one = np.array([best] if self._value[best] >= self._least else [], np.int64)
        if not len(one):
            return False
        other = self._nearest[one]
        one, other = np.minimum(one, other), np.maximum(one, other)
        into = np.arange(len(number))
        into[other] = one
        self._sums.merge(into)
        relabelled = np.arange(len(self.labels))
        relabelled[self._first[other]] = self._first[one]
        self.labels = relabelled[self.labels]
        self._nearest = into[self._nearest]
        self._nearest[other] = other
        self._value[other] = self._bound[other] = -1
        self._look(one)
        return True

    def _look(self, clusters: NDArray[Any]) -> None:
        """Find the nearest of these clusters, and tell those of which they are the nearest how alike they are."""
        import numpy as np

        number = np.arange(len(self._nearest))
        for some in self._sums.blocks(clusters):
            means = self._sums.means(some)
            row = np.arange(len(some))
            means[row, some] = -1
            place = np.full(len(number), -1)
            place[some] = row
            at = place[self._nearest]
            followers = np.flatnonzero((at >= 0) & (self._value >= 0))
            self._value[followers] = means[at[followers], followers]
            best = means.max(axis=1)
            # Of equals the one whose number differs in the lowest digits: so copies are each other's nearest by twos.
            apart = np.where(means == best[:, None], some[:, None] ^ number, 2 * len(number))
            nearest = apart.argmin(axis=1)
            means[row, nearest] = -1
            self._nearest[some], self._value[some], self._bound[some] = nearest, best, means.max(axis=1)

    def _shrink(self) -> None:
        """Leave away what is merged or like no other any more, once that is a quarter."""
        import numpy as np

        kept = self._value >= self._least
        kept[self._nearest[kept]] = True
        if not len(kept) or kept.sum() > SHRINK * len(kept):
            return
        number = np.cumsum(kept) - 1
        nearest = np.where(kept[self._nearest], number[self._nearest], -1)[kept]
        self._nearest = np.where(nearest < 0, np.arange(len(nearest)), nearest)
        self._sums.keep(kept)
        self._first, self._value, self._bound = self._first[kept], self._value[kept], self._bound[kept]
