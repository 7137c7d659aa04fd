"""Unit vectors -> for every claim the claims nearest to it that it may be paired with, ranked before any is cut."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    Ints: TypeAlias = NDArray[np.int64]
    Floats: TypeAlias = NDArray[np.float64]
    Flags: TypeAlias = NDArray[np.bool_]
    _Found: TypeAlias = tuple[Ints, Ints, Floats, Ints]
    """Row, column, score, and the coded pairs that were refused."""
    Vectors: TypeAlias = Any
    """A csr_matrix, or an array of float32: one row per claim, of length 1 or all zeros."""

FLOOR = 0.02
"""Smallest cosine of a candidate."""
NUMBER_BONUS = 0.05
"""Added when both claims carry a number that is no date: two figures for one thing are put in other words."""
SPARE = 8
"""Candidates beyond those wanted that are looked at in the first place."""
THREADS = 2
ROWS = 8_192
"""Claims whose candidates are held at a time."""
DENSE_ROWS = 512
"""Dense rows that are compared at a time, so that no matrix of all pairs is ever held."""
DECIMALS = 6
"""To which scores are rounded before they are ranked: sums of floats may differ beyond, from machine to machine."""
HIGHEST = 2
"""What no score reaches: a cosine and the bonus."""


@dataclass(frozen=True)
class Population:
    """What the ranking knows of the claims beside their vectors; the arrays have one entry per claim."""

    group: Ints
    """Passage or story: claims of one group are not paired; -1 for a claim that stands in several."""
    block: Ints
    """Language: every claim gets a share of its candidates from each."""
    number: Flags
    """Whether the claim carries a number that is no date."""
    allowed: Callable[[int, int], bool]
    """Whether two claims, by their places, can bear on each other."""


@dataclass(frozen=True)
class Ranked:
    """Directed candidates, ordered by row, then block of the column, the nearest first."""

    row: Ints
    col: Ints
    score: Floats
    refused: Ints
    """Pairs that were near enough but not allowed: lower place times the number of claims, plus the higher one."""


def ranked(vectors: Vectors, population: Population, k: int, floor: float = FLOOR) -> Ranked:
    """For every claim its `k` nearest claims in each block, by cosine above `floor` plus the bonus.

    Only claims that may be paired take a place: those of the same group or not allowed are passed over, and the
    search goes on until the places are taken or the block is through.
    """
    import numpy as np

    size = vectors.shape[0]
    blocks = _blocks(vectors, population)
    parts: list[_Found] = [(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0), np.empty(0, np.int64))]
    for start in range(0, size, ROWS):
        rows = np.arange(start, min(start + ROWS, size))
        parts.append(_ranked_rows(vectors, rows, blocks, population, k, floor))
    row, col, score, refused = _joined(parts)
    return Ranked(row, col, score, np.unique(refused))


def _ranked_rows(
    vectors: Vectors, rows: Ints, blocks: Sequence[_Block], population: Population, k: int, floor: float
) -> _Found:
    """The candidates of some rows. Whether a pair is allowed is asked of the nearest alone, for asking costs most.

    Rows whose nearest were mostly refused are searched again, in every block for as long as it takes.
    """
    import numpy as np

    row, col, score, refused = _joined([_nearest(vectors, rows, b, population, k, floor, ask=False) for b in blocks])
    row, col, score, place = in_order(row, col, score, population)
    looked = place < k + SPARE
    row, col, score, place = row[looked], col[looked], score[looked], place[looked]
    free = _allowed(row, col, population)
    full = (population.block[col] * len(population.block) + row)[place == k + SPARE - 1]
    code = population.block[col] * len(population.block) + row
    codes, counts = np.unique(code[free], return_counts=True)
    enough = codes[counts >= k]
    short = np.unique(full[~np.isin(full, enough)] % max(1, len(population.block)))
    done = free & ~np.isin(row, short)
    refused = _coded(row[~free], col[~free], vectors.shape[0])
    found: list[_Found] = [(row[done], col[done], score[done], refused)]
    if len(short):
        again = [_nearest(vectors, short, block, population, k, floor, ask=True) for block in blocks]
        row, col, score, refused = _joined(again)
        found.append((*in_order(row, col, score, population)[:3], refused))
    row, col, score, refused = _joined([_cut(each, population, k) for each in found])
    order = np.argsort(row, kind="stable")
    return row[order], col[order], score[order], refused


def in_order(row: Ints, col: Ints, score: Floats, population: Population) -> tuple[Ints, Ints, Floats, Ints]:
    """By row, block, score from the highest, and column; with the place of each among those of its row and block.

    All four are packed into one integer, scores as millionths, for integers sort many times faster. ROWS rows, 32
    languages and 16 million claims fit.
    """
    import numpy as np

    if not len(row):
        return row, col, score, row
    first, unit = row.min(), 10**DECIMALS
    fields = row - first, population.block[col], HIGHEST * unit - np.rint(score * unit).astype(np.int64), col
    _, *widths = (int(field.max()).bit_length() for field in fields)
    packed = fields[0]
    for field, width in zip(fields[1:], widths, strict=True):
        packed = packed << width | field
    packed.sort()
    _, below, last = widths
    place = positions(packed >> (below + last))
    score = (HIGHEST * unit - (packed >> last & ((1 << below) - 1))) / unit
    return (packed >> sum(widths)) + first, packed & ((1 << last) - 1), score, place


def _cut(found: _Found, population: Population, k: int) -> _Found:
    row, col, score, refused = found
    kept = positions(row, population.block[col]) < k
    return row[kept], col[kept], score[kept], refused


def _joined(parts: Sequence[_Found]) -> _Found:
    import numpy as np

    row, col, score, refused = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return row, col, score, refused


def _coded(row: Ints, col: Ints, size: int) -> Ints:
    """One number for each undirected pair."""
    import numpy as np

    return np.unique(np.minimum(row, col) * size + np.maximum(row, col))


def _allowed(row: Ints, col: Ints, population: Population) -> Flags:
    import numpy as np

    pairs = zip(row.tolist(), col.tolist(), strict=True)
    return np.fromiter((population.allowed(one, other) for one, other in pairs), bool, len(row))


@dataclass(frozen=True)
class _Block:
    """Claims as columns: those of one language, with or without a number, so that the bonus is the same for all."""

    places: Ints
    vectors: Vectors
    """Transposed: one column per claim."""
    number: bool


def _blocks(vectors: Vectors, population: Population) -> tuple[_Block, ...]:
    import numpy as np

    found = []
    for code in np.unique(population.block):
        for number in (False, True):
            places = np.flatnonzero((population.block == code) & (population.number == number))
            if len(places):
                columns = vectors[places].T
                found.append(_Block(places, columns if isinstance(columns, np.ndarray) else columns.tocsr(), number))
    return tuple(found)


def _nearest(
    vectors: Vectors, rows: Ints, block: _Block, population: Population, k: int, floor: float, *, ask: bool
) -> _Found:
    """The candidates of the rows in one block; looks further where too many of the nearest may not be paired.

    Unless it is to `ask`, only claims of the same group may not.
    """
    import numpy as np

    parts: list[_Found] = []
    size, wanted = len(block.places), k + SPARE
    while len(rows):
        wanted = min(wanted, size)
        at, place, cosine = _top(vectors[rows], block.vectors, wanted, floor)
        row, col = rows[at], block.places[place]
        free = (row != col) & ((population.group[row] != population.group[col]) | (population.group[row] < 0))
        refused = np.empty(0, np.int64)
        if ask:
            parted = np.flatnonzero(free)
            free[parted] = _allowed(row[parted], col[parted], population)
            barred = parted[~free[parted]]
            refused = _coded(row[barred], col[barred], vectors.shape[0])
        retrieved, usable = np.bincount(at, minlength=len(rows)), np.bincount(at[free], minlength=len(rows))
        short = (usable < k + (0 if ask else SPARE)) & (retrieved == wanted) & (wanted < size)
        done = free & ~short[at]
        row, col = row[done], col[done]
        bonus = NUMBER_BONUS * (population.number[row] & block.number)
        parts.append((row, col, np.round(cosine[done] + bonus, DECIMALS), refused))
        rows, wanted = rows[short], wanted * 4
    return _joined(parts)


def _top(rows: Vectors, columns: Vectors, wanted: int, floor: float) -> tuple[Ints, Ints, Floats]:
    """Row, column and cosine of the `wanted` largest products of each row that are above the floor."""
    import numpy as np

    if not isinstance(rows, np.ndarray):
        from sparse_dot_topn import sp_matmul_topn

        product = sp_matmul_topn(rows, columns, top_n=wanted, threshold=floor, n_threads=THREADS).tocoo()
        return product.row.astype(np.int64), product.col.astype(np.int64), product.data.astype(np.float64)
    at, place, cosine = [], [], []
    for start in range(0, len(rows), DENSE_ROWS):
        part = rows[start : start + DENSE_ROWS] @ columns
        nearest = np.argpartition(-part, wanted - 1, axis=1)[:, :wanted]
        values = np.take_along_axis(part, nearest, axis=1)
        row, position = np.nonzero(values > floor)
        at.append(row + start)
        place.append(nearest[row, position])
        cosine.append(values[row, position].astype(np.float64))
    return np.concatenate(at), np.concatenate(place), np.concatenate(cosine)


def positions(*keys: Ints) -> Ints:
    """Of entries ordered by `keys`, each one's place among those with the same keys, from 0."""
    import numpy as np

    if not len(keys[0]):
        return np.empty(0, np.int64)
    begins = np.concatenate(([True], np.any([key[1:] != key[:-1] for key in keys], axis=0)))
    starts = np.flatnonzero(begins)
    return np.arange(len(begins)) - np.repeat(starts, np.diff(np.append(starts, len(begins))))


def similar(vectors: csr_matrix, group: Ints, floor: float = FLOOR) -> int:
    """Number of pairs of different groups whose cosine is above the floor; every pair is looked at."""
    import numpy as np
    from sparse_dot_topn import sp_matmul

    total, columns = 0, vectors.T.tocsr()
    for start in range(0, vectors.shape[0], DENSE_ROWS):
        product = sp_matmul(vectors[start : start + DENSE_ROWS], columns, n_threads=THREADS).tocoo()
        row, col = product.row + start, product.col
        above = (product.data > floor) & (row < col) & ((group[row] != group[col]) | (group[row] < 0))
        total += int(np.count_nonzero(above))
    return total


def cosines(vectors: csr_matrix, left: Ints, right: Ints) -> Floats:
    """The cosine of each pair."""
    import numpy as np

    parts = [
        np.asarray(vectors[left[i : i + ROWS]].multiply(vectors[right[i : i + ROWS]]).sum(axis=1)).ravel()
        for i in range(0, len(left), ROWS)
    ]
    return np.concatenate(parts).astype(np.float64) if parts else np.empty(0)
