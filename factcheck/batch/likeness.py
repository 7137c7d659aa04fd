"""How alike openings are: cosine of their TF-IDF vectors, evened out between languages and discounted by days.

What is counted of openings, and every constant, is in `factcheck/batch/openings.py`. Likeness is linear in both of its
sides, so that whole groups of openings are compared by their sums.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from factcheck.batch.openings import (
    ACROSS,
    FEW,
    FEW_ARTICLES,
    FEW_OF_OUTLET,
    FIGURES_WEIGHT,
    HALVING,
    LEAST,
    NAMES_WEIGHT,
    NEAR,
    PRIOR,
    STEEP,
    WORDS_WEIGHT,
    Gathered,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix


@dataclass(frozen=True)
class Likeness:
    """How alike openings are, in the order given, and what their vectors hold; or sums of openings.

    What two sums come to is the sum over all pairs of their openings, as long as a sum is of one language and one day.
    """

    vectors: csr_matrix
    """Rows of length 1, or 0 for a text without any term; or sums of such."""
    languages: NDArray[Any]
    """A number each, -1 when unknown."""
    days: NDArray[Any]
    """Publication days as numbers, NaN when unknown."""
    terms: Sequence[str] = ()
    """What each column stands for, see `Gathered.shown`; of what was made of openings nobody asks."""

    def __len__(self) -> int:
        return len(self.days)

    def between(self, other: Likeness, start: int = 0) -> NDArray[Any]:
        """Similarities of each row with each row of `other` from `start` on; for few rows and many of the other.

        Cosine, evened out between languages and discounted by the days that lie between publications: 0 to 1, and up to
        ACROSS for equal texts that are said to be in two languages.
        """
        import numpy as np

        right, columns = _from(other.vectors, start), self.vectors.shape[1]
        if right.nnz > len(self) * columns:  # a few rows in full take less memory than the others turned
            alike = np.ascontiguousarray((right @ self.vectors.T.toarray(order="C")).T)
        else:
            alike = (self.vectors @ right.T).toarray()
        one, another = self.languages[:, None], other.languages[None, start:]
        alike[(one != another) & (one >= 0) & (another >= 0)] *= ACROSS
        apart = np.abs(self.days[:, None] - other.days[None, start:])
        np.fmax(apart, NEAR, out=apart)  # of NaN and NEAR it is NEAR
        np.exp2((NEAR - apart) / HALVING, out=apart)
        alike *= np.maximum(apart, LEAST, out=apart)
        return alike

    def of(self, rows: slice | NDArray[Any]) -> Likeness:
        """That of these rows alone."""
        return Likeness(self.vectors[rows], self.languages[rows], self.days[rows])

    def compact(self) -> Likeness:
        """The same without the columns in which no row has anything."""
        import numpy as np
        from scipy.sparse import csr_matrix

        used = np.zeros(self.vectors.shape[1], bool)
        used[self.vectors.indices] = True
        place = np.cumsum(used, dtype=np.int32) - 1
        parts = self.vectors.data, place[self.vectors.indices], self.vectors.indptr
        vectors = csr_matrix(parts, shape=(len(self), max(1, int(used.sum()))))
        return Likeness(vectors, self.languages, self.days)

    def summed(self, parts: NDArray[Any]) -> tuple[Likeness, NDArray[Any]]:
        """Sums of the rows of each part, one for each language and day in it, and the part of each sum, in order."""
        import numpy as np
        from scipy.sparse import csr_matrix

        keys = np.stack([parts.astype(np.float64), self.languages, np.nan_to_num(self.days, nan=-1)])
        _, first, sum_of = np.unique(keys, axis=1, return_index=True, return_inverse=True)
        shape, ones = (len(first), len(parts)), np.ones(len(parts), np.float32)
        adding = csr_matrix((ones, (sum_of.reshape(-1), np.arange(len(parts)))), shape=shape)
        return Likeness(csr_matrix(adding @ self.vectors), self.languages[first], self.days[first]), parts[first]


def _from(vectors: csr_matrix, start: int) -> csr_matrix:
    """The rows from `start` on, without a copy."""
    from scipy.sparse import csr_matrix

    at = vectors.indptr[start]
    parts = vectors.data[at:], vectors.indices[at:], vectors.indptr[start:] - at
    return csr_matrix(parts, shape=(vectors.shape[0] - start, vectors.shape[1]))


def likeness(gathered: Gathered) -> Likeness:
    """How alike these openings are; the terms that were counted of them are held here alone from then on."""
    import numpy as np
    from scipy.sparse import csr_matrix, hstack

    parts, terms = [csr_matrix((len(gathered), 1), dtype=np.float32)], [""]
    for found, weight, few in (
        (gathered.words, WORDS_WEIGHT, 0.0),
        (gathered.names, NAMES_WEIGHT, 0.0),
        (gathered.figures, FIGURES_WEIGHT, FEW),
    ):
        counts, named = found.taken()
        parts.append(_tfidf(counts, gathered.outlets.values(), few))
        parts[-1].data *= np.float32(weight)
        terms.extend(named)
    vectors = hstack(parts, format="csr", dtype=np.float32)
    squares = _squares(vectors)
    _divide(vectors, np.sqrt(np.where(squares > 0, squares, 1)))
    numbers = {
        language: number for number, language in enumerate(sorted({code for code in gathered.languages if code}))
    }
    return Likeness(
        vectors=vectors,
        languages=np.array([numbers.get(code or "", -1) for code in gathered.languages]),
        days=np.array([day.toordinal() if day else np.nan for day in gathered.days], dtype=np.float32),
        terms=terms,
    )


def _squares(vectors: csr_matrix) -> NDArray[Any]:
    """The sum of squares of each row."""
    import numpy as np
    from scipy.sparse import csr_matrix

    squared = csr_matrix((vectors.data * vectors.data, vectors.indices, vectors.indptr), shape=vectors.shape)
    return np.asarray(squared @ np.ones(vectors.shape[1], np.float32))


def _divide(vectors: csr_matrix, lengths: NDArray[Any]) -> None:
    """Divide each row by its length, in place."""
    import numpy as np

    vectors.data /= np.repeat(lengths.astype(np.float32), np.diff(vectors.indptr))


def _tfidf(counts: csr_matrix, outlets: Iterable[Sequence[int]], few: float) -> csr_matrix:
    """Sublinear TF-IDF rows with PRIOR openings more, of length 1 or, where they hold `few`, less; in place."""
    import numpy as np

    openings = counts.shape[0]
    if not counts.nnz:  # no term at all, such as a folder of pictures without a caption
        return counts
    holders = np.bincount(counts.indices, minlength=counts.shape[1])
    weights = np.log((PRIOR + openings) / (1 + holders))
    weights = (weights * (1 - (holders / (openings + FEW_ARTICLES)) ** STEEP)).astype(np.float32)
    counts.data = (1 + np.log(counts.data)) * weights[counts.indices]
    for rows in outlets:
        entries = np.concatenate([np.arange(*counts.indptr[row : row + 2]) for row in rows])
        columns = counts.indices[entries]
        own = np.bincount(columns)[columns] / (len(rows) + FEW_OF_OUTLET)
        counts.data[entries] *= (1 - own**STEEP).astype(np.float32)
    squares = _squares(counts) + few**2
    _divide(counts, np.sqrt(np.where(squares > 0, squares, 1)))
    return counts
