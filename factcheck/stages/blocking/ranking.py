"""Unit vectors -> for every claim the claims nearest to it that it may be paired with, ranked before any is cut."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    Ints: TypeAlias = NDArray[np.int64]
    Floats: TypeAlias = NDArray[np.float64]
    Flags: TypeAlias = NDArray[np.bool_]
    Vectors: TypeAlias = Any
    """A csr_matrix, or an array of float32: one row per claim, of length 1 or all zeros."""

FLOOR = 0.02
"""Smallest cosine of a candidate."""
DIGIT_BONUS = 0.1
"""Added when both claims carry a digit; this alone lifted the recall of conflicts from .60 to .80."""
THREADS = 2
ROWS = 8_192
"""Claims whose candidates are held at a time."""
DENSE_ROWS = 512
"""Dense rows that are compared at a time, so that no matrix of all pairs is ever held."""
DECIMALS = 6
"""To which scores are rounded before they are ranked: sums of floats may differ beyond, from machine to machine."""


@dataclass(frozen=True)
class Population:
    """What the ranking knows of the claims beside their vectors; the arrays have one entry per claim."""

    group: Ints
    """Passage or story: claims of one group are not paired; -1 for a claim that stands in several."""
    block: Ints
    """Language: every claim gets an equal share of its candidates from each."""
    digit: Flags
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
    parts = [(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0), np.empty(0, np.int64))]
    for start in range(0, size, ROWS):
        rows = np.arange(start, min(start + ROWS, size))
        found = [_nearest(vectors, rows, block, population, k, floor) for block in blocks]
        row, col, score, refused = (np.concatenate(arrays) for arrays in zip(*found, strict=True))
        order = np.lexsort((col, -score, population.block[col], row))
        row, col, score = row[order], col[order], score[order]
        kept = _position(row, population.block[col]) < k
        parts.append((row[kept], col[kept], score[kept], np.unique(refused)))
    return Ranked(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))


@dataclass(frozen=True)
class _Block:
    """Claims as columns: those of one language, with or without a digit, so that the bonus is the same for all."""

    places: Ints
    vectors: Vectors
    """Transposed: one column per claim."""
    digit: bool


def _blocks(vectors: Vectors, population: Population) -> tuple[_Block, ...]:
    import numpy as np

    found = []
    for code in np.unique(population.block):
        for digit in (False, True):
            places = np.flatnonzero((population.block == code) & (population.digit == digit))
            if len(places):
                columns = vectors[places].T
                found.append(_Block(places, columns if isinstance(columns, np.ndarray) else columns.tocsr(), digit))
    return tuple(found)


def _nearest(
    vectors: Vectors, rows: Ints, block: _Block, population: Population, k: int, floor: float
) -> tuple[Ints, Ints, Floats, Ints]:
    """The candidates of the rows in one block; asks for more where too many of the nearest may not be paired."""
    import numpy as np

    parts = []
    size, wanted = len(block.places), k + 8
    while len(rows):
        wanted = min(wanted, size)
        at, place, cosine = _top(vectors[rows], block.vectors, wanted, floor)
        row, col = rows[at], block.places[place]
        free = (row != col) & ((population.group[row] != population.group[col]) | (population.group[row] < 0))
        parted = np.flatnonzero(free)
        pairs = zip(row[parted].tolist(), col[parted].tolist(), strict=True)
        free[parted] = [population.allowed(one, other) for one, other in pairs]
        barred = parted[~free[parted]]
        refused = np.minimum(row[barred], col[barred]) * vectors.shape[0] + np.maximum(row[barred], col[barred])
        retrieved, usable = np.bincount(at, minlength=len(rows)), np.bincount(at[free], minlength=len(rows))
        short = (usable < k) & (retrieved == wanted) & (wanted < size)
        done = free & ~short[at]
        row, col = row[done], col[done]
        bonus = DIGIT_BONUS * (population.digit[row] & block.digit)
        parts.append((row, col, np.round(cosine[done] + bonus, DECIMALS), refused))
        rows, wanted = rows[short], wanted * 4
    return tuple(np.concatenate(arrays) for arrays in zip(*parts, strict=True))  # type: ignore[return-value]


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


def _position(*keys: Ints) -> Ints:
    """Of entries ordered by `keys`, each one's place among those with the same keys, from 0."""
    import numpy as np

    if not len(keys[0]):
        return np.empty(0, np.int64)
    begins = np.concatenate(([True], np.any([key[1:] != key[:-1] for key in keys], axis=0)))
    starts = np.flatnonzero(begins)
    return np.arange(len(begins)) - np.repeat(starts, np.diff(np.append(starts, len(begins))))


RECIPROCAL = 60
"""Constant of reciprocal rank fusion (Cormack, Clarke and Buettcher, SIGIR 2009)."""


@dataclass(frozen=True)
class Chosen:
    """Undirected candidates: `left < right` by place, each once, in order."""

    left: Ints
    right: Ints
    score: Floats
    """The highest of its channels."""
    channels: Ints
    """Bit by bit, the channels that found the pair."""


def choose(channels: Sequence[Ranked], population: Population, k: int) -> Chosen:
    """The `k` best candidates of every claim, from either side, over all channels together.

    The channels are fused by reciprocal rank, block by block. Each block has an equal share of the places; places
    that a block leaves free go to the best of the others.
    """
    import numpy as np

    size = len(population.block)
    row, col, score, weight, bit = (
        np.concatenate(arrays) for arrays in zip(*_votes(channels, population), strict=True)
    )
    keys, at = np.unique(row * size + col, return_inverse=True)
    row, col = keys // max(size, 1), keys % max(size, 1)
    fused, best, found = np.zeros(len(keys)), np.zeros(len(keys)), np.zeros(len(keys), np.int64)
    np.add.at(fused, at, weight)
    np.maximum.at(best, at, score)
    np.bitwise_or.at(found, at, bit)
    fused = np.round(fused, 12)
    block = population.block[col]
    order = np.lexsort((col, -best, -fused, block, row))
    share = -(-k // max(1, len(np.unique(population.block))))
    beyond = np.empty(len(keys), bool)
    beyond[order] = _position(row[order], block[order]) >= share
    order = np.lexsort((col, -best, -fused, beyond, row))
    kept = order[_position(row[order]) < k]
    left, right = np.minimum(row[kept], col[kept]), np.maximum(row[kept], col[kept])
    pairs, at = np.unique(left * size + right, return_inverse=True)
    scores, bits = np.zeros(len(pairs)), np.zeros(len(pairs), np.int64)
    np.maximum.at(scores, at, best[kept])
    np.bitwise_or.at(bits, at, found[kept])
    return Chosen(left=pairs // max(size, 1), right=pairs % max(size, 1), score=scores, channels=bits)


def _votes(channels: Sequence[Ranked], population: Population) -> Iterator[tuple[Ints, Ints, Floats, Floats, Ints]]:
    """Of each channel: row, column, score, reciprocal rank within row and block, and the channel's bit."""
    import numpy as np

    for number, channel in enumerate(channels):
        rank = _position(channel.row, population.block[channel.col]) + 1
        bit = np.full(len(rank), 1 << number, np.int64)
        yield channel.row, channel.col, channel.score, 1.0 / (RECIPROCAL + rank), bit


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
