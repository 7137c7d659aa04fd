"""Rankings of one or several channels -> the candidates of every claim, fused by reciprocal rank."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from factcheck.stages.blocking.ranking import ROWS, Population, Ranked, positions

if TYPE_CHECKING:
    from factcheck.stages.blocking.ranking import Floats, Ints

    Sides: TypeAlias = tuple[Ints, Floats, Ints, Ints]
    """Coded pair, score, channels, and what one side says of it: the lower place times the number of claims, plus the
    higher one."""

OWN_LANGUAGE = 0.4
"""Share of its candidates that a claim gets from its own language, where an equal share would be less."""
OTHER_LANGUAGE = 0.3
"""The same for each other language; beyond three languages this makes more candidates than one language has."""
MUTUAL = 0.25
"""By what part of a share a pair may miss its places on both sides and still be chosen; only of many languages."""
ENOUGH = 2
"""What the two sides of a pair must say for it together; one side alone can."""
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
    """The best candidates of every claim, from either side, over all channels together: `k`, or more of many blocks.

    The channels are fused by reciprocal rank, block by block. Each block has a share of the places; places that a
    block leaves free go to the best of the others. Of many blocks, a pair that just misses the places on both sides,
    by MUTUAL of a share, is chosen too: what both hold near is more often related than what one of them does.
    """

    size = max(1, len(population.block))
    parts = [
        chosen_of([_rows_of(channel, start) for channel in channels], population, k) for start in range(0, size, ROWS)
    ]
    return united(parts, size)


def united(parts: Sequence[Sides], size: int) -> Chosen:
    """What the sides of all of `size` claims choose together."""
    import numpy as np

    code, best, found, sides = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    pairs, at = np.unique(code, return_inverse=True)
    scores, bits, said = np.zeros(len(pairs)), np.zeros(len(pairs), np.int64), np.zeros(len(pairs), np.int64)
    np.maximum.at(scores, at, best)
    np.bitwise_or.at(bits, at, found)
    np.add.at(said, at, sides)
    kept = said >= ENOUGH
    return Chosen(left=pairs[kept] // size, right=pairs[kept] % size, score=scores[kept], channels=bits[kept])


def chosen_of(channels: Sequence[Ranked], population: Population, k: int) -> Sides:
    """What some claims choose of their candidates, which are all in `channels`.

    A side says ENOUGH of what is within its places, and half of that of what nearly is.
    """
    import numpy as np

    size, blocks = max(1, len(population.block)), len(np.unique(population.block))
    votes = _votes(channels, population, k)
    row, col, score, weight, bit = (np.concatenate(arrays) for arrays in zip(*votes, strict=True))
    keys, at = np.unique(row * size + col, return_inverse=True)
    row, col = keys // size, keys % size
    fused, best, found = np.zeros(len(keys)), np.zeros(len(keys)), np.zeros(len(keys), np.int64)
    np.add.at(fused, at, weight)
    np.maximum.at(best, at, score)
    np.bitwise_or.at(found, at, bit)
    fused = np.round(fused, 12)
    block = population.block[col]
    order = np.lexsort((col, -best, -fused, block, row))
    own, other = _shares(k, blocks)
    share = np.where(population.block[row] == block, own, other)
    rank = np.empty(len(keys), np.int64)
    rank[order] = positions(row[order], block[order])
    order = np.lexsort((col, -best, -fused, rank >= share, row))
    sides = np.zeros(len(keys), np.int64)
    if blocks > 1:
        sides[rank < share + share * MUTUAL] = ENOUGH // 2
    sides[order[positions(row[order]) < own + other * max(0, blocks - 1)]] = ENOUGH
    told = sides > 0
    code = np.minimum(row, col) * size + np.maximum(row, col)
    return code[told], best[told], found[told], sides[told]


def _rows_of(channel: Ranked, start: int) -> Ranked:
    """The candidates of the ROWS claims from `start` on."""
    import numpy as np

    part = slice(*np.searchsorted(channel.row, (start, start + ROWS)))
    return Ranked(channel.row[part], channel.col[part], channel.score[part], channel.refused)


def _shares(k: int, blocks: int) -> tuple[int, int]:
    """The places for the claim's own block and for each of the others: `k` in all, or more of many blocks."""
    if blocks < 2:
        return k, 0
    own = math.ceil(k * max(OWN_LANGUAGE, 1 / blocks))
    return own, max(math.ceil((k - own) / (blocks - 1)), math.ceil(OTHER_LANGUAGE * k) if blocks > 2 else 0)


def _votes(
    channels: Sequence[Ranked], population: Population, k: int
) -> Iterator[tuple[Ints, Ints, Floats, Floats, Ints]]:
    """Of each channel: row, column, score, reciprocal rank within row and block, and the channel's bit.

    What a channel does not hold counts as next after its `k` places, not as infinitely far, for its list was cut.
    """
    import numpy as np

    for number, channel in enumerate(channels):
        rank = positions(channel.row, population.block[channel.col]) + 1
        bit = np.full(len(rank), 1 << number, np.int64)
        yield channel.row, channel.col, channel.score, 1 / (RECIPROCAL + rank) - 1 / (RECIPROCAL + k + 1), bit
