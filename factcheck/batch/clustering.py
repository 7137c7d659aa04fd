"""Average-link clustering of openings in memory that grows with their number and never with its square.

Two clusters are one as long as the mean similarity of their articles is high enough, the most alike first (UPGMA,
Sokal and Michener 1958). What no chain of articles that are alike connects is clustered apart. Of a small component
scipy has the square of all distances. A larger one is clustered to the same end by reciprocal nearest neighbours
(Murtagh 1983): two clusters that are each other's nearest are merged whatever else there is, because average link never
makes a merged cluster more alike to a third than the nearer of its two was. Of each cluster only its nearest and a
bound for all others are held; means come from the sums of its vectors. Where few articles are alike, only clusters are
compared of which two articles are, for no mean is above all that it is of.
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
LINKS = 250_000
"""Pairs of articles that are alike which are held; of more it is only remembered what they connect."""


def clusters(alike: Likeness, least: float) -> NDArray[Any]:
    """Of each row the first row of its cluster; clusters are one from a mean similarity of `least` on."""
    import numpy as np

    labels = np.arange(len(alike))
    found, links = components(alike, least)
    for rows in found:
        if 1 < len(rows) <= LARGEST:
            labels[rows] = rows[by_square(alike.of(rows).compact(), least)]
        elif len(rows) > LARGEST:
            those = None if links is None else links[rows][:, rows]
            labels[rows] = rows[by_nearest(alike.of(rows).compact(), least, those)]
    return labels


def blocks(rows: int, alike: Likeness) -> Iterator[slice]:
    """Slices of so many rows, each of as many as can be compared with all of these at a time."""
    # Beside the terms of a row in full, what is between it and each of the others is there up to four times.
    size = min(MOST_ROWS, max(FEWEST_ROWS, CELLS // (alike.vectors.shape[1] + 4 * len(alike))))
    for start in range(0, rows, size):
        yield slice(start, min(rows, start + size))


def components(alike: Likeness, least: float) -> tuple[list[NDArray[Any]], csr_matrix | None]:
    """The rows that pairs connect which are alike by `least` and more, each component's in order; and these pairs.

    The pairs are None when there are more than LINKS.
    """
    import numpy as np

    count = len(alike)
    pairs: list[NDArray[Any]] = []
    held, whole = 0, True
    for part in blocks(count, alike):
        found = np.array((alike.of(part).between(alike, part.start) >= least).nonzero(), np.int32) + part.start
        pairs.append(found[:, found[0] < found[1]])
        held += pairs[-1].shape[1]
        if held > LINKS:
            pairs, held, whole = [_first_connected(_graph(pairs, count))], 0, False
    graph = _graph(pairs, count)
    home = _first_connected(graph)[1]
    order = np.argsort(home, kind="stable")
    found = np.split(order, np.flatnonzero(np.diff(home[order])) + 1) if count else []
    return found, graph if whole else None


def _graph(pairs: list[NDArray[Any]], count: int) -> csr_matrix:
    """Pairs of so many rows, from either side."""
    import numpy as np
    from scipy.sparse import csr_matrix

    one, other = np.concatenate([*pairs, np.empty((2, 0), np.int32)], axis=1)
    upper = csr_matrix((np.ones(len(one), bool), (one, other)), shape=(count, count))
    return csr_matrix(upper + upper.T)


def _first_connected(graph: csr_matrix) -> NDArray[Any]:
    """Each row, and the first one that it is connected with."""
    import numpy as np
    from scipy.sparse.csgraph import connected_components

    _, component = connected_components(graph, directed=False)
    _, first = np.unique(component, return_index=True)
    return np.array([np.arange(len(component)), first[component]], np.int32)


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


def by_nearest(alike: Likeness, least: float, links: csr_matrix | None = None) -> NDArray[Any]:
    """The same in memory that grows with the rows; `links` are all pairs of them that are alike by `least`."""
    merging = _Merging(alike, least, links)
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

    def means(self, clusters: NDArray[Any], among: NDArray[Any]) -> NDArray[Any]:
        """The mean similarity of each of these clusters with each of those `among`; 0 with itself and what is empty."""
        import numpy as np

        rows, owner = self._of_these(clusters)
        rows, owner = rows.summed(owner)
        others, adding = self._alike, self._adding
        if len(among) < len(self):
            others, its = self._of_these(among)
            adding = _adding(its, len(among))
        found = np.zeros((len(clusters), len(among)), np.float32)
        for part in blocks(len(rows), others):
            near = (adding @ rows.of(part).between(others).T).T
            if len(rows) == len(clusters):
                found[owner[part]] = near
            else:
                found += _adding(owner[part], len(clusters)) @ near
        found /= np.maximum(self.sizes[among], 1)
        found /= self.sizes[clusters][:, None]
        found[clusters[:, None] == among] = 0
        return found

    def _of_these(self, clusters: NDArray[Any]) -> tuple[Likeness, NDArray[Any]]:
        """The sums of these clusters, and the place of the cluster of each."""
        import numpy as np

        place = np.full(len(self), -1)
        place[clusters] = np.arange(len(clusters))
        at = np.flatnonzero(place[self._of] >= 0)
        return self._alike.of(at), place[self._of[at]]

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

    def __init__(self, alike: Likeness, least: float, links: csr_matrix | None) -> None:
        import numpy as np

        count = len(alike)
        self._links = links
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
        if self._links is not None:
            adding = _adding(into, len(into)).astype(bool)
            self._links = adding @ self._links @ adding.T
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

        among = np.arange(len(self._nearest))
        for some in self._sums.blocks(clusters):
            if self._links is not None:
                among = np.union1d(some, self._links[some].indices)
            means = self._sums.means(some, among)
            means[some[:, None] == among] = -1
            place = np.full(len(self._nearest), -1)
            place[some] = row = np.arange(len(some))
            at = place[self._nearest[among]]
            followers = np.flatnonzero((at >= 0) & (self._value[among] >= 0))
            self._value[among[followers]] = means[at[followers], followers]
            best = means.max(axis=1)
            # Of equals the one whose number differs in the lowest digits: so copies are each other's nearest by twos.
            apart = np.where(means == best[:, None], some[:, None] ^ among, 2 * len(self._nearest))
            nearest = apart.argmin(axis=1)
            means[row, nearest] = -1
            self._nearest[some], self._value[some], self._bound[some] = among[nearest], best, means.max(axis=1)

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
        if self._links is not None:
            self._links = self._links[kept][:, kept]
        self._first, self._value, self._bound = self._first[kept], self._value[kept], self._bound[kept]
