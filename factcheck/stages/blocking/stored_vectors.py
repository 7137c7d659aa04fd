"""The vectors of all claims of a pool, made block by block and kept in its file; they are those of `lexical`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from factcheck.stages.blocking.features import unit_rows

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from factcheck.stages.blocking.pool import Pool, Sealed
    from factcheck.stages.blocking.ranking import Ints

BLOCK = 4_096
"""Claims whose vectors are in memory at a time, twice: as rows, and as columns that they are multiplied with."""
PORTION = 1_024
"""Claims whose vectors are made at a time, which takes ten times what they come to."""


@dataclass(frozen=True)
class Block:
    """Some claims of one language, all with a number or all without, and where in the file their vectors are."""

    places: Ints
    """Ascending."""
    language: int
    number: bool
    rows: Stored
    columns: Stored
    """The same turned: one column per claim."""


@dataclass(frozen=True)
class Stored:
    """Where in the file a matrix is."""

    offset: int
    shape: tuple[int, int]
    entries: int


def stored_blocks(pool: Pool, sealed: Sealed, first: int, size: int = BLOCK) -> list[Block]:
    """All claims in blocks of at most `size`; the vectors are of the two FIELDS from `first` on: n-grams and keys."""
    from scipy.sparse import vstack

    channels = [_features_of(pool, sealed, field) for field in (first, first + 1)]
    found = []
    for places in _alike(sealed, size):
        portions = (places[start : start + PORTION] for start in range(0, len(places), PORTION))
        rows = vstack([_rows(pool, sealed, channels, portion, first) for portion in portions], format="csr")
        language, number = int(sealed.language[places[0]]), bool(sealed.number[places[0]])
        found.append(Block(places, language, number, _store(pool, rows), _store(pool, rows.T.tocsr())))
    return found


def matrix(pool: Pool, stored: Stored) -> csr_matrix:
    """A matrix out of the file."""
    import numpy as np
    from scipy.sparse import csr_matrix

    rows, entries = stored.shape[0] + 1, stored.entries
    ends = pool.array(stored.offset, np.int32, rows)
    indices = pool.array(stored.offset + 4 * rows, np.int32, entries)
    data = pool.array(stored.offset + 4 * (rows + entries), np.float32, entries)
    return csr_matrix((data, indices, ends), shape=stored.shape)


def _store(pool: Pool, rows: csr_matrix) -> Stored:
    import numpy as np

    arrays = rows.indptr.astype(np.int32), rows.indices.astype(np.int32), rows.data
    return Stored(pool.append(*(array.tobytes() for array in arrays)), rows.shape, rows.nnz)


def _alike(sealed: Sealed, size: int) -> Iterator[Ints]:
    """The places of each language, without and with numbers, `size` at a time."""
    import numpy as np

    for language in np.unique(sealed.language):
        for number in (False, True):
            places = np.flatnonzero((sealed.language == language) & (sealed.number == number))
            yield from (places[start : start + size] for start in range(0, len(places), size))


@dataclass(frozen=True)
class _Features:
    """The features of one field over all claims."""

    names: Ints
    """Their hashes, ascending."""
    column: Ints
    """Of each, by the order in which they are met from the first claim on."""
    holders: Ints
    """Of each column, how many claims have it."""


def _features_of(pool: Pool, sealed: Sealed, field: int) -> _Features:
    """Count the features; what this takes in memory grows with the vocabulary."""
    import numpy as np

    empty = np.empty(0, np.int64)
    names, holders, met, read = empty, empty, empty, 0
    for start in range(0, len(sealed), PORTION):
        found, claim = _read(pool, sealed.offset[start : start + PORTION], field)
        order = np.argsort(found, kind="stable")
        claim, seen = claim[order], found[order]
        begins = np.flatnonzero(np.append(True, seen[1:] != seen[:-1])[: len(seen)])
        held = np.append(True, (seen[1:] != seen[:-1]) | (claim[1:] != claim[:-1]))[: len(seen)]
        counts = np.add.reduceat(held.astype(np.int64), begins) if len(begins) else empty
        names, holders, met = _merged(
            np.concatenate((names, seen[begins])),
            np.concatenate((holders, counts)),
            np.concatenate((met, read + order[begins])),
        )
        read += len(found)
    by_meeting = np.argsort(met)
    column = np.empty(len(names), np.int64)
    column[by_meeting] = np.arange(len(names))
    return _Features(names, column, holders[by_meeting])


def _merged(names: Ints, holders: Ints, met: Ints) -> tuple[Ints, Ints, Ints]:
    """Each name once, with all its holders; what was met before comes first."""
    import numpy as np

    order = np.argsort(names, kind="stable")
    names = names[order]
    begins = np.flatnonzero(np.append(True, names[1:] != names[:-1])[: len(names)])
    if not len(begins):
        return names, holders, met
    return names[begins], np.add.reduceat(holders[order], begins), met[order[begins]]


def _rows(pool: Pool, sealed: Sealed, channels: list[_Features], places: Ints, first: int) -> csr_matrix:
    """The vectors of some claims: those of `lexical`, without the columns that say nothing among all claims."""
    import numpy as np
    from scipy.sparse import csr_matrix

    def counted() -> Iterator[tuple[csr_matrix, Ints]]:
        for field, features in enumerate(channels, first):
            found, claim = _read(pool, sealed.offset[places], field)
            ends = np.append(0, np.cumsum(np.bincount(claim, minlength=len(places))))
            columns = features.column[features.names.searchsorted(found)].astype(np.int32)
            shape = len(places), max(1, len(features.names))
            counts = csr_matrix((np.ones(len(found), np.float32), columns, ends), shape=shape)
            counts.sum_duplicates()
            yield counts, features.holders if len(features.names) else np.zeros(1, np.int64)

    return unit_rows(counted(), len(sealed))


def _read(pool: Pool, offsets: Ints, field: int) -> tuple[Ints, Ints]:
    """The features of some claims one after the other, and to which of the claims each belongs."""
    import numpy as np

    told = [pool.field(offset, field) for offset in offsets.tolist()]
    sizes = np.array([len(each) for each in told]) // 8
    return np.frombuffer(b"".join(told), np.int64), np.repeat(np.arange(len(told)), sizes)
